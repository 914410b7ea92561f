// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lays an automaton out as the kernel reads it: as a dense table if that is
 * small, else with the rows of the states fitted into each other's gaps.
 */
#include <stdlib.h>

#include "layout.h"

#define DENSE_STATES_MAX	65536U
#define DENSE_BYTES_SMALL	((size_t)64 << 10)
#define FIT_TRIES		512	/* slots looked at for each row */

/* States as words and rows of cells, with gaps between these. */
struct sparse {
	const struct nest_automaton *automaton;
	__le32 *words;
	struct nest_vec slots;		/* __le32 */
	u32 first_gap;
	u32 end;			/* behind the last slot in use */
};

static u32 count_sinks(const struct nest_automaton *automaton)
{
	struct nest_exception edges[256];
	u32 state, other;

	for (state = 0; state < automaton->n_states; state++)
		if (nest_automaton_edges(automaton, state, &other, edges) ||
		    other != state)
			break;
	return state;
}

static u32 count_accepts(const struct nest_automaton *automaton)
{
	const u32 *accept = automaton->accept.data;
	u32 n = automaton->n_states;

	while (n > 1 && !accept[n - 1])
		n--;
	return n;
}

static u32 row_shift(u32 n_classes)
{
	u32 shift = 0;

	while (1U << shift < n_classes)
		shift++;
	return shift;
}

static void *add_bytes(struct nest_vec *tables, size_t size, u32 *offset)
{
	size_t padding = -tables->count & 7;
	char *p;

	if (tables->count + padding + size > NEST_POLICY_SIZE_MAX)
		return NULL;
	p = nest_vec_add(tables, 1, padding + size);
	if (!p)
		return NULL;
	memset(p, 0, padding + size);
	*offset = (u32)(tables->count - size);
	return p + padding;
}

static int add_dense(struct nest_vec *tables,
		     const struct nest_automaton *automaton,
		     struct nest_policy_dfa *dfa, u32 *offset)
{
	u32 shift = row_shift(automaton->n_classes), state, class, row[256];
	__le16 *next;

	dfa->layout = htole32(NEST_LAYOUT_DENSE);
	dfa->shift = htole32(shift);
	next = add_bytes(tables, ((size_t)automaton->n_states << shift) *
				 sizeof(*next), offset);
	if (!next)
		return -ENOMEM;
	for (state = 0; state < automaton->n_states; state++) {
		nest_automaton_row(automaton, state, row);
		for (class = 0; class < automaton->n_classes; class++)
			next[((size_t)state << shift) + class] =
				htole16((u16)row[class]);
	}
	return 0;
}

static __le32 cell(u32 class, u32 state)
{
	return htole32(class << NEST_CELL_SHIFT | state);
}

static __le32 *slot_at(const struct sparse *sparse, u32 at)
{
	return (__le32 *)sparse->slots.data + at;
}

static int grow_slots(struct sparse *sparse, u32 count)
{
	u32 old = (u32)sparse->slots.count;
	__le32 *slot;

	if (count <= old)
		return 0;
	if (count > NEST_POLICY_SIZE_MAX / sizeof(*slot))
		return -E2BIG;
	slot = nest_vec_add(&sparse->slots, sizeof(*slot), count - old);
	if (!slot)
		return -ENOMEM;
	memset(slot, 0xff, (count - old) * sizeof(*slot));
	return 0;
}

static bool is_gap(const struct sparse *sparse, u32 at)
{
	return at >= sparse->slots.count ||
	       *slot_at(sparse, at) == htole32(NEST_NONE);
}

static bool fits(const struct sparse *sparse, u32 base,
		 const struct nest_exception *edges, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++)
		if (!is_gap(sparse, base + 1 + edges[i].class))
			return false;
	return is_gap(sparse, base);
}

/* The first gaps that a row fits in, or behind all rows after some tries. */
static u32 find_base(struct sparse *sparse, const struct nest_exception *edges,
		     u32 count)
{
	u32 at, tries = 0;

	while (sparse->first_gap < sparse->end &&
	       !is_gap(sparse, sparse->first_gap))
		sparse->first_gap++;
	for (at = sparse->first_gap; at < sparse->end && tries < FIT_TRIES;
	     at++, tries++)
		if (fits(sparse, at, edges, count))
			return at;
	/* A gap that nothing fits in is given up, or each row tries it. */
	if (tries == FIT_TRIES)
		sparse->first_gap++;
	return sparse->end;
}

static int add_row(struct sparse *sparse, u32 state, u32 other,
		   const struct nest_exception *edges, u32 count)
{
	u32 base = find_base(sparse, edges, count), i;
	int err;

	err = grow_slots(sparse, base + sparse->automaton->n_classes + 1);
	if (err)
		return err;
	sparse->words[state] = htole32(base);
	*slot_at(sparse, base) = cell(NEST_CELL_OTHER, other);
	for (i = 0; i < count; i++)
		*slot_at(sparse, base + 1 + edges[i].class) =
			cell(edges[i].class, edges[i].target);
	i = base + 1 + (count ? edges[count - 1].class + 1 : 0);
	if (sparse->end < i)
		sparse->end = i;
	return 0;
}

