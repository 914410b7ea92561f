/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers that only depend on the seed. */
#ifndef ORACLE_RANDOM_H
#define ORACLE_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

void random_seed(uint64_t seed, uint64_t stream);
unsigned int random_below(unsigned int limit);
bool random_percent(unsigned int percent);

#define RANDOM_OF(array)	((array)[random_below(ARRAY_SIZE(array))])

#endif
