/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy compiler: AppArmor's profile language in, a policy image out.
 * Documentation/policy-language.rst says what the language is.
 *
 * There is no global state: each call stands for itself, and several threads
 * may compile at once. Nothing is printed; what there is to say goes to the
 * caller's function.
 */
#ifndef NEST_COMPILER_H
#define NEST_COMPILER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * enum nest_diag_kind - what a message is about
 *
 * nest_diag_kind_name() gives the name of each, which "--warn" takes.
 *
 * @NEST_DIAG_SYNTAX: error: the text is not of the language
 * @NEST_DIAG_UNSUPPORTED: error: it is, but Nest does not have this construct
 * @NEST_DIAG_DENY_NOT_ENFORCED: error: a rule that forbids or limits something
 *	that Nest does not mediate, so that leaving it out would permit
 * @NEST_DIAG_INCLUDE: error: a file to include is missing or unreadable, or
 *	the includes are nested too deeply
 * @NEST_DIAG_VARIABLE: error: an undefined, empty or recursive variable
 * @NEST_DIAG_PATTERN: error: a malformed pattern
 * @NEST_DIAG_CONFLICT: error: rules or names that contradict each other
 * @NEST_DIAG_LIMIT: error: the policy is larger than the format or the
 *	compiler permits
 * @NEST_DIAG_IO: error: a source file cannot be read
 * @NEST_DIAG_MEMORY: error: out of memory
 * @NEST_DIAG_INTERNAL: error: the compiler found its own output to be wrong
 * @NEST_DIAG_RULE_NOT_ENFORCED: warning: allow rules of a class that Nest does
 *	not mediate; one for each profile
 * @NEST_DIAG_UNKNOWN_TARGET: warning: a transition to a profile that is not
 *	among those compiled: the exec will be refused
 * @NEST_DIAG_ATTACHMENT_OVERLAP: warning: two profiles attach to the same path
 *	and neither is more specific
 * @NEST_DIAG_NO_PROFILE: warning: the sources hold no profile: the image
 *	confines nothing
 * @NEST_DIAG_KINDS: how many there are
 */
enum nest_diag_kind {
	NEST_DIAG_SYNTAX,
	NEST_DIAG_UNSUPPORTED,
	NEST_DIAG_DENY_NOT_ENFORCED,
	NEST_DIAG_INCLUDE,
	NEST_DIAG_VARIABLE,
	NEST_DIAG_PATTERN,
	NEST_DIAG_CONFLICT,
	NEST_DIAG_LIMIT,
	NEST_DIAG_IO,
	NEST_DIAG_MEMORY,
	NEST_DIAG_INTERNAL,
	NEST_DIAG_RULE_NOT_ENFORCED,
	NEST_DIAG_UNKNOWN_TARGET,
	NEST_DIAG_ATTACHMENT_OVERLAP,
	NEST_DIAG_NO_PROFILE,
	NEST_DIAG_KINDS
};

/**
 * enum nest_diag_level - how grave a message is
 * @NEST_DIAG_NOTE: belongs to the message before it (the other place of a
 *	conflict, where a file was included from)
 * @NEST_DIAG_WARNING: there is an image, but look here
 * @NEST_DIAG_ERROR: there is no image
 */
enum nest_diag_level {
	NEST_DIAG_NOTE,
	NEST_DIAG_WARNING,
	NEST_DIAG_ERROR
};

/**
 * struct nest_diag - a message
 * @level: how grave
 * @kind: what about
 * @file: name of the source; NULL if it is not about a place
 * @line: from 1; 0 if it is about the file as a whole
 * @column: from 1, in bytes; 0 with @line 0
 * @message: one line, no newline at its end
 * @source: the source line, without its newline, not terminated by NUL;
 *	NULL if there is none
 * @source_len: bytes in @source
 *
 * All of it is valid during the call only.
 */
struct nest_diag {
	enum nest_diag_level level;
	enum nest_diag_kind kind;
	const char *file;
	unsigned int line;
	unsigned int column;
	const char *message;
	const char *source;
	size_t source_len;
};

/**
 * struct nest_compile_options - how to compile
 * @include_dirs: where <...> includes are looked up, in this order
 * @n_include_dirs: number of @include_dirs
 * @ignored: bit mask (1U << kind) of warnings to leave out
 * @as_errors: bit mask of warnings that count as errors
 * @diag: called for each message, in the order of their discovery; may be NULL
 * @diag_context: first argument of @diag
 *
 * A zeroed one is valid: no includes, all warnings, no messages.
 */
struct nest_compile_options {
	const char *const *include_dirs;
	size_t n_include_dirs;
	uint32_t ignored;
	uint32_t as_errors;
	void (*diag)(void *context, const struct nest_diag *diag);
	void *diag_context;
};

/**
 * struct nest_source - a text to compile
 * @name: name in messages, and the file to read if @data is NULL. A directory
 *	stands for all the profiles in it, in the order of their names
 * @data: the text, or NULL
 * @size: bytes in @data
 */
struct nest_source {
	const char *name;
	const void *data;
	size_t size;
};

