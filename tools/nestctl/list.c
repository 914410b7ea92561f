// SPDX-License-Identifier: GPL-2.0-or-later
/* nestctl list: the layers in force, a line each. */
#include <stdlib.h>

#include "nestctl.h"

static int run(const struct nestctl_args *args)
{
	struct nest *nest = nestctl_open();
	struct nest_layer *layers = NULL;
	struct json_object *records;
	struct nest_target target;
	int status = EXIT_FAILED;
	size_t count, i;

	if (!nest || nestctl_target(nest, args, &target))
		goto out;
	if (nest_layer_list(nest, &layers, &count)) {
		error_nest(nest_error(nest));
		goto out;
	}
	records = json_object_new_array();
	for (i = 0; i < count; i++)
		if ((!target.ns || target.ns == layers[i].ns) &&
		    (!target.origin || target.origin == layers[i].origin))
			json_object_array_add(records, nestctl_layer(&layers[i]));
	out_list(records);
	status = EXIT_DONE;
out:
	free(layers);
	nest_close(nest);
	return status;
}

const struct nestctl_verb nestctl_list = {
	.name = "list",
	.options = "pO",
	.usage = "[-p PID] [--origin NS]",
	.summary = "the layers in force that you may see, a line each",
	.failed = EXIT_FAILED,
	.run = run,
};
