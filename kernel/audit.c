// SPDX-License-Identifier: GPL-2.0-only
/*
 * The audit log of the host: the fields are those of AppArmor's messages, with
 * the layer added. Names come from containers and are not to be trusted.
 */
#include <linux/audit.h>
#include <linux/ctype.h>
#include <linux/socket.h>
#include "event.h"

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

static void log_access(struct audit_buffer *log,
		       const struct nest_event *event)
{
	static const char *const words[] = {
		"create", "bind", "listen", "accept", "connect", "shutdown",
		"getattr", "setattr", "getopt", "setopt", "send", "receive",
	};
	u32 denied = event->denied;

	if (denied)
		audit_log_format(log, " denied_mask=\"%s\"",
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

/* Names, or the ends of a socket. */
static void log_names(struct audit_buffer *log, const struct nest_event *event)
{
	bool ends = event->class == NEST_CLASS_NETWORK;
	bool inet = ends && upper_32_bits(event->requested) != AF_UNIX;

	if (!inet) {
		log_string(log, ends ? "addr" : "name", event->path);
		log_string(log, ends ? "peer_addr" : "target", event->target);
		return;
	}
	if (event->path)
		log_end(log, "laddr", "lport", event->path);
	if (event->target)
		log_end(log, "faddr", "fport", event->target);
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
		break;
	case NEST_CLASS_SIGNAL:
		audit_log_format(log, " signal=%llu", event->requested);
		break;
	case NEST_CLASS_NETWORK:
		audit_log_format(log, " family=%u sock_type=%u",
				 upper_32_bits(event->requested),
				 lower_32_bits(event->requested));
		log_access(log, event);
		break;
	default:
		break;
	}
}

static const char *verdict_name(const struct nest_event *event)
{
	if (event->verdict == NEST_VERDICT_DENIED)
		return "DENIED";
	return event->denied ? "ALLOWED" : "AUDIT";
}

/**
 * nest_audit() - write an event to the host's audit log
 * @record: the event
 *
 * What the log has no room for is dropped by the audit subsystem, which counts
 * that.
 *
 * Context: may sleep.
 */
void nest_audit(const struct nest_record *record)
{
	const struct nest_event *event = &record->event;
	struct audit_buffer *log;

	log = audit_log_start(NULL, GFP_KERNEL, AUDIT_AVC);
	if (!log)
		return;
	audit_log_format(log, "nest=\"%s\" operation=\"%s\"",
			 verdict_name(event), event->operation);
	log_string(log, "profile", event->domain);
	log_names(log, event);
	log_request(log, event);
	if (event->reason)
		audit_log_format(log, " info=\"%s\"", event->reason);
	audit_log_format(log, " pid=%d", pid_nr(record->pid));
	log_string(log, "comm", record->comm);
	audit_log_format(log, " uid=%u pidns=%u origin=%u",
			 from_kuid(&init_user_ns, record->uid),
			 record->target->ns.inum, record->origin);
	audit_log_end(log);
}
