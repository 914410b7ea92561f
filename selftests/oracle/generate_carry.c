// SPDX-License-Identifier: GPL-2.0-only
/*
 * Profiles and probes about what a task takes along into another domain: open
 * files, sockets, limits.
 */
#include <stdbool.h>
#include "generate.h"
#include "pattern.h"
#include "random.h"
#include "tree.h"

static const char *const files[] = {
	"/o/a/f", "/o/a/fa", "/o/a/fb", "/o/a/b/f", "/o/a/b/f.so", "/o/b/fab",
	"/o/b/a/a", "/o/ab/fb", "/o/f",
};

/* Numbers and names of resources, and a unit. */
static const struct limit {
	int number;
	const char *name;
	const char *unit;
} limits[] = {
	{ 0, "cpu", "" }, { 1, "fsize", "" }, { 2, "data", "" },
	{ 4, "core", "" }, { 5, "rss", "" }, { 6, "nproc", "" },
	{ 7, "nofile", "" }, { 8, "memlock", "" }, { 9, "as", "" },
	{ 10, "locks", "" }, { 11, "sigpending", "" }, { 12, "msgqueue", "" },
	{ 14, "rtprio", "" }, { 1, "fsize", "KB" }, { 2, "data", "MB" },
	{ 0, "cpu", "min" },
};

/* Enough for the program, and near those that probes try. */
static unsigned int some_value(int resource)
{
	switch (resource) {
	case 2:
	case 9:
		return 100000000 + random_below(3);
	case 14:
		return random_below(4);
	default:
		return 200 + random_below(4);
	}
}

static void put_limit(FILE *out)
{
	const struct limit *limit = &RANDOM_OF(limits);

	fprintf(out, "  set rlimit %s <= ", limit->name);
	if (random_percent(10))
		fputs("infinity,\n", out);
	else
		fprintf(out, "%u%s,\n", *limit->unit ? 100 + random_below(3) :
			some_value(limit->number), limit->unit);
}

static void put_network(FILE *out)
{
	static const char *const rules[] = {
		"", " inet", " inet6", " unix", " inet stream", " inet dgram",
		" unix stream", " unix dgram", " netlink", " netlink raw",
		" inet6 stream", " stream", " dgram", " tcp", " udp", " inet tcp",
		" unix seqpacket", " inet raw",
	};

	fprintf(out, "  %snetwork%s,\n", random_percent(20) ? "deny " : "",
		RANDOM_OF(rules));
}

static void put_file(FILE *out)
{
	static const char *const perms[] = {
		"r", "r", "w", "rw", "rw", "a", "ra", "rk", "rwk", "rm", "m",
		"rwmk", "k",
	};
	char pattern[PATTERN_SIZE];

	pattern_random(pattern, RANDOM_OF(files));
	fprintf(out, "  %s%s\"%s\" %s,\n", random_percent(15) ? "deny " : "",
		random_percent(15) ? "owner " : "", pattern, RANDOM_OF(perms));
}

/* In complain mode AppArmor lets limits be set, and Nest has lowered them. */
static void put_rules(FILE *out, bool enforced)
{
	unsigned int n;

	fputs("  signal,\n  ptrace,\n  /o/x/** rm,\n", out);
	if (random_percent(50))
		fputs("  capability,\n", out);
	for (n = random_below(6); n; n--)
		put_file(out);
	for (n = random_below(4); n; n--)
		put_network(out);
	for (n = enforced ? random_below(4) : 0; n; n--)
		put_limit(out);
}

static void put_profile(FILE *out, const char *begin)
{
	static const char *const flags[] = {
		"complain", "audit", "mediate_deleted", "attach_disconnected",
	};

	unsigned int flag = random_below(5 * ARRAY_SIZE(flags));

	fprintf(out, "profile %s ", begin);
	if (flag < ARRAY_SIZE(flags))
		fprintf(out, "flags=(%s) ", flags[flag]);
	fputs("{\n", out);
	put_rules(out, flag);
	fputs("}\n", out);
}

/**
 * generate_carry_profile() - one file of profiles
 * @out: where to
 * @bases: not used
 */
void generate_carry_profile(FILE *out, struct bases *bases)
{
	(void)bases;
	if (random_percent(85))
		fputs("abi <abi/3.0>,\n", out);
	fputs("profile default {\n  signal,\n  ptrace,\n  network,\n"
	      "  capability,\n  /** rwmk,\n  change_profile,\n"
	      "  /o/x/a px -> t1,\n  /o/x/b px -> t2,\n  /o/x/c cx -> c1,\n"
	      "  /o/x/ab ix,\n  /o/x/ba ux,\n^h1 {\n", out);
	put_rules(out, true);
	fputs("}\n", out);
	put_profile(out, "c1");
	fputs("}\n", out);
	put_profile(out, "t1");
	put_profile(out, "t2");
}

static const char *without_exec(void)
{
	static const char *const hows[] = {
		"pt1", "pt1", "pt2", "pdefault//c1", "h0:h1", "h7:h1",
		"punconfined",
	};

	return RANDOM_OF(hows);
}

static const char *with_exec(void)
{
	static const char *const programs[] = {
		"/o/x/a", "/o/x/a", "/o/x/b", "/o/x/c", "/o/x/ab", "/o/x/ba",
	};

	return RANDOM_OF(programs);
}

static void put_probe(FILE *out)
{
	static const char *const opens[] = {
		"carry-r", "carry-w", "carry-rw", "carry-a", "carry-r",
		"carry-path",
	};
	static const char *const uses[] = {
		"read", "read", "write", "write", "map", "map-w", "map-x", "lock",
		"truncate", "chmod",
	};
	static const char *const sockets[] = {
		"2 1", "2 2", "10 1", "10 2", "1 1", "1 2", "1 5", "16 3",
	};
	unsigned int kind = random_below(100);

	if (kind < 20) {
		fprintf(out, "%s\t%s\t%s\n", RANDOM_OF(opens), with_exec(),
			RANDOM_OF(files));
	} else if (kind < 50) {
		fprintf(out, "%s\t%s %s\t%s\n", RANDOM_OF(opens),
			without_exec(), RANDOM_OF(uses), RANDOM_OF(files));
	} else if (kind < 75) {
		fprintf(out, "carry-socket\t%s\t%s\n", without_exec(),
			RANDOM_OF(sockets));
	} else if (kind < 85) {
		fprintf(out, "carry-limit\t%s\t\n", with_exec());
	} else {
		int number = RANDOM_OF(limits).number;

		fprintf(out, "carry-limit\t%s\t%d %u\n", without_exec(), number,
			some_value(number));
	}
}

/**
 * generate_carry_probes() - what to try under such a profile
 * @out: where to
 * @bases: not used
 * @n: how many probes
 */
void generate_carry_probes(FILE *out, const struct bases *bases,
			   unsigned long n)
{
	(void)bases;
	while (n--) {
		fprintf(out, "%s\t", random_percent(65) ? "root" : "user");
		put_probe(out);
	}
}
