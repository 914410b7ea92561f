// SPDX-License-Identifier: GPL-2.0-or-later
/* nestctl show: the rules in force, read back from the kernel. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "nestctl.h"
#include "rules.h"

/* What the layer says of the path that was asked about. */
static struct json_object *answer(const struct nestctl_args *args,
				  const struct nest_policy *policy)
{
	struct json_object *list = json_object_new_array();
	uint32_t i, n, only = NEST_NONE;

	if (args->domain) {
		only = nest_policy_find_domain(policy, args->domain);
		if (only == NEST_NONE)
			return list;
	}
	n = le32_to_cpu(policy->header->section[NEST_SECTION_DOMAINS].count);
	for (i = 0; i < n; i++)
		if (only == NEST_NONE || only == i)
			json_object_array_add(list, rules_query(policy, i,
								args->path));
	return list;
}

static struct json_object *only_domain(struct json_object *domains,
				       const char *name)
{
	struct json_object *list = json_object_new_array();
	size_t i;

	for (i = 0; i < json_object_array_length(domains); i++) {
		struct json_object *domain =
			json_object_array_get_idx(domains, i);

		if (!strcmp(out_get(domain, "name"), name))
			json_object_array_add(list, json_object_get(domain));
	}
	json_object_put(domains);
	return list;
}

static struct json_object *rules_of(const struct nestctl_args *args,
				    const struct nest_policy *policy)
{
	struct json_object *domains;

	if (args->path)
		return answer(args, policy);
	domains = rules_domains(policy);
	return args->domain ? only_domain(domains, args->domain) : domains;
}

static void add_counts(struct json_object *record,
		       const struct nest_domain *domain)
{
	out_add_number(record, "decisions", domain->decisions);
	out_add_number(record, "denials", domain->denials);
	out_add_number(record, "complaints", domain->complaints);
	out_add_number(record, "lost", domain->lost);
}

/**
 * struct counts - of all domains that can be seen
 * @domains: they
 * @n: how many
 */
struct counts {
	struct nest_domain *domains;
	size_t n;
};

/* What has happened in each of the domains of a layer. */
static void add_all_counts(struct json_object *list,
			   const struct nest_layer *layer,
			   const struct counts *counts)
{
	struct json_object *record, *name;
	const struct nest_domain *domain;
	size_t i, at = 0, n = json_object_array_length(list);

	/* Both are in the order of the image. */
	for (i = 0; i < counts->n && at < n; i++) {
		domain = &counts->domains[i];
		if (domain->ns != layer->ns || domain->origin != layer->origin)
			continue;
		record = json_object_array_get_idx(list, at);
		name = out_string(domain->domain);
		if (json_object_equal(json_object_object_get(record, "name"),
				      name)) {
			add_counts(record, domain);
			at++;
		}
		json_object_put(name);
	}
}

static struct json_object *show_layer(const struct nestctl_args *args,
				      struct nest *nest,
				      const struct nestctl_layers *layers,
				      const struct nest_layer *layer,
				      const struct counts *counts)
{
	struct nest_policy policy;
	struct json_object *record, *rules;
	void *image;

	image = image_read(&policy, nest, args->pid, layer);
	if (!image)
		return NULL;
	record = nestctl_layer(layers, layer);
	if (args->path)
		out_add_string(record, "path", args->path);
	rules = rules_of(args, &policy);
	add_all_counts(rules, layer, counts);
	out_add(record, "domain", rules);
	free(image);
	return record;
}

static int show(const struct nestctl_args *args, struct nest *nest,
		uint32_t ns, const struct nestctl_layers *layers,
		const struct counts *counts)
{
	const struct nest_target meant = { .ns = ns, .origin = args->origin };
	struct json_object *list = json_object_new_array();
	struct json_object *record;
	size_t i;

	for (i = 0; i < layers->n_layers; i++) {
		const struct nest_layer *layer = &layers->layers[i];

		if (!nestctl_is_meant(&meant, layer->ns, layer->origin))
			continue;
		record = show_layer(args, nest, layers, layer, counts);
		if (!record) {
			json_object_put(list);
			return -EIO;
		}
		json_object_array_add(list, record);
	}
	if (!json_object_array_length(list)) {
		json_object_put(list);
		error_print("no layer is in force there: see \"nestctl list\"");
		return -ENOENT;
	}
	out_tree(list);
	return 0;
}

static int run(const struct nestctl_args *args)
{
	struct nest *nest = nestctl_open();
	struct nestctl_layers layers = { 0 };
	struct counts counts = { 0 };
	struct nest_target target;
	int status = EXIT_FAILED;
	uint32_t ns;

	if (!nest || nestctl_target(nest, args, &target) ||
	    nestctl_own_ns(nest, &ns))
		goto out;
	if (target.pid)
		ns = target.ns;
	if (nestctl_layers_get(nest, &layers))
		goto out;
	if (nest_domain_list(nest, &counts.domains, &counts.n)) {
		error_nest(nest_error(nest));
		goto out;
	}
	if (!show(args, nest, ns, &layers, &counts))
		status = EXIT_DONE;
out:
	free(counts.domains);
	nestctl_layers_free(&layers);
	nest_close(nest);
	return status;
}

const struct nestctl_verb nestctl_show = {
	.name = "show",
	.options = "pOAD",
	.usage = "[-p PID] [--origin NS] [--domain NAME] [--path PATH]",
	.summary = "the rules in force, or what they say of PATH, read back from the kernel",
	.failed = EXIT_FAILED,
	.run = run,
};
