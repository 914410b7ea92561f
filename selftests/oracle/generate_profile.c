// SPDX-License-Identifier: GPL-2.0-only
/*
 * Profiles. One is named default, which Nest begins with; classes of rules that
 * Nest does not have are left open.
 */
#include <stdbool.h>
#include <string.h>
#include "generate.h"
#include "pattern.h"
#include "random.h"
#include "tree.h"

static const char *add_base(struct bases *bases, const char *path)
{
	if (bases->n < MAX_BASES)
		bases->paths[bases->n++] = path;
	return path;
}

static const char *some_path(void)
{
	const struct tree_entry *entry;

	do {
		entry = &tree[random_below(tree_size)];
	} while (tree_is_program(entry));
	return entry->path;
}

static const char *some_program(void)
{
	const struct tree_entry *entry;

	do {
		entry = &tree[random_below(tree_size)];
	} while (!tree_is_program(entry));
	return entry->path;
}

static bool is_dir(const char *path)
{
	size_t i;

	for (i = 0; i < tree_size; i++)
		if (tree[i].path == path)
			return tree[i].type == TREE_DIR;
	return false;
}

/* What generate_profile() sets to these, and to another directory as well. */
static const char *const variables[][2] = {
	{ "/o/a/", "@{A}/" }, { "/o/b/", "@{B}" }, { "/o/x/", "@{X}/" },
};

/* Its beginning may be in a variable. */
static void put_path(FILE *out, const char *pattern)
{
	/* apparmor_parser does not take an escaped comma without */
	bool quote = strchr(pattern, ' ') || strstr(pattern, "\\,") ||
		     random_percent(5);
	const char *const *variable = RANDOM_OF(variables);
	size_t len = strlen(variable[0]);
	const char *beginning = "";

	if (random_percent(25) && !strncmp(pattern, variable[0], len)) {
		beginning = variable[1];
		pattern += len;
	}
	fprintf(out, quote ? "\"%s%s\"" : "%s%s", beginning, pattern);
}

static void put_qualifiers(FILE *out, unsigned int deny)
{
	if (random_percent(8))
		fputs("audit ", out);
	if (random_percent(deny))
		fputs("deny ", out);
	else if (random_percent(5))
		fputs("allow ", out);
	if (random_percent(20))
		fputs("owner ", out);
	if (random_percent(10))
		fputs("file ", out);
}

/* At least one of the letters, in any order. */
static void some_perms(char *perms)
{
	static const char *const writes[] = { "", "", "", "w", "w", "a" };
	char *p = perms;

	do {
		if (random_percent(55))
			*p++ = 'r';
		p = stpcpy(p, RANDOM_OF(writes));
		if (random_percent(20))
			*p++ = 'm';
		if (random_percent(20))
			*p++ = 'k';
		if (random_percent(20))
			*p++ = 'l';
	} while (p == perms);
	*p = '\0';
}

static void put_rule(FILE *out, const char *pattern, const char *perms)
{
	if (random_percent(25)) {
		fprintf(out, "%s ", perms);
		put_path(out, pattern);
	} else {
		put_path(out, pattern);
		fprintf(out, " %s", perms);
	}
}

static void file_rule(FILE *out, struct bases *bases)
{
	const char *path = add_base(bases, some_path());
	char pattern[PATTERN_SIZE], perms[16];

	if (random_percent(15))
		pattern_literal(pattern, path);
	else
		pattern_random(pattern, path);
	if (is_dir(path) && random_percent(60) &&
	    pattern[strlen(pattern) - 1] != '/')
		strcat(pattern, "/");
	some_perms(perms);
	fputs("  ", out);
	put_qualifiers(out, 20);
	put_rule(out, pattern, perms);
	fputs(",\n", out);
}

/*
 * Two names: that of a file that is there comes second. Not as "NAME l -> FILE",
 * by which AppArmor permits links to other files, too.
 */
static void link_rule(FILE *out, struct bases *bases)
{
	char patterns[2][PATTERN_SIZE];
	int i;

	for (i = 0; i < 2; i++)
		pattern_random(patterns[i], add_base(bases, some_path()));
	fputs("  ", out);
	if (random_percent(8))
		fputs("audit ", out);
	if (random_percent(20))
		fputs("deny ", out);
	if (random_percent(15))
		fputs("owner ", out);
	fputs(random_percent(40) ? "link subset " : "link ", out);
	put_path(out, patterns[0]);
	fputs(" -> ", out);
	put_path(out, patterns[1]);
	fputs(",\n", out);
}

