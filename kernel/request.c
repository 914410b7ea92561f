// SPDX-License-Identifier: GPL-2.0-only
/* Requests that change something: layers, delegations, the attachment. */
#include <linux/file.h>
#include <linux/magic.h>
#include <linux/memfd.h>
#include <linux/mm.h>
#include <linux/shmem_fs.h>
#include <net/genetlink.h>
#include "nest.h"
#include "request.h"

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
	case -EEXIST:
		NL_SET_ERR_MSG(extack,
			       "the container has a layer: only its first one can wait for an exec");
		break;
	case -EBUSY:
		NL_SET_ERR_MSG(extack,
			       "the container's first process has executed a program already");
		break;
	case -ENOENT:
		NL_SET_ERR_MSG(extack, "no such layer");
		break;
	case -EACCES:
		NL_SET_ERR_MSG(extack, "the delegation was withdrawn");
		break;
	case -EKEYREJECTED:
		NL_SET_ERR_MSG(extack,
			       "the host's security module does not confine the container, as require_host_mac demands");
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
static int put_in_force(struct genl_info *info, struct pid_namespace *target,
			const struct nest_right *right, struct nest_load *load)
{
	struct sk_buff *reply = genlmsg_new(nla_total_size_64bit(sizeof(u64)),
					    GFP_KERNEL);
	struct nlattr *answer;
	void *header;
	int err;

	if (!reply)
		return -ENOMEM;
	err = -EMSGSIZE;
	answer = put_revision(reply, info, &header);
	if (!answer)
		goto err_reply;
	err = nest_layer_load(target, right, load);
	if (err)
		goto err_reply;
	memcpy(nla_data(answer), &load->revision, sizeof(load->revision));
	genlmsg_end(reply, header);
	/* The caller may have closed its socket; the layer stays. */
	genlmsg_reply(reply, info);
	return 0;

err_reply:
	nlmsg_free(reply);
	return err;
}

/**
 * nest_do_load() - put a layer in force, or replace it
 * @skb: the request
 * @info: its attributes
 *
 * Return: 0, or an error that Documentation/userspace-api.rst lists.
 */
int nest_do_load(struct sk_buff *skb, struct genl_info *info)
{
	struct nest_load load = {
		.at_exec = nla_get_flag(info->attrs[NEST_A_AT_EXEC]),
	};
	struct pid_namespace *target;
	struct nest_right right;
	u64 expected;
	int err;

	target = nest_target_to_change(skb, info, &right);
	if (IS_ERR(target))
		return PTR_ERR(target);
	load.table = table_of(info);
	if (IS_ERR(load.table)) {
		err = PTR_ERR(load.table);
		goto out_target;
	}
	load.expected = revision_of(info, &expected);
	if (info->attrs[NEST_A_NAME])
		load.name = nla_data(info->attrs[NEST_A_NAME]);
	err = put_in_force(info, target, &right, &load);
	if (err) {
		nest_table_free(load.table);
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

	if (!origin || nla_get_u32(origin) == nest_own_pidns()->ns.inum)
		return nest_own_pidns();
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

/**
 * nest_do_remove() - take a layer out of force
 * @skb: the request
 * @info: its attributes
 *
 * Return: as nest_do_load().
 */
int nest_do_remove(struct sk_buff *skb, struct genl_info *info)
{
	struct pid_namespace *target;
	struct nest_right right;
	int err;

	target = nest_target_to_change(skb, info, &right);
	if (IS_ERR(target))
		return PTR_ERR(target);
	err = remove(info, target, &right);
	put_pid_ns(target);
	return err;
}

/*
 * The pid namespace whose layer the sender may delegate, or did. The caller puts
 * the reference.
 */
static struct pid_namespace *delegated_target(struct sk_buff *skb,
					      struct genl_info *info)
{
	struct pid_namespace *target;
	int err;

	err = nest_check_admin(skb, info->extack);
	if (err)
		return ERR_PTR(err);
	target = nest_writable_target(info->attrs, info->extack);
	if (target != nest_own_pidns())
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
	*uid = make_kuid(nest_own_pidns()->user_ns, nla_get_u32(attr));
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

/**
 * nest_do_delegate() - let a user load the own layer of a container
 * @skb: the request
 * @info: its attributes
 *
 * Return: as nest_do_load().
 */
int nest_do_delegate(struct sk_buff *skb, struct genl_info *info)
{
	struct pid_namespace *target;
	kuid_t uid;
	int err;

	target = delegated_target(skb, info);
	if (IS_ERR(target))
		return PTR_ERR(target);
	err = uid_of(info, target, &uid);
	if (!err) {
		err = nest_delegate(target, nest_own_pidns(), uid);
		explain_delegation(info->extack, err);
	}
	put_pid_ns(target);
	return err;
}

/**
 * nest_do_withdraw() - take such a delegation back
 * @skb: the request
 * @info: its attributes
 *
 * Return: as nest_do_load().
 */
int nest_do_withdraw(struct sk_buff *skb, struct genl_info *info)
{
	struct pid_namespace *target;
	int err;

	target = delegated_target(skb, info);
	if (IS_ERR(target))
		return PTR_ERR(target);
	err = nest_withdraw(target, nest_own_pidns());
	explain_delegation(info->extack, err);
	put_pid_ns(target);
	return err;
}

/**
 * nest_do_detach() - make the module unloadable
 * @skb: the request
 * @info: its attributes
 *
 * Return: as nest_do_load().
 */
int nest_do_detach(struct sk_buff *skb, struct genl_info *info)
{
	int err;

	if (nest_own_pidns() != &init_pid_ns ||
	    !netlink_capable(skb, CAP_MAC_ADMIN)) {
		NL_SET_ERR_MSG(info->extack,
			       "only the host's administrator can detach nest");
		return -EPERM;
	}
	err = nest_detach();
	if (err == -EBUSY)
		NL_SET_ERR_MSG(info->extack, "a layer is in force");
	else if (err == -EOPNOTSUPP)
		NL_SET_ERR_MSG(info->extack,
			       "nest is built into this kernel and stays attached");
	explain(info->extack, err);
	return err;
}
