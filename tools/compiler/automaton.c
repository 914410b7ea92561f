// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The subset construction. A state is a set of nodes of the NFA. Where a state
 * goes by a whole set of bytes is computed once for each group of classes;
 * only the bytes that a pattern names are looked at one by one.
 */
#include <stdlib.h>

#include "automaton.h"
#include "classes.h"
#include "graph.h"

/* A node that a byte of a class leads to. */
struct single {
	u32 class;
	u32 node;
};

/* Where the nodes of a state lie in subset.pool. */
struct state {
	size_t first;
	u32 count;
};

struct subset {
	struct nest_automaton *automaton;
	const struct nest_values *values;
	struct nest_budget budget;
	struct nest_set_groups sets;
	struct nest_graph graph;

	struct nest_vec states;		/* struct state */
	struct nest_vec pool;		/* u32, their nodes */
	struct nest_hash state_hash;

	bool folded;			/* nodes may stand for several */
	u32 *stamp;			/* for each node: last seen in ... */
	u32 now;			/* ... this round */
	struct nest_vec scratch;	/* u32, the set being gathered */
	struct nest_vec singles;	/* struct single, of the current state */
	struct nest_vec wide[256];	/* u32, its nodes by group */
};

static int spend(struct subset *subset, u64 work)
{
	if (subset->budget.work < work) {
		subset->budget.work = 0;
		return -E2BIG;
	}
	subset->budget.work -= work;
	return 0;
}

static void next_round(struct subset *subset)
{
	if (++subset->now)
		return;
	memset(subset->stamp, 0, subset->graph.values.count * sizeof(u32));
	subset->now = 1;
}

static int gather(struct subset *subset, u32 node)
{
	const u32 *first = subset->graph.closure_first.data;
	const u32 *closures = subset->graph.closures.data;
	u32 i;
	int err;

	for (i = first[node]; i < first[node + 1]; i++) {
		if (subset->stamp[closures[i]] == subset->now)
			continue;
		subset->stamp[closures[i]] = subset->now;
		err = nest_vec_add_u32(&subset->scratch, closures[i]);
		if (err)
			return err;
	}
	return spend(subset, 1 + first[node + 1] - first[node]);
}

static int gather_all(struct subset *subset, const struct nest_vec *nodes)
{
	const u32 *node = nodes->data;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < nodes->count; i++)
		err = gather(subset, node[i]);
	return err;
}

static int compare_u32(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return (x > y) - (x < y);
}

static void sort_u32(u32 *data, size_t count)
{
	size_t i, j;

	if (count > 16) {
		qsort(data, count, sizeof(*data), compare_u32);
		return;
	}
	for (i = 1; i < count; i++) {
		u32 value = data[i];

		for (j = i; j && data[j - 1] > value; j--)
			data[j] = data[j - 1];
		data[j] = value;
	}
}

static u64 state_rehash(const void *context, u32 index)
{
	const struct subset *subset = context;
	const struct state *state = subset->states.data;

	return nest_hash_bytes((u32 *)subset->pool.data + state[index].first,
			       state[index].count * sizeof(u32));
}

static int add_state(struct subset *subset, const u32 *nodes, size_t count,
		     u64 key, u32 *index)
{
	struct state *state;
	u32 *copy;

	if (subset->states.count >= subset->budget.states ||
	    subset->pool.count + count > subset->budget.elements)
		return -E2BIG;
	*index = (u32)subset->states.count;
	state = nest_vec_add(&subset->states, sizeof(*state), 1);
	copy = nest_vec_add(&subset->pool, sizeof(*copy), count);
	if (!state || (count && !copy))
		return -ENOMEM;
	state->first = subset->pool.count - count;
	state->count = (u32)count;
	if (count)
		memcpy(copy, nodes, count * sizeof(*copy));
	return nest_hash_add(&subset->state_hash, key, *index, state_rehash,
			     subset);
}

