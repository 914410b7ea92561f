/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Patterns as one nondeterministic automaton. Patterns that begin alike share
 * the nodes of their common beginning, wildcards and alternations included.
 * This is what keeps the subset construction small: ten thousand patterns that
 * begin with the same "**" have one node that loops, not ten thousand.
 */
#ifndef NEST_NFA_H
#define NEST_NFA_H

#include "arena.h"

/* Sets below this number are of one byte: that number. */
#define NEST_NFA_BYTES	256U

/**
 * struct nest_byteset - a set of bytes
 * @bits: a bit for each byte
 */
struct nest_byteset {
	u64 bits[4];
};

static inline bool nest_byteset_has(const struct nest_byteset *set, u32 byte)
{
	return set->bits[byte >> 6] >> (byte & 63) & 1;
}

static inline void nest_byteset_add(struct nest_byteset *set, u32 byte)
{
	set->bits[byte >> 6] |= 1ULL << (byte & 63);
}

/**
 * enum nest_nfa_kind - kinds of edges
 * @NEST_NFA_BYTE: taken by a byte of the set @id
 * @NEST_NFA_AGAIN: likewise, to the node itself
 * @NEST_NFA_LOOP: taken without a byte, to a node that loops on the set @id
 * @NEST_NFA_JOIN: taken without a byte, to the end of an alternation
 * @NEST_NFA_ALTERNATION: never taken; finds the end of the alternation @id
 */
enum nest_nfa_kind {
	NEST_NFA_BYTE,
	NEST_NFA_AGAIN,
	NEST_NFA_LOOP,
	NEST_NFA_JOIN,
	NEST_NFA_ALTERNATION
};

/**
 * struct nest_nfa_edge - an edge
 * @from: the node that it leaves
 * @kind: enum nest_nfa_kind
 * @id: what tells it from the other edges of this kind at this node
 * @target: the node that it leads to
 * @next: the next edge of the same node, or NEST_NFA_END
 */
struct nest_nfa_edge {
	u32 from;
	u32 kind;
	u32 id;
	u32 target;
	u32 next;
};

#define NEST_NFA_END	0xffffffffU

/**
 * struct nest_nfa_node - a node
 * @edges: the first edge, or NEST_NFA_END
 * @value: what a name that ends here means; 0 is nothing
 */
struct nest_nfa_node {
	u32 edges;
	u32 value;
};

/**
 * struct nest_nfa - patterns with their values
 * @nodes: struct nest_nfa_node; the first is the start
 * @edges: struct nest_nfa_edge
 * @edge_hash: finds edges by (from, kind, id)
 * @sets: struct nest_byteset, that of number NEST_NFA_BYTES first
 * @set_hash: finds sets
 * @alternations: struct nest_nfa_text: the texts of alternations
 * @alternation_hash: finds them
 */
struct nest_nfa {
	struct nest_vec nodes;
	struct nest_vec edges;
	struct nest_hash edge_hash;
	struct nest_vec sets;
	struct nest_hash set_hash;
	struct nest_vec alternations;
	struct nest_hash alternation_hash;
};

/**
 * struct nest_nfa_text - a piece of a pattern, which the caller keeps
 * @s: the bytes
 * @len: how many
 */
struct nest_nfa_text {
	const char *s;
	size_t len;
};

/**
 * struct nest_values - what may be done with the values of patterns
 * @combine: (context, a, b, *result): the value where @a and @b both hold
 * @accept: (context, value, *accept): the accept value of a DFA
 * @explain: (context, nodes, count): report why the values of these nodes
 *	cannot hold together, which @combine found out. NULL if it never does
 * @context: first argument of all
 *
 * They return 0 or a negative errno that was reported; @combine returns -EDOM,
 * not reported, if the two contradict each other.
 */
struct nest_values {
	int (*combine)(void *context, u32 a, u32 b, u32 *result);
	int (*accept)(void *context, u32 value, u32 *accept);
	int (*explain)(void *context, const u32 *nodes, u32 count);
	void *context;
};

int nest_nfa_init(struct nest_nfa *nfa);
void nest_nfa_free(struct nest_nfa *nfa);
int nest_nfa_set(struct nest_nfa *nfa, const struct nest_byteset *set,
		 u32 *id);
int nest_nfa_step(struct nest_nfa *nfa, u32 from, u32 set, u32 *to);
int nest_nfa_loop(struct nest_nfa *nfa, u32 from, u32 set, u32 *to);
int nest_nfa_alternation(struct nest_nfa *nfa, u32 from, const char *text,
			 size_t len, u32 *end, bool *known);
int nest_nfa_add_value(struct nest_nfa *nfa, u32 node, u32 value,
		       const struct nest_values *values);
int nest_nfa_join(struct nest_nfa *nfa, u32 from, u32 end);

static inline struct nest_nfa_node *nest_nfa_node(const struct nest_nfa *nfa,
						  u32 node)
{
	return (struct nest_nfa_node *)nfa->nodes.data + node;
}

static inline bool nest_nfa_takes_byte(const struct nest_nfa_edge *edge)
{
	return edge->kind == NEST_NFA_BYTE || edge->kind == NEST_NFA_AGAIN;
}

static inline struct nest_nfa_edge *nest_nfa_edge(const struct nest_nfa *nfa,
						  u32 edge)
{
	return (struct nest_nfa_edge *)nfa->edges.data + edge;
}

#endif
