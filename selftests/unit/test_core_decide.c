// SPDX-License-Identifier: GPL-2.0-only
/* What a checked image decides. */
#include "core_test.h"
#include "core.h"
#include "perms.h"
#include "image_sample.h"

#define N(array)	(sizeof(array) / sizeof((array)[0]))
#define R		NEST_FILE_READ
#define W		NEST_FILE_WRITE
#define X		NEST_FILE_EXEC
#define L		NEST_FILE_LINK
#define PAIR		NEST_LINK_PAIR
#define SUBSET		(PAIR | NEST_LINK_SUBSET)
#define NOBODY		"/nothing"

static const struct nest_policy_limits limits = { 1 << 20, 64, 1 << 16 };

struct fixture {
	struct nest_policy policy;
	u8 *image;
};

static void open_image(struct fixture *f, struct image *img)
{
	struct nest_policy_error error = { 0, "" };
	size_t size;

	f->image = image_finish(img, &size);
	if (nest_policy_unpack(&f->policy, f->image, size, &limits, &error))
		fail_msg("byte %u: %s", error.offset, error.reason);
	image_free(img);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct image img;

	if (!f)
		return -1;
	image_sample(&img);
	open_image(f, &img);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	free(f->image);
	free(f);
	return 0;
}

static struct nest_perms lookup(struct fixture *f, u32 domain,
				const char *name, bool owner)
{
	struct nest_perms perms;

	nest_perms_lookup(&perms, &f->policy, domain, name, strlen(name),
			  owner);
	return perms;
}

static void test_names(void **state)
{
	static const char *const names[SAMPLE_DOMAINS] = {
		[SAMPLE_DEFAULT] = "default",
		[SAMPLE_SVC] = "svc",
		[SAMPLE_SVC_CHILD] = "svc//child",
		[SAMPLE_WEB] = "web",
	};
	struct fixture *f = *state;

	for (u32 i = 0; i < SAMPLE_DOMAINS; i++) {
		assert_string_equal(nest_policy_domain_name(&f->policy, i),
				    names[i]);
		assert_int_equal(nest_policy_find_domain(&f->policy, names[i]),
				 i);
	}
	assert_int_equal(nest_policy_find_domain(&f->policy, ""), NEST_NONE);
	assert_int_equal(nest_policy_find_domain(&f->policy, "sv"), NEST_NONE);
	assert_int_equal(nest_policy_find_domain(&f->policy, "zz"), NEST_NONE);
}

/* Without a matching rule nothing but getattr is allowed. */
static void test_perms_default(void **state)
{
	struct fixture *f = *state;
	struct nest_perms perms = lookup(f, SAMPLE_SVC, NOBODY, false);
	struct nest_decision d;

	assert_int_equal(perms.allow, NEST_FILE_GETATTR);
	assert_int_equal(perms.exec, NEST_NONE);
	d = nest_decide_file(&perms, NEST_FILE_GETATTR);
	assert_int_equal(d.denied, 0);
	assert_false(d.report);
	for (u32 bit = 1; bit & NEST_FILE_PERMS; bit <<= 1) {
		if (bit == NEST_FILE_GETATTR)
			continue;
		d = nest_decide_file(&perms, bit);
		assert_int_equal(d.denied, bit);
		assert_true(d.report);
	}
}

static void test_perms_of_no_rules(void **state)
{
	struct fixture *f = *state;
	struct nest_perms perms = lookup(f, SAMPLE_SVC_CHILD, "/srv/x", true);

	assert_int_equal(perms.allow, NEST_FILE_GETATTR);
}

/* One DFA allows, the other denies: the denial wins, in any order. */
static void test_perms_deny_wins(void **state)
{
	struct fixture *f = *state;
	struct nest_perms perms = lookup(f, SAMPLE_SVC, "/srv/x", false);
	struct nest_decision d;

	assert_int_equal(nest_decide_file(&perms, R | W).denied, 0);
	perms = lookup(f, SAMPLE_SVC, "/srv/private/key", false);
	d = nest_decide_file(&perms, R | W);
	assert_int_equal(d.denied, R);
	assert_false(d.report);
	assert_int_equal(nest_decide_file(&perms, W).denied, 0);
	/* something else is denied too: no longer a quiet denial */
	assert_true(nest_decide_file(&perms, R | NEST_FILE_LOCK).report);
}

