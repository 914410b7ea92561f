// SPDX-License-Identifier: GPL-2.0-or-later
/* Requests: send one, take the answers, say why the kernel refused. */
#include <errno.h>
#include <linux/netlink.h>
#include <netlink/genl/genl.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

/**
 * nest_request_new() - start a request
 * @nest: the handle
 * @request: @what, @cmd, @flags, @fn and @arg are set, the rest is zero
 *
 * Return: 0 or -ENOMEM. After 0, nest_request_end() has to follow.
 */
int nest_request_new(struct nest *nest, struct nest_request *request)
{
	request->msg = nlmsg_alloc();
	if (request->msg &&
	    genlmsg_put(request->msg, NL_AUTO_PORT, NL_AUTO_SEQ, nest->family,
			0, request->flags, request->cmd, NEST_GENL_VERSION))
		return 0;
	nlmsg_free(request->msg);
	request->msg = NULL;
	return nest_fail(nest, -ENOMEM, "cannot %s: out of memory",
			 request->what);
}

/**
 * nest_request_put_target() - say which layer is meant
 * @request: the request
 * @target: the layer
 *
 * Return: 0 or -ENOMEM.
 */
int nest_request_put_target(struct nest_request *request,
			    const struct nest_target *target)
{
	if (target->pid &&
	    (nla_put_u32(request->msg, NEST_A_PID, target->pid) ||
	     nla_put_u32(request->msg, NEST_A_NS, target->ns)))
		return -ENOMEM;
	if (target->origin &&
	    nla_put_u32(request->msg, NEST_A_ORIGIN, target->origin))
		return -ENOMEM;
	return 0;
}

/* The type of the attribute at an offset of the request, as sent. */
static uint16_t attribute_at(const struct nest_request *request,
			     uint32_t offset)
{
	struct nlmsghdr *nlh = nlmsg_hdr(request->msg);
	const struct nlattr *nla;
	int rest;

	nlmsg_for_each_attr(nla, nlh, GENL_HDRLEN, rest) {
		uint32_t start = (const char *)nla - (const char *)nlh;

		if (offset >= start && offset < start + NLA_ALIGN(nla->nla_len))
			return nla_type(nla);
	}
	return NEST_A_UNSPEC;
}

static void take_explanation(struct nest_request *request,
			     const struct nlattr *nla)
{
	switch (nla_type(nla)) {
	case NLMSGERR_ATTR_MSG:
		snprintf(request->text, sizeof(request->text), "%.*s",
			 nla_len(nla), (const char *)nla_data(nla));
		break;
	case NLMSGERR_ATTR_OFFS:
		if (nla_len(nla) == sizeof(uint32_t))
			request->attribute =
				attribute_at(request, nla_get_u32(nla));
		break;
	case NLMSGERR_ATTR_COOKIE:
		if (nla_len(nla) == sizeof(uint32_t)) {
			request->has_offset = true;
			request->offset = nla_get_u32(nla);
		}
		break;
	}
}

/**
 * nest_request_explain() - take the kernel's explanation out of an answer
 * @request: gets @text, @attribute and @offset
 * @nlh: NLMSG_ERROR or NLMSG_DONE
 * @skip: bytes of its payload in front of the attributes
 */
void nest_request_explain(struct nest_request *request,
			  const struct nlmsghdr *nlh, size_t skip)
{
	const struct nlattr *nla;
	int rest;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) ||
	    nlh->nlmsg_len < NLMSG_HDRLEN + skip)
		return;

	rest = nlh->nlmsg_len - NLMSG_HDRLEN - NLMSG_ALIGN(skip);
	nla = (const void *)((const char *)nlh + NLMSG_HDRLEN +
			     NLMSG_ALIGN(skip));
	for (; nla_ok(nla, rest); nla = nla_next(nla, &rest))
		take_explanation(request, nla);
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *error,
		    void *arg)
{
	struct nest_request *request = arg;
	const struct nlmsghdr *nlh = (const void *)
				     ((const char *)error - NLMSG_HDRLEN);
	size_t skip = sizeof(*error);

	(void)from;
	/* Unless capped, the request itself stands before the attributes. */
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += error->msg.nlmsg_len - sizeof(error->msg);
	request->code = error->error;
	request->done = true;
	nest_request_explain(request, nlh, skip);
	return NL_STOP;
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	struct nest_request *request = arg;

	(void)msg;
	request->done = true;
	return NL_STOP;
}

