// SPDX-License-Identifier: GPL-2.0-only
/* What rules of each class become, asked through core. */
#include <linux/capability.h>
#include <sys/socket.h>

#include "compiler_helper.h"

#define ALWAYS	NEST_FILE_GETATTR

static void check_perms(const char *rules, const char *path, bool owner,
			u32 allow, u32 deny, u32 audit)
{
	struct compiled compiled;
	struct nest_perms perms;
	char text[1024];

	snprintf(text, sizeof(text), "profile t {\n%s\n}\n", rules);
	compile_ok(&compiled, text);
	compiled_lookup(&compiled, "t", path, owner, &perms);
	if (perms.allow != allow || perms.deny != deny || perms.audit != audit)
		fail_msg("%s: %s: %x %x %x", rules, path, perms.allow,
			 perms.deny, perms.audit);
	compiled_free(&compiled);
}

static void letters(void **state)
{
	(void)state;
	check_perms("/a r,", "/a", false, NEST_FILE_READ | ALWAYS, 0, 0);
	check_perms("/a w,", "/a", false, NEST_FILE_W | ALWAYS, 0, 0);
	check_perms("/a a,", "/a", false, NEST_FILE_APPEND | ALWAYS, 0, 0);
	check_perms("/a k,", "/a", false, NEST_FILE_LOCK | ALWAYS, 0, 0);
	check_perms("/a l,", "/a", false, NEST_FILE_LINK | ALWAYS, 0, 0);
	check_perms("/a m,", "/a", false, NEST_FILE_MMAP_EXEC | ALWAYS, 0, 0);
	check_perms("/a RW,", "/a", false,
		    NEST_FILE_READ | NEST_FILE_W | ALWAYS, 0, 0);
	check_perms("rk /a,", "/a", false,
		    NEST_FILE_READ | NEST_FILE_LOCK | ALWAYS, 0, 0);
	check_perms("file r /a,", "/a", false, NEST_FILE_READ | ALWAYS, 0, 0);
	check_perms("file /a r,", "/a", false, NEST_FILE_READ | ALWAYS, 0, 0);
	check_perms("allow /a r,", "/a", false, NEST_FILE_READ | ALWAYS, 0, 0);
	check_perms("\"/a b\" r,", "/a b", false, NEST_FILE_READ | ALWAYS,
		    0, 0);
	/* Rules for one path add up. */
	check_perms("/a r,\n/* k,", "/a", false,
		    NEST_FILE_READ | NEST_FILE_LOCK | ALWAYS, 0, 0);
	check_perms("file,", "/a/b", false, NEST_FILE_PERMS, 0, 0);
	check_perms("file,", "/", false, NEST_FILE_PERMS, 0, 0);
	check_perms("all,", "/a/b", false, NEST_FILE_PERMS, 0, 0);
}

static void owner_and_other(void **state)
{
	(void)state;
	check_perms("owner /a r,", "/a", true, NEST_FILE_READ | ALWAYS, 0, 0);
	check_perms("owner /a r,", "/a", false, ALWAYS, 0, 0);
	check_perms("other /a r,", "/a", false, NEST_FILE_READ | ALWAYS, 0, 0);
	check_perms("other /a r,", "/a", true, ALWAYS, 0, 0);
	check_perms("/a r,\nowner /a k,", "/a", true,
		    NEST_FILE_READ | NEST_FILE_LOCK | ALWAYS, 0, 0);
	check_perms("/a r,\ndeny owner /a r,", "/a", true, ALWAYS,
		    NEST_FILE_READ, 0);
	check_perms("/a r,\ndeny owner /a r,", "/a", false,
		    NEST_FILE_READ | ALWAYS, 0, 0);
	check_perms("owner {\n/a r,\n/b r,\n}", "/b", false, ALWAYS, 0, 0);
	check_perms("owner {\n/a r,\n/b r,\n}", "/b", true,
		    NEST_FILE_READ | ALWAYS, 0, 0);
}

