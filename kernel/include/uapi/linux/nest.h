/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * Generic netlink family "nest". Documentation/netlink/specs/nest.yaml says
 * the same in another form, Documentation/userspace-api.rst says what each
 * command does, who may send it and what each errno means.
 */
#ifndef _UAPI_LINUX_NEST_H
#define _UAPI_LINUX_NEST_H

#include <linux/types.h>

#define NEST_GENL_NAME		"nest"
#define NEST_GENL_VERSION	1

/**
 * enum nest_cmd - commands of the family
 * @NEST_CMD_UNSPEC: never sent
 * @NEST_CMD_INFO: do: version, limits and totals
 * @NEST_CMD_LAYER_LOAD: do: put a layer in force, or replace it
 * @NEST_CMD_LAYER_DEL: do: remove a layer
 * @NEST_CMD_LAYER_GET: dump: the layers that the caller may see
 * @NEST_CMD_LAYER_READ: dump: the image of one layer, in pieces
 * @NEST_CMD_TASK_GET: dump: the tasks that the caller may see and that a layer
 *	covers, with their domains
 * @NEST_CMD_SUBSCRIBE: do: send NEST_CMD_EVENT to this socket from now on
 * @NEST_CMD_EVENT: from the kernel: something was denied, or audited
 * @NEST_CMD_DETACH: do: take the handlers off the kernel's hooks
 * @NEST_CMD_DELEGATE: do: let a user load a namespace's own layer
 * @NEST_CMD_WITHDRAW: do: end that
 * @NEST_CMD_DELEGATION_GET: dump: the delegations that the caller may see
 * @NEST_CMD_DOMAIN_GET: dump: the domains of the layers that the caller may see,
 *	with what has happened in them
 */
enum nest_cmd {
	NEST_CMD_UNSPEC,
	NEST_CMD_INFO,
	NEST_CMD_LAYER_LOAD,
	NEST_CMD_LAYER_DEL,
	NEST_CMD_LAYER_GET,
	NEST_CMD_LAYER_READ,
	NEST_CMD_TASK_GET,
	NEST_CMD_SUBSCRIBE,
	NEST_CMD_EVENT,
	NEST_CMD_DETACH,
	NEST_CMD_DELEGATE,
	NEST_CMD_WITHDRAW,
	NEST_CMD_DELEGATION_GET,
	NEST_CMD_DOMAIN_GET,

	__NEST_CMD_MAX,
	NEST_CMD_MAX = __NEST_CMD_MAX - 1
};

