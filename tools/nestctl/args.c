// SPDX-License-Identifier: GPL-2.0-or-later
/* The command line: every option of every verb, once. */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "nestctl.h"

/* '+': the first word that is no option ends them: a command may follow. */
#define SHORT_OPTIONS	":jp:I:o:n:W:P:id:h"

static const struct option options[] = {
	{ "json",	no_argument,		NULL, 'j' },
	{ "pid",	required_argument,	NULL, 'p' },
	{ "include",	required_argument,	NULL, 'I' },
	{ "output",	required_argument,	NULL, 'o' },
	{ "warn",	required_argument,	NULL, 'W' },
	{ "name",	required_argument,	NULL, 'n' },
	{ "create",	no_argument,		NULL, 'C' },
	{ "replace",	no_argument,		NULL, 'R' },
	{ "revision",	required_argument,	NULL, 'V' },
	{ "origin",	required_argument,	NULL, 'O' },
	{ "count",	required_argument,	NULL, 'N' },
	{ "timeout",	required_argument,	NULL, 'T' },
	{ "delay",	required_argument,	NULL, 'd' },
	{ "path",	required_argument,	NULL, 'A' },
	{ "domain",	required_argument,	NULL, 'D' },
	{ "source",	required_argument,	NULL, 'S' },
	{ "profile",	required_argument,	NULL, 'P' },
	{ "immediate",	no_argument,		NULL, 'i' },
	{ "features",	no_argument,		NULL, 'F' },
	{ "uid",	required_argument,	NULL, 'U' },
	{ "withdraw",	no_argument,		NULL, 'X' },
	{ "starting",	no_argument,		NULL, 'E' },
	{ "html",	required_argument,	NULL, 'H' },
	{ "help",	no_argument,		NULL, 'h' },
	{ NULL,		0,			NULL, 0 }
};

static int parse_number(const char *what, const char *word, uint64_t max,
			uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(word, &end, 10);
	if (word[0] < '0' || word[0] > '9' || *end || errno ||
	    *number > max) {
		error_print("%s \"%s\" is not a number from 0 to %llu", what,
			    word, (unsigned long long)max);
		return EXIT_USAGE;
	}
	return 0;
}

static int parse_pid(const char *word, struct nestctl_args *args)
{
	uint64_t number;
	int status = parse_number("process", word, INT_MAX, &number);

	if (!status && !number) {
		error_print("process 0 does not exist");
		status = EXIT_USAGE;
	}
	args->pid = number;
	return status;
}

static int parse_delay(const char *word, struct nestctl_args *args)
{
	uint64_t number;
	int status = parse_number("delay", word, INT_MAX, &number);

	if (!status && !number) {
		error_print("a delay is at least one second");
		status = EXIT_USAGE;
	}
	args->delay = number;
	return status;
}

static int parse_value(int letter, const char *word, struct nestctl_args *args)
{
	uint64_t number;
	int status;

	switch (letter) {
	case 'p':
		return parse_pid(word, args);
	case 'V':
		return parse_number("revision", word, NEST_ANY_REVISION - 1,
				    &args->revision);
	case 'O':
		status = parse_number("namespace", word, UINT32_MAX, &number);
		args->origin = number;
		return status;
	case 'U':
		status = parse_number("uid", word, NEST_ROOT_OF_OWNER - 1,
				      &number);
		args->uid = number;
		return status;
	case 'd':
		return parse_delay(word, args);
	case 'N':
		status = parse_number("count", word, INT_MAX, &number);
		args->count = number;
		return status;
	default:
		status = parse_number("timeout", word, INT_MAX / 1000,
				      &number);
		args->timeout_ms = number * 1000;
		return status;
	}
}

static int set_option(int letter, struct nestctl_args *args)
{
	switch (letter) {
	case 'j':
		args->json = true;
		out_init(true);
		return 0;
	case 'C':
		args->create = true;
		return 0;
	case 'R':
		args->replace = true;
		return 0;
	case 'I':
		args->include = optarg;
		return 0;
	case 'o':
		args->output = optarg;
		return 0;
	case 'n':
		args->name = optarg;
		return 0;
	case 'A':
		args->path = optarg;
		return 0;
	case 'P':
		args->profile = optarg;
		return 0;
	case 'i':
		args->immediate = true;
		return 0;
	case 'D':
		args->domain = optarg;
		return 0;
	case 'S':
		args->source = optarg;
		return 0;
	case 'F':
		args->features = true;
		return 0;
	case 'X':
		args->withdraw = true;
		return 0;
	case 'H':
		args->html = optarg;
		return 0;
	case 'E':
		args->at_exec = true;
		return 0;
	case 'W':
		return nestctl_parse_warning(optarg, args);
	default:
		return parse_value(letter, optarg, args);
	}
}

static int refuse(const struct nestctl_verb *verb, int letter, char **argv)
{
	if (letter == ':')
		error_print("%s: option \"%s\" lacks its value", verb->name,
			    argv[optind - 1]);
	else
		error_print("%s: there is no option \"%s\": see \"nestctl help %s\"",
			    verb->name, argv[optind - 1], verb->name);
	return EXIT_USAGE;
}

static int check_args(const struct nestctl_verb *verb,
		      const struct nestctl_args *args)
{
	bool revision = args->revision != NEST_ANY_REVISION;

	if (args->name && strlen(args->name) >= NEST_LAYER_NAME_SIZE) {
		error_print("%s: a layer's name has at most %d bytes",
			    verb->name, NEST_LAYER_NAME_SIZE - 1);
		return EXIT_USAGE;
	}
	if (args->create + args->replace + revision <= 1)
		return 0;
	error_print("%s: only one of --create, --replace and --revision can be given",
		    verb->name);
	return EXIT_USAGE;
}

/**
 * nestctl_parse_args() - take the command line apart
 * @verb: the verb
 * @argc: number of words, the verb included
 * @argv: the words, the verb first
 * @args: where to put them
 *
 * Return: 0, or EXIT_USAGE after an error was printed.
 */
int nestctl_parse_args(const struct nestctl_verb *verb, int argc, char **argv,
		       struct nestctl_args *args)
{
	bool ordered = verb == &nestctl_run || verb == &nestctl_exec;
	int letter, status;

	memset(args, 0, sizeof(*args));
	args->revision = NEST_ANY_REVISION;
	args->timeout_ms = -1;
	args->uid = NEST_ROOT_OF_OWNER;

	optind = 1;
	while ((letter = getopt_long(argc, argv,
				     ordered ? "+" SHORT_OPTIONS :
				     SHORT_OPTIONS, options, NULL)) != -1) {
		if (letter == 'h') {
			args->help = true;
			return 0;
		}
		if (letter == ':' || letter == '?' ||
		    (letter != 'j' && !strchr(verb->options, letter)))
			return refuse(verb, letter, argv);
		status = set_option(letter, args);
		if (status)
			return status;
	}
	args->n_words = argc - optind;
	args->words = argv + optind;
	return check_args(verb, args);
}
