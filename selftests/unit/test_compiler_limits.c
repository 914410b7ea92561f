// SPDX-License-Identifier: GPL-2.0-only
/*
 * Size: the same source always gives the same image, large profiles compile,
 * those that would explode are divided or refused, and a lack of memory is an
 * error at whatever point it comes.
 */
#include <stdlib.h>
#include <time.h>

#include "compiler_helper.h"

/* Linked with --wrap: the allocations of the compiler come through here. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *p, size_t size);

static long allocations_left = -1;	/* -1: no limit */

static bool refuse(void)
{
	if (allocations_left < 0)
		return false;
	if (!allocations_left)
		return true;
	allocations_left--;
	return false;
}

void *__wrap_malloc(size_t size)
{
	return refuse() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return refuse() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return refuse() ? NULL : __real_realloc(p, size);
}

static const char sample[] =
	"@{a} = /x /y\n"
	"profile t /bin/t* {\n"
	"  capability,\n  network inet,\n  signal,\n"
	"  @{a}/**/{b,c[0-9]}* rw,\n  /bin/* Cx,\n  /bin/x px -> u,\n"
	"  profile u /bin/u { /u/{,**} r, }\n"
	"}\n"
	"profile default { file, }\n";

static void no_memory(void **state)
{
	const struct nest_compile_options options = { .n_include_dirs = 0 };
	const struct nest_source source = { "t", sample, sizeof(sample) - 1 };
	struct nest_image image;
	long n;
	int err;

	(void)state;
	for (n = 0; n < 100000; n++) {
		allocations_left = n;
		err = nest_compile(&options, &source, 1, &image);
		allocations_left = -1;
		if (!err)
			break;
		assert_int_equal(err, -ENOMEM);
		assert_null(image.data);
	}
	assert_int_equal(err, 0);
	/* There was something to fail: the sample takes many allocations. */
	assert_true(n > 50);
	nest_image_free(&image);
}

/* Append to a text; there is enough room. */
__attribute__((format(printf, 2, 3)))
static void add(char **end, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	*end += vsprintf(*end, format, args);
	va_end(args);
}

#define RULES		10000
#define TEXT_SIZE	(RULES * 80)

struct kind {
	const char *rule;
	const char *match;
	const char *miss;
};

static const struct kind kinds[] = {
	{ "/usr/lib/pkg%d/data/file%d.conf r,\n",
	  "/usr/lib/pkg%d/data/file%d.conf", "/usr/lib/pkg%d/data/file%d.con" },
	{ "/usr/lib/dir%d/*/x%d.so* mr,\n",
	  "/usr/lib/dir%d/y/x%d.so.1", "/usr/lib/dir%d/y/z/x%d.so" },
	{ "/srv/dir%d/sub%d/** rw,\n",
	  "/srv/dir%d/sub%d/a/b", "/srv/dir%d/sub%d/" },
	{ "/{usr,opt}/dir%d/{a,b,c%d}.{x,y} r,\n",
	  "/opt/dir%d/c%d.y", "/opt/dir%d/d%d.y" },
	{ "/x/**/name%d-%d r,\n", "/x/y/z/name%d-%d", "/x/name%d-%d" },
	{ "/x%d/**/name%d r,\n", "/x%d/y/z/name%d", "/x%d/y/z/name%d/" },
	{ "/y/*/lib%d/**/y%d rw,\n",
	  "/y/z/lib%d/a/b/y%d", "/y/z/a/lib%d/b/y%d" },
};

#define KINDS	((int)ARRAY_SIZE(kinds))

/* Rules of one kind, or of all of them if there is no such kind. */
static char *generate(int kind)
{
	char *text = malloc(TEXT_SIZE), *end = text;
	int i;

	assert_non_null(text);
	add(&end, "profile t {\n");
	for (i = 0; i < RULES; i++)
		add(&end, kinds[kind < KINDS ? kind : i % KINDS].rule, i, i);
	add(&end, "}\n");
	return text;
}

