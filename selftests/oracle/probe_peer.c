// SPDX-License-Identifier: GPL-2.0-only
/* Operations on other processes. */
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "peer.h"
#include "probe.h"
#include "tree.h"

static pid_t inside(const struct probe *probe)
{
	return peer_find(probe->path[0])->inside;
}

static int run_kill(const struct probe *probe, int arg)
{
	(void)arg;
	return OUTCOME(kill(inside(probe), atoi(probe->path[1])));
}

static int run_tgkill(const struct probe *probe, int arg)
{
	pid_t pid = inside(probe);

	(void)arg;
	return OUTCOME(syscall(SYS_tgkill, pid, pid, atoi(probe->path[1])));
}

static int with_pidfd(const struct probe *probe, int call, int arg)
{
	int fd = syscall(SYS_pidfd_open, inside(probe), 0);
	int code;

	if (fd < 0)
		return errno;
	code = OUTCOME(syscall(call, fd, arg, NULL, 0));
	close(fd);
	return code ? STEP + code : 0;
}

static int run_pidfd_kill(const struct probe *probe, int arg)
{
	return with_pidfd(probe, arg, atoi(probe->path[1]));
}

/* The descriptor that it reports on is one that every peer has. */
static int run_getfd(const struct probe *probe, int arg)
{
	return with_pidfd(probe, arg, TARGET_REPORT);
}

/* @arg: PTRACE_ATTACH, or PTRACE_SEIZE, which does not stop it. */
static int run_trace(const struct probe *probe, int arg)
{
	pid_t pid = inside(probe);
	int code = 0;

	if (ptrace(arg, pid, NULL, NULL))
		return errno;
	if ((arg == PTRACE_SEIZE && ptrace(PTRACE_INTERRUPT, pid, NULL, NULL)) ||
	    waitpid(pid, NULL, __WALL) != pid ||
	    ptrace(PTRACE_DETACH, pid, NULL, NULL))
		code = STEP + errno;
	return code;
}

/* Here the peer is a new child, which asks to be traced. */
static int run_traceme(const struct probe *probe, int arg)
{
	char *const argv[] = { (char *)"peer", (char *)"traceme", NULL };
	char *const none[] = { NULL };
	char path[128];
	int status;
	pid_t pid;

	(void)arg;
	snprintf(path, sizeof(path), PEER_DIR "/%s", probe->path[0]);
	pid = vfork();
	if (!pid) {
		execve(path, argv, none);
		_exit(errno);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return KILLED;
	return WEXITSTATUS(status);
}

/* What files in /proc say of it; what is to be read has to be read, too. */
static int run_proc(const struct probe *probe, int arg)
{
	char path[128], byte;
	int fd, code;

	(void)arg;
	snprintf(path, sizeof(path), "/proc/%d/%s",
		 peer_find(probe->path[0])->outside, probe->path[1]);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return errno;
	code = OUTCOME(read(fd, &byte, 1));
	close(fd);
	return code ? STEP + code : 0;
}

static int run_proc_link(const struct probe *probe, int arg)
{
	char path[128], text[64];

	(void)arg;
	snprintf(path, sizeof(path), "/proc/%d/%s",
		 peer_find(probe->path[0])->outside, probe->path[1]);
	return OUTCOME(readlink(path, text, sizeof(text)));
}

/* The address is bad for whoever gets so far. */
static int run_vm(const struct probe *probe, int arg)
{
	char byte = 0;
	struct iovec here = { &byte, 1 }, there = { NULL, 1 };

	return OUTCOME(syscall(arg, inside(probe), &here, 1, &there, 1, 0));
}

static int run_kcmp(const struct probe *probe, int arg)
{
	return OUTCOME(syscall(SYS_kcmp, getpid(), inside(probe), arg, 0, 0));
}

static int run_robust(const struct probe *probe, int arg)
{
	void *list;
	size_t size;

	return OUTCOME(syscall(arg, inside(probe), &list, &size));
}

const struct probe_op probe_peer_ops[] = {
	{ "kill", run_kill, 0, false, true },
	{ "tgkill", run_tgkill, 0, false, true },
	{ "pidfd-kill", run_pidfd_kill, SYS_pidfd_send_signal, false, true },
	{ "pidfd-getfd", run_getfd, SYS_pidfd_getfd, false, true },
	{ "attach", run_trace, PTRACE_ATTACH, false, true },
	{ "seize", run_trace, PTRACE_SEIZE, false, true },
	{ "traceme", run_traceme, 0, false, false },
	{ "proc", run_proc, 0, false, true },
	{ "proc-link", run_proc_link, 0, false, true },
	{ "vm-read", run_vm, SYS_process_vm_readv, false, true },
	{ "vm-write", run_vm, SYS_process_vm_writev, false, true },
	{ "kcmp", run_kcmp, KCMP_VM, false, true },
	{ "robust-list", run_robust, SYS_get_robust_list, false, true },
};

const size_t probe_n_peer_ops = ARRAY_SIZE(probe_peer_ops);
