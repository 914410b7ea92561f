// SPDX-License-Identifier: GPL-2.0-only
/*
 * I2: whatever a task does to its root, to mounts and to names, the rule for a
 * name is reached only by the file that has this name in the container.
 * /stage/open may be read, /stage/shut may not; below /stage/jail the same names
 * stand for other files.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "nest_test.h"

#define OPEN	WORK "/open"
#define SHUT	WORK "/shut"
#define JAIL	WORK "/jail"
#define RULES	"  capability,\n  / r,\n  /proc/** r,\n  " OPEN "/** rw,\n" \
		"  " WORK "/x r,\n"

#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE	1
#endif

/* Made before the policy, where the policy would not let it be made. */
static int held = -1;
static pid_t helper;

static int make_files(void)
{
	static const char *const dirs[] = {
		OPEN, SHUT, SHUT "/sub", JAIL, JAIL "/stage", JAIL "/stage/open",
		JAIL "/proc", WORK "/view", WORK "/part", WORK "/whole",
		WORK "/whole/part", WORK "/whole/part/deep",
	};
	static const char *const files[] = {
		OPEN "/f", SHUT "/f", SHUT "/sub/f", JAIL "/stage/open/f",
		WORK "/x (deleted)", SHUT "/x",
		WORK "/whole/part/deep/f", WORK "/whole/part/f",
	};

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		if (mkdir(dirs[i], 0755))
			return errno;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (put_text(files[i], "text\n"))
			return errno;
	return 0;
}

static int run(const char *policy, int (*prepare)(void), sandbox_fn body)
{
	const struct sandbox sandbox = {
		.policy = policy,
		.prepare = prepare,
	};

	return sandbox_run(&sandbox, body, NULL);
}

/* What the policy is meant to do; called where a body ends, too. */
static int still_confined(void)
{
	CHECK(try_open(OPEN "/f", O_RDONLY) == 0);
	CHECK(try_open(SHUT "/f", O_RDONLY) == EACCES);
	CHECK(try_open(JAIL "/stage/open/f", O_RDONLY) == EACCES);
	return 0;
}

static int plain(void *arg)
{
	(void)arg;
	return still_confined();
}

TEST(names)
{
	EXPECT_EQ(0, run(POLICY(RULES), make_files, plain));
}

static int do_chroot(void *arg)
{
	(void)arg;
	CHECK(!chroot(JAIL));
	CHECK(!chdir("/"));
	CHECK(try_open("/stage/open/f", O_RDONLY) == EACCES);
	CHECK(try_open("stage/open/f", O_RDONLY) == EACCES);
	return 0;
}

TEST(change_of_root)
{
	EXPECT_EQ(0, run(POLICY(RULES), make_files, do_chroot));
}

static int do_chroot_and_leave(void *arg)
{
	int fd = open("/", O_PATH | O_DIRECTORY);

	(void)arg;
	CHECK(fd >= 0);
	CHECK(!chroot(JAIL));
	CHECK(!fchdir(fd));
	CHECK(try_open("stage/open/f", O_RDONLY) == 0);
	CHECK(try_open("stage/shut/f", O_RDONLY) == EACCES);
	return 0;
}

/* Outside of its root a file keeps its name. */
TEST(chroot_and_fchdir_out)
{
	EXPECT_EQ(0, run(POLICY(RULES), make_files, do_chroot_and_leave));
}

static int do_gates(void *arg)
{
	(void)arg;
	CHECK(TRY(mount(SHUT, OPEN, NULL, MS_BIND, NULL)) == EACCES);
	CHECK(TRY(mount("t", OPEN, "tmpfs", 0, NULL)) == EACCES);
	CHECK(TRY(syscall(SYS_pivot_root, JAIL, JAIL "/proc")) == EACCES ||
	      errno == EINVAL);
	return still_confined();
}

TEST(no_mounts_without_the_gate)
{
	EXPECT_EQ(0, run(POLICY(RULES), make_files, do_gates));
}

static int do_private_mounts(void *arg)
{
	(void)arg;
	CHECK(!unshare(CLONE_NEWNS));
	CHECK(!still_confined());
	return do_gates(arg);
}

TEST(private_mount_namespace)
{
	EXPECT_EQ(0, run(POLICY(RULES), make_files, do_private_mounts));
}

