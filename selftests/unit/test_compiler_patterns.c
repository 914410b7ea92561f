// SPDX-License-Identifier: GPL-2.0-only
/*
 * Patterns: a table of what AppArmor's language says, and a comparison of
 * random patterns with a matcher that follows the definition literally.
 */
#include <stdlib.h>

#include "automaton.h"
#include "compiler_helper.h"
#include "glob.h"

struct pattern_case {
	const char *pattern;
	const char *matches[8];
	const char *misses[8];
};

static const struct pattern_case cases[] = {
	{ "/a", { "/a" }, { "/", "/b", "/ab", "/a/", "" } },
	{ "//a///b//", { "/a/b/" }, { "//a/b/", "/a/b" } },
	{ "/a/", { "/a/" }, { "/a", "/a/b" } },
	{ "/*", { "/a", "/a.b" }, { "/", "/a/", "/a/b" } },
	{ "/*/", { "/a/" }, { "/", "//", "/a", "/a/b/" } },
	{ "/a*", { "/a", "/ab" }, { "/", "/a/", "/ab/c" } },
	{ "/*a", { "/a", "/ba" }, { "/", "/b/a", "/ab" } },
	{ "/a/*/b", { "/a/x/b" }, { "/a//b", "/a/b", "/a/x/y/b" } },
	{ "/**", { "/a", "/a/b", "/a/" }, { "/", "//", "//a" } },
	{ "/a/**", { "/a/b", "/a/b/c", "/a/b/" }, { "/a", "/a/" } },
	{ "/a**", { "/a", "/ab", "/a/b/" }, { "/", "/b" } },
	{ "/**/", { "/a/", "/a/b/" }, { "/", "//", "/a" } },
	{ "/**/b", { "/a/b", "/a/c/b" }, { "/b", "//b", "/a/bc" } },
	{ "/a/**b", { "/a/b", "/a/x/b", "/a/xb" }, { "/a/", "/a/bc" } },
	{ "/a?", { "/ab", "/a?" }, { "/a", "/a/", "/abc" } },
	{ "/[abc]", { "/a", "/c" }, { "/d", "/ab", "/" } },
	{ "/[a-c1]x", { "/bx", "/1x" }, { "/-x", "/dx" } },
	{ "/[c-a]", { "/b" }, { "/d" } },
	{ "/[-a]", { "/-", "/a" }, { "/b" } },
	{ "/[a-]", { "/-", "/a" }, { "/b" } },
	{ "/[\\]]", { "/]" }, { "/\\", "/" } },
	{ "/[{,}]", { "/{", "/,", "/}" }, { "/", "/{,}" } },
	{ "/[^a]", { "/b", "//" }, { "/a", "/", "/bb" } },
	{ "/[^a-c]z", { "/dz" }, { "/bz", "/z" } },
	{ "/{a,b}", { "/a", "/b" }, { "/", "/ab", "/{a,b}" } },
	{ "/{a,b,}c", { "/ac", "/bc", "/c" }, { "/abc", "/a" } },
	{ "/{a{b,c},d}e", { "/abe", "/ace", "/de" }, { "/ae", "/e" } },
	{ "/{,a/}b", { "/b", "/a/b" }, { "/ab", "//b" } },
	{ "/a{,/**}", { "/a", "/a/", "/a/b/c" }, { "/ab", "/" } },
	{ "/a/{,**}", { "/a/", "/a/b/c" }, { "/a" } },
	{ "/{a,[,}]}z", { "/az", "/,z", "/}z" }, { "/z" } },
	{ "/a,b", { "/a,b" }, { "/a", "/b" } },
	{ "/\\*", { "/*" }, { "/a", "/\\" } },
	{ "/\\{a\\,b\\}", { "/{a,b}" }, { "/a", "/b" } },
	{ "/{a\\,b,c}", { "/a,b", "/c" }, { "/a", "/b" } },
	{ "/\\101\\x42\\d067", { "/ABC" }, { "/101" } },
	{ "/\\052", { "/*" }, { "/a" } },
	{ "/\\?\\[\\]\\\\", { "/?[]\\" }, { "/a[]\\" } },
	{ "/a\\ b", { "/a b" }, { "/a" } },
	{ "/.^$+|()=#x", { "/.^$+|()=#x" }, { "/a^$+|()=#x" } },
	{ "/***", { "/a", "/a/b" }, { "/" } },
	{ "/a/***/b", { "/a/x/b", "/a/x/y/b" }, { "/a/b" } },
	{ "/x/**/y/**/z", { "/x/a/y/b/z", "/x/y/y/y/z" },
	  { "/x/y/z", "/x/a/y/z" } },
	{ "/\303\244*", { "/\303\244", "/\303\244b" }, { "/a", "/\303" } },
};

