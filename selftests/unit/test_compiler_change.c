// SPDX-License-Identifier: GPL-2.0-only
/* Rules for changes of the domain and for links, asked through core. */
#include <stdio.h>
#include <string.h>

#include "compiler_helper.h"

#define NOW	NEST_CHANGE_PROFILE
#define ONEXEC	NEST_CHANGE_ONEXEC
#define UNSAFE	NEST_CHANGE_UNSAFE
#define PAIR	NEST_LINK_PAIR
#define SUBSET	(NEST_LINK_PAIR | NEST_LINK_SUBSET)

static void compile_rules(struct compiled *compiled, const char *rules)
{
	char text[2048];

	snprintf(text, sizeof(text),
		 "@{V} = v1 v2\n@{P} = /p/\nprofile t {\n%s\n}\n", rules);
	compile_ok(compiled, text);
}

static struct nest_decision ask(const struct compiled *compiled,
				const char *name, const char *exec,
				u32 request)
{
	struct nest_match match;

	nest_match_begin(&match, &compiled->policy,
			 compiled_domain(compiled, "t"),
			 NEST_RULES_CHANGE_PROFILE);
	nest_match_text(&match, name);
	if (exec)
		nest_match_text(&match, exec);
	return nest_match_decide(&match, request);
}

/* What is allowed of all three. */
static const struct {
	const char *rules;
	const char *name;
	const char *exec;
	u32 allowed;
} cases[] = {
	{ "", "x", NULL, 0 },
	{ "change_profile,", "x", NULL, NOW | ONEXEC },
	{ "change_profile,", "/a/b//c", "/bin/x", ONEXEC },
	{ "change_profile,", "unconfined", "/", 0 },
	{ "all,", "x", NULL, NOW | ONEXEC },
	{ "change_profile -> x,", "x", NULL, NOW | ONEXEC },
	{ "change_profile -> x,", "xy", NULL, 0 },
	{ "change_profile -> x,", "x", "/bin/any", ONEXEC },
	{ "change_profile -> x,", "", NULL, 0 },
	{ "change_profile -> x*,", "xy", NULL, NOW | ONEXEC },
	{ "change_profile -> x*,", "x/y", NULL, 0 },
	{ "change_profile -> x**,", "x/y//z", NULL, NOW | ONEXEC },
	/* No wildcard goes on into the next field. */
	{ "change_profile -> x**,", "x", "/bin/y", ONEXEC },
	{ "change_profile -> [^y],", "x", "/bin/y", ONEXEC },
	{ "change_profile /bin/y -> **,", "x", "/bin/z", 0 },
	{ "change_profile /bin/* -> x,", "x", "/bin/", 0 },
	{ "change_profile -> {x,y},", "y", NULL, NOW | ONEXEC },
	{ "change_profile -> @{V},", "v2", NULL, NOW | ONEXEC },
	{ "change_profile -> \"a b\",", "a b", NULL, NOW | ONEXEC },
	{ "change_profile /bin/y -> x,", "x", NULL, NOW | ONEXEC },
	{ "change_profile /bin/y -> x,", "x", "/bin/y", ONEXEC },
	{ "change_profile /bin/y -> x,", "x", "/bin/z", 0 },
	{ "change_profile /bin/y -> x,", "z", "/bin/y", 0 },
	{ "change_profile @{P}/y -> x,", "x", "/p/y", ONEXEC },
	{ "change_profile /bin/y,", "anything", "/bin/y", ONEXEC },
	{ "change_profile safe /bin/y -> x,", "x", "/bin/y", ONEXEC },
	{ "change_profile unsafe /bin/y -> x,", "x", "/bin/y",
	  ONEXEC | UNSAFE },
	{ "change_profile unsafe /bin/y -> x,", "x", NULL, NOW | ONEXEC },
	{ "change_profile,\ndeny change_profile -> x,", "x", NULL, 0 },
	{ "change_profile,\ndeny change_profile -> x,", "x", "/bin/y", 0 },
	{ "change_profile,\naudit deny change_profile -> x,", "x", NULL, 0 },
	{ "change_profile,\ndeny change_profile -> x,", "y", NULL,
	  NOW | ONEXEC },
	{ "change_profile -> :ns:x,", "x", NULL, 0 },
	{ "change_profile -> :ns:x,", ":ns:x", NULL, 0 },
};

static void test_rules(void **state)
{
	struct compiled compiled;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct nest_decision d;
		u32 allowed;

		compile_rules(&compiled, cases[i].rules);
		d = ask(&compiled, cases[i].name, cases[i].exec,
			NOW | ONEXEC | UNSAFE);
		allowed = (NOW | ONEXEC | UNSAFE) & ~d.denied;
		if (allowed != cases[i].allowed)
			fail_msg("%s: '%s' '%s': allows %x", cases[i].rules,
				 cases[i].name, cases[i].exec, allowed);
		compiled_free(&compiled);
	}
}

