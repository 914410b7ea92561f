/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From patterns to DFAs in the image; one budget for all. */
#ifndef NEST_DETERMINISE_H
#define NEST_DETERMINISE_H

#include "image.h"

/**
 * struct nest_sets - what rules say together, as values of patterns
 * @compiler: the compilation
 * @size: bytes in a set
 * @vec: the sets, at value - 1
 * @hash: finds them
 */
struct nest_sets {
	struct nest_compiler *compiler;
	size_t size;
	struct nest_vec vec;
	struct nest_hash hash;
};

int nest_sets_intern(struct nest_sets *sets, const void *set, u32 *value);
void nest_sets_free(struct nest_sets *sets);

int nest_determinise(struct nest_compiler *compiler,
		     struct nest_image_builder *image,
		     const struct nest_nfa *nfa,
		     const struct nest_values *values, bool backward,
		     bool share, u32 *dfa);
int nest_determinise_failed(struct nest_compiler *compiler, int err,
			    struct nest_place place, const char *what,
			    const char *profile);

#define NEST_PARTS_MAX	8U

/**
 * struct nest_parts - rules that one DFA may be too small for
 * @build: (context, from, count, alone, *dfa): make a DFA of some of them,
 *	which may be shared if it is the only one; -E2BIG, not reported, if it
 *	takes more than one DFA may
 * @divide: (context, from, count, *at): where to divide these; NULL: in the
 *	middle. -E2BIG, not reported, if they cannot be divided
 * @context: first argument of both
 */
struct nest_parts {
	int (*build)(void *context, size_t from, size_t count, bool alone,
		     u32 *dfa);
	int (*divide)(void *context, size_t from, size_t count, size_t *at);
	void *context;
};

int nest_parts_build(const struct nest_parts *parts, size_t n, u32 *first,
		     u32 *count, size_t *culprit);

#endif
