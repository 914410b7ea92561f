// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ends of a socket: found out, put to the rules, printed. What cannot be
 * known for sure is unknown, which only rules for any address allow.
 */
#include <linux/ctype.h>
#include <linux/in.h>
#include <net/af_unix.h>
#include <net/inet_sock.h>
#include <net/ipv6.h>
#include "ends.h"

#define ESCAPE		1	/* begins the two bytes that stand for one */
#define ESCAPED_NUL	1
#define ESCAPED_SELF	2
#define ESCAPED_AUTO	3

static void set_name(struct nest_end *end, const struct sockaddr_un *address,
		     int len)
{
	len -= offsetof(struct sockaddr_un, sun_path);
	if (len <= 0) {
		end->kind = NEST_END_NONE;
	} else if (address->sun_path[0]) {
		end->kind = NEST_END_FILE;
	} else {
		end->kind = NEST_END_ABSTRACT;
		end->name = (const u8 *)address->sun_path + 1;
		end->len = len - 1;
	}
}

/**
 * nest_end_of_unix() - the address that a unix socket has
 * @end: filled in
 * @sk: the socket, which the caller keeps alive as long as @end
 */
void nest_end_of_unix(struct nest_end *end, const struct sock *sk)
{
	const struct unix_address *address;

	/* Set once, after it was filled in, and freed with the socket. */
	address = smp_load_acquire(&((const struct unix_sock *)sk)->addr);
	memset(end, 0, sizeof(*end));
	end->sock = sk;
	end->kind = NEST_END_NONE;
	if (address)
		set_name(end, address->name, address->len);
}

/**
 * nest_end_from_unix() - the address that a caller gave for a unix socket
 * @end: filled in; its origin is unknown
 * @address: the kernel's copy, which has to stay as long as @end
 * @len: its length
 *
 * Return: 0, or -EINVAL as the socket would say.
 */
int nest_end_from_unix(struct nest_end *end, const struct sockaddr *address,
		       int len)
{
	memset(end, 0, sizeof(*end));
	if (len < (int)offsetof(struct sockaddr_un, sun_path) ||
	    len > (int)sizeof(struct sockaddr_un) ||
	    address->sa_family != AF_UNIX)
		return -EINVAL;
	set_name(end, (const struct sockaddr_un *)address, len);
	if (end->kind == NEST_END_NONE)
		end->kind = NEST_END_AUTO;
	return 0;
}

/*
 * Others have several addresses, send to those in the packet itself, or to what
 * the other side announces.
 */
static bool has_ends(const struct sock *sk)
{
	switch (sk->sk_protocol) {
	case IPPROTO_TCP:
		return sk->sk_type == SOCK_STREAM;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return sk->sk_type == SOCK_DGRAM;
	default:
		return false;
	}
}

static void set_ipv4(struct nest_end *end, __be32 address)
{
	ipv6_addr_set_v4mapped(address, &end->address);
}

/*
 * Where a packet for no address goes: to the socket's own, or the loopback; or
 * to an address of the device that the socket has to use.
 */
static void set_ipv4_peer(struct nest_end *end, const struct sock *sk,
			  __be32 address)
{
	if (!address)
		address = inet_sk(sk)->inet_saddr;
	if (!address && (READ_ONCE(sk->sk_bound_dev_if) ||
			 READ_ONCE(inet_sk(sk)->uc_index)))
		end->kind = NEST_END_UNKNOWN;
	set_ipv4(end, address ?: htonl(INADDR_LOOPBACK));
}

static void set_ipv6_peer(struct nest_end *end, const struct sock *sk,
			  const struct in6_addr *address)
{
	end->address = *address;
	if (ipv6_addr_v4mapped(address)) {
		set_ipv4_peer(end, sk, address->s6_addr32[3]);
		return;
	}
	if (!ipv6_addr_any(address))
		return;
	/* Not to its own address: so it is with sockets of IPv6. */
	if (ipv6_addr_v4mapped(&sk->sk_v6_rcv_saddr))
		set_ipv4(end, htonl(INADDR_LOOPBACK));
	else
		end->address = in6addr_loopback;
}

/**
 * nest_end_of_inet() - an end that a socket has
 * @end: filled in
 * @sk: the socket, of AF_INET or AF_INET6
 * @peer: the other end, not its own
 */
void nest_end_of_inet(struct nest_end *end, const struct sock *sk, bool peer)
{
	const struct inet_sock *inet = inet_sk(sk);

	memset(end, 0, sizeof(*end));
	end->port = peer ? READ_ONCE(inet->inet_dport) :
			   READ_ONCE(inet->inet_sport);
	if (!has_ends(sk) || (peer && !end->port))
		return;
	end->kind = NEST_END_INET;
	if (sk->sk_family == AF_INET)
		set_ipv4(end, peer ? inet->inet_daddr : inet->inet_rcv_saddr);
	else
		end->address = peer ? sk->sk_v6_daddr : sk->sk_v6_rcv_saddr;
}

