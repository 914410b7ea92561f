/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A deterministic automaton while the compiler works on it. */
#ifndef NEST_AUTOMATON_H
#define NEST_AUTOMATON_H

#include "nfa.h"

/**
 * struct nest_exception - a transition that differs from the default
 * @class: class of the byte
 * @target: the state that follows
 */
struct nest_exception {
	u32 class;
	u32 target;
};

/**
 * struct nest_automaton - a deterministic automaton
 * @n_states: number of states; state 0 is dead
 * @start: the first state
 * @backward: it reads names from their ends
 * @classes: class of each byte
 * @n_classes: number of classes
 * @groups: group of each class. The classes of a group behave alike except
 *	where a pattern asks for just one byte
 * @n_groups: number of groups
 * @group_size: classes in each group
 * @defaults: u32[n_states * n_groups]: what follows by default
 * @exceptions: struct nest_exception: those of state 0, then of state 1, ...,
 *	by class
 * @first: u32[n_states + 1]: the first exception of each state
 * @accept: u32[n_states]: accept values
 */
struct nest_automaton {
	u32 n_states;
	u32 start;
	bool backward;
	u8 classes[256];
	u32 n_classes;
	u8 groups[256];
	u32 n_groups;
	u32 group_size[256];
	struct nest_vec defaults;
	struct nest_vec exceptions;
	struct nest_vec first;
	struct nest_vec accept;
};

/**
 * struct nest_budget - what the construction of one automaton may use
 * @states: number of states
 * @elements: nodes in all the states
 * @work: steps; the rest that was not used when the construction is over
 */
struct nest_budget {
	u32 states;
	u64 elements;
	u64 work;
};

int nest_automaton_build(struct nest_automaton *automaton,
			 const struct nest_nfa *nfa,
			 const struct nest_values *values,
			 struct nest_budget *budget);
int nest_automaton_minimise(struct nest_automaton *automaton);
int nest_automaton_order(struct nest_automaton *automaton);
void nest_automaton_free(struct nest_automaton *automaton);

static inline const u32 *nest_automaton_defaults(const struct nest_automaton *a,
						 u32 state)
{
	return (const u32 *)a->defaults.data + (size_t)state * a->n_groups;
}

static inline const struct nest_exception *
nest_automaton_exceptions(const struct nest_automaton *a, u32 state,
			  u32 *count)
{
	const u32 *first = a->first.data;

	*count = first[state + 1] - first[state];
	if (!*count)
		return NULL;
	return (const struct nest_exception *)a->exceptions.data +
	       first[state];
}

const struct nest_exception *
nest_exceptions_differ(const struct nest_exception *a, u32 n_a,
		       const struct nest_exception *b, u32 n_b);
void nest_automaton_row(const struct nest_automaton *automaton, u32 state,
			u32 *row);

#endif