static void test_perms_deny_exec(void **state)
{
	struct fixture *f = *state;
	struct nest_perms perms;

	perms = lookup(f, SAMPLE_SVC, "/usr/bin/web", false);
	assert_int_equal(nest_decide_file(&perms, X).denied, 0);
	assert_int_equal(perms.exec, SAMPLE_PIX);
	perms = lookup(f, SAMPLE_SVC, "/usr/bin/child", false);
	assert_int_equal(nest_decide_file(&perms, X).denied, X);
	assert_int_equal(perms.exec, NEST_NONE);
}

/* A denial of one DFA wins over the allow of a later one, too. */
static void test_perms_add_order(void **state)
{
	struct image img;
	struct fixture f;
	u32 allow, deny;

	(void)state;
	image_init(&img);
	allow = image_add_perm(&img, R | W, 0, NEST_NONE);
	deny = image_add_perm(&img, 0, W, NEST_NONE);
	open_image(&f, &img);
	for (int order = 0; order < 2; order++) {
		struct nest_perms perms;

		nest_perms_init(&perms);
		nest_perms_add(&perms, &f.policy, order ? deny : allow, false);
		nest_perms_add(&perms, &f.policy, 0, false);
		nest_perms_add(&perms, &f.policy, order ? allow : deny, false);
		nest_perms_end(&perms);
		assert_int_equal(perms.allow, R | NEST_FILE_GETATTR);
		assert_int_equal(perms.deny, W);
	}
	free(f.image);
}

/* Several automata together allow what each of them allows. */
static void test_perms_union(void **state)
{
	struct image_rule rule = { "/x", 0 };
	struct nest_perms perms;
	struct image img;
	struct fixture f;

	(void)state;
	image_init(&img);
	image_add_domain(&img, "d");
	image_add_exec(&img, NEST_EXEC_INHERIT, 0, NEST_NONE);
	image_add_exec(&img, NEST_EXEC_UNCONFINED, 0, NEST_NONE);
	for (u32 i = 0; i < NEST_FILE_DFAS_MAX; i++) {
		rule.accept = image_add_perm(&img, 1U << i, 0,
					     i ? NEST_NONE : 1);
		image_add_dfa(&img, i % 2, &rule, 1);
	}
	image_domain(&img, 0)->file_dfa = cpu_to_le32(0);
	image_domain(&img, 0)->n_file_dfas = cpu_to_le32(NEST_FILE_DFAS_MAX);
	open_image(&f, &img);
	perms = lookup(&f, 0, "/x", false);
	assert_int_equal(perms.allow, (1U << NEST_FILE_DFAS_MAX) - 1);
	assert_int_equal(perms.exec, 1);
	free(f.image);
}

/* Of two that give a transition the first decides. */
static void test_perms_first_exec(void **state)
{
	struct nest_perms perms;
	struct image img;
	struct fixture f;
	u32 first, second;

	(void)state;
	image_init(&img);
	image_add_exec(&img, NEST_EXEC_INHERIT, 0, NEST_NONE);
	image_add_exec(&img, NEST_EXEC_UNCONFINED, 0, NEST_NONE);
	first = image_add_perm(&img, X, 0, 1);
	second = image_add_perm(&img, X, 0, 0);
	open_image(&f, &img);
	nest_perms_init(&perms);
	nest_perms_add(&perms, &f.policy, first, true);
	nest_perms_add(&perms, &f.policy, second, true);
	nest_perms_end(&perms);
	assert_int_equal(perms.exec, 1);
	free(f.image);
}

static void test_perms_owner(void **state)
{
	struct fixture *f = *state;
	struct nest_perms perms;

	perms = lookup(f, SAMPLE_SVC, "/home/me", true);
	assert_int_equal(nest_decide_file(&perms, R).denied, 0);
	perms = lookup(f, SAMPLE_SVC, "/home/me", false);
	assert_int_equal(nest_decide_file(&perms, R).denied, R);
}

