// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers for sockets. Each operation is decided by the present domain of the
 * task, not by where the socket was made: by the socket's family and type, or
 * by its ends too where the domain has such rules.
 */
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/netlink.h>
#include <linux/tcp.h>
#include <net/af_unix.h>
#include <net/ipv6.h>
#include "ends.h"
#include "hooks.h"
#include "sock.h"
#include "subject.h"
#include "syscall.h"

/* Which domains are asked: those with rules for ends, those without, both. */
enum whom { BOTH, WITH_ENDS, WITHOUT_ENDS };

/**
 * struct question - something that a task does with a socket
 * @operation: for people
 * @access: one of NEST_SOCK_*
 * @family: of the socket
 * @type: likewise
 * @whom: which domains are asked
 * @quiet: report no use that is allowed
 * @gfp: how to allocate
 * @own: its own end
 * @peer: the other end, if @access is about it
 */
struct question {
	const char *operation;
	u32 access;
	u32 family;
	u32 type;
	enum whom whom;
	bool quiet;
	gfp_t gfp;
	struct nest_end own;
	struct nest_end peer;
};

static enum nest_policy_class class_of(u32 family)
{
	switch (family) {
	case AF_UNIX:
		return NEST_RULES_UNIX;
	case AF_INET:
	case AF_INET6:
		return NEST_RULES_INET;
	default:
		return 0;
	}
}

static struct nest_decision decide_kind(const struct nest_policy *policy,
					u32 domain,
					const struct question *question)
{
	struct nest_decision decision =
		nest_decide_socket(policy, domain, question->family,
				   question->type);

	if (decision.denied)
		decision.denied = question->access;
	return decision;
}

static void feed_peer(const struct question *question, struct nest_match *match,
		      const struct nest_layer *layer,
		      const struct nest_table *table)
{
	const struct sock *sock = question->peer.sock;
	bool inet = question->family != AF_UNIX;

	nest_end_feed(&question->peer, inet, match);
	if (!inet)
		nest_match_text(match, sock ?
				nest_sock_domain(sock, layer, table) : "?");
}

static struct nest_decision decide_ends(const struct question *question,
					const struct nest_layer *layer,
					const struct nest_table *table,
					u32 domain,
					enum nest_policy_class class)
{
	const u8 kind[] = { question->family, question->type };
	bool inet = class == NEST_RULES_INET;
	struct nest_match match;

	nest_match_begin(&match, &table->policy, domain, class);
	nest_match_bytes(&match, inet ? kind : kind + 1, inet ? 2 : 1);
	if (question->access != NEST_SOCK_CREATE)
		nest_end_feed(&question->own, inet, &match);
	if (question->access & NEST_SOCK_PEER)
		feed_peer(question, &match, layer, table);
	return nest_match_decide(&match, question->access);
}

/* Apart, for the sake of the stack. */
static noinline_for_stack int report(const struct question *question,
				     struct nest_event *event,
				     const struct nest_table *table, u32 domain,
				     struct nest_decision decision)
{
	char own[NEST_END_TEXT] NEST_UNINITIALIZED;
	char peer[NEST_END_TEXT] NEST_UNINITIALIZED;

	if (question->access != NEST_SOCK_CREATE && class_of(question->family)) {
		nest_end_print(&question->own, own);
		event->path = own;
	}
	if (event->path && question->access & NEST_SOCK_PEER) {
		nest_end_print(&question->peer, peer);
		event->target = peer;
	}
	return nest_conclude(event, table, domain, decision, question->gfp);
}

static int ask_layer(const struct question *question,
		     const struct nest_subject *subject, u32 i)
{
	enum nest_policy_class class = class_of(question->family);
	struct nest_layer *layer = subject->chain->layers[i];
	struct nest_event event = {
		.layer = layer,
		.class = NEST_CLASS_NETWORK,
		.operation = question->operation,
		.requested = (u64)question->family << 32 | question->type,
	};
	const struct nest_table *table;
	struct nest_decision decision;
	bool ends;
	u32 domain;

	table = nest_subject_domain(subject, i, &domain);
	if (!table)
		return 0;
	ends = class && nest_mediates(&table->policy, domain, class);
	if (question->whom == (ends ? WITHOUT_ENDS : WITH_ENDS))
		return 0;
	decision = ends ?
		decide_ends(question, layer, table, domain, class) :
		decide_kind(&table->policy, domain, question);
	if (likely(!decision.denied && (!decision.report || question->quiet))) {
		nest_count_decision(table, domain);
		return 0;
	}
	return report(question, &event, table, domain, decision);
}

