// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Patterns that end alike share the nodes of their common end here, as those
 * that begin alike do in the NFA. A variable of four directories would
 * otherwise have the subset construction do the same work four times.
 */
#include <stdlib.h>

#include "graph.h"

#define UNKNOWN		0xffffffffU
/* Target of an edge that leads to its own node. */
#define SELF		0xfffffffeU
/* In place of the set of bytes: the edge is taken without a byte. */
#define NO_BYTE		0xffffffffU

struct fold {
	struct nest_graph *graph;
	const struct nest_nfa *nfa;
	struct nest_budget *budget;
	bool fold;
	u32 *node;			/* by node of the NFA: its node here */
	struct nest_vec stack;		/* u32, nodes of the NFA */
	struct nest_vec scratch;	/* struct nest_graph_edge */

	/* All edges of each node, those that take no byte included. */
	struct nest_vec first;		/* u32 */
	struct nest_vec all;		/* struct nest_graph_edge */
	struct nest_hash hash;		/* finds nodes by them and the value */

	u32 *stamp;			/* by node: last seen in ... */
	u32 now;			/* ... this round */
};

static bool is_followed(const struct nest_nfa_edge *edge)
{
	return edge->kind == NEST_NFA_BYTE || edge->kind == NEST_NFA_LOOP ||
	       edge->kind == NEST_NFA_JOIN;
}

static int compare_edges(const void *a, const void *b)
{
	const struct nest_graph_edge *x = a, *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return (x->target > y->target) - (x->target < y->target);
}

static bool same_edge(const struct nest_graph_edge *a,
		      const struct nest_graph_edge *b)
{
	return a->id == b->id && a->target == b->target;
}

/* The edges of a node of the NFA, sorted and each once, go to the scratch. */
static int take_edges(struct fold *fold, u32 from)
{
	struct nest_graph_edge *edges, *edge;
	u32 e = nest_nfa_node(fold->nfa, from)->edges;
	size_t i, n = 0;

	fold->scratch.count = 0;
	for (; e != NEST_NFA_END; e = nest_nfa_edge(fold->nfa, e)->next) {
		const struct nest_nfa_edge *old = nest_nfa_edge(fold->nfa, e);

		if (old->kind == NEST_NFA_ALTERNATION)
			continue;
		edge = nest_vec_add(&fold->scratch, sizeof(*edge), 1);
		if (!edge)
			return -ENOMEM;
		edge->id = nest_nfa_takes_byte(old) ? old->id : NO_BYTE;
		edge->target = old->kind == NEST_NFA_AGAIN ?
			       SELF : fold->node[old->target];
	}
	edges = fold->scratch.data;
	if (fold->scratch.count > 1)
		qsort(edges, fold->scratch.count, sizeof(*edges),
		      compare_edges);
	for (i = 0; i < fold->scratch.count; i++)
		if (!n || !same_edge(&edges[i], &edges[n - 1]))
			edges[n++] = edges[i];
	fold->scratch.count = n;
	return 0;
}

static u64 node_key(const struct nest_graph_edge *edges, size_t count,
		    u32 value)
{
	return nest_hash_bytes(edges, count * sizeof(*edges)) ^
	       nest_mix(value);
}

static u64 node_rehash(const void *context, u32 node)
{
	const struct fold *fold = context;
	const u32 *first = fold->first.data;
	const struct nest_graph_edge *edges = fold->all.data;

	return node_key(edges + first[node], first[node + 1] - first[node],
			nest_graph_value(fold->graph, node));
}

/* Has a node the value and the edges in the scratch? */
static bool is_same(const struct fold *fold, u32 node, u32 value)
{
	const u32 *first = fold->first.data;
	const struct nest_graph_edge *all = fold->all.data;
	size_t count = fold->scratch.count;

	return nest_graph_value(fold->graph, node) == value &&
	       first[node + 1] - first[node] == count &&
	       (!count || !memcmp(all + first[node], fold->scratch.data,
				  count * sizeof(*all)));
}

static int add_to_closure(struct fold *fold, u32 node)
{
	if (fold->stamp[node] == fold->now)
		return 0;
	fold->stamp[node] = fold->now;
	return nest_vec_add_u32(&fold->graph->closures, node);
}

/* What a node leads to without a byte came before it, and is complete. */
static int add_closure(struct fold *fold, u32 node)
{
	struct nest_graph *graph = fold->graph;
	const struct nest_graph_edge *edges = fold->scratch.data;
	const u32 *first = graph->closure_first.data;
	size_t count = fold->scratch.count, i;
	u32 at;
	int err = 0;

	fold->now++;
	if (nest_graph_value(graph, node) ||
	    (count && edges[0].id != NO_BYTE))
		err = add_to_closure(fold, node);
	for (i = 0; i < count; i++) {
		if (edges[i].id != NO_BYTE)
			continue;
		for (at = first[edges[i].target];
		     !err && at < first[edges[i].target + 1]; at++)
			err = add_to_closure(fold,
					     ((u32 *)graph->closures.data)[at]);
	}
	if (!err && graph->closures.count > fold->budget->elements)
		return -E2BIG;
	return err ? err : nest_vec_add_u32(&graph->closure_first,
					    (u32)graph->closures.count);
}

