// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "module.h"
#include "nest.h"
#include "ops.h"

#define FILE_NAME	"/rig/nest.ko"

/**
 * module_load() - load the module, which attaches
 *
 * Return: 0, EEXIST if it is loaded, or another errno.
 */
int module_load(void)
{
	int fd = open(FILE_NAME, O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return errno;
	err = TRY(syscall(SYS_finit_module, fd, "", 0));
	close(fd);
	return err;
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