static void test_perms_audit(void **state)
{
	struct fixture *f = *state;
	struct nest_perms perms;

	perms = lookup(f, SAMPLE_SVC, "/etc/passwd", true);
	assert_true(nest_decide_file(&perms, R).report);
	assert_int_equal(nest_decide_file(&perms, R).denied, 0);
	perms = lookup(f, SAMPLE_SVC, "/etc/passwd", false);
	assert_false(nest_decide_file(&perms, R).report);
}

/* A denial that is audited is not quiet; another one beside it is. */
static void test_perms_audited_denial(void **state)
{
	struct nest_perms perms = {
		.deny = R | W, .audit = R, .exec = NEST_NONE,
	};
	struct nest_decision d;

	(void)state;
	d = nest_decide_file(&perms, R);
	assert_int_equal(d.denied, R);
	assert_true(d.report);
	d = nest_decide_file(&perms, W);
	assert_int_equal(d.denied, W);
	assert_false(d.report);
	assert_true(nest_decide_file(&perms, R | W).report);
}

/* Permissions with one field of the owner's set to @value. */
static struct nest_perms owner_field(size_t field, u32 value, bool owner,
				     bool *asks)
{
	struct nest_perms perms;
	struct image img;
	struct fixture f;
	u32 accept;

	image_init(&img);
	image_add_exec(&img, NEST_EXEC_INHERIT, 0, NEST_NONE);
	image_add_exec(&img, NEST_EXEC_UNCONFINED, 0, NEST_NONE);
	accept = image_add_perm(&img, R | X, 0, 0);
	((__le32 *)((u8 *)image_perm(&img, 0) + field))[NEST_PERM_OWNER] =
		cpu_to_le32(value);
	open_image(&f, &img);
	nest_perms_init(&perms);
	nest_perms_add(&perms, &f.policy, accept, owner);
	nest_perms_end(&perms);
	*asks = nest_perm_asks_owner(&f.policy, accept);
	free(f.image);
	return perms;
}

#define FIELD(name)	offsetof(struct nest_policy_perm, name)

/* Each field has a value of its own for the owner, and that is noticed. */
static void test_perms_owner_fields(void **state)
{
	static const struct nest_perms other = {
		R | X | NEST_FILE_GETATTR, 0, 0, 0
	};
	static const struct {
		size_t field;
		u32 value;
		struct nest_perms owner;
	} cases[] = {
		{ FIELD(allow), X, { X | NEST_FILE_GETATTR, 0, 0, 0 } },
		{ FIELD(deny), R, { X | NEST_FILE_GETATTR, R, 0, 0 } },
		{ FIELD(audit), R, { R | X | NEST_FILE_GETATTR, 0, R, 0 } },
		{ FIELD(exec), 1, { R | X | NEST_FILE_GETATTR, 0, 0, 1 } },
	};
	bool asks;

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct nest_perms perms;

		perms = owner_field(cases[i].field, cases[i].value, true,
				    &asks);
		assert_memory_equal(&perms, &cases[i].owner, sizeof(perms));
		assert_true(asks);
		perms = owner_field(cases[i].field, cases[i].value, false,
				    &asks);
		assert_memory_equal(&perms, &other, sizeof(perms));
	}
	owner_field(FIELD(deny), 0, true, &asks);
	assert_false(asks);
}

/* getattr is allowed even where it is denied by name. */
static void test_perms_getattr(void **state)
{
	struct nest_perms perms;
	struct image img;
	struct fixture f;
	u32 deny;

	(void)state;
	image_init(&img);
	deny = image_add_perm(&img, 0, NEST_FILE_PERMS, NEST_NONE);
	open_image(&f, &img);
	nest_perms_init(&perms);
	nest_perms_add(&perms, &f.policy, deny, false);
	nest_perms_end(&perms);
	assert_int_equal(perms.allow, NEST_FILE_GETATTR);
	free(f.image);
}

