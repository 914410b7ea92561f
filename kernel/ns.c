// SPDX-License-Identifier: GPL-2.0-only
/* Policy namespaces: which layers bind a task, and how a namespace ends. */
#include <linux/fs_struct.h>
#include <linux/namei.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include "baseline.h"
#include "path.h"
#include "subject.h"
#include "view.h"

struct hlist_head nest_ns_hash[1 << NEST_NS_HASH_BITS];
static LIST_HEAD(ns_list);

/**
 * nest_pidns_within() - is a pid namespace another one, or below it?
 * @inner: the one
 * @outer: the other
 */
bool nest_pidns_within(const struct pid_namespace *inner,
		       const struct pid_namespace *outer)
{
	while (inner->level > outer->level)
		inner = inner->parent;
	return inner == outer;
}

/**
 * nest_ns_next() - go through all policy namespaces
 * @ns: the one before, NULL for the first
 *
 * Context: nest_mutex.
 * Return: the next one, or NULL.
 */
struct nest_ns *nest_ns_next(struct nest_ns *ns)
{
	struct list_head *next = ns ? ns->link.next : ns_list.next;

	lockdep_assert_held(&nest_mutex);
	return next == &ns_list ? NULL : list_entry(next, struct nest_ns, link);
}

/* No process can be made in it any more; the present ones are being killed. */
static bool is_dying(const struct nest_death *death)
{
	return !(READ_ONCE(death->pidns->pid_allocated) & PIDNS_ADDING);
}

/*
 * The first process's struct pid is woken when the process is dead, after all
 * others, and may be woken before. Called with interrupts off.
 */
static int on_wake(wait_queue_entry_t *entry, unsigned int mode, int flags,
		   void *key)
{
	struct nest_death *death = container_of(entry, struct nest_death,
						entry);

	if (is_dying(death)) {
		WRITE_ONCE(death->seen, true);
		schedule_work(death->work);
	}
	return 0;
}

/**
 * nest_death_watch() - wait for the death of a pid namespace
 * @death: filled in; keeps the namespace's memory until put_pid() of its @init
 * @pidns: the pid namespace; the caller keeps it alive during the call
 * @work: to be queued then. It may come with nothing to be seen
 *
 * Return: 0, or -ESRCH if its first process is gone or going.
 */
int nest_death_watch(struct nest_death *death, struct pid_namespace *pidns,
		     struct work_struct *work)
{
	death->pidns = pidns;
	death->work = work;
	init_waitqueue_func_entry(&death->entry, on_wake);
	rcu_read_lock();
	death->init = get_pid(find_pid_ns(1, pidns));
	rcu_read_unlock();
	if (!death->init)
		return -ESRCH;
	add_wait_queue(&death->init->wait_pidfd, &death->entry);
	if (!is_dying(death))
		return 0;
	/* The wake may have come and gone. */
	nest_death_ignore(death);
	put_pid(death->init);
	return -ESRCH;
}

/**
 * nest_death_ignore() - no longer wait for it
 * @death: from nest_death_watch()
 */
void nest_death_ignore(struct nest_death *death)
{
	remove_wait_queue(&death->init->wait_pidfd, &death->entry);
}

static void unhash(struct nest_ns *ns);

/* Takes every layer off the namespaces whose last process is gone. */
static void reap(struct work_struct *work)
{
	struct nest_ns *ns, *next;
	struct nest_layer *layer, *tmp;

	mutex_lock(&nest_mutex);
	list_for_each_entry_safe(ns, next, &ns_list, link) {
		if (!READ_ONCE(ns->death.seen))
			continue;
		list_for_each_entry_safe(layer, tmp, &ns->layers, link)
			nest_layer_unlink(layer);
		unhash(ns);
	}
	mutex_unlock(&nest_mutex);
}

static DECLARE_WORK(reap_work, reap);

/*
 * The root mount of the container, if names that begin there are the names
 * from the top of its mount tree: whatever it is mounted on is a root as well.
 */
static void find_root(struct nest_ns *ns)
{
	struct task_struct *task = get_pid_task(ns->death.init, PIDTYPE_PID);

	if (!task)
		return;
	ns->root = nest_root_of(task);
	put_task_struct(task);
	if (ns->root.mnt)
		WRITE_ONCE(ns->root_ok, nest_mount_is_top(&ns->root));
}

static struct nest_ns *create(struct pid_namespace *pidns, bool at_exec)
{
	struct nest_ns *ns = kzalloc(sizeof(*ns), GFP_KERNEL_ACCOUNT);
	int err;

