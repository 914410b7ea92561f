/* SPDX-License-Identifier: GPL-2.0-only */
/* One operation and its outcome. */
#ifndef ORACLE_PROBE_H
#define ORACLE_PROBE_H

#include <stdbool.h>
#include <stddef.h>

#define PROBE_PATH	96

/* Where an executed target finds its pipes. */
#define TARGET_REPORT	100
#define TARGET_GO	101

struct probe_op;

/**
 * struct probe - what to try
 * @user: as an ordinary user, not as root
 * @op: which operation
 * @path: its arguments; the second may be empty
 */
struct probe {
	bool user;
	const struct probe_op *op;
	char path[2][PROBE_PATH];
};

/**
 * struct result - what came of it
 * @code: 0, or 1000 * step + errno, or 9000 + signal that ended the program
 * @detail: of an exec: the domain that followed, whether it was a secure one
 */
struct result {
	int code;
	char detail[104];
};

/**
 * struct probe_op - an operation
 * @name: in the files of probes
 * @run: does it
 * @arg: for @run
 * @changes: it may leave traces
 */
struct probe_op {
	const char *name;
	int (*run)(const struct probe *probe, int arg);
	int arg;
	bool changes;
};

const struct probe_op *probe_find_op(const char *name);
int probe_run(const struct probe *probe);
void probe_describe(const struct result *result, char *text, size_t size);

#endif
