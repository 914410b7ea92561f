// SPDX-License-Identifier: GPL-2.0-or-later
/* nestctl ps: tasks, their domains, and the host's label of each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nestctl.h"

static struct json_object *label_record(const struct nest_label *label)
{
	struct json_object *record = json_object_new_object();

	out_add_number(record, "ns", label->ns);
	out_add_number(record, "origin", label->origin);
	out_add_string(record, "domain", label->domain[0] ?
		       label->domain : NULL);
	out_add_string(record, "mode", name_mode(label->mode));
	return record;
}

static struct json_object *task_record(const struct nest_task *task)
{
	struct json_object *record = json_object_new_object();
	struct json_object *labels = json_object_new_array();
	size_t i;

	out_add_number(record, "pid", task->pid);
	out_add_number(record, "uid", task->uid);
	out_add_number(record, "ns", task->ns);
	out_add_string(record, "comm", task->comm);
	for (i = 0; i < task->n_labels; i++)
		json_object_array_add(labels, label_record(&task->labels[i]));
	out_add(record, "labels", labels);
	out_add(record, "host", host_label(task->pid));
	return record;
}

static void print_label(struct json_object *label)
{
	const char *mode = out_get(label, "mode");
	const char *domain = out_get(label, "domain");

	if (!domain)
		printf("%s", mode ? mode : "?");
	else if (mode && strcmp(mode, name_mode(NEST_MODE_ENFORCE)))
		printf("%s (%s)", domain, mode);
	else
		fputs(domain, stdout);
}

/* As AppArmor writes a stack of labels: outer//&inner. */
static void print_task(struct json_object *task, int host_width)
{
	struct json_object *labels = json_object_object_get(task, "labels");
	const char *host = out_get(task, "host");
	size_t i;

	printf("%7s %6s %-15s %-*s ", out_get(task, "pid"),
	       out_get(task, "uid"), out_get(task, "comm"), host_width,
	       host ? host : "-");
	for (i = 0; i < json_object_array_length(labels); i++) {
		if (i)
			fputs("//&", stdout);
		print_label(json_object_array_get_idx(labels, i));
	}
	putchar('\n');
}

static int width_of_hosts(struct json_object *tasks, const char *title)
{
	size_t width = strlen(title);
	size_t i, n;

	for (i = 0; i < json_object_array_length(tasks); i++) {
		const char *host = out_get(json_object_array_get_idx(tasks, i),
					   "host");

		n = host ? strlen(host) : 0;
		if (n > width)
			width = n;
	}
	return width;
}

static void print_tasks(struct json_object *tasks)
{
	static const char title[] = "HOST LABEL";
	int width = width_of_hosts(tasks, title);
	size_t i;

	if (out_is_json()) {
		out_json(tasks);
		return;
	}
	printf("%7s %6s %-15s %-*s %s\n", "PID", "UID", "COMM", width, title,
	       "DOMAIN");
	for (i = 0; i < json_object_array_length(tasks); i++)
		print_task(json_object_array_get_idx(tasks, i), width);
	json_object_put(tasks);
}

static int run(const struct nestctl_args *args)
{
	struct nest *nest = nestctl_open();
	struct nest_task *tasks = NULL;
	struct json_object *records;
	struct nest_target target;
	int status = EXIT_FAILED;
	size_t count = 0, i;

	if (!nest || nestctl_target(nest, args, &target))
		goto out;
	if (nest_task_list(nest, &tasks, &count)) {
		error_nest(nest_error(nest));
		goto out;
	}
	records = json_object_new_array();
	for (i = 0; i < count; i++)
		if (!target.ns || target.ns == tasks[i].ns)
			json_object_array_add(records, task_record(&tasks[i]));
	print_tasks(records);
	status = EXIT_DONE;
out:
	nest_task_free(tasks, count);
	nest_close(nest);
	return status;
}

const struct nestctl_verb nestctl_ps = {
	.name = "ps",
	.options = "p",
	.usage = "[-p PID]",
	.summary = "the tasks under a layer: domains, and the label of the host's LSM",
	.failed = EXIT_FAILED,
	.run = run,
};
