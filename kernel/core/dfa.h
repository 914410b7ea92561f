/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The inner loops of matching, inline: a hook spends most of its time here.
 * They are safe on a checked image only: nest_policy_unpack() has seen that
 * each class lies in its row and each transition leads to a state.
 */
#ifndef NEST_CORE_DFA_H
#define NEST_CORE_DFA_H

#include "core.h"

static __always_inline u32 nest_dfa_step_sparse(const struct nest_dfa *dfa,
						u32 state, u8 byte)
{
	u32 word = le32_to_cpu(dfa->words[state]);
	u32 class = dfa->classes[byte];
	u32 cell;

	if (word & NEST_CELL_CHAIN) {
		cell = word ^ NEST_CELL_CHAIN ^ class << NEST_CELL_SHIFT;
		return cell <= NEST_CELL_STATE ? state + 1 :
						 word & NEST_CELL_STATE;
	}
	if (word & NEST_CELL_LIKE) {
		cell = word ^ NEST_CELL_LIKE;
		if (cell >> NEST_CELL_SHIFT == class)
			return state + 1;
		word = le32_to_cpu(dfa->words[cell & NEST_CELL_STATE]);
	}
	cell = le32_to_cpu(dfa->slots[word + 1 + class]) ^
	       class << NEST_CELL_SHIFT;
	if (cell <= NEST_CELL_STATE)
		return cell;
	return le32_to_cpu(dfa->slots[word]) & NEST_CELL_STATE;
}

/* From row to row: of a dense automaton these stand for the states. */
static __always_inline size_t nest_dfa_step_row(const struct nest_dfa *dfa,
						size_t row, u8 byte)
{
	return le16_to_cpu(dfa->dense[row + dfa->classes[byte]]);
}

static __always_inline size_t nest_dfa_string_row(const struct nest_dfa *dfa,
						  size_t row, const u8 *string)
{
	u8 byte;

	while ((byte = *string++)) {
		row = nest_dfa_step_row(dfa, row, byte);
		byte = *string++;
		if (!byte)
			break;
		row = nest_dfa_step_row(dfa, row, byte);
	}
	return row;
}

static __always_inline size_t nest_dfa_row(const struct nest_dfa *dfa,
					   u32 state)
{
	return (size_t)state << dfa->shift;
}

static __always_inline u32 nest_dfa_string_sparse(const struct nest_dfa *dfa,
						  u32 state, const u8 *string)
{
	u8 byte;

	while ((byte = *string++))
		state = nest_dfa_step_sparse(dfa, state, byte);
	return state;
}

/**
 * nest_dfa_feed_string() - match a string that ends in NUL
 * @dfa: the automaton
 * @state: where it stands
 * @string: what it reads
 *
 * Does not look for final states on the way: strings are short, and a state
 * that is final stays what it is.
 *
 * Return: where it stands then.
 */
static __always_inline u32 nest_dfa_feed_string(const struct nest_dfa *dfa,
						u32 state, const u8 *string)
{
	if (likely(dfa->dense))
		return nest_dfa_string_row(dfa, nest_dfa_row(dfa, state),
					   string) >> dfa->shift;
	return nest_dfa_string_sparse(dfa, state, string);
}

/**
 * nest_dfa_feed_byte() - match one byte
 * @dfa: the automaton
 * @state: where it stands
 * @byte: what it reads
 *
 * Return: where it stands then.
 */
static __always_inline u32 nest_dfa_feed_byte(const struct nest_dfa *dfa,
					      u32 state, u8 byte)
{
	if (dfa->dense)
		return nest_dfa_step_row(dfa, nest_dfa_row(dfa, state),
					 byte) >> dfa->shift;
	return nest_dfa_step_sparse(dfa, state, byte);
}

/**
 * nest_dfa_feed_names() - match names, each after a slash
 * @dfa: the automaton
 * @state: where it stands
 * @names: strings that end in NUL; it reads the last one first
 * @n: how many
 *
 * Return: where it stands then.
 */
static __always_inline u32 nest_dfa_feed_names(const struct nest_dfa *dfa,
					       u32 state,
					       const u8 *const *names, u32 n)
{
	const u8 *const *name = names + n;

	if (likely(dfa->dense)) {
		const struct nest_dfa copy = *dfa; /* to be in registers */
		const size_t sinks = nest_dfa_row(dfa, dfa->n_sinks);
		size_t row = nest_dfa_row(dfa, state);

		while (name != names && row >= sinks) {
			row = nest_dfa_step_row(&copy, row, '/');
			row = nest_dfa_string_row(&copy, row, *--name);
		}
		state = row >> dfa->shift;
	} else {
		while (name != names && state >= dfa->n_sinks) {
			state = nest_dfa_step_sparse(dfa, state, '/');
			state = nest_dfa_string_sparse(dfa, state, *--name);
		}
	}
	return state;
}

#endif
