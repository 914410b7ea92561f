// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each operation on files is allowed with its permission and refused without
 * it (I1, I6); an explicit denial wins; ownership counts.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/aio_abi.h>
#include <linux/fsverity.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <termios.h>
#include "nest_test.h"
#include "ring.h"

#define FILE1	WORK "/file"
#define FILE2	WORK "/other"
#define NEW	WORK "/new"
#define BASE	"  capability,\n"
#define READ	"  " WORK "/** r,\n"

/* A descriptor from before the policy: what is done with it is mediated. */
static int before = -1;

static int open_before(void)
{
	before = open(FILE1, O_RDWR | O_CLOEXEC);
	return before < 0 ? errno : 0;
}

static int op_open_read(void *arg)
{
	(void)arg;
	return try_open(FILE1, O_RDONLY);
}

static int op_open_dir(void *arg)
{
	(void)arg;
	return try_open(WORK "/dir", O_RDONLY | O_DIRECTORY);
}

static int op_open_write(void *arg)
{
	(void)arg;
	return try_open(FILE1, O_WRONLY);
}

static int op_open_read_write(void *arg)
{
	(void)arg;
	return try_open(FILE1, O_RDWR);
}

static int op_open_append(void *arg)
{
	(void)arg;
	return try_open(FILE1, O_WRONLY | O_APPEND);
}

static int op_creat(void *arg)
{
	(void)arg;
	return try_open(NEW, O_WRONLY | O_CREAT | O_EXCL);
}

static int op_open_trunc(void *arg)
{
	(void)arg;
	return try_open(FILE1, O_WRONLY | O_TRUNC);
}

static int op_mkdir(void *arg)
{
	(void)arg;
	return TRY(mkdir(NEW, 0755));
}

static int op_mknod(void *arg)
{
	(void)arg;
	return TRY(mknod(NEW, S_IFIFO | 0644, 0));
}

static int op_symlink(void *arg)
{
	(void)arg;
	return TRY(symlink("file", NEW));
}

static int op_link(void *arg)
{
	(void)arg;
	return TRY(link(FILE1, NEW));
}

static int op_unlink(void *arg)
{
	(void)arg;
	return TRY(unlink(FILE1));
}

static int op_rmdir(void *arg)
{
	(void)arg;
	return TRY(rmdir(WORK "/empty"));
}

static int op_rename(void *arg)
{
	(void)arg;
	return TRY(rename(FILE1, NEW));
}

static int op_rename_over(void *arg)
{
	(void)arg;
	return TRY(rename(FILE1, FILE2));
}

static int op_rename_dir(void *arg)
{
	(void)arg;
	return TRY(rename(WORK "/dir", NEW));
}

static int op_exchange(void *arg)
{
	(void)arg;
	return TRY(renameat2(AT_FDCWD, FILE1, AT_FDCWD, FILE2,
			     RENAME_EXCHANGE));
}

static int op_truncate(void *arg)
{
	(void)arg;
	return TRY(truncate(FILE1, 1));
}

static int op_ftruncate(void *arg)
{
	(void)arg;
	return TRY(ftruncate(before, 1));
}

static int op_chmod(void *arg)
{
	(void)arg;
	return TRY(chmod(FILE1, 0600));
}

static int op_fchmod(void *arg)
{
	(void)arg;
	return TRY(fchmod(before, 0600));
}

static int op_chown(void *arg)
{
	(void)arg;
	return TRY(chown(FILE1, 1, 1));
}

static int op_fchown(void *arg)
{
	(void)arg;
	return TRY(fchown(before, 1, 1));
}

static int op_flock(void *arg)
{
	(void)arg;
	return TRY(flock(before, LOCK_EX | LOCK_NB));
}

static int op_fcntl_lock(void *arg)
{
	struct flock lock = { .l_type = F_RDLCK };

	(void)arg;
	return TRY(fcntl(before, F_SETLK, &lock));
}

static int op_mmap_exec(void *arg)
{
	(void)arg;
	return try_mmap_exec(FILE1);
}

static int op_mprotect_exec(void *arg)
{
	void *map = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, before, 0);

	(void)arg;
	CHECK(map != MAP_FAILED);
	return TRY(mprotect(map, 4096, PROT_READ | PROT_EXEC));
}

FIXTURE(op) {
};

FIXTURE_SETUP(op) {
}

FIXTURE_TEARDOWN(op) {
}

