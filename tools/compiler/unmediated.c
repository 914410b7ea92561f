// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rules that Nest parses but cannot enforce. To leave out one that allows
 * something can only narrow what the profile permits as far as Nest mediates
 * it, so that is a warning. To leave out one that denies or limits would
 * permit, so that is an error. dbus is the exception: its rules are for the
 * message bus, which asks AppArmor about them, and no kernel mediates them.
 */
#include <stdio.h>

#include "classrule.h"
#include "unmediated.h"

#define WORDS_MAX	24

/* What the rules of a class may consist of. */
struct shape {
	const char *words[WORDS_MAX];	/* permissions */
	const char *conditions[WORDS_MAX];
};

#define SOCKET_WORDS \
	"create", "bind", "listen", "accept", "connect", "shutdown", \
	"getattr", "setattr", "getopt", "setopt", "send", "receive", \
	"r", "w", "rw", "read", "write"

static const struct shape shapes[NEST_RULE_CLASSES] = {
	[NEST_RULE_NETWORK] = {
		.words = { SOCKET_WORDS },
		.conditions = { "ip", "port", "peer", "interface", "label" },
	},
	[NEST_RULE_UNIX] = {
		.words = { SOCKET_WORDS },
		.conditions = { "type", "protocol", "addr", "label", "attr",
				"opt", "peer" },
	},
	[NEST_RULE_DBUS] = {
		.words = { "send", "receive", "bind", "eavesdrop", "r", "w",
			   "rw", "read", "write" },
		.conditions = { "bus", "name", "path", "interface", "member",
				"peer" },
	},
};

static bool in_list(const char *const *list, const char *word)
{
	size_t i;

	for (i = 0; i < WORDS_MAX && list[i]; i++)
		if (!strcmp(list[i], word))
			return true;
	return false;
}

static int check_word(struct nest_domain_rules *rules,
		      const struct nest_rule *rule, const struct nest_arg *arg)
{
	const struct shape *shape = &shapes[rule->class];

	if (in_list(shape->words, arg->word.s))
		return 0;
	/* "options in (...)" */
	if (in_list(shape->conditions, arg->word.s) && arg->next &&
	    !strcmp(arg->next->word.s, "in"))
		return 0;
	if (!strcmp(arg->word.s, "in"))
		return 0;
	return nest_rule_bad_word(rules, rule, arg);
}

/* Families and types of a network rule were looked at before. */
static bool known_word(const struct nest_rule *rule)
{
	return rule->class == NEST_RULE_NETWORK;
}

/**
 * nest_unmediated_check() - check the arguments of a rule
 * @rules: the rules of the profile
 * @rule: the rule
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_unmediated_check(struct nest_domain_rules *rules,
			  const struct nest_rule *rule)
{
	const struct shape *shape = &shapes[rule->class];
	const struct nest_arg *arg, *value;
	int err = 0;

	for (arg = rule->args; !err && arg; arg = arg->next) {
		if (arg->kind == NEST_ARG_COND &&
		    !in_list(shape->conditions, arg->word.s))
			err = nest_rule_bad_word(rules, rule, arg);
		else if (arg->kind == NEST_ARG_WORD && !known_word(rule))
			err = check_word(rules, rule, arg);
		else if (arg->kind == NEST_ARG_ARROW)
			err = nest_rule_bad_word(rules, rule, arg);
		value = arg->kind == NEST_ARG_LIST ? arg->values : NULL;
		for (; !err && value; value = value->next)
			if (!in_list(shape->words, value->word.s))
				err = nest_rule_bad_word(rules, rule, value);
	}
	return err;
}

/**
 * nest_unmediated_take() - take a rule that Nest cannot enforce
 * @rules: the rules of the profile
 * @rule: the rule
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_unmediated_take(struct nest_domain_rules *rules,
			 const struct nest_rule *rule)
{
	const char *name = nest_ast_class_name(rule->class);
	int err;

	err = nest_unmediated_check(rules, rule);
	if (err)
		return err;
	if (rule->mods & NEST_MOD_DENY && rule->class != NEST_RULE_DBUS)
		return nest_report(rules->compiler,
				   NEST_DIAG_DENY_NOT_ENFORCED, rule->place,
				   "Nest does not mediate %s%s, so it cannot deny this; remove the rule if the profile is safe without it",
				   name, rule->args &&
				   (rule->class == NEST_RULE_NETWORK ||
				    rule->class == NEST_RULE_UNIX) ?
				   " by such conditions" : "");
	if (!(rule->mods & NEST_MOD_DENY) || rule->class == NEST_RULE_DBUS)
		rules->skipped[rule->class]++;
	return 0;
}

/**
 * nest_unmediated_summary() - warn of the rules that are not enforced
 * @rules: the rules of the profile
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_unmediated_summary(struct nest_domain_rules *rules)
{
	char list[512] = "";
	size_t used = 0;
	u32 class;

	for (class = 0; class < NEST_RULE_CLASSES; class++) {
		if (!rules->skipped[class])
			continue;
		used += (size_t)snprintf(list + used, sizeof(list) - used,
					 "%s%s (%u)", used ? ", " : "",
					 nest_ast_class_name(class),
					 rules->skipped[class]);
	}
	if (!used)
		return 0;
	return nest_report(rules->compiler, NEST_DIAG_RULE_NOT_ENFORCED,
			   rules->profile->place,
			   "profile %s has rules that are not enforced: %s",
			   rules->profile->name, list);
}
