// SPDX-License-Identifier: GPL-2.0-or-later
#include "nfa.h"

static u64 edge_key(u32 from, u32 kind, u32 id)
{
	return nest_mix((u64)from << 32 ^ (u64)kind << 29 ^ id);
}

static u64 edge_rehash(const void *context, u32 index)
{
	const struct nest_nfa_edge *edge = nest_nfa_edge(context, index);

	return edge_key(edge->from, edge->kind, edge->id);
}

static u64 set_rehash(const void *context, u32 index)
{
	const struct nest_nfa *nfa = context;
	const struct nest_byteset *sets = nfa->sets.data;

	return nest_hash_bytes(&sets[index], sizeof(*sets));
}

static u64 text_rehash(const void *context, u32 index)
{
	const struct nest_nfa *nfa = context;
	const struct nest_nfa_text *texts = nfa->alternations.data;

	return nest_hash_bytes(texts[index].s, texts[index].len);
}

static int add_node(struct nest_nfa *nfa, u32 *index)
{
	struct nest_nfa_node *node;

	if (nfa->nodes.count >= NEST_NFA_END)
		return -ENOMEM;
	node = nest_vec_add(&nfa->nodes, sizeof(*node), 1);
	if (!node)
		return -ENOMEM;
	node->edges = NEST_NFA_END;
	node->value = 0;
	*index = (u32)(nfa->nodes.count - 1);
	return 0;
}

/**
 * nest_nfa_init() - make an automaton that accepts nothing
 * @nfa: the automaton
 *
 * Return: 0, or -ENOMEM. nest_nfa_free() frees it in either case.
 */
int nest_nfa_init(struct nest_nfa *nfa)
{
	u32 start;

	memset(nfa, 0, sizeof(*nfa));
	return add_node(nfa, &start);
}

/**
 * nest_nfa_free() - free what an automaton owns
 * @nfa: the automaton
 */
void nest_nfa_free(struct nest_nfa *nfa)
{
	nest_vec_free(&nfa->nodes);
	nest_vec_free(&nfa->edges);
	nest_vec_free(&nfa->sets);
	nest_vec_free(&nfa->alternations);
	nest_hash_free(&nfa->edge_hash);
	nest_hash_free(&nfa->set_hash);
	nest_hash_free(&nfa->alternation_hash);
}

static bool find_edge(const struct nest_nfa *nfa, u32 from, u32 kind, u32 id,
		      u32 *target)
{
	struct nest_hash_walk walk = nest_hash_find(&nfa->edge_hash,
						    edge_key(from, kind, id));
	u32 index;

	while (nest_hash_next(&walk, &index)) {
		const struct nest_nfa_edge *edge = nest_nfa_edge(nfa, index);

		if (edge->from != from || edge->kind != kind || edge->id != id)
			continue;
		*target = edge->target;
		return true;
	}
	return false;
}

static int add_edge(struct nest_nfa *nfa, u32 from, u32 kind, u32 id,
		    u32 target)
{
	struct nest_nfa_node *node = nest_nfa_node(nfa, from);
	struct nest_nfa_edge *edge;
	u32 index = (u32)nfa->edges.count;

	if (nfa->edges.count >= NEST_NFA_END)
		return -ENOMEM;
	edge = nest_vec_add(&nfa->edges, sizeof(*edge), 1);
	if (!edge)
		return -ENOMEM;
	edge->from = from;
	edge->kind = kind;
	edge->id = id;
	edge->target = target;
	edge->next = node->edges;
	node->edges = index;
	return nest_hash_add(&nfa->edge_hash, edge_key(from, kind, id), index,
			     edge_rehash, nfa);
}

static int find_or_add(struct nest_nfa *nfa, u32 from, u32 kind, u32 id,
		       u32 *to, bool *known)
{
	int err;

	*known = find_edge(nfa, from, kind, id, to);
	if (*known)
		return 0;
	err = add_node(nfa, to);
	if (err)
		return err;
	return add_edge(nfa, from, kind, id, *to);
}

static bool is_single(const struct nest_byteset *set, u32 *byte)
{
	u32 i, count = 0;

	for (i = 0; i < 4; i++) {
		if (!set->bits[i])
			continue;
		count += (u32)__builtin_popcountll(set->bits[i]);
		*byte = i * 64 + (u32)__builtin_ctzll(set->bits[i]);
	}
	return count == 1;
}

/**
 * nest_nfa_set() - the number of a set of bytes
 * @nfa: the automaton
 * @set: the set
 * @id: where the number goes
 *
 * Return: 0, or -ENOMEM.
 */
