// SPDX-License-Identifier: GPL-2.0-or-later
/* nestctl graph: which domain leads to which, for dot. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nestctl.h"
#include "rules.h"
#include "transitions.h"

/* A name in a string of dot's. */
static void print_quoted(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putchar('\\');
		putchar(*text);
	}
	putchar('"');
}

static bool has_flag(struct json_object *node, const char *flag)
{
	struct json_object *flags = json_object_object_get(node, "flags"), *one;
	size_t i;

	for (i = 0; i < json_object_array_length(flags); i++) {
		one = json_object_array_get_idx(flags, i);
		if (!strcmp(json_object_get_string(one), flag))
			return true;
	}
	return false;
}

/* Nodes of several layers may have the same name. */
static void print_id(size_t graph, const char *name)
{
	char number[32];
	char *id;

	snprintf(number, sizeof(number), "%zu", graph);
	if (asprintf(&id, "%s:%s", number, name) < 0)
		abort();
	print_quoted(id);
	free(id);
}

static void print_node(size_t graph, struct json_object *node)
{
	const char *name = out_get(node, "name");

	fputs("\t\t", stdout);
	print_id(graph, name);
	fputs(" [label=", stdout);
	print_quoted(name);
	if (has_flag(node, "default"))
		fputs(", peripheries=2", stdout);
	if (has_flag(node, "unconfined"))
		fputs(", shape=plaintext", stdout);
	else if (has_flag(node, "hat"))
		fputs(", shape=octagon", stdout);
	if (has_flag(node, "complain"))
		fputs(", style=dashed", stdout);
	if (has_flag(node, "kill"))
		fputs(", style=bold", stdout);
	puts("];");
}

static void print_edge(size_t graph, struct json_object *edge)
{
	const char *by = out_get(edge, "by");
	const char *example = out_get(edge, "example");
	char *label;

	if (asprintf(&label, "%s%s%s", by, example ? " " : "",
		     example ? example : "") < 0)
		abort();
	fputs("\t\t", stdout);
	print_id(graph, out_get(edge, "from"));
	fputs(" -> ", stdout);
	print_id(graph, out_get(edge, "to"));
	fputs(" [label=", stdout);
	print_quoted(label);
	free(label);
	if (!strncmp(by, "exec", 4))
		puts("];");
	else
		puts(", style=dashed];");
}

static void print_graph(size_t i, struct json_object *graph)
{
	struct json_object *nodes = json_object_object_get(graph, "domains");
	struct json_object *edges = json_object_object_get(graph,
							   "transitions");
	size_t j;

	printf("\tsubgraph cluster_%zu {\n\t\tlabel=", i);
	print_quoted(out_get(graph, "title"));
	puts(";");
	for (j = 0; j < json_object_array_length(nodes); j++)
		print_node(i, json_object_array_get_idx(nodes, j));
	for (j = 0; j < json_object_array_length(edges); j++)
		print_edge(i, json_object_array_get_idx(edges, j));
	puts("\t}");
}

static void print(struct json_object *graphs)
{
	size_t i;

	if (out_is_json()) {
		out_json(graphs);
		return;
	}
	puts("digraph nest {\n\trankdir=LR;\n\tnode [shape=box];");
	for (i = 0; i < json_object_array_length(graphs); i++)
		print_graph(i, json_object_array_get_idx(graphs, i));
	puts("}");
	json_object_put(graphs);
}

static struct json_object *title_of(const struct nest_layer *layer)
{
	char text[128];

	snprintf(text, sizeof(text), "%s (ns %u, origin %u, revision %llu)",
		 layer->name, layer->ns, layer->origin,
		 (unsigned long long)layer->revision);
	return out_string(text);
}

static int draw_layers(const struct nestctl_args *args, struct nest *nest,
		       uint32_t ns, const struct nestctl_layers *layers)
{
	const struct nest_target meant = { .ns = ns, .origin = args->origin };
	struct json_object *graphs = json_object_new_array(), *graph;
	const struct nest_layer *layer;
	struct nest_policy policy;
	void *image;
	size_t i;

	for (i = 0; i < layers->n_layers; i++) {
		layer = &layers->layers[i];
		if (!nestctl_is_meant(&meant, layer->ns, layer->origin))
			continue;
		image = image_read(&policy, nest, args->pid, layer);
		if (!image) {
			json_object_put(graphs);
			return EXIT_FAILED;
		}
		graph = json_object_new_object();
		out_add(graph, "title", title_of(layer));
		out_add_number(graph, "ns", layer->ns);
		out_add_number(graph, "origin", layer->origin);
		transitions_add(graph, &policy);
		json_object_array_add(graphs, graph);
		free(image);
	}
	if (!json_object_array_length(graphs)) {
		json_object_put(graphs);
		error_print("no layer is in force there: see \"nestctl list\"");
		return EXIT_FAILED;
	}
	print(graphs);
	return EXIT_DONE;
}

static int of_layers(const struct nestctl_args *args)
{
	struct nest *nest = nestctl_open();
	struct nestctl_layers layers = { 0 };
	struct nest_target target;
	int status = EXIT_FAILED;
	uint32_t ns;

	if (nest && !nestctl_target(nest, args, &target) &&
	    !nestctl_own_ns(nest, &ns) && !nestctl_layers_get(nest, &layers))
		status = draw_layers(args, nest, target.ns ?: ns, &layers);
	nestctl_layers_free(&layers);
	nest_close(nest);
	return status;
}

static int of_files(const struct nestctl_args *args)
{
	struct json_object *graphs, *graph;
	struct nestctl_policy source;
	struct nest_policy policy;
	int status = EXIT_FAILED;

	if (nestctl_policy_get(args, args->words, args->n_words, &source) ||
	    image_open(&policy, source.data, source.size, args->words[0]))
		goto out;
	graphs = json_object_new_array();
	graph = json_object_new_object();
	out_add_string(graph, "title", args->words[0]);
	transitions_add(graph, &policy);
	json_object_array_add(graphs, graph);
	print(graphs);
	status = EXIT_DONE;
out:
	nestctl_policy_free(&source);
	return status;
}

static int run(const struct nestctl_args *args)
{
	if (!args->n_words)
		return of_layers(args);
	if (args->pid || args->origin)
		return error_usage(&nestctl_graph);
	return of_files(args);
}

const struct nestctl_verb nestctl_graph = {
	.name = "graph",
	.options = "pOIW",
	.max = INT_MAX,
	.usage = "[-p PID] [--origin NS]|[-I DIR] [--warn KIND] FILE...",
	.summary = "which domain leads to which, in dot's language",
	.failed = EXIT_FAILED,
	.run = run,
};
