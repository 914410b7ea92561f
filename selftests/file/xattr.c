// SPDX-License-Identifier: GPL-2.0-only
/*
 * Extended attributes and ACLs: as in AppArmor, a matter of the file's own
 * permissions and of capabilities, which rules decide about.
 */
#include <linux/capability.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <linux/xattr.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include "nest_test.h"

#define FILE1	WORK "/file"
#define RULES(capabilities) \
	POLICY("  " FILE1 " r,\n  capability " capabilities ",\n")

static int run(const char *policy, sandbox_fn body)
{
	const struct sandbox sandbox = {
		.policy = policy,
		.rootful = true,
		.files = true,
	};

	return sandbox_run(&sandbox, body, NULL);
}

static int set_trusted(void *arg)
{
	char byte;

	(void)arg;
	return TRY(setxattr(FILE1, "trusted.test", "x", 1, 0)) ?:
	       TRY(getxattr(FILE1, "trusted.test", &byte, 1)) ?:
	       TRY(removexattr(FILE1, "trusted.test"));
}

TEST(trusted)
{
	EXPECT_EQ(0, run(NULL, set_trusted));
	EXPECT_EQ(0, run(RULES("sys_admin"), set_trusted));
	EXPECT_EQ(EPERM, run(RULES("chown"), set_trusted));
}

/* A program that would have a capability whoever executes it. */
static int set_capability(void *arg)
{
	struct vfs_cap_data data = {
		.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
		.data[0].permitted = 1 << CAP_NET_RAW,
	};

	(void)arg;
	return TRY(setxattr(FILE1, XATTR_NAME_CAPS, &data, sizeof(data), 0));
}

TEST(file_capabilities)
{
	EXPECT_EQ(0, run(NULL, set_capability));
	EXPECT_EQ(0, run(RULES("setfcap"), set_capability));
	EXPECT_EQ(EPERM, run(RULES("sys_admin"), set_capability));
}

static int set_acl(void *arg)
{
	struct {
		struct posix_acl_xattr_header head;
		struct posix_acl_xattr_entry entries[3];
	} acl = {
		.head = { POSIX_ACL_XATTR_VERSION },
		.entries = {
			{ ACL_USER_OBJ, 6, 0 },
			{ ACL_GROUP_OBJ, 4, 0 },
			{ ACL_OTHER, 4, 0 },
		},
	};

	(void)arg;
	return TRY(setxattr(FILE1, XATTR_NAME_POSIX_ACL_ACCESS, &acl,
			    sizeof(acl), 0));
}

static int chown_before(void)
{
	return TRY(chown(FILE1, 1000, 1000));
}

/* Of somebody else's file that takes a capability, of one's own nothing. */
TEST(acl)
{
	struct sandbox sandbox = {
		.policy = RULES("fowner"),
		.rootful = true,
		.files = true,
		.prepare = chown_before,
	};

	EXPECT_EQ(0, run(RULES("chown"), set_acl));
	EXPECT_EQ(0, sandbox_run(&sandbox, set_acl, NULL));
	sandbox.policy = RULES("chown");
	EXPECT_EQ(EPERM, sandbox_run(&sandbox, set_acl, NULL));
}

NEST_TEST_MAIN