static bool readable(const struct compiled *compiled, const char *format,
		     int a, int b)
{
	struct nest_perms perms;
	char path[128];

	snprintf(path, sizeof(path), format, a, b);
	compiled_lookup(compiled, "t", path, false, &perms);
	return perms.allow & NEST_FILE_READ;
}

static void check_rules(const struct compiled *compiled, int kind)
{
	int i;

	for (i = 0; i < RULES; i += 37) {
		const struct kind *k = &kinds[kind < KINDS ? kind : i % KINDS];

		if (!readable(compiled, k->match, i, i) ||
		    readable(compiled, k->miss, i, i) ||
		    readable(compiled, k->match, i, RULES + i))
			fail_msg("rule %d: %s", i, k->rule);
	}
}

static void large(void **state)
{
	struct compiled first, second;
	int kind;

	(void)state;
	for (kind = 0; kind <= KINDS; kind++) {
		char *text = generate(kind);

		compile_ok(&first, text);
		compile_ok(&second, text);
		assert_int_equal(first.image.size, second.image.size);
		assert_memory_equal(first.image.data, second.image.data,
				    first.image.size);
		assert_int_equal(first.image.stats.file_rules, RULES);
		/* The mixture may have to be divided. */
		if (kind < KINDS)
			assert_int_equal(first.image.stats.dfas, 2);
		check_rules(&first, kind);
		compiled_free(&first);
		compiled_free(&second);
		free(text);
	}
}

#define DANGEROUS 19

static void check_dangerous(const struct compiled *compiled, const char *end)
{
	struct nest_perms perms;
	char path[64];
	int i;

	for (i = 0; i < DANGEROUS; i++) {
		snprintf(path, sizeof(path), "/x/q/a%d/r/s/b%d%s", i, i, end);
		compiled_lookup(compiled, "t", path, false, &perms);
		assert_true(perms.allow & NEST_FILE_READ);
		snprintf(path, sizeof(path), "/x/q/a%d/r/s/b%d%s", i, i + 1,
			 end);
		compiled_lookup(compiled, "t", path, false, &perms);
		assert_false(perms.allow & NEST_FILE_READ);
	}
}

/* Too much for a DFA that reads names from the start, not for the other kind. */
static void backward(void **state)
{
	struct compiled compiled;
	struct nest_perms perms;
	char text[8192], *end = text;
	int i;

	(void)state;
	add(&end, "profile t {\n/*/sh ix,\n/bin/sh Px,\n");
	for (i = 0; i < DANGEROUS; i++)
		add(&end, "/x/**/a%d/**/b%d r,\n", i, i);
	add(&end, "}\n");
	compile_ok(&compiled, text);
	assert_int_equal(compiled.image.stats.dfas, 2);
	assert_int_equal(le32_to_cpu(compiled.policy.dfas[0].flags),
			 NEST_DFA_BACKWARD);
	check_dangerous(&compiled, "");
	compiled_lookup(&compiled, "t", "/bin/sh", false, &perms);
	assert_int_equal(le32_to_cpu(compiled.policy.execs[perms.exec].mode),
			 NEST_EXEC_ATTACH);
	compiled_free(&compiled);
}

/* Too much for one DFA either way, but not for several. */
static void divided(void **state)
{
	struct compiled compiled;
	struct nest_perms perms;
	char text[8192], *end = text;
	int i;

	(void)state;
	add(&end, "profile t {\n/*/sh ix,\n/bin/sh Px,\n");
	for (i = 0; i < DANGEROUS; i++)
		add(&end, "/x/**/a%d/**/b%d/**/c r,\n", i, i);
	add(&end, "deny /x/**/b3 k,\n}\n");
	compile_ok(&compiled, text);
	assert_true(compiled.image.stats.dfas > 1);
	assert_true(compiled.image.stats.dfas <= NEST_FILE_DFAS_MAX);
	check_dangerous(&compiled, "/t/c");
	compiled_lookup(&compiled, "t", "/bin/sh", false, &perms);
	assert_int_equal(le32_to_cpu(compiled.policy.execs[perms.exec].mode),
			 NEST_EXEC_ATTACH);
	compiled_lookup(&compiled, "t", "/x/q/b3", false, &perms);
	assert_int_equal(perms.deny, NEST_FILE_LOCK);
	compiled_free(&compiled);
}