static void deny_and_audit(void **state)
{
	(void)state;
	check_perms("/** rw,\ndeny /a w,", "/a", false,
		    NEST_FILE_READ | ALWAYS, NEST_FILE_W, 0);
	check_perms("/** rw,\naudit deny /a w,", "/a", false,
		    NEST_FILE_READ | ALWAYS, NEST_FILE_W, NEST_FILE_W);
	check_perms("audit /a r,", "/a", false, NEST_FILE_READ | ALWAYS, 0,
		    NEST_FILE_READ);
	check_perms("audit allow /a r,\n/a k,", "/a", false,
		    NEST_FILE_READ | NEST_FILE_LOCK | ALWAYS, 0,
		    NEST_FILE_READ);
	/* A quiet denial stays quiet where an allow rule is audited. */
	check_perms("audit /a rw,\ndeny /a w,", "/a", false,
		    NEST_FILE_READ | ALWAYS, NEST_FILE_W, NEST_FILE_READ);
	check_perms("/a ix,\ndeny /a x,", "/a", false,
		    NEST_FILE_MMAP_EXEC | ALWAYS, NEST_FILE_EXEC, 0);
	check_perms("deny file,\n/a r,", "/a", false, ALWAYS,
		    NEST_FILE_PERMS & ~ALWAYS, 0);
}

struct exec_case {
	const char *rule;
	u32 mode;
	u32 flags;
	bool mmap;
	const char *target;
};

#define ELSE_I NEST_EXEC_ELSE_INHERIT
#define ELSE_U NEST_EXEC_ELSE_UNCONFINED

static const struct exec_case exec_cases[] = {
	{ "/x ix,", NEST_EXEC_INHERIT, 0, true, NULL },
	{ "/x px,", NEST_EXEC_ATTACH, 0, false, NULL },
	{ "/x Px,", NEST_EXEC_ATTACH, NEST_EXEC_SCRUB, false, NULL },
	{ "/x cx,", NEST_EXEC_CHILD, 0, false, NULL },
	{ "/x Cx,", NEST_EXEC_CHILD, NEST_EXEC_SCRUB, false, NULL },
	{ "/x ux,", NEST_EXEC_UNCONFINED, 0, false, NULL },
	{ "/x Ux,", NEST_EXEC_UNCONFINED, NEST_EXEC_SCRUB, false, NULL },
	{ "/x pix,", NEST_EXEC_ATTACH, ELSE_I, true, NULL },
	{ "/x Pix,", NEST_EXEC_ATTACH, ELSE_I | NEST_EXEC_SCRUB, true, NULL },
	{ "/x cix,", NEST_EXEC_CHILD, ELSE_I, true, NULL },
	{ "/x Cix,", NEST_EXEC_CHILD, ELSE_I | NEST_EXEC_SCRUB, true, NULL },
	{ "/x pux,", NEST_EXEC_ATTACH, ELSE_U, false, NULL },
	{ "/x PUx,", NEST_EXEC_ATTACH, ELSE_U | NEST_EXEC_SCRUB, false, NULL },
	{ "/x cux,", NEST_EXEC_CHILD, ELSE_U, false, NULL },
	{ "/x CUx,", NEST_EXEC_CHILD, ELSE_U | NEST_EXEC_SCRUB, false, NULL },
	{ "/x px -> u,", NEST_EXEC_DOMAIN, 0, false, "u" },
	{ "Px /x -> u,", NEST_EXEC_DOMAIN, NEST_EXEC_SCRUB, false, "u" },
	{ "/x cx -> c,", NEST_EXEC_DOMAIN, 0, false, "t//c" },
	{ "/x px -> t//c,", NEST_EXEC_DOMAIN, 0, false, "t//c" },
	{ "/x px -> @{profile_name}//c,", NEST_EXEC_DOMAIN, 0, false, "t//c" },
	{ "/x Pix -> u,", NEST_EXEC_DOMAIN, ELSE_I | NEST_EXEC_SCRUB, true,
	  "u" },
	{ "/x CUx -> c,", NEST_EXEC_DOMAIN, ELSE_U | NEST_EXEC_SCRUB, false,
	  "t//c" },
	/* The word wins over the case of the letter. */
	{ "safe /x px,", NEST_EXEC_ATTACH, NEST_EXEC_SCRUB, false, NULL },
	{ "safe Cx /x -> c,", NEST_EXEC_DOMAIN, NEST_EXEC_SCRUB, false,
	  "t//c" },
	{ "unsafe /x Ux,", NEST_EXEC_UNCONFINED, 0, false, NULL },
	{ "unsafe PUx /x,", NEST_EXEC_ATTACH, ELSE_U, false, NULL },
	{ "audit allow file unsafe /x rPx -> u,", NEST_EXEC_DOMAIN, 0, false,
	  "u" },
	{ "safe /x pix,", NEST_EXEC_ATTACH, ELSE_I | NEST_EXEC_SCRUB, true,
	  NULL },
	{ "safe /x ix,\nunsafe /x ix,", NEST_EXEC_INHERIT, 0, true, NULL },
	/* It may be denied by a safe rule as well. */
	{ "deny safe /y x,\n/x Px,\nsafe /x px,", NEST_EXEC_ATTACH,
	  NEST_EXEC_SCRUB, false, NULL },
	/* An exact path wins over a glob, an alternation is exact. */
	{ "/* ux,\n/x ix,", NEST_EXEC_INHERIT, 0, true, NULL },
	{ "/{x,y} Px,\n/** ix,", NEST_EXEC_ATTACH, NEST_EXEC_SCRUB, true,
	  NULL },
	{ "/{x,y} ix,\n/? Ux,", NEST_EXEC_INHERIT, 0, true, NULL },
	{ "/x ix,\n/x ix,", NEST_EXEC_INHERIT, 0, true, NULL },
};

