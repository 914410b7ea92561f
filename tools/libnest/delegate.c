// SPDX-License-Identifier: GPL-2.0-or-later
/* Delegations: who may load the own layer of a namespace without capabilities. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static int send_target(struct nest *nest, struct nest_request *request,
		       const struct nest_target *target, uint32_t uid)
{
	struct nest_target place = { .pid = target->pid, .ns = target->ns };
	int err = nest_request_new(nest, request);

	if (err)
		return err;
	err = nest_request_put_target(request, &place);
	if (!err && uid != NEST_ROOT_OF_OWNER &&
	    nla_put_u32(request->msg, NEST_A_UID, uid))
		err = -ENOMEM;
	if (!err)
		err = nest_request_send(nest, request);
	return nest_request_end(nest, request, err);
}

/**
 * nest_delegate() - let a user load the own layer of a pid namespace
 * @nest: the handle
 * @target: the pid namespace, below the caller's; its @origin is ignored
 * @uid: whose tasks there may load, replace and remove the layer, as the
 *	caller's namespace sees the user; NEST_ROOT_OF_OWNER: the root of the
 *	user namespace that owns the pid namespace
 *
 * Return: 0, or a negative errno that the kernel refuses this with, see
 * Documentation/userspace-api.rst.
 */
int nest_delegate(struct nest *nest, const struct nest_target *target,
		  uint32_t uid)
{
	struct nest_request request = {
		.what = "delegate the layer",
		.cmd = NEST_CMD_DELEGATE,
	};

	return send_target(nest, &request, target, uid);
}

/**
 * nest_withdraw() - end a delegation
 * @nest: the handle
 * @target: the pid namespace; its @origin is ignored
 *
 * A layer that was loaded stays in force. Whoever delegated it can remove it
 * with nest_layer_remove(), whose target's @origin is @ns then.
 *
 * Return: 0; -ENOENT if there is no delegation, or a negative errno that the
 * kernel refuses this with, see Documentation/userspace-api.rst.
 */
int nest_withdraw(struct nest *nest, const struct nest_target *target)
{
	struct nest_request request = {
		.what = "withdraw the delegation",
		.cmd = NEST_CMD_WITHDRAW,
	};

	return send_target(nest, &request, target, NEST_ROOT_OF_OWNER);
}

static int parse(struct nlattr **attrs, void *item)
{
	nest_parse_delegation(attrs, item);
	return 0;
}

/**
 * nest_delegation_list() - the delegations that the caller may see
 * @nest: the handle
 * @delegations: where to put an array, which the caller frees with free()
 * @count: where to put their number
 *
 * Return: 0; -EINTR if the list changed at each of many tries, or another
 * negative errno of netlink.
 */
int nest_delegation_list(struct nest *nest,
			 struct nest_delegation **delegations, size_t *count)
{
	struct nest_list list = {
		.what = "list the delegations",
		.cmd = NEST_CMD_DELEGATION_GET,
		.size = sizeof(**delegations),
		.parse = parse,
	};
	int err = nest_list_get(nest, &list);

	*delegations = list.items;
	*count = list.count;
	return err;
}
