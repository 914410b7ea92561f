// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Divides the file rules of a profile among DFAs. One is the best. Where the
 * union of the patterns has too many states, one that reads names backwards may
 * do: it forgets what went before a "**" as the other one forgets what follows.
 * Where neither will do, there are several, whose results the kernel unites.
 */
#include <stdlib.h>

#include "filedfa.h"

static u32 danger(const struct nest_file_rule *rule)
{
	const char *s = rule->pattern;
	u32 i, wildcards = 0;

	for (i = 0; i < rule->len; i++) {
		if (s[i] == '\\')
			i++;
		else
			wildcards += s[i] == '*' || s[i] == '?' || s[i] == '[';
	}
	return wildcards;
}

static u32 level(const struct nest_file_part_rule *rule)
{
	if (rule->rule->implied)
		return NEST_BY_FLAG;
	return rule->danger ? NEST_BY_GLOB : NEST_BY_PATH;
}

/*
 * Rules with transitions come first, to be kept together, and among these those
 * that win over others: the first DFA that gives a transition decides.
 */
static int compare_rules(const void *a, const void *b)
{
	const struct nest_file_part_rule *x = a, *y = b;
	bool exec_x = nest_file_rule_gives_exec(x->rule);
	bool exec_y = nest_file_rule_gives_exec(y->rule);
	int order;

	if (exec_x != exec_y)
		return exec_x ? -1 : 1;
	if (exec_x && x->level != y->level)
		return x->level > y->level ? -1 : 1;
	if (x->danger != y->danger)
		return x->danger < y->danger ? -1 : 1;
	order = strcmp(x->rule->pattern, y->rule->pattern);
	return order ? order : (x->rule > y->rule) - (x->rule < y->rule);
}

static bool contradict(const struct nest_file_part_rule *a,
		       const struct nest_file_part_rule *b)
{
	u32 i;

	if (a->level != b->level)
		return false;
	for (i = 0; i < 2; i++)
		if (a->rule->exec[i] != NEST_NONE &&
		    b->rule->exec[i] != NEST_NONE &&
		    a->rule->exec[i] != b->rule->exec[i])
			return true;
	return false;
}

/* Bytes at the start of a pattern that stand for themselves. */
static size_t plain_start(const struct nest_file_rule *rule)
{
	return strcspn(rule->pattern, "*?[{\\");
}

/* Bytes at its end; those that may belong to an escape sequence do not count. */
static size_t plain_end(const struct nest_file_rule *rule)
{
	const size_t longest_escape = sizeof("d255") - 1;
	size_t at = rule->len, bytes;

	while (at && !strchr("*?[]{},\\", rule->pattern[at - 1]))
		at--;
	bytes = rule->len - at;
	if (!at || rule->pattern[at - 1] != '\\')
		return bytes;
	return bytes > longest_escape ? bytes - longest_escape : 0;
}

/* Whether it is plain that no name matches both patterns. */
static bool apart(const struct nest_file_rule *a, const struct nest_file_rule *b)
{
	size_t a_n = plain_start(a), b_n = plain_start(b);
	size_t n = a_n < b_n ? a_n : b_n;

	if (memcmp(a->pattern, b->pattern, n))
		return true;
	a_n = plain_end(a);
	b_n = plain_end(b);
	n = a_n < b_n ? a_n : b_n;
	return memcmp(a->pattern + a->len - n, b->pattern + b->len - n, n);
}

/* Look for conflicts of a rule with those of a part. */
static int check_rule(struct nest_domain_rules *rules,
		      const struct nest_file_part_rule *rule,
		      const struct nest_file_part *part)
{
	struct nest_file_part_rule two[2];
	const struct nest_file_part pair = { two, 2 };
	size_t i;
	int err = 0;

	two[0] = *rule;
	for (i = 0; !err && i < part->count; i++) {
		two[1] = part->rules[i];
		if (!contradict(&two[0], &two[1]) ||
		    apart(two[0].rule, two[1].rule))
			continue;
		err = nest_file_dfa_build(rules, &pair, false, false, NULL);
	}
	return err;
}

/*
 * Rules with different transitions may conflict, which is found within a DFA.
 * Those that are divided among two are compared one by one.
 */
