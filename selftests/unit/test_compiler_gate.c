// SPDX-License-Identifier: GPL-2.0-only
/* Rules for user namespaces and io_uring, asked through core. */
#include <stdio.h>
#include <string.h>

#include "compiler_helper.h"

#define ABI_4	"abi <abi/4.0>,\n"
#define ABI_3	"abi <abi/3.0>,\n"

static bool allows(const struct compiled *compiled,
		   enum nest_policy_class class, u32 request)
{
	u32 domain = compiled_domain(compiled, "t");
	struct nest_match match;

	if (!nest_mediates(&compiled->policy, domain, class))
		return true;
	nest_match_begin(&match, &compiled->policy, domain, class);
	return !nest_match_decide(&match, request).denied;
}

static const struct {
	const char *abi, *rules;
	bool userns, creds, sqpoll;
} cases[] = {
	{ "", "", true, true, true },
	{ ABI_3, "", true, true, true },
	{ ABI_4, "", false, false, false },
	{ ABI_4, "userns,", true, false, false },
	{ ABI_4, "userns create,", true, false, false },
	{ ABI_4, "allow userns (create),", true, false, false },
	{ ABI_4, "io_uring,", false, true, true },
	{ ABI_4, "io_uring sqpoll,", false, false, true },
	{ ABI_4, "io_uring override_creds,", false, true, false },
	{ ABI_4, "io_uring (sqpoll override_creds),", false, true, true },
	{ ABI_4, "io_uring (sqpoll, override_creds),", false, true, true },
	{ ABI_4, "all,", true, true, true },
	{ ABI_4, "all,\ndeny userns,", false, true, true },
	{ ABI_4, "all,\ndeny io_uring sqpoll,", true, true, false },
	{ "", "userns,\ndeny userns,", false, true, true },
	{ "", "io_uring sqpoll,", true, false, true },
	{ ABI_4, "file,", false, false, false },
};

static void test_rules(void **state)
{
	struct compiled compiled;
	char text[256];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(text, sizeof(text), "%sprofile t {\n%s\n}\n",
			 cases[i].abi, cases[i].rules);
		compile_ok(&compiled, text);
		if (allows(&compiled, NEST_RULES_USERNS, NEST_RULES_MAY) !=
		    cases[i].userns ||
		    allows(&compiled, NEST_RULES_IO_URING,
			   NEST_URING_OVERRIDE_CREDS) != cases[i].creds ||
		    allows(&compiled, NEST_RULES_IO_URING,
			   NEST_URING_SQPOLL) != cases[i].sqpoll)
			fail_msg("%s", text);
		compiled_free(&compiled);
	}
}

static struct nest_decision userns(const char *rules)
{
	struct nest_decision decision;
	struct compiled compiled;
	struct nest_match match;
	char text[256];

	snprintf(text, sizeof(text), "profile t {\n%s\n}\n", rules);
	compile_ok(&compiled, text);
	nest_match_begin(&match, &compiled.policy,
			 compiled_domain(&compiled, "t"), NEST_RULES_USERNS);
	decision = nest_match_decide(&match, NEST_RULES_MAY);
	compiled_free(&compiled);
	return decision;
}

static void test_reports(void **state)
{
	(void)state;
	assert_true(userns("audit userns,").report);
	assert_false(userns("userns,").report);
	assert_false(userns("deny userns,").report);
	assert_true(userns("audit deny userns,").report);
	assert_true(userns("audit deny userns,").denied);
}

/* Credentials in a ring have no domain. */
static void test_label(void **state)
{
	struct compiled compiled;

	(void)state;
	compile_ok(&compiled, "profile t {\nio_uring override_creds label=x,\n}\n");
	assert_non_null(strstr(compiled.messages,
			       "not enforced: io_uring (1)"));
	assert_false(allows(&compiled, NEST_RULES_IO_URING,
			    NEST_URING_OVERRIDE_CREDS) &&
		     nest_mediates(&compiled.policy, 0, NEST_RULES_IO_URING));
	compiled_free(&compiled);
}

static const struct refused_rule bad[] = {
	{ "userns delete,", "'delete' is nothing that a rule of the class userns" },
	{ "userns -> x,", "'->' is nothing" },
	{ "userns label=x,", "'label' is nothing" },
	{ "userns (create, x),", "'x' is nothing" },
	{ "io_uring create,", "'create' is nothing that a rule of the class io_uring" },
	{ "io_uring peer=x,", "'peer' is nothing" },
	{ "owner userns,", "owner and other go with file" },
	{ "deny io_uring label=x,", "error: credentials belong to no domain" },
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
		cmocka_unit_test(test_reports),
		cmocka_unit_test(test_label),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests_name("compiler: gates", tests, NULL,
					   NULL);
}
