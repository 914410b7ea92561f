// SPDX-License-Identifier: GPL-2.0-only
/*
 * I2: a task in another mount namespace than the container's first process, as
 * in a container within the container, may mount what its policy lets it mount
 * and so give a file any name. The layers of the container still ask for the
 * file itself. /stage/shut may be touched by nobody, /stage/read be read;
 * everything else is open.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "nest_test.h"
#include "probe.h"

#define SHUT	WORK "/shut"
/* An overlay's, and what a mount of it clears there. */
#define WD	SHUT "/wd/"
#define CLEARED	WD "work"
#define READ	WORK "/read"
#define OPEN	WORK "/open"
#define INNER	WORK "/inner"
#define FIXED	WORK "/fixed"
#define RULES	ALL_RULES "  /** ix,\n  mount,\n  umount,\n  pivot_root,\n" \
		"  deny " SHUT "/** rwklmx,\n  deny " READ "/** wkl,\n" \
		"  deny /proc/sys/kernel/hostname rw,\n" \
		"  deny mount -> " FIXED "/dir/,\n" \
		"  deny mount " FIXED "/dir/ -> /**,\n"

static int make_files(void)
{
	static const char *const dirs[] = {
		SHUT, READ, OPEN, INNER, INNER "/etc", SHUT "/etc",
		SHUT "/old", WORK "/view", FIXED, FIXED "/dir",
		READ "/up", READ "/up/dir", INNER "/up", INNER "/wd",
		WD, CLEARED,
	};
	static const char *const files[] = {
		SHUT "/f", READ "/f", OPEN "/f", SHUT "/etc/f", READ "/up/g",
		CLEARED "/f",
	};

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		if (mkdir(dirs[i], 0755))
			return errno;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (put_text(files[i], "text\n"))
			return errno;
	return sandbox_copy_self(OPEN "/program") ?:
	       sandbox_copy_self(SHUT "/program");
}

/* @body runs as one who has a mount namespace of his own, or in a new pid
 * namespace too.
 */
struct abroad {
	sandbox_fn body;
	int flags;
};

