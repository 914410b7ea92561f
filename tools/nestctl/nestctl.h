/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of nestctl share. */
#ifndef NESTCTL_H
#define NESTCTL_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compiler.h"
#include "nest.h"

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#endif

/* Exit statuses; Documentation/nestctl.rst lists them. */
#define EXIT_DONE	0
#define EXIT_FAILED	1	/* the operation failed, the policy is wrong */
#define EXIT_USAGE	2
#define EXIT_RUN	125	/* run: nestctl itself failed */
#define EXIT_NO_EXEC	126	/* run: the command cannot be executed */
#define EXIT_NO_COMMAND	127	/* run: there is no such command */

/**
 * struct nestctl_args - what the command line says
 * @json: print JSON
 * @help: say what the verb does, and do nothing
 * @create: there must be no layer yet
 * @replace: there must be a layer already
 * @pid: a process of the container, or 0
 * @origin: inode number of a pid namespace, or 0
 * @count: events to wait for, or how often, or 0
 * @delay: seconds to wait each time, or 0
 * @timeout_ms: how long to wait for events, or -1
 * @revision: that a layer must have, or NEST_ANY_REVISION
 * @output: file to write
 * @include: base directory of includes, or NULL
 * @ignored: bit mask of warnings to leave out
 * @as_errors: bit mask of warnings that count as errors
 * @name: of a layer
 * @path: to ask the rules about
 * @domain: to ask about
 * @source: a policy's text
 * @uid: to delegate to, or NEST_ROOT_OF_OWNER
 * @withdraw: end a delegation
 * @html: file to write a page to, or NULL
 * @at_exec: the container's first process has yet to execute a program
 * @features: list what becomes of the constructs of the language
 * @n_words: number of words that are no options
 * @words: they
 */
struct nestctl_args {
	bool json;
	bool help;
	bool create;
	bool replace;
	pid_t pid;
	uint32_t origin;
	unsigned int count;
	unsigned int delay;
	int timeout_ms;
	uint64_t revision;
	const char *output;
	const char *include;
	uint32_t ignored;
	uint32_t as_errors;
	const char *name;
	const char *path;
	const char *domain;
	const char *source;
	const char *profile;
	bool immediate;
	uint32_t uid;
	bool withdraw;
	bool at_exec;
	const char *html;
	bool features;
	int n_words;
	char **words;
};

/**
 * struct nestctl_verb - one thing that nestctl does
 * @name: the word that asks for it
 * @options: the options that it takes, by their letters in args.c
 * @min: the least number of words that it takes
 * @max: the greatest
 * @usage: its arguments
 * @summary: what it does, in a line
 * @failed: the exit status if it fails
 * @run: does it, and returns the exit status
 */
struct nestctl_verb {
	const char *name;
	const char *options;
	int min;
	int max;
	const char *usage;
	const char *summary;
	int failed;
	int (*run)(const struct nestctl_args *args);
};

extern const struct nestctl_verb *const nestctl_verbs[];
extern const struct nestctl_verb nestctl_compile, nestctl_check, nestctl_load,
	nestctl_remove, nestctl_delegate, nestctl_list, nestctl_show, nestctl_ps,
	nestctl_tree, nestctl_graph, nestctl_audit, nestctl_top, nestctl_explain,
	nestctl_monitor, nestctl_oci_hook, nestctl_run, nestctl_exec,
	nestctl_info, nestctl_detach, nestctl_help;

const struct nestctl_verb *nestctl_find_verb(const char *name);
int nestctl_parse_args(const struct nestctl_verb *verb, int argc, char **argv,
		       struct nestctl_args *args);

/* out.c */
void out_init(bool json);
bool out_is_json(void);
struct json_object *out_string(const char *string);
const char *out_get(struct json_object *record, const char *key);
void out_add(struct json_object *record, const char *key,
	     struct json_object *value);
void out_add_number(struct json_object *record, const char *key,
		    uint64_t number);
void out_add_string(struct json_object *record, const char *key,
		    const char *string);
