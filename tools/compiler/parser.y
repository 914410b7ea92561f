/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammar knows rules, blocks and assignments; what the arguments of each
 * class of rules may be is checked afterwards, where the messages can be
 * better.
 */
%define api.pure full
%define api.prefix {nest_yy}
%define api.location.type {struct nest_place}
%define parse.error custom
%define parse.lac full
%locations
%param { struct nest_parser *parser }
%expect 0

%code requires {
#include "ast.h"
}

%union {
	struct nest_word word;
	struct nest_args args;
	struct nest_mods mods;
	u32 value;
	int number;
}

%code provides {
int nest_yylex(NEST_YYSTYPE *value, NEST_YYLTYPE *place,
	       struct nest_parser *parser);
}

%code {
#define YYLLOC_DEFAULT(current, rhs, n) \
	((current) = (n) ? YYRHSLOC(rhs, 1) : YYRHSLOC(rhs, 0))

#define TRY(call) \
	do { \
		parser->error = (call); \
		if (parser->error) \
			YYABORT; \
	} while (0)

static void nest_yyerror(const struct nest_place *place,
			 struct nest_parser *parser, const char *message);

static struct nest_place rule_place(const struct nest_mods *mods,
				    u32 class, struct nest_place class_place,
				    const struct nest_args *args,
				    struct nest_place end)
{
	if (mods->mask)
		return mods->place;
	if (class)
		return class_place;
	return args->first ? args->first->word.place : end;
}
}

%token END 0		"the end of the file"
%token <value> MOD	"a word before a rule"
%token <number> PRIORITY	"a priority"
%token <value> CLASS	"a keyword"
%token <word> WORD	"a word"
%token <word> VARIABLE	"a variable"
%token <word> BOOLEAN	"a boolean variable"
%token ARROW		"'->'"
%token ADD		"'+='"
%token NEWLINE		"the end of the line"
%token EQUALS "'='" COMMA "','" OPEN "'{'" CLOSE "'}'"
%token LEFT "'('" RIGHT "')'"

%type <mods> mods
%type <value> class
%type <args> args list words values value

%%

unit:
	statements
	;

statements:
	%empty
|	statements statement
	;

statement:
	mods class args COMMA
	{
		TRY(nest_ast_rule(parser, &$mods, $class,
				  rule_place(&$mods, $class, @class, &$args,
					     @COMMA), $args.first));
	}
|	mods class args OPEN
	{
		TRY(nest_ast_open(parser, &$mods, $class,
				  rule_place(&$mods, $class, @class, &$args,
					     @OPEN), $args.first));
	}
	statements CLOSE
	{
		nest_ast_close(parser);
	}
|	VARIABLE EQUALS values NEWLINE
	{
		TRY(nest_ast_variable(parser, &$VARIABLE, false, &$values));
	}
|	BOOLEAN EQUALS values NEWLINE
	{
		TRY(nest_ast_boolean(parser, &$BOOLEAN, &$values));
	}
|	VARIABLE ADD values NEWLINE
	{
		TRY(nest_ast_variable(parser, &$VARIABLE, true, &$values));
	}
	;

mods:
	%empty
	{
		memset(&$$, 0, sizeof($$));
	}
|	mods[old] MOD
	{
		$$ = $old;
		if (!$$.mask)
			$$.place = @MOD;
		$$.mask |= $MOD;
	}
|	mods[old] PRIORITY
	{
		$$ = $old;
		TRY(nest_ast_priority(parser, &$$, $PRIORITY, @PRIORITY));
	}
	;

class:
	%empty
	{
		$$ = NEST_RULE_PATH;
	}
|	CLASS
	;

args:
	%empty
	{
		memset(&$$, 0, sizeof($$));
	}
|	args[old] WORD
	{
		$$ = $old;
		TRY(nest_ast_arg(parser, &$$, NEST_ARG_WORD, &$WORD, NULL));
	}
|	args[old] ARROW
	{
		struct nest_word arrow = { "->", 2, false, @ARROW };

		$$ = $old;
		TRY(nest_ast_arg(parser, &$$, NEST_ARG_ARROW, &arrow, NULL));
	}
