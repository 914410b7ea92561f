// SPDX-License-Identifier: GPL-2.0-only
/*
 * Entries of tasks where Nest is built in: each task has room for a pointer to
 * its own. Entries come and go with their tasks, and never all at once.
 */
#include <linux/cache.h>
#include "entry.h"

/* The framework makes an offset of the size. */
struct lsm_blob_sizes nest_blob_sizes __ro_after_init = {
	.lbs_task = sizeof(struct nest_entry __rcu *),
};

/**
 * nest_entry_insert() - let an entry be found
 * @entry: of the current task, or of one that does not run yet; it has none
 */
void nest_entry_insert(struct nest_entry *entry)
{
	rcu_assign_pointer(*nest_entry_slot(entry->task), entry);
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
	return rcu_replace_pointer(*nest_entry_slot(task), NULL, true);
}
