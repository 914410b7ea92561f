// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sockets by their ends: addresses, ports, the domains of peers; and ways that
 * must not lead round such rules (I2).
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "nest_test.h"
#include "nest.h"
#include "ring.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP	262
#endif

#define FILES	"  / r,\n  /** rwklm,\n  capability,\n  signal,\n"
#define ENDS(rules) \
	"abi <abi/4.0>,\nprofile default {\n" FILES \
	"  network netlink raw,\n  change_profile,\n" rules "}\n"

/* One socket from outside of the layer, connected to the other. */
static int before[2];
static int before_inet;

static int lo_up(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request))
		return errno;
	request.ifr_flags |= IFF_UP;
	return TRY(ioctl(fd, SIOCSIFFLAGS, &request)) ?: TRY(close(fd));
}

static int prepare(void)
{
	before_inet = socket(AF_INET, SOCK_DGRAM, 0);
	return TRY(before_inet) ?: lo_up() ?:
	       TRY(socketpair(AF_UNIX, SOCK_STREAM, 0, before));
}

static int run(const char *policy, sandbox_fn body)
{
	const struct sandbox sandbox = {
		.policy = policy,
		.rootful = true,
		.files = true,
		.prepare = prepare,
	};

	return sandbox_run(&sandbox, body, NULL);
}

struct address {
	struct sockaddr_un un;
	socklen_t len;
};

static struct address at(const char *name)
{
	struct address address = { .un.sun_family = AF_UNIX };
	size_t len = strlen(name);

	address.len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	memcpy(address.un.sun_path, name, len);
	if (name[0] == '@')
		address.un.sun_path[0] = 0;
	return address;
}

static int do_bind(int fd, const char *name)
{
	struct address address = at(name);

	return TRY(bind(fd, (struct sockaddr *)&address.un, address.len));
}

static int do_connect(int fd, const char *name)
{
	struct address address = at(name);

	return TRY(connect(fd, (struct sockaddr *)&address.un, address.len));
}

static int do_send_to(int fd, const char *name)
{
	struct address address = at(name);

	return TRY(sendto(fd, "x", 1, 0, (struct sockaddr *)&address.un,
			  address.len));
}

static int unix_socket(int type)
{
	return socket(AF_UNIX, type, 0);
}

#define OWN "  unix (create, getattr, setopt, getopt, shutdown),\n"

static int bind_all(void *arg)
{
	int fd = unix_socket(SOCK_STREAM), other = unix_socket(SOCK_STREAM);

	(void)arg;
	CHECK(fd >= 0 && other >= 0);
	CHECK(do_bind(other, "") == EACCES);
	CHECK(do_bind(other, "@other") == EACCES);
	CHECK(do_bind(other, "@") == EACCES);
	CHECK(do_bind(other, WORK "/socket") == EACCES);
	CHECK(do_bind(fd, "@nest-test") == 0);
	CHECK(TRY(listen(fd, 1)) == 0);
	CHECK(TRY(listen(other, 1)) == EACCES);
	return 0;
}

TEST(bind_by_address)
{
	EXPECT_EQ(0, run(ENDS(OWN "  unix (bind, listen) type=stream addr=@nest-*,\n"),
			 bind_all));
}

static int bind_nul(void *arg)
{
	static const char nul[] = "\0a\0b", one[] = "\0a\1b";
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	socklen_t len = offsetof(struct sockaddr_un, sun_path) + 4;
	int fd = unix_socket(SOCK_DGRAM), other = unix_socket(SOCK_DGRAM);

	(void)arg;
	memcpy(address.sun_path, one, 4);
	CHECK(TRY(bind(other, (struct sockaddr *)&address, len)) == EACCES);
	memcpy(address.sun_path, nul, 4);
	CHECK(TRY(bind(fd, (struct sockaddr *)&address, len)) == 0);
	CHECK(do_bind(other, "") == 0);
	return 0;
}

TEST(bind_with_nul_and_auto)
{
	EXPECT_EQ(0, run(ENDS(OWN "  unix bind addr=\"@a\\x00b\",\n"
			      "  unix bind addr=auto,\n"), bind_nul));
}

