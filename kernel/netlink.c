// SPDX-License-Identifier: GPL-2.0-only
/* The generic netlink family: its commands and what they take. */
#include <net/genetlink.h>
#include "nest.h"
#include "request.h"

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
	[NEST_A_AT_EXEC] = { .type = NLA_FLAG },
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

static int do_subscribe(struct sk_buff *skb, struct genl_info *info)
{
	int err;

	if (!netlink_ns_capable(skb, nest_own_pidns()->user_ns, CAP_MAC_ADMIN)) {
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

static u32 count_visible(const struct pid_namespace *viewer)
{
	struct nest_ns *ns = NULL;
	u32 n = 0;

	mutex_lock(&nest_mutex);
	while ((ns = nest_ns_next(ns)))
		if (nest_pidns_within(ns->pidns, viewer))
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
	       nla_put_u32(skb, NEST_A_BACKEND, nest_backend) ?:
	       nla_put_u32(skb, NEST_A_LAYERS, count_visible(nest_own_pidns())) ?:
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

static const struct genl_ops ops[] = {
	{
		.cmd = NEST_CMD_INFO,
		.doit = do_info,
	}, {
		.cmd = NEST_CMD_LAYER_LOAD,
		.doit = nest_do_load,
		.policy = load_policy,
		.maxattr = NEST_A_MAX,
	}, {
		.cmd = NEST_CMD_LAYER_DEL,
		.doit = nest_do_remove,
		.policy = target_policy,
		.maxattr = NEST_A_MAX,
	}, {
		.cmd = NEST_CMD_LAYER_GET,
		.start = nest_start_dump,
		.dumpit = nest_dump_layers,
		.done = nest_end_dump,
	}, {
		.cmd = NEST_CMD_LAYER_READ,
		.start = nest_start_read,
		.dumpit = nest_dump_image,
		.done = nest_end_dump,
		.policy = target_policy,
		.maxattr = NEST_A_MAX,
	}, {
		.cmd = NEST_CMD_TASK_GET,
		.start = nest_start_dump,
		.dumpit = nest_dump_tasks,
		.done = nest_end_dump,
	}, {
		.cmd = NEST_CMD_SUBSCRIBE,
		.doit = do_subscribe,
	}, {
		.cmd = NEST_CMD_DETACH,
		.doit = nest_do_detach,
	}, {
		.cmd = NEST_CMD_DELEGATE,
		.doit = nest_do_delegate,
		.policy = delegate_policy,
		.maxattr = NEST_A_MAX,
	}, {
		.cmd = NEST_CMD_WITHDRAW,
		.doit = nest_do_withdraw,
		.policy = withdraw_policy,
		.maxattr = NEST_A_MAX,
	}, {
		.cmd = NEST_CMD_DELEGATION_GET,
		.start = nest_start_dump,
		.dumpit = nest_dump_delegations,
		.done = nest_end_dump,
	}, {
		.cmd = NEST_CMD_DOMAIN_GET,
		.start = nest_start_domains,
		.dumpit = nest_dump_domains,
		.done = nest_end_dump,
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
