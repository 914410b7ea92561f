// SPDX-License-Identifier: GPL-2.0-only
/* Priorities of rules, asked through core. */
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>

#include "compiler_helper.h"

static void compile_rules(struct compiled *compiled, const char *flags,
			  const char *rules)
{
	char text[2048];

	snprintf(text, sizeof(text),
		 "abi <abi/4.0>,\nprofile t %s {\n%s\n}\n", flags, rules);
	compile_ok(compiled, text);
}

#define R	NEST_FILE_READ
#define W	NEST_FILE_W
#define K	NEST_FILE_LOCK
#define L	NEST_FILE_LINK
#define ALWAYS	NEST_FILE_GETATTR

/* What is allowed and reported of a file that the task owns, or does not. */
static const struct {
	const char *rules;
	const char *path;
	bool owner;
	u32 allow, audit;
} files[] = {
	{ "priority=1 /a r,", "/a", false, R, 0 },
	{ "deny /a r,\n/a r,", "/a", false, 0, 0 },
	{ "deny /a r,\npriority=1 /a r,", "/a", false, R, 0 },
	{ "priority=1 /a r,\ndeny /a r,", "/a", false, R, 0 },
	{ "priority=1 deny /a r,\n/a r,", "/a", false, 0, 0 },
	{ "priority=1 deny /a r,\npriority=1 /a r,", "/a", false, 0, 0 },
	{ "priority=-1 deny /** r,\n/a r,", "/a", false, R, 0 },
	{ "priority=-1 deny /** r,\n/a r,", "/b", false, 0, 0 },
	{ "priority=-1000 deny /a r,\npriority = -999 /a r,", "/a", false, R,
	  0 },
	{ "priority=+1000 deny /a r,\npriority=999 /a r,", "/a", false, 0, 0 },
	{ "priority=1 deny /a r,\npriority=2 /a r,\npriority=3 deny /a r,",
	  "/a", false, 0, 0 },
	/* By permission: what the higher ones do not mention stays. */
	{ "/** r,\npriority=1 deny /** w,", "/a", false, R, 0 },
	{ "priority=1 /*c w,\n/a* r,\npriority=-1 /*b* k,", "/abc", false,
	  R | W | K, 0 },
	{ "deny /a rw,\npriority=1 /a r,", "/a", false, R, 0 },
	{ "deny /a w,\npriority=1 /a a,", "/a", false, NEST_FILE_APPEND, 0 },
	{ "priority=1 deny /a l,\n/a rl,", "/a", false, R, 0 },
	/* The rules that decide are those that say what is reported. */
	{ "audit /a r,\npriority=1 /a r,", "/a", false, R, 0 },
	{ "/a r,\npriority=1 audit /a r,", "/a", false, R, R },
	{ "audit deny /a r,\npriority=1 deny /a r,", "/a", false, 0, 0 },
	{ "deny /a r,\npriority=1 audit deny /a r,", "/a", false, 0, R },
	/* Owners. */
	{ "/a r,\npriority=1 deny owner /a r,", "/a", false, R, 0 },
	{ "/a r,\npriority=1 deny owner /a r,", "/a", true, 0, 0 },
	{ "deny /a r,\npriority=1 owner /a r,", "/a", true, R, 0 },
	{ "deny /a r,\npriority=1 owner /a r,", "/a", false, 0, 0 },
	{ "deny /{**,} rw,\npriority=1 file,", "/a", true,
	  NEST_FILE_PERMS & ~ALWAYS, 0 },
	{ "deny /a rw,\npriority=1 all,", "/a", true,
	  NEST_FILE_PERMS & ~ALWAYS, 0 },
	{ "audit {\n/a k,\npriority=1 /a r,\n}\ndeny /a r,", "/a", true, R | K,
	  R | K },
};

static void test_files(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		struct compiled compiled;
		struct nest_perms perms;

		compile_rules(&compiled, "", files[i].rules);
		compiled_lookup(&compiled, "t", files[i].path, files[i].owner,
				&perms);
		if (perms.allow != (files[i].allow | ALWAYS) ||
		    perms.audit != files[i].audit)
			fail_msg("case %zu: %s: %#x %#x", i, files[i].rules,
				 perms.allow, perms.audit);
		compiled_free(&compiled);
	}
}

#define NOTHING	NEST_EXEC_MODES