static int listener(const char *name, int type)
{
	int fd = unix_socket(type);

	if (fd < 0 || do_bind(fd, name) || (type == SOCK_STREAM && listen(fd, 4)))
		return -1;
	return fd;
}

static int connect_streams(void *arg)
{
	int good = listener("@good", SOCK_STREAM);
	int bad = listener("@bad", SOCK_STREAM);
	int fd = unix_socket(SOCK_STREAM), to;

	(void)arg;
	CHECK(good >= 0 && bad >= 0);
	CHECK(do_connect(fd, "@bad") == EACCES);
	CHECK(do_connect(fd, "@good") == 0);
	to = accept(good, NULL, NULL);
	CHECK(to >= 0);
	CHECK(TRY(send(fd, "x", 1, 0)) == 0);
	CHECK(TRY(recv(to, &to, 1, 0)) == 0);
	return 0;
}

#define SERVE "  unix (create, bind, listen, accept),\n"

TEST(connect_by_address)
{
	EXPECT_EQ(0, run(ENDS(SERVE
			      "  unix (connect, send) peer=(addr=@good),\n"
			      "  unix receive peer=(addr=none),\n"),
			 connect_streams));
}

TEST(connect_but_not_where_denied)
{
	EXPECT_EQ(0, run(ENDS("  unix,\n  deny unix connect peer=(addr=@bad),\n"),
			 connect_streams));
}

TEST(connect_by_domain)
{
	EXPECT_EQ(0, run(ENDS(SERVE
			      "  unix (connect, send, receive) peer=(label=default),\n"
			      "  deny unix connect peer=(addr=@bad label=def*),\n"),
			 connect_streams));
}

static int connect_refused(void *arg)
{
	int good = listener("@good", SOCK_STREAM);
	int fd = unix_socket(SOCK_STREAM);

	(void)arg;
	CHECK(good >= 0);
	CHECK(do_connect(fd, "@good") == EACCES);
	return 0;
}

TEST(connect_to_another_domain)
{
	EXPECT_EQ(0, run(ENDS(SERVE
			      "  unix (connect) peer=(label=other),\n"
			      "  unix (connect) peer=(label=unconfined),\n"),
			 connect_refused));
}

static int send_datagrams(void *arg)
{
	struct address good = at("@dgood"), bad = at("@dbad");
	struct iovec iov = { "x", 1 };
	struct mmsghdr two[2] = {
		{ .msg_hdr = { .msg_name = &good.un, .msg_namelen = good.len,
			       .msg_iov = &iov, .msg_iovlen = 1 } },
		{ .msg_hdr = { .msg_name = &bad.un, .msg_namelen = bad.len,
			       .msg_iov = &iov, .msg_iovlen = 1 } },
	};
	int fd = unix_socket(SOCK_DGRAM), third = unix_socket(SOCK_DGRAM);

	(void)arg;
	CHECK(listener("@dgood", SOCK_DGRAM) >= 0);
	CHECK(listener("@dbad", SOCK_DGRAM) >= 0);
	CHECK(do_send_to(fd, "@dgood") == 0);
	CHECK(do_send_to(fd, "@dbad") == EACCES);
	CHECK(sendmmsg(fd, two, 2, 0) == 1);
	CHECK(do_connect(third, "@dbad") == EACCES);
	CHECK(do_connect(third, "@dgood") == 0);
	CHECK(TRY(send(third, "x", 1, 0)) == 0);
	CHECK(do_send_to(third, "@dbad") == EACCES);
	return 0;
}

TEST(datagrams_by_address)
{
	EXPECT_EQ(0, run(ENDS("  unix (create, bind),\n"
			      "  unix (connect, send) type=dgram peer=(addr=@dgood),\n"),
			 send_datagrams));
}

TEST(datagrams_by_domain)
{
	EXPECT_EQ(0, run(ENDS("  unix (create, bind),\n"
			      "  unix (connect, send) type=dgram "
			      "peer=(addr=@dgood label=default),\n"),
			 send_datagrams));
}

