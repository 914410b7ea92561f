// SPDX-License-Identifier: GPL-2.0-only
/* Rules for mounts and roots, asked through core. */
#include <linux/mount.h>
#include <stdio.h>
#include <string.h>

#include "compiler_helper.h"

static void compile_rules(struct compiled *compiled, const char *rules)
{
	char text[2048];

	snprintf(text, sizeof(text), "@{V} = /v1 /v2\nprofile t {\n%s\n}\n",
		 rules);
	compile_ok(compiled, text);
}

struct question {
	enum nest_policy_class class;
	const char *point, *source, *type;
	unsigned int flags;
};

static struct nest_decision ask(const struct compiled *compiled,
				const struct question *q)
{
	struct nest_match match;
	char flags[33];
	int n = 0;

	nest_match_begin(&match, &compiled->policy,
			 compiled_domain(compiled, "t"), q->class);
	nest_match_text(&match, q->point);
	if (q->source)
		nest_match_text(&match, q->source);
	if (q->class == NEST_RULES_MOUNT) {
		nest_match_text(&match, q->type);
		for (int bit = 0; bit < 32; bit++)
			if (q->flags & 1U << bit)
				flags[n++] = (char)(bit + 1);
		flags[n] = '\0';
		nest_match_text(&match, flags);
	}
	return nest_match_decide(&match, NEST_RULES_MAY);
}

#define MOUNT(point, source, type, flags) \
	{ NEST_RULES_MOUNT, point, source, type, flags }
#define BIND		MOUNT("/b", "/a", "", MS_BIND)
#define RBIND		MOUNT("/b", "/a", "", MS_BIND | MS_REC)
#define MOVE		MOUNT("/b", "/a", "", MS_MOVE)
#define REMOUNT(flags)	MOUNT("/b", "", "", MS_REMOUNT | (flags))
#define PRIVATE(more)	MOUNT("/b", "", "", MS_PRIVATE | (more))
#define NEW(type, flags) MOUNT("/b", "/a", type, flags)
#define UMOUNT(point)	{ NEST_RULES_UMOUNT, point, NULL, NULL, 0 }
#define PIVOT(new, old)	{ NEST_RULES_PIVOT_ROOT, new, old, NULL, 0 }

