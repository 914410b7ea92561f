// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rules for sockets with access, addresses and peers, taken apart:
 *
 *	unix [ACCESS] [type=T] [addr=A] [peer=([addr=A] [label=PATTERN])],
 *	network [ACCESS] [FAMILY] [TYPE] [ip=I] [port=P]
 *		[peer=([ip=I] [port=P])],
 */
#include <sys/socket.h>

#include "names.h"
#include "sockrule.h"

struct access {
	const char *name;
	u32 bits;
};

static const struct access accesses[] = {
	{ "create", NEST_SOCK_CREATE }, { "bind", NEST_SOCK_BIND },
	{ "listen", NEST_SOCK_LISTEN }, { "accept", NEST_SOCK_ACCEPT },
	{ "connect", NEST_SOCK_CONNECT }, { "shutdown", NEST_SOCK_SHUTDOWN },
	{ "getattr", NEST_SOCK_GETATTR }, { "setattr", NEST_SOCK_SETATTR },
	{ "getopt", NEST_SOCK_GETOPT }, { "setopt", NEST_SOCK_SETOPT },
	{ "send", NEST_SOCK_SEND }, { "write", NEST_SOCK_SEND },
	{ "w", NEST_SOCK_SEND },
	{ "receive", NEST_SOCK_RECEIVE }, { "read", NEST_SOCK_RECEIVE },
	{ "r", NEST_SOCK_RECEIVE },
	{ "rw", NEST_SOCK_SEND | NEST_SOCK_RECEIVE },
	{ "wr", NEST_SOCK_SEND | NEST_SOCK_RECEIVE },
};

/**
 * nest_sock_access() - the access that a word names
 * @word: the word
 *
 * Return: NEST_SOCK_*, or 0.
 */
u32 nest_sock_access(const char *word)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(accesses); i++)
		if (!strcmp(accesses[i].name, word))
			return accesses[i].bits;
	return 0;
}

static int syntax(struct nest_domain_rules *rules,
		  const struct nest_word *word, const char *message)
{
	return nest_report(rules->compiler, NEST_DIAG_SYNTAX, word->place,
			   "'%s': %s", word->s, message);
}

static int take_access(struct nest_domain_rules *rules,
		       struct nest_sock_rule *sock,
		       const struct nest_word *word)
{
	u32 bits = nest_sock_access(word->s);

	if (!bits)
		return syntax(rules, word,
			      "this is no access to a socket; see create, bind, listen, accept, connect, shutdown, getattr, setattr, getopt, setopt, send, receive");
	sock->access |= bits;
	return 0;
}

static int take_list(struct nest_domain_rules *rules,
		     struct nest_sock_rule *sock, const struct nest_arg *list)
{
	int err = 0;

	for (; !err && list; list = list->next) {
		if (list->kind != NEST_ARG_WORD)
			return syntax(rules, &list->word, "an access has no value");
		err = take_access(rules, sock, &list->word);
	}
	return err;
}

static int take_one(struct nest_domain_rules *rules, const struct nest_arg *arg,
		    const struct nest_word **where)
{
	const struct nest_arg *value = arg->values;

	if (*where || !value || value->next || value->kind != NEST_ARG_WORD)
		return syntax(rules, &arg->word,
			      "a rule has it once, with one value");
	*where = &value->word;
	return 0;
}

/* A condition of one end. */
static int take_end_cond(struct nest_domain_rules *rules, bool inet, bool peer,
			 struct nest_sock_end *end, const struct nest_arg *arg)
{
	const char *name = arg->word.s;

	if (!strcmp(name, inet ? "ip" : "addr"))
		return take_one(rules, arg, &end->address);
	if (inet && !strcmp(name, "port"))
		return take_one(rules, arg, &end->port);
	if (!inet && peer && !strcmp(name, "label"))
		return take_one(rules, arg, &end->label);
	return nest_report(rules->compiler, NEST_DIAG_UNSUPPORTED,
			   arg->word.place,
			   "'%s=' is no condition that Nest knows %s", name,
			   peer ? "of a peer" : "here");
}

static int take_peer(struct nest_domain_rules *rules, bool inet,
		     struct nest_sock_rule *sock, const struct nest_arg *arg)
{
	const struct nest_arg *cond = arg->values;
	int err = 0;

	if (sock->has_peer || !cond)
		return syntax(rules, &arg->word,
			      "a rule has one peer, in parentheses");
	sock->has_peer = true;
	for (; !err && cond; cond = cond->next) {
		if (cond->kind != NEST_ARG_COND)
			return syntax(rules, &cond->word,
				      "conditions of a peer are NAME=VALUE");
		err = take_end_cond(rules, inet, true, &sock->peer, cond);
	}
	return err;
}

static int take_types(struct nest_domain_rules *rules,
		      struct nest_sock_rule *sock, const struct nest_arg *arg)
{
	const struct nest_arg *value;
	u32 number;

