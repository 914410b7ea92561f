// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "genl.h"

#ifndef SOL_NETLINK
#define SOL_NETLINK	270
#endif

/**
 * genl_msg() - begin a request
 * @msg: the request
 * @genl: a socket
 * @cmd: enum nest_cmd
 * @flags: NLM_F_*; NLM_F_REQUEST and NLM_F_ACK are added
 */
void genl_msg(struct genl_msg *msg, const struct genl *genl, uint8_t cmd,
	      uint16_t flags)
{
	struct nlmsghdr *nlh = (void *)msg->data;
	struct genlmsghdr *gnlh = NLMSG_DATA(nlh);

	memset(msg, 0, sizeof(*msg));
	nlh->nlmsg_type = genl->family;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	gnlh->cmd = cmd;
	gnlh->version = NEST_GENL_VERSION;
	msg->len = NLMSG_LENGTH(GENL_HDRLEN);
}

/**
 * genl_put() - add an attribute, of any type and length
 * @msg: the request
 * @attr: enum nest_attr
 * @data: payload
 * @len: its length
 */
void genl_put(struct genl_msg *msg, uint16_t attr, const void *data,
	      size_t len)
{
	struct nlattr *nla = (void *)(msg->data + msg->len);

	nla->nla_type = attr;
	nla->nla_len = NLA_HDRLEN + len;
	if (len)
		memcpy((uint8_t *)nla + NLA_HDRLEN, data, len);
	msg->len += NLA_ALIGN(nla->nla_len);
}

/**
 * genl_put_u32() - add a u32
 * @msg: the request
 * @attr: enum nest_attr
 * @value: the value
 */
void genl_put_u32(struct genl_msg *msg, uint16_t attr, uint32_t value)
{
	genl_put(msg, attr, &value, sizeof(value));
}

/**
 * genl_put_u64() - add a u64
 * @msg: the request
 * @attr: enum nest_attr
 * @value: the value
 */
void genl_put_u64(struct genl_msg *msg, uint16_t attr, uint64_t value)
{
	genl_put(msg, attr, &value, sizeof(value));
}

static void read_attrs(struct genl *genl, const void *attrs, size_t len)
{
	const uint8_t *p = attrs;

	while (len >= NLA_HDRLEN) {
		const struct nlattr *nla = (const void *)p;
		size_t step = NLA_ALIGN(nla->nla_len);

		if (nla->nla_len < NLA_HDRLEN || nla->nla_len > len)
			return;
		if (nla->nla_type == NLMSGERR_ATTR_MSG)
			snprintf(genl->message, sizeof(genl->message), "%s",
				 (const char *)p + NLA_HDRLEN);
		if (nla->nla_type == NLMSGERR_ATTR_OFFS)
			memcpy(&genl->offset, p + NLA_HDRLEN, 4);
		if (nla->nla_type == NLMSGERR_ATTR_COOKIE) {
			uint32_t byte;

			memcpy(&byte, p + NLA_HDRLEN, 4);
			genl->byte = byte;
		}
		p += step;
		len = step < len ? len - step : 0;
	}
}

/* The end of an answer. Returns the errno in it. */
static int read_end(struct genl *genl, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *error = NLMSG_DATA(nlh);
	size_t skip = sizeof(int);

	if (nlh->nlmsg_type == NLMSG_ERROR) {
		skip = sizeof(*error);
		if (error->error && !(nlh->nlmsg_flags & NLM_F_CAPPED))
			skip += NLMSG_ALIGN(error->msg.nlmsg_len) -
				sizeof(error->msg);
	}
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS &&
	    nlh->nlmsg_len > NLMSG_HDRLEN + skip)
		read_attrs(genl, (const uint8_t *)NLMSG_DATA(nlh) + skip,
			   nlh->nlmsg_len - NLMSG_HDRLEN - skip);
	return -error->error;
}

static int read_answer(struct genl *genl, uint8_t *first, size_t *first_len)
{
	uint8_t buf[32768] __attribute__((aligned(8)));

	for (;;) {
		const struct nlmsghdr *nlh = (const void *)buf;
		ssize_t n = recv(genl->fd, buf, sizeof(buf), 0);
		unsigned int len = n;

		if (n < 0)
			return errno;
		for (; NLMSG_OK(nlh, len); nlh = NLMSG_NEXT(nlh, len)) {
			if (nlh->nlmsg_seq != genl->seq)
				continue;
			if (nlh->nlmsg_type == NLMSG_ERROR ||
			    nlh->nlmsg_type == NLMSG_DONE)
				return read_end(genl, nlh);
			if (first && !genl->replies &&
			    nlh->nlmsg_len <= *first_len) {
				memcpy(first, nlh, nlh->nlmsg_len);
				*first_len = nlh->nlmsg_len;
			}
			genl->replies++;
		}
	}
}

static int call(struct genl *genl, struct genl_msg *msg, uint8_t *first,
		size_t *first_len)
{
	struct nlmsghdr *nlh = (void *)msg->data;

	nlh->nlmsg_len = msg->len;
	nlh->nlmsg_seq = ++genl->seq;
	genl->message[0] = '\0';
	genl->offset = 0;
	genl->byte = -1;
	genl->replies = 0;
	if (send(genl->fd, msg->data, msg->len, 0) < 0)
		return errno;
	return read_answer(genl, first, first_len);
}

/**
 * genl_call() - send a request and read the answer to its end
 * @genl: the socket; message, offset and replies are set
 * @msg: the request
 *
 * Return: 0 or an errno.
 */
int genl_call(struct genl *genl, struct genl_msg *msg)
{
	return call(genl, msg, NULL, NULL);
}

static int find_family(struct genl *genl)
{
	uint8_t reply[4096] __attribute__((aligned(8)));
	size_t len = sizeof(reply), at = NLMSG_LENGTH(GENL_HDRLEN);
	struct genl_msg msg;
	int err;

	genl->family = GENL_ID_CTRL;
	genl_msg(&msg, genl, CTRL_CMD_GETFAMILY, 0);
	genl_put(&msg, CTRL_ATTR_FAMILY_NAME, NEST_GENL_NAME,
		 sizeof(NEST_GENL_NAME));
	err = call(genl, &msg, reply, &len);
	if (err)
		return err;
	while (at + NLA_HDRLEN <= len) {
		const struct nlattr *nla = (const void *)(reply + at);

		if (nla->nla_len < NLA_HDRLEN)
			break;
		if (nla->nla_type == CTRL_ATTR_FAMILY_ID) {
			memcpy(&genl->family, reply + at + NLA_HDRLEN, 2);
			return 0;
		}
		at += NLA_ALIGN(nla->nla_len);
	}
	return ENOENT;
}

/**
 * genl_open() - open a socket and find the family
 * @genl: to be closed with genl_close()
 *
 * Return: 0 or an errno.
 */
int genl_open(struct genl *genl)
{
	int one = 1, err;

	memset(genl, 0, sizeof(*genl));
	genl->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (genl->fd < 0)
		return errno;
	setsockopt(genl->fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(genl->fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one,
		   sizeof(one));
	err = find_family(genl);
	if (err)
		genl_close(genl);
	return err;
}

/**
 * genl_close() - close a socket
 * @genl: from genl_open()
 */
void genl_close(struct genl *genl)
{
	close(genl->fd);
	genl->fd = -1;
}
