// SPDX-License-Identifier: GPL-2.0-only
/*
 * Code in a server's process: as a module that nginx loads, it tries what an
 * attacker would, and says what came of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void report(const char *what, int err)
{
	dprintf(STDERR_FILENO, "attack: %s: %s\n", what,
		err ? strerror(err) : "done");
}

static void open_file(const char *what, const char *name, int flags)
{
	int fd = open(name, flags | O_CLOEXEC, 0600);

	report(what, fd < 0 ? errno : 0);
	if (fd >= 0)
		close(fd);
}

/* The child's status is the errno of its exec, or 0 from the shell. */
static void run_shell(void)
{
	int status = 0;
	pid_t child = fork();

	if (!child) {
		execl("/bin/sh", "sh", "-c", "exit 0", NULL);
		_exit(errno);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0)
		report("shell", errno);
	else
		report("shell", WIFEXITED(status) ? WEXITSTATUS(status) : EINTR);
}

__attribute__((constructor))
static void attack(void)
{
	open_file("read", "/etc/shadow", O_RDONLY);
	open_file("write", "/root/planted", O_WRONLY | O_CREAT);
	run_shell();
}