static int send_pair(void *arg)
{
	int pair[2], file = open(WORK "/file", O_RDONLY), end[2];
	struct sockaddr_un name;
	socklen_t len = sizeof(int);

	(void)arg;
	CHECK(TRY(socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) == 0);
	CHECK(TRY(pipe(end)) == 0);
	CHECK(TRY(send(pair[0], "x", 1, 0)) == EACCES);
	CHECK(TRY(write(pair[0], "x", 1)) == EACCES);
	CHECK(TRY(sendfile(pair[0], file, NULL, 1)) == EACCES);
	CHECK(TRY(recv(pair[1], end, 1, MSG_DONTWAIT)) == EACCES);
	CHECK(TRY(splice(pair[1], NULL, end[1], NULL, 1,
			 SPLICE_F_NONBLOCK)) == EACCES);
	CHECK(TRY(getsockname(pair[0], (struct sockaddr *)&name, &len)) ==
	      EACCES);
	CHECK(TRY(shutdown(pair[0], SHUT_WR)) == EACCES);
	CHECK(TRY(setsockopt(pair[0], SOL_SOCKET, SO_PASSCRED, end,
			     sizeof(int))) == EACCES);
	CHECK(TRY(getsockopt(pair[0], SOL_SOCKET, SO_PASSCRED, end, &len)) ==
	      EACCES);
	return 0;
}

TEST(pair_without_access)
{
	EXPECT_EQ(0, run(ENDS("  unix create,\n"), send_pair));
}

TEST(pair_with_unnamed_peer_denied)
{
	EXPECT_EQ(0, run(ENDS("  unix,\n"
			      "  deny unix (send, receive) peer=(addr=none),\n"
			      "  deny unix (getattr, getopt, setopt, shutdown),\n"),
			 send_pair));
}

static int use_before(void *arg)
{
	int pair[2], c;

	(void)arg;
	CHECK(TRY(send(before[0], "x", 1, 0)) == 0);
	CHECK(TRY(recv(before[1], &c, 1, 0)) == 0);
	CHECK(TRY(socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) == 0);
	CHECK(TRY(send(pair[0], "x", 1, 0)) == EACCES);
	return 0;
}

TEST(peer_from_outside_is_unconfined)
{
	EXPECT_EQ(0, run(ENDS("  unix create,\n"
			      "  unix (send, receive) peer=(label=unconfined),\n"),
			 use_before));
}

static int use_before_refused(void *arg)
{
	(void)arg;
	CHECK(TRY(send(before[0], "x", 1, 0)) == EACCES);
	CHECK(TRY(send(before_inet, "x", 1, 0)) == EACCES);
	CHECK(TRY(write(before_inet, "x", 1)) == EACCES);
	return 0;
}

TEST(sockets_from_outside_need_rules_too)
{
	EXPECT_EQ(0, run(POLICY(FILES "  network netlink raw,\n"),
			 use_before_refused));
}

static int accept_and_use(void *arg)
{
	int fd = *(int *)arg;

	if (nest_change_profile("narrow", 0, false))
		return SANDBOX_BROKEN;
	CHECK(TRY(accept(fd, NULL, NULL)) == EACCES);
	CHECK(TRY(send(before[0], "x", 1, 0)) == EACCES);
	return 0;
}

static int in_another_domain(void *arg)
{
	int fd = listener("@good", SOCK_STREAM), to = unix_socket(SOCK_STREAM);

	(void)arg;
	CHECK(fd >= 0 && do_connect(to, "@good") == 0);
	CHECK(sandbox_fork(accept_and_use, &fd) == 0);
	CHECK(TRY(accept(fd, NULL, NULL)) == 0);
	return 0;
}

TEST(the_present_domain_decides)
{
	EXPECT_EQ(0, run(ENDS("  unix,\n")
			 "profile narrow {\n" FILES "  unix create,\n}\n",
			 in_another_domain));
}

static int by_ring(void *arg)
{
	struct address bad = at("@bad");
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_CONNECT,
		.addr = (unsigned long)&bad.un,
		.off = bad.len,
	};
	struct ring ring;
	int pair[2], i;

	(void)arg;
	CHECK(listener("@bad", SOCK_STREAM) >= 0);
	CHECK(TRY(socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) == 0);
	CHECK(!ring_init(&ring));
	for (i = 0; i < 2; i++) {
		struct io_uring_sqe send = {
			.opcode = IORING_OP_SEND,
			.flags = sqe.flags,
			.fd = pair[0],
			.addr = (unsigned long)"x",
			.len = 1,
		};

		sqe.fd = unix_socket(SOCK_STREAM);
		CHECK(ring_do(&ring, &sqe) == EACCES);
		CHECK(ring_do(&ring, &send) == EACCES);
		sqe.flags = IOSQE_ASYNC;
	}
	return 0;
}

