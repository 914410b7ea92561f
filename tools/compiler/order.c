// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers the states of an automaton as the image wants them: those that lead
 * to themselves by each byte, then those that accept, then the rest; and where
 * one byte leads on from a state and all others back, this one next.
 */
#include <stdlib.h>

#include "automaton.h"

#define NO_NAME		0xffffffffU

enum kind { SINK, ACCEPTING, OTHER, KINDS };

struct order {
	struct nest_automaton *automaton;
	struct nest_vec edges;	/* struct nest_exception, in order of finding */
	u32 *first;		/* where those of each state begin */
	u32 *count;		/* how many they are */
	u32 *other;		/* what follows each state by the other bytes */
	u32 *found;		/* the states that can be reached, in order */
	u32 n_found;
	u32 *name;		/* the number of each state */
	u32 *by_name;		/* the state of each number */
	u32 n_named;
	u8 *kind;
};

static u32 classes_to(const struct nest_automaton *automaton,
		      const u32 *defaults, const u32 *classes, u32 target)
{
	u32 count = 0, i;

	for (i = 0; i < automaton->n_groups; i++)
		if (defaults[i] == target)
			count += classes[i];
	return count;
}

/* The group whose default serves the most classes, by itself or with others. */
static u32 widest_group(const struct nest_automaton *automaton,
			const u32 *defaults, const u32 *classes)
{
	u32 best = 0, votes = 0, most = 0, i, count;

	/* If more than half of the classes agree, this finds them. */
	for (i = 0; i < automaton->n_groups; i++) {
		if (votes && defaults[i] != defaults[best]) {
			if (votes >= classes[i]) {
				votes -= classes[i];
				continue;
			}
			votes = classes[i] - votes;
			best = i;
		} else if (classes[i]) {
			best = votes ? best : i;
			votes += classes[i];
		}
	}
	if (2 * classes_to(automaton, defaults, classes, defaults[best]) >
	    automaton->n_classes)
		return best;
	for (i = 0; i < automaton->n_groups; i++) {
		count = classes[i] ? classes_to(automaton, defaults, classes,
						defaults[i]) : 0;
		if (count > most) {
			most = count;
			best = i;
		}
	}
	return best;
}

static int compare_edges(const void *a, const void *b)
{
	const struct nest_exception *x = a, *y = b;

	return (x->class > y->class) - (x->class < y->class);
}

/* Add the classes that follow the defaults of other groups. */
static u32 add_defaults_as_edges(const struct nest_automaton *automaton,
				 const u32 *defaults, u32 other,
				 const u8 *overridden,
				 struct nest_exception *edges, u32 n)
{
	u32 before = n, class, target;

	for (class = 0; class < automaton->n_classes; class++) {
		target = defaults[automaton->groups[class]];
		if (overridden[class] || target == other)
			continue;
		edges[n].class = class;
		edges[n++].target = target;
	}
	if (before && n != before)
		qsort(edges, n, sizeof(*edges), compare_edges);
	return n;
}

/*
 * The transitions of a state, as few as will do: what follows by most classes
 * goes to @other, the rest by class to @edges. Return: how many these are.
 */
static u32 find_edges(const struct nest_automaton *automaton, u32 state,
		      u32 *other, struct nest_exception *edges)
{
	const u32 *defaults = nest_automaton_defaults(automaton, state);
	const struct nest_exception *exception;
	u32 classes[256], count, i, n = 0;
	u8 overridden[256];
	bool uniform = true;

	memset(overridden, 0, automaton->n_classes);
	memcpy(classes, automaton->group_size,
	       automaton->n_groups * sizeof(*classes));
	exception = nest_automaton_exceptions(automaton, state, &count);
	for (i = 0; i < count; i++) {
		overridden[exception[i].class] = 1;
		classes[automaton->groups[exception[i].class]]--;
	}
	*other = defaults[widest_group(automaton, defaults, classes)];
	if (count == automaton->n_classes)
		*other = exception[0].target;
	for (i = 0; i < count; i++)
		if (exception[i].target != *other)
			edges[n++] = exception[i];
	for (i = 0; i < automaton->n_groups; i++)
		uniform &= !classes[i] || defaults[i] == *other;
	return uniform ? n : add_defaults_as_edges(automaton, defaults, *other,
						   overridden, edges, n);
}

