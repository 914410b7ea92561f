// SPDX-License-Identifier: GPL-2.0-only
/* Rules for signals and tracing, asked through core. */
#include <signal.h>

#include "compiler_helper.h"

static void compile_rules(struct compiled *compiled, const char *rules)
{
	char text[2048];

	snprintf(text, sizeof(text), "@{V} = v1 v2\nprofile t {\n%s\n}\n",
		 rules);
	compile_ok(compiled, text);
}

static struct nest_decision decide_signal(const struct compiled *compiled,
					  const char *peer, u32 access,
					  u32 number)
{
	u32 domain = compiled_domain(compiled, "t");

	assert_true(nest_mediates_peers(&compiled->policy, domain));
	return nest_decide_signal(&compiled->policy,
				  nest_peer_lookup(&compiled->policy, domain,
						   peer), access, number);
}

static struct nest_decision decide_ptrace(const struct compiled *compiled,
					  const char *peer, u32 request)
{
	u32 domain = compiled_domain(compiled, "t");

	assert_true(nest_mediates_peers(&compiled->policy, domain));
	return nest_decide_ptrace(&compiled->policy,
				  nest_peer_lookup(&compiled->policy, domain,
						   peer), request);
}

struct signal_case {
	const char *rules;
	const char *peer;
	u32 access;
	u32 number;
	bool allowed;
	bool reported;
};

#define SEND	NEST_SIGNAL_SEND
#define RECEIVE	NEST_SIGNAL_RECEIVE

static const struct signal_case signal_cases[] = {
	{ "", "t", SEND, SIGTERM, false, true },
	{ "signal,", "x", SEND, SIGTERM, true, false },
	{ "signal,", "/a/b//c", RECEIVE, 64, true, false },
	{ "signal,", "unconfined", RECEIVE, 0, true, false },
	{ "all,", "/x//y", SEND, SIGKILL, true, false },
	{ "signal send,", "x", SEND, SIGTERM, true, false },
	{ "signal send,", "x", RECEIVE, SIGTERM, false, true },
	{ "signal (receive),", "x", RECEIVE, SIGTERM, true, false },
	{ "signal r,", "x", SEND, SIGTERM, false, true },
	{ "signal rw,", "x", SEND, SIGTERM, true, false },
	{ "signal set=(hup, term),", "x", SEND, SIGTERM, true, false },
	{ "signal set=(hup, term),", "x", SEND, SIGINT, false, true },
	{ "signal set=hup set=int,", "x", SEND, SIGINT, true, false },
	{ "signal set=exists,", "x", SEND, 0, true, false },
	{ "signal set=exists,", "x", SEND, SIGHUP, false, true },
	{ "signal set=stp,", "x", SEND, SIGTSTP, true, false },
	{ "signal set=sys,", "x", SEND, SIGSYS, true, false },
	{ "signal set=emt,", "x", SEND, 0, false, true },
	{ "signal set=rtmin+0,", "x", SEND, 32, true, false },
	{ "signal set=rtmin+9,", "x", SEND, 41, true, false },
	{ "signal set=rtmin+9,", "x", SEND, 42, false, true },
	{ "signal set=(rtmin+31 rtmin+32),", "x", SEND, 64, true, false },
	{ "signal,\ndeny signal set=rtmin+32,", "x", SEND, 64, false, false },
	{ "signal peer=x,", "x", SEND, SIGTERM, true, false },
	{ "signal peer=x,", "xy", SEND, SIGTERM, false, true },
	{ "signal peer=(x),", "x", SEND, SIGTERM, true, false },
	{ "signal peer=\"x\",", "x", SEND, SIGTERM, true, false },
	{ "signal peer={x,y}z,", "yz", SEND, SIGTERM, true, false },
	{ "signal peer=/usr/*,", "/usr/a", SEND, SIGTERM, true, false },
	{ "signal peer=/usr/*,", "/usr/a/b", SEND, SIGTERM, false, true },
	{ "signal peer=/usr/**,", "/usr/a/b", SEND, SIGTERM, true, false },
	{ "signal peer=@{profile_name},", "t", SEND, SIGTERM, true, false },
	{ "signal peer=@{profile_name}//c,", "t//c", SEND, SIGTERM, true,
	  false },
	{ "signal peer=@{profile_name}//c,", "t/c", SEND, SIGTERM, false,
	  true },
	{ "signal peer=@{V}a,", "v2a", SEND, SIGTERM, true, false },
	{ "signal,\ndeny signal peer=x,", "x", SEND, SIGTERM, false, false },
	{ "signal,\ndeny signal peer=x,", "y", SEND, SIGTERM, true, false },
	{ "deny signal peer=x,\nsignal,", "x", SEND, SIGTERM, false, false },
	{ "signal,\naudit deny signal peer=x,", "x", SEND, SIGTERM, false,
	  true },
	{ "audit signal send,", "x", SEND, SIGTERM, true, true },
	{ "audit signal send,", "x", RECEIVE, SIGTERM, false, true },
	{ "signal set=hup peer=x,\nsignal set=int peer=*,", "x", SEND, SIGINT,
	  true, false },
	{ "signal set=hup peer=x,\nsignal set=int peer=*,", "y", SEND, SIGHUP,
	  false, true },
};

