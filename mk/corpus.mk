# SPDX-License-Identifier: GPL-2.0-or-later
# The profiles that Debian ships: how many the compiler takes, and what it
# costs beside apparmor_parser.
corpus: tools
	@selftests/corpus/run

corpus-bench: tools
	@selftests/corpus/bench

.PHONY: corpus corpus-bench
