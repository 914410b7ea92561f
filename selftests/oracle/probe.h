/* SPDX-License-Identifier: GPL-2.0-only */
/* One operation and its outcome. */
#ifndef ORACLE_PROBE_H
#define ORACLE_PROBE_H

#include <stdbool.h>
#include <stddef.h>

#define PROBE_PATH	96
#define PROBE_NOTE	160

/* A verdict in words. */
#define PROBE_WORDS	(PROBE_NOTE + 160)

/* Where an executed target finds its pipes. */
#define TARGET_REPORT	100
#define TARGET_GO	101

/* Where it notes what it could do with what it was given. */
#define TARGET_NOTES	104
#define TARGET_USES	105

/* What it exits with, added to the errno, if its own exec failed. */
#define TARGET_AGAIN	140

/* What it reports: AT_SECURE, by which a C library scrubs the environment. */
#define TARGET_SECURE	1
#define TARGET_SAYS	'0'

/* Outcomes: errnos of later steps, and signals that ended a program. */
#define STEP	1000
#define KILLED	9000

#define OUTCOME(call)	((long)(call) < 0 ? errno : 0)

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
 * @code: 0, or STEP * step + errno, or KILLED + signal that ended the program
 * @detail: of an exec: the domain that followed, whether it was a secure one
 * @note: what the operation says itself
 */
struct result {
	int code;
	char detail[104];
	char note[PROBE_NOTE];
};

/**
 * struct probe_op - an operation
 * @name: in the files of probes
 * @run: does it
 * @arg: for @run
 * @changes: it may leave traces
 * @peer: the first argument is a peer, which has to be there
 */
struct probe_op {
	const char *name;
	int (*run)(const struct probe *probe, int arg);
	int arg;
	bool changes;
	bool peer;
};

extern const struct probe_op probe_exec_ops[];
extern const size_t probe_n_exec_ops;
extern const struct probe_op probe_mount_ops[];
extern const size_t probe_n_mount_ops;
extern const struct probe_op probe_peer_ops[];
extern const size_t probe_n_peer_ops;
extern const struct probe_op probe_carry_ops[];
extern const size_t probe_n_carry_ops;
extern const struct probe_op probe_change_ops[];
extern const size_t probe_n_change_ops;

struct side;

void changes_use(const struct side *used);
int probe_take_step(const char *step);
const struct probe_op *probe_find_op(const char *name);
void probe_run(const struct probe *probe, struct result *result);
void probe_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void probe_describe(const struct result *result, char *text, size_t size);

#endif
