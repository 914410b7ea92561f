/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A test of core is written for cmocka. In the kernel KUnit runs it, by way of
 * this header: each program is a suite, with the tests as parameters of its one
 * case.
 */
#ifndef NEST_CORE_TEST_H
#define NEST_CORE_TEST_H

#include "unit_env.h"

#ifdef __KERNEL__

/**
 * struct CMUnitTest - a test
 * @name: of the function
 * @run: the function
 * @setup: makes the state, or NULL
 * @teardown: frees it, or NULL
 */
struct CMUnitTest {
	const char *name;
	void (*run)(void **state);
	int (*setup)(void **state);
	int (*teardown)(void **state);
};

#define cmocka_unit_test(test)	{ #test, test, NULL, NULL }
#define cmocka_unit_test_setup_teardown(test, setup, teardown)	\
	{ #test, test, setup, teardown }

/* The file and line of an assertion go along in the message. */
#define UNIT_WHERE		"%s:%d", __FILE__, __LINE__
#define unit_compare(how, ...)	\
	KUNIT_ASSERT_##how(kunit_get_current_test(), __VA_ARGS__, UNIT_WHERE)

#define assert_int_equal(a, b)	unit_compare(EQ_MSG, (u64)(a), (u64)(b))
#define assert_in_range(a, from, to) do {				\
	unit_compare(GE_MSG, (u64)(a), (u64)(from));			\
	unit_compare(LE_MSG, (u64)(a), (u64)(to));			\
} while (0)
#define assert_true(a)		unit_compare(TRUE_MSG, !!(a))
#define assert_false(a)		unit_compare(FALSE_MSG, !!(a))
#define assert_non_null(p)	unit_compare(TRUE_MSG, !!(p))
#define assert_string_equal(a, b)	unit_compare(STREQ_MSG, a, b)
#define assert_memory_equal(a, b, size)	unit_compare(MEMEQ_MSG, a, b, size)
#define fail_msg(...)	\
	KUNIT_FAIL_AND_ABORT(kunit_get_current_test(), __VA_ARGS__)

void core_test_run(struct kunit *test);

#define CORE_TEST_GROUP(group, tests)					\
static const void *next_test(const void *prev, char *name)		\
{									\
	const struct CMUnitTest *next = prev ? prev : tests;		\
									\
	next += !!prev;							\
	if (next == tests + ARRAY_SIZE(tests))				\
		return NULL;						\
	strscpy(name, next->name, KUNIT_PARAM_DESC_SIZE);		\
	return next;							\
}									\
									\
static struct kunit_case cases[] = {					\
	KUNIT_CASE_PARAM(core_test_run, next_test),			\
	{ }								\
};									\
									\
static struct kunit_suite suite = {					\
	.name = "nest_core_" group,					\
	.test_cases = cases,						\
};									\
kunit_test_suite(suite)

#else

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define CORE_TEST_GROUP(group, tests)					\
int main(void)								\
{									\
	return cmocka_run_group_tests_name("core: " group, tests,	\
					   NULL, NULL);			\
}

#endif

#endif