static int do_private_user(void *arg)
{
	(void)arg;
	CHECK(!unshare(CLONE_NEWUSER | CLONE_NEWNS));
	CHECK(!still_confined());
	return do_gates(arg);
}

TEST(private_user_and_mount_namespace)
{
	EXPECT_EQ(0, run(POLICY(RULES), make_files, do_private_user));
}

static int bind_view(void)
{
	return make_files() ?:
	       TRY(mount(SHUT, WORK "/view", NULL, MS_BIND, NULL));
}

static int do_view(void *arg)
{
	(void)arg;
	CHECK(try_open(WORK "/view/f", O_RDONLY) == 0);
	CHECK(try_open(SHUT "/f", O_RDONLY) == EACCES);
	return 0;
}

/* A file under two mounts has two names. */
TEST(bind_mount_has_its_own_name)
{
	EXPECT_EQ(0, run(POLICY("  capability,\n  " WORK "/view/** r,\n"),
			 bind_view, do_view));
}

static int do_open_tree(void *arg)
{
	int fd = syscall(SYS_open_tree, AT_FDCWD, JAIL,
			 OPEN_TREE_CLONE | O_CLOEXEC);

	(void)arg;
	if (fd < 0) {
		CHECK(errno == EACCES || errno == EPERM);
		return 0;
	}
	CHECK(TRY(openat(fd, "stage/open/f", O_RDONLY)) == EACCES);
	CHECK(!fchdir(fd));
	CHECK(try_open("stage/open/f", O_RDONLY) == EACCES);
	/* nor may it become the root */
	CHECK(chroot(".") || try_open("/stage/open/f", O_RDONLY) == EACCES);
	CHECK(try_open("stage/open/f", O_RDONLY) == EACCES);
	return 0;
}

TEST(open_tree_clone)
{
	EXPECT_EQ(0, run(POLICY(RULES), make_files, do_open_tree));
}

static int do_fsmount(void *arg)
{
	int fs = syscall(SYS_fsopen, "tmpfs", 0);
	int fd;

	(void)arg;
	CHECK(fs >= 0);
	CHECK(!syscall(SYS_fsconfig, fs, 6 /* CMD_CREATE */, NULL, NULL, 0));
	fd = syscall(SYS_fsmount, fs, 0, 0);
	if (fd < 0)
		return errno == EACCES ? 0 : SANDBOX_FAILED;
	CHECK(TRY(mkdirat(fd, "stage", 0755)) == EACCES);
	CHECK(TRY(openat(fd, "f", O_CREAT | O_RDWR, 0644)) == EACCES);
	CHECK(TRY(syscall(SYS_move_mount, fd, "", AT_FDCWD, OPEN, 4)) ==
	      EACCES);
	CHECK(!fchdir(fd));
	CHECK(chroot(".") || try_open("/", O_RDONLY) == EACCES);
	return 0;
}

/* No hook is called on fsmount(); what it makes has no name. */
TEST(detached_mount)
{
	EXPECT_EQ(0, run(POLICY(RULES "  /** w,\n"), make_files, do_fsmount));
}

static int do_deleted(void *arg)
{
	(void)arg;
	/* /stage/x may be read; this file is another one */
	return try_open(WORK "/x (deleted)", O_RDONLY);
}

TEST(name_ends_in_deleted)
{
	EXPECT_EQ(EACCES, run(POLICY(RULES), make_files, do_deleted));
}

static int hold_unlinked(void)
{
	int err = make_files();

	if (err)
		return err;
	held = open(SHUT "/x", O_RDWR);
	return held < 0 ? errno : TRY(unlink(SHUT "/x"));
}

static int do_unlinked(void *arg)
{
	(void)arg;
	return try_read_fd(held);
}

/* An unlinked file does not take the rule for a name with the mark. */
TEST(unlinked_file_is_not_its_mark)
{
	EXPECT_EQ(EACCES,
		  run(POLICY(RULES "  \"" SHUT "/x (deleted)\" r,\n"),
		      hold_unlinked, do_unlinked));
}

TEST(unlinked_file_without_a_rule)
{
	EXPECT_EQ(EACCES, run(POLICY(RULES), hold_unlinked, do_unlinked));
}

