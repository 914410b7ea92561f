// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lays an automaton out as the kernel reads it: as a dense table if that is
 * small, else with the rows of the states fitted into each other's gaps.
 */
#include <stdlib.h>

#include "layout.h"

#define DENSE_STATES_MAX	65536U
#define DENSE_BYTES_SMALL	((size_t)256 << 10)
#define FIT_TRIES		512	/* slots looked at for each row */

/* A table with gaps. */
struct sparse {
	const struct nest_automaton *automaton;
	u32 *base;
	u32 *other;
	struct nest_vec slots;		/* struct nest_policy_slot */
	u32 first_gap;
	u32 end;			/* behind the last slot in use */
};

static u32 count_sinks(const struct nest_automaton *automaton)
{
	u32 state, class, row[256];

	for (state = 0; state < automaton->n_states; state++) {
		nest_automaton_row(automaton, state, row);
		for (class = 0; class < automaton->n_classes; class++)
			if (row[class] != state)
				return state;
	}
	return state;
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

/* The state that follows by most classes; the lowest such state. */
static u32 most_common(const u32 *row, u32 n)
{
	u32 best = row[0], most = 0, i, j;

	for (i = 0; i < n; i++) {
		u32 count = 0;

		/* Only the first occurrence of a state is counted. */
		for (j = 0; j < i && row[j] != row[i]; j++)
			;
		if (j < i)
			continue;
		for (; j < n; j++)
			count += row[j] == row[i];
		if (count > most || (count == most && row[i] < best)) {
			most = count;
			best = row[i];
		}
		if (count > n / 2)
			break;
	}
	return best;
}

static struct nest_policy_slot *slot_at(const struct sparse *sparse, u32 at)
{
	return (struct nest_policy_slot *)sparse->slots.data + at;
}

static int grow_slots(struct sparse *sparse, u32 count)
{
	u32 old = (u32)sparse->slots.count, i;
	struct nest_policy_slot *slot;

	if (count <= old)
		return 0;
	if (count > NEST_POLICY_SIZE_MAX / sizeof(*slot))
		return -E2BIG;
	slot = nest_vec_add(&sparse->slots, sizeof(*slot), count - old);
	if (!slot)
		return -ENOMEM;
	for (i = 0; i < count - old; i++) {
		slot[i].check = htole32(NEST_NONE);
		slot[i].next = 0;
	}
	return 0;
}

static bool is_gap(const struct sparse *sparse, u32 at)
{
	return at >= sparse->slots.count ||
	       slot_at(sparse, at)->check == htole32(NEST_NONE);
}

static bool fits(const struct sparse *sparse, u32 base, const u32 *classes,
		 u32 count)
{
	u32 i;

	for (i = 0; i < count; i++)
		if (!is_gap(sparse, base + classes[i]))
			return false;
	return true;
}

/* The first gaps that a row fits in, or behind all rows after some tries. */
static u32 find_base(struct sparse *sparse, const u32 *classes, u32 count)
{
	u32 at, tries = 0;

	while (sparse->first_gap < sparse->end &&
	       !is_gap(sparse, sparse->first_gap))
		sparse->first_gap++;
	at = sparse->first_gap;
	if (at < classes[0])
		at = classes[0];
	for (; at < sparse->end && tries < FIT_TRIES; at++, tries++)
		if (fits(sparse, at - classes[0], classes, count))
			return at - classes[0];
	/* A gap that nothing fits in is given up, or each row tries it. */
	if (tries == FIT_TRIES)
		sparse->first_gap++;
	return sparse->end > classes[0] ? sparse->end - classes[0] : 0;
}

static int add_row(struct sparse *sparse, u32 state)
{
	const struct nest_automaton *automaton = sparse->automaton;
	u32 row[256], classes[256], class, count = 0, base, i;
	int err;

	nest_automaton_row(automaton, state, row);
	sparse->other[state] = most_common(row, automaton->n_classes);
	for (class = 0; class < automaton->n_classes; class++)
		if (row[class] != sparse->other[state])
			classes[count++] = class;
	if (!count)
		return 0;
	base = find_base(sparse, classes, count);
	err = grow_slots(sparse, base + automaton->n_classes);
	if (err)
		return err;
	sparse->base[state] = base;
	for (i = 0; i < count; i++) {
		struct nest_policy_slot *slot = slot_at(sparse,
							base + classes[i]);

		slot->check = htole32(state);
		slot->next = htole32(row[classes[i]]);
	}
	if (sparse->end < base + classes[count - 1] + 1)
		sparse->end = base + classes[count - 1] + 1;
	return 0;
}

static int fill_sparse(struct sparse *sparse)
{
	u32 state, n = sparse->automaton->n_states;
	int err;

	sparse->base = calloc(n, sizeof(u32));
	sparse->other = calloc(n, sizeof(u32));
	if (!sparse->base || !sparse->other)
		return -ENOMEM;
	err = grow_slots(sparse, sparse->automaton->n_classes);
	for (state = 0; !err && state < n; state++)
		err = add_row(sparse, state);
	return err;
}

static size_t sparse_size(const struct sparse *sparse)
{
	return (size_t)sparse->automaton->n_states * 2 * sizeof(u32) +
	       sparse->slots.count * sizeof(struct nest_policy_slot);
}

static int add_sparse(struct nest_vec *tables, const struct sparse *sparse,
		      struct nest_policy_dfa *dfa, u32 *offset)
{
	u32 n = sparse->automaton->n_states, i;
	__le32 *p;

	dfa->layout = htole32(NEST_LAYOUT_SPARSE);
	dfa->n_slots = htole32((u32)sparse->slots.count);
	p = add_bytes(tables, sparse_size(sparse), offset);
	if (!p)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		p[i] = htole32(sparse->base[i]);
		p[n + i] = htole32(sparse->other[i]);
	}
	memcpy(p + (size_t)n * 2, sparse->slots.data,
	       sparse->slots.count * sizeof(struct nest_policy_slot));
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
	free(sparse.base);
	free(sparse.other);
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
		      const struct nest_automaton *automaton, u32 *offset,
		      u32 *max)
{
	const u32 *accept = automaton->accept.data;
	__le32 *p;
	u32 i;

	p = add_bytes(tables, (size_t)automaton->n_states * sizeof(*p),
		      offset);
	if (!p)
		return -ENOMEM;
	*max = 0;
	for (i = 0; i < automaton->n_states; i++) {
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
	int err;

	memset(dfa, 0, sizeof(*dfa));
	err = add_classes(tables, automaton, &classes);
	if (!err)
		err = add_accept(tables, automaton, &accept, &accept_max);
	if (!err)
		err = add_transitions(tables, automaton, dfa, &next);
	if (err)
		return tables->count > NEST_POLICY_SIZE_MAX / 2 ? -E2BIG : err;
	dfa->n_states = htole32(automaton->n_states);
	dfa->n_sinks = htole32(count_sinks(automaton));
	dfa->start = htole32(automaton->start);
	dfa->n_classes = htole32(automaton->n_classes);
	dfa->classes = htole32(classes);
	dfa->accept = htole32(accept);
	dfa->next = htole32(next);
	dfa->accept_max = htole32(accept_max);
	return 0;
}
