// SPDX-License-Identifier: GPL-2.0-only
/* Who may change which layers. */
#include <linux/user_namespace.h>
#include <net/genetlink.h>
#include <net/sock.h>
#include "nest.h"
#include "request.h"

/**
 * nest_own_pidns() - the pid namespace that the caller acts from
 *
 * Return: it, without a reference; it lives as long as the caller.
 */
struct pid_namespace *nest_own_pidns(void)
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

/**
 * nest_check_admin() - may the sender administer its own pid namespace?
 * @skb: the request
 * @extack: told why not
 *
 * The sender must be capable over the user namespace that owns the pid
 * namespace, and so must whoever opened the socket.
 *
 * Return: 0, or -EPERM for want of the capability, or because loading from
 * user namespaces is turned off.
 */
int nest_check_admin(struct sk_buff *skb, struct netlink_ext_ack *extack)
{
	struct user_namespace *owner = nest_own_pidns()->user_ns;
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

/**
 * nest_target_of() - the pid namespace that a request is about
 * @attrs: the request's; without a process it is the caller's own
 * @extack: told what is wrong
 *
 * Return: the namespace, for put_pid_ns(); or an error pointer: -EINVAL if
 * process and inode number were not given together, -ESRCH if there is no such
 * process, or it is in another namespace than said.
 */
struct pid_namespace *nest_target_of(struct nlattr **attrs,
				     struct netlink_ext_ack *extack)
{
	if (!attrs[NEST_A_PID] && !attrs[NEST_A_NS])
		return get_pid_ns(nest_own_pidns());
	if (!attrs[NEST_A_PID] || !attrs[NEST_A_NS]) {
		NL_SET_ERR_MSG(extack,
			       "a process and its pid namespace go together");
		return ERR_PTR(-EINVAL);
	}
	return pidns_of(attrs, extack);
}

/**
 * nest_writable_target() - the pid namespace whose layers are to be changed
 * @attrs: the request's
 * @extack: told what is wrong
 *
 * Return: as nest_target_of(), and -EINVAL for the initial pid namespace.
 */
struct pid_namespace *nest_writable_target(struct nlattr **attrs,
					   struct netlink_ext_ack *extack)
{
	struct pid_namespace *target = nest_target_of(attrs, extack);

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
	delegation = nest_delegation_of(nest_own_pidns());
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

/* By what right the sender changes a layer: an administrator's or a delegate's. */
static int find_right(struct sk_buff *skb, struct netlink_ext_ack *extack,
		      struct nest_right *right)
{
	struct pid_namespace *by;
	kuid_t uid;

	right->from = nest_own_pidns();
	right->delegate = INVALID_UID;
	if (!find_delegation(&by, &uid) ||
	    netlink_ns_capable(skb, right->from->user_ns, CAP_MAC_ADMIN))
		return nest_check_admin(skb, extack);
	right->delegate = uid;
	return check_delegate(skb, extack, by, uid);
}

/**
 * nest_target_to_change() - the pid namespace whose layer the sender may change
 * @skb: the request
 * @info: its attributes
 * @right: filled in: by what right
 *
 * Context: takes nest_mutex.
 * Return: as nest_writable_target(), and -EPERM without a right, or where it
 * does not extend to the namespace.
 */
struct pid_namespace *nest_target_to_change(struct sk_buff *skb,
					    struct genl_info *info,
					    struct nest_right *right)
{
	struct pid_namespace *target;
	int err;

	err = find_right(skb, info->extack, right);
	if (err)
		return ERR_PTR(err);
	target = nest_writable_target(info->attrs, info->extack);
	if (IS_ERR(target) || !uid_valid(right->delegate) ||
	    target == right->from)
		return target;
	put_pid_ns(target);
	NL_SET_ERR_MSG(info->extack,
		       "a delegate may change the own layer of its pid namespace alone");
	return ERR_PTR(-EPERM);
}