static void signals(void **state)
{
	struct nest_decision decision;
	struct compiled compiled;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(signal_cases); i++) {
		const struct signal_case *c = &signal_cases[i];

		compile_rules(&compiled, c->rules);
		assert_int_equal(compiled.used, 0);
		decision = decide_signal(&compiled, c->peer, c->access,
					 c->number);
		if (!decision.denied != c->allowed ||
		    decision.report != c->reported)
			fail_msg("case %zu: %s: %u %u", i, c->rules,
				 decision.denied, decision.report);
		compiled_free(&compiled);
	}
}

struct ptrace_case {
	const char *rules;
	const char *peer;
	u32 allowed;
};

#define TRACE		NEST_PTRACE_TRACE
#define READ		NEST_PTRACE_READ
#define TRACEDBY	NEST_PTRACE_TRACEDBY
#define READBY		NEST_PTRACE_READBY

static const struct ptrace_case ptrace_cases[] = {
	{ "", "t", 0 },
	{ "signal,", "t", 0 },
	{ "ptrace,", "x", NEST_PTRACE_PERMS },
	{ "all,", "/x", NEST_PTRACE_PERMS },
	{ "ptrace peer=x,", "y", 0 },
	{ "ptrace trace,", "x", TRACE },
	{ "ptrace (read),", "x", READ },
	{ "ptrace (readby, tracedby),", "x", READBY | TRACEDBY },
	{ "ptrace rw,", "x", READ | TRACE },
	{ "ptrace r,", "x", READ },
	{ "ptrace w,", "x", TRACE },
	{ "ptrace,\ndeny ptrace trace peer=x*,", "xy",
	  READ | READBY | TRACEDBY },
	{ "ptrace read peer=@{profile_name},", "t", READ },
	{ "ptrace read peer=@{profile_name},", "unconfined", 0 },
};

static void tracing(void **state)
{
	struct compiled compiled;
	size_t i;
	u32 bit;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(ptrace_cases); i++) {
		const struct ptrace_case *c = &ptrace_cases[i];

		compile_rules(&compiled, c->rules);
		for (bit = 1; bit < NEST_PTRACE_PERMS; bit <<= 1)
			if (!decide_ptrace(&compiled, c->peer, bit).denied !=
			    !!(c->allowed & bit))
				fail_msg("case %zu: %s: %u", i, c->rules, bit);
		compiled_free(&compiled);
	}
}

/* As with the features that Debian's apparmor pins. */
static void without_abi(void **state)
{
	struct compiled compiled;

	(void)state;
	compile_rules(&compiled, "/a r,");
	assert_true(decide_signal(&compiled, "t", SEND, SIGTERM).denied);
	assert_true(decide_signal(&compiled, "t", RECEIVE, 0).denied);
	assert_true(decide_ptrace(&compiled, "t", READ).denied);
	assert_true(decide_ptrace(&compiled, "x", TRACEDBY).denied);
	compiled_free(&compiled);

	compile_rules(&compiled, "ptrace read peer=x,\nsignal peer=y,");
	assert_true(decide_signal(&compiled, "x", SEND, SIGTERM).denied);
	assert_false(decide_signal(&compiled, "y", SEND, SIGTERM).denied);
	assert_false(decide_ptrace(&compiled, "x", READ).denied);
	assert_true(decide_ptrace(&compiled, "t", READ).denied);
	compiled_free(&compiled);
}

/* The name of a profile is no pattern. */
static void names_with_wildcards(void **state)
{
	struct compiled compiled;
	u32 domain, peer;

	(void)state;
	compile_ok(&compiled, "profile \"t*\" {\nptrace peer=@{profile_name},\n}\n");
	domain = compiled_domain(&compiled, "t*");
	peer = nest_peer_lookup(&compiled.policy, domain, "t*");
	assert_false(nest_decide_ptrace(&compiled.policy, peer, TRACE).denied);
	peer = nest_peer_lookup(&compiled.policy, domain, "tx");
	assert_true(nest_decide_ptrace(&compiled.policy, peer, TRACE).denied);
	compiled_free(&compiled);
}

/* Equal automata are stored once, but for those that belong together. */
static void sharing(void **state)
{
	const struct nest_policy_domain *domains;
	struct compiled compiled;

	(void)state;
	compile_ok(&compiled,
		   "profile a {\n/x r,\nsignal peer=q,\nptrace,\n}\n"
		   "profile b {\n/x r,\nsignal peer=q,\nptrace,\n}\n"
		   "profile c {\n/y r,\nsignal peer=p,\nptrace,\n}\n");
	domains = compiled.policy.domains;
	assert_int_equal(compiled.image.stats.dfas, 4);
	assert_int_equal(domains[0].file_dfa, domains[1].file_dfa);
	assert_int_equal(domains[0].peer_dfa, domains[1].peer_dfa);
	assert_int_not_equal(domains[0].file_dfa, domains[2].file_dfa);
	assert_int_not_equal(domains[0].peer_dfa, domains[2].peer_dfa);
	compiled_free(&compiled);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signals),
		cmocka_unit_test(tracing),
		cmocka_unit_test(without_abi),
		cmocka_unit_test(names_with_wildcards),
		cmocka_unit_test(sharing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
