/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs part of a test as the first process of a new pid namespace, with a
 * policy that it loads for itself, as a container's root does.
 */
#ifndef NEST_SANDBOX_H
#define NEST_SANDBOX_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct nest;
struct nest_layer;

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#endif

/* Exit statuses of a body that are no errno. */
#define SANDBOX_FAILED	124	/* CHECK() did not hold */
#define SANDBOX_BROKEN	125	/* the sandbox could not be set up */
#define SANDBOX_SIGNAL	128	/* + the signal that ended it */

/* A tmpfs of the sandbox's own, with what sandbox_files() makes. */
#define WORK		"/stage"

/** POLICY - the text of a policy whose default domain has these rules. */
#define POLICY(rules)	"profile default {\n" rules "}\n"

/* Everything but exec, other tasks and what lies behind the gates. */
#define OWN_RULES	"  / r,\n  /** rwklm,\n  capability,\n  network,\n"

/* All signals, tracing within the profile, and to be traced by others. */
#define PEER_RULES	"  signal,\n  ptrace (readby, tracedby),\n" \
			"  ptrace (trace, read) peer=@{profile_name},\n"

#define ALL_RULES	OWN_RULES PEER_RULES

/**
 * struct sandbox - what to set up
 * @policy: its source, or NULL: no layer
 * @rootful: no user namespace of its own: the pid namespace is the initial
 *	user namespace's
 * @files: sandbox_files() is called
 * @prepare: called before the policy is loaded, or NULL; returns 0 or an errno
 */
struct sandbox {
	const char *policy;
	bool rootful;
	bool files;
	int (*prepare)(void);
};

/**
 * typedef sandbox_fn - runs as pid 1 in the sandbox
 * @arg: as given to sandbox_start()
 *
 * Return: the exit status, 0 or a positive errno by convention.
 */
typedef int (*sandbox_fn)(void *arg);

/* Opened before the policy was loaded, so that no policy has to allow it. */
extern struct nest *sandbox_nest;
int sandbox_own_layer(struct nest_layer *layer);

pid_t sandbox_start(const struct sandbox *sandbox, sandbox_fn body, void *arg);
int sandbox_wait(pid_t pid);
int sandbox_run(const struct sandbox *sandbox, sandbox_fn body, void *arg);
int sandbox_fork(sandbox_fn body, void *arg);
int sandbox_enter(pid_t pid, bool user);
int sandbox_files(void);
int sandbox_load(struct nest *nest, const char *policy);
int sandbox_impose(struct nest *nest, const char *policy, pid_t pid);
int sandbox_impose_at_exec(struct nest *nest, const char *policy, pid_t pid);
int sandbox_copy_self(const char *path);
void sandbox_check_failed(const char *file, int line, const char *what);

/** CHECK() - in a body: end it as failed unless @condition holds. */
#define CHECK(condition) do { \
	if (!(condition)) { \
		sandbox_check_failed(__FILE__, __LINE__, #condition); \
		return SANDBOX_FAILED; \
	} \
} while (0)

/**
 * struct gate - lets one process wait for another
 * @fd: a pipe
 */
struct gate {
	int fd[2];
};

int gate_init(struct gate *gate);
void gate_open(const struct gate *gate);
void gate_pass(const struct gate *gate);

#endif
