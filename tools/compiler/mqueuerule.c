// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rules for message queues:
 *
 *	mqueue [ACCESS] [type=posix|sysv] [label=PATTERN] [/NAME|KEY],
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "classrule.h"
#include "nfa.h"

#define ATTRIBUTES	(NEST_MQUEUE_GETATTR | NEST_MQUEUE_SETATTR)

/* A rule taken apart. */
struct queue_rule {
	const struct nest_rule *rule;
	u32 perms;
	bool posix;
	bool sysv;
	bool label;
	const struct nest_word *name;	/* NULL: any */
};

static const struct nest_access accesses[] = {
	{ "r", NEST_MQUEUE_READ },
	{ "w", NEST_MQUEUE_WRITE },
	{ "rw", NEST_MQUEUE_READ | NEST_MQUEUE_WRITE },
	{ "wr", NEST_MQUEUE_READ | NEST_MQUEUE_WRITE },
	{ "read", NEST_MQUEUE_READ },
	{ "write", NEST_MQUEUE_WRITE },
	{ "create", NEST_MQUEUE_CREATE },
	{ "open", NEST_MQUEUE_OPEN },
	{ "delete", NEST_MQUEUE_DELETE },
	{ "getattr", NEST_MQUEUE_GETATTR },
	{ "setattr", NEST_MQUEUE_SETATTR },
	{ NULL, 0 }
};

static int syntax(struct nest_domain_rules *rules, const struct nest_word *word,
		  const char *message)
{
	return nest_report(rules->compiler, NEST_DIAG_SYNTAX, word->place,
			   "'%s': %s", word->s, message);
}

static bool is_path(const struct nest_word *word)
{
	return word->s[0] == '/' || !strncmp(word->s, "@{", 2);
}

static bool is_key(const struct nest_word *word)
{
	return word->s[0] >= '0' && word->s[0] <= '9';
}

static int take_type(struct nest_domain_rules *rules, struct queue_rule *queue,
		     const struct nest_arg *arg)
{
	const struct nest_arg *value = arg->values;

	if (value && !value->next && !strcmp(value->word.s, "posix"))
		queue->sysv = false;
	else if (value && !value->next && !strcmp(value->word.s, "sysv"))
		queue->posix = false;
	else
		return syntax(rules, value ? &value->word : &arg->word,
			      "the type of a queue is posix or sysv");
	return 0;
}

static int take_name(struct nest_domain_rules *rules, struct queue_rule *queue,
		     const struct nest_word *word)
{
	if (queue->name)
		return syntax(rules, word, "a rule has one name of a queue");
	queue->name = word;
	return 0;
}

static int take_arg(struct nest_domain_rules *rules, struct queue_rule *queue,
		    const struct nest_arg *arg)
{
	if (arg->kind == NEST_ARG_COND && !strcmp(arg->word.s, "type"))
		return take_type(rules, queue, arg);
	if (arg->kind == NEST_ARG_COND && !strcmp(arg->word.s, "label")) {
		queue->label = true;
		return 0;
	}
	if (arg->kind == NEST_ARG_WORD &&
	    (is_path(&arg->word) || is_key(&arg->word)))
		return take_name(rules, queue, &arg->word);
	return nest_access_take(rules, queue->rule, accesses, arg,
				&queue->perms);
}

/* What the name says of the type. */
static int take_kind(struct nest_domain_rules *rules, struct queue_rule *queue)
{
	if (queue->name && is_path(queue->name))
		queue->sysv = false;
	else if (queue->name)
		queue->posix = false;
	if (!queue->posix && !queue->sysv)
		return nest_report(rules->compiler, NEST_DIAG_SYNTAX,
				   queue->rule->place,
				   "queues of posix have names that begin with '/', those of sysv numbers as keys");
	return 0;
}

/* Whether all of it can be kept from a program, if the rule denies. */
static int check_deny(struct nest_domain_rules *rules,
		      const struct queue_rule *queue)
{
	const struct nest_rule *rule = queue->rule;

	if (!(rule->mods & NEST_MOD_DENY))
		return 0;
	if (queue->label)
		return nest_report(rules->compiler,
				   NEST_DIAG_DENY_NOT_ENFORCED, rule->place,
				   "queues belong to no domain, so they cannot be denied by label=");
	if (queue->posix && queue->perms & ATTRIBUTES &&
	    !(queue->perms & NEST_MQUEUE_OPEN))
		return nest_report(rules->compiler,
				   NEST_DIAG_DENY_NOT_ENFORCED, rule->place,
				   "the kernel does not ask before attributes of an open queue of posix are used; deny open and create, or write type=sysv");
	return 0;
}

static int add_pattern(struct nest_domain_rules *rules,
		       const struct queue_rule *queue, u8 type,
		       const char *pattern, size_t len)
{
	struct nest_fields fields;

	nest_fields_begin(&fields, NEST_RULES_MQUEUE);
	nest_fields_byte(&fields, type);
	nest_fields_text(&fields, pattern, len);
	return nest_class_rule_add(rules, NEST_RULES_MQUEUE, &fields,
				   queue->rule, queue->perms);
}

static int add_posix(struct nest_domain_rules *rules,
		     const struct queue_rule *queue)
{
	struct nest_expansion names = { { NULL, 0, 0 } };
	const struct nest_nfa_text *name;
	size_t i;
	int err;

	if (!queue->name)
		return add_pattern(rules, queue, NEST_MQUEUE_POSIX, "**", 2);
	err = nest_expand(rules->compiler, rules->profile, queue->name, &names);
	name = names.texts.data;
	for (i = 0; !err && i < names.texts.count; i++)
		err = add_pattern(rules, queue, NEST_MQUEUE_POSIX, name[i].s,
				  name[i].len);
	nest_vec_free(&names.texts);
	return err;
}

static int add_sysv(struct nest_domain_rules *rules,
		    const struct queue_rule *queue)
{
	unsigned long key;
	char text[16];
	char *end;

	if (!queue->name)
		return add_pattern(rules, queue, NEST_MQUEUE_SYSV, "**", 2);
	errno = 0;
	key = strtoul(queue->name->s, &end, 0);
	if (errno || *end || key > UINT32_MAX)
		return syntax(rules, queue->name,
			      "a key is a number of at most 32 bits");
	snprintf(text, sizeof(text), "%lu", key);
	return add_pattern(rules, queue, NEST_MQUEUE_SYSV, text, strlen(text));
}

static int add(struct nest_domain_rules *rules, const struct queue_rule *queue)
{
	int err = 0;

	if (queue->posix)
		err = add_posix(rules, queue);
	if (!err && queue->sysv)
		err = add_sysv(rules, queue);
	return err;
}

/**
 * nest_mqueue_rule_take() - take a rule for message queues
 * @rules: the rules of the profile
 * @rule: a rule of the class mqueue, or of the class all
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_mqueue_rule_take(struct nest_domain_rules *rules,
			  const struct nest_rule *rule)
{
	struct queue_rule queue = { .rule = rule, .posix = true, .sysv = true };
	const struct nest_arg *arg;
	int err = 0;

	for (arg = rule->args; !err && arg; arg = arg->next)
		err = take_arg(rules, &queue, arg);
	if (!err)
		err = take_kind(rules, &queue);
	if (!queue.perms)
		queue.perms = NEST_MQUEUE_PERMS;
	if (!err)
		err = check_deny(rules, &queue);
	if (err)
		return err;
	if (queue.label) {
		rules->skipped[rule->class]++;
		return 0;
	}
	return add(rules, &queue);
}
