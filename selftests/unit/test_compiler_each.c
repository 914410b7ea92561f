// SPDX-License-Identifier: GPL-2.0-only
/* The rules of a profile, each compiled by itself. */
#include <errno.h>
#include <string.h>

#include "compiler_helper.h"

#define TEXT	"@{D} = /a /b\n"		/* 1 */ \
		"profile t {\n"			/* 2 */ \
		"  @{D}/** r,\n"		/* 3 */ \
		"  deny /a/secret r,\n"		/* 4 */ \
		"  capability chown,\n"		/* 5 */ \
		"  /bin/x px -> u,\n"		/* 6 */ \
		"}\n" \
		"profile u flags=(default_allow) {\n"	/* 8 */ \
		"  deny capability chown,\n"	/* 9 */ \
		"}\n"

/* What each rule says of /a/secret and of a capability. */
struct seen {
	unsigned int n;
	unsigned int lines[8];
	u32 allow[8];
	u32 deny[8];
	bool chown[8];
	u32 exec[8];
	const char *domain;
	unsigned int stop;
};

static int look(void *context, const struct nest_diag *place,
		const struct nest_image *image)
{
	static const struct nest_policy_limits limits = {
		NEST_POLICY_SIZE_MAX, NEST_DOMAINS_MAX, NEST_STATES_MAX
	};
	struct nest_policy_error error;
	struct seen *seen = context;
	struct nest_policy policy;
	struct nest_perms perms;
	u32 domain;

	assert_true(seen->n < 8);
	assert_string_equal(place->file, "text");
	assert_int_equal(nest_policy_unpack(&policy, image->data, image->size,
					    &limits, &error), 0);
	domain = nest_policy_find_domain(&policy, seen->domain);
	assert_int_not_equal(domain, NEST_NONE);
	nest_perms_lookup(&perms, &policy, domain, "/a/secret", 9, false);
	seen->lines[seen->n] = place->line;
	seen->allow[seen->n] = perms.allow & NEST_FILE_READ;
	seen->deny[seen->n] = perms.deny & NEST_FILE_READ;
	seen->chown[seen->n] = !nest_decide_capable(&policy, domain, 0).denied;
	nest_perms_lookup(&perms, &policy, domain, "/bin/x", 6, false);
	seen->exec[seen->n] = perms.exec == NEST_NONE ? NEST_NONE :
		le32_to_cpu(policy.execs[perms.exec].target);
	return ++seen->n == seen->stop ? 77 : 0;
}

static int each(struct seen *seen, const char *domain, unsigned int stop)
{
	const struct nest_source source = { "text", TEXT, strlen(TEXT) };

	memset(seen, 0, sizeof(*seen));
	seen->domain = domain;
	seen->stop = stop;
	return nest_compile_each(NULL, &source, 1, domain, look, seen);
}

static void test_each(void **state)
{
	struct seen seen;

	(void)state;
	assert_int_equal(each(&seen, "t", 0), 0);
	assert_int_equal(seen.n, 4);
	assert_int_equal(seen.lines[0], 3);
	assert_int_equal(seen.allow[0], NEST_FILE_READ);
	assert_int_equal(seen.deny[0], 0);
	assert_int_equal(seen.lines[1], 4);
	assert_int_equal(seen.allow[1], 0);
	assert_int_equal(seen.deny[1], NEST_FILE_READ);
	assert_false(seen.chown[0]);
	assert_int_equal(seen.lines[2], 5);
	assert_true(seen.chown[2]);
	assert_int_equal(seen.lines[3], 6);
	assert_int_equal(seen.exec[2], NEST_NONE);
	/* the profile that it names is there, if without its rules */
	assert_int_equal(seen.exec[3], 1);
}

/* The flags stand before the rules. */
static void test_flags(void **state)
{
	struct seen seen;

	(void)state;
	assert_int_equal(each(&seen, "u", 0), 0);
	assert_int_equal(seen.n, 2);
	assert_int_equal(seen.lines[0], 8);
	assert_int_equal(seen.allow[0], NEST_FILE_READ);
	assert_true(seen.chown[0]);
	assert_int_equal(seen.lines[1], 9);
	assert_int_equal(seen.allow[1], 0);
	assert_false(seen.chown[1]);
}

static void test_ends(void **state)
{
	const struct nest_source wrong = { "text", "profile {", 9 };
	struct seen seen;

	(void)state;
	assert_int_equal(each(&seen, "t", 2), 77);
	assert_int_equal(seen.n, 2);
	assert_int_equal(each(&seen, "v", 0), -ENOENT);
	assert_int_equal(nest_compile_each(NULL, &wrong, 1, "t", look, &seen),
			 -EINVAL);
	assert_int_equal(seen.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
