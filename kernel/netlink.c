// SPDX-License-Identifier: GPL-2.0-only
/* The generic netlink family: who may ask for what, and the answers. */
#include <linux/file.h>
#include <linux/magic.h>
#include <linux/memfd.h>
#include <linux/mm.h>
#include <linux/shmem_fs.h>
#include <linux/user_namespace.h>
#include <net/genetlink.h>
#include <net/sock.h>
#include "nest.h"
#include "subject.h"

static const struct nla_policy target_policy[NEST_A_MAX + 1] = {
	[NEST_A_PID] = NLA_POLICY_MIN(NLA_U32, 1),
	[NEST_A_NS] = { .type = NLA_U32 },
	[NEST_A_ORIGIN] = { .type = NLA_U32 },
	[NEST_A_REVISION] = { .type = NLA_U64 },
};

static const struct nla_policy load_policy[NEST_A_MAX + 1] = {
	[NEST_A_PID] = NLA_POLICY_MIN(NLA_U32, 1),
	[NEST_A_NS] = { .type = NLA_U32 },
	[NEST_A_IMAGE_FD] = { .type = NLA_U32 },
	[NEST_A_NAME] = { .type = NLA_NUL_STRING, .len = NEST_LAYER_NAME - 1 },
	[NEST_A_REVISION] = { .type = NLA_U64 },
};

static const struct nla_policy delegate_policy[NEST_A_MAX + 1] = {
	[NEST_A_PID] = NLA_POLICY_MIN(NLA_U32, 1),
	[NEST_A_NS] = { .type = NLA_U32 },
	[NEST_A_UID] = { .type = NLA_U32 },
};

static const struct nla_policy withdraw_policy[NEST_A_MAX + 1] = {
	[NEST_A_PID] = NLA_POLICY_MIN(NLA_U32, 1),
	[NEST_A_NS] = { .type = NLA_U32 },
};

static struct pid_namespace *own_pidns(void)
{
	return ns_of_pid(task_pid(current));
}

/* Whether what is owned by a user namespace may serve to load layers. */
static int check_owner(const struct user_namespace *owner,
		       struct netlink_ext_ack *extack)
{
	if (owner == &init_user_ns || nest_unprivileged)
		return 0;
	NL_SET_ERR_MSG(extack, "loading from user namespaces is turned off");
	return -EPERM;
}

/*
 * Whoever loads or removes must be capable over the user namespace that owns
 * the pid namespace it acts from, and so must whoever opened the socket.
 */
static int check_admin(struct sk_buff *skb, struct netlink_ext_ack *extack)
{
	struct user_namespace *owner = own_pidns()->user_ns;
	int err = check_owner(owner, extack);

	if (err)
		return err;
	if (!netlink_ns_capable(skb, owner, CAP_MAC_ADMIN)) {
		NL_SET_ERR_MSG(extack,
			       "CAP_MAC_ADMIN is needed over the user namespace that owns the pid namespace");
		return -EPERM;
	}
	return 0;
}

/* The pid namespace of a process that the caller names by its pid. */
static struct pid_namespace *pidns_of(struct nlattr **attrs,
				      struct netlink_ext_ack *extack)
{
	struct pid_namespace *pidns = NULL;
	struct pid *pid;

	rcu_read_lock();
	pid = find_vpid(nla_get_u32(attrs[NEST_A_PID]));
	if (pid && pid_task(pid, PIDTYPE_PID))
		pidns = get_pid_ns(ns_of_pid(pid));
	rcu_read_unlock();
	if (!pidns) {
		NL_SET_ERR_MSG_ATTR(extack, attrs[NEST_A_PID],
				    "no such process");
		return ERR_PTR(-ESRCH);
	}
	if (pidns->ns.inum != nla_get_u32(attrs[NEST_A_NS])) {
		put_pid_ns(pidns);
		NL_SET_ERR_MSG_ATTR(extack, attrs[NEST_A_NS],
				    "the process is in another pid namespace: the pid was recycled");
		return ERR_PTR(-ESRCH);
	}
	return pidns;
}

