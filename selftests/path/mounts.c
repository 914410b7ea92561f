// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names that go from mount to mount: through a few, which the kernel walks
 * without taking references, through more, and through some that move.
 */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include "nest_test.h"

#define LEVELS	6	/* more than are walked without references */
#define DEEP	WORK "/m"

static const char rules[] =
	POLICY("  capability,\n  mount,\n  umount,\n  / r,\n  /proc/** r,\n"
	       "  " WORK "/{,m/,m/m/,m/m/m/,m/m/m/m/,m/m/m/m/m/,"
	       "m/m/m/m/m/m/}open r,\n");

/* /stage/m/m/m..., each a mount on the one before, each with two files. */
static int stack_mounts(void)
{
	char path[PATH_MAX] = WORK, file[PATH_MAX + 8];

	for (int i = 0; i <= LEVELS; i++) {
		if (i) {
			strcat(path, "/m");
			if (mkdir(path, 0755) ||
			    mount("m", path, "tmpfs", 0, NULL))
				return errno;
		}
		snprintf(file, sizeof(file), "%s/open", path);
		if (put_text(file, "text\n"))
			return errno;
		snprintf(file, sizeof(file), "%s/shut", path);
		if (put_text(file, "text\n"))
			return errno;
	}
	return mkdir(WORK "/other", 0755) ? errno : 0;
}

static int open_each(void *arg)
{
	char path[PATH_MAX] = WORK, file[PATH_MAX + 8];

	(void)arg;
	for (int i = 0; i <= LEVELS; i++) {
		if (i)
			strcat(path, "/m");
		snprintf(file, sizeof(file), "%s/open", path);
		CHECK(try_open(file, O_RDONLY) == 0);
		snprintf(file, sizeof(file), "%s/shut", path);
		CHECK(try_open(file, O_RDONLY) == EACCES);
	}
	return 0;
}

static int run(int (*prepare)(void), const char *policy, sandbox_fn body)
{
	const struct sandbox sandbox = {
		.policy = policy,
		.prepare = prepare,
	};

	return sandbox_run(&sandbox, body, NULL);
}

TEST(through_some_mounts)
{
	EXPECT_EQ(0, run(stack_mounts, rules, open_each));
}

/* What was allowed by one name is not by the next one, and again by the first. */
static int move_away(void *arg)
{
	(void)arg;
	CHECK(try_open(DEEP "/open", O_RDONLY) == 0);
	CHECK(!mount(DEEP, WORK "/other", NULL, MS_MOVE, NULL));
	CHECK(try_open(WORK "/other/open", O_RDONLY) == EACCES);
	CHECK(try_open(WORK "/other/m/open", O_RDONLY) == EACCES);
	CHECK(!mount(WORK "/other", DEEP, NULL, MS_MOVE, NULL));
	CHECK(try_open(DEEP "/open", O_RDONLY) == 0);
	CHECK(try_open(DEEP "/m/open", O_RDONLY) == 0);
	return 0;
}

TEST(a_mount_that_moves)
{
	EXPECT_EQ(0, run(stack_mounts, rules, move_away));
}

/* A mount that was taken off its tree leads nowhere. */
static int detach(void *arg)
{
	int dir = open(DEEP "/m/m", O_PATH | O_DIRECTORY);

	(void)arg;
	CHECK(dir >= 0);
	CHECK(TRY(openat(dir, "open", O_RDONLY)) == 0);
	CHECK(!umount2(DEEP, MNT_DETACH));
	CHECK(TRY(openat(dir, "open", O_RDONLY)) == EACCES);
	return 0;
}

TEST(a_mount_that_is_taken_off)
{
	EXPECT_EQ(0, run(stack_mounts, rules, detach));
}

#define PILE	600	/* more than a name is looked for under */

static int pile_mounts(void)
{
	if (mkdir(DEEP, 0755))
		return errno;
	for (int i = 0; i < PILE; i++)
		if (mount("m", DEEP, "tmpfs", 0, NULL))
			return errno;
	return put_text(DEEP "/open", "text\n");
}

/* There is an end to the search, and whatever needs the name is refused. */
static int use_pile(void *arg)
{
	(void)arg;
	CHECK(try_open(DEEP "/open", O_RDONLY) == EACCES);
	CHECK(TRY(mount(DEEP, DEEP, NULL, MS_BIND, NULL)) == EACCES);
	return TRY(chroot(DEEP));
}

TEST(under_too_many_mounts)
{
	EXPECT_EQ(EACCES, run(pile_mounts, POLICY(ALL_RULES "  mount,\n"),
			      use_pile));
}

#define A	WORK "/a"
#define B	WORK "/b"

/*
 * Only names are allowed that the file never has, but would seem to have to who
 * sees the parent of a mount before it moves and its place after that.
 */
static const char crossed[] =
	POLICY("  capability,\n  mount,\n  / r,\n  /proc/** r,\n"
	       "  " A "/y/f r,\n  " B "/x/f r,\n");

static int two_places(void)
{
	static const char *const dirs[] = { A, B };

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		if (mkdir(dirs[i], 0755) ||
		    mount("m", dirs[i], "tmpfs", 0, NULL))
			return errno;
	if (mkdir(A "/x", 0755) || mkdir(B "/y", 0755) ||
	    mount("m", A "/x", "tmpfs", 0, NULL))
		return errno;
	return put_text(A "/x/f", "text\n");
}

static int move_to_and_fro(void *arg)
{
	(void)arg;
	for (;;) {
		CHECK(!mount(A "/x", B "/y", NULL, MS_MOVE, NULL));
		CHECK(!mount(B "/y", A "/x", NULL, MS_MOVE, NULL));
	}
}

static int open_meanwhile(void *arg)
{
	int dir = open(A "/x", O_PATH | O_DIRECTORY);
	time_t end = time(NULL) + 3;
	pid_t mover;

	(void)arg;
	CHECK(dir >= 0);
	mover = fork();
	if (!mover)
		_exit(move_to_and_fro(NULL));
	while (time(NULL) < end)
		CHECK(TRY(openat(dir, "f", O_RDONLY)) == EACCES);
	CHECK(!waitpid(mover, NULL, WNOHANG));
	kill(mover, SIGKILL);
	return 0;
}

TEST(a_mount_that_keeps_moving)
{
	EXPECT_EQ(0, run(two_places, crossed, open_meanwhile));
}

NEST_TEST_MAIN
