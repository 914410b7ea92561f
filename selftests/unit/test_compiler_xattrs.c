// SPDX-License-Identifier: GPL-2.0-only
/* Attachments that ask for attributes, asked through core as the kernel does. */
#include <stdio.h>
#include <string.h>

#include "compiler_helper.h"

/* An attribute of a program; without a name: none. */
struct xattr {
	const char *name;
	const char *value;
};

static bool has_xattr(const struct nest_policy *policy, u32 index,
		      const struct xattr *xattrs)
{
	u32 name = le32_to_cpu(policy->xattrs[index].name);
	u32 i;

	for (i = 0; i < 3 && xattrs[i].name; i++)
		if (!strcmp(xattrs[i].name, policy->strings + name))
			return nest_xattr_match(policy, index, xattrs[i].value,
						strlen(xattrs[i].value));
	return false;
}

static bool holds(const struct nest_policy *policy,
		  const struct nest_attach *attach, const struct xattr *xattrs)
{
	u32 i;

	for (i = 0; i < attach->n_xattrs; i++)
		if (!has_xattr(policy, attach->xattr + i, xattrs))
			return false;
	return true;
}

static const char *attached(const struct compiled *compiled, u32 dfa,
			    const char *path, const struct xattr *xattrs)
{
	const struct nest_policy *policy = &compiled->policy;
	struct nest_attach attach;
	struct nest_dfa opened;
	u32 accept;

	if (dfa == NEST_NONE)
		return "";
	nest_dfa_open(&opened, policy, dfa);
	accept = nest_dfa_match(&opened, path, strlen(path));
	while (nest_attach_next(policy, &accept, &attach))
		if (holds(policy, &attach, xattrs))
			return nest_policy_domain_name(policy, attach.domain);
	return "";
}

#define X(n, v)	{ "user." n, v }

static const struct {
	const char *profiles;
	struct xattr xattrs[3];
	const char *domain;
} cases[] = {
	{ "profile a /x { }\n", { }, "a" },
	{ "profile a /x xattrs=(user.k=v) { }\n", { }, "" },
	{ "profile a /x xattrs=(user.k=v) { }\n", { X("k", "v") }, "a" },
	{ "profile a /x xattrs=(user.k=v) { }\n", { X("k", "vv") }, "" },
	{ "profile a /x xattrs=(user.k=v) { }\n", { X("l", "v") }, "" },
	{ "profile a /x xattrs=() { }\n", { }, "a" },
	{ "/x xattrs=(user.k=\"v*\") { }\n", { X("k", "vw") }, "/x" },
	{ "/x xattrs=(user.k=\"v*\") { }\n", { X("k", "v/w") }, "" },
	{ "/x xattrs=(user.k=\"v**\") { }\n", { X("k", "v/w") }, "/x" },
	{ "/x xattrs=(user.k=\"*\") { }\n", { X("k", "") }, "/x" },
	{ "/x xattrs=(user.k=\"\") { }\n", { X("k", "") }, "/x" },
	{ "/x xattrs=(user.k=\"\") { }\n", { X("k", "v") }, "" },
	{ "/x xattrs=(user.k={v,w}) { }\n", { X("k", "w") }, "/x" },
	{ "@{V} = v1 v2\n/x xattrs=(user.k=\"@{V}\") { }\n", { X("k", "v2") },
	  "/x" },
	/* All of them. */
	{ "profile a /x xattrs=(user.k=v, user.l=w) { }\n", { X("k", "v") },
	  "" },
	{ "profile a /x xattrs=(user.k=v user.l=w) flags=(complain) { }\n",
	  { X("l", "w"), X("k", "v") }, "a" },
	/* More of them win, among paths that say as much. */
	{ "profile a /x { }\nprofile b /x xattrs=(user.k=v) { }\n", { }, "a" },
	{ "profile a /x { }\nprofile b /x xattrs=(user.k=v) { }\n",
	  { X("k", "v") }, "b" },
	{ "profile a /x xattrs=(user.k=v) { }\n"
	  "profile b /x xattrs=(user.k=v user.l=w) { }\n",
	  { X("k", "v"), X("l", "w") }, "b" },
	{ "profile a /x xattrs=(user.k=v) { }\n"
	  "profile b /x xattrs=(user.k=v user.l=w) { }\n",
	  { X("k", "v") }, "a" },
	/* A path that says more wins over attributes. */
	{ "profile a /x { }\nprofile b /* xattrs=(user.k=v) { }\n",
	  { X("k", "v") }, "a" },
	{ "profile a /* { }\nprofile b /x xattrs=(user.k=v) { }\n", { }, "a" },
	/* As many: by name. */
	{ "profile a /x xattrs=(user.k=v) { }\n"
	  "profile b /x xattrs=(user.l=w) { }\n", { X("l", "w") }, "b" },
	{ "profile a /x xattrs=(user.k=v) { }\n"
	  "profile b /x xattrs=(user.l=w) { }\n",
	  { X("l", "w"), X("k", "v") }, "a" },
	{ "profile a /x xattrs=(user.k=v) { }\n"
	  "profile b /? xattrs=(user.l=w) { }\nprofile c /** { }\n",
	  { X("l", "w") }, "b" },
	{ "profile a /x xattrs=(user.k=v) { }\n"
	  "profile b /? xattrs=(user.l=w) { }\nprofile c /** { }\n", { }, "c" },
	{ "profile a /{x,?} xattrs=(user.k=v) { }\nprofile b /* { }\n", { },
	  "b" },
};

