// SPDX-License-Identifier: GPL-2.0-only
/* Patterns that match a given path, or just fail to. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pattern.h"
#include "random.h"
#include "tree.h"

#define SPECIAL	"*?[]{}\\^,\""

struct text {
	char *at;
	size_t len;
};

__attribute__((format(printf, 2, 3)))
static void add(struct text *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text->len += vsnprintf(text->at + text->len, PATTERN_SIZE - text->len,
			       format, args);
	va_end(args);
	if (text->len >= PATTERN_SIZE)
		abort();
}

static void add_char(struct text *text, char c)
{
	/* apparmor_parser does not take two backslashes everywhere */
	if (c == '\\')
		add(text, "\\134");
	else if (strchr(SPECIAL, c))
		add(text, "\\%c", c);
	else
		add(text, "%c", c);
}

static void add_chars(struct text *text, const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		add_char(text, word[i]);
}

/* One byte, in a way that matches it, most of the time. */
static void add_one(struct text *text, char c)
{
	static const char *const classes[] = {
		"[a-f]", "[^a-e]", "[fx]", "[a]", "[^/]", "[^f]", "[b-z]", "[^b]",
		"[a-cf]", "[-f]", "[^-]", "[0-9a-f]",
	};

	switch (random_below(5)) {
	case 0:
		add(text, "?");
		break;
	case 1:
		add(text, "\\%03o", (unsigned char)c);
		break;
	case 2:
		/* apparmor_parser takes stars in a class for a wildcard */
		if (strchr("]^-\\*?", c))
			add(text, "?");
		else
			add(text, "[%c%c]", c, "xq"[random_below(2)]);
		break;
	default:
		add(text, "%s", RANDOM_OF(classes));
	}
}

static void replace_one(struct text *text, const char *word, size_t len)
{
	size_t at = random_below(len);

	add_chars(text, word, at);
	add_one(text, word[at]);
	add_chars(text, word + at + 1, len - at - 1);
}

static void add_star(struct text *text, const char *word, size_t len)
{
	size_t from = random_below(len + 1);
	size_t to = from + random_below(len - from + 1);

	add_chars(text, word, from);
	add(text, random_percent(75) ? "*" : "**");
	add_chars(text, word + to, len - to);
}

static void add_alternation(struct text *text, const char *word, size_t len)
{
	size_t from = random_below(len);

	switch (random_below(6)) {
	case 0:
		add(text, "{");
		add_chars(text, word, len);
		add(text, ",zz}");
		break;
	case 1:
		add(text, "{q,{a*,");
		add_chars(text, word, len);
		add(text, "},f?}");
		break;
	case 2:
		add_chars(text, word, len);
		add(text, "{,a,b}");
		break;
	case 3:
		add_chars(text, word, from);
		add(text, "{");
		add_chars(text, word + from, len - from);
		add(text, ",}");
		break;
	case 4:
		add(text, "{b,");
		replace_one(text, word, len);
		add(text, ",a/b,.*}");
		break;
	default:
		add(text, "{a,b,*{f,a}}");
	}
}

static void add_component(struct text *text, const char *word, size_t len)
{
	switch (random_below(9)) {
	case 0:
		add(text, "*");
		break;
	case 1:
	case 2:
		add_star(text, word, len);
		break;
	case 3:
		replace_one(text, word, len);
		break;
	case 4:
		add_alternation(text, word, len);
		break;
	default:
		add_chars(text, word, len);
	}
}

/* Something in the place of the rest of the path. True if there was. */
static bool add_end(struct text *text)
{
	static const char *const ends[] = {
		"/**", "/*", "/**/f", "/{,**}", "/{a,b}/**", "/**/", "/*/", "**",
		"/**/a/**", "/{a/,}*", "/*/f*", "/**f", "/{*,a/*}", "/",
		"/{,*/}f", "/[ab]/**", "{,/**}", "/*/**", "/**.so*", "/.*", "/[^.]*",
		"/[^.]**", "/**[^/]", "//f", "//**", "/**/*", "/***", "/a**b*",
		"/?*", "/**/{a,f}*",
	};

	if (!random_percent(18))
		return false;
	add(text, "%s", RANDOM_OF(ends));
	return true;
}

/**
 * pattern_literal() - a pattern that matches one path
 * @pattern: PATTERN_SIZE bytes
 * @path: the path
 */
void pattern_literal(char *pattern, const char *path)
{
	struct text text = { pattern, 0 };

	add_chars(&text, path, strlen(path));
}

/**
 * pattern_random() - a pattern that has to do with a path
 * @pattern: PATTERN_SIZE bytes
 * @path: the path, which begins with /o
 */
void pattern_random(char *pattern, const char *path)
{
	struct text text = { pattern, 0 };
	size_t len;

	add(&text, "/o");
	for (path += 2; *path; path += len) {
		if (add_end(&text))
			return;
		path += strspn(path, "/");
		len = strcspn(path, "/");
		add(&text, random_percent(4) ? "//" : "/");
		if (len)
			add_component(&text, path, len);
	}
}
