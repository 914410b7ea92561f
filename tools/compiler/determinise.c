// SPDX-License-Identifier: GPL-2.0-or-later
#include "determinise.h"

/* What one DFA may take. Patterns that need more are divided or refused. */
#define STATES_PER_NODE		20U
#define STATES_FREE		65536U
#define STATES_MAX		1000000U
#define ELEMENTS_MAX		16000000ULL
#define WORK_MAX		300000000ULL

/**
 * nest_sets_intern() - the value of a set
 * @sets: where sets are kept
 * @set: the set, of @sets->size bytes
 * @value: where its value goes
 *
 * Return: 0, or -ENOMEM, reported.
 */
int nest_sets_intern(struct nest_sets *sets, const void *set, u32 *value)
{
	u32 index = 0;
	int err = nest_intern(&sets->vec, &sets->hash, set, sets->size, &index);

	*value = index + 1;
	return err ? nest_no_memory(sets->compiler) : 0;
}

/**
 * nest_sets_free() - forget all sets
 * @sets: where they are kept
 */
void nest_sets_free(struct nest_sets *sets)
{
	nest_vec_free(&sets->vec);
	nest_hash_free(&sets->hash);
}

static void set_budget(struct nest_budget *budget, const struct nest_nfa *nfa,
		       u64 work)
{
	u64 states = (u64)nfa->nodes.count * STATES_PER_NODE + STATES_FREE;

	budget->states = states > STATES_MAX ? STATES_MAX : (u32)states;
	budget->elements = ELEMENTS_MAX;
	budget->work = work < WORK_MAX ? work : WORK_MAX;
}

/**
 * nest_determinise() - add the DFA of patterns to the image
 * @compiler: the compilation, whose @work is spent
 * @image: the image
 * @nfa: the patterns
 * @values: what their values mean
 * @backward: they were added backwards
 * @share: the DFA may be one that the image has already
 * @dfa: where its index goes. NULL: no DFA is wanted, only whether values
 *	contradict each other
 *
 * Return: 0; not reported: -E2BIG: it takes more than one DFA may; -ENOMEM;
 * -EIO: the DFA was wrong; what a function of @values returned.
 */
int nest_determinise(struct nest_compiler *compiler,
		     struct nest_image_builder *image,
		     const struct nest_nfa *nfa,
		     const struct nest_values *values, bool backward,
		     bool share, u32 *dfa)
{
	struct nest_automaton automaton;
	struct nest_budget budget;
	u64 work;
	int err;

	set_budget(&budget, nfa, compiler->work);
	work = budget.work;
	err = nest_automaton_build(&automaton, nfa, values, &budget);
	compiler->work -= work - budget.work;
	automaton.backward = backward;
	if (!err && dfa)
		err = nest_automaton_minimise(&automaton);
	if (!err && dfa)
		err = nest_image_dfa(image, &automaton, share, dfa);
	nest_automaton_free(&automaton);
	return err;
}

/**
 * nest_determinise_failed() - report why there is no DFA, if nobody did
 * @compiler: the compilation
 * @err: what nest_determinise() returned
 * @place: what to blame if it is too large
 * @what: what it is for: "the ... of" something
 * @profile: the profile's name
 *
 * Return: @err, or 0 if that is 0.
 */
int nest_determinise_failed(struct nest_compiler *compiler, int err,
			    struct nest_place place, const char *what,
			    const char *profile)
{
	if (err == -ENOMEM)
		return nest_no_memory(compiler);
	if (!err || compiler->errors)
		return err;
	if (err != -E2BIG)
		return nest_report(compiler, NEST_DIAG_INTERNAL, place,
				   "the automaton for the %s of %s does not pass its check; this is a bug of the compiler",
				   what, profile);
	return nest_report(compiler, NEST_DIAG_LIMIT, place,
			   "the %s of %s need too many states together; this is among those with the most wildcards: use fewer '*', '?' and '**' in their middle",
			   what, profile);
}

struct part {
	size_t from;
	size_t count;
};

static int divide(const struct nest_parts *parts, struct part *part,
		  size_t behind)
{
	size_t at = part->count / 2;
	int err = part->count < 2 ? -E2BIG : 0;

	if (!err && parts->divide)
		err = parts->divide(parts->context, part->from, part->count,
				    &at);
	if (err)
		return err;
	memmove(part + 2, part + 1, behind * sizeof(*part));
	part[1].from = part->from + at;
	part[1].count = part->count - at;
	part->count = at;
	return 0;
}

/**
 * nest_parts_build() - make as few DFAs of rules as will do
 * @parts: what to do with some of them
 * @n: how many they are; not 0
 * @first: where the index of the first DFA goes
 * @count: where the number of DFAs goes, which follow each other
 * @culprit: where a rule goes that is to be blamed if it fails: the last one of
 *	a part
 *
 * Return: 0; -E2BIG, not reported: NEST_PARTS_MAX DFAs are too few; what a
 * function of @parts returned.
 */
int nest_parts_build(const struct nest_parts *parts, size_t n, u32 *first,
		     u32 *count, size_t *culprit)
{
	struct part list[NEST_PARTS_MAX + 1] = { { 0, n } };
	u32 made = 0, dfa;
	int err;

	*count = 1;
	while (made < *count) {
		struct part *part = &list[made];

		*culprit = part->from + part->count - 1;
		err = parts->build(parts->context, part->from, part->count,
				   *count == 1, &dfa);
		if (!err && !made++)
			*first = dfa;
		if (!err)
			continue;
		if (err == -E2BIG && *count < NEST_PARTS_MAX)
			err = divide(parts, part, *count - made - 1);
		if (err)
			return err;
		++*count;
	}
	return 0;
}
