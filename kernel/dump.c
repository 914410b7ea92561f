// SPDX-License-Identifier: GPL-2.0-only
/* Dumps: layers, delegations, tasks, and the image of a layer. */
#include <net/genetlink.h>
#include <net/sock.h>
#include "nest.h"
#include "request.h"
#include "subject.h"

static bool is_visible(const struct nest_ns *ns,
		       const struct pid_namespace *viewer)
{
	return nest_pidns_within(ns->pidns, viewer);
}

/**
 * struct dump - a dump in progress, in the callback's own space
 * @viewer: the pid namespace of who asked, referenced: what comes later may be
 *	read by another process
 * @target: of the layer that is read back, referenced; else NULL
 * @origin: inode number of that layer's origin
 * @next: where to go on
 * @uid: whose tasks the viewer may see
 * @all: those of other users, too
 */
struct dump {
	struct pid_namespace *viewer;
	struct pid_namespace *target;
	u32 origin;
	u32 next;
	kuid_t uid;
	bool all;
};

/* The longest message: a task with a label in each layer. */
#define DUMP_ALLOC	16384

static_assert(sizeof(struct dump) <=
	      sizeof_field(struct netlink_callback, ctx));

static struct dump *dump_of(struct netlink_callback *cb)
{
	return (struct dump *)cb->ctx;
}

/**
 * nest_start_dump() - remember who asked
 * @cb: the dump
 *
 * Return: 0.
 */
int nest_start_dump(struct netlink_callback *cb)
{
	struct dump *dump = dump_of(cb);

	dump->viewer = get_pid_ns(nest_own_pidns());
	dump->uid = current_uid();
	dump->all = netlink_ns_capable(cb->skb, dump->viewer->user_ns,
				       CAP_MAC_ADMIN);
	cb->min_dump_alloc = DUMP_ALLOC;
	return 0;
}

/**
 * nest_end_dump() - drop what the dump holds
 * @cb: the dump
 *
 * Return: 0.
 */
int nest_end_dump(struct netlink_callback *cb)
{
	struct dump *dump = dump_of(cb);

	put_pid_ns(dump->viewer);
	if (dump->target)
		put_pid_ns(dump->target);
	return 0;
}

static void *put_header(struct sk_buff *skb, struct netlink_callback *cb,
			u8 cmd)
{
	return genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			   &nest_genl_family, NLM_F_MULTI, cmd);
}

/* A message that could not be filled is taken back. */
static int end_message(struct sk_buff *skb, void *header, int err)
{
	if (err)
		genlmsg_cancel(skb, header);
	else
		genlmsg_end(skb, header);
	return err;
}

/* The container need not know what it is to the outside. */
static int put_host_label(struct sk_buff *skb, const struct nest_layer *layer,
			  const struct pid_namespace *viewer)
{
	if (!layer->host_label || layer->target->pidns == viewer)
		return 0;
	return nla_put_string(skb, NEST_A_HOST_LABEL, layer->host_label);
}

static int put_counts(struct sk_buff *skb, const struct nest_counts *sum)
{
	return nla_put_u64_64bit(skb, NEST_A_DECISIONS, sum->decisions,
				 NEST_A_PAD) ?:
	       nla_put_u64_64bit(skb, NEST_A_DENIALS, sum->denials,
				 NEST_A_PAD) ?:
	       nla_put_u64_64bit(skb, NEST_A_COMPLAINTS, sum->complaints,
				 NEST_A_PAD) ?:
	       nla_put_u64_64bit(skb, NEST_A_LOST, sum->lost, NEST_A_PAD);
}

static int put_layer(struct sk_buff *skb, struct nest_layer *layer,
		     struct pid_namespace *viewer)
{
	const struct nest_table *table =
		rcu_dereference_protected(layer->table,
					  lockdep_is_held(&nest_mutex));
	const struct nest_policy_extent *domains =
		&table->policy.header->section[NEST_SECTION_DOMAINS];
	const struct nest_ns *ns = layer->target;
	struct nest_counts sum;

