// SPDX-License-Identifier: GPL-2.0-or-later
/* nestctl tree: pid namespaces, and what layers are on them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nestctl.h"
#include "spaces.h"

#define DEPTH_MAX	64	/* pid namespaces can be 32 deep */

/**
 * struct forest - all that the tree is made of
 * @spaces: pid namespaces
 * @layers: layers and delegations
 * @tasks: tasks that a layer covers
 * @n_tasks: how many
 */
struct forest {
	struct spaces spaces;
	struct nestctl_layers layers;
	struct nest_task *tasks;
	size_t n_tasks;
};

static void count_task(struct json_object *list, const struct nest_label *label)
{
	const char *domain = label->domain[0] ? label->domain : NULL;
	struct json_object *name = out_string(domain);
	struct json_object *entry;
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++) {
		entry = json_object_array_get_idx(list, i);
		if (!json_object_equal(json_object_object_get(entry, "domain"),
				       name) ||
		    strcmp(out_get(entry, "mode"), name_mode(label->mode)))
			continue;
		json_object_put(name);
		json_object_int_inc(json_object_object_get(entry, "tasks"), 1);
		return;
	}
	entry = json_object_new_object();
	out_add(entry, "domain", name);
	out_add_string(entry, "mode", name_mode(label->mode));
	out_add(entry, "tasks", json_object_new_int64(1));
	json_object_array_add(list, entry);
}

/* How many tasks are in which domain of a layer. */
static struct json_object *members(const struct forest *forest,
				   const struct nest_layer *layer)
{
	struct json_object *list = json_object_new_array();
	const struct nest_task *task;
	size_t i, j;

	for (i = 0; i < forest->n_tasks; i++) {
		task = &forest->tasks[i];
		for (j = 0; j < task->n_labels; j++)
			if (task->labels[j].ns == layer->ns &&
			    task->labels[j].origin == layer->origin)
				count_task(list, &task->labels[j]);
	}
	return list;
}

static struct json_object *layers_on(const struct forest *forest, uint32_t ns)
{
	struct json_object *list = json_object_new_array();
	const struct nestctl_layers *layers = &forest->layers;
	struct json_object *record;
	size_t i;

	for (i = 0; i < layers->n_layers; i++) {
		if (layers->layers[i].ns != ns)
			continue;
		record = nestctl_layer(layers, &layers->layers[i]);
		out_add(record, "members", members(forest, &layers->layers[i]));
		json_object_array_add(list, record);
	}
	for (i = 0; i < layers->n_delegations; i++) {
		if (layers->delegations[i].ns != ns)
			continue;
		record = nestctl_no_layer(layers, &layers->delegations[i]);
		if (record)
			json_object_array_add(list, record);
	}
	return list;
}

static void add_container(struct json_object *record, pid_t init)
{
	char *cgroup = init ? host_cgroup(init) : NULL;
	char *container = cgroup ? host_container(cgroup) : NULL;

	out_add(record, "comm", init ? host_comm(init) : NULL);
	out_add_string(record, "container", container);
	out_add_string(record, "cgroup", cgroup);
	free(container);
	free(cgroup);
}

static struct json_object *grow(const struct forest *forest,
				const struct space *space, int depth)
{
	struct json_object *record = json_object_new_object();
	struct json_object *below = json_object_new_array();
	size_t i;

	out_add_number(record, "ns", space->ns);
	out_add(record, "init", space->init ?
		json_object_new_int(space->init) : NULL);
	add_container(record, space->init);
	out_add_number(record, "tasks", space->tasks);
	out_add(record, "host", json_object_get(space->hosts));
	out_add(record, "layers", layers_on(forest, space->ns));
	for (i = 0; depth < DEPTH_MAX && i < forest->spaces.n; i++)
		if (forest->spaces.spaces[i].parent == space->ns)
			json_object_array_add(below,
					      grow(forest,
						   &forest->spaces.spaces[i],
						   depth + 1));
	out_add(record, "namespaces", below);
	return record;
}

/* Namespaces that the kernel knows of and /proc does not show. */
static void add_hidden(struct forest *forest, uint32_t own)
{
	const struct nestctl_layers *layers = &forest->layers;
	struct space *space;
	size_t i;

	spaces_get(&forest->spaces, own);
	for (i = 0; i < layers->n_layers; i++) {
		space = spaces_get(&forest->spaces, layers->layers[i].ns);
		if (!space->parent && space->ns != own)
			space->parent = own;
		if (!space->init)
			space->init = layers->layers[i].pid;
	}
	for (i = 0; i < layers->n_delegations; i++) {
		space = spaces_get(&forest->spaces, layers->delegations[i].ns);
		if (!space->parent && space->ns != own)
			space->parent = own;
	}
}

