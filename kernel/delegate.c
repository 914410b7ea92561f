// SPDX-License-Identifier: GPL-2.0-only
/*
 * Delegations. The root of a container without a user namespace has no
 * capability over the user namespace that owns its pid namespace, and ought
 * not to have it. An administrator outside names a user instead, whose tasks in
 * that pid namespace may load its own layer.
 */
#include <linux/slab.h>
#include <linux/uidgid.h>
#include "nest.h"

static LIST_HEAD(delegations);

/**
 * nest_delegation_of() - look a delegation up
 * @target: the pid namespace whose own layer it is about
 *
 * Context: nest_mutex.
 * Return: it, or NULL.
 */
struct nest_delegation *nest_delegation_of(const struct pid_namespace *target)
{
	struct nest_delegation *delegation;

	lockdep_assert_held(&nest_mutex);
	list_for_each_entry(delegation, &delegations, link)
		if (delegation->death.pidns == target)
			return delegation;
	return NULL;
}

/**
 * nest_delegation_next() - go through all delegations
 * @delegation: the one before, NULL for the first
 *
 * Context: nest_mutex.
 * Return: the next one, or NULL.
 */
struct nest_delegation *nest_delegation_next(struct nest_delegation *delegation)
{
	struct list_head *next = delegation ? delegation->link.next :
					      delegations.next;

	lockdep_assert_held(&nest_mutex);
	return next == &delegations ? NULL :
	       list_entry(next, struct nest_delegation, link);
}

/* Nobody but who holds nest_mutex looks at delegations. */
static void end(struct nest_delegation *delegation)
{
	nest_death_ignore(&delegation->death);
	list_del(&delegation->link);
	put_pid(delegation->death.init);
	kfree(delegation);
	nest_generation++;
}

/* Ends the delegations of namespaces whose last process is gone. */
static void reap(struct work_struct *work)
{
	struct nest_delegation *delegation, *next;

	mutex_lock(&nest_mutex);
	list_for_each_entry_safe(delegation, next, &delegations, link)
		if (READ_ONCE(delegation->death.seen))
			end(delegation);
	mutex_unlock(&nest_mutex);
}

static DECLARE_WORK(reap_work, reap);

static struct nest_delegation *create(struct pid_namespace *target)
{
	struct nest_delegation *delegation;
	int err;

	delegation = kzalloc(sizeof(*delegation), GFP_KERNEL_ACCOUNT);
	if (!delegation)
		return ERR_PTR(-ENOMEM);
	err = nest_death_watch(&delegation->death, target, &reap_work);
	if (err) {
		kfree(delegation);
		return ERR_PTR(err);
	}
	list_add_tail(&delegation->link, &delegations);
	return delegation;
}

/* Whoever delegated from further out has the say. */
static bool may_change(const struct nest_delegation *delegation,
		       const struct pid_namespace *by)
{
	return nest_pidns_within(delegation->by, by);
}

/**
 * nest_delegate() - let a user load the own layer of a pid namespace
 * @target: the pid namespace; kept alive by the caller
 * @by: from which it is delegated: an ancestor of @target
 * @uid: whose tasks in @target may load, replace and remove the layer. A user
 *	whom it was delegated to before may not any more
 *
 * Context: may sleep; takes nest_mutex.
 * Return: 0; -ENODEV if the handlers are detached, -EPERM if it was delegated
 * from a pid namespace above @by, -ESRCH if @target has no process any more,
 * -ENOMEM.
 */
int nest_delegate(struct pid_namespace *target, struct pid_namespace *by,
		  kuid_t uid)
{
	struct nest_delegation *delegation;
	int err = 0;

	mutex_lock(&nest_mutex);
	delegation = nest_delegation_of(target);
	if (!nest_attached())
		err = -ENODEV;
	else if (!delegation)
		delegation = create(target);
	else if (!may_change(delegation, by))
		err = -EPERM;
	if (IS_ERR(delegation))
		err = PTR_ERR(delegation);
	if (!err) {
		delegation->by = by;
		delegation->uid = uid;
		nest_generation++;
	}
	mutex_unlock(&nest_mutex);
	return err;
}

/**
 * nest_withdraw() - end a delegation
 * @target: the pid namespace whose own layer was delegated
 * @by: from which it is withdrawn
 *
 * A layer that was loaded stays in force: to take it off would widen what the
 * tasks may do.
 *
 * Context: may sleep; takes nest_mutex.
 * Return: 0; -ENOENT if there is no delegation, -EPERM if it was made from a
 * pid namespace above @by.
 */
int nest_withdraw(struct pid_namespace *target, struct pid_namespace *by)
{
	struct nest_delegation *delegation;
	int err = 0;

	mutex_lock(&nest_mutex);
	delegation = nest_delegation_of(target);
	if (!delegation)
		err = -ENOENT;
	else if (!may_change(delegation, by))
		err = -EPERM;
	else
		end(delegation);
	mutex_unlock(&nest_mutex);
	return err;
}

/**
 * nest_delegations_exit() - end all delegations
 */
void nest_delegations_exit(void)
{
	struct nest_delegation *delegation, *next;

	mutex_lock(&nest_mutex);
	list_for_each_entry_safe(delegation, next, &delegations, link)
		end(delegation);
	mutex_unlock(&nest_mutex);
	cancel_work_sync(&reap_work);
}