	nest_layer_sum(layer, &sum);
	return nla_put_u32(skb, NEST_A_NS, ns->pidns->ns.inum) ?:
	       nla_put_u32(skb, NEST_A_ORIGIN, layer->origin->ns.inum) ?:
	       nla_put_u32(skb, NEST_A_LEVEL, layer->level) ?:
	       nla_put_u32(skb, NEST_A_PID, pid_nr_ns(ns->death.init, viewer)) ?:
	       nla_put_string(skb, NEST_A_NAME, layer->name) ?:
	       nla_put_u64_64bit(skb, NEST_A_REVISION, table->revision,
				 NEST_A_PAD) ?:
	       nla_put_u32(skb, NEST_A_SIZE, table->size) ?:
	       nla_put_u32(skb, NEST_A_DOMAINS,
			   le32_to_cpu(domains->count)) ?:
	       put_counts(skb, &sum) ?:
	       put_host_label(skb, layer, viewer);
}

static int dump_layer(struct sk_buff *skb, struct netlink_callback *cb,
		      struct nest_layer *layer)
{
	void *header = put_header(skb, cb, NEST_CMD_LAYER_GET);
	int err;

	if (!header)
		return -EMSGSIZE;
	err = put_layer(skb, layer, dump_of(cb)->viewer);
	if (!err)
		genl_dump_check_consistent(cb, header);
	return end_message(skb, header, err);
}

/**
 * nest_dump_layers() - the layers that the viewer may see
 * @skb: the answer
 * @cb: the dump
 *
 * Context: takes nest_mutex.
 * Return: the length of the answer; 0 at the end.
 */
int nest_dump_layers(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dump *dump = dump_of(cb);
	struct nest_layer *layer;
	struct nest_ns *ns = NULL;
	u32 index = 0;

	mutex_lock(&nest_mutex);
	cb->seq = nest_generation;
	while ((ns = nest_ns_next(ns))) {
		if (!is_visible(ns, dump->viewer))
			continue;
		list_for_each_entry(layer, &ns->layers, link) {
			if (index++ < dump->next)
				continue;
			if (dump_layer(skb, cb, layer))
				goto out;
			dump->next = index;
		}
	}
out:
	mutex_unlock(&nest_mutex);
	return skb->len;
}

static u32 mode_of(const struct nest_policy_domain *domain)
{
	u32 flags = le32_to_cpu(domain->flags);

	if (flags & NEST_DOMAIN_COMPLAIN)
		return NEST_MODE_COMPLAIN;
	return flags & NEST_DOMAIN_KILL ? NEST_MODE_KILL : NEST_MODE_ENFORCE;
}

static int put_domain(struct sk_buff *skb, const struct nest_layer *layer,
		      const struct nest_table *table, u32 domain)
{
	struct nest_counts sum = { };

	nest_counts_add(&sum, table->counts[domain]);
	return nla_put_u32(skb, NEST_A_NS, layer->target->pidns->ns.inum) ?:
	       nla_put_u32(skb, NEST_A_ORIGIN, layer->origin->ns.inum) ?:
	       nla_put_string(skb, NEST_A_DOMAIN,
			      nest_policy_domain_name(&table->policy,
						      domain)) ?:
	       nla_put_u32(skb, NEST_A_MODE,
			   mode_of(&table->policy.domains[domain])) ?:
	       put_counts(skb, &sum);
}

static int dump_domain(struct sk_buff *skb, struct netlink_callback *cb,
		       const struct nest_layer *layer,
		       const struct nest_table *table, u32 domain)
{
	void *header = put_header(skb, cb, NEST_CMD_DOMAIN_GET);
	int err;

	if (!header)
		return -EMSGSIZE;
	err = put_domain(skb, layer, table, domain);
	if (!err)
		genl_dump_check_consistent(cb, header);
	return end_message(skb, header, err);
}