static int do_memfd(void *arg)
{
	int fd = memfd_create("/../.." SHUT "/f", 0);

	(void)arg;
	CHECK(fd >= 0);
	CHECK(!ftruncate(fd, 4096));
	CHECK(!fchmod(fd, 0700));
	return try_read_fd(fd);
}

/* A memfd is no file with a name: no rule is for it or against it. */
TEST(memfd_name)
{
	EXPECT_EQ(0, run(POLICY("  capability,\n  " OPEN "/** rw,\n"
				"  deny " SHUT "/** rw,\n"),
			 make_files, do_memfd));
}

static int escape(void)
{
	int err = make_files();

	if (err)
		return err;
	if (mount(WORK "/whole/part", WORK "/part", NULL, MS_BIND, NULL) ||
	    chdir(WORK "/part/deep"))
		return errno;
	/* now the working directory lies outside of its mount */
	return TRY(rename(WORK "/whole/part/deep", WORK "/open"
			  "/deep"));
}

static int do_escaped(void *arg)
{
	(void)arg;
	CHECK(try_open("f", O_RDONLY) == EACCES);
	CHECK(try_open("new", O_CREAT | O_WRONLY) == EACCES);
	CHECK(TRY(mkdir("d", 0755)) == EACCES);
	CHECK(TRY(unlink("f")) == EACCES);
	/* by its new name it can be reached */
	CHECK(try_open(OPEN "/deep/f", O_RDONLY) == 0);
	return 0;
}

TEST(escaped_bind_mount)
{
	/* what is below the bind mount may be used, but this is not */
	EXPECT_EQ(0, run(POLICY(RULES "  " WORK "/part/** rw,\n"), escape,
			 do_escaped));
}

static int do_path_descriptor(void *arg)
{
	int fd = open(SHUT "/f", O_PATH);
	int dir = open(SHUT, O_PATH | O_DIRECTORY);

	(void)arg;
	CHECK(fd >= 0 && dir >= 0);
	CHECK(try_read_fd(fd) == EACCES);
	CHECK(TRY(openat(dir, "f", O_RDONLY)) == EACCES);
	fd = open(OPEN "/f", O_PATH);
	CHECK(try_read_fd(fd) == 0);
	return 0;
}

TEST(path_descriptor)
{
	EXPECT_EQ(0, run(POLICY(RULES), make_files, do_path_descriptor));
}

static int do_symlinks(void *arg)
{
	(void)arg;
	CHECK(!symlink(SHUT "/f", OPEN "/link"));
	CHECK(!symlink("../shut", OPEN "/dir"));
	CHECK(try_open(OPEN "/link", O_RDONLY) == EACCES);
	CHECK(try_open(OPEN "/dir/f", O_RDONLY) == EACCES);
	CHECK(try_open(OPEN "/../shut/f", O_RDONLY) == EACCES);
	return 0;
}

TEST(symbolic_links)
{
	EXPECT_EQ(0, run(POLICY(RULES), make_files, do_symlinks));
}

static int do_hard_link(void *arg)
{
	(void)arg;
	CHECK(TRY(link(SHUT "/f", OPEN "/link")) == EACCES);
	CHECK(TRY(rename(SHUT "/f", OPEN "/moved")) == EACCES);
	CHECK(TRY(rename(SHUT "/sub", OPEN "/sub")) == EACCES);
	return still_confined();
}

TEST(hard_link_and_rename)
{
	EXPECT_EQ(0, run(POLICY(RULES "  " OPEN "/** rwl,\n"), make_files,
			 do_hard_link));
}

static int other_tree(void *arg)
{
	const struct gate *gates = arg;

	CHECK(!mount(JAIL "/stage/open", OPEN, NULL, MS_BIND, NULL));
	CHECK(!mount(SHUT, OPEN, NULL, MS_BIND, NULL));
	gate_open(&gates[0]);
	gate_pass(&gates[1]);
	return 0;
}

static int clone_mounts(void *arg)
{
	CHECK(!unshare(CLONE_NEWNS));
	return other_tree(arg);
}

static struct gate gates[2];

