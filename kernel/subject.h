/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From a task to the layers that bind it, and from these to its domain. Inline:
 * each decision begins so.
 */
#ifndef NEST_SUBJECT_H
#define NEST_SUBJECT_H

#include <linux/hash.h>
#include <linux/rculist.h>
#include <linux/user_namespace.h>
#include "entry.h"
#include "nest.h"

#define NEST_NS_HASH_BITS	8

extern struct hlist_head nest_ns_hash[];

static inline struct hlist_head *
nest_ns_bucket(const struct pid_namespace *pidns)
{
	return &nest_ns_hash[hash_ptr(pidns, NEST_NS_HASH_BITS)];
}

/**
 * nest_ns_find() - look a policy namespace up
 * @pidns: the pid namespace
 *
 * Context: nest_mutex or a reader's section.
 * Return: it, or NULL if the pid namespace has no layer.
 */
static inline struct nest_ns *nest_ns_find(const struct pid_namespace *pidns)
{
	struct nest_ns *ns;

	hlist_for_each_entry_rcu(ns, nest_ns_bucket(pidns), node, nest_reads())
		if (likely(ns->pidns == pidns))
			return ns;
	return NULL;
}

/**
 * nest_ns_lookup() - find the layers that may bind a task
 * @subject: its @ns and @chain are set, to NULL if there are none
 * @pidns: the task's active pid namespace
 *
 * Context: a reader's section.
 */
static inline void nest_ns_lookup(struct nest_subject *subject,
				  const struct pid_namespace *pidns)
{
	for (; pidns->level; pidns = pidns->parent) {
		struct nest_ns *ns = nest_ns_find(pidns);

		if (!ns)
			continue;
		/* Not yet, or no longer, if it is being made or ended. */
		subject->chain = nest_dereference(ns->chain);
		if (subject->chain) {
			subject->ns = ns;
			return;
		}
	}
	subject->ns = NULL;
	subject->chain = NULL;
}

/**
 * nest_subject_look() - find out who acts
 * @subject: filled in; valid, too, in a section of nest_srcu around this one
 *	if @task is the current one
 * @task: the task
 * @cred: its real credentials
 *
 * Context: rcu_read_lock().
 * Return: false if no layer can bind it.
 */
static __always_inline bool nest_subject_look(struct nest_subject *subject,
					      struct task_struct *task,
					      const struct cred *cred)
{
	const struct pid_namespace *pidns = ns_of_pid(task_pid(task));
	const struct nest_entry *entry;

	if (unlikely(!pidns))
		return false;
	nest_ns_lookup(subject, pidns);
	if (!subject->chain)
		return false;
	subject->label = NULL;
	subject->exempt = NEST_NOT_EXEMPT;
	subject->baseline = NULL;
	subject->omit = 0;
	subject->user_ns = cred->user_ns;
	entry = nest_entry_find(task);
	if (entry) {
		subject->label = nest_dereference(entry->label);
		subject->exempt = READ_ONCE(entry->exempt);
		subject->baseline = entry->baseline;
	}
	if (unlikely(READ_ONCE(subject->ns->starting)))
		subject->exempt = min(subject->exempt,
				      nest_ns_spares(subject->ns, task));
	return true;
}

/**
 * nest_userns_within() - is a user namespace another one, or below it?
 * @inner: the one
 * @outer: the other
 */
static inline bool nest_userns_within(const struct user_namespace *inner,
				      const struct user_namespace *outer)
{
	while (inner != outer) {
		if (inner->level <= outer->level)
			return false;
		inner = inner->parent;
	}
	return true;
}

/**
 * nest_binds() - does a layer bind a subject?
 * @subject: the subject
 * @layer: a layer of its chain
 *
 * It does not if the task's user namespace lies outside the one that owns the
 * layer's origin, or if the task entered from outside and is still exempt.
 */
static inline bool nest_binds(const struct nest_subject *subject,
			      const struct nest_layer *layer)
{
	if (unlikely(layer->level > subject->exempt))
		return false;
	return nest_userns_within(subject->user_ns, layer->owner);
}

/**
 * nest_is_outside() - is a subject's user namespace above its container's?
 * @subject: the subject
 *
 * So it is of who entered from there, and of nobody else.
 */
static inline bool nest_is_outside(const struct nest_subject *subject)
{
	return subject->user_ns->level < subject->ns->pidns->user_ns->level;
}

/**
 * nest_label_place() - where a task stands in a layer
 * @label: the task's label, or NULL
 * @layer: the layer
 *
 * Return: the place, or NULL: in the default domain.
 */
static inline const struct nest_place *
nest_label_place(const struct nest_label *label, const struct nest_layer *layer)
{
	u32 i;

	if (!label)
		return NULL;
	for (i = 0; i < label->n; i++)
		if (label->at[i].serial == layer->serial)
			return &label->at[i];
	return NULL;
}

/**
 * nest_label_id() - the id of a task's domain in a layer
 * @label: the task's label, or NULL
 * @layer: the layer
 *
 * Return: the id, which may be NEST_ID_DEFAULT or NEST_ID_UNCONFINED.
 */
static inline u32 nest_label_id(const struct nest_label *label,
				const struct nest_layer *layer)
{
	const struct nest_place *place = nest_label_place(label, layer);

	return place ? place->id : NEST_ID_DEFAULT;
}

/**
 * nest_table_domain() - the domain that an id stands for
 * @table: a revision
 * @id: the id. One whose domain this revision does not have any more stands for
 *	the default domain
 *
 * Return: index of the domain, or NEST_NONE if unconfined.
 */
