// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules of all classes but files. */
#include <sys/socket.h>

#include "classrule.h"
#include "names.h"
#include "peer.h"
#include "sockrule.h"
#include "unmediated.h"

#define ALL_TYPES	0xfffeU		/* there is no type 0 */

/* Classes that abi 4.0 has mediated where there is no rule. */
#define ABI_4_CLASSES	(1U << NEST_RULES_UNIX | 1U << NEST_RULES_USERNS | \
			 1U << NEST_RULES_IO_URING | 1U << NEST_RULES_MQUEUE)

static int syntax(struct nest_domain_rules *rules, struct nest_place place,
		  const char *message)
{
	return nest_report(rules->compiler, NEST_DIAG_SYNTAX, place, "%s",
			   message);
}

/**
 * nest_rule_refuse_mods() - refuse words before a rule that make no sense
 * @rules: the rules of the profile
 * @rule: the rule
 * @mods: NEST_MOD_* that it may not have
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_rule_refuse_mods(struct nest_domain_rules *rules,
			  const struct nest_rule *rule, u32 mods)
{
	if (rule->mods & NEST_MOD_ALLOW && rule->mods & NEST_MOD_DENY)
		return syntax(rules, rule->place,
			      "a rule cannot both allow and deny");
	if (rule->mods & NEST_MOD_OWNER && rule->mods & NEST_MOD_OTHER)
		return syntax(rules, rule->place,
			      "owner and other exclude each other");
	if (rule->mods & mods)
		return syntax(rules, rule->place,
			      "owner and other go with file rules only");
	return 0;
}

static int take_capability(struct nest_domain_rules *rules,
			   const struct nest_rule *rule)
{
	const struct nest_arg *arg;
	u64 caps = rule->args ? 0 : nest_all_capabilities();

	for (arg = rule->args; arg; arg = arg->next) {
		u32 number = nest_capability_number(arg->word.s);

		if (arg->kind != NEST_ARG_WORD || number == NEST_NO_NUMBER)
			return nest_report(rules->compiler, NEST_DIAG_SYNTAX,
					   arg->word.place,
					   "'%s' is no capability; see capabilities(7) and write its name in lower case without CAP_",
					   arg->word.s);
		caps |= 1ULL << number;
	}
	nest_say_take(&rules->caps, rules->cap_priority, rule, caps, 0);
	return 0;
}

static void add_family(struct nest_domain_rules *rules,
		       const struct nest_rule *rule, u32 family, u16 types)
{
	rules->has_net = true;
	nest_say_take(&rules->nets[family], rules->net_priority[family], rule,
		      types, 0);
}

/* What a network rule says. */
struct network {
	struct nest_sock_rule sock;
	u32 family;		/* NEST_NO_NUMBER: any */
	bool internet;		/* a protocol of inet and inet6 was named */
	bool narrower;		/* it says more than Nest can enforce */
};

static bool take_protocol(struct network *network, const char *name)
{
	u16 type;

	if (!strcmp(name, "tcp"))
		type = 1U << SOCK_STREAM;
	else if (!strcmp(name, "udp"))
		type = 1U << SOCK_DGRAM;
	else if (!strcmp(name, "icmp"))
		type = 1U << SOCK_RAW;
	else
		return false;
	/* "raw tcp" is less than raw, "stream tcp" is all of stream. */
	if (network->sock.types != ALL_TYPES && network->sock.types != type)
		network->narrower = true;
	else
		network->sock.types = type;
	network->internet = true;
	return true;
}

static bool take_kind(struct network *network, const char *name)
{
	u32 number = nest_family_number(name);

	if (number != NEST_NO_NUMBER && network->family == NEST_NO_NUMBER &&
	    network->sock.types == ALL_TYPES) {
		network->family = number;
		return true;
	}
	number = nest_type_number(name);
	if (number != NEST_NO_NUMBER && network->sock.types == ALL_TYPES) {
		network->sock.types = (u16)(1U << number);
		return true;
	}
	return take_protocol(network, name);
}

static int take_network_arg(struct nest_domain_rules *rules,
			    struct network *network, const struct nest_arg *arg)
{
	if (arg->kind != NEST_ARG_WORD)
		return nest_sock_arg(rules, true, &network->sock, arg);
	if (take_kind(network, arg->word.s))
		return 0;
	if (nest_sock_access(arg->word.s))
		return nest_sock_arg(rules, true, &network->sock, arg);
	return nest_report(rules->compiler, NEST_DIAG_SYNTAX, arg->word.place,
			   "'%s' does not fit here; a network rule is: network [access] [family] [type] [protocol] [ip=] [port=] [peer=],",
			   arg->word.s);
}

static bool has_conditions(const struct nest_sock_rule *sock)
{
	return sock->access || sock->has_peer || sock->own.address ||
	       sock->own.port;
}

/* Whether the profile decides on the ends of sockets of this family. */
static bool has_ends(const struct nest_domain_rules *rules, u32 family)
{
	if (family == AF_UNIX)
		return rules->profile->unit->abi_4;
	return rules->has_ends && (family == AF_INET || family == AF_INET6);
}

