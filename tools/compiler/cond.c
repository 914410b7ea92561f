// SPDX-License-Identifier: GPL-2.0-or-later
/* Conditions, and the boolean variables that they ask about. */
#include <strings.h>

#include "ast.h"

static int syntax(struct nest_parser *parser, struct nest_place place,
		  const char *message)
{
	return nest_report(parser->compiler, NEST_DIAG_SYNTAX, place, "%s",
			   message);
}

static const struct nest_boolean *find(const struct nest_unit *unit,
				       const char *name, size_t len)
{
	const struct nest_boolean *boolean;

	for (boolean = unit->booleans; boolean; boolean = boolean->next)
		if (strlen(boolean->name) == len &&
		    !memcmp(boolean->name, name, len))
			return boolean;
	return NULL;
}

/**
 * nest_ast_boolean() - set a boolean variable
 * @parser: the parser
 * @name: its name, without "$" and braces
 * @values: what it is set to
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_ast_boolean(struct nest_parser *parser, const struct nest_word *name,
		     const struct nest_args *values)
{
	const struct nest_arg *value = values->first;
	struct nest_boolean *boolean;
	bool is_true;

	is_true = value && !strcasecmp(value->word.s, "true");
	if (!value || value->next ||
	    (!is_true && strcasecmp(value->word.s, "false")))
		return syntax(parser, name->place,
			      "a boolean variable is set to true or to false");
	if (find(parser->unit, name->s, name->len))
		return nest_report(parser->compiler, NEST_DIAG_CONFLICT,
				   name->place, "${%s} is already set",
				   name->s);
	boolean = nest_arena_alloc(&parser->compiler->arena,
				   sizeof(*boolean));
	if (!boolean)
		return nest_no_memory(parser->compiler);
	boolean->name = name->s;
	boolean->value = is_true;
	boolean->next = parser->unit->booleans;
	parser->unit->booleans = boolean;
	return 0;
}

/* The name in "$name", "${name}" or "@{name}"; its length is 0 if it is none. */
static const char *name_of(const struct nest_word *word, char sigil,
			   size_t *len)
{
	const char *s = word->s + 1;

	*len = 0;
	if (word->s[0] != sigil)
		return s;
	*len = strlen(s);
	if (*s == '{' && *len > 2 && s[*len - 1] == '}') {
		s++;
		*len -= 2;
	} else if (sigil == '@') {
		*len = 0;
	}
	return s;
}

static int eval_defined(struct nest_parser *parser,
			const struct nest_arg *arg, bool *value)
{
	const char *name;
	size_t len;

	name = name_of(&arg->word, '$', &len);
	if (len) {
		*value = find(parser->unit, name, len);
		return 0;
	}
	name = name_of(&arg->word, '@', &len);
	if (!len)
		return syntax(parser, arg->word.place,
			      "a variable has to follow defined: @{name} or ${name}");
	*value = nest_ast_find_variable(parser->unit, name, len);
	return 0;
}

static int eval_boolean(struct nest_parser *parser,
			const struct nest_arg *arg, bool *value)
{
	const struct nest_boolean *boolean;
	const char *name;
	size_t len;

	name = name_of(&arg->word, '$', &len);
	if (!len)
		return syntax(parser, arg->word.place,
			      "this is no condition; write [not] ${name}, or [not] defined @{name}");
	boolean = find(parser->unit, name, len);
	if (!boolean)
		return nest_report(parser->compiler, NEST_DIAG_VARIABLE,
				   arg->word.place,
				   "${%.*s} is not set; set it before the profile, or ask whether it is defined",
				   (int)len, name);
	*value = boolean->value;
	return 0;
}

static bool is_word(const struct nest_arg *arg, const char *word)
{
	return arg && arg->kind == NEST_ARG_WORD && !strcmp(arg->word.s, word);
}

static int eval(struct nest_parser *parser, struct nest_place place,
		const struct nest_arg *arg, bool *value)
{
	bool negate = false, defined = false;
	int err;

	for (; is_word(arg, "not"); arg = arg->next)
		negate = !negate;
	if (is_word(arg, "defined")) {
		defined = true;
		arg = arg->next;
	}
	if (!arg || arg->kind != NEST_ARG_WORD)
		return syntax(parser, place,
			      "a condition is missing: if [not] ${name}, or if [not] defined @{name}");
	if (arg->next)
		return syntax(parser, arg->next->word.place,
			      "'{' has to follow a condition");
	err = defined ? eval_defined(parser, arg, value) :
			eval_boolean(parser, arg, value);
	*value ^= negate;
	return err;
}

/**
 * nest_ast_condition() - begin a block that a condition stands before
 * @parser: the parser
 * @class: NEST_RULE_IF or NEST_RULE_ELSE
 * @block: the block, whose @up is set; gets @skip
 * @args: what follows the word
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_ast_condition(struct nest_parser *parser, enum nest_rule_class class,
		       struct nest_block *block, const struct nest_arg *args)
{
	struct nest_block *up = block->up;
	bool before = false, value = true;
	bool last = class == NEST_RULE_ELSE && !args;
	int err = 0;

	if (class == NEST_RULE_ELSE) {
		if (up->branch == NEST_BRANCH_NONE)
			return syntax(parser, block->place,
				      "there is no if block before this else");
		before = up->branch == NEST_BRANCH_TAKEN;
		if (args && !is_word(args, "if"))
			return syntax(parser, args->word.place,
				      "'{' or if has to follow else");
		args = args ? args->next : NULL;
	}
	if (!last)
		err = eval(parser, block->place, args, &value);
	block->skip = up->skip || before || !value;
	up->branch = before || value ? NEST_BRANCH_TAKEN : NEST_BRANCH_OPEN;
	if (last)
		up->branch = NEST_BRANCH_NONE;
	return err;
}