/* @index: of the layer's first domain among those of all layers; moved on */
static int dump_domains_of(struct sk_buff *skb, struct netlink_callback *cb,
			   const struct nest_layer *layer, u32 *index)
{
	const struct nest_table *table =
		rcu_dereference_protected(layer->table,
					  lockdep_is_held(&nest_mutex));
	const struct nest_policy_extent *domains =
		&table->policy.header->section[NEST_SECTION_DOMAINS];
	struct dump *dump = dump_of(cb);
	u32 first = *index, n = le32_to_cpu(domains->count);
	int err;

	for (*index += n; dump->next < *index; dump->next++) {
		err = dump_domain(skb, cb, layer, table, dump->next - first);
		if (err)
			return err;
	}
	return 0;
}

/**
 * nest_start_domains() - remember who asked for the domains
 * @cb: the dump
 *
 * Return: 0, or -EPERM for want of the capability: names of domains are part of
 * a policy.
 */
int nest_start_domains(struct netlink_callback *cb)
{
	if (!netlink_ns_capable(cb->skb, nest_own_pidns()->user_ns,
				CAP_MAC_ADMIN)) {
		NL_SET_ERR_MSG(cb->extack,
			       "CAP_MAC_ADMIN is needed over the user namespace that owns the pid namespace");
		return -EPERM;
	}
	return nest_start_dump(cb);
}

/**
 * nest_dump_domains() - the domains of the layers that the viewer may see
 * @skb: the answer
 * @cb: the dump
 *
 * Context: takes nest_mutex.
 * Return: the length of the answer; 0 at the end.
 */
int nest_dump_domains(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct nest_layer *layer;
	struct nest_ns *ns = NULL;
	u32 index = 0;

	mutex_lock(&nest_mutex);
	cb->seq = nest_generation;
	while ((ns = nest_ns_next(ns))) {
		if (!is_visible(ns, dump_of(cb)->viewer))
			continue;
		list_for_each_entry(layer, &ns->layers, link)
			if (dump_domains_of(skb, cb, layer, &index))
				goto out;
	}
out:
	mutex_unlock(&nest_mutex);
	return skb->len;
}

static int put_delegation(struct sk_buff *skb,
			  const struct nest_delegation *delegation,
			  struct pid_namespace *viewer)
{
	const struct nest_death *death = &delegation->death;

	return nla_put_u32(skb, NEST_A_NS, death->pidns->ns.inum) ?:
	       nla_put_u32(skb, NEST_A_ORIGIN, delegation->by->ns.inum) ?:
	       nla_put_u32(skb, NEST_A_LEVEL, death->pidns->level) ?:
	       nla_put_u32(skb, NEST_A_PID, pid_nr_ns(death->init, viewer)) ?:
	       nla_put_u32(skb, NEST_A_UID,
			   from_kuid_munged(viewer->user_ns, delegation->uid));
}

static int dump_delegation(struct sk_buff *skb, struct netlink_callback *cb,
			   const struct nest_delegation *delegation)
{
	void *header = put_header(skb, cb, NEST_CMD_DELEGATION_GET);
	int err;

	if (!header)
		return -EMSGSIZE;
	err = put_delegation(skb, delegation, dump_of(cb)->viewer);
	if (!err)
		genl_dump_check_consistent(cb, header);
	return end_message(skb, header, err);
}

/**
 * nest_dump_delegations() - the delegations that the viewer may see
 * @skb: the answer
 * @cb: the dump
 *
 * Context: takes nest_mutex.
 * Return: the length of the answer; 0 at the end.
 */
int nest_dump_delegations(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nest_delegation *delegation = NULL;
	struct dump *dump = dump_of(cb);
	u32 index = 0;

	mutex_lock(&nest_mutex);
	cb->seq = nest_generation;
	while ((delegation = nest_delegation_next(delegation))) {
		if (!nest_pidns_within(delegation->death.pidns, dump->viewer) ||
		    index++ < dump->next)
			continue;
		if (dump_delegation(skb, cb, delegation))
			break;
		dump->next = index;
	}
	mutex_unlock(&nest_mutex);
	return skb->len;
}

