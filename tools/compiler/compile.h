/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the compiler share. */
#ifndef NEST_COMPILE_H
#define NEST_COMPILE_H

#include "../../kernel/core/core.h"
#include "arena.h"
#include "compiler.h"

#define NEST_ERRORS_MAX		20U	/* then the compiler gives up */
#define NEST_FILE_SIZE_MAX	((size_t)16 << 20)
#define NEST_TEXT_TOTAL_MAX	((size_t)512 << 20)
#define NEST_INCLUDES_MAX	1000000U
#define NEST_INCLUDE_DEPTH_MAX	32U
#define NEST_PROFILE_DEPTH_MAX	8U
#define NEST_EXPANSIONS_MAX	65536U	/* patterns from one rule */
#define NEST_RULES_MAX		1000000U
#define NEST_ARENA_MAX		((size_t)1 << 30)
#define NEST_WORK_MAX		10000000000ULL	/* steps, for all DFAs */

/**
 * struct nest_text - a source text, read once
 * @name: its name
 * @data: its bytes, kept while the compilation lasts
 * @size: how many
 * @scope: the include scope in which it was last included
 */
struct nest_text {
	const char *name;
	const char *data;
	size_t size;
	u32 scope;
};

/**
 * struct nest_frame - a text at one place where it was included
 * @text: the text
 * @parent: the frame that includes it, or NULL
 * @line: line of the include in @parent
 * @column: column of the include in @parent
 */
struct nest_frame {
	struct nest_text *text;
	const struct nest_frame *parent;
	u32 line;
	u32 column;
};

/**
 * struct nest_place - a place in a source
 * @frame: the text; NULL if there is no place
 * @line: from 1; 0 stands for the whole text
 * @column: from 1
 */
struct nest_place {
	const struct nest_frame *frame;
	u32 line;
	u32 column;
};

/**
 * struct nest_compiler - one compilation
 * @options: what the caller wants
 * @arena: memory that lives as long as this
 * @errors: number of errors so far
 * @error: what nest_compile() returns if there was an error
 * @texts: struct nest_text *: all texts
 * @text_hash: finds them by name
 * @text_total: bytes that were included, each time counted
 * @includes: number of includes
 * @scopes: number of include scopes
 * @profiles: struct nest_profile *: all profiles
 * @rules: number of rules
 * @expanded: number of file rules after expansion
 * @work: steps that the construction of DFAs may still take
 */
struct nest_compiler {
	struct nest_compile_options options;
	struct nest_arena arena;
	u32 errors;
	int error;
	struct nest_vec texts;
	struct nest_hash text_hash;
	size_t text_total;
	u32 includes;
	u32 scopes;
	struct nest_vec profiles;
	u32 rules;
	u32 expanded;
	u64 work;
};

/* compile.c */
int nest_sources_parse(struct nest_compiler *compiler,
		       const struct nest_source *sources, size_t n_sources);
void nest_compiler_free(struct nest_compiler *compiler);

/* diag.c */
void nest_diag_locate(struct nest_diag *diag, struct nest_place place);
__attribute__((format(printf, 4, 5)))
int nest_report(struct nest_compiler *compiler, enum nest_diag_kind kind,
		struct nest_place place, const char *format, ...);
__attribute__((format(printf, 4, 5)))
void nest_note(struct nest_compiler *compiler, enum nest_diag_kind kind,
	       struct nest_place place, const char *format, ...);
int nest_no_memory(struct nest_compiler *compiler);

static inline struct nest_place nest_no_place(void)
{
	return (struct nest_place){ NULL, 0, 0 };
}

/* text.c */
int nest_text_read(struct nest_compiler *compiler, const char *path,
		   struct nest_text **text);
int nest_text_add(struct nest_compiler *compiler, const char *name,
		  const void *data, size_t size, struct nest_text **text);

/**
 * struct nest_paths - a list of files
 * @paths: char *: their names, in the compiler's arena
 */
struct nest_paths {
	struct nest_vec paths;
};

int nest_paths_list(struct nest_compiler *compiler, const char *directory,
		    struct nest_paths *list);
bool nest_path_is_directory(const char *path);

#endif
