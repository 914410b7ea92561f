// SPDX-License-Identifier: GPL-2.0-only
/*
 * Profiles and probes about changes that a task makes itself: change_profile, at
 * once and at an exec, and change_hat.
 *
 * A "deny" rule has apparmor_parser take away every change at exec, or that of
 * the executables that it names, and AppArmor's kernel lets an exec happen for
 * which there is no such rule. So profiles have either rules that deny or
 * probes of changes at exec, and each executable some rule.
 */
#include <stdbool.h>
#include "generate.h"
#include "random.h"
#include "tree.h"

static const char *const programs[] = {
	"/o/x/a", "/o/x/b", "/o/x/ab", "/o/x/dir/program", "/o/x/script",
};

static void put_target(FILE *out)
{
	static const char *const targets[] = {
		"t1", "t2", "t3", "default", "default//c1", "default//h1",
		"default//h2", "t1//h1", "unconfined", "none", "t*", "t?",
		"{t1,t2}", "t[1-2]", "t[^1]", "default//*", "default//**", "**",
		"*", "default{,//c1}", "@{P}", "@{P}//h1", "@{profile_name}",
		"\"t1\"", "\"t 1\"", "d*", "un*", "t1//*", "*//h?",
		"t\\061",
	};

	fprintf(out, " -> %s", RANDOM_OF(targets));
}

/* Of the file that is being made. */
static bool at_exec;

/* In a profile they are all of one kind, or contradict each other. */
static void put_executable(FILE *out, const char *prefix)
{
	static const char *const executables[] = {
		"/o/x/a", "/o/x/*", "/o/x/{a,b}", "/o/x/a*",
		"/o/x/dir/*", "/o/x/[^a]", "/o/x/script", "/n/*", "@{X}",
		"\"/o/x/b\"", "/o/x/?",
	};

	fprintf(out, "%s %s", prefix, RANDOM_OF(executables));
}

static void put_change(FILE *out, const char *prefix)
{
	fputs("  ", out);
	if (random_percent(10))
		fputs("audit ", out);
	if (!at_exec && random_percent(25))
		fputs("deny ", out);
	else if (random_percent(5))
		fputs("allow ", out);
	fputs("change_profile", out);
	if (at_exec && random_percent(45))
		put_executable(out, prefix);
	if (random_percent(90))
		put_target(out);
	fputs(",\n", out);
}

static void put_rules(FILE *out)
{
	static const char *const executes[] = {
		"  /o/** rix,\n", "  /o/** rpix,\n", "  /o/** rPx,\n",
		"  /o/** rux,\n", "  /o/** r,\n  /o/x/a ix,\n  /o/x/b px -> t1,\n",
		"  /o/** rpx -> t2,\n",
	};
	static const char *const prefixes[] = { "", "", " safe", " unsafe" };
	const char *prefix = RANDOM_OF(prefixes);
	unsigned int n = random_below(5);

	fputs("  signal,\n  ptrace,\n  /** rwm,\n", out);
	if (random_percent(85))
		fputs(RANDOM_OF(executes), out);
	while (n--)
		put_change(out, prefix);
	if (at_exec)
		fprintf(out, "  change_profile%s /o/{,**} -> none,\n", prefix);
}

static void put_inner(FILE *out, const char *begin, unsigned int percent)
{
	if (!random_percent(percent))
		return;
	fprintf(out, "%s {\n", begin);
	put_rules(out);
	fputs("}\n", out);
}

static void put_profile(FILE *out, const char *begin, unsigned int hats)
{
	fprintf(out, "profile %s {\n", begin);
	put_rules(out);
	put_inner(out, random_percent(50) ? "^h1" : "hat h1", hats);
	put_inner(out, "^h2", hats * 2 / 3);
	put_inner(out, "profile c1", 50);
	fputs("}\n", out);
}

/**
 * generate_change_profile() - one file of profiles
 * @out: where to
 * @bases: not used
 */
void generate_change_profile(FILE *out, struct bases *bases)
{
	(void)bases;
	at_exec = random_percent(60);
	if (random_percent(85))
		fputs("abi <abi/3.0>,\n", out);
	fputs("@{P} = t1 default\n@{X} = /o/x/a /o/x/b\n", out);
	put_profile(out, "default", 85);
	put_profile(out, random_percent(30) ? "t1 /o/x/ab" : "t1", 50);
	if (random_percent(80))
		put_profile(out, "t2", 20);
	if (random_percent(50))
		put_profile(out, "t3", 0);
}

static void put_name(FILE *out)
{
	static const char *const names[] = {
		"t1", "t1", "t1", "t2", "t2", "t3", "default", "default//c1",
		"default//c1", "default//h1", "default//h2", "t1//h1",
		"t1//c1", "unconfined", "none", "h1", "c1", "default//none",
	};

	fputs(RANDOM_OF(names), out);
}

static void put_hat(FILE *out)
{
	static const char *const hats[] = { "h1", "h1", "h1", "h2", "h2", "c1",
					    "h3", "t1" };

	fprintf(out, "h%d:%s", random_percent(80) ? 7 : random_below(9),
		RANDOM_OF(hats));
}

static void put_no_new_privs(FILE *out)
{
	if (random_percent(12))
		fputs("n,", out);
}

static void put_back(FILE *out)
{
	fprintf(out, "b%d", random_percent(80) ? 7 : random_below(9));
}

/*
 * In AppArmor a change to a profile forgets neither a way back from a hat nor a
 * change at exec that was asked for, and to ask for one breaks the way back. So
 * steps are taken in an order in which this does not matter.
 */
static void put_steps(FILE *out)
{
	unsigned int profiles = random_below(3);
	unsigned int hats = random_below(4);
	unsigned int execs = at_exec ? random_below(3) : 0;

	put_no_new_privs(out);
	while (profiles--) {
		fputs("p", out);
		put_name(out);
		fputs(",", out);
	}
	put_no_new_privs(out);
	while (hats--) {
		if (random_percent(65))
			put_hat(out);
		else
			put_back(out);
		fputs(",", out);
		put_no_new_privs(out);
	}
	while (execs--) {
		fputs("x", out);
		put_name(out);
		fputs(",", out);
	}
	put_no_new_privs(out);
}

/**
 * generate_change_probes() - what to try under such a profile
 * @out: where to
 * @bases: not used
 * @n: how many probes
 */
void generate_change_probes(FILE *out, const struct bases *bases,
			    unsigned long n)
{
	(void)bases;
	while (n--) {
		fprintf(out, "%s\tchange\t",
			random_percent(65) ? "root" : "user");
		put_steps(out);
		fprintf(out, "\t%s\n",
			random_percent(60) ? RANDOM_OF(programs) : "");
	}
}
