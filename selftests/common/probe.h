/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A copy of the test program that is executed in a sandbox: "probe VERB
 * ARGUMENT...". Its exit status is 0, an errno, or what the verb says.
 */
#ifndef NEST_PROBE_H
#define NEST_PROBE_H

#include <stdbool.h>

bool probe_wanted(char **argv);
int probe_main(int argc, char **argv);
int probe_run(const char *path, ...) __attribute__((sentinel));

#endif
