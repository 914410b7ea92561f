// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include "nest.h"
#include "ops.h"
#include "probe.h"
#include "sandbox.h"

#define ARGS_MAX	16

/* The exit status is AT_SECURE. */
static int verb_secure(char **args)
{
	(void)args;
	return getauxval(AT_SECURE);
}

static int verb_read(char **args)
{
	return try_open(args[0], O_RDONLY);
}

static int verb_write(char **args)
{
	return try_open(args[0], O_WRONLY);
}

/* Does a verb as if it was given as a program's arguments. */
static int verb_then(char **args)
{
	char *argv[ARGS_MAX + 2] = { "probe" };
	size_t n = 0;

	for (; args[n] && n < ARGS_MAX; n++)
		argv[n + 1] = args[n];
	return probe_main(n + 1, argv);
}

/* exec PATH ARGUMENT...: becomes another program. */
static int verb_exec(char **args)
{
	char *argv[ARGS_MAX + 1] = { "probe" };
	static char *const env[1];

	for (size_t i = 1; args[i] && i < ARGS_MAX; i++)
		argv[i] = args[i];
	execve(args[0], argv, env);
	return errno;
}

/* exploit WHAT VERB ...: does it when the test module has done that. */
static int verb_exploit(char **args)
{
	return put_text("/proc/nest_exploit", args[0]) ?
	       SANDBOX_BROKEN : verb_then(args + 1);
}

/* Says on descriptor 1 that it runs, ends when 0 has nothing more to say. */
static int verb_hold(char **args)
{
	char byte;

	(void)args;
	if (write(1, "", 1) != 1)
		return errno;
	while (read(0, &byte, 1) > 0)
		;
	return 0;
}

/* fork VERB ...: does it in a child. */
static int verb_fork(char **args)
{
	pid_t pid = fork();

	if (!pid)
		_exit(verb_then(args));
	return pid < 0 ? errno : sandbox_wait(pid);
}

/* receive: a descriptor from the socket that is descriptor 0. */
static int verb_receive(char **args)
{
	char byte, space[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = space, .msg_controllen = sizeof(space),
	};
	struct cmsghdr *cmsg;

	(void)args;
	if (recvmsg(0, &msg, 0) < 0)
		return errno;
	cmsg = CMSG_FIRSTHDR(&msg);
	if (cmsg && cmsg->cmsg_type == SCM_RIGHTS)
		return 0;
	return msg.msg_flags & MSG_CTRUNC ? EACCES : SANDBOX_BROKEN;
}

/* use DESCRIPTOR: reads from it and writes to it, where it is open to that. */
static int verb_use(char **args)
{
	int fd = atoi(args[0]);
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0)
		return errno;
	return try_use_fd(fd, flags);
}

/* open FLAGS FILE VERB ...: does it with FILE open as descriptor 9. */
static int verb_open(char **args)
{
	int fd = open(args[1], atoi(args[0]));

	if (fd < 0 || dup2(fd, 9) < 0)
		return SANDBOX_BROKEN;
	close(fd);
	return verb_then(args + 2);
}

static void *thread_main(void *path)
{
	return (void *)(long)try_open(path, O_RDONLY);
}

/* thread PATH: reads it in a thread. */
static int verb_thread(char **args)
{
	pthread_t thread;
	void *result;

	if (pthread_create(&thread, NULL, thread_main, args[0]) ||
	    pthread_join(thread, &result))
		return SANDBOX_BROKEN;
	return (long)result;
}

/* traceme: becomes its parent's tracee. */
static int verb_traceme(char **args)
{
	(void)args;
	return TRY(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

/* hat NAME: enters that hat; NULL leads back if NAME is empty. */
static int verb_hat(char **args)
{
	return -nest_change_hat(*args[0] ? args[0] : NULL, 0, 1);
}

/* limit NUMBER SOFT HARD: whether these are the limits of a resource. */
static int verb_limit(char **args)
{
	struct rlimit limit;

	if (getrlimit(atoi(args[0]), &limit))
		return errno;
	return limit.rlim_cur == strtoull(args[1], NULL, 0) &&
	       limit.rlim_max == strtoull(args[2], NULL, 0) ? 0 : ERANGE;
}

/* raise NUMBER HARD: sets the limit of a resource. */
static int verb_raise(char **args)
{
	struct rlimit limit = { .rlim_max = strtoull(args[1], NULL, 0) };

	return TRY(setrlimit(atoi(args[0]), &limit));
}

/* spin: works until it is stopped, or for a minute. */
static int verb_spin(char **args)
{
	(void)args;
	alarm(60);
	while (getpid())
		;
	return 0;
}

static const struct {
	const char *name;
	int n_args;
	int (*run)(char **args);
} verbs[] = {
	{ "exec", 1, verb_exec },
	{ "exploit", 2, verb_exploit },
	{ "fork", 1, verb_fork },
	{ "hat", 1, verb_hat },
	{ "hold", 0, verb_hold },
	{ "limit", 3, verb_limit },
	{ "open", 3, verb_open },
	{ "raise", 2, verb_raise },
	{ "read", 1, verb_read },
	{ "receive", 0, verb_receive },
	{ "secure", 0, verb_secure },
	{ "spin", 0, verb_spin },
	{ "thread", 1, verb_thread },
	{ "traceme", 0, verb_traceme },
	{ "use", 1, verb_use },
	{ "write", 1, verb_write },
};

static bool is_interpreter(char **argv)
{
	return argv[1] && !strcmp(argv[1], "probe") && argv[2];
}

/**
 * probe_wanted() - has this program been executed as the probe?
 * @argv: of main()
 *
 * A script's first line may name the program with the argument "probe".
 *
 * Return: true if probe_main() is to be called.
 */
bool probe_wanted(char **argv)
{
	return argv[0] && (!strcmp(argv[0], "probe") || is_interpreter(argv));
}

/**
 * probe_main() - run a verb
 * @argc: of main()
 * @argv: of main()
 *
 * Return: the exit status.
 */
int probe_main(int argc, char **argv)
{
	if (is_interpreter(argv)) {
		argv += 2;
		argc -= 2;
	}
	for (size_t i = 0; argc > 1 && i < ARRAY_SIZE(verbs); i++) {
		if (!strcmp(argv[1], verbs[i].name) &&
		    argc - 2 >= verbs[i].n_args)
			return verbs[i].run(argv + 2);
	}
	return SANDBOX_BROKEN;
}

/**
 * probe_run() - execute a copy of the probe in a child
 * @path: where it is
 *
 * The arguments follow, ended by NULL.
 *
 * Return: its exit status, or the errno of the exec.
 */
int probe_run(const char *path, ...)
{
	char *argv[ARGS_MAX + 2] = { (char *)path };
	va_list list;
	char *arg;
	size_t n = 1;
	pid_t pid;

	va_start(list, path);
	while ((arg = va_arg(list, char *)) && n <= ARGS_MAX)
		argv[n++] = arg;
	va_end(list);
	pid = fork();
	if (!pid)
		_exit(verb_exec(argv));
	return pid < 0 ? errno : sandbox_wait(pid);
}
