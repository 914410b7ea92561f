// SPDX-License-Identifier: GPL-2.0-or-later
/* The steps of a compilation, in their order. */
#include <stdlib.h>

#include "classrule.h"
#include "domain.h"
#include "image.h"
#include "peer.h"

static int read_file(struct nest_compiler *compiler, const char *path,
		     struct nest_text **text)
{
	int err;

	err = nest_text_read(compiler, path, text);
	if (!err || compiler->errors)
		return err;
	nest_report(compiler, NEST_DIAG_IO, nest_no_place(),
		    "cannot read %s: %s", path,
		    err == -EINVAL ? "not a regular file" : strerror(-err));
	compiler->error = err;
	return err;
}

static int parse_file(struct nest_compiler *compiler, const char *path)
{
	struct nest_text *text;
	int err;

	err = read_file(compiler, path, &text);
	return err ? err : nest_parse(compiler, text);
}

static int parse_directory(struct nest_compiler *compiler, const char *path)
{
	struct nest_paths list = { { NULL, 0, 0 } };
	char **paths;
	size_t i;
	int err;

	err = nest_paths_list(compiler, path, &list);
	if (err && !compiler->errors) {
		nest_report(compiler, NEST_DIAG_IO, nest_no_place(),
			    "cannot read %s: %s", path, strerror(-err));
		compiler->error = err;
	}
	paths = list.paths.data;
	for (i = 0; err != -ENOMEM && i < list.paths.count; i++)
		err = parse_file(compiler, paths[i]);
	nest_vec_free(&list.paths);
	return compiler->error;
}

static int parse_source(struct nest_compiler *compiler,
			const struct nest_source *source)
{
	struct nest_text *text;
	int err;

	if (!source->data)
		return nest_path_is_directory(source->name) ?
		       parse_directory(compiler, source->name) :
		       parse_file(compiler, source->name);
	if (source->size > NEST_FILE_SIZE_MAX)
		return nest_report(compiler, NEST_DIAG_LIMIT, nest_no_place(),
				   "%s has more than %zu MB", source->name,
				   NEST_FILE_SIZE_MAX >> 20);
	err = nest_text_add(compiler, source->name, source->data,
			    source->size, &text);
	return err ? err : nest_parse(compiler, text);
}

static int add_net(const struct nest_domain_rules *rules,
		   struct nest_image_builder *image, u32 *index)
{
	struct nest_policy_net net;
	u32 i;

	*index = NEST_NONE;
	if (!rules->has_net)
		return 0;
	for (i = 0; i < NEST_FAMILIES; i++) {
		const struct nest_say *say = &rules->nets[i];
		bool all = rules->profile->audit;

		net.allow[i] = htole16((u16)nest_say_allowed(say));
		net.deny[i] = htole16((u16)say->deny);
		net.audit[i] = htole16((u16)nest_say_audited(say, all));
	}
	return nest_image_net(image, &net, index);
}

/* The numbers of a domain that are known without its DFAs. */
static void set_domain(const struct nest_domain_rules *rules,
		       struct nest_policy_domain *domain)
{
	const struct nest_profile *profile = rules->profile;
	const struct nest_say *caps = &rules->caps;

	domain->flags = htole32(profile->flags);
	domain->parent = htole32(profile->parent ? profile->parent->index :
						   NEST_NONE);
	domain->mediates = htole32(rules->mediates);
	domain->cap_allow = htole64(nest_say_allowed(caps));
	domain->cap_deny = htole64(caps->deny);
	domain->cap_audit = htole64(nest_say_audited(caps, profile->audit));
}

static int build_domain(struct nest_domain_rules *rules)
{
	struct nest_image_builder *image = rules->image;
	struct nest_policy_domain domain = { 0 }, *copy;
	u32 name, net, file_dfa, n_file_dfas, child_dfa, peer_dfa;
	u32 rule_dfa, n_rule_dfas, rlimits;
	int err;

	err = nest_file_dfas_build(rules, &file_dfa, &n_file_dfas);
	if (!err)
		err = nest_peer_dfa_build(rules, &peer_dfa);
	if (!err)
		err = nest_rule_dfas_build(rules, &rule_dfa, &n_rule_dfas);
	if (!err)
		err = nest_attach_build(rules->compiler, image, rules->profile,
					&child_dfa);
	if (err)
		return err;
	copy = nest_vec_add(&image->domains, sizeof(*copy), 1);
	if (!copy || nest_image_string(image, rules->profile->name, &name) ||
	    add_net(rules, image, &net) ||
	    nest_limits_build(rules, &rlimits))
		return nest_no_memory(rules->compiler);
	set_domain(rules, &domain);
	domain.name = htole32(name);
	domain.net = htole32(net);
	domain.rlimits = htole32(rlimits);
	domain.peer_dfa = htole32(peer_dfa);
	domain.rule_dfa = htole32(rule_dfa);
	domain.n_rule_dfas = htole32(n_rule_dfas);
	domain.file_dfa = htole32(file_dfa);
	domain.n_file_dfas = htole32(n_file_dfas);
	domain.child_dfa = htole32(child_dfa);
	*copy = domain;
	return 0;
}

