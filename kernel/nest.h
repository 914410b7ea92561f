/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The objects of Nest and who keeps them alive.
 *
 * Writers (load, remove, death of a namespace) hold nest_mutex. Readers are
 * the handlers: those that may sleep run between nest_enter() and nest_leave(),
 * a section of nest_srcu; those in atomic context run under rcu_read_lock().
 * What a reader may have found is freed after a grace period of both
 * (nest_free_later()).
 */
#ifndef NEST_H
#define NEST_H

#include <linux/cred.h>
#include <linux/hashtable.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/path.h>
#include <linux/percpu.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/srcu.h>
#include <linux/wait.h>
#include "compat.h"
#include "core/core.h"
#include "include/uapi/linux/nest.h"

#define NEST_RELEASE	"0.1.0"
/*
 * Layers on one chain. The host's come on top: containers must not be able to
 * keep it from imposing one. All fit the masks of a verdict.
 */
#define NEST_LAYERS_MAX		32
#define NEST_LAYERS_HOST	8
#define NEST_CHAIN_MAX		(NEST_LAYERS_MAX + NEST_LAYERS_HOST)
#define NEST_LAYER_NAME	64	/* bytes, with the NUL */
#define NEST_OPENERS_MAX	14	/* one or two are usual */

/* Domain ids, unique in a layer over all its revisions. */
#define NEST_ID_DEFAULT		0	/* whatever the default is now */
#define NEST_ID_UNCONFINED	1
#define NEST_ID_FIRST		2
#define NEST_IDS_MAX		16384
#define NEST_ID_NONE		U32_MAX	/* no domain is meant */

/**
 * struct nest_free - what to do after the readers have gone
 * @rcu: queued first on RCU, then on nest_srcu
 * @free: called when it may not sleep, with this
 */
struct nest_free {
	struct rcu_head rcu;
	void (*free)(struct nest_free *self);
};

/**
 * struct nest_counts - what has happened, on one processor
 * @decisions: questions that the rules answered
 * @denials: operations refused
 * @complaints: operations reported and permitted, because a domain only complains
 * @lost: events dropped
 *
 * In memory of each processor, so that counting costs next to nothing. A sum of
 * them is not of one moment.
 */
struct nest_counts {
	u64 decisions;
	u64 denials;
	u64 complaints;
	u64 lost;
};

/**
 * struct nest_table - one revision of a layer
 * @later: frees it
 * @policy: the image, checked
 * @dfas: the image's automata, opened
 * @n_ids: length of @domain_of_id
 * @domain_of_id: index of the domain with an id, NEST_NONE if this revision
 *	has none of that name
 * @id_of_domain: the id of each domain
 * @counts: of each domain; the layer's, which keeps them over its revisions
 * @revision: number of the revision, from 1
 * @is_hosts: loaded by the right of the initial user namespace
 * @size: bytes of @image
 * @image: the bytes; charged to the memory cgroup of who loaded it
 *
 * Immutable once published.
 */
struct nest_table {
	struct nest_free later;
	struct nest_policy policy;
	struct nest_dfa *dfas;
	struct nest_counts __percpu **counts;
	u32 n_ids;
	u32 *domain_of_id;
	u32 *id_of_domain;
	u64 revision;
	bool is_hosts;
	u32 size;
	void *image;
};

struct nest_baseline;
struct nest_ns;
struct nest_taken;
struct nest_view;
struct socket;

/**
 * struct nest_layer - one policy table in force on a policy namespace
 * @later: frees it
 * @link: in @target->layers, under nest_mutex
 * @target: the policy namespace; keeps it alive
 * @origin: the pid namespace that it was loaded from: an ancestor of the
 *	target, or itself, so that the target keeps it alive
 * @owner: the user namespace that owns @origin, kept alive by it
 * @level: depth of the target
 * @serial: unique since the module was loaded; labels name the layer by it
 * @granted_by: the pid namespace from which it was delegated to who loaded the
 *	revision in force, an ancestor of the target; NULL if that was not a
 *	delegate; under nest_mutex
 * @table: the revision in force
 * @ids: struct nest_id by name: what each name of a domain in any revision
 *	stands for; under nest_mutex
 * @seed: of the hash of names, which are an attacker's to choose
 * @n_ids: the next id to give out; under nest_mutex
 * @counts: of what no domain of the layer stands behind
 * @window: jiffies at which the present second of the rate limit began
 * @events: events in it
 * @unlogged: events that did not go to the audit log, since the last that did
 * @host_label: what the host's LSM called the target's first process when the
 *	revision was loaded, or NULL; under nest_mutex
 * @name: for people
 */
