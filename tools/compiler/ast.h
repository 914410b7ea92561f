/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sources as the parser leaves them. All of it is in the compiler's arena. */
#ifndef NEST_AST_H
#define NEST_AST_H

#include "compile.h"

/**
 * enum nest_rule_class - what a rule begins with
 * @NEST_RULE_PATH: no keyword: a file rule
 *
 * The others are named as their keywords.
 */
enum nest_rule_class {
	NEST_RULE_PATH,
	NEST_RULE_FILE,
	NEST_RULE_LINK,
	NEST_RULE_CAPABILITY,
	NEST_RULE_NETWORK,
	NEST_RULE_MOUNT,
	NEST_RULE_REMOUNT,
	NEST_RULE_UMOUNT,
	NEST_RULE_PIVOT_ROOT,
	NEST_RULE_PTRACE,
	NEST_RULE_SIGNAL,
	NEST_RULE_UNIX,
	NEST_RULE_DBUS,
	NEST_RULE_CHANGE_PROFILE,
	NEST_RULE_SET,
	NEST_RULE_USERNS,
	NEST_RULE_MQUEUE,
	NEST_RULE_IO_URING,
	NEST_RULE_ALL,
	NEST_RULE_ABI,
	NEST_RULE_PROFILE,
	NEST_RULE_HAT,
	NEST_RULE_ALIAS,
	NEST_RULE_IF,
	NEST_RULE_ELSE,
	NEST_RULE_PRIORITY,
	NEST_RULE_PROMPT,
	NEST_RULE_CLASSES
};

/* Words before a rule. */
#define NEST_MOD_AUDIT	0x01U
#define NEST_MOD_ALLOW	0x02U
#define NEST_MOD_DENY	0x04U
#define NEST_MOD_OWNER	0x08U
#define NEST_MOD_OTHER	0x10U
#define NEST_MOD_PRIORITY	0x20U

/**
 * struct nest_word - a word of a rule
 * @s: the bytes as they are written, without quotes; a NUL follows
 * @len: how many
 * @quoted: it stood in quotes
 * @place: where
 */
struct nest_word {
	const char *s;
	u32 len;
	bool quoted;
	struct nest_place place;
};

/**
 * enum nest_arg_kind - kinds of arguments
 * @NEST_ARG_WORD: a word
 * @NEST_ARG_ARROW: "->"
 * @NEST_ARG_COND: word = values
 * @NEST_ARG_LIST: values in parentheses
 */
enum nest_arg_kind {
	NEST_ARG_WORD,
	NEST_ARG_ARROW,
	NEST_ARG_COND,
	NEST_ARG_LIST
};

/**
 * struct nest_arg - an argument of a rule
 * @next: the next one
 * @kind: enum nest_arg_kind
 * @word: the word; the place of the others
 * @values: of COND and LIST
 */
struct nest_arg {
	struct nest_arg *next;
	enum nest_arg_kind kind;
	struct nest_word word;
	struct nest_arg *values;
};

/**
 * struct nest_args - a list of arguments while it grows
 * @first: the first
 * @last: the last
 */
struct nest_args {
	struct nest_arg *first;
	struct nest_arg *last;
};

/**
 * struct nest_mods - the words before a rule
 * @mask: NEST_MOD_*
 * @priority: 0 without NEST_MOD_PRIORITY
 * @place: the first of them
 */
struct nest_mods {
	u32 mask;
	s16 priority;
	struct nest_place place;
};

/**
 * struct nest_rule - a rule
 * @next: the next one of the profile
 * @class: enum nest_rule_class
 * @mods: NEST_MOD_*
 * @priority: of rules about the same, those with the highest decide
 * @place: where it begins
 * @args: its arguments
 * @implied: a flag of the profile stands for it: each other rule decides first
 *	what becomes of the domain at exec
 */
struct nest_rule {
	struct nest_rule *next;
	enum nest_rule_class class;
	u32 mods;
	s16 priority;
	struct nest_place place;
	struct nest_arg *args;
	bool implied;
};

/**
 * struct nest_variable - a variable
 * @next: another one of the unit
 * @name: its name, without @{}
 * @place: where it was set first
 * @values: its values
 * @busy: it is being expanded
 */
struct nest_variable {
	struct nest_variable *next;
	const char *name;
	struct nest_place place;
	struct nest_args values;
	bool busy;
};

/**
 * struct nest_boolean - a boolean variable
 * @next: another one of the unit
 * @name: its name, without ${}
 * @value: what it is
 */
struct nest_boolean {
	struct nest_boolean *next;
	const char *name;
	bool value;
};

/**
 * struct nest_alias - paths that begin so stand for others, too
 * @next: another one of the unit
 * @from: the beginning
 * @to: what is put in its place
 */
struct nest_alias {
	struct nest_alias *next;
	const char *from;
	const char *to;
};

/**
 * struct nest_unit - what one source given to nest_compile() holds
 * @variables: its variables
 * @booleans: its boolean variables
 * @aliases: its aliases
 * @abi_4: its abi is 4.0, which knows addresses and peers of unix sockets, user
 *	namespaces, io_uring and message queues
 */
