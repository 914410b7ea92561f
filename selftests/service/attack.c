// SPDX-License-Identifier: GPL-2.0-only
/*
 * Code in a server's process. Once it is there it tries what an attacker
 * would, and tells the system log what came of each attempt. It gets there by
 * ld.so.preload, in the place of a function that the server calls at the moment
 * of interest, or is loaded by the server itself.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#define OUTSIDE_PORT 4444

static void report(const char *what, int err)
{
	syslog(LOG_NOTICE, "attack: %s: %s", what,
	       err ? strerror(err) : "done");
}

static void open_file(const char *what, const char *name, int flags)
{
	int fd = open(name, flags | O_CLOEXEC, 0600);

	report(what, fd < 0 ? errno : 0);
	if (fd >= 0)
		close(fd);
}

/* Whoever reaps children by a handler may reap this one too. */
static void run_shell(void)
{
	static char *const argv[] = { "sh", "-c", "exit 0", NULL };
	pid_t child;
	int err = posix_spawn(&child, "/bin/sh", NULL, NULL, argv, NULL);

	report("shell", err);
	if (!err)
		waitpid(child, NULL, 0);
}

static void connect_out(void)
{
	struct sockaddr_in outside = {
		.sin_family = AF_INET,
		.sin_port = htons(OUTSIDE_PORT),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int err = 0;

	if (fd < 0 || connect(fd, (struct sockaddr *)&outside, sizeof(outside)))
		err = errno;
	report("connect", err);
	if (fd >= 0)
		close(fd);
}

static void attack(void)
{
	static bool done;

	if (done)
		return;
	done = true;
	open_file("read", "/etc/shadow", O_RDONLY);
	open_file("write", "/srv/open/planted", O_WRONLY | O_CREAT);
	run_shell();
	connect_out();
}

int chroot(const char *path);

/* sshd: the child that faces the network, while it still is root. */
int chroot(const char *path)
{
	attack();
	return syscall(SYS_chroot, path);
}

/* nginx: a worker, when there is a request. */
int accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags)
{
	attack();
	return syscall(SYS_accept4, fd, addr, len, flags);
}

/*
 * PostgreSQL: a server process, when it is told to load a library. Others, when
 * they start.
 */
__attribute__((constructor))
static void loaded(void)
{
	static const char *const names[] = {
		"chronyd", "postgres", "tcpdump", "unbound",
	};
	char name[16] = "";

	prctl(PR_GET_NAME, name);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(name, names[i]))
			attack();
}