static void exec_modes(void **state)
{
	struct compiled compiled;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(exec_cases); i++) {
		const struct exec_case *c = &exec_cases[i];
		const struct nest_policy_exec *exec;
		struct nest_perms perms;
		char text[512];

		snprintf(text, sizeof(text),
			 "profile u { /u r, }\nprofile t {\n%s\nprofile c { /c r, }\n}\n",
			 c->rule);
		compile_ok(&compiled, text);
		compiled_lookup(&compiled, "t", "/x", false, &perms);
		assert_true(perms.allow & NEST_FILE_EXEC);
		assert_int_equal(!!(perms.allow & NEST_FILE_MMAP_EXEC),
				 c->mmap);
		assert_int_not_equal(perms.exec, NEST_NONE);
		exec = &compiled.policy.execs[perms.exec];
		assert_int_equal(le32_to_cpu(exec->mode), c->mode);
		assert_int_equal(le32_to_cpu(exec->flags), c->flags);
		assert_int_equal(le32_to_cpu(exec->target), c->target ?
				 compiled_domain(&compiled, c->target) :
				 NEST_NONE);
		compiled_free(&compiled);
	}
}

static void exec_owner(void **state)
{
	struct nest_perms other, owner;
	struct compiled compiled;

	(void)state;
	compile_ok(&compiled,
		   "profile t {\nowner /x ix,\nother /x Ux,\n}\n");
	compiled_lookup(&compiled, "t", "/x", false, &other);
	compiled_lookup(&compiled, "t", "/x", true, &owner);
	assert_int_equal(le32_to_cpu(compiled.policy.execs[other.exec].mode),
			 NEST_EXEC_UNCONFINED);
	assert_int_equal(le32_to_cpu(compiled.policy.execs[owner.exec].mode),
			 NEST_EXEC_INHERIT);
	compiled_free(&compiled);
}

static bool capable(const struct compiled *compiled, u32 cap, bool *report)
{
	struct nest_decision d = nest_decide_capable(&compiled->policy,
						     compiled_domain(compiled,
								     "t"),
						     cap);

	*report = d.report;
	return !d.denied;
}

