// SPDX-License-Identifier: GPL-2.0-only
/* Rules for message queues, asked through core. */
#include <stdio.h>
#include <string.h>

#include "compiler_helper.h"

#define ALL	NEST_MQUEUE_PERMS
#define RW	(NEST_MQUEUE_READ | NEST_MQUEUE_WRITE)

static u32 allowed(const struct compiled *compiled, u8 type, const char *name)
{
	struct nest_perms perms;
	struct nest_match match;

	nest_match_begin(&match, &compiled->policy,
			 compiled_domain(compiled, "t"), NEST_RULES_MQUEUE);
	nest_match_bytes(&match, &type, 1);
	nest_match_text(&match, name);
	nest_match_perms(&match, &perms);
	return perms.allow;
}

static const struct {
	const char *rules;
	const char *name;
	u32 posix;
	const char *key;
	u32 sysv;
} cases[] = {
	{ "", "/q", 0, "1", 0 },
	{ "mqueue,", "/q", ALL, "1", ALL },
	{ "all,", "/q", ALL, "1", ALL },
	{ "mqueue type=posix,", "/q", ALL, "1", 0 },
	{ "mqueue type=sysv,", "/q", 0, "1", ALL },
	{ "mqueue r,", "/q", NEST_MQUEUE_READ, "1", NEST_MQUEUE_READ },
	{ "mqueue rw /q,", "/q", RW, "1", 0 },
	{ "mqueue (read, write) /q,", "/q", RW, "1", 0 },
	{ "mqueue (create open) 1,", "/q", 0, "1",
	  NEST_MQUEUE_CREATE | NEST_MQUEUE_OPEN },
	{ "mqueue delete type=posix /q,", "/q", NEST_MQUEUE_DELETE, "1", 0 },
	{ "mqueue getattr type=sysv 1,", "/q", 0, "1", NEST_MQUEUE_GETATTR },
	{ "mqueue setattr 2,", "/q", 0, "1", 0 },
	{ "mqueue 0x10,", "/q", 0, "16", ALL },
	{ "mqueue /[ab]*,", "/axy", ALL, "1", 0 },
	{ "mqueue /[ab]*,", "/cxy", 0, "1", 0 },
	{ "mqueue /q,", "/qq", 0, "1", 0 },
	{ "mqueue @{V},", "/v2", ALL, "1", 0 },
	{ "mqueue,\ndeny mqueue w,", "/q", ALL & ~NEST_MQUEUE_WRITE, "1",
	  ALL & ~NEST_MQUEUE_WRITE },
	{ "mqueue,\ndeny mqueue /q,", "/q", 0, "1", ALL },
	{ "mqueue,\ndeny mqueue getattr type=sysv,", "/q", ALL, "1",
	  ALL & ~NEST_MQUEUE_GETATTR },
};

static void test_rules(void **state)
{
	struct compiled compiled;
	char text[256];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(text, sizeof(text),
			 "@{V} = /v1 /v2\nprofile t {\n%s\n}\n",
			 cases[i].rules);
		compile_ok(&compiled, text);
		if (allowed(&compiled, NEST_MQUEUE_POSIX, cases[i].name) !=
		    cases[i].posix ||
		    allowed(&compiled, NEST_MQUEUE_SYSV, cases[i].key) !=
		    cases[i].sysv || compiled.used)
			fail_msg("%zu: %s", i, cases[i].rules);
		compiled_free(&compiled);
	}
}

static bool mediates(const char *text)
{
	struct compiled compiled;
	bool result;

	compile_ok(&compiled, text);
	result = nest_mediates(&compiled.policy, 0, NEST_RULES_MQUEUE);
	compiled_free(&compiled);
	return result;
}

static void test_mediates(void **state)
{
	(void)state;
	assert_false(mediates("profile t {\n/a r,\n}\n"));
	assert_false(mediates("abi <abi/3.0>,\nprofile t {\n/a r,\n}\n"));
	assert_true(mediates("abi <abi/4.0>,\nprofile t {\n/a r,\n}\n"));
	assert_true(mediates("profile t {\nmqueue r /a,\n}\n"));
	assert_true(mediates("profile t {\ndeny mqueue,\n}\n"));
}

/* A rule that names a domain says nothing of a queue here. */
static void test_label(void **state)
{
	struct compiled compiled;

	(void)state;
	compile_ok(&compiled, "profile t {\nmqueue r label=x /q,\n}\n");
	assert_non_null(strstr(compiled.messages, "not enforced: mqueue (1)"));
	assert_int_equal(allowed(&compiled, NEST_MQUEUE_POSIX, "/q"), 0);
	compiled_free(&compiled);
}

static const struct refused_rule bad[] = {
	{ "mqueue foo,", "'foo' is nothing that a rule of the class mqueue" },
	{ "mqueue (r, foo),", "'foo' is nothing" },
	{ "mqueue peer=x,", "'peer' is nothing" },
	{ "mqueue -> /x,", "'->' is nothing" },
	{ "mqueue type=x,", "2:13: error: 'x': the type of a queue is" },
	{ "mqueue type=(posix sysv),", "the type of a queue is" },
	{ "mqueue /a /b,", "2:11: error: '/b': a rule has one name" },
	{ "mqueue type=sysv /a,", "queues of posix have names" },
	{ "mqueue type=posix 1,", "queues of posix have names" },
	{ "mqueue type=posix type=sysv,", "queues of posix have names" },
	{ "mqueue 4294967296,", "'4294967296': a key is a number" },
	{ "mqueue 1x,", "'1x': a key is a number" },
	{ "mqueue /a{,", "error: this '{' is not closed" },
	{ "owner mqueue,", "owner and other go with file" },
	{ "deny mqueue label=x,", "error: queues belong to no domain" },
	{ "deny mqueue getattr,", "error: the kernel does not ask before" },
	{ "deny mqueue (setattr read) /a,", "the kernel does not ask before" },
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
		cmocka_unit_test(test_mediates),
		cmocka_unit_test(test_label),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests_name("compiler: message queues", tests,
					   NULL, NULL);
}