/* A process with a mount tree of its own, in which open is shut. */
static int start_helper(void)
{
	int err = make_files() ?: gate_init(&gates[0]) ?: gate_init(&gates[1]);

	if (err)
		return err;
	helper = fork();
	if (!helper)
		_exit(clone_mounts(gates));
	if (helper < 0)
		return errno;
	gate_pass(&gates[0]);
	return 0;
}

static int do_other_root(void *arg)
{
	char path[64];
	int fd;

	(void)arg;
	snprintf(path, sizeof(path), "/proc/%d/root" OPEN "/f", helper);
	CHECK(try_open(path, O_RDONLY) == EACCES);
	snprintf(path, sizeof(path), "/proc/%d/root", helper);
	fd = open(path, O_PATH | O_DIRECTORY);
	CHECK(fd < 0 || TRY(openat(fd, "stage/open/f", O_RDONLY)) == EACCES);
	CHECK(fd < 0 || chroot(path) ||
	      try_open("/stage/open/f", O_RDONLY) == EACCES);
	gate_open(&gates[1]);
	return 0;
}

TEST(root_of_another_process)
{
	EXPECT_EQ(0, run(POLICY(RULES "  ptrace,\n"), start_helper,
			 do_other_root));
}

static int hold_outside(void)
{
	int err = start_helper();
	char path[64];

	if (err)
		return err;
	snprintf(path, sizeof(path), "/proc/%d/root", helper);
	held = open(path, O_PATH | O_DIRECTORY);
	return held < 0 ? errno : 0;
}

static int do_outside(void *arg)
{
	(void)arg;
	CHECK(!fchdir(held));
	CHECK(try_open("stage/open/f", O_RDONLY) == EACCES);
	CHECK(TRY(openat(held, "stage/open/f", O_RDONLY)) == EACCES);
	CHECK(TRY(mkdirat(held, "stage/open/new", 0755)) == EACCES);
	CHECK(chroot(".") || try_open("/stage/open/f", O_RDONLY) == EACCES);
	gate_open(&gates[1]);
	return 0;
}

TEST(descriptor_of_a_directory_outside)
{
	EXPECT_EQ(0, run(POLICY(RULES), hold_outside, do_outside));
}

static int hold_unmounted(void)
{
	int err = make_files();

	if (err)
		return err;
	if (mount(JAIL, WORK "/view", NULL, MS_BIND, NULL))
		return errno;
	held = open(WORK "/view", O_PATH | O_DIRECTORY);
	return held < 0 ? errno : TRY(umount2(WORK "/view", MNT_DETACH));
}

static int do_unmounted(void *arg)
{
	(void)arg;
	CHECK(TRY(openat(held, "stage/open/f", O_RDONLY)) == EACCES);
	CHECK(!fchdir(held));
	CHECK(chroot(".") || try_open("/stage/open/f", O_RDONLY) == EACCES);
	return 0;
}

TEST(unmounted_tree)
{
	EXPECT_EQ(0, run(POLICY(RULES), hold_unmounted, do_unmounted));
}

static int disconnected_name(void *arg)
{
	(void)arg;
	return TRY(openat(held, "stage/open/f", O_RDONLY));
}

/* With attach_disconnected such names have no leading slash: no forgery. */
TEST(attach_disconnected)
{
	EXPECT_EQ(EACCES, run("profile default flags=(attach_disconnected) {\n"
			      "  capability,\n  /** r,\n}\n",
			      hold_unmounted, disconnected_name));
}

static int do_pipes(void *arg)
{
	int fd[2];

	(void)arg;
	CHECK(!pipe(fd));
	return try_read_fd(fd[0]);
}

/* Pipes, sockets and the like are no files with names. */
TEST(pipe_through_proc)
{
	EXPECT_EQ(0, run(POLICY(RULES), make_files, do_pipes));
}

static int do_tmpfile(void *arg)
{
	int fd = open(OPEN, O_TMPFILE | O_RDWR, 0644);
	int shut = open(SHUT, O_TMPFILE | O_RDWR, 0644);

	(void)arg;
	(void)fd;
	CHECK(shut < 0 && errno == EACCES);
	return still_confined();
}

TEST(file_without_a_name)
{
	EXPECT_EQ(0, run(POLICY(RULES), make_files, do_tmpfile));
}

NEST_TEST_MAIN
