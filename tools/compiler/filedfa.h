/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file rules of a profile, divided among DFAs. */
#ifndef NEST_FILEDFA_H
#define NEST_FILEDFA_H

#include "domain.h"

/**
 * struct nest_file_part_rule - a rule that is to go into some DFA
 * @rule: the rule
 * @danger: how much its pattern contributes to an explosion: the wildcards and
 *	classes in it. 0 only if it is exact, as struct nest_glob has it
 * @level: NEST_BY_*: rules of one level contradict each other, else the higher
 *	one wins
 */
struct nest_file_part_rule {
	const struct nest_file_rule *rule;
	u32 danger;
	u32 level;
};

/**
 * struct nest_file_part - rules for one DFA
 * @rules: the first of them
 * @count: how many
 */
struct nest_file_part {
	const struct nest_file_part_rule *rules;
	size_t count;
};

static inline bool nest_file_rule_gives_exec(const struct nest_file_rule *rule)
{
	return rule->exec[0] != NEST_NONE || rule->exec[1] != NEST_NONE;
}

/* Whether two rules of one level contradict each other about transitions. */
static inline bool nest_file_rules_contradict(const struct nest_file_rule *a,
					      const struct nest_file_rule *b)
{
	u32 i;

	for (i = 0; i < 2; i++)
		if (a->priority == b->priority && a->exec[i] != NEST_NONE &&
		    b->exec[i] != NEST_NONE && a->exec[i] != b->exec[i])
			return true;
	return false;
}

int nest_file_dfa_build(struct nest_domain_rules *rules,
			const struct nest_file_part *part, bool backward,
			bool alone, u32 *dfa);

#endif