TEST(io_uring_is_no_way_round)
{
	EXPECT_EQ(0, run(ENDS(SERVE "  unix (connect, send) peer=(addr=@good),\n"),
			 by_ring));
}

/* --- internet --------------------------------------------------------------- */

static struct sockaddr_in v4(const char *address, int port)
{
	struct sockaddr_in in = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
	};

	inet_pton(AF_INET, address, &in.sin_addr);
	return in;
}

static struct sockaddr_in6 v6(const char *address, int port)
{
	struct sockaddr_in6 in = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(port),
	};

	inet_pton(AF_INET6, address, &in.sin6_addr);
	return in;
}

#define SEND_TO(fd, flags, address) ({ \
	__typeof__(address) a_ = (address); \
	TRY(sendto(fd, "x", 1, flags, (struct sockaddr *)&a_, sizeof(a_))); })
#define CONNECT(fd, address) ({ \
	__typeof__(address) a_ = (address); \
	TRY(connect(fd, (struct sockaddr *)&a_, sizeof(a_))); })
#define BIND(fd, address) ({ \
	__typeof__(address) a_ = (address); \
	TRY(bind(fd, (struct sockaddr *)&a_, sizeof(a_))); })

static int inet_bind(void *arg)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int six = socket(AF_INET6, SOCK_STREAM, 0);

	(void)arg;
	CHECK(BIND(fd, v4("127.0.0.1", 79)) == EACCES);
	CHECK(BIND(fd, v4("127.0.0.2", 8080)) == EACCES);
	CHECK(BIND(fd, v4("0.0.0.0", 8080)) == EACCES);
	CHECK(BIND(six, v6("::ffff:127.0.0.1", 8080)) == EACCES);
	CHECK(TRY(listen(fd, 1)) == EACCES);
	CHECK(BIND(fd, v4("127.0.0.1", 8080)) == 0);
	CHECK(TRY(listen(fd, 1)) == 0);
	return 0;
}

TEST(inet_bind_by_port)
{
	EXPECT_EQ(0, run(ENDS("  network create inet6,\n"
			      "  network (create, bind, listen) inet stream "
			      "ip=127.0.0.1 port=80-8081,\n"),
			 inet_bind));
}

static int inet_denied(void *arg)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	int six = socket(AF_INET6, SOCK_DGRAM, 0);
	int tcp = socket(AF_INET, SOCK_STREAM, 0);
	int raw = socket(AF_INET, SOCK_RAW, IPPROTO_UDP);
	int mptcp = socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);
	struct sockaddr_in none = v4("127.0.0.1", 9);

	(void)arg;
	none.sin_family = AF_UNSPEC;
	CHECK(fd >= 0 && six >= 0 && tcp >= 0 && raw >= 0);
	CHECK(SEND_TO(fd, 0, v4("127.0.0.2", 9)) == 0);
	CHECK(SEND_TO(fd, 0, v4("127.0.0.1", 9)) == EACCES);
	CHECK(SEND_TO(fd, 0, v4("0.0.0.0", 9)) == EACCES);
	CHECK(SEND_TO(fd, 0, none) == EACCES);
	CHECK(CONNECT(fd, v4("127.0.0.1", 9)) == EACCES);
	CHECK(CONNECT(fd, v4("127.0.0.2", 9)) == 0);
	CHECK(SEND_TO(fd, 0, v4("127.0.0.1", 9)) == EACCES);
	CHECK(SEND_TO(six, 0, v6("::ffff:127.0.0.1", 9)) == EACCES);
	CHECK(SEND_TO(six, 0, v4("127.0.0.1", 9)) == EACCES);
	CHECK(CONNECT(six, v6("::ffff:127.0.0.1", 9)) == EACCES);
	CHECK(CONNECT(tcp, v4("127.0.0.1", 9)) == EACCES);
	CHECK(SEND_TO(tcp, MSG_FASTOPEN, v4("127.0.0.1", 9)) == EACCES);
	CHECK(CONNECT(tcp, v4("127.0.0.2", 9)) == ECONNREFUSED);
	CHECK(SEND_TO(raw, 0, v4("127.0.0.2", 0)) == EACCES);
	if (mptcp >= 0)
		CHECK(CONNECT(mptcp, v4("127.0.0.2", 9)) == EACCES);
	return 0;
}

