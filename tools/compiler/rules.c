// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules of all classes but files. */
#include <sys/socket.h>

#include "classrule.h"
#include "names.h"
#include "peer.h"
#include "unmediated.h"

#define ALL_TYPES	0xfffeU		/* there is no type 0 */

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
	if (rule->mods & NEST_MOD_DENY) {
		rules->cap_deny |= caps;
		if (rule->mods & NEST_MOD_AUDIT)
			rules->cap_audit_deny |= caps;
	} else {
		rules->cap_allow |= caps;
		if (rule->mods & NEST_MOD_AUDIT)
			rules->cap_audit_allow |= caps;
	}
	return 0;
}

static void add_family(struct nest_domain_rules *rules,
		       const struct nest_rule *rule, u32 family, u16 types)
{
	rules->has_net = true;
	if (rule->mods & NEST_MOD_DENY) {
		rules->net_deny[family] |= types;
		if (rule->mods & NEST_MOD_AUDIT)
			rules->net_audit_deny[family] |= types;
	} else {
		rules->net_allow[family] |= types;
		if (rule->mods & NEST_MOD_AUDIT)
			rules->net_audit_allow[family] |= types;
	}
}

/* What a network rule says, as far as it is about families and types. */
struct network {
	u32 family;		/* NEST_NO_NUMBER: any */
	u16 types;
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
	if (network->types != ALL_TYPES && network->types != type)
		network->narrower = true;
	else
		network->types = type;
	network->internet = true;
	return true;
}

static int take_network_word(struct nest_domain_rules *rules,
			     struct network *network,
			     const struct nest_word *word)
{
	u32 number = nest_family_number(word->s);

	if (number != NEST_NO_NUMBER && network->family == NEST_NO_NUMBER &&
	    network->types == ALL_TYPES) {
		network->family = number;
		return 0;
	}
	number = nest_type_number(word->s);
	if (number != NEST_NO_NUMBER && network->types == ALL_TYPES) {
		network->types = (u16)(1U << number);
		return 0;
	}
	if (take_protocol(network, word->s))
		return 0;
	if (nest_unmediated_word(NEST_RULE_NETWORK, word->s)) {
		network->narrower = true;
		return 0;
	}
	return nest_report(rules->compiler, NEST_DIAG_SYNTAX, word->place,
			   "'%s' does not fit here; a network rule is: network [family] [type] [protocol],",
			   word->s);
}

static int add_network(struct nest_domain_rules *rules,
		       const struct nest_rule *rule,
		       const struct network *network)
{
	u32 family;

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
		add_family(rules, rule, family, network->types);
	}
	return 0;
}

static int take_network(struct nest_domain_rules *rules,
			const struct nest_rule *rule)
{
	struct network network = {
		.family = NEST_NO_NUMBER,
		.types = ALL_TYPES,
	};
	const struct nest_arg *arg;
	int err;

	for (arg = rule->args; arg; arg = arg->next) {
		if (arg->kind == NEST_ARG_WORD) {
			err = take_network_word(rules, &network, &arg->word);
			if (err)
				return err;
		} else {
			network.narrower = true;
		}
	}
	if (!network.narrower)
		return add_network(rules, rule, &network);
	/* Addresses, ports and permissions of sockets. */
	return nest_unmediated_take(rules, rule);
}

static bool list_has(const struct nest_arg *list, const char *word)
{
	for (; list; list = list->next)
		if (list->kind == NEST_ARG_WORD && !strcmp(list->word.s, word))
			return true;
	return false;
}

/* Look at the arguments of a unix rule for what Nest can enforce of it. */
static void examine_unix(const struct nest_arg *args, u16 *types,
			 bool *create, bool *narrower)
{
	bool permissions = false;
	const struct nest_arg *arg, *value;

	*create = false;
	for (arg = args; arg; arg = arg->next) {
		if (arg->kind == NEST_ARG_LIST ||
		    arg->kind == NEST_ARG_WORD) {
			permissions = true;
			*create |= arg->kind == NEST_ARG_LIST ?
				   list_has(arg->values, "create") :
				   !strcmp(arg->word.s, "create");
		} else if (!strcmp(arg->word.s, "type")) {
			*types = 0;
			for (value = arg->values; value; value = value->next) {
				u32 number = nest_type_number(value->word.s);

				if (number != NEST_NO_NUMBER)
					*types |= (u16)(1U << number);
			}
		} else {
			*narrower = true;
		}
	}
	if (!permissions)
		*create = true;
	/* A deny of some permissions is more than Nest can tell apart. */
	if (permissions)
		*narrower |= !*create;
}

/*
 * Of the permissions of a unix rule Nest mediates one, create: that is what a
 * rule network unix says. Rules for certain addresses or peers do not give it,
 * since no socket has an address yet when it is created.
 */
static int take_unix(struct nest_domain_rules *rules,
		     const struct nest_rule *rule)
{
	u16 types = ALL_TYPES;
	bool create, narrower = false;
	int err;

	err = nest_unmediated_check(rules, rule);
	if (err)
		return err;
	examine_unix(rule->args, &types, &create, &narrower);
	if (rule->mods & NEST_MOD_DENY && rule->args)
		return nest_unmediated_take(rules, rule);
	if (!create || narrower)
		return nest_unmediated_take(rules, rule);
	add_family(rules, rule, AF_UNIX, types);
	return 0;
}

static int take_mount(struct nest_domain_rules *rules,
		      const struct nest_rule *rule)
{
	if (rule->args)
		return nest_unmediated_take(rules, rule);
	if (rule->mods & NEST_MOD_AUDIT && !(rule->mods & NEST_MOD_DENY))
		return nest_report(rules->compiler, NEST_DIAG_UNSUPPORTED,
				   rule->place,
				   "Nest does not report mounts that it permits; remove audit");
	if (rule->mods & NEST_MOD_DENY)
		rules->gates_deny |= NEST_GATE_MOUNT;
	else
		rules->gates_allow |= NEST_GATE_MOUNT;
	return 0;
}

static int take_all(struct nest_domain_rules *rules,
		    const struct nest_rule *rule)
{
	struct network network = {
		.family = NEST_NO_NUMBER,
		.types = ALL_TYPES,
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
		err = take_mount(rules, rule);
	if (!err)
		err = nest_peer_rule_take(rules, rule);
	if (!err)
		err = nest_change_rule_take(rules, rule);
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
		return take_mount(rules, rule);
	case NEST_RULE_SIGNAL:
	case NEST_RULE_PTRACE:
		return nest_peer_rule_take(rules, rule);
	case NEST_RULE_LINK:
		return nest_link_rule_take(rules, rule);
	case NEST_RULE_CHANGE_PROFILE:
		return nest_change_rule_take(rules, rule);
	case NEST_RULE_ALL:
		return take_all(rules, rule);
	default:
		return nest_unmediated_take(rules, rule);
	}
}

/* What the flags of the profile stand for. */
static int take_flags(struct nest_domain_rules *rules)
{
	const struct nest_rule all = {
		.class = NEST_RULE_ALL,
		.place = rules->profile->place,
		.implied = true,
	};

	if (!rules->profile->default_allow && !rules->profile->unconfined)
		return 0;
	return take_all(rules, &all);
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
	return result ? result : nest_unmediated_summary(rules);
}