	sock->types = 0;
	for (value = arg->values; value; value = value->next) {
		number = nest_type_number(value->word.s);
		if (value->kind != NEST_ARG_WORD || number == NEST_NO_NUMBER)
			return syntax(rules, &value->word,
				      "this is no type of a socket");
		sock->types |= (u16)(1U << number);
	}
	return sock->types ? 0 : syntax(rules, &arg->word, "a type is missing");
}

/**
 * nest_sock_arg() - take an argument that is neither a family nor a type
 * @rules: the rules of the profile
 * @inet: of a network rule, else of a unix rule
 * @sock: where it goes
 * @arg: the argument
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_sock_arg(struct nest_domain_rules *rules, bool inet,
		  struct nest_sock_rule *sock, const struct nest_arg *arg)
{
	switch (arg->kind) {
	case NEST_ARG_WORD:
		return take_access(rules, sock, &arg->word);
	case NEST_ARG_LIST:
		return take_list(rules, sock, arg->values);
	case NEST_ARG_COND:
		if (!strcmp(arg->word.s, "peer"))
			return take_peer(rules, inet, sock, arg);
		if (!inet && !strcmp(arg->word.s, "type"))
			return take_types(rules, sock, arg);
		return take_end_cond(rules, inet, false, &sock->own, arg);
	default:
		return syntax(rules, &arg->word, "this does not fit here");
	}
}

static bool has_own(const struct nest_sock_rule *sock)
{
	return sock->own.address || sock->own.port;
}

/**
 * nest_sock_complete() - work out what access a rule is about
 * @rules: the rules of the profile
 * @sock: the rule; its access is put in order
 *
 * Who makes a socket has no address yet. So a rule for an address allows to
 * make one, and a rule that denies an address does not deny that.
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_sock_complete(struct nest_domain_rules *rules,
		       struct nest_sock_rule *sock)
{
	bool deny = sock->rule->mods & NEST_MOD_DENY;
	u32 peer = NEST_SOCK_PEER | (deny ? 0 : NEST_SOCK_ACCEPT);
	u32 given = sock->access;

	if (!given)
		sock->access = sock->has_peer ? peer : NEST_SOCK_PERMS;
	if (deny && has_own(sock))
		sock->access &= ~NEST_SOCK_CREATE;
	if (!sock->has_peer || !(sock->access & ~peer))
		return 0;
	return nest_report(rules->compiler, NEST_DIAG_SYNTAX,
			   sock->rule->place,
			   "a rule with peer= is about connect, send and receive%s; put the other access in a rule of its own",
			   deny ? "" : ", and accept");
}

static void add_set(struct nest_fields *fields, u32 mask)
{
	char s[5];
	u32 i;

	nest_fields_pattern(fields, "[", 1);
	for (i = 0; i < 32; i++)
		if (mask & 1U << i) {
			snprintf(s, sizeof(s), "\\x%02x", i);
			nest_fields_pattern(fields, s, 4);
		}
	nest_fields_pattern(fields, "]", 1);
}

/**
 * nest_sock_types() - add the type of a socket to a pattern
 * @fields: the pattern
 * @types: a bit for each
 */
void nest_sock_types(struct nest_fields *fields, u16 types)
{
	add_set(fields, types);
}

/**
 * nest_sock_add() - add a rule for each of the questions that it answers
 * @rules: the rules of the profile
 * @class: NEST_RULES_UNIX or NEST_RULES_INET
 * @sock: the rule, complete
 * @begin: puts what is before the ends into a pattern
 * @own: puts the own end there
 * @peer: puts the peer there, with what @access needs
 * @context: for these three
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_sock_add(struct nest_domain_rules *rules, enum nest_policy_class class,
		  const struct nest_sock_rule *sock, nest_sock_fn *begin,
		  nest_sock_fn *own, nest_sock_fn *peer, void *context)
{
	const u32 one_end = NEST_SOCK_PERMS & ~NEST_SOCK_CREATE &
			    ~NEST_SOCK_PEER;
	static const u32 parts[] = { NEST_SOCK_CREATE, 0, NEST_SOCK_CONNECT,
				     NEST_SOCK_SEND, NEST_SOCK_RECEIVE };
	struct nest_fields fields;
	u32 i, bits;
	int err = 0;

	for (i = 0; !err && i < ARRAY_SIZE(parts); i++) {
		bits = sock->access & (parts[i] ? parts[i] : one_end);
		if (!bits)
			continue;
		nest_fields_begin(&fields, class);
		begin(context, &fields, bits);
		if (parts[i] != NEST_SOCK_CREATE)
			own(context, &fields, bits);
		if (bits & NEST_SOCK_PEER)
			peer(context, &fields, bits);
		err = nest_class_rule_add(rules, class, &fields, sock->rule,
					  bits);
	}
	rules->mediates |= 1U << class;
	return err;
}
