// SPDX-License-Identifier: GPL-2.0-or-later
#include "ast.h"
#include "say.h"

static const char *const class_names[NEST_RULE_CLASSES] = {
	[NEST_RULE_PATH] = "file",
	[NEST_RULE_FILE] = "file",
	[NEST_RULE_LINK] = "link",
	[NEST_RULE_CAPABILITY] = "capability",
	[NEST_RULE_NETWORK] = "network",
	[NEST_RULE_MOUNT] = "mount",
	[NEST_RULE_REMOUNT] = "remount",
	[NEST_RULE_UMOUNT] = "umount",
	[NEST_RULE_PIVOT_ROOT] = "pivot_root",
	[NEST_RULE_PTRACE] = "ptrace",
	[NEST_RULE_SIGNAL] = "signal",
	[NEST_RULE_UNIX] = "unix",
	[NEST_RULE_DBUS] = "dbus",
	[NEST_RULE_CHANGE_PROFILE] = "change_profile",
	[NEST_RULE_SET] = "set rlimit",
	[NEST_RULE_USERNS] = "userns",
	[NEST_RULE_MQUEUE] = "mqueue",
	[NEST_RULE_IO_URING] = "io_uring",
	[NEST_RULE_ALL] = "all",
	[NEST_RULE_ABI] = "abi",
	[NEST_RULE_PROFILE] = "profile",
	[NEST_RULE_HAT] = "hat",
	[NEST_RULE_ALIAS] = "alias",
	[NEST_RULE_IF] = "if",
	[NEST_RULE_ELSE] = "else",
	[NEST_RULE_PRIORITY] = "priority",
	[NEST_RULE_PROMPT] = "prompt",
};

static const struct {
	const char *name;
	u32 value;
	bool is_mod;
} keywords[] = {
	{ "audit", NEST_MOD_AUDIT, true },
	{ "allow", NEST_MOD_ALLOW, true },
	{ "deny", NEST_MOD_DENY, true },
	{ "owner", NEST_MOD_OWNER, true },
	{ "other", NEST_MOD_OTHER, true },
	{ "file", NEST_RULE_FILE, false },
	{ "link", NEST_RULE_LINK, false },
	{ "capability", NEST_RULE_CAPABILITY, false },
	{ "network", NEST_RULE_NETWORK, false },
	{ "mount", NEST_RULE_MOUNT, false },
	{ "remount", NEST_RULE_REMOUNT, false },
	{ "umount", NEST_RULE_UMOUNT, false },
	{ "unmount", NEST_RULE_UMOUNT, false },
	{ "pivot_root", NEST_RULE_PIVOT_ROOT, false },
	{ "ptrace", NEST_RULE_PTRACE, false },
	{ "signal", NEST_RULE_SIGNAL, false },
	{ "unix", NEST_RULE_UNIX, false },
	{ "dbus", NEST_RULE_DBUS, false },
	{ "change_profile", NEST_RULE_CHANGE_PROFILE, false },
	{ "set", NEST_RULE_SET, false },
	{ "userns", NEST_RULE_USERNS, false },
	{ "mqueue", NEST_RULE_MQUEUE, false },
	{ "io_uring", NEST_RULE_IO_URING, false },
	{ "all", NEST_RULE_ALL, false },
	{ "abi", NEST_RULE_ABI, false },
	{ "profile", NEST_RULE_PROFILE, false },
	{ "hat", NEST_RULE_HAT, false },
	{ "alias", NEST_RULE_ALIAS, false },
	{ "if", NEST_RULE_IF, false },
	{ "else", NEST_RULE_ELSE, false },
	{ "priority", NEST_RULE_PRIORITY, false },
	{ "prompt", NEST_RULE_PROMPT, false },
};

/**
 * nest_ast_keyword() - look up a keyword that may begin a rule
 * @s: the word
 * @len: its length
 * @is_mod: where it goes whether the word stands before a rule
 * @value: where NEST_MOD_* or enum nest_rule_class goes
 *
 * Return: 0, or -ENOENT.
 */