struct nest_layer {
	struct nest_free later;
	struct list_head link;
	struct nest_ns *target;
	struct pid_namespace *origin;
	struct user_namespace *owner;
	u32 level;
	u64 serial;
	struct pid_namespace *granted_by;
	struct nest_table __rcu *table;
	DECLARE_HASHTABLE(ids, 10);
	u32 seed;
	u32 n_ids;
	struct nest_counts __percpu *counts;
	unsigned long window;
	atomic_t events;
	atomic64_t unlogged;
	char *host_label;
	char name[NEST_LAYER_NAME];
};

/**
 * struct nest_chain - the layers that bind a namespace
 * @later: frees it
 * @n: how many
 * @at_home: files have the same name for all of them
 * @layers: outermost target first; of one target, outermost origin first
 *
 * Immutable once published. It is replaced, and readers drained, before a layer
 * in it is freed.
 */
struct nest_chain {
	struct nest_free later;
	u32 n;
	bool at_home;
	struct nest_layer *layers[];
};

/**
 * struct nest_death - tells of the death of a pid namespace
 * @pidns: the pid namespace, kept alive by @init
 * @init: the struct pid of its first process
 * @entry: on the wait queue of @init
 * @work: queued when @seen is set
 * @seen: the first process is gone, and so are all others
 */
struct nest_death {
	struct pid_namespace *pidns;
	struct pid *init;
	wait_queue_entry_t entry;
	struct work_struct *work;
	bool seen;
};

/**
 * struct nest_ns - a policy namespace: a pid namespace with at least one layer
 * @later: frees it
 * @node: in the hash table by @pidns
 * @link: in the list of all, under nest_mutex
 * @pidns: kept alive by @death
 * @death: of the pid namespace
 * @layers: under nest_mutex
 * @chain: what binds the tasks in it
 * @next_chain: what shall bind them; under nest_mutex
 * @root: the root mount of the container, where the names of files begin, or
 *	empty if that was not to be found out. It keeps handlers from climbing
 *	the mount tree
 * @root_ok: @root is still at the top of its mount tree
 * @starting: its first process is exempt from its layers until that executes a
 *	program, and @root is found out only then; changed under nest_mutex
 * @baseline: what the container started with
 * @view: what is mounted where the first process lives
 * @view_mutex: held to make a new one
 */
struct nest_ns {
	struct nest_free later;
	struct hlist_node node;
	struct list_head link;
	struct pid_namespace *pidns;
	struct nest_death death;
	struct list_head layers;
	struct nest_chain __rcu *chain;
	struct nest_chain *next_chain;
	struct path root;
	bool root_ok;
	bool starting;
	struct nest_baseline *baseline;
	struct nest_view __rcu *view;
	struct mutex view_mutex;	/* of who makes a new view */
};

/**
 * struct nest_openers - who opened the files that a task brought into a domain
 * @refs: places that point to it
 * @n: how many
 * @at: their credentials, referenced: no others come to be at the same address
 *
 * Immutable once a label points to it.
 */
struct nest_openers {
	refcount_t refs;
	u32 n;
	const struct cred *at[NEST_OPENERS_MAX];
};

/**
 * struct nest_place - where a task stands in one layer
 * @serial: of the layer
 * @token: of hats: what leads back to @previous, or 0
 * @id: of the domain
 * @previous: id of the domain before the first hat, or NEST_ID_NONE
 * @onexec: id of the domain that the next exec shall lead to, or NEST_ID_NONE
 * @recheck: it came from another domain without an exec, so that files may be
 *	open that this one would not allow to open
 * @terminal: number of the controlling terminal that it had in the default
 *	domain, which it keeps; or 0
 * @brought: whose files the layer's rules do not count for, as they were open
 *	when the task came in from where those did not either; or NULL. A label
 *	holds a reference, copies of its places none
 */