int nest_nfa_set(struct nest_nfa *nfa, const struct nest_byteset *set,
		 u32 *id)
{
	u64 key = nest_hash_bytes(set, sizeof(*set));
	struct nest_hash_walk walk = nest_hash_find(&nfa->set_hash, key);
	struct nest_byteset *sets = nfa->sets.data;
	u32 index;

	if (is_single(set, id))
		return 0;
	while (nest_hash_next(&walk, &index)) {
		if (memcmp(&sets[index], set, sizeof(*set)))
			continue;
		*id = NEST_NFA_BYTES + index;
		return 0;
	}
	index = (u32)nfa->sets.count;
	sets = nest_vec_add(&nfa->sets, sizeof(*set), 1);
	if (!sets)
		return -ENOMEM;
	*sets = *set;
	*id = NEST_NFA_BYTES + index;
	return nest_hash_add(&nfa->set_hash, key, index, set_rehash, nfa);
}

/**
 * nest_nfa_step() - the node after a byte of a set
 * @nfa: the automaton
 * @from: the node before
 * @set: the set
 * @to: where the node goes; it is made if there is none
 *
 * Return: 0, or -ENOMEM.
 */
int nest_nfa_step(struct nest_nfa *nfa, u32 from, u32 set, u32 *to)
{
	bool known;

	return find_or_add(nfa, from, NEST_NFA_BYTE, set, to, &known);
}

/**
 * nest_nfa_loop() - the node after any number of bytes of a set
 * @nfa: the automaton
 * @from: the node before
 * @set: the set
 * @to: where the node goes; it is made if there is none
 *
 * Return: 0, or -ENOMEM.
 */
int nest_nfa_loop(struct nest_nfa *nfa, u32 from, u32 set, u32 *to)
{
	bool known;
	int err;

	err = find_or_add(nfa, from, NEST_NFA_LOOP, set, to, &known);
	if (err || known)
		return err;
	return add_edge(nfa, *to, NEST_NFA_AGAIN, set, *to);
}

static int text_id(struct nest_nfa *nfa, const char *s, size_t len, u32 *id)
{
	u64 key = nest_hash_bytes(s, len);
	struct nest_hash_walk walk = nest_hash_find(&nfa->alternation_hash,
						    key);
	struct nest_nfa_text *texts = nfa->alternations.data;

	while (nest_hash_next(&walk, id))
		if (texts[*id].len == len && !memcmp(texts[*id].s, s, len))
			return 0;
	*id = (u32)nfa->alternations.count;
	texts = nest_vec_add(&nfa->alternations, sizeof(*texts), 1);
	if (!texts)
		return -ENOMEM;
	texts->s = s;
	texts->len = len;
	return nest_hash_add(&nfa->alternation_hash, key, *id, text_rehash,
			     nfa);
}

/**
 * nest_nfa_alternation() - the node after an alternation
 * @nfa: the automaton
 * @from: the node before
 * @text: the alternation as it is written; kept by the caller
 * @len: its length
 * @end: where the node goes; it is made if there is none
 * @known: where it goes whether the node was there, and with it the ways
 *	through the alternatives
 *
 * Return: 0, or -ENOMEM.
 */
int nest_nfa_alternation(struct nest_nfa *nfa, u32 from, const char *text,
			 size_t len, u32 *end, bool *known)
{
	u32 id;
	int err;

	err = text_id(nfa, text, len, &id);
	if (err)
		return err;
	return find_or_add(nfa, from, NEST_NFA_ALTERNATION, id, end, known);
}

/**
 * nest_nfa_join() - lead the end of an alternative to that of the alternation
 * @nfa: the automaton
 * @from: the end of the alternative
 * @end: the end of the alternation
 *
 * Return: 0, or -ENOMEM.
 */
int nest_nfa_join(struct nest_nfa *nfa, u32 from, u32 end)
{
	u32 known;

	if (find_edge(nfa, from, NEST_NFA_JOIN, end, &known))
		return 0;
	return add_edge(nfa, from, NEST_NFA_JOIN, end, end);
}

/**
 * nest_nfa_add_value() - say what a name that ends at a node means, too
 * @nfa: the automaton
 * @node: the node
 * @value: the value; not 0
 * @values: how values are combined
 *
 * Return: 0, or what a function of @values returned.
 */
int nest_nfa_add_value(struct nest_nfa *nfa, u32 node, u32 value,
		       const struct nest_values *values)
{
	u32 *mine = &nest_nfa_node(nfa, node)->value;
	int err;

	if (!*mine) {
		*mine = value;
		return 0;
	}
	err = values->combine(values->context, *mine, value, mine);
	return err == -EDOM ? values->explain(values->context, &node, 1) : err;
}
