# SPDX-License-Identifier: GPL-2.0-or-later
# The policy compiler: build/libnestcompiler.a, its unit tests and its fuzzer.
COMPILER_DIR := tools/compiler
COMPILER_SRC := $(wildcard $(COMPILER_DIR)/*.c)
COMPILER_GEN := $(BUILD)/compiler/gen
COMPILER_NAMES := $(notdir $(COMPILER_SRC:.c=)) parser.tab lexer \
		  $(notdir $(CORE_SRC:.c=))

COMPILER_OBJ := $(COMPILER_NAMES:%=$(BUILD)/compiler/%.o)
COMPILER_UNIT_OBJ := $(COMPILER_NAMES:%=$(BUILD)/unit/compiler/%.o)
COMPILER_FUZZ_OBJ := $(COMPILER_NAMES:%=$(BUILD)/fuzz/compiler/%.o)

# What flex and bison write is not held to the same warnings.
COMPILER_GEN_CFLAGS = -std=gnu11 $(CFLAGS) -D_GNU_SOURCE -MMD -MP \
		      -I$(COMPILER_DIR) -I$(COMPILER_GEN)
COMPILER_FUZZ_CFLAGS := -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
			-fno-sanitize-recover=all -Wno-c2x-extensions

vpath %.c $(COMPILER_DIR) kernel/core $(COMPILER_GEN)

$(BUILD)/libnestcompiler.a: $(COMPILER_OBJ)
	rm -f $@
	$(AR) rcs $@ $^

$(COMPILER_GEN)/parser.tab.c: $(COMPILER_DIR)/parser.y
	@mkdir -p $(@D)
	bison -Wall -Werror -o $@ --header=$(@:.c=.h) $<

$(COMPILER_GEN)/lexer.c: $(COMPILER_DIR)/lexer.l
	@mkdir -p $(@D)
	flex -o $@ $<

$(BUILD)/compiler/lexer.o $(BUILD)/unit/compiler/lexer.o \
$(BUILD)/fuzz/compiler/lexer.o: $(COMPILER_GEN)/parser.tab.c

$(BUILD)/compiler/parser.tab.o $(BUILD)/compiler/lexer.o: \
$(BUILD)/compiler/%.o: $(COMPILER_GEN)/%.c
	$(CC) $(COMPILER_GEN_CFLAGS) -c -o $@ $<

$(BUILD)/unit/compiler/parser.tab.o $(BUILD)/unit/compiler/lexer.o: \
$(BUILD)/unit/compiler/%.o: $(COMPILER_GEN)/%.c
	@mkdir -p $(@D)
	$(CC) $(COMPILER_GEN_CFLAGS) -O1 $(SANITIZE) -c -o $@ $<

$(BUILD)/fuzz/compiler/parser.tab.o $(BUILD)/fuzz/compiler/lexer.o: \
$(BUILD)/fuzz/compiler/%.o: $(COMPILER_GEN)/%.c
	@mkdir -p $(@D)
	$(CLANG) $(COMPILER_GEN_CFLAGS) $(COMPILER_FUZZ_CFLAGS) -c -o $@ $<

$(BUILD)/compiler/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/unit/compiler/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -O1 $(SANITIZE) -c -o $@ $<

$(BUILD)/fuzz/compiler/%.o: %.c
	@mkdir -p $(@D)
	$(CLANG) $(ALL_CFLAGS) $(COMPILER_FUZZ_CFLAGS) -c -o $@ $<

# --- unit tests -------------------------------------------------------------
COMPILER_TESTS := $(basename $(notdir \
		  $(wildcard selftests/unit/test_compiler*.c)))
COMPILER_UNIT_TESTS := $(COMPILER_TESTS:%=$(BUILD)/unit/%)
UNIT_TESTS += $(COMPILER_UNIT_TESTS)

$(COMPILER_UNIT_TESTS): $(BUILD)/unit/%: selftests/unit/%.c \
		selftests/unit/compiler_helper.c $(COMPILER_UNIT_OBJ)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -O1 $(SANITIZE) -I$(COMPILER_DIR) -Ikernel/core \
		-Iselftests/unit -o $@ $(filter %.c %.o,$^) \
		$(LDFLAGS_$(@F)) -lcmocka

# Its allocations fail on demand.
LDFLAGS_test_compiler_limits := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc

# --- the fuzzer -------------------------------------------------------------
FUZZERS += $(BUILD)/fuzz/fuzz_compiler
# It begins with the policies of the tree; what it finds goes to build/.
COMPILER_CORPUS := $(BUILD)/fuzz/compiler_corpus
FUZZ_FLAGS_fuzz_compiler := -max_len=4096 -timeout=20 \
	-dict=selftests/fuzz/compiler.dict $(COMPILER_CORPUS) \
	$(wildcard policy/abstractions policy/profiles policy/apparmor)

$(BUILD)/fuzz/fuzz_compiler: selftests/fuzz/fuzz_compiler.c \
		$(COMPILER_FUZZ_OBJ)
	@mkdir -p $(@D) $(COMPILER_CORPUS)
	$(CLANG) $(filter-out -MMD -MP,$(ALL_CFLAGS)) -O1 -I$(COMPILER_DIR) \
		-Ikernel/core -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all -Wno-c2x-extensions -o $@ $(filter %.c %.o,$^)

-include $(wildcard $(BUILD)/compiler/*.d $(BUILD)/unit/compiler/*.d \
	$(BUILD)/fuzz/compiler/*.d)