struct nest_place {
	u64 serial;
	u64 token;
	u32 id;
	u32 previous;
	u32 onexec;
	bool recheck;
	dev_t terminal;
	struct nest_openers *brought;
};

/**
 * struct nest_label - where a task stands, if not in the default domain
 * @rcu: frees it
 * @refs: task entries that point to it
 * @n: how many
 * @rechecks: some place is to be rechecked
 * @at: by layer, in no order; a layer that is gone does no harm
 *
 * Immutable once a task has it.
 */
struct nest_label {
	struct rcu_head rcu;
	refcount_t refs;
	u32 n;
	bool rechecks;
	struct nest_place at[];
};

/**
 * struct nest_subject - who acts
 * @ns: the nearest policy namespace around the task
 * @chain: the layers that may bind it
 * @label: its domains, or NULL
 * @user_ns: the user namespace of its real credentials
 * @exempt: layers whose target lies deeper do not bind it
 * @baseline: what it started with, if it entered from outside; or NULL
 * @omit: layers that are not to be asked, by position
 *
 * Valid in the reader's section in which it was filled in.
 */
struct nest_subject {
	const struct nest_ns *ns;
	const struct nest_chain *chain;
	const struct nest_label *label;
	const struct user_namespace *user_ns;
	u32 exempt;
	struct nest_baseline *baseline;
	u64 omit;
};

/**
 * struct nest_event - something to report
 * @layer: that said so
 * @class: enum nest_class
 * @verdict: enum nest_verdict
 * @operation: what was tried
 * @domain: name of the domain, or NULL
 * @counts: of the domain; NULL: the layer's own
 * @path: name of the file, or NULL
 * @target: second name, or NULL
 * @reason: why, if no rule was the reason, or NULL
 * @requested: see NEST_A_REQUESTED
 * @denied: see NEST_A_DENIED
 * @silent: whoever asked wants no report
 * @access: of signals NEST_SIGNAL_*
 * @owned: a file is meant, and @owner is set
 * @owner: whose the file is, or would be
 * @kills: a denial kills, if it is reported
 * @complains: nothing is denied
 */
struct nest_event {
	struct nest_layer *layer;
	enum nest_class class;
	enum nest_verdict verdict;
	const char *operation;
	const char *domain;
	struct nest_counts __percpu *counts;
	const char *path;
	const char *target;
	const char *reason;
	u64 requested;
	u64 denied;
	bool silent;
	u32 access;
	bool owned;
	kuid_t owner;
	bool kills;
	bool complains;
};

/* main.c */
extern struct mutex nest_mutex;
extern struct srcu_struct nest_srcu;
extern unsigned int nest_in_force;
extern unsigned int nest_generation;
extern struct nest_policy_limits nest_limits;
extern bool nest_unprivileged;
extern atomic_t nest_rechecks;
extern unsigned int nest_audit_rate;

void nest_free_later(struct nest_free *later,
		     void (*free)(struct nest_free *self));

/**
 * nest_idle() - is no layer in force anywhere?
 *
 * Each handler asks this first.
 */
static __always_inline bool nest_idle(void)
{
	return likely(!READ_ONCE(nest_in_force));
}

static inline int nest_enter(void)
{
	return srcu_read_lock(&nest_srcu);
}

static inline void nest_leave(int section)
{
	srcu_read_unlock(&nest_srcu, section);
}

/**
 * nest_step_out() - leave a section for what may take long
 * @section: from nest_enter()
 *
 * Whatever userspace can stall has to be done outside: all that is to be freed,
 * of any container, waits for the section's end. What was found in it is void.
 */
static inline void nest_step_out(int section)
{
	__module_get(THIS_MODULE);
	nest_leave(section);
}

/**
 * nest_step_in() - return from where nest_step_out() led
 *
 * Meanwhile the handlers may have been detached: no layer is in force then, and
 * nothing may be asked of the task's entry, if nest_idle() says so.
 *
 * Return: the section; nest_exit() waits for its end.
 */
static inline int nest_step_in(void)
{
	int section = nest_enter();

	module_put(THIS_MODULE);
	return section;
}

