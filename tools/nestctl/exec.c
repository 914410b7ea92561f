// SPDX-License-Identifier: GPL-2.0-or-later
/* nestctl exec: a command in another domain of the caller's own layer. */
#include <limits.h>
#include <string.h>

#include "nestctl.h"

static int run(const struct nestctl_args *args)
{
	char **command = args->words;
	int err;

	if (!strcmp(command[0], "--") && !*++command)
		return error_usage(&nestctl_exec);
	if (!args->profile) {
		error_print("exec: -P PROFILE says where to");
		return EXIT_USAGE;
	}
	err = nest_change_profile(args->profile, args->origin,
				  !args->immediate);
	if (err) {
		error_print("exec: cannot change to profile %s: %s",
			    args->profile, nest_change_reason(err));
		return EXIT_RUN;
	}
	return nestctl_execute("exec", command);
}

const struct nestctl_verb nestctl_exec = {
	.name = "exec",
	.options = "PiO",
	.min = 1,
	.max = INT_MAX,
	.usage = "-P PROFILE [-i] [--origin NS] [--] COMMAND [ARGUMENT...]",
	.summary = "run a command in another profile of the layer",
	.failed = EXIT_RUN,
	.run = run,
};
