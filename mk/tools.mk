# SPDX-License-Identifier: GPL-2.0-or-later
# libnest and nestctl.
PREFIX		?= /usr/local
LIBDIR		?= $(PREFIX)/lib
NESTDIR		?= /etc/nest/policy.d
COMPLETIONS	?= $(PREFIX)/share/bash-completion/completions
# Podman and CRI-O look in /usr/share.
OCIHOOKS	?= $(PREFIX)/share/containers/oci/hooks.d
MANDIR		?= $(PREFIX)/share/man
UNITDIR		?= $(PREFIX)/lib/systemd/system

TOOLS_PKGS	:= libnl-3.0 libnl-genl-3.0 json-c libselinux libcap
TOOLS_CFLAGS	:= $(shell pkg-config --cflags $(TOOLS_PKGS))
TOOLS_LIBS	:= $(shell pkg-config --libs $(TOOLS_PKGS))
TOOLS_INC	:= -Ikernel/include/uapi -Ikernel/core -Itools/libnest \
		   -Itools/compiler

LIBNEST_SRC	:= $(wildcard tools/libnest/*.c)
LIBNEST_OBJ	:= $(LIBNEST_SRC:%.c=$(BUILD)/%.o)
NESTCTL_SRC	:= $(wildcard tools/nestctl/*.c)
NESTCTL_OBJ	:= $(NESTCTL_SRC:%.c=$(BUILD)/%.o)

# Its number changes when programs that use the library have to be rebuilt.
LIBNEST_SONAME	:= libnest.so.0
LIBNEST_MAP	:= tools/libnest/libnest.map
NEST_VERSION	:= $(shell sed -n 's/^\#define NEST_RELEASE.*"\(.*\)"/\1/p' \
		     kernel/nest.h)

tools: $(BUILD)/nestctl $(BUILD)/$(LIBNEST_SONAME)

$(LIBNEST_OBJ): ALL_CFLAGS += -fPIC

$(LIBNEST_OBJ) $(NESTCTL_OBJ): $(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(TOOLS_CFLAGS) $(TOOLS_INC) -c -o $@ $<

$(BUILD)/tools/nestctl/main.o: ALL_CFLAGS += -DNEST_VERSION='"$(NEST_VERSION)"'
$(BUILD)/tools/nestctl/main.o: kernel/nest.h

# Objects that were made before the flags changed cannot be linked.
$(LIBNEST_OBJ): mk/tools.mk

$(BUILD)/libnest.a: $(LIBNEST_OBJ)
	rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/$(LIBNEST_SONAME): $(LIBNEST_OBJ) $(LIBNEST_MAP)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$(@F) -Wl,-z,defs \
		-Wl,--no-undefined-version \
		-Wl,--version-script=$(LIBNEST_MAP) -o $@ $(LIBNEST_OBJ) \
		$$(pkg-config --libs libnl-genl-3.0)

$(BUILD)/nestctl: $(NESTCTL_OBJ) $(BUILD)/libnest.a $(BUILD)/libnestcompiler.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(TOOLS_LIBS)

# Manual pages, from Documentation/ and what nestctl says of itself.
man: $(BUILD)/man/.made

$(BUILD)/man/.made: tools/man/manpages $(BUILD)/nestctl \
		Documentation/nestctl.rst Documentation/policy-language.rst
	rm -rf $(@D)
	tools/man/manpages $(BUILD)/nestctl $(@D)
	touch $@

# What a file says of the places where others are.
PLACES		= s|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR)|; \
		  s|@NESTDIR@|$(NESTDIR)|; s|@VERSION@|$(NEST_VERSION)|

install: tools man install-lib
	install -D -m 0755 $(BUILD)/nestctl $(DESTDIR)$(PREFIX)/sbin/nestctl
	install -D -m 0644 tools/completion/nestctl \
		$(DESTDIR)$(COMPLETIONS)/nestctl
	set -e; for page in $(BUILD)/man/*.[0-9]; do \
		install -D -m 0644 "$$page" \
			"$(DESTDIR)$(MANDIR)/man$${page##*.}/$${page##*/}"; \
	done
	install -d $(DESTDIR)$(UNITDIR)
	set -e; for unit in nest nest-policy; do \
		sed '$(PLACES)' tools/systemd/$$unit.service.in \
			> $(DESTDIR)$(UNITDIR)/$$unit.service; \
	done
	install -d $(DESTDIR)$(OCIHOOKS)
	sed '$(PLACES)' tools/hooks/nest.json.in \
		> $(DESTDIR)$(OCIHOOKS)/nest.json
	set -e; cd policy; find abstractions tunables -type f | \
	while read -r file; do \
		install -D -m 0644 "$$file" \
			"$(abspath $(DESTDIR)/$(NESTDIR))/$$file"; \
	done

install-lib: $(BUILD)/$(LIBNEST_SONAME) $(BUILD)/libnest.a
	install -d $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(PREFIX)/include/linux
	install -m 0644 $^ $(DESTDIR)$(LIBDIR)
	ln -sf $(LIBNEST_SONAME) $(DESTDIR)$(LIBDIR)/libnest.so
	sed '$(PLACES)' tools/libnest/libnest.pc.in \
		> $(DESTDIR)$(LIBDIR)/pkgconfig/libnest.pc
	install -m 0644 tools/libnest/nest.h $(DESTDIR)$(PREFIX)/include
	install -m 0644 kernel/include/uapi/linux/nest.h \
		kernel/include/uapi/linux/nest_policy.h \
		$(DESTDIR)$(PREFIX)/include/linux

