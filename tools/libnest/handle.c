// SPDX-License-Identifier: GPL-2.0-or-later
/* Handles and their errors. */
#include <errno.h>
#include <linux/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "internal.h"

#define RECEIVE_SIZE	(32 << 10)	/* dumps come in pieces as big */
#define EVENT_BUFFER	(1024 * 1024)	/* room for bursts of events */

int nest_fail(struct nest *nest, int err, const char *format, ...)
{
	va_list args;

	memset(&nest->error, 0, sizeof(nest->error));
	nest->error.code = -err;
	va_start(args, format);
	vsnprintf(nest->error.message, sizeof(nest->error.message), format,
		  args);
	va_end(args);
	return err;
}

static int set_option(struct nest *nest, int option)
{
	int on = 1;

	return setsockopt(nl_socket_get_fd(nest->sock), SOL_NETLINK, option,
			  &on, sizeof(on));
}

static int resolve(struct nest *nest)
{
	nest->family = genl_ctrl_resolve(nest->sock, NEST_GENL_NAME);
	if (nest->family >= 0)
		return 0;
	if (nest->family == -NLE_OBJ_NOTFOUND)
		return nest_fail(nest, -ENOENT,
				 "the nest module is not loaded: run \"modprobe nest\" as root on the host");
	return nest_fail(nest, -EIO,
			 "cannot look up the netlink family \"nest\": %s",
			 nl_geterror(nest->family));
}

static int connect_socket(struct nest *nest)
{
	int err = genl_connect(nest->sock);

	if (err == -NLE_PERM || err == -NLE_NOACCESS)
		return nest_fail(nest, -EACCES,
				 "no netlink socket: a policy forbids it, the host's or a layer's (\"network netlink raw,\")");
	if (err)
		return nest_fail(nest, -EIO,
				 "cannot open a generic netlink socket: %s",
				 nl_geterror(err));

	/* The kernel then says why it refuses, and checks dump requests. */
	if (set_option(nest, NETLINK_EXT_ACK) ||
	    set_option(nest, NETLINK_GET_STRICT_CHK))
		return nest_fail(nest, -errno,
				 "cannot set up the netlink socket: %m");
	nl_socket_set_msg_buf_size(nest->sock, RECEIVE_SIZE);
	nl_socket_set_buffer_size(nest->sock, EVENT_BUFFER, 0);
	return resolve(nest);
}

/**
 * nest_open() - connect to the module
 * @nestp: where to put the handle, which nest_close() frees
 * @error: where to say why it failed, or NULL
 *
 * Return: 0; -ENOENT if the module is not loaded, -EACCES if a policy forbids
 * the socket, -EIO if netlink does not work, -ENOMEM.
 */
int nest_open(struct nest **nestp, struct nest_error *error)
{
	struct nest *nest = calloc(1, sizeof(*nest));
	int err;

	*nestp = NULL;
	if (!nest)
		goto no_memory;
	nest->sock = nl_socket_alloc();
	if (!nest->sock)
		goto no_memory;

	err = connect_socket(nest);
	if (err) {
		if (error)
			*error = nest->error;
		nest_close(nest);
		return err;
	}
	*nestp = nest;
	return 0;

no_memory:
	free(nest);
	if (error) {
		memset(error, 0, sizeof(*error));
		error->code = ENOMEM;
		snprintf(error->message, sizeof(error->message),
			 "out of memory");
	}
	return -ENOMEM;
}

/**
 * nest_close() - disconnect
 * @nest: a handle, or NULL
 */
void nest_close(struct nest *nest)
{
	if (!nest)
		return;
	nl_socket_free(nest->sock);
	free(nest);
}

/**
 * nest_error() - why the last call that failed did so
 * @nest: the handle
 *
 * Return: a description that lives until the next call with this handle.
 */
const struct nest_error *nest_error(const struct nest *nest)
{
	return &nest->error;
}
