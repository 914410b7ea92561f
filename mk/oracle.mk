# SPDX-License-Identifier: GPL-2.0-or-later
# Nest's verdicts beside AppArmor's; see Documentation/oracle.rst.
.SECONDEXPANSION:

SEED	?= 1
N	?= 100
PROBES	?= 50
ABOUT	?= all

ORACLE		:= $(BUILD)/oracle
ORACLE_CFLAGS	= $(ALL_CFLAGS) -Ikernel/include/uapi -Itools/libnest \
		  $(shell pkg-config --cflags libnl-genl-3.0)
oracle_src	= $(1:%=selftests/oracle/%.c)
ORACLE_GENERATE	:= $(call oracle_src,generate generate_profile \
		   generate_probes generate_peers generate_exec \
		   generate_change generate_carry \
		   generate_mount pattern random tree)
ORACLE_GUEST	:= $(call oracle_src,guest side side_apparmor side_nest probe \
		   probe_exec probe_peer probe_change probe_carry probe_mount peer tree)
ORACLE_HDR	:= $(wildcard selftests/oracle/*.h)

oracle: $$(BUILD)/module/$$(KERNEL)/nest.ko tools oracle-programs
	@selftests/oracle/run $(SEED) $(N) $(PROBES) $(ABOUT) \
		--kernel $(KERNEL) --timeout 900 $(VM_FLAGS)

oracle-selftest: $$(BUILD)/module/$$(KERNEL)/nest.ko tools oracle-programs
	@selftests/oracle/selftest --kernel $(KERNEL) $(VM_FLAGS)

oracle-programs: $(addprefix $(ORACLE)/,generate guest target)

$(ORACLE)/generate: $(ORACLE_GENERATE) $(ORACLE_HDR)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -o $@ $(filter %.c,$^)

$(ORACLE)/guest: $(ORACLE_GUEST) $(BUILD)/libnest.a $(ORACLE_HDR)
	@mkdir -p $(@D)
	$(CC) $(ORACLE_CFLAGS) -o $@ $(filter %.c %.a,$^) \
		-static $$(pkg-config --static --libs libnl-genl-3.0)

$(ORACLE)/target: selftests/oracle/target.c $(ORACLE_HDR)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -ffreestanding -fno-stack-protector -nostdlib \
		-static -o $@ $<

.PHONY: oracle oracle-selftest oracle-programs