/* The state of the nodes in scratch, which is empty afterwards. */
static int take_state(struct subset *subset, u32 *index)
{
	const struct state *states = subset->states.data;
	const u32 *pool = subset->pool.data;
	u32 *nodes = subset->scratch.data;
	size_t count = subset->scratch.count;
	struct nest_hash_walk walk;
	u64 key;

	subset->scratch.count = 0;
	if (!count) {
		*index = 0;
		return 0;
	}
	sort_u32(nodes, count);
	key = nest_hash_bytes(nodes, count * sizeof(*nodes));
	walk = nest_hash_find(&subset->state_hash, key);
	while (nest_hash_next(&walk, index))
		if (states[*index].count == count &&
		    !memcmp(pool + states[*index].first, nodes,
			    count * sizeof(*nodes)))
			return 0;
	return add_state(subset, nodes, count, key, index);
}

static int sort_edge(struct subset *subset, const struct nest_graph_edge *edge)
{
	const u32 *first = subset->sets.first.data;
	const u32 *groups = subset->sets.groups.data;
	struct single *single;
	u32 i, set;
	int err;

	if (edge->id < NEST_NFA_BYTES) {
		single = nest_vec_add(&subset->singles, sizeof(*single), 1);
		if (!single)
			return -ENOMEM;
		single->class = subset->automaton->classes[edge->id];
		single->node = edge->target;
		return 0;
	}
	set = edge->id - NEST_NFA_BYTES;
	for (i = first[set]; i < first[set + 1]; i++) {
		err = nest_vec_add_u32(&subset->wide[groups[i]], edge->target);
		if (err)
			return err;
	}
	return spend(subset, first[set + 1] - first[set]);
}

/* Sort the edges that leave a state into singles and wide. */
static int sort_edges(struct subset *subset, u32 index)
{
	struct state state = ((struct state *)subset->states.data)[index];
	const u32 *pool = subset->pool.data;
	const u32 *first = subset->graph.edge_first.data;
	const struct nest_graph_edge *edges = subset->graph.edges.data;
	u32 i, e, node;
	int err = 0;

	subset->singles.count = 0;
	for (i = 0; i < subset->automaton->n_groups; i++)
		subset->wide[i].count = 0;
	for (i = 0; i < state.count; i++) {
		node = pool[state.first + i];
		for (e = first[node]; !err && e < first[node + 1]; e++)
			err = sort_edge(subset, &edges[e]);
		if (err)
			return err;
	}
	return spend(subset, state.count);
}

/* An earlier group whose bytes lead to the same nodes; @group if none does. */
static u32 same_group(const struct subset *subset, u32 group)
{
	const struct nest_vec *wide = &subset->wide[group];
	u32 other;

	for (other = 0; other < group; other++) {
		const struct nest_vec *candidate = &subset->wide[other];

		if (candidate->count == wide->count &&
		    (!wide->count || !memcmp(candidate->data, wide->data,
					     wide->count * sizeof(u32))))
			break;
	}
	return other;
}

static int add_defaults(struct subset *subset, size_t *at)
{
	struct nest_automaton *automaton = subset->automaton;
	u32 group, other, target;
	u32 *defaults;
	int err;

	*at = automaton->defaults.count;
	defaults = nest_vec_add(&automaton->defaults, sizeof(*defaults),
				automaton->n_groups);
	if (!defaults)
		return -ENOMEM;
	for (group = 0; group < automaton->n_groups; group++) {
		other = same_group(subset, group);
		if (other != group) {
			defaults[group] = defaults[other];
			continue;
		}
		next_round(subset);
		err = gather_all(subset, &subset->wide[group]);
		if (!err)
			err = take_state(subset, &target);
		if (err)
			return err;
		defaults[group] = target;
	}
	return 0;
}

static int compare_single(const void *a, const void *b)
{
	const struct single *x = a, *y = b;

	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	return (x->node > y->node) - (x->node < y->node);
}

