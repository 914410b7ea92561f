// SPDX-License-Identifier: GPL-2.0-only
/* Both layouts of an automaton against a matcher that reads the patterns. */
#include "core_test.h"
#include "core.h"
#include "dfa.h"
#include "image_sample.h"

#define N(array)	(sizeof(array) / sizeof((array)[0]))

static const struct nest_policy_limits limits = { 1 << 20, 64, 1 << 16 };

static const struct image_rule rules[] = {
	{ "/", 1 }, { "/srv/**", 2 }, { "/srv/www/**", 3 },
	{ "/srv/www/index", 4 }, { "/etc/passwd", 5 }, { "a**", 6 },
	{ "\x01\xff", 7 }, { "/bin/[x]", 8 },
};

struct built {
	struct nest_policy policy;
	struct nest_dfa dfa;
	u8 *image;
};

static void build(struct built *b, u32 layout, const struct image_rule *r,
		  size_t n)
{
	struct nest_policy_error error = { 0, "" };
	struct image img;
	size_t size;

	image_init(&img);
	image_add_dfa(&img, layout, r, n);
	b->image = image_finish(&img, &size);
	image_free(&img);
	if (nest_policy_unpack(&b->policy, b->image, size, &limits, &error))
		fail_msg("byte %u: %s", error.offset, error.reason);
	nest_dfa_open(&b->dfa, &b->policy, 0);
}

static u32 match(const struct built *b, const char *name, size_t len)
{
	return nest_dfa_accept(&b->dfa,
			       nest_dfa_feed(&b->dfa, b->dfa.start,
					     (const u8 *)name, len));
}

/* The longest pattern that matches; a literal beats a tail of its length. */
static u32 expected(const char *name, size_t len)
{
	u32 accept = 0;
	size_t best = 0;

	for (size_t i = 0; i < N(rules); i++) {
		size_t n = strlen(rules[i].pattern);
		bool tail = n > 2 && !strcmp(rules[i].pattern + n - 2, "**");

		if (tail)
			n -= 2;
		if (n < best || n > len || (!tail && n != len) ||
		    memcmp(rules[i].pattern, name, n))
			continue;
		best = n;
		accept = rules[i].accept;
	}
	return accept;
}

static const char *const names[] = {
	"", "/", "/s", "/srv", "/srv/", "/srv/x", "/srv/www", "/srv/www/",
	"/srv/www/index", "/srv/www/index.html", "/etc/passwd", "/etc/passwd/",
	"a", "abc", "b", "\x01\xff", "\x01", "\xff", "/bin/[x]", "/bin/x",
	"//", "/SRV/x",
};

static void test_patterns(void **state)
{
	(void)state;
	for (u32 layout = 0; layout < NEST_LAYOUTS; layout++) {
		struct built b;

		build(&b, layout, rules, N(rules));
		assert_true(!b.dfa.dense == (layout == NEST_LAYOUT_SPARSE));
		for (size_t i = 0; i < N(names); i++) {
			size_t len = strlen(names[i]);

			if (match(&b, names[i], len) != expected(names[i], len))
				fail_msg("layout %u, \"%s\"", layout, names[i]);
		}
		free(b.image);
	}
}

/* Every name of up to three bytes out of those that patterns begin with. */
static void test_short_names(void **state)
{
	static const char bytes[] = "/sab\x01\xff";
	const size_t n = sizeof(bytes) - 1;

	(void)state;
	for (u32 layout = 0; layout < NEST_LAYOUTS; layout++) {
		struct built b;

		build(&b, layout, rules, N(rules));
		for (size_t i = 0; i < n * n * n; i++) {
			char name[3] = { bytes[i % n], bytes[i / n % n],
					 bytes[i / n / n] };

			for (size_t len = 0; len <= 3; len++)
				assert_int_equal(match(&b, name, len),
						 expected(name, len));
		}
		free(b.image);
	}
}

/* NUL is a byte like any other for feed, and the end for feed_string. */
static void test_nul(void **state)
{
	static const char name[] = "/srv/\0x";

	(void)state;
	for (u32 layout = 0; layout < NEST_LAYOUTS; layout++) {
		struct built b;
		u32 s;

		build(&b, layout, rules, N(rules));
		assert_int_equal(match(&b, name, sizeof(name) - 1), 2);
		s = nest_dfa_feed_string(&b.dfa, b.dfa.start,
					 (const u8 *)"/etc/passwd\0junk");
		assert_int_equal(nest_dfa_accept(&b.dfa, s), 5);
		free(b.image);
	}
}

/* A name may come in any pieces, as the walk over the dentries feeds it. */
static void test_pieces(void **state)
{
	static const char name[] = "/srv/www/index";
	const size_t len = sizeof(name) - 1;

	(void)state;
	for (u32 layout = 0; layout < NEST_LAYOUTS; layout++) {
		struct built b;

		build(&b, layout, rules, N(rules));
		for (size_t i = 0; i <= len; i++)
			for (size_t j = i; j <= len; j++) {
				u32 s = b.dfa.start;
				const u8 *p = (const u8 *)name;

				s = nest_dfa_feed(&b.dfa, s, p, i);
				s = nest_dfa_feed(&b.dfa, s, p + i, j - i);
				s = nest_dfa_feed(&b.dfa, s, p + j, len - j);
				assert_int_equal(nest_dfa_accept(&b.dfa, s), 4);
			}
		free(b.image);
	}
}

