// SPDX-License-Identifier: GPL-2.0-or-later
/* nestctl load: put a policy in force. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nestctl.h"

/* The revision of the layer that is to be replaced. */
static int find_revision(struct nest *nest, struct nest_load *load)
{
	const struct nest_target *target = &load->target;
	struct nest_layer *layers;
	uint32_t own, ns;
	size_t count, i;
	int err;

	err = nestctl_own_ns(nest, &own);
	if (err)
		return err;
	ns = target->pid ? target->ns : own;
	err = nest_layer_list(nest, &layers, &count);
	if (err) {
		error_nest(nest_error(nest));
		return err;
	}
	err = -ENOENT;
	for (i = 0; i < count; i++) {
		if (layers[i].ns == ns && layers[i].origin == own) {
			load->revision = layers[i].revision;
			err = 0;
		}
	}
	free(layers);
	if (err)
		error_print("there is no layer to replace: leave out --replace");
	return err;
}

static void set_name(const struct nestctl_args *args, char *name, size_t size)
{
	const char *base = strrchr(args->words[0], '/');

	if (args->name)
		base = args->name;
	else if (base && base[1])
		base++;
	else
		base = args->words[0];
	if (!args->name && !strcmp(base, "-"))
		base = "stdin";
	snprintf(name, size, "%s", base);
}

static void print_result(struct nestctl_policy *policy, const char *name,
			 uint64_t revision)
{
	struct json_object *record;

	if (!out_is_json())
		return;
	record = json_object_new_object();
	out_add_string(record, "name", name);
	out_add_number(record, "revision", revision);
	out_add_number(record, "size", policy->size);
	if (policy->diagnostics) {
		out_add(record, "diagnostics", policy->diagnostics);
		policy->diagnostics = NULL;
	}
	out_json(record);
}

static int load(const struct nestctl_args *args, struct nest *nest,
		struct nestctl_policy *policy)
{
	char name[NEST_LAYER_NAME_SIZE];
	struct nest_load load = {
		.image = policy->data,
		.size = policy->size,
		.name = name,
		.revision = args->create ? 0 : args->revision,
		.at_exec = args->at_exec,
	};
	uint64_t revision;
	int err;

	set_name(args, name, sizeof(name));
	err = nestctl_target(nest, args, &load.target);
	if (!err && args->replace)
		err = find_revision(nest, &load);
	if (err)
		return err;
	err = nest_layer_load(nest, &load, &revision);
	if (err) {
		error_nest(nest_error(nest));
		return err;
	}
	print_result(policy, name, revision);
	return 0;
}

static int run(const struct nestctl_args *args)
{
	struct nestctl_policy policy;
	struct nest *nest = NULL;
	int status = EXIT_FAILED;

	if (nestctl_policy_get(args, args->words, args->n_words, &policy))
		goto out;
	nest = nestctl_open();
	if (nest && !load(args, nest, &policy))
		status = EXIT_DONE;
out:
	nest_close(nest);
	nestctl_policy_free(&policy);
	return status;
}

const struct nestctl_verb nestctl_load = {
	.name = "load",
	.options = "npEIWCRV",
	.min = 1,
	.max = INT_MAX,
	.usage =
	"[-n NAME] [-p PID] [--starting] [--create|--replace|--revision N] [-I DIR] [--warn KIND] FILE...",
	.summary = "put a policy in force, from sources or an image (- is standard input)",
	.failed = EXIT_FAILED,
	.run = run,
};
