// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rules for changes of the domain that the task makes itself:
 *
 *	change_profile [[safe|unsafe] EXECUTABLE] [-> PROFILE],
 *
 * As in AppArmor, an executable restricts the change at exec alone: the change
 * at once is allowed by each rule for the profile.
 */
#include "classrule.h"
#include "nfa.h"

/* Any executable. */
#define ANY_PATH	"/**"
#define ANY_NAME	"**"

/* A rule taken apart; NULL stands for any. */
struct change_rule {
	const struct nest_rule *rule;
	const struct nest_word *exec;
	const struct nest_word *name;
	const struct nest_word *mode;
	bool unsafe;
};

static int syntax(struct nest_domain_rules *rules,
		  const struct nest_arg *arg, const char *message)
{
	return nest_report(rules->compiler, NEST_DIAG_SYNTAX, arg->word.place,
			   "%s", message);
}

static bool is_path(const struct nest_word *word)
{
	return word->s[0] == '/' || !strncmp(word->s, "@{", 2);
}

static bool take_mode(struct change_rule *change, const struct nest_word *word)
{
	if (change->mode || change->exec || word->quoted)
		return false;
	if (!strcmp(word->s, "unsafe"))
		change->unsafe = true;
	else if (strcmp(word->s, "safe"))
		return false;
	change->mode = word;
	return true;
}

/* What stands before the arrow. */
static int take_exec(struct nest_domain_rules *rules,
		     struct change_rule *change, const struct nest_arg *arg)
{
	if (arg->kind == NEST_ARG_WORD && take_mode(change, &arg->word))
		return 0;
	if (arg->kind != NEST_ARG_WORD || change->exec || !is_path(&arg->word))
		return syntax(rules, arg,
			      "the rule is: change_profile [[safe|unsafe] /EXECUTABLE] [-> PROFILE],");
	change->exec = &arg->word;
	return 0;
}

static int take_name(struct nest_domain_rules *rules,
		     struct change_rule *change, const struct nest_arg *arg)
{
	if (!arg || arg->kind != NEST_ARG_WORD || arg->next)
		return syntax(rules, arg ? arg : change->rule->args,
			      "one name of a profile has to follow the '->'");
	if (arg->word.s[0] == '&')
		return nest_report(rules->compiler, NEST_DIAG_UNSUPPORTED,
				   arg->word.place,
				   "stacks of profiles are not supported: a task is in one domain of a layer");
	change->name = &arg->word;
	return 0;
}

static int take_args(struct nest_domain_rules *rules,
		     struct change_rule *change)
{
	const struct nest_arg *arg = change->rule->args;
	int err;

	for (; arg && arg->kind != NEST_ARG_ARROW; arg = arg->next) {
		err = take_exec(rules, change, arg);
		if (err)
			return err;
	}
	if (change->mode && !change->exec)
		return nest_report(rules->compiler, NEST_DIAG_SYNTAX,
				   change->mode->place,
				   "%s needs the executable that it is about",
				   change->mode->s);
	return arg ? take_name(rules, change, arg->next) : 0;
}

static int add_exec(struct nest_domain_rules *rules,
		    const struct change_rule *change,
		    const struct nest_nfa_text *name,
		    const struct nest_nfa_text *exec)
{
	u32 perms = NEST_CHANGE_ONEXEC;
	struct nest_fields fields;

	if (change->unsafe)
		perms |= NEST_CHANGE_UNSAFE;
	nest_fields_begin(&fields, NEST_RULES_CHANGE_PROFILE);
	nest_fields_text(&fields, name->s, name->len);
	nest_fields_text(&fields, exec->s, exec->len);
	return nest_class_rule_add(rules, NEST_RULES_CHANGE_PROFILE, &fields,
				   change->rule, perms);
}

static int add_name(struct nest_domain_rules *rules,
		    const struct change_rule *change,
		    const struct nest_nfa_text *name,
		    const struct nest_expansion *execs)
{
	const struct nest_nfa_text *exec = execs->texts.data;
	struct nest_fields fields;
	size_t i;
	int err;

	nest_fields_begin(&fields, NEST_RULES_CHANGE_PROFILE);
	nest_fields_text(&fields, name->s, name->len);
	err = nest_class_rule_add(rules, NEST_RULES_CHANGE_PROFILE, &fields,
				  change->rule,
				  NEST_CHANGE_PROFILE | NEST_CHANGE_ONEXEC);
	for (i = 0; !err && i < execs->texts.count; i++)
		err = add_exec(rules, change, name, &exec[i]);
	return err;
}

static int add(struct nest_domain_rules *rules,
	       const struct change_rule *change)
{
	const struct nest_word any_name = { ANY_NAME, sizeof(ANY_NAME) - 1,
					    false, change->rule->place };
	const struct nest_word any_path = { ANY_PATH, sizeof(ANY_PATH) - 1,
					    false, change->rule->place };
	struct nest_expansion names = { { NULL, 0, 0 } };
	struct nest_expansion execs = { { NULL, 0, 0 } };
	const struct nest_nfa_text *name;
	size_t i;
	int err;

	err = nest_expand_names(rules->compiler, rules->profile,
				change->name ? change->name : &any_name,
				&names);
	if (!err)
		err = nest_expand(rules->compiler, rules->profile,
				  change->exec ? change->exec : &any_path,
				  &execs);
	name = names.texts.data;
	for (i = 0; !err && i < names.texts.count; i++)
		err = add_name(rules, change, &name[i], &execs);
	nest_vec_free(&names.texts);
	nest_vec_free(&execs.texts);
	return err;
}

/**
 * nest_change_rule_take() - take a rule for changes of the domain
 * @rules: the rules of the profile
 * @rule: a rule of the class change_profile, or of the class all
 *
 * A profile in a namespace of AppArmor's is none of the layer's, so a rule for
 * one says nothing.
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_change_rule_take(struct nest_domain_rules *rules,
			  const struct nest_rule *rule)
{
	struct change_rule change = { .rule = rule };
	int err;

	err = take_args(rules, &change);
	if (err)
		return err;
	if (change.name && change.name->s[0] == ':') {
		rules->skipped[rule->class]++;
		return 0;
	}
	return add(rules, &change);
}
