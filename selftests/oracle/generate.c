// SPDX-License-Identifier: GPL-2.0-only
/*
 * generate SEED N PROBES ABOUT DIR: writes N profiles, DIR/0.profile and so on,
 * and PROBES operations to try under each, DIR/0.probes and so on, about the
 * subject that is named or "all". They depend on nothing but these.
 */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "generate.h"
#include "random.h"
#include "tree.h"

/**
 * struct subject - what a profile and its probes are about
 * @name: of it
 * @profile: writes the file of profiles
 * @probes: writes the probes
 * @share: percent of all profiles
 */
struct subject {
	const char *name;
	void (*profile)(FILE *out, struct bases *bases);
	void (*probes)(FILE *out, const struct bases *bases, unsigned long n);
	unsigned int share;
};

static const struct subject subjects[] = {
	{ "exec", generate_exec_profile, generate_exec_probes, 8 },
	{ "peers", generate_peers_profile, generate_peers_probes, 9 },
	{ "carry", generate_carry_profile, generate_carry_probes, 0 },
	{ "mount", generate_mount_profile, generate_mount_probes, 0 },
	{ "change", generate_change_profile, generate_change_probes, 6 },
	{ "files", generate_profile, generate_probes, 77 },
};

static FILE *open_file(const char *dir, unsigned long number, const char *kind)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%lu.%s", dir, number, kind);
	file = fopen(path, "we");
	if (!file)
		err(1, "%s", path);
	return file;
}

static void close_file(FILE *file)
{
	if (ferror(file) || fclose(file))
		err(1, "write");
}

static const struct subject *find_subject(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(subjects); i++)
		if (!strcmp(subjects[i].name, name))
			return &subjects[i];
	if (strcmp(name, "all"))
		errx(1, "nothing is generated about '%s'", name);
	return NULL;
}

static const struct subject *some_subject(void)
{
	const struct subject *subject = subjects;
	unsigned int n = random_below(100);

	while (n >= subject->share)
		n -= subject++->share;
	return subject;
}

static void generate(const struct subject *subject, unsigned long number,
		     unsigned long probes, const char *dir)
{
	struct bases bases = { .n = 0 };
	FILE *file;

	file = open_file(dir, number, "profile");
	subject->profile(file, &bases);
	close_file(file);
	file = open_file(dir, number, "probes");
	subject->probes(file, &bases, probes);
	close_file(file);
}

int main(int argc, char **argv)
{
	const struct subject *about;
	unsigned long seed, n, probes, i;

	if (argc != 6)
		errx(1, "usage: generate SEED N PROBES ABOUT DIR");
	seed = strtoul(argv[1], NULL, 0);
	n = strtoul(argv[2], NULL, 0);
	probes = strtoul(argv[3], NULL, 0);
	about = find_subject(argv[4]);
	for (i = 0; i < n; i++) {
		random_seed(seed, i);
		generate(about ? about : some_subject(), i, probes, argv[5]);
	}
	return 0;
}
