// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a task has got goes with it into another domain: open files, sockets and
 * limits. The first argument tells how it gets there: pNAME (change_profile),
 * h0:NAME (change_hat), or the path of a program that it executes; of a file also
 * what it is used for then, after a blank. The second argument is what it has got.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "probe.h"
#include "side.h"
#include "tree.h"

static void note(const char *what, long ret)
{
	probe_note("%s:%s,", what, ret < 0 ? strerrorname_np(errno) : "ok");
}

/* Return: whether the domain is another, without an exec. */
static bool change(const char *how)
{
	int code = probe_take_step(how);

	probe_note("%s,", code ? strerrorname_np(code) : "ok");
	return !code;
}

static bool map(int fd, int prot, int flags)
{
	return mmap(NULL, 4096, prot, flags, fd, 0) != MAP_FAILED;
}

/*
 * For one thing only: AppArmor remembers that a profile used the descriptor, and
 * asks the profile before about everything else.
 */
static int use_file(int fd, const char *use)
{
	char byte;

	if (!strcmp(use, "read"))
		return OUTCOME(read(fd, &byte, 1));
	if (!strcmp(use, "write"))
		return OUTCOME(write(fd, "t", 1));
	if (!strcmp(use, "map"))
		return map(fd, PROT_READ, MAP_SHARED) ? 0 : errno;
	if (!strcmp(use, "map-w"))
		return map(fd, PROT_WRITE, MAP_SHARED) ? 0 : errno;
	if (!strcmp(use, "map-x"))
		return map(fd, PROT_READ | PROT_EXEC, MAP_PRIVATE) ? 0 : errno;
	if (!strcmp(use, "lock"))
		return OUTCOME(flock(fd, LOCK_SH | LOCK_NB));
	if (!strcmp(use, "truncate"))
		return OUTCOME(ftruncate(fd, 1));
	return OUTCOME(fchmod(fd, 0600));
}

/* The program notes what became of these calls by their errnos. */
static void note_bytes(int fd)
{
	static const char *const calls[] = { "read", "write" };
	unsigned char code[ARRAY_SIZE(calls)];
	size_t i;

	if (read(fd, code, sizeof(code)) != sizeof(code)) {
		probe_note("no exec,");
		return;
	}
	for (i = 0; i < sizeof(code); i++)
		probe_note("%s:%s,", calls[i],
			   code[i] ? strerrorname_np(code[i]) : "ok");
}

/* Only those that the exec changed. */
static void note_limits(int fd)
{
	struct rlimit limit[RLIM_NLIMITS], mine;
	int i;

	if (read(fd, limit, sizeof(limit)) != sizeof(limit)) {
		probe_note("no exec,");
		return;
	}
	for (i = 0; i < RLIM_NLIMITS; i++)
		if (!getrlimit(i, &mine) && mine.rlim_max != limit[i].rlim_max)
			probe_note("%d:%lu,", i, (long)limit[i].rlim_max);
}

/* Executes the program, as "use" or "limits", with a pipe for its report. */
static int execute(const char *path, const char *as, int fd,
		   void (*report)(int fd))
{
	char *const argv[] = { (char *)as, NULL };
	char *const none[] = { NULL };
	int ends[2], status;
	pid_t pid;

	if (pipe(ends))
		return KILLED;
	pid = fork();
	if (!pid) {
		dup2(ends[1], TARGET_NOTES);
		if (fd >= 0)
			dup2(fd, TARGET_USES);
		execve(path, argv, none);
		_exit(errno);
	}
	close(ends[1]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return KILLED;
	report(ends[0]);
	close(ends[0]);
	return WIFSIGNALED(status) ? KILLED + WTERMSIG(status) :
				     WEXITSTATUS(status);
}

/* Runs in a child, which exits with an errno then. */
typedef int in_child(const struct probe *probe, int arg);

static int with_child(const struct probe *probe, int arg, in_child *run)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(run(probe, arg));
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return KILLED;
	return WIFSIGNALED(status) ? KILLED + WTERMSIG(status) :
				     WEXITSTATUS(status);
}

static int carry_file(const struct probe *probe, int flags)
{
	int fd = open(probe->path[1], flags);
	char how[PROBE_PATH], use[PROBE_PATH];

	if (sscanf(probe->path[0], "%s %s", how, use) != 2)
		return EDOM;
	note("open", fd);
	return fd >= 0 && change(how) ? use_file(fd, use) : 0;
}

