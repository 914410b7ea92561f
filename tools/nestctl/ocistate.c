// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The state that a container's runtime gives its hooks, as the OCI runtime
 * specification has it. Annotations are often chosen by who must not choose what
 * becomes of the host, so each value is checked, and keys of ours that mean
 * nothing are refused: a typing error must not leave a container without policy.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "nestctl.h"
#include "ocistate.h"

#define DEPTH_MAX	32
#define PREFIX		"org.nest."

static struct json_object *parse(const char *text, size_t size)
{
	struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
	struct json_object *object;
	enum json_tokener_error error;

	if (!tokener)
		abort();
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT |
					JSON_TOKENER_VALIDATE_UTF8);
	object = json_tokener_parse_ex(tokener, text, size);
	error = json_tokener_get_error(tokener);
	if (error != json_tokener_success) {
		error_print("standard input is no state of a container: byte %zu: %s",
			    json_tokener_get_parse_end(tokener),
			    error == json_tokener_continue ? "it ends too early" :
			    json_tokener_error_desc(error));
		json_object_put(object);
		object = NULL;
	} else if (!json_object_is_type(object, json_type_object)) {
		error_print("standard input is no state of a container: it is no JSON object");
		json_object_put(object);
		object = NULL;
	}
	json_tokener_free(tokener);
	return object;
}

/* A member that is a string without NUL, or NULL. */
static const char *string_of(struct json_object *object, const char *key)
{
	struct json_object *value = json_object_object_get(object, key);
	const char *string;

	if (!json_object_is_type(value, json_type_string))
		return NULL;
	string = json_object_get_string(value);
	return strlen(string) == (size_t)json_object_get_string_len(value) ?
	       string : NULL;
}

/* Fit to be printed, and cut where it is no help any more. */
static char *printed(const char *string)
{
	struct json_object *object = out_string(string);
	char *copy = strndup(json_object_get_string(object), 256);

	json_object_put(object);
	if (!copy)
		abort();
	return copy;
}

static int lacks(const char *what)
{
	error_print("the state on standard input has no %s: only a runtime can run this hook",
		    what);
	return -EINVAL;
}

static int take_pid(struct json_object *object, struct oci_state *state)
{
	struct json_object *pid = json_object_object_get(object, "pid");
	int64_t number;

	if (!json_object_is_type(pid, json_type_int))
		return lacks("number \"pid\"");
	number = json_object_get_int64(pid);
	if (number <= 0 || number > INT_MAX) {
		error_print("the state's pid is %lld, no process: run the hook at createRuntime",
			    (long long)number);
		return -EINVAL;
	}
	state->pid = number;
	return 0;
}

/* Later it would be too late: the first program runs without the policy. */
static int check_status(struct json_object *object)
{
	const char *status = string_of(object, "status");
	char *text;

	if (!status)
		return lacks("\"status\"");
	if (!strcmp(status, "creating") || !strcmp(status, "created"))
		return 0;
	text = printed(status);
	error_print("the container's status is \"%s\": run the hook at createRuntime",
		    text);
	free(text);
	return -EINVAL;
}

static int refuse(const char *key, const char *value, const char *why)
{
	char *text = printed(value);

	error_print("annotation %s: \"%s\": %s", key, text, why);
	free(text);
	return -EINVAL;
}

/* The kernel keeps the name below the directory; this is for clear words. */
static const char *fault_of(const char *name)
{
	const char *part = name, *slash;
	size_t len;

	for (size_t i = 0; name[i]; i++)
		if (name[i] <= ' ' || name[i] > '~')
			return "a name has a space, or a byte that is no ASCII character";
	if (!*name)
		return "a name is empty: name files, with commas between";
	if (*name == '/')
		return "a name begins with \"/\", but files are below the directory of policies";
	do {
		slash = strchr(part, '/');
		len = slash ? (size_t)(slash - part) : strlen(part);
		if (len == 2 && !strncmp(part, "..", 2))
			return "a name has \"..\": it must not leave the directory of policies";
		part = slash + 1;
	} while (slash);
	return NULL;
}

static int add_file(struct oci_state *state, const char *key, const char *list,
		    const char *name, size_t len)
{
	const char *fault;
	char *copy;

	if (state->n_files == OCI_FILES_MAX)
		return refuse(key, list, "it names more than 16 files");
	copy = strndup(name, len);
	if (!copy)
		abort();
	fault = fault_of(copy);
	if (fault) {
		free(copy);
		return refuse(key, list, fault);
	}
	state->files[state->n_files++] = copy;
	return 0;
}

