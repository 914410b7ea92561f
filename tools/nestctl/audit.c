// SPDX-License-Identifier: GPL-2.0-or-later
/* nestctl audit: how well a container is held. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit.h"
#include "nestctl.h"
#include "spaces.h"

/* --- what the module says --------------------------------------------------*/

static uint32_t pid_namespace(pid_t pid)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/ns/pid", pid);
	return stat(path, &st) ? 0 : st.st_ino;
}

/* The namespaces from the outermost that can be seen to the container's. */
static struct json_object *chain_of(uint32_t ns)
{
	struct json_object *chain = json_object_new_array(), *record;
	uint32_t found[64];
	struct spaces spaces;
	size_t n = 0;

	spaces_find(&spaces);
	while (ns && n < ARRAY_SIZE(found)) {
		found[n++] = ns;
		ns = spaces_get(&spaces, ns)->parent;
	}
	while (n--) {
		record = json_object_new_object();
		out_add_number(record, "ns", found[n]);
		json_object_array_add(chain, record);
	}
	spaces_free(&spaces);
	return chain;
}

static bool in_chain(struct json_object *chain, uint32_t ns)
{
	size_t i;

	for (i = 0; i < json_object_array_length(chain); i++) {
		struct json_object *record = json_object_array_get_idx(chain, i);

		if (json_object_get_uint64(json_object_object_get(record, "ns")) ==
		    ns)
			return true;
	}
	return false;
}

static void add_layers(struct json_object *posture, struct json_object *chain,
		       const struct nestctl_layers *layers)
{
	struct json_object *list = json_object_new_array();
	size_t i;

	for (i = 0; i < layers->n_layers; i++)
		if (in_chain(chain, layers->layers[i].ns))
			json_object_array_add(list,
					      nestctl_layer(layers,
							    &layers->layers[i]));
	out_add(posture, "layers", list);
}

static const char *layer_name(const struct nestctl_layers *layers,
			      const struct nest_label *label)
{
	size_t i;

	for (i = 0; i < layers->n_layers; i++)
		if (layers->layers[i].ns == label->ns &&
		    layers->layers[i].origin == label->origin)
			return layers->layers[i].name;
	return "";
}

static struct json_object *domain_record(const struct nestctl_layers *layers,
					 const struct nest_label *label)
{
	struct json_object *record = json_object_new_object();

	out_add_string(record, "layer", layer_name(layers, label));
	out_add_string(record, "domain", label->domain[0] ? label->domain :
							     NULL);
	out_add_string(record, "mode", name_mode(label->mode));
	return record;
}

/* Counts a task, with those that stand at the same place. */
static void count_task(struct json_object *list, struct json_object *counts,
		       struct json_object *record)
{
	size_t i, n = json_object_array_length(list);

	for (i = 0; i < n; i++)
		if (json_object_equal(json_object_array_get_idx(list, i),
				      record))
			break;
	if (i == n) {
		json_object_array_add(list, record);
		json_object_array_add(counts, json_object_new_int64(1));
	} else {
		json_object_put(record);
		json_object_int_inc(json_object_array_get_idx(counts, i), 1);
	}
}

static void add_domains(struct json_object *posture, uint32_t ns,
			const struct nestctl_layers *layers,
			const struct nest_task *tasks, size_t n)
{
	struct json_object *list = json_object_new_array();
	struct json_object *counts = json_object_new_array();
	size_t i, j;

	for (i = 0; i < n; i++)
		for (j = 0; tasks[i].ns == ns && j < tasks[i].n_labels; j++)
			count_task(list, counts,
				   domain_record(layers, &tasks[i].labels[j]));
	for (i = 0; i < json_object_array_length(list); i++)
		out_add(json_object_array_get_idx(list, i), "tasks",
			json_object_get(json_object_array_get_idx(counts, i)));
	json_object_put(counts);
	out_add(posture, "domains", list);
}

/* Without the module there is still something to be said of the container. */
static int add_module(struct json_object *posture, struct json_object *chain,
		      uint32_t ns)
{
	struct nest_task *tasks = NULL;
	struct nestctl_layers layers = { 0 };
	struct nest_error error;
	struct nest *nest;
	size_t n = 0;
	int err;

	if (nest_open(&nest, &error)) {
		out_add_string(posture, "layers_error", error.message);
		return 0;
	}
	err = nestctl_layers_get(nest, &layers);
	if (!err && nest_task_list(nest, &tasks, &n)) {
		error_nest(nest_error(nest));
		err = -EIO;
	}
	if (!err) {
		add_layers(posture, chain, &layers);
		add_domains(posture, ns, &layers, tasks, n);
	}
	nest_task_free(tasks, n);
	nestctl_layers_free(&layers);
	nest_close(nest);
	return err;
}

/* --- the report ------------------------------------------------------------*/

/* The process may have ended meanwhile, and its number be another's. */
static struct json_object *look(pid_t pid)
{
	struct json_object *posture, *chain;
	uint32_t ns = pid_namespace(pid);

	posture = posture_of(pid);
	if (!posture)
		return NULL;
	chain = chain_of(ns);
	out_add(posture, "pid_namespaces", chain);
	if (add_module(posture, chain, ns))
		goto fail;
	if (!ns || ns != pid_namespace(pid)) {
		error_print("process %d has ended, or may not be looked at", pid);
		goto fail;
	}
	out_add(posture, "findings", findings_of(posture));
	return posture;

fail:
	json_object_put(posture);
	return NULL;
}

static void print_finding(struct json_object *finding)
{
	const char *where = out_get(finding, "where");

	printf("%-6s %s%s%s\n       %s\n       to do: %s\n",
	       out_get(finding, "rating"), out_get(finding, "what"),
	       where ? ": " : "", where ? where : "", out_get(finding, "why"),
	       out_get(finding, "do"));
}

static void print_text(struct json_object *posture)
{
	static const char *const keys[] = {
		"pid", "comm", "container", "host_label", "seccomp",
		"no_new_privs",
	};
	struct json_object *list = json_object_object_get(posture, "findings");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		const char *string = out_get(posture, keys[i]);

		printf("%s %s\n", keys[i], string ? string : "-");
	}
	printf("findings %zu\n", json_object_array_length(list));
	for (i = 0; i < json_object_array_length(list); i++)
		print_finding(json_object_array_get_idx(list, i));
}

static int write_html(const char *name, struct json_object *posture)
{
	char *page = NULL;
	size_t size;
	FILE *file = open_memstream(&page, &size);
	int err;

	if (!file)
		abort();
	report_html(file, posture);
	if (fclose(file))
		abort();
	err = nestctl_write_file(name, page, size);
	if (err)
		error_print("cannot write %s: %s", name, strerror(-err));
	free(page);
	return err;
}

static int run(const struct nestctl_args *args)
{
	struct json_object *posture = look(args->pid ? args->pid : getpid());
	int err = posture ? 0 : -ESRCH;

	if (!err && args->html)
		err = write_html(args->html, posture);
	if (!err && out_is_json())
		out_json(json_object_get(posture));
	else if (!err && !args->html)
		print_text(posture);
	json_object_put(posture);
	return err ? EXIT_FAILED : EXIT_DONE;
}

const struct nestctl_verb nestctl_audit = {
	.name = "audit",
	.options = "pH",
	.usage = "[-p PID] [--html FILE]",
	.summary = "how well a container is held: what is wanting, and what to do",
	.failed = EXIT_FAILED,
	.run = run,
};