/* A rule without conditions is one for both ends where these matter. */
static int add_ends(struct nest_domain_rules *rules,
		    const struct network *network)
{
	struct nest_sock_rule sock = network->sock, inet = network->sock;
	int err = 0;

	inet.families &= 1ULL << AF_INET | 1ULL << AF_INET6;
	if (inet.families && has_ends(rules, AF_INET))
		err = nest_inet_rule_add(rules, &inet);
	if (!err && sock.families & 1ULL << AF_UNIX &&
	    has_ends(rules, AF_UNIX))
		err = nest_unix_rule_add(rules, &sock);
	return err;
}

/* Families without ends that matter know just whether a socket may be used. */
static int add_conditions(struct nest_domain_rules *rules,
			  struct network *network)
{
	const struct nest_rule *rule = network->sock.rule;
	const u64 internet = 1ULL << AF_INET | 1ULL << AF_INET6;
	bool inet = network->sock.own.address || network->sock.own.port ||
		    network->sock.has_peer;
	u64 others;

	if (inet)
		network->sock.families &= internet;
	others = network->sock.families & ~internet;
	if (has_ends(rules, AF_UNIX))
		others &= ~(1ULL << AF_UNIX);
	if ((others || !network->sock.families) && rule->mods & NEST_MOD_DENY)
		return nest_report(rules->compiler,
				   NEST_DIAG_DENY_NOT_ENFORCED, rule->place,
				   "Nest does not mediate sockets by such conditions but of the families inet and inet6, and unix after abi <abi/4.0>; name one of these");
	if (others)
		rules->skipped[NEST_RULE_NETWORK]++;
	return add_ends(rules, network);
}

static int add_network(struct nest_domain_rules *rules,
		       const struct nest_rule *rule, struct network *network)
{
	u32 family;

	network->sock.rule = rule;
	if (network->internet && network->family != NEST_NO_NUMBER &&
	    network->family != AF_INET && network->family != AF_INET6)
		return syntax(rules, rule->place,
			      "tcp, udp and icmp are protocols of inet and inet6");
	for (family = 0; family < NEST_FAMILIES; family++) {
		if (network->family != NEST_NO_NUMBER &&
		    network->family != family)
			continue;
		if (network->internet && family != AF_INET && family != AF_INET6)
			continue;
		network->sock.families |= 1ULL << family;
	}
	if (has_conditions(&network->sock))
		return add_conditions(rules, network);
	for (family = 0; family < NEST_FAMILIES; family++)
		if (network->sock.families & 1ULL << family)
			add_family(rules, rule, family, network->sock.types);
	return add_ends(rules, network);
}

static int take_network(struct nest_domain_rules *rules,
			const struct nest_rule *rule)
{
	struct network network = {
		.sock = { .types = ALL_TYPES },
		.family = NEST_NO_NUMBER,
	};
	const struct nest_arg *arg;
	int err;

	for (arg = rule->args; arg; arg = arg->next) {
		err = take_network_arg(rules, &network, arg);
		if (err)
			return err;
	}
	if (!network.narrower)
		return add_network(rules, rule, &network);
	return nest_unmediated_take(rules, rule);
}

/* Whether a network rule says more than families and types. */
static bool names_ends(const struct nest_rule *rule)
{
	const struct nest_arg *arg;

	for (arg = rule->args; arg; arg = arg->next)
		if (arg->kind != NEST_ARG_WORD || nest_sock_access(arg->word.s))
			return true;
	return false;
}

static bool has_ends_rule(const struct nest_rule *rule)
{
	for (; rule; rule = rule->next)
		if (rule->class == NEST_RULE_NETWORK && names_ends(rule))
			return true;
	return false;
}

/*
 * Without abi/4.0 unix sockets are mediated as AppArmor does on kernels without
 * more: by type. A rule that allows to make one, with any address and peer,
 * says what network unix says.
 */
static int take_unix_kind(struct nest_domain_rules *rules,
			  const struct nest_sock_rule *sock)
{
	bool ends = sock->own.address || sock->has_peer;
	u32 access = sock->access ? sock->access : NEST_SOCK_PERMS;
	const struct nest_rule *rule = sock->rule;

	if (ends || !(access & NEST_SOCK_CREATE) ||
	    (rule->mods & NEST_MOD_DENY && rule->args))
		return nest_unmediated_take(rules, rule);
	add_family(rules, rule, AF_UNIX, sock->types);
	return 0;
}

static int take_unix(struct nest_domain_rules *rules,
		     const struct nest_rule *rule)
{
	struct nest_sock_rule sock = {
		.rule = rule,
		.types = ALL_TYPES,
	};
	const struct nest_arg *arg;
	int err;

	if (!has_ends(rules, AF_UNIX)) {
		err = nest_unmediated_check(rules, rule);
		if (err)
			return err;
	}
	for (arg = rule->args; arg; arg = arg->next) {
		err = nest_sock_arg(rules, false, &sock, arg);
		if (err)
			return err;
	}
	if (has_ends(rules, AF_UNIX))
		return nest_unix_rule_add(rules, &sock);
	return take_unix_kind(rules, &sock);
}

