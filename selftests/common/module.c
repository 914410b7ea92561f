// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "module.h"
#include "nest.h"
#include "ops.h"

#define FILE_NAME	"/rig/nest.ko"

/**
 * module_built_in() - is Nest part of this kernel, and no module?
 */
bool module_built_in(void)
{
	char list[256] = "";
	int fd = open("/sys/kernel/security/lsm", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (read(fd, list, sizeof(list) - 1) < 0)
		list[0] = 0;
	close(fd);
	for (char *name = strtok(list, ",\n"); name; name = strtok(NULL, ",\n"))
		if (!strcmp(name, "nest"))
			return true;
	return false;
}

/**
 * module_insert() - load some module
 * @file: it
 *
 * Return: 0, EEXIST if it is loaded, or another errno.
 */
int module_insert(const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return errno;
	err = TRY(syscall(SYS_finit_module, fd, "", 0));
	close(fd);
	return err;
}

/**
 * module_load() - load Nest, which attaches
 *
 * Return: as module_insert().
 */
int module_load(void)
{
	return module_insert(FILE_NAME);
}

/**
 * module_unload() - unload the module, without waiting
 *
 * Return: 0, EAGAIN if it is in use, or another errno.
 */
int module_unload(void)
{
	return TRY(syscall(SYS_delete_module, "nest", O_NONBLOCK));
}

/**
 * module_detach() - take the handlers off the hooks
 *
 * Return: 0, EBUSY while a layer is in force, ENODEV if it was done, or another
 * errno.
 */
int module_detach(void)
{
	struct nest *nest;
	int err = -nest_open(&nest, NULL);

	if (err)
		return err;
	err = -nest_detach(nest);
	nest_close(nest);
	return err;
}

/**
 * module_detach_patiently() - the same, but wait for layers to go
 *
 * A layer's namespace takes a moment to be cleared away.
 *
 * Return: as module_detach().
 */
int module_detach_patiently(void)
{
	int err;

	for (int i = 0; i < 500; i++) {
		err = module_detach();
		if (err != EBUSY)
			break;
		usleep(10000);
	}
	return err;
}
