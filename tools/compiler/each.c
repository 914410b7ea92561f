// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules of a profile, each compiled by itself. */
#include "domain.h"
#include "image.h"

/* Takes the rules from all profiles, and what their flags stand for. */
static void empty_profiles(const struct nest_compiler *compiler)
{
	struct nest_profile **profiles = compiler->profiles.data;
	size_t i;

	for (i = 0; i < compiler->profiles.count; i++) {
		profiles[i]->rules = NULL;
		profiles[i]->default_allow = false;
		profiles[i]->unconfined = false;
	}
}

static int build(struct nest_compiler *compiler, struct nest_image *image)
{
	struct nest_profile **profiles = compiler->profiles.data;
	struct nest_image_builder builder = { .states = 0 };
	size_t i;
	int err = 0;

	compiler->expanded = 0;
	compiler->work = NEST_WORK_MAX;
	for (i = 0; !err && i < compiler->profiles.count; i++)
		err = nest_domain_add(compiler, &builder, profiles[i]);
	if (!err)
		err = nest_image_finish(compiler, &builder, NEST_NONE,
					NEST_NONE, image);
	nest_image_builder_free(&builder);
	return err;
}

static int give(struct nest_compiler *compiler, struct nest_place place,
		nest_rule_fn fn, void *context)
{
	struct nest_diag diag = { .level = NEST_DIAG_NOTE };
	struct nest_image image = { 0 };
	int err = build(compiler, &image);

	if (!err) {
		nest_diag_locate(&diag, place);
		err = fn(context, &diag, &image);
	}
	nest_image_free(&image);
	return err;
}

static int give_each(struct nest_compiler *compiler,
		     struct nest_profile *profile, nest_rule_fn fn,
		     void *context)
{
	struct nest_rule *rule = profile->rules, *next;
	bool default_allow = profile->default_allow;
	bool unconfined = profile->unconfined;
	int err = 0;

	empty_profiles(compiler);
	profile->default_allow = default_allow;
	profile->unconfined = unconfined;
	if (default_allow || unconfined)
		err = give(compiler, profile->place, fn, context);
	profile->default_allow = false;
	/* What makes a profile unconfined leaves its rules out. */
	for (; !err && rule && !unconfined; rule = next) {
		next = rule->next;
		rule->next = NULL;
		profile->rules = rule;
		profile->unconfined = false;
		err = give(compiler, rule->place, fn, context);
		rule->next = next;
	}
	return err;
}

static int run(struct nest_compiler *compiler,
	       const struct nest_source *sources, size_t n_sources,
	       const char *name, nest_rule_fn fn, void *context)
{
	struct nest_profile *profile;
	int err = nest_sources_parse(compiler, sources, n_sources);

	if (!err)
		err = nest_profiles_prepare(compiler);
	if (err)
		return err;
	profile = nest_profile_find(compiler, name);
	if (!profile)
		return -ENOENT;
	return give_each(compiler, profile, fn, context);
}

int nest_compile_each(const struct nest_compile_options *options,
		      const struct nest_source *sources, size_t n_sources,
		      const char *profile, nest_rule_fn fn, void *context)
{
	struct nest_compiler compiler = { .work = NEST_WORK_MAX };
	int err;

	if (options)
		compiler.options = *options;
	err = run(&compiler, sources, n_sources, profile, fn, context);
	nest_compiler_free(&compiler);
	return err;
}