static void choices(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct compiled compiled;
		const char *domain;
		u32 dfa;

		compile_ok(&compiled, cases[i].profiles);
		assert_string_equal(compiled.messages, "");
		dfa = le32_to_cpu(compiled.policy.header->attach_dfa);
		domain = attached(&compiled, dfa, "/x", cases[i].xattrs);
		if (strcmp(domain, cases[i].domain))
			fail_msg("case %zu: %s: %s", i, cases[i].profiles,
				 domain);
		compiled_free(&compiled);
	}
}

static void children(void **state)
{
	static const struct xattr has[3] = { X("k", "v") }, none[3];
	struct compiled compiled;
	u32 dfa, p;

	(void)state;
	compile_ok(&compiled,
		   "profile p {\n/x cx,\nprofile c /x xattrs=(user.k=v) { }\n}\n");
	p = compiled_domain(&compiled, "p");
	dfa = le32_to_cpu(compiled.policy.domains[p].child_dfa);
	assert_string_equal(attached(&compiled, dfa, "/x", has), "p//c");
	assert_string_equal(attached(&compiled, dfa, "/x", none), "");
	compiled_free(&compiled);
}

/* Bytes that no C string has. */
static void binary(void **state)
{
	struct compiled compiled;

	(void)state;
	compile_ok(&compiled,
		   "/x xattrs=(user.k=\"v*\\x00\", user.l=\"?\") { }\n");
	assert_true(nest_xattr_match(&compiled.policy, 0, "vw", 3));
	assert_false(nest_xattr_match(&compiled.policy, 0, "vw", 2));
	assert_false(nest_xattr_match(&compiled.policy, 0, "v\0w", 4));
	assert_false(nest_xattr_match(&compiled.policy, 1, "\0", 1));
	assert_true(nest_xattr_match(&compiled.policy, 1, "\xff", 1));
	compiled_free(&compiled);
}

/* No more than the kernel is to try. */
static void many(void **state)
{
	char text[8192] = "", *end = text;
	struct compiled compiled;
	u32 i;

	(void)state;
	for (i = 0; i < NEST_ATTACH_MAX; i++)
		end += sprintf(end, "profile p%u /x xattrs=(user.k=%u) { }\n",
			       i, i);
	compile_ok(&compiled, text);
	compiled_free(&compiled);
	sprintf(end, "profile q /** { }\n");
	compile_text(&compiled, text);
	assert_int_not_equal(compiled.err, 0);
	assert_non_null(strstr(compiled.messages, "more than 16 profiles"));
	compiled_free(&compiled);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(choices),
		cmocka_unit_test(children),
		cmocka_unit_test(binary),
		cmocka_unit_test(many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
