/* SPDX-License-Identifier: GPL-2.0-only */
/* The ends of a socket, as rules see them. */
#ifndef NEST_ENDS_H
#define NEST_ENDS_H

#include <linux/in6.h>
#include <linux/un.h>
#include <net/sock.h>
#include "nest.h"

/* Bytes of an address in print: each of its bytes may take four. */
#define NEST_END_TEXT	(4 * UNIX_PATH_MAX + 2)

/**
 * enum nest_end_kind - what is known of an end
 * @NEST_END_UNKNOWN: nothing
 * @NEST_END_NONE: unix: it has no address
 * @NEST_END_ABSTRACT: unix: @name
 * @NEST_END_FILE: unix: it lies in a file system
 * @NEST_END_AUTO: unix: the kernel is about to choose an abstract address
 * @NEST_END_INET: @address and @port
 */
enum nest_end_kind {
	NEST_END_UNKNOWN,
	NEST_END_NONE,
	NEST_END_ABSTRACT,
	NEST_END_FILE,
	NEST_END_AUTO,
	NEST_END_INET
};

/**
 * struct nest_end - one end of a socket
 * @kind: what is known of it
 * @name: without the zero byte at its beginning
 * @len: of @name
 * @sock: a unix socket whose origin counts, or NULL if that is unknown
 * @port: in network order
 * @address: IPv4 mapped into IPv6
 *
 * It borrows what it points to from the socket.
 */
struct nest_end {
	enum nest_end_kind kind;
	const u8 *name;
	u32 len;
	const struct sock *sock;
	__be16 port;
	struct in6_addr address;
};

void nest_end_of_unix(struct nest_end *end, const struct sock *sk);
int nest_end_from_unix(struct nest_end *end, const struct sockaddr *address,
		       int len);
void nest_end_of_inet(struct nest_end *end, const struct sock *sk, bool peer);
int nest_end_from_inet(struct nest_end *end, const struct sock *sk,
		       const struct sockaddr *address, int len, bool peer);
void nest_end_feed(const struct nest_end *end, bool inet,
		   struct nest_match *match);
void nest_end_print(const struct nest_end *end, char *text);

#endif
