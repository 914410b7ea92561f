/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules for sockets and their ends. */
#ifndef NEST_SOCKRULE_H
#define NEST_SOCKRULE_H

#include "classrule.h"

/**
 * struct nest_sock_end - conditions of one end; NULL stands for any
 * @address: "ip" or "addr"
 * @port: "port"
 * @label: "label", of a peer
 */
struct nest_sock_end {
	const struct nest_word *address;
	const struct nest_word *port;
	const struct nest_word *label;
};

/**
 * struct nest_sock_rule - a rule for sockets, taken apart
 * @rule: the rule
 * @access: NEST_SOCK_*; 0 if none is given
 * @families: a bit for each address family
 * @types: a bit for each type
 * @has_peer: there are conditions of the peer
 * @own: conditions of the own end
 * @peer: those of the peer
 */
struct nest_sock_rule {
	const struct nest_rule *rule;
	u32 access;
	u64 families;
	u16 types;
	bool has_peer;
	struct nest_sock_end own;
	struct nest_sock_end peer;
};

typedef void nest_sock_fn(void *context, struct nest_fields *fields, u32 bits);

u32 nest_sock_access(const char *word);
int nest_sock_arg(struct nest_domain_rules *rules, bool inet,
		  struct nest_sock_rule *sock, const struct nest_arg *arg);
int nest_sock_complete(struct nest_domain_rules *rules,
		       struct nest_sock_rule *sock);
void nest_sock_types(struct nest_fields *fields, u16 types);
int nest_sock_add(struct nest_domain_rules *rules, enum nest_policy_class class,
		  const struct nest_sock_rule *sock, nest_sock_fn *begin,
		  nest_sock_fn *own, nest_sock_fn *peer, void *context);

/* unixrule.c, inetrule.c */
int nest_unix_rule_add(struct nest_domain_rules *rules,
		       struct nest_sock_rule *sock);
int nest_inet_rule_add(struct nest_domain_rules *rules,
		       struct nest_sock_rule *sock);

#endif