/**
 * nest_domain_add() - add a profile to an image
 * @compiler: the compilation
 * @image: the image
 * @profile: the profile, in the order of their indices
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_domain_add(struct nest_compiler *compiler,
		    struct nest_image_builder *image,
		    struct nest_profile *profile)
{
	struct nest_domain_rules rules = {
		.compiler = compiler,
		.image = image,
		.profile = profile,
	};
	int err;

	err = nest_rules_take(&rules);
	if (!err)
		err = build_domain(&rules);
	nest_vec_free(&rules.files);
	nest_vec_free(&rules.peers);
	nest_vec_free(&rules.classes);
	return err;
}

static int add_domains(struct nest_compiler *compiler,
		       struct nest_image_builder *image)
{
	struct nest_profile **profiles = compiler->profiles.data;
	size_t i;
	int err = 0;

	for (i = 0; i < compiler->profiles.count; i++) {
		err = nest_domain_add(compiler, image, profiles[i]);
		if (err == -ENOMEM || err == -E2BIG ||
		    compiler->errors >= NEST_ERRORS_MAX)
			return err ? err : compiler->error;
	}
	return compiler->errors ? compiler->error : err;
}

static int build(struct nest_compiler *compiler,
		 struct nest_image_builder *image, struct nest_image *result)
{
	const struct nest_profile *profile;
	u32 attach_dfa;
	int err;

	err = nest_profiles_prepare(compiler);
	if (!err)
		err = add_domains(compiler, image);
	if (!err)
		err = nest_attach_build(compiler, image, NULL, &attach_dfa);
	if (err)
		return err;
	profile = nest_profile_find(compiler, "default");
	return nest_image_finish(compiler, image,
				 profile ? profile->index : NEST_NONE,
				 attach_dfa, result);
}

/**
 * nest_sources_parse() - parse all sources
 * @compiler: the compilation, zeroed but for its work and options
 * @sources: the texts
 * @n_sources: number of @sources
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_sources_parse(struct nest_compiler *compiler,
		       const struct nest_source *sources, size_t n_sources)
{
	size_t i;
	int err = 0;

	for (i = 0; err != -ENOMEM && i < n_sources; i++)
		err = parse_source(compiler, &sources[i]);
	return compiler->errors ? compiler->error : err;
}

/**
 * nest_compiler_free() - free what a compilation holds
 * @compiler: the compilation
 */
void nest_compiler_free(struct nest_compiler *compiler)
{
	nest_vec_free(&compiler->profiles);
	nest_vec_free(&compiler->texts);
	nest_hash_free(&compiler->text_hash);
	nest_arena_free(&compiler->arena);
}

static int run(struct nest_compiler *compiler,
	       const struct nest_source *sources, size_t n_sources,
	       struct nest_image *image)
{
	struct nest_image_builder builder = { .states = 0 };
	int err = nest_sources_parse(compiler, sources, n_sources);

	if (!compiler->errors)
		err = build(compiler, &builder, image);
	nest_image_builder_free(&builder);
	return compiler->errors ? compiler->error : err;
}

int nest_compile(const struct nest_compile_options *options,
		 const struct nest_source *sources, size_t n_sources,
		 struct nest_image *image)
{
	struct nest_compiler compiler = { .work = NEST_WORK_MAX };
	int err;

	memset(image, 0, sizeof(*image));
	if (options)
		compiler.options = *options;
	err = run(&compiler, sources, n_sources, image);
	if (err)
		nest_image_free(image);
	nest_compiler_free(&compiler);
	return err;
}

int nest_compile_files(const struct nest_compile_options *options,
		       const char *const *paths, size_t n_paths,
		       struct nest_image *image)
{
	struct nest_source *sources;
	size_t i;
	int err;

	memset(image, 0, sizeof(*image));
	sources = calloc(n_paths ? n_paths : 1, sizeof(*sources));
	if (!sources)
		return -ENOMEM;
	for (i = 0; i < n_paths; i++)
		sources[i].name = paths[i];
	err = nest_compile(options, sources, n_paths, image);
	free(sources);
	return err;
}

void nest_image_free(struct nest_image *image)
{
	free(image->data);
	memset(image, 0, sizeof(*image));
}