/* Rules that hold on a condition, or if it does not hold. */
static void conditional_rules(FILE *out, struct bases *bases)
{
	static const char *const conditions[] = {
		"$YES", "$NO", "not $YES", "not ${NO}", "${YES}", "defined @{A}",
		"defined @{NONE}", "not defined @{NONE}", "defined $YES",
		"not defined $NONE",
	};

	fprintf(out, "  if %s {\n", RANDOM_OF(conditions));
	file_rule(out, bases);
	if (random_percent(30)) {
		fprintf(out, "  } else if %s {\n", RANDOM_OF(conditions));
		file_rule(out, bases);
	}
	if (random_percent(60)) {
		fputs("  } else {\n", out);
		file_rule(out, bases);
	}
	fputs("  }\n", out);
}

static void exec_mode(char *text, const char **target, bool child)
{
	static const char *const modes[] = {
		"ix", "ix", "px", "Px", "ux", "Ux", "pix", "Pix", "pux", "PUx",
		"cx", "Cx", "cix", "Cix", "cux", "CUx", "px", "Px", "cx",
	};
	static const char *const profiles[] = { "t1", "t2", "t3", "none" };
	static const char *const children[] = { "c1", "c2", "none" };
	const char *mode = RANDOM_OF(modes);

	if (child)
		mode = modes[random_below(6)];
	stpcpy(text, mode);
	*target = NULL;
	if (random_percent(55) && strchr("pP", *mode))
		*target = RANDOM_OF(profiles);
	if (random_percent(55) && strchr("cC", *mode))
		*target = RANDOM_OF(children);
}

/*
 * Exact patterns for different programs, and at most one other, do not
 * contradict each other, which would be an error.
 */
static void exec_rule(FILE *out, struct bases *bases, const char *path,
		      bool exact, bool child)
{
	char pattern[PATTERN_SIZE], perms[32];
	const char *target;

	add_base(bases, path);
	if (exact)
		pattern_literal(pattern, path);
	else
		pattern_random(pattern, path);
	stpcpy(perms, random_percent(60) ? "rm" : "");
	exec_mode(perms + strlen(perms), &target, child);
	fputs("  ", out);
	if (random_percent(10))
		fputs("owner ", out);
	if (!strstr(perms, "ix") && random_percent(12))
		fputs(random_percent(50) ? "safe " : "unsafe ", out);
	put_rule(out, pattern, perms);
	if (target)
		fprintf(out, " -> %s", target);
	fputs(",\n", out);
}

static void exec_rules(FILE *out, struct bases *bases, bool child)
{
	size_t i;

	for (i = 0; i < tree_size; i++)
		if (tree_is_program(&tree[i]) &&
		    random_percent(child ? 15 : 33))
			exec_rule(out, bases, tree[i].path, true, child);
	if (random_percent(40))
		exec_rule(out, bases, some_program(), false, child);
	if (random_percent(15)) {
		char pattern[PATTERN_SIZE];

		pattern_random(pattern, some_program());
		fputs("  deny ", out);
		put_rule(out, pattern, "x");
		fputs(",\n", out);
	}
}

static void capability_rule(FILE *out)
{
	static const char *const names[] = {
		"chown", "setuid", "setgid", "net_raw", "net_bind_service",
		"dac_override", "dac_read_search", "fowner", "mknod", "setpcap",
		"sys_nice", "sys_admin", "syslog", "sys_resource", "ipc_lock",
		"lease", "fsetid",
	};

	fputs("  ", out);
	if (random_percent(10))
		fputs("audit ", out);
	if (random_percent(20))
		fputs("deny ", out);
	fputs("capability", out);
	if (random_percent(90)) {
		unsigned int n = 1 + random_below(3);

		while (n--)
			fprintf(out, " %s", RANDOM_OF(names));
	}
	fputs(",\n", out);
}

static void network_rule(FILE *out)
{
	static const char *const rules[] = {
		"", " unix", " inet", " inet6", " netlink", " inet stream",
		" inet dgram", " unix stream", " unix dgram", " inet6 stream",
		" netlink raw", " inet raw", " stream", " dgram", " raw",
		" unix seqpacket", " inet tcp", " inet udp", " tcp", " udp",
		" packet", " inet icmp",
	};

	fputs("  ", out);
	if (random_percent(10))
		fputs("audit ", out);
	if (random_percent(20))
		fputs("deny ", out);
	fprintf(out, "network%s,\n", RANDOM_OF(rules));
}

