// SPDX-License-Identifier: GPL-2.0-only
/* Entries of tasks where Nest is a module: a hash table by task. */
#include <linux/bits.h>
#include <linux/slab.h>
#include "entry.h"

#define N_BUCKETS	BIT(NEST_TASK_HASH_BITS)

struct nest_bucket *nest_buckets;

/**
 * nest_entry_insert() - let an entry be found
 * @entry: of the current task, or of one that does not run yet; it has none
 */
void nest_entry_insert(struct nest_entry *entry)
{
	struct nest_bucket *bucket = nest_bucket_of(entry->task);
	unsigned long flags;

	spin_lock_irqsave(&bucket->lock, flags);
	hlist_add_head_rcu(&entry->node, &bucket->head);
	spin_unlock_irqrestore(&bucket->lock, flags);
}

/**
 * nest_entry_remove() - let an entry be found no more
 * @task: the task, which nothing refers to any more
 *
 * Context: any.
 * Return: what is then to be freed, when no reader can hold it; or NULL.
 */
struct nest_entry *nest_entry_remove(const struct task_struct *task)
{
	struct nest_bucket *bucket = nest_bucket_of(task);
	struct nest_entry *entry;
	unsigned long flags;

	spin_lock_irqsave(&bucket->lock, flags);
	hlist_for_each_entry(entry, &bucket->head, node)
		if (entry->task == task)
			break;
	if (entry)
		hlist_del_rcu(&entry->node);
	spin_unlock_irqrestore(&bucket->lock, flags);
	return entry;
}

/**
 * nest_entries_init() - make the table
 *
 * Return: 0, or -ENOMEM.
 */
int nest_entries_init(void)
{
	int i;

	nest_buckets = kvcalloc(N_BUCKETS, sizeof(*nest_buckets), GFP_KERNEL);
	if (!nest_buckets)
		return -ENOMEM;
	for (i = 0; i < N_BUCKETS; i++)
		spin_lock_init(&nest_buckets[i].lock);
	return 0;
}

static void clear_bucket(struct nest_bucket *bucket)
{
	struct hlist_node *tmp;
	struct nest_entry *entry;

	hlist_for_each_entry_safe(entry, tmp, &bucket->head, node) {
		hlist_del(&entry->node);
		nest_entry_retire(entry);
	}
}

/**
 * nest_entries_clear() - forget all tasks
 *
 * Entries outlive the last layer: their tasks are still there. No handler may
 * be running.
 */
void nest_entries_clear(void)
{
	int i;

	for (i = 0; i < N_BUCKETS; i++)
		clear_bucket(&nest_buckets[i]);
}

/**
 * nest_entries_exit() - free the table and what is left in it
 *
 * No handler may be running.
 */
void nest_entries_exit(void)
{
	nest_entries_clear();
	rcu_barrier();
	kvfree(nest_buckets);
}
