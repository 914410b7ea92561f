// SPDX-License-Identifier: GPL-2.0-or-later
/* What several verbs do. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nestctl.h"

/**
 * nestctl_open() - connect to the module
 *
 * Return: a handle, or NULL after an error was printed.
 */
struct nest *nestctl_open(void)
{
	struct nest_error error;
	struct nest *nest;

	if (nest_open(&nest, &error)) {
		error_nest(&error);
		return NULL;
	}
	return nest;
}

/**
 * nestctl_target() - the layer that the command line names
 * @nest: the handle
 * @args: @pid and @origin count
 * @target: where to put it
 *
 * Return: 0, or a negative errno after an error was printed.
 */
int nestctl_target(struct nest *nest, const struct nestctl_args *args,
		   struct nest_target *target)
{
	int err = 0;

	memset(target, 0, sizeof(*target));
	if (args->pid)
		err = nest_target_by_pid(nest, args->pid, target);
	if (err)
		error_nest(nest_error(nest));
	target->origin = args->origin;
	return err;
}

/**
 * nestctl_own_ns() - the pid namespace that this process is in
 * @nest: the handle
 * @ns: where to put its inode number
 *
 * Return: 0, or a negative errno after an error was printed.
 */
int nestctl_own_ns(struct nest *nest, uint32_t *ns)
{
	struct nest_target target;
	int err = nest_target_by_pid(nest, getpid(), &target);

	if (err)
		error_nest(nest_error(nest));
	*ns = target.ns;
	return err;
}

/**
 * nestctl_layers_get() - ask for the layers and the delegations
 * @nest: the handle
 * @layers: filled in, for nestctl_layers_free(), after a failure too
 *
 * Return: 0, or a negative errno after an error was printed.
 */
int nestctl_layers_get(struct nest *nest, struct nestctl_layers *layers)
{
	int err;

	memset(layers, 0, sizeof(*layers));
	err = nest_layer_list(nest, &layers->layers, &layers->n_layers);
	if (!err)
		err = nest_delegation_list(nest, &layers->delegations,
					   &layers->n_delegations);
	if (err)
		error_nest(nest_error(nest));
	return err;
}

/**
 * nestctl_layers_free() - free what nestctl_layers_get() filled in
 * @layers: it
 */
void nestctl_layers_free(struct nestctl_layers *layers)
{
	free(layers->layers);
	free(layers->delegations);
}

static const struct nest_layer *own_layer(const struct nestctl_layers *layers,
					  uint32_t ns)
{
	size_t i;

	for (i = 0; i < layers->n_layers; i++)
		if (layers->layers[i].ns == ns && layers->layers[i].origin == ns)
			return &layers->layers[i];
	return NULL;
}

static const struct nest_delegation *
delegation_of(const struct nestctl_layers *layers, uint32_t ns)
{
	size_t i;

	for (i = 0; i < layers->n_delegations; i++)
		if (layers->delegations[i].ns == ns)
			return &layers->delegations[i];
	return NULL;
}

/* To whom an own layer is delegated, and from where. */
static void add_delegation(struct json_object *record,
			   const struct nest_delegation *delegation)
{
	out_add(record, "delegate", delegation ?
		json_object_new_uint64(delegation->uid) : NULL);
	out_add(record, "delegated_by", delegation ?
		json_object_new_uint64(delegation->by) : NULL);
}

/**
 * nestctl_no_layer() - a layer that a delegate may load, as a record
 * @layers: what is in force
 * @delegation: a delegation
 *
 * Return: the record, or NULL if the layer is in force.
 */
struct json_object *nestctl_no_layer(const struct nestctl_layers *layers,
				     const struct nest_delegation *delegation)
{
	struct nest_layer none = {
		.ns = delegation->ns,
		.origin = delegation->ns,
		.level = delegation->level,
		.pid = delegation->pid,
	};
	struct json_object *record;

	if (own_layer(layers, delegation->ns))
		return NULL;
	record = nestctl_layer(layers, &none);
	out_add_string(record, "kind", "delegated");
	return record;
}

/**
 * nestctl_is_meant() - is it this one that was asked about?
 * @target: what was asked about: 0 stands for any
 * @ns: the namespace that a layer binds
 * @origin: that from which it was loaded
 */
bool nestctl_is_meant(const struct nest_target *target, uint32_t ns,
		      uint32_t origin)
{
	return (!target->ns || target->ns == ns) &&
	       (!target->origin || target->origin == origin);
}

/**
 * nestctl_layer() - a layer as a record
 * @layers: what is in force
 * @layer: the layer
 *
 * Return: the record.
 */
struct json_object *nestctl_layer(const struct nestctl_layers *layers,
				  const struct nest_layer *layer)
{
	struct json_object *record = json_object_new_object();
	bool own = layer->ns == layer->origin;

	out_add_number(record, "ns", layer->ns);
	out_add_number(record, "level", layer->level);
	out_add_number(record, "origin", layer->origin);
	out_add_string(record, "kind", own ? "own" : "imposed");
	out_add_string(record, "name", layer->name);
	out_add_number(record, "revision", layer->revision);
	out_add_number(record, "domains", layer->domains);
	out_add_number(record, "size", layer->size);
	out_add_number(record, "decisions", layer->decisions);
	out_add_number(record, "denials", layer->denials);
	out_add_number(record, "complaints", layer->complaints);
	out_add_number(record, "lost", layer->lost);
	out_add_string(record, "host_label",
		       *layer->host_label ? layer->host_label : NULL);
	out_add(record, "init", layer->pid ?
		json_object_new_int(layer->pid) : NULL);
	add_delegation(record, own ? delegation_of(layers, layer->ns) : NULL);
	return record;
}

/**
 * nestctl_execute() - become another program
 * @verb: who asks, for messages
 * @command: its words
 *
 * Return: only if it fails, after an error was printed: the exit status.
 */
int nestctl_execute(const char *verb, char **command)
{
	int status;

	execvp(command[0], command);
	status = errno == ENOENT ? EXIT_NO_COMMAND : EXIT_NO_EXEC;
	error_print("%s: cannot execute %s: %m", verb, command[0]);
	fflush(stdout);
	return status;
}
