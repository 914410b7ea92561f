/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules as text. */
#ifndef NESTCTL_RULE_H
#define NESTCTL_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

char *rule_literal(const char *text);
void rule_letters(char *letters, size_t size, uint32_t permissions,
		  const char *exec);

#endif
