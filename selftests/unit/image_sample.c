// SPDX-License-Identifier: GPL-2.0-only
#include "image_sample.h"

#define N(array)	(sizeof(array) / sizeof((array)[0]))
#define CAP_CHOWN	0
#define CAP_KILL	5
#define CAP_SETUID	7
#define R		NEST_FILE_READ
#define X		NEST_FILE_EXEC

/* Names on which the patterns of the samples differ. */
const char *const image_sample_names[] = {
	"", "/", "/a", "/ab", "/etc", "/etc/", "/etc/passwd", "/etc/shadow",
	"/etc/shadow2", "/srv/", "/srv/x", "/srv/private/", "/srv/private/key",
	"/usr/bin/svc", "/usr/bin/web", "/usr/bin/child", "/usr/bin/",
	"relative", "\xff\xfe\x80", "/srv/\n",
};

const size_t image_sample_n_names = N(image_sample_names);

static void add_domains(struct image *img)
{
	struct nest_policy_domain *svc;

	image_add_domain(img, "default");
	image_add_domain(img, "svc");
	image_add_domain(img, "svc//child");
	image_add_domain(img, "web");
	image_domain(img, SAMPLE_SVC_CHILD)->parent = cpu_to_le32(SAMPLE_SVC);
	svc = image_domain(img, SAMPLE_SVC);
	svc->child_dfa = cpu_to_le32(SAMPLE_DFA_CHILD);
	svc->cap_allow = cpu_to_le64(1ULL << CAP_CHOWN | 1ULL << CAP_KILL);
	svc->cap_deny = cpu_to_le64(1ULL << CAP_KILL | 1ULL << CAP_SETUID);
	svc->cap_audit = cpu_to_le64(1ULL << CAP_SETUID);
	svc->net = cpu_to_le32(0);
	svc->rlimits = cpu_to_le32(0);
	svc->peer_dfa = cpu_to_le32(SAMPLE_DFA_PEER);
	svc->rule_dfa = cpu_to_le32(SAMPLE_DFA_RULES);
	svc->n_rule_dfas = cpu_to_le32(2);
	svc->mediates = cpu_to_le32(1U << NEST_RULES_PIVOT_ROOT |
				    1U << NEST_RULES_USERNS);
	image_domain(img, SAMPLE_WEB)->flags =
		cpu_to_le32(NEST_DOMAIN_ATTACH_DISCONNECTED);
	image_domain(img, SAMPLE_SVC_CHILD)->flags =
		cpu_to_le32(NEST_DOMAIN_COMPLAIN);
	img->header.default_domain = cpu_to_le32(SAMPLE_DEFAULT);
	img->header.attach_dfa = cpu_to_le32(SAMPLE_DFA_ATTACH);
}

static void add_execs(struct image *img)
{
	const u32 either_inherit = NEST_EXEC_ELSE_INHERIT;
	const u32 either_free = NEST_EXEC_ELSE_UNCONFINED;

	image_add_exec(img, NEST_EXEC_INHERIT, 0, NEST_NONE);
	image_add_exec(img, NEST_EXEC_UNCONFINED, NEST_EXEC_SCRUB, NEST_NONE);
	image_add_exec(img, NEST_EXEC_ATTACH, 0, NEST_NONE);
	image_add_exec(img, NEST_EXEC_ATTACH, NEST_EXEC_SCRUB, NEST_NONE);
	image_add_exec(img, NEST_EXEC_ATTACH, either_inherit, NEST_NONE);
	image_add_exec(img, NEST_EXEC_ATTACH,
		       either_free | NEST_EXEC_SCRUB, NEST_NONE);
	image_add_exec(img, NEST_EXEC_CHILD, NEST_EXEC_SCRUB, NEST_NONE);
	image_add_exec(img, NEST_EXEC_CHILD, either_inherit, NEST_NONE);
	image_add_exec(img, NEST_EXEC_DOMAIN, 0, SAMPLE_WEB);
	image_add_exec(img, NEST_EXEC_DOMAIN, NEST_EXEC_SCRUB, NEST_NONE);
	image_add_exec(img, NEST_EXEC_DOMAIN, either_inherit, NEST_NONE);
	image_add_exec(img, NEST_EXEC_DOMAIN, either_free, NEST_NONE);
}

