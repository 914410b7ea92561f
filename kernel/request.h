/* SPDX-License-Identifier: GPL-2.0-only */
/* The pieces of the netlink family: netlink.c has the table of commands. */
#ifndef NEST_REQUEST_H
#define NEST_REQUEST_H

struct genl_info;
struct nest_right;
struct netlink_callback;
struct netlink_ext_ack;
struct nlattr;
struct pid_namespace;
struct sk_buff;

/* authority.c */
struct pid_namespace *nest_own_pidns(void);
int nest_check_admin(struct sk_buff *skb, struct netlink_ext_ack *extack);
struct pid_namespace *nest_target_of(struct nlattr **attrs,
				     struct netlink_ext_ack *extack);
struct pid_namespace *nest_writable_target(struct nlattr **attrs,
					   struct netlink_ext_ack *extack);
struct pid_namespace *nest_target_to_change(struct sk_buff *skb,
					    struct genl_info *info,
					    struct nest_right *right);

/* request.c */
int nest_do_load(struct sk_buff *skb, struct genl_info *info);
int nest_do_remove(struct sk_buff *skb, struct genl_info *info);
int nest_do_delegate(struct sk_buff *skb, struct genl_info *info);
int nest_do_withdraw(struct sk_buff *skb, struct genl_info *info);
int nest_do_detach(struct sk_buff *skb, struct genl_info *info);

/* dump.c */
int nest_start_dump(struct netlink_callback *cb);
int nest_end_dump(struct netlink_callback *cb);
int nest_start_read(struct netlink_callback *cb);
int nest_start_domains(struct netlink_callback *cb);
int nest_dump_layers(struct sk_buff *skb, struct netlink_callback *cb);
int nest_dump_domains(struct sk_buff *skb, struct netlink_callback *cb);
int nest_dump_delegations(struct sk_buff *skb, struct netlink_callback *cb);
int nest_dump_image(struct sk_buff *skb, struct netlink_callback *cb);
int nest_dump_tasks(struct sk_buff *skb, struct netlink_callback *cb);

#endif
