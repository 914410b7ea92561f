// SPDX-License-Identifier: GPL-2.0-only
/*
 * Damaged images: cut off at each length, each bit flipped, junk. An image is
 * refused, or it is safe to use (I3): exact allocations let the sanitizers see
 * each access beyond it.
 */
#include "core_test.h"
#include "core.h"
#include "image_exercise.h"
#include "image_sample.h"

#define N(array)	(sizeof(array) / sizeof((array)[0]))

static const struct nest_policy_limits limits = { 1 << 20, 64, 1 << 16 };

static u8 *sample(size_t *size)
{
	struct image img;
	u8 *image;

	image_sample(&img);
	image = image_finish(&img, size);
	image_free(&img);
	return image;
}

static u8 *sample_small(size_t *size, u32 layout)
{
	struct image img;
	u8 *image;

	image_sample_small(&img, layout);
	image = image_finish(&img, size);
	image_free(&img);
	return image;
}

/* Unpacks a copy of exactly @size bytes; uses it if it is accepted. */
static int try(const u8 *image, size_t size, const char **reason)
{
	struct nest_policy_error error = { 0xffffffff, NULL };
	struct nest_policy policy;
	u8 *copy = malloc(size ? size : 1);
	int err;

	assert_non_null(copy);
	memcpy(copy, image, size);
	err = nest_policy_unpack(&policy, copy, size, &limits, &error);
	if (err) {
		assert_non_null(error.reason);
		assert_true(error.offset <= size);
	} else {
		image_exercise(&policy);
	}
	free(copy);
	if (reason)
		*reason = error.reason;
	return err;
}

static void test_samples_are_good(void **state)
{
	size_t size;
	u8 *image;

	(void)state;
	image = sample(&size);
	assert_int_equal(try(image, size, NULL), 0);
	free(image);
	for (u32 layout = 0; layout < NEST_LAYOUTS; layout++) {
		image = sample_small(&size, layout);
		assert_int_equal(try(image, size, NULL), 0);
		free(image);
	}
}

static void test_nothing_but_a_header(void **state)
{
	struct image img;
	size_t size;
	u8 *image;

	(void)state;
	image_init(&img);
	image = image_finish(&img, &size);
	assert_int_equal(size, sizeof(struct nest_policy_header));
	assert_int_equal(try(image, size, NULL), 0);
	free(image);
	image_free(&img);
}

static void test_truncated(void **state)
{
	const char *reason;
	size_t size;
	u8 *image;

	(void)state;
	image = sample(&size);
	for (size_t len = 0; len < size; len++) {
		assert_int_equal(try(image, len, &reason), -EINVAL);
		if (len < sizeof(struct nest_policy_header))
			assert_string_equal(reason,
					    "image is shorter than its header");
	}
	free(image);
}

/* The same with the header's size made to fit. */
static void test_truncated_with_size(void **state)
{
	size_t size;
	u8 *image;

	(void)state;
	image = sample(&size);
	for (size_t len = sizeof(struct nest_policy_header); len < size;
	     len++) {
		((struct nest_policy_header *)image)->size = cpu_to_le32(len);
		assert_int_equal(try(image, len, NULL), -EINVAL);
	}
	free(image);
}

static void test_appended(void **state)
{
	size_t size;
	u8 *image, *longer;

	(void)state;
	image = sample(&size);
	longer = calloc(1, size + 8);
	assert_non_null(longer);
	memcpy(longer, image, size);
	for (size_t more = 1; more <= 8; more++) {
		((struct nest_policy_header *)longer)->size = cpu_to_le32(size);
		assert_int_equal(try(longer, size + more, NULL), -EINVAL);
		((struct nest_policy_header *)longer)->size =
			cpu_to_le32(size + more);
		assert_int_equal(try(longer, size + more, NULL), -EINVAL);
	}
	free(longer);
	free(image);
}