static void test_link(void **state)
{
	static const struct {
		struct nest_perms link, target;
		u32 denied;
		u32 pair_allow, pair_deny;
	} cases[] = {
		/* the new name does not allow links */
		{ { R, 0, 0, NEST_NONE }, { R, 0, 0, NEST_NONE }, L, 0, 0 },
		{ { L, 0, 0, NEST_NONE }, { 0, 0, 0, NEST_NONE }, 0, 0, 0 },
		{ { L | R, 0, 0, NEST_NONE }, { R, 0, 0, NEST_NONE }, 0, 0, 0 },
		{ { L | R, 0, 0, NEST_NONE }, { R | W, 0, 0, NEST_NONE },
		  0, 0, 0 },
		/* it would allow more than the old one */
		{ { L | R | W, 0, 0, NEST_NONE }, { R, 0, 0, NEST_NONE },
		  W, 0, 0 },
		{ { L | R, 0, 0, NEST_NONE }, { 0, 0, 0, NEST_NONE }, R, 0, 0 },
		{ { L | X, 0, 0, 1 }, { X, 0, 0, 1 }, 0, 0, 0 },
		/* it would lead into another domain */
		{ { L | X, 0, 0, 1 }, { X, 0, 0, 2 }, X, 0, 0 },
		{ { L | X, 0, 0, 1 }, { R, 0, 0, NEST_NONE }, X, 0, 0 },
		/* l of the old name is not asked for */
		{ { L, 0, 0, NEST_NONE }, { L, 0, 0, NEST_NONE }, 0, 0, 0 },
		/* the pair allows it, whatever the names do */
		{ { R, 0, 0, NEST_NONE }, { R, 0, 0, NEST_NONE }, 0, PAIR, 0 },
		{ { R | W, 0, 0, NEST_NONE }, { R, 0, 0, NEST_NONE },
		  0, PAIR, 0 },
		/* as a subset only */
		{ { R, 0, 0, NEST_NONE }, { R, 0, 0, NEST_NONE },
		  0, SUBSET, 0 },
		{ { R | W, 0, 0, NEST_NONE }, { R, 0, 0, NEST_NONE },
		  W, SUBSET, 0 },
		{ { L | W, 0, 0, NEST_NONE }, { R, 0, 0, NEST_NONE },
		  W, PAIR, 0 },
		/* or denies it */
		{ { L, 0, 0, NEST_NONE }, { 0, 0, 0, NEST_NONE }, L, 0, PAIR },
		{ { 0, L, 0, NEST_NONE }, { 0, 0, 0, NEST_NONE }, L, PAIR, 0 },
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct nest_perms link = cases[i].link;
		struct nest_perms pair = { .exec = NEST_NONE };
		struct nest_decision d;

		pair.allow = cases[i].pair_allow;
		pair.deny = cases[i].pair_deny;
		d = nest_decide_link(&link, &cases[i].target, &pair);
		if (d.denied != cases[i].denied)
			fail_msg("case %zu: %#x", i, d.denied);
		assert_int_equal(d.report,
				 d.denied && !pair.deny && !link.deny);
	}
}

/* allowed, denied by name over an allow, audited denial, neither, no such */
static void test_capable(void **state)
{
	static const struct {
		u32 cap;
		bool denied, report;
	} cases[] = {
		{ 0, false, false }, { 5, true, false }, { 7, true, true },
		{ 1, true, true }, { 63, true, true }, { 64, true, true },
		{ 0xffffffff, true, true },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < N(cases); i++) {
		struct nest_decision d;

		d = nest_decide_capable(&f->policy, SAMPLE_SVC, cases[i].cap);
		assert_int_equal(!!d.denied, cases[i].denied);
		assert_int_equal(d.report, cases[i].report);
	}
	assert_int_equal(nest_decide_capable(&f->policy, SAMPLE_WEB, 0).denied,
			 1);
}

static void test_socket(void **state)
{
	static const struct {
		u32 family, type;
		bool denied, report;
	} cases[] = {
		{ 2, 1, false, false },	/* allowed */
		{ 2, 2, false, true },	/* allowed, audited */
		{ 2, 3, true, true },	/* allowed, denied aloud */
		{ 1, 1, true, false },	/* denied quietly */
		{ 1, 2, true, true },	/* no rule */
		{ 10, 1, true, true },
		{ NEST_FAMILIES, 1, true, true },
		{ 0xffffffff, 1, true, true },
		{ 2, 16, true, true }, { 2, 33, true, true },
		{ 2, 0xffffffff, true, true },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < N(cases); i++) {
		struct nest_decision d;

		d = nest_decide_socket(&f->policy, SAMPLE_SVC, cases[i].family,
				       cases[i].type);
		assert_int_equal(!!d.denied, cases[i].denied);
		assert_int_equal(d.report, cases[i].report);
	}
	assert_int_equal(nest_decide_socket(&f->policy, SAMPLE_WEB, 2,
					    1).denied, 1);
}