static int leave(void *arg)
{
	const struct abroad *abroad = arg;

	CHECK(!unshare(CLONE_NEWNS | abroad->flags));
	if (abroad->flags & CLONE_NEWUSER) {
		CHECK(!put_text("/proc/self/setgroups", "deny"));
		CHECK(!put_text("/proc/self/uid_map", "0 0 1"));
		CHECK(!put_text("/proc/self/gid_map", "0 0 1"));
	}
	CHECK(!mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	return sandbox_fork(abroad->body, NULL);
}

static int go_abroad(void *arg)
{
	CHECK(try_open(SHUT "/f", O_RDONLY) == EACCES);
	return sandbox_fork(leave, arg);
}

static int run(sandbox_fn body, int flags)
{
	const struct sandbox sandbox = {
		.policy = POLICY(RULES),
		.prepare = make_files,
	};
	struct abroad abroad = { body, flags };

	return sandbox_run(&sandbox, go_abroad, &abroad);
}

FIXTURE(abroad) { };

FIXTURE_VARIANT(abroad)
{
	int flags;
};

FIXTURE_VARIANT_ADD(abroad, mounts)
{
	.flags = 0,
};

FIXTURE_VARIANT_ADD(abroad, mounts_and_pids)
{
	.flags = CLONE_NEWPID,
};

FIXTURE_VARIANT_ADD(abroad, mounts_and_users)
{
	.flags = CLONE_NEWUSER,
};

FIXTURE_SETUP(abroad)
{
}

FIXTURE_TEARDOWN(abroad)
{
}

/* What is to be refused below @shut, @dir being the same as /stage/shut. */
static int is_shut(const char *dir)
{
	char f[64], other[64];

	snprintf(f, sizeof(f), "%s/f", dir);
	snprintf(other, sizeof(other), "%s/other", dir);
	CHECK(try_open(f, O_RDONLY) == EACCES);
	CHECK(try_open(f, O_WRONLY) == EACCES);
	CHECK(try_open(other, O_CREAT | O_RDWR) == EACCES);
	CHECK(TRY(mkdir(other, 0700)) == EACCES);
	CHECK(TRY(unlink(f)) == EACCES);
	CHECK(TRY(rename(f, other)) == EACCES);
	CHECK(TRY(link(f, other)) == EACCES);
	CHECK(TRY(chmod(f, 0777)) == EACCES);
	CHECK(TRY(truncate(f, 0)) == EACCES);
	return 0;
}

static int same_names(void *arg)
{
	(void)arg;
	CHECK(!is_shut(SHUT));
	CHECK(try_open(OPEN "/f", O_RDWR) == 0);
	CHECK(try_open(OPEN "/new", O_CREAT | O_RDWR) == 0);
	CHECK(TRY(rename(OPEN "/new", OPEN "/newer")) == 0);
	CHECK(try_open(READ "/f", O_RDONLY) == 0);
	CHECK(try_open(READ "/f", O_RDWR) == EACCES);
	return 0;
}

TEST_F(abroad, without_a_mount)
{
	EXPECT_EQ(0, run(same_names, variant->flags));
}

static int bind(void *arg)
{
	(void)arg;
	CHECK(!mount(SHUT, WORK "/view", NULL, MS_BIND, NULL));
	CHECK(!is_shut(WORK "/view"));
	CHECK(!mount(WORK, "/mnt", NULL, MS_BIND, NULL));
	CHECK(!is_shut("/mnt/shut"));
	CHECK(try_open("/mnt/open/f", O_RDWR) == 0);
	CHECK(try_open("/mnt/read/f", O_RDONLY) == 0);
	CHECK(try_open("/mnt/read/f", O_RDWR) == EACCES);
	return 0;
}

TEST_F(abroad, bind)
{
	EXPECT_EQ(0, run(bind, variant->flags));
}

/* A file alone, over one that may be written. */
static int bind_file(void *arg)
{
	(void)arg;
	CHECK(!mount(SHUT "/f", OPEN "/f", NULL, MS_BIND, NULL));
	CHECK(try_open(OPEN "/f", O_RDONLY) == EACCES);
	CHECK(!umount2(OPEN "/f", MNT_DETACH));
	CHECK(try_open(OPEN "/f", O_RDONLY) == 0);
	return 0;
}

TEST_F(abroad, bind_file)
{
	EXPECT_EQ(0, run(bind_file, variant->flags));
}

static int pivot(void *arg)
{
	(void)arg;
	CHECK(!mount(SHUT, SHUT, NULL, MS_BIND, NULL));
	CHECK(!chdir(SHUT));
	CHECK(!syscall(SYS_pivot_root, ".", "old"));
	CHECK(!chdir("/"));
	CHECK(!umount2("/old", MNT_DETACH));
	CHECK(try_open("/etc/f", O_RDONLY) == EACCES);
	return is_shut("/");
}

TEST_F(abroad, pivot_root)
{
	EXPECT_EQ(0, run(pivot, variant->flags));
}

static int moved_tree(void *arg)
{
	int fd = syscall(SYS_open_tree, AT_FDCWD, SHUT, OPEN_TREE_CLONE);

	(void)arg;
	CHECK(fd >= 0);
	CHECK(!syscall(SYS_move_mount, fd, "", AT_FDCWD, WORK "/view",
		       MOVE_MOUNT_F_EMPTY_PATH));
	return is_shut(WORK "/view");
}

TEST_F(abroad, open_tree)
{
	EXPECT_EQ(0, run(moved_tree, variant->flags));
}

/* A file system that the container does not have is none of its layers'. */
static int own_files(void *arg)
{
	(void)arg;
	CHECK(!mount("t", INNER, "tmpfs", 0, NULL));
	CHECK(try_open(INNER "/f", O_CREAT | O_RDWR) == 0);
	CHECK(!mkdir(INNER "/shut", 0700));
	CHECK(!mount(INNER, OPEN, NULL, MS_BIND, NULL));
	CHECK(try_open(OPEN "/shut/f", O_CREAT | O_RDWR) == 0);
	/* but the name that it is given counts as well */
	CHECK(!mount(INNER, SHUT, NULL, MS_BIND, NULL));
	CHECK(try_open(SHUT "/f", O_RDONLY) == EACCES);
	return 0;
}

TEST_F(abroad, other_file_systems)
{
	EXPECT_EQ(0, run(own_files, variant->flags));
}

static int execute(void *arg)
{
	(void)arg;
	CHECK(!mount(SHUT, WORK "/view", NULL, MS_BIND, NULL));
	CHECK(!mount(OPEN, SHUT, NULL, MS_BIND, NULL));
	CHECK(probe_run(WORK "/view/program", "secure", NULL) == EACCES);
	CHECK(probe_run(SHUT "/program", "secure", NULL) == EACCES);
	CHECK(probe_run(OPEN "/program", "secure", NULL) == 0);
	return 0;
}

TEST_F(abroad, exec)
{
	EXPECT_EQ(0, run(execute, variant->flags));
}

/*
 * An overlay shows files under names of its own. @upper is on the layer's files
 * or not.
 */
static int mount_overlay(const char *lower, const char *upper,
			 const char *work)
{
	char options[256];

	snprintf(options, sizeof(options),
		 "lowerdir=%s,upperdir=%s/up,workdir=%s/wd,userxattr", lower,
		 upper, work);
	return TRY(mount("o", WORK "/view", "overlay", 0, options));
}

static int own_upper(void)
{
	return TRY(mount("t", INNER, "tmpfs", 0, NULL)) ?:
	       TRY(mkdir(INNER "/up", 0755)) ?: TRY(mkdir(INNER "/wd", 0755));
}

static int try_list(const char *path)
{
	char entries[1024];
	int fd = open(path, O_RDONLY | O_DIRECTORY), err = 0;

	if (fd < 0)
		return errno;
	if (syscall(SYS_getdents64, fd, entries, sizeof(entries)) < 0)
		err = errno;
	close(fd);
	return err;
}

static int overlay_lower(void *arg)
{
	struct stat before, after;

	(void)arg;
	CHECK(!own_upper());
	CHECK(!mount_overlay(SHUT ":" OPEN, INNER, INNER));
	CHECK(try_open(WORK "/view/f", O_RDONLY) == EACCES);
	CHECK(try_open(WORK "/view/etc/f", O_RDONLY) == EACCES);
	CHECK(try_open(WORK "/view/etc/f", O_RDWR) == EACCES);
	CHECK(try_list(WORK "/view/etc") == EACCES);
	CHECK(probe_run(WORK "/view/program", "secure", NULL) == EACCES);
	CHECK(try_mmap_exec(WORK "/view/program") == EACCES);
	/* whatever makes a copy in the upper layer makes one to be read */
	CHECK(TRY(utimensat(AT_FDCWD, WORK "/view/f", NULL, 0)) == EACCES);
	CHECK(TRY(chmod(WORK "/view/f", 0777)) == EACCES);
	CHECK(TRY(truncate(WORK "/view/etc/f", 1)) == EACCES);
	CHECK(try_open(WORK "/view/f", O_WRONLY) == EACCES);
	CHECK(TRY(rename(WORK "/view/f", WORK "/view/g")) == EACCES);
	CHECK(TRY(link(WORK "/view/f", WORK "/view/g")) == EACCES);
	CHECK(stat(INNER "/up/f", &before) && errno == ENOENT);
	/* a file of the overlay's own */
	CHECK(try_open(WORK "/view/new", O_CREAT | O_RDWR) == 0);
	CHECK(try_open(WORK "/view/new", O_RDWR) == 0);
	CHECK(!mkdir(WORK "/view/dir", 0700));
	CHECK(!try_list(WORK "/view/dir"));
	CHECK(!unlink(WORK "/view/new"));
	CHECK(!stat(WORK "/view/f", &after));
	return 0;
}

TEST_F(abroad, overlay_lower)
{
	EXPECT_EQ(0, run(overlay_lower, variant->flags));
}

/* What may be read may be copied into a layer that is one's own. */
static int overlay_open(void *arg)
{
	(void)arg;
	CHECK(!own_upper());
	CHECK(!mount_overlay(READ ":" OPEN, INNER, INNER));
	CHECK(!try_open(WORK "/view/f", O_RDONLY));
	CHECK(!try_open(WORK "/view/f", O_RDWR));
	CHECK(!TRY(chmod(WORK "/view/f", 0700)));
	CHECK(!try_list(WORK "/view/"));
	CHECK(!probe_run(WORK "/view/program", "secure", NULL));
	CHECK(!rename(WORK "/view/f", WORK "/view/g"));
	CHECK(!unlink(WORK "/view/g"));
	return 0;
}

TEST_F(abroad, overlay_open)
{
	EXPECT_EQ(0, run(overlay_open, variant->flags));
}

/* The upper layer is a directory of files that may be read only. */
static int overlay_upper(void *arg)
{
	(void)arg;
	CHECK(!mount_overlay(OPEN, READ, INNER));
	CHECK(!try_open(WORK "/view/g", O_RDONLY));
	CHECK(try_open(WORK "/view/g", O_RDWR) == EACCES);
	CHECK(try_open(WORK "/view/g", O_WRONLY | O_TRUNC) == EACCES);
	CHECK(TRY(truncate(WORK "/view/g", 0)) == EACCES);
	CHECK(TRY(chmod(WORK "/view/g", 0777)) == EACCES);
	CHECK(TRY(chown(WORK "/view/g", 0, 0)) == EACCES);
	CHECK(TRY(unlink(WORK "/view/g")) == EACCES);
	CHECK(TRY(rename(WORK "/view/g", WORK "/view/h")) == EACCES);
	CHECK(TRY(link(WORK "/view/g", WORK "/view/h")) == EACCES);
	CHECK(try_open(WORK "/view/h", O_CREAT | O_RDWR) == EACCES);
	CHECK(TRY(mkdir(WORK "/view/h", 0700)) == EACCES);
	CHECK(TRY(symlink("x", WORK "/view/h")) == EACCES);
	CHECK(TRY(mknod(WORK "/view/h", S_IFIFO | 0600, 0)) == EACCES);
	CHECK(TRY(rmdir(WORK "/view/dir")) == EACCES);
	/* a copy would be made there */
	CHECK(try_open(WORK "/view/f", O_RDWR) == EACCES);
	CHECK(!try_open(WORK "/view/f", O_RDONLY));
	return 0;
}

TEST_F(abroad, overlay_upper)
{
	EXPECT_EQ(0, run(overlay_upper, variant->flags));
}

/* Mounting one empties the directory "work" in its working directory. */
static int overlay_work(void *arg)
{
	struct stat st;

	(void)arg;
	mount_overlay(OPEN, INNER, SHUT);
	CHECK(!stat(CLEARED "/f", &st));
	return 0;
}

TEST_F(abroad, overlay_work)
{
	EXPECT_EQ(0, run(overlay_work, variant->flags));
}

/* Another instance of a file system of the kernel's shows the same. */
static int twins(void *arg)
{
	(void)arg;
	if (mount("p", WORK "/view", "proc", 0, NULL)) {
		/* a new pid namespace, or none of its own */
		CHECK(errno == EPERM);
		return 0;
	}
	CHECK(try_open("/proc/sys/kernel/hostname", O_RDONLY) == EACCES);
	CHECK(try_open(WORK "/view/sys/kernel/hostname", O_RDONLY) == EACCES);
	CHECK(try_open(WORK "/view/sys/kernel/ostype", O_RDONLY) == 0);
	CHECK(try_open(WORK "/view/self/status", O_RDONLY) == 0);
	return 0;
}

TEST_F(abroad, procfs)
{
	EXPECT_EQ(0, run(twins, variant->flags));
}

/* The task's rules about mounts hold for places, too. */
static int mount_rules(void *arg)
{
	(void)arg;
	CHECK(TRY(mount("t", FIXED "/dir", "tmpfs", 0, NULL)) == EACCES);
	CHECK(!mount(FIXED, WORK "/view", NULL, MS_BIND, NULL));
	CHECK(TRY(mount("t", WORK "/view/dir", "tmpfs", 0, NULL)) == EACCES);
	CHECK(TRY(mount(WORK "/view/dir", OPEN, NULL, MS_BIND, NULL)) == EACCES);
	CHECK(!mount("t", OPEN, "tmpfs", 0, NULL));
	return 0;
}

TEST_F(abroad, mount_rules)
{
	EXPECT_EQ(0, run(mount_rules, variant->flags));
}

/* The container's mounts may change while others are abroad. */
static struct gate gates[2];

static int after_a_change(void *arg)
{
	const char *shown = arg;

	CHECK(!unshare(CLONE_NEWNS));
	CHECK(!mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	CHECK(!mount(shown, WORK "/view", NULL, MS_BIND, NULL));
	CHECK(try_open(WORK "/view/f", O_RDONLY) == 0);
	gate_open(&gates[0]);
	gate_pass(&gates[1]);
	CHECK(try_open(WORK "/view/f", O_RDONLY) == EACCES);
	return 0;
}

static int change(int (*change_mounts)(void))
{
	pid_t pid;

	CHECK(!mkdir(OPEN "/dir", 0755));
	CHECK(!mkdir(OPEN "/dir/t", 0755));
	CHECK(!mount("t", OPEN "/dir/t", "tmpfs", 0, NULL));
	CHECK(!put_text(OPEN "/dir/t/f", ""));
	pid = fork();
	CHECK(pid >= 0);
	if (!pid)
		_exit(after_a_change(OPEN "/dir/t"));
	gate_pass(&gates[0]);
	CHECK(!change_mounts());
	gate_open(&gates[1]);
	return sandbox_wait(pid);
}

static int move_mount_at_home(void)
{
	return mount(OPEN "/dir/t", SHUT "/old", NULL, MS_MOVE, NULL);
}

static int a_mount_moves(void *arg)
{
	(void)arg;
	return change(move_mount_at_home);
}

/* A mount point has another name then, and no mount changed. */
static int rename_point(void)
{
	return rename(OPEN "/dir", OPEN "/closed");
}

static int a_mount_point_is_renamed(void *arg)
{
	(void)arg;
	return change(rename_point);
}

static int run_change(sandbox_fn body)
{
	const struct sandbox sandbox = {
		.policy = POLICY(RULES "  deny " OPEN "/closed/** rwklmx,\n"),
		.prepare = make_files,
	};

	return gate_init(&gates[0]) ?: gate_init(&gates[1]) ?:
	       sandbox_run(&sandbox, body, NULL);
}

TEST(a_mount_at_home_moves)
{
	EXPECT_EQ(0, run_change(a_mount_moves));
}

TEST(a_mount_point_at_home_is_renamed)
{
	EXPECT_EQ(0, run_change(a_mount_point_is_renamed));
}

NEST_TEST_MAIN