/*
 * @allow: rules that allow it. @less: as much as possible without allowing it
 * @deny: what to add to @allow for a refusal
 */
FIXTURE_VARIANT(op) {
	sandbox_fn run;
	const char *allow;
	const char *less;
	const char *deny;
};

#define OP(name, allow_rules, less_rules, deny_rules) \
	FIXTURE_VARIANT_ADD(op, name) { \
		.run = op_##name, \
		.allow = POLICY(BASE allow_rules), \
		.less = POLICY(BASE less_rules), \
		.deny = POLICY(BASE allow_rules deny_rules), \
	}

#define F1(perms)	"  " FILE1 " " perms ",\n"
#define F2(perms)	"  " FILE2 " " perms ",\n"
#define FN(perms)	"  " NEW " " perms ",\n"
#define DENY(rule)	"  deny" rule

OP(open_read, F1("r"), F1("wkl"), DENY(F1("r")));
OP(open_dir, "  " WORK "/dir/ r,\n", "  " WORK "/dir r,\n",
   "  deny " WORK "/dir/ r,\n");
OP(open_write, F1("w"), F1("rakl"), DENY(F1("w")));
OP(open_read_write, F1("rw"), F1("r"), DENY(F1("w")));
OP(open_append, F1("a"), F1("r"), DENY(F1("a")));
OP(creat, FN("w"), FN("r") F1("w"), DENY(FN("w")));
OP(open_trunc, F1("w"), F1("r"), DENY(F1("w")));
OP(mkdir, "  " NEW "/ w,\n", FN("w") READ, "  deny " NEW "/ w,\n");
OP(mknod, FN("w"), READ, DENY(FN("w")));
OP(symlink, FN("w"), READ, DENY(FN("w")));
OP(link, FN("rl") F1("r"), READ FN("w"), DENY(FN("l")));
OP(unlink, F1("w"), READ, DENY(F1("w")));
OP(rmdir, "  " WORK "/empty/ w,\n", READ "  " WORK "/empty w,\n",
   "  deny " WORK "/empty/ w,\n");
OP(rename, F1("rw") FN("rw"), F1("rw") FN("r"), DENY(F1("w")));
OP(rename_over, F1("rw") F2("rw"), F1("r") F2("rw"), DENY(F2("w")));
OP(rename_dir, "  " WORK "/dir/ rw,\n  " NEW "/ rw,\n", F1("rw") FN("rw"),
   "  deny " NEW "/ w,\n");
OP(exchange, F1("rw") F2("rw"), F1("rw") F2("r"), DENY(F1("w")));
OP(truncate, F1("w"), READ, DENY(F1("w")));
OP(ftruncate, F1("w"), READ, DENY(F1("w")));
OP(chmod, F1("w"), READ, DENY(F1("w")));
OP(fchmod, F1("w"), READ, DENY(F1("w")));
OP(chown, F1("w"), READ, DENY(F1("w")));
OP(fchown, F1("w"), READ, DENY(F1("w")));
OP(flock, F1("wk"), F1("rwl"), DENY(F1("k")));
OP(fcntl_lock, F1("k"), F1("rwl"), DENY(F1("k")));
OP(mmap_exec, F1("rm"), F1("rw"), DENY(F1("m")));
OP(mprotect_exec, F1("m"), F1("rw"), DENY(F1("m")));

static int run_op(const char *policy, sandbox_fn run)
{
	const struct sandbox sandbox = {
		.policy = policy,
		.files = true,
		.prepare = open_before,
	};

	return sandbox_run(&sandbox, run, NULL);
}

TEST_F(op, possible)
{
	ASSERT_EQ(0, run_op(NULL, variant->run));
}

TEST_F(op, allowed)
{
	EXPECT_EQ(0, run_op(variant->allow, variant->run));
}

TEST_F(op, refused)
{
	EXPECT_EQ(EACCES, run_op(variant->less, variant->run));
}

TEST_F(op, denied)
{
	EXPECT_EQ(EACCES, run_op(variant->deny, variant->run));
}

static int do_stat(void *arg)
{
	struct stat st;

	(void)arg;
	CHECK(!stat(FILE1, &st));
	return TRY(fstat(before, &st));
}

/* Whoever knows a name may ask what is there, as in AppArmor. */
TEST(stat_is_always_allowed)
{
	EXPECT_EQ(0, run_op(POLICY(BASE), do_stat));
}

