/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NEST_CORE_NAMES_H
#define NEST_CORE_NAMES_H

#include "core.h"

/**
 * enum nest_names - kinds of numbers that have names
 * @NEST_NAMES_CAPABILITY: CAP_*
 * @NEST_NAMES_FAMILY: AF_*
 * @NEST_NAMES_TYPE: SOCK_*
 * @NEST_NAMES_SIGNAL: SIG*; 0 is the null signal; not the real-time ones
 * @NEST_NAMES_RLIMIT: RLIMIT_*, as most machines number them
 */
enum nest_names {
	NEST_NAMES_CAPABILITY,
	NEST_NAMES_FAMILY,
	NEST_NAMES_TYPE,
	NEST_NAMES_SIGNAL,
	NEST_NAMES_RLIMIT
};

const char *nest_name_of(enum nest_names what, u32 number);
u32 nest_number_of(enum nest_names what, const char *name);

#endif
