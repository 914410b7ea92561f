// SPDX-License-Identifier: GPL-2.0-or-later
/* File rules as one DFA. */
#include <limits.h>

#include "determinise.h"
#include "filedfa.h"
#include "glob.h"

/* A rule with a transition, and the node where its names end. */
struct exec_rule {
	u32 node;
	u32 level;			/* NEST_BY_* */
	const struct nest_file_rule *rule;
};

struct file_values {
	struct nest_domain_rules *rules;
	struct nest_vec exec_rules;	/* struct exec_rule */
	struct nest_sets sets;		/* struct nest_perm_set */
	struct nest_vec accepts;	/* u32, by value - 1; 0: not known */
	bool backward;			/* the DFA reads names so */
};

static int intern_set(struct file_values *values,
		      const struct nest_perm_set *set, u32 *value)
{
	int err = nest_sets_intern(&values->sets, set, value);

	if (!err && *value > values->accepts.count &&
	    nest_vec_add_u32(&values->accepts, 0))
		return nest_no_memory(values->rules->compiler);
	return err;
}

static int report_conflict(struct file_values *values,
			   const struct exec_rule *a,
			   const struct exec_rule *b)
{
	struct nest_compiler *compiler = values->rules->compiler;
	const struct exec_rule *swap;
	int err;

	/* The rules were sorted; people expect the later one to be blamed. */
	if (a->rule->place.line > b->rule->place.line) {
		swap = a;
		a = b;
		b = swap;
	}
	err = nest_report(compiler, NEST_DIAG_CONFLICT, b->rule->place,
			  "this rule and another one give different exec modes for the same path; only a path without *, ? and [...] takes precedence over others");
	nest_note(compiler, NEST_DIAG_CONFLICT, a->rule->place,
		  "here is the other one");
	return err;
}

static bool among(u32 node, const u32 *nodes, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++)
		if (nodes[i] == node)
			return true;
	return false;
}

/* Find two rules at these nodes that contradict each other. */
static int explain(void *context, const u32 *nodes, u32 count)
{
	struct file_values *values = context;
	const struct exec_rule *rules = values->exec_rules.data;
	size_t n = values->exec_rules.count, i, j;

	for (i = 0; i < n; i++) {
		if (!among(rules[i].node, nodes, count))
			continue;
		for (j = i + 1; j < n; j++)
			if (rules[i].level == rules[j].level &&
			    nest_file_rules_contradict(rules[i].rule,
						       rules[j].rule) &&
			    among(rules[j].node, nodes, count))
				return report_conflict(values, &rules[i],
						       &rules[j]);
	}
	return -EDOM;
}

/* The priority of what a set says about executing; less than all: nothing. */
static int exec_priority(const struct nest_perm_set *set, u32 who)
{
	const u32 bit = (u32)__builtin_ctz(NEST_FILE_EXEC);

	return set->say[who].said & NEST_FILE_EXEC ? set->priority[who][bit] :
						     INT_MIN;
}

/* Add the transitions of another set; -EDOM if they contradict each other. */
static int add_execs(struct nest_perm_set *set,
		     const struct nest_perm_set *other, u32 who)
{
	int mine = exec_priority(set, who), theirs = exec_priority(other, who);
	u32 level;

	for (level = 0; mine <= theirs && level < NEST_BY_COUNT; level++) {
		u32 *exec = &set->exec[level][who];

		if (mine < theirs || *exec == NEST_NONE)
			*exec = other->exec[level][who];
		else if (other->exec[level][who] != NEST_NONE &&
			 other->exec[level][who] != *exec)
			return -EDOM;
	}
	return 0;
}

static int combine(void *context, u32 a, u32 b, u32 *result)
{
	struct file_values *values = context;
	struct nest_perm_set *sets = values->sets.vec.data, set;
	u32 i;

	if (a == b) {
		*result = a;
		return 0;
	}
	set = sets[a - 1];
	for (i = 0; i < 2; i++) {
		const struct nest_perm_set *other = &sets[b - 1];

		if (add_execs(&set, other, i))
			return -EDOM;
		nest_say_add(&set.say[i], set.priority[i], &other->say[i],
			     other->priority[i]);
	}
	return intern_set(values, &set, result);
}

static u32 first_exec(const struct nest_perm_set *set, u32 who)
{
	u32 level = NEST_BY_COUNT;

	while (level--)
		if (set->exec[level][who] != NEST_NONE)
			return set->exec[level][who];
	return NEST_NONE;
}

/* What the image says about a set of rules. */
static void set_perm(const struct nest_perm_set *set, bool audit_all,
		     struct nest_policy_perm *perm)
{
	u32 i;

	for (i = 0; i < 2; i++) {
		u32 exec = first_exec(set, i);
		u32 deny = (u32)set->say[i].deny;
		u32 allow = ((u32)set->say[i].allow | NEST_FILE_GETATTR) &
			    ~deny;
		u32 audit = (u32)nest_say_audited(&set->say[i], false);

		if (!(allow & NEST_FILE_EXEC))
			exec = NEST_NONE;
		if (audit_all)
			audit = allow | deny;
		perm->allow[i] = htole32(allow);
		perm->deny[i] = htole32(deny);
		perm->audit[i] = htole32(audit);
		perm->exec[i] = htole32(exec);
	}
}