/**
 * enum nest_attr - attributes of the family
 * @NEST_A_UNSPEC: never sent
 * @NEST_A_PAD: for alignment of 64-bit values
 * @NEST_A_PID: u32: a process in the caller's view. In a request it names the
 *	target's pid namespace; without it the target is the caller's own
 * @NEST_A_NS: u32: inode number of a pid namespace. In a request it has to be
 *	that of the process named by @NEST_A_PID, so that a recycled pid is
 *	refused; the two go together
 * @NEST_A_ORIGIN: u32: inode number of the pid namespace that a layer was
 *	loaded from, or a delegation made from. In a request for one layer: which of the target's
 *	layers; without it, the one loaded from the caller's own namespace
 * @NEST_A_IMAGE_FD: u32: a memfd with seals WRITE, GROW and SHRINK
 * @NEST_A_NAME: string: a name for people, at most 63 bytes
 * @NEST_A_REVISION: u64: grows by one with each load of the layer. In a
 *	request to load or remove: only if this is the layer's revision now
 *	(0: only if there is no layer yet)
 * @NEST_A_LEVEL: u32: depth of the pid namespace, 0 is the initial one
 * @NEST_A_SIZE: u32: bytes in the layer's image
 * @NEST_A_DOMAINS: u32: domains in the layer
 * @NEST_A_DENIALS: u64: operations that the layer, or the domain, refused
 * @NEST_A_LOST: u64: events of the layer or domain (in LAYER_GET, DOMAIN_GET),
 *	or of the subscriber (in EVENT), that were not delivered
 * @NEST_A_OFFSET: u32: where @NEST_A_CHUNK begins in the image
 * @NEST_A_CHUNK: binary: part of an image
 * @NEST_A_LABELS: nest: one @NEST_A_LABEL for each layer, outermost first
 * @NEST_A_LABEL: nest: @NEST_A_NS, @NEST_A_ORIGIN, @NEST_A_DOMAIN,
 *	@NEST_A_MODE
 * @NEST_A_DOMAIN: string: a domain's name; absent if unconfined
 * @NEST_A_MODE: u32: enum nest_mode
 * @NEST_A_COMM: string: the name of a task
 * @NEST_A_UID: u32: the task's real uid, or that of a delegation; in the user
 *	namespace that owns the pid namespace of who sends or receives it
 * @NEST_A_CLASS: u32: enum nest_class
 * @NEST_A_OPERATION: string: what was tried ("open", "mkdir", ...)
 * @NEST_A_PATH: string: the file's name as the layer saw it,
 *	or the address of a socket, in print
 * @NEST_A_TARGET: string: a second name: the other name of a link or rename,
 *	the domain of the other task of a signal or ptrace, the address of a
 *	socket's peer, in print
 * @NEST_A_REQUESTED: u64: class file, exec: NEST_FILE_*; capability: its
 *	number; network: family << 32 | type; ptrace: NEST_PTRACE_*; signal:
 *	its number; mount: MS_*; change: NEST_CHANGE_*, 0 for a hat;
 *	io_uring: NEST_URING_*; userns: 1; rlimit: enum nest_policy_rlimit <<
 *	NEST_RLIMIT_SHIFT | the new hard limit; mqueue: NEST_MQUEUE_*
 * @NEST_A_DENIED: u64: class file, exec: the part of requested not allowed;
 *	network: NEST_SOCK_*, what was not allowed
 * @NEST_A_VERDICT: u32: enum nest_verdict
 * @NEST_A_REASON: string: why, if no rule was the reason ("out of memory")
 * @NEST_A_TIME: u64: nanoseconds of CLOCK_BOOTTIME
 * @NEST_A_ABI: u32: NEST_GENL_VERSION of the kernel
 * @NEST_A_POLICY_VERSION: u32: NEST_POLICY_VERSION of the kernel
 * @NEST_A_RELEASE: string: version of Nest
 * @NEST_A_ATTACHED: u32: 1 if the handlers are attached to the hooks
 * @NEST_A_LAYERS: u32: layers in force that the caller can see
 * @NEST_A_LAYERS_MAX: u32: layers that one chain may have
 * @NEST_A_SIZE_MAX: u32: bytes that an image may have
 * @NEST_A_UNPRIVILEGED: u32: 1 if namespaces owned by other than the initial
 *	user namespace may load
 * @NEST_A_FSUID: u32: the uid with which the task uses files, in the receiver's
 *	user namespace
 * @NEST_A_OUID: u32: likewise the file's owner; absent if no file is meant
 * @NEST_A_AT_EXEC: flag: the target has no layer yet, and its first process has
 *	executed no program since it was made. Until it does, it and what it forks
 *	are exempt
 * @NEST_A_BACKEND: u32: enum nest_backend
 * @NEST_A_HOST_LABEL: string: what the host's security module called the first
 *	process of the target when the layer was loaded; absent if nothing, and
 *	for whoever is in the target
 * @NEST_A_DECISIONS: u64: questions that the rules of the layer, or of the
 *	domain, answered. As of the other counts, all revisions of a layer count
 * @NEST_A_COMPLAINTS: u64: operations that were reported and permitted because
 *	a domain only complains
 */
enum nest_attr {
	NEST_A_UNSPEC,
	NEST_A_PAD,
	NEST_A_PID,
	NEST_A_NS,
	NEST_A_ORIGIN,
	NEST_A_IMAGE_FD,
	NEST_A_NAME,
	NEST_A_REVISION,
	NEST_A_LEVEL,
	NEST_A_SIZE,
	NEST_A_DOMAINS,
	NEST_A_DENIALS,
	NEST_A_LOST,
	NEST_A_OFFSET,
	NEST_A_CHUNK,
	NEST_A_LABELS,
	NEST_A_LABEL,
	NEST_A_DOMAIN,
	NEST_A_MODE,
	NEST_A_COMM,
	NEST_A_UID,
	NEST_A_CLASS,
	NEST_A_OPERATION,
	NEST_A_PATH,
	NEST_A_TARGET,
	NEST_A_REQUESTED,
	NEST_A_DENIED,
	NEST_A_VERDICT,
	NEST_A_REASON,
	NEST_A_TIME,
	NEST_A_ABI,
	NEST_A_POLICY_VERSION,
	NEST_A_RELEASE,
	NEST_A_ATTACHED,
	NEST_A_LAYERS,
	NEST_A_LAYERS_MAX,
	NEST_A_SIZE_MAX,
	NEST_A_UNPRIVILEGED,
	NEST_A_FSUID,
	NEST_A_OUID,
	NEST_A_AT_EXEC,
	NEST_A_BACKEND,
	NEST_A_HOST_LABEL,
	NEST_A_DECISIONS,
	NEST_A_COMPLAINTS,

	__NEST_A_MAX,
	NEST_A_MAX = __NEST_A_MAX - 1
};

/**
 * enum nest_backend - how Nest is attached to the kernel
 * @NEST_BACKEND_MODULE: a module, to which ftrace leads the hooks of the BPF LSM
 * @NEST_BACKEND_LSM: built into the kernel, in the order of lsm=
 */
enum nest_backend {
	NEST_BACKEND_MODULE,
	NEST_BACKEND_LSM
};

