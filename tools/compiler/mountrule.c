// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rules for mounts:
 *
 *	mount [options=FLAGS] [options in FLAGS] [fstype=TYPES] [SOURCE] [-> POINT],
 *	remount [options...] [POINT],
 *	umount [POINT],
 *	pivot_root [oldroot=OLD] [NEW],
 *
 * The kernel asks about a mount in one of five ways: remounting, binding, a
 * change of the propagation type, moving, and all else. A rule without options
 * is for each of them that its source and type leave possible; a rule with
 * options for the one that they name. AppArmor 3.0 has such a rule permit the
 * plain mount with the other options as well ("options=(ro,bind)" the plain
 * mount of the source with ro), which its authors took for a hole
 * (CVE-2016-1585). It does not here.
 */
#include <sys/mount.h>

#include "classrule.h"
#include "names.h"
#include "nfa.h"

#define ANY_NAME	"**"
#define CHANGE_TYPE	(MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE)
#define COMMANDS	(MS_REMOUNT | MS_BIND | MS_MOVE | CHANGE_TYPE)

/* A rule taken apart. */
struct mount_rule {
	const struct nest_rule *rule;
	enum nest_policy_class class;
	const struct nest_word *point;	/* NULL: any */
	const struct nest_word *source;	/* likewise */
	const struct nest_arg *types;	/* likewise */
	bool options;			/* some were given */
	u32 exact;			/* flags that have to be set */
	u32 maybe;			/* flags that may be set */
	bool data;			/* options of file systems were given */
};

static int syntax(struct nest_domain_rules *rules,
		  const struct nest_word *word, const char *message)
{
	return nest_report(rules->compiler, NEST_DIAG_SYNTAX, word->place,
			   "%s", message);
}

static int take_option(struct mount_rule *mount, const struct nest_word *word,
		       u32 *flags)
{
	u32 set;

	mount->options = true;
	if (nest_mount_flags(word->s, &set))
		*flags |= set;
	else
		mount->data = true;
	return 0;
}

static int take_options(struct nest_domain_rules *rules,
			struct mount_rule *mount, const struct nest_arg *list,
			u32 *flags)
{
	int err = 0;

	for (; !err && list; list = list->next) {
		/* "size=10m" is an option of a file system. */
		if (list->kind == NEST_ARG_COND)
			mount->data = true;
		else if (list->kind == NEST_ARG_WORD)
			err = take_option(mount, &list->word, flags);
		else
			err = syntax(rules, &list->word,
				     "options are a list of words");
	}
	return err;
}

static bool is_options(const struct nest_word *word)
{
	return !strcmp(word->s, "options") || !strcmp(word->s, "option");
}

static bool is_fstype(const struct nest_word *word)
{
	return !strcmp(word->s, "fstype") || !strcmp(word->s, "vfstype");
}

static int take_types(struct nest_domain_rules *rules,
		      struct mount_rule *mount, const struct nest_word *word,
		      const struct nest_arg *list)
{
	if (mount->types || !list)
		return syntax(rules, word,
			      "a rule has one fstype=, for several (a, b)");
	mount->types = list;
	return 0;
}

static int take_condition(struct nest_domain_rules *rules,
			  struct mount_rule *mount, const struct nest_arg *arg)
{
	bool pivot = mount->class == NEST_RULES_PIVOT_ROOT;

	if (pivot && !strcmp(arg->word.s, "oldroot") && !mount->source &&
	    arg->values && arg->values->kind == NEST_ARG_WORD &&
	    !arg->values->next) {
		mount->source = &arg->values->word;
		return 0;
	}
	if (mount->class == NEST_RULES_MOUNT && is_options(&arg->word))
		return take_options(rules, mount, arg->values, &mount->exact);
	if (mount->class == NEST_RULES_MOUNT && is_fstype(&arg->word))
		return take_types(rules, mount, &arg->word, arg->values);
	return syntax(rules, &arg->word,
		      pivot ? "pivot_root has the condition oldroot=PATH" :
		      mount->class == NEST_RULES_UMOUNT ?
		      "umount has no conditions; it is about any mount there" :
		      "mount has the conditions options= and fstype=");
}

/* "options in (...)": three arguments. Return: the last one, or NULL. */
static const struct nest_arg *list_within(const struct nest_arg *arg)
{
	const struct nest_arg *in = arg->next;

	if (arg->kind != NEST_ARG_WORD || arg->word.quoted || !in ||
	    in->kind != NEST_ARG_WORD || strcmp(in->word.s, "in"))
		return NULL;
	return in->next && in->next->kind == NEST_ARG_LIST ? in->next : NULL;
}

static int take_within(struct nest_domain_rules *rules,
		       struct mount_rule *mount, const struct nest_arg *arg,
		       const struct nest_arg *list)
{
	if (mount->class == NEST_RULES_MOUNT && is_options(&arg->word))
		return take_options(rules, mount, list->values, &mount->maybe);
	if (mount->class == NEST_RULES_MOUNT && is_fstype(&arg->word))
		return take_types(rules, mount, &arg->word, list->values);
	return syntax(rules, &arg->word,
		      "only options and fstype of mount can be in a list");
}

