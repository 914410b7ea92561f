/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What rules say together about up to 64 things, each of which is a bit. */
#ifndef NEST_SAY_H
#define NEST_SAY_H

#include "compile.h"

#define NEST_PRIORITY_MIN	(-1000)
#define NEST_PRIORITY_MAX	1000
/* That of what flags of a profile stand for, beside rules with priorities. */
#define NEST_PRIORITY_IMPLIED	(NEST_PRIORITY_MIN - 1)

#define NEST_SAY_BITS		64	/* entries in an array of priorities */
#define NEST_SAY_FEW		16	/* where there are no more bits */

/**
 * struct nest_say - what rules say; of each bit, those of the highest priority
 * @allow: allowed
 * @deny: denied by name; this wins
 * @audit_allow: to be reported if allowed
 * @audit_deny: to be reported if denied by name
 * @said: what they decide on, all of these included
 *
 * Beside it stands an array of priorities, by bit; 0 for those without rules.
 */
struct nest_say {
	u64 allow;
	u64 deny;
	u64 audit_allow;
	u64 audit_deny;
	u64 said;
};

struct nest_rule;

void nest_say_add(struct nest_say *say, s16 *priority,
		  const struct nest_say *other, const s16 *other_priority);
void nest_say_take(struct nest_say *say, s16 *priority,
		   const struct nest_rule *rule, u64 bits, u64 about);

static inline u64 nest_say_allowed(const struct nest_say *say)
{
	return say->allow & ~say->deny;
}

/* What is reported; @all: all that rules say. */
static inline u64 nest_say_audited(const struct nest_say *say, bool all)
{
	u64 allow = nest_say_allowed(say);

	return all ? allow | say->deny :
		     (say->audit_allow & allow) | (say->audit_deny & say->deny);
}

#endif