static int do_rights_of_append(void *arg)
{
	int fd = open(FILE1, O_WRONLY | O_APPEND | O_CLOEXEC);

	(void)arg;
	CHECK(fd >= 0);
	CHECK(try_open(FILE1, O_WRONLY) == EACCES);
	/* O_APPEND must not come off a descriptor opened with it */
	if (!fcntl(fd, F_SETFL, 0))
		CHECK(pwrite(fd, "x", 1, 0) < 0 || !"O_APPEND came off");
	return 0;
}

TEST(append_is_less_than_write)
{
	EXPECT_EQ(0, run_op(POLICY(BASE F1("a")), do_rights_of_append));
}

/* A second name must not allow more than the first one does. */
FIXTURE(link_subset) {
};

FIXTURE_SETUP(link_subset) {
}

FIXTURE_TEARDOWN(link_subset) {
}

FIXTURE_VARIANT(link_subset) {
	const char *policy;
	int expected;
};

#define LINK(name, rules, error) \
	FIXTURE_VARIANT_ADD(link_subset, name) { \
		.policy = POLICY(BASE rules), \
		.expected = error, \
	}

LINK(same, F1("rw") FN("rwl"), 0);
LINK(narrower, F1("rw") FN("rl"), 0);
LINK(wider_write, F1("r") FN("rwl"), EACCES);
LINK(wider_read, FN("rl"), EACCES);
LINK(wider_exec, F1("r") FN("rlix"), EACCES);
LINK(wider_map, F1("r") FN("rlm"), EACCES);
LINK(other_transition, F1("rix") FN("rlux"), EACCES);
LINK(denied_in_old, F1("rw") FN("rwl") DENY(F1("w")), EACCES);
/* A rule for both names asks for a subset only if it says so. */
#define PAIR(words, target)	"  link " words NEW " -> " target ",\n"
LINK(pair, F1("r") FN("rw") PAIR("", FILE1), 0);
LINK(pair_pattern, F1("r") FN("rw") PAIR("", WORK "/{file,x}*"), 0);
LINK(pair_subset, F1("r") FN("r") PAIR("subset ", FILE1), 0);
LINK(pair_wider, F1("r") FN("rw") PAIR("subset ", FILE1), EACCES);
LINK(pair_and_l, F1("r") FN("rwl") PAIR("", FILE1), EACCES);
LINK(other_pair, F1("r") FN("rw") PAIR("", FILE1 "x"), EACCES);
LINK(pair_denied, F1("r") FN("rl") "  deny" PAIR("", FILE1), EACCES);
LINK(other_pair_denied, F1("r") FN("rl") "  deny" PAIR("", FILE1 "x"), 0);
LINK(pair_of_owner, F1("r") FN("rw") "  owner" PAIR("", FILE1), 0);
LINK(pair_of_other, F1("r") FN("rw") "  other" PAIR("", FILE1), EACCES);

TEST_F(link_subset, link)
{
	EXPECT_EQ(variant->expected, run_op(variant->policy, op_link));
}

/* Each direction of an exchange is a rename of its own (I1). */
TEST(exchange_is_decided_in_both_directions)
{
	EXPECT_EQ(EACCES, run_op(POLICY(BASE F1("r") F2("rw")), op_exchange));
	EXPECT_EQ(EACCES, run_op(POLICY(BASE F1("rw") F2("r")), op_exchange));
}

static int owner_reads(void *arg)
{
	(void)arg;
	CHECK(!chown(FILE1, 1000, 1000));
	CHECK(!chmod(FILE2, 0666));
	CHECK(!drop_to(1000));
	CHECK(try_open(FILE1, O_RDONLY) == 0);
	CHECK(try_open(FILE2, O_RDONLY) == EACCES);
	return 0;
}

TEST(owner)
{
	EXPECT_EQ(0, run_op(POLICY(BASE "  owner " WORK "/** r,\n" F1("w")
				   F2("w")), owner_reads));
}

static int owner_is_denied(void *arg)
{
	(void)arg;
	CHECK(!chown(FILE1, 1000, 1000));
	CHECK(!drop_to(1000));
	CHECK(try_open(FILE1, O_RDONLY) == EACCES);
	CHECK(try_open(FILE2, O_RDONLY) == 0);
	return 0;
}

