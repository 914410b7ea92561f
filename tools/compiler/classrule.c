// SPDX-License-Identifier: GPL-2.0-or-later
/* Patterns for a class and its fields, put together piece by piece. */
#include <stdio.h>

#include "classrule.h"

/**
 * nest_fields_begin() - begin a pattern
 * @fields: the pattern; nest_class_rule_add() frees it
 * @class: the class of the rule
 */
void nest_fields_begin(struct nest_fields *fields,
		       enum nest_policy_class class)
{
	memset(fields, 0, sizeof(*fields));
	nest_fields_byte(fields, (u8)class);
}

/**
 * nest_fields_pattern() - add a piece of a pattern
 * @fields: the pattern
 * @pattern: the piece; an escaped NUL byte ends a field of text
 * @len: its length
 */
void nest_fields_pattern(struct nest_fields *fields, const char *pattern,
			 size_t len)
{
	char *s = len ? nest_vec_add(&fields->bytes, 1, len) : NULL;

	if (s)
		memcpy(s, pattern, len);
	else if (len)
		fields->failed = true;
}

/**
 * nest_fields_text() - add a field of text
 * @fields: the pattern
 * @pattern: for all of the text
 * @len: its length
 */
void nest_fields_text(struct nest_fields *fields, const char *pattern,
		      size_t len)
{
	nest_fields_pattern(fields, pattern, len);
	nest_fields_byte(fields, 0);
}

/**
 * nest_fields_byte() - add one byte, which stands for itself
 * @fields: the pattern
 * @byte: the byte
 */
void nest_fields_byte(struct nest_fields *fields, u8 byte)
{
	char s[5];

	snprintf(s, sizeof(s), "\\x%02x", byte);
	nest_fields_pattern(fields, s, 4);
}

static int add(struct nest_domain_rules *rules,
	       const struct nest_fields *fields, const struct nest_rule *rule,
	       u32 perms, u32 about)
{
	struct nest_class_rule *out;
	char *pattern;

	if (fields->failed)
		return nest_no_memory(rules->compiler);
	if (rules->classes.count >= NEST_RULES_MAX)
		return nest_report(rules->compiler, NEST_DIAG_LIMIT,
				   rule->place,
				   "more than %u rules, counting the values of variables and lists",
				   NEST_RULES_MAX);
	pattern = nest_arena_alloc(&rules->compiler->arena,
				   fields->bytes.count + 1);
	out = nest_vec_add(&rules->classes, sizeof(*out), 1);
	if (!pattern || !out)
		return nest_no_memory(rules->compiler);
	memcpy(pattern, fields->bytes.data, fields->bytes.count);
	out->pattern = pattern;
	out->len = (u32)fields->bytes.count;
	out->place = rule->place;
	out->priority = rule->priority;
	memset(&out->set, 0, sizeof(out->set));
	nest_say_take(&out->set.say, out->set.priority, rule, perms,
		      about);
	return 0;
}

/**
 * nest_class_rule_add() - add what a pattern of fields stands for
 * @rules: the rules of the profile, which then mediates the class
 * @class: the class
 * @fields: the pattern, freed
 * @rule: the rule that it comes from
 * @perms: bits of the class that the rule allows or denies
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_class_rule_add(struct nest_domain_rules *rules,
			enum nest_policy_class class,
			struct nest_fields *fields,
			const struct nest_rule *rule, u32 perms)
{
	/* To allow a change at exec is to say whether it may be unsafe. */
	u32 about = class == NEST_RULES_CHANGE_PROFILE &&
		    perms & NEST_CHANGE_ONEXEC ? NEST_CHANGE_UNSAFE : 0;
	int err = add(rules, fields, rule, perms, about);

	rules->mediates |= 1U << class;
	nest_vec_free(&fields->bytes);
	return err;
}
