// SPDX-License-Identifier: GPL-2.0-or-later
/* Events. */
#include <errno.h>
#include <linux/netlink.h>
#include <netlink/genl/genl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "internal.h"

/**
 * nest_subscribe() - have events sent to this handle
 * @nest: the handle; it is best used for nothing else from now on, since
 *	events that arrive during a request are dropped
 *
 * Return: 0, or a negative errno that the kernel refuses with.
 */
int nest_subscribe(struct nest *nest)
{
	struct nest_request request = {
		.what = "subscribe to events",
		.cmd = NEST_CMD_SUBSCRIBE,
	};

	/*
	 * A reader that is too slow loses events, which the next one counts. It
	 * is no reason for reading to fail as well.
	 */
	const int on = 1;

	if (setsockopt(nest_event_fd(nest), SOL_NETLINK, NETLINK_NO_ENOBUFS,
		       &on, sizeof(on)))
		return nest_fail(nest, -errno, "cannot set up the socket: %m");
	return nest_request_run(nest, &request);
}

/**
 * nest_event_fd() - a descriptor to poll for POLLIN
 * @nest: the handle
 *
 * Return: the descriptor, which stays the handle's.
 */
int nest_event_fd(const struct nest *nest)
{
	return nl_socket_get_fd(nest->sock);
}

/**
 * struct delivery - events on their way to the callback
 * @fn: the callback
 * @arg: for it
 * @result: what it returned last
 */
struct delivery {
	nest_event_fn fn;
	void *arg;
	int result;
};

static int on_event(struct nl_msg *msg, void *arg)
{
	struct delivery *delivery = arg;
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct nlattr *attrs[NEST_A_MAX + 1];
	struct nest_event event;

	if (genlmsg_hdr(nlh)->cmd != NEST_CMD_EVENT || nest_message_parse(nlh, attrs))
		return NL_SKIP;
	nest_parse_event(attrs, &event);
	delivery->result = delivery->fn(&event, delivery->arg);
	return delivery->result ? NL_STOP : NL_OK;
}

static int on_sequence(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return NL_OK;
}

static int take_events(struct nest *nest, struct delivery *delivery)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	int err;

	if (!cb)
		return nest_fail(nest, -ENOMEM, "out of memory");
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_event, delivery);
	nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, on_sequence, NULL);
	err = nl_recvmsgs(nest->sock, cb);
	nl_cb_put(cb);
	if (err < 0 && err != -NLE_AGAIN && err != -NLE_INTR)
		return nest_fail(nest, -EIO, "cannot receive events: %s",
				 nl_geterror(err));
	return 0;
}

/**
 * nest_events() - wait for events and hand them over
 * @nest: a handle that nest_subscribe() was called on
 * @timeout_ms: how long to wait for the first, -1 for ever, 0 not at all
 * @fn: called for each event that has arrived then
 * @arg: for @fn
 *
 * Return: 0 after events were handed over, what @fn returned if it is not 0,
 * -ETIMEDOUT if there was none, -EINTR on a signal, -EIO if the socket fails.
 */
int nest_events(struct nest *nest, int timeout_ms, nest_event_fn fn, void *arg)
{
	struct pollfd poller = {
		.fd = nest_event_fd(nest),
		.events = POLLIN,
	};
	struct delivery delivery = { .fn = fn, .arg = arg };
	int n = poll(&poller, 1, timeout_ms);
	int err;

	if (n < 0)
		return nest_fail(nest, -errno, "cannot wait for events: %m");
	if (!n)
		return nest_fail(nest, -ETIMEDOUT, "no event");
	err = take_events(nest, &delivery);
	return err ? err : delivery.result;
}