static int ask_all(const struct question *question,
		   const struct nest_subject *subject)
{
	u32 i;
	int err = 0;

	for (i = 0; !err && i < subject->chain->n; i++)
		err = ask_layer(question, subject, i);
	return err;
}

/* Whether a layer allows it by the kind of socket, and that is all to it. */
static bool is_plain(const struct nest_subject *subject, u32 i,
		     const struct sock *sk)
{
	enum nest_policy_class class = class_of(sk->sk_family);
	const struct nest_table *table;
	struct nest_decision decision;
	u32 domain;

	table = nest_subject_domain(subject, i, &domain);
	if (!table)
		return true;
	if (class && nest_mediates(&table->policy, domain, class))
		return false;
	decision = nest_decide_socket(&table->policy, domain, sk->sk_family,
				      sk->sk_type);
	if (decision.denied || decision.report)
		return false;
	nest_count_decision(table, domain);
	return true;
}

/* The usual answer to what is asked often, without a look at the ends. */
static noinline bool allowed_by_kind(const struct sock *sk)
{
	struct nest_subject subject;
	int section = nest_enter();
	bool allowed = true;
	u32 i;

	if (nest_subject_current(&subject))
		for (i = 0; allowed && i < subject.chain->n; i++)
			allowed = is_plain(&subject, i, sk);
	nest_leave(section);
	return allowed;
}

static noinline int ask(const struct question *question)
{
	struct nest_subject subject;
	int section = nest_enter();
	int err = 0;

	if (nest_subject_current(&subject))
		err = ask_all(question, &subject);
	nest_leave(section);
	return err;
}

static noinline int ask_atomic(const struct question *question)
{
	struct nest_subject subject;
	int err = 0;

	rcu_read_lock();
	if (nest_subject_current(&subject))
		err = ask_all(question, &subject);
	rcu_read_unlock();
	return err;
}

/*
 * The kernel's own sockets, of network file systems for example, are nobody's
 * whose task happens to use them. To make one of generic netlink takes a rule,
 * but on one that is there the answer must arrive to whoever put the layer in
 * force.
 */
static bool is_exempt(const struct socket *sock)
{
	const struct sock *sk = sock->sk;

	return !sk || sk->sk_kern_sock ||
	       (sk->sk_family == AF_NETLINK &&
		sk->sk_protocol == NETLINK_GENERIC);
}

static void begin(struct question *question, const struct sock *sk,
		  const char *operation, u32 access)
{
	memset(question, 0, sizeof(*question));
	question->operation = operation;
	question->access = access;
	question->family = sk->sk_family;
	question->type = sk->sk_type;
	question->gfp = GFP_KERNEL;
	if (sk->sk_family == AF_UNIX)
		nest_end_of_unix(&question->own, sk);
	else if (class_of(sk->sk_family))
		nest_end_of_inet(&question->own, sk, false);
}

/* What is about the socket's own end only. */
static noinline int check_own(const struct socket *sock, const char *operation,
			      u32 access)
{
	struct question question;

	if (is_exempt(sock))
		return 0;
	begin(&question, sock->sk, operation, access);
	return ask(&question);
}

static noinline int check_create(u32 family, u32 type)
{
	const struct question question = {
		.operation = "create",
		.access = NEST_SOCK_CREATE,
		.family = family,
		.type = type,
		.gfp = GFP_KERNEL,
	};

	return ask(&question);
}

int nest_hook_socket_create(int family, int type, int protocol, int kern)
{
	return nest_idle() || kern ? 0 : check_create(family, type);
}