/* The namespace that a request is about. The caller puts the reference. */
static struct pid_namespace *target_of(struct nlattr **attrs,
				       struct netlink_ext_ack *extack)
{
	if (!attrs[NEST_A_PID] && !attrs[NEST_A_NS])
		return get_pid_ns(own_pidns());
	if (!attrs[NEST_A_PID] || !attrs[NEST_A_NS]) {
		NL_SET_ERR_MSG(extack,
			       "a process and its pid namespace go together");
		return ERR_PTR(-EINVAL);
	}
	return pidns_of(attrs, extack);
}

static struct pid_namespace *writable_target(struct nlattr **attrs,
					     struct netlink_ext_ack *extack)
{
	struct pid_namespace *target = target_of(attrs, extack);

	if (target == &init_pid_ns) {
		put_pid_ns(target);
		NL_SET_ERR_MSG(extack,
			       "the initial pid namespace takes no layers; name a container's process");
		return ERR_PTR(-EINVAL);
	}
	return target;
}

/* Whether it is delegated to somebody, from where, and to whom. */
static bool find_delegation(struct pid_namespace **by, kuid_t *uid)
{
	const struct nest_delegation *delegation;

	mutex_lock(&nest_mutex);
	delegation = nest_delegation_of(own_pidns());
	if (delegation) {
		*by = delegation->by;
		*uid = delegation->uid;
	}
	mutex_unlock(&nest_mutex);
	return delegation;
}

/*
 * A delegate is a user, whatever its capabilities: so a domain that must not
 * administer policy is asked here.
 */
static int check_delegate(struct sk_buff *skb, struct netlink_ext_ack *extack,
			  const struct pid_namespace *by, kuid_t uid)
{
	const struct socket *sock = NETLINK_CB(skb).sk->sk_socket;

	if (!uid_eq(current_euid(), uid)) {
		NL_SET_ERR_MSG(extack,
			       "the own layer of this pid namespace is delegated to another user");
		return -EPERM;
	}
	if (!sock->file || !uid_eq(sock->file->f_cred->euid, uid)) {
		NL_SET_ERR_MSG(extack,
			       "the socket was opened by another user than the delegate");
		return -EPERM;
	}
	if (!nest_layers_allow(CAP_MAC_ADMIN)) {
		NL_SET_ERR_MSG(extack,
			       "the delegate's domain does not allow capability mac_admin");
		return -EPERM;
	}
	return check_owner(by->user_ns, extack);
}

/* By what right the caller changes a layer. */
static int right_to_change(struct sk_buff *skb, struct netlink_ext_ack *extack,
			   struct nest_right *right)
{
	struct pid_namespace *by;
	kuid_t uid;

	right->from = own_pidns();
	right->delegate = INVALID_UID;
	if (!find_delegation(&by, &uid) ||
	    netlink_ns_capable(skb, right->from->user_ns, CAP_MAC_ADMIN))
		return check_admin(skb, extack);
	right->delegate = uid;
	return check_delegate(skb, extack, by, uid);
}

/* What the right extends to. The caller puts the reference. */
static struct pid_namespace *target_of_right(struct nlattr **attrs,
					     struct netlink_ext_ack *extack,
					     const struct nest_right *right)
{
	struct pid_namespace *target = writable_target(attrs, extack);

	if (IS_ERR(target) || !uid_valid(right->delegate) ||
	    target == right->from)
		return target;
	put_pid_ns(target);
	NL_SET_ERR_MSG(extack,
		       "a delegate may change the own layer of its pid namespace alone");
	return ERR_PTR(-EPERM);
}

static int check_memfd(struct file *file, struct netlink_ext_ack *extack)
{
	const unsigned int seals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK;
	struct inode *inode = file_inode(file);

	/* Another file system could keep the reader waiting for ever. */
	if (inode->i_sb->s_magic != TMPFS_MAGIC || !S_ISREG(inode->i_mode) ||
	    !(file->f_mode & FMODE_READ)) {
		NL_SET_ERR_MSG(extack, "image is not in a readable memfd");
		return -EINVAL;
	}
	if ((SHMEM_I(inode)->seals & seals) != seals) {
		NL_SET_ERR_MSG(extack,
			       "memfd is not sealed against write, grow and shrink");
		return -EINVAL;
	}
	if (i_size_read(inode) == 0) {
		NL_SET_ERR_MSG(extack, "image is empty");
		return -EINVAL;
	}
	if (i_size_read(inode) > nest_limits.size) {
		NL_SET_ERR_MSG(extack,
			       "image is larger than the module parameter max_size permits");
		return -EFBIG;
	}
	return 0;
}

