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
	int err;

	EXPECT_EQ(0, sandbox_run(&plain, do_personality, NULL));
	err = sandbox_run(&confined, do_personality, NULL);
	EXPECT_TRUE(err == EACCES || err == EPERM);
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
