/* SPDX-License-Identifier: GPL-2.0-only */
/* Compile a text and look into the result. */
#ifndef NEST_COMPILER_HELPER_H
#define NEST_COMPILER_HELPER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "compiler.h"
#include "core.h"

/**
 * struct compiled - the result of a compilation
 * @err: what nest_compile() returned
 * @image: the image
 * @policy: the image, unpacked, if @err is 0
 * @messages: all messages, each as "line:column: level: message [kind]\n"
 * @used: bytes in @messages
 */
struct compiled {
	int err;
	struct nest_image image;
	struct nest_policy policy;
	char messages[16384];
	size_t used;
};

void compile_text(struct compiled *compiled, const char *text);
void compile_with(struct compiled *compiled, const char *text,
		  const struct nest_compile_options *options);
void compile_files(struct compiled *compiled, const char *const *paths,
		   size_t n_paths, const char *include_dir);
void compile_ok(struct compiled *compiled, const char *text);

/**
 * struct refused_rule - a rule that is refused
 * @rule: on line 2 of a profile
 * @message: what is said of it
 */
struct refused_rule {
	const char *rule;
	const char *message;
};

void compile_refused(const struct refused_rule *rules, size_t n);
void compiled_free(struct compiled *compiled);

u32 compiled_domain(const struct compiled *compiled, const char *name);
void compiled_lookup(const struct compiled *compiled, const char *domain,
		     const char *path, bool owner, struct nest_perms *perms);
u32 compiled_attach(const struct compiled *compiled, u32 dfa,
		    const char *path);

#endif
