# SPDX-License-Identifier: GPL-2.0-or-later
# Unit tests, fuzzers and kselftest programs. Any fragment may add programs to
# UNIT_TESTS, FUZZERS and SELFTESTS and give the rules that build them; the
# lists are expanded when the last fragment has been read.
.SECONDEXPANSION:

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all \
	    -fno-omit-frame-pointer
SAN_CFLAGS = $(ALL_CFLAGS) -O1 $(SANITIZE) -Ikernel/core

# --- unit tests -------------------------------------------------------------
CORE_UNIT := $(basename $(notdir $(wildcard selftests/unit/test_core_*.c)))
CORE_UNIT_TESTS := $(CORE_UNIT:%=$(BUILD)/unit/%)
CORE_UNIT_OBJ := $(CORE_SRC:kernel/core/%.c=$(BUILD)/unit/core/%.o) \
		 $(BUILD)/unit/core/image_builder.o \
		 $(BUILD)/unit/core/image_sample.o \
		 $(BUILD)/unit/core/image_exercise.o

UNIT_TESTS += $(CORE_UNIT_TESTS)

$(BUILD)/unit/core/%.o: kernel/core/%.c
	@mkdir -p $(@D)
	$(CC) $(SAN_CFLAGS) -c -o $@ $<

$(BUILD)/unit/core/%.o: selftests/unit/%.c
	@mkdir -p $(@D)
	$(CC) $(SAN_CFLAGS) -c -o $@ $<

$(CORE_UNIT_TESTS): $(BUILD)/unit/%: selftests/unit/%.c $(CORE_UNIT_OBJ)
	@mkdir -p $(@D)
	$(CC) $(SAN_CFLAGS) -Iselftests/unit -o $@ $< $(CORE_UNIT_OBJ) -lcmocka

# It asks the program that the kernel is put to the test with.
UNIT_TESTS += $(BUILD)/unit/test_authority_doc

$(BUILD)/unit/test_authority_doc: selftests/unit/test_authority_doc.sh \
		$(BUILD)/selftests/netlink/rights
	@mkdir -p $(@D)
	install -m 0755 $< $@

unit: $$(UNIT_TESTS)
	@set -e; for t in $(UNIT_TESTS); do echo "== $$t"; $$t; done

# --- fuzzers ----------------------------------------------------------------
FUZZ_SECONDS ?= 30
FUZZ_CFLAGS = $(filter-out -Wvla,$(ALL_CFLAGS)) -O1 -Ikernel/core \
	      -Iselftests/unit -fsanitize=fuzzer,address,undefined \
	      -fno-sanitize-recover=all -Wno-c2x-extensions
FUZZERS += $(BUILD)/fuzz/fuzz_core

$(BUILD)/fuzz/fuzz_core: selftests/fuzz/fuzz_core.c \
		selftests/unit/image_builder.c selftests/unit/image_sample.c \
		selftests/unit/image_exercise.c $(CORE_SRC)
	@mkdir -p $(@D)
	$(CLANG) $(filter-out -MMD -MP,$(FUZZ_CFLAGS)) -o $@ $(filter %.c,$^)

# An input that crashes is left beside the fuzzer. A fuzzer's own flags may be
# given in FUZZ_FLAGS_<its name>.
fuzz: $$(FUZZERS)
	$(foreach f,$(FUZZERS),$(call run_fuzzer,$(f))$(newline))

define newline


endef
run_fuzzer = @echo "== $(1)"; $(1) -max_total_time=$(FUZZ_SECONDS) \
	-verbosity=0 -print_final_stats=1 -artifact_prefix=$(1). \
	$(FUZZ_FLAGS_$(notdir $(1)))
FUZZ_FLAGS_fuzz_core := -max_len=8192 -len_control=0

# --- kselftest programs -----------------------------------------------------
# kselftest_harness.h comes from the linux-source package, at build time.
KSELFTEST_DIR := tools/testing/selftests
KSELFTEST_INC := $(BUILD)/kselftest
KSELFTEST_HDR := $(KSELFTEST_INC)/kselftest_harness.h

$(KSELFTEST_HDR):
	@mkdir -p $(@D)
	dir=$$(scripts/fetch-source 6.12 $(KSELFTEST_DIR)/$(@F) \
		$(KSELFTEST_DIR)/kselftest.h)/$(KSELFTEST_DIR) && \
	cp "$$dir"/kselftest.h "$$dir"/$(@F) $(@D)

# Static, so that a program can execute copies of itself under a policy that
# allows nothing else. The harness defines functions without prototypes.
SELFTEST_GROUPS := file path exec task net netlink ns lifetime bpf host
SELFTEST_SRC := $(wildcard $(SELFTEST_GROUPS:%=selftests/%/*.c))
SELFTEST_PROGS := $(SELFTEST_SRC:%.c=$(BUILD)/%)
SELFTESTS += $(SELFTEST_PROGS)
SELFTEST_CFLAGS = $(ALL_CFLAGS) -isystem $(KSELFTEST_INC) \
		  -Ikernel/include/uapi -Ikernel/core -Itools/libnest \
		  -Itools/compiler -Iselftests/common -Iselftests/unit \
		  $(shell pkg-config --cflags libnl-genl-3.0)
SELFTEST_COMMON := $(patsubst %.c,$(BUILD)/%.o,$(wildcard selftests/common/*.c)) \
		   $(BUILD)/selftests/common/image_builder.o \
		   $(BUILD)/selftests/common/image_sample.o
SELFTEST_LIBS := $(BUILD)/libnest.a $(BUILD)/libnestcompiler.a

selftests: $$(SELFTESTS)

$(BUILD)/selftests/common/%.o: selftests/common/%.c
	@mkdir -p $(@D)
	$(CC) $(SELFTEST_CFLAGS) -c -o $@ $<

$(BUILD)/selftests/common/image_%.o: selftests/unit/image_%.c
	@mkdir -p $(@D)
	$(CC) $(SELFTEST_CFLAGS) -c -o $@ $<

$(SELFTEST_PROGS): $(BUILD)/%: %.c $(SELFTEST_COMMON) $(SELFTEST_LIBS) \
		| $(KSELFTEST_HDR)
	@mkdir -p $(@D)
	$(CC) $(SELFTEST_CFLAGS) -Wno-missing-prototypes -static \
		-Wl,--no-warnings -o $@ $< $(SELFTEST_COMMON) \
		$(SELFTEST_LIBS) \
		$$(pkg-config --static --libs libnl-genl-3.0)

-include $(wildcard $(BUILD)/unit/*.d $(BUILD)/unit/core/*.d \
	$(BUILD)/selftests/*/*.d)

.PHONY: unit fuzz selftests