TEST(deny_owner)
{
	EXPECT_EQ(0, run_op(POLICY(BASE "  " WORK "/** r,\n" F1("w")
				   "  deny owner " WORK "/** r,\n"),
			    owner_is_denied));
}

static int host_denies(void *arg)
{
	(void)arg;
	CHECK(!chmod(FILE1, 0600));
	CHECK(!drop_to(1000));
	return try_open(FILE1, O_RDONLY);
}

/* I1: what the kernel denies anyhow, no policy allows. */
TEST(policy_does_not_grant)
{
	EXPECT_EQ(EACCES, run_op(POLICY(ALL_RULES), host_denies));
}

static int map_readable(void *arg)
{
	void *map;

	(void)arg;
	/* in this mode what may be read may be executed */
	CHECK(personality(READ_IMPLIES_EXEC) >= 0);
	map = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, before, 0);
	return map == MAP_FAILED ? errno : 0;
}

/* I2: what is asked for is not what becomes of it. */
TEST(read_implies_exec)
{
	EXPECT_EQ(0, run_op(POLICY(BASE F1("rm")), map_readable));
	EXPECT_EQ(EACCES, run_op(POLICY(BASE F1("rw")), map_readable));
}

#ifndef RWF_NOAPPEND
#define RWF_NOAPPEND	0x20
#endif

static int ring_write(int fd)
{
	static struct ring ring;
	const struct io_uring_sqe sqe = {
		.opcode = IORING_OP_WRITE,
		.fd = fd,
		.addr = (unsigned long)"x",
		.len = 1,
	};

	return ring_init(&ring) ?: ring_do(&ring, &sqe);
}

static int write_by_aio(int fd)
{
	unsigned long context = 0;
	struct iocb one = {
		.aio_lio_opcode = IOCB_CMD_PWRITE,
		.aio_fildes = (unsigned int)fd,
		.aio_buf = (unsigned long)"x",
		.aio_nbytes = 1,
	};
	struct iocb *all = &one;

	return TRY(syscall(SYS_io_setup, 1, &context)) ?:
	       TRY(syscall(SYS_io_submit, context, 1, &all));
}

/* What only appends is possible, what may write elsewhere is not. */
static int ways_to_append(void *arg)
{
	const int other = arg ? 0 : EACCES;
	int fd = open(FILE1, O_WRONLY | O_APPEND | O_CLOEXEC);
	struct iovec iov = { "x", 1 };
	int err;

	CHECK(fd >= 0);
	CHECK(TRY(write(fd, "x", 1)) == 0);
	CHECK(TRY(writev(fd, &iov, 1)) == 0);
	CHECK(TRY(pwrite(fd, "x", 1, 0)) == 0);
	CHECK(TRY(pwritev(fd, &iov, 1, 0)) == 0);
	CHECK(TRY(pwritev2(fd, &iov, 1, 0, RWF_DSYNC)) == 0);
	CHECK(TRY(fallocate(fd, 0, 0, 8192)) == other);
	CHECK(TRY(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
			    4096)) == other);
	CHECK(ring_write(fd) == other);
	CHECK(write_by_aio(fd) == other);
	CHECK(TRY(ioctl(fd, TCGETS, &iov)) == ENOTTY);
	CHECK(TRY(ioctl(fd, FS_IOC_ENABLE_VERITY, NULL)) == (other ?: ENOTTY));
	err = TRY(pwritev2(fd, &iov, 1, 0, RWF_NOAPPEND));
	/* Before 6.9 there is no such flag. */
	CHECK(err == other || err == EOPNOTSUPP);
	/* With it, a request of the ring may be what is done in a write(). */
	CHECK(TRY(write(fd, "x", 1)) == (err == EOPNOTSUPP ? 0 : other));
	return 0;
}

TEST(append_is_all_that_is_done)
{
	EXPECT_EQ(0, run_op(POLICY(BASE F1("a")), ways_to_append));
}

static int ways_to_write(void *arg)
{
	(void)arg;
	return ways_to_append("");
}

TEST(write_is_more_than_append)
{
	EXPECT_EQ(0, run_op(POLICY(BASE F1("w")), ways_to_write));
}

/* A shared mapping writes where it likes, O_APPEND or not. */
static int map_appendable(void *arg)
{
	int fd = open(FILE1, O_RDWR | O_APPEND | O_CLOEXEC);
	void *map;

	(void)arg;
	CHECK(fd >= 0);
	map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	CHECK(map == MAP_FAILED ||
	      TRY(mprotect(map, 4096, PROT_READ | PROT_WRITE)) == EACCES);
	map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return map == MAP_FAILED ? errno : 0;
}

