// SPDX-License-Identifier: GPL-2.0-or-later
/* Naming a pid namespace by a process in it. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"

/* A /proc of another pid namespace would give another process's answer. */
static int check_proc(struct nest *nest)
{
	char link[32];
	ssize_t len = readlink("/proc/self", link, sizeof(link) - 1);

	if (len < 0)
		return nest_fail(nest, -errno,
				 "cannot read /proc/self: %m (is /proc mounted?)");
	link[len] = '\0';
	if (atoi(link) != getpid())
		return nest_fail(nest, -ESRCH,
				 "/proc shows another pid namespace than this process's: mount it anew");
	return 0;
}

static bool has_ended(int pidfd)
{
	struct pollfd poller = { .fd = pidfd, .events = POLLIN };

	return poll(&poller, 1, 0) != 0;
}

static int read_inode(struct nest *nest, pid_t pid, uint32_t *inode)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/ns/pid", pid);
	if (stat(path, &st))
		return nest_fail(nest, -errno,
				 "cannot find the pid namespace of process %d: %s: %m",
				 pid, path);
	*inode = st.st_ino;
	return 0;
}

/**
 * nest_target_by_pid() - the pid namespace that a process is in
 * @nest: the handle
 * @pid: the process, in the caller's view
 * @target: gets @pid and @ns; @origin becomes 0
 *
 * The process is held while its namespace is looked up, so both belong
 * together. The kernel compares them again, so that a request after the
 * process has gone is refused even if its number is in use again.
 *
 * Return: 0; -ESRCH if there is no such process, -EACCES or -EPERM if the
 * caller may not look into it, -EINVAL if @pid is not positive.
 */
int nest_target_by_pid(struct nest *nest, pid_t pid,
		       struct nest_target *target)
{
	int pidfd, err;

	memset(target, 0, sizeof(*target));
	if (pid <= 0)
		return nest_fail(nest, -EINVAL, "%d is not a process", pid);
	err = check_proc(nest);
	if (err)
		return err;

	pidfd = syscall(SYS_pidfd_open, pid, 0);
	if (pidfd < 0)
		return nest_fail(nest, -errno, "cannot find process %d: %m",
				 pid);
	err = read_inode(nest, pid, &target->ns);
	if (has_ended(pidfd))
		err = nest_fail(nest, -ESRCH, "process %d has ended", pid);
	close(pidfd);
	if (!err)
		target->pid = pid;
	return err;
}
