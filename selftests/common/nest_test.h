/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each kselftest program of Nest includes. Nest has to be loaded; the
 * programs run as root of the host. A program ends in NEST_TEST_MAIN.
 */
#ifndef NEST_TEST_H
#define NEST_TEST_H

#include <kselftest_harness.h>
#include "ops.h"
#include "probe.h"
#include "sandbox.h"

/* The program is its own probe, too: see probe.h. */
#define NEST_TEST_MAIN \
	int main(int argc, char **argv) \
	{ \
		if (probe_wanted(argv)) \
			return probe_main(argc, argv); \
		return test_harness_run(argc, argv); \
	}

#endif
