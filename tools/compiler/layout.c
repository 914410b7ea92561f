// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lays an automaton out as the kernel reads it: as a dense table if that is
 * small, else with the rows of the states fitted into each other's gaps.
 */
#include <stdlib.h>

#include "layout.h"

#define DENSE_CELLS_MAX		65536U
#define DENSE_BYTES_SMALL	((size_t)64 << 10)
#define FIT_TRIES		64	/* groups of 64 slots tried for a row */
#define ROW_WORDS		6	/* groups of 64 slots that a row may reach */

/* States as words and rows of cells, with gaps between these. */
struct sparse {
	const struct nest_automaton *automaton;
	__le32 *words;
	u32 *rows;			/* the states with rows, long ones first */
	u32 n_rows;
	struct nest_vec slots;		/* __le32 */
	struct nest_vec used;		/* u64, a bit for each slot, and more */
	u32 end;			/* behind the last slot in use */
};

static u32 other_of(const struct nest_automaton *automaton, u32 state)
{
	return *nest_automaton_defaults(automaton, state);
}

static u32 count_sinks(const struct nest_automaton *automaton)
{
	u32 state, count;

	for (state = 0; state < automaton->n_states; state++) {
		nest_automaton_exceptions(automaton, state, &count);
		if (count || other_of(automaton, state) != state)
			break;
	}
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
				htole16((u16)(row[class] << shift));
	}
	return 0;
}

static __le32 cell(u32 class, u32 state)
{
	return htole32(class << NEST_CELL_SHIFT | state);
}

/* Make room for a row at @base, and so many bits that find_base() can read. */
static int grow(struct sparse *sparse, u32 base)
{
	size_t slots = base + (size_t)sparse->automaton->n_classes + 1;
	size_t words = slots / 64 + ROW_WORDS, more;
	void *p;

	if (slots > NEST_POLICY_SIZE_MAX / sizeof(__le32))
		return -E2BIG;
	if (slots > sparse->slots.count) {
		more = slots - sparse->slots.count;
		p = nest_vec_add(&sparse->slots, sizeof(__le32), more);
		if (!p)
			return -ENOMEM;
		memset(p, 0xff, more * sizeof(__le32));	/* NEST_NONE */
	}
	if (words > sparse->used.count) {
		more = words - sparse->used.count;
		p = nest_vec_add(&sparse->used, sizeof(u64), more);
		if (!p)
			return -ENOMEM;
		memset(p, 0, more * sizeof(u64));
	}
	return 0;
}

/* The bits of 64 slots from any one on. */
static u64 bits_at(const u64 *used, u32 at)
{
	u32 shift = at & 63;

	used += at >> 6;
	return shift ? used[0] >> shift | used[1] << (64 - shift) : used[0];
}

/*
 * The first slots from those of *@from on that a row fits in, 64 of them being
 * tried at once; or behind all rows. The next row is no shorter, so there is
 * no use in trying earlier ones.
 */
static u32 find_base(const struct sparse *sparse, u32 *from,
		     const struct nest_exception *edges, u32 count)
{
	const u64 *used = sparse->used.data;
	u32 tries, i;

	for (tries = 0; tries < FIT_TRIES && *from < sparse->end; tries++) {
		u64 busy = used[*from >> 6];

		for (i = 0; i < count && ~busy; i++)
			busy |= bits_at(used, *from + 1 + edges[i].class);
		if (~busy)
			return *from + (u32)__builtin_ctzll(~busy);
		*from += 64;
	}
	return sparse->end;
}

static void put(struct sparse *sparse, u32 at, __le32 value)
{
	((__le32 *)sparse->slots.data)[at] = value;
	((u64 *)sparse->used.data)[at >> 6] |= 1ULL << (at & 63);
	if (sparse->end <= at)
		sparse->end = at + 1;
}

static int add_row(struct sparse *sparse, u32 state, u32 *from)
{
	const struct nest_exception *edges;
	u32 base, count, i;
	int err;

	edges = nest_automaton_exceptions(sparse->automaton, state, &count);
	base = find_base(sparse, from, edges, count);
	err = grow(sparse, base);
	if (err)
		return err;
	sparse->words[state] = htole32(base);
	put(sparse, base, cell(NEST_CELL_OTHER,
			       other_of(sparse->automaton, state)));
	for (i = 0; i < count; i++)
		put(sparse, base + 1 + edges[i].class,
		    cell(edges[i].class, edges[i].target));
	return 0;
}

