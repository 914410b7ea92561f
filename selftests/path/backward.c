// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules of which an automaton that reads names from the start would have to
 * remember too much: the kernel reads them from the end, which is the order in
 * which it finds the names of directories.
 */
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <linux/nest_policy.h>
#include "compiler.h"
#include "nest_test.h"

#define X	WORK "/x"
#define RULE(n)	"  " X "/**/a" #n "*/**/b" #n " rw,\n"
#define FIVE(n)	RULE(n##0) RULE(n##1) RULE(n##2) RULE(n##3) RULE(n##4)
#define RULES	"  / r,\n  /proc/** r,\n  capability,\n" \
		"  " X "/**/dir/ r,\n  " X "/m/ r,\n  owner " X "/mine r,\n" \
		"  deny " X "/**/b13 w,\n" \
		FIVE(1) FIVE(2) FIVE(3) FIVE(4)

static int make_files(void)
{
	static const char *const dirs[] = {
		X, X "/p", X "/p/a10", X "/p/a10/q", X "/p/a10/q/dir",
		X "/p/a13-and-more", X "/p/a13-and-more/q", X "/m",
	};
	static const char *const files[] = {
		X "/p/a10/q/b10", X "/p/a10/q/b11", X "/p/a10/b10",
		X "/p/a13-and-more/q/b13", X "/mine",
	};

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		if (mkdir(dirs[i], 0755))
			return errno;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (put_text(files[i], "text\n"))
			return errno;
	if (mount("tmpfs", X "/m", "tmpfs", 0, NULL) || mkdir(X "/m/a44", 0755) ||
	    mkdir(X "/m/a44/q", 0755))
		return errno;
	return put_text(X "/m/a44/q/b44", "text\n");
}

static const struct sandbox sandbox = {
	.policy = POLICY(RULES),
	.prepare = make_files,
};

TEST(reads_backward)
{
	const struct nest_source source = {
		.name = "policy",
		.data = sandbox.policy,
		.size = strlen(sandbox.policy),
	};
	const struct nest_policy_header *header;
	const struct nest_policy_dfa *dfa;
	struct nest_image image;

	ASSERT_EQ(0, nest_compile(NULL, &source, 1, &image));
	header = image.data;
	dfa = (void *)((char *)image.data +
		       le32toh(header->section[NEST_SECTION_DFAS].offset));
	EXPECT_EQ(NEST_DFA_BACKWARD, le32toh(dfa->flags));
	nest_image_free(&image);
}

static int do_files(void *arg)
{
	(void)arg;
	CHECK(try_open(X "/p/a10/q/b10", O_RDWR) == 0);
	CHECK(try_open(X "/p/a10/q/b11", O_RDWR) == EACCES);
	/* "**" stands for at least one byte. */
	CHECK(try_open(X "/p/a10/b10", O_RDWR) == EACCES);
	CHECK(try_open(X "/p/a13-and-more/q/b13", O_RDONLY) == 0);
	CHECK(try_open(X "/p/a13-and-more/q/b13", O_RDWR) == EACCES);
	CHECK(try_open(X "/p/a10/q/b10", O_WRONLY | O_CREAT) == 0);
	CHECK(try_open(X "/p/a10/q/b12", O_WRONLY | O_CREAT) == EACCES);
	CHECK(try_open(X "/mine", O_RDONLY) == 0);
	CHECK(try_open(X "/mine", O_RDWR) == EACCES);
	return 0;
}

TEST(files)
{
	EXPECT_EQ(0, sandbox_run(&sandbox, do_files, NULL));
}

static int do_directories(void *arg)
{
	(void)arg;
	CHECK(try_open("/", O_RDONLY | O_DIRECTORY) == 0);
	CHECK(try_open(X, O_RDONLY | O_DIRECTORY) == EACCES);
	CHECK(try_open(X "/p/a10/q/dir", O_RDONLY | O_DIRECTORY) == 0);
	CHECK(try_open(X "/p/a10/q", O_RDONLY | O_DIRECTORY) == EACCES);
	return 0;
}

TEST(directories)
{
	EXPECT_EQ(0, sandbox_run(&sandbox, do_directories, NULL));
}

static int do_mount_point(void *arg)
{
	(void)arg;
	CHECK(try_open(X "/m", O_RDONLY | O_DIRECTORY) == 0);
	CHECK(try_open(X "/m/a44/q/b44", O_RDWR) == 0);
	CHECK(try_open(X "/m/a44/q", O_RDONLY | O_DIRECTORY) == EACCES);
	return 0;
}

TEST(mount_points)
{
	EXPECT_EQ(0, sandbox_run(&sandbox, do_mount_point, NULL));
}

TEST_HARNESS_MAIN
