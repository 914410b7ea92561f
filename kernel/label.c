// SPDX-License-Identifier: GPL-2.0-only
/*
 * Labels: which domain a task is in, for each layer. Most tasks have no entry:
 * they are in the default domain of each of their layers.
 */
#include <linux/nsproxy.h>
#include <linux/overflow.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>
#include "baseline.h"
#include "nest.h"
#include "subject.h"

/* Entries with an exemption. */
static atomic_t n_exempt;

/* Labels in use with a place to be rechecked: without one, nobody looks. */
atomic_t nest_rechecks;

/*
 * Walks over the entries of other tasks, which RCU alone keeps. What it returns
 * stays for a caller that is the task, since an entry goes with its task, or
 * that holds rcu_read_lock().
 */
static struct nest_entry *find(const struct task_struct *task)
{
	struct nest_entry *entry;

	rcu_read_lock();
	entry = nest_entry_find(task);
	rcu_read_unlock();
	return entry;
}

static struct nest_entry *create(const struct task_struct *task)
{
	struct nest_entry *entry = kzalloc(sizeof(*entry), GFP_KERNEL_ACCOUNT);

	if (entry) {
		entry->task = task;
		entry->exempt = NEST_NOT_EXEMPT;
	}
	return entry;
}

/**
 * nest_label_new() - make a label
 * @n: for how many layers
 *
 * Return: the label, whose @at is to be filled in, with one reference; or NULL.
 */
struct nest_label *nest_label_new(u32 n)
{
	struct nest_label *label;

	label = kzalloc(struct_size(label, at, n), GFP_KERNEL_ACCOUNT);
	if (label) {
		refcount_set(&label->refs, 1);
		label->n = n;
	}
	return label;
}

/* Only the task itself looks at what this puts, and it holds a reference. */
static void free_label(struct nest_label *label)
{
	u32 i;

	if (label->rechecks)
		atomic_dec(&nest_rechecks);
	for (i = 0; i < label->n; i++)
		nest_openers_put(label->at[i].brought);
	kfree_rcu(label, rcu);
}

/**
 * nest_label_put() - drop a reference
 * @label: the label, or NULL
 */
void nest_label_put(struct nest_label *label)
{
	if (label && refcount_dec_and_test(&label->refs))
		free_label(label);
}

/* A label is complete, and about to become a task's. */
static void seal(struct nest_label *label)
{
	u32 i;

	for (i = 0; i < label->n; i++)
		label->rechecks |= label->at[i].recheck;
	if (label->rechecks)
		atomic_inc(&nest_rechecks);
}

static bool is_exempt(const struct nest_entry *entry)
{
	return entry->exempt != NEST_NOT_EXEMPT;
}

static void free_entry(struct rcu_head *rcu)
{
	struct nest_entry *entry = container_of(rcu, struct nest_entry, rcu);

	nest_label_put(rcu_dereference_protected(entry->label, true));
	nest_label_put(entry->pending);
	nest_baseline_put(entry->baseline);
	kfree(entry);
}

/**
 * nest_entry_retire() - free an entry when no reader can hold it any more
 * @entry: cannot be found any more
 *
 * Context: any.
 */
void nest_entry_retire(struct nest_entry *entry)
{
	if (is_exempt(entry))
		atomic_dec(&n_exempt);
	call_rcu(&entry->rcu, free_entry);
}

/**
 * nest_subject_current() - find out who acts: the current task
 * @subject: filled in
 *
 * Context: a reader's section.
 * Return: false if no layer can bind it.
 */
bool nest_subject_current(struct nest_subject *subject)
{
	bool bound;

	rcu_read_lock();
	bound = nest_subject_look(subject, current, current_real_cred());
	rcu_read_unlock();
	return bound;
}

/**
 * nest_subject_task() - look at another task
 * @subject: filled in
 * @task: the task, which the caller keeps alive
 *
 * Context: rcu_read_lock().
 * Return: false if no layer can bind it.
 */
