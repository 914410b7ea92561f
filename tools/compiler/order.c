// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers the states of an automaton as the image wants them: those that lead
 * to themselves by each byte, then those that accept, then the rest; and where
 * one byte leads on from a state and all others elsewhere, this one next.
 */
#include <stdlib.h>

#include "automaton.h"

#define NO_NAME		0xffffffffU

enum kind { SINK, ACCEPTING, OTHER, KINDS };

struct order {
	struct nest_automaton *automaton;
	u32 *found;		/* the states that can be reached, in order */
	u32 n_found;
	u32 *name;		/* the number of each state */
	u32 *by_name;		/* the state of each number */
	u32 n_named;
	u32 *chain;		/* the state to be numbered next, or NO_NAME */
	u8 *kind;
};

static void find(struct order *order, u32 state)
{
	if (order->name[state] != NO_NAME)
		return;
	order->name[state] = 0;
	order->found[order->n_found++] = state;
}

/* Find where a state leads, and what it is. */
static void look_at(struct order *order, u32 state)
{
	struct nest_exception edges[256];
	u32 other, count, i;

	count = nest_automaton_edges(order->automaton, state, &other, edges);
	find(order, other);
	for (i = 0; i < count; i++)
		find(order, edges[i].target);
	order->chain[state] = count == 1 ? edges[0].target : NO_NAME;
	order->kind[state] = OTHER;
	if (((u32 *)order->automaton->accept.data)[state])
		order->kind[state] = ACCEPTING;
	if (!count && other == state)
		order->kind[state] = SINK;
}

static void find_states(struct order *order)
{
	u32 i;

	for (i = 0; i < order->automaton->n_states; i++)
		order->name[i] = NO_NAME;
	find(order, 0);
	find(order, order->automaton->start);
	for (i = 0; i < order->n_found; i++)
		look_at(order, order->found[i]);
	for (i = 0; i < order->n_found; i++)
		order->name[order->found[i]] = NO_NAME;
}

static void name_states(struct order *order)
{
	u32 kind, i, state;

	for (kind = 0; kind < KINDS; kind++)
		for (i = 0; i < order->n_found; i++) {
			state = order->found[i];
			while (state != NO_NAME && order->kind[state] == kind &&
			       order->name[state] == NO_NAME) {
				order->name[state] = order->n_named;
				order->by_name[order->n_named++] = state;
				state = order->chain[state];
			}
		}
}

static int add_state(const struct order *order, struct nest_automaton *to,
		     u32 state)
{
	const struct nest_automaton *from = order->automaton;
	const u32 *old = nest_automaton_defaults(from, state);
	const struct nest_exception *exception;
	struct nest_exception *copy;
	u32 *defaults, i, count;

	defaults = nest_vec_add(&to->defaults, sizeof(u32), to->n_groups);
	if (!defaults)
		return -ENOMEM;
	/* A default that is never taken may lead to a state without a name. */
	for (i = 0; i < to->n_groups; i++)
		defaults[i] = order->name[old[i]] == NO_NAME ?
			      0 : order->name[old[i]];
	exception = nest_automaton_exceptions(from, state, &count);
	copy = nest_vec_add(&to->exceptions, sizeof(*copy), count);
	if (count && !copy)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		copy[i].class = exception[i].class;
		copy[i].target = order->name[exception[i].target];
	}
	if (nest_vec_add_u32(&to->first, (u32)to->exceptions.count))
		return -ENOMEM;
	return nest_vec_add_u32(&to->accept, ((u32 *)from->accept.data)[state]);
}

static int rebuild(const struct order *order, struct nest_automaton *result)
{
	u32 i;
	int err;

	*result = *order->automaton;
	memset(&result->defaults, 0, sizeof(result->defaults));
	memset(&result->exceptions, 0, sizeof(result->exceptions));
	memset(&result->first, 0, sizeof(result->first));
	memset(&result->accept, 0, sizeof(result->accept));
	result->n_states = order->n_named;
	result->start = order->name[order->automaton->start];
	err = nest_vec_add_u32(&result->first, 0);
	for (i = 0; !err && i < order->n_named; i++)
		err = add_state(order, result, order->by_name[i]);
	return err;
}

static int reorder(struct order *order)
{
	struct nest_automaton result;
	int err;

	find_states(order);
	name_states(order);
	err = rebuild(order, &result);
	nest_automaton_free(err ? &result : order->automaton);
	if (!err)
		*order->automaton = result;
	return err;
}

/**
 * nest_automaton_order() - number the states as the image wants them
 * @automaton: the automaton, minimised
 *
 * State 0 stays the dead one. States that cannot be reached are left out. The
 * same automaton gets the same numbers.
 *
 * Return: 0, or -ENOMEM.
 */
int nest_automaton_order(struct nest_automaton *automaton)
{
	size_t n = automaton->n_states;
	struct order order = {
		.automaton = automaton,
		.found = malloc(n * sizeof(u32)),
		.name = malloc(n * sizeof(u32)),
		.by_name = malloc(n * sizeof(u32)),
		.chain = malloc(n * sizeof(u32)),
		.kind = malloc(n),
	};
	int err = -ENOMEM;

	if (order.found && order.name && order.by_name && order.chain &&
	    order.kind)
		err = reorder(&order);
	free(order.found);
	free(order.name);
	free(order.by_name);
	free(order.chain);
	free(order.kind);
	return err;
}