int nest_ast_keyword(const char *s, size_t len, bool *is_mod, u32 *value)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keywords); i++) {
		if (strlen(keywords[i].name) != len ||
		    memcmp(keywords[i].name, s, len))
			continue;
		*is_mod = keywords[i].is_mod;
		*value = keywords[i].value;
		return 0;
	}
	return -ENOENT;
}

const char *nest_ast_class_name(enum nest_rule_class class)
{
	return class_names[class];
}

int nest_ast_arg(struct nest_parser *parser, struct nest_args *args,
		 enum nest_arg_kind kind, const struct nest_word *word,
		 struct nest_arg *values)
{
	struct nest_arg *arg;

	arg = nest_arena_alloc(&parser->compiler->arena, sizeof(*arg));
	if (!arg)
		return nest_no_memory(parser->compiler);
	arg->kind = kind;
	arg->word = *word;
	arg->values = values;
	if (args->last)
		args->last->next = arg;
	else
		args->first = arg;
	args->last = arg;
	return 0;
}

/**
 * nest_ast_refuse() - refuse constructs of the language that Nest does not have
 * @parser: the parser
 * @class: what a rule begins with
 * @place: where
 *
 * Return: 0 if the class is supported, or a negative errno that was reported.
 */
int nest_ast_refuse(struct nest_parser *parser, enum nest_rule_class class,
		    struct nest_place place)
{
	const char *advice;

	switch (class) {
	case NEST_RULE_PRIORITY:
		return nest_report(parser->compiler, NEST_DIAG_SYNTAX, place,
				   "a priority is a number: priority=1 /a r,");
	case NEST_RULE_PROMPT:
		advice = "use allow or deny";
		break;
	default:
		return 0;
	}
	return nest_report(parser->compiler, NEST_DIAG_UNSUPPORTED, place,
			   "'%s' is not supported; %s", class_names[class],
			   advice);
}

int nest_ast_priority(struct nest_parser *parser, struct nest_mods *mods,
		      int priority, struct nest_place place)
{
	if (mods->mask)
		return nest_report(parser->compiler, NEST_DIAG_SYNTAX, place,
				   "priority= has to be the first word of a rule");
	if (priority < NEST_PRIORITY_MIN || priority > NEST_PRIORITY_MAX)
		return nest_report(parser->compiler, NEST_DIAG_SYNTAX, place,
				   "a priority is a number from %d to %d",
				   NEST_PRIORITY_MIN, NEST_PRIORITY_MAX);
	mods->mask = NEST_MOD_PRIORITY;
	mods->priority = (s16)priority;
	mods->place = place;
	return 0;
}

static int check_abi(struct nest_parser *parser, struct nest_place place,
		     const struct nest_arg *args)
{
	static const char *const known[] = {
		"abi/3.0", "<abi/3.0>", "abi/4.0", "<abi/4.0>",
	};
	size_t i;

	for (i = 0; args && !args->next && i < ARRAY_SIZE(known); i++) {
		if (strcmp(args->word.s, known[i]))
			continue;
		/* That of an abstraction says nothing about the profile. */
		parser->unit->abi_4 |= !parser->block &&
				       strstr(known[i], "4.0");
		return 0;
	}
	return nest_report(parser->compiler, NEST_DIAG_UNSUPPORTED, place,
			   "this abi is not known; use abi <abi/3.0>, or abi <abi/4.0>,");
}

static int add_alias(struct nest_parser *parser, struct nest_place place,
		     const struct nest_arg *args)
{
	const struct nest_arg *arrow = args ? args->next : NULL;
	const struct nest_arg *to = arrow ? arrow->next : NULL;
	struct nest_alias *alias;

	if (!to || to->next || args->kind != NEST_ARG_WORD ||
	    arrow->kind != NEST_ARG_ARROW || to->kind != NEST_ARG_WORD ||
	    *args->word.s != '/' || *to->word.s != '/')
		return nest_report(parser->compiler, NEST_DIAG_SYNTAX, place,
				   "an alias is: alias /from/ -> /to/,");
	if (parser->block)
		return nest_report(parser->compiler, NEST_DIAG_SYNTAX, place,
				   "an alias has to stand before the profiles");
	alias = nest_arena_alloc(&parser->compiler->arena, sizeof(*alias));
	if (!alias)
		return nest_no_memory(parser->compiler);
	alias->from = args->word.s;
	alias->to = to->word.s;
	alias->next = parser->unit->aliases;
	parser->unit->aliases = alias;
	return 0;
}