static void test_peers(void **state)
{
	struct fixture *f = *state;
	const struct nest_policy *p = &f->policy;

	assert_true(nest_mediates_peers(p, SAMPLE_SVC));
	assert_false(nest_mediates_peers(p, SAMPLE_WEB));
	assert_int_equal(nest_peer_lookup(p, SAMPLE_SVC, "web"), 1);
	assert_int_equal(nest_peer_lookup(p, SAMPLE_SVC, "svc//child"), 2);
	assert_int_equal(nest_peer_lookup(p, SAMPLE_SVC, "we"), 0);
	assert_int_equal(nest_peer_lookup(p, SAMPLE_SVC, "webs"), 0);
	assert_int_equal(nest_peer_lookup(p, SAMPLE_SVC, "unconfined"), 0);
}

static void test_signals(void **state)
{
	static const struct {
		u32 peer, access, signal;
		bool denied, report;
	} cases[] = {
		{ 1, NEST_SIGNAL_SEND, SIGTERM, false, true },
		{ 1, NEST_SIGNAL_SEND, SIGKILL, true, false },
		{ 1, NEST_SIGNAL_SEND, SIGHUP, true, true },
		{ 1, NEST_SIGNAL_SEND, 0, true, true },
		{ 1, NEST_SIGNAL_RECEIVE, SIGTERM, true, true },
		{ 1, NEST_SIGNAL_RECEIVE, 63, false, false },
		{ 1, NEST_SIGNAL_RECEIVE, 64, false, false },
		{ 2, NEST_SIGNAL_SEND, SIGTERM, true, true },
		{ 0, NEST_SIGNAL_SEND, SIGTERM, true, true },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < N(cases); i++) {
		struct nest_decision d;

		d = nest_decide_signal(&f->policy, cases[i].peer,
				       cases[i].access, cases[i].signal);
		if (!!d.denied != cases[i].denied ||
		    d.report != cases[i].report)
			fail_msg("case %zu", i);
	}
}

static void test_ptrace(void **state)
{
	struct fixture *f = *state;
	const struct nest_policy *p = &f->policy;
	struct nest_decision d;

	d = nest_decide_ptrace(p, 1, NEST_PTRACE_READ);
	assert_true(!d.denied && d.report);
	d = nest_decide_ptrace(p, 1, NEST_PTRACE_TRACE);
	assert_true(d.denied && !d.report);
	d = nest_decide_ptrace(p, 1, NEST_PTRACE_TRACEDBY);
	assert_true(d.denied && d.report);
	for (u32 bit = 1; bit & NEST_PTRACE_PERMS; bit <<= 1) {
		assert_false(nest_decide_ptrace(p, 2, bit).denied);
		assert_true(nest_decide_ptrace(p, 0, bit).denied);
	}
}

#define FREE	NEST_EXEC_TO_UNCONFINED
#define NOTHING	NEST_EXEC_TO_NOTHING

static struct nest_decision pivot(struct fixture *f, u32 domain,
				  const char *to, const char *from, u32 request)
{
	struct nest_match match;

	nest_match_begin(&match, &f->policy, domain, NEST_RULES_PIVOT_ROOT);
	nest_match_text(&match, to);
	nest_match_text(&match, from);
	return nest_match_decide(&match, request);
}

static void test_classes(void **state)
{
	const struct {
		u32 domain;
		const char *to;
		const char *from;
		u32 denied;
		bool report;
	} cases[] = {
		{ SAMPLE_SVC, "/new", "/old", 2, false },
		{ SAMPLE_SVC, "/new", "/srv/x", 2, false },
		{ SAMPLE_SVC, "/new/", "/old", 3, true },
		{ SAMPLE_SVC, "/new", "/other", 3, true },
		{ SAMPLE_SVC, "/new|", "/old", 3, true },
		{ SAMPLE_WEB, "/new", "/old", 3, true },
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct nest_decision d = pivot(*state, cases[i].domain,
					       cases[i].to, cases[i].from, 3);

		assert_int_equal(d.denied, cases[i].denied);
		assert_int_equal(d.report, cases[i].report);
	}
	assert_false(pivot(*state, SAMPLE_SVC, "/new", "/old", 1).denied);
	assert_false(pivot(*state, SAMPLE_SVC, "/new", "/old", 1).report);
	assert_true(pivot(*state, SAMPLE_SVC, "/new", "/srv/x", 1).report);
}