static const struct {
	const char *rules;
	u32 mode;
} execs[] = {
	{ "/x px,\npriority=1 /x ix,", NEST_EXEC_INHERIT },
	{ "priority=1 /x ux,\n/x ix,", NEST_EXEC_UNCONFINED },
	/* A glob with a priority wins over an exact path without. */
	{ "/x px,\npriority=1 /* ux,", NEST_EXEC_UNCONFINED },
	{ "priority=1 /x px,\npriority=1 /* ux,", NEST_EXEC_ATTACH },
	{ "deny /x x,\npriority=1 /x cx,", NEST_EXEC_CHILD },
	{ "priority=1 deny /x x,\n/x cx,", NOTHING },
	{ "priority=2 deny /* x,\n/x cx,\npriority=1 /x ix,", NOTHING },
	/* What other rules say does not touch it. */
	{ "/x px,\npriority=1 /x r,\npriority=2 deny /x w,", NEST_EXEC_ATTACH },
};

static void test_execs(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(execs); i++) {
		struct compiled compiled;
		struct nest_perms perms;
		u32 mode = NOTHING;

		compile_rules(&compiled, "", execs[i].rules);
		compiled_lookup(&compiled, "t", "/x", false, &perms);
		if (perms.exec != NEST_NONE)
			mode = le32_to_cpu(compiled.policy.execs[perms.exec].mode);
		assert_int_equal(mode != NOTHING,
				 !!(perms.allow & NEST_FILE_EXEC));
		if (mode != execs[i].mode)
			fail_msg("%s: %u", execs[i].rules, mode);
		compiled_free(&compiled);
	}
}

/* A flag stands for rules below all others. */
static void test_flags(void **state)
{
	struct compiled compiled;
	struct nest_perms perms;

	(void)state;
	compile_rules(&compiled, "flags=(default_allow)",
		      "priority=-1000 deny /a w,\npriority=-9 /a px,");
	compiled_lookup(&compiled, "t", "/a", false, &perms);
	assert_int_equal(perms.allow, NEST_FILE_PERMS & ~W);
	assert_int_equal(le32_to_cpu(compiled.policy.execs[perms.exec].mode),
			 NEST_EXEC_ATTACH);
	compiled_free(&compiled);

	compile_rules(&compiled, "flags=(audit)",
		      "deny /a w,\npriority=1 /a r,");
	compiled_lookup(&compiled, "t", "/a", false, &perms);
	assert_int_equal(perms.allow, R | ALWAYS);
	assert_int_equal(perms.audit, R | W | ALWAYS);
	compiled_free(&compiled);
}

static void test_capabilities(void **state)
{
	struct compiled compiled;
	const struct nest_policy *p = &compiled.policy;

	(void)state;
	compile_rules(&compiled, "",
		      "priority=1 capability chown,\ndeny capability,\n"
		      "priority=2 audit capability kill,\n"
		      "priority=1 deny capability kill,");
	assert_int_equal(nest_decide_capable(p, 0, CAP_CHOWN).denied, 0);
	assert_int_equal(nest_decide_capable(p, 0, CAP_KILL).denied, 0);
	assert_true(nest_decide_capable(p, 0, CAP_KILL).report);
	assert_int_not_equal(nest_decide_capable(p, 0, CAP_BPF).denied, 0);
	assert_false(nest_decide_capable(p, 0, CAP_BPF).report);
	compiled_free(&compiled);
}

static u32 socket_denied(const struct compiled *compiled, u32 family, u32 type)
{
	return nest_decide_socket(&compiled->policy, 0, family, type).denied;
}

static void test_networks(void **state)
{
	struct compiled compiled;

	(void)state;
	compile_rules(&compiled, "",
		      "deny network,\npriority=1 network inet stream,\n"
		      "priority=2 deny network inet6,\npriority=1 network udp,");
	assert_false(socket_denied(&compiled, AF_INET, SOCK_STREAM));
	assert_false(socket_denied(&compiled, AF_INET, SOCK_DGRAM));
	assert_true(socket_denied(&compiled, AF_INET, SOCK_RAW));
	assert_true(socket_denied(&compiled, AF_INET6, SOCK_DGRAM));
	assert_true(socket_denied(&compiled, AF_NETLINK, SOCK_RAW));
	compiled_free(&compiled);
}

static u32 unix_allowed(const struct compiled *compiled, const char *own)
{
	const u8 type = SOCK_STREAM;
	struct nest_match match;
	struct nest_perms perms;

	nest_match_begin(&match, &compiled->policy, 0, NEST_RULES_UNIX);
	nest_match_bytes(&match, &type, 1);
	nest_match_text(&match, own);
	nest_match_perms(&match, &perms);
	return perms.allow & (NEST_SOCK_BIND | NEST_SOCK_LISTEN);
}

