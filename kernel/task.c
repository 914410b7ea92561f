// SPDX-License-Identifier: GPL-2.0-only
/* Handlers for tasks: their labels, capabilities, tracing. */
#include <linux/ptrace.h>
#include "baseline.h"
#include "hooks.h"
#include "nest.h"
#include "subject.h"
#include "syscall.h"

int nest_hook_task_alloc(struct task_struct *task, unsigned long clone_flags)
{
	int section, err;

	if (nest_idle() && !nest_exempts())
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

static struct nest_decision decide_capable(const struct nest_policy *policy,
					   u32 domain,
					   const struct nest_event *event)
{
	return nest_decide_capable(policy, domain, event->requested);
}

static noinline int check_capable(int cap, unsigned int opts)
{
	struct nest_event event = {
		.class = NEST_CLASS_CAPABILITY,
		.operation = "capable",
		.requested = cap,
	};
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
		err = nest_check_baseline(&subject, "capable", GFP_ATOMIC) ?:
		      nest_ask_layers(&subject, &event, decide_capable,
				      opts & CAP_OPT_NOAUDIT, GFP_ATOMIC);
	/* It has no hook, but begins with this capability. */
	if (!err && cap == CAP_SYS_ADMIN && nest_call_is_mount_setattr() &&
	    nest_subject_current(&subject))
		err = nest_ask_any_mount(&subject, "mount_setattr", GFP_ATOMIC);
	rcu_read_unlock();
	return err ? -EPERM : 0;
}

int nest_hook_capable(const struct cred *cred, struct user_namespace *ns,
		      int cap, unsigned int opts)
{
	return nest_idle() ? 0 : check_capable(cap, opts);
}

/**
 * nest_layers_allow() - may the current task use a capability?
 * @cap: the capability, which it need not have
 *
 * Return: false, and that is reported, if a layer that confines it does not
 * allow that.
 */
bool nest_layers_allow(int cap)
{
	return nest_idle() || !check_capable(cap, CAP_OPT_NONE);
}

/*
 * What a domain's rules say about one side of tracing. Without rules for peers
 * a task has those in its own domain to itself, and only the tracer is asked.
 */
static struct nest_decision decide_ptrace(const struct nest_policy *policy,
					  u32 domain, const char *name,
					  u32 request)
{
	const u32 active = NEST_PTRACE_TRACE | NEST_PTRACE_READ;
	struct nest_decision decision = { };

	if (nest_mediates_peers(policy, domain))
		return nest_decide_ptrace(policy,
					  nest_peer_lookup(policy, domain,
							   name), request);
	if (!(request & active) ||
	    !strcmp(name, nest_policy_domain_name(policy, domain)))
		return decision;
	decision.denied = request;
	decision.report = true;
	return decision;
}

/* May a tracer have a tracee in this domain of a layer that confines it? */
static bool may_trace(const struct nest_table *table, u32 domain, u32 id)
{
	return !decide_ptrace(&table->policy, domain,
			      nest_table_id_name(table, id),
			      NEST_PTRACE_TRACE).denied;
}

/* Whether the tracer's layer at @i binds the tracee, in a domain it may have. */
static bool stays_traceable(const struct nest_subject *subject, const u32 *ids,
			    const struct nest_subject *tracer, u32 i)
{
	const struct nest_table *table;
	u32 domain;

	table = nest_subject_domain(tracer, i, &domain);
	if (!table)
		return true;
	return i < subject->chain->n &&
	       tracer->chain->layers[i] == subject->chain->layers[i] &&
	       may_trace(table, domain, ids[i]);
}

/**
 * nest_ask_tracer() - may the current task's tracer, if any, control it later?
 * @subject: the current task
 * @ids: the id of the domain that it is about to be in, for each layer
 *
 * Each layer that confines the tracer must bind the task, too, in a domain that
 * the tracer is in itself or may trace.
 *
 * Return: NEST_NONE, or the position of a layer in the chain of @subject to
 * blame.
 */
u32 nest_ask_tracer(const struct nest_subject *subject, const u32 *ids)
{
	u32 i, blamed = NEST_NONE;
	struct nest_subject tracer;
	struct task_struct *task;

	rcu_read_lock();
	task = ptrace_parent(current);
	if (task && nest_subject_task(&tracer, task)) {
		for (i = 0; i < tracer.chain->n && blamed == NEST_NONE; i++)
			if (!stays_traceable(subject, ids, &tracer, i))
				blamed = min(i, subject->chain->n - 1);
	}
	rcu_read_unlock();
	return blamed;
}

/*
 * Whom a layer binds, though it does not confine him now, the next revision may
 * confine. By tracing a task that is exempt he would be out of its reach.
 */
static int ask_ptrace_unconfined(const struct nest_subject *subject,
				 const struct nest_subject *other, u32 i,
				 struct nest_event *event, bool audit)
{
	if (!nest_binds(subject, event->layer) || nest_is_shared(subject, other, i))
		return 0;
	nest_event_count_denial(event);
	event->verdict = NEST_VERDICT_DENIED;
	event->reason = "the layer does not bind the other task";
	if (audit)
		nest_event(event, GFP_ATOMIC);
	return -EACCES;
}

/*
 * One side of tracing. The tracee has to be bound by each layer that binds the
 * tracer: otherwise it would be a way out. The other way round, a layer of the
 * tracee alone does not bind the tracer.
 */
static int ask_ptrace(const struct nest_subject *subject,
		      const struct nest_subject *other, u32 request,
		      bool audit)
{
	const u32 passive = NEST_PTRACE_TRACEDBY | NEST_PTRACE_READBY;
	u32 i, domain;
	int err;

	for (i = 0; i < subject->chain->n; i++) {
		struct nest_layer *layer = subject->chain->layers[i];
		struct nest_decision decision = { 1, true };
		const struct nest_table *table;
		struct nest_event event = {
			.layer = layer,
			.class = NEST_CLASS_PTRACE,
			.operation = "ptrace",
			.target = nest_peer_name(layer, i, other),
			.requested = request,
			.silent = !audit,
		};

		table = nest_subject_domain(subject, i, &domain);
		if (!table) {
			err = request & passive ? 0 :
			      ask_ptrace_unconfined(subject, other, i, &event,
						    audit);
			if (err)
				return err;
			continue;
		}
		if (nest_is_shared(subject, other, i))
			decision = decide_ptrace(&table->policy, domain,
						 event.target, request);
		else if (request & passive)
			continue;
		err = nest_conclude(&event, table, domain, decision,
				    GFP_ATOMIC);
		if (err)
			return err;
	}
	return 0;
}

/**
 * struct pair - the two ends of a signal or of tracing
 * @from: who acts
 * @to: on whom
 * @from_bound: some layer may bind @from; otherwise it is not filled in
 * @to_bound: likewise
 */
struct pair {
	struct nest_subject from;
	struct nest_subject to;
	bool from_bound;
	bool to_bound;
};

/* Context: rcu_read_lock(). */
static void look_at(struct pair *pair, struct task_struct *from,
		    struct task_struct *to)
{
	pair->from_bound = nest_subject_task(&pair->from, from);
	pair->to_bound = nest_subject_task(&pair->to, to);
}

static int ask_ptrace_both(const struct pair *pair, bool read, bool audit)
{
	int err = 0;

	if (pair->from_bound)
		err = ask_ptrace(&pair->from,
				 pair->to_bound ? &pair->to : NULL,
				 read ? NEST_PTRACE_READ : NEST_PTRACE_TRACE,
				 audit);
	if (!err && pair->to_bound)
		err = ask_ptrace(&pair->to,
				 pair->from_bound ? &pair->from : NULL,
				 read ? NEST_PTRACE_READBY :
					NEST_PTRACE_TRACEDBY, audit);
	return err;
}

static noinline int check_ptrace(struct task_struct *tracer,
				 struct task_struct *tracee, bool read,
				 bool audit)
{
	struct pair pair;
	int err = 0;

	rcu_read_lock();
	look_at(&pair, tracer, tracee);
	if (tracer == current && pair.from_bound)
		err = nest_check_baseline(&pair.from, "ptrace", GFP_ATOMIC);
	if (!err)
		err = ask_ptrace_both(&pair, read, audit);
	rcu_read_unlock();
	return err;
}

int nest_hook_ptrace_access_check(struct task_struct *child, unsigned int mode)
{
	if (nest_idle())
		return 0;
	return check_ptrace(current, child, mode & PTRACE_MODE_READ,
			    !(mode & PTRACE_MODE_NOAUDIT));
}

int nest_hook_ptrace_traceme(struct task_struct *parent)
{
	return nest_idle() ? 0 : check_ptrace(parent, current, false, true);
}

/*
 * One side of a signal. The layers of a receiver do not bind a sender outside
 * of them: the host's administrator can always kill.
 */
static int ask_signal(const struct nest_subject *subject,
		      const struct nest_subject *other, u32 access, int signal)
{
	u32 i, domain, peer;
	int err;

	for (i = 0; i < subject->chain->n; i++) {
		struct nest_layer *layer = subject->chain->layers[i];
		const struct nest_table *table;
		struct nest_event event = {
			.layer = layer,
			.class = NEST_CLASS_SIGNAL,
			.operation = "signal",
			.target = nest_peer_name(layer, i, other),
			.requested = signal,
			.access = access,
		};

		table = nest_subject_domain(subject, i, &domain);
		if (!table || !nest_mediates_peers(&table->policy, domain))
			continue;
		if (access == NEST_SIGNAL_RECEIVE &&
		    !nest_is_shared(subject, other, i))
			continue;
		peer = nest_peer_lookup(&table->policy, domain, event.target);
		err = nest_conclude(&event, table, domain,
				    nest_decide_signal(&table->policy, peer,
						       access, signal),
				    GFP_ATOMIC);
		if (err)
			return err;
	}
	return 0;
}

static noinline int check_signal(struct task_struct *task, int signal)
{
	struct pair pair;
	int err = 0;

	rcu_read_lock();
	look_at(&pair, current, task);
	if (pair.from_bound)
		err = ask_signal(&pair.from, pair.to_bound ? &pair.to : NULL,
				 NEST_SIGNAL_SEND, signal);
	if (!err && pair.to_bound)
		err = ask_signal(&pair.to, pair.from_bound ? &pair.from : NULL,
				 NEST_SIGNAL_RECEIVE, signal);
	rcu_read_unlock();
	return err;
}

/* With credentials given, the signal is not the current task's doing. */
int nest_hook_task_kill(struct task_struct *task, struct kernel_siginfo *info,
			int sig, const struct cred *cred)
{
	if (nest_idle() || cred || !acts_for_task())
		return 0;
	return check_signal(task, sig);
}
