// SPDX-License-Identifier: GPL-2.0-or-later
/* nestctl remove: take a layer out of force. */
#include "nestctl.h"

static int run(const struct nestctl_args *args)
{
	struct nest *nest = nestctl_open();
	struct nest_target target;
	int status = EXIT_FAILED;

	if (!nest || nestctl_target(nest, args, &target))
		goto out;
	if (nest_layer_remove(nest, &target, args->revision)) {
		error_nest(nest_error(nest));
		goto out;
	}
	out_done("done", "remove");
	status = EXIT_DONE;
out:
	nest_close(nest);
	return status;
}

const struct nestctl_verb nestctl_remove = {
	.name = "remove",
	.options = "pOV",
	.usage = "[-p PID] [--origin NS] [--revision N]",
	.summary = "take a layer out of force",
	.failed = EXIT_FAILED,
	.run = run,
};