static int combine(void *context, u32 a, u32 b, u32 *result)
{
	(void)context;
	*result = a | b;
	return 0;
}

static int accept(void *context, u32 value, u32 *result)
{
	(void)context;
	*result = value;
	return 0;
}

/* An automaton for one pattern that reads names from their ends. */
static void build_backward(struct nest_automaton *automaton,
			   const char *pattern)
{
	const struct nest_values values = { combine, accept, NULL, NULL };
	struct nest_budget budget = { 100000, 1000000, 10000000 };
	struct nest_glob glob;
	struct nest_nfa nfa;
	char copy[256];

	snprintf(copy, sizeof(copy), "%s", pattern);
	assert_int_equal(nest_nfa_init(&nfa), 0);
	assert_int_equal(nest_glob_add(&nfa, copy,
				       nest_glob_fold_slashes(copy,
							      strlen(copy)),
				       true, &glob), 0);
	nest_nfa_node(&nfa, glob.end)->value = 1;
	assert_int_equal(nest_automaton_build(automaton, &nfa, &values,
					      &budget), 0);
	assert_int_equal(nest_automaton_minimise(automaton), 0);
	nest_nfa_free(&nfa);
}

static void check_backward(const struct nest_automaton *automaton,
			   const char *pattern, const char *name, bool matches)
{
	u32 row[256], state = automaton->start;
	size_t i = strlen(name);

	while (i--) {
		nest_automaton_row(automaton, state, row);
		state = row[automaton->classes[(u8)name[i]]];
	}
	if (((u32 *)automaton->accept.data)[state] != matches)
		fail_msg("%s should %smatch %s backwards", pattern,
			 matches ? "" : "not ", name);
}

static void check(const struct compiled *compiled, const char *pattern,
		  const char *name, bool matches)
{
	struct nest_perms perms;

	compiled_lookup(compiled, "t", name, false, &perms);
	if (!!(perms.allow & NEST_FILE_READ) != matches)
		fail_msg("%s should %smatch %s", pattern,
			 matches ? "" : "not ", name);
}

static void table(void **state)
{
	struct nest_automaton backward;
	struct compiled compiled;
	char text[256];
	size_t i, j;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct pattern_case *c = &cases[i];

		snprintf(text, sizeof(text), "profile t {\n  %s r,\n}\n",
			 c->pattern);
		compile_ok(&compiled, text);
		build_backward(&backward, c->pattern);
		for (j = 0; j < 8 && c->matches[j]; j++) {
			check(&compiled, c->pattern, c->matches[j], true);
			check_backward(&backward, c->pattern, c->matches[j],
				       true);
		}
		for (j = 0; j < 8 && c->misses[j]; j++) {
			check(&compiled, c->pattern, c->misses[j], false);
			check_backward(&backward, c->pattern, c->misses[j],
				       false);
		}
		nest_automaton_free(&backward);
		compiled_free(&compiled);
	}
}

static void quotes(void **state)
{
	struct compiled compiled;

	(void)state;
	compile_ok(&compiled,
		   "profile t {\n\"/a b/{c,d e}\" r,\n\"/q\\\"*\" r,\n}\n");
	check(&compiled, "quoted", "/a b/c", true);
	check(&compiled, "quoted", "/a b/d e", true);
	check(&compiled, "quoted", "/a", false);
	check(&compiled, "quoted", "/q\"x", true);
	compiled_free(&compiled);
}

/*
 * The definition, followed literally: all ways through the pattern are tried.
 * @p is what is left of the pattern that begins at @start.
 */
static bool naive_match(const char *p, const char *start, const char *name);

static const char *skip_alternation(const char *p)
{
	int depth = 0;

	do {
		if (*p == '{')
			depth++;
		else if (*p == '}')
			depth--;
		p++;
	} while (depth);
	return p;
}

/* Write out the pattern with one alternative chosen, and match that. */
static bool naive_alternatives(const char *p, const char *before,
			       size_t before_len, const char *name)
{
	const char *rest = skip_alternation(p), *from = p + 1, *at = from;
	int depth = 0;

	for (; at < rest; at++) {
		if (*at == '{')
			depth++;
		if (*at == '}' && depth--)
			continue;
		if ((*at == ',' || *at == '}') && depth <= 0) {
			char copy[256];

			/* \1 and \2 stand where the braces were. */
			snprintf(copy, sizeof(copy), "%.*s\1%.*s\2%s",
				 (int)before_len, before, (int)(at - from),
				 from, rest);
			if (naive_match(copy + before_len, copy, name))
				return true;
			from = at + 1;
		}
	}
	return false;
}

