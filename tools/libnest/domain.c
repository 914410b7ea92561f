// SPDX-License-Identifier: GPL-2.0-or-later
/* Domains and what happened in them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define TRIES	16	/* for a list that changes while it is read */

/**
 * struct domain_array - domains that have arrived
 * @domains: the array, owned
 * @count: how many
 */
struct domain_array {
	struct nest_domain *domains;
	size_t count;
};

static int add_domain(struct nlattr **attrs, void *arg)
{
	struct domain_array *array = arg;
	struct nest_domain *domains;

	domains = reallocarray(array->domains, array->count + 1,
			       sizeof(*domains));
	if (!domains)
		return -ENOMEM;
	array->domains = domains;
	nest_parse_domain(attrs, &domains[array->count++]);
	return 0;
}

static int list_once(struct nest *nest, struct domain_array *array)
{
	struct nest_request request = {
		.what = "list the domains",
		.cmd = NEST_CMD_DOMAIN_GET,
		.flags = NLM_F_DUMP,
		.fn = add_domain,
		.arg = array,
	};

	return nest_request_run(nest, &request);
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
	struct domain_array array = { 0 };
	int err = -EINTR;
	int i;

	for (i = 0; i < TRIES && err == -EINTR; i++) {
		free(array.domains);
		memset(&array, 0, sizeof(array));
		err = list_once(nest, &array);
	}
	if (err) {
		free(array.domains);
		memset(&array, 0, sizeof(array));
	}
	*domains = array.domains;
	*count = array.count;
	return err;
}