TEST(append_does_not_map)
{
	EXPECT_EQ(EACCES, run_op(POLICY(BASE F1("ra")), map_appendable));
}

static int map_private(void *arg)
{
	int fd = open(FILE1, O_RDWR | O_APPEND | O_CLOEXEC);
	void *map;

	(void)arg;
	CHECK(fd >= 0);
	map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	return map == MAP_FAILED ? errno : 0;
}

TEST(append_maps_a_copy)
{
	EXPECT_EQ(0, run_op(POLICY(BASE F1("ra")), map_private));
}

static int link_tmpfile(void *arg)
{
	char path[32];
	int fd = open(WORK "/dir", O_TMPFILE | O_RDWR, 0644);

	if (fd < 0)
		return errno;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return TRY(linkat(AT_FDCWD, path, AT_FDCWD, arg, AT_SYMLINK_FOLLOW));
}

static int run_tmpfile(const char *policy, const char *name)
{
	const struct sandbox sandbox = { .policy = policy, .files = true };

	return sandbox_run(&sandbox, link_tmpfile, (void *)name);
}

/* A file that never had a name gets one where the policy lets it. */
TEST(link_of_a_nameless_file)
{
	const char *policy = POLICY(BASE "  /proc/** r,\n"
				    "  " WORK "/dir/** rwl,\n"
				    "  " WORK "/wide rwlix,\n");

	EXPECT_EQ(0, run_tmpfile(NULL, WORK "/dir/new"));
	EXPECT_EQ(0, run_tmpfile(policy, WORK "/dir/new"));
	EXPECT_EQ(EACCES, run_tmpfile(policy, WORK "/new"));
	/* there it could be executed */
	EXPECT_EQ(EACCES, run_tmpfile(policy, WORK "/wide"));
}

static int complaining(void *arg)
{
	(void)arg;
	CHECK(try_open(FILE1, O_RDWR) == 0);
	return TRY(unlink(FILE1));
}

TEST(complain_permits)
{
	EXPECT_EQ(0, run_op("profile default flags=(complain) {\n}\n",
			    complaining));
}

static int by_priority(void *arg)
{
	(void)arg;
	CHECK(try_open(FILE1, O_RDONLY) == 0);
	CHECK(try_open(FILE1, O_WRONLY) == EACCES);
	CHECK(TRY(kill(getpid(), 0)) == EACCES);
	CHECK(TRY(kill(getpid(), SIGCHLD)) == 0);
	CHECK(TRY(setpriority(PRIO_PROCESS, 0, -1)) == EACCES);
	return TRY(prctl(PR_CAPBSET_DROP, CAP_SYS_BOOT, 0, 0, 0));
}

TEST(priorities)
{
	EXPECT_EQ(0, run_op(POLICY(BASE
				   "  deny " FILE1 " rw,\n"
				   "  priority=1 " FILE1 " r,\n"
				   "  deny signal,\n"
				   "  priority=1 signal set=chld,\n"
				   "  deny capability,\n"
				   "  priority=1 capability setpcap,\n"),
			    by_priority));
}

static int denied_by_name(void *arg)
{
	(void)arg;
	CHECK(try_open(FILE1, O_RDONLY) == EACCES);
	CHECK(try_open(FILE1, O_WRONLY) == 0);
	CHECK(TRY(kill(getpid(), 0)) == EACCES);
	CHECK(TRY(kill(getpid(), SIGCHLD)) == 0);
	CHECK(TRY(setpriority(PRIO_PROCESS, 0, -1)) == EACCES);
	return TRY(prctl(PR_CAPBSET_DROP, CAP_SYS_BOOT, 0, 0, 0));
}

/* As in AppArmor, unless the denial is to be reported. */
TEST(complain_refuses_what_is_denied_by_name)
{
	EXPECT_EQ(0, run_op("profile default flags=(complain) {\n"
			    "  deny " FILE1 " r,\n"
			    "  audit deny " FILE1 " w,\n"
			    "  deny signal set=exists,\n"
			    "  audit deny signal set=chld,\n"
			    "  deny capability sys_nice,\n"
			    "  audit deny capability setpcap,\n"
			    "}\n", denied_by_name));
}

NEST_TEST_MAIN
