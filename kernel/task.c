// SPDX-License-Identifier: GPL-2.0-only
/* Handlers for tasks: their labels, capabilities, tracing. */
#include <linux/ptrace.h>
#include "hooks.h"
#include "nest.h"
#include "subject.h"

int nest_hook_task_alloc(struct task_struct *task, unsigned long clone_flags)
{
	int section, err;

	if (nest_idle())
		return 0;
	section = nest_enter();
	err = nest_task_inherit(task, clone_flags);
	nest_leave(section);
	return err;
}

/* Entries outlive the layers, so this does not ask whether one is in force. */
void nest_hook_task_free(struct task_struct *task)
{
	nest_task_gone(task);
}

/*
 * What kernel threads and exiting tasks do is not a container's doing. A
 * handler that runs in an interrupt says nothing about the task there.
 */
static bool acts_for_task(void)
{
	return in_task() && !(current->flags & PF_KTHREAD);
}

static int ask_capable(const struct nest_subject *subject, int cap, bool audit)
{
	u32 i, domain;
	int err;

	for (i = 0; i < subject->chain->n; i++) {
		const struct nest_table *table;
		struct nest_decision decision;
		struct nest_event event = {
			.layer = subject->chain->layers[i],
			.class = NEST_CLASS_CAPABILITY,
			.operation = "capable",
			.requested = cap,
		};

		table = nest_subject_domain(subject, i, &domain);
		if (!table)
			continue;
		decision = nest_decide_capable(&table->policy, domain, cap);
		decision.report &= audit;
		err = nest_conclude(&event, table, domain, decision,
				    GFP_ATOMIC);
		if (err)
			return -EPERM;
	}
	return 0;
}

static noinline int check_capable(int cap, unsigned int opts)
{
	struct nest_subject subject;
	int err = 0;

	/*
	 * Whatever credentials the check is about, it is the task that gains: a
	 * file's are those of who opened it, and change without notice.
	 */
	if (!acts_for_task() || nest_borrowed())
		return 0;
	rcu_read_lock();
	if (nest_subject_current(&subject))
		err = ask_capable(&subject, cap, !(opts & CAP_OPT_NOAUDIT));
	rcu_read_unlock();
	return err;
}

int nest_hook_capable(const struct cred *cred, struct user_namespace *ns,
		      int cap, unsigned int opts)
{
	return nest_idle() ? 0 : check_capable(cap, opts);
}

/**
 * nest_is_confined() - does a layer confine a subject?
 * @subject: the subject
 * @index: of the layer in its chain
 */
bool nest_is_confined(const struct nest_subject *subject, u32 index)
{
	u32 domain;

	return nest_subject_domain(subject, index, &domain);
}

/**
 * nest_may_trace() - may a tracer have a tracee in this domain?
 * @tracer: the tracer
 * @index: of the layer in its chain
 * @id: of the tracee's domain in that layer
 *
 * Return: true if the layer does not confine the tracer, or both are in the
 * same domain, or the tracer's may trace others.
 */
bool nest_may_trace(const struct nest_subject *tracer, u32 index, u32 id)
{
	const struct nest_table *table;
	u32 domain;

	table = nest_subject_domain(tracer, index, &domain);
	if (!table || nest_table_domain(table, id) == domain)
		return true;
	return !nest_decide_gate(&table->policy, domain,
				 NEST_GATE_PTRACE).denied;
}

/*
 * The tracee must be bound by each layer that confines the tracer: otherwise it
 * would be a way out. Layers of one chain that both have stand at the same
 * place.
 */
static bool traces_within(const struct nest_subject *tracer,
			  const struct nest_subject *tracee, u32 i)
{
	const struct nest_layer *layer = tracer->chain->layers[i];

	if (!tracee || i >= tracee->chain->n ||
	    tracee->chain->layers[i] != layer || !nest_binds(tracee, layer))
		return false;
	return nest_may_trace(tracer, i, nest_label_id(tracee->label, layer));
}

static int ask_ptrace(const struct nest_subject *tracer,
		      const struct nest_subject *tracee, bool audit)
{
	u32 i, domain;
	int err;

	for (i = 0; i < tracer->chain->n; i++) {
		struct nest_decision decision = { };
		const struct nest_table *table;
		struct nest_event event = {
			.layer = tracer->chain->layers[i],
			.class = NEST_CLASS_PTRACE,
			.operation = "ptrace",
		};

		table = nest_subject_domain(tracer, i, &domain);
		if (!table || traces_within(tracer, tracee, i))
			continue;
		decision.denied = 1;
		decision.report = audit;
		err = nest_conclude(&event, table, domain, decision,
				    GFP_ATOMIC);
		if (err)
			return err;
	}
	return 0;
}

static noinline int check_ptrace(struct task_struct *tracer,
				 struct task_struct *tracee, bool audit)
{
	struct nest_subject subject, object;
	int err = 0;

	rcu_read_lock();
	if (nest_subject_task(&subject, tracer)) {
		bool bound = nest_subject_task(&object, tracee);

		err = ask_ptrace(&subject, bound ? &object : NULL, audit);
	}
	rcu_read_unlock();
	return err;
}

int nest_hook_ptrace_access_check(struct task_struct *child, unsigned int mode)
{
	if (nest_idle())
		return 0;
	return check_ptrace(current, child, !(mode & PTRACE_MODE_NOAUDIT));
}

int nest_hook_ptrace_traceme(struct task_struct *parent)
{
	return nest_idle() ? 0 : check_ptrace(parent, current, true);
}

static int ask_uring(const struct nest_subject *subject)
{
	u32 i, domain;
	int err;

	for (i = 0; i < subject->chain->n; i++) {
		const struct nest_decision decision = { 1, true };
		const struct nest_table *table;
		struct nest_event event = {
			.layer = subject->chain->layers[i],
			.class = NEST_CLASS_IO_URING,
			.operation = "override_creds",
		};

		table = nest_subject_domain(subject, i, &domain);
		if (!table)
			continue;
		err = nest_conclude(&event, table, domain, decision,
				    GFP_ATOMIC);
		if (err)
			return err;
	}
	return 0;
}

/* A request of io_uring under registered credentials would not be the task's. */
static noinline int check_uring(void)
{
	struct nest_subject subject;
	int err = 0;

	rcu_read_lock();
	if (nest_subject_current(&subject))
		err = ask_uring(&subject);
	rcu_read_unlock();
	return err;
}

int nest_hook_uring_override_creds(const struct cred *new)
{
	return nest_idle() ? 0 : check_uring();
}