static int add_state(struct sparse *sparse, u32 state)
{
	struct nest_exception edges[256];
	u32 other, count;

	count = nest_automaton_edges(sparse->automaton, state, &other, edges);
	if (count > 1 || (count && edges[0].target != state + 1))
		return add_row(sparse, state, other, edges, count);
	sparse->words[state] = htole32(NEST_CELL_CHAIN) |
			       cell(count ? edges[0].class : NEST_CELL_OTHER,
				    other);
	return 0;
}

static int fill_sparse(struct sparse *sparse)
{
	u32 state, n = sparse->automaton->n_states;
	int err = 0;

	sparse->words = calloc(n, sizeof(*sparse->words));
	if (!sparse->words)
		return -ENOMEM;
	for (state = 0; !err && state < n; state++)
		err = add_state(sparse, state);
	return err;
}

static size_t sparse_size(const struct sparse *sparse)
{
	return (sparse->automaton->n_states + sparse->slots.count) *
	       sizeof(__le32);
}

static int add_sparse(struct nest_vec *tables, const struct sparse *sparse,
		      struct nest_policy_dfa *dfa, u32 *offset)
{
	u32 n = sparse->automaton->n_states;
	__le32 *p;

	dfa->layout = htole32(NEST_LAYOUT_SPARSE);
	dfa->n_slots = htole32((u32)sparse->slots.count);
	p = add_bytes(tables, sparse_size(sparse), offset);
	if (!p)
		return -ENOMEM;
	memcpy(p, sparse->words, n * sizeof(*p));
	if (sparse->slots.count)
		memcpy(p + n, sparse->slots.data,
		       sparse->slots.count * sizeof(*p));
	return 0;
}

static int add_transitions(struct nest_vec *tables,
			   const struct nest_automaton *automaton,
			   struct nest_policy_dfa *dfa, u32 *offset)
{
	struct sparse sparse = { .automaton = automaton };
	size_t dense;
	int err;

	dense = ((size_t)automaton->n_states <<
		 row_shift(automaton->n_classes)) * sizeof(u16);
	if (automaton->n_states <= DENSE_STATES_MAX &&
	    dense <= DENSE_BYTES_SMALL)
		return add_dense(tables, automaton, dfa, offset);
	err = fill_sparse(&sparse);
	if (!err && automaton->n_states <= DENSE_STATES_MAX &&
	    dense <= sparse_size(&sparse))
		err = add_dense(tables, automaton, dfa, offset);
	else if (!err)
		err = add_sparse(tables, &sparse, dfa, offset);
	free(sparse.words);
	nest_vec_free(&sparse.slots);
	return err;
}

static int add_classes(struct nest_vec *tables,
		       const struct nest_automaton *automaton, u32 *offset)
{
	u8 *classes = add_bytes(tables, 256, offset);

	if (!classes)
		return -ENOMEM;
	memcpy(classes, automaton->classes, 256);
	return 0;
}

static int add_accept(struct nest_vec *tables,
		      const struct nest_automaton *automaton, u32 n,
		      u32 *offset, u32 *max)
{
	const u32 *accept = automaton->accept.data;
	__le32 *p;
	u32 i;

	p = add_bytes(tables, n * sizeof(*p), offset);
	if (!p)
		return -ENOMEM;
	*max = 0;
	for (i = 0; i < n; i++) {
		p[i] = htole32(accept[i]);
		if (accept[i] > *max)
			*max = accept[i];
	}
	return 0;
}

/**
 * nest_layout_add() - add the tables of an automaton to those of the image
 * @tables: the image's tables, bytes
 * @automaton: the automaton, minimised
 * @dfa: where the description goes
 *
 * Return: 0; -ENOMEM; -E2BIG: the tables are larger than an image can be.
 */
int nest_layout_add(struct nest_vec *tables,
		    const struct nest_automaton *automaton,
		    struct nest_policy_dfa *dfa)
{
	u32 classes, accept, next, accept_max;
	u32 n_accepts = count_accepts(automaton);
	int err;

	memset(dfa, 0, sizeof(*dfa));
	err = add_classes(tables, automaton, &classes);
	if (!err)
		err = add_accept(tables, automaton, n_accepts, &accept,
				 &accept_max);
	if (!err)
		err = add_transitions(tables, automaton, dfa, &next);
	if (err)
		return tables->count > NEST_POLICY_SIZE_MAX / 2 ? -E2BIG : err;
	dfa->n_states = htole32(automaton->n_states);
	dfa->n_sinks = htole32(count_sinks(automaton));
	dfa->n_accepts = htole32(n_accepts);
	dfa->start = htole32(automaton->start);
	dfa->n_classes = htole32(automaton->n_classes);
	dfa->classes = htole32(classes);
	dfa->accept = htole32(accept);
	dfa->next = htole32(next);
	dfa->accept_max = htole32(accept_max);
	return 0;
}
