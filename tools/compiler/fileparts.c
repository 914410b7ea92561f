// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Divides the file rules of a profile among DFAs. One is the best. Where the
 * union of the patterns has too many states, one that reads names backwards may
 * do: it forgets what went before a "**" as the other one forgets what follows.
 * Where neither will do, there are several, whose results the kernel unites.
 */
#include <stdlib.h>

#include "determinise.h"
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
		if (two[0].level != two[1].level ||
		    !nest_file_rules_contradict(two[0].rule, two[1].rule) ||
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

/* The rules of a profile, sorted. */
struct files {
	struct nest_domain_rules *rules;
	struct nest_file_part_rule *list;
	bool mixed;			/* they have different priorities */
};

static int divide(void *context, size_t from, size_t count, size_t *at)
{
	const struct files *files = context;
	struct nest_file_part part = { files->list + from, count }, rest;

	/* The kernel unites what several DFAs say, and knows no priorities. */
	if (files->mixed)
		return -E2BIG;
	*at = divide_at(&part);
	part.count = *at;
	rest.rules = part.rules + *at;
	rest.count = count - *at;
	return check_division(files->rules, &part, &rest);
}

static int build(void *context, size_t from, size_t count, bool alone,
		 u32 *dfa)
{
	const struct files *files = context;
	const struct nest_file_part part = { files->list + from, count };
	int err;

	err = nest_file_dfa_build(files->rules, &part, false, alone, dfa);
	if (err == -E2BIG)
		err = nest_file_dfa_build(files->rules, &part, true, alone,
					  dfa);
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
	size_t n = rules->files.count, i, culprit;
	struct nest_file_part_rule *list;
	struct files sorted = { .rules = rules };
	const struct nest_parts parts = { build, divide, &sorted };
	int err;

	static_assert(NEST_PARTS_MAX <= NEST_FILE_DFAS_MAX);
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
		sorted.mixed |= files[i].priority != files->priority;
	}
	qsort(list, n, sizeof(*list), compare_rules);
	sorted.list = list;
	err = nest_parts_build(&parts, n, first, count, &culprit);
	err = nest_determinise_failed(rules->compiler, err,
				      list[culprit].rule->place, "file rules",
				      rules->profile->name);
	free(list);
	return err;
}
