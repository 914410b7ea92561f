/* SPDX-License-Identifier: GPL-2.0-only */
/* The module of Nest, as the test rig provides it. */
#ifndef NEST_MODULE_H
#define NEST_MODULE_H

#include <stdbool.h>

/* Why a test of loading and unloading is skipped. */
#define MODULE_NONE	"Nest is built into this kernel"

bool module_built_in(void);
int module_insert(const char *file);
int module_load(void);
int module_unload(void);
int module_detach(void);
int module_detach_patiently(void);

#endif
