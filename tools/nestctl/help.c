// SPDX-License-Identifier: GPL-2.0-or-later
/* nestctl help: the verbs. */
#include <stdio.h>
#include <string.h>

#include "nestctl.h"

/* The letter that args.c has for the option, as it is written, what it does. */
static const struct {
	int letter;
	const char *option;
	const char *text;
} options[] = {
	{ 'j', "--json, -j", "print JSON (every command)" },
	{ 'h', "--help, -h", "what a command does (every command)" },
	{ 'p', "-p, --pid PID", "the container that process PID is in" },
	{ 'I', "-I, --include DIR", "base of #include <...>" },
	{ 'W', "--warn KIND",
	  "error, error=KIND or no-KIND: warnings of the compiler" },
	{ 'n', "-n, --name NAME", "a name for the layer" },
	{ 'o', "-o, --output FILE", "where to write the image" },
	{ 'C', "--create", "only if there is no layer yet" },
	{ 'R', "--replace", "only if there is a layer" },
	{ 'H', "--html FILE", "write a page to FILE" },
	{ 'E', "--starting", "let the runtime be until it executes a program" },
	{ 'V', "--revision N", "only if the layer's revision is N" },
	{ 'O', "--origin NS", "the layer loaded from the pid namespace NS" },
	{ 'N', "--count N", "end after N events, or N times" },
	{ 'd', "-d, --delay S", "wait S seconds each time" },
	{ 'T', "--timeout S", "end after S seconds" },
	{ 'A', "--path PATH", "what the rules say of PATH" },
	{ 'D', "--domain NAME", "in the domain NAME alone" },
	{ 'S', "--source FILE", "the text of the policy in force" },
	{ 'P', "-P, --profile NAME", "the profile to change to" },
	{ 'i', "-i, --immediate",
	  "before the command is executed, not by its exec" },
	{ 'U', "--uid UID", "delegate to the user UID" },
	{ 'X', "--withdraw", "end the delegation" },
	{ 'F', "--features", "what becomes of each construct of the language" },
};

static const struct {
	int status;
	const char *text;
} statuses[] = {
	{ EXIT_DONE, "done" },
	{ EXIT_FAILED, "the operation failed, or the policy has errors" },
	{ EXIT_USAGE, "the command line is wrong" },
	{ EXIT_RUN, "nestctl itself failed" },
	{ EXIT_NO_EXEC, "the command cannot be executed" },
	{ EXIT_NO_COMMAND, "there is no such command" },
};

static bool has_option(const struct nestctl_verb *verb, int letter)
{
	return letter == 'j' || letter == 'h' ||
	       strchr(verb->options, letter);
}

/* What executes a command ends as that does, unless nestctl itself fails. */
static bool has_status(const struct nestctl_verb *verb, int status)
{
	bool executes = verb->failed == EXIT_RUN;

	return status == EXIT_USAGE || executes == (status >= EXIT_RUN);
}

static struct json_object *record(const struct nestctl_verb *verb)
{
	struct json_object *record = json_object_new_object();

	out_add_string(record, "command", verb->name);
	out_add_string(record, "usage", verb->usage);
	out_add_string(record, "summary", verb->summary);
	return record;
}

static struct json_object *full_record(const struct nestctl_verb *verb)
{
	struct json_object *list, *one, *full = record(verb);
	size_t i;

	list = json_object_new_array();
	for (i = 0; i < ARRAY_SIZE(options); i++) {
		if (!has_option(verb, options[i].letter))
			continue;
		one = json_object_new_object();
		out_add_string(one, "option", options[i].option);
		out_add_string(one, "text", options[i].text);
		json_object_array_add(list, one);
	}
	out_add(full, "options", list);
	list = json_object_new_array();
	for (i = 0; i < ARRAY_SIZE(statuses); i++) {
		if (!has_status(verb, statuses[i].status))
			continue;
		one = json_object_new_object();
		out_add_number(one, "status", statuses[i].status);
		out_add_string(one, "text", statuses[i].text);
		json_object_array_add(list, one);
	}
	out_add(full, "exit_statuses", list);
	return full;
}

static void print_options(const struct nestctl_verb *verb)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(options); i++)
		if (!verb || has_option(verb, options[i].letter))
			printf("  %-18s %s\n", options[i].option,
			       options[i].text);
}

static void print_statuses(const struct nestctl_verb *verb)
{
	size_t i;

	puts("exit status:");
	if (verb->failed == EXIT_RUN)
		puts("  the command's own, 128 + N if signal N ended it, or");
	for (i = 0; i < ARRAY_SIZE(statuses); i++)
		if (has_status(verb, statuses[i].status))
			printf("  %-3d %s\n", statuses[i].status,
			       statuses[i].text);
}

/**
 * help_verb() - say what a verb does
 * @verb: the verb
 */
void help_verb(const struct nestctl_verb *verb)
{
	if (out_is_json()) {
		out_json(full_record(verb));
		return;
	}
	printf("nestctl %s %s\n%s\noptions:\n", verb->name, verb->usage,
	       verb->summary);
	print_options(verb);
	print_statuses(verb);
}

static void print_all(void)
{
	const struct nestctl_verb *const *verb;
	struct json_object *records;

	if (out_is_json()) {
		records = json_object_new_array();
		for (verb = nestctl_verbs; *verb; verb++)
			json_object_array_add(records, record(*verb));
		out_json(records);
		return;
	}
	puts("usage: nestctl [--json] COMMAND ...\n"
	     "       nestctl [--json] --version");
	for (verb = nestctl_verbs; *verb; verb++)
		printf("  %s %s\n      %s\n", (*verb)->name, (*verb)->usage,
		       (*verb)->summary);
	puts("options, of the commands that name them:");
	print_options(NULL);
}

static int run(const struct nestctl_args *args)
{
	const struct nestctl_verb *verb;

	if (!args->n_words) {
		print_all();
		return EXIT_DONE;
	}
	verb = nestctl_find_verb(args->words[0]);
	if (!verb) {
		error_print("unknown command \"%s\": see \"nestctl help\"",
			    args->words[0]);
		return EXIT_USAGE;
	}
	help_verb(verb);
	return EXIT_DONE;
}

const struct nestctl_verb nestctl_help = {
	.name = "help",
	.options = "",
	.max = 1,
	.usage = "[COMMAND]",
	.summary = "what the commands do",
	.failed = EXIT_FAILED,
	.run = run,
};
