/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of libnest share. */
#ifndef NEST_INTERNAL_H
#define NEST_INTERNAL_H

#include <netlink/msg.h>
#include <netlink/netlink.h>

#include "nest.h"

/**
 * struct nest - a handle
 * @sock: the netlink socket
 * @family: number of the family
 * @error: of the last call that failed
 */
struct nest {
	struct nl_sock *sock;
	int family;
	struct nest_error error;
};

/**
 * typedef nest_reply_fn - takes one answer of the kernel
 * @attrs: NEST_A_MAX + 1 attributes, NULL where absent
 * @arg: as given to nest_request()
 *
 * Return: 0, or a negative errno that the request then fails with.
 */
typedef int (*nest_reply_fn)(struct nlattr **attrs, void *arg);

/**
 * struct nest_request - a request under way
 * @what: what it is to do, for people: "load the layer"
 * @cmd: enum nest_cmd
 * @flags: 0 or NLM_F_DUMP
 * @fn: takes the answers, or NULL
 * @arg: for @fn
 * @msg: the message, made by nest_request_new()
 * @done: the kernel ended its answer
 * @interrupted: the dump is not consistent
 * @code: 0 or the negative errno that the kernel answered
 * @attribute: of the request, that the kernel found fault with
 * @has_offset: the kernel named a byte of the image
 * @offset: which
 * @text: the kernel's explanation, or empty
 */
struct nest_request {
	const char *what;
	uint8_t cmd;
	int flags;
	nest_reply_fn fn;
	void *arg;
	struct nl_msg *msg;
	bool done;
	bool interrupted;
	int code;
	uint16_t attribute;
	bool has_offset;
	uint32_t offset;
	char text[256];
};

int nest_request_new(struct nest *nest, struct nest_request *request);
int nest_request_end(struct nest *nest, struct nest_request *request, int err);
int nest_request_send(struct nest *nest, struct nest_request *request);
int nest_request_run(struct nest *nest, struct nest_request *request);
int nest_request_put_target(struct nest_request *request,
			    const struct nest_target *target);
void nest_request_explain(struct nest_request *request,
			  const struct nlmsghdr *nlh, size_t skip);

[[gnu::format(printf, 3, 4)]]
int nest_fail(struct nest *nest, int err, const char *format, ...);

int nest_message_parse(struct nlmsghdr *nlh, struct nlattr **attrs);
uint32_t nest_attr_u32(struct nlattr **attrs, int type);
uint64_t nest_attr_u64(struct nlattr **attrs, int type);
const char *nest_attr_string(struct nlattr **attrs, int type);
void nest_parse_info(struct nlattr **attrs, struct nest_info *info);
void nest_parse_layer(struct nlattr **attrs, struct nest_layer *layer);
void nest_parse_domain(struct nlattr **attrs, struct nest_domain *domain);
void nest_parse_delegation(struct nlattr **attrs,
			   struct nest_delegation *delegation);
void nest_parse_event(struct nlattr **attrs, struct nest_event *event);
int nest_parse_task(struct nlattr **attrs, struct nest_task *task);

/**
 * struct nest_list - a list that the kernel sends
 * @what: what to do, for people: "list the layers"
 * @cmd: enum nest_cmd
 * @size: of an item
 * @parse: fills in an item, which is all zero; returns 0 or a negative errno
 * @free: frees an array of them, or NULL if free() does
 * @items: the array, owned
 * @count: its length
 */
struct nest_list {
	const char *what;
	uint8_t cmd;
	size_t size;
	int (*parse)(struct nlattr **attrs, void *item);
	void (*free)(void *items, size_t count);
	void *items;
	size_t count;
};

int nest_list_get(struct nest *nest, struct nest_list *list);

/**
 * struct nest_assembly - an image that arrives in pieces
 * @image: what has arrived, owned
 * @size: of the whole image
 * @have: bytes that have arrived
 * @revision: of the layer, from the first piece
 * @started: there was a first piece
 */
struct nest_assembly {
	char *image;
	size_t size;
	size_t have;
	uint64_t revision;
	bool started;
};

int nest_assemble(struct nlattr **attrs, void *assembly);

#endif