static void add_net(struct image *img)
{
	struct nest_policy_net *net = image_net(img, image_add_net(img));

	/* family 2 (inet): stream and dgram; raw is denied aloud */
	net->allow[2] = cpu_to_le16(1 << 1 | 1 << 2 | 1 << 3);
	net->deny[2] = cpu_to_le16(1 << 3);
	net->audit[2] = cpu_to_le16(1 << 2 | 1 << 3);
	/* family 1 (unix): quietly denied */
	net->deny[1] = cpu_to_le16(1 << 1);
}

static void add_file_dfas(struct image *img, u32 r, u32 rx, u32 owner)
{
	const u32 w = image_add_perm(img, R | NEST_FILE_W, 0, NEST_NONE);
	/* Its number is more than there are attachments. */
	const u32 unused = image_add_perm(img, 0, 0, NEST_NONE) +
			   image_add_perm(img, 0, 0, NEST_NONE);
	const u32 deny = image_add_perm(img, 0, R | X, NEST_NONE);
	const struct image_rule svc[] = {
		{ "/srv/**", w }, { "/etc/passwd", r }, { "/usr/bin/**", rx },
		{ "/etc/shadow", r }, { "/home/**", owner },
	};
	const struct image_rule denied[] = {
		{ "/srv/private/**", deny }, { "/etc/shadow", deny },
		{ "/usr/bin/child", deny },
	};
	const struct image_rule all[] = { { "/**", r } };
	const struct image_rule web[] = { { "/srv/**", r }, { "a**", w } };

	(void)unused;
	image_add_dfa(img, NEST_LAYOUT_DENSE, all, N(all));
	image_add_dfa(img, NEST_LAYOUT_DENSE, svc, N(svc));
	image_add_dfa(img, NEST_LAYOUT_SPARSE, denied, N(denied));
	image_add_dfa(img, NEST_LAYOUT_SPARSE, web, N(web));
}

/* web: may be sent TERM, is denied KILL; may be looked at, not traced. */
static void add_peers(struct image *img)
{
	const struct image_rule rules[] = { { "web", 1 }, { "svc**", 2 } };
	struct nest_policy_peer *peer;

	image_add_peer(img);
	image_add_peer(img);
	peer = image_peer(img, 0);
	peer->signal_allow[NEST_SIGNAL_SEND] =
		cpu_to_le64(1ULL << SIGTERM | 1ULL << SIGKILL);
	peer->signal_deny[NEST_SIGNAL_SEND] = cpu_to_le64(1ULL << SIGKILL);
	peer->signal_audit[NEST_SIGNAL_SEND] = cpu_to_le64(1ULL << SIGTERM);
	peer->signal_allow[NEST_SIGNAL_RECEIVE] = cpu_to_le64(1ULL << 63);
	peer->ptrace_allow = cpu_to_le32(NEST_PTRACE_READ | NEST_PTRACE_TRACE);
	peer->ptrace_deny = cpu_to_le32(NEST_PTRACE_TRACE);
	peer->ptrace_audit = cpu_to_le32(NEST_PTRACE_READ);
	image_peer(img, 1)->ptrace_allow = cpu_to_le32(NEST_PTRACE_PERMS);
	image_add_dfa(img, NEST_LAYOUT_SPARSE, rules, N(rules));
}

/* Class 3 is PIVOT_ROOT; class 7, USERNS, is mediated without a rule. */
static void add_rules(struct image *img)
{
	const u32 allow = image_add_rule(img, 3, 0, 0);
	const u32 loud = image_add_rule(img, 1, 0, 1);
	const u32 deny = image_add_rule(img, 0, 2, 0);
	const struct image_rule rules[] = {
		{ "\x03/new\\0/old\\0", allow },
		{ "\x03/new\\0/srv/**", loud },
	};
	const struct image_rule denied[] = { { "\x03/new\\0**", deny } };

	image_add_dfa(img, NEST_LAYOUT_DENSE, rules, N(rules));
	image_add_dfa(img, NEST_LAYOUT_SPARSE, denied, N(denied));
}

