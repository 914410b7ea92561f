// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Minimisation by refinement of a partition, always renaming the smaller
 * parts, as Hopcroft does, so that a state is looked at again O(log n) times
 * at most. States are compared by a 128-bit signature of where they lead,
 * which is linear in the classes: a default counts once for a whole group.
 * The result is compared transition by transition in the end.
 */
#include <stdlib.h>

#include "automaton.h"

struct signature {
	u64 a;
	u64 b;
};

struct dirty {
	u32 block;
	u32 state;
	struct signature signature;
};

struct refine {
	struct nest_automaton *automaton;
	u32 n;

	/* Which states lead to each state. */
	u32 *inverse_first;
	u32 *inverse;

	/* The states by block, and where each block begins and ends. */
	u32 *block;
	u32 *order;
	u32 *position;
	u32 *start;
	u32 *size;
	struct signature *signature;
	u32 n_blocks;

	/* The states to be looked at in this round and in the next. */
	struct dirty *dirty;
	u32 n_dirty;
	u32 *pending;			/* by block: its dirty states; then 0 */
	u32 *touched;			/* blocks with dirty states */
	u32 *next;
	u32 n_next;
	u8 *is_next;

	struct signature *mixed;	/* by block, to multiply weights by */
	struct signature class_weight[256];
	struct signature group_weight[256];
};

/* The blocks of state 0 and of all others that cannot lead to an accept. */
#define DEAD_BLOCK	0

static u32 *defaults_of(const struct refine *r, u32 state)
{
	return (u32 *)nest_automaton_defaults(r->automaton, state);
}

static struct nest_exception *exceptions_of(const struct refine *r, u32 state,
					    u32 *count)
{
	return (struct nest_exception *)
	       nest_automaton_exceptions(r->automaton, state, count);
}

/*
 * Each state that @state leads to, perhaps more than once. Defaults that all
 * the exceptions override do not count.
 */
static u32 successors(const struct refine *r, u32 state, u32 *out)
{
	const struct nest_automaton *automaton = r->automaton;
	const u32 *defaults = defaults_of(r, state);
	const struct nest_exception *exception;
	u32 overridden[256] = { 0 };
	u32 count, i, n = 0;

	exception = exceptions_of(r, state, &count);
	for (i = 0; i < count; i++) {
		overridden[automaton->groups[exception[i].class]]++;
		out[n++] = exception[i].target;
	}
	for (i = 0; i < automaton->n_groups; i++)
		if (overridden[i] < automaton->group_size[i])
			out[n++] = defaults[i];
	return n;
}

static int invert(struct refine *r)
{
	u32 out[512], state, i, n;
	size_t total = 0;

	for (state = 0; state < r->n; state++) {
		n = successors(r, state, out);
		for (i = 0; i < n; i++)
			r->inverse_first[out[i] + 1]++;
		total += n;
	}
	for (state = 0; state < r->n; state++)
		r->inverse_first[state + 1] += r->inverse_first[state];
	r->inverse = malloc((total + 1) * sizeof(u32));
	if (!r->inverse || total >= 0xffffffffU)
		return -ENOMEM;
	/* Filled from the end of each part, so that the starts come out. */
	for (state = 0; state < r->n; state++) {
		n = successors(r, state, out);
		for (i = 0; i < n; i++)
			r->inverse[--r->inverse_first[out[i] + 1]] = state;
	}
	for (state = 0; state < r->n; state++)
		r->inverse_first[state] = r->inverse_first[state + 1];
	r->inverse_first[r->n] = (u32)total;
	return 0;
}

/* Redirect to state 0 what leads to states that cannot lead to an accept. */
static void prune(struct refine *r, const u8 *alive)
{
	u32 state, i, count;

	for (state = 0; state < r->n; state++) {
		struct nest_exception *exception;
		u32 *defaults = defaults_of(r, state);

		for (i = 0; i < r->automaton->n_groups; i++)
			if (!alive[defaults[i]])
				defaults[i] = 0;
		exception = exceptions_of(r, state, &count);
		for (i = 0; i < count; i++)
			if (!alive[exception[i].target])
				exception[i].target = 0;
	}
	if (!alive[r->automaton->start])
		r->automaton->start = 0;
}

/* Find the states that can lead to an accept; is_next is used as the mark. */
static void find_alive(struct refine *r)
{
	const u32 *accept = r->automaton->accept.data;
	u32 state, i, n = 0;

	for (state = 0; state < r->n; state++) {
		if (!accept[state])
			continue;
		r->is_next[state] = 1;
		r->next[n++] = state;
	}
	while (n) {
		state = r->next[--n];
		for (i = r->inverse_first[state];
		     i < r->inverse_first[state + 1]; i++) {
			u32 before = r->inverse[i];

			if (r->is_next[before])
				continue;
			r->is_next[before] = 1;
			r->next[n++] = before;
		}
	}
	prune(r, r->is_next);
}

