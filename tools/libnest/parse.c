// SPDX-License-Identifier: GPL-2.0-or-later
/* From attributes to structs. */
#include <errno.h>
#include <netlink/genl/genl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static struct nla_policy policy[NEST_A_MAX + 1] = {
	[NEST_A_PID]		= { .type = NLA_U32 },
	[NEST_A_NS]		= { .type = NLA_U32 },
	[NEST_A_ORIGIN]		= { .type = NLA_U32 },
	[NEST_A_NAME]		= { .type = NLA_STRING },
	[NEST_A_REVISION]	= { .type = NLA_U64 },
	[NEST_A_LEVEL]		= { .type = NLA_U32 },
	[NEST_A_SIZE]		= { .type = NLA_U32 },
	[NEST_A_DOMAINS]	= { .type = NLA_U32 },
	[NEST_A_DENIALS]	= { .type = NLA_U64 },
	[NEST_A_LOST]		= { .type = NLA_U64 },
	[NEST_A_DECISIONS]	= { .type = NLA_U64 },
	[NEST_A_COMPLAINTS]	= { .type = NLA_U64 },
	[NEST_A_OFFSET]		= { .type = NLA_U32 },
	[NEST_A_LABELS]		= { .type = NLA_NESTED },
	[NEST_A_LABEL]		= { .type = NLA_NESTED },
	[NEST_A_DOMAIN]		= { .type = NLA_STRING },
	[NEST_A_MODE]		= { .type = NLA_U32 },
	[NEST_A_COMM]		= { .type = NLA_STRING },
	[NEST_A_UID]		= { .type = NLA_U32 },
	[NEST_A_CLASS]		= { .type = NLA_U32 },
	[NEST_A_OPERATION]	= { .type = NLA_STRING },
	[NEST_A_PATH]		= { .type = NLA_STRING },
	[NEST_A_TARGET]		= { .type = NLA_STRING },
	[NEST_A_REQUESTED]	= { .type = NLA_U64 },
	[NEST_A_DENIED]		= { .type = NLA_U64 },
	[NEST_A_VERDICT]	= { .type = NLA_U32 },
	[NEST_A_REASON]		= { .type = NLA_STRING },
	[NEST_A_TIME]		= { .type = NLA_U64 },
	[NEST_A_ABI]		= { .type = NLA_U32 },
	[NEST_A_POLICY_VERSION]	= { .type = NLA_U32 },
	[NEST_A_RELEASE]	= { .type = NLA_STRING },
	[NEST_A_ATTACHED]	= { .type = NLA_U32 },
	[NEST_A_LAYERS]		= { .type = NLA_U32 },
	[NEST_A_LAYERS_MAX]	= { .type = NLA_U32 },
	[NEST_A_SIZE_MAX]	= { .type = NLA_U32 },
	[NEST_A_UNPRIVILEGED]	= { .type = NLA_U32 },
	[NEST_A_FSUID]		= { .type = NLA_U32 },
	[NEST_A_OUID]		= { .type = NLA_U32 },
	[NEST_A_BACKEND]	= { .type = NLA_U32 },
	[NEST_A_HOST_LABEL]	= { .type = NLA_STRING },
};

/**
 * nest_message_parse() - sort the attributes of a message
 * @nlh: a message of the family
 * @attrs: where to put NEST_A_MAX + 1 of them, NULL where absent
 *
 * Attributes that this library does not know are passed over: a newer kernel
 * may send them.
 *
 * Return: 0 or -EBADMSG.
 */
int nest_message_parse(struct nlmsghdr *nlh, struct nlattr **attrs)
{
	if (genlmsg_parse(nlh, 0, attrs, NEST_A_MAX, policy))
		return -EBADMSG;
	return 0;
}

/**
 * nest_attr_u32() - a number, or 0
 * @attrs: sorted attributes
 * @type: which
 *
 * Return: its value, 0 if absent.
 */
uint32_t nest_attr_u32(struct nlattr **attrs, int type)
{
	return attrs[type] ? nla_get_u32(attrs[type]) : 0;
}

/**
 * nest_attr_u64() - a number, or 0
 * @attrs: sorted attributes
 * @type: which
 *
 * Return: its value, 0 if absent.
 */