static void flip_each_bit(u8 *image, size_t size, size_t step)
{
	size_t accepted = 0;

	for (size_t bit = 0; bit < size * 8; bit += step) {
		image[bit / 8] ^= 1 << bit % 8;
		accepted += !try(image, size, NULL);
		image[bit / 8] ^= 1 << bit % 8;
	}
	/* some bits, of capabilities say, may have any value */
	assert_in_range(accepted, 1, size * 8 / step - 1);
}

static void test_flipped_small(void **state)
{
	(void)state;
	for (u32 layout = 0; layout < NEST_LAYOUTS; layout++) {
		size_t size;
		u8 *image = sample_small(&size, layout);

		flip_each_bit(image, size, 1);
		free(image);
	}
}

static void test_flipped(void **state)
{
	size_t size;
	u8 *image;

	(void)state;
	image = sample(&size);
	flip_each_bit(image, size, 7);
	free(image);
}

/* Values that are most likely to lie just beyond something. */
static void test_words_replaced(void **state)
{
	static const u32 values[] = {
		0, 1, 2, 3, 4, 8, 255, 256, 257, 0xffff, 0x10000, 0x7fffffff,
		0x80000000, 0xfffffff8, 0xfffffffe, 0xffffffff,
	};
	size_t size;
	u8 *image;

	(void)state;
	image = sample_small(&size, NEST_LAYOUT_SPARSE);
	for (size_t at = 0; at + 4 <= size; at += 4) {
		u32 old;

		memcpy(&old, image + at, 4);
		for (size_t i = 0; i < sizeof(values) / 4; i++) {
			memcpy(image + at, &values[i], 4);
			try(image, size, NULL);
		}
		memcpy(image + at, &old, 4);
	}
	free(image);
}

static void test_several_words_replaced(void **state)
{
	u32 seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t size;
		u8 *image = sample_small(&size, round % 2);
		int n = 2 + unit_random(&seed) % 3;

		while (n--) {
			u32 at = unit_random(&seed) % (size / 4) * 4;
			u32 value = unit_random(&seed) % 64;

			memcpy(image + at, &value, 4);
		}
		try(image, size, NULL);
		free(image);
	}
}

static void test_junk(void **state)
{
	u32 seed = 7;
	u8 junk[512];

	(void)state;
	for (int round = 0; round < 1000; round++) {
		for (size_t i = 0; i < sizeof(junk); i++)
			junk[i] = unit_random(&seed);
		assert_int_equal(try(junk, sizeof(junk), NULL), -EINVAL);
	}
}

static void test_limit_size(void **state)
{
	struct nest_policy_limits tight = limits;
	struct nest_policy_error error;
	struct nest_policy policy;
	size_t size;
	u8 *image;

	(void)state;
	image = sample(&size);
	tight.size = size;
	assert_int_equal(nest_policy_unpack(&policy, image, size, &tight,
					    &error), 0);
	tight.size = size - 1;
	assert_int_equal(nest_policy_unpack(&policy, image, size, &tight,
					    &error), -EFBIG);
	assert_string_equal(error.reason, "image is too large");
	/* the format's own limit holds whatever the caller allows */
	tight.size = 0xffffffff;
	assert_int_equal(nest_policy_unpack(&policy, image,
					    NEST_POLICY_SIZE_MAX + 1UL, &tight,
					    &error), -EFBIG);
	assert_int_equal(nest_policy_unpack(&policy, image, 1UL << 32, &tight,
					    &error), -EFBIG);
	free(image);
}

static void test_limit_domains(void **state)
{
	struct nest_policy_limits tight = limits;
	struct nest_policy_error error;
	struct nest_policy policy;
	size_t size;
	u8 *image;

	(void)state;
	image = sample(&size);
	tight.domains = SAMPLE_DOMAINS;
	assert_int_equal(nest_policy_unpack(&policy, image, size, &tight,
					    &error), 0);
	tight.domains = SAMPLE_DOMAINS - 1;
	assert_int_equal(nest_policy_unpack(&policy, image, size, &tight,
					    &error), -EINVAL);
	assert_int_equal(error.offset,
			 offsetof(struct nest_policy_header,
				  section[NEST_SECTION_DOMAINS].count));
	free(image);
}

