// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resource limits: lowered where a domain sets them, at each exec and each
 * change of the domain, and not to be raised above that again.
 */
#include <linux/posix-timers.h>
#include <linux/resource.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include "hooks.h"
#include "nest.h"
#include "subject.h"

/* What this machine calls the resources of an image. */
static const u8 resources[NEST_RLIMITS] = {
	[NEST_RLIMIT_CPU]	= RLIMIT_CPU,
	[NEST_RLIMIT_FSIZE]	= RLIMIT_FSIZE,
	[NEST_RLIMIT_DATA]	= RLIMIT_DATA,
	[NEST_RLIMIT_STACK]	= RLIMIT_STACK,
	[NEST_RLIMIT_CORE]	= RLIMIT_CORE,
	[NEST_RLIMIT_RSS]	= RLIMIT_RSS,
	[NEST_RLIMIT_NPROC]	= RLIMIT_NPROC,
	[NEST_RLIMIT_NOFILE]	= RLIMIT_NOFILE,
	[NEST_RLIMIT_MEMLOCK]	= RLIMIT_MEMLOCK,
	[NEST_RLIMIT_AS]	= RLIMIT_AS,
	[NEST_RLIMIT_LOCKS]	= RLIMIT_LOCKS,
	[NEST_RLIMIT_SIGPENDING] = RLIMIT_SIGPENDING,
	[NEST_RLIMIT_MSGQUEUE]	= RLIMIT_MSGQUEUE,
	[NEST_RLIMIT_NICE]	= RLIMIT_NICE,
	[NEST_RLIMIT_RTPRIO]	= RLIMIT_RTPRIO,
	[NEST_RLIMIT_RTTIME]	= RLIMIT_RTTIME,
};

static_assert(NEST_RLIMITS == RLIM_NLIMITS);

/* The other way round: each resource has its place in the table. */
static u32 number_of(unsigned int resource)
{
	u32 i;

	for (i = 0; i < NEST_RLIMITS - 1; i++)
		if (resources[i] == resource)
			break;
	return i;
}

/* The least that all layers say; false if none says anything. */
static bool gather(const struct nest_subject *subject, u64 *max)
{
	bool any = false;
	u32 i, j, domain;

	for (j = 0; j < NEST_RLIMITS; j++)
		max[j] = NEST_RLIMIT_INFINITY;
	for (i = 0; i < subject->chain->n; i++) {
		const struct nest_table *table =
			nest_subject_domain(subject, i, &domain);

		if (!table || !nest_has_rlimits(&table->policy, domain))
			continue;
		any = true;
		for (j = 0; j < NEST_RLIMITS; j++)
			max[j] = min(max[j], nest_rlimit_of(&table->policy,
							    domain, j));
	}
	return any;
}

static void lower(struct rlimit *limit, u64 max)
{
	limit->rlim_max = min_t(u64, limit->rlim_max, max);
	limit->rlim_cur = min(limit->rlim_cur, limit->rlim_max);
}

#ifdef CONFIG_POSIX_TIMERS
/*
 * The kernel counts the time of a whole process only while that matters, from
 * what its tasks, and those that are gone, have had so far.
 */
static void count_time(struct signal_struct *signal)
{
	struct task_cputime_atomic *count = &signal->cputimer.cputime_atomic;

	if (READ_ONCE(signal->posix_cputimers.timers_active))
		return;
	atomic64_set(&count->utime, signal->utime + current->utime);
	atomic64_set(&count->stime, signal->stime + current->stime);
	atomic64_set(&count->sum_exec_runtime, signal->sum_sched_runtime +
					       current->se.sum_exec_runtime);
	WRITE_ONCE(signal->posix_cputimers.timers_active, true);
}

/*
 * A limit of the processor's time is looked at when a timer is due, as which
 * update_rlimit_cpu(), not for modules, has it. A processor without a tick
 * (nohz_full) looks when it has the next one.
 */
static void watch_time(u64 seconds)
{
	struct signal_struct *signal = current->signal;
	u64 *next = &signal->posix_cputimers.bases[CPUCLOCK_PROF].nextevt;
	struct sighand_struct *sighand;

	/* Its own: no other task can exchange it. */
	sighand = rcu_dereference_protected(current->sighand, true);
	spin_lock_irq(&sighand->siglock);
	count_time(signal);
	if (seconds < U64_MAX / NSEC_PER_SEC)
		*next = min_t(u64, *next, seconds * NSEC_PER_SEC);
	spin_unlock_irq(&sighand->siglock);
}
#else
static void watch_time(u64 seconds)
{
}
#endif

