// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules by class as a DFA over the class and its fields. */
#include "classrule.h"
#include "glob.h"
#include "image.h"

#define STATES_MAX	200000U
#define ELEMENTS_MAX	4000000ULL
#define WORK_MAX	100000000ULL

struct rule_values {
	struct nest_domain_rules *rules;
	struct nest_vec sets;		/* struct nest_rule_set; value - 1 */
	struct nest_hash hash;
};

static int intern_set(struct rule_values *values,
		      const struct nest_rule_set *set, u32 *value)
{
	u32 index = 0;
	int err = nest_intern(&values->sets, &values->hash, set, sizeof(*set),
			      &index);

	*value = index + 1;
	if (err)
		return nest_no_memory(values->rules->compiler);
	return 0;
}

static int combine(void *context, u32 a, u32 b, u32 *result)
{
	struct rule_values *values = context;
	struct nest_rule_set *sets = values->sets.data, set = sets[a - 1];
	const struct nest_rule_set *other = &sets[b - 1];

	set.allow |= other->allow;
	set.deny |= other->deny;
	set.audit_allow |= other->audit_allow;
	set.audit_deny |= other->audit_deny;
	return intern_set(values, &set, result);
}

/* What the image says about a set of rules. */
static int accept(void *context, u32 value, u32 *result)
{
	struct rule_values *values = context;
	const struct nest_rule_set *set = values->sets.data;
	struct nest_policy_rule rule = { .reserved = 0 };
	u32 allow, deny, audit, index;

	set += value - 1;
	deny = set->deny;
	allow = set->allow & ~deny;
	audit = (set->audit_allow & allow) | (set->audit_deny & deny);
	if (values->rules->profile->audit)
		audit = allow | deny;
	rule.allow = htole32(allow);
	rule.deny = htole32(deny);
	rule.audit = htole32(audit);
	if (nest_image_rule(values->rules->image, &rule, &index))
		return nest_no_memory(values->rules->compiler);
	*result = index + 1;
	return 0;
}

static int add_rule(struct rule_values *values, struct nest_nfa *nfa,
		    const struct nest_class_rule *rule)
{
	struct nest_compiler *compiler = values->rules->compiler;
	struct nest_nfa_node *node;
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
	err = intern_set(values, &rule->set, &value);
	if (err)
		return err;
	node = nest_nfa_node(nfa, glob.end);
	if (node->value)
		return combine(values, node->value, value, &node->value);
	node->value = value;
	return 0;
}

static int determinise(struct rule_values *rule_values,
		       const struct nest_nfa *nfa, u32 *dfa)
{
	struct nest_values values = { combine, accept, NULL, rule_values };
	struct nest_domain_rules *rules = rule_values->rules;
	struct nest_budget budget = {
		.states = STATES_MAX,
		.elements = ELEMENTS_MAX,
		.work = WORK_MAX,
	};
	struct nest_automaton automaton;
	int err;

	err = nest_automaton_build(&automaton, nfa, &values, &budget);
	if (!err)
		err = nest_automaton_minimise(&automaton);
	if (!err)
		err = nest_image_dfa(rules->image, &automaton, true, dfa);
	nest_automaton_free(&automaton);
	if (err == -ENOMEM)
		return nest_no_memory(rules->compiler);
	if (err && !rules->compiler->errors)
		return nest_report(rules->compiler,
				   err == -E2BIG ? NEST_DIAG_LIMIT :
						   NEST_DIAG_INTERNAL,
				   rules->profile->place,
				   "the rules of profile %s that are not about files need too many states; use fewer wildcards in them",
				   rules->profile->name);
	return err;
}

static int build(struct nest_domain_rules *rules, struct rule_values *values,
		 struct nest_nfa *nfa, u32 *dfa)
{
	const struct nest_class_rule *rule = rules->classes.data;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < rules->classes.count; i++)
		err = add_rule(values, nfa, &rule[i]);
	return err ? err : determinise(values, nfa, dfa);
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
	struct rule_values values = { .rules = rules };
	struct nest_nfa nfa;
	int err;

	*first = NEST_NONE;
	*count = 0;
	if (!rules->classes.count)
		return 0;
	err = nest_nfa_init(&nfa);
	err = err ? nest_no_memory(rules->compiler) :
		    build(rules, &values, &nfa, first);
	if (!err)
		*count = 1;
	nest_nfa_free(&nfa);
	nest_vec_free(&values.sets);
	nest_hash_free(&values.hash);
	return err;
}
