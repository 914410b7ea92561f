/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An automaton of patterns as the subset construction reads it. */
#ifndef NEST_GRAPH_H
#define NEST_GRAPH_H

#include "automaton.h"

/**
 * struct nest_graph_edge - an edge that a byte takes
 * @id: the set of bytes, as in struct nest_nfa_edge
 * @target: the node that it leads to
 */
struct nest_graph_edge {
	u32 id;
	u32 target;
};

/**
 * struct nest_graph - an automaton of patterns, to be read
 * @start: the first node
 * @values: u32: by node, what a name that ends there means, or 0
 * @origins: u32: by node, the node of the NFA that it was made from
 * @edge_first: u32[nodes + 1]: where the edges of each node begin
 * @edges: struct nest_graph_edge
 * @closure_first: u32[nodes + 1]: where the closure of each node begins
 * @closures: u32: the nodes that each node leads to without a byte, itself
 *	included; only those that have edges or a value
 */
struct nest_graph {
	u32 start;
	struct nest_vec values;
	struct nest_vec origins;
	struct nest_vec edge_first;
	struct nest_vec edges;
	struct nest_vec closure_first;
	struct nest_vec closures;
};

int nest_graph_build(struct nest_graph *graph, const struct nest_nfa *nfa,
		     bool fold, struct nest_budget *budget);
void nest_graph_free(struct nest_graph *graph);

static inline u32 nest_graph_value(const struct nest_graph *graph, u32 node)
{
	return ((const u32 *)graph->values.data)[node];
}

#endif
