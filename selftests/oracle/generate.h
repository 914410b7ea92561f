/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ORACLE_GENERATE_H
#define ORACLE_GENERATE_H

#include <stdio.h>

#define MAX_BASES	32

/**
 * struct bases - the paths that a profile's rules were made from
 * @n: how many
 * @paths: them
 */
struct bases {
	unsigned int n;
	const char *paths[MAX_BASES];
};

void generate_profile(FILE *out, struct bases *bases);
void generate_probes(FILE *out, const struct bases *bases, unsigned long n);
void generate_peers_profile(FILE *out, struct bases *bases);
void generate_peers_probes(FILE *out, const struct bases *bases,
			   unsigned long n);

void generate_exec_profile(FILE *out, struct bases *bases);
void generate_exec_probes(FILE *out, const struct bases *bases,
			  unsigned long n);

void generate_change_profile(FILE *out, struct bases *bases);
void generate_change_probes(FILE *out, const struct bases *bases,
			    unsigned long n);

void generate_carry_profile(FILE *out, struct bases *bases);
void generate_carry_probes(FILE *out, const struct bases *bases,
			   unsigned long n);

void generate_mount_profile(FILE *out, struct bases *bases);
void generate_mount_probes(FILE *out, const struct bases *bases,
			   unsigned long n);

#endif