/* Says which byte of the image is at fault, too. */
static void set_image_error(struct netlink_ext_ack *extack,
			    const struct nest_policy_error *error)
{
	extack->_msg = error->reason;
	memcpy(extack->cookie, &error->offset, sizeof(error->offset));
	extack->cookie_len = sizeof(error->offset);
}

static struct nest_table *read_table(struct file *file,
				     struct netlink_ext_ack *extack)
{
	struct nest_policy_error error = { };
	struct nest_table *table;
	size_t size;
	loff_t pos = 0;
	void *image;
	int err;

	err = check_memfd(file, extack);
	if (err)
		return ERR_PTR(err);
	size = i_size_read(file_inode(file));
	image = kvmalloc(size, GFP_KERNEL_ACCOUNT);
	if (!image)
		return ERR_PTR(-ENOMEM);
	if (kernel_read(file, image, size, &pos) != size) {
		NL_SET_ERR_MSG(extack, "image could not be read");
		table = ERR_PTR(-EIO);
	} else {
		table = nest_table_new(image, size, &error);
	}
	if (IS_ERR(table)) {
		kvfree(image);
		if (error.reason)
			set_image_error(extack, &error);
	}
	return table;
}

static struct nest_table *table_of(struct genl_info *info)
{
	struct nest_table *table;
	struct file *file;

	if (GENL_REQ_ATTR_CHECK(info, NEST_A_IMAGE_FD)) {
		NL_SET_ERR_MSG(info->extack, "no image given");
		return ERR_PTR(-EINVAL);
	}
	file = fget(nla_get_u32(info->attrs[NEST_A_IMAGE_FD]));
	if (!file) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[NEST_A_IMAGE_FD],
				    "no such open file");
		return ERR_PTR(-EBADF);
	}
	table = read_table(file, info->extack);
	fput(file);
	return table;
}

static const u64 *revision_of(struct genl_info *info, u64 *revision)
{
	if (!info->attrs[NEST_A_REVISION])
		return NULL;
	*revision = nla_get_u64(info->attrs[NEST_A_REVISION]);
	return revision;
}

static void explain(struct netlink_ext_ack *extack, int err)
{
	switch (err) {
	case -ENODEV:
		NL_SET_ERR_MSG(extack, "nest is detached from the kernel");
		break;
	case -ESTALE:
		NL_SET_ERR_MSG(extack,
			       "the layer's revision is not the expected one");
		break;
	case -ESRCH:
		NL_SET_ERR_MSG(extack, "the pid namespace is dead");
		break;
	case -EUSERS:
		NL_SET_ERR_MSG(extack, "too many layers on one chain");
		break;
	case -ENOSPC:
		NL_SET_ERR_MSG(extack,
			       "the layer has seen too many names of domains; remove it first");
		break;
	case -ENOENT:
		NL_SET_ERR_MSG(extack, "no such layer");
		break;
	case -EACCES:
		NL_SET_ERR_MSG(extack, "the delegation was withdrawn");
		break;
	}
}

static struct nlattr *put_revision(struct sk_buff *reply,
				   struct genl_info *info, void **header)
{
	*header = genlmsg_put_reply(reply, info, &nest_genl_family, 0,
				    NEST_CMD_LAYER_LOAD);
	return *header ? nla_reserve_64bit(reply, NEST_A_REVISION, sizeof(u64),
					   NEST_A_PAD) : NULL;
}

/* The answer is made first: nothing may fail once the layer is in force. */
static int load(struct genl_info *info, struct pid_namespace *target,
		const struct nest_right *right, struct nest_table *table)
{
	struct sk_buff *reply = genlmsg_new(nla_total_size_64bit(sizeof(u64)),
					    GFP_KERNEL);
	const char *name = NULL;
	u64 expected, revision;
	struct nlattr *answer;
	void *header;
	int err;

	if (!reply)
		return -ENOMEM;
	err = -EMSGSIZE;
	answer = put_revision(reply, info, &header);
	if (!answer)
		goto err_reply;
	if (info->attrs[NEST_A_NAME])
		name = nla_data(info->attrs[NEST_A_NAME]);
	err = nest_layer_load(target, right, table, name,
			      revision_of(info, &expected), &revision);
	if (err)
		goto err_reply;
	memcpy(nla_data(answer), &revision, sizeof(revision));
	genlmsg_end(reply, header);
	/* The caller may have closed its socket; the layer stays. */
	genlmsg_reply(reply, info);
	return 0;

err_reply:
	nlmsg_free(reply);
	return err;
}