static void times(FILE *out, unsigned int n, void (*rule)(FILE *out))
{
	while (n--)
		rule(out);
}

/* What all have; in some everything is allowed that no rule denies. */
static void base_rules(FILE *out)
{
	static const char *const bases[] = {
		"  /o/** r,\n", "  /o/** rw,\n  /o/ r,\n", "  /o/** rwl,\n",
		"  /o/** mrk,\n", "  file,\n", "  /** rwklm,\n", "  / r,\n",
	};

	fputs("  signal,\n  ptrace,\n", out);
	if (random_percent(40))
		fputs(RANDOM_OF(bases), out);
}

static void rules(FILE *out, struct bases *bases, bool child)
{
	unsigned int n = 1 + random_below(child ? 3 : 9);

	base_rules(out);
	while (n--)
		file_rule(out, bases);
	for (n = random_percent(40) ? random_below(4) : 0; n; n--)
		link_rule(out, bases);
	if (random_percent(20))
		conditional_rules(out, bases);
	exec_rules(out, bases, child);
	times(out, random_below(child ? 2 : 4), capability_rule);
	times(out, random_below(child ? 2 : 4), network_rule);
	if (random_percent(70))
		fputs("  /o/x/* rm,\n", out);
}

/**
 * struct scope - profiles among which an exec looks for one that attaches
 * @taken: the last program that one attaches to, NULL if none does so far
 * @closed: a pattern may attach to any: no others may attach
 *
 * Attachments do not overlap: which of two is the better one depends in AppArmor
 * on the states of their automata.
 */
struct scope {
	const char *taken;
	bool closed;
};

static void put_attachment(FILE *out, struct scope *scope)
{
	const char *program = some_program();
	char pattern[PATTERN_SIZE];

	if (scope->closed || !random_percent(60))
		return;
	if (!scope->taken && random_percent(50)) {
		pattern_random(pattern, program);
		scope->closed = true;
	} else {
		if (scope->taken && !strcmp(scope->taken, program))
			return;
		pattern_literal(pattern, program);
		scope->closed = scope->taken;
		scope->taken = program;
	}
	put_path(out, pattern);
	fputs(" ", out);
}

static void put_profile(FILE *out, struct bases *bases, struct scope *scope,
			const char *name)
{
	static const char *const flags[] = {
		"audit", "mediate_deleted", "attach_disconnected",
		"mediate_deleted, attach_disconnected", "enforce",
	};
	struct scope children = { NULL, false };

	fprintf(out, "profile %s ", name);
	if (scope)
		put_attachment(out, scope);
	if (random_percent(25))
		fprintf(out, "flags=(%s) ", RANDOM_OF(flags));
	fputs("{\n", out);
	rules(out, bases, scope);
	if (!scope && random_percent(50))
		put_profile(out, bases, &children, "c1");
	if (!scope && random_percent(30))
		put_profile(out, bases, &children, "c2");
	fputs("}\n", out);
}

/* One value of each variable is what put_path() takes it for. */
static void put_preamble(FILE *out)
{
	static const char *const aliases[] = {
		"/o/a/ -> /o/b/", "/o/b/ -> /o/a/b/", "/o/a/b -> /o/ab",
		"/o/ab/ -> /o/a/ab/", "/o/a/f -> /o/b/f",
	};
	unsigned int n = random_percent(15) ? 1 + random_below(3) : 0;

	if (random_percent(85))
		fputs("abi <abi/3.0>,\n", out);
	fputs("$YES = true\n${NO} = false\n", out);
	fputs(random_percent(50) ? "@{A} = /o/a\n" : "@{A} = /o/a /o/b/a\n",
	      out);
	fputs("@{B} = /o/b/\n", out);
	if (random_percent(50))
		fputs("@{B} += /o/{ab,a/b}/\n", out);
	fputs("@{X} = /o/x\n", out);
	while (n--)
		fprintf(out, "alias %s,\n", RANDOM_OF(aliases));
}

/**
 * generate_profile() - one file of profiles
 * @out: where to
 * @bases: gets the paths that the rules were made from
 */
void generate_profile(FILE *out, struct bases *bases)
{
	struct scope scope = { NULL, false };

	put_preamble(out);
	put_profile(out, bases, NULL, "default");
	if (random_percent(60))
		put_profile(out, bases, &scope, "t1");
	if (random_percent(60))
		put_profile(out, bases, &scope, "t2");
	if (random_percent(20))
		put_profile(out, bases, &scope, "t3");
}
