/* SPDX-License-Identifier: GPL-2.0-only */
/* Events on their way from a handler to those who are told. */
#ifndef NEST_EVENT_H
#define NEST_EVENT_H

#include "nest.h"

/**
 * struct nest_record - an event on its way
 * @link: in the queue
 * @event: what happened. Its layer is not to be used, its strings are copies or
 *	constants
 * @target: the layer's target
 * @origin: inode number of the layer's origin
 * @pid: whose doing it was
 * @init: the first process of the target
 * @uid: its real uid
 * @fsuid: the uid with which it uses files
 * @audit: it goes to the audit log as well
 * @unlogged: events of the layer before this that did not
 * @level: depth of the target
 * @layer: the layer's name
 * @time: when, CLOCK_BOOTTIME in ns
 * @comm: its name
 */
struct nest_record {
	struct list_head link;
	struct nest_event event;
	struct pid_namespace *target;
	u32 origin;
	struct pid *pid;
	struct pid *init;
	kuid_t uid;
	kuid_t fsuid;
	bool audit;
	u64 unlogged;
	u32 level;
	u64 time;
	char comm[TASK_COMM_LEN];
	char layer[NEST_LAYER_NAME];
};

void nest_audit(const struct nest_record *record);

#endif