static int do_load(struct sk_buff *skb, struct genl_info *info)
{
	struct pid_namespace *target;
	struct nest_table *table;
	struct nest_right right;
	int err;

	err = right_to_change(skb, info->extack, &right);
	if (err)
		return err;
	target = target_of_right(info->attrs, info->extack, &right);
	if (IS_ERR(target))
		return PTR_ERR(target);
	table = table_of(info);
	if (IS_ERR(table)) {
		err = PTR_ERR(table);
		goto out_target;
	}
	err = load(info, target, &right, table);
	if (err) {
		nest_table_free(table);
		explain(info->extack, err);
	}
out_target:
	put_pid_ns(target);
	return err;
}

/* The caller's own pid namespace, or the target, or NULL. */
static struct pid_namespace *origin_to_remove(struct genl_info *info,
					      struct pid_namespace *target)
{
	const struct nlattr *origin = info->attrs[NEST_A_ORIGIN];

	if (!origin || nla_get_u32(origin) == own_pidns()->ns.inum)
		return own_pidns();
	return nla_get_u32(origin) == target->ns.inum ? target : NULL;
}

static int remove(struct genl_info *info, struct pid_namespace *target,
		  const struct nest_right *right)
{
	struct pid_namespace *origin = origin_to_remove(info, target);
	int err = -EPERM;
	u64 expected;

	if (origin)
		err = nest_layer_remove(target, origin, right,
					revision_of(info, &expected));
	if (err == -EPERM)
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[NEST_A_ORIGIN],
				    "only from the pid namespace that loaded it, or delegated it, can a layer be removed");
	explain(info->extack, err);
	return err;
}

static int do_remove(struct sk_buff *skb, struct genl_info *info)
{
	struct pid_namespace *target;
	struct nest_right right;
	int err;

	err = right_to_change(skb, info->extack, &right);
	if (err)
		return err;
	target = target_of_right(info->attrs, info->extack, &right);
	if (IS_ERR(target))
		return PTR_ERR(target);
	err = remove(info, target, &right);
	put_pid_ns(target);
	return err;
}

/*
 * The pid namespace whose layer is to be delegated, or was. The caller puts the
 * reference.
 */
static struct pid_namespace *delegated_target(struct genl_info *info)
{
	struct pid_namespace *target = writable_target(info->attrs,
						       info->extack);

	if (target != own_pidns())
		return target;
	put_pid_ns(target);
	NL_SET_ERR_MSG(info->extack,
		       "a pid namespace is delegated from outside of it alone; name a process of a container");
	return ERR_PTR(-EPERM);
}

/* The user named, or root of the user namespace that owns the target. */
static int uid_of(struct genl_info *info, const struct pid_namespace *target,
		  kuid_t *uid)
{
	struct nlattr *attr = info->attrs[NEST_A_UID];

	if (!attr) {
		*uid = make_kuid(target->user_ns, 0);
		if (uid_valid(*uid))
			return 0;
		NL_SET_ERR_MSG(info->extack,
			       "the container's user namespace has no root; name a uid");
		return -EINVAL;
	}
	*uid = make_kuid(own_pidns()->user_ns, nla_get_u32(attr));
	if (uid_valid(*uid))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr,
			    "the uid has no mapping in the caller's user namespace");
	return -EINVAL;
}

static void explain_delegation(struct netlink_ext_ack *extack, int err)
{
	if (err == -ENOENT)
		NL_SET_ERR_MSG(extack, "the layer is not delegated");
	else if (err == -EPERM)
		NL_SET_ERR_MSG(extack,
			       "the layer was delegated from a pid namespace further out");
	else
		explain(extack, err);
}

static int do_delegate(struct sk_buff *skb, struct genl_info *info)
{
	struct pid_namespace *target;
	kuid_t uid;
	int err;

	err = check_admin(skb, info->extack);
	if (err)
		return err;
	target = delegated_target(info);
	if (IS_ERR(target))
		return PTR_ERR(target);
	err = uid_of(info, target, &uid);
	if (!err) {
		err = nest_delegate(target, own_pidns(), uid);
		explain_delegation(info->extack, err);
	}
	put_pid_ns(target);
	return err;
}

