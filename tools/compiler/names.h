/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of the language that stand for numbers of the kernel. */
#ifndef NEST_NAMES_H
#define NEST_NAMES_H

#include "../../kernel/core/core_env.h"

#define NEST_NO_NUMBER	0xffffffffU
#define NEST_SIGNAL_NEVER	65U

u32 nest_capability_number(const char *name);
u32 nest_family_number(const char *name);
u32 nest_type_number(const char *name);
u32 nest_signal_number(const char *name);
bool nest_mount_flags(const char *name, u32 *flags);
u64 nest_all_capabilities(void);

#endif
