// SPDX-License-Identifier: GPL-2.0-only
/*
 * overlayfs works on the real files with the mounter's credentials, inside the
 * task that uses it. A policy names the files of the overlay alone, and what
 * it denies the task must not hit overlayfs.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include "nest_test.h"

#define LAYERS	WORK "/layers"
#define ROOT	WORK "/root"
#define USER	1000

static int make_overlay(void)
{
	static const char *const dirs[] = {
		LAYERS, LAYERS "/lower", LAYERS "/upper", LAYERS "/work", ROOT,
		LAYERS "/lower/dir",
	};
	static const char *const files[] = {
		LAYERS "/lower/dir/file", LAYERS "/lower/dir/gone",
		LAYERS "/lower/dir/shut", LAYERS "/lower/dir/twice",
	};

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		if (mkdir(dirs[i], 0755))
			return errno;
	if (chown(LAYERS "/lower/dir", USER, USER))
		return errno;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (put_text(files[i], "lower\n") ||
		    chown(files[i], USER, USER))
			return errno;
	return TRY(mount("overlay", ROOT, "overlay", 0,
			 "lowerdir=" LAYERS "/lower,upperdir=" LAYERS
			 "/upper,workdir=" LAYERS "/work"));
}

/* setuid and setgid are for drop_to(); no DAC capability is there. */
static const struct sandbox sandbox = {
	.policy = POLICY("  capability setuid,\n  capability setgid,\n"
			 "  " ROOT "/** rwl,\n"
			 "  deny " ROOT "/dir/shut rw,\n"),
	.rootful = true,
	.prepare = make_overlay,
};

static int as_user(void *arg)
{
	sandbox_fn body = (sandbox_fn)arg;

	CHECK(!drop_to(USER));
	return body(NULL);
}

static int do_create(void *arg)
{
	(void)arg;
	CHECK(try_open(ROOT "/dir/new", O_CREAT | O_EXCL | O_RDWR) == 0);
	CHECK(TRY(mkdir(ROOT "/dir/newdir", 0755)) == 0);
	CHECK(TRY(symlink("x", ROOT "/dir/newlink")) == 0);
	CHECK(TRY(mknod(ROOT "/dir/fifo", S_IFIFO | 0600, 0)) == 0);
	return 0;
}

static int do_copy_up(void *arg)
{
	char text[16] = "";
	int fd = open(ROOT "/dir/file", O_RDWR | O_APPEND);

	(void)arg;
	CHECK(fd >= 0);
	CHECK(write(fd, "upper", 5) == 5);
	CHECK(pread(fd, text, sizeof(text), 0) == 11);
	CHECK(!memcmp(text, "lower\nupper", 11));
	return TRY(chmod(ROOT "/dir/file", 0600));
}

static int do_unlink(void *arg)
{
	(void)arg;
	CHECK(!unlink(ROOT "/dir/gone"));
	CHECK(try_open(ROOT "/dir/gone", O_RDONLY) == ENOENT);
	return TRY(rename(ROOT "/dir/file", ROOT "/dir/moved"));
}

static int do_shut(void *arg)
{
	(void)arg;
	CHECK(try_open(ROOT "/dir/shut", O_RDONLY) == EACCES);
	CHECK(try_open(ROOT "/dir/shut", O_WRONLY) == EACCES);
	CHECK(TRY(unlink(ROOT "/dir/shut")) == EACCES);
	/* the real files have no rule */
	CHECK(try_open(LAYERS "/lower/dir/file", O_RDONLY) == EACCES);
	return 0;
}

/* Before and after copy-up the name is the same. */
static int do_twice(void *arg)
{
	int lower = open(ROOT "/dir/twice", O_RDONLY);
	int again = open(ROOT "/dir/twice", O_RDONLY);
	char byte;
	void *map;

	(void)arg;
	CHECK(lower >= 0 && again >= 0);
	CHECK(try_open(ROOT "/dir/twice", O_RDWR) == 0);
	CHECK(read(lower, &byte, 1) == 1 && read(again, &byte, 1) == 1);
	map = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, lower, 0);
	CHECK(map != MAP_FAILED);
	/* m is not allowed, by the overlay's name or the real file's */
	CHECK(TRY(mprotect(map, 4096, PROT_READ | PROT_EXEC)) == EACCES);
	return try_read_fd(again);
}

static int do_readdir(void *arg)
{
	char buf[1024];
	int fd = open(ROOT "/dir/", O_RDONLY | O_DIRECTORY);

	(void)arg;
	CHECK(fd >= 0);
	return getdents64(fd, buf, sizeof(buf)) > 0 ? 0 : errno;
}

FIXTURE(overlay) {
};

FIXTURE_SETUP(overlay) {
}

FIXTURE_TEARDOWN(overlay) {
}

FIXTURE_VARIANT(overlay) {
	sandbox_fn body;
};

#define CASE(name) \
	FIXTURE_VARIANT_ADD(overlay, name) { .body = do_##name }

CASE(create);
CASE(copy_up);
CASE(unlink);
CASE(shut);
CASE(twice);
CASE(readdir);

TEST_F(overlay, root)
{
	struct sandbox s = sandbox;

	s.policy = POLICY("  capability,\n  " ROOT "/** rwl,\n"
			  "  deny " ROOT "/dir/shut rw,\n");
	EXPECT_EQ(0, sandbox_run(&s, variant->body, NULL));
}

TEST_F(overlay, user)
{
	EXPECT_EQ(0, sandbox_run(&sandbox, as_user, variant->body));
}

NEST_TEST_MAIN