static void test_ends(void **state)
{
	struct compiled compiled;

	(void)state;
	compile_rules(&compiled, "",
		      "unix,\npriority=1 deny unix bind,\n"
		      "priority=2 unix bind addr=@a*,");
	assert_int_equal(unix_allowed(&compiled, "@ab"),
			 NEST_SOCK_BIND | NEST_SOCK_LISTEN);
	assert_int_equal(unix_allowed(&compiled, "@b"), NEST_SOCK_LISTEN);
	compiled_free(&compiled);
}

static u32 signal_denied(const struct compiled *compiled, const char *peer,
			 u32 number)
{
	const struct nest_policy *policy = &compiled->policy;

	return nest_decide_signal(policy, nest_peer_lookup(policy, 0, peer),
				  NEST_SIGNAL_SEND, number).denied;
}

static u32 trace_denied(const struct compiled *compiled, const char *peer,
			u32 request)
{
	const struct nest_policy *policy = &compiled->policy;

	return nest_decide_ptrace(policy, nest_peer_lookup(policy, 0, peer),
				  request).denied;
}

static void test_peers(void **state)
{
	struct compiled compiled;

	(void)state;
	compile_rules(&compiled, "",
		      "deny signal,\npriority=1 signal send set=hup peer=x*,\n"
		      "priority=2 deny signal peer=xy,\n"
		      "ptrace,\npriority=1 deny ptrace trace,\n"
		      "priority=2 ptrace peer=x,");
	assert_false(signal_denied(&compiled, "x", SIGHUP));
	assert_true(signal_denied(&compiled, "x", SIGTERM));
	assert_true(signal_denied(&compiled, "xy", SIGHUP));
	assert_true(signal_denied(&compiled, "y", SIGHUP));
	assert_true(trace_denied(&compiled, "y", NEST_PTRACE_TRACE));
	assert_false(trace_denied(&compiled, "y", NEST_PTRACE_READ));
	assert_false(trace_denied(&compiled, "x", NEST_PTRACE_TRACE));
	compiled_free(&compiled);
}

static u32 change_allowed(const char *rules)
{
	struct compiled compiled;
	struct nest_match match;
	struct nest_perms perms;

	compile_rules(&compiled, "", rules);
	nest_match_begin(&match, &compiled.policy, 0,
			 NEST_RULES_CHANGE_PROFILE);
	nest_match_text(&match, "x");
	nest_match_text(&match, "/bin/y");
	nest_match_perms(&match, &perms);
	compiled_free(&compiled);
	return perms.allow;
}

/* The rule that decides about the change says whether it is a secure one. */
static void test_changes(void **state)
{
	(void)state;
	assert_int_equal(change_allowed("change_profile unsafe /bin/y -> x,"),
			 NEST_CHANGE_ONEXEC | NEST_CHANGE_UNSAFE);
	assert_int_equal(change_allowed("change_profile unsafe /bin/y -> x,\n"
					"priority=1 change_profile /bin/* -> x,"),
			 NEST_CHANGE_ONEXEC);
	assert_int_equal(change_allowed("deny change_profile,\n"
					"priority=1 change_profile -> x,"),
			 NEST_CHANGE_ONEXEC);
	assert_int_equal(change_allowed("change_profile,\n"
					"priority=1 deny change_profile,"), 0);
}

#define MANY	"????????????????????"

/*
 * Patterns that take two DFAs, whose results the kernel unites: it could not
 * tell what was said with which priority.
 */
static void test_division(void **state)
{
	static const char plain[] =
		"profile t {\n/x/**C" MANY "/y r,\n/z/" MANY "C** r,\n}\n";
	static const char mixed[] =
		"profile t {\n/x/**C" MANY "/y r,\n"
		"priority=1 deny /z/" MANY "C** r,\n}\n";
	static const char equal[] =
		"profile t {\npriority=1 /x/**C" MANY "/y r,\n"
		"priority=1 deny /z/" MANY "C** r,\n}\n";
	struct compiled compiled;

	(void)state;
	compile_ok(&compiled, plain);
	assert_int_equal(le32_to_cpu(compiled.policy.domains[0].n_file_dfas),
			 2);
	compiled_free(&compiled);
	compile_ok(&compiled, equal);
	compiled_free(&compiled);
	compile_text(&compiled, mixed);
	assert_int_equal(compiled.err, -E2BIG);
	assert_non_null(strstr(compiled.messages, "too many states"));
	compiled_free(&compiled);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_execs),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_capabilities),
		cmocka_unit_test(test_networks),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_peers),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_division),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
