// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules for both names of a link: link [subset] NEW -> PRESENT, */
#include "classrule.h"
#include "nfa.h"

/* A rule taken apart. */
struct link_rule {
	const struct nest_rule *rule;
	const struct nest_word *link;
	const struct nest_word *target;
	bool subset;
};

static bool is_word(const struct nest_arg *arg)
{
	return arg && arg->kind == NEST_ARG_WORD;
}

static bool is_path(const struct nest_arg *arg)
{
	return is_word(arg) &&
	       (arg->word.s[0] == '/' || !strncmp(arg->word.s, "@{", 2));
}

static int take_args(struct nest_domain_rules *rules, struct link_rule *link)
{
	const struct nest_arg *arg = link->rule->args;
	const struct nest_arg *arrow;

	if (is_word(arg) && !arg->word.quoted && !strcmp(arg->word.s, "subset")) {
		link->subset = true;
		arg = arg->next;
	}
	arrow = is_path(arg) ? arg->next : NULL;
	if (!arrow || arrow->kind != NEST_ARG_ARROW || !is_path(arrow->next) ||
	    arrow->next->next)
		return nest_report(rules->compiler, NEST_DIAG_SYNTAX,
				   link->rule->place,
				   "the rule is: link [subset] /NEW -> /PRESENT,");
	link->link = &arg->word;
	link->target = &arrow->next->word;
	return 0;
}

static int add_pair(struct nest_domain_rules *rules,
		    const struct link_rule *link,
		    const struct nest_nfa_text *name,
		    const struct nest_nfa_text *target)
{
	static const char either[] = "[\\x01\\x02]";
	u32 perms = NEST_LINK_PAIR;
	struct nest_fields fields;

	if (link->subset)
		perms |= NEST_LINK_SUBSET;
	nest_fields_begin(&fields, NEST_RULES_LINK);
	if (link->rule->mods & NEST_MOD_OWNER)
		nest_fields_byte(&fields, NEST_LINK_OWNER);
	else if (link->rule->mods & NEST_MOD_OTHER)
		nest_fields_byte(&fields, NEST_LINK_OTHER);
	else
		nest_fields_pattern(&fields, either, sizeof(either) - 1);
	nest_fields_text(&fields, name->s, name->len);
	nest_fields_text(&fields, target->s, target->len);
	return nest_class_rule_add(rules, NEST_RULES_LINK, &fields, link->rule,
				   perms);
}

static int add_pairs(struct nest_domain_rules *rules,
		     const struct link_rule *link,
		     const struct nest_expansion *names,
		     const struct nest_expansion *targets)
{
	const struct nest_nfa_text *name = names->texts.data;
	const struct nest_nfa_text *target = targets->texts.data;
	size_t n = targets->texts.count, i;
	int err = 0;

	for (i = 0; !err && i < names->texts.count * n; i++)
		err = add_pair(rules, link, &name[i / n], &target[i % n]);
	return err;
}

static int add(struct nest_domain_rules *rules, const struct link_rule *link)
{
	struct nest_expansion names = { { NULL, 0, 0 } };
	struct nest_expansion targets = { { NULL, 0, 0 } };
	int err;

	if (link->rule->mods & NEST_MOD_PRIORITY)
		return nest_report(rules->compiler, NEST_DIAG_UNSUPPORTED,
				   link->rule->place,
				   "rules for pairs of names cannot have a priority");
	rules->link_pair = true;
	err = nest_expand(rules->compiler, rules->profile, link->link, &names);
	if (!err)
		err = nest_expand(rules->compiler, rules->profile,
				  link->target, &targets);
	if (!err)
		err = add_pairs(rules, link, &names, &targets);
	nest_vec_free(&names.texts);
	nest_vec_free(&targets.texts);
	return err;
}

/**
 * nest_link_rule_take() - take a rule for both names of a link
 * @rules: the rules of the profile
 * @rule: a rule of the class link
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_link_rule_take(struct nest_domain_rules *rules,
			const struct nest_rule *rule)
{
	struct link_rule link = { .rule = rule };
	int err = take_args(rules, &link);

	return err ? err : add(rules, &link);
}

/**
 * nest_link_rule_add() - take the l of a file rule that names a target
 * @rules: the rules of the profile
 * @rule: the file rule
 * @name: its path
 * @target: the path behind its '->'
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_link_rule_add(struct nest_domain_rules *rules,
		       const struct nest_rule *rule,
		       const struct nest_word *name,
		       const struct nest_word *target)
{
	const struct link_rule link = {
		.rule = rule,
		.link = name,
		.target = target,
	};

	return add(rules, &link);
}
