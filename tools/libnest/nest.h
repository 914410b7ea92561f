/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libnest: the client side of the generic netlink family "nest".
 *
 * Each function that can fail returns 0, or a negative errno; nest_error()
 * then says more. A handle has a netlink socket of its own and belongs to one
 * thread at a time. The capabilities that the kernel asks for are those of
 * the process that opened the handle and of the one that uses it.
 */
#ifndef NEST_H
#define NEST_H

#include <linux/nest.h>
#include <linux/nest_policy.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Bytes in a layer's name, and in a task's, with the NUL. */
#define NEST_LAYER_NAME_SIZE	64
#define NEST_COMM_SIZE		16

/* Bytes in what is kept of a label of the host's, with the NUL. */
#define NEST_HOST_LABEL_SIZE	256

/** NEST_ANY_REVISION - load or remove whatever the layer's revision is. */
#define NEST_ANY_REVISION	UINT64_MAX

struct nest;

/**
 * struct nest_error - why the last call failed
 * @code: a positive errno
 * @attribute: enum nest_attr that the kernel found fault with, or
 *	NEST_A_UNSPEC if it named none
 * @kernel: @message ends in the kernel's own explanation
 * @has_offset: an image was refused for one of its bytes
 * @offset: which
 * @message: what failed and why, without a newline
 */
struct nest_error {
	int code;
	uint16_t attribute;
	bool kernel;
	bool has_offset;
	uint32_t offset;
	char message[512];
};

int nest_open(struct nest **nestp, struct nest_error *error);
void nest_close(struct nest *nest);
const struct nest_error *nest_error(const struct nest *nest);

/**
 * struct nest_info - the module's answer to NEST_CMD_INFO
 * @abi: NEST_GENL_VERSION of the kernel
 * @policy_version: NEST_POLICY_VERSION of the kernel
 * @release: version of Nest
 * @attached: the handlers are attached to the hooks
 * @unprivileged: namespaces owned by other than the initial user namespace
 *	may load
 * @layers: layers in force that the caller can see
 * @layers_max: layers that one chain may have
 * @size_max: bytes that an image may have
 * @backend: enum nest_backend
 */
struct nest_info {
	uint32_t abi;
	uint32_t policy_version;
	char release[64];
	bool attached;
	bool unprivileged;
	uint32_t layers;
	uint32_t layers_max;
	uint32_t size_max;
	uint32_t backend;
};

int nest_get_info(struct nest *nest, struct nest_info *info);
int nest_detach(struct nest *nest);

/**
 * struct nest_target - one layer, or the place of one
 * @pid: a process of the target's pid namespace in the caller's view, or 0
 *	for the caller's own namespace
 * @ns: inode number of that namespace; ignored if @pid is 0
 * @origin: inode number of the namespace that the layer was loaded from, or
 *	0 for the caller's own
 *
 * All zero is the caller's own layer.
 */
struct nest_target {
	pid_t pid;
	uint32_t ns;
	uint32_t origin;
};

int nest_target_by_pid(struct nest *nest, pid_t pid,
		       struct nest_target *target);

/**
 * struct nest_load - what to load, and where
 * @target: the layer
 * @image: a policy image; the caller keeps it
 * @size: its length in bytes
 * @name: a name for people, shorter than NEST_LAYER_NAME_SIZE, or NULL
 * @revision: the revision that the layer must have now, 0 if it must not
 *	exist, or NEST_ANY_REVISION
 * @at_exec: for a container that a runtime is about to start: there must be no
 *	layer yet, and the first process is exempt until it executes a program,
 *	which it must not have done before
 */
struct nest_load {
	struct nest_target target;
	const void *image;
	size_t size;
	const char *name;
	uint64_t revision;
	bool at_exec;
};

/**
 * struct nest_layer - a layer in force
 * @ns: inode number of its pid namespace
 * @origin: inode number of the namespace that it was loaded from
 * @level: depth of its pid namespace, 0 is the initial one
 * @pid: the init process of its pid namespace in the caller's view, or 0
 * @name: a name for people
 * @revision: grows by one with each load
 * @size: bytes in the image
 * @domains: domains in the image
 * @denials: operations that it refused
 * @lost: events that were not delivered
 * @decisions: questions that its rules answered
 * @complaints: operations that were reported and permitted, as a domain only
 *	complains
 * @host_label: what the host's security module called the init process when
 *	the layer was loaded; empty if nothing. What is longer is cut
 */
struct nest_layer {
	uint32_t ns;
	uint32_t origin;
	uint32_t level;
	pid_t pid;
	char name[NEST_LAYER_NAME_SIZE];
	uint64_t revision;
	uint32_t size;
	uint32_t domains;
	uint64_t denials;
	uint64_t lost;
	uint64_t decisions;
	uint64_t complaints;
	char host_label[NEST_HOST_LABEL_SIZE];
};

int nest_layer_load(struct nest *nest, const struct nest_load *load,
		    uint64_t *revision);
int nest_layer_remove(struct nest *nest, const struct nest_target *target,
		      uint64_t revision);