# What "make install" with the same variables installs, but for configuration
# that was changed since.
uninstall:
	rm -rf $(BUILD)/uninstall
	$(MAKE) -s install DESTDIR=$(abspath $(BUILD)/uninstall)
	set -e; from=$(BUILD)/uninstall; find $$from ! -type d -printf '/%P\n' | \
	while read -r file; do case "$$file" in \
		$(NESTDIR)/*) cmp -s "$$from$$file" "$(DESTDIR)$$file" || continue;; \
		esac; rm -f "$(DESTDIR)$$file"; done
	[ ! -d '$(DESTDIR)$(NESTDIR)' ] || \
		find '$(DESTDIR)$(NESTDIR)' -depth -type d -empty -delete
	rm -rf $(BUILD)/uninstall

libnest-abi:
	tools/libnest/abi > tools/libnest/libnest.abi

# --- unit tests -------------------------------------------------------------
UNIT_TESTS += $(BUILD)/unit/test_libnest $(BUILD)/unit/test_libnest_spec \
	      $(BUILD)/unit/test_nestctl_rules $(BUILD)/unit/test_nestctl_doc \
	      $(BUILD)/unit/test_libnest_install $(BUILD)/unit/test_completion \
	      $(BUILD)/unit/test_man $(BUILD)/unit/test_install \
	      $(BUILD)/unit/test_nestctl_oci $(BUILD)/unit/test_nestctl_audit

$(BUILD)/unit/test_libnest: selftests/unit/test_libnest.c $(LIBNEST_SRC) \
		$(wildcard tools/libnest/*.h)
	@mkdir -p $(@D)
	$(CC) $(SAN_CFLAGS) $(TOOLS_CFLAGS) $(TOOLS_INC) -o $@ \
		$(filter %.c,$^) $(TOOLS_LIBS) -lcmocka

$(BUILD)/unit/test_nestctl_rules: selftests/unit/test_nestctl_rules.c \
		$(addprefix tools/nestctl/,rules.c classes.c walk.c names.c out.c \
			host.c transitions.c nestctl.h rules.h transitions.h) $(CORE_UNIT_OBJ)
	@mkdir -p $(@D)
	$(CC) $(SAN_CFLAGS) $(TOOLS_CFLAGS) $(TOOLS_INC) -Itools/nestctl \
		-Iselftests/unit -o $@ $(filter %.c %.o,$^) $(TOOLS_LIBS) \
		-lcmocka

$(BUILD)/unit/test_nestctl_oci: selftests/unit/test_nestctl_oci.c \
		$(addprefix tools/nestctl/,ocistate.c out.c nestctl.h ocistate.h)
$(BUILD)/unit/test_nestctl_audit: selftests/unit/test_nestctl_audit.c \
		$(addprefix tools/nestctl/,findings.c report.c out.c nestctl.h audit.h)

$(BUILD)/unit/test_nestctl_oci $(BUILD)/unit/test_nestctl_audit:
	@mkdir -p $(@D)
	$(CC) $(SAN_CFLAGS) $(TOOLS_CFLAGS) $(TOOLS_INC) -Itools/nestctl \
		-o $@ $(filter %.c,$^) $(TOOLS_LIBS) -lcmocka

$(BUILD)/unit/test_libnest_spec $(BUILD)/unit/test_nestctl_doc \
$(BUILD)/unit/test_libnest_install $(BUILD)/unit/test_completion \
$(BUILD)/unit/test_man $(BUILD)/unit/test_install: \
		$(BUILD)/unit/%: selftests/unit/%.sh
	@mkdir -p $(@D)
	install -m 0755 $< $@

# They run what they read about, or install.
$(BUILD)/unit/test_nestctl_doc $(BUILD)/unit/test_completion: $(BUILD)/nestctl
$(BUILD)/unit/test_libnest_install $(BUILD)/unit/test_install: tools man
$(BUILD)/unit/test_man: man

# --- kselftest programs -----------------------------------------------------
NESTCTL_TESTS := $(addprefix $(BUILD)/selftests/nestctl/,offline verbs run \
		   refusals readback detach sight top explain)
NESTCTL_COMMON := $(addprefix selftests/nestctl/,tool.c container.c)
SELFTESTS += $(NESTCTL_TESTS)

$(NESTCTL_TESTS): $(BUILD)/%: %.c $(NESTCTL_COMMON) \
		$(NESTCTL_COMMON:.c=.h) $(SELFTEST_COMMON) $(SELFTEST_LIBS)
	@mkdir -p $(@D)
	$(CC) $(SELFTEST_CFLAGS) $(TOOLS_CFLAGS) -Wno-missing-prototypes \
		-o $@ $(filter %.c %.o %.a,$^) $(TOOLS_LIBS)

.PHONY: tools man install install-lib uninstall libnest-abi

-include $(LIBNEST_OBJ:.o=.d) $(NESTCTL_OBJ:.o=.d)
