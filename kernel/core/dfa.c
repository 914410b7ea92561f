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

	dfa->backward = le32_to_cpu(raw->flags) & NEST_DFA_BACKWARD;
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
	const u8 *end = bytes + len;
	size_t row, sinks;

	if (!dfa->dense) {
		while (bytes != end && state >= dfa->n_sinks)
			state = nest_dfa_step_sparse(dfa, state, *bytes++);
		return state;
	}
	row = nest_dfa_row(dfa, state);
	sinks = nest_dfa_row(dfa, dfa->n_sinks);
	while (bytes != end && row >= sinks)
		row = nest_dfa_step_row(dfa, row, *bytes++);
	return row >> dfa->shift;
}

/**
 * nest_dfa_feed_backward() - match bytes from the last to the first
 * @dfa: the automaton
 * @state: where it stands
 * @bytes: what it reads
 * @len: how many
 *
 * Return: where it stands then.
 */
u32 nest_dfa_feed_backward(const struct nest_dfa *dfa, u32 state,
			   const u8 *bytes, size_t len)
{
	while (len-- && state >= dfa->n_sinks)
		state = nest_dfa_feed_byte(dfa, state, bytes[len]);
	return state;
}

/**
 * nest_dfa_match() - match a whole name, whichever way the automaton reads
 * @dfa: the automaton
 * @name: the name
 * @len: its length in bytes
 *
 * Return: the accept value.
 */
u32 nest_dfa_match(const struct nest_dfa *dfa, const char *name, size_t len)
{
	const u8 *bytes = (const u8 *)name;

	return nest_dfa_accept(dfa, dfa->backward ?
			       nest_dfa_feed_backward(dfa, dfa->start, bytes,
						      len) :
			       nest_dfa_feed(dfa, dfa->start, bytes, len));
}
