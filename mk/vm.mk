# SPDX-License-Identifier: GPL-2.0-or-later
# The module for the stock kernels, the virtual machine, and the checks that
# run everything.
.SECONDEXPANSION:

KERNELS		:= 6.1 6.12
MODULES		:= $(KERNELS:%=$(BUILD)/module/%/nest.ko)
KERNEL_FILES	:= $(shell find kernel -type f ! -name '.*')
EXPLOITS	:= $(KERNELS:%=$(BUILD)/exploit/%/exploit.ko)

KERNEL		?= 6.1
LSM		?= selinux

module: $(MODULES) $(EXPLOITS)

$(BUILD)/module/%/nest.ko: $(KERNEL_FILES) scripts/build-module
	scripts/build-module $* $(@D)

# What a test uses in place of an exploit of the kernel.
$(BUILD)/exploit/%/exploit.ko: $(wildcard selftests/exploit/*) \
		scripts/build-module
	scripts/build-module $* $(@D) selftests/exploit

# For the kernel of the machine that make runs on.
RELEASE		?= $(shell uname -r)
HOST_MODULES	:= /lib/modules/$(RELEASE)

host-module: $(KERNEL_FILES)
	scripts/build-module $(HOST_MODULES)/build $(BUILD)/module/host

install-module: host-module
	install -D -m 644 $(BUILD)/module/host/nest.ko \
		$(DESTDIR)$(HOST_MODULES)/extra/nest.ko
	[ -n "$(DESTDIR)" ] || depmod $(RELEASE)

# What the stages of the check would build, each for itself, if it were not
# there.
build-tests: $$(SELFTESTS) $$(UNIT_TESTS) $$(FUZZERS)

# What has to be loaded into the kernel.
NEST_KO = $(if $(filter builtin,$(KERNEL)),,$(BUILD)/module/$(KERNEL)/nest.ko)

kselftest: $$(NEST_KO) $(BUILD)/exploit/$(KERNEL)/exploit.ko tools selftests
	selftests/vm/kselftest --kernel $(KERNEL) --lsm $(LSM) \
		--timeout 600 $(VM_FLAGS) $(SELFTESTS)

vm-shell: $$(NEST_KO) tools
	selftests/vm/run --shell --kernel $(KERNEL) --lsm $(LSM) $(VM_FLAGS)

check:
	@scripts/check $(STAGES)

check-long:
	@scripts/check --list selftests/check-long.list $(STAGES)

checkpatch sparse shellcheck:
	@scripts/$@

help:
	@sed -n 's/^## //p' Makefile

.PHONY: module host-module install-module build-tests kselftest vm-shell \
	check check-long checkpatch sparse shellcheck help