static void print_text(struct json_object *record, const char *key)
{
	const char *text = out_get(record, key);

	if (text)
		printf(" %s %s", key, text);
}

static void print_hosts(struct json_object *hosts)
{
	struct json_object *host;
	size_t i;

	for (i = 0; i < json_object_array_length(hosts); i++) {
		host = json_object_array_get_idx(hosts, i);
		printf("%s%s", i ? "," : " host ",
		       json_object_get_string(host));
	}
}

static void print_members(struct json_object *list)
{
	struct json_object *entry;
	const char *domain, *mode;
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++) {
		entry = json_object_array_get_idx(list, i);
		domain = out_get(entry, "domain");
		mode = out_get(entry, "mode");
		printf("%s %s", i ? "," : ":", domain ? domain : mode);
		if (domain && strcmp(mode, name_mode(NEST_MODE_ENFORCE)))
			printf(" (%s)", mode);
		printf(" %s", out_get(entry, "tasks"));
	}
}

static void print_layer(struct json_object *layer)
{
	const char *name = out_get(layer, "name");

	printf("layer %s %s", name && *name ? name : "-",
	       out_get(layer, "kind"));
	if (!strcmp(out_get(layer, "kind"), "imposed"))
		printf(" from %s", out_get(layer, "origin"));
	if (!strcmp(out_get(layer, "kind"), "delegated"))
		printf(" to uid %s", out_get(layer, "delegate"));
	else
		printf(" revision %s", out_get(layer, "revision"));
	print_members(json_object_object_get(layer, "members"));
	putchar('\n');
}

static void print_space(struct json_object *space, char *indent, size_t at);

static void print_child(struct json_object *child, bool layer, bool last,
			char *indent, size_t at)
{
	printf("%s%s", indent, last ? "`- " : "|- ");
	if (layer) {
		print_layer(child);
		return;
	}
	memcpy(indent + at, last ? "   " : "|  ", 4);
	print_space(child, indent, at + 3);
	indent[at] = '\0';
}

static void print_space(struct json_object *space, char *indent, size_t at)
{
	struct json_object *layers = json_object_object_get(space, "layers");
	struct json_object *below = json_object_object_get(space,
							   "namespaces");
	size_t n_layers = json_object_array_length(layers);
	size_t n = n_layers + json_object_array_length(below);
	struct json_object *child;
	size_t i;

	printf("ns %s", out_get(space, "ns"));
	print_text(space, "init");
	print_text(space, "comm");
	print_text(space, "container");
	print_text(space, "tasks");
	print_hosts(json_object_object_get(space, "host"));
	putchar('\n');
	for (i = 0; i < n; i++) {
		child = i < n_layers ?
			json_object_array_get_idx(layers, i) :
			json_object_array_get_idx(below, i - n_layers);
		print_child(child, i < n_layers, i == n - 1, indent, at);
	}
}

static void print(struct json_object *tree)
{
	char indent[3 * (DEPTH_MAX + 2) + 1] = "";

	if (out_is_json()) {
		out_json(tree);
		return;
	}
	print_space(tree, indent, 0);
	json_object_put(tree);
}

static int run(const struct nestctl_args *args)
{
	struct nest *nest = nestctl_open();
	struct forest forest = { 0 };
	struct nest_target target;
	int status = EXIT_FAILED;
	uint32_t own;

	if (!nest || nestctl_target(nest, args, &target) ||
	    nestctl_own_ns(nest, &own))
		goto out;
	if (nestctl_layers_get(nest, &forest.layers))
		goto out;
	if (nest_task_list(nest, &forest.tasks, &forest.n_tasks)) {
		error_nest(nest_error(nest));
		goto out;
	}
	spaces_find(&forest.spaces);
	add_hidden(&forest, own);
	print(grow(&forest, spaces_get(&forest.spaces, target.ns ?: own), 0));
	status = EXIT_DONE;
out:
	spaces_free(&forest.spaces);
	nest_task_free(forest.tasks, forest.n_tasks);
	nestctl_layers_free(&forest.layers);
	nest_close(nest);
	return status;
}

const struct nestctl_verb nestctl_tree = {
	.name = "tree",
	.options = "p",
	.usage = "[-p PID]",
	.summary = "pid namespaces and containers, with layers, domains and the host's labels",
	.failed = EXIT_FAILED,
	.run = run,
};
