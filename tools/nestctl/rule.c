// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules as text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "nestctl.h"
#include "rule.h"

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || strchr("/._-+:@%~", c);
}

/**
 * rule_literal() - a pattern that matches a name and no other
 * @text: the name
 *
 * Return: the pattern, without quotes, for free().
 */
char *rule_literal(const char *text)
{
	char *pattern = malloc(4 * strlen(text) + 1);
	char *to = pattern;

	if (!pattern)
		abort();
	for (; *text; text++)
		if (is_plain(*text))
			*to++ = *text;
		else
			to += sprintf(to, "\\x%02x", (unsigned char)*text);
	*to = '\0';
	return pattern;
}

/**
 * rule_letters() - the letters of a rule that allows something to a file
 * @letters: where to put them
 * @size: bytes there
 * @permissions: NEST_FILE_*
 * @exec: the exec mode, "ix" for one
 */
void rule_letters(char *letters, size_t size, uint32_t permissions,
		  const char *exec)
{
	const uint32_t more = NEST_FILE_W & ~NEST_FILE_APPEND;
	bool write = permissions & more;

	snprintf(letters, size, "%s%s%s%s%s%s%s",
		 permissions & NEST_FILE_READ ? "r" : "", write ? "w" : "",
		 !write && permissions & NEST_FILE_APPEND ? "a" : "",
		 permissions & NEST_FILE_LINK ? "l" : "",
		 permissions & NEST_FILE_LOCK ? "k" : "",
		 permissions & NEST_FILE_MMAP_EXEC ? "m" : "",
		 permissions & NEST_FILE_EXEC ? exec : "");
}
