/* SPDX-License-Identifier: GPL-2.0-only */
/* A container that does nothing, for layers to be loaded on. */
#ifndef NEST_CONTAINER_H
#define NEST_CONTAINER_H

#include <sys/types.h>

pid_t container_start(void);
void container_end(pid_t init);

#endif