/* Whether the caller is in a reader's section, but for that of RCU proper. */
#define nest_reads()	(srcu_read_lock_held(&nest_srcu) ||	\
			 rcu_read_lock_sched_held() ||		\
			 lockdep_is_held(&nest_mutex))

/* A pointer that nest_srcu or RCU protects, whichever the caller is in. */
#define nest_dereference(p)	rcu_dereference_check(p, nest_reads())

/* attach_*.c */
int nest_attach(void);
int nest_detach(void);
bool nest_attached(void);
bool nest_selftest_reached(void);
extern const enum nest_backend nest_backend;

/* ns.c */
int nest_death_watch(struct nest_death *death, struct pid_namespace *pidns,
		     struct work_struct *work);
void nest_death_ignore(struct nest_death *death);
struct nest_ns *nest_ns_get(struct pid_namespace *pidns, bool at_exec);
bool nest_ns_awaits_exec(const struct nest_ns *ns);
u32 nest_ns_spares(const struct nest_ns *ns, struct task_struct *task);
void nest_ns_started(void);
struct nest_ns *nest_ns_next(struct nest_ns *ns);
void nest_ns_put_if_empty(struct nest_ns *ns);
int nest_ns_rebuild(const struct nest_ns *changed, gfp_t gfp);
u32 nest_ns_longest_chain(const struct pid_namespace *pidns);
void nest_ns_forget_root(const struct vfsmount *mnt);
void nest_ns_exit(void);
bool nest_pidns_within(const struct pid_namespace *inner,
		       const struct pid_namespace *outer);

/**
 * struct nest_right - by what right somebody changes a layer
 * @from: the pid namespace from which it is done; kept alive by the caller
 * @delegate: the user whom it needs to be delegated to, or INVALID_UID if that
 *	is not what it rests on
 */
struct nest_right {
	struct pid_namespace *from;
	kuid_t delegate;
};

/**
 * struct nest_delegation - who may load the own layer of a pid namespace
 * @link: in the list of all, under nest_mutex
 * @by: the pid namespace from which it was delegated: an ancestor of the
 *	target, so that the target keeps it alive
 * @uid: the user whose tasks in the target may
 * @death: of the target
 *
 * At most one for each pid namespace. It ends with the namespace, when it is
 * withdrawn, and with the module.
 */
struct nest_delegation {
	struct list_head link;
	struct pid_namespace *by;
	kuid_t uid;
	struct nest_death death;
};

/* delegate.c */
int nest_delegate(struct pid_namespace *target, struct pid_namespace *by,
		  kuid_t uid);
int nest_withdraw(struct pid_namespace *target, struct pid_namespace *by);
struct nest_delegation *nest_delegation_of(const struct pid_namespace *target);
struct nest_delegation *nest_delegation_next(struct nest_delegation *delegation);
void nest_delegations_exit(void);

/* layer.c */

/**
 * struct nest_load - what to put in force
 * @table: the revision; the layer owns it on success. NULL on return if it is
 *	on its way to be freed
 * @name: for people, or NULL to leave it as it is
 * @expected: the revision to replace, 0 for none yet; NULL: whatever there is
 * @at_exec: the target has no layer yet, and its first process has executed no
 *	program: until it does it is exempt
 * @revision: on success, the number of the new revision
 */
struct nest_load {
	struct nest_table *table;
	const char *name;
	const u64 *expected;
	bool at_exec;
	u64 revision;
};

struct nest_layer *nest_layer_find(struct nest_ns *ns,
				   const struct pid_namespace *origin);
struct nest_table *nest_table_new(void *image, size_t size,
				  struct nest_policy_error *error);
void nest_table_free(struct nest_table *table);
int nest_layer_load(struct pid_namespace *target,
		    const struct nest_right *right, struct nest_load *load);
int nest_layer_remove(struct pid_namespace *target,
		      struct pid_namespace *origin,
		      const struct nest_right *right, const u64 *expected);
void nest_layer_unlink(struct nest_layer *layer);
void nest_layers_note_host(struct nest_ns *ns);
void nest_layer_sum(struct nest_layer *layer, struct nest_counts *sum);
void nest_counts_add(struct nest_counts *sum,
		     const struct nest_counts __percpu *counts);

