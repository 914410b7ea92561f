/* SPDX-License-Identifier: GPL-2.0-only */
/* A process that executed a program and waits: others may try to reach it. */
#ifndef NEST_VICTIM_H
#define NEST_VICTIM_H

#include <stdbool.h>
#include <sys/types.h>

/**
 * struct victim - such a process, a child of the caller
 * @pid: its number
 * @in: it ends when this is closed
 * @out: what it says
 */
struct victim {
	pid_t pid;
	int in, out;
};

int victim_start(struct victim *victim, const char *program);
int victim_end(struct victim *victim);
bool is_refusal(int err);

#endif