static const struct {
	const char *rules;
	struct question question;
	bool allowed;
} cases[] = {
	/* Without a rule nothing of it is allowed, and by "mount," not all. */
	{ "", BIND, false }, { "", UMOUNT("/b"), false },
	{ "", PIVOT("/b", "/a"), false }, { "mount,", BIND, true },
	{ "mount,", MOVE, true }, { "mount,", REMOUNT(MS_RDONLY), true },
	{ "mount,", PRIVATE(MS_REC), true }, { "mount,", NEW("x", 0), true },
	{ "mount,", MOUNT("", "", "", MS_REMOUNT), true },
	{ "mount,", UMOUNT("/b"), false },
	{ "mount,", PIVOT("/b", "/a"), false },
	{ "all,", BIND, true }, { "all,", UMOUNT("/b"), true },
	{ "all,", PIVOT("/b/", "/a/"), true },

	/* Places. */
	{ "mount /a -> /b,", BIND, true }, { "mount /a,", BIND, true },
	{ "mount -> /b,", BIND, true }, { "mount /b -> /a,", BIND, false },
	{ "mount /a -> /b/,", BIND, false }, { "mount /a,", PRIVATE(0), false },
	{ "mount /* -> /{b,c},", BIND, true },
	{ "mount @{V} -> @{V},", MOUNT("/v2", "/v1", "", MS_MOVE), true },
	{ "mount none -> /b,", MOUNT("/b", "none", "tmpfs", 0), true },
	{ "mount \"\" -> /b,", MOUNT("/b", "", "tmpfs", 0), true },

	/* Types: of new mounts only. */
	{ "mount fstype=x,", NEW("x", MS_RDONLY), true },
	{ "mount fstype=x,", NEW("xy", 0), false },
	{ "mount fstype=(x, y),", NEW("y", 0), true },
	{ "mount vfstype in (x y),", NEW("y", 0), true },
	{ "mount fstype=fuse.*,", NEW("fuse.sshfs", 0), true },
	{ "mount fstype=x,", BIND, false }, { "mount fstype=x,", MOVE, false },

	/* Flags: all that are named, and no others. */
	{ "mount options=ro,", NEW("x", MS_RDONLY), true },
	{ "mount options=ro,", NEW("x", 0), false },
	{ "mount options=ro,", NEW("x", MS_RDONLY | MS_NOSUID), false },
	{ "mount options=ro,", BIND, false },
	{ "mount options=rw,", NEW("x", 0), true },
	{ "mount options=rw,", NEW("x", MS_RDONLY), false },
	{ "mount options=(ro, nosuid),", NEW("x", MS_RDONLY | MS_NOSUID),
	  true },
	{ "mount options=(ro nosuid),", NEW("x", MS_RDONLY), false },
	{ "mount options in (ro, nosuid),", NEW("x", 0), true },
	{ "mount options in (ro, nosuid),", NEW("x", MS_NOSUID), true },
	{ "mount options in (ro, nosuid),", NEW("x", MS_NODEV), false },
	{ "mount options=(ro) options in (nodev),",
	  NEW("x", MS_RDONLY | MS_NODEV), true },
	{ "mount options=(ro) options in (nodev),", NEW("x", MS_NODEV),
	  false },
	{ "mount options=nouser,", NEW("x", 1U << 31), true },

	/* Kinds. */
	{ "mount options=bind,", BIND, true },
	{ "mount options=bind,", RBIND, false },
	{ "mount options=rbind,", RBIND, true },
	{ "mount options=rbind,", BIND, false },
	{ "mount options in (bind, rbind),", RBIND, true },
	{ "mount options in (bind, rbind),", NEW("x", 0), false },
	{ "mount options=bind,", MOVE, false },
	{ "mount options=(ro, bind) /a -> /b,", BIND, true },
	/* AppArmor 3.0 permits these two. */
	{ "mount options=(ro, bind) /a -> /b,", NEW("x", MS_RDONLY), false },
	{ "mount options=(rw, bind) /a -> /b,", NEW("x", 0), false },
	{ "mount options=move /a -> /b,", MOVE, true },
	{ "mount options=(make-private) -> /b,", PRIVATE(0), true },
	{ "mount options=(make-private) -> /b,", PRIVATE(MS_REC), false },
	{ "mount options=(rw, rprivate) -> /b,", PRIVATE(MS_REC), true },
	{ "mount options=(rw, rprivate) -> /b,", NEW("x", 0), false },
	{ "mount options in (private, move),", MOVE, true },
	{ "mount options in (private, move),", PRIVATE(0), true },
	{ "mount options in (ro, bind),", NEW("x", MS_RDONLY), true },
	{ "remount /b,", REMOUNT(0), true },
	{ "remount /b,", REMOUNT(MS_RDONLY), false },
	{ "remount options=ro /b,", REMOUNT(MS_RDONLY), true },
	{ "remount options in (ro) /b,", REMOUNT(0), true },
	{ "remount,", MOUNT("", "", "", MS_REMOUNT), true },
	{ "remount /b,", MOUNT("", "", "", MS_REMOUNT), false },
	{ "mount options=(remount, bind, ro) -> /b,",
	  REMOUNT(MS_BIND | MS_RDONLY), true },
	{ "mount options=(remount, bind, ro) -> /b,", BIND, false },

	/* The others. */
	{ "umount,", UMOUNT("/x/y/"), true },
	{ "umount /b,", UMOUNT("/b"), true },
	{ "umount /b,", UMOUNT("/b/"), false },
	{ "umount /b,", REMOUNT(0), false },
	{ "pivot_root,", PIVOT("/a/", "/b/"), true },
	{ "pivot_root /a/,", PIVOT("/a/", "/b/"), true },
	{ "pivot_root oldroot=/b/ /a/,", PIVOT("/a/", "/b/"), true },
	{ "pivot_root oldroot=/b/ /a/,", PIVOT("/a/", "/c/"), false },
	{ "pivot_root oldroot=/b/,", PIVOT("/a/", "/b/"), true },

	/* deny wins. */
	{ "mount,\ndeny mount /a,", BIND, false },
	{ "mount,\ndeny mount /a,", PRIVATE(0), true },
	{ "mount,\ndeny mount options=bind,", BIND, false },
	{ "mount,\ndeny mount options=bind,", MOVE, true },
	{ "umount,\ndeny umount /b,", UMOUNT("/b"), false },
	{ "all,\ndeny mount,", BIND, false },
};

