// SPDX-License-Identifier: GPL-2.0-only
/*
 * The audit log of the host: the fields are those of AppArmor's messages, with
 * the layer and the container added. Names come from containers and are not to
 * be trusted.
 */
#include <linux/audit.h>
#include <linux/cgroup.h>
#include <linux/ctype.h>
#include <linux/resource.h>
#include <linux/slab.h>
#include <linux/socket.h>
#include "core/naming.h"
#include "event.h"

#define SIGNAL_RT_MIN	32	/* the kernel's */

/* As the audit subsystem does with strings from userspace. */
static bool is_plain(const char *string)
{
	for (; *string; string++)
		if (*string == '"' || *string <= ' ' || *string > '~')
			return false;
	return true;
}

static void log_string(struct audit_buffer *log, const char *key,
		       const char *string)
{
	if (!string)
		return;
	if (is_plain(string)) {
		audit_log_format(log, " %s=\"%s\"", key, string);
		return;
	}
	audit_log_format(log, " %s=", key);
	for (; *string; string++)
		audit_log_format(log, "%02X", (u8)*string);
}

/* Letters of rules for permissions, in AppArmor's order. */
static void log_mask(struct audit_buffer *log, const char *key, u32 mask)
{
	static const struct {
		u32 mask;
		char letter;
	} letters[] = {
		{ NEST_FILE_EXEC, 'x' },
		{ NEST_FILE_WRITE | NEST_FILE_SETATTR | NEST_FILE_CHMOD |
		  NEST_FILE_CHOWN, 'w' },
		{ NEST_FILE_READ | NEST_FILE_GETATTR, 'r' },
		{ NEST_FILE_APPEND, 'a' },
		{ NEST_FILE_CREATE, 'c' },
		{ NEST_FILE_DELETE, 'd' },
		{ NEST_FILE_LOCK, 'k' },
		{ NEST_FILE_MMAP_EXEC, 'm' },
		{ NEST_FILE_LINK, 'l' },
	};
	int i;

	audit_log_format(log, " %s=\"", key);
	for (i = 0; i < ARRAY_SIZE(letters); i++)
		if (mask & letters[i].mask)
			audit_log_format(log, "%c", letters[i].letter);
	audit_log_format(log, "\"");
}

/* A request that is of one kind, and denied as a whole or not at all. */
static void log_access(struct audit_buffer *log, const struct nest_event *event,
		       const char *access)
{
	audit_log_format(log, " requested_mask=\"%s\" denied_mask=\"%s\"",
			 access, event->denied ? access : "");
}

/* A number's name, or else the number. */
static void log_name(struct audit_buffer *log, const char *key,
		     enum nest_names what, u32 number)
{
	const char *name = nest_name_of(what, number);

	if (name)
		audit_log_format(log, " %s=\"%s\"", key, name);
	else
		audit_log_format(log, " %s=%u", key, number);
}

static void log_signal(struct audit_buffer *log, const struct nest_event *event)
{
	const char *name = nest_name_of(NEST_NAMES_SIGNAL, event->requested);

	log_access(log, event, event->access == NEST_SIGNAL_SEND ? "send" :
								   "receive");
	if (name)
		audit_log_format(log, " signal=%s", name);
	else
		audit_log_format(log, " signal=rtmin+%d",
				 (int)event->requested - SIGNAL_RT_MIN);
}

static const char *tracing_name(u32 request)
{
	switch (request) {
	case NEST_PTRACE_TRACE:
		return "trace";
	case NEST_PTRACE_READ:
		return "read";
	case NEST_PTRACE_TRACEDBY:
		return "tracedby";
	default:
		return "readby";
	}
}

/* What was tried with a socket; what was denied of it is one thing or none. */
static void log_socket(struct audit_buffer *log, const struct nest_event *event)
{
	static const char *const words[] = {
		"create", "bind", "listen", "accept", "connect", "shutdown",
		"getattr", "setattr", "getopt", "setopt", "send", "receive",
	};
	u32 denied = event->denied;

	log_name(log, "family", NEST_NAMES_FAMILY,
		 upper_32_bits(event->requested));
	log_name(log, "sock_type", NEST_NAMES_TYPE,
		 lower_32_bits(event->requested));
	if (denied)
		log_access(log, event,
			   words[min_t(u32, __ffs(denied),
				       ARRAY_SIZE(words) - 1)]);
}

/* An address and a port, as the events have them. */
static void log_end(struct audit_buffer *log, const char *address,
		    const char *port, const char *end)
{
	const char *colon = strrchr(end, ':');

	if (!colon)
		return;
	audit_log_format(log, " %s=%.*s %s=%s", address, (int)(colon - end),
			 end, port, colon + 1);
}

/* The other end is a task's domain, or another name. */
static const char *target_key(const struct nest_event *event)
{
	return event->class == NEST_CLASS_SIGNAL ||
	       event->class == NEST_CLASS_PTRACE ||
	       event->class == NEST_CLASS_RLIMIT ? "peer" : "target";
}

/* Names, or the ends of a socket. */
static void log_names(struct audit_buffer *log, const struct nest_event *event)
{
	bool ends = event->class == NEST_CLASS_NETWORK;
	bool inet = ends && upper_32_bits(event->requested) != AF_UNIX;

	if (!inet) {
		log_string(log, ends ? "addr" : "name", event->path);
		log_string(log, ends ? "peer_addr" : target_key(event),
			   event->target);
		return;
	}
	if (event->path)
		log_end(log, "laddr", "lport", event->path);
	if (event->target)
		log_end(log, "faddr", "fport", event->target);
}