int nest_ast_rule(struct nest_parser *parser, const struct nest_mods *mods,
		  enum nest_rule_class class, struct nest_place place,
		  struct nest_arg *args)
{
	struct nest_compiler *compiler = parser->compiler;
	struct nest_rule *rule;

	if (class == NEST_RULE_ABI)
		return check_abi(parser, place, args);
	if (class == NEST_RULE_ALIAS)
		return add_alias(parser, place, args);
	if (class == NEST_RULE_IF || class == NEST_RULE_ELSE)
		return nest_report(compiler, NEST_DIAG_SYNTAX, place,
				   "a condition needs its rules between '{' and '}'");
	if (class == NEST_RULE_PROFILE || class == NEST_RULE_HAT)
		return nest_report(compiler, NEST_DIAG_SYNTAX, place,
				   "a profile needs its rules between '{' and '}'");
	if (class == NEST_RULE_PATH && !args)
		return nest_report(compiler, NEST_DIAG_SYNTAX, place,
				   "there is no rule before this ','");
	if (!parser->block)
		return nest_report(compiler, NEST_DIAG_SYNTAX, place,
				   "rules have to stand in a profile: profile NAME { ... }");
	if (++compiler->rules > NEST_RULES_MAX)
		return nest_report(compiler, NEST_DIAG_LIMIT, place,
				   "more than %u rules", NEST_RULES_MAX);
	parser->block->branch = NEST_BRANCH_NONE;
	if (parser->block->skip)
		return 0;
	rule = nest_arena_alloc(&compiler->arena, sizeof(*rule));
	if (!rule)
		return nest_no_memory(compiler);
	rule->class = class;
	rule->mods = mods->mask | parser->block->mods;
	rule->priority = mods->priority;
	rule->place = place;
	rule->args = args;
	*parser->block->profile->last_rule = rule;
	parser->block->profile->last_rule = &rule->next;
	return 0;
}

static int add_profile(struct nest_parser *parser, struct nest_block *block,
		       bool hat, struct nest_arg *header)
{
	struct nest_compiler *compiler = parser->compiler;
	struct nest_profile *profile, **p;

	profile = nest_arena_alloc(&compiler->arena, sizeof(*profile));
	if (!profile)
		return nest_no_memory(compiler);
	if (!block->skip) {
		p = nest_vec_add(&compiler->profiles, sizeof(profile), 1);
		if (!p)
			return nest_no_memory(compiler);
		*p = profile;
	}
	profile->unit = parser->unit;
	profile->parent = block->up ? block->up->profile : NULL;
	profile->place = block->place;
	profile->hat = hat;
	profile->header = header;
	profile->last_rule = &profile->rules;
	block->profile = profile;
	return 0;
}

static bool is_path_word(const struct nest_arg *arg)
{
	return arg && arg->kind == NEST_ARG_WORD &&
	       (arg->word.s[0] == '/' || !strncmp(arg->word.s, "@{", 2));
}

/* What may begin a block? */
static int check_block(struct nest_parser *parser,
		       const struct nest_mods *mods,
		       enum nest_rule_class class, bool profile,
		       struct nest_place place, const struct nest_arg *args)
{
	bool condition = class == NEST_RULE_IF || class == NEST_RULE_ELSE;
	const char *message = NULL;

