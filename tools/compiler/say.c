// SPDX-License-Identifier: GPL-2.0-or-later
#include "ast.h"
#include "say.h"

static void drop(struct nest_say *say, u64 bits)
{
	say->allow &= ~bits;
	say->deny &= ~bits;
	say->audit_allow &= ~bits;
	say->audit_deny &= ~bits;
}

/**
 * nest_say_add() - what two sets of rules say together
 * @say: one, which becomes both
 * @priority: by bit: of @say
 * @other: the other
 * @other_priority: by bit: of @other
 *
 * Each bit is decided by the rules of the highest priority that name it.
 */
void nest_say_add(struct nest_say *say, s16 *priority,
		  const struct nest_say *other, const s16 *other_priority)
{
	struct nest_say add = *other;
	u64 said = say->said, left;

	for (left = other->said; left; left &= left - 1) {
		u32 i = (u32)__builtin_ctzll(left);
		u64 bit = 1ULL << i;

		if (said & bit && priority[i] > other_priority[i]) {
			drop(&add, bit);
			continue;
		}
		if (said & bit && priority[i] < other_priority[i])
			drop(say, bit);
		priority[i] = other_priority[i];
	}
	say->allow |= add.allow;
	say->deny |= add.deny;
	say->audit_allow |= add.audit_allow;
	say->audit_deny |= add.audit_deny;
	say->said |= other->said;
}

/**
 * nest_say_take() - add what one rule says
 * @say: what others say
 * @priority: by bit: of @say
 * @rule: the rule
 * @bits: what it allows or denies
 * @about: what it decides on besides, by saying nothing of it
 */
void nest_say_take(struct nest_say *say, s16 *priority,
		   const struct nest_rule *rule, u64 bits, u64 about)
{
	bool deny = rule->mods & NEST_MOD_DENY;
	s16 priorities[NEST_SAY_BITS];
	struct nest_say one = { .said = bits | about };
	u32 i;

	*(deny ? &one.deny : &one.allow) = bits;
	if (rule->mods & NEST_MOD_AUDIT)
		*(deny ? &one.audit_deny : &one.audit_allow) = bits;
	for (i = 0; i < NEST_SAY_BITS; i++)
		priorities[i] = rule->priority;
	nest_say_add(say, priority, &one, priorities);
}