static void test_mediates(void **state)
{
	struct fixture *f = *state;

	for (u32 i = 0; i < NEST_RULES_END; i++) {
		assert_int_equal(nest_mediates(&f->policy, SAMPLE_SVC, i),
				 i == NEST_RULES_PIVOT_ROOT ||
				 i == NEST_RULES_USERNS);
		assert_false(nest_mediates(&f->policy, SAMPLE_WEB, i));
	}
}

static void test_exec(void **state)
{
	static const struct {
		u32 exec, found, domain;
		bool scrub;
	} cases[] = {
		{ NEST_NONE, SAMPLE_WEB, NOTHING, false },
		{ SAMPLE_IX, NEST_NONE, SAMPLE_SVC, false },
		{ SAMPLE_IX, SAMPLE_WEB, SAMPLE_SVC, false },
		{ SAMPLE_UX_SCRUB, SAMPLE_WEB, FREE, true },
		{ SAMPLE_PX, SAMPLE_WEB, SAMPLE_WEB, false },
		{ SAMPLE_PX, NEST_NONE, NOTHING, false },
		{ SAMPLE_PX_SCRUB, SAMPLE_WEB, SAMPLE_WEB, true },
		{ SAMPLE_PIX, SAMPLE_WEB, SAMPLE_WEB, false },
		{ SAMPLE_PIX, NEST_NONE, SAMPLE_SVC, false },
		{ SAMPLE_PUX, SAMPLE_WEB, SAMPLE_WEB, true },
		{ SAMPLE_PUX, NEST_NONE, FREE, true },
		{ SAMPLE_CX, SAMPLE_SVC_CHILD, SAMPLE_SVC_CHILD, true },
		{ SAMPLE_CX, NEST_NONE, NOTHING, true },
		{ SAMPLE_CIX, NEST_NONE, SAMPLE_SVC, false },
		{ SAMPLE_PX_WEB, NEST_NONE, SAMPLE_WEB, false },
		{ SAMPLE_PX_WEB, SAMPLE_SVC, SAMPLE_WEB, false },
		{ SAMPLE_PX_ABSENT, SAMPLE_WEB, NOTHING, true },
		{ SAMPLE_PIX_ABSENT, SAMPLE_WEB, SAMPLE_SVC, false },
		{ SAMPLE_PUX_ABSENT, SAMPLE_WEB, FREE, false },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < N(cases); i++) {
		struct nest_exec_result r;

		r = nest_decide_exec(&f->policy, SAMPLE_SVC, cases[i].exec,
				     cases[i].found);
		if (r.domain != cases[i].domain ||
		    (r.domain != NOTHING && r.scrub != cases[i].scrub))
			fail_msg("case %zu: domain %#x", i, r.domain);
	}
}

static void test_exec_dfa(void **state)
{
	struct fixture *f = *state;
	const struct nest_policy *p = &f->policy;

	assert_int_equal(nest_policy_exec_dfa(p, SAMPLE_SVC, NEST_NONE),
			 NEST_NONE);
	assert_int_equal(nest_policy_exec_dfa(p, SAMPLE_SVC, SAMPLE_IX),
			 NEST_NONE);
	assert_int_equal(nest_policy_exec_dfa(p, SAMPLE_SVC, SAMPLE_PX_WEB),
			 NEST_NONE);
	assert_int_equal(nest_policy_exec_dfa(p, SAMPLE_SVC, SAMPLE_PUX),
			 SAMPLE_DFA_ATTACH);
	assert_int_equal(nest_policy_exec_dfa(p, SAMPLE_SVC, SAMPLE_CX),
			 SAMPLE_DFA_CHILD);
	assert_int_equal(nest_policy_exec_dfa(p, SAMPLE_WEB, SAMPLE_CX),
			 NEST_NONE);
}