static u32 states_of(const struct nest_policy *policy)
{
	u32 n = 0;

	for (u32 i = 0; i < SAMPLE_DFAS; i++)
		n += le32_to_cpu(policy->dfas[i].n_states);
	return n;
}

static void test_limit_states(void **state)
{
	struct nest_policy_limits tight = limits;
	struct nest_policy_error error;
	struct nest_policy policy;
	size_t size;
	u8 *image;

	(void)state;
	image = sample(&size);
	assert_int_equal(nest_policy_unpack(&policy, image, size, &limits,
					    &error), 0);
	tight.states = states_of(&policy);
	assert_int_equal(nest_policy_unpack(&policy, image, size, &tight,
					    &error), 0);
	tight.states--;
	assert_int_equal(nest_policy_unpack(&policy, image, size, &tight,
					    &error), -EINVAL);
	assert_string_equal(error.reason, "too many states");
	free(image);
}

/* No name twice, none too long, none that is hard to print. */
static int try_names(const char *first, const char *second)
{
	struct image img;
	size_t size;
	u8 *image;
	int err;

	image_init(&img);
	image_add_domain(&img, first);
	if (second)
		image_add_domain(&img, second);
	image = image_finish(&img, &size);
	err = try(image, size, NULL);
	free(image);
	image_free(&img);
	return err;
}

static void test_names(void **state)
{
	char name[NEST_NAME_MAX + 2];

	(void)state;
	assert_int_equal(try_names("a", "b"), 0);
	assert_int_equal(try_names("b", "a"), -EINVAL);
	assert_int_equal(try_names("a", "a"), -EINVAL);
	assert_int_equal(try_names("", NULL), -EINVAL);
	assert_int_equal(try_names("a\nb", NULL), -EINVAL);
	assert_int_equal(try_names("a\x7f", NULL), -EINVAL);
	memset(name, 'n', sizeof(name));
	name[NEST_NAME_MAX] = '\0';
	assert_int_equal(try_names(name, NULL), 0);
	name[NEST_NAME_MAX] = 'n';
	name[NEST_NAME_MAX + 1] = '\0';
	assert_int_equal(try_names(name, NULL), -EINVAL);
}

static void test_padding(void **state)
{
	struct nest_policy_header *header;
	struct image img;
	size_t size, at;
	u8 *image;

	(void)state;
	image_init(&img);
	image_add_domain(&img, "ab");
	image = image_finish(&img, &size);
	header = (void *)image;
	at = le32_to_cpu(header->section[NEST_SECTION_DOMAINS].offset) - 1;
	image[at] = 1;
	assert_int_equal(try(image, size, NULL), -EINVAL);
	free(image);
	image_free(&img);
}

/* Finishes @img, which is to be refused, and frees it. */
static void refused(struct image *img, const char *expected)
{
	const char *reason;
	size_t size;
	u8 *image = image_finish(img, &size);

	assert_int_equal(try(image, size, &reason), -EINVAL);
	assert_string_equal(reason, expected);
	free(image);
	image_free(img);
}

static void test_last_string(void **state)
{
	struct image img;
	struct image_buf *strings = &img.section[NEST_SECTION_STRINGS];

	(void)state;
	image_init(&img);
	image_add_domain(&img, "name");
	strings->data[strings->len - 1] = 'x';
	refused(&img, "last string does not end");
}

static void test_accept_beyond_perms(void **state)
{
	const struct image_rule rule = { "/x", 2 };
	struct image img;

	(void)state;
	image_init(&img);
	image_add_domain(&img, "d");
	image_add_perm(&img, NEST_FILE_READ, 0, NEST_NONE);
	image_add_dfa(&img, NEST_LAYOUT_DENSE, &rule, 1);
	image_domain(&img, 0)->file_dfa = cpu_to_le32(0);
	image_domain(&img, 0)->n_file_dfas = cpu_to_le32(1);
	refused(&img, "automaton accepts no such permissions");
}

