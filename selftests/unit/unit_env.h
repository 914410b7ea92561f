/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of core need of the C library. They run in the kernel, too, and
 * there this header stands in for it.
 */
#ifndef NEST_UNIT_ENV_H
#define NEST_UNIT_ENV_H

#include "../../kernel/core/core_env.h"

#ifdef __KERNEL__

#include <kunit/test.h>
#include <kunit/test-bug.h>
#include <linux/printk.h>
#include <linux/signal.h>
#include <linux/slab.h>

static inline void *malloc(size_t size)
{
	return kvmalloc(size, GFP_KERNEL);
}

static inline void *calloc(size_t n, size_t size)
{
	return kvcalloc(n, size, GFP_KERNEL);
}

static inline void *realloc(void *p, size_t size)
{
	return kvrealloc(p, size, GFP_KERNEL);
}

static inline void free(void *p)
{
	kvfree(p);
}

/* Ends the test that runs, as a failure. */
#define abort()	\
	KUNIT_FAIL_AND_ABORT(kunit_get_current_test(), "aborted\n")
#define unit_complain(...)	pr_err(__VA_ARGS__)

#define htole16(x)		((__force u16)cpu_to_le16(x))
#define htole32(x)		((__force u32)cpu_to_le32(x))
#define htole64(x)		((__force u64)cpu_to_le64(x))

#else

#include <endian.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define cpu_to_le16(x)		((__le16)htole16(x))
#define cpu_to_le32(x)		((__le32)htole32(x))
#define cpu_to_le64(x)		((__le64)htole64(x))
#define unit_complain(...)	fprintf(stderr, __VA_ARGS__)

#endif

/* xorshift: the same numbers each time */
static inline u32 unit_random(u32 *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

#endif
