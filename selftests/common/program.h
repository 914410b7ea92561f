/* SPDX-License-Identifier: GPL-2.0-only */
/* Programs of the BPF LSM, which share the hooks with Nest. */
#ifndef NEST_PROGRAM_H
#define NEST_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/**
 * struct program - what a program does, to the tasks of one user only
 * @hook: name of the hook
 * @uid: the user
 * @refuses: it returns -EACCES
 * @reads: where it reads from the task's memory, and may sleep meanwhile; below
 *	2 GB; 0: nowhere
 */
struct program {
	const char *hook;
	uid_t uid;
	bool refuses;
	unsigned int reads;
};

int program_attach(const struct program *program);

#endif
