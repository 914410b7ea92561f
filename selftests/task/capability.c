// SPDX-License-Identifier: GPL-2.0-only
/* Capabilities: what the policy does not name is gone (I1, I2). */
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "nest_test.h"

#define FILES	"  / r,\n  /** rwklm,\n  signal,\n"

static int run(const char *policy, sandbox_fn body)
{
	const struct sandbox sandbox = { .policy = policy, .files = true };

	return sandbox_run(&sandbox, body, NULL);
}

static int do_chown(void *arg)
{
	(void)arg;
	return TRY(chown(WORK "/file", 1, 1));
}

static int do_sethostname(void *arg)
{
	(void)arg;
	CHECK(!unshare(CLONE_NEWUTS));
	return TRY(sethostname("x", 1));
}

static int do_chroot(void *arg)
{
	(void)arg;
	return TRY(chroot(WORK));
}

static int do_setuid(void *arg)
{
	(void)arg;
	return TRY(setresuid(7, 7, 7));
}

static int do_mknod(void *arg)
{
	(void)arg;
	/* not even the initial namespace's root may without CAP_MKNOD */
	return TRY(mknod(WORK "/null", S_IFCHR | 0600, 1 << 8 | 3));
}

static int do_kill(void *arg)
{
	pid_t pid = fork();

	(void)arg;
	if (!pid) {
		if (drop_to(1000))
			_exit(1);
		pause();
	}
	while (kill(pid, 0) == 0) {
		struct stat st;
		char path[32];

		snprintf(path, sizeof(path), "/proc/%d", pid);
		if (!stat(path, &st) && st.st_uid == 1000)
			break;
		usleep(1000);
	}
	return TRY(kill(pid, SIGKILL));
}

static int do_dac_override(void *arg)
{
	(void)arg;
	CHECK(!mkdir(WORK "/foreign", 0700));
	CHECK(!chown(WORK "/foreign", 1000, 1000));
	return try_open(WORK "/foreign/f", O_CREAT | O_RDWR);
}

FIXTURE(cap) {
};

FIXTURE_SETUP(cap) {
}

FIXTURE_TEARDOWN(cap) {
}

/*
 * @with: rules with the capability. @without: with others. @denied: both
 * allowed and denied. @error: what the refusal looks like to the caller
 */
FIXTURE_VARIANT(cap) {
	sandbox_fn body;
	const char *with;
	const char *without;
	const char *denied;
	int error;
};

#define CAP(call, name, others, expected) \
	FIXTURE_VARIANT_ADD(cap, name) { \
		.body = do_##call, \
		.with = POLICY(FILES others "  capability " #name ",\n"), \
		.without = POLICY(FILES others "  capability ipc_lock,\n"), \
		.denied = POLICY(FILES "  capability,\n  deny capability " \
				 #name ",\n"), \
		.error = expected, \
	}

CAP(chown, chown, "", EPERM);
CAP(sethostname, sys_admin, "", EPERM);
CAP(chroot, sys_chroot, "", EPERM);
CAP(setuid, setuid, "", EPERM);
CAP(kill, kill, "  capability setuid,\n  capability setgid,\n", EPERM);
CAP(dac_override, dac_override, "  capability chown,\n", EACCES);

TEST_F(cap, allowed)
{
	EXPECT_EQ(0, run(variant->with, variant->body));
}

TEST_F(cap, bare_rule)
{
	EXPECT_EQ(0, run(POLICY(FILES "  capability,\n"), variant->body));
}

TEST_F(cap, refused)
{
	int status = run(variant->without, variant->body);

	/* unshare() of the UTS namespace takes the capability, too */
	if (status == SANDBOX_FAILED)
		status = EPERM;
	EXPECT_EQ(variant->error, status);
}

TEST_F(cap, denied)
{
	int status = run(variant->denied, variant->body);

	if (status == SANDBOX_FAILED)
		status = EPERM;
	EXPECT_EQ(variant->error, status);
}

/* I1: a capability that a task does not have is not given by a rule. */
static int do_without(void *arg)
{
	(void)arg;
	CHECK(!drop_to(1000));
	return TRY(chown(WORK "/file", 1000, 1000));
}

TEST(rule_gives_no_capability)
{
	EXPECT_EQ(EPERM, run(POLICY(FILES "  capability,\n"), do_without));
}

TEST(rule_gives_no_capability_over_the_host)
{
	EXPECT_EQ(EPERM, run(POLICY(FILES "  capability,\n"), do_mknod));
}

static int do_own_file(void *arg)
{
	int fd;

	(void)arg;
	CHECK(!chown(WORK "/dir", 1000, 1000));
	CHECK(!drop_to(1000));
	fd = open(WORK "/dir/mine", O_CREAT | O_RDWR, 0600);
	CHECK(fd >= 0);
	CHECK(!fchown(fd, -1, 1000));
	CHECK(!fchmod(fd, 0640));
	return TRY(unlink(WORK "/dir/mine"));
}

/* What takes no capability works without one. */
TEST(ordinary_user_needs_none)
{
	EXPECT_EQ(0, run(POLICY(FILES "  capability setuid,\n"
				"  capability setgid,\n  capability chown,\n"),
			 do_own_file));
}

/* I2: a user namespace of its own does not bring capabilities back. */
static int do_new_user(void *arg)
{
	(void)arg;
	CHECK(!unshare(CLONE_NEWUSER));
	return TRY(unshare(CLONE_NEWUTS));
}

TEST(user_namespace_gives_no_capability)
{
	EXPECT_EQ(EPERM, run(POLICY(FILES), do_new_user));
	EXPECT_EQ(0, run(POLICY(FILES "  capability sys_admin,\n"),
			 do_new_user));
}

/* Whether /proc/self/pagemap tells where a page lies; sys_admin is needed. */
static int read_frame(void *arg)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	uint64_t entry = 0;
	off_t at = (unsigned long)&entry / 4096 * 8;

	(void)arg;
	CHECK(fd >= 0);
	/* credentials of its own, no longer those that the file was opened by */
	CHECK(!prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0));
	CHECK(pread(fd, &entry, 8, at) == 8);
	CHECK(entry >> 63);
	return entry & ((1ULL << 55) - 1) ? 0 : EPERM;
}

static int run_frame(const char *policy)
{
	const struct sandbox sandbox = { .policy = policy, .rootful = true };

	return sandbox_run(&sandbox, read_frame, NULL);
}

/* I2: to change credentials does not make them somebody else's. */
TEST(credentials_of_an_open_file)
{
	EXPECT_EQ(0, run_frame(NULL));
	EXPECT_EQ(0, run_frame(POLICY(FILES "  capability sys_admin,\n")));
	EXPECT_EQ(EPERM, run_frame(POLICY(FILES "  capability chown,\n")));
}

NEST_TEST_MAIN
