// SPDX-License-Identifier: GPL-2.0-or-later
/* Layers: load, remove, list, read back; and the module itself. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

#define TRIES	16	/* for an answer that changes while it is given */

static int take_info(struct nlattr **attrs, void *arg)
{
	nest_parse_info(attrs, arg);
	return 0;
}

/**
 * nest_get_info() - version, limits and totals
 * @nest: the handle
 * @info: where to put them
 *
 * Return: 0 or a negative errno of netlink.
 */
int nest_get_info(struct nest *nest, struct nest_info *info)
{
	struct nest_request request = {
		.what = "ask for the module's state",
		.cmd = NEST_CMD_INFO,
		.fn = take_info,
		.arg = info,
	};

	memset(info, 0, sizeof(*info));
	return nest_request_run(nest, &request);
}

/**
 * nest_detach() - take the handlers off the kernel's hooks
 * @nest: the handle
 *
 * Return: 0; -EBUSY while a layer is in force, -EPERM without CAP_MAC_ADMIN
 * in the initial user namespace or from outside the initial pid namespace.
 */
int nest_detach(struct nest *nest)
{
	struct nest_request request = {
		.what = "detach",
		.cmd = NEST_CMD_DETACH,
	};

	return nest_request_run(nest, &request);
}

static int take_revision(struct nlattr **attrs, void *arg)
{
	uint64_t *revision = arg;

	*revision = nest_attr_u64(attrs, NEST_A_REVISION);
	return 0;
}

static int put_load(struct nest_request *request,
		    const struct nest_load *load, int fd)
{
	if (nest_request_put_target(request, &load->target) ||
	    nla_put_u32(request->msg, NEST_A_IMAGE_FD, fd))
		return -ENOMEM;
	if (load->name &&
	    nla_put_string(request->msg, NEST_A_NAME, load->name))
		return -ENOMEM;
	if (load->at_exec && nla_put_flag(request->msg, NEST_A_AT_EXEC))
		return -ENOMEM;
	if (load->revision != NEST_ANY_REVISION &&
	    nla_put_u64(request->msg, NEST_A_REVISION, load->revision))
		return -ENOMEM;
	return 0;
}

/**
 * nest_layer_load() - put a layer in force, or replace it
 * @nest: the handle
 * @load: what, and where
 * @revision: where to put the number of the new revision, or NULL
 *
 * Return: 0, or a negative errno: what the kernel refuses a load with, see
 * Documentation/userspace-api.rst, or what nest_image_memfd() fails with.
 * Nothing has changed then.
 */
int nest_layer_load(struct nest *nest, const struct nest_load *load,
		    uint64_t *revision)
{
	uint64_t answer = 0;
	struct nest_request request = {
		.what = "load the layer",
		.cmd = NEST_CMD_LAYER_LOAD,
		.fn = take_revision,
		.arg = &answer,
	};
	int fd, err;

	fd = nest_image_memfd(load->image, load->size);
	if (fd < 0)
		return nest_fail(nest, fd,
				 "cannot load the layer: no memfd: %s",
				 strerror(-fd));
	err = nest_request_new(nest, &request);
	if (err)
		goto out_close;
	err = put_load(&request, load, fd);
	if (!err)
		err = nest_request_send(nest, &request);
	err = nest_request_end(nest, &request, err);
	if (!err && revision)
		*revision = answer;
out_close:
	close(fd);
	return err;
}

/**
 * nest_layer_remove() - remove a layer
 * @nest: the handle
 * @target: the layer
 * @revision: that it must have now, or NEST_ANY_REVISION
 *
 * Return: 0, or a negative errno that the kernel refuses a removal with, see
 * Documentation/userspace-api.rst.
 */
int nest_layer_remove(struct nest *nest, const struct nest_target *target,
		      uint64_t revision)
{
	struct nest_request request = {
		.what = "remove the layer",
		.cmd = NEST_CMD_LAYER_DEL,
	};
	int err = nest_request_new(nest, &request);

	if (err)
		return err;
	err = nest_request_put_target(&request, target);
	if (!err && revision != NEST_ANY_REVISION &&
	    nla_put_u64(request.msg, NEST_A_REVISION, revision))
		err = -ENOMEM;
	if (!err)
		err = nest_request_send(nest, &request);
	return nest_request_end(nest, &request, err);
}

static int parse(struct nlattr **attrs, void *item)
{
	nest_parse_layer(attrs, item);
	return 0;
}

/**
 * nest_layer_list() - the layers that the caller may see
 * @nest: the handle
 * @layers: where to put an array, which the caller frees with free()
 * @count: where to put their number
 *
 * Return: 0; -EINTR if the list changed at each of many tries, or another
 * negative errno of netlink.
 */
int nest_layer_list(struct nest *nest, struct nest_layer **layers,
		    size_t *count)
{
	struct nest_list list = {
		.what = "list the layers",
		.cmd = NEST_CMD_LAYER_GET,
		.size = sizeof(**layers),
		.parse = parse,
	};
	int err = nest_list_get(nest, &list);

	*layers = list.items;
	*count = list.count;
	return err;
}

static int read_once(struct nest *nest, const struct nest_target *target,
		     struct nest_assembly *assembly)
{
	struct nest_request request = {
		.what = "read the layer back",
		.cmd = NEST_CMD_LAYER_READ,
		.flags = NLM_F_DUMP,
		.fn = nest_assemble,
		.arg = assembly,
	};
	int err = nest_request_new(nest, &request);

	if (err)
		return err;
	err = nest_request_put_target(&request, target);
	if (!err)
		err = nest_request_send(nest, &request);
	/* An end before the last piece: the layer was replaced or removed. */
	if (!err && (!assembly->started || assembly->have != assembly->size))
		err = -EINTR;
	return nest_request_end(nest, &request, err);
}

/**
 * nest_layer_read() - read the image of a layer back
 * @nest: the handle
 * @target: the layer
 * @image: where to put the image, which the caller frees with free()
 * @size: where to put its length
 *
 * The image is complete and of one revision, or the call fails.
 *
 * Return: 0; -ENOENT if there is no such layer, -EINTR if it changed at each
 * of many tries, or another negative errno of netlink.
 */
int nest_layer_read(struct nest *nest, const struct nest_target *target,
		    void **image, size_t *size)
{
	struct nest_assembly assembly = { 0 };
	int err = -EINTR;
	int i;

	for (i = 0; i < TRIES && err == -EINTR; i++) {
		free(assembly.image);
		memset(&assembly, 0, sizeof(assembly));
		err = read_once(nest, target, &assembly);
	}
	if (err) {
		free(assembly.image);
		memset(&assembly, 0, sizeof(assembly));
	}
	*image = assembly.image;
	*size = assembly.size;
	return err;
}
