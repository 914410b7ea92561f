// SPDX-License-Identifier: GPL-2.0-or-later
/* Tasks and their labels. */
#include <stdlib.h>

#include "internal.h"

static int parse(struct nlattr **attrs, void *item)
{
	return nest_parse_task(attrs, item);
}

static void free_items(void *items, size_t count)
{
	nest_task_free(items, count);
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
	struct nest_list list = {
		.what = "list the tasks",
		.cmd = NEST_CMD_TASK_GET,
		.size = sizeof(**tasks),
		.parse = parse,
		.free = free_items,
	};
	int err = nest_list_get(nest, &list);

	*tasks = list.items;
	*count = list.count;
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
