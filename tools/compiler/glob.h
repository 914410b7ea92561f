/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Patterns of AppArmor's language. */
#ifndef NEST_GLOB_H
#define NEST_GLOB_H

#include "nfa.h"

#define NEST_GLOB_DEPTH_MAX	48U	/* alternations within each other */
#define NEST_GLOB_LENGTH_MAX	8192U	/* bytes in a pattern */

/* The specificity of a pattern that has no star. */
#define NEST_GLOB_BOUNDED	(NEST_GLOB_LENGTH_MAX + 1)

/**
 * struct nest_glob - what became of a pattern
 * @end: the node of the automaton where its names end
 * @literal: it has no wildcard, class or alternation
 * @exact: it has none of "*", "?" and "[^...]"
 * @error: a constant string: what is wrong with it, if -EINVAL was returned
 * @error_at: offset in the pattern
 */
struct nest_glob {
	u32 end;
	bool literal;
	bool exact;
	const char *error;
	u32 error_at;
};

int nest_glob_add(struct nest_nfa *nfa, const char *pattern, size_t len,
		  bool backward, struct nest_glob *glob);
int nest_glob_add_fields(struct nest_nfa *nfa, const char *pattern, size_t len,
			 struct nest_glob *glob);
u32 nest_glob_specificity(const char *s, size_t len);
size_t nest_glob_escape(const char *s, size_t len, u32 *byte);
size_t nest_glob_fold_slashes(char *s, size_t len);
const char *nest_glob_quote(struct nest_arena *arena, const char *name);

#endif
