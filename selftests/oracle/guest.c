// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest DIR N [-v]: in the virtual machine. For each of N profiles DIR/I.probes, with the compiled
 * profiles N.apparmor and N.nest, tries all probes under both and compares.
 * DIR/known lists the differences that there may be; DIR/target is executed.
 */
#include <err.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "side.h"
#include "tree.h"

#define MAX_KNOWN	32
#define FIELDS		4

/**
 * struct known - a difference that there may be
 * @field: patterns (see fnmatch(3)) for the operation and whose the file is
 *	("open-r own", "mkdir new", "exchange mixed"), AppArmor's verdict and
 *	Nest's, then the reason
 * @seen: how often it was found
 */
struct known {
	char *field[FIELDS];
	unsigned int seen;
};

static struct known known[MAX_KNOWN];
static size_t n_known;

/* Verdicts that are the same are printed too. */
static bool verbose;

/* Splits a line at tabs; an empty or short one has empty fields. */
static size_t split(char *line, char **fields, size_t max)
{
	size_t i, n = 0;

	line[strcspn(line, "\n")] = '\0';
	for (i = 0; i < max; i++) {
		char *tab = line + strcspn(line, "\t");

		fields[i] = line;
		n += *line != '\0';
		line = *tab ? tab + 1 : tab;
		*tab = '\0';
	}
	return n;
}

static void read_known(const char *dir)
{
	char path[256], *text, *line, *rest;
	size_t size;

	snprintf(path, sizeof(path), "%s/known", dir);
	text = side_read_file(path, &size);
	for (line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (*line == '#')
			continue;
		if (n_known == MAX_KNOWN ||
		    split(line, known[n_known].field, FIELDS) != FIELDS)
			errx(2, "%s: %s: malformed", path, line);
		n_known++;
	}
}

static bool is_known(const char *op, const char *apparmor, const char *nest)
{
	size_t i;

	for (i = 0; i < n_known; i++) {
		if (fnmatch(known[i].field[0], op, 0) ||
		    fnmatch(known[i].field[1], apparmor, 0) ||
		    fnmatch(known[i].field[2], nest, 0))
			continue;
		known[i].seen++;
		return true;
	}
	return false;
}

static void read_probe(struct probe *probe, char *line, const char *path)
{
	char *field[FIELDS];

	if (split(line, field, FIELDS) < 2)
		errx(2, "%s: malformed line '%s'", path, line);
	probe->user = !strcmp(field[0], "user");
	probe->op = probe_find_op(field[1]);
	if (!probe->op)
		errx(2, "%s: unknown operation '%s'", path, field[1]);
	snprintf(probe->path[0], PROBE_PATH, "%s", field[2]);
	snprintf(probe->path[1], PROBE_PATH, "%s", field[3]);
}

static void read_batch(struct batch *batch, const char *path)
{
	FILE *file = fopen(path, "re");
	char line[512];

	batch->n = 0;
	if (!file)
		err(2, "%s", path);
	while (batch->n < MAX_PROBES && fgets(line, sizeof(line), file))
		read_probe(&batch->probes[batch->n++], line, path);
	fclose(file);
}

static bool differ(const struct result *a, const struct result *b)
{
	return a->code != b->code || strcmp(a->detail, b->detail) ||
	       strcmp(a->note, b->note);
}

static const char *whose(const struct probe *probe, const char *path)
{
	uid_t uid = probe->user ? ORACLE_USER : 0;
	size_t i;

	for (i = 0; i < tree_size; i++)
		if (!strcmp(tree[i].path, path))
			return tree[i].uid == uid ? "own" : "other";
	return "new";
}

/* The operation, as a line of known names it. */
static void name_op(const struct probe *probe, char *text, size_t size)
{
	const char *first = whose(probe, probe->path[0]);
	const char *second = whose(probe, probe->path[1]);

	if (strcmp(second, "new") && strcmp(first, second))
		first = "mixed";
	snprintf(text, size, "%s %s", probe->op->name, first);
}

/* Return: whether there is a difference that is not known. */
static bool compare(const struct probe *probe, const struct result *apparmor,
		    const struct result *nest)
{
	char texts[2][PROBE_WORDS], op[64];
	bool same = !differ(apparmor, nest);

	if (same && !verbose)
		return false;
	probe_describe(apparmor, texts[0], sizeof(texts[0]));
	probe_describe(nest, texts[1], sizeof(texts[1]));
	name_op(probe, op, sizeof(op));
	if (!same && is_known(op, texts[0], texts[1]))
		return false;
	printf("# %s %s %s %s: AppArmor: %s, Nest: %s\n",
	       probe->user ? "user" : "root", op, probe->path[0],
	       probe->path[1], texts[0], texts[1]);
	return !same;
}

/**
 * struct total - what was found
 * @profiles: tried
 * @different: of these, with a difference
 * @probes: tried
 * @allowed: of these, allowed by AppArmor
 */
struct total {
	unsigned int profiles;
	unsigned int different;
	unsigned int probes;
	unsigned int allowed;
};

static void try_profile(const char *dir, unsigned int number,
			struct total *total)
{
	static struct result results[2][MAX_PROBES];
	static struct batch batch;
	unsigned int differences = 0;
	char path[256];
	size_t i;

	snprintf(path, sizeof(path), "%s/%u.probes", dir, number);
	read_batch(&batch, path);
	snprintf(path, sizeof(path), "%s/%u.apparmor", dir, number);
	side_run(&side_apparmor, path, &batch, results[0]);
	snprintf(path, sizeof(path), "%s/%u.nest", dir, number);
	side_run(&side_nest, path, &batch, results[1]);
	for (i = 0; i < batch.n; i++) {
		total->allowed += !results[0][i].code;
		differences += compare(&batch.probes[i], &results[0][i],
				       &results[1][i]);
	}
	total->profiles++;
	total->probes += batch.n;
	total->different += differences != 0;
	printf("%sok profile %u: %u of %zu verdicts differ\n",
	       differences ? "not " : "", number, differences, batch.n);
	fflush(stdout);
}

static bool is_there(const char *dir, unsigned int number)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%u.nest", dir, number);
	return !access(path, R_OK);
}

static void summarise(const struct total *total)
{
	size_t i;

	for (i = 0; i < n_known; i++)
		if (known[i].seen)
			printf("# %u known differences of %s: %s\n",
			       known[i].seen, known[i].field[0],
			       known[i].field[3]);
	printf("# %u profiles, %u probes, of which AppArmor allowed %u\n",
	       total->profiles, total->probes, total->allowed);
}

/* Numbers of processes are as long from the start as they get in a long run. */
static void number_processes(void)
{
	FILE *file = fopen("/proc/sys/kernel/ns_last_pid", "we");

	if (!file || fputs("10000", file) < 0 || fclose(file))
		err(2, "ns_last_pid");
}

int main(int argc, char **argv)
{
	struct total total = { 0 };
	unsigned int number, n;
	char path[256];

	verbose = argc == 4 && !strcmp(argv[3], "-v");
	if (argc != 3 && !verbose)
		errx(2, "usage: guest DIR N [-v]");
	n = strtoul(argv[2], NULL, 10);
	read_known(argv[1]);
	snprintf(path, sizeof(path), "%s/target", argv[1]);
	tree_build(path);
	number_processes();
	for (number = 0; number < n; number++)
		if (is_there(argv[1], number))
			try_profile(argv[1], number, &total);
	summarise(&total);
	return total.different || !total.profiles;
}