	if (!ns)
		return ERR_PTR(-ENOMEM);
	ns->pidns = pidns;
	INIT_LIST_HEAD(&ns->layers);
	ns->baseline = nest_baseline_of(pidns);
	err = ns->baseline ? nest_death_watch(&ns->death, pidns, &reap_work) :
			     -ENOMEM;
	if (err)
		goto err_watch;
	err = nest_view_begin(ns);
	if (err)
		goto err_view;
	ns->starting = at_exec;
	if (!at_exec)
		find_root(ns);
	hlist_add_head_rcu(&ns->node, nest_ns_bucket(pidns));
	list_add_tail(&ns->link, &ns_list);
	return ns;

err_view:
	nest_death_ignore(&ns->death);
	put_pid(ns->death.init);
err_watch:
	nest_baseline_put(ns->baseline);
	kfree(ns);
	return ERR_PTR(err);
}

/**
 * nest_ns_get() - the policy namespace of a pid namespace, made if need be
 * @pidns: the pid namespace; the caller keeps it alive during the call
 * @at_exec: it has to be new, and its first process shall be exempt until that
 *	executes a program; see nest_ns_awaits_exec()
 *
 * Context: nest_mutex.
 * Return: it, or -ENOMEM, or -ESRCH if its first process is gone or going, or
 * -EEXIST if it is there and must not, or another error as nest_view_begin().
 */
struct nest_ns *nest_ns_get(struct pid_namespace *pidns, bool at_exec)
{
	struct nest_ns *ns = nest_ns_find(pidns);

	lockdep_assert_held(&nest_mutex);
	if (ns && at_exec)
		return ERR_PTR(-EEXIST);
	return ns ? ns : create(pidns, at_exec);
}

/**
 * nest_ns_awaits_exec() - has the first process executed no program yet?
 * @ns: a policy namespace
 *
 * To be asked when its layer is in force already. Either this sees that there
 * was an exec, or the exec sees the layer and calls nest_ns_started().
 *
 * Context: nest_mutex.
 */
bool nest_ns_awaits_exec(const struct nest_ns *ns)
{
	const struct task_struct *task;
	bool awaits;

	/* Pairs with the barrier in nest_hook_bprm_committed_creds(). */
	smp_mb();
	rcu_read_lock();
	task = pid_task(ns->death.init, PIDTYPE_PID);
	awaits = task && READ_ONCE(task->flags) & PF_FORKNOEXEC;
	rcu_read_unlock();
	return awaits;
}

/* Threads of it are meant, too: some runtimes have more than one. */
static bool is_first(const struct nest_ns *ns, struct task_struct *task)
{
	return READ_ONCE(ns->starting) && task_tgid(task) == ns->death.init;
}

/**
 * nest_ns_spares() - from which layers is a task exempt, as the first process?
 * @ns: the nearest policy namespace around the task
 * @task: the task
 *
 * Context: a reader's section.
 * Return: the depth beyond which layers do not bind it, or NEST_NOT_EXEMPT.
 */
u32 nest_ns_spares(const struct nest_ns *ns, struct task_struct *task)
{
	return is_first(ns, task) ? ns->pidns->level - 1 : NEST_NOT_EXEMPT;
}

/**
 * nest_ns_started() - the current task has executed a program
 *
 * If it is the first process of a namespace that waited for this, its root
 * directory is where a runtime wants it by now.
 *
 * Context: may sleep; takes nest_mutex, rarely.
 */
void nest_ns_started(void)
{
	const struct pid_namespace *pidns = ns_of_pid(task_pid(current));
	struct nest_ns *ns;
	bool first;

	rcu_read_lock();
	ns = nest_ns_find(pidns);
	first = ns && is_first(ns, current);
	rcu_read_unlock();
	if (likely(!first))
		return;
	mutex_lock(&nest_mutex);
	ns = nest_ns_find(pidns);
	if (ns && is_first(ns, current)) {
		find_root(ns);
		nest_layers_note_host(ns);
		WRITE_ONCE(ns->starting, false);
	}
	mutex_unlock(&nest_mutex);
}

static void free_chain(struct nest_free *later)
{
	kfree(container_of(later, struct nest_chain, later));
}

static void retire_chain(struct nest_chain *chain)
{
	if (chain)
		nest_free_later(&chain->later, free_chain);
}

static void free_ns(struct nest_free *later)
{
	struct nest_ns *ns = container_of(later, struct nest_ns, later);

	nest_view_end(ns);
	put_pid(ns->death.init);
	nest_baseline_put(ns->baseline);
	kfree(ns);
}

