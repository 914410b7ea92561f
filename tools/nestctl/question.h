/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A question to the rules of a domain, as words and as core/decide takes it. */
#ifndef NESTCTL_QUESTION_H
#define NESTCTL_QUESTION_H

#include <stdbool.h>
#include <stdint.h>

#include "core.h"

struct question;

/**
 * struct answer - what the rules of a domain say to a question
 * @decision: what core/decide says
 * @mediated: there are rules about such things; otherwise all is allowed
 * @allow: of what is asked for, that a rule allows and none denies
 * @deny: of what is asked for, that a rule denies
 * @exec: index in EXECS, or NEST_NONE: of an exec that is allowed
 */
struct answer {
	struct nest_decision decision;
	bool mediated;
	uint32_t allow;
	uint32_t deny;
	uint32_t exec;
};

/**
 * struct question - a question
 * @kind: its class, and how it is asked
 * @request: what is asked for: bits of the class
 * @owner: the task owns the file
 * @path: name of the file or mount point, or the profile, or the other task's
 *	domain
 * @second: source of a mount, where the old root goes
 * @type: of a file system
 * @number: capability, signal, address family, flags of a mount
 * @detail: type of a socket, direction of a signal
 */
struct question {
	const struct question_kind *kind;
	uint32_t request;
	bool owner;
	const char *path;
	const char *second;
	const char *type;
	uint32_t number;
	uint32_t detail;
};

int question_parse(struct question *question, char **words, int n);
struct answer question_ask(const struct question *question,
			   const struct nest_policy *policy, uint32_t domain);
bool question_is_file(const struct question *question);
bool question_is_exec(const struct question *question);
bool question_is_capability(const struct question *question);
char *question_grant(const struct question *question);

#endif