int nest_layer_list(struct nest *nest, struct nest_layer **layers,
		    size_t *count);
int nest_layer_read(struct nest *nest, const struct nest_target *target,
		    void **image, size_t *size);

/**
 * struct nest_domain - a domain of a layer in force, and what happened in it
 * @ns: inode number of the layer's pid namespace
 * @origin: inode number of the namespace that the layer was loaded from
 * @mode: enum nest_mode
 * @domain: the domain's name
 * @decisions: questions that its rules answered
 * @denials: operations that they refused
 * @complaints: operations that were reported and permitted
 * @lost: events that were not delivered
 */
struct nest_domain {
	uint32_t ns;
	uint32_t origin;
	uint32_t mode;
	char domain[NEST_NAME_MAX + 1];
	uint64_t decisions;
	uint64_t denials;
	uint64_t complaints;
	uint64_t lost;
};

int nest_domain_list(struct nest *nest, struct nest_domain **domains,
		     size_t *count);

/** NEST_ROOT_OF_OWNER - the root of the user namespace that owns a namespace. */
#define NEST_ROOT_OF_OWNER	UINT32_MAX

/**
 * struct nest_delegation - who may load the own layer of a pid namespace
 * @ns: inode number of the pid namespace
 * @by: inode number of the one from which it was delegated
 * @level: depth of @ns, 0 is the initial one
 * @pid: its init process in the caller's view, or 0
 * @uid: whose tasks in it may, as the caller's namespace sees the user
 */
struct nest_delegation {
	uint32_t ns;
	uint32_t by;
	uint32_t level;
	pid_t pid;
	uint32_t uid;
};

int nest_delegate(struct nest *nest, const struct nest_target *target,
		  uint32_t uid);
int nest_withdraw(struct nest *nest, const struct nest_target *target);
int nest_delegation_list(struct nest *nest,
			 struct nest_delegation **delegations, size_t *count);

/**
 * struct nest_label - a task's domain in one layer
 * @ns: inode number of the layer's pid namespace
 * @origin: inode number of the namespace that the layer was loaded from
 * @mode: enum nest_mode
 * @domain: the domain's name; empty if the task is in none
 */
struct nest_label {
	uint32_t ns;
	uint32_t origin;
	uint32_t mode;
	char domain[NEST_NAME_MAX + 1];
};

/**
 * struct nest_task - a task that a layer covers
 * @pid: in the caller's view
 * @ns: inode number of its pid namespace
 * @uid: its real uid, in the caller's user namespace
 * @comm: its name
 * @n_labels: layers that cover it
 * @labels: one for each of them, outermost first
 */
struct nest_task {
	pid_t pid;
	uint32_t ns;
	uint32_t uid;
	char comm[NEST_COMM_SIZE];
	size_t n_labels;
	struct nest_label *labels;
};

int nest_task_list(struct nest *nest, struct nest_task **tasks, size_t *count);
void nest_task_free(struct nest_task *tasks, size_t count);

/**
 * struct nest_event - something that a layer refused, or was told to report
 * @time: nanoseconds of CLOCK_BOOTTIME
 * @ns: inode number of the layer's pid namespace
 * @origin: inode number of the namespace that the layer was loaded from
 * @level: depth of the layer's pid namespace
 * @class: enum nest_class
 * @verdict: enum nest_verdict
 * @pid: the task, in the caller's view; 0 if it is not visible
 * @uid: its real uid, in the caller's user namespace
 * @fsuid: the uid with which it uses files, likewise
 * @ouid: the file's owner, likewise
 * @has_ouid: a file is meant
 * @requested: what was asked for, see NEST_A_REQUESTED
 * @denied: the part of it that was not allowed
 * @lost: events that this handle did not get so far
 * @layer: the layer's name, and so on; NULL if the kernel did not say
 *
 * The strings live until the callback returns.
 */
struct nest_event {
	uint64_t time;
	uint32_t ns;
	uint32_t origin;
	uint32_t level;
	uint32_t class;
	uint32_t verdict;
	pid_t pid;
	uint32_t uid;
	uint32_t fsuid;
	uint32_t ouid;
	bool has_ouid;
	uint64_t requested;
	uint64_t denied;
	uint64_t lost;
	const char *layer;
	const char *comm;
	const char *operation;
	const char *domain;
	const char *path;
	const char *target;
	const char *reason;
};

/**
 * typedef nest_event_fn - called for each event
 * @event: valid until it returns
 * @arg: as given to nest_events()
 *
 * Return: 0 to go on, anything else ends nest_events(), which returns it.
 */
typedef int (*nest_event_fn)(const struct nest_event *event, void *arg);

int nest_subscribe(struct nest *nest);
int nest_event_fd(const struct nest *nest);
int nest_events(struct nest *nest, int timeout_ms, nest_event_fn fn,
		void *arg);

int nest_change_profile(const char *name, uint32_t origin, bool at_exec);
int nest_change_hat(const char *name, uint32_t origin, uint64_t token);
const char *nest_change_reason(int err);

int nest_image_memfd(const void *image, size_t size);

#endif
