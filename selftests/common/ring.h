/* SPDX-License-Identifier: GPL-2.0-only */
/* A ring of io_uring that does one request at a time. */
#ifndef NEST_RING_H
#define NEST_RING_H

#include <linux/io_uring.h>

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

int ring_init(struct ring *ring);
int ring_init_flags(struct ring *ring, unsigned int flags);
void ring_unmap(const struct ring *ring);
int ring_do(struct ring *ring, const struct io_uring_sqe *sqe);

#endif
