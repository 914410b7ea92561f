// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "ops.h"

/**
 * try_open() - open a file, mode 0644 if it is made, and close it
 * @path: the file
 * @flags: O_*
 *
 * Return: 0 or an errno.
 */
int try_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC | O_NOCTTY, 0644);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/**
 * try_read_fd() - open what a descriptor stands for once more, through /proc
 * @fd: the descriptor
 *
 * Return: 0 or an errno.
 */
int try_read_fd(int fd)
{
	char path[] = "/proc/self/fd/..........";
	char *p = strchr(path, '.');
	char digits[12];
	int n = 0;

	do {
		digits[n++] = '0' + fd % 10;
		fd /= 10;
	} while (fd);
	while (n)
		*p++ = digits[--n];
	*p = '\0';
	return try_open(path, O_RDONLY);
}

/**
 * try_use_fd() - read a byte and write one
 * @fd: the descriptor
 * @flags: O_RDONLY, O_WRONLY or O_RDWR: which of both
 *
 * Return: 0 or an errno.
 */
int try_use_fd(int fd, int flags)
{
	char byte = 'x';

	if ((flags & O_ACCMODE) != O_WRONLY && read(fd, &byte, 1) < 0)
		return errno;
	if ((flags & O_ACCMODE) != O_RDONLY && write(fd, &byte, 1) < 0)
		return errno;
	return 0;
}

/**
 * try_mmap_exec() - map a file executable
 * @path: the file
 *
 * Return: 0 or an errno; that of open() too.
 */
int try_mmap_exec(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err = 0;
	void *map;

	if (fd < 0)
		return errno;
	map = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		err = errno;
	else
		munmap(map, 4096);
	close(fd);
	return err;
}

/**
 * try_exec_fd() - fexecve() with an empty environment
 * @fd: the program
 * @argv: its arguments
 *
 * Return: an errno, if at all.
 */
int try_exec_fd(int fd, char *const argv[])
{
	static char *const env[1];

	syscall(SYS_execveat, fd, "", argv, env, AT_EMPTY_PATH);
	return errno;
}

/**
 * put_text() - write a file, mode 0755 if it is made
 * @path: the file
 * @text: its content
 *
 * Return: 0 or an errno.
 */
int put_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	int err = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		err = errno;
	close(fd);
	return err;
}

/**
 * drop_to() - become an ordinary user, without capabilities
 * @uid: user and group
 *
 * Return: 0 or an errno.
 */
int drop_to(uid_t uid)
{
	if (setgroups(0, NULL) || setresgid(uid, uid, uid) ||
	    setresuid(uid, uid, uid))
		return errno;
	return 0;
}

/**
 * drop_cap() - give a capability up for good
 * @cap: the capability, which has to be in effect
 *
 * Return: 0 or an errno.
 */
int drop_cap(int cap)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];

	if (prctl(PR_CAPBSET_DROP, cap) || syscall(SYS_capget, &header, data))
		return errno;
	data[cap / 32].effective &= ~CAP_TO_MASK(cap);
	data[cap / 32].permitted &= ~CAP_TO_MASK(cap);
	data[cap / 32].inheritable &= ~CAP_TO_MASK(cap);
	return TRY(syscall(SYS_capset, &header, data));
}