static void test_dead_and_sinks(void **state)
{
	(void)state;
	for (u32 layout = 0; layout < NEST_LAYOUTS; layout++) {
		struct built b;
		u32 s;

		build(&b, layout, rules, N(rules));
		for (s = 0; s < b.dfa.n_sinks; s++)
			for (int byte = 0; byte < 256; byte++)
				assert_int_equal(s, nest_dfa_feed_byte(&b.dfa,
								       s, byte));
		s = nest_dfa_feed(&b.dfa, b.dfa.start, (const u8 *)"zz", 2);
		assert_int_equal(s, 0);
		assert_int_equal(nest_dfa_accept(&b.dfa, 0), 0);
		free(b.image);
	}
}

/* As long as a path can be, one layer deep in a sink and one in no sink. */
static void test_long_name(void **state)
{
	static char name[65536];
	struct built b;

	(void)state;
	memset(name, 'x', sizeof(name));
	memcpy(name, "/srv/", 5);
	build(&b, NEST_LAYOUT_DENSE, rules, N(rules));
	assert_int_equal(match(&b, name, sizeof(name)), 2);
	free(b.image);
}

/* As many classes and states as the longest row of a dense table leaves. */
#define N_BYTES	253

static void test_all_bytes(void **state)
{
	static char patterns[N_BYTES][2];
	static struct image_rule single[N_BYTES];

	(void)state;
	for (int i = 0; i < N_BYTES; i++) {
		patterns[i][0] = i + 1;
		single[i] = (struct image_rule){ patterns[i], i + 1 };
	}
	for (u32 layout = 0; layout < NEST_LAYOUTS; layout++) {
		struct built b;

		build(&b, layout, single, N_BYTES);
		assert_int_equal(match(&b, "\0", 1), 0);
		for (int i = 1; i <= N_BYTES; i++)
			assert_int_equal(match(&b, patterns[i - 1], 1), i);
		free(b.image);
	}
}

/* States that are like another one, but for the byte that leads on. */
static void test_like(void **state)
{
	const struct image_rule r[] = { { "/x", 1 }, { "/y", 2 } };
	struct nest_policy_error error = { 0, "" };
	struct nest_policy_dfa *dfa;
	struct image img;
	struct built b;
	__le32 *words;
	size_t size;
	u32 x, row;

	(void)state;
	image_init(&img);
	image_add_dfa(&img, NEST_LAYOUT_SPARSE, r, N(r));
	dfa = (void *)img.section[NEST_SECTION_DFAS].data;
	x = img.section[NEST_SECTION_TABLES].data[le32_to_cpu(dfa->classes) +
						  'x'];
	words = (void *)(img.section[NEST_SECTION_TABLES].data +
			 le32_to_cpu(dfa->next));
	/* The states are: dead, "", "/", "/x", "/y". */
	row = 2;
	assert_false(le32_to_cpu(words[row]) & NEST_CELL_CHAIN);
	words[3] = cpu_to_le32(NEST_CELL_LIKE | x << NEST_CELL_SHIFT | row);
	b.image = image_finish(&img, &size);
	image_free(&img);
	assert_int_equal(nest_policy_unpack(&b.policy, b.image, size, &limits,
					    &error), 0);
	nest_dfa_open(&b.dfa, &b.policy, 0);
	assert_int_equal(match(&b, "/x", 2), 1);
	assert_int_equal(match(&b, "/xx", 3), 2);
	assert_int_equal(match(&b, "/xy", 3), 2);
	assert_int_equal(match(&b, "/x/", 3), 0);
	assert_int_equal(match(&b, "/xz", 3), 0);
	assert_int_equal(match(&b, "/xxx", 4), 0);
	free(b.image);
}

/* Names that end in ".txt", and "/". */
static void test_backward(void **state)
{
	const struct image_rule r[] = { { "txt.**", 1 }, { "/", 2 } };

	(void)state;
	for (u32 layout = 0; layout < NEST_LAYOUTS; layout++) {
		struct nest_policy_dfa *dfa;
		struct built b;
		u32 s;

		build(&b, layout, r, N(r));
		dfa = (void *)b.policy.dfas;
		dfa->flags = cpu_to_le32(NEST_DFA_BACKWARD);
		nest_dfa_open(&b.dfa, &b.policy, 0);
		assert_int_equal(nest_dfa_match(&b.dfa, "/a/b.txt", 8), 1);
		assert_int_equal(nest_dfa_match(&b.dfa, ".txt", 4), 1);
		assert_int_equal(nest_dfa_match(&b.dfa, "/a/b.txt/", 9), 0);
		assert_int_equal(nest_dfa_match(&b.dfa, "/", 1), 2);
		assert_int_equal(nest_dfa_match(&b.dfa, "//", 2), 0);
		assert_int_equal(nest_dfa_match(&b.dfa, "", 0), 0);
		s = nest_dfa_feed_backward(&b.dfa, b.dfa.start,
					   (const u8 *)"xt", 2);
		s = nest_dfa_feed_backward(&b.dfa, s, (const u8 *)"/b.t", 4);
		assert_int_equal(nest_dfa_accept(&b.dfa, s), 1);
		dfa->flags = 0;
		nest_dfa_open(&b.dfa, &b.policy, 0);
		assert_int_equal(nest_dfa_match(&b.dfa, "txt.b/a/", 8), 1);
		free(b.image);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_patterns),
	cmocka_unit_test(test_short_names),
	cmocka_unit_test(test_nul),
	cmocka_unit_test(test_pieces),
	cmocka_unit_test(test_dead_and_sinks),
	cmocka_unit_test(test_long_name),
	cmocka_unit_test(test_all_bytes),
	cmocka_unit_test(test_like),
	cmocka_unit_test(test_backward),
};

CORE_TEST_GROUP("match", tests);
