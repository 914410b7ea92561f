/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Generic netlink by hand: libnest would not send what a test of bad input has
 * to send.
 */
#ifndef NEST_GENL_H
#define NEST_GENL_H

#include <linux/nest.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct genl - a socket
 * @fd: the socket
 * @family: number of the family "nest"
 * @seq: of the last request
 * @message: what the kernel said to it, "" if nothing
 * @offset: of the attribute that it found fault with, or 0
 * @byte: of the image that is at fault, or -1
 * @replies: messages of the family that came before the end
 */
struct genl {
	int fd;
	uint16_t family;
	uint32_t seq;
	char message[256];
	uint32_t offset;
	int64_t byte;
	unsigned int replies;
};

/**
 * struct genl_msg - a request
 * @len: bytes in use
 * @data: they
 */
struct genl_msg {
	size_t len;
	uint8_t data[4096] __attribute__((aligned(8)));
};

int genl_open(struct genl *genl);
void genl_close(struct genl *genl);
void genl_msg(struct genl_msg *msg, const struct genl *genl, uint8_t cmd,
	      uint16_t flags);
void genl_put(struct genl_msg *msg, uint16_t attr, const void *data,
	      size_t len);
void genl_put_u32(struct genl_msg *msg, uint16_t attr, uint32_t value);
void genl_put_u64(struct genl_msg *msg, uint16_t attr, uint64_t value);
int genl_call(struct genl *genl, struct genl_msg *msg);

#endif