/**
 * nest_start_read() - remember who asked for which image
 * @cb: the dump
 *
 * Return: 0, -EPERM for want of the capability, or as nest_target_of().
 */
int nest_start_read(struct netlink_callback *cb)
{
	struct nlattr **attrs = nest_dump_attrs(cb);
	struct dump *dump = dump_of(cb);
	struct pid_namespace *viewer = nest_own_pidns();
	struct pid_namespace *target;

	if (!netlink_ns_capable(cb->skb, viewer->user_ns, CAP_MAC_ADMIN)) {
		NL_SET_ERR_MSG(cb->extack,
			       "CAP_MAC_ADMIN is needed over the user namespace that owns the pid namespace");
		return -EPERM;
	}
	target = nest_target_of(attrs, cb->extack);
	if (IS_ERR(target))
		return PTR_ERR(target);
	dump->viewer = get_pid_ns(viewer);
	dump->target = target;
	dump->origin = attrs[NEST_A_ORIGIN] ?
		       nla_get_u32(attrs[NEST_A_ORIGIN]) : viewer->ns.inum;
	return 0;
}

static const struct nest_table *table_to_read(const struct dump *dump)
{
	struct nest_ns *ns = nest_ns_find(dump->target);
	const struct nest_layer *layer;

	if (!ns)
		return NULL;
	list_for_each_entry(layer, &ns->layers, link)
		if (layer->origin->ns.inum == dump->origin)
			return rcu_dereference_protected(layer->table, true);
	return NULL;
}

static int put_chunk(struct sk_buff *skb, const struct nest_table *table,
		     u32 offset)
{
	/* What the other attributes and the chunk's own header take. */
	const int other = 64;
	int room = skb_tailroom(skb) - other;
	u32 len;

	if (room <= 0)
		return -EMSGSIZE;
	len = min3(table->size - offset, (u32)room, 32768U);
	return nla_put_u64_64bit(skb, NEST_A_REVISION, table->revision,
				 NEST_A_PAD) ?:
	       nla_put_u32(skb, NEST_A_SIZE, table->size) ?:
	       nla_put_u32(skb, NEST_A_OFFSET, offset) ?:
	       nla_put(skb, NEST_A_CHUNK, len, table->image + offset) ?:
	       (int)len;
}

static int dump_chunk(struct sk_buff *skb, struct netlink_callback *cb,
		      const struct nest_table *table)
{
	struct dump *dump = dump_of(cb);
	void *header = put_header(skb, cb, NEST_CMD_LAYER_READ);
	int len;

	if (!header)
		return -EMSGSIZE;
	len = put_chunk(skb, table, dump->next);
	if (end_message(skb, header, min(len, 0)))
		return len;
	dump->next += len;
	return skb->len;
}

/**
 * nest_dump_image() - a layer's image, in pieces
 * @skb: the answer
 * @cb: the dump
 *
 * Context: takes nest_mutex.
 * Return: the length of the answer; 0 at the end; -ENOENT if there is no such
 * layer.
 */
int nest_dump_image(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dump *dump = dump_of(cb);
	const struct nest_table *table;
	int ret;

	mutex_lock(&nest_mutex);
	table = table_to_read(dump);
	if (!table)
		ret = -ENOENT;
	else if (dump->next >= table->size)
		ret = 0;
	else
		ret = dump_chunk(skb, cb, table);
	mutex_unlock(&nest_mutex);
	if (ret == -ENOENT)
		NL_SET_ERR_MSG(cb->extack, "no such layer");
	return ret;
}