TEST(inet_peer_denied)
{
	EXPECT_EQ(0, run(ENDS("  network,\n"
			      "  deny network inet peer=(ip=127.0.0.1),\n"),
			 inet_denied));
}

TEST(inet_peer_allowed)
{
	EXPECT_EQ(0, run(ENDS("  network (create, bind) inet,\n"
			      "  network (create, bind) inet6,\n"
			      "  network (connect, send) inet peer=(ip=127.0.0.2/31 port=1-9),\n"),
			 inet_denied));
}

static int inet_disconnect(void *arg)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr none = { .sa_family = AF_UNSPEC };

	(void)arg;
	CHECK(CONNECT(fd, v4("127.0.0.2", 9)) == 0);
	CHECK(TRY(send(fd, "x", 1, 0)) == 0);
	CHECK(TRY(connect(fd, &none, sizeof(none))) == 0);
	CHECK(CONNECT(fd, v4("127.0.0.1", 9)) == EACCES);
	CHECK(TRY(write(fd, "x", 1)) == EACCES);
	return 0;
}

TEST(inet_disconnect_and_connect_again)
{
	EXPECT_EQ(0, run(ENDS("  network create inet dgram,\n"
			      "  network (connect, send) inet dgram peer=(ip=127.0.0.2),\n"),
			 inet_disconnect));
}

static int inet_receive(void *arg)
{
	int bound = socket(AF_INET, SOCK_DGRAM, 0);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	char c;

	(void)arg;
	CHECK(BIND(bound, v4("127.0.0.1", 9999)) == 0);
	CHECK(CONNECT(bound, v4("127.0.0.1", 53)) == 0);
	CHECK(TRY(recv(bound, &c, 1, MSG_DONTWAIT)) == EACCES);
	CHECK(CONNECT(fd, v4("127.0.0.1", 53)) == 0);
	CHECK(TRY(recv(fd, &c, 1, MSG_DONTWAIT)) == EAGAIN);
	return 0;
}

TEST(inet_sender_of_a_bound_socket_is_unknown)
{
	EXPECT_EQ(0, run(ENDS("  network (create, bind, connect) inet dgram,\n"
			      "  network receive inet dgram peer=(ip=127.0.0.1 port=53),\n"),
			 inet_receive));
}

/* Two messages to one address: the kernel asks about the first of them. */
static int send_two(int fd, unsigned int n)
{
	struct sockaddr_in to = v4("127.0.0.1", 9);
	struct iovec iov = { "x", 1 };
	struct mmsghdr two[2] = { };

	for (size_t i = 0; i < 2; i++) {
		two[i].msg_hdr.msg_name = &to;
		two[i].msg_hdr.msg_namelen = sizeof(to);
		two[i].msg_hdr.msg_iov = &iov;
		two[i].msg_hdr.msg_iovlen = 1;
	}
	return TRY(sendmmsg(fd, two, n, 0));
}

static int send_many(void *arg)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	(void)arg;
	CHECK(SEND_TO(fd, 0, v4("127.0.0.1", 9)) == 0);
	CHECK(send_two(fd, 1) == 0);
	CHECK(send_two(fd, 2) == EACCES);
	return 0;
}

static int send_many_allowed(void *arg)
{
	(void)arg;
	return send_two(socket(AF_INET, SOCK_DGRAM, 0), 2);
}

#define SEND(rule) \
	ENDS("  network create inet dgram,\n  network send inet dgram " rule)

/* The others may have control messages that nobody sees. */
TEST(inet_many_messages_at_once)
{
	EXPECT_EQ(0, run(SEND("peer=(ip=127.0.0.1),\n"), send_many));
	EXPECT_EQ(0, run(SEND("ip=none,\n"), send_many));
	EXPECT_EQ(0, run(SEND(",\n"), send_many_allowed));
}