static int take_files(struct oci_state *state, const char *key,
		      const char *list)
{
	const char *name = list, *comma;
	size_t len;
	int err;

	do {
		comma = strchr(name, ',');
		len = comma ? (size_t)(comma - name) : strlen(name);
		err = add_file(state, key, list, name, len);
		if (err)
			return err;
		name = comma + 1;
	} while (comma);
	return 0;
}

static int take_layer(struct oci_state *state, const char *key,
		      const char *value)
{
	state->own = !strcmp(value, "own");
	if (state->own || !strcmp(value, "imposed"))
		return 0;
	return refuse(key, value, "it is \"imposed\" (the default), or \"own\"");
}

static int take_delegate(struct oci_state *state, const char *key,
			 const char *value)
{
	state->delegate = !strcmp(value, "true");
	if (state->delegate || !strcmp(value, "false"))
		return 0;
	return refuse(key, value, "it is \"true\", or \"false\" (the default)");
}

static const struct {
	const char *key;
	int (*take)(struct oci_state *state, const char *key, const char *value);
} annotations[] = {
	{ PREFIX "policy", take_files },
	{ PREFIX "layer", take_layer },
	{ PREFIX "delegate", take_delegate },
};

static int take_annotation(struct json_object *object, const char *key,
			   struct oci_state *state)
{
	const char *value = string_of(object, key);
	size_t i;

	if (strncmp(key, PREFIX, strlen(PREFIX)))
		return 0;
	for (i = 0; i < ARRAY_SIZE(annotations); i++) {
		if (strcmp(key, annotations[i].key))
			continue;
		if (!value)
			return refuse(key, "", "its value is no string");
		return annotations[i].take(state, key, value);
	}
	return refuse(key, value ? value : "",
		      "there is no such annotation: "
		      PREFIX "policy, " PREFIX "layer and " PREFIX
		      "delegate are known");
}

static int take_annotations(struct json_object *object, const char *policy,
			    struct oci_state *state)
{
	struct json_object *list = json_object_object_get(object, "annotations");
	int err;

	if (list && !json_object_is_type(list, json_type_object)) {
		error_print("the state's annotations are no JSON object");
		return -EINVAL;
	}
	if (list) {
		json_object_object_foreach(list, key, value) {
			(void)value;
			err = take_annotation(list, key, state);
			if (err)
				return err;
		}
	}
	if (!state->n_files && policy)
		return take_files(state, PREFIX "policy", policy);
	if (state->n_files)
		return 0;
	error_print("the container has no annotation %spolicy, nor has the hook a policy for it",
		    PREFIX);
	return -EINVAL;
}

static int take(struct json_object *object, const char *policy,
		struct oci_state *state)
{
	const char *id = string_of(object, "id");
	int err;

	if (!string_of(object, "ociVersion"))
		return lacks("\"ociVersion\"");
	if (!id || !*id)
		return lacks("\"id\"");
	state->id = printed(id);
	err = take_pid(object, state);
	if (!err)
		err = check_status(object);
	return err ? err : take_annotations(object, policy, state);
}

/**
 * oci_state_parse() - read the state of a container
 * @text: the JSON text
 * @size: its length
 * @policy: what to load where no annotation says so, or NULL
 * @state: filled in; oci_state_free() has to follow in any case. Its @id is
 *	known even after most failures
 *
 * Return: 0, or -EINVAL after an error was printed.
 */
int oci_state_parse(const char *text, size_t size, const char *policy,
		    struct oci_state *state)
{
	struct json_object *object;
	int err;

	memset(state, 0, sizeof(*state));
	if (size > OCI_STATE_MAX) {
		error_print("standard input is no state of a container: it has more than %u bytes",
			    OCI_STATE_MAX);
		return -EINVAL;
	}
	object = parse(text, size);
	if (!object)
		return -EINVAL;
	err = take(object, policy, state);
	json_object_put(object);
	return err;
}

/**
 * oci_state_free() - free what oci_state_parse() made
 * @state: it
 */
void oci_state_free(struct oci_state *state)
{
	size_t i;

	free(state->id);
	for (i = 0; i < state->n_files; i++)
		free(state->files[i]);
	memset(state, 0, sizeof(*state));
}
