// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioctl() needs no permission, but must not be a way round the rules (I2).
 */
#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/fs.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <termios.h>
#include "nest_test.h"

#define PTS	WORK "/pts"
#define FILES	"  / r,\n  /** rwklm,\n  network,\n"
#define CAPABLE	FILES "  capability,\n"

static int master = -1;

static int prepare(void)
{
	if (mkdir(PTS, 0755) ||
	    mount("pts", PTS, "devpts", 0, "newinstance,ptmxmode=0666"))
		return errno;
	master = open(PTS "/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	return TRY(master) ?: TRY(unlockpt(master));
}

static int run(const char *policy, sandbox_fn body)
{
	const struct sandbox sandbox = {
		.policy = policy,
		.files = true,
		.prepare = prepare,
	};

	return sandbox_run(&sandbox, body, NULL);
}

static int on_file(unsigned long cmd, int flags, const char *path)
{
	int fd = open(path, flags | O_CLOEXEC);

	CHECK(fd >= 0);
	return TRY(ioctl(fd, cmd, NULL));
}

FIXTURE(command) {
};

FIXTURE_SETUP(command) {
}

FIXTURE_TEARDOWN(command) {
}

/* No file system here knows the command: ENOTTY if it gets that far. */
FIXTURE_VARIANT(command) {
	unsigned long cmd;
	const char *rule;
	int refusal;
};

#define COMMAND(name, number, needs, error) \
	FIXTURE_VARIANT_ADD(command, name) { \
		.cmd = number, \
		.rule = POLICY(needs), \
		.refusal = error, \
	}
#define NAMES(name, number) \
	COMMAND(name, number, FILES "  mount,\n", EACCES)
#define OTHERS(name, number) \
	COMMAND(name, number, FILES "  capability sys_admin,\n", EPERM)

NAMES(snapshot, BTRFS_IOC_SNAP_CREATE);
NAMES(snapshot_v2, BTRFS_IOC_SNAP_CREATE_V2);
NAMES(subvolume, BTRFS_IOC_SUBVOL_CREATE);
NAMES(subvolume_v2, BTRFS_IOC_SUBVOL_CREATE_V2);
NAMES(destroy, BTRFS_IOC_SNAP_DESTROY);
NAMES(destroy_v2, BTRFS_IOC_SNAP_DESTROY_V2);
NAMES(bcachefs_create, _IOC(_IOC_WRITE, 0xbc, 16, 32));
NAMES(bcachefs_destroy, _IOC(_IOC_WRITE, 0xbc, 17, 32));
NAMES(reflink, _IOC(_IOC_WRITE, 'o', 4, 24));
OTHERS(ext4_exchange, _IOC(_IOC_READ | _IOC_WRITE, 'f', 15, 40));
OTHERS(f2fs_exchange, _IOC(_IOC_READ | _IOC_WRITE, 0xf5, 9, 32));
OTHERS(xfs_exchange, _IOC(_IOC_READ | _IOC_WRITE, 'X', 109, 192));
OTHERS(xfs_exchange_range, _IOC(_IOC_WRITE, 'X', 129, 40));
OTHERS(xfs_commit_range, _IOC(_IOC_WRITE, 'X', 131, 88));
OTHERS(selection, TIOCLINUX);

static unsigned long command;

static int do_command(void *arg)
{
	(void)arg;
	return on_file(command, O_RDONLY, WORK "/file");
}

TEST_F(command, needs_a_rule)
{
	command = variant->cmd;
	EXPECT_EQ(ENOTTY, run(NULL, do_command));
	EXPECT_EQ(ENOTTY, run(variant->rule, do_command));
	EXPECT_EQ(variant->refusal, run(POLICY(FILES), do_command));
}

/* Into the mouth of whoever types at the terminal. */
static int put_words(void *arg)
{
	int slave = open(PTS "/0", O_RDWR | O_CLOEXEC);

	(void)arg;
	CHECK(slave >= 0);
	return TRY(ioctl(slave, TIOCSTI, "x"));
}

static int put_words_by_leader(void *arg)
{
	CHECK(setsid() > 0);
	return put_words(arg);
}

static int do_put_words(void *arg)
{
	(void)arg;
	return sandbox_fork(put_words_by_leader, NULL);
}

TEST(terminal_input)
{
	int err = run(NULL, do_put_words);

	/* A kernel may be set up to refuse it by itself. */
	EXPECT_TRUE(err == 0 || err == EIO);
	EXPECT_EQ(err, run(POLICY(CAPABLE), do_put_words));
	EXPECT_EQ(EPERM, run(POLICY(FILES), do_put_words));
}

/* The other end of a terminal is opened by its name. */
static int open_peer(void *arg)
{
	(void)arg;
	return TRY(ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY));
}

TEST(terminal_peer)
{
	EXPECT_EQ(0, run(POLICY("  " PTS "/0 rw,\n"), open_peer));
	EXPECT_EQ(EACCES, run(POLICY("  " PTS "/0 r,\n"), open_peer));
}

/* Only between descriptors that were opened to that. */
static int clone_file(void *arg)
{
	int from = open(WORK "/file", O_RDONLY | O_CLOEXEC);
	int to = open(WORK "/other", O_RDONLY | O_CLOEXEC);

	(void)arg;
	CHECK(from >= 0 && to >= 0);
	return TRY(ioctl(to, FICLONE, from));
}

TEST(clone_to_what_is_only_read)
{
	EXPECT_EQ(EBADF, run(POLICY("  " WORK "/* r,\n"), clone_file));
}

/* Namespaces above one's own cannot be had. */
static int parent_namespace(void *arg)
{
	int fd = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);

	(void)arg;
	CHECK(fd >= 0);
	return TRY(ioctl(fd, NS_GET_PARENT));
}

TEST(namespace_above)
{
	EXPECT_EQ(EPERM, run(POLICY(CAPABLE), parent_namespace));
}

NEST_TEST_MAIN
