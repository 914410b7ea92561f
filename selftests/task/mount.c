// SPDX-License-Identifier: GPL-2.0-only
/* The gate before mounts: shut unless the policy opens it (I2). */
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "nest_test.h"

#define EMPTY	WORK "/empty"
#define CLOSED	POLICY(ALL_RULES)
#define GATE	POLICY(ALL_RULES "  mount,\n  umount,\n  remount,\n" \
		       "  pivot_root,\n")

#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE	1
#endif

static int mount_before(void)
{
	if (mkdir(WORK "/mnt", 0755) || mkdir(WORK "/root", 0755))
		return errno;
	if (mount("t", WORK "/mnt", "tmpfs", 0, NULL) ||
	    mount("t", WORK "/root", "tmpfs", 0, NULL))
		return errno;
	return TRY(mkdir(WORK "/root/old", 0755));
}

static int do_mount(void *arg)
{
	(void)arg;
	return TRY(mount("t", EMPTY, "tmpfs", 0, NULL));
}

static int do_bind(void *arg)
{
	(void)arg;
	return TRY(mount(WORK "/dir", EMPTY, NULL, MS_BIND, NULL));
}

static int do_move(void *arg)
{
	(void)arg;
	return TRY(mount(WORK "/mnt", EMPTY, NULL, MS_MOVE, NULL));
}

static int do_remount(void *arg)
{
	(void)arg;
	return TRY(mount(NULL, WORK "/mnt", NULL, MS_REMOUNT | MS_RDONLY,
			 NULL));
}

/* The new way, which does not come by mount(). */
static int do_reconfigure(void *arg)
{
	int fs = syscall(SYS_fspick, AT_FDCWD, WORK "/mnt", 0);

	(void)arg;
	if (fs < 0)
		return errno;
	if (syscall(SYS_fsconfig, fs, 0 /* SET_FLAG */, "ro", NULL, 0))
		return errno;
	return TRY(syscall(SYS_fsconfig, fs, 7 /* CMD_RECONFIGURE */, NULL,
			   NULL, 0));
}

static int do_propagation(void *arg)
{
	(void)arg;
	return TRY(mount(NULL, WORK "/mnt", NULL, MS_SHARED, NULL));
}

static int do_umount(void *arg)
{
	(void)arg;
	return TRY(umount2(WORK "/mnt", 0));
}

static int do_umount_lazy(void *arg)
{
	(void)arg;
	return TRY(umount2(WORK "/mnt", MNT_DETACH));
}

static int do_move_mount(void *arg)
{
	int fd = syscall(SYS_open_tree, AT_FDCWD, WORK "/mnt",
			 OPEN_TREE_CLONE | O_CLOEXEC);

	(void)arg;
	if (fd < 0)
		return errno;
	return TRY(syscall(SYS_move_mount, fd, "", AT_FDCWD, EMPTY, 4));
}

static int do_fsmount(void *arg)
{
	int fs = syscall(SYS_fsopen, "tmpfs", 0);
	int fd;

	(void)arg;
	if (fs < 0)
		return errno;
	if (syscall(SYS_fsconfig, fs, 6 /* CMD_CREATE */, NULL, NULL, 0))
		return errno;
	fd = syscall(SYS_fsmount, fs, 0, 0);
	if (fd < 0)
		return errno;
	return TRY(syscall(SYS_move_mount, fd, "", AT_FDCWD, EMPTY, 4));
}

FIXTURE(mount_op) {
};

FIXTURE_SETUP(mount_op) {
}

FIXTURE_TEARDOWN(mount_op) {
}

FIXTURE_VARIANT(mount_op) {
	sandbox_fn body;
};

#define OP(name) FIXTURE_VARIANT_ADD(mount_op, name) { .body = do_##name }

OP(mount);
OP(bind);
OP(move);
OP(remount);
OP(reconfigure);
OP(propagation);
OP(umount);
OP(umount_lazy);
OP(move_mount);
OP(fsmount);

static int run(const char *policy, sandbox_fn body)
{
	const struct sandbox sandbox = {
		.policy = policy,
		.files = true,
		.prepare = mount_before,
	};

	return sandbox_run(&sandbox, body, NULL);
}

TEST_F(mount_op, possible)
{
	EXPECT_EQ(0, run(NULL, variant->body));
}

TEST_F(mount_op, gate_shut)
{
	EXPECT_EQ(EACCES, run(CLOSED, variant->body));
}

TEST_F(mount_op, gate_open)
{
	EXPECT_EQ(0, run(GATE, variant->body));
}

static int in_own_user_namespace(void *arg)
{
	CHECK(!unshare(CLONE_NEWUSER | CLONE_NEWNS));
	return do_mount(arg);
}

/* I2: neither does a user namespace of one's own open the gate. */
TEST(user_namespace)
{
	EXPECT_EQ(0, run(NULL, in_own_user_namespace));
	EXPECT_EQ(EACCES, run(CLOSED, in_own_user_namespace));
}

static int do_pivot_root(void *arg)
{
	(void)arg;
	CHECK(!unshare(CLONE_NEWNS));
	return TRY(syscall(SYS_pivot_root, WORK "/root", WORK "/root/old"));
}

/* I2: with another tree at the root every name would mean something else. */
TEST(pivot_root)
{
	EXPECT_EQ(0, run(NULL, do_pivot_root));
	EXPECT_EQ(EACCES, run(CLOSED, do_pivot_root));
}

NEST_TEST_MAIN
