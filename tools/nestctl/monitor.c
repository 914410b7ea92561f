// SPDX-License-Identifier: GPL-2.0-or-later
/* nestctl monitor: events as they happen, a line each. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "nestctl.h"

/**
 * struct watch - what has been seen so far
 * @args: what to watch
 * @ns: only events of this pid namespace, if not 0
 * @seen: events printed
 * @lost: events that the kernel could not deliver, as announced so far
 */
struct watch {
	const struct nestctl_args *args;
	uint32_t ns;
	unsigned int seen;
	uint64_t lost;
};

static void add_time(struct json_object *record, uint64_t time)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu.%09llu",
		 (unsigned long long)(time / 1000000000),
		 (unsigned long long)(time % 1000000000));
	out_add(record, "time", json_object_new_double_s(time / 1e9, text));
}

/* What was asked for, in the words of the class. */
static void add_request(struct json_object *record, const char *key,
			const struct nest_event *event, uint64_t request)
{
	char text[192] = "";

	switch (event->class) {
	case NEST_CLASS_FILE:
	case NEST_CLASS_EXEC:
		name_permissions(text, sizeof(text), request);
		break;
	case NEST_CLASS_CAPABILITY:
		name_capability(text, sizeof(text), request);
		break;
	case NEST_CLASS_MOUNT:
		name_mount_flags(text, sizeof(text), request);
		break;
	case NEST_CLASS_NETWORK:
		name_socket(text, sizeof(text), request >> 32, request);
		break;
	case NEST_CLASS_SIGNAL:
		name_signal(text, sizeof(text), request);
		break;
	case NEST_CLASS_PTRACE:
		name_ptrace(text, sizeof(text), request);
		break;
	default:
		break;
	}
	out_add_string(record, key, text[0] ? text : NULL);
}

static struct json_object *make_record(const struct nest_event *event)
{
	struct json_object *record = json_object_new_object();

	add_time(record, event->time);
	out_add_string(record, "verdict", name_verdict(event->verdict));
	out_add_string(record, "class", name_class(event->class));
	out_add_string(record, "operation", event->operation);
	out_add_string(record, "domain", event->domain);
	out_add_string(record, "name", event->path);
	if (event->target)
		out_add_string(record, "target", event->target);
	add_request(record, "requested", event, event->requested);
	if (event->class == NEST_CLASS_FILE || event->class == NEST_CLASS_EXEC)
		add_request(record, "denied", event, event->denied);
	else if (event->class == NEST_CLASS_NETWORK && event->denied)
		out_add_string(record, "denied",
			       name_access((uint32_t)event->denied));
	out_add_number(record, "pid", event->pid);
	out_add_string(record, "comm", event->comm);
	out_add_number(record, "uid", event->uid);
	out_add_number(record, "fsuid", event->fsuid);
	if (event->has_ouid)
		out_add_number(record, "ouid", event->ouid);
	out_add_number(record, "ns", event->ns);
	out_add_number(record, "origin", event->origin);
	out_add_number(record, "level", event->level);
	out_add_string(record, "layer", event->layer);
	if (event->reason)
		out_add_string(record, "reason", event->reason);
	return record;
}

static void announce_loss(struct watch *watch, uint64_t lost)
{
	struct json_object *record;

	if (lost <= watch->lost)
		return;
	record = json_object_new_object();
	out_add_number(record, "lost", lost - watch->lost);
	out_line(record);
	watch->lost = lost;
}

static int on_event(const struct nest_event *event, void *arg)
{
	struct watch *watch = arg;

	announce_loss(watch, event->lost);
	if (watch->ns && watch->ns != event->ns)
		return 0;
	out_line(make_record(event));
	watch->seen++;
	return watch->args->count && watch->seen >= watch->args->count;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Until the count or the end of the time; returns the exit status. */
static int watch_events(struct nest *nest, struct watch *watch)
{
	const struct nestctl_args *args = watch->args;
	int64_t end = now_ms() + args->timeout_ms;
	int64_t rest = -1;
	int result;

	for (;;) {
		if (args->timeout_ms >= 0) {
			rest = end - now_ms();
			rest = rest < 0 ? 0 : rest;
		}
		result = nest_events(nest, rest, on_event, watch);
		if (result > 0)
			return EXIT_DONE;
		if (result == -ETIMEDOUT)
			break;
		if (result && result != -EINTR) {
			error_nest(nest_error(nest));
			return EXIT_FAILED;
		}
	}
	if (!args->count)
		return EXIT_DONE;
	error_print("only %u of %u events in %d s", watch->seen, args->count,
		    args->timeout_ms / 1000);
	return EXIT_FAILED;
}

static int run(const struct nestctl_args *args)
{
	struct watch watch = { .args = args };
	struct nest *nest = nestctl_open();
	struct nest_target target;
	int status = EXIT_FAILED;

	if (!nest || nestctl_target(nest, args, &target))
		goto out;
	watch.ns = target.ns;
	if (nest_subscribe(nest)) {
		error_nest(nest_error(nest));
		goto out;
	}
	status = watch_events(nest, &watch);
out:
	nest_close(nest);
	return status;
}

const struct nestctl_verb nestctl_monitor = {
	.name = "monitor",
	.options = "pNT",
	.usage = "[-p PID] [--count N] [--timeout S]",
	.summary = "what layers refuse or report, as it happens, a line each",
	.failed = EXIT_FAILED,
	.run = run,
};
