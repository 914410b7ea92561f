/* SPDX-License-Identifier: GPL-2.0-only */
/* A file system that answers as late as it is told to. */
#ifndef NEST_FUSE_H
#define NEST_FUSE_H

#include <stdint.h>
#include <sys/types.h>
#include "sandbox.h"

#define FUSE_DIR	"/tmp/late"
#define FUSE_FILE	FUSE_DIR "/file"	/* the only one: two bytes, 0777 */

/**
 * struct fuse - such a file system
 * @late: the operation (FUSE_*) that is answered late, once
 * @asked: opened when that has been asked for
 * @answer: to be opened for the answer
 * @pid: who serves it
 */
struct fuse {
	uint32_t late;
	struct gate asked;
	struct gate answer;
	pid_t pid;
};

int fuse_begin(struct fuse *fuse, uint32_t late);
void fuse_end(const struct fuse *fuse);

#endif
