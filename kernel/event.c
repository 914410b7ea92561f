// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events: what was refused, or is to be reported although it was not. Handlers
 * may hold any lock, so they only queue a record; a worker sends it to each
 * subscriber that may see it.
 */
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/netlink.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>
#include <linux/workqueue.h>
#include <net/genetlink.h>
#include <net/sock.h>
#include "event.h"
#include "subject.h"

#define EVENTS_PER_SECOND	200	/* of a layer */
#define QUEUE_MAX		4096	/* of the host */
#define SHARES			256
#define SHARE_MAX		512	/* of a namespace, roughly */
#define SUBSCRIBERS_MAX		16	/* of a pid namespace */

/**
 * struct subscriber - a socket that gets events
 * @link: in subscribers
 * @net: the socket's network namespace, which lives as long as the socket
 * @portid: the socket's address
 * @pidns: the subscriber's pid namespace: it sees this and what is below
 * @user_ns: its user namespace, in which it reads uids
 * @lost: events that did not fit into the socket's buffer
 */
struct subscriber {
	struct list_head link;
	struct net *net;
	u32 portid;
	struct pid_namespace *pidns;
	struct user_namespace *user_ns;
	u64 lost;
};

static LIST_HEAD(subscribers);
static DEFINE_MUTEX(subscribers_mutex);
static LIST_HEAD(queue);
static u32 queue_length;
static u16 shares[SHARES];
static DEFINE_SPINLOCK(queue_lock);

/* How much of the queue belongs to a namespace, and others of the same hash. */
static u16 *share_of(const struct nest_record *record)
{
	return &shares[hash_ptr(record->target, ilog2(SHARES))];
}

static void free_record(struct nest_record *record)
{
	kfree(record->event.domain);
	kfree(record->event.path);
	kfree(record->event.target);
	put_pid(record->pid);
	put_pid(record->init);
	put_pid_ns(record->target);
	kfree(record);
}

static int put_strings(struct sk_buff *skb, const struct nest_event *event)
{
	int err = nla_put_string(skb, NEST_A_OPERATION, event->operation);

	if (!err && event->domain)
		err = nla_put_string(skb, NEST_A_DOMAIN, event->domain);
	if (!err && event->path)
		err = nla_put_string(skb, NEST_A_PATH, event->path);
	if (!err && event->target)
		err = nla_put_string(skb, NEST_A_TARGET, event->target);
	if (!err && event->reason)
		err = nla_put_string(skb, NEST_A_REASON, event->reason);
	return err;
}

static int put_task(struct sk_buff *skb, const struct nest_record *record,
		    const struct subscriber *to)
{
	u32 uid = from_kuid_munged(to->user_ns, record->uid);
	int err;

	err = nla_put_u32(skb, NEST_A_PID, pid_nr_ns(record->pid, to->pidns));
	if (!err)
		err = nla_put_u32(skb, NEST_A_UID, uid);
	if (!err)
		err = nla_put_u32(skb, NEST_A_FSUID,
				  from_kuid_munged(to->user_ns, record->fsuid));
	if (!err && record->event.owned)
		err = nla_put_u32(skb, NEST_A_OUID,
				  from_kuid_munged(to->user_ns,
						   record->event.owner));
	if (!err)
		err = nla_put_string(skb, NEST_A_COMM, record->comm);
	return err;
}

static int put_numbers(struct sk_buff *skb, const struct nest_record *record,
		       const struct subscriber *to)
{
	const struct nest_event *event = &record->event;

	return nla_put_u32(skb, NEST_A_NS, record->target->ns.inum) ?:
	       nla_put_u32(skb, NEST_A_ORIGIN, record->origin) ?:
	       nla_put_u32(skb, NEST_A_LEVEL, record->level) ?:
	       nla_put_string(skb, NEST_A_NAME, record->layer) ?:
	       nla_put_u32(skb, NEST_A_CLASS, event->class) ?:
	       nla_put_u32(skb, NEST_A_VERDICT, event->verdict) ?:
	       nla_put_u64_64bit(skb, NEST_A_REQUESTED, event->requested,
				 NEST_A_PAD) ?:
	       nla_put_u64_64bit(skb, NEST_A_DENIED, event->denied,
				 NEST_A_PAD) ?:
	       nla_put_u64_64bit(skb, NEST_A_LOST, to->lost, NEST_A_PAD) ?:
	       nla_put_u64_64bit(skb, NEST_A_TIME, record->time, NEST_A_PAD);
}

static size_t size_of(const struct nest_record *record)
{
	const struct nest_event *event = &record->event;
	size_t size = 512 + TASK_COMM_LEN;

	size += event->domain ? strlen(event->domain) : 0;
	size += event->path ? strlen(event->path) : 0;
	size += event->target ? strlen(event->target) : 0;
	return size;
}

