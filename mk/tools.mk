# SPDX-License-Identifier: GPL-2.0-or-later
# libnest and nestctl.
PREFIX		?= /usr/local
NESTDIR		?= /etc/nest/policy.d

TOOLS_PKGS	:= libnl-3.0 libnl-genl-3.0 json-c libselinux libcap
TOOLS_CFLAGS	:= $(shell pkg-config --cflags $(TOOLS_PKGS))
TOOLS_LIBS	:= $(shell pkg-config --libs $(TOOLS_PKGS))
TOOLS_INC	:= -Ikernel/include/uapi -Ikernel/core -Itools/libnest \
		   -Itools/compiler

LIBNEST_SRC	:= $(wildcard tools/libnest/*.c)
LIBNEST_OBJ	:= $(LIBNEST_SRC:%.c=$(BUILD)/%.o)
NESTCTL_SRC	:= $(wildcard tools/nestctl/*.c)
NESTCTL_OBJ	:= $(NESTCTL_SRC:%.c=$(BUILD)/%.o)

tools: $(BUILD)/nestctl

$(LIBNEST_OBJ) $(NESTCTL_OBJ): $(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(TOOLS_CFLAGS) $(TOOLS_INC) -c -o $@ $<

$(BUILD)/libnest.a: $(LIBNEST_OBJ)
	rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/nestctl: $(NESTCTL_OBJ) $(BUILD)/libnest.a $(BUILD)/libnestcompiler.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(TOOLS_LIBS)

install: tools
	install -D -m 0755 $(BUILD)/nestctl $(DESTDIR)$(PREFIX)/sbin/nestctl
	set -e; cd policy; for d in abstractions tunables; do \
		[ -d "$$d" ] || continue; \
		find "$$d" -type f -exec install -D -m 0644 '{}' \
			'$(DESTDIR)$(NESTDIR)/{}' ';'; \
	done

# --- unit tests -------------------------------------------------------------
UNIT_TESTS += $(BUILD)/unit/test_libnest $(BUILD)/unit/test_libnest_spec \
	      $(BUILD)/unit/test_nestctl_rules $(BUILD)/unit/test_nestctl_doc

$(BUILD)/unit/test_libnest: selftests/unit/test_libnest.c $(LIBNEST_SRC) \
		$(wildcard tools/libnest/*.h)
	@mkdir -p $(@D)
	$(CC) $(SAN_CFLAGS) $(TOOLS_CFLAGS) $(TOOLS_INC) -o $@ \
		$(filter %.c,$^) $(TOOLS_LIBS) -lcmocka

$(BUILD)/unit/test_nestctl_rules: selftests/unit/test_nestctl_rules.c \
		$(addprefix tools/nestctl/,rules.c classes.c walk.c names.c out.c \
			nestctl.h rules.h) $(CORE_UNIT_OBJ)
	@mkdir -p $(@D)
	$(CC) $(SAN_CFLAGS) $(TOOLS_CFLAGS) $(TOOLS_INC) -Itools/nestctl \
		-Iselftests/unit -o $@ $(filter %.c %.o,$^) $(TOOLS_LIBS) \
		-lcmocka

$(BUILD)/unit/test_libnest_spec $(BUILD)/unit/test_nestctl_doc: \
		$(BUILD)/unit/%: selftests/unit/%.sh
	@mkdir -p $(@D)
	install -m 0755 $< $@

# It runs what it reads about.
$(BUILD)/unit/test_nestctl_doc: $(BUILD)/nestctl

# --- kselftest programs -----------------------------------------------------
NESTCTL_TESTS := $(addprefix $(BUILD)/selftests/nestctl/,offline verbs run \
		   refusals readback detach)
NESTCTL_COMMON := $(addprefix selftests/nestctl/,tool.c container.c)
SELFTESTS += $(NESTCTL_TESTS)

$(NESTCTL_TESTS): $(BUILD)/%: %.c $(NESTCTL_COMMON) \
		$(NESTCTL_COMMON:.c=.h) $(SELFTEST_COMMON) $(SELFTEST_LIBS)
	@mkdir -p $(@D)
	$(CC) $(SELFTEST_CFLAGS) $(TOOLS_CFLAGS) -Wno-missing-prototypes \
		-o $@ $(filter %.c %.o %.a,$^) $(TOOLS_LIBS)

.PHONY: tools install

-include $(LIBNEST_OBJ:.o=.d) $(NESTCTL_OBJ:.o=.d)
