// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rules for what is either possible or not, whatever it is done with:
 *
 *	userns [create],
 *	io_uring [sqpoll] [override_creds],
 */
#include "classrule.h"

static const struct nest_access userns_access[] = {
	{ "create", NEST_RULES_MAY },
	{ NULL, 0 }
};

static const struct nest_access uring_access[] = {
	{ "override_creds", NEST_URING_OVERRIDE_CREDS },
	{ "sqpoll", NEST_URING_SQPOLL },
	{ NULL, 0 }
};

static int add(struct nest_domain_rules *rules, const struct nest_rule *rule,
	       enum nest_policy_class class, u32 perms)
{
	struct nest_fields fields;

	nest_fields_begin(&fields, class);
	return nest_class_rule_add(rules, class, &fields, rule, perms);
}

/* Credentials that a ring has are those of a user, not of a domain. */
static int leave_out_label(struct nest_domain_rules *rules,
			   const struct nest_rule *rule)
{
	if (rule->mods & NEST_MOD_DENY)
		return nest_report(rules->compiler,
				   NEST_DIAG_DENY_NOT_ENFORCED, rule->place,
				   "credentials belong to no domain, so they cannot be denied by label=; deny io_uring override_creds");
	rules->skipped[rule->class]++;
	return 0;
}

/**
 * nest_gate_rule_take() - take a rule for user namespaces or io_uring
 * @rules: the rules of the profile
 * @rule: a rule of the class userns or io_uring
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_gate_rule_take(struct nest_domain_rules *rules,
			const struct nest_rule *rule)
{
	bool uring = rule->class == NEST_RULE_IO_URING, label = false;
	const struct nest_access *table = uring ? uring_access : userns_access;
	const struct nest_arg *arg;
	u32 perms = 0;
	int err = 0;

	for (arg = rule->args; !err && arg; arg = arg->next) {
		if (uring && arg->kind == NEST_ARG_COND &&
		    !strcmp(arg->word.s, "label"))
			label = true;
		else
			err = nest_access_take(rules, rule, table, arg, &perms);
	}
	if (err)
		return err;
	if (label)
		return leave_out_label(rules, rule);
	if (!perms)
		perms = uring ? NEST_URING_PERMS : NEST_RULES_MAY;
	return add(rules, rule,
		   uring ? NEST_RULES_IO_URING : NEST_RULES_USERNS, perms);
}

/**
 * nest_gate_rule_all() - take a rule for all user namespaces and io_uring
 * @rules: the rules of the profile
 * @rule: a rule of the class all
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_gate_rule_all(struct nest_domain_rules *rules,
		       const struct nest_rule *rule)
{
	int err = add(rules, rule, NEST_RULES_USERNS, NEST_RULES_MAY);

	return err ? err : add(rules, rule, NEST_RULES_IO_URING,
			       NEST_URING_PERMS);
}