static int add_exception(struct subset *subset, u32 class, u32 target,
			 u32 usual)
{
	struct nest_exception *exception;

	if (target == usual)
		return 0;
	exception = nest_vec_add(&subset->automaton->exceptions,
				 sizeof(*exception), 1);
	if (!exception)
		return -ENOMEM;
	exception->class = class;
	exception->target = target;
	return 0;
}

static int add_exceptions(struct subset *subset, size_t defaults_at)
{
	struct nest_automaton *automaton = subset->automaton;
	struct single *singles = subset->singles.data;
	size_t count = subset->singles.count, i = 0;
	u32 class, target;
	int err;

	if (count > 1)
		qsort(singles, count, sizeof(*singles), compare_single);
	while (i < count) {
		const u32 *defaults = automaton->defaults.data;

		class = singles[i].class;
		next_round(subset);
		err = gather_all(subset,
				 &subset->wide[automaton->groups[class]]);
		for (; !err && i < count && singles[i].class == class; i++)
			err = gather(subset, singles[i].node);
		if (!err)
			err = take_state(subset, &target);
		if (!err)
			err = add_exception(subset, class, target,
					    defaults[defaults_at +
						automaton->groups[class]]);
		if (err)
			return err;
	}
	return nest_vec_add_u32(&automaton->first,
				(u32)automaton->exceptions.count);
}

/* Tell which nodes of the NFA have values that contradict each other. */
static int explain(const struct subset *subset, const u32 *nodes, u32 count)
{
	const u32 *origins = subset->graph.origins.data;
	u32 *old, i;
	int err;

	old = malloc(count * sizeof(*old));
	if (!old)
		return -ENOMEM;
	for (i = 0; i < count; i++)
		old[i] = origins[nodes[i]];
	err = subset->values->explain(subset->values->context, old, count);
	free(old);
	return err;
}

static int add_accept(struct subset *subset, u32 index)
{
	struct state state = ((struct state *)subset->states.data)[index];
	const u32 *nodes = (u32 *)subset->pool.data + state.first;
	const struct nest_values *values = subset->values;
	u32 value = 0, accept = 0, i;
	int err;

	for (i = 0; i < state.count; i++) {
		u32 other = nest_graph_value(&subset->graph, nodes[i]);

		if (!value) {
			value = other;
		} else if (other) {
			err = values->combine(values->context, value, other,
					      &value);
			if (err == -EDOM && !subset->folded)
				return explain(subset, nodes, state.count);
			if (err)
				return err;
		}
	}
	if (value) {
		err = values->accept(values->context, value, &accept);
		if (err)
			return err;
	}
	return nest_vec_add_u32(&subset->automaton->accept, accept);
}

static int add_transitions(struct subset *subset, u32 index)
{
	size_t defaults_at;
	int err;

	err = sort_edges(subset, index);
	if (!err)
		err = add_defaults(subset, &defaults_at);
	if (!err)
		err = add_exceptions(subset, defaults_at);
	if (!err)
		err = add_accept(subset, index);
	return err;
}

static int construct(struct subset *subset)
{
	struct nest_automaton *automaton = subset->automaton;
	u32 index;
	int err;

	subset->stamp = calloc(subset->graph.values.count, sizeof(u32));
	if (!subset->stamp)
		return -ENOMEM;
	/* The pool is never empty, so there is always an address in it. */
	err = nest_vec_add_u32(&subset->pool, 0);
	if (!err)
		err = add_state(subset, NULL, 0, nest_hash_bytes(NULL, 0),
				&index);
	if (err)
		return err;
	next_round(subset);
	err = gather(subset, subset->graph.start);
	if (!err)
		err = take_state(subset, &automaton->start);
	if (!err)
		err = nest_vec_add_u32(&automaton->first, 0);
	for (index = 0; !err && index < subset->states.count; index++)
		err = add_transitions(subset, index);
	automaton->n_states = (u32)subset->states.count;
	return err;
}

