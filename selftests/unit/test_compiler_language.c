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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_profile),
		cmocka_unit_test(dbus_is_skipped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