static int compare_dirty(const void *a, const void *b)
{
	const struct dirty *x = a, *y = b;

	if (x->block != y->block)
		return x->block < y->block ? -1 : 1;
	if (x->signature.a != y->signature.a)
		return x->signature.a < y->signature.a ? -1 : 1;
	if (x->signature.b != y->signature.b)
		return x->signature.b < y->signature.b ? -1 : 1;
	return (x->state > y->state) - (x->state < y->state);
}

static u32 new_block(struct refine *r, u32 start, u32 size)
{
	r->start[r->n_blocks] = start;
	r->size[r->n_blocks] = size;
	return r->n_blocks++;
}

/*
 * The first partition: by accept value, and the dead states by themselves.
 * The list of dirty states serves for the sorting.
 */
static void first_partition(struct refine *r)
{
	const u32 *accept = r->automaton->accept.data;
	u32 i, from;

	for (i = 0; i < r->n; i++) {
		r->dirty[i].state = i;
		r->dirty[i].block = r->is_next[i];
		r->dirty[i].signature.a = accept[i];
		r->dirty[i].signature.b = 0;
	}
	qsort(r->dirty, r->n, sizeof(*r->dirty), compare_dirty);
	for (i = 0, from = 0; i < r->n; i++) {
		u32 state = r->dirty[i].state;

		if (i && (r->dirty[i].block != r->dirty[from].block ||
			  r->dirty[i].signature.a !=
			  r->dirty[from].signature.a)) {
			new_block(r, from, i - from);
			from = i;
		}
		r->order[i] = state;
		r->position[state] = i;
		r->block[state] = r->n_blocks;
	}
	new_block(r, from, r->n - from);
	for (i = 0, r->n_next = 0; i < r->n; i++)
		if (r->is_next[i])
			r->next[r->n_next++] = i;
}

static void add_weight(struct signature *sum, const struct signature *weight,
		       const struct signature *mixed)
{
	sum->a += weight->a * mixed->a;
	sum->b += weight->b * mixed->b;
}

static void subtract_weight(struct signature *sum,
			    const struct signature *weight,
			    const struct signature *mixed)
{
	sum->a -= weight->a * mixed->a;
	sum->b -= weight->b * mixed->b;
}

static void mix_blocks(struct refine *r)
{
	u32 i;

	for (i = 0; i < r->n; i++) {
		u64 mixed = nest_mix(2 * (u64)i + 1);

		r->mixed[i].a = mixed;
		r->mixed[i].b = nest_mix(mixed + 0x9e3779b97f4a7c15ULL);
	}
}

static void set_weights(struct refine *r)
{
	const struct nest_automaton *automaton = r->automaton;
	u32 class;

	for (class = 0; class < automaton->n_classes; class++) {
		struct signature *weight = &r->class_weight[class];
		u32 group = automaton->groups[class];

		weight->a = nest_mix(class + 1) | 1;
		weight->b = nest_mix(class + 257) | 1;
		r->group_weight[group].a += weight->a;
		r->group_weight[group].b += weight->b;
	}
}

static struct signature sign(const struct refine *r, u32 state)
{
	const struct nest_automaton *automaton = r->automaton;
	const u32 *defaults = defaults_of(r, state);
	const struct nest_exception *exception;
	struct signature sum = { 0, 0 };
	u32 i, count;

	for (i = 0; i < automaton->n_groups; i++)
		add_weight(&sum, &r->group_weight[i],
			   &r->mixed[r->block[defaults[i]]]);
	exception = exceptions_of(r, state, &count);
	for (i = 0; i < count; i++) {
		u32 class = exception[i].class;
		u32 usual = defaults[automaton->groups[class]];

		add_weight(&sum, &r->class_weight[class],
			   &r->mixed[r->block[exception[i].target]]);
		subtract_weight(&sum, &r->class_weight[class],
				&r->mixed[r->block[usual]]);
	}
	return sum;
}

static bool same(const struct signature *a, const struct signature *b)
{
	return a->a == b->a && a->b == b->b;
}

/* Sort the dirty states of a block. Mostly there are few, or all are alike. */
static void sort_dirty(struct dirty *dirty, u32 count)
{
	u32 i, j;

	for (i = 1; i < count && same(&dirty[i].signature,
				      &dirty[0].signature); i++)
		;
	if (i >= count)
		return;
	if (count > 16) {
		qsort(dirty, count, sizeof(*dirty), compare_dirty);
		return;
	}
	for (i = 1; i < count; i++) {
		struct dirty moved = dirty[i];

		for (j = i; j && compare_dirty(&dirty[j - 1], &moved) > 0; j--)
			dirty[j] = dirty[j - 1];
		dirty[j] = moved;
	}
}