struct nest_unit {
	struct nest_variable *variables;
	struct nest_boolean *booleans;
	struct nest_alias *aliases;
	bool abi_4;
};

/**
 * struct nest_profile - a profile
 * @unit: the unit that it belongs to
 * @parent: the profile that it stands in, or NULL
 * @place: where it begins
 * @hat: it is a hat
 * @header: what stands before its '{'
 * @rules: its rules
 * @last_rule: where the next one goes
 * @name: full name
 * @attachment: pattern of the programs that it attaches to, or NULL
 * @xattrs: attributes that these programs have to have: struct nest_arg of kind
 *	NEST_ARG_COND
 * @first_xattr: where they stand in the image
 * @n_xattrs: how many
 * @flags: NEST_DOMAIN_*
 * @audit: report all that the profile decides
 * @default_allow: what no rule mentions is allowed
 * @unconfined: its rules do not count, everything is allowed
 * @index: of its domain
 */
struct nest_profile {
	struct nest_unit *unit;
	struct nest_profile *parent;
	struct nest_place place;
	bool hat;
	struct nest_arg *header;
	struct nest_rule *rules;
	struct nest_rule **last_rule;
	const char *name;
	const struct nest_word *attachment;
	const struct nest_arg *xattrs;
	u32 first_xattr;
	u32 n_xattrs;
	u32 flags;
	bool audit;
	bool default_allow;
	bool unconfined;
	u32 index;
};

/**
 * enum nest_branch - what became of the conditions that "else" refers to
 * @NEST_BRANCH_NONE: there is none
 * @NEST_BRANCH_OPEN: none of them held
 * @NEST_BRANCH_TAKEN: one held
 */
enum nest_branch {
	NEST_BRANCH_NONE,
	NEST_BRANCH_OPEN,
	NEST_BRANCH_TAKEN
};

/**
 * struct nest_block - a block that is open
 * @up: the block around it
 * @profile: the profile that rules go to
 * @mods: words before all of its rules
 * @place: where it begins
 * @skip: its condition does not hold: what is in it is left out
 * @branch: of the block within it that ended last
 */
struct nest_block {
	struct nest_block *up;
	struct nest_profile *profile;
	u32 mods;
	struct nest_place place;
	bool skip;
	enum nest_branch branch;
};

struct nest_lex_frame;

/**
 * struct nest_parser - the state of the parser of one unit
 * @compiler: the compilation
 * @unit: where variables go
 * @block: the innermost open block, or NULL
 * @depth: number of open blocks
 * @scanner: the lexer
 * @frames: the texts that are being read, the innermost first
 * @n_frames: how many
 * @at_start: the next word begins a rule
 * @parens: open parentheses
 * @lex_depth: open braces
 * @scope: include scope
 * @scopes: include scopes of the blocks around
 * @if_exists: the include being read may fail
 * @error: result of a failure that was reported
 * @fatal: where a failure of the lexer's own code goes
 */
struct nest_parser {
	struct nest_compiler *compiler;
	struct nest_unit *unit;
	struct nest_block *block;
	u32 depth;
	void *scanner;
	struct nest_lex_frame *frames;
	u32 n_frames;
	bool at_start;
	u32 parens;
	u32 lex_depth;
	u32 scope;
	u32 scopes[NEST_PROFILE_DEPTH_MAX + 1];
	bool if_exists;
	int error;
	void *fatal;
};

/* ast.c: for the grammar. They return 0 or an errno that was reported. */
int nest_ast_arg(struct nest_parser *parser, struct nest_args *args,
		 enum nest_arg_kind kind, const struct nest_word *word,
		 struct nest_arg *values);
int nest_ast_priority(struct nest_parser *parser, struct nest_mods *mods,
		      int priority, struct nest_place place);
int nest_ast_rule(struct nest_parser *parser, const struct nest_mods *mods,
		  enum nest_rule_class class, struct nest_place place,
		  struct nest_arg *args);
int nest_ast_open(struct nest_parser *parser, const struct nest_mods *mods,
		  enum nest_rule_class class, struct nest_place place,
		  struct nest_arg *args);
void nest_ast_close(struct nest_parser *parser);
int nest_ast_variable(struct nest_parser *parser, const struct nest_word *name,
		      bool add, const struct nest_args *values);
struct nest_variable *nest_ast_find_variable(const struct nest_unit *unit,
					     const char *name, size_t len);
int nest_ast_refuse(struct nest_parser *parser, enum nest_rule_class class,
		    struct nest_place place);
int nest_ast_keyword(const char *s, size_t len, bool *is_mod, u32 *value);
const char *nest_ast_class_name(enum nest_rule_class class);

/* cond.c: likewise. */
int nest_ast_boolean(struct nest_parser *parser, const struct nest_word *name,
		     const struct nest_args *values);
int nest_ast_condition(struct nest_parser *parser, enum nest_rule_class class,
		       struct nest_block *block, const struct nest_arg *args);

/* lexer.l */
int nest_parse(struct nest_compiler *compiler, struct nest_text *text);

#endif