static inline u32 nest_table_domain(const struct nest_table *table, u32 id)
{
	u32 domain = NEST_NONE;

	if (id == NEST_ID_UNCONFINED)
		return NEST_NONE;
	if (id < table->n_ids && id >= NEST_ID_FIRST)
		domain = table->domain_of_id[id];
	if (domain == NEST_NONE)
		domain = le32_to_cpu(table->policy.header->default_domain);
	return domain;
}

/**
 * nest_table_has() - does an id stand for something of its own?
 * @table: a revision
 * @id: NEST_ID_UNCONFINED, or the id of a domain in some revision
 *
 * Return: false if this revision has no domain of that name any more.
 */
static inline bool nest_table_has(const struct nest_table *table, u32 id)
{
	return id == NEST_ID_UNCONFINED ||
	       (id >= NEST_ID_FIRST && id < table->n_ids &&
		table->domain_of_id[id] != NEST_NONE);
}

/**
 * nest_table_id_name() - what rules call a domain
 * @table: a revision
 * @id: the id
 *
 * Return: the name, which lives as long as the revision.
 */
static inline const char *nest_table_id_name(const struct nest_table *table,
					     u32 id)
{
	u32 domain = nest_table_domain(table, id);

	return domain == NEST_NONE ? "unconfined" :
	       nest_policy_domain_name(&table->policy, domain);
}

/**
 * nest_subject_domain() - the domain of a subject in one layer
 * @subject: the subject
 * @index: of the layer in its chain
 * @domain: on success the domain's index
 *
 * Return: the revision that the domain belongs to, or NULL if the layer does not
 * confine the subject, or is not to be asked.
 */
static inline const struct nest_table *
nest_subject_domain(const struct nest_subject *subject, u32 index, u32 *domain)
{
	const struct nest_layer *layer = subject->chain->layers[index];
	const struct nest_table *table;

	if (unlikely(subject->omit & BIT_ULL(index)) ||
	    !nest_binds(subject, layer))
		return NULL;
	table = nest_dereference(layer->table);
	*domain = nest_table_domain(table,
				    nest_label_id(subject->label, layer));
	return *domain == NEST_NONE ? NULL : table;
}

/**
 * nest_is_confined() - does a layer confine a subject?
 * @subject: the subject
 * @index: of the layer in its chain
 */
static inline bool nest_is_confined(const struct nest_subject *subject,
				    u32 index)
{
	u32 domain;

	return nest_subject_domain(subject, index, &domain);
}

/**
 * nest_first_confining() - the outermost layer that confines a subject
 * @subject: the subject
 *
 * Return: its position in the chain, or NEST_NONE.
 */
static inline u32 nest_first_confining(const struct nest_subject *subject)
{
	u32 i;

	for (i = 0; i < subject->chain->n; i++)
		if (nest_is_confined(subject, i))
			return i;
	return NEST_NONE;
}

/**
 * nest_peer_name() - what rules of a layer call another task
 * @layer: the layer
 * @i: its position in the chain of who asks
 * @peer: the other task, or NULL: no layer can bind it
 *
 * Return: the name, which lives as long as the revision.
 */
static inline const char *nest_peer_name(const struct nest_layer *layer, u32 i,
					 const struct nest_subject *peer)
{
	const struct nest_table *table;
	u32 domain;

	if (!peer || i >= peer->chain->n || peer->chain->layers[i] != layer)
		return "unconfined";
	table = nest_subject_domain(peer, i, &domain);
	if (!table)
		return "unconfined";
	return nest_policy_domain_name(&table->policy, domain);
}

/**
 * nest_is_shared() - does a layer of one task bind another one, too?
 * @subject: the one
 * @other: the other, or NULL: no layer can bind it
 * @i: position of the layer in the chain of @subject. Layers of one chain that
 *	both have stand at the same place
 */
static inline bool nest_is_shared(const struct nest_subject *subject,
				  const struct nest_subject *other, u32 i)
{
	const struct nest_layer *layer = subject->chain->layers[i];

	return other && i < other->chain->n &&
	       other->chain->layers[i] == layer && nest_binds(other, layer);
}

/* Decides by a domain and what the event says was requested. */
typedef struct nest_decision nest_decide_fn(const struct nest_policy *policy,
					    u32 domain,
					    const struct nest_event *event);

/**
 * nest_ask_layer() - ask one layer, if it confines a subject
 * @subject: the subject
 * @i: position of the layer in its chain
 * @event: its class, operation and requested are set
 * @decide: what a domain says
 * @quiet: report nothing
 * @gfp: how to allocate
 *
 * Return: 0, or -EACCES if it refuses.
 */
static __always_inline int nest_ask_layer(const struct nest_subject *subject,
					  u32 i, struct nest_event *event,
					  nest_decide_fn *decide, bool quiet,
					  gfp_t gfp)
{
	const struct nest_table *table;
	u32 domain;

	table = nest_subject_domain(subject, i, &domain);
	if (!table)
		return 0;
	event->layer = subject->chain->layers[i];
	event->silent = quiet;
	return nest_conclude(event, table, domain,
			     decide(&table->policy, domain, event), gfp);
}

/**
 * nest_ask_layers() - ask each layer that confines a subject
 * @subject: the subject
 * @event: its class, operation and requested are set
 * @decide: what a domain says
 * @quiet: report nothing
 * @gfp: how to allocate
 *
 * Return: 0, or -EACCES from the first layer that refuses.
 */
static __always_inline int nest_ask_layers(const struct nest_subject *subject,
					   struct nest_event *event,
					   nest_decide_fn *decide, bool quiet,
					   gfp_t gfp)
{
	int err = 0;
	u32 i;

	for (i = 0; !err && i < subject->chain->n; i++)
		err = nest_ask_layer(subject, i, event, decide, quiet, gfp);
	return err;
}

#endif
