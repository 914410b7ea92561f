/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Uses each part of an image that was accepted, as the kernel may. The checks
 * abort; the sanitizers watch the accesses.
 */
#ifndef NEST_IMAGE_EXERCISE_H
#define NEST_IMAGE_EXERCISE_H

#include "core.h"

void image_exercise_name(const struct nest_policy *policy, const u8 *name,
			 size_t len);
void image_exercise(const struct nest_policy *policy);

#endif
