// SPDX-License-Identifier: GPL-2.0-or-later
/* nestctl help: the verbs. */
#include <stdio.h>

#include "nestctl.h"

static const char options_text[] =
	"options, of the commands that name them:\n"
	"  --json, -j        print JSON (every command)\n"
	"  -p, --pid PID     the container that process PID is in\n"
	"  -I, --include DIR base of #include <...>\n"
	"  --warn KIND       error, error=KIND or no-KIND: warnings of the compiler\n"
	"  -n, --name NAME   a name for the layer\n"
	"  -o, --output FILE where to write the image\n"
	"  --create          only if there is no layer yet\n"
	"  --replace         only if there is a layer\n"
	"  --revision N      only if the layer's revision is N\n"
	"  --origin NS       the layer loaded from the pid namespace NS\n"
	"  --count N         end after N events\n"
	"  --timeout S       end after S seconds\n"
	"  --path PATH       what the rules say of PATH\n"
	"  --domain NAME     in the domain NAME alone\n"
	"  -P, --profile NAME\n"
	"                    the profile to change to\n"
	"  -i, --immediate   before the command is executed, not by its exec\n"
	"  --uid UID         delegate to the user UID\n"
	"  --withdraw        end the delegation\n"
	"  --features        what becomes of each construct of the language\n";

static struct json_object *record(const struct nestctl_verb *verb)
{
	struct json_object *record = json_object_new_object();

	out_add_string(record, "command", verb->name);
	out_add_string(record, "usage", verb->usage);
	out_add_string(record, "summary", verb->summary);
	return record;
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
	puts("usage: nestctl [--json] COMMAND ...");
	for (verb = nestctl_verbs; *verb; verb++)
		printf("  %s %s\n      %s\n", (*verb)->name, (*verb)->usage,
		       (*verb)->summary);
	fputs(options_text, stdout);
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
	if (out_is_json())
		out_json(record(verb));
	else
		printf("nestctl %s %s\n%s\n", verb->name, verb->usage,
		       verb->summary);
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