/**
 * struct nest_compile_stats - what became of the rules
 * @profiles: domains in the image
 * @file_rules: file rules, after variables were expanded
 * @dfas: DFAs in the image
 * @states: states of all of them
 */
struct nest_compile_stats {
	uint32_t profiles;
	uint32_t file_rules;
	uint32_t dfas;
	uint32_t states;
};

/**
 * struct nest_image - a policy image
 * @data: the image; freed by nest_image_free()
 * @size: its size in bytes
 * @stats: what is in it
 */
struct nest_image {
	void *data;
	size_t size;
	struct nest_compile_stats stats;
};

/**
 * nest_compile() - compile sources to one policy image
 * @options: how; may be NULL for none
 * @sources: the texts; each has variables of its own, the profiles of all of
 *	them make up the image
 * @n_sources: number of @sources
 * @image: where the result goes; zeroed on failure
 *
 * The image has been accepted by nest_policy_unpack() when this returns 0.
 *
 * Return: 0; -EINVAL: the sources are in error; -ENOENT, -EACCES, ...: a source
 * cannot be read; -E2BIG: a limit was met; -ENOMEM: no memory; -EIO: the
 * compiler's output was wrong. The cause was given to the diag function.
 */
int nest_compile(const struct nest_compile_options *options,
		 const struct nest_source *sources, size_t n_sources,
		 struct nest_image *image);

/**
 * nest_compile_files() - compile files to one policy image
 * @options: as in nest_compile()
 * @paths: names of files or directories
 * @n_paths: number of @paths
 * @image: as in nest_compile()
 *
 * Return: as nest_compile().
 */
int nest_compile_files(const struct nest_compile_options *options,
		       const char *const *paths, size_t n_paths,
		       struct nest_image *image);

/**
 * typedef nest_rule_fn - called for each rule of a profile
 * @context: as given to nest_compile_each()
 * @place: where the rule stands; the first time, for what the flags of the
 *	profile stand for, where the profile does. @message is NULL
 * @image: all the profiles, without any other rule
 *
 * All of it is valid during the call only.
 *
 * Return: 0 to go on, anything else ends nest_compile_each(), which returns it.
 */
typedef int (*nest_rule_fn)(void *context, const struct nest_diag *place,
			    const struct nest_image *image);

/**
 * nest_compile_each() - compile the rules of a profile, each by itself
 * @options: as in nest_compile()
 * @sources: as in nest_compile(), which has to accept them
 * @n_sources: number of @sources
 * @profile: full name of the profile
 * @fn: called for each of its rules, in their order, included ones too
 * @context: first argument of @fn
 *
 * An image keeps no rules. Which of them answers a question shows when each is
 * asked alone.
 *
 * Return: as nest_compile(); -ENOENT if there is no such profile; what @fn
 * returned.
 */
int nest_compile_each(const struct nest_compile_options *options,
		      const struct nest_source *sources, size_t n_sources,
		      const char *profile, nest_rule_fn fn, void *context);

/**
 * nest_image_free() - free an image
 * @image: what nest_compile() filled in, or a zeroed one; zeroed afterwards
 */
void nest_image_free(struct nest_image *image);

/**
 * enum nest_feature_state - what becomes of a construct of the language
 * @NEST_FEATURE_ENFORCED: the kernel decides by it
 * @NEST_FEATURE_SKIPPED: it is left out, with a warning
 * @NEST_FEATURE_REFUSED: it is an error
 */
enum nest_feature_state {
	NEST_FEATURE_ENFORCED,
	NEST_FEATURE_SKIPPED,
	NEST_FEATURE_REFUSED
};

/**
 * struct nest_feature - a construct of the language
 * @construct: what it is called or looks like
 * @state: what becomes of it
 * @reason: why, or how; may be empty
 * @example: a policy with it, for which that is so
 */
struct nest_feature {
	const char *construct;
	enum nest_feature_state state;
	const char *reason;
	const char *example;
};

/**
 * nest_features() - the constructs of the language
 * @count: where their number goes
 *
 * Return: a constant array of them.
 */
const struct nest_feature *nest_features(size_t *count);

/**
 * nest_feature_state_name() - the name of a state
 * @state: the state
 *
 * Return: a constant string.
 */
const char *nest_feature_state_name(enum nest_feature_state state);

/**
 * nest_diag_kind_name() - the name of a kind of message
 * @kind: the kind
 *
 * Return: a constant string, "rule-not-enforced" and the like.
 */
const char *nest_diag_kind_name(enum nest_diag_kind kind);

/**
 * nest_diag_kind_is_warning() - tell warnings from errors
 * @kind: the kind
 *
 * Return: true if the kind may stand in the masks of struct
 * nest_compile_options.
 */
bool nest_diag_kind_is_warning(enum nest_diag_kind kind);

/**
 * nest_diag_print() - write a message as people expect it
 * @stream: where to
 * @diag: the message
 *
 * Writes "file:line:column: error: message [name]", the source line and a
 * caret below the column. Control characters of the source are not written as
 * they are.
 */
void nest_diag_print(FILE *stream, const struct nest_diag *diag);

#endif