/**
 * nest_count_decision() - the rules of a domain answered a question
 * @table: the revision that was asked
 * @domain: index
 */
static __always_inline void nest_count_decision(const struct nest_table *table,
						u32 domain)
{
	this_cpu_inc(table->counts[domain]->decisions);
}

/* label.c */
bool nest_subject_current(struct nest_subject *subject);
bool nest_subject_task(struct nest_subject *subject, struct task_struct *task);
bool nest_exempts(void);
struct nest_label *nest_label_new(u32 n);
void nest_label_put(struct nest_label *label);
int nest_task_inherit(struct task_struct *child, unsigned long clone_flags);
struct nest_baseline *nest_task_baseline(const struct task_struct *task);
void nest_task_gone(const struct task_struct *task);
int nest_task_prepare(struct nest_label *label, bool changed);
bool nest_task_changed(void);
struct nest_label *nest_task_pending(void);
void nest_task_commit(void);
int nest_task_relabel(const struct nest_chain *chain,
		      const struct nest_place *place);

/**
 * nest_borrowed() - does the kernel act with credentials other than the task's?
 *
 * overlayfs does, in the caller's task, with the mounter's: the user asked for
 * the outer operation, which was decided already. Not so for io workers and
 * requests of io_uring, which carry saved credentials of the task itself.
 */
static inline bool nest_borrowed(void)
{
	return current_cred() != current_real_cred() && !current->io_uring &&
	       !(current->flags & NEST_PF_OWN_WORK);
}

/* inherit.c */
struct nest_openers *nest_openers_get(struct nest_openers *openers);
void nest_openers_put(struct nest_openers *openers);
struct nest_taken *nest_inherit(void);
void nest_close_taken(struct nest_taken *taken);
int nest_carry(const struct nest_subject *subject,
	       const struct nest_table *table, u32 from, u32 to,
	       struct nest_place *place);
int nest_recheck(const char *operation, struct file *file, u32 request);

/* alone.c */
int nest_check_alone(void);

/* file.c */
u32 nest_file_request(const struct file *file);
int nest_check_open_file(const struct nest_subject *subject,
			 const char *operation, struct file *file,
			 u32 request);

int nest_check_entry(const char *operation, struct dentry *dentry,
		     bool directory, bool create);
int nest_check_overwrite(const char *operation, struct file *file);

/**
 * nest_appends() - is this a file that was opened to append to it?
 * @file: the file
 */
static inline bool nest_appends(const struct file *file)
{
	return file->f_flags & O_APPEND && file->f_mode & FMODE_WRITE &&
	       S_ISREG(file_inode(file)->i_mode);
}

/* mount.c */
int nest_ask_any_mount(const struct nest_subject *subject,
		       const char *operation, gfp_t gfp);
int nest_check_any_mount(const char *operation);

/* net.c */
int nest_check_transfer(const struct socket *sock, int mask);

/* task.c */
bool nest_layers_allow(int cap);
u32 nest_ask_tracer(const struct nest_subject *subject, const u32 *ids);

/* gate.c */
int nest_refuse_ring(const struct nest_subject *subject, const char *operation);

/* limit.c */
void nest_rlimits_lower(struct rlimit *stack);

/* event.c */
int nest_subscribe(struct net *net, u32 portid);
void nest_event(const struct nest_event *event, gfp_t gfp);
void nest_event_set_layer(struct nest_event *event,
			  const struct nest_subject *subject, u32 index);
void nest_event_denied(struct nest_event *event);
void nest_event_count_denial(const struct nest_event *event);
bool nest_complains(const struct nest_table *table, u32 domain);
bool nest_refuses(const struct nest_table *table, u32 domain,
		  const struct nest_decision *decision);
int nest_conclude(struct nest_event *event, const struct nest_table *table,
		  u32 domain, struct nest_decision decision, gfp_t gfp);
int nest_fail_closed(const struct nest_subject *subject, u32 index,
		     enum nest_class class, const char *operation, int err);
int nest_events_init(void);
void nest_events_exit(void);

/* netlink.c */
extern struct genl_family nest_genl_family;
int nest_netlink_init(void);
void nest_netlink_exit(void);

#endif
