// SPDX-License-Identifier: GPL-2.0-or-later
/* Images, opened to be looked into. */
#include <errno.h>
#include <stdlib.h>

#include "nestctl.h"
#include "rules.h"

/**
 * image_open() - check an image
 * @policy: filled in; @data has to stay
 * @data: the image
 * @size: its length
 * @what: what it is, for the message
 *
 * Return: 0, or a negative errno after an error was printed.
 */
int image_open(struct nest_policy *policy, const void *data, size_t size,
	       const char *what)
{
	const struct nest_policy_limits limits = {
		.size = NEST_POLICY_SIZE_MAX,
		.domains = NEST_DOMAINS_MAX,
		.states = NEST_STATES_MAX,
	};
	struct nest_policy_error error;

	if (!nest_policy_unpack(policy, data, size, &limits, &error))
		return 0;
	error_print("%s: byte %u: %s", what, error.offset, error.reason);
	return -EBADMSG;
}

/**
 * image_read() - read the image of a layer back
 * @policy: filled in
 * @nest: the handle
 * @pid: a process of the layer's namespace in the caller's view, or 0 for the
 *	caller's own
 * @layer: the layer
 *
 * Return: the image, which @policy points to, for free(); NULL after an error
 * was printed.
 */
void *image_read(struct nest_policy *policy, struct nest *nest, pid_t pid,
		 const struct nest_layer *layer)
{
	const struct nest_target target = {
		.pid = pid,
		.ns = layer->ns,
		.origin = layer->origin,
	};
	void *data;
	size_t size;

	if (nest_layer_read(nest, &target, &data, &size)) {
		error_nest(nest_error(nest));
		return NULL;
	}
	if (!image_open(policy, data, size, "the layer read back"))
		return data;
	free(data);
	return NULL;
}