static int take_all(struct nest_domain_rules *rules,
		    const struct nest_rule *rule)
{
	struct network network = {
		.sock = { .types = ALL_TYPES },
		.family = NEST_NO_NUMBER,
	};
	int err;

	if (rule->args)
		return syntax(rules, rule->args->word.place,
			      "all stands alone: all,");
	err = nest_file_rule_all(rules, rule);
	if (!err)
		err = take_capability(rules, rule);
	if (!err)
		err = add_network(rules, rule, &network);
	if (!err)
		err = nest_mount_rule_all(rules, rule);
	if (!err)
		err = nest_peer_rule_take(rules, rule);
	if (!err)
		err = nest_change_rule_take(rules, rule);
	if (!err)
		err = nest_gate_rule_all(rules, rule);
	if (!err)
		err = nest_mqueue_rule_take(rules, rule);
	return err;
}

static int take_rule(struct nest_domain_rules *rules,
		     const struct nest_rule *rule)
{
	bool file = rule->class == NEST_RULE_PATH ||
		    rule->class == NEST_RULE_FILE ||
		    rule->class == NEST_RULE_LINK;
	int err;

	err = nest_rule_refuse_mods(rules, rule, file ? 0 : NEST_MOD_OWNER |
						     NEST_MOD_OTHER);
	if (err)
		return err;
	switch (rule->class) {
	case NEST_RULE_PATH:
	case NEST_RULE_FILE:
		return nest_file_rule_take(rules, rule);
	case NEST_RULE_CAPABILITY:
		return take_capability(rules, rule);
	case NEST_RULE_NETWORK:
		return take_network(rules, rule);
	case NEST_RULE_UNIX:
		return take_unix(rules, rule);
	case NEST_RULE_MOUNT:
	case NEST_RULE_REMOUNT:
	case NEST_RULE_UMOUNT:
	case NEST_RULE_PIVOT_ROOT:
		return nest_mount_rule_take(rules, rule);
	case NEST_RULE_SIGNAL:
	case NEST_RULE_PTRACE:
		return nest_peer_rule_take(rules, rule);
	case NEST_RULE_LINK:
		return nest_link_rule_take(rules, rule);
	case NEST_RULE_CHANGE_PROFILE:
		return nest_change_rule_take(rules, rule);
	case NEST_RULE_MQUEUE:
		return nest_mqueue_rule_take(rules, rule);
	case NEST_RULE_SET:
		return nest_limit_rule_take(rules, rule);
	case NEST_RULE_USERNS:
	case NEST_RULE_IO_URING:
		return nest_gate_rule_take(rules, rule);
	case NEST_RULE_ALL:
		return take_all(rules, rule);
	default:
		return nest_unmediated_take(rules, rule);
	}
}

static bool has_priorities(const struct nest_rule *rule)
{
	for (; rule; rule = rule->next)
		if (rule->mods & NEST_MOD_PRIORITY)
			return true;
	return false;
}

/* What the flags of the profile stand for. */
static int take_flags(struct nest_domain_rules *rules)
{
	const struct nest_rule all = {
		.class = NEST_RULE_ALL,
		.priority = has_priorities(rules->profile->rules) ?
			    NEST_PRIORITY_IMPLIED : 0,
		.place = rules->profile->place,
		.implied = true,
	};

	if (!rules->profile->default_allow && !rules->profile->unconfined)
		return 0;
	return take_all(rules, &all);
}

/* A link asks twice, and the answers have no priorities any more. */
static int check_links(struct nest_domain_rules *rules)
{
	if (!rules->link_pair || !rules->link_rule)
		return 0;
	return nest_report(rules->compiler, NEST_DIAG_UNSUPPORTED,
			   rules->link_rule->place,
			   "a rule with a priority cannot be about links in a profile with rules for pairs of names (link /a -> /b): leave out l");
}

/**
 * nest_rules_take() - take all the rules of a profile
 * @rules: where they go; compiler, image and profile are set, the rest zeroed
 *
 * Goes on after an error, to find more of them.
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_rules_take(struct nest_domain_rules *rules)
{
	const struct nest_rule *rule;
	int err, result;

	rules->has_ends = has_ends_rule(rules->profile->rules);
	if (rules->profile->unit->abi_4)
		rules->mediates |= ABI_4_CLASSES;
	result = take_flags(rules);
	if (rules->profile->unconfined)
		return result;
	for (rule = rules->profile->rules; rule; rule = rule->next) {
		err = take_rule(rules, rule);
		if (err == -ENOMEM ||
		    rules->compiler->errors >= NEST_ERRORS_MAX)
			return err ? err : result;
		if (err)
			result = err;
	}
	if (!result)
		result = check_links(rules);
	return result ? result : nest_unmediated_summary(rules);
}