static int accept(void *context, u32 value, u32 *result)
{
	struct file_values *values = context;
	u32 *accepts = values->accepts.data;
	struct nest_policy_perm perm;
	u32 index;

	if (!accepts[value - 1]) {
		set_perm((struct nest_perm_set *)values->sets.vec.data + value - 1,
			 values->rules->profile->audit, &perm);
		if (nest_image_perm(values->rules->image, &perm, &index))
			return nest_no_memory(values->rules->compiler);
		accepts[value - 1] = index + 1;
	}
	*result = accepts[value - 1];
	return 0;
}

static int report_pattern(struct nest_domain_rules *rules,
			  const struct nest_file_rule *rule,
			  const struct nest_glob *glob)
{
	struct nest_place place = rule->place;

	if (rule->verbatim) {
		place.column += glob->error_at;
		return nest_report(rules->compiler, NEST_DIAG_PATTERN, place,
				   "%s", glob->error);
	}
	return nest_report(rules->compiler, NEST_DIAG_PATTERN, place,
			   "%s (in %s)", glob->error, rule->pattern);
}

static u32 level_of(const struct nest_file_rule *rule,
		    const struct nest_glob *glob)
{
	if (rule->implied)
		return NEST_BY_FLAG;
	return glob->exact ? NEST_BY_PATH : NEST_BY_GLOB;
}

static int note_exec(struct file_values *values, const struct nest_glob *glob,
		     const struct nest_file_rule *rule)
{
	struct exec_rule *exec_rule;

	if (!nest_file_rule_gives_exec(rule))
		return 0;
	exec_rule = nest_vec_add(&values->exec_rules, sizeof(*exec_rule), 1);
	if (!exec_rule)
		return nest_no_memory(values->rules->compiler);
	exec_rule->node = glob->end;
	exec_rule->level = level_of(rule, glob);
	exec_rule->rule = rule;
	return 0;
}

/* Give the value of a rule to the node where its names end. */
static int add_value(const struct nest_values *values, struct nest_nfa *nfa,
		     const struct nest_glob *glob,
		     const struct nest_file_rule *rule)
{
	struct nest_perm_set set = rule->perms;
	u32 i, value;
	int err;

	memset(set.exec, 0xff, sizeof(set.exec));	/* NEST_NONE */
	for (i = 0; i < 2; i++)
		set.exec[level_of(rule, glob)][i] = rule->exec[i];
	err = intern_set(values->context, &set, &value);
	return err ? err : nest_nfa_add_value(nfa, glob->end, value, values);
}

static int add_rule(const struct nest_values *values, struct nest_nfa *nfa,
		    const struct nest_file_rule *rule)
{
	struct file_values *file_values = values->context;
	struct nest_domain_rules *rules = file_values->rules;
	struct nest_glob glob;
	int err;

	err = nest_glob_add(nfa, rule->pattern, rule->len,
			    file_values->backward, &glob);
	if (err == -EINVAL)
		return report_pattern(rules, rule, &glob);
	if (err)
		return nest_no_memory(rules->compiler);
	err = note_exec(file_values, &glob, rule);
	return err ? err : add_value(values, nfa, &glob, rule);
}

/**
 * nest_file_dfa_build() - make one DFA of rules
 * @rules: the rules of the profile
 * @part: those that it is for
 * @backward: it is to read names from their ends
 * @alone: it is the only one of its profile, and may be shared with others.
 *	Several have to follow each other in the image
 * @dfa: where its index goes. NULL: no DFA is wanted, only whether rules of
 *	@part contradict each other
 *
 * Return: 0; -E2BIG, not reported, if it takes more than one DFA may; a
 * negative errno.
 */
int nest_file_dfa_build(struct nest_domain_rules *rules,
			const struct nest_file_part *part, bool backward,
			bool alone, u32 *dfa)
{
	struct file_values file_values = {
		.rules = rules,
		.sets = {
			.compiler = rules->compiler,
			.size = sizeof(struct nest_perm_set),
		},
		.backward = backward,
	};
	const struct nest_values values = {
		combine, accept, explain, &file_values
	};
	struct nest_nfa nfa;
	size_t i;
	int err;

	err = nest_nfa_init(&nfa);
	for (i = 0; !err && i < part->count; i++)
		err = add_rule(&values, &nfa, part->rules[i].rule);
	if (!err)
		err = nest_determinise(rules->compiler, rules->image, &nfa,
				       &values, backward, alone, dfa);
	nest_nfa_free(&nfa);
	nest_vec_free(&file_values.exec_rules);
	nest_sets_free(&file_values.sets);
	nest_vec_free(&file_values.accepts);
	return err;
}
