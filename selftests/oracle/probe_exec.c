// SPDX-License-Identifier: GPL-2.0-only
/* Executing programs, in all ways. */
#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "probe.h"
#include "tree.h"

static char *const environment[] = { NULL };
static char *const target[] = { (char *)"target", NULL };

static int wait_for(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return KILLED;
	if (WIFSIGNALED(status))
		return KILLED + WTERMSIG(status);
	status = WEXITSTATUS(status);
	return status > TARGET_AGAIN ? STEP + status - TARGET_AGAIN : status;
}

static int run_exec(const struct probe *probe, int no_new_privs)
{
	pid_t pid = vfork();

	if (pid)
		return wait_for(pid);
	if (no_new_privs && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		_exit(errno);
	execve(probe->path[0], target, environment);
	_exit(errno);
}

/* The program executes the second one. */
static int run_again(const struct probe *probe, int no_new_privs)
{
	char *const again[] = {
		(char *)"again", (char *)probe->path[1],
		no_new_privs ? (char *)"nnp" : NULL, NULL
	};
	pid_t pid = vfork();

	if (pid)
		return wait_for(pid);
	execve(probe->path[0], again, environment);
	_exit(errno);
}

static int run_fd(const struct probe *probe, int flags)
{
	int fd = open(probe->path[0], flags);
	int code;
	pid_t pid;

	if (fd < 0)
		return errno;
	pid = vfork();
	if (!pid) {
		syscall(SYS_execveat, fd, "", target, environment,
			AT_EMPTY_PATH);
		_exit(errno);
	}
	code = wait_for(pid);
	close(fd);
	return code;
}

/* @arg: a descriptor that was there before the policy. */
static int run_inherited(const struct probe *probe, int arg)
{
	pid_t pid = vfork();

	(void)probe;
	if (pid)
		return wait_for(pid);
	syscall(SYS_execveat, arg, "", target, environment, AT_EMPTY_PATH);
	_exit(errno);
}

const struct probe_op probe_exec_ops[] = {
	{ "exec", run_exec, 0, false, false },
	{ "exec-nnp", run_exec, 1, false, false },
	{ "exec-again", run_again, 0, false, false },
	{ "exec-again-nnp", run_again, 1, false, false },
	{ "exec-fd", run_fd, O_RDONLY, false, false },
	{ "exec-path-fd", run_fd, O_PATH, false, false },
	{ "exec-memfd", run_inherited, TREE_MEMFD, false, false },
	{ "exec-gone", run_inherited, TREE_GONE, false, false },
};

const size_t probe_n_exec_ops = ARRAY_SIZE(probe_exec_ops);