	if (condition && !parser->block)
		message = "a condition has to stand in a profile";
	else if (!profile && !condition &&
		 (class != NEST_RULE_PATH || args || !parser->block))
		message = "no profile begins so; write profile NAME { ... }";
	if (message)
		return nest_report(parser->compiler, NEST_DIAG_SYNTAX, place,
				   "%s", message);
	if (mods->mask & NEST_MOD_PRIORITY)
		return nest_report(parser->compiler, NEST_DIAG_UNSUPPORTED,
				   mods->place,
				   "a priority cannot stand before a block; write it before its rules");
	if (mods->mask && (profile || condition))
		return nest_report(parser->compiler, NEST_DIAG_SYNTAX,
				   mods->place,
				   "this word cannot stand before a %s",
				   profile ? "profile" : "condition");
	return 0;
}

static int fill_block(struct nest_parser *parser, struct nest_block *block,
		      const struct nest_mods *mods, enum nest_rule_class class,
		      bool profile, struct nest_arg *args)
{
	struct nest_block *up = block->up;

	block->skip = up && up->skip;
	if (up && class != NEST_RULE_ELSE)
		up->branch = NEST_BRANCH_NONE;
	if (profile)
		return add_profile(parser, block, class == NEST_RULE_HAT, args);
	block->profile = up->profile;
	block->mods = up->mods | mods->mask;
	if (class == NEST_RULE_PATH)
		return 0;
	return nest_ast_condition(parser, class, block, args);
}

int nest_ast_open(struct nest_parser *parser, const struct nest_mods *mods,
		  enum nest_rule_class class, struct nest_place place,
		  struct nest_arg *args)
{
	bool profile = class == NEST_RULE_PROFILE || class == NEST_RULE_HAT;
	struct nest_block *block;
	int err;

	if (class == NEST_RULE_PATH && !parser->block && is_path_word(args))
		profile = true;
	err = check_block(parser, mods, class, profile, place, args);
	if (err)
		return err;
	block = nest_arena_alloc(&parser->compiler->arena, sizeof(*block));
	if (!block)
		return nest_no_memory(parser->compiler);
	block->up = parser->block;
	block->place = place;
	err = fill_block(parser, block, mods, class, profile, args);
	if (!err)
		parser->block = block;
	return err;
}

void nest_ast_close(struct nest_parser *parser)
{
	parser->block = parser->block->up;
}

struct nest_variable *nest_ast_find_variable(const struct nest_unit *unit,
					     const char *name, size_t len)
{
	struct nest_variable *variable;

	for (variable = unit->variables; variable; variable = variable->next)
		if (strlen(variable->name) == len &&
		    !memcmp(variable->name, name, len))
			return variable;
	return NULL;
}

static int set_variable(struct nest_parser *parser,
			const struct nest_word *name,
			const struct nest_args *values)
{
	struct nest_variable *variable;

	variable = nest_arena_alloc(&parser->compiler->arena,
				    sizeof(*variable));
	if (!variable)
		return nest_no_memory(parser->compiler);
	variable->name = name->s;
	variable->place = name->place;
	variable->values = *values;
	variable->next = parser->unit->variables;
	parser->unit->variables = variable;
	return 0;
}

int nest_ast_variable(struct nest_parser *parser, const struct nest_word *name,
		      bool add, const struct nest_args *values)
{
	struct nest_compiler *compiler = parser->compiler;
	struct nest_variable *variable =
		nest_ast_find_variable(parser->unit, name->s, name->len);

	if (!values->first)
		return nest_report(compiler, NEST_DIAG_VARIABLE, name->place,
				   "@{%s} is given no value; write \"\" for an empty one",
				   name->s);
	if (!add && variable) {
		nest_report(compiler, NEST_DIAG_CONFLICT, name->place,
			    "@{%s} is already set; use += to add values",
			    name->s);
		nest_note(compiler, NEST_DIAG_CONFLICT, variable->place,
			  "it was set here");
		return -EINVAL;
	}
	if (!add)
		return set_variable(parser, name, values);
	if (!variable)
		return nest_report(compiler, NEST_DIAG_VARIABLE, name->place,
				   "@{%s} is not set yet; use = for its first values",
				   name->s);
	variable->values.last->next = values->first;
	variable->values.last = values->last;
	return 0;
}
