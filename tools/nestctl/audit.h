/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nestctl audit is made of: facts about a container, what is to be thought of
 * them, and pages that say so. Each is a JSON object until it is printed.
 */
#ifndef NESTCTL_AUDIT_H
#define NESTCTL_AUDIT_H

#include <json-c/json.h>
#include <stdio.h>
#include <sys/types.h>

struct json_object *posture_of(pid_t pid);
struct json_object *findings_of(struct json_object *posture);
void report_html(FILE *file, struct json_object *posture);

#endif
