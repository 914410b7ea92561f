// SPDX-License-Identifier: GPL-2.0-only
/*
 * Profiles and probes about executing: several profiles attach to a program, what
 * they say of the next one, scripts, and files without a name.
 */
#include <stdbool.h>
#include <string.h>
#include "generate.h"
#include "pattern.h"
#include "random.h"
#include "tree.h"

/*
 * Patterns for programs, the more specific first. Of a row at most one is used:
 * AppArmor attaches none of those that are equally specific. One that has a
 * wildcard counts in AppArmor up to where its automaton is in a state again, so
 * all names are long enough for that, and behind a "**" stands nothing for which
 * the automaton counts on.
 */
#define ALTERNATIVES	4

static const char *const attachments[][ALTERNATIVES] = {
	{ "/o/x/dir/program", "/o/x/dir/{program,gone}", "/o/x/dir/[p]rogram",
	  "/o/x/d{ir,og}/program" },
	{ "/o/x/dir/pro*", "/o/x/dir/pro**", "/o/x/dir/pro{*,/**}",
	  "/o/x/dir/pro*[my]" },
	{ "/o/x/dir/pr*", "/o/x/dir/pr**", "/o/x/dir/pr*m", "/o/x/d[i]r/pr**" },
	{ "/o/x/dir/*", "/o/x/dir/**", "/o/x/dir/{*,*/*}", "/o/x/dir/**m" },
	{ "/o/x/di*/program", "/o/x/di**", "/o/x/di*/*", "/o/x/di**/pro*" },
	{ "/o/x/*", "/o/x/**", "/o/x/*/*", "/o/x/**{m,y}" },
	{ "/o/**", "/o/**m", "/o/{x,y}**", "/o/**m" },
};

static const char *const programs[] = {
	"/o/x/dir/program", "/o/x/dir/program", "/o/x/dir/prog",
	"/o/x/dir/progeny", "/o/x/program", "/o/x/script", "/o/x/script",
	"/o/x/abc",
};

static void put_mode(FILE *out, bool child)
{
	static const char *const modes[] = {
		"px", "Px", "pix", "Pix", "pux", "PUx", "ix", "ux", "Ux",
		"px -> t1", "Px -> t2", "Pix -> t3", "pux -> none",
		"cx", "Cx", "cix", "CUx", "cx -> c1", "Cix -> none",
	};

	fputs(modes[random_below(child ? 13 : ARRAY_SIZE(modes))], out);
}

/* One for each program, and one for others. */
static void put_rules(FILE *out, bool child)
{
	size_t i;

	if (random_percent(85))
		fputs("  /o/** rm,\n", out);
	else
		fputs("  /o/x/{,dir/}*[a-n] rm,\n", out);
	if (random_percent(30))
		fputs("  capability,\n", out);
	for (i = 1; i < ARRAY_SIZE(programs); i++) {
		if (!strcmp(programs[i], programs[i - 1]) || random_percent(40))
			continue;
		fprintf(out, "  %s%s ", random_percent(7) ? "owner " : "",
			programs[i]);
		put_mode(out, child);
		fputs(",\n", out);
	}
	fputs("  /o/x/** ", out);
	put_mode(out, child);
	fputs(",\n", out);
	if (random_percent(10))
		fputs("  deny /o/x/dir/*y x,\n", out);
}

static void put_attachment(FILE *out, bool *used)
{
	size_t row = random_below(ARRAY_SIZE(attachments));

	if (used[row] || random_percent(20))
		return;
	used[row] = true;
	fprintf(out, "%s ", RANDOM_OF(attachments[row]));
}

static void put_profile(FILE *out, const char *name, bool *used, bool child)
{
	fprintf(out, "profile %s ", name);
	put_attachment(out, used);
	fputs("{\n", out);
	put_rules(out, child);
	fputs("}\n", out);
}

/* The path is the name, and what it attaches to. */
static void put_path_profile(FILE *out, bool *used)
{
	if (used[0] || random_percent(70))
		return;
	used[0] = true;
	fputs("/o/x/dir/program {\n", out);
	put_rules(out, true);
	fputs("}\n", out);
}

/**
 * generate_exec_profile() - one file of profiles
 * @out: where to
 * @bases: not used
 */
void generate_exec_profile(FILE *out, struct bases *bases)
{
	static const char *const flags[] = {
		"", "", "flags=(attach_disconnected) ",
		"flags=(mediate_deleted) ", "flags=(mediate_deleted, audit) ",
		"flags=(attach_disconnected, mediate_deleted) ",
	};
	bool used[ARRAY_SIZE(attachments)] = { false };
	bool used_by_child[ARRAY_SIZE(attachments)] = { false };

	(void)bases;
	fputs("abi <abi/3.0>,\n", out);
	fprintf(out, "profile default %s{\n  signal,\n  ptrace,\n",
		RANDOM_OF(flags));
	put_rules(out, false);
	put_profile(out, "c1", used_by_child, true);
	if (random_percent(70))
		put_profile(out, "c2", used_by_child, true);
	fputs("}\n", out);
	put_profile(out, "t1", used, false);
	put_profile(out, "t2", used, true);
	if (random_percent(70))
		put_profile(out, "t3", used, true);
	put_path_profile(out, used);
}

/**
 * generate_exec_probes() - what to try under such a profile
 * @out: where to
 * @bases: not used
 * @n: how many probes
 */
void generate_exec_probes(FILE *out, const struct bases *bases,
			  unsigned long n)
{
	static const char *const ops[] = {
		"exec", "exec", "exec", "exec", "exec-nnp", "exec-fd",
		"exec-path-fd", "exec-memfd", "exec-gone",
	};

	(void)bases;
	while (n--) {
		fprintf(out, "%s\t", random_percent(65) ? "root" : "user");
		if (random_percent(45))
			fprintf(out, "exec-again%s\t%s\t%s\n",
				random_percent(25) ? "-nnp" : "",
				RANDOM_OF(programs), RANDOM_OF(programs));
		else
			fprintf(out, "%s\t%s\n", RANDOM_OF(ops),
				RANDOM_OF(programs));
	}
}