static int do_withdraw(struct sk_buff *skb, struct genl_info *info)
{
	struct pid_namespace *target;
	int err;

	err = check_admin(skb, info->extack);
	if (err)
		return err;
	target = delegated_target(info);
	if (IS_ERR(target))
		return PTR_ERR(target);
	err = nest_withdraw(target, own_pidns());
	explain_delegation(info->extack, err);
	put_pid_ns(target);
	return err;
}

static int do_subscribe(struct sk_buff *skb, struct genl_info *info)
{
	int err;

	if (!netlink_ns_capable(skb, own_pidns()->user_ns, CAP_MAC_ADMIN)) {
		NL_SET_ERR_MSG(info->extack,
			       "CAP_MAC_ADMIN is needed over the user namespace that owns the pid namespace");
		return -EPERM;
	}
	err = nest_subscribe(genl_info_net(info), info->snd_portid);
	if (err == -EEXIST)
		NL_SET_ERR_MSG(info->extack, "this socket is subscribed");
	else if (err == -EUSERS)
		NL_SET_ERR_MSG(info->extack,
			       "too many subscribers in this pid namespace");
	return err;
}

static int do_detach(struct sk_buff *skb, struct genl_info *info)
{
	int err;

	if (own_pidns() != &init_pid_ns ||
	    !netlink_capable(skb, CAP_MAC_ADMIN)) {
		NL_SET_ERR_MSG(info->extack,
			       "only the host's administrator can detach nest");
		return -EPERM;
	}
	err = nest_detach();
	if (err == -EBUSY)
		NL_SET_ERR_MSG(info->extack, "a layer is in force");
	explain(info->extack, err);
	return err;
}

static bool is_visible(const struct nest_ns *ns,
		       const struct pid_namespace *viewer)
{
	return nest_pidns_within(ns->pidns, viewer);
}

static u32 count_visible(const struct pid_namespace *viewer)
{
	struct nest_ns *ns = NULL;
	u32 n = 0;

	mutex_lock(&nest_mutex);
	while ((ns = nest_ns_next(ns)))
		if (is_visible(ns, viewer))
			n += list_count_nodes(&ns->layers);
	mutex_unlock(&nest_mutex);
	return n;
}

static int put_info(struct sk_buff *skb)
{
	return nla_put_u32(skb, NEST_A_ABI, NEST_GENL_VERSION) ?:
	       nla_put_u32(skb, NEST_A_POLICY_VERSION, NEST_POLICY_VERSION) ?:
	       nla_put_string(skb, NEST_A_RELEASE, NEST_RELEASE) ?:
	       nla_put_u32(skb, NEST_A_ATTACHED, nest_attached()) ?:
	       nla_put_u32(skb, NEST_A_LAYERS, count_visible(own_pidns())) ?:
	       nla_put_u32(skb, NEST_A_LAYERS_MAX, NEST_LAYERS_MAX) ?:
	       nla_put_u32(skb, NEST_A_SIZE_MAX, nest_limits.size) ?:
	       nla_put_u32(skb, NEST_A_UNPRIVILEGED, nest_unprivileged);
}

