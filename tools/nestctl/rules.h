/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the rules of an image. */
#ifndef NESTCTL_RULES_H
#define NESTCTL_RULES_H

#include <json-c/json.h>
#include <sys/types.h>

#include "core.h"

struct nest;
struct nest_layer;

/* image.c */
int image_open(struct nest_policy *policy, const void *data, size_t size,
	       const char *what);
void *image_read(struct nest_policy *policy, struct nest *nest, pid_t pid,
		 const struct nest_layer *layer);

/**
 * typedef rules_visit_fn - called for a state of a DFA that accepts
 * @accept: its accept value
 * @example: a shortest string that leads there; a NUL follows
 * @len: its length; fields of rules by class end in NUL
 * @arg: as given to rules_walk()
 */
typedef void (*rules_visit_fn)(uint32_t accept, const char *example,
			       size_t len, void *arg);

bool rules_walk(const struct nest_policy *policy, uint32_t dfa,
		rules_visit_fn visit, void *arg);
struct json_object *rules_flags(const struct nest_policy *policy,
				uint32_t index);
struct json_object *rules_classes(const struct nest_policy *policy,
				  uint32_t domain);
struct json_object *rules_domains(const struct nest_policy *policy);
struct json_object *rules_exec(const struct nest_policy *policy,
			       uint32_t exec);
struct json_object *rules_query(const struct nest_policy *policy,
				uint32_t domain, const char *path);

#endif