uint64_t nest_attr_u64(struct nlattr **attrs, int type)
{
	return attrs[type] ? nla_get_u64(attrs[type]) : 0;
}

/**
 * nest_attr_string() - a string, or NULL
 * @attrs: sorted attributes
 * @type: which
 *
 * Return: the string inside the message, whose end nest_message_parse() has checked;
 * NULL if absent.
 */
const char *nest_attr_string(struct nlattr **attrs, int type)
{
	return attrs[type] ? nla_get_string(attrs[type]) : NULL;
}

static void copy_string(char *to, size_t size, struct nlattr **attrs, int type)
{
	const char *string = nest_attr_string(attrs, type);

	snprintf(to, size, "%s", string ? string : "");
}

/**
 * nest_parse_info() - the answer to NEST_CMD_INFO
 * @attrs: sorted attributes
 * @info: where to put it
 */
void nest_parse_info(struct nlattr **attrs, struct nest_info *info)
{
	info->abi = nest_attr_u32(attrs, NEST_A_ABI);
	info->policy_version = nest_attr_u32(attrs, NEST_A_POLICY_VERSION);
	copy_string(info->release, sizeof(info->release), attrs,
		    NEST_A_RELEASE);
	info->attached = nest_attr_u32(attrs, NEST_A_ATTACHED);
	info->unprivileged = nest_attr_u32(attrs, NEST_A_UNPRIVILEGED);
	info->layers = nest_attr_u32(attrs, NEST_A_LAYERS);
	info->layers_max = nest_attr_u32(attrs, NEST_A_LAYERS_MAX);
	info->size_max = nest_attr_u32(attrs, NEST_A_SIZE_MAX);
	info->backend = nest_attr_u32(attrs, NEST_A_BACKEND);
}

/**
 * nest_parse_layer() - one layer
 * @attrs: sorted attributes
 * @layer: where to put it
 */
void nest_parse_layer(struct nlattr **attrs, struct nest_layer *layer)
{
	layer->ns = nest_attr_u32(attrs, NEST_A_NS);
	layer->origin = nest_attr_u32(attrs, NEST_A_ORIGIN);
	layer->level = nest_attr_u32(attrs, NEST_A_LEVEL);
	layer->pid = nest_attr_u32(attrs, NEST_A_PID);
	copy_string(layer->name, sizeof(layer->name), attrs, NEST_A_NAME);
	layer->revision = nest_attr_u64(attrs, NEST_A_REVISION);
	layer->size = nest_attr_u32(attrs, NEST_A_SIZE);
	layer->domains = nest_attr_u32(attrs, NEST_A_DOMAINS);
	layer->denials = nest_attr_u64(attrs, NEST_A_DENIALS);
	layer->lost = nest_attr_u64(attrs, NEST_A_LOST);
	copy_string(layer->host_label, sizeof(layer->host_label), attrs,
		    NEST_A_HOST_LABEL);
	layer->decisions = nest_attr_u64(attrs, NEST_A_DECISIONS);
	layer->complaints = nest_attr_u64(attrs, NEST_A_COMPLAINTS);
}

/**
 * nest_parse_domain() - one domain
 * @attrs: sorted attributes
 * @domain: where to put it
 */
void nest_parse_domain(struct nlattr **attrs, struct nest_domain *domain)
{
	domain->ns = nest_attr_u32(attrs, NEST_A_NS);
	domain->origin = nest_attr_u32(attrs, NEST_A_ORIGIN);
	domain->mode = nest_attr_u32(attrs, NEST_A_MODE);
	copy_string(domain->domain, sizeof(domain->domain), attrs,
		    NEST_A_DOMAIN);
	domain->decisions = nest_attr_u64(attrs, NEST_A_DECISIONS);
	domain->denials = nest_attr_u64(attrs, NEST_A_DENIALS);
	domain->complaints = nest_attr_u64(attrs, NEST_A_COMPLAINTS);
	domain->lost = nest_attr_u64(attrs, NEST_A_LOST);
}

/**
 * nest_parse_delegation() - one delegation
 * @attrs: sorted attributes
 * @delegation: where to put it
 */
