// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "side.h"
#include "tree.h"

#define APPARMOR	"/sys/kernel/security/apparmor/"
#define ATTR		"/proc/self/attr/apparmor/"

/* The kernel takes each write for a whole. */
static int write_once(const char *path, const void *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int code = 0;

	if (fd < 0)
		return errno;
	if (write(fd, data, size) != (ssize_t)size)
		code = errno;
	close(fd);
	return code;
}

static void prepare(const char *file, pid_t init)
{
	size_t size;
	void *data = side_read_file(file, &size);
	int code = write_once(APPARMOR ".load", data, size);

	(void)init;
	if (code)
		errx(2, "AppArmor does not load %s: %s", file, strerror(code));
	free(data);
}

static int change_profile(const char *name, bool at_exec)
{
	char order[128];
	int len;

	len = snprintf(order, sizeof(order), "%s %s",
		       at_exec ? "exec" : "changeprofile", name);
	return write_once(at_exec ? ATTR "exec" : ATTR "current", order, len);
}

static int change_hat(const char *name, unsigned int token)
{
	char order[128];
	int len;

	len = snprintf(order, sizeof(order), "changehat %016x^%s", token,
		       name ? name : "");
	return write_once(ATTR "current", order, len);
}

static void enter(void)
{
	int code = change_profile("default", false);

	if (code)
		errx(2, "AppArmor: changeprofile: %s", strerror(code));
}

static void domain(pid_t pid, char *text, size_t size)
{
	char path[64];
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/attr/apparmor/current", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		n = read(fd, text, size - 1);
	if (n < 0)
		err(2, "%s", path);
	close(fd);
	text[n] = '\0';
	text[strcspn(text, "\n ")] = '\0';
}

/* Profiles are removed with their children. */
static void finish(void)
{
	static const char *const names[] = {
		"default", "t1", "t2", "t3", "/o/x/dir/program",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		int code = write_once(APPARMOR ".remove", names[i],
				      strlen(names[i]));

		if (code && code != ENOENT)
			errx(2, "AppArmor does not remove %s: %s", names[i],
			     strerror(code));
	}
}

const struct side side_apparmor = {
	.name = "AppArmor",
	.prepare = prepare,
	.enter = enter,
	.change_profile = change_profile,
	.change_hat = change_hat,
	.domain = domain,
	.finish = finish,
};
