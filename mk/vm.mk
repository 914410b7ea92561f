# SPDX-License-Identifier: GPL-2.0-or-later
# The module for the stock kernels, the virtual machine, and the checks that
# run everything.
KERNELS		:= 6.1 6.12
MODULES		:= $(KERNELS:%=$(BUILD)/module/%/nest.ko)
KERNEL_FILES	:= $(shell find kernel -type f ! -name '.*')

module: $(MODULES)

$(BUILD)/module/%/nest.ko: $(KERNEL_FILES) scripts/build-module | deps
	scripts/build-module $* $(@D)

deps:
	@scripts/deps

.PHONY: module deps