bool nest_subject_task(struct nest_subject *subject, struct task_struct *task)
{
	return nest_subject_look(subject, task, __task_cred(task));
}

/*
 * The depth from which a child enters a pid namespace that exists already, by
 * setns(); NEST_NOT_EXEMPT if it stays in its parent's or begins a new one.
 */
static u32 entry_level(unsigned long clone_flags)
{
	struct pid_namespace *from = ns_of_pid(task_pid(current));
	struct pid_namespace *to = current->nsproxy->pid_ns_for_children;

	if (to == from || (clone_flags & CLONE_NEWPID) ||
	    !READ_ONCE(to->child_reaper))
		return NEST_NOT_EXEMPT;
	return from->level;
}

/**
 * nest_exempts() - may a child of the current task be exempt from a layer?
 *
 * To be asked while no layer is in force, too: one may come before the child
 * has executed a program.
 *
 * Return: false if it cannot. This is the answer to nearly every fork.
 */
bool nest_exempts(void)
{
	return atomic_read(&n_exempt) ||
	       (current->nsproxy &&
		current->nsproxy->pid_ns_for_children !=
		ns_of_pid(task_pid(current)));
}

/* What children of a namespace's first process have to do with its exemption. */
static u32 first_exempt(void)
{
	const struct nest_ns *ns;
	u32 exempt = NEST_NOT_EXEMPT;

	rcu_read_lock();
	ns = nest_ns_find(ns_of_pid(task_pid(current)));
	if (ns)
		exempt = nest_ns_spares(ns, current);
	rcu_read_unlock();
	return exempt;
}

/* Of a task that enters from a depth, or goes on with its parent's. */
static int set_baseline(struct nest_entry *entry, u32 level,
			struct nest_baseline *outer)
{
	entry->baseline = level == NEST_NOT_EXEMPT ?
			  nest_baseline_get(outer) :
			  nest_baseline_new(level, outer);
	return entry->baseline || level == NEST_NOT_EXEMPT ? 0 : -ENOMEM;
}

/**
 * nest_task_inherit() - give a new task what its parent has
 * @child: the new task
 * @clone_flags: of clone()
 *
 * Return: 0, or -ENOMEM.
 */
int nest_task_inherit(struct task_struct *child, unsigned long clone_flags)
{
	struct nest_entry *parent = find(current);
	struct nest_baseline *baseline = NULL;
	struct nest_label *label = NULL;
	u32 level = NEST_NOT_EXEMPT, exempt;
	struct nest_entry *entry;

	if (current->nsproxy)
		level = entry_level(clone_flags);
	exempt = min(level, first_exempt());
	if (parent) {
		label = rcu_dereference_protected(parent->label, true);
		exempt = min(exempt, parent->exempt);
		baseline = parent->baseline;
	}
	if (!label && !baseline && exempt == NEST_NOT_EXEMPT)
		return 0;
	entry = create(child);
	if (!entry)
		return -ENOMEM;
	if (set_baseline(entry, level, baseline)) {
		kfree(entry);
		return -ENOMEM;
	}
	if (label)
		refcount_inc(&label->refs);
	RCU_INIT_POINTER(entry->label, label);
	entry->exempt = exempt;
	if (is_exempt(entry))
		atomic_inc(&n_exempt);
	nest_entry_insert(entry);
	return 0;
}

/**
 * nest_task_baseline() - what a task started with, if it came from outside
 * @task: the task
 *
 * Return: the baseline, with a reference, or NULL.
 */
struct nest_baseline *nest_task_baseline(const struct task_struct *task)
{
	struct nest_baseline *baseline = NULL;
	struct nest_entry *entry;

	rcu_read_lock();
	entry = nest_entry_find(task);
	if (entry)
		baseline = nest_baseline_get(entry->baseline);
	rcu_read_unlock();
	return baseline;
}

/**
 * nest_task_gone() - forget a task
 * @task: a task that nothing refers to any more, or that never came to be
 *
 * Context: any.
 */
