// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whatever the source: no crash, no leak, an image that core accepts or an
 * error with a message, and the same answer the second time.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"
#include "core.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const include_dirs[] = { "policy" };

struct messages {
	unsigned int errors;
};

static void count(void *context, const struct nest_diag *diag)
{
	struct messages *messages = context;

	if (diag->level == NEST_DIAG_ERROR)
		messages->errors++;
	if (!diag->message || (diag->line && !diag->source) ||
	    (diag->line && diag->column > diag->source_len + 1))
		abort();
}

static int compile(const uint8_t *data, size_t size, struct nest_image *image)
{
	struct nest_source source = { "fuzz", size ? data : (void *)"", size };
	struct messages messages = { 0 };
	struct nest_compile_options options = {
		.include_dirs = include_dirs,
		.n_include_dirs = 1,
		.diag = count,
		.diag_context = &messages,
	};
	int err = nest_compile(&options, &source, 1, image);

	if (!err != !messages.errors)
		abort();
	return err;
}

static void use(const struct nest_image *image)
{
	static const struct nest_policy_limits limits = {
		NEST_POLICY_SIZE_MAX, NEST_DOMAINS_MAX, NEST_STATES_MAX
	};
	static const char *const names[] = { "", "/", "/etc/x", "/a/b/c/" };
	struct nest_policy_error error;
	struct nest_policy policy;
	struct nest_perms perms;
	uint32_t domain;
	size_t i;

	if (nest_policy_unpack(&policy, image->data, image->size, &limits,
			       &error))
		abort();
	for (domain = 0; domain < image->stats.profiles; domain++)
		for (i = 0; i < ARRAY_SIZE(names); i++)
			nest_perms_lookup(&perms, &policy, domain, names[i],
					  strlen(names[i]), i & 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nest_image first, second;
	int err = compile(data, size, &first);

	if (compile(data, size, &second) != err)
		abort();
	if (!err) {
		use(&first);
		if (first.size != second.size ||
		    memcmp(first.data, second.data, first.size))
			abort();
	}
	nest_image_free(&first);
	nest_image_free(&second);
	return 0;
}
