// SPDX-License-Identifier: GPL-2.0-or-later
/* --warn: which of the compiler's warnings to hear of. */
#include <string.h>

#include "nestctl.h"

static uint32_t find_warning(const char *name)
{
	unsigned int kind;

	for (kind = 0; kind < NEST_DIAG_KINDS; kind++)
		if (nest_diag_kind_is_warning(kind) &&
		    !strcmp(nest_diag_kind_name(kind), name))
			return 1U << kind;
	return 0;
}

static uint32_t all_warnings(void)
{
	uint32_t mask = 0;
	unsigned int kind;

	for (kind = 0; kind < NEST_DIAG_KINDS; kind++)
		if (nest_diag_kind_is_warning(kind))
			mask |= 1U << kind;
	return mask;
}

/**
 * nestctl_parse_warning() - the value of --warn
 * @word: "error", "error=KIND" or "no-KIND"
 * @args: gets it
 *
 * Return: 0, or EXIT_USAGE after an error was printed.
 */
int nestctl_parse_warning(const char *word, struct nestctl_args *args)
{
	uint32_t mask = 0;

	if (!strcmp(word, "error")) {
		args->as_errors |= all_warnings();
		return 0;
	}
	if (!strncmp(word, "error=", 6))
		args->as_errors |= mask = find_warning(word + 6);
	else if (!strncmp(word, "no-", 3))
		args->ignored |= mask = find_warning(word + 3);
	if (mask)
		return 0;
	error_print("--warn takes error, error=KIND or no-KIND, not \"%s\"",
		    word);
	return EXIT_USAGE;
}
