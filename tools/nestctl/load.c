// SPDX-License-Identifier: GPL-2.0-or-later
/* nestctl load: put a policy in force. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nestctl.h"

/* The layer that this process has loaded, or would load, on a target. */
static int find_layer(struct nest *nest, const struct nest_target *target,
		      struct nest_layer *layer)
{
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
			*layer = layers[i];
			err = 0;
		}
	}
	free(layers);
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

static void print_result(struct nestctl_policy *policy, struct nest *nest,
			 const struct nest_target *target)
{
	struct nest_layer layer;
	struct json_object *record;

	if (!out_is_json())
		return;
	/* Gone again: as good as never listed. */
	if (find_layer(nest, target, &layer) == -ENOENT)
		memset(&layer, 0, sizeof(layer));
	record = nestctl_layer(&layer);
	if (policy->diagnostics) {
		out_add(record, "diagnostics", policy->diagnostics);
		policy->diagnostics = NULL;
	}
	out_json(record);
}

static int find_revision(struct nest *nest, struct nest_load *load)
{
	struct nest_layer layer;
	int err = find_layer(nest, &load->target, &layer);

	if (err == -ENOENT)
		error_print("there is no layer to replace: leave out --replace");
	else if (!err)
		load->revision = layer.revision;
	return err;
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
	};
	int err;

	set_name(args, name, sizeof(name));
	err = nestctl_target(nest, args, &load.target);
	if (!err && args->replace)
		err = find_revision(nest, &load);
	if (err)
		return err;
	err = nest_layer_load(nest, &load);
	if (err) {
		error_nest(nest_error(nest));
		return err;
	}
	print_result(policy, nest, &load.target);
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
	.options = "npIWCRV",
	.min = 1,
	.max = INT_MAX,
	.usage =
	"[-n NAME] [-p PID] [--create|--replace|--revision N] [-I DIR] [--warn KIND] FILE...",
	.summary = "put a policy in force, from sources or an image (- is standard input)",
	.failed = EXIT_FAILED,
	.run = run,
};
