// SPDX-License-Identifier: GPL-2.0-or-later
/* How much a pattern says about the names that it matches. */
#include "glob.h"

/**
 * struct scan - what is being measured
 * @s: the pattern, which is valid
 * @len: its length
 * @at: position in it
 */
struct scan {
	const char *s;
	size_t len;
	size_t at;
};

/**
 * struct extent - of a part of the pattern
 * @bytes: the least number of them in names that need no star
 * @before: the least number before the first star, NEST_GLOB_BOUNDED without
 * @always: each name needs a star, so that @bytes does not count
 */
struct extent {
	u32 bytes;
	u32 before;
	bool always;
};

static u32 least(u32 a, u32 b)
{
	return a < b ? a : b;
}

static void skip_byte(struct scan *scan)
{
	u32 byte;

	if (scan->s[scan->at++] == '\\')
		scan->at += nest_glob_escape(scan->s + scan->at,
					     scan->len - scan->at, &byte);
}

static void skip_class(struct scan *scan)
{
	while (scan->s[scan->at] != ']')
		skip_byte(scan);
	scan->at++;
}

/* One alternative more. */
static void unite(struct extent *all, const struct extent *one, bool first)
{
	if (!one->always && (first || all->always || one->bytes < all->bytes))
		all->bytes = one->bytes;
	all->before = first ? one->before : least(all->before, one->before);
	all->always = one->always && (first || all->always);
}

static void append(struct extent *extent, const struct extent *next)
{
	if (extent->always)
		return;
	if (next->before != NEST_GLOB_BOUNDED)
		extent->before = least(extent->before,
				       extent->bytes + next->before);
	extent->bytes += next->bytes;
	extent->always = next->always;
}

static struct extent measure(struct scan *scan);

/* What follows a '{'. */
static struct extent measure_alternation(struct scan *scan)
{
	struct extent all = { 0, 0, false };
	bool first = true;

	do {
		struct extent one = measure(scan);

		unite(&all, &one, first);
		first = false;
	} while (scan->s[scan->at++] == ',');
	return all;
}

static struct extent measure_one(struct scan *scan)
{
	static const struct extent byte = { 1, NEST_GLOB_BOUNDED, false };
	static const struct extent star = { 0, 0, true };

	switch (scan->s[scan->at]) {
	case '*':
		scan->at++;
		return star;
	case '{':
		scan->at++;
		return measure_alternation(scan);
	case '[':
		skip_class(scan);
		return byte;
	default:
		skip_byte(scan);
		return byte;
	}
}

/* A sequence, up to the end or to what ends an alternative. */
static struct extent measure(struct scan *scan)
{
	struct extent extent = { 0, NEST_GLOB_BOUNDED, false };
	bool nested = scan->at;

	while (scan->at < scan->len) {
		char c = scan->s[scan->at];
		struct extent next;

		if (nested && (c == ',' || c == '}'))
			break;
		next = measure_one(scan);
		append(&extent, &next);
	}
	return extent;
}

/**
 * nest_glob_specificity() - how much a pattern says
 * @s: a pattern that nest_glob_add() accepted
 * @len: its length
 *
 * AppArmor counts as far as the automaton of a profile meets new states only,
 * which is to the first star, if that matches more than a byte or two.
 *
 * Return: the least number of bytes before the first star of an alternative, or
 * NEST_GLOB_BOUNDED if there is no star.
 */
u32 nest_glob_specificity(const char *s, size_t len)
{
	struct scan scan = { s, len, 0 };

	return measure(&scan).before;
}
