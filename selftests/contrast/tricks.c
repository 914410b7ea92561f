// SPDX-License-Identifier: GPL-2.0-only
/*
 * tricks prepare: makes files.
 * tricks [PROFILE]: tries to reach files that a policy denies, by each thing
 * that a container within a container may do to mounts of its own. Enters an
 * AppArmor profile first, if one is named. Prints for each trick what came of
 * it: "TRICK: reached" or "TRICK: refused".
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define TOP	"/contrast"
#define SHUT	TOP "/shut"
#define READ	TOP "/read"
#define VIEW	TOP "/view"
#define OWN	TOP "/own"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		err(2, "%s", path);
	close(fd);
}

static void prepare(void)
{
	static const char *const dirs[] = {
		TOP, SHUT, SHUT "/old", READ, VIEW, OWN,
	};

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		if (mkdir(dirs[i], 0755))
			err(2, "%s", dirs[i]);
	/* an overlay needs a file system that can be its upper layer */
	if (mount("t", READ, "tmpfs", 0, NULL))
		err(2, "%s", READ);
	if (mkdir(READ "/up", 0755) || mkdir(READ "/work", 0755))
		err(2, READ);
	put(READ "/up/f", "text");
	put(SHUT "/f", "text");
}

/* What may be done is found out by doing it. */
static bool opens(const char *path, int flags)
{
	int fd = open(path, flags, 0600);

	if (fd >= 0)
		close(fd);
	else if (errno != EACCES && errno != EPERM)
		err(2, "%s", path);
	return fd >= 0;
}

static void do_mount(const char *what, const char *where, const char *type,
		     unsigned long flags, const char *options)
{
	if (mount(what, where, type, flags, options))
		err(2, "mount on %s", where);
}

static bool by_its_name(void)
{
	return opens(SHUT "/f", O_RDONLY);
}

static bool by_bind_mount(void)
{
	do_mount(SHUT, VIEW, NULL, MS_BIND, NULL);
	return opens(VIEW "/f", O_RDONLY);
}

static bool by_bind_mount_of_file(void)
{
	put(VIEW "/f", "");
	do_mount(SHUT "/f", VIEW "/f", NULL, MS_BIND, NULL);
	return opens(VIEW "/f", O_RDONLY);
}

static bool by_pivot_root(void)
{
	do_mount(SHUT, SHUT, NULL, MS_BIND, NULL);
	if (chdir(SHUT) || syscall(SYS_pivot_root, ".", "old") || chdir("/"))
		err(2, "pivot_root");
	return opens("/f", O_RDONLY);
}

static bool by_open_tree(void)
{
	int fd = syscall(SYS_open_tree, AT_FDCWD, SHUT, OPEN_TREE_CLONE);

	if (fd < 0 || syscall(SYS_move_mount, fd, "", AT_FDCWD, VIEW,
			      MOVE_MOUNT_F_EMPTY_PATH))
		err(2, "open_tree");
	return opens(VIEW "/f", O_RDONLY);
}

static bool by_user_namespace(void)
{
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
		err(2, "unshare");
	return by_bind_mount();
}

static void own_layer(void)
{
	do_mount("t", OWN, "tmpfs", 0, NULL);
	if (mkdir(OWN "/up", 0755) || mkdir(OWN "/work", 0755))
		err(2, OWN);
}

static bool by_overlay_below(void)
{
	own_layer();
	do_mount("o", VIEW, "overlay", 0, "lowerdir=" SHUT ",upperdir=" OWN
		 "/up,workdir=" OWN "/work");
	return opens(VIEW "/f", O_RDONLY);
}

static bool by_copy_up(void)
{
	own_layer();
	do_mount("o", VIEW, "overlay", 0, "lowerdir=" SHUT ",upperdir=" OWN
		 "/up,workdir=" OWN "/work");
	utimensat(AT_FDCWD, VIEW "/f", NULL, 0);
	return !access(OWN "/up/f", F_OK) && opens(OWN "/up/f", O_RDONLY);
}

static bool by_overlay_above(void)
{
	do_mount("o", VIEW, "overlay", 0, "lowerdir=" OWN ",upperdir=" READ
		 "/up,workdir=" READ "/work");
	return opens(VIEW "/f", O_RDWR);
}

static bool by_another_procfs(void)
{
	do_mount("p", VIEW, "proc", 0, NULL);
	return opens(VIEW "/sys/kernel/hostname", O_RDONLY);
}

static const struct trick {
	const char *name;
	bool (*try)(void);
} tricks[] = {
	{ "by its name", by_its_name },
	{ "bind mount", by_bind_mount },
	{ "bind mount of a file", by_bind_mount_of_file },
	{ "pivot_root", by_pivot_root },
	{ "open_tree and move_mount", by_open_tree },
	{ "user namespace", by_user_namespace },
	{ "lower layer of an overlay", by_overlay_below },
	{ "copy to an upper layer", by_copy_up },
	{ "upper layer of an overlay", by_overlay_above },
	{ "another procfs", by_another_procfs },
};

/* Each in mounts of its own, as a container has. */
static void try(const struct trick *trick)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		if (unshare(CLONE_NEWNS))
			err(2, "unshare");
		do_mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
		_exit(trick->try() ? 0 : 1);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		err(2, "%s", trick->name);
	if (!WIFEXITED(status) || WEXITSTATUS(status) > 1)
		errx(2, "%s: the trick itself failed", trick->name);
	printf("%s: %s\n", trick->name,
	       WEXITSTATUS(status) ? "refused" : "reached");
	fflush(stdout);
}

static void enter(const char *profile)
{
	char order[128];
	int fd = open("/proc/self/attr/apparmor/current", O_WRONLY);
	int len = snprintf(order, sizeof(order), "changeprofile %s", profile);

	if (fd < 0 || write(fd, order, len) != len)
		err(2, "changeprofile %s", profile);
	close(fd);
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "prepare")) {
		prepare();
		return 0;
	}
	if (argc > 1)
		enter(argv[1]);
	for (size_t i = 0; i < ARRAY_SIZE(tricks); i++)
		try(&tricks[i]);
	return 0;
}