/* What stands before the arrow, or instead of it. */
static int take_word(struct nest_domain_rules *rules,
		     struct mount_rule *mount, const struct nest_arg *arg)
{
	bool source = mount->rule->class == NEST_RULE_MOUNT;
	const struct nest_word **word = source ? &mount->source :
						 &mount->point;

	if (arg->kind == NEST_ARG_LIST)
		return syntax(rules, &arg->word, "a list is unexpected here");
	if (*word)
		return syntax(rules, &arg->word,
			      source ? "a rule has one source; is '->' missing?" :
				       "the rule has one path");
	*word = &arg->word;
	return 0;
}

static int take_arrow(struct nest_domain_rules *rules,
		      struct mount_rule *mount, const struct nest_arg *arrow)
{
	const struct nest_arg *point = arrow->next;

	if (mount->class == NEST_RULES_PIVOT_ROOT)
		return nest_report(rules->compiler, NEST_DIAG_UNSUPPORTED,
				   arrow->word.place,
				   "a change of the root does not change the profile");
	if (mount->rule->class != NEST_RULE_MOUNT)
		return syntax(rules, &arrow->word, "the rule has no '->'");
	if (!point || point->kind != NEST_ARG_WORD || point->next)
		return syntax(rules, &arrow->word,
			      "one path, the mount point, has to follow '->'");
	mount->point = &point->word;
	return 0;
}

static int take_args(struct nest_domain_rules *rules,
		     struct mount_rule *mount)
{
	const struct nest_arg *arg = mount->rule->args, *list;
	int err = 0;

	while (!err && arg && arg->kind != NEST_ARG_ARROW) {
		list = list_within(arg);
		if (list)
			err = take_within(rules, mount, arg, list);
		else if (arg->kind == NEST_ARG_COND)
			err = take_condition(rules, mount, arg);
		else
			err = take_word(rules, mount, arg);
		arg = list ? list->next : arg->next;
	}
	return err || !arg ? err : take_arrow(rules, mount, arg);
}

/*
 * The kinds of mounts: what the kernel takes for one with @command among its
 * flags, in the order in which it looks for them, and the flags that it asks
 * about then.
 */
struct kind {
	u32 command;
	u32 flags;
};

#define CHANGE_TO(type)	{ type, (type) | MS_REC | MS_SILENT }

static const struct kind kinds[] = {
	{ MS_REMOUNT, ~(u32)(CHANGE_TYPE | MS_MOVE) },
	{ MS_BIND, MS_BIND | MS_REC },
	CHANGE_TO(MS_SHARED), CHANGE_TO(MS_PRIVATE),
	CHANGE_TO(MS_SLAVE), CHANGE_TO(MS_UNBINDABLE),
	{ MS_MOVE, MS_MOVE },
	{ 0, ~(u32)(COMMANDS | MS_REC) },
};

/* Whether the options, if there are any, are for a kind. */
static bool is_kind(const struct mount_rule *mount, const struct kind *kind)
{
	u32 flags = mount->exact | mount->maybe;
	const struct kind *other;

	for (other = kinds; other < kind; other++)
		if (mount->exact & other->command)
			return false;
	if (kind->command)
		return flags & kind->command;
	/* A list of nothing but kinds does not mean a mount of no kind. */
	return !(flags & COMMANDS) || flags & ~(u32)(COMMANDS | MS_REC);
}

/* The field of flags of a kind, or of all kinds if no options were given. */
static void add_flags(struct nest_fields *fields,
		      const struct mount_rule *mount, const struct kind *kind)
{
	u32 exact = mount->exact | kind->command;
	u32 bit;

	if (!mount->options)
		nest_fields_pattern(fields, ANY_NAME, sizeof(ANY_NAME) - 1);
	for (bit = 0; mount->options && bit < 32; bit++) {
		u32 flag = kind->flags & 1U << bit;

		if (flag & exact) {
			nest_fields_byte(fields, (u8)(bit + 1));
		} else if (flag & mount->maybe) {
			nest_fields_pattern(fields, "{", 1);
			nest_fields_byte(fields, (u8)(bit + 1));
			nest_fields_pattern(fields, ",}", 2);
		}
	}
	nest_fields_byte(fields, 0);
}

static int add_kind(struct nest_domain_rules *rules,
		    const struct mount_rule *mount,
		    const struct nest_nfa_text *point,
		    const struct nest_nfa_text *source,
		    const struct nest_nfa_text *type, const struct kind *kind)
{
	struct nest_fields fields;

	nest_fields_begin(&fields, mount->class);
	nest_fields_text(&fields, point->s, point->len);
	if (mount->class != NEST_RULES_UMOUNT)
		nest_fields_text(&fields, source->s, source->len);
	if (mount->class == NEST_RULES_MOUNT) {
		nest_fields_text(&fields, type->s, type->len);
		add_flags(&fields, mount, kind);
	}
	return nest_class_rule_add(rules, mount->class, &fields, mount->rule,
				   NEST_RULES_MAY);
}