static struct sk_buff *build(const struct nest_record *record,
			     const struct subscriber *to)
{
	struct sk_buff *skb = genlmsg_new(size_of(record), GFP_KERNEL);
	void *header;

	if (!skb)
		return NULL;
	header = genlmsg_put(skb, 0, 0, &nest_genl_family, 0, NEST_CMD_EVENT);
	if (!header || put_numbers(skb, record, to) ||
	    put_task(skb, record, to) || put_strings(skb, &record->event)) {
		nlmsg_free(skb);
		return NULL;
	}
	genlmsg_end(skb, header);
	return skb;
}

static void send_one(const struct nest_record *record, struct subscriber *to)
{
	struct sk_buff *skb;

	if (!nest_pidns_within(record->target, to->pidns))
		return;
	skb = build(record, to);
	if (!skb || genlmsg_unicast(to->net, skb, to->portid))
		to->lost++;
}

static struct nest_record *dequeue(void)
{
	struct nest_record *record;

	spin_lock_irq(&queue_lock);
	record = list_first_entry_or_null(&queue, struct nest_record, link);
	if (record) {
		list_del(&record->link);
		queue_length--;
		(*share_of(record))--;
	}
	spin_unlock_irq(&queue_lock);
	return record;
}

static void send_all(struct work_struct *work)
{
	struct subscriber *subscriber;
	struct nest_record *record;

	while ((record = dequeue())) {
		if (record->audit)
			nest_audit(record);
		mutex_lock(&subscribers_mutex);
		list_for_each_entry(subscriber, &subscribers, link)
			send_one(record, subscriber);
		mutex_unlock(&subscribers_mutex);
		free_record(record);
	}
}

static DECLARE_WORK(send_work, send_all);

/*
 * How many events the layer has had in this second, with this one. Racing
 * handlers may let a few more through.
 */
static u32 count_event(struct nest_layer *layer)
{
	unsigned long window = READ_ONCE(layer->window);

	if (!window || time_after(jiffies, window + HZ)) {
		WRITE_ONCE(layer->window, jiffies ?: 1);
		atomic_set(&layer->events, 0);
	}
	return atomic_inc_return(&layer->events);
}

static int copy_string(const char **to, const char *from, gfp_t gfp)
{
	*to = kstrdup(from, gfp);
	return from && !*to ? -ENOMEM : 0;
}

static int copy_strings(struct nest_event *to, const struct nest_event *from,
			gfp_t gfp)
{
	return copy_string(&to->domain, from->domain, gfp) ?:
	       copy_string(&to->path, from->path, gfp) ?:
	       copy_string(&to->target, from->target, gfp);
}

static struct nest_record *new_record(const struct nest_event *event, gfp_t gfp)
{
	struct nest_record *record;

	gfp |= __GFP_NOWARN;
	record = kzalloc(sizeof(*record), gfp);
	if (!record)
		return NULL;
	record->event = *event;
	record->event.domain = NULL;
	record->event.path = NULL;
	record->event.target = NULL;
	record->target = get_pid_ns(event->layer->target->pidns);
	record->origin = event->layer->origin->ns.inum;
	record->level = event->layer->level;
	memcpy(record->layer, event->layer->name, sizeof(record->layer));
	record->pid = get_pid(task_tgid(current));
	record->init = get_pid(event->layer->target->death.init);
	record->uid = current_uid();
	record->fsuid = current_fsuid();
	record->time = ktime_get_boottime_ns();
	memcpy(record->comm, current->comm, sizeof(record->comm));
	record->comm[sizeof(record->comm) - 1] = '\0';
	if (copy_strings(&record->event, event, gfp)) {
		free_record(record);
		return NULL;
	}
	return record;
}

static bool enqueue(struct nest_record *record)
{
	bool room;
	unsigned long flags;

	spin_lock_irqsave(&queue_lock, flags);
	room = queue_length < QUEUE_MAX && *share_of(record) < SHARE_MAX;
	if (room) {
		list_add_tail(&record->link, &queue);
		queue_length++;
		(*share_of(record))++;
	}
	spin_unlock_irqrestore(&queue_lock, flags);
	return room;
}

/*
 * The task that acts. Interrupts and kernel threads do nothing of their own
 * accord that a layer could deny.
 */
static void kill_current(void)
{
	if (in_task() && !(current->flags & PF_KTHREAD))
		send_sig(SIGKILL, current, 1);
}

/* Whether the event may go to the audit log; if not, that is counted. */
static bool take_audit(struct nest_record *record, struct nest_layer *layer,
		       bool audit)
{
	if (audit)
		record->unlogged = atomic64_xchg(&layer->unlogged, 0);
	else
		atomic64_inc(&layer->unlogged);
	return audit;
}