void out_add_bool(struct json_object *record, const char *key, bool value);
void out_line(struct json_object *record);
void out_list(struct json_object *records);
void out_block(struct json_object *record);
void out_tree(struct json_object *value);
void out_json(struct json_object *value);
void out_done(const char *key, const char *value);

/* error.c */
[[gnu::format(printf, 1, 2)]]
void error_print(const char *format, ...);
void error_nest(const struct nest_error *error);
void error_object(struct json_object *error);
int error_usage(const struct nestctl_verb *verb);

/* help.c */
void help_verb(const struct nestctl_verb *verb);

/* names.c */
void name_permissions(char *name, size_t size, uint32_t permissions);
void name_capability(char *name, size_t size, unsigned int capability);
const char *name_family(unsigned int family);
const char *name_type(unsigned int type);
const char *name_access(uint32_t access);
void name_mount_flags(char *name, size_t size, uint32_t flags);
uint32_t name_mount_flag(const char *name);
void name_socket(char *name, size_t size, uint32_t family, uint32_t type);
void name_signal(char *name, size_t size, uint32_t signal);
void name_ptrace(char *name, size_t size, uint32_t request);
const char *name_attribute(unsigned int attribute);
const char *name_class(uint32_t class);
const char *name_mode(uint32_t mode);
const char *name_backend(uint32_t backend);
const char *name_verdict(uint32_t verdict);

/* host.c */
struct json_object *host_label(pid_t pid);
struct json_object *host_comm(pid_t pid);
char *host_cgroup(pid_t pid);
char *host_container(const char *cgroup);

/* verdict.c */
struct question;
struct json_object *host_verdict(pid_t pid, const struct question *question);

/* common.c */
struct nest *nestctl_open(void);
int nestctl_target(struct nest *nest, const struct nestctl_args *args,
		   struct nest_target *target);
int nestctl_execute(const char *verb, char **command);
int nestctl_own_ns(struct nest *nest, uint32_t *ns);

/**
 * struct nestctl_layers - what is in force, and what may come
 * @layers: the layers
 * @n_layers: how many
 * @delegations: whose own layers users may load
 * @n_delegations: how many
 */
struct nestctl_layers {
	struct nest_layer *layers;
	size_t n_layers;
	struct nest_delegation *delegations;
	size_t n_delegations;
};

int nestctl_layers_get(struct nest *nest, struct nestctl_layers *layers);
void nestctl_layers_free(struct nestctl_layers *layers);
bool nestctl_is_meant(const struct nest_target *target, uint32_t ns,
		      uint32_t origin);
struct json_object *nestctl_layer(const struct nestctl_layers *layers,
				  const struct nest_layer *layer);
struct json_object *nestctl_no_layer(const struct nestctl_layers *layers,
				     const struct nest_delegation *delegation);

/**
 * struct nestctl_policy - a policy named on the command line
 * @data: the image
 * @size: its length
 * @compiled: the compiler made it; otherwise it was an image before
 * @stats: of the compiler
 * @diagnostics: its messages, in JSON form; NULL in text form, where they
 *	have been printed
 */
struct nestctl_policy {
	void *data;
	size_t size;
	bool compiled;
	struct nest_compile_stats stats;
	struct json_object *diagnostics;
};

/* policy.c */
int nestctl_policy_get(const struct nestctl_args *args, char **files,
		       int n_files, struct nestctl_policy *policy);
int nestctl_policy_read(const struct nestctl_args *args, char *const *names,
			const int *fds, int n, struct nestctl_policy *policy);
int nestctl_policy_each(const struct nestctl_args *args, const char *file,
			const char *domain, nest_rule_fn fn, void *context);
void nestctl_policy_free(struct nestctl_policy *policy);
bool nestctl_is_image(const void *data, size_t size);

/* compile.c */
int nestctl_write_file(const char *file, const void *data, size_t size);

/* warn.c */
int nestctl_parse_warning(const char *word, struct nestctl_args *args);

#endif
