// SPDX-License-Identifier: GPL-2.0-or-later
/* Domains and what happened in them. */
#include "internal.h"

static int parse(struct nlattr **attrs, void *item)
{
	nest_parse_domain(attrs, item);
	return 0;
}

/**
 * nest_domain_list() - the domains of the layers that the caller may see
 * @nest: the handle
 * @domains: where to put an array, which the caller frees with free()
 * @count: where to put their number
 *
 * Return: 0; -EPERM without CAP_MAC_ADMIN over the user namespace that owns the
 * caller's pid namespace, -EINTR if the list changed at each of many tries, or
 * another negative errno of netlink.
 */
int nest_domain_list(struct nest *nest, struct nest_domain **domains,
		     size_t *count)
{
	struct nest_list list = {
		.what = "list the domains",
		.cmd = NEST_CMD_DOMAIN_GET,
		.size = sizeof(**domains),
		.parse = parse,
	};
	int err = nest_list_get(nest, &list);

	*domains = list.items;
	*count = list.count;
	return err;
}