static void capabilities(void **state)
{
	struct compiled compiled;
	bool report;

	(void)state;
	compile_ok(&compiled,
		   "profile t {\ncapability chown kill,\naudit capability bpf,\ncapability,\ndeny capability sys_admin,\naudit deny capability mknod,\n}\n");
	assert_true(capable(&compiled, CAP_CHOWN, &report));
	assert_false(report);
	assert_true(capable(&compiled, CAP_BPF, &report));
	assert_true(report);
	assert_false(capable(&compiled, CAP_SYS_ADMIN, &report));
	assert_false(report);
	assert_false(capable(&compiled, CAP_MKNOD, &report));
	assert_true(report);
	compiled_free(&compiled);

	compile_ok(&compiled, "profile t {\ncapability chown kill,\n}\n");
	assert_true(capable(&compiled, CAP_KILL, &report));
	assert_false(capable(&compiled, CAP_BPF, &report));
	assert_true(report);
	compiled_free(&compiled);
}

struct socket_case {
	const char *rules;
	u32 family;
	u32 type;
	bool allowed;
};

static const struct socket_case socket_cases[] = {
	{ "", AF_INET, SOCK_STREAM, false },
	{ "network,", AF_INET, SOCK_STREAM, true },
	{ "network,", AF_VSOCK, SOCK_RAW, true },
	{ "network inet,", AF_INET, SOCK_RAW, true },
	{ "network inet,", AF_INET6, SOCK_RAW, false },
	{ "network inet stream,", AF_INET, SOCK_STREAM, true },
	{ "network inet stream,", AF_INET, SOCK_DGRAM, false },
	{ "network stream,", AF_VSOCK, SOCK_STREAM, true },
	{ "network stream,", AF_INET, SOCK_DGRAM, false },
	{ "network tcp,", AF_INET, SOCK_STREAM, true },
	{ "network tcp,", AF_INET6, SOCK_STREAM, true },
	{ "network tcp,", AF_UNIX, SOCK_STREAM, false },
	{ "network inet udp,", AF_INET, SOCK_DGRAM, true },
	{ "network inet udp,", AF_INET6, SOCK_DGRAM, false },
	{ "network inet icmp,", AF_INET, SOCK_RAW, true },
	{ "network inet stream tcp,", AF_INET, SOCK_STREAM, true },
	{ "network netlink raw,", AF_NETLINK, SOCK_RAW, true },
	{ "network,\ndeny network inet,", AF_INET, SOCK_STREAM, false },
	{ "network,\ndeny network inet dgram,", AF_INET, SOCK_STREAM, true },
	{ "network,\ndeny network inet dgram,", AF_INET, SOCK_DGRAM, false },
	{ "all,", AF_PACKET, SOCK_RAW, true },
	{ "unix,", AF_UNIX, SOCK_STREAM, true },
	{ "unix (create),", AF_UNIX, SOCK_DGRAM, true },
	{ "unix type=stream,", AF_UNIX, SOCK_STREAM, true },
	{ "unix type=stream,", AF_UNIX, SOCK_DGRAM, false },
	{ "unix (create, bind) type=(stream, dgram),", AF_UNIX, SOCK_DGRAM,
	  true },
	{ "unix (send, receive),", AF_UNIX, SOCK_DGRAM, false },
	{ "unix (create) peer=(label=x),", AF_UNIX, SOCK_DGRAM, false },
	{ "unix,\ndeny unix,", AF_UNIX, SOCK_DGRAM, false },
	/* What is narrower than Nest can enforce gives nothing. */
	{ "network inet stream port=80,", AF_INET, SOCK_STREAM, false },
	{ "network inet raw tcp,", AF_INET, SOCK_RAW, false },
};

