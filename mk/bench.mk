# SPDX-License-Identifier: GPL-2.0-or-later
# What Nest costs, in instructions: a table, and build/bench.json.
bench: module tools
	selftests/bench/run

.PHONY: bench