/* Rules with transitions are divided too, and conflicts found all the same. */
static void divided_exec(void **state)
{
	struct compiled compiled;
	struct nest_perms perms;
	char text[8192], *end = text;
	int i;

	(void)state;
	add(&end, "profile t {\n/x/q/a1/b1/q/c Ux,\n");
	for (i = 0; i < DANGEROUS; i++) {
		add(&end, "/x/**/a%d/**/b%d/**/c ix,\n", i, i);
		add(&end, "/y/**/a%d/**/b%d/**/c Px,\n", i, i);
	}
	add(&end, "}\n");
	compile_ok(&compiled, text);
	assert_true(compiled.image.stats.dfas > 1);
	compiled_lookup(&compiled, "t", "/x/q/a3/q/b3/q/c", false, &perms);
	assert_int_equal(le32_to_cpu(compiled.policy.execs[perms.exec].mode),
			 NEST_EXEC_INHERIT);
	compiled_lookup(&compiled, "t", "/y/q/a3/q/b3/q/c", false, &perms);
	assert_int_equal(le32_to_cpu(compiled.policy.execs[perms.exec].mode),
			 NEST_EXEC_ATTACH);
	compiled_lookup(&compiled, "t", "/x/q/a1/b1/q/c", false, &perms);
	assert_int_equal(le32_to_cpu(compiled.policy.execs[perms.exec].mode),
			 NEST_EXEC_UNCONFINED);
	compiled_free(&compiled);

	end -= strlen("}\n");
	add(&end, "/x/**/z/**/b3/**/c Px,\n}\n");
	compile_text(&compiled, text);
	assert_int_equal(compiled.err, -EINVAL);
	assert_non_null(strstr(compiled.messages, "[conflict]"));
	compiled_free(&compiled);
}

static bool may_change(const struct compiled *compiled, int a, int b)
{
	u32 domain = compiled_domain(compiled, "t");
	struct nest_match match;
	char name[64];

	snprintf(name, sizeof(name), "x/q/a%d/r/b%d", a, b);
	nest_match_begin(&match, &compiled->policy, domain,
			 NEST_RULES_CHANGE_PROFILE);
	nest_match_text(&match, name);
	return !nest_match_decide(&match, NEST_CHANGE_PROFILE).denied;
}

/* Rules that are not about files are divided, too. */
static void divided_classes(void **state)
{
	struct compiled compiled;
	char text[8192], *end = text;
	int i;

	(void)state;
	add(&end, "profile t {\n");
	for (i = 0; i < DANGEROUS; i++)
		add(&end, "change_profile -> x/**/a%d/**/b%d,\n", i, i);
	add(&end, "}\n");
	compile_ok(&compiled, text);
	assert_true(compiled.image.stats.dfas > 1);
	for (i = 0; i < DANGEROUS; i++) {
		assert_true(may_change(&compiled, i, i));
		assert_false(may_change(&compiled, i, i + 1));
	}
	compiled_free(&compiled);
}

/* Too much for any number of DFAs: an error, and not after an age. */
static void refused(void **state)
{
	struct compiled compiled;
	char *text = malloc(TEXT_SIZE), *end = text;
	clock_t start = clock();
	int i;

	(void)state;
	assert_non_null(text);
	add(&end, "profile t {\n");
	for (i = 0; i < 2000; i++)
		add(&end, "/x/*%d*/**/y%d/**/z r,\n", i, i);
	add(&end, "}\n");
	compile_text(&compiled, text);
	assert_int_equal(compiled.err, -E2BIG);
	assert_non_null(strstr(compiled.messages, "[limit]"));
	assert_true(clock() - start < 120L * CLOCKS_PER_SEC);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_memory),
		cmocka_unit_test(large),
		cmocka_unit_test(backward),
		cmocka_unit_test(divided),
		cmocka_unit_test(divided_exec),
		cmocka_unit_test(divided_classes),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