/* The end of a dump carries its result. */
static int on_finish(struct nl_msg *msg, void *arg)
{
	struct nest_request *request = arg;
	const struct nlmsghdr *nlh = nlmsg_hdr(msg);
	int result = 0;

	if (nlmsg_datalen(nlh) >= (int)sizeof(result))
		memcpy(&result, nlmsg_data(nlh), sizeof(result));
	if (result < 0) {
		request->code = result;
		nest_request_explain(request, nlh, sizeof(result));
	}
	request->done = true;
	return NL_STOP;
}

static int on_interrupt(struct nl_msg *msg, void *arg)
{
	struct nest_request *request = arg;

	(void)msg;
	request->interrupted = true;
	return NL_OK;
}

static int on_valid(struct nl_msg *msg, void *arg)
{
	struct nest_request *request = arg;
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct nlattr *attrs[NEST_A_MAX + 1];
	int err;

	/* An event on a handle that also sends requests is no answer. */
	if (genlmsg_hdr(nlh)->cmd == NEST_CMD_EVENT || !request->fn ||
	    request->code)
		return NL_OK;
	err = nest_message_parse(nlh, attrs);
	if (!err)
		err = request->fn(attrs, request->arg);
	if (err)
		request->code = err;
	return NL_OK;
}

static int on_sequence(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return NL_OK;
}

static struct nl_cb *make_callbacks(struct nest_request *request)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);

	if (!cb)
		return NULL;
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, request);
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, request);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, request);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_finish, request);
	nl_cb_set(cb, NL_CB_DUMP_INTR, NL_CB_CUSTOM, on_interrupt, request);
	nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, on_sequence, request);
	return cb;
}

static int transact(struct nest *nest, struct nest_request *request)
{
	struct nl_cb *cb = make_callbacks(request);
	int err;

	if (!cb)
		return -ENOMEM;
	err = nl_send_auto(nest->sock, request->msg);
	while (err >= 0 && !request->done)
		err = nl_recvmsgs(nest->sock, cb);
	nl_cb_put(cb);

	if (request->done)
		return request->code;
	snprintf(request->text, sizeof(request->text),
		 "the netlink socket failed: %s", nl_geterror(err));
	return -EIO;
}

/**
 * nest_request_send() - send a request and take all answers
 * @nest: the handle
 * @request: made by nest_request_new()
 *
 * Return: 0, the negative errno that the kernel answered or @fn returned,
 * -EINTR if a dump is inconsistent, -EIO if netlink failed, -ENOMEM.
 */
int nest_request_send(struct nest *nest, struct nest_request *request)
{
	int err = transact(nest, request);

	if (!err && request->interrupted)
		err = -EINTR;
	return err;
}

static const char *describe(const struct nest_request *request, int err)
{
	if (request->text[0])
		return request->text;
	switch (err) {
	case -EINTR:
		return "the answer kept changing: try again";
	case -EBADMSG:
		return "the kernel's answer is malformed: do module and program belong together?";
	case -EPERM:
		return "this takes CAP_MAC_ADMIN over the namespace's owner";
	case -EOPNOTSUPP:
		return "this kernel module does not know the command";
	default:
		return strerror(-err);
	}
}

/**
 * nest_request_end() - free a request and keep the error
 * @nest: gets the error
 * @request: made by nest_request_new()
 * @err: what became of it
 *
 * Return: @err.
 */
int nest_request_end(struct nest *nest, struct nest_request *request, int err)
{
	nlmsg_free(request->msg);
	request->msg = NULL;
	if (!err)
		return 0;
	if (request->has_offset)
		nest_fail(nest, err, "cannot %s: byte %u of the image: %s",
			  request->what, request->offset,
			  describe(request, err));
	else
		nest_fail(nest, err, "cannot %s: %s", request->what,
			  describe(request, err));
	nest->error.kernel = request->text[0] != '\0';
	nest->error.has_offset = request->has_offset;
	nest->error.offset = request->offset;
	nest->error.attribute = request->attribute;
	return err;
}

/**
 * nest_request_run() - make a request without attributes, send and end it
 * @nest: the handle; gets the error
 * @request: as for nest_request_new()
 *
 * Return: 0 or what nest_request_new() or nest_request_send() says.
 */
int nest_request_run(struct nest *nest, struct nest_request *request)
{
	int err = nest_request_new(nest, request);

	if (err)
		return err;
	return nest_request_end(nest, request,
				nest_request_send(nest, request));
}
