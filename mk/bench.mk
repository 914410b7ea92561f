# SPDX-License-Identifier: GPL-2.0-or-later
# What Nest costs, in instructions: a table, and build/bench.json. With CHECK=1
# it fails if a target is missed; with BENCH_KERNEL on one kernel only.
BENCH_KERNEL	?=

bench: module tools
	selftests/bench/run $(if $(CHECK),--check) \
		$(if $(BENCH_KERNEL),--kernel $(BENCH_KERNEL))

.PHONY: bench
