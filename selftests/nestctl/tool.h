/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs nestctl and keeps what it printed. */
#ifndef NEST_TOOL_H
#define NEST_TOOL_H

#include <json-c/json.h>
#include <stdbool.h>
#include <sys/types.h>

/* Where tests put files; of the machine, not of a sandbox. */
#define PLACE	"/tmp/nestctl"

/**
 * struct tool - a run of nestctl
 * @status: its exit status, or 128 + the signal that ended it
 * @out: what it printed
 * @err: what it complained of
 * @json: @out, parsed; NULL if that is not JSON
 */
struct tool {
	int status;
	char out[65536];
	char err[4096];
	struct json_object *json;
};

pid_t tool_start(struct tool *tool, const char *const *args);
void tool_wait(struct tool *tool, pid_t pid);
void tool_run(struct tool *tool, const char *const *args);
void tool_free(struct tool *tool);
bool tool_said(const struct tool *tool, int status, const char *error);

/** NESTCTL() - run nestctl with these arguments. */
#define NESTCTL(tool, ...) \
	tool_run(tool, (const char *const []) { "nestctl", __VA_ARGS__, NULL })

struct json_object *json_at(struct json_object *json, const char *path);
const char *json_text(struct json_object *json, const char *path);
long json_number(struct json_object *json, const char *path);

const char *place_file(const char *name, const char *text);

#endif