/* Make room for the dirty states of each block. Return: the blocks with any. */
static u32 place_dirty(struct refine *r)
{
	u32 n = 0, from = 0, i, count;

	for (i = 0; i < r->n_next; i++)
		if (!r->pending[r->block[r->next[i]]]++)
			r->touched[n++] = r->block[r->next[i]];
	for (i = 0; i < n; i++) {
		count = r->pending[r->touched[i]];
		r->pending[r->touched[i]] = from;
		from += count;
	}
	return n;
}

/* List the dirty states by block, those of a block by their signature. */
static void take_dirty(struct refine *r)
{
	u32 n = place_dirty(r), from = 0, to, i;

	for (i = 0; i < r->n_next; i++) {
		u32 state = r->next[i], block = r->block[state];
		struct dirty *dirty = &r->dirty[r->pending[block]++];

		r->is_next[state] = 0;
		dirty->state = state;
		dirty->block = block;
		dirty->signature = sign(r, state);
	}
	for (i = 0; i < n; i++) {
		to = r->pending[r->touched[i]];
		sort_dirty(r->dirty + from, to - from);
		r->pending[r->touched[i]] = 0;
		from = to;
	}
	r->n_dirty = r->n_next;
	r->n_next = 0;
}

static void swap_positions(struct refine *r, u32 state, u32 to)
{
	u32 from = r->position[state], other = r->order[to];

	r->order[to] = state;
	r->order[from] = other;
	r->position[state] = to;
	r->position[other] = from;
}

static void rename_block(struct refine *r, u32 from, u32 size, u32 name)
{
	u32 i, j, state;

	for (i = from; i < from + size; i++) {
		state = r->order[i];
		r->block[state] = name;
		for (j = r->inverse_first[state];
		     j < r->inverse_first[state + 1]; j++) {
			u32 before = r->inverse[j];

			if (r->is_next[before] ||
			    r->block[before] == DEAD_BLOCK)
				continue;
			r->is_next[before] = 1;
			r->next[r->n_next++] = before;
		}
	}
}

/*
 * Split one block, whose dirty states are dirty[from] to dirty[to - 1]. The
 * states of each signature other than that of the clean ones are moved to the
 * end of the block and become a block; the largest part keeps the name.
 */
static void split_block(struct refine *r, u32 from, u32 to)
{
	u32 block = r->dirty[from].block, first_new = r->n_blocks;
	u32 clean = r->size[block] - (to - from);
	u32 rest = r->size[block], largest, i, j;

	if (!clean)
		r->signature[block] = r->dirty[from].signature;
	for (i = from; i < to; i = j) {
		for (j = i + 1; j < to && same(&r->dirty[i].signature,
					       &r->dirty[j].signature);)
			j++;
		if (same(&r->dirty[i].signature, &r->signature[block]))
			continue;
		rest -= j - i;
		r->signature[r->n_blocks] = r->dirty[i].signature;
		new_block(r, r->start[block] + rest, j - i);
		for (u32 k = i; k < j; k++)
			swap_positions(r, r->dirty[k].state,
				       r->start[block] + rest + k - i);
	}
	r->size[block] = rest;
	largest = block;
	for (i = first_new; i < r->n_blocks; i++)
		if (r->size[i] > r->size[largest])
			largest = i;
	if (largest != block) {
		struct signature signature = r->signature[block];
		u32 start = r->start[block], size = rest;

		r->start[block] = r->start[largest];
		r->size[block] = r->size[largest];
		r->signature[block] = r->signature[largest];
		r->start[largest] = start;
		r->size[largest] = size;
		r->signature[largest] = signature;
	}
	for (i = first_new; i < r->n_blocks; i++)
		rename_block(r, r->start[i], r->size[i], i);
}

static void refine_all(struct refine *r)
{
	u32 from, to;

	while (r->n_next) {
		take_dirty(r);
		for (from = 0; from < r->n_dirty; from = to) {
			to = from + 1;
			while (to < r->n_dirty &&
			       r->dirty[to].block == r->dirty[from].block)
				to++;
			split_block(r, from, to);
		}
	}
}

/* True if each state of a block behaves as the block's first state. */
static bool check(const struct refine *r)
{
	const struct nest_automaton *automaton = r->automaton;
	u32 want[256], got[256], block, class, i;

	for (block = DEAD_BLOCK + 1; block < r->n_blocks; block++) {
		u32 start = r->start[block];

		if (r->size[block] == 1)
			continue;
		nest_automaton_row(automaton, r->order[start], want);
		for (i = 1; i < r->size[block]; i++) {
			nest_automaton_row(automaton, r->order[start + i],
					   got);
			for (class = 0; class < automaton->n_classes; class++)
				if (r->block[got[class]] !=
				    r->block[want[class]])
					return false;
		}
	}
	return true;
}

