// SPDX-License-Identifier: GPL-2.0-only
/* A ring of io_uring that does one request at a time. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ring.h"

#define ENTRIES	4

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

static size_t sq_size(const struct io_uring_params *p)
{
	return p->sq_off.array + p->sq_entries * 4;
}

static size_t cq_size(const struct io_uring_params *p)
{
	return p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe);
}

static size_t sqes_size(const struct io_uring_params *p)
{
	return p->sq_entries * sizeof(struct io_uring_sqe);
}

/**
 * ring_init_flags() - make a ring
 * @ring: filled in
 * @flags: IORING_SETUP_*
 *
 * Return: 0 or an errno.
 */
int ring_init_flags(struct ring *ring, unsigned int flags)
{
	struct io_uring_params *p = &ring->params;

	memset(p, 0, sizeof(*p));
	p->flags = flags;
	ring->fd = syscall(SYS_io_uring_setup, ENTRIES, p);
	if (ring->fd < 0)
		return errno;
	ring->sq = map(ring->fd, sq_size(p), IORING_OFF_SQ_RING);
	ring->cq = map(ring->fd, cq_size(p), IORING_OFF_CQ_RING);
	ring->sqes = map(ring->fd, sqes_size(p), IORING_OFF_SQES);
	return ring->sq && ring->cq && ring->sqes ? 0 : errno;
}

/**
 * ring_unmap() - have its memory no more
 * @ring: the ring
 */
void ring_unmap(const struct ring *ring)
{
	munmap(ring->sq, sq_size(&ring->params));
	munmap(ring->cq, cq_size(&ring->params));
	munmap(ring->sqes, sqes_size(&ring->params));
}

/**
 * ring_init() - make a ring without flags
 * @ring: filled in
 *
 * Return: 0 or an errno.
 */
int ring_init(struct ring *ring)
{
	return ring_init_flags(ring, 0);
}

/**
 * ring_do() - submit one request and wait for it
 * @ring: the ring
 * @sqe: the request
 *
 * Return: 0 or an errno.
 */
int ring_do(struct ring *ring, const struct io_uring_sqe *sqe)
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
	if (syscall(SYS_io_uring_enter, ring->fd, 1, 1,
		    IORING_ENTER_GETEVENTS | IORING_ENTER_SQ_WAKEUP, NULL,
		    0) < 0)
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