/* Of the current task, which is the only one of its process. */
static void lower_all(const u64 *max)
{
	struct rlimit *limits = current->signal->rlim;
	unsigned long seconds;
	u32 i;

	task_lock(current->group_leader);
	for (i = 0; i < NEST_RLIMITS; i++)
		lower(&limits[resources[i]], max[i]);
	seconds = limits[RLIMIT_CPU].rlim_cur;
	task_unlock(current->group_leader);
	if (max[NEST_RLIMIT_CPU] != NEST_RLIMIT_INFINITY &&
	    seconds != RLIM_INFINITY)
		watch_time(seconds);
}

/**
 * nest_rlimits_lower() - lower the limits of the current task's process
 * @stack: that of its stack, if an exec is going to set it; or NULL
 *
 * To what the domains that the task is in say. Nothing is ever raised.
 *
 * Context: may sleep; the process has no other thread.
 */
void nest_rlimits_lower(struct rlimit *stack)
{
	struct nest_subject subject;
	u64 max[NEST_RLIMITS];
	int section = nest_enter();
	bool any = nest_subject_current(&subject) && gather(&subject, max);

	nest_leave(section);
	if (!any)
		return;
	lower_all(max);
	if (stack)
		lower(stack, max[NEST_RLIMIT_STACK]);
}

/**
 * struct raise - a limit that is about to be set
 * @from: who sets it
 * @to: whose it is; filled in if @bound
 * @bound: some layer may bind @to
 * @same: it is the process of @from
 * @resource: NEST_RLIMIT_*
 * @value: the new hard limit
 */
struct raise {
	struct nest_subject from;
	struct nest_subject to;
	bool bound;
	bool same;
	u32 resource;
	u64 value;
};

/* Whether the process is in the same domain of a layer, at position @i. */
static bool in_same_domain(const struct raise *raise, u32 i,
			   const struct nest_table *table, u32 domain)
{
	const struct nest_subject *to = raise->bound ? &raise->to : NULL;
	u32 other;

	if (raise->same)
		return true;
	return nest_is_shared(&raise->from, to, i) &&
	       nest_subject_domain(to, i, &other) && other == domain;
}

/*
 * Others' limits take the capability, whatever is set. For the own domain's
 * processes it is not enough.
 */
static struct nest_decision decide(const struct raise *raise, u32 i,
				   const struct nest_table *table, u32 domain,
				   struct nest_event *event)
{
	const struct nest_policy *policy = &table->policy;
	struct nest_decision decision = { };

	if (!in_same_domain(raise, i, table, domain) &&
	    nest_decide_capable(policy, domain, CAP_SYS_RESOURCE).denied)
		event->reason = "cap_sys_resource";
	else if (raise->value <= nest_rlimit_of(policy, domain,
						raise->resource))
		return decision;
	decision.denied = 1;
	decision.report = true;
	return decision;
}

static u64 request_of(const struct raise *raise)
{
	return (u64)raise->resource << NEST_RLIMIT_SHIFT |
	       min(raise->value, NEST_RLIMIT_VALUE);
}

static int ask_layers(const struct raise *raise)
{
	const struct nest_subject *from = &raise->from;
	u32 i, domain;
	int err;

	for (i = 0; i < from->chain->n; i++) {
		struct nest_layer *layer = from->chain->layers[i];
		const struct nest_table *table;
		struct nest_event event = {
			.layer = layer,
			.class = NEST_CLASS_RLIMIT,
			.operation = "setrlimit",
			.requested = request_of(raise),
		};

		table = nest_subject_domain(from, i, &domain);
		if (!table)
			continue;
		if (!raise->same)
			event.target = nest_peer_name(layer, i, raise->bound ?
						      &raise->to : NULL);
		err = nest_conclude(&event, table, domain,
				    decide(raise, i, table, domain, &event),
				    GFP_ATOMIC);
		if (err)
			return err;
	}
	return 0;
}

static noinline int check_setrlimit(struct task_struct *task,
				    unsigned int resource, u64 value)
{
	struct raise raise = {
		.same = same_thread_group(task, current),
		.resource = number_of(resource),
		.value = value == RLIM_INFINITY ? NEST_RLIMIT_INFINITY : value,
	};
	int err = 0;

	rcu_read_lock();
	if (nest_subject_current(&raise.from)) {
		if (!raise.same)
			raise.bound = nest_subject_task(&raise.to, task);
		err = ask_layers(&raise);
	}
	rcu_read_unlock();
	return err;
}

int nest_hook_task_setrlimit(struct task_struct *task, unsigned int resource,
			     struct rlimit *new_rlim)
{
	return nest_idle() ? 0 : check_setrlimit(task, resource,
						 new_rlim->rlim_max);
}