static struct nest_counts __percpu *counts_of(const struct nest_event *event)
{
	return event->counts ?: event->layer->counts;
}

/* The event goes nowhere. */
static void lose(const struct nest_event *event, u64 unlogged)
{
	this_cpu_inc(counts_of(event)->lost);
	atomic64_add(unlogged + 1, &event->layer->unlogged);
}

/**
 * nest_event() - report something
 * @event: what; its strings are copied, but for @operation and @reason, which
 *	are constants
 * @gfp: how to allocate
 *
 * What cannot be reported is counted as lost by the domain, and what was allowed
 * in spite of the rules as a complaint. With the verdict
 * KILLED the current task is killed: it is the one that acts.
 *
 * Context: any, as @gfp says; a reader's section. The current task's siglock is
 * not held.
 */
void nest_event(const struct nest_event *event, gfp_t gfp)
{
	struct nest_record *record;
	u32 n = count_event(event->layer);
	bool audit = n <= READ_ONCE(nest_audit_rate);

	if (event->verdict == NEST_VERDICT_KILLED)
		kill_current();
	else if (event->complains && event->verdict == NEST_VERDICT_ALLOWED &&
		 event->denied)
		this_cpu_inc(counts_of(event)->complaints);
	if (!audit && list_empty(&subscribers)) {
		atomic64_inc(&event->layer->unlogged);
		return;
	}
	record = n <= EVENTS_PER_SECOND ? new_record(event, gfp) : NULL;
	if (!record) {
		lose(event, 0);
		return;
	}
	record->audit = take_audit(record, event->layer, audit);
	if (!enqueue(record)) {
		lose(event, record->unlogged);
		free_record(record);
		return;
	}
	schedule_work(&send_work);
}

/**
 * nest_complains() - is a domain in complain mode?
 * @table: the revision
 * @domain: index
 */
bool nest_complains(const struct nest_table *table, u32 domain)
{
	return le32_to_cpu(table->policy.domains[domain].flags) &
	       NEST_DOMAIN_COMPLAIN;
}

static void set_domain(struct nest_event *event, const struct nest_table *table,
		       u32 domain)
{
	event->counts = table->counts[domain];
	event->domain = nest_policy_domain_name(&table->policy, domain);
	event->kills = le32_to_cpu(table->policy.domains[domain].flags) &
		       NEST_DOMAIN_KILL;
	event->complains = nest_complains(table, domain);
}

/**
 * nest_event_set_layer() - say which layer an event is about
 * @event: its @layer and @domain are set
 * @subject: who acts
 * @index: position of the layer in the subject's chain
 */
void nest_event_set_layer(struct nest_event *event,
			  const struct nest_subject *subject, u32 index)
{
	const struct nest_table *table;
	u32 domain;

	event->layer = subject->chain->layers[index];
	table = nest_subject_domain(subject, index, &domain);
	event->domain = NULL;
	event->counts = NULL;
	event->kills = false;
	event->complains = false;
	if (table)
		set_domain(event, table, domain);
}

/**
 * nest_event_denied() - the event is that something is refused
 * @event: its layer and domain were set
 */
void nest_event_denied(struct nest_event *event)
{
	event->verdict = event->kills ? NEST_VERDICT_KILLED :
					NEST_VERDICT_DENIED;
}

/**
 * nest_event_count_denial() - an operation was refused
 * @event: its layer and, if it has one, its domain were set
 */
void nest_event_count_denial(const struct nest_event *event)
{
	this_cpu_inc(counts_of(event)->denials);
}

/**
 * nest_refuses() - does a domain's decision refuse the operation?
 * @table: the revision that decided
 * @domain: for which domain
 * @decision: the decision
 *
 * Complain mode permits what it reports. As in AppArmor, that leaves out what is
 * denied by name and quietly: who wrote such a rule knows of the operation and
 * does not want it.
 */
bool nest_refuses(const struct nest_table *table, u32 domain,
		  const struct nest_decision *decision)
{
	return decision->denied &&
	       !(decision->report && nest_complains(table, domain));
}

/**
 * nest_conclude() - make a decision come true
 * @event: its layer, class, operation and requested are set
 * @table: the revision that decided
 * @domain: for which domain
 * @decision: the decision
 * @gfp: how to allocate
 *
 * Return: 0, or -EACCES if the operation is refused.
 */
int nest_conclude(struct nest_event *event, const struct nest_table *table,
		  u32 domain, struct nest_decision decision, gfp_t gfp)
{
	bool refuse = nest_refuses(table, domain, &decision);

	nest_count_decision(table, domain);
	if (refuse)
		this_cpu_inc(table->counts[domain]->denials);
	if (decision.report && !event->silent) {
		set_domain(event, table, domain);
		event->verdict = NEST_VERDICT_ALLOWED;
		if (refuse)
			nest_event_denied(event);
		event->denied = decision.denied;
		nest_event(event, gfp);
	}
	return refuse ? -EACCES : 0;
}