static void sockets(void **state)
{
	struct compiled compiled;
	char text[512];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(socket_cases); i++) {
		const struct socket_case *c = &socket_cases[i];
		struct nest_decision d;

		snprintf(text, sizeof(text), "profile t {\n/a r,\n%s\n}\n",
			 c->rules);
		compile_ok(&compiled, text);
		d = nest_decide_socket(&compiled.policy,
				       compiled_domain(&compiled, "t"),
				       c->family, c->type);
		if (!d.denied != c->allowed)
			fail_msg("%s: %u %u", c->rules, c->family, c->type);
		compiled_free(&compiled);
	}
}

static const struct nest_policy_domain *domain_of(const struct compiled *c,
						  const char *name)
{
	return &c->policy.domains[compiled_domain(c, name)];
}

static void profiles(void **state)
{
	struct compiled compiled;

	(void)state;
	compile_ok(&compiled,
		   "profile z flags=(complain) { /a r, }\n"
		   "/bin/y flags=(attach_disconnected, mediate_deleted) { /a r, }\n"
		   "profile default (enforce) { /a r, }\n"
		   "profile p /bin/p {\n"
		   "  profile c /bin/c { /a r, }\n"
		   "  /bin/c Cx,\n"
		   "  ^h { /a r, }\n"
		   "}\n"
		   "profile p//d /bin/d { /a r, }\n");
	assert_int_equal(le32_to_cpu(domain_of(&compiled, "z")->flags),
			 NEST_DOMAIN_COMPLAIN);
	assert_int_equal(le32_to_cpu(domain_of(&compiled, "/bin/y")->flags),
			 NEST_DOMAIN_ATTACH_DISCONNECTED);
	assert_int_equal(le32_to_cpu(domain_of(&compiled, "default")->flags),
			 0);
	assert_int_equal(le32_to_cpu(compiled.policy.header->default_domain),
			 compiled_domain(&compiled, "default"));
	assert_int_equal(le32_to_cpu(domain_of(&compiled, "z")->parent),
			 NEST_NONE);
	assert_int_equal(le32_to_cpu(domain_of(&compiled, "p//c")->parent),
			 compiled_domain(&compiled, "p"));
	assert_int_equal(le32_to_cpu(domain_of(&compiled, "p//d")->parent),
			 compiled_domain(&compiled, "p"));
	/* A hat is a domain that nothing attaches to. */
	assert_int_equal(le32_to_cpu(domain_of(&compiled, "p//h")->parent),
			 compiled_domain(&compiled, "p"));
	assert_int_equal(le32_to_cpu(domain_of(&compiled, "p//h")->flags),
			 NEST_DOMAIN_HAT);
	assert_string_equal(compiled.messages, "");
	compiled_free(&compiled);
}

static void attachments(void **state)
{
	struct compiled compiled;
	u32 attach, child, p;

	(void)state;
	compile_ok(&compiled,
		   "profile any /** { /a r, }\n"
		   "profile bin /bin/* { /a r, }\n"
		   "profile sh /bin/sh {\n"
		   "  profile c /bin/{c,d} { /a r, }\n"
		   "}\n"
		   "/bin/x{y,z} { /a r, }\n"
		   "profile none { /a r, }\n");
	attach = le32_to_cpu(compiled.policy.header->attach_dfa);
	assert_int_equal(compiled_attach(&compiled, attach, "/bin/sh"),
			 compiled_domain(&compiled, "sh"));
	assert_int_equal(compiled_attach(&compiled, attach, "/bin/c"),
			 compiled_domain(&compiled, "bin"));
	assert_int_equal(compiled_attach(&compiled, attach, "/bin/xz"),
			 compiled_domain(&compiled, "/bin/x{y,z}"));
	assert_int_equal(compiled_attach(&compiled, attach, "/opt/sh"),
			 compiled_domain(&compiled, "any"));
	assert_int_equal(compiled_attach(&compiled, attach, "none"),
			 NEST_NONE);
	p = compiled_domain(&compiled, "sh");
	child = le32_to_cpu(compiled.policy.domains[p].child_dfa);
	assert_int_equal(compiled_attach(&compiled, child, "/bin/d"),
			 compiled_domain(&compiled, "sh//c"));
	assert_int_equal(compiled_attach(&compiled, child, "/bin/sh"),
			 NEST_NONE);
	assert_int_equal(compiled.used, 0);
	compiled_free(&compiled);

	compile_ok(&compiled,
		   "profile b /bin/a* { /a r, }\n"
		   "profile a /bin/a** { /a r, }\n");
	assert_non_null(strstr(compiled.messages, "[attachment-overlap]"));
	attach = le32_to_cpu(compiled.policy.header->attach_dfa);
	assert_int_equal(compiled_attach(&compiled, attach, "/bin/ab"),
			 compiled_domain(&compiled, "a"));
	compiled_free(&compiled);
}

