// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rules for resource limits:
 *
 *	set rlimit NAME <= VALUE [UNIT],
 */
#include <errno.h>
#include <stdlib.h>

#include "domain.h"
#include "image.h"
#include "../../kernel/core/naming.h"

#define MILLISECOND	1000ULL
#define SECOND		(1000 * MILLISECOND)
#define MINUTE		(60 * SECOND)
#define HOUR		(60 * MINUTE)
#define DAY		(24 * HOUR)

/* What a limit is measured in. */
enum kind {
	COUNT,
	BYTES,
	SECONDS,
	MICROSECONDS,
	NICENESS
};

static const enum kind kinds[NEST_RLIMITS] = {
	[NEST_RLIMIT_CPU]	= SECONDS,
	[NEST_RLIMIT_FSIZE]	= BYTES,
	[NEST_RLIMIT_DATA]	= BYTES,
	[NEST_RLIMIT_STACK]	= BYTES,
	[NEST_RLIMIT_CORE]	= BYTES,
	[NEST_RLIMIT_RSS]	= BYTES,
	[NEST_RLIMIT_NPROC]	= COUNT,
	[NEST_RLIMIT_NOFILE]	= COUNT,
	[NEST_RLIMIT_MEMLOCK]	= BYTES,
	[NEST_RLIMIT_AS]	= BYTES,
	[NEST_RLIMIT_LOCKS]	= COUNT,
	[NEST_RLIMIT_SIGPENDING] = COUNT,
	[NEST_RLIMIT_MSGQUEUE]	= BYTES,
	[NEST_RLIMIT_NICE]	= NICENESS,
	[NEST_RLIMIT_RTPRIO]	= COUNT,
	[NEST_RLIMIT_RTTIME]	= MICROSECONDS,
};

struct unit {
	const char *name;
	u64 factor;
};

static const struct unit sizes[] = {
	{ "K", 1 << 10 }, { "KB", 1 << 10 },
	{ "M", 1 << 20 }, { "MB", 1 << 20 },
	{ "G", 1 << 30 }, { "GB", 1 << 30 },
	{ NULL, 0 }
};

/* In microseconds. */
static const struct unit times[] = {
	{ "us", 1 }, { "microsecond", 1 }, { "microseconds", 1 },
	{ "ms", MILLISECOND }, { "millisecond", MILLISECOND },
	{ "milliseconds", MILLISECOND },
	{ "s", SECOND }, { "sec", SECOND }, { "second", SECOND },
	{ "seconds", SECOND },
	{ "min", MINUTE }, { "minute", MINUTE }, { "minutes", MINUTE },
	{ "h", HOUR }, { "hour", HOUR }, { "hours", HOUR },
	{ "d", DAY }, { "day", DAY }, { "days", DAY },
	{ "week", 7 * DAY }, { "weeks", 7 * DAY },
	{ NULL, 0 }
};

static const struct unit no_units[] = { { NULL, 0 } };

static int syntax(struct nest_domain_rules *rules, const struct nest_word *word,
		  const char *message)
{
	return nest_report(rules->compiler, NEST_DIAG_SYNTAX, word->place,
			   "'%s': %s", word->s, message);
}

static const struct unit *units_of(enum kind kind)
{
	if (kind == BYTES)
		return sizes;
	return kind == SECONDS || kind == MICROSECONDS ? times : no_units;
}

/* What a number of a unit, or of none, stands for; 0: there is no such unit. */
static u64 factor_of(enum kind kind, const char *name)
{
	const struct unit *unit = units_of(kind);

	if (!*name)
		return 1;
	while (unit->name && strcmp(unit->name, name))
		unit++;
	if (kind == SECONDS)
		return unit->factor / SECOND;
	return unit->factor;
}

static const char *advice(enum kind kind)
{
	switch (kind) {
	case BYTES:
		return "the limit is a number of bytes, or of K, KB, M, MB, G, GB, or infinity";
	case SECONDS:
		return "the limit is a number of seconds, or of min, h, d, week, or infinity";
	case MICROSECONDS:
		return "the limit is a number of microseconds, or of ms, s, min, h, or infinity";
	case NICENESS:
		return "the limit is a number from -20 to 19, or infinity";
	default:
		return "the limit is a number, or infinity";
	}
}

/* The kernel counts from 1, for a nice value of 19, to 40, for -20. */
static int take_nice(struct nest_domain_rules *rules,
		     const struct nest_word *word, u64 *value)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(word->s, &end, 0);
	if (errno || end == word->s || *end || n < -20 || n > 19)
		return syntax(rules, word, advice(NICENESS));
	*value = (u64)(20 - n);
	return 0;
}

