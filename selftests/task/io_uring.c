// SPDX-License-Identifier: GPL-2.0-only
/*
 * I2: io_uring works for a task in other tasks, and with credentials that may
 * be borrowed; neither gets round the policy.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "nest_test.h"
#include "ring.h"

static int ring_open(struct ring *ring, const char *path, int flags,
		     unsigned int sqe_flags)
{
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_OPENAT,
		.flags = sqe_flags,
		.fd = AT_FDCWD,
		.addr = (unsigned long)path,
		.open_flags = flags,
		.len = 0644,
	};

	return ring_do(ring, &sqe);
}

static struct ring ring;

static int do_open(void *arg)
{
	const unsigned int flags = *(unsigned int *)arg;

	CHECK(!ring_init(&ring));
	CHECK(ring_open(&ring, WORK "/file", O_RDONLY, flags) == 0);
	CHECK(ring_open(&ring, WORK "/other", O_RDONLY, flags) == EACCES);
	CHECK(ring_open(&ring, WORK "/new", O_CREAT | O_RDWR, flags) ==
	      EACCES);
	return 0;
}

FIXTURE(open) {
};

FIXTURE_SETUP(open) {
}

FIXTURE_TEARDOWN(open) {
}

FIXTURE_VARIANT(open) {
	unsigned int flags;
};

FIXTURE_VARIANT_ADD(open, inline) {
	.flags = 0,
};

/* In a worker, which is another task. */
FIXTURE_VARIANT_ADD(open, worker) {
	.flags = IOSQE_ASYNC,
};

#define CONFINED	POLICY("  capability,\n  " WORK "/file r,\n")

TEST_F(open, confined)
{
	const struct sandbox sandbox = { .policy = CONFINED, .files = true };

	EXPECT_EQ(0, sandbox_run(&sandbox, do_open, (void *)&variant->flags));
}

static int ring_before(void)
{
	return ring_init(&ring);
}

static int do_open_old(void *arg)
{
	const unsigned int flags = *(unsigned int *)arg;

	CHECK(ring_open(&ring, WORK "/file", O_RDONLY, flags) == 0);
	return ring_open(&ring, WORK "/other", O_RDONLY, flags);
}

/* A ring, and its workers, that are older than the policy. */
TEST_F(open, ring_from_before)
{
	const struct sandbox sandbox = {
		.policy = CONFINED, .files = true, .prepare = ring_before,
	};

	EXPECT_EQ(EACCES, sandbox_run(&sandbox, do_open_old,
				      (void *)&variant->flags));
}

static int do_personality(void *arg)
{
	struct io_uring_sqe sqe = { .opcode = IORING_OP_NOP };
	int id;

	(void)arg;
	CHECK(!ring_init(&ring));
	CHECK(ring_do(&ring, &sqe) == 0);
	id = syscall(SYS_io_uring_register, ring.fd,
		     IORING_REGISTER_PERSONALITY, NULL, 0);
	CHECK(id > 0);
	sqe.personality = id;
	return ring_do(&ring, &sqe);
}

TEST(borrowed_credentials)
{
	const struct sandbox plain = { 0 };
	const struct sandbox confined = { .policy = CONFINED };

	EXPECT_EQ(0, sandbox_run(&plain, do_personality, NULL));
	EXPECT_EQ(EACCES, sandbox_run(&confined, do_personality, NULL));
}

#define NEWER(rules)	"abi <abi/4.0>,\n" POLICY(ALL_RULES rules)

static int do_sqpoll(void *arg)
{
	struct io_uring_params params = { .flags = IORING_SETUP_SQPOLL };

	(void)arg;
	return TRY(syscall(SYS_io_uring_setup, 1, &params));
}

/* One policy, one way to gain by io_uring. */
FIXTURE(rule) {
};

FIXTURE_SETUP(rule) {
}

FIXTURE_TEARDOWN(rule) {
}

FIXTURE_VARIANT(rule) {
	const char *policy;
	int personality;
	int sqpoll;
};

#define RULE(name, text, first, second) \
	FIXTURE_VARIANT_ADD(rule, name) { \
		.policy = text, .personality = first, .sqpoll = second, \
	}

RULE(none, POLICY(ALL_RULES), EACCES, 0);
RULE(none_abi_4, NEWER(""), EACCES, EACCES);
RULE(all_of_it, NEWER("  io_uring,\n"), 0, 0);
RULE(override_creds, NEWER("  io_uring override_creds,\n"), 0, EACCES);
RULE(sqpoll, NEWER("  io_uring sqpoll,\n"), EACCES, 0);
RULE(denied, POLICY(ALL_RULES "  io_uring,\n  deny io_uring (sqpoll),\n"),
     0, EACCES);
RULE(all, "abi <abi/4.0>,\n" POLICY("  all,\n"), 0, 0);
RULE(complain, "abi <abi/4.0>,\nprofile default flags=(complain) {\n}\n",
     0, 0);

TEST_F(rule, decides)
{
	const struct sandbox sandbox = { .policy = variant->policy };

	EXPECT_EQ(variant->personality,
		  sandbox_run(&sandbox, do_personality, NULL));
	EXPECT_EQ(variant->sqpoll, sandbox_run(&sandbox, do_sqpoll, NULL));
}

static int do_open_by_thread(void *arg)
{
	(void)arg;
	CHECK(!ring_init_flags(&ring, IORING_SETUP_SQPOLL));
	CHECK(ring_open(&ring, WORK "/file", O_RDONLY, 0) == 0);
	return ring_open(&ring, WORK "/other", O_RDONLY, 0);
}

/* The thread that polls is in the domain of the task that it polls for. */
TEST(polling_thread_is_confined)
{
	const struct sandbox sandbox = { .policy = CONFINED, .files = true };

	EXPECT_EQ(EACCES, sandbox_run(&sandbox, do_open_by_thread, NULL));
}

static int get_from_parent(void *arg)
{
	int pidfd = syscall(SYS_pidfd_open, getppid(), 0);

	CHECK(pidfd >= 0);
	return TRY(syscall(SYS_pidfd_getfd, pidfd, *(int *)arg, 0));
}

static int get_ring(void *arg)
{
	int file = open(WORK "/file", O_RDONLY);

	(void)arg;
	CHECK(file >= 0);
	CHECK(!ring_init(&ring));
	CHECK(sandbox_fork(get_from_parent, &file) == 0);
	return sandbox_fork(get_from_parent, &ring.fd);
}

/* Its requests may be carried out by a task of another domain. */
TEST(ring_of_another_task)
{
	const struct sandbox sandbox = {
		.policy = POLICY(ALL_RULES),
		.files = true,
	};
	const struct sandbox open = { .files = true };

	EXPECT_EQ(0, sandbox_run(&open, get_ring, NULL));
	EXPECT_EQ(EACCES, sandbox_run(&sandbox, get_ring, NULL));
}

NEST_TEST_MAIN
