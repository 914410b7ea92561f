// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nestctl run: a command in pid and mount namespaces of its own with a policy
 * in force from its first instruction.
 *
 * Three processes: nestctl outside, which waits; the init process of the new
 * namespace, which loads the policy and then waits too; and the command. The
 * command is not init itself, since the kernel keeps signals from an init
 * that has no handler for them.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nestctl.h"

static pid_t child;

static void forward(int number)
{
	kill(child, number);
}

static int exit_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
	       WEXITSTATUS(status);
}

/*
 * Wait for a process and pass signals on to it. Those of the keyboard reach
 * it anyhow, so they are ignored here. Returns what a shell would.
 */
static int wait_for(pid_t pid)
{
	static const int forwarded[] = { SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 };
	struct sigaction action = { .sa_handler = forward };
	int status;
	size_t i;
	pid_t p;

	child = pid;
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	for (i = 0; i < ARRAY_SIZE(forwarded); i++)
		sigaction(forwarded[i], &action, NULL);
	do {
		p = waitpid(-1, &status, 0);
	} while (p != pid && (p > 0 || errno == EINTR));
	return p == pid ? exit_status(status) : EXIT_RUN;
}

static int write_string(const char *file, const char *string)
{
	int fd = open(file, O_WRONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = write(fd, string, strlen(string));
	close(fd);
	return n < 0 ? -1 : 0;
}

/* The caller keeps its ids: a user namespace is for its capabilities only. */
static int map_ids(uid_t uid, gid_t gid)
{
	char text[64];

	if (write_string("/proc/self/setgroups", "deny") && errno != ENOENT)
		return -1;
	snprintf(text, sizeof(text), "%u %u 1", uid, uid);
	if (write_string("/proc/self/uid_map", text))
		return -1;
	snprintf(text, sizeof(text), "%u %u 1", gid, gid);
	return write_string("/proc/self/gid_map", text);
}

static int enter_namespaces(void)
{
	int flags = CLONE_NEWPID | CLONE_NEWNS;
	uid_t uid = geteuid();
	gid_t gid = getegid();

	/* The kernel makes it first, so that it owns the other two. */
	if (uid)
		flags |= CLONE_NEWUSER;
	if (unshare(flags)) {
		error_print("run: cannot create namespaces: %m%s", uid ?
			    " (are unprivileged user namespaces permitted here?)" : "");
		return -1;
	}
	if (uid && map_ids(uid, gid)) {
		error_print("run: cannot set up the user namespace: %m");
		return -1;
	}
	return 0;
}

static int mount_proc(void)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL)) {
		error_print("run: cannot make the mounts private: %m");
		return -1;
	}
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  NULL)) {
		error_print("run: cannot mount /proc: %m");
		return -1;
	}
	return 0;
}

static int load(const struct nestctl_policy *policy, const char *name)
{
	const struct nest_load load = {
		.image = policy->data,
		.size = policy->size,
		.name = name,
		.revision = 0,
	};
	struct nest *nest = nestctl_open();
	int err;

	if (!nest)
		return -1;
	err = nest_layer_load(nest, &load, NULL);
	if (err)
		error_nest(nest_error(nest));
	nest_close(nest);
	return err;
}

/* The life of the new namespace's init process. */
static int be_init(const struct nestctl_policy *policy, const char *name,
		   char **command)
{
	pid_t pid;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || mount_proc() ||
	    load(policy, name))
		return EXIT_RUN;
	pid = fork();
	if (pid < 0) {
		error_print("run: cannot fork: %m");
		return EXIT_RUN;
	}
	if (!pid)
		_exit(nestctl_execute("run", command));
	return wait_for(pid);
}

static int start(const struct nestctl_policy *policy, const char *name,
		 char **command)
{
	pid_t pid;

	if (enter_namespaces())
		return EXIT_RUN;
	fflush(stdout);
	pid = fork();
	if (pid < 0) {
		error_print("run: cannot fork: %m");
		return EXIT_RUN;
	}
	if (!pid) {
		int status = be_init(policy, name, command);

		fflush(stdout);
		_exit(status);
	}
	return wait_for(pid);
}

static int run(const struct nestctl_args *args)
{
	char **command = args->words + 1;
	const char *name = args->name ? args->name : "run";
	struct nestctl_policy policy;
	int status = EXIT_RUN;

	if (!strcmp(command[0], "--") && !*++command)
		return error_usage(&nestctl_run);
	if (!nestctl_policy_get(args, args->words, 1, &policy))
		status = start(&policy, name, command);
	nestctl_policy_free(&policy);
	return status;
}

const struct nestctl_verb nestctl_run = {
	.name = "run",
	.options = "nIW",
	.min = 2,
	.max = INT_MAX,
	.usage = "[-n NAME] [-I DIR] [--warn KIND] POLICY [--] COMMAND [ARGUMENT...]",
	.summary = "run a command in new pid and mount namespaces under POLICY",
	.failed = EXIT_RUN,
	.run = run,
};
