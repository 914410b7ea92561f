// SPDX-License-Identifier: GPL-2.0-only
/*
 * I2: io_uring works for a task in other tasks, and with credentials that may
 * be borrowed; neither gets round the policy.
 */
#include <fcntl.h>
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "nest_test.h"

#define ENTRIES	4

/**
 * struct ring - the least of a ring that will do
 * @fd: the ring
 * @sqes: the requests
 * @sq: submission ring, as mapped
 * @cq: completion ring, as mapped
 * @params: where things lie in the two
 */
struct ring {
	int fd;
	struct io_uring_sqe *sqes;
	char *sq, *cq;
	struct io_uring_params params;
};

static unsigned int *at(char *base, unsigned int offset)
{
	return (unsigned int *)(base + offset);
}

static void *map(int fd, size_t size, off_t offset)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_POPULATE, fd, offset);

	return p == MAP_FAILED ? NULL : p;
}

static int ring_init(struct ring *ring)
{
	struct io_uring_params *p = &ring->params;

	memset(p, 0, sizeof(*p));
	ring->fd = syscall(SYS_io_uring_setup, ENTRIES, p);
	if (ring->fd < 0)
		return errno;
	ring->sq = map(ring->fd, p->sq_off.array + p->sq_entries * 4,
		       IORING_OFF_SQ_RING);
	ring->cq = map(ring->fd, p->cq_off.cqes + p->cq_entries *
		       sizeof(struct io_uring_cqe), IORING_OFF_CQ_RING);
	ring->sqes = map(ring->fd, p->sq_entries *
			 sizeof(struct io_uring_sqe), IORING_OFF_SQES);
	return ring->sq && ring->cq && ring->sqes ? 0 : errno;
}

/* Submits one request and waits. Returns 0 or an errno. */
static int ring_do(struct ring *ring, const struct io_uring_sqe *sqe)
{
	const struct io_uring_params *p = &ring->params;
	unsigned int tail = *at(ring->sq, p->sq_off.tail);
	unsigned int mask = *at(ring->sq, p->sq_off.ring_mask);
	struct io_uring_cqe *cqe;
	unsigned int head;

	ring->sqes[tail & mask] = *sqe;
	at(ring->sq, p->sq_off.array)[tail & mask] = tail & mask;
	__atomic_store_n(at(ring->sq, p->sq_off.tail), tail + 1,
			 __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring->fd, 1, 1, IORING_ENTER_GETEVENTS,
		    NULL, 0) < 0)
		return errno;
	head = *at(ring->cq, p->cq_off.head);
	if (head == __atomic_load_n(at(ring->cq, p->cq_off.tail),
				    __ATOMIC_ACQUIRE))
		return EAGAIN;
	cqe = (struct io_uring_cqe *)(ring->cq + p->cq_off.cqes) +
	      (head & *at(ring->cq, p->cq_off.ring_mask));
	__atomic_store_n(at(ring->cq, p->cq_off.head), head + 1,
			 __ATOMIC_RELEASE);
	return cqe->res < 0 ? -cqe->res : 0;
}

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

NEST_TEST_MAIN
