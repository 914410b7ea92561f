# SPDX-License-Identifier: GPL-2.0-or-later
# What Nest does for containers, step by step.
.SECONDEXPANSION:

demo: $$(BUILD)/module/$$(KERNEL)/nest.ko tools
	@selftests/demo/run --kernel $(KERNEL) $(VM_FLAGS)

.PHONY: demo