/* The profiles are named in the order of their claims to a path. */
static void attachments_compete(void **state)
{
	static const char *const pairs[][2] = {
		{ "/x/abc", "/x/a[b]c" }, { "/x/{abc,d}", "/x/ab*" },
		{ "/x/?bc", "/x/ab*" }, { "/x/[a]b*", "/x/a*" },
		{ "/x/a?*", "/x/a**" }, { "/{x,yy}/ab*", "/x/a*c" },
		{ "/{x,y}/ab*", "/x/a{b,*}c" }, { "/x/a{b,b*}c", "/x/{abc,*}" },
		{ "/x/\\141b*", "/x/a*" }, { "/x/{a*,ab}c", "/x/**" },
		{ NULL, NULL }
	};
	u32 attach;
	size_t i;

	(void)state;
	for (i = 0; pairs[i][0]; i++) {
		struct compiled compiled;
		char text[160];

		snprintf(text, sizeof(text),
			 "profile z %s { /a r, }\nprofile b %s { /a r, }\n",
			 pairs[i][0], pairs[i][1]);
		compile_ok(&compiled, text);
		assert_string_equal(compiled.messages, "");
		attach = le32_to_cpu(compiled.policy.header->attach_dfa);
		assert_int_equal(compiled_attach(&compiled, attach, "/x/abc"),
				 compiled_domain(&compiled, "z"));
		compiled_free(&compiled);
	}
}

static bool readable(const struct compiled *compiled, const char *path)
{
	struct nest_perms perms;

	compiled_lookup(compiled, "t", path, false, &perms);
	return perms.allow & NEST_FILE_READ;
}

static void variables(void **state)
{
	struct compiled compiled;

	(void)state;
	compile_ok(&compiled,
		   "@{a}=/x /y/  # comment\n"
		   "@{a} += \\\n  \"/z w\"\n"
		   "@{b} = @{a}/b{1,2}\n"
		   "@{empty} = \"\"\n"
		   "@{exec_path} = /bin/{t,u}\n"
		   "profile t @{exec_path} {\n"
		   "  @{b}/c@{empty} r,\n"
		   "  @{exec_path} r,\n"
		   "  /n/@{profile_name} r,\n"
		   "}\n");
	assert_true(readable(&compiled, "/x/b1/c"));
	assert_true(readable(&compiled, "/y/b2/c"));
	assert_true(readable(&compiled, "/z w/b2/c"));
	assert_false(readable(&compiled, "/y//b2/c"));
	assert_true(readable(&compiled, "/bin/u"));
	assert_true(readable(&compiled, "/n/t"));
	compiled_free(&compiled);

	compile_ok(&compiled, "profile t /bin/* { @{exec_path} r, }\n");
	assert_true(readable(&compiled, "/bin/q"));
	compiled_free(&compiled);
}

static void disconnected(void **state)
{
	struct compiled compiled;

	(void)state;
	compile_ok(&compiled,
		   "@{d} = x\nprofile t flags=(attach_disconnected) {\n@{d}/a r,\n\"y/*\" r,\n}\n");
	assert_true(readable(&compiled, "x/a"));
	assert_true(readable(&compiled, "y/b"));
	assert_false(readable(&compiled, "/y/b"));
	compiled_free(&compiled);
}

