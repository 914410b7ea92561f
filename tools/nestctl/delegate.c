// SPDX-License-Identifier: GPL-2.0-or-later
/* nestctl delegate: let a user of a container load the container's layer. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "nestctl.h"

/* The layer that a delegate loaded does not go with the delegation. */
static int find_layer(struct nest *nest, uint32_t ns, bool *found)
{
	struct nest_layer *layers;
	size_t count, i;

	*found = false;
	if (nest_layer_list(nest, &layers, &count)) {
		error_nest(nest_error(nest));
		return -EIO;
	}
	for (i = 0; i < count; i++)
		*found |= layers[i].ns == ns && layers[i].origin == ns;
	free(layers);
	return 0;
}

static int withdraw(const struct nestctl_args *args, struct nest *nest,
		    const struct nest_target *target)
{
	struct json_object *record;
	bool found;

	if (nest_withdraw(nest, target)) {
		error_nest(nest_error(nest));
		return -EIO;
	}
	if (find_layer(nest, target->ns, &found))
		return -EIO;
	if (out_is_json()) {
		record = json_object_new_object();
		out_add_string(record, "done", "withdraw");
		out_add_bool(record, "in_force", found);
		out_json(record);
	} else if (found) {
		puts("the container's own layer stays in force; to remove it:");
		printf("nestctl remove -p %d --origin %u\n", args->pid,
		       target->ns);
	}
	return 0;
}

static int delegate(const struct nestctl_args *args, struct nest *nest,
		    const struct nest_target *target)
{
	if (nest_delegate(nest, target, args->uid)) {
		error_nest(nest_error(nest));
		return -EIO;
	}
	out_done("done", "delegate");
	return 0;
}

static int run(const struct nestctl_args *args)
{
	int status = EXIT_FAILED;
	struct nest_target target;
	struct nest *nest;
	int err;

	if (!args->pid) {
		error_print("delegate: --pid has to name a process of the container");
		return EXIT_USAGE;
	}
	if (args->withdraw && args->uid != NEST_ROOT_OF_OWNER) {
		error_print("delegate: only one of --uid and --withdraw can be given");
		return EXIT_USAGE;
	}
	nest = nestctl_open();
	if (!nest || nestctl_target(nest, args, &target))
		goto out;
	err = args->withdraw ? withdraw(args, nest, &target) :
			       delegate(args, nest, &target);
	if (!err)
		status = EXIT_DONE;
out:
	nest_close(nest);
	return status;
}

const struct nestctl_verb nestctl_delegate = {
	.name = "delegate",
	.options = "pUX",
	.usage = "-p PID [--uid UID] [--withdraw]",
	.summary = "let a user of a container load the container's own layer",
	.failed = EXIT_FAILED,
	.run = run,
};