static void test_tables_of_no_dfa(void **state)
{
	const struct image_rule rule = { "/x", 0 };
	struct image img;

	(void)state;
	image_init(&img);
	image_add_dfa(&img, NEST_LAYOUT_DENSE, &rule, 1);
	image_add_dfa(&img, NEST_LAYOUT_DENSE, &rule, 1);
	img.section[NEST_SECTION_DFAS].len -= sizeof(struct nest_policy_dfa);
	refused(&img, "bytes after the last table");
}

/*
 * A sparse automaton of five states: dead, "" (a chain to "/"), "/" (a row to
 * two states that nothing follows).
 */
static __le32 *sparse_words(struct image *img)
{
	const struct image_rule rules[] = { { "/x", 0 }, { "/y", 0 } };
	struct nest_policy_dfa *dfa;

	image_init(img);
	image_add_dfa(img, NEST_LAYOUT_SPARSE, rules, 2);
	dfa = (void *)img->section[NEST_SECTION_DFAS].data;
	assert_int_equal(le32_to_cpu(dfa->n_states), 5);
	assert_int_equal(le32_to_cpu(dfa->n_classes), 4);
	assert_int_equal(le32_to_cpu(dfa->n_slots), 5);
	return (void *)(img->section[NEST_SECTION_TABLES].data +
			le32_to_cpu(dfa->next));
}

#define OTHER	(NEST_CELL_OTHER << NEST_CELL_SHIFT)

/* One word or, from 5 on, slot of a sparse automaton that is to be refused. */
static void test_sparse_cells(void **state)
{
	static const struct {
		u32 at;
		u32 value;
		const char *reason;
	} cases[] = {
		/* The dead state would lead out of itself. */
		{ 0, OTHER | NEST_CELL_CHAIN | 1, "final state leads elsewhere" },
		{ 0, NEST_CELL_CHAIN | 1 << NEST_CELL_SHIFT,
		  "final state leads elsewhere" },
		{ 0, 0, "final state leads elsewhere" },
		{ 1, NEST_CELL_CHAIN | 5, "bad transition" },
		{ 1, NEST_CELL_CHAIN | 4 << NEST_CELL_SHIFT, "bad transition" },
		{ 1, (OTHER | NEST_CELL_CHAIN) + (1 << NEST_CELL_SHIFT),
		  "bad transition" },
		{ 1, NEST_NONE, "bad transition" },
		{ 4, NEST_CELL_CHAIN | 1 << NEST_CELL_SHIFT,
		  "chain leads beyond the last state" },
		{ 3, NEST_CELL_LIKE | 5, "bad transition" },
		{ 3, NEST_CELL_LIKE | 4 << NEST_CELL_SHIFT | 2,
		  "bad transition" },
		{ 3, NEST_CELL_LIKE | 1, "state is like one without a row" },
		{ 3, NEST_CELL_LIKE | 3, "state is like one without a row" },
		{ 4, NEST_CELL_LIKE | 2, "chain leads beyond the last state" },
		{ 2, 1, "row lies outside the slots" },
		{ 2, NEST_CELL_LIKE - 1, "row lies outside the slots" },
		{ 5, NEST_NONE, "row that does not begin at its slot" },
		{ 5, 1 << NEST_CELL_SHIFT,
		  "row that does not begin at its slot" },
		{ 5, OTHER | 5, "bad transition" },
		{ 6, NEST_NONE - 1, "bad transition" },
		{ 6, 4 << NEST_CELL_SHIFT, "bad transition" },
		{ 8, 2 << NEST_CELL_SHIFT | 5, "bad transition" },
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct image img;

		sparse_words(&img)[cases[i].at] = cpu_to_le32(cases[i].value);
		refused(&img, cases[i].reason);
	}
}

/* Rows may share slots, and a row may end with the table. */
static void test_sparse_good(void **state)
{
	struct image img;
	const char *reason;
	size_t size;
	__le32 *words;
	u8 *image;

	(void)state;
	words = sparse_words(&img);
	words[3] = cpu_to_le32(NEST_CELL_LIKE | 2);
	words[4] = cpu_to_le32(0);
	image = image_finish(&img, &size);
	assert_int_equal(try(image, size, &reason), 0);
	free(image);
	image_free(&img);
}