/**
 * nest_fail_closed() - refuse because no decision can be made
 * @subject: who acts
 * @index: position in its chain of a layer that has to know
 * @class: of the operation
 * @operation: what it tried
 * @err: what went wrong: -ENOMEM, -ENAMETOOLONG; others: the attributes of an
 *	executable cannot be read
 *
 * Return: what to refuse with, -ENOMEM or -EACCES; or 0: the domain only
 * complains, and it was not for want of memory.
 */
int nest_fail_closed(const struct nest_subject *subject, u32 index,
		     enum nest_class class, const char *operation, int err)
{
	struct nest_event event = {
		.class = class,
		.operation = operation,
		.reason = err == -ENOMEM ? "out of memory" :
			  err == -ENAMETOOLONG ? "name is too long" :
			  "extended attributes cannot be read",
		.denied = 1,
	};

	nest_event_set_layer(&event, subject, index);
	if (event.complains && err != -ENOMEM) {
		event.verdict = NEST_VERDICT_ALLOWED;
		nest_event(&event, GFP_KERNEL);
		return 0;
	}
	nest_event_denied(&event);
	nest_event_count_denial(&event);
	nest_event(&event, GFP_KERNEL);
	return err == -ENOMEM ? -ENOMEM : -EACCES;
}

static u32 count_subscribers(const struct pid_namespace *pidns)
{
	struct subscriber *subscriber;
	u32 n = 0;

	list_for_each_entry(subscriber, &subscribers, link)
		n += subscriber->pidns == pidns;
	return n;
}

static struct subscriber *find(const struct net *net, u32 portid)
{
	struct subscriber *subscriber;

	list_for_each_entry(subscriber, &subscribers, link)
		if (subscriber->net == net && subscriber->portid == portid)
			return subscriber;
	return NULL;
}

static void drop(struct subscriber *subscriber)
{
	list_del(&subscriber->link);
	put_pid_ns(subscriber->pidns);
	put_user_ns(subscriber->user_ns);
	kfree(subscriber);
}

/**
 * nest_subscribe() - send events to a socket from now on, until it is closed
 * @net: the socket's network namespace
 * @portid: the socket's address
 *
 * The socket gets what concerns the current task's pid namespace and those
 * below.
 *
 * Context: may sleep.
 * Return: 0, -EEXIST if it is subscribed already, -EUSERS if the namespace has
 * SUBSCRIBERS_MAX already, or -ENOMEM.
 */
int nest_subscribe(struct net *net, u32 portid)
{
	struct subscriber *subscriber;
	int err = -EEXIST;

	mutex_lock(&subscribers_mutex);
	if (find(net, portid))
		goto out;
	err = -EUSERS;
	if (count_subscribers(ns_of_pid(task_pid(current))) >= SUBSCRIBERS_MAX)
		goto out;
	err = -ENOMEM;
	subscriber = kzalloc(sizeof(*subscriber), GFP_KERNEL_ACCOUNT);
	if (!subscriber)
		goto out;
	subscriber->net = net;
	subscriber->portid = portid;
	subscriber->pidns = get_pid_ns(ns_of_pid(task_pid(current)));
	subscriber->user_ns = get_user_ns(current_user_ns());
	list_add_tail(&subscriber->link, &subscribers);
	err = 0;
out:
	mutex_unlock(&subscribers_mutex);
	return err;
}

/* Forgets a socket that is closed, before its network namespace can go. */
static int on_netlink(struct notifier_block *block, unsigned long what,
		      void *data)
{
	const struct netlink_notify *notify = data;
	struct subscriber *subscriber;

	if (what != NETLINK_URELEASE || notify->protocol != NETLINK_GENERIC)
		return NOTIFY_DONE;
	mutex_lock(&subscribers_mutex);
	subscriber = find(notify->net, notify->portid);
	if (subscriber)
		drop(subscriber);
	mutex_unlock(&subscribers_mutex);
	return NOTIFY_DONE;
}

static struct notifier_block netlink_block = { .notifier_call = on_netlink };

/**
 * nest_events_init() - watch for sockets that close
 *
 * Return: 0 or what netlink_register_notifier() says.
 */
int nest_events_init(void)
{
	return netlink_register_notifier(&netlink_block);
}

/**
 * nest_events_exit() - drop all subscribers and what waits to be sent
 *
 * No handler may be running, and no socket be able to subscribe.
 */
void nest_events_exit(void)
{
	struct subscriber *subscriber, *next;

	netlink_unregister_notifier(&netlink_block);
	flush_work(&send_work);
	list_for_each_entry_safe(subscriber, next, &subscribers, link)
		drop(subscriber);
}
