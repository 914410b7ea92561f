/* SPDX-License-Identifier: GPL-2.0-only */
/* The module of Nest, as the test rig provides it. */
#ifndef NEST_MODULE_H
#define NEST_MODULE_H

int module_load(void);
int module_unload(void);
int module_detach(void);
int module_detach_patiently(void);

#endif