static noinline int check_bind(const struct socket *sock,
			       const struct sockaddr *address, int len)
{
	struct question question;
	int err = 0;

	if (is_exempt(sock))
		return 0;
	begin(&question, sock->sk, "bind", NEST_SOCK_BIND);
	if (question.family == AF_UNIX)
		err = nest_end_from_unix(&question.own, address, len);
	else if (class_of(question.family))
		err = nest_end_from_inet(&question.own, sock->sk, address, len,
					 false);
	return err ?: ask(&question);
}

int nest_hook_socket_bind(struct socket *sock, struct sockaddr *address,
			  int addrlen)
{
	return nest_idle() ? 0 : check_bind(sock, address, addrlen);
}

/*
 * The peer of a stream is decided on when it is found. To that of datagrams
 * its address leads each time anew, and unix_may_send decides on it again.
 */
static int find_unix_peer(struct question *question,
			  const struct sockaddr *address, int len)
{
	if (question->type != SOCK_DGRAM)
		question->whom = WITHOUT_ENDS;
	else if (address->sa_family == AF_UNIX)
		return nest_end_from_unix(&question->peer, address, len);
	return 0;
}

static noinline int check_connect(const struct socket *sock,
				  const struct sockaddr *address, int len)
{
	struct question question;
	int err = 0;

	if (is_exempt(sock) || len < (int)sizeof(address->sa_family))
		return 0;
	begin(&question, sock->sk, "connect", NEST_SOCK_CONNECT);
	/* This ends a connection. */
	if (address->sa_family == AF_UNSPEC)
		question.whom = WITHOUT_ENDS;
	else if (question.family == AF_UNIX)
		err = find_unix_peer(&question, address, len);
	else if (class_of(question.family))
		err = nest_end_from_inet(&question.peer, sock->sk, address, len,
					 true);
	return err ?: ask(&question);
}

int nest_hook_socket_connect(struct socket *sock, struct sockaddr *address,
			     int addrlen)
{
	return nest_idle() ? 0 : check_connect(sock, address, addrlen);
}

static noinline int check_unix_peer(const struct sock *sock,
				    const struct sock *other,
				    const char *operation, u32 access)
{
	struct question question;

	begin(&question, sock, operation, access);
	question.whom = WITH_ENDS;
	question.gfp = GFP_ATOMIC;
	nest_end_of_unix(&question.peer, other);
	return ask_atomic(&question);
}

int nest_hook_unix_stream_connect(struct sock *sock, struct sock *other,
				  struct sock *newsk)
{
	int err = 0;

	if (nest_idle())
		return 0;
	if (!sock->sk_kern_sock)
		err = check_unix_peer(sock, other, "connect",
				      NEST_SOCK_CONNECT);
	return err ?: nest_sock_inherit(newsk, other);
}

int nest_hook_unix_may_send(struct socket *sock, struct socket *other)
{
	if (nest_idle() || is_exempt(sock) || !other->sk)
		return 0;
	return check_unix_peer(sock->sk, other->sk, "sendmsg", NEST_SOCK_SEND);
}

int nest_hook_socket_listen(struct socket *sock, int backlog)
{
	return nest_idle() ? 0 : check_own(sock, "listen", NEST_SOCK_LISTEN);
}

int nest_hook_socket_accept(struct socket *sock, struct socket *newsock)
{
	return nest_idle() ? 0 : check_own(sock, "accept", NEST_SOCK_ACCEPT);
}

/* Asks about the other end that a unix socket has now. */
static int ask_unix_peer(struct question *question, struct sock *sk)
{
	struct sock *peer = unix_peer_get(sk);
	int err;

	if (peer)
		nest_end_of_unix(&question->peer, peer);
	err = ask(question);
	if (peer)
		sock_put(peer);
	return err;
}

static bool is_datagram(const struct question *question)
{
	return question->type != SOCK_STREAM &&
	       question->type != SOCK_SEQPACKET;
}

/*
 * Whether control messages lead packets by the way of another host, which is
 * what they are addressed to then.
 */