static int put_mode(struct sk_buff *skb, const struct nest_subject *subject,
		    u32 index)
{
	const struct nest_layer *layer = subject->chain->layers[index];
	const struct nest_table *table;
	u32 domain, mode;

	table = nest_subject_domain(subject, index, &domain);
	if (!table) {
		mode = nest_binds(subject, layer) ? NEST_MODE_UNCONFINED :
						    NEST_MODE_EXEMPT;
		return nla_put_u32(skb, NEST_A_MODE, mode);
	}
	mode = mode_of(&table->policy.domains[domain]);
	return nla_put_u32(skb, NEST_A_MODE, mode) ?:
	       nla_put_string(skb, NEST_A_DOMAIN,
			      nest_policy_domain_name(&table->policy, domain));
}

static int put_label(struct sk_buff *skb, const struct nest_subject *subject,
		     u32 index)
{
	const struct nest_layer *layer = subject->chain->layers[index];
	struct nlattr *nest = nla_nest_start(skb, NEST_A_LABEL);

	if (!nest ||
	    nla_put_u32(skb, NEST_A_NS, layer->target->pidns->ns.inum) ||
	    nla_put_u32(skb, NEST_A_ORIGIN, layer->origin->ns.inum) ||
	    put_mode(skb, subject, index))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* Puts the labels of the layers that the viewer may see. */
static int put_labels(struct sk_buff *skb, const struct nest_subject *subject,
		      const struct pid_namespace *viewer)
{
	struct nlattr *nest = nla_nest_start(skb, NEST_A_LABELS);
	u32 i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < subject->chain->n; i++)
		if (is_visible(subject->chain->layers[i]->target, viewer) &&
		    put_label(skb, subject, i))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* The innermost layer is visible if any is. */
static bool has_visible_layer(const struct nest_subject *subject,
			      const struct pid_namespace *viewer)
{
	const struct nest_chain *chain = subject->chain;

	return chain->n && is_visible(chain->layers[chain->n - 1]->target,
				      viewer);
}

static int put_task(struct sk_buff *skb, struct task_struct *task,
		    struct pid *pid, const struct nest_subject *subject,
		    struct pid_namespace *viewer)
{
	char comm[TASK_COMM_LEN];

	get_task_comm(comm, task);
	return nla_put_u32(skb, NEST_A_PID, pid_nr_ns(pid, viewer)) ?:
	       nla_put_u32(skb, NEST_A_NS, ns_of_pid(pid)->ns.inum) ?:
	       nla_put_u32(skb, NEST_A_UID,
			   from_kuid_munged(viewer->user_ns, task_uid(task))) ?:
	       nla_put_string(skb, NEST_A_COMM, comm) ?:
	       put_labels(skb, subject, viewer);
}

/* The task may be exiting, and have lost its pid; @pid is still good. */
static int dump_task(struct sk_buff *skb, struct netlink_callback *cb,
		     struct pid *pid)
{
	struct task_struct *task = pid_task(pid, PIDTYPE_TGID);
	const struct dump *dump = dump_of(cb);
	struct nest_subject subject;
	void *header;

	if (!task || !(dump->all || uid_eq(task_uid(task), dump->uid)) ||
	    !nest_subject_task(&subject, task) ||
	    !has_visible_layer(&subject, dump->viewer))
		return 0;
	header = put_header(skb, cb, NEST_CMD_TASK_GET);
	if (!header)
		return -EMSGSIZE;
	return end_message(skb, header, put_task(skb, task, pid, &subject,
						 dump->viewer));
}

/**
 * nest_dump_tasks() - the viewer's tasks with their domains
 * @skb: the answer
 * @cb: the dump
 *
 * Return: the length of the answer; 0 at the end; -EMSGSIZE if not even one
 * task fits.
 */
int nest_dump_tasks(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dump *dump = dump_of(cb);
	int nr = dump->next;
	struct pid *pid;
	int err = 0;

	rcu_read_lock();
	while ((pid = idr_get_next(&dump->viewer->idr, &nr))) {
		err = dump_task(skb, cb, pid);
		if (err)
			break;
		nr++;
	}
	rcu_read_unlock();
	dump->next = nr;
	/* An empty message would be taken for the end. */
	return skb->len ?: err;
}