static int do_info(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	void *header;

	if (!reply)
		return -ENOMEM;
	header = genlmsg_put_reply(reply, info, &nest_genl_family, 0,
				   NEST_CMD_INFO);
	if (!header || put_info(reply)) {
		nlmsg_free(reply);
		return -EMSGSIZE;
	}
	genlmsg_end(reply, header);
	return genlmsg_reply(reply, info);
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

static int start_dump(struct netlink_callback *cb)
{
	struct dump *dump = dump_of(cb);

	dump->viewer = get_pid_ns(own_pidns());
	dump->uid = current_uid();
	dump->all = netlink_ns_capable(cb->skb, dump->viewer->user_ns,
				       CAP_MAC_ADMIN);
	cb->min_dump_alloc = DUMP_ALLOC;
	return 0;
}

static int end_dump(struct netlink_callback *cb)
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

static int put_layer(struct sk_buff *skb, const struct nest_layer *layer,
		     struct pid_namespace *viewer)
{
	const struct nest_table *table =
		rcu_dereference_protected(layer->table,
					  lockdep_is_held(&nest_mutex));
	const struct nest_policy_extent *domains =
		&table->policy.header->section[NEST_SECTION_DOMAINS];
	const struct nest_ns *ns = layer->target;

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
	       nla_put_u64_64bit(skb, NEST_A_DENIALS,
				 atomic64_read(&layer->denials), NEST_A_PAD) ?:
	       nla_put_u64_64bit(skb, NEST_A_LOST, atomic64_read(&layer->lost),
				 NEST_A_PAD);
}

static int dump_layer(struct sk_buff *skb, struct netlink_callback *cb,
		      const struct nest_layer *layer)
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

static int dump_layers(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dump *dump = dump_of(cb);
	const struct nest_layer *layer;
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

static int dump_delegations(struct sk_buff *skb, struct netlink_callback *cb)
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

static int start_read(struct netlink_callback *cb)
{
	struct nlattr **attrs = nest_dump_attrs(cb);
	struct dump *dump = dump_of(cb);
	struct pid_namespace *viewer = own_pidns();
	struct pid_namespace *target;

	if (!netlink_ns_capable(cb->skb, viewer->user_ns, CAP_MAC_ADMIN)) {
		NL_SET_ERR_MSG(cb->extack,
			       "CAP_MAC_ADMIN is needed over the user namespace that owns the pid namespace");
		return -EPERM;
	}
	target = target_of(attrs, cb->extack);
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

static int dump_image(struct sk_buff *skb, struct netlink_callback *cb)
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

static u32 mode_of(const struct nest_policy_domain *domain)
{
	u32 flags = le32_to_cpu(domain->flags);

	if (flags & NEST_DOMAIN_COMPLAIN)
		return NEST_MODE_COMPLAIN;
	return flags & NEST_DOMAIN_KILL ? NEST_MODE_KILL : NEST_MODE_ENFORCE;
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

static int dump_tasks(struct sk_buff *skb, struct netlink_callback *cb)
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

static const struct genl_ops ops[] = {
	{
		.cmd = NEST_CMD_INFO,
		.doit = do_info,
	}, {
		.cmd = NEST_CMD_LAYER_LOAD,
		.doit = do_load,
		.policy = load_policy,
		.maxattr = NEST_A_MAX,
	}, {
		.cmd = NEST_CMD_LAYER_DEL,
		.doit = do_remove,
		.policy = target_policy,
		.maxattr = NEST_A_MAX,
	}, {
		.cmd = NEST_CMD_LAYER_GET,
		.start = start_dump,
		.dumpit = dump_layers,
		.done = end_dump,
	}, {
		.cmd = NEST_CMD_LAYER_READ,
		.start = start_read,
		.dumpit = dump_image,
		.done = end_dump,
		.policy = target_policy,
		.maxattr = NEST_A_MAX,
	}, {
		.cmd = NEST_CMD_TASK_GET,
		.start = start_dump,
		.dumpit = dump_tasks,
		.done = end_dump,
	}, {
		.cmd = NEST_CMD_SUBSCRIBE,
		.doit = do_subscribe,
	}, {
		.cmd = NEST_CMD_DETACH,
		.doit = do_detach,
	}, {
		.cmd = NEST_CMD_DELEGATE,
		.doit = do_delegate,
		.policy = delegate_policy,
		.maxattr = NEST_A_MAX,
	}, {
		.cmd = NEST_CMD_WITHDRAW,
		.doit = do_withdraw,
		.policy = withdraw_policy,
		.maxattr = NEST_A_MAX,
	}, {
		.cmd = NEST_CMD_DELEGATION_GET,
		.start = start_dump,
		.dumpit = dump_delegations,
		.done = end_dump,
	},
};

struct genl_family nest_genl_family = {
	.name = NEST_GENL_NAME,
	.version = NEST_GENL_VERSION,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.ops = ops,
	.n_ops = ARRAY_SIZE(ops),
	.resv_start_op = NEST_CMD_MAX + 1,
};

/**
 * nest_netlink_init() - register the family
 *
 * Return: 0 or what genl_register_family() says.
 */
int nest_netlink_init(void)
{
	return genl_register_family(&nest_genl_family);
}

/**
 * nest_netlink_exit() - unregister the family
 *
 * No request is in progress after this.
 */
void nest_netlink_exit(void)
{
	genl_unregister_family(&nest_genl_family);
}