|	args[old] WORD EQUALS value
	{
		$$ = $old;
		TRY(nest_ast_arg(parser, &$$, NEST_ARG_COND, &$WORD,
				 $value.first));
	}
|	args[old] LEFT list RIGHT
	{
		struct nest_word paren = { "(", 1, false, @LEFT };

		$$ = $old;
		TRY(nest_ast_arg(parser, &$$, NEST_ARG_LIST, &paren,
				 $list.first));
	}
	;

value:
	WORD
	{
		memset(&$$, 0, sizeof($$));
		TRY(nest_ast_arg(parser, &$$, NEST_ARG_WORD, &$WORD, NULL));
	}
|	LEFT list RIGHT
	{
		$$ = $list;
	}
	;

list:
	%empty
	{
		memset(&$$, 0, sizeof($$));
	}
|	list[old] WORD
	{
		$$ = $old;
		TRY(nest_ast_arg(parser, &$$, NEST_ARG_WORD, &$WORD, NULL));
	}
|	list[old] WORD[name] EQUALS WORD[one]
	{
		struct nest_args one = { NULL, NULL };

		$$ = $old;
		TRY(nest_ast_arg(parser, &one, NEST_ARG_WORD, &$one, NULL));
		TRY(nest_ast_arg(parser, &$$, NEST_ARG_COND, &$name,
				 one.first));
	}
|	list[old] WORD EQUALS LEFT words RIGHT
	{
		$$ = $old;
		TRY(nest_ast_arg(parser, &$$, NEST_ARG_COND, &$WORD,
				 $words.first));
	}
	;

words:
	%empty
	{
		memset(&$$, 0, sizeof($$));
	}
|	words[old] WORD
	{
		$$ = $old;
		TRY(nest_ast_arg(parser, &$$, NEST_ARG_WORD, &$WORD, NULL));
	}
	;

values:
	words
	;

%%

static void nest_yyerror(const struct nest_place *place,
			 struct nest_parser *parser, const char *message)
{
	/* The parser's own failures only: its stack could not grow. */
	parser->error = nest_report(parser->compiler, NEST_DIAG_LIMIT, *place,
				    "%s: too deeply nested", message);
}

static bool expects(const yypcontext_t *context, yysymbol_kind_t symbol)
{
	yysymbol_kind_t expected[YYNTOKENS];
	int i, n = yypcontext_expected_tokens(context, expected, YYNTOKENS);

	for (i = 0; i < n; i++)
		if (expected[i] == symbol)
			return true;
	return false;
}

static int report_end(struct nest_parser *parser, struct nest_place place,
		      bool in_rule)
{
	const char *message = "the file ends within a profile; a '}' is missing";
	int err;

	if (parser->parens)
		message = "the file ends within parentheses; a ')' is missing";
	else if (in_rule)
		message = "the file ends within a rule; a rule ends with ','";
	err = nest_report(parser->compiler, NEST_DIAG_SYNTAX, place, "%s",
			  message);
	if (parser->block)
		nest_note(parser->compiler, NEST_DIAG_SYNTAX,
			  parser->block->place, "it begins here");
	return err;
}

static int yyreport_syntax_error(const yypcontext_t *context,
				 struct nest_parser *parser)
{
	struct nest_place place = *yypcontext_location(context);
	yysymbol_kind_t token = yypcontext_token(context);
	bool in_rule = !expects(context, YYSYMBOL_CLOSE) &&
		       !expects(context, YYSYMBOL_VARIABLE);
	const char *advice = "";

	if (token == YYSYMBOL_YYEOF) {
		parser->error = report_end(parser, place, in_rule);
		return 0;
	}
	if (expects(context, YYSYMBOL_COMMA))
		advice = "; a rule ends with ','";
	else if (expects(context, YYSYMBOL_RIGHT))
		advice = "; is a ')' missing?";
	else if (expects(context, YYSYMBOL_EQUALS))
		advice = "; a '=' has to follow here";
	else if (token == YYSYMBOL_CLOSE)
		advice = "; no '{' was opened";
	parser->error = nest_report(parser->compiler, NEST_DIAG_SYNTAX, place,
				    "unexpected %s%s", yysymbol_name(token),
				    advice);
	return 0;
}