static void unhash(struct nest_ns *ns)
{
	nest_death_ignore(&ns->death);
	hlist_del_rcu(&ns->node);
	list_del(&ns->link);
	retire_chain(rcu_replace_pointer(ns->chain, NULL, true));
	if (ns->root.mnt)
		path_put(&ns->root);
	nest_free_later(&ns->later, free_ns);
}

/**
 * nest_ns_put_if_empty() - end a policy namespace that has no layer
 * @ns: it
 *
 * Context: nest_mutex.
 */
void nest_ns_put_if_empty(struct nest_ns *ns)
{
	lockdep_assert_held(&nest_mutex);
	if (list_empty(&ns->layers))
		unhash(ns);
}

static u32 count_layers(const struct pid_namespace *pidns)
{
	u32 n = 0;

	for (; pidns->level; pidns = pidns->parent) {
		struct nest_ns *ns = nest_ns_find(pidns);

		if (ns)
			n += list_count_nodes(&ns->layers);
	}
	return n;
}

/**
 * nest_ns_longest_chain() - the most layers that bind a namespace at or below
 * @pidns: the pid namespace
 *
 * Context: nest_mutex.
 */
u32 nest_ns_longest_chain(const struct pid_namespace *pidns)
{
	u32 longest = count_layers(pidns);
	struct nest_ns *ns;

	list_for_each_entry(ns, &ns_list, link)
		if (nest_pidns_within(ns->pidns, pidns))
			longest = max(longest, count_layers(ns->pidns));
	return longest;
}

/* Fills the chain from its end: the innermost target comes last. */
static void fill_chain(struct nest_chain *chain,
		       const struct pid_namespace *pidns)
{
	u32 i = chain->n;

	for (; pidns->level; pidns = pidns->parent) {
		struct nest_ns *ns = nest_ns_find(pidns);
		struct nest_layer *layer;

		if (!ns)
			continue;
		list_for_each_entry_reverse(layer, &ns->layers, link)
			chain->layers[--i] = layer;
	}
}

/* A mount lies in one mount namespace, and so names are the same. */
static bool share_root(const struct nest_ns *ns, const struct nest_ns *other)
{
	return ns == other || (ns->root.mnt && ns->root.mnt == other->root.mnt);
}

static bool all_at_home(const struct nest_chain *chain)
{
	u32 i;

	for (i = 1; i < chain->n; i++)
		if (!share_root(chain->layers[i]->target,
				chain->layers[0]->target))
			return false;
	return true;
}

static void drop_next_chains(void)
{
	struct nest_ns *ns;

	list_for_each_entry(ns, &ns_list, link) {
		kfree(ns->next_chain);
		ns->next_chain = NULL;
	}
}

/**
 * nest_ns_rebuild() - make the chains anew after a layer came or went
 * @changed: the policy namespace whose list of layers changed
 * @gfp: how to allocate
 *
 * Context: nest_mutex.
 * Return: 0, or -ENOMEM, and then all chains are as they were.
 */
int nest_ns_rebuild(const struct nest_ns *changed, gfp_t gfp)
{
	struct nest_chain *chain;
	struct nest_ns *ns;

	lockdep_assert_held(&nest_mutex);
	list_for_each_entry(ns, &ns_list, link) {
		u32 n;

		if (!nest_pidns_within(ns->pidns, changed->pidns))
			continue;
		n = count_layers(ns->pidns);
		chain = kmalloc(struct_size(chain, layers, n), gfp);
		if (!chain) {
			drop_next_chains();
			return -ENOMEM;
		}
		chain->n = n;
		fill_chain(chain, ns->pidns);
		chain->at_home = all_at_home(chain);
		ns->next_chain = chain;
	}
	list_for_each_entry(ns, &ns_list, link) {
		if (!ns->next_chain)
			continue;
		retire_chain(rcu_replace_pointer(ns->chain, ns->next_chain,
						 true));
		ns->next_chain = NULL;
	}
	return 0;
}

/**
 * nest_ns_forget_root() - a mount may cease to be the root of its tree
 * @mnt: the mount
 *
 * Handlers then climb the mount tree where they took the mount for the root.
 *
 * Context: a reader's section.
 */
void nest_ns_forget_root(const struct vfsmount *mnt)
{
	struct nest_ns *ns;
	int i;

	for (i = 0; i < ARRAY_SIZE(nest_ns_hash); i++)
		hlist_for_each_entry_rcu(ns, &nest_ns_hash[i], node,
					 srcu_read_lock_held(&nest_srcu))
			if (ns->root.mnt == mnt)
				WRITE_ONCE(ns->root_ok, false);
}

/**
 * nest_ns_exit() - wait for what deaths of namespaces started
 */
void nest_ns_exit(void)
{
	cancel_work_sync(&reap_work);
}