static bool is_rerouted(const struct msghdr *msg)
{
	struct msghdr control = *msg;
	struct cmsghdr *cmsg;

	for_each_cmsghdr(cmsg, &control) {
		if (!CMSG_OK(&control, cmsg))
			return true;
		if (cmsg->cmsg_level == SOL_IP && cmsg->cmsg_type == IP_RETOPTS)
			return true;
		if (cmsg->cmsg_level == SOL_IPV6 &&
		    (cmsg->cmsg_type == IPV6_RTHDR ||
		     cmsg->cmsg_type == IPV6_2292RTHDR))
			return true;
	}
	return false;
}

/*
 * An address of no family is no name to a socket of IPv6, but may be one of
 * IPv4 when it is looked at: another thread may make it a socket of IPv4.
 */
static int find_inet_peer(struct nest_end *peer, const struct sock *sk,
			  u32 family, const struct msghdr *msg)
{
	const struct sockaddr *name = msg->msg_name;

	if (family == AF_INET6 && name->sa_family == AF_UNSPEC) {
		if (msg->msg_namelen >= (int)sizeof(struct sockaddr_in))
			peer->kind = NEST_END_UNKNOWN;
		return 0;
	}
	return nest_end_from_inet(peer, sk, name, msg->msg_namelen, true);
}

/* Control messages may name a device, whose own address "no address" is then. */
static bool is_any(const struct sockaddr *name, const struct msghdr *msg)
{
	const struct sockaddr_in6 *six = (const void *)name;

	if (!msg->msg_controllen)
		return false;
	if (name->sa_family != AF_INET6)
		return !((const struct sockaddr_in *)name)->sin_addr.s_addr;
	return msg->msg_namelen >= SIN6_LEN_RFC2133 &&
	       ipv6_addr_v4mapped(&six->sin6_addr) &&
	       !six->sin6_addr.s6_addr32[3];
}

/* Fast open connects as well. */
static int ask_fast_open(const struct question *question,
			 const struct sock *sk, const struct msghdr *msg)
{
	struct question connect = *question;
	int err;

	connect.operation = "connect";
	connect.access = NEST_SOCK_CONNECT;
	err = nest_end_from_inet(&connect.peer, sk, msg->msg_name,
				 msg->msg_namelen, true);
	if (err)
		return err;
	err = ask(&connect);
	if (err)
		return err;
	connect.operation = question->operation;
	connect.access = question->access;
	return ask(&connect);
}

static int ask_inet_send(struct question *question, const struct sock *sk,
			 const struct msghdr *msg)
{
	const struct sockaddr *name = msg->msg_name;
	bool named = name && msg->msg_namelen >= (int)sizeof(name->sa_family);

	nest_end_of_inet(&question->peer, sk, true);
	if (msg->msg_flags & MSG_FASTOPEN && named && !is_datagram(question))
		return ask_fast_open(question, sk, msg);
	/* Control messages may choose another address to send from. */
	if (msg->msg_controllen || (named && nest_call_sends_more()))
		question->own.kind = NEST_END_UNKNOWN;
	if (named && is_datagram(question)) {
		int err = find_inet_peer(&question->peer, sk, question->family,
					 msg);

		if (err)
			return err;
	}
	if (is_rerouted(msg) || (named && is_any(name, msg)) ||
	    (named && nest_call_sends_more()))
		question->peer.kind = NEST_END_UNKNOWN;
	return ask(question);
}

static noinline int check_send(struct sock *sk, const struct msghdr *msg,
			       bool quiet)
{
	struct question question;

	if (allowed_by_kind(sk))
		return 0;
	begin(&question, sk, "sendmsg", NEST_SOCK_SEND);
	question.quiet = quiet;
	if (class_of(question.family) == NEST_RULES_INET)
		return ask_inet_send(&question, sk, msg);
	if (question.family != AF_UNIX)
		return ask(&question);
	/* Of datagrams unix_may_send knows the receiver. */
	if (is_datagram(&question))
		question.whom = WITHOUT_ENDS;
	return ask_unix_peer(&question, sk);
}

int nest_hook_socket_sendmsg(struct socket *sock, struct msghdr *msg, int size)
{
	return nest_idle() || is_exempt(sock) ? 0 : check_send(sock->sk, msg, false);
}

/*
 * Whose datagram is next cannot be told, unless nobody but the peer can have
 * sent one: the socket had no address before it was connected.
 */