static bool naive_star(const char *p, const char *start, const char *name)
{
	bool two = p[1] == '*';
	const char *end = p;

	while (*end == '*')
		end++;
	if (p > start && p[-1] == '/' && (*end == '/' || !*end)) {
		if (!*name || *name == '/')
			return false;
		name++;
	}
	p += two ? 2 : 1;
	for (;;) {
		char copy[256];

		/* What is left begins behind a star, never behind a '/'. */
		snprintf(copy, sizeof(copy), "\1%s", p);
		if (naive_match(copy + 1, copy, name))
			return true;
		if (!*name || (!two && *name == '/'))
			return false;
		name++;
	}
}

static bool naive_match(const char *p, const char *start, const char *name)
{
	for (; *p; p++) {
		if (*p == '\1' || *p == '\2')
			continue;
		if (*p == '{')
			return naive_alternatives(p, start,
						  (size_t)(p - start), name);
		if (*p == '*')
			return naive_star(p, start, name);
		if (*p == '[') {
			bool not = p[1] == '^', in;

			p += 1 + not;
			in = *name == p[0] || *name == p[1];
			p += 2;
			if (!*name || in == not)
				return false;
		} else if (*p == '?') {
			if (!*name || *name == '/')
				return false;
		} else if (*p != *name) {
			return false;
		}
		name++;
	}
	return !*name;
}

static u32 next_random(u32 *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

static void random_pattern(char *p, u32 *seed, int depth)
{
	static const char *const atoms[] = {
		"a", "b", "/", "*", "**", "?", "[ab]", "[^a/]", "ab", "/a",
		"/*", "/**",
	};
	u32 n = next_random(seed) % 5, i;

	*p = 0;
	for (i = 0; i < n; i++) {
		if (depth && next_random(seed) % 5 == 0) {
			strcat(p, "{");
			random_pattern(p + strlen(p), seed, depth - 1);
			strcat(p, ",");
			random_pattern(p + strlen(p), seed, depth - 1);
			strcat(p, "}");
		} else {
			strcat(p, atoms[next_random(seed) %
					ARRAY_SIZE(atoms)]);
		}
	}
}

static void fold(char *s)
{
	char *to = s;

	for (; *s; s++)
		if (*s != '/' || to[-1] != '/')
			*to++ = *s;
	*to = 0;
}

static void random_name(char *name, u32 *seed)
{
	u32 len = next_random(seed) % 7, i;

	*name++ = '/';
	for (i = 0; i < len; i++)
		*name++ = "ab/"[next_random(seed) % 3];
	*name = 0;
}

#define PATTERNS 3

/* Several patterns in a profile, each with a permission of its own. */
static void brute_force(void **state)
{
	static const u32 perms_of[PATTERNS] = {
		NEST_FILE_READ, NEST_FILE_LOCK, NEST_FILE_LINK
	};
	u32 seed = 1, round, i;

	(void)state;
	for (round = 0; round < 1500; round++) {
		char patterns[PATTERNS][128], text[512], name[16];
		struct nest_automaton backward;
		struct compiled compiled;

		for (i = 0; i < PATTERNS; i++) {
			patterns[i][0] = '/';
			random_pattern(patterns[i] + 1, &seed, 2);
			fold(patterns[i] + 1);
			if (patterns[i][1] == '/')
				memmove(patterns[i], patterns[i] + 1,
					strlen(patterns[i]));
		}
		snprintf(text, sizeof(text),
			 "profile t {\n\"%s\" r,\n\"%s\" k,\n\"%s\" l,\n}\n",
			 patterns[0], patterns[1], patterns[2]);
		compile_ok(&compiled, text);
		build_backward(&backward, patterns[0]);
		for (i = 0; i < 60; i++) {
			struct nest_perms perms;
			u32 j;

			random_name(name, &seed);
			compiled_lookup(&compiled, "t", name, false, &perms);
			for (j = 0; j < PATTERNS; j++)
				if (!!(perms.allow & perms_of[j]) !=
				    naive_match(patterns[j], patterns[j],
						name))
					fail_msg("%s and %s: %x\n%s",
						 patterns[j], name,
						 perms.allow, text);
			check_backward(&backward, patterns[0], name,
				       perms.allow & NEST_FILE_READ);
		}
		nest_automaton_free(&backward);
		compiled_free(&compiled);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),
		cmocka_unit_test(quotes),
		cmocka_unit_test(brute_force),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
