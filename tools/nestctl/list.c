// SPDX-License-Identifier: GPL-2.0-or-later
/* nestctl list: the layers in force, a line each. */
#include "nestctl.h"

static struct json_object *list(const struct nestctl_layers *layers,
				const struct nest_target *target)
{
	struct json_object *records = json_object_new_array();
	const struct nest_delegation *delegation;
	const struct nest_layer *layer;
	struct json_object *record;
	size_t i;

	for (i = 0; i < layers->n_layers; i++) {
		layer = &layers->layers[i];
		if (nestctl_is_meant(target, layer->ns, layer->origin))
			json_object_array_add(records,
					      nestctl_layer(layers, layer));
	}
	for (i = 0; i < layers->n_delegations; i++) {
		delegation = &layers->delegations[i];
		record = nestctl_no_layer(layers, delegation);
		if (record && nestctl_is_meant(target, delegation->ns, delegation->ns))
			json_object_array_add(records, record);
		else
			json_object_put(record);
	}
	return records;
}

static int run(const struct nestctl_args *args)
{
	struct nest *nest = nestctl_open();
	struct nestctl_layers layers = { 0 };
	struct nest_target target;
	int status = EXIT_FAILED;

	if (!nest || nestctl_target(nest, args, &target))
		goto out;
	if (nestctl_layers_get(nest, &layers))
		goto out;
	out_list(list(&layers, &target));
	status = EXIT_DONE;
out:
	nestctl_layers_free(&layers);
	nest_close(nest);
	return status;
}

const struct nestctl_verb nestctl_list = {
	.name = "list",
	.options = "pO",
	.usage = "[-p PID] [--origin NS]",
	.summary = "the layers, in force or delegated, that you may see, a line each",
	.failed = EXIT_FAILED,
	.run = run,
};