static void test_rlimits(void **state)
{
	const struct fixture *f = *state;
	const struct nest_policy *policy = &f->policy;

	assert_true(nest_has_rlimits(policy, SAMPLE_SVC));
	assert_false(nest_has_rlimits(policy, SAMPLE_WEB));
	assert_true(nest_rlimit_of(policy, SAMPLE_SVC, NEST_RLIMIT_NOFILE) ==
		    10);
	assert_true(nest_rlimit_of(policy, SAMPLE_SVC, NEST_RLIMIT_MEMLOCK) ==
		    NEST_RLIMIT_INFINITY);
	assert_true(nest_rlimit_of(policy, SAMPLE_SVC, NEST_RLIMIT_CPU) ==
		    NEST_RLIMIT_INFINITY);
	assert_true(nest_rlimit_of(policy, SAMPLE_WEB, NEST_RLIMIT_NOFILE) ==
		    NEST_RLIMIT_INFINITY);
}

/* Any bits, the same for both kinds of subject as often as not. */
/* Each bit is set once in four times. */
static u32 few_bits(u32 *seed)
{
	return unit_random(seed) & unit_random(seed);
}

static void random_pair(__le32 pair[2], u32 *seed)
{
	pair[NEST_PERM_OTHER] = cpu_to_le32(few_bits(seed) & NEST_FILE_PERMS);
	pair[NEST_PERM_OWNER] = pair[NEST_PERM_OTHER];
	if (unit_random(seed) & 1)
		pair[NEST_PERM_OWNER] =
			cpu_to_le32(few_bits(seed) & NEST_FILE_PERMS);
}

/*
 * What is plainly allowed is allowed, and nothing is to be reported; and the
 * other way round, but for the attributes, which all may ask for.
 */
static void test_grant(void **state)
{
	struct nest_policy_perm table[3] = { };
	const struct nest_policy policy = { .perms = table };
	u32 allowed = 0, seed = 1;

	(void)state;
	for (int round = 0; round < 100000; round++) {
		u32 request = few_bits(&seed) & unit_random(&seed) &
			      NEST_FILE_PERMS & ~NEST_FILE_GETATTR;
		u32 owner = unit_random(&seed) & 1, n = unit_random(&seed) % 4;
		struct nest_grant grant = { };
		struct nest_perms perms;
		struct nest_decision d;
		bool lacks;

		nest_perms_init(&perms);
		for (u32 i = 0; i < n; i++) {
			random_pair(table[i].allow, &seed);
			random_pair(table[i].deny, &seed);
			random_pair(table[i].audit, &seed);
			table[i].deny[0] &= cpu_to_le32(few_bits(&seed));
			nest_perms_add(&perms, &policy, i + 1, owner);
			nest_grant_add(&grant, &policy, i + 1);
		}
		nest_perms_add(&perms, &policy, 0, owner);
		nest_grant_add(&grant, &policy, 0);
		nest_perms_end(&perms);
		d = nest_decide_file(&perms, request);
		lacks = (u32)(nest_grant_lacks(&grant, request) >>
			      (owner == NEST_PERM_OWNER ? 32 : 0));
		assert_int_equal(lacks, d.denied || d.report);
		allowed += !lacks;
	}
	assert_in_range(allowed, 1000, 99000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
	TEST(test_names), TEST(test_perms_default),
	TEST(test_perms_of_no_rules), TEST(test_perms_deny_wins),
	TEST(test_rlimits),
	TEST(test_perms_deny_exec), cmocka_unit_test(test_perms_union),
	cmocka_unit_test(test_perms_add_order),
	cmocka_unit_test(test_perms_first_exec),
	TEST(test_perms_owner), TEST(test_perms_audit),
	cmocka_unit_test(test_perms_audited_denial),
	cmocka_unit_test(test_perms_owner_fields),
	cmocka_unit_test(test_perms_getattr), cmocka_unit_test(test_link),
	cmocka_unit_test(test_grant),
	TEST(test_classes), TEST(test_mediates),
	TEST(test_capable), TEST(test_socket), TEST(test_exec),
	TEST(test_exec_dfa), TEST(test_peers),
	TEST(test_signals), TEST(test_ptrace),
};

CORE_TEST_GROUP("decide", tests);