static void test_rules(void **state)
{
	struct compiled compiled;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		compile_rules(&compiled, cases[i].rules);
		if (!ask(&compiled, &cases[i].question).denied !=
		    cases[i].allowed)
			fail_msg("%zu: %s", i, cases[i].rules);
		compiled_free(&compiled);
	}
}

static void test_reports(void **state)
{
	static const struct question bind = BIND, move = MOVE;
	struct compiled compiled;

	(void)state;
	compile_rules(&compiled, "audit mount options=bind,");
	assert_true(ask(&compiled, &bind).report);
	assert_true(ask(&compiled, &move).report);
	compiled_free(&compiled);
	compile_rules(&compiled, "mount,\ndeny mount options=bind,");
	assert_false(ask(&compiled, &bind).report);
	assert_false(ask(&compiled, &move).report);
	compiled_free(&compiled);
}

/* What the kernel does not ask about gives nothing, and denies nothing. */
static void test_data(void **state)
{
	static const struct question tmpfs = MOUNT("/b", "", "tmpfs", 0);
	struct compiled compiled;

	(void)state;
	compile_rules(&compiled, "mount fstype=tmpfs options=(rw,size=10m),");
	assert_true(ask(&compiled, &tmpfs).denied);
	assert_non_null(strstr(compiled.messages, "not enforced: mount (1)"));
	compiled_free(&compiled);
	compile_text(&compiled,
		     "profile t {\nmount,\ndeny mount options=size=1m,\n}\n");
	assert_non_null(strstr(compiled.messages,
			       "3:1: error: options of file systems"));
	compiled_free(&compiled);
}

static const struct refused_rule bad[] = {
	{ "mount /a /b,", "2:10: error: a rule has one source" },
	{ "mount -> /a /b,", "2:7: error: one path, the mount point" },
	{ "mount ->,", "2:7: error: one path" },
	{ "mount fstype=a fstype=b,", "2:16: error: a rule has one fstype" },
	{ "mount peer=a,", "2:7: error: mount has the conditions" },
	{ "mount (a),", "2:7: error: a list is unexpected" },
	{ "mount oldroot=/a,", "error: mount has the conditions" },
	{ "umount /a /b,", "2:11: error: the rule has one path" },
	{ "umount -> /a,", "2:8: error: the rule has no '->'" },
	{ "umount fstype=x /a,", "2:8: error: umount has no conditions" },
	{ "remount -> /a,", "2:9: error: the rule has no '->'" },
	{ "pivot_root fstype=x /a,", "error: pivot_root has the condition" },
	{ "pivot_root /a -> x,", "error: a change of the root does not" },
	{ "owner mount,", "error: owner and other go with file" },
	{ "mount /a{,", "error: this '{' is not closed" },
};

static void test_bad(void **state)
{
	(void)state;
	compile_refused(bad, ARRAY_SIZE(bad));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_reports),
		cmocka_unit_test(test_data),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests_name("compiler: mounts", tests, NULL,
					   NULL);
}
