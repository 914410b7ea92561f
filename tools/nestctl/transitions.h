/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NESTCTL_TRANSITIONS_H
#define NESTCTL_TRANSITIONS_H

#include <json-c/json.h>

#include "core.h"

void transitions_add(struct json_object *graph,
		     const struct nest_policy *policy);

#endif
