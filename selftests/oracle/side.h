/* SPDX-License-Identifier: GPL-2.0-only */
/* Running the probes of a profile under one of the two modules. */
#ifndef ORACLE_SIDE_H
#define ORACLE_SIDE_H

#include <stddef.h>
#include <sys/types.h>
#include "probe.h"

#define MAX_PROBES	256

/**
 * struct batch - a profile's probes
 * @n: how many
 * @probes: them
 */
struct batch {
	size_t n;
	struct probe probes[MAX_PROBES];
};

/**
 * struct side - a module that confines
 * @name: of it
 * @begin: called before the processes of a run are there; may be NULL
 * @prepare: puts the policy of @file in force, for the pid namespace of which
 *	@init is the first process
 * @enter: called by a process that shall be confined, in that namespace
 * @change_profile: puts the calling process in another domain, at once or at its
 *	next exec; returns an errno
 * @change_hat: puts it in a hat, or back if @name is NULL; returns an errno
 * @domain: writes the domain of @pid to @text
 * @finish: ends the policy; no process is under it any more
 */
struct side {
	const char *name;
	void (*begin)(void);
	void (*prepare)(const char *file, pid_t init);
	void (*enter)(void);
	int (*change_profile)(const char *name, bool at_exec);
	int (*change_hat)(const char *name, unsigned int token);
	void (*domain)(pid_t pid, char *text, size_t size);
	void (*finish)(void);
};

extern const struct side side_apparmor;
extern const struct side side_nest;

void *side_read_file(const char *path, size_t *size);
void side_run(const struct side *side, const char *policy,
	      const struct batch *batch, struct result *results);

#endif