static int check_division(struct nest_domain_rules *rules,
			  const struct nest_file_part *a,
			  const struct nest_file_part *b)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < a->count; i++)
		if (nest_file_rule_gives_exec(a->rules[i].rule))
			err = check_rule(rules, &a->rules[i], b);
	return err;
}

/* Where to divide: behind the rules with transitions, or in the middle. */
static size_t divide_at(const struct nest_file_part *part)
{
	size_t n = 0;

	while (n < part->count && nest_file_rule_gives_exec(part->rules[n].rule))
		n++;
	if (n && n < part->count)
		return n;
	return part->count / 2;
}

static int report_explosion(struct nest_domain_rules *rules,
			    const struct nest_file_part *part)
{
	return nest_report(rules->compiler, NEST_DIAG_LIMIT,
			   part->rules[part->count - 1].rule->place,
			   "the file rules of profile %s need too many states together; this rule is among those with the most wildcards: use fewer '*', '?' and '**' within paths",
			   rules->profile->name);
}

/* Make two parts of one; @n and the parts behind it move on. */
static int divide(struct nest_domain_rules *rules, struct nest_file_part *part,
		  size_t behind)
{
	size_t at = divide_at(part);
	int err;

	if (part->count < 2)
		return -E2BIG;
	memmove(part + 2, part + 1, behind * sizeof(*part));
	part[1].rules = part->rules + at;
	part[1].count = part->count - at;
	part->count = at;
	err = check_division(rules, &part[0], &part[1]);
	return err;
}

static int build_part(struct nest_domain_rules *rules,
		      const struct nest_file_part *part, bool alone, u32 *dfa)
{
	int err;

	err = nest_file_dfa_build(rules, part, false, alone, dfa);
	if (err == -E2BIG && !rules->compiler->errors)
		err = nest_file_dfa_build(rules, part, true, alone, dfa);
	return err;
}

static int build_parts(struct nest_domain_rules *rules,
		       struct nest_file_part *parts, u32 *first, u32 *count)
{
	u32 n = 1, done = 0, dfa;
	int err;

	while (done < n) {
		struct nest_file_part *part = &parts[done];

		err = build_part(rules, part, n == 1, &dfa);
		if (!err) {
			if (!done++)
				*first = dfa;
			continue;
		}
		if (err != -E2BIG || rules->compiler->errors)
			return err;
		if (n == NEST_FILE_DFAS_MAX)
			return report_explosion(rules, part);
		err = divide(rules, part, n - done - 1);
		if (err == -E2BIG && !rules->compiler->errors)
			return report_explosion(rules, part);
		if (err)
			return err;
		n++;
	}
	*count = n;
	return 0;
}

static int report(struct nest_domain_rules *rules, int err)
{
	if (err == -ENOMEM)
		return nest_no_memory(rules->compiler);
	if (err == -EIO)
		return nest_report(rules->compiler, NEST_DIAG_INTERNAL,
				   nest_no_place(),
				   "the automaton of profile %s does not pass its check; this is a bug of the compiler",
				   rules->profile->name);
	return err;
}

/**
 * nest_file_dfas_build() - add the DFAs of the file rules to the image
 * @rules: the rules of the profile
 * @first: where the index of the first goes, NEST_NONE if there are no rules
 * @count: where their number goes
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_file_dfas_build(struct nest_domain_rules *rules, u32 *first,
			 u32 *count)
{
	const struct nest_file_rule *files = rules->files.data;
	struct nest_file_part parts[NEST_FILE_DFAS_MAX + 1];
	size_t n = rules->files.count, i;
	struct nest_file_part_rule *list;
	int err;

	*first = NEST_NONE;
	*count = 0;
	if (!n)
		return 0;
	list = malloc(n * sizeof(*list));
	if (!list)
		return nest_no_memory(rules->compiler);
	for (i = 0; i < n; i++) {
		list[i].rule = &files[i];
		list[i].danger = danger(&files[i]);
		list[i].level = level(&list[i]);
	}
	qsort(list, n, sizeof(*list), compare_rules);
	parts[0].rules = list;
	parts[0].count = n;
	err = report(rules, build_parts(rules, parts, first, count));
	free(list);
	return err;
}