static int build(struct nest_automaton *automaton, const struct nest_nfa *nfa,
		 const struct nest_values *values, struct nest_budget *budget,
		 bool fold)
{
	struct subset subset = {
		.automaton = automaton,
		.values = values,
		.budget = *budget,
		.folded = fold,
	};
	u32 i;
	int err;

	err = nest_classes_find(automaton, nfa, &subset.sets);
	if (!err)
		err = nest_graph_build(&subset.graph, nfa, fold,
				       &subset.budget);
	if (!err)
		err = construct(&subset);
	budget->work = subset.budget.work;
	free(subset.stamp);
	nest_graph_free(&subset.graph);
	nest_vec_free(&subset.sets.first);
	nest_vec_free(&subset.sets.groups);
	nest_vec_free(&subset.states);
	nest_vec_free(&subset.pool);
	nest_hash_free(&subset.state_hash);
	nest_vec_free(&subset.scratch);
	nest_vec_free(&subset.singles);
	for (i = 0; i < 256; i++)
		nest_vec_free(&subset.wide[i]);
	return err;
}

/**
 * nest_automaton_build() - make patterns deterministic
 * @automaton: where the result goes; nest_automaton_free() frees it in any case
 * @nfa: the patterns
 * @values: what their values mean
 * @budget: what may be used; what is left of the work goes there
 *
 * Return: 0; -E2BIG: more than the budget is needed; -ENOMEM; what a function
 * of @values returned.
 */
int nest_automaton_build(struct nest_automaton *automaton,
			 const struct nest_nfa *nfa,
			 const struct nest_values *values,
			 struct nest_budget *budget)
{
	int err;

	memset(automaton, 0, sizeof(*automaton));
	err = build(automaton, nfa, values, budget, true);
	if (err != -EDOM || !values->explain)
		return err;
	/* Once more, with each pattern by itself, to tell which it is. */
	nest_automaton_free(automaton);
	memset(automaton, 0, sizeof(*automaton));
	return build(automaton, nfa, values, budget, false);
}

/**
 * nest_automaton_free() - free what an automaton owns
 * @automaton: the automaton
 */
void nest_automaton_free(struct nest_automaton *automaton)
{
	nest_vec_free(&automaton->defaults);
	nest_vec_free(&automaton->exceptions);
	nest_vec_free(&automaton->first);
	nest_vec_free(&automaton->accept);
}

/**
 * nest_automaton_row() - the transitions of a state
 * @automaton: the automaton
 * @state: the state
 * @row: where the state that follows goes, for each class
 */
void nest_automaton_row(const struct nest_automaton *automaton, u32 state,
			u32 *row)
{
	const u32 *defaults = nest_automaton_defaults(automaton, state);
	const struct nest_exception *exception;
	u32 class, count;

	for (class = 0; class < automaton->n_classes; class++)
		row[class] = defaults[automaton->groups[class]];
	exception = nest_automaton_exceptions(automaton, state, &count);
	for (; count; count--, exception++)
		row[exception->class] = exception->target;
}

/**
 * nest_exceptions_differ() - the one exception in which a state is another's
 * @a: the exceptions of the state, by class
 * @n_a: how many
 * @b: those of another state with the same default
 * @n_b: how many
 *
 * Return: the only one of @a that @b has not, if @b has no other classes, or
 * NULL.
 */
const struct nest_exception *
nest_exceptions_differ(const struct nest_exception *a, u32 n_a,
		       const struct nest_exception *b, u32 n_b)
{
	const struct nest_exception *found = NULL;
	u32 i, j = 0;

	for (i = 0; i < n_a; i++) {
		if (j < n_b && a[i].class == b[j].class &&
		    a[i].target == b[j].target) {
			j++;
			continue;
		}
		if (found)
			return NULL;
		found = &a[i];
		j += j < n_b && a[i].class == b[j].class;
	}
	return j == n_b ? found : NULL;
}
