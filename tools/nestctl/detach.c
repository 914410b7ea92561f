// SPDX-License-Identifier: GPL-2.0-or-later
/* nestctl detach: make the module unloadable. */
#include "nestctl.h"

static int run(const struct nestctl_args *args)
{
	struct nest *nest = nestctl_open();
	int status = EXIT_DONE;

	(void)args;
	if (!nest)
		return EXIT_FAILED;
	if (nest_detach(nest)) {
		error_nest(nest_error(nest));
		status = EXIT_FAILED;
	} else {
		out_done("done", "detach");
	}
	nest_close(nest);
	return status;
}

const struct nestctl_verb nestctl_detach = {
	.name = "detach",
	.options = "",
	.usage = "",
	.summary = "leave the kernel's hooks, so that the module can be unloaded",
	.failed = EXIT_FAILED,
	.run = run,
};
