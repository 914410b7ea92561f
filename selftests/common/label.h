/* SPDX-License-Identifier: GPL-2.0-only */
/* Which domain is a task in, as the kernel's task dump says? */
#ifndef NEST_LABEL_H
#define NEST_LABEL_H

#include <stdint.h>
#include <sys/types.h>
#include "nest.h"

int label_of(struct nest *nest, pid_t pid, struct nest_label *label);
int label_after_exec(const char *path, struct nest_label *label);
bool label_is(const struct nest_label *label, const char *domain);
uint32_t pidns_of(pid_t pid);

#endif