/* Ten files, and no limit for memory that is locked. */
static void add_rlimits(struct image *img)
{
	struct nest_policy_rlimits *rlimits;

	rlimits = image_rlimits(img, image_add_rlimits(img));
	rlimits->mask = cpu_to_le32(1U << NEST_RLIMIT_NOFILE |
				    1U << NEST_RLIMIT_MEMLOCK);
	rlimits->max[NEST_RLIMIT_NOFILE] = cpu_to_le64(10);
	rlimits->max[NEST_RLIMIT_MEMLOCK] = cpu_to_le64(NEST_RLIMIT_INFINITY);
}

/* svc attaches to files with two attributes, web to others. */
static void add_attaches(struct image *img)
{
	const struct image_rule values[] = { { "trusted**", 1 }, { "/a", 1 } };

	image_add_dfa(img, NEST_LAYOUT_SPARSE, values, N(values));
	image_add_xattr(img, "user.a", SAMPLE_DFA_XATTR);
	image_add_xattr(img, "security.b", SAMPLE_DFA_XATTR);
	image_add_attach(img, SAMPLE_WEB, NEST_NONE, NEST_NONE, 0);
	image_add_attach(img, SAMPLE_SVC, 0, 0, 2);
}

static void set_file_dfas(struct image *img, u32 domain, u32 dfa, u32 n)
{
	image_domain(img, domain)->file_dfa = cpu_to_le32(dfa);
	image_domain(img, domain)->n_file_dfas = cpu_to_le32(n);
}

/**
 * image_sample() - an image with something in each field
 * @img: to be initialised; the caller frees it
 */
void image_sample(struct image *img)
{
	const struct image_rule attach[] = {
		{ "/usr/bin/svc", SAMPLE_SVC + 1 },
		{ "/usr/bin/web", SAMPLE_WEB + 1 },
		{ "/ab", SAMPLE_DOMAINS + 2 },
	};
	const struct image_rule child[] = {
		{ "/usr/bin/child", SAMPLE_SVC_CHILD + 1 },
	};
	u32 r, rx, owner;

	image_init(img);
	add_domains(img);
	add_execs(img);
	add_net(img);
	add_rlimits(img);
	r = image_add_perm(img, R, 0, NEST_NONE);
	rx = image_add_perm(img, R | X, 0, SAMPLE_PIX);
	owner = image_add_perm(img, R, 0, NEST_NONE);
	image_perm(img, owner - 1)->allow[NEST_PERM_OTHER] = 0;
	image_perm(img, r - 1)->audit[NEST_PERM_OWNER] = cpu_to_le32(R);
	image_add_dfa(img, NEST_LAYOUT_SPARSE, attach, N(attach));
	image_add_dfa(img, NEST_LAYOUT_DENSE, child, N(child));
	add_file_dfas(img, r, rx, owner);
	add_peers(img);
	add_rules(img);
	add_attaches(img);
	set_file_dfas(img, SAMPLE_DEFAULT, SAMPLE_DFA_DEFAULT, 1);
	set_file_dfas(img, SAMPLE_SVC, SAMPLE_DFA_SVC, 2);
	set_file_dfas(img, SAMPLE_WEB, SAMPLE_DFA_WEB, 1);
}

/**
 * image_sample_small() - as small an image as there is with a file rule
 * @img: to be initialised; the caller frees it
 * @layout: of its only DFA
 */
void image_sample_small(struct image *img, u32 layout)
{
	struct image_rule rules[] = { { "/a", 0 }, { "/a/**", 0 } };

	image_init(img);
	image_add_domain(img, "d");
	image_add_exec(img, NEST_EXEC_INHERIT, 0, NEST_NONE);
	rules[0].accept = image_add_perm(img, R | X, 0, 0);
	rules[1].accept = image_add_perm(img, R, NEST_FILE_WRITE, NEST_NONE);
	image_add_dfa(img, layout, rules, N(rules));
	set_file_dfas(img, 0, 0, 1);
	img->header.default_domain = cpu_to_le32(0);
}
