// SPDX-License-Identifier: GPL-2.0-only
/*
 * generate SEED N PROBES DIR: writes N profiles, DIR/0.profile and so on, and
 * PROBES operations to try under each, DIR/0.probes and so on. They depend on
 * nothing but the seed.
 */
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "generate.h"
#include "random.h"

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

int main(int argc, char **argv)
{
	unsigned long seed, n, probes, i;
	struct bases bases;
	FILE *file;

	if (argc != 5)
		errx(1, "usage: generate SEED N PROBES DIR");
	seed = strtoul(argv[1], NULL, 0);
	n = strtoul(argv[2], NULL, 0);
	probes = strtoul(argv[3], NULL, 0);
	for (i = 0; i < n; i++) {
		random_seed(seed, i);
		bases.n = 0;
		file = open_file(argv[4], i, "profile");
		generate_profile(file, &bases);
		close_file(file);
		file = open_file(argv[4], i, "probes");
		generate_probes(file, &bases, probes);
		close_file(file);
	}
	return 0;
}
