/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known of a task, and how to find it. Where Nest is built in, struct
 * task_struct has room for a pointer to it (entry_blob.c); a module gets none
 * and keeps a hash table by task (entry_hash.c).
 */
#ifndef NEST_ENTRY_H
#define NEST_ENTRY_H

#include <linux/hash.h>
#include <linux/lsm_hooks.h>
#include <linux/rculist.h>
#include <linux/sched.h>

struct nest_baseline;
struct nest_label;

#define NEST_TASK_HASH_BITS	11
#define NEST_NOT_EXEMPT		U32_MAX

/**
 * struct nest_entry - what is known of a task
 * @rcu: frees it
 * @node: in its bucket, if there is a hash table
 * @task: whose it is; only compared
 * @label: the task's domains, or NULL. Changed by the task itself
 * @pending: what the exec in progress shall make of @label; the task's own
 * @is_pending: there is such an exec
 * @changed: the last exec changed the domain in some layer
 * @exempt: layers whose target lies deeper do not bind the task: it came from
 *	this depth into an existing pid namespace, or is a child of a first
 *	process that is exempt, and has not executed a program since
 * @baseline: what it started with, if it came from outside; else NULL
 */
struct nest_entry {
	struct rcu_head rcu;
	struct hlist_node node;
	const struct task_struct *task;
	struct nest_label __rcu *label;
	struct nest_label *pending;
	bool is_pending;
	bool changed;
	u32 exempt;
	struct nest_baseline *baseline;
};

#ifdef CONFIG_SECURITY_NEST

extern struct lsm_blob_sizes nest_blob_sizes;

static inline struct nest_entry __rcu **
nest_entry_slot(const struct task_struct *task)
{
	return task->security + nest_blob_sizes.lbs_task;
}

static inline bool nest_entry_possible(const struct task_struct *task)
{
	return rcu_access_pointer(*nest_entry_slot(task));
}

static inline struct nest_entry *
nest_entry_find(const struct task_struct *task)
{
	return rcu_dereference_check(*nest_entry_slot(task),
				     rcu_read_lock_sched_held());
}

#else

/**
 * struct nest_bucket - one chain of the hash table of entries
 * @head: the entries
 * @lock: held to change the chain
 */
struct nest_bucket {
	struct hlist_head head;
	spinlock_t lock; /* of who adds or removes */
};

extern struct nest_bucket *nest_buckets;

static inline struct nest_bucket *nest_bucket_of(const struct task_struct *task)
{
	return &nest_buckets[hash_ptr(task, NEST_TASK_HASH_BITS)];
}

/**
 * nest_entry_possible() - may a task have an entry?
 * @task: the task
 *
 * Return: false if it has none. Nothing is locked to find this out.
 */
static inline bool nest_entry_possible(const struct task_struct *task)
{
	return !hlist_empty(&nest_bucket_of(task)->head);
}

/**
 * nest_entry_find() - look up what is known of a task
 * @task: the task
 *
 * Context: rcu_read_lock().
 * Return: the entry, or NULL, as for most tasks: they are in the default domain
 * of each of their layers.
 */
static inline struct nest_entry *
nest_entry_find(const struct task_struct *task)
{
	const struct hlist_head *head = &nest_bucket_of(task)->head;
	struct nest_entry *entry;

	if (likely(hlist_empty(head)))
		return NULL;
	hlist_for_each_entry_rcu(entry, head, node, rcu_read_lock_sched_held())
		if (entry->task == task)
			return entry;
	return NULL;
}

#endif

/* entry_blob.c or entry_hash.c */
void nest_entry_insert(struct nest_entry *entry);
struct nest_entry *nest_entry_remove(const struct task_struct *task);

/* entry_hash.c */
int nest_entries_init(void);
void nest_entries_clear(void);
void nest_entries_exit(void);

/* label.c */
void nest_entry_retire(struct nest_entry *entry);

#endif
