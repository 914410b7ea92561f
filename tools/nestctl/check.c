// SPDX-License-Identifier: GPL-2.0-or-later
/* nestctl check: would this policy be accepted? */
#include <errno.h>
#include <limits.h>

#include "nestctl.h"
#include "rules.h"

static int check_image(const char *file, struct nestctl_policy *image)
{
	const struct nest_policy_extent *section;
	struct nest_policy policy;

	if (image_open(&policy, image->data, image->size, file))
		return -EINVAL;
	section = policy.header->section;
	image->stats.profiles =
		le32_to_cpu(section[NEST_SECTION_DOMAINS].count);
	image->stats.dfas = le32_to_cpu(section[NEST_SECTION_DFAS].count);
	return 0;
}

static void print_result(struct nestctl_policy *policy)
{
	struct json_object *record = json_object_new_object();

	out_add_bool(record, "ok", true);
	out_add_number(record, "profiles", policy->stats.profiles);
	out_add_number(record, "dfas", policy->stats.dfas);
	out_add_number(record, "size", policy->size);
	if (policy->compiled) {
		out_add_number(record, "file_rules", policy->stats.file_rules);
		out_add_number(record, "states", policy->stats.states);
	}
	if (policy->diagnostics) {
		out_add(record, "diagnostics", policy->diagnostics);
		policy->diagnostics = NULL;
	}
	out_line(record);
}

static int print_features(void)
{
	struct json_object *records = json_object_new_array(), *record;
	const struct nest_feature *feature;
	size_t count, i;

	feature = nest_features(&count);
	for (i = 0; i < count; i++, feature++) {
		record = json_object_new_object();
		out_add_string(record, "state",
			       nest_feature_state_name(feature->state));
		out_add_string(record, "construct", feature->construct);
		if (*feature->reason)
			out_add_string(record, "reason", feature->reason);
		json_object_array_add(records, record);
	}
	out_list(records);
	return EXIT_DONE;
}

static int run(const struct nestctl_args *args)
{
	struct nestctl_policy policy;
	int err;

	if (args->features && !args->n_words)
		return print_features();
	if (args->features || !args->n_words)
		return error_usage(&nestctl_check);
	err = nestctl_policy_get(args, args->words, args->n_words, &policy);
	if (!err && !policy.compiled)
		err = check_image(args->words[0], &policy);
	if (!err)
		print_result(&policy);
	nestctl_policy_free(&policy);
	return err ? EXIT_FAILED : EXIT_DONE;
}

const struct nestctl_verb nestctl_check = {
	.name = "check",
	.options = "IWF",
	.min = 0,
	.max = INT_MAX,
	.usage = "[-I DIR] [--warn KIND] FILE...|--features",
	.summary = "compile without loading, or check an image",
	.failed = EXIT_FAILED,
	.run = run,
};
