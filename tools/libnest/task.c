// SPDX-License-Identifier: GPL-2.0-or-later
/* Tasks and their labels. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define TRIES	16	/* for a list that changes while it is read */

/**
 * struct task_array - tasks that have arrived
 * @tasks: the array, owned
 * @count: how many
 */
struct task_array {
	struct nest_task *tasks;
	size_t count;
};

static int add_task(struct nlattr **attrs, void *arg)
{
	struct task_array *array = arg;
	struct nest_task *tasks;

	tasks = reallocarray(array->tasks, array->count + 1, sizeof(*tasks));
	if (!tasks)
		return -ENOMEM;
	array->tasks = tasks;
	memset(&tasks[array->count], 0, sizeof(*tasks));
	return nest_parse_task(attrs, &tasks[array->count++]);
}

static int list_once(struct nest *nest, struct task_array *array)
{
	struct nest_request request = {
		.what = "list the tasks",
		.cmd = NEST_CMD_TASK_GET,
		.flags = NLM_F_DUMP,
		.fn = add_task,
		.arg = array,
	};

	return nest_request_run(nest, &request);
}

/**
 * nest_task_list() - the tasks that the caller may see and a layer covers
 * @nest: the handle
 * @tasks: where to put an array, for nest_task_free()
 * @count: where to put their number
 *
 * Return: 0; -EINTR if the list changed at each of many tries, or another
 * negative errno of netlink.
 */
int nest_task_list(struct nest *nest, struct nest_task **tasks, size_t *count)
{
	struct task_array array = { 0 };
	int err = -EINTR;
	int i;

	for (i = 0; i < TRIES && err == -EINTR; i++) {
		nest_task_free(array.tasks, array.count);
		memset(&array, 0, sizeof(array));
		err = list_once(nest, &array);
	}
	if (err) {
		nest_task_free(array.tasks, array.count);
		memset(&array, 0, sizeof(array));
	}
	*tasks = array.tasks;
	*count = array.count;
	return err;
}

/**
 * nest_task_free() - free what nest_task_list() returned
 * @tasks: the array, or NULL
 * @count: its length
 */
void nest_task_free(struct nest_task *tasks, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		free(tasks[i].labels);
	free(tasks);
}