static int add_edges(struct fold *fold, u32 node)
{
	struct nest_graph *graph = fold->graph;
	const struct nest_graph_edge *edges = fold->scratch.data;
	struct nest_graph_edge *copy;
	size_t count = fold->scratch.count, i;

	copy = nest_vec_add(&fold->all, sizeof(*copy), count);
	if (count && !copy)
		return -ENOMEM;
	if (count)
		memcpy(copy, edges, count * sizeof(*copy));
	for (i = 0; i < count && edges[i].id != NO_BYTE; i++) {
		copy = nest_vec_add(&graph->edges, sizeof(*copy), 1);
		if (!copy)
			return -ENOMEM;
		*copy = edges[i];
		if (copy->target == SELF)
			copy->target = node;
	}
	return nest_vec_add_u32(&graph->edge_first, (u32)graph->edges.count);
}

static int add_node(struct fold *fold, u32 origin, u64 key, u32 *node)
{
	struct nest_graph *graph = fold->graph;
	int err;

	*node = (u32)graph->values.count;
	err = nest_vec_add_u32(&graph->values,
			       nest_nfa_node(fold->nfa, origin)->value);
	if (!err)
		err = nest_vec_add_u32(&graph->origins, origin);
	if (!err)
		err = add_edges(fold, *node);
	if (!err)
		err = nest_vec_add_u32(&fold->first, (u32)fold->all.count);
	if (!err)
		err = add_closure(fold, *node);
	if (!err && fold->fold)
		err = nest_hash_add(&fold->hash, key, *node, node_rehash, fold);
	return err;
}

/* Find or make the node for one of the NFA, whose successors have theirs. */
static int finish(struct fold *fold, u32 origin)
{
	u32 value = nest_nfa_node(fold->nfa, origin)->value;
	const struct nest_graph_edge *edges;
	struct nest_hash_walk walk;
	u32 *node = &fold->node[origin];
	u64 key;
	int err;

	err = take_edges(fold, origin);
	if (err)
		return err;
	if (fold->budget->work < fold->scratch.count + 1)
		return -E2BIG;
	fold->budget->work -= fold->scratch.count + 1;
	edges = fold->scratch.data;
	if (fold->fold && !value && fold->scratch.count == 1 &&
	    edges->id == NO_BYTE) {
		*node = edges->target;
		return 0;
	}
	key = node_key(edges, fold->scratch.count, value);
	walk = nest_hash_find(&fold->hash, key);
	while (nest_hash_next(&walk, node))
		if (is_same(fold, *node, value))
			return 0;
	return add_node(fold, origin, key, node);
}

/* Put the successors that have no node yet onto the stack. */
static int push_successors(struct fold *fold, u32 from)
{
	u32 e = nest_nfa_node(fold->nfa, from)->edges;
	int err = 0;

	for (; !err && e != NEST_NFA_END;
	     e = nest_nfa_edge(fold->nfa, e)->next) {
		const struct nest_nfa_edge *edge = nest_nfa_edge(fold->nfa, e);

		if (is_followed(edge) && fold->node[edge->target] == UNKNOWN)
			err = nest_vec_add_u32(&fold->stack, edge->target);
	}
	return err;
}

/* From the ends to the start. There are no cycles but from a node to itself. */
static int fold_all(struct fold *fold)
{
	size_t before;
	u32 origin;
	int err;

	err = nest_vec_add_u32(&fold->stack, 0);
	while (!err && fold->stack.count) {
		before = fold->stack.count;
		origin = ((u32 *)fold->stack.data)[before - 1];
		if (fold->node[origin] == UNKNOWN)
			err = push_successors(fold, origin);
		if (err || fold->stack.count != before)
			continue;
		fold->stack.count--;
		if (fold->node[origin] == UNKNOWN)
			err = finish(fold, origin);
	}
	fold->graph->start = fold->node[0];
	return err;
}

static int allocate(struct fold *fold)
{
	size_t n = fold->nfa->nodes.count;

	fold->node = malloc(n * sizeof(u32));
	fold->stamp = calloc(n, sizeof(u32));
	if (!fold->node || !fold->stamp)
		return -ENOMEM;
	memset(fold->node, 0xff, n * sizeof(u32));	/* UNKNOWN */
	if (nest_vec_add_u32(&fold->first, 0) ||
	    nest_vec_add_u32(&fold->graph->edge_first, 0))
		return -ENOMEM;
	return nest_vec_add_u32(&fold->graph->closure_first, 0);
}

/**
 * nest_graph_build() - make a graph of patterns
 * @graph: where it goes; nest_graph_free() frees it in any case
 * @nfa: the patterns
 * @fold: make one node of those that mean the same; without it, each node is
 *	that of its origin alone
 * @budget: what may be used; what is left of the work goes there
 *
 * Return: 0; -E2BIG: more than the budget is needed; -ENOMEM.
 */
int nest_graph_build(struct nest_graph *graph, const struct nest_nfa *nfa,
		     bool fold, struct nest_budget *budget)
{
	struct fold state = {
		.graph = graph,
		.nfa = nfa,
		.budget = budget,
		.fold = fold,
	};
	int err;

	memset(graph, 0, sizeof(*graph));
	err = allocate(&state);
	if (!err)
		err = fold_all(&state);
	free(state.node);
	free(state.stamp);
	nest_vec_free(&state.stack);
	nest_vec_free(&state.scratch);
	nest_vec_free(&state.first);
	nest_vec_free(&state.all);
	nest_hash_free(&state.hash);
	return err;
}

/**
 * nest_graph_free() - free what a graph owns
 * @graph: the graph
 */
void nest_graph_free(struct nest_graph *graph)
{
	nest_vec_free(&graph->values);
	nest_vec_free(&graph->origins);
	nest_vec_free(&graph->edge_first);
	nest_vec_free(&graph->edges);
	nest_vec_free(&graph->closure_first);
	nest_vec_free(&graph->closures);
}