void nest_parse_delegation(struct nlattr **attrs,
			   struct nest_delegation *delegation)
{
	delegation->ns = nest_attr_u32(attrs, NEST_A_NS);
	delegation->by = nest_attr_u32(attrs, NEST_A_ORIGIN);
	delegation->level = nest_attr_u32(attrs, NEST_A_LEVEL);
	delegation->pid = nest_attr_u32(attrs, NEST_A_PID);
	delegation->uid = nest_attr_u32(attrs, NEST_A_UID);
}

/**
 * nest_parse_event() - one event
 * @attrs: sorted attributes
 * @event: where to put it; its strings stay in the message
 */
void nest_parse_event(struct nlattr **attrs, struct nest_event *event)
{
	event->time = nest_attr_u64(attrs, NEST_A_TIME);
	event->ns = nest_attr_u32(attrs, NEST_A_NS);
	event->origin = nest_attr_u32(attrs, NEST_A_ORIGIN);
	event->class = nest_attr_u32(attrs, NEST_A_CLASS);
	event->verdict = nest_attr_u32(attrs, NEST_A_VERDICT);
	event->pid = nest_attr_u32(attrs, NEST_A_PID);
	event->uid = nest_attr_u32(attrs, NEST_A_UID);
	event->fsuid = nest_attr_u32(attrs, NEST_A_FSUID);
	event->has_ouid = attrs[NEST_A_OUID];
	event->ouid = nest_attr_u32(attrs, NEST_A_OUID);
	event->level = nest_attr_u32(attrs, NEST_A_LEVEL);
	event->layer = nest_attr_string(attrs, NEST_A_NAME);
	event->requested = nest_attr_u64(attrs, NEST_A_REQUESTED);
	event->denied = nest_attr_u64(attrs, NEST_A_DENIED);
	event->lost = nest_attr_u64(attrs, NEST_A_LOST);
	event->comm = nest_attr_string(attrs, NEST_A_COMM);
	event->operation = nest_attr_string(attrs, NEST_A_OPERATION);
	event->domain = nest_attr_string(attrs, NEST_A_DOMAIN);
	event->path = nest_attr_string(attrs, NEST_A_PATH);
	event->target = nest_attr_string(attrs, NEST_A_TARGET);
	event->reason = nest_attr_string(attrs, NEST_A_REASON);
}

static int parse_label(struct nlattr *nla, struct nest_label *label)
{
	struct nlattr *attrs[NEST_A_MAX + 1];

	if (nla_type(nla) != NEST_A_LABEL ||
	    nla_parse_nested(attrs, NEST_A_MAX, nla, policy))
		return -EBADMSG;
	label->ns = nest_attr_u32(attrs, NEST_A_NS);
	label->origin = nest_attr_u32(attrs, NEST_A_ORIGIN);
	label->mode = nest_attr_u32(attrs, NEST_A_MODE);
	copy_string(label->domain, sizeof(label->domain), attrs,
		    NEST_A_DOMAIN);
	return 0;
}

static int parse_labels(struct nlattr *list, struct nest_task *task)
{
	struct nlattr *nla;
	size_t count = 0;
	int rest, err;

	nla_for_each_nested(nla, list, rest)
		count++;
	if (!count)
		return 0;
	task->labels = calloc(count, sizeof(*task->labels));
	if (!task->labels)
		return -ENOMEM;

	nla_for_each_nested(nla, list, rest) {
		err = parse_label(nla, &task->labels[task->n_labels]);
		if (err)
			return err;
		task->n_labels++;
	}
	return 0;
}

/**
 * nest_parse_task() - one task with its labels
 * @attrs: sorted attributes
 * @task: zeroed; @labels is the caller's to free, after a failure too
 *
 * Return: 0, -EBADMSG or -ENOMEM.
 */
int nest_parse_task(struct nlattr **attrs, struct nest_task *task)
{
	task->pid = nest_attr_u32(attrs, NEST_A_PID);
	task->ns = nest_attr_u32(attrs, NEST_A_NS);
	task->uid = nest_attr_u32(attrs, NEST_A_UID);
	copy_string(task->comm, sizeof(task->comm), attrs, NEST_A_COMM);
	if (!attrs[NEST_A_LABELS])
		return 0;
	return parse_labels(attrs[NEST_A_LABELS], task);
}
