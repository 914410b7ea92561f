// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules by class as a DFA over the class and its fields. */
#include "classrule.h"
#include "determinise.h"
#include "glob.h"

struct rule_values {
	struct nest_domain_rules *rules;
	struct nest_sets sets;		/* struct nest_rule_set */
};

static int combine(void *context, u32 a, u32 b, u32 *result)
{
	struct rule_values *values = context;
	struct nest_rule_set *sets = values->sets.vec.data, set = sets[a - 1];
	const struct nest_rule_set *other = &sets[b - 1];

	nest_say_add(&set.say, set.priority, &other->say, other->priority);
	return nest_sets_intern(&values->sets, &set, result);
}

/* What the image says about a set of rules. */
static int accept(void *context, u32 value, u32 *result)
{
	struct rule_values *values = context;
	const struct nest_rule_set *set = values->sets.vec.data;
	struct nest_policy_rule rule = { .reserved = 0 };
	const struct nest_say *say = &set[value - 1].say;
	bool audit_all = values->rules->profile->audit;
	u32 index;

	rule.allow = htole32((u32)nest_say_allowed(say));
	rule.deny = htole32((u32)say->deny);
	rule.audit = htole32((u32)nest_say_audited(say, audit_all));
	if (nest_image_rule(values->rules->image, &rule, &index))
		return nest_no_memory(values->rules->compiler);
	*result = index + 1;
	return 0;
}

static int add_rule(const struct nest_values *values, struct nest_nfa *nfa,
		    const struct nest_class_rule *rule)
{
	struct rule_values *rule_values = values->context;
	struct nest_compiler *compiler = rule_values->rules->compiler;
	struct nest_glob glob;
	u32 value;
	int err;

	err = nest_glob_add_fields(nfa, rule->pattern, rule->len, &glob);
	if (err == -EINVAL)
		return nest_report(compiler, NEST_DIAG_PATTERN, rule->place,
				   "%s (in a pattern of this rule)",
				   glob.error);
	if (err)
		return nest_no_memory(compiler);
	err = nest_sets_intern(&rule_values->sets, &rule->set, &value);
	return err ? err : nest_nfa_add_value(nfa, glob.end, value, values);
}

/* A DFA of some of the rules. */
static int build(void *context, size_t from, size_t count, bool alone,
		 u32 *dfa)
{
	struct rule_values *rule_values = context;
	const struct nest_values values = {
		combine, accept, NULL, rule_values
	};
	struct nest_domain_rules *rules = rule_values->rules;
	const struct nest_class_rule *rule = rules->classes.data;
	struct nest_nfa nfa;
	size_t i;
	int err;

	err = nest_nfa_init(&nfa);
	for (i = from; !err && i < from + count; i++)
		err = add_rule(&values, &nfa, &rule[i]);
	if (!err)
		err = nest_determinise(rules->compiler, rules->image, &nfa,
				       &values, false, alone, dfa);
	nest_nfa_free(&nfa);
	return err;
}

/* The kernel unites what several DFAs say, and knows no priorities. */
static int divide(void *context, size_t from, size_t count, size_t *at)
{
	const struct rule_values *values = context;
	const struct nest_class_rule *rule = values->rules->classes.data;
	size_t i;

	(void)at;
	for (i = from + 1; i < from + count; i++)
		if (rule[i].priority != rule[from].priority)
			return -E2BIG;
	return 0;
}

/**
 * nest_rule_dfas_build() - add the DFAs of the rules by class to the image
 * @rules: the rules of the profile
 * @first: where the index of the first goes, NEST_NONE if there are no rules
 * @count: where their number goes
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_rule_dfas_build(struct nest_domain_rules *rules, u32 *first,
			 u32 *count)
{
	const struct nest_class_rule *rule = rules->classes.data;
	struct rule_values values = {
		.rules = rules,
		.sets = {
			.compiler = rules->compiler,
			.size = sizeof(struct nest_rule_set),
		},
	};
	const struct nest_parts parts = { build, divide, &values };
	size_t culprit;
	int err;

	static_assert(NEST_PARTS_MAX <= NEST_RULE_DFAS_MAX);
	*first = NEST_NONE;
	*count = 0;
	if (!rules->classes.count)
		return 0;
	err = nest_parts_build(&parts, rules->classes.count, first, count,
			       &culprit);
	err = nest_determinise_failed(rules->compiler, err, rule[culprit].place,
				      "rules that are not about files",
				      rules->profile->name);
	nest_sets_free(&values.sets);
	return err;
}