static int send_by_device(void *arg)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in to = v4("0.0.0.0", 9);
	struct iovec iov = { "x", 1 };
	struct {
		struct cmsghdr head;
		struct in_pktinfo info;
	} control = {
		.head = {
			.cmsg_len = sizeof(control),
			.cmsg_level = IPPROTO_IP,
			.cmsg_type = IP_PKTINFO,
		},
		.info.ipi_ifindex = (int)if_nametoindex("lo"),
	};
	const struct msghdr message = {
		.msg_name = &to,
		.msg_namelen = sizeof(to),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};

	(void)arg;
	CHECK(SEND_TO(fd, 0, to) == 0);
	CHECK(TRY(sendmsg(fd, &message, 0)) == EACCES);
	CHECK(TRY(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3)) == 0);
	CHECK(SEND_TO(fd, 0, to) == EACCES);
	CHECK(CONNECT(fd, to) == EACCES);
	CHECK(SEND_TO(fd, 0, v4("127.0.0.1", 9)) == 0);
	return 0;
}

/* No address is one of the device, not the loopback's. */
TEST(inet_no_address_of_a_device)
{
	EXPECT_EQ(0, run(ENDS("  network (create, setopt) inet dgram,\n"
			      "  network (connect, send) inet dgram peer=(ip=127.0.0.1),\n"),
			 send_by_device));
}

/* Packets with a source route go to its first host. */
static int source_route(void *arg)
{
	static const unsigned char route[] = { 131, 7, 4, 127, 0, 0, 1, 0 };
	struct {
		struct cmsghdr head;
		unsigned char route[sizeof(route)];
	} control = {
		.head = {
			.cmsg_len = sizeof(control),
			.cmsg_level = IPPROTO_IP,
			.cmsg_type = IP_RETOPTS,
		},
	};
	struct sockaddr_in to = v4("127.0.0.2", 9);
	struct iovec iov = { "x", 1 };
	const struct msghdr message = {
		.msg_name = &to,
		.msg_namelen = sizeof(to),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	int fd = socket(AF_INET, SOCK_DGRAM, 0), on = 1;
	int expected = arg ? 0 : EACCES;

	memcpy(control.route, route, sizeof(route));
	CHECK(SEND_TO(fd, 0, to) == 0);
	CHECK(TRY(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on,
			     sizeof(on))) == 0);
	CHECK(TRY(sendmsg(fd, &message, 0)) == expected);
	CHECK(TRY(setsockopt(fd, IPPROTO_IP, IP_OPTIONS, route,
			     sizeof(route))) == expected);
	return 0;
}

static int source_route_allowed(void *arg)
{
	(void)arg;
	return source_route("");
}

TEST(inet_source_routes)
{
	EXPECT_EQ(0, run(ENDS("  network (create, setopt) inet dgram,\n"
			      "  network send inet dgram peer=(ip=127.0.0.2),\n"),
			 source_route));
	EXPECT_EQ(0, run(ENDS("  network (create, setopt, send) inet dgram,\n"),
			 source_route_allowed));
}

static int no_address(void *arg)
{
	int fd = socket(AF_INET6, SOCK_DGRAM, 0);
	struct sockaddr_in none = v4("127.0.0.1", 9);

	(void)arg;
	none.sin_family = AF_UNSPEC;
	CHECK(BIND(fd, v6("::ffff:127.0.0.2", 8080)) == 0);
	CHECK(SEND_TO(fd, 0, v6("::ffff:127.0.0.2", 9)) == 0);
	/* To the loopback address, not its own. */
	CHECK(SEND_TO(fd, 0, v6("::", 9)) == EACCES);
	CHECK(CONNECT(fd, v6("::", 9)) == EACCES);
	CHECK(CONNECT(fd, v6("::ffff:127.0.0.2", 9)) == 0);
	CHECK(SEND_TO(fd, 0, none) == EACCES);
	return 0;
}

TEST(inet6_no_address)
{
	EXPECT_EQ(0, run(ENDS("  network (create, bind) inet6 dgram,\n"
			      "  network (connect, send) inet6 dgram peer=(ip=127.0.0.2),\n"),
			 no_address));
}

TEST_HARNESS_MAIN
