/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules that DFAs over fields decide on, whatever their class is. */
#ifndef NEST_CLASSRULE_H
#define NEST_CLASSRULE_H

#include "domain.h"

/**
 * struct nest_fields - a pattern while it is put together from fields
 * @bytes: char: the pattern so far
 * @failed: there was no memory for all of it
 */
struct nest_fields {
	struct nest_vec bytes;
	bool failed;
};

/**
 * struct nest_access - a word of access
 * @word: the word; NULL ends a table
 * @perms: bits of the class that it allows
 */
struct nest_access {
	const char *word;
	u32 perms;
};

int nest_rule_bad_word(struct nest_domain_rules *rules,
		       const struct nest_rule *rule,
		       const struct nest_arg *arg);
u32 nest_access_find(const struct nest_access *table, const char *word);
int nest_access_take(struct nest_domain_rules *rules,
		     const struct nest_rule *rule,
		     const struct nest_access *table,
		     const struct nest_arg *arg, u32 *perms);
void nest_fields_begin(struct nest_fields *fields,
		       enum nest_policy_class class);
void nest_fields_pattern(struct nest_fields *fields, const char *pattern,
			 size_t len);
void nest_fields_text(struct nest_fields *fields, const char *pattern,
		      size_t len);
void nest_fields_byte(struct nest_fields *fields, u8 byte);
int nest_class_rule_add(struct nest_domain_rules *rules,
			enum nest_policy_class class,
			struct nest_fields *fields,
			const struct nest_rule *rule, u32 perms);
int nest_change_rule_take(struct nest_domain_rules *rules,
			  const struct nest_rule *rule);
int nest_gate_rule_take(struct nest_domain_rules *rules,
			const struct nest_rule *rule);
int nest_gate_rule_all(struct nest_domain_rules *rules,
		       const struct nest_rule *rule);
int nest_mqueue_rule_take(struct nest_domain_rules *rules,
			  const struct nest_rule *rule);
int nest_link_rule_take(struct nest_domain_rules *rules,
			const struct nest_rule *rule);
int nest_link_rule_add(struct nest_domain_rules *rules,
		       const struct nest_rule *rule,
		       const struct nest_word *name,
		       const struct nest_word *target);
int nest_mount_rule_take(struct nest_domain_rules *rules,
			 const struct nest_rule *rule);
int nest_mount_rule_all(struct nest_domain_rules *rules,
			const struct nest_rule *rule);
int nest_rule_dfas_build(struct nest_domain_rules *rules, u32 *first,
			 u32 *count);

#endif
