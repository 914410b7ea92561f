// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a task that wants to change its domain without an exec is alone with
 * its memory and its descriptors. What others do with them hangs on labels of
 * their own, and would not change.
 */
#include <linux/fdtable.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include "nest.h"
#include "path.h"

/* The threads of a process have the same memory, but for those that end. */
static bool has_memory(const struct task_struct *process,
		       const struct mm_struct *mm)
{
	const struct task_struct *thread;

	for_each_thread(process, thread) {
		const struct mm_struct *own = READ_ONCE(thread->mm);

		if (own)
			return own == mm;
		/* What it forked before it gave it up is seen later. */
		smp_rmb();
	}
	return false;
}

/*
 * Whether another process has the task's memory: a child of vfork(), or its
 * parent. That somebody looks at the task in /proc counts as little as a kernel
 * thread that works for it.
 */
static bool shares_memory(void)
{
	const struct task_struct *process;
	bool found = false;

	if (atomic_read(&current->mm->mm_users) == 1)
		return false;
	rcu_read_lock();
	for_each_process(process) {
		if (process == current || process->flags & PF_KTHREAD)
			continue;
		found = has_memory(process, current->mm);
		if (found)
			break;
	}
	rcu_read_unlock();
	return found;
}

static int find_ring(const void *data, struct file *file, unsigned int fd)
{
	return nest_is_ring(file);
}

/* A child of fork() has the rings that its parent had mapped. */
static bool maps_ring(struct mm_struct *mm)
{
	VMA_ITERATOR(next, mm, 0);
	struct vm_area_struct *vma;

	for_each_vma(next, vma)
		if (vma->vm_file && nest_is_ring(vma->vm_file))
			return true;
	return false;
}

/**
 * nest_check_alone() - is what the task has its own?
 *
 * A descriptor or a mapping of io_uring is not: kernel threads may do the work.
 *
 * Context: may sleep, for long: outside of a section.
 * Return: 0; -EBUSY if not, -EINTR if the task is to end.
 */
int nest_check_alone(void)
{
	struct mm_struct *mm = current->mm;
	bool busy;

	if (get_nr_threads(current) > 1 || current->io_uring ||
	    atomic_read(&current->files->count) > 1 || shares_memory() ||
	    iterate_fd(current->files, 0, find_ring, NULL))
		return -EBUSY;
	if (mmap_read_lock_killable(mm))
		return -EINTR;
	busy = maps_ring(mm);
	mmap_read_unlock(mm);
	return busy ? -EBUSY : 0;
}