static void find(struct order *order, u32 state)
{
	if (order->name[state] != NO_NAME)
		return;
	order->name[state] = 0;
	order->found[order->n_found++] = state;
}

/* Find where a state leads, and what it is. */
static int look_at(struct order *order, u32 state)
{
	struct nest_exception edges[256], *copy;
	u32 count, i;

	count = find_edges(order->automaton, state, &order->other[state],
			   edges);
	order->first[state] = (u32)order->edges.count;
	order->count[state] = count;
	copy = nest_vec_add(&order->edges, sizeof(*copy), count);
	if (count && !copy)
		return -ENOMEM;
	find(order, order->other[state]);
	for (i = 0; i < count; i++) {
		copy[i] = edges[i];
		find(order, edges[i].target);
	}
	order->kind[state] = OTHER;
	if (((u32 *)order->automaton->accept.data)[state])
		order->kind[state] = ACCEPTING;
	if (!count && order->other[state] == state)
		order->kind[state] = SINK;
	return 0;
}

static int find_states(struct order *order)
{
	u32 i;
	int err = 0;

	for (i = 0; i < order->automaton->n_states; i++)
		order->name[i] = NO_NAME;
	find(order, 0);
	find(order, order->automaton->start);
	for (i = 0; !err && i < order->n_found; i++)
		err = look_at(order, order->found[i]);
	for (i = 0; i < order->n_found; i++)
		order->name[order->found[i]] = NO_NAME;
	return err;
}

/* NULL if there is no edge at all. */
static struct nest_exception *edges_of(const struct order *order, u32 state)
{
	struct nest_exception *edges = order->edges.data;

	return edges ? edges + order->first[state] : NULL;
}

/* The state to be numbered next, or NO_NAME. */
static u32 next_of(const struct order *order, u32 state)
{
	const struct nest_exception *edge = edges_of(order, state);
	u32 other = order->other[state];

	if (order->count[state] > 1 && order->other[other] == other)
		edge = nest_exceptions_differ(edge, order->count[state],
					      edges_of(order, other),
					      order->count[other]);
	else if (order->count[state] != 1)
		return NO_NAME;
	return edge ? edge->target : NO_NAME;
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
				state = next_of(order, state);
			}
		}
}

static int add_state(const struct order *order, struct nest_automaton *to,
		     u32 state)
{
	const u32 *accept = order->automaton->accept.data;
	const struct nest_exception *edges = edges_of(order, state);
	u32 count = order->count[state], i;
	struct nest_exception *copy;
	int err;

	copy = nest_vec_add(&to->exceptions, sizeof(*copy), count);
	if (count && !copy)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		copy[i].class = edges[i].class;
		copy[i].target = order->name[edges[i].target];
	}
	err = nest_vec_add_u32(&to->defaults,
			       order->name[order->other[state]]);
	if (!err)
		err = nest_vec_add_u32(&to->first, (u32)to->exceptions.count);
	return err ? err : nest_vec_add_u32(&to->accept, accept[state]);
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
	result->n_groups = 1;
	memset(result->groups, 0, sizeof(result->groups));
	result->group_size[0] = result->n_classes;
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

	err = find_states(order);
	if (err)
		return err;
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
 * State 0 stays the dead one. States that cannot be reached are left out. All
 * classes are one group then, and each default serves the most classes. The
 * same automaton gets the same numbers.
 *
 * Return: 0, or -ENOMEM.
 */
int nest_automaton_order(struct nest_automaton *automaton)
{
	size_t n = automaton->n_states;
	u32 *numbers = malloc(6 * n * sizeof(*numbers));
	struct order order = {
		.automaton = automaton,
		.first = numbers,
		.count = numbers + n,
		.other = numbers + 2 * n,
		.found = numbers + 3 * n,
		.name = numbers + 4 * n,
		.by_name = numbers + 5 * n,
		.kind = malloc(n),
	};
	int err = -ENOMEM;

	if (numbers && order.kind)
		err = reorder(&order);
	free(numbers);
	free(order.kind);
	nest_vec_free(&order.edges);
	return err;
}