static int add_block(const struct refine *r, struct nest_automaton *to,
		     u32 block)
{
	const struct nest_automaton *from = r->automaton;
	u32 state = block == DEAD_BLOCK ? 0 : r->order[r->start[block]];
	const u32 *old = defaults_of(r, state);
	const struct nest_exception *exception;
	struct nest_exception *copy;
	u32 *defaults, i, count;
	int err;

	defaults = nest_vec_add(&to->defaults, sizeof(u32), to->n_groups);
	if (!defaults)
		return -ENOMEM;
	for (i = 0; i < to->n_groups; i++)
		defaults[i] = r->block[old[i]];
	exception = exceptions_of(r, state, &count);
	for (i = 0; i < count; i++) {
		u32 target = r->block[exception[i].target];

		if (target == defaults[to->groups[exception[i].class]])
			continue;
		copy = nest_vec_add(&to->exceptions, sizeof(*copy), 1);
		if (!copy)
			return -ENOMEM;
		copy->class = exception[i].class;
		copy->target = target;
	}
	err = nest_vec_add_u32(&to->first, (u32)to->exceptions.count);
	if (err)
		return err;
	return nest_vec_add_u32(&to->accept, ((u32 *)from->accept.data)[state]);
}

static int rebuild(struct refine *r)
{
	struct nest_automaton small = *r->automaton;
	u32 i;
	int err;

	memset(&small.defaults, 0, sizeof(small.defaults));
	memset(&small.exceptions, 0, sizeof(small.exceptions));
	memset(&small.first, 0, sizeof(small.first));
	memset(&small.accept, 0, sizeof(small.accept));
	small.n_states = r->n_blocks;
	small.start = r->block[r->automaton->start];
	err = nest_vec_add_u32(&small.first, 0);
	for (i = 0; !err && i < r->n_blocks; i++)
		err = add_block(r, &small, i);
	if (err) {
		nest_automaton_free(&small);
		return err;
	}
	nest_automaton_free(r->automaton);
	*r->automaton = small;
	return 0;
}

static bool allocate(struct refine *r)
{
	size_t n = (size_t)r->n + 1;

	r->inverse_first = calloc(n + 1, sizeof(u32));
	r->block = calloc(n, sizeof(u32));
	r->order = calloc(n, sizeof(u32));
	r->position = calloc(n, sizeof(u32));
	r->start = calloc(n, sizeof(u32));
	r->size = calloc(n, sizeof(u32));
	r->signature = calloc(n, sizeof(*r->signature));
	r->mixed = calloc(n, sizeof(*r->mixed));
	r->dirty = calloc(n, sizeof(*r->dirty));
	r->pending = calloc(n, sizeof(u32));
	r->touched = calloc(n, sizeof(u32));
	r->next = calloc(n, sizeof(u32));
	r->is_next = calloc(n, 1);
	return r->inverse_first && r->block && r->order && r->position &&
	       r->start && r->size && r->signature && r->mixed && r->dirty &&
	       r->pending && r->touched && r->next && r->is_next;
}

static void release(struct refine *r)
{
	free(r->inverse_first);
	free(r->inverse);
	free(r->block);
	free(r->order);
	free(r->position);
	free(r->start);
	free(r->size);
	free(r->signature);
	free(r->mixed);
	free(r->dirty);
	free(r->pending);
	free(r->touched);
	free(r->next);
	free(r->is_next);
}

static int minimise(struct refine *r)
{
	int err;

	err = invert(r);
	if (err)
		return err;
	find_alive(r);
	/* The dead state is dead even if it should be asked to accept. */
	r->is_next[0] = 0;
	set_weights(r);
	mix_blocks(r);
	first_partition(r);
	refine_all(r);
	if (!check(r))
		return -EIO;
	return rebuild(r);
}

/**
 * nest_automaton_minimise() - make an automaton as small as it can be
 * @automaton: the automaton
 *
 * Two runs for the same patterns give the same result.
 *
 * Return: 0; -ENOMEM; -EIO: the result was wrong.
 */
int nest_automaton_minimise(struct nest_automaton *automaton)
{
	struct refine r = {
		.automaton = automaton,
		.n = automaton->n_states,
	};
	int err = -ENOMEM;

	if (allocate(&r))
		err = minimise(&r);
	release(&r);
	return err ? err : nest_automaton_order(automaton);
}