static int from_ipv4(struct nest_end *end, const struct sock *sk,
		     const struct sockaddr_in *address, int len, bool peer)
{
	if (len < (int)sizeof(*address))
		return -EINVAL;
	end->port = address->sin_port;
	if (peer)
		set_ipv4_peer(end, sk, address->sin_addr.s_addr);
	else
		set_ipv4(end, address->sin_addr.s_addr);
	return 0;
}

static int from_ipv6(struct nest_end *end, const struct sock *sk,
		     const struct sockaddr_in6 *address, int len, bool peer)
{
	if (len < SIN6_LEN_RFC2133)
		return -EINVAL;
	end->port = address->sin6_port;
	if (peer)
		set_ipv6_peer(end, sk, &address->sin6_addr);
	else
		end->address = address->sin6_addr;
	return 0;
}

/**
 * nest_end_from_inet() - an end that a caller gave
 * @end: filled in
 * @sk: the socket
 * @address: the kernel's copy
 * @len: its length
 * @peer: it is for the other end
 *
 * An address of no family is one of IPv4 for a socket of AF_INET, as it is to
 * the kernel.
 *
 * Return: 0; -EINVAL: too short; -EAFNOSUPPORT: of another family.
 */
int nest_end_from_inet(struct nest_end *end, const struct sock *sk,
		       const struct sockaddr *address, int len, bool peer)
{
	memset(end, 0, sizeof(*end));
	if (!has_ends(sk))
		return 0;
	if (len < (int)sizeof(address->sa_family))
		return -EINVAL;
	end->kind = NEST_END_INET;
	switch (address->sa_family) {
	case AF_INET6:
		if (sk->sk_family == AF_INET6)
			return from_ipv6(end, sk, (const void *)address, len,
					 peer);
		break;
	case AF_UNSPEC:
		if (sk->sk_family != AF_INET)
			break;
		fallthrough;
	case AF_INET:
		return from_ipv4(end, sk, (const void *)address, len, peer);
	}
	return -EAFNOSUPPORT;
}

static void feed_abstract(const struct nest_end *end, struct nest_match *match)
{
	u8 pair[2] = { ESCAPE };
	u32 i, begin = 0;

	nest_match_bytes(match, "@", 1);
	for (i = 0; i < end->len; i++) {
		if (end->name[i] > ESCAPE)
			continue;
		nest_match_bytes(match, end->name + begin, i - begin);
		pair[1] = end->name[i] ? ESCAPED_SELF : ESCAPED_NUL;
		nest_match_bytes(match, pair, sizeof(pair));
		begin = i + 1;
	}
	nest_match_bytes(match, end->name + begin, end->len - begin);
	nest_match_bytes(match, "", 1);
}

static void feed_unix(const struct nest_end *end, struct nest_match *match)
{
	static const char automatic[] = { '@', ESCAPE, ESCAPED_AUTO, 0 };

	switch (end->kind) {
	case NEST_END_NONE:
		nest_match_text(match, "");
		break;
	case NEST_END_ABSTRACT:
		feed_abstract(end, match);
		break;
	case NEST_END_FILE:
		nest_match_text(match, "/");
		break;
	case NEST_END_AUTO:
		nest_match_text(match, automatic);
		break;
	default:
		nest_match_text(match, "?");
		break;
	}
}

/**
 * nest_end_feed() - put an end to the rules, as a field
 * @end: the end
 * @inet: of the class NEST_RULES_INET, else NEST_RULES_UNIX
 * @match: the question
 */
void nest_end_feed(const struct nest_end *end, bool inet,
		   struct nest_match *match)
{
	struct {
		u8 known;
		__be16 port;
		struct in6_addr address;
	} __packed field = { 0 };

	if (!inet) {
		feed_unix(end, match);
		return;
	}
	if (end->kind == NEST_END_INET) {
		field.known = 1;
		field.port = end->port;
		field.address = end->address;
	}
	nest_match_bytes(match, &field, sizeof(field));
}

static void print_abstract(const struct nest_end *end, char *text)
{
	u32 i;

	*text++ = '@';
	for (i = 0; i < end->len; i++) {
		u8 c = end->name[i];

		if (isascii(c) && isprint(c) && c != '\\')
			*text++ = c;
		else
			text += sprintf(text, "\\%03o", c);
	}
	*text = '\0';
}

/**
 * nest_end_print() - print an end for people
 * @end: the end
 * @text: has room for NEST_END_TEXT bytes
 */
void nest_end_print(const struct nest_end *end, char *text)
{
	switch (end->kind) {
	case NEST_END_NONE:
		strscpy(text, "none", NEST_END_TEXT);
		break;
	case NEST_END_ABSTRACT:
		print_abstract(end, text);
		break;
	case NEST_END_FILE:
		strscpy(text, "file", NEST_END_TEXT);
		break;
	case NEST_END_AUTO:
		strscpy(text, "auto", NEST_END_TEXT);
		break;
	case NEST_END_INET:
		if (ipv6_addr_v4mapped(&end->address))
			sprintf(text, "%pI4:%u", &end->address.s6_addr32[3],
				ntohs(end->port));
		else
			sprintf(text, "[%pI6c]:%u", &end->address,
				ntohs(end->port));
		break;
	default:
		strscpy(text, "unknown", NEST_END_TEXT);
		break;
	}
}
