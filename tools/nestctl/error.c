// SPDX-License-Identifier: GPL-2.0-or-later
/* Errors, for people and for programs. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nestctl.h"

/**
 * error_object() - say what failed, in JSON form
 * @error: what there is to say, freed
 */
void error_object(struct json_object *error)
{
	struct json_object *record = json_object_new_object();

	out_add(record, "error", error);
	out_json(record);
}

/**
 * error_print() - say what failed
 * @format: as of printf(), without a newline
 */
void error_print(const char *format, ...)
{
	struct json_object *error;
	char *text;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		abort();
	va_end(args);

	if (out_is_json()) {
		error = json_object_new_object();
		out_add_string(error, "message", text);
		error_object(error);
	} else {
		fprintf(stderr, "nestctl: %s\n", text);
	}
	free(text);
}

/**
 * error_nest() - say what a function of libnest failed with
 * @error: what it left
 */
void error_nest(const struct nest_error *error)
{
	struct json_object *record;
	const char *attribute = NULL;

	if (error->attribute)
		attribute = name_attribute(error->attribute);
	if (!out_is_json()) {
		fprintf(stderr, "nestctl: %s", error->message);
		if (error->kernel)
			fprintf(stderr, " [%s]",
				strerrorname_np(error->code));
		if (attribute)
			fprintf(stderr, " (attribute %s)", attribute);
		fputc('\n', stderr);
		return;
	}
	record = json_object_new_object();
	out_add_string(record, "message", error->message);
	out_add_string(record, "errno", strerrorname_np(error->code));
	if (attribute)
		out_add_string(record, "attribute", attribute);
	if (error->has_offset)
		out_add_number(record, "byte", error->offset);
	error_object(record);
}

/**
 * error_usage() - show how a verb is used
 * @verb: the verb, or NULL for the list of all
 *
 * Return: EXIT_USAGE.
 */
int error_usage(const struct nestctl_verb *verb)
{
	const struct nestctl_verb *const *v;

	if (out_is_json()) {
		error_print("wrong usage: see \"nestctl help%s%s\"",
			    verb ? " " : "", verb ? verb->name : "");
		return EXIT_USAGE;
	}
	if (verb) {
		fprintf(stderr, "usage: nestctl %s %s\n", verb->name,
			verb->usage);
		return EXIT_USAGE;
	}
	fputs("usage: nestctl [--json] COMMAND ...\ncommands:", stderr);
	for (v = nestctl_verbs; *v; v++)
		fprintf(stderr, " %s", (*v)->name);
	fputs("\n\"nestctl help COMMAND\" says more.\n", stderr);
	return EXIT_USAGE;
}