static int take_number(struct nest_domain_rules *rules, enum kind kind,
		       const struct nest_word *word,
		       const struct nest_word *unit, u64 *value)
{
	unsigned long long n;
	char *end;
	u64 factor;

	errno = 0;
	n = strtoull(word->s, &end, 0);
	if (end == word->s || *word->s == '-' || *word->s == '+')
		return syntax(rules, word, advice(kind));
	if (unit && *end)
		return syntax(rules, unit, "the number has a unit already");
	factor = factor_of(kind, unit ? unit->s : end);
	if (!factor)
		return syntax(rules, unit ? unit : word, advice(kind));
	if (errno || n >= NEST_RLIMIT_INFINITY / factor)
		return syntax(rules, word,
			      "the number is too large; for no limit write infinity");
	*value = n * factor;
	return 0;
}

static int take_value(struct nest_domain_rules *rules, enum kind kind,
		      const struct nest_word *word,
		      const struct nest_word *unit, u64 *value)
{
	if (unit && (kind == NICENESS || !strcmp(word->s, "infinity")))
		return syntax(rules, unit, "there is no unit here");
	*value = NEST_RLIMIT_INFINITY;
	if (!strcmp(word->s, "infinity"))
		return 0;
	if (kind == NICENESS)
		return take_nice(rules, word, value);
	return take_number(rules, kind, word, unit, value);
}

static bool is_word(const struct nest_arg *arg, const char *word)
{
	return arg && arg->kind == NEST_ARG_WORD && !arg->word.quoted &&
	       (!word || !strcmp(arg->word.s, word));
}

/* The name and what follows "<=", or false. */
static bool take_args(const struct nest_rule *rule,
		      const struct nest_arg **name,
		      const struct nest_arg **value)
{
	const struct nest_arg *arg = rule->args;

	if (!is_word(arg, "rlimit") || !is_word(arg->next, NULL) ||
	    !is_word(arg->next->next, "<="))
		return false;
	*name = arg->next;
	*value = arg->next->next->next;
	if (!is_word(*value, NULL))
		return false;
	arg = (*value)->next;
	return !arg || (is_word(arg, NULL) && !arg->next);
}

static u32 resource_of(const char *name)
{
	if (!strcmp(name, "ofile"))
		return NEST_RLIMIT_NOFILE;
	return nest_number_of(NEST_NAMES_RLIMIT, name);
}

/**
 * nest_limit_rule_take() - take a rule for a resource limit
 * @rules: the rules of the profile
 * @rule: a rule of the class set
 *
 * Of several rules for one resource the last one counts, as in AppArmor.
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_limit_rule_take(struct nest_domain_rules *rules,
			 const struct nest_rule *rule)
{
	const struct nest_arg *name, *value;
	u32 resource;
	int err;

	if (rule->mods)
		return nest_report(rules->compiler, NEST_DIAG_SYNTAX,
				   rule->place,
				   "nothing can stand before set: a limit is neither allowed nor denied");
	if (!take_args(rule, &name, &value))
		return nest_report(rules->compiler, NEST_DIAG_SYNTAX,
				   rule->place,
				   "the rule is: set rlimit NAME <= VALUE [UNIT],");
	resource = resource_of(name->word.s);
	if (resource == NEST_NONE)
		return syntax(rules, &name->word,
			      "this is no resource; see getrlimit(2) and write its name in lower case without RLIMIT_");
	err = take_value(rules, kinds[resource], &value->word,
			 value->next ? &value->next->word : NULL,
			 &rules->rlimit[resource]);
	rules->rlimits |= 1U << resource;
	return err;
}

/**
 * nest_limits_build() - add the limits of a profile to the image
 * @rules: the rules of the profile
 * @index: where their index goes, NEST_NONE if there are none
 *
 * Return: 0, or -ENOMEM.
 */
int nest_limits_build(const struct nest_domain_rules *rules, u32 *index)
{
	struct nest_policy_rlimits limits = { .mask = htole32(rules->rlimits) };
	u32 i;

	*index = NEST_NONE;
	if (!rules->rlimits)
		return 0;
	for (i = 0; i < NEST_RLIMITS; i++)
		if (rules->rlimits >> i & 1)
			limits.max[i] = htole64(rules->rlimit[i]);
	return nest_image_rlimits(rules->image, &limits, index);
}