static bool knows_sender(const struct question *question, const struct sock *sk)
{
	if (!is_datagram(question))
		return true;
	if (question->family == AF_UNIX)
		return question->own.kind == NEST_END_NONE;
	return !(sk->sk_userlocks & SOCK_BINDPORT_LOCK);
}

static noinline int check_receive(struct sock *sk, bool quiet)
{
	struct question question;

	if (allowed_by_kind(sk))
		return 0;
	begin(&question, sk, "recvmsg", NEST_SOCK_RECEIVE);
	question.quiet = quiet;
	if (!class_of(question.family) || !knows_sender(&question, sk))
		return ask(&question);
	if (question.family == AF_UNIX)
		return ask_unix_peer(&question, sk);
	nest_end_of_inet(&question.peer, sk, true);
	return ask(&question);
}

int nest_hook_socket_recvmsg(struct socket *sock, struct msghdr *msg, int size,
			     int flags)
{
	if (nest_idle() || is_exempt(sock))
		return 0;
	return check_receive(sock->sk, false);
}

/**
 * nest_check_transfer() - may data be moved to or from a socket?
 * @sock: the socket
 * @mask: MAY_*
 *
 * splice() and sendfile() move it past the two hooks above. A write() comes by
 * here and there; only there its use is reported.
 *
 * Return: 0, or -EACCES.
 */
noinline int nest_check_transfer(const struct socket *sock, int mask)
{
	const struct msghdr none = { 0 };
	int err = 0;

	if (is_exempt(sock))
		return 0;
	if (mask & (MAY_WRITE | MAY_APPEND))
		err = check_send(sock->sk, &none, true);
	if (!err && mask & MAY_READ)
		err = check_receive(sock->sk, true);
	return err;
}

int nest_hook_socket_getsockname(struct socket *sock)
{
	return nest_idle() ? 0 :
	       check_own(sock, "getsockname", NEST_SOCK_GETATTR);
}

int nest_hook_socket_getpeername(struct socket *sock)
{
	return nest_idle() ? 0 :
	       check_own(sock, "getpeername", NEST_SOCK_GETATTR);
}

static noinline int check_getopt(const struct socket *sock, int level,
				 int option)
{
	int err = check_own(sock, "getsockopt", NEST_SOCK_GETOPT);

	/* This moves data past recvmsg. */
	if (!err && level == SOL_TCP && option == TCP_ZEROCOPY_RECEIVE &&
	    !is_exempt(sock))
		err = check_receive(sock->sk, false);
	return err;
}

int nest_hook_socket_getsockopt(struct socket *sock, int level, int optname)
{
	return nest_idle() ? 0 : check_getopt(sock, level, optname);
}

/* What may make packets go by the way of another host, as control messages may. */
static bool reroutes(int level, int option)
{
	if (level == SOL_IP)
		return option == IP_OPTIONS;
	return level == SOL_IPV6 &&
	       (option == IPV6_RTHDR || option == IPV6_2292PKTOPTIONS ||
		option == IPV6_FLOWLABEL_MGR);
}

/* Whoever sends to anywhere may choose the way. */
static int ask_reroute(const struct sock *sk)
{
	struct question question;

	begin(&question, sk, "setsockopt", NEST_SOCK_SEND);
	question.whom = WITH_ENDS;
	question.quiet = true;
	question.own.kind = NEST_END_UNKNOWN;
	return ask(&question);
}

static noinline int check_setopt(const struct socket *sock, int level,
				 int option)
{
	int err = check_own(sock, "setsockopt", NEST_SOCK_SETOPT);

	if (!err && reroutes(level, option) && !is_exempt(sock) &&
	    class_of(sock->sk->sk_family) == NEST_RULES_INET)
		err = ask_reroute(sock->sk);
	return err;
}

int nest_hook_socket_setsockopt(struct socket *sock, int level, int optname)
{
	return nest_idle() ? 0 : check_setopt(sock, level, optname);
}

int nest_hook_socket_shutdown(struct socket *sock, int how)
{
	return nest_idle() ? 0 :
	       check_own(sock, "shutdown", NEST_SOCK_SHUTDOWN);
}
