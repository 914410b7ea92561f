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

static char *generate(int kind)
{
	static const char *const formats[] = {
		"/usr/lib/pkg%d/data/file%d.conf r,\n",
		"/usr/lib/dir%d/*/x%d.so* mr,\n",
		"/srv/dir%d/sub%d/** rw,\n",
		"/{usr,opt}/dir%d/{a,b,c%d}.{x,y} r,\n",
		"/x/**/name%d-%d r,\n",
		"/x%d/**/name%d r,\n",
		"/x/*/lib%d/**/y%d rw,\n",
	};
	char *text = malloc(TEXT_SIZE), *end = text;
	int i, n = ARRAY_SIZE(formats);

	assert_non_null(text);
	add(&end, "profile t {\n");
	for (i = 0; i < RULES; i++)
		add(&end, formats[kind < n ? kind : i % n], i, i);
	add(&end, "}\n");
	return text;
}

static void large(void **state)
{
	struct compiled first, second;
	struct nest_perms perms;
	int kind;

	(void)state;
	for (kind = 0; kind < 8; kind++) {
		char *text = generate(kind);

		compile_ok(&first, text);
		compile_ok(&second, text);
		assert_int_equal(first.image.size, second.image.size);
		assert_memory_equal(first.image.data, second.image.data,
				    first.image.size);
		assert_int_equal(first.image.stats.file_rules, RULES);
		/* The mixture may have to be divided. */
		if (kind < 7)
			assert_int_equal(first.image.stats.dfas, 1);
		compiled_free(&first);
		compiled_free(&second);
		free(text);
	}
	/* What the last of them, the mixture, says about some names. */
	{
		char *text = generate(7);

		compile_ok(&first, text);
		compiled_lookup(&first, "t", "/usr/lib/pkg700/data/file700.conf",
				false, &perms);
		assert_true(perms.allow & NEST_FILE_READ);
		compiled_lookup(&first, "t", "/x/a/b/name4211-4211", false,
				&perms);
		assert_true(perms.allow & NEST_FILE_READ);
		compiled_lookup(&first, "t", "/x/a/b/name4211-4212", false,
				&perms);
		assert_false(perms.allow & NEST_FILE_READ);
		compiled_free(&first);
		free(text);
	}
}

/* Too much for one DFA, but not for several. */
static void divided(void **state)
{
	struct compiled compiled;
	struct nest_perms perms;
	char text[8192], *end = text, path[64];
	int i;

	(void)state;
	add(&end, "profile t {\n/*/sh ix,\n/bin/sh Px,\n");
	for (i = 0; i < 19; i++)
		add(&end, "/x/**/a%d/**/b%d r,\n", i, i);
	add(&end, "deny /x/**/b3 k,\n}\n");
	compile_ok(&compiled, text);
	assert_true(compiled.image.stats.dfas > 1);
	assert_true(compiled.image.stats.dfas <= NEST_FILE_DFAS_MAX);
	for (i = 0; i < 19; i++) {
		snprintf(path, sizeof(path), "/x/q/a%d/r/s/b%d", i, i);
		compiled_lookup(&compiled, "t", path, false, &perms);
		assert_true(perms.allow & NEST_FILE_READ);
		snprintf(path, sizeof(path), "/x/q/a%d/r/s/b%d", i, i + 1);
		compiled_lookup(&compiled, "t", path, false, &perms);
		assert_false(perms.allow & NEST_FILE_READ);
	}
	compiled_lookup(&compiled, "t", "/bin/sh", false, &perms);
	assert_int_equal(le32_to_cpu(compiled.policy.execs[perms.exec].mode),
			 NEST_EXEC_ATTACH);
	compiled_lookup(&compiled, "t", "/x/q/b3", false, &perms);
	assert_int_equal(perms.deny, NEST_FILE_LOCK);
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
		add(&end, "/x/*%d*/**/y%d r,\n", i, i);
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
		cmocka_unit_test(divided),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