/* The values of a word, or what stands for any name. */
static int expand(struct nest_domain_rules *rules,
		  const struct mount_rule *mount, const struct nest_word *word,
		  struct nest_expansion *result)
{
	const struct nest_word any = { ANY_NAME, sizeof(ANY_NAME) - 1, false,
				       mount->rule->place };

	return nest_expand(rules->compiler, rules->profile, word ? word : &any,
			   result);
}

static int expand_types(struct nest_domain_rules *rules,
			const struct mount_rule *mount,
			struct nest_expansion *result)
{
	const struct nest_arg *type = mount->types;
	int err = 0;

	if (!type)
		return expand(rules, mount, NULL, result);
	for (; !err && type; type = type->next)
		err = nest_expand_names(rules->compiler, rules->profile,
					&type->word, result);
	return err;
}

static int add_kinds(struct nest_domain_rules *rules,
		     const struct mount_rule *mount,
		     const struct nest_nfa_text *point,
		     const struct nest_nfa_text *source,
		     const struct nest_nfa_text *type)
{
	size_t i;
	int err = 0;

	if (!mount->options)
		return add_kind(rules, mount, point, source, type, kinds);
	for (i = 0; !err && i < ARRAY_SIZE(kinds); i++)
		if (is_kind(mount, &kinds[i]))
			err = add_kind(rules, mount, point, source, type,
				       &kinds[i]);
	return err;
}

static int add_all(struct nest_domain_rules *rules,
		   const struct mount_rule *mount,
		   const struct nest_expansion *points,
		   const struct nest_expansion *sources,
		   const struct nest_expansion *types)
{
	const struct nest_nfa_text *point = points->texts.data;
	const struct nest_nfa_text *source = sources->texts.data;
	const struct nest_nfa_text *type = types->texts.data;
	size_t n = sources->texts.count, m = types->texts.count, i;
	int err = 0;

	for (i = 0; !err && i < points->texts.count * n * m; i++)
		err = add_kinds(rules, mount, &point[i / (n * m)],
				&source[i / m % n], &type[i % m]);
	return err;
}

static int add(struct nest_domain_rules *rules, const struct mount_rule *mount)
{
	struct nest_expansion points = { { NULL, 0, 0 } };
	struct nest_expansion sources = { { NULL, 0, 0 } };
	struct nest_expansion types = { { NULL, 0, 0 } };
	int err;

	err = expand(rules, mount, mount->point, &points);
	if (!err)
		err = expand(rules, mount, mount->source, &sources);
	if (!err)
		err = expand_types(rules, mount, &types);
	if (!err)
		err = add_all(rules, mount, &points, &sources, &types);
	nest_vec_free(&points.texts);
	nest_vec_free(&sources.texts);
	nest_vec_free(&types.texts);
	return err;
}

/* The kernel's question has no options of file systems in it. */
static int leave_out(struct nest_domain_rules *rules,
		     const struct mount_rule *mount)
{
	if (mount->rule->mods & NEST_MOD_DENY)
		return nest_report(rules->compiler,
				   NEST_DIAG_DENY_NOT_ENFORCED,
				   mount->rule->place,
				   "options of file systems are not mediated, so this cannot be denied; deny the mount without them");
	rules->skipped[mount->rule->class]++;
	return 0;
}

static enum nest_policy_class class_of(const struct nest_rule *rule)
{
	if (rule->class == NEST_RULE_UMOUNT)
		return NEST_RULES_UMOUNT;
	return rule->class == NEST_RULE_PIVOT_ROOT ? NEST_RULES_PIVOT_ROOT :
						     NEST_RULES_MOUNT;
}

/**
 * nest_mount_rule_take() - take a rule for mounts or for the root
 * @rules: the rules of the profile
 * @rule: a rule of the class mount, remount, umount or pivot_root
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_mount_rule_take(struct nest_domain_rules *rules,
			 const struct nest_rule *rule)
{
	struct mount_rule mount = { .rule = rule, .class = class_of(rule) };
	int err;

	if (rule->class == NEST_RULE_REMOUNT) {
		mount.options = true;
		mount.exact = MS_REMOUNT;
	}
	err = take_args(rules, &mount);
	if (err)
		return err;
	if (mount.data)
		return leave_out(rules, &mount);
	return add(rules, &mount);
}

/**
 * nest_mount_rule_all() - take a rule for all of mounts and roots
 * @rules: the rules of the profile
 * @rule: a rule of the class all
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_mount_rule_all(struct nest_domain_rules *rules,
			const struct nest_rule *rule)
{
	static const enum nest_policy_class classes[] = {
		NEST_RULES_MOUNT, NEST_RULES_UMOUNT, NEST_RULES_PIVOT_ROOT,
	};
	size_t i;
	int err = 0;

	for (i = 0; !err && i < ARRAY_SIZE(classes); i++) {
		const struct mount_rule mount = {
			.rule = rule,
			.class = classes[i],
		};

		err = add(rules, &mount);
	}
	return err;
}
