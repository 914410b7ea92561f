// SPDX-License-Identifier: GPL-2.0-only
/* Mounts: denied unless the policy allows them, and then just these (I2). */
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "nest_test.h"

#define EMPTY	WORK "/empty"
#define CLOSED	POLICY(ALL_RULES)
#define OPEN	POLICY(ALL_RULES "  mount,\n  umount,\n  pivot_root,\n")

#ifndef MOUNT_ATTR_NOSUID
#define MOUNT_ATTR_NOSUID	2
#endif

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

/* struct mount_attr: what to set, to clear, the propagation, a namespace. */
static int set_attr(uint64_t set, uint64_t propagation)
{
	uint64_t attr[] = { set, 0, propagation, 0 };

	return TRY(syscall(SYS_mount_setattr, AT_FDCWD, WORK "/mnt", 0, attr,
			   sizeof(attr)));
}

static int do_setattr(void *arg)
{
	(void)arg;
	return set_attr(MOUNT_ATTR_NOSUID, 0);
}

static int do_setattr_shared(void *arg)
{
	(void)arg;
	return set_attr(0, MS_SHARED);
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

TEST_F(mount_op, not_allowed)
{
	EXPECT_EQ(EACCES, run(CLOSED, variant->body));
}

TEST_F(mount_op, allowed)
{
	EXPECT_EQ(0, run(OPEN, variant->body));
}

static int do_rbind(void *arg)
{
	(void)arg;
	return TRY(mount(WORK "/dir", EMPTY, NULL, MS_BIND | MS_REC, NULL));
}

static int do_device(void *arg)
{
	(void)arg;
	/* Decided before the kernel looks whether it is a device at all. */
	return TRY(mount(WORK "/file", EMPTY, "ext4", MS_RDONLY, NULL));
}

static int do_bind_by_link(void *arg)
{
	(void)arg;
	CHECK(!symlink(WORK "/dir", WORK "/link"));
	return TRY(mount(WORK "/link", EMPTY, NULL, MS_BIND, NULL));
}

static int do_bind_deleted(void *arg)
{
	(void)arg;
	return TRY(mount(WORK "/no", EMPTY, NULL, MS_BIND, NULL));
}

static int do_umount_other(void *arg)
{
	(void)arg;
	return TRY(umount2(WORK "/root", 0));
}

/* One rule, one operation. */
FIXTURE(mount_rule) {
};

FIXTURE_SETUP(mount_rule) {
}

FIXTURE_TEARDOWN(mount_rule) {
}

FIXTURE_VARIANT(mount_rule) {
	const char *policy;
	sandbox_fn body;
	int expected;
};

#define RULE(name, op, rule, error) \
	FIXTURE_VARIANT_ADD(mount_rule, name) { \
		.policy = POLICY(ALL_RULES "  " rule ",\n"), \
		.body = do_##op, \
		.expected = error, \
	}

RULE(new_here, mount, "mount fstype=tmpfs t -> " EMPTY "/", 0);
RULE(new_there, mount, "mount fstype=tmpfs -> " WORK "/dir/", EACCES);
RULE(new_other_type, mount, "mount fstype=ramfs", EACCES);
RULE(new_other_source, mount, "mount fstype=tmpfs u -> " EMPTY "/", EACCES);
RULE(new_flags, mount, "mount options=ro", EACCES);
RULE(new_no_flags, mount, "mount options=rw", 0);
RULE(device, device, "mount options=ro fstype=ext4 " WORK "/file", EPERM);
RULE(other_device, device, "mount options=ro fstype=ext4 " WORK "/f", EACCES);
RULE(bind_here, bind, "mount options=bind " WORK "/dir/ -> " EMPTY "/", 0);
RULE(bind_there, bind, "mount options=bind -> " WORK "/dir/", EACCES);
RULE(bind_other, bind, "mount options=bind " WORK "/other/", EACCES);
RULE(bind_no_directory, bind, "mount options=bind " WORK "/dir", EACCES);
RULE(bind_as_rbind, bind, "mount options=rbind", EACCES);
RULE(bind_as_move, bind, "mount options=move", EACCES);
RULE(bind_typed, bind, "mount fstype=tmpfs", EACCES);
RULE(rbind, rbind, "mount options=rbind", 0);
RULE(rbind_as_bind, rbind, "mount options=bind", EACCES);
RULE(bind_the_real_name, bind_by_link, "mount " WORK "/dir/ -> " EMPTY "/",
     0);
RULE(bind_by_link, bind_by_link, "mount " WORK "/link -> " EMPTY "/",
     EACCES);
RULE(bind_nothing, bind_deleted, "mount options=bind", ENOENT);
RULE(move_here, move, "mount options=move " WORK "/mnt/ -> " EMPTY "/", 0);
RULE(move_other, move, "mount options=move " WORK "/dir/", EACCES);
RULE(remount_here, remount, "remount options=ro " WORK "/mnt/", 0);
RULE(remount_flags, remount, "remount options=rw " WORK "/mnt/", EACCES);
RULE(remount_there, remount, "remount options=ro " WORK "/dir/", EACCES);
/* fsconfig() names no mount point: only a rule for any of them will do. */
RULE(reconfigure_any, reconfigure, "remount", 0);
RULE(reconfigure_here, reconfigure, "remount options=ro " WORK "/mnt/",
     EACCES);
/* Nor does mount_setattr(), which is refused as a use of its capability. */
RULE(setattr_any, setattr, "remount", 0);
RULE(setattr_here, setattr, "remount " WORK "/mnt/", EPERM);
RULE(setattr_shared, setattr_shared, "mount options=shared", EPERM);
RULE(setattr_shared_any, setattr_shared, "remount", 0);
RULE(propagation_here, propagation, "mount options=shared -> " WORK "/mnt/",
     0);
RULE(propagation_other, propagation, "mount options=slave", EACCES);
RULE(umount_here, umount, "umount " WORK "/mnt/", 0);
RULE(umount_lazy_here, umount_lazy, "umount " WORK "/mnt/", 0);
RULE(umount_other, umount_other, "umount " WORK "/mnt/", EACCES);
/* A tree that is attached nowhere has no name, and moves to where it may. */
RULE(clone_here, move_mount, "mount options=move -> " EMPTY "/", 0);
RULE(clone_there, move_mount, "mount options=move -> " WORK "/dir/", EACCES);
RULE(clone_named, move_mount, "mount options=move " WORK "/mnt/", EACCES);
RULE(clone_as_bind, move_mount, "mount options=bind", EACCES);
RULE(fsmount_here, fsmount, "mount options=move -> " EMPTY "/", 0);
RULE(fsmount_named, fsmount, "mount options=move " WORK "/** -> " EMPTY "/",
     EACCES);
RULE(denied, bind, "mount,\n  deny mount options=bind -> " EMPTY "/", EACCES);
RULE(other_denied, bind, "mount,\n  deny mount options=move -> " EMPTY "/",
     0);

TEST_F(mount_rule, decides)
{
	EXPECT_EQ(variant->expected, run(variant->policy, variant->body));
}

static int in_own_user_namespace(void *arg)
{
	CHECK(!unshare(CLONE_NEWUSER | CLONE_NEWNS));
	return do_mount(arg);
}

/* I2: a user namespace of one's own makes no difference. */
TEST(user_namespace)
{
	EXPECT_EQ(0, run(NULL, in_own_user_namespace));
	EXPECT_EQ(EACCES, run(CLOSED, in_own_user_namespace));
}

static int setattr_in_own_user_namespace(void *arg)
{
	CHECK(!unshare(CLONE_NEWUSER | CLONE_NEWNS));
	return do_setattr(arg);
}

TEST(setattr)
{
	EXPECT_EQ(0, run(NULL, do_setattr));
	EXPECT_EQ(EPERM, run(CLOSED, do_setattr));
	EXPECT_EQ(EPERM, run(CLOSED, setattr_in_own_user_namespace));
	EXPECT_EQ(0, run(OPEN, setattr_in_own_user_namespace));
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
	EXPECT_EQ(EACCES, run(POLICY(ALL_RULES "  mount,\n  umount,\n"),
			      do_pivot_root));
	EXPECT_EQ(0, run(POLICY(ALL_RULES "  pivot_root oldroot=" WORK
				"/root/old/ " WORK "/root/,\n"),
			 do_pivot_root));
	EXPECT_EQ(EACCES, run(POLICY(ALL_RULES "  pivot_root oldroot=" WORK
				     "/root/ " WORK "/root/,\n"),
			      do_pivot_root));
	EXPECT_EQ(EACCES, run(POLICY(ALL_RULES "  pivot_root " WORK
				     "/mnt/,\n"), do_pivot_root));
}

/* Complain mode reports all of it, and lets it pass. */
TEST_F(mount_op, complain)
{
	EXPECT_EQ(0, run("profile default flags=(complain) {\n" ALL_RULES
			 "}\n", variant->body));
}

NEST_TEST_MAIN
