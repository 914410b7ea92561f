// SPDX-License-Identifier: GPL-2.0-or-later
/* nestctl: the command line of Nest. */
#include <stdio.h>
#include <string.h>

#include "nestctl.h"

const struct nestctl_verb *const nestctl_verbs[] = {
	&nestctl_compile,
	&nestctl_check,
	&nestctl_load,
	&nestctl_remove,
	&nestctl_oci_hook,
	&nestctl_delegate,
	&nestctl_list,
	&nestctl_show,
	&nestctl_ps,
	&nestctl_tree,
	&nestctl_graph,
	&nestctl_audit,
	&nestctl_top,
	&nestctl_explain,
	&nestctl_monitor,
	&nestctl_run,
	&nestctl_exec,
	&nestctl_info,
	&nestctl_detach,
	&nestctl_help,
	NULL
};

/**
 * nestctl_find_verb() - look a verb up
 * @name: the word on the command line
 *
 * Return: the verb, or NULL.
 */
const struct nestctl_verb *nestctl_find_verb(const char *name)
{
	const struct nestctl_verb *const *verb;

	for (verb = nestctl_verbs; *verb; verb++)
		if (!strcmp((*verb)->name, name))
			return *verb;
	return NULL;
}

/* Leave out a --json in front of the verb; the verb gets it as its own. */
static bool take_json(int *argc, char ***argv)
{
	if (*argc < 2 || (strcmp((*argv)[1], "--json") &&
			  strcmp((*argv)[1], "-j")))
		return false;
	(*argc)--;
	(*argv)++;
	return true;
}

static const char *word_of_verb(const char *word)
{
	if (!strcmp(word, "--help") || !strcmp(word, "-h"))
		return "help";
	return word;
}

static int print_version(void)
{
	struct json_object *record;

	if (out_is_json()) {
		record = json_object_new_object();
		out_add_string(record, "version", NEST_VERSION);
		out_json(record);
	} else {
		puts("nestctl " NEST_VERSION);
	}
	return EXIT_DONE;
}

static int run_verb(const struct nestctl_verb *verb,
		    const struct nestctl_args *args)
{
	if (args->help) {
		help_verb(verb);
		return EXIT_DONE;
	}
	if (args->n_words < verb->min || args->n_words > verb->max)
		return error_usage(verb);
	return verb->run(args);
}

int main(int argc, char **argv)
{
	struct nestctl_args args;
	const struct nestctl_verb *verb;
	bool json = take_json(&argc, &argv);
	int status;

	out_init(json);
	if (argc < 2)
		return error_usage(NULL);
	if (argc == 2 && !strcmp(argv[1], "--version"))
		return print_version();
	verb = nestctl_find_verb(word_of_verb(argv[1]));
	if (!verb) {
		error_print("unknown command \"%s\": see \"nestctl help\"",
			    argv[1]);
		return EXIT_USAGE;
	}

	status = nestctl_parse_args(verb, argc - 1, argv + 1, &args);
	if (status)
		return status;
	out_init(json || args.json);
	status = run_verb(verb, &args);
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "nestctl: cannot write the output: %m\n");
		return verb->failed;
	}
	return status;
}
