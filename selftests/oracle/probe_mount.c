// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mounts, each in a mount namespace of its own. The first argument is the mount
 * point; the second has the flags, the file system's type and the source of a
 * mount, the flags of umount2(), or where pivot_root() puts the old root.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "probe.h"
#include "tree.h"

static int do_mount(const struct probe *probe)
{
	char type[PROBE_PATH], source[PROBE_PATH];
	unsigned long flags;

	if (sscanf(probe->path[1], "%lu %s %s", &flags, type, source) != 3)
		return EDOM;
	return OUTCOME(mount(source, probe->path[0], type, flags, NULL));
}

static int do_umount(const struct probe *probe)
{
	return OUTCOME(umount2(probe->path[0], atoi(probe->path[1])));
}

static int do_pivot(const struct probe *probe)
{
	return OUTCOME(syscall(SYS_pivot_root, probe->path[0],
			       probe->path[1]));
}

typedef int in_namespace(const struct probe *probe);

static in_namespace *const calls[] = { do_mount, do_umount, do_pivot };

static int run_mount(const struct probe *probe, int which)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(unshare(CLONE_NEWNS) ? EDOM : calls[which](probe));
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return KILLED;
	return WIFSIGNALED(status) ? KILLED + WTERMSIG(status) :
				     WEXITSTATUS(status);
}

const struct probe_op probe_mount_ops[] = {
	{ "mount", run_mount, 0, true, false },
	{ "umount", run_mount, 1, false, false },
	{ "pivot", run_mount, 2, false, false },
};

const size_t probe_n_mount_ops = ARRAY_SIZE(probe_mount_ops);