static int run_file(const struct probe *probe, int flags)
{
	int fd, code;

	if (*probe->path[0] != '/')
		return with_child(probe, flags, carry_file);
	fd = open(probe->path[1], flags);
	if (fd < 0)
		return errno;
	code = execute(probe->path[0], "use", fd, note_bytes);
	close(fd);
	return code;
}

static socklen_t make_name(int family, struct sockaddr_storage *name)
{
	struct sockaddr_in *in = (struct sockaddr_in *)name;

	memset(name, 0, sizeof(*name));
	name->ss_family = family;
	if (family == AF_INET)
		in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	switch (family) {
	case AF_INET:
		return sizeof(struct sockaddr_in);
	case AF_INET6:
		return sizeof(struct sockaddr_in6);
	case AF_NETLINK:
		return 12;
	default:
		return sizeof(sa_family_t);
	}
}

static void use_socket(int fd, int family)
{
	struct sockaddr_storage name;
	socklen_t len = sizeof(name);
	int one = 1;

	note("getsockname", getsockname(fd, (struct sockaddr *)&name, &len));
	len = sizeof(name);
	note("getpeername", getpeername(fd, (struct sockaddr *)&name, &len));
	len = sizeof(one);
	note("setsockopt", setsockopt(fd, SOL_SOCKET, SO_PRIORITY, &one, len));
	note("getsockopt", getsockopt(fd, SOL_SOCKET, SO_TYPE, &one, &len));
	len = make_name(family, &name);
	note("bind", bind(fd, (struct sockaddr *)&name, len));
	note("connect", connect(fd, (struct sockaddr *)&name, len));
	note("listen", listen(fd, 1));
	note("accept", accept4(fd, NULL, NULL, SOCK_NONBLOCK));
	note("send", send(fd, "t", 1, MSG_DONTWAIT | MSG_NOSIGNAL));
	note("recv", recv(fd, &one, 1, MSG_DONTWAIT));
	note("shutdown", shutdown(fd, SHUT_RDWR));
}

static int carry_socket(const struct probe *probe, int arg)
{
	int family, type, fd;

	(void)arg;
	if (sscanf(probe->path[1], "%d %d", &family, &type) != 2)
		return EDOM;
	fd = socket(family, type | SOCK_NONBLOCK, 0);
	note("socket", fd);
	if (fd >= 0 && change(probe->path[0]))
		use_socket(fd, family);
	return 0;
}

static int run_socket(const struct probe *probe, int arg)
{
	return with_child(probe, arg, carry_socket);
}

/*
 * The outcome is the same where the module asks first, and where it has lowered
 * the limit so that the kernel refuses by itself.
 */
static void note_limit(const char *what, int resource, rlim_t value)
{
	struct rlimit limit = { value, value };

	probe_note("%s:%s,", what, setrlimit(resource, &limit) ? "no" : "ok");
}

/* Tries to have hard limits about one that a profile may set. */
static int carry_limit(const struct probe *probe, int arg)
{
	rlim_t value;
	int resource;

	(void)arg;
	if (sscanf(probe->path[1], "%d %lu", &resource, &value) != 2)
		return EDOM;
	if (!change(probe->path[0]))
		return 0;
	note_limit("above", resource, value + 1);
	note_limit("at", resource, value);
	note_limit("below", resource, value - 1);
	note_limit("infinity", resource, RLIM_INFINITY);
	return 0;
}

static int run_limit(const struct probe *probe, int arg)
{
	if (*probe->path[0] == '/')
		return execute(probe->path[0], "limits", -1, note_limits);
	return with_child(probe, arg, carry_limit);
}

const struct probe_op probe_carry_ops[] = {
	{ "carry-r", run_file, O_RDONLY, true, false },
	{ "carry-w", run_file, O_WRONLY, true, false },
	{ "carry-rw", run_file, O_RDWR, true, false },
	{ "carry-a", run_file, O_WRONLY | O_APPEND, true, false },
	{ "carry-path", run_file, O_PATH, true, false },
	{ "carry-socket", run_socket, 0, false, false },
	{ "carry-limit", run_limit, 0, false, false },
};

const size_t probe_n_carry_ops = ARRAY_SIZE(probe_carry_ops);