void nest_task_gone(const struct task_struct *task)
{
	struct nest_entry *entry;

	if (!nest_entry_possible(task))
		return;
	entry = nest_entry_remove(task);
	if (entry)
		nest_entry_retire(entry);
}

/**
 * nest_task_prepare() - say what the exec in progress shall make of the label
 * @label: the new label, whose reference this takes; NULL for none
 * @changed: the domain is another one in some layer
 *
 * Each exec of the task calls this, so that an earlier one which failed leaves
 * nothing behind.
 *
 * Return: 0, or -ENOMEM.
 */
int nest_task_prepare(struct nest_label *label, bool changed)
{
	struct nest_entry *entry = find(current);

	if (!entry) {
		if (!label)
			return 0;
		entry = create(current);
		if (!entry) {
			nest_label_put(label);
			return -ENOMEM;
		}
		nest_entry_insert(entry);
	}
	nest_label_put(entry->pending);
	entry->pending = label;
	entry->is_pending = true;
	entry->changed = changed;
	return 0;
}

/**
 * nest_task_changed() - did the last exec change the domain?
 *
 * Return: whether it did, or will, in some layer.
 */
bool nest_task_changed(void)
{
	const struct nest_entry *entry = find(current);

	return entry && entry->changed;
}

/**
 * nest_task_pending() - what the exec in progress makes of the label
 *
 * Return: the label, which may still be changed, or NULL.
 */
struct nest_label *nest_task_pending(void)
{
	const struct nest_entry *entry = find(current);

	return entry && entry->is_pending ? entry->pending : NULL;
}

/**
 * nest_task_commit() - the exec succeeded
 */
void nest_task_commit(void)
{
	struct nest_entry *entry = find(current);

	if (!entry)
		return;
	if (is_exempt(entry)) {
		WRITE_ONCE(entry->exempt, NEST_NOT_EXEMPT);
		atomic_dec(&n_exempt);
	}
	if (!entry->is_pending)
		return;
	if (entry->pending)
		seal(entry->pending);
	nest_label_put(rcu_replace_pointer(entry->label, entry->pending, true));
	entry->pending = NULL;
	entry->is_pending = false;
}

static bool in_chain(const struct nest_chain *chain, u64 serial)
{
	u32 i;

	for (i = 0; i < chain->n; i++)
		if (chain->layers[i]->serial == serial)
			return true;
	return false;
}

/*
 * A copy of a label in which the task stands at @place in one layer. Layers
 * that are gone are left out: they come and go without bound.
 */
static struct nest_label *with_place(const struct nest_label *old,
				     const struct nest_chain *chain,
				     const struct nest_place *place)
{
	u32 i, n = 0, count = old ? old->n : 0;
	struct nest_label *label = nest_label_new(count + 1);

	if (!label)
		return NULL;
	for (i = 0; i < count; i++)
		if (old->at[i].serial != place->serial &&
		    in_chain(chain, old->at[i].serial))
			label->at[n++] = old->at[i];
	label->at[n++] = *place;
	label->n = n;
	for (i = 0; i < n; i++)
		nest_openers_get(label->at[i].brought);
	return label;
}

/**
 * nest_task_relabel() - put the current task elsewhere in one layer
 * @chain: the layers that may bind it
 * @place: where
 *
 * Context: a reader's section.
 * Return: 0, or -ENOMEM, and then the task is where it was.
 */
int nest_task_relabel(const struct nest_chain *chain,
		      const struct nest_place *place)
{
	struct nest_entry *entry = find(current);
	struct nest_label *old = NULL, *label;

	if (entry)
		old = rcu_dereference_protected(entry->label, true);
	label = with_place(old, chain, place);
	if (!label)
		return -ENOMEM;
	if (!entry) {
		entry = create(current);
		if (!entry) {
			nest_label_put(label);
			return -ENOMEM;
		}
		nest_entry_insert(entry);
	}
	seal(label);
	rcu_assign_pointer(entry->label, label);
	nest_label_put(old);
	return 0;
}
