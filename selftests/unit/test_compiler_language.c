// SPDX-License-Identifier: GPL-2.0-only
/* Constructs of the language that are about more than one rule. */
#include <linux/capability.h>

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

static void check_exec(const struct compiled *compiled, const char *domain,
		       const char *path, u32 mode, u32 flags)
{
	const struct nest_policy_exec *exec;
	struct nest_perms perms;

	compiled_lookup(compiled, domain, path, false, &perms);
	assert_true(perms.allow & NEST_FILE_EXEC);
	assert_int_not_equal(perms.exec, NEST_NONE);
	exec = &compiled->policy.execs[perms.exec];
	assert_int_equal(le32_to_cpu(exec->mode), mode);
	assert_int_equal(le32_to_cpu(exec->flags), flags);
}

static void flag_for_all(void **state)
{
	struct nest_perms perms;
	struct compiled compiled;
	u32 peer;

	(void)state;
	compile_ok(&compiled,
		   "profile t flags=(default_allow) {\n"
		   "deny /etc/shadow rw,\n/bin/* px,\ndeny capability bpf,\n"
		   "deny signal peer=x,\ndeny network netlink,\n}\n");
	assert_int_equal(compiled.used, 0);
	compiled_lookup(&compiled, "t", "/etc/shadow", false, &perms);
	assert_int_equal(perms.allow & (NEST_FILE_READ | NEST_FILE_LINK),
			 NEST_FILE_LINK);
	assert_true(readable(&compiled, "/etc/passwd"));
	assert_true(readable(&compiled, "/"));
	check_exec(&compiled, "t", "/usr/bin/a", NEST_EXEC_INHERIT, 0);
	check_exec(&compiled, "t", "/bin/a", NEST_EXEC_ATTACH, 0);
	assert_false(nest_decide_capable(&compiled.policy, 0, 0).denied);
	assert_true(nest_decide_capable(&compiled.policy, 0, CAP_BPF).denied);
	peer = nest_peer_lookup(&compiled.policy, 0, "x");
	assert_true(nest_decide_signal(&compiled.policy, peer, 0, 1).denied);
	peer = nest_peer_lookup(&compiled.policy, 0, "y");
	assert_false(nest_decide_signal(&compiled.policy, peer, 0, 1).denied);
	compiled_free(&compiled);
}

static void flag_for_none(void **state)
{
	struct compiled compiled;

	(void)state;
	compile_ok(&compiled,
		   "abi <abi/3.0>,\nprofile t flags=(unconfined) {\n"
		   "deny /** rwlkmx,\nuserns,\n}\n");
	assert_int_equal(compiled.used, 0);
	assert_true(readable(&compiled, "/a/b"));
	check_exec(&compiled, "t", "/a", NEST_EXEC_ATTACH,
		   NEST_EXEC_ELSE_INHERIT);
	compiled_free(&compiled);
}

static void audit_flag(void **state)
{
	struct nest_decision decision;
	struct nest_perms perms;
	struct compiled compiled;
	u32 peer;

	(void)state;
	compile_ok(&compiled,
		   "profile t flags=(audit) {\n/a r,\ndeny /a w,\n"
		   "capability kill,\nsignal,\nptrace,\n}\n");
	compiled_lookup(&compiled, "t", "/a", false, &perms);
	assert_int_equal(perms.audit, NEST_FILE_READ | NEST_FILE_GETATTR |
				      NEST_FILE_W);
	assert_true(nest_decide_capable(&compiled.policy, 0, CAP_KILL).report);
	peer = nest_peer_lookup(&compiled.policy, 0, "x");
	decision = nest_decide_signal(&compiled.policy, peer, 0, 1);
	assert_true(!decision.denied && decision.report);
	decision = nest_decide_ptrace(&compiled.policy, peer,
				      NEST_PTRACE_READ);
	assert_true(!decision.denied && decision.report);
	compiled_free(&compiled);
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

/* The table that "nestctl check --features" prints says the truth. */
static void features(void **state)
{
	const struct nest_feature *feature;
	enum nest_feature_state is;
	struct compiled compiled;
	size_t count, i;

	(void)state;
	feature = nest_features(&count);
	assert_true(count > 40);
	for (i = 0; i < count; i++, feature++) {
		compile_text(&compiled, feature->example);
		if (compiled.err)
			is = NEST_FEATURE_REFUSED;
		else if (strstr(compiled.messages, "[rule-not-enforced]"))
			is = NEST_FEATURE_SKIPPED;
		else
			is = NEST_FEATURE_ENFORCED;
		if (is != feature->state)
			fail_msg("%s: %s, not %s: %s", feature->construct,
				 nest_feature_state_name(is),
				 nest_feature_state_name(feature->state),
				 compiled.messages);
		if (is == NEST_FEATURE_ENFORCED && compiled.used)
			fail_msg("%s: %s", feature->construct,
				 compiled.messages);
		/* Refused for what it is, not for a mistake in the example. */
		assert_null(strstr(compiled.messages, "[syntax]"));
		compiled_free(&compiled);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_profile),
		cmocka_unit_test(dbus_is_skipped),
		cmocka_unit_test(flag_for_all),
		cmocka_unit_test(flag_for_none),
		cmocka_unit_test(audit_flag),
		cmocka_unit_test(conditions),
		cmocka_unit_test(aliases),
		cmocka_unit_test(features),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