/* Words that lexers of this language get wrong. */
static void lexing(void **state)
{
	struct compiled compiled;

	(void)state;
	compile_ok(&compiled,
		   "abi <abi/3.0>,\n"
		   "# comment, with { and \"\n"
		   "profile t flags = (complain){#comment\n"
		   "  /sys/cpu,cpuacct/{a,b} r,\n"
		   "  /a#b r, # c\n"
		   "  /c\tr\t,\r\n"
		   "  /d\n    r\n  ,\n"
		   "  /include r,\n"
		   "  /e r,/f r,\n"
		   "  signal (send, receive) set=(term, \"kill\") peer=@{profile_name}//{a,b},\n"
		   "  dbus (send)\n"
		   "    bus=session path=/a/{b,c} interface=a.b{,.C} member={D,E}\n"
		   "    peer=(name=org.a, label=\"{x,y}\"),\n"
		   "  unix (connect) type=stream peer=(addr=\"@/tmp/x\"),\n"
		   "  mount options in (ro, nosuid) fstype=(ext4, xfs) /dev/* -> /mnt/,\n"
		   "  ptrace (read, trace) peer=t,\n"
		   "  change_profile /x -> y,\n"
		   "  link subset /a -> /b,\n"
		   "  userns create,\n"
		   "  io_uring sqpoll,\n"
		   "  mqueue (create) type=posix /q,\n"
		   "}\n");
	assert_true(readable(&compiled, "/sys/cpu,cpuacct/b"));
	assert_true(readable(&compiled, "/a#b"));
	assert_true(readable(&compiled, "/c"));
	assert_true(readable(&compiled, "/d"));
	assert_true(readable(&compiled, "/include"));
	/* AppArmor reads "/e r,/f r," so too: the ',' after r ends the rule. */
	assert_true(readable(&compiled, "/e"));
	assert_true(readable(&compiled, "/f"));
	assert_string_equal(compiled.messages,
			    "3:1: warning: profile t has rules that are not enforced: unix (1), dbus (1) [rule-not-enforced]\n");
	compiled_free(&compiled);
}

static void warnings(void **state)
{
	static const char text[] = "profile t {\ndbus,\n/x px -> no,\n}\n";
	struct nest_compile_options options = { .n_include_dirs = 0 };
	struct compiled compiled;

	(void)state;
	compile_ok(&compiled, text);
	assert_string_equal(compiled.messages,
			    "3:10: warning: there is no profile named no among those compiled; such an exec will be refused [unknown-target]\n"
			    "1:1: warning: profile t has rules that are not enforced: dbus (1) [rule-not-enforced]\n");
	compiled_free(&compiled);

	options.ignored = 1U << NEST_DIAG_RULE_NOT_ENFORCED |
			  1U << NEST_DIAG_UNKNOWN_TARGET |
			  1U << NEST_DIAG_SYNTAX;
	compile_with(&compiled, text, &options);
	assert_int_equal(compiled.err, 0);
	assert_int_equal(compiled.used, 0);
	compiled_free(&compiled);
	/* Errors cannot be ignored. */
	compile_with(&compiled, "x", &options);
	assert_int_equal(compiled.err, -EINVAL);
	assert_int_not_equal(compiled.used, 0);

	options.ignored = 0;
	options.as_errors = 1U << NEST_DIAG_UNKNOWN_TARGET;
	compile_with(&compiled, text, &options);
	assert_int_equal(compiled.err, -EINVAL);
	assert_non_null(strstr(compiled.messages, "3:10: error: "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters),
		cmocka_unit_test(owner_and_other),
		cmocka_unit_test(deny_and_audit),
		cmocka_unit_test(exec_modes),
		cmocka_unit_test(exec_owner),
		cmocka_unit_test(capabilities),
		cmocka_unit_test(sockets),
		cmocka_unit_test(profiles),
		cmocka_unit_test(attachments),
		cmocka_unit_test(attachments_compete),
		cmocka_unit_test(variables),
		cmocka_unit_test(disconnected),
		cmocka_unit_test(lexing),
		cmocka_unit_test(warnings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
