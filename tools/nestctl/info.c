// SPDX-License-Identifier: GPL-2.0-or-later
/* nestctl info: version, limits and totals. */
#include "nestctl.h"

static struct json_object *record(const struct nest_info *info)
{
	struct json_object *record = json_object_new_object();

	out_add_string(record, "release", info->release);
	out_add_number(record, "abi", info->abi);
	out_add_number(record, "policy_version", info->policy_version);
	out_add_bool(record, "attached", info->attached);
	out_add_string(record, "backend", name_backend(info->backend));
	out_add_bool(record, "unprivileged", info->unprivileged);
	out_add_number(record, "layers", info->layers);
	out_add_number(record, "layers_max", info->layers_max);
	out_add_number(record, "size_max", info->size_max);
	return record;
}

static int run(const struct nestctl_args *args)
{
	struct nest *nest = nestctl_open();
	struct nest_info info;
	int status = EXIT_DONE;

	(void)args;
	if (!nest)
		return EXIT_FAILED;
	if (nest_get_info(nest, &info)) {
		error_nest(nest_error(nest));
		status = EXIT_FAILED;
	} else {
		out_block(record(&info));
	}
	nest_close(nest);
	return status;
}

const struct nestctl_verb nestctl_info = {
	.name = "info",
	.options = "",
	.usage = "",
	.summary = "the module's version, limits and totals",
	.failed = EXIT_FAILED,
	.run = run,
};
