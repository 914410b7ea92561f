// SPDX-License-Identifier: GPL-2.0-or-later
/* Lists that the kernel sends, one message for each item. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define TRIES	16	/* for a list that changes while it is read */

static int add_item(struct nlattr **attrs, void *arg)
{
	struct nest_list *list = arg;
	char *items;

	items = reallocarray(list->items, list->count + 1, list->size);
	if (!items)
		return -ENOMEM;
	list->items = items;
	items += list->count++ * list->size;
	memset(items, 0, list->size);
	return list->parse(attrs, items);
}

static int list_once(struct nest *nest, struct nest_list *list)
{
	struct nest_request request = {
		.what = list->what,
		.cmd = list->cmd,
		.flags = NLM_F_DUMP,
		.fn = add_item,
		.arg = list,
	};

	return nest_request_run(nest, &request);
}

static void drop_items(struct nest_list *list)
{
	if (list->free)
		list->free(list->items, list->count);
	else
		free(list->items);
	list->items = NULL;
	list->count = 0;
}

/**
 * nest_list_get() - get all items of a list
 * @nest: the handle
 * @list: says which; its @items and @count are filled in, NULL and 0 on failure
 *
 * Return: 0; -EINTR if the list changed at each of many tries, -ENOMEM, what
 * @list->parse says, or another negative errno of netlink.
 */
int nest_list_get(struct nest *nest, struct nest_list *list)
{
	int err = -EINTR;
	int i;

	for (i = 0; i < TRIES && err == -EINTR; i++) {
		drop_items(list);
		err = list_once(nest, list);
	}
	if (err)
		drop_items(list);
	return err;
}