/* Of gates AppArmor calls these fields otherwise. */
static void log_gate(struct audit_buffer *log, const struct nest_event *event,
		     const char *what)
{
	audit_log_format(log, " requested=\"%s\"", what);
	if (event->denied)
		audit_log_format(log, " denied=\"%s\"", what);
}

static void log_queue_mask(struct audit_buffer *log, const char *key, u32 mask)
{
	static const char *const words[] = {
		"create", "open", "delete", "read", "write", "getattr",
		"setattr",
	};
	const char *space = "";
	int i;

	audit_log_format(log, " %s=\"", key);
	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (!(mask & BIT(i)))
			continue;
		audit_log_format(log, "%s%s", space, words[i]);
		space = " ";
	}
	audit_log_format(log, "\"");
}

static void log_limit(struct audit_buffer *log, const struct nest_event *event)
{
	u64 value = event->requested & NEST_RLIMIT_VALUE;

	log_name(log, "rlimit", NEST_NAMES_RLIMIT,
		 event->requested >> NEST_RLIMIT_SHIFT);
	audit_log_format(log, " value=%lu",
			 value == NEST_RLIMIT_VALUE ? RLIM_INFINITY :
						      (unsigned long)value);
}

static void log_request(struct audit_buffer *log,
			const struct nest_event *event)
{
	switch (event->class) {
	case NEST_CLASS_FILE:
	case NEST_CLASS_EXEC:
		log_mask(log, "requested_mask", event->requested);
		log_mask(log, "denied_mask", event->denied);
		break;
	case NEST_CLASS_CAPABILITY:
		audit_log_format(log, " capability=%llu", event->requested);
		log_name(log, "capname", NEST_NAMES_CAPABILITY,
			 event->requested);
		break;
	case NEST_CLASS_SIGNAL:
		log_signal(log, event);
		break;
	case NEST_CLASS_PTRACE:
		log_access(log, event, tracing_name(event->requested));
		break;
	case NEST_CLASS_NETWORK:
		log_socket(log, event);
		break;
	case NEST_CLASS_MQUEUE:
		log_queue_mask(log, "requested", event->requested);
		if (event->denied)
			log_queue_mask(log, "denied", event->denied);
		break;
	case NEST_CLASS_RLIMIT:
		log_limit(log, event);
		break;
	case NEST_CLASS_USERNS:
		log_gate(log, event, "userns_create");
		break;
	case NEST_CLASS_IO_URING:
		if (event->requested)
			log_gate(log, event,
				 event->requested == NEST_URING_SQPOLL ?
				 "sqpoll" : "override_creds");
		break;
	default:
		break;
	}
}

static const char *verdict_name(const struct nest_event *event)
{
	if (event->verdict == NEST_VERDICT_KILLED)
		return "KILLED";
	if (event->verdict == NEST_VERDICT_DENIED)
		return "DENIED";
	return event->denied ? "ALLOWED" : "AUDIT";
}

static void log_event(struct audit_buffer *log, const struct nest_event *event)
{
	audit_log_format(log, "nest=\"%s\" operation=\"%s\"",
			 verdict_name(event), event->operation);
	if (event->reason)
		audit_log_format(log, " info=\"%s\"", event->reason);
	log_string(log, "profile", event->domain);
	log_names(log, event);
	log_request(log, event);
}

static void log_task(struct audit_buffer *log, const struct nest_record *record)
{
	audit_log_format(log, " pid=%d", pid_nr(record->pid));
	log_string(log, "comm", record->comm);
	audit_log_format(log, " uid=%u fsuid=%u",
			 from_kuid(&init_user_ns, record->uid),
			 from_kuid(&init_user_ns, record->fsuid));
	if (record->event.owned)
		audit_log_format(log, " ouid=%u",
				 from_kuid(&init_user_ns, record->event.owner));
}

/*
 * Where the host put the container: the control group of its first process.
 * What a container could add to its end does not change its beginning.
 */
static void log_container(struct audit_buffer *log, struct pid *init)
{
	char *path = kmalloc(PATH_MAX, GFP_KERNEL);
	struct task_struct *task;
	int len = -ESRCH;

	if (!path)
		return;
	rcu_read_lock();
	task = pid_task(init, PIDTYPE_PID);
	if (task)
		len = cgroup_path(task_dfl_cgroup(task), path, PATH_MAX);
	rcu_read_unlock();
	if (len > 0)
		log_string(log, "container", path);
	kfree(path);
}

static void log_layer(struct audit_buffer *log, const struct nest_record *record)
{
	log_string(log, "layer", record->layer);
	audit_log_format(log, " namespace=%u origin=%u level=%u init=%d",
			 record->target->ns.inum, record->origin, record->level,
			 pid_nr(record->init));
	log_container(log, record->init);
	if (record->unlogged)
		audit_log_format(log, " unlogged=%llu", record->unlogged);
}

/**
 * nest_audit() - write an event to the host's audit log
 * @record: the event
 *
 * What the log has no room for is dropped by the audit subsystem, which counts
 * that. This does not wait for room: others wait for their events.
 *
 * Context: may sleep.
 */
void nest_audit(const struct nest_record *record)
{
	struct audit_buffer *log;

	log = audit_log_start(NULL, GFP_NOWAIT, AUDIT_AVC);
	if (!log)
		return;
	log_event(log, &record->event);
	log_task(log, record);
	log_layer(log, record);
	audit_log_end(log);
}