/**
 * enum nest_mode - what a domain does to a task
 * @NEST_MODE_ENFORCE: what is not allowed is denied
 * @NEST_MODE_COMPLAIN: what is not allowed is reported, and permitted
 * @NEST_MODE_UNCONFINED: no domain: everything is permitted
 * @NEST_MODE_EXEMPT: the layer does not bind this task: it entered the
 *	namespace from outside and has not executed a program there, or it is the
 *	first process, with NEST_A_AT_EXEC, or its user namespace lies outside
 * @NEST_MODE_KILL: as @NEST_MODE_ENFORCE, and who is denied something is killed
 */
enum nest_mode {
	NEST_MODE_ENFORCE,
	NEST_MODE_COMPLAIN,
	NEST_MODE_UNCONFINED,
	NEST_MODE_EXEMPT,
	NEST_MODE_KILL
};

/**
 * enum nest_class - rule classes
 * @NEST_CLASS_FILE: files
 * @NEST_CLASS_EXEC: execution
 * @NEST_CLASS_CAPABILITY: capabilities
 * @NEST_CLASS_NETWORK: sockets
 * @NEST_CLASS_MOUNT: mounts, and changes of the root
 * @NEST_CLASS_PTRACE: tracing
 * @NEST_CLASS_IO_URING: io_uring: credentials of others, threads that poll
 * @NEST_CLASS_SIGNAL: signals
 * @NEST_CLASS_CHANGE: changes of the domain by the task itself
 * @NEST_CLASS_USERNS: making user namespaces
 * @NEST_CLASS_RLIMIT: setting resource limits
 * @NEST_CLASS_MQUEUE: message queues
 * @NEST_CLASS_COMPROMISE: a task that is not confined as its container was when
 *	it started; see Documentation/host-binding.rst
 */
enum nest_class {
	NEST_CLASS_FILE,
	NEST_CLASS_EXEC,
	NEST_CLASS_CAPABILITY,
	NEST_CLASS_NETWORK,
	NEST_CLASS_MOUNT,
	NEST_CLASS_PTRACE,
	NEST_CLASS_IO_URING,
	NEST_CLASS_SIGNAL,
	NEST_CLASS_CHANGE,
	NEST_CLASS_USERNS,
	NEST_CLASS_RLIMIT,
	NEST_CLASS_MQUEUE,
	NEST_CLASS_COMPROMISE
};

/* A limit in NEST_A_REQUESTED. What does not fit is NEST_RLIMIT_VALUE. */
#define NEST_RLIMIT_SHIFT	56
#define NEST_RLIMIT_VALUE	((1ULL << NEST_RLIMIT_SHIFT) - 1)

/**
 * enum nest_verdict - what became of an operation
 * @NEST_VERDICT_DENIED: refused
 * @NEST_VERDICT_ALLOWED: permitted by an audited rule, or by complain mode if
 *	denied is not empty
 * @NEST_VERDICT_KILLED: refused, and the task was killed
 */
enum nest_verdict {
	NEST_VERDICT_DENIED,
	NEST_VERDICT_ALLOWED,
	NEST_VERDICT_KILLED
};

/**
 * NEST_PR_CHANGE - option of prctl() by which a task changes its own domain
 *
 * prctl(NEST_PR_CHANGE, change, sizeof(*change), 0, 0) with a struct
 * nest_change. It takes no socket and no file, which the domain would have to
 * permit, and which another program could be made to use.
 */
#define NEST_PR_CHANGE		0x4e535401

/**
 * enum nest_change_how - ways to change
 * @NEST_CHANGE_NOW: to the domain @name, or "unconfined", at once
 * @NEST_CHANGE_AT_EXEC: likewise, by the next exec that succeeds
 * @NEST_CHANGE_TO_HAT: to the hat @name of the present domain, or of the domain
 *	whose hat it is
 * @NEST_CHANGE_FROM_HAT: back to where the task was before its first hat
 */
enum nest_change_how {
	NEST_CHANGE_NOW,
	NEST_CHANGE_AT_EXEC,
	NEST_CHANGE_TO_HAT,
	NEST_CHANGE_FROM_HAT
};

/* Bytes in the name of a domain or a hat, with the NUL. */
#define NEST_CHANGE_NAME	256

/**
 * struct nest_change - a change of the domain
 * @how: enum nest_change_how
 * @origin: inode number of the pid namespace that the layer was loaded from; 0:
 *	the task's own. The layer's target is the task's own pid namespace
 * @token: of hats: a secret. Whoever leaves a hat, or goes from one to another,
 *	has to give it again; a wrong one kills the task. Entered with 0, a hat
 *	cannot be left. Otherwise 0
 * @name: of the domain or hat; NUL bytes fill the rest
 */
struct nest_change {
	__u32 how;
	__u32 origin;
	__aligned_u64 token;
	char name[NEST_CHANGE_NAME];
};

#endif