static u32 length_of(const struct sparse *sparse, u32 state)
{
	u32 count;

	nest_automaton_exceptions(sparse->automaton, state, &count);
	return count;
}

/* Long rows first: short ones fit into the gaps between them. */
static int add_rows(struct sparse *sparse)
{
	u32 length = 0, from = 0, i;
	int err;

	err = grow(sparse, 0);
	for (i = 0; !err && i < sparse->n_rows; i++) {
		if (length != length_of(sparse, sparse->rows[i])) {
			length = length_of(sparse, sparse->rows[i]);
			from = 0;
		}
		err = add_row(sparse, sparse->rows[i], &from);
	}
	return err;
}

/*
 * Write the word of a state that one byte leads on from, while it is otherwise
 * like the state that most bytes lead to. That one has a row: it leads to
 * itself, and by more than one class elsewhere.
 */
static bool add_like(struct sparse *sparse, u32 state)
{
	const struct nest_automaton *automaton = sparse->automaton;
	u32 other = other_of(automaton, state), n_a, n_b;
	const struct nest_exception *a, *b;

	a = nest_automaton_exceptions(automaton, state, &n_a);
	b = nest_automaton_exceptions(automaton, other, &n_b);
	if (other_of(automaton, other) != other || n_b < 2)
		return false;
	a = nest_exceptions_differ(a, n_a, b, n_b);
	if (!a || a->target != state + 1)
		return false;
	sparse->words[state] = htole32(NEST_CELL_LIKE) | cell(a->class, other);
	return true;
}

/* Write the word of a state if it is a chain. */
static bool add_chain(struct sparse *sparse, u32 state)
{
	const struct nest_exception *edges;
	u32 count;

	edges = nest_automaton_exceptions(sparse->automaton, state, &count);
	if (count > 1 || (count && edges->target != state + 1))
		return false;
	sparse->words[state] = htole32(NEST_CELL_CHAIN) |
			       cell(count ? edges->class : NEST_CELL_OTHER,
				    other_of(sparse->automaton, state));
	return true;
}

/* Write the words that are cells and sort the other states by their length. */
static void sort_states(struct sparse *sparse)
{
	u32 start[258] = { 0 }, state, n = sparse->automaton->n_states, i;

	for (state = 0; state < n; state++)
		if (!add_chain(sparse, state) && !add_like(sparse, state))
			start[256 - length_of(sparse, state) + 1]++;
	for (i = 1; i < 258; i++)
		start[i] += start[i - 1];
	sparse->n_rows = start[257];
	for (state = 0; state < n; state++)
		if (!(sparse->words[state] &
		      htole32(NEST_CELL_CHAIN | NEST_CELL_LIKE)))
			sparse->rows[start[256 - length_of(sparse, state)]++] =
				state;
}

static int fill_sparse(struct sparse *sparse)
{
	u32 n = sparse->automaton->n_states;

	sparse->words = calloc(n, sizeof(*sparse->words));
	sparse->rows = malloc(n * sizeof(*sparse->rows));
	if (!sparse->words || !sparse->rows)
		return -ENOMEM;
	sort_states(sparse);
	return sparse->n_rows ? add_rows(sparse) : 0;
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
	size_t cells, dense;
	int err;

	cells = (size_t)automaton->n_states << row_shift(automaton->n_classes);
	dense = cells * sizeof(u16);
	if (cells <= DENSE_CELLS_MAX && dense <= DENSE_BYTES_SMALL)
		return add_dense(tables, automaton, dfa, offset);
	err = fill_sparse(&sparse);
	if (!err && cells <= DENSE_CELLS_MAX && dense <= sparse_size(&sparse))
		err = add_dense(tables, automaton, dfa, offset);
	else if (!err)
		err = add_sparse(tables, &sparse, dfa, offset);
	free(sparse.words);
	free(sparse.rows);
	nest_vec_free(&sparse.slots);
	nest_vec_free(&sparse.used);
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
	dfa->flags = htole32(automaton->backward ? NEST_DFA_BACKWARD : 0);
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