static void test_reports(void **state)
{
	struct compiled compiled;

	(void)state;
	compile_rules(&compiled,
		      "change_profile,\naudit change_profile -> loud,\n"
		      "deny change_profile -> quiet,\n"
		      "audit deny change_profile -> shouted,");
	assert_false(ask(&compiled, "x", NULL, NOW).report);
	assert_true(ask(&compiled, "loud", NULL, NOW).report);
	assert_false(ask(&compiled, "quiet", NULL, NOW).report);
	assert_true(ask(&compiled, "quiet", NULL, NOW).denied);
	assert_true(ask(&compiled, "shouted", NULL, NOW).report);
	compiled_free(&compiled);
}

static const struct refused_rule bad[] = {
	{ "change_profile x,", "2:16: error: the rule is: change_profile" },
	{ "change_profile /a /b -> x,", "2:19: error: the rule is:" },
	{ "change_profile ->,", "2:16: error: one name of a profile" },
	{ "change_profile -> x y,", "2:19: error: one name of a profile" },
	{ "change_profile -> &x,", "2:19: error: stacks of profiles" },
	{ "change_profile unsafe -> x,", "2:16: error: unsafe needs" },
	{ "change_profile safe unsafe /a -> x,", "2:21: error: the rule is:" },
	{ "change_profile /a unsafe -> x,", "2:19: error: the rule is:" },
	{ "change_profile peer=x,", "error: the rule is:" },
	{ "owner change_profile,", "error: owner and other go with file" },
	{ "change_profile -> {x,", "error: this '{' is not closed" },
};

static void test_bad(void **state)
{
	(void)state;
	compile_refused(bad, ARRAY_SIZE(bad));
}

static void test_hats(void **state)
{
	struct compiled compiled;

	(void)state;
	compile_ok(&compiled,
		   "profile a {\n/a r,\nhat x { /b r, }\n}\n"
		   "hat a//y { /c r, }\n");
	assert_int_not_equal(compiled_domain(&compiled, "a//x"), NEST_NONE);
	assert_int_not_equal(compiled_domain(&compiled, "a//y"), NEST_NONE);
	compiled_free(&compiled);
	compile_text(&compiled, "hat b//y { /c r, }\n");
	assert_non_null(strstr(compiled.messages,
			       "the hat b//y belongs to no profile"));
	compiled_free(&compiled);
}

/* What rules for both names say; @owner: NEST_LINK_*. */
static const struct {
	const char *rules;
	u8 owner;
	const char *name, *target;
	u32 allow, deny;
} links[] = {
	{ "link /a -> /b,", NEST_LINK_OTHER, "/a", "/b", PAIR, 0 },
	{ "link /a -> /b,", NEST_LINK_OWNER, "/a", "/b", PAIR, 0 },
	{ "link /a -> /b,", NEST_LINK_OTHER, "/b", "/a", 0, 0 },
	{ "link subset /a -> /b,", NEST_LINK_OTHER, "/a", "/b", SUBSET, 0 },
	{ "link /a/* -> /b/**,", NEST_LINK_OTHER, "/a/x", "/b/y/z", PAIR, 0 },
	{ "link /a/* -> /b/**,", NEST_LINK_OTHER, "/a/", "/b/y", 0, 0 },
	{ "link /a/* -> /b/**,", NEST_LINK_OTHER, "/a/x", "/b/", 0, 0 },
	{ "link @{P}/{a,b} -> @{P}@{V},", NEST_LINK_OTHER, "/p/a", "/p/v2", PAIR,
	  0 },
	{ "owner link /a -> /b,", NEST_LINK_OTHER, "/a", "/b", 0, 0 },
	{ "owner link /a -> /b,", NEST_LINK_OWNER, "/a", "/b", PAIR, 0 },
	{ "other link /a -> /b,", NEST_LINK_OTHER, "/a", "/b", PAIR, 0 },
	{ "other link /a -> /b,", NEST_LINK_OWNER, "/a", "/b", 0, 0 },
	{ "/a rl -> /b,", NEST_LINK_OTHER, "/a", "/b", PAIR, 0 },
	{ "link subset /a -> /**,\ndeny link /a -> /b,", NEST_LINK_OTHER,
	  "/a", "/b", NEST_LINK_SUBSET, PAIR },
	{ "link subset /a -> /**,\ndeny link /a -> /b,", NEST_LINK_OTHER,
	  "/a", "/c", SUBSET, 0 },
};

static void test_links(void **state)
{
	struct compiled compiled;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(links); i++) {
		struct nest_match match;
		struct nest_perms perms;

		compile_rules(&compiled, links[i].rules);
		nest_match_begin(&match, &compiled.policy,
				 compiled_domain(&compiled, "t"),
				 NEST_RULES_LINK);
		nest_match_bytes(&match, &links[i].owner, 1);
		nest_match_text(&match, links[i].name);
		nest_match_text(&match, links[i].target);
		nest_match_perms(&match, &perms);
		if (perms.allow != links[i].allow ||
		    perms.deny != links[i].deny)
			fail_msg("%s: %s -> %s: %x %x", links[i].rules,
				 links[i].name, links[i].target, perms.allow,
				 perms.deny);
		compiled_free(&compiled);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_reports),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_hats),
		cmocka_unit_test(test_links),
	};

	return cmocka_run_group_tests_name("compiler: changes, links", tests, NULL,
					   NULL);
}
