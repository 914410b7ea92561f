// SPDX-License-Identifier: GPL-2.0-only
/* Rules for resource limits. */
#include <stdio.h>
#include <string.h>

#include "compiler_helper.h"

#define NONE	NEST_RLIMIT_INFINITY

static const struct {
	const char *rules;
	enum nest_policy_rlimit resource;
	u64 max;
} cases[] = {
	{ "set rlimit nofile <= 10,", NEST_RLIMIT_NOFILE, 10 },
	{ "set rlimit ofile <= 10,", NEST_RLIMIT_NOFILE, 10 },
	{ "set rlimit nofile <= 10,", NEST_RLIMIT_CPU, NONE },
	{ "set rlimit nproc <= 0,", NEST_RLIMIT_NPROC, 0 },
	{ "set rlimit nproc <= 0x10,", NEST_RLIMIT_NPROC, 16 },
	{ "set rlimit locks <= 3,", NEST_RLIMIT_LOCKS, 3 },
	{ "set rlimit sigpending <= 4,", NEST_RLIMIT_SIGPENDING, 4 },
	{ "set rlimit rtprio <= 5,", NEST_RLIMIT_RTPRIO, 5 },
	{ "set rlimit nofile <= infinity,", NEST_RLIMIT_NOFILE, NONE },

	{ "set rlimit fsize <= 7,", NEST_RLIMIT_FSIZE, 7 },
	{ "set rlimit data <= 7K,", NEST_RLIMIT_DATA, 7 << 10 },
	{ "set rlimit stack <= 7KB,", NEST_RLIMIT_STACK, 7 << 10 },
	{ "set rlimit core <= 7M,", NEST_RLIMIT_CORE, 7 << 20 },
	{ "set rlimit rss <= 7 MB,", NEST_RLIMIT_RSS, 7 << 20 },
	{ "set rlimit as <= 7G,", NEST_RLIMIT_AS, 7ULL << 30 },
	{ "set rlimit memlock <= 7 GB,", NEST_RLIMIT_MEMLOCK, 7ULL << 30 },
	{ "set rlimit msgqueue <= 7,", NEST_RLIMIT_MSGQUEUE, 7 },
	{ "set rlimit as <= infinity,", NEST_RLIMIT_AS, NONE },

	{ "set rlimit cpu <= 5,", NEST_RLIMIT_CPU, 5 },
	{ "set rlimit cpu <= 5s,", NEST_RLIMIT_CPU, 5 },
	{ "set rlimit cpu <= 5 seconds,", NEST_RLIMIT_CPU, 5 },
	{ "set rlimit cpu <= 5min,", NEST_RLIMIT_CPU, 300 },
	{ "set rlimit cpu <= 2 hours,", NEST_RLIMIT_CPU, 7200 },
	{ "set rlimit cpu <= 2 d,", NEST_RLIMIT_CPU, 172800 },
	{ "set rlimit cpu <= 1 week,", NEST_RLIMIT_CPU, 604800 },
	{ "set rlimit rttime <= 5,", NEST_RLIMIT_RTTIME, 5 },
	{ "set rlimit rttime <= 5us,", NEST_RLIMIT_RTTIME, 5 },
	{ "set rlimit rttime <= 5ms,", NEST_RLIMIT_RTTIME, 5000 },
	{ "set rlimit rttime <= 60s,", NEST_RLIMIT_RTTIME, 60000000 },
	{ "set rlimit rttime <= 1 minute,", NEST_RLIMIT_RTTIME, 60000000 },

	/* From 40 for -20 to 1 for 19. */
	{ "set rlimit nice <= -20,", NEST_RLIMIT_NICE, 40 },
	{ "set rlimit nice <= 0,", NEST_RLIMIT_NICE, 20 },
	{ "set rlimit nice <= 19,", NEST_RLIMIT_NICE, 1 },
	{ "set rlimit nice <= infinity,", NEST_RLIMIT_NICE, NONE },

	/* The last one counts. */
	{ "set rlimit nproc <= 1,\nset rlimit nproc <= 2,", NEST_RLIMIT_NPROC,
	  2 },
	{ "all,", NEST_RLIMIT_NPROC, NONE },
};

static void test_rules(void **state)
{
	struct compiled compiled;
	char text[256];
	u64 max;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(text, sizeof(text), "profile t {\n%s\n}\n",
			 cases[i].rules);
		compile_ok(&compiled, text);
		max = nest_rlimit_of(&compiled.policy, 0, cases[i].resource);
		if (max != cases[i].max || compiled.used)
			fail_msg("%s: %llu", cases[i].rules,
				 (unsigned long long)max);
		compiled_free(&compiled);
	}
}

/* Equal limits are stored once, and none not at all. */
static void test_shared(void **state)
{
	struct compiled compiled;
	const struct nest_policy_extent *extent;

	(void)state;
	compile_ok(&compiled,
		   "profile a {\nset rlimit nofile <= 1,\n}\n"
		   "profile b {\nset rlimit nofile <= 1,\n}\n"
		   "profile c {\n}\n");
	extent = &compiled.policy.header->section[NEST_SECTION_RLIMITS];
	assert_int_equal(le32toh(extent->count), 1);
	assert_false(nest_has_rlimits(&compiled.policy, 2));
	compiled_free(&compiled);
}

static const struct refused_rule bad[] = {
	{ "set,", "2:1: error: the rule is: set rlimit" },
	{ "set rlimit,", "the rule is: set rlimit" },
	{ "set rlimit nofile,", "the rule is: set rlimit" },
	{ "set rlimit nofile <=,", "the rule is: set rlimit" },
	{ "set rlimit nofile 10,", "the rule is: set rlimit" },
	{ "set rlimit nofile <= 1 2 3,", "the rule is: set rlimit" },
	{ "set nofile <= 1,", "the rule is: set rlimit" },
	{ "set rlimit nofiles <= 1,", "2:12: error: 'nofiles': this is no" },
	{ "set rlimit nofile <= x,", "2:22: error: 'x': the limit is a number," },
	{ "set rlimit nofile <= -1,", "'-1': the limit is a number" },
	{ "set rlimit nofile <= 1K,", "'1K': the limit is a number, or" },
	{ "set rlimit nofile <= 1 K,", "'K': the limit is a number, or" },
	{ "set rlimit as <= 1s,", "'1s': the limit is a number of bytes" },
	{ "set rlimit as <= 1k,", "'1k': the limit is a number of bytes" },
	{ "set rlimit as <= 1K B,", "'B': the number has a unit already" },
	{ "set rlimit as <= 99999999999G,", "the number is too large" },
	{ "set rlimit as <= 99999999999999999999,", "the number is too large" },
	{ "set rlimit as <= 18446744073709551615,", "the number is too large" },
	{ "set rlimit cpu <= 1ms,", "'1ms': the limit is a number of seconds" },
	{ "set rlimit rttime <= 1M,", "'1M': the limit is a number of micros" },
	{ "set rlimit nice <= 20,", "'20': the limit is a number from -20" },
	{ "set rlimit nice <= -21,", "'-21': the limit is a number from -20" },
	{ "set rlimit nice <= 1 s,", "'s': there is no unit here" },
	{ "set rlimit as <= infinity K,", "'K': there is no unit here" },
	{ "deny set rlimit as <= 1,", "2:1: error: nothing can stand before" },
	{ "audit set rlimit as <= 1,", "nothing can stand before set" },
};

static void test_bad(void **state)
{
	(void)state;
	compile_refused(bad, ARRAY_SIZE(bad));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests_name("compiler: limits of resources",
					   tests, NULL, NULL);
}