/* Attachments that are tried one after the other are few. */
static void test_attach_chain(void **state)
{
	struct image img;
	u32 i;

	(void)state;
	for (i = 2; i < NEST_ATTACH_MAX + 2; i++) {
		size_t size;
		u8 *image;
		u32 j;

		image_sample(&img);
		for (j = 2; j < i; j++)
			image_add_attach(&img, SAMPLE_SVC, j - 1, 1, 1);
		if (i > NEST_ATTACH_MAX) {
			refused(&img, "too many attachments in a row");
			break;
		}
		image = image_finish(&img, &size);
		assert_int_equal(try(image, size, &(const char *){ NULL }), 0);
		free(image);
		image_free(&img);
	}
	assert_int_equal(i, NEST_ATTACH_MAX + 1);
}

/* Each takes the time of a name to check. */
static void test_limit_xattrs(void **state)
{
	const char *reason;
	struct image img;
	size_t size;
	u8 *image;
	u32 n;

	(void)state;
	image_sample(&img);
	n = img.section[NEST_SECTION_XATTRS].len /
	    sizeof(struct nest_policy_xattr);
	for (; n < NEST_XATTR_RULES_MAX; n++)
		image_add_xattr(&img, "user.x", SAMPLE_DFA_XATTR);
	image = image_finish(&img, &size);
	assert_int_equal(try(image, size, &reason), 0);
	free(image);
	image_add_xattr(&img, "user.x", SAMPLE_DFA_XATTR);
	refused(&img, "too many attributes");
}

/* Only file rules may be matched backwards. */
static void test_backward(void **state)
{
	static const struct {
		size_t field;
		u32 dfa;
	} cases[] = {
		{ offsetof(struct nest_policy_domain, child_dfa),
		  SAMPLE_DFA_CHILD },
		{ offsetof(struct nest_policy_domain, peer_dfa),
		  SAMPLE_DFA_PEER },
		{ offsetof(struct nest_policy_domain, rule_dfa),
		  SAMPLE_DFA_RULES },
	};
	struct nest_policy_dfa *dfas;
	struct image img;

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		__le32 *field;

		image_sample(&img);
		dfas = (void *)img.section[NEST_SECTION_DFAS].data;
		field = (void *)((char *)image_domain(&img, SAMPLE_SVC) +
				 cases[i].field);
		assert_int_equal(le32_to_cpu(*field), cases[i].dfa);
		dfas[cases[i].dfa].flags = cpu_to_le32(NEST_DFA_BACKWARD);
		refused(&img, "automaton reads backwards");
	}
	image_sample(&img);
	dfas = (void *)img.section[NEST_SECTION_DFAS].data;
	dfas[SAMPLE_DFA_ATTACH].flags = cpu_to_le32(NEST_DFA_BACKWARD);
	refused(&img, "automaton reads backwards");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_samples_are_good),
	cmocka_unit_test(test_nothing_but_a_header),
	cmocka_unit_test(test_truncated),
	cmocka_unit_test(test_truncated_with_size),
	cmocka_unit_test(test_appended),
	cmocka_unit_test(test_flipped_small),
	cmocka_unit_test(test_flipped),
	cmocka_unit_test(test_words_replaced),
	cmocka_unit_test(test_several_words_replaced),
	cmocka_unit_test(test_junk),
	cmocka_unit_test(test_limit_size),
	cmocka_unit_test(test_limit_domains),
	cmocka_unit_test(test_limit_states),
	cmocka_unit_test(test_limit_xattrs),
	cmocka_unit_test(test_names),
	cmocka_unit_test(test_padding),
	cmocka_unit_test(test_last_string),
	cmocka_unit_test(test_accept_beyond_perms),
	cmocka_unit_test(test_tables_of_no_dfa),
	cmocka_unit_test(test_sparse_cells),
	cmocka_unit_test(test_sparse_good),
	cmocka_unit_test(test_attach_chain),
	cmocka_unit_test(test_backward),
};

CORE_TEST_GROUP("damage", tests);
