/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ORACLE_PATTERN_H
#define ORACLE_PATTERN_H

#include <stddef.h>

#define PATTERN_SIZE	512

void pattern_literal(char *pattern, const char *path);
void pattern_random(char *pattern, const char *path);

#endif
