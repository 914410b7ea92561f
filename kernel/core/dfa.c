// SPDX-License-Identifier: GPL-2.0-only
/* Opening a DFA of a checked image, and matching bytes with it. */
#include "dfa.h"

/**
 * nest_dfa_open() - find the tables of a DFA
 * @dfa: filled in; valid as long as the image is
 * @policy: a checked image
 * @index: in DFAS, below the section's count
 */
void nest_dfa_open(struct nest_dfa *dfa, const struct nest_policy *policy,
		   u32 index)
{
	const struct nest_policy_dfa *raw = &policy->dfas[index];
	const u8 *next = policy->tables + le32_to_cpu(raw->next);

	dfa->classes = policy->tables + le32_to_cpu(raw->classes);
	dfa->accept = (const __le32 *)(policy->tables +
				       le32_to_cpu(raw->accept));
	dfa->shift = le32_to_cpu(raw->shift);
	dfa->n_sinks = le32_to_cpu(raw->n_sinks);
	dfa->n_accepts = le32_to_cpu(raw->n_accepts);
	dfa->start = le32_to_cpu(raw->start);
	if (le32_to_cpu(raw->layout) == NEST_LAYOUT_DENSE) {
		dfa->dense = (const __le16 *)next;
		dfa->words = NULL;
		dfa->slots = NULL;
		return;
	}
	dfa->dense = NULL;
	dfa->words = (const __le32 *)next;
	dfa->slots = dfa->words + le32_to_cpu(raw->n_states);
}

/**
 * nest_dfa_feed() - match bytes
 * @dfa: the automaton
 * @state: where it stands
 * @bytes: what it reads
 * @len: how many
 *
 * Return: where it stands then.
 */
u32 nest_dfa_feed(const struct nest_dfa *dfa, u32 state, const u8 *bytes,
		  size_t len)
{
	while (len-- && state >= dfa->n_sinks)
		state = nest_dfa_feed_byte(dfa, state, *bytes++);
	return state;
}
