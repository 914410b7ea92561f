// SPDX-License-Identifier: GPL-2.0-or-later
/* Words of a rule that say what it allows. */
#include "classrule.h"

/**
 * nest_rule_bad_word() - report a word that has no place in a rule
 * @rules: the rules of the profile
 * @rule: the rule
 * @arg: the word
 *
 * Return: a negative errno.
 */
int nest_rule_bad_word(struct nest_domain_rules *rules,
		       const struct nest_rule *rule, const struct nest_arg *arg)
{
	return nest_report(rules->compiler, NEST_DIAG_SYNTAX, arg->word.place,
			   "'%s' is nothing that a rule of the class %s can have",
			   arg->word.s, nest_ast_class_name(rule->class));
}

/**
 * nest_access_find() - find what a word allows
 * @table: the words; the last one is NULL
 * @word: the word
 *
 * Return: bits of the class, or 0: it is no such word.
 */
u32 nest_access_find(const struct nest_access *table, const char *word)
{
	for (; table->word; table++)
		if (!strcmp(table->word, word))
			return table->perms;
	return 0;
}

/**
 * nest_access_take() - take a word of access, or a list of them
 * @rules: the rules of the profile
 * @rule: the rule
 * @table: the words; the last one is NULL
 * @arg: the argument
 * @perms: what they allow is added
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_access_take(struct nest_domain_rules *rules,
		     const struct nest_rule *rule,
		     const struct nest_access *table,
		     const struct nest_arg *arg, u32 *perms)
{
	const struct nest_arg *value;
	u32 found;

	if (arg->kind != NEST_ARG_LIST && arg->kind != NEST_ARG_WORD)
		return nest_rule_bad_word(rules, rule, arg);
	value = arg->kind == NEST_ARG_LIST ? arg->values : arg;
	for (; value; value = value->next) {
		found = value->kind == NEST_ARG_WORD ?
			nest_access_find(table, value->word.s) : 0;
		if (!found)
			return nest_rule_bad_word(rules, rule, value);
		*perms |= found;
		if (value == arg)
			break;
	}
	return 0;
}
