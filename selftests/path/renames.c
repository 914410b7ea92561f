// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names of files in directories that keep being renamed, until the kernel has
 * the renames wait: what is decided does not change by it.
 */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include "nest_test.h"

#define A	WORK "/a"
#define B	WORK "/b"
#define SECONDS	2

static const char rules[] =
	POLICY("  capability,\n  / r,\n  /proc/** r,\n  " WORK "/{a,b}/ rw,\n"
	       "  " WORK "/{a,b}/** r,\n  " WORK "/{a,b}/**/open{,2} rwl,\n"
	       "  " WORK "/{a,b}/**/new{,2} rwl,\n"
	       "  deny " WORK "/{a,b}/**shut* rwl,\n" PEER_RULES);

static int depth;

/* So deep that a name finds room at first, or not. */
static int make_tree(void)
{
	char path[PATH_MAX] = A, file[PATH_MAX + 8];

	for (int i = 0; i <= depth; i++) {
		if (mkdir(path, 0755))
			return errno;
		if (i < depth)
			strcat(path, "/dir");
	}
	snprintf(file, sizeof(file), "%s/open", path);
	if (put_text(file, "text\n"))
		return errno;
	snprintf(file, sizeof(file), "%s/shut", path);
	return put_text(file, "text\n") ? errno : 0;
}

static int rename_to_and_fro(void *arg)
{
	(void)arg;
	for (;;) {
		CHECK(!rename(A, B));
		CHECK(!rename(B, A));
	}
}

static int use_names(int dir)
{
	CHECK(TRY(close(openat(dir, "open", O_RDONLY))) == 0);
	CHECK(openat(dir, "shut", O_RDONLY) < 0 && errno == EACCES);
	CHECK(TRY(renameat(dir, "open", dir, "open2")) == 0);
	CHECK(TRY(renameat(dir, "open2", dir, "shut2")) == EACCES);
	CHECK(TRY(renameat(dir, "shut", dir, "open")) == EACCES);
	CHECK(TRY(linkat(dir, "open2", dir, "open", 0)) == 0);
	CHECK(TRY(linkat(dir, "open2", dir, "shut2", 0)) == EACCES);
	CHECK(TRY(unlinkat(dir, "open2", 0)) == 0);
	CHECK(TRY(unlinkat(dir, "shut", 0)) == EACCES);
	return 0;
}

static int use_meanwhile(void *arg)
{
	char path[PATH_MAX] = A;
	time_t end = time(NULL) + SECONDS;
	int dir, err = 0, status;
	pid_t pid;

	(void)arg;
	for (int i = 0; i < depth; i++)
		strcat(path, "/dir");
	dir = open(path, O_PATH | O_DIRECTORY);
	CHECK(dir >= 0);
	pid = fork();
	CHECK(pid >= 0);
	if (!pid)
		_exit(rename_to_and_fro(NULL));
	while (!err && time(NULL) < end)
		err = use_names(dir);
	CHECK(waitpid(pid, &status, WNOHANG) == 0);
	CHECK(!kill(pid, SIGKILL) && waitpid(pid, &status, 0) == pid);
	return err;
}

static int run(int levels)
{
	const struct sandbox sandbox = {
		.policy = rules,
		.prepare = make_tree,
	};

	depth = levels;
	return sandbox_run(&sandbox, use_meanwhile, NULL);
}

TEST(short_names)
{
	EXPECT_EQ(0, run(1));
}

TEST(long_names)
{
	EXPECT_EQ(0, run(60));
}

NEST_TEST_MAIN
