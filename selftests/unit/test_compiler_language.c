// SPDX-License-Identifier: GPL-2.0-only
/* Constructs of the language that are about more than one rule. */
#include "compiler_helper.h"

static const char *const empty_texts[] = {
	"", "# nothing\n", "@{x} = y\n", "include if exists <nowhere>\n",
};

/* Debian ships such a file: it is no error, and confines nothing. */
static void no_profile(void **state)
{
	struct nest_compile_options strict = {
		.as_errors = 1U << NEST_DIAG_NO_PROFILE,
	};
	struct compiled compiled;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(empty_texts); i++) {
		compile_ok(&compiled, empty_texts[i]);
		assert_int_equal(compiled.image.stats.profiles, 0);
		assert_int_equal(le32_to_cpu(compiled.policy.header->default_domain),
				 NEST_NONE);
		assert_int_equal(le32_to_cpu(compiled.policy.header->attach_dfa),
				 NEST_NONE);
		assert_non_null(strstr(compiled.messages,
				       "0:0: warning: there is no profile"));
		compiled_free(&compiled);
	}
	compile_with(&compiled, "", &strict);
	assert_int_equal(compiled.err, -EINVAL);
}

/* The message bus would mediate dbus, not a kernel. */
static void dbus_is_skipped(void **state)
{
	struct compiled compiled;

	(void)state;
	compile_ok(&compiled,
		   "profile t {\ndbus,\ndeny dbus (send) bus=session,\n}\n");
	assert_non_null(strstr(compiled.messages, "not enforced: dbus (2)"));
	compiled_free(&compiled);
}

static bool readable(const struct compiled *compiled, const char *path)
{
	struct nest_perms perms;

	compiled_lookup(compiled, "t", path, false, &perms);
	return perms.allow & NEST_FILE_READ;
}

#define BOOLEANS	"$A = true\n${B}=FALSE # no\n@{X} = y\n"

struct condition_case {
	const char *rules;
	const char *yes;	/* paths that can be read, and others */
	const char *no;
};

static const struct condition_case condition_cases[] = {
	{ "if ${A} { /a r, } else { /b r, }", "/a", "/b" },
	{ "if $B { /a r, } else { /b r, }", "/b", "/a" },
	{ "if not ${A} { /a r, }\n/b r,", "/b", "/a" },
	{ "if ${B} { /a r, } else if ${A} { /b r, } else { /c r, }", "/b",
	  "/a" },
	{ "if ${B} { /a r, } else if ${A} { /b r, } else { /c r, }", "/b",
	  "/c" },
	{ "if ${B} { /a r, } else if not ${A} { /b r, } else { /c r, }", "/c",
	  "/b" },
	{ "if defined @{X} { /a r, }", "/a", "/b" },
	{ "if defined @{Y} { /a r, } else { /b r, }", "/b", "/a" },
	{ "if not defined @{Y} { /a r, }", "/a", "/b" },
	{ "if defined ${B} { /a r, }", "/a", "/b" },
	{ "if defined ${C} { /a r, } else { /b r, }", "/b", "/a" },
	/* What is left out may be wrong in ways found after parsing. */
	{ "if ${B} { @{undefined} r, profile x { /b ? r, } }\n/a r,", "/a",
	  "/b" },
	{ "if ${A} { if ${B} { /b r, } else { owner { /c r, } /a r, } }",
	  "/a", "/b" },
	{ "if ${B} { if ${A} { /b r, } else { /b r, } }\n/a r,", "/a",
	  "/b" },
};

static void conditions(void **state)
{
	struct compiled compiled;
	char text[512];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(condition_cases); i++) {
		const struct condition_case *c = &condition_cases[i];

		snprintf(text, sizeof(text), BOOLEANS "profile t {\n%s\n}\n",
			 c->rules);
		compile_ok(&compiled, text);
		assert_int_equal(compiled.image.stats.profiles, 1);
		if (!readable(&compiled, c->yes) || readable(&compiled, c->no))
			fail_msg("%s", c->rules);
		compiled_free(&compiled);
	}
}

static void aliases(void **state)
{
	struct compiled compiled;

	(void)state;
	compile_ok(&compiled,
		   "alias /usr/ -> /opt/usr/,\nalias /opt/ -> /mnt//,\n"
		   "@{U} = /usr\nprofile t /usr/bin/t {\n"
		   "@{U}/lib/* r,\n/usrx r,\n/opt/{a,b} r,\n}\n");
	assert_true(readable(&compiled, "/usr/lib/a"));
	assert_true(readable(&compiled, "/opt/usr/lib/a"));
	assert_true(readable(&compiled, "/usrx"));
	assert_false(readable(&compiled, "/opt/usrx"));
	assert_true(readable(&compiled, "/mnt/b"));
	/* One alias does not apply to what another made. */
	assert_false(readable(&compiled, "/mnt/usr/lib/a"));
	assert_int_equal(compiled_attach(&compiled,
					 compiled.policy.header->attach_dfa,
					 "/opt/usr/bin/t"), 0);
	compiled_free(&compiled);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_profile),
		cmocka_unit_test(dbus_is_skipped),
		cmocka_unit_test(conditions),
		cmocka_unit_test(aliases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
