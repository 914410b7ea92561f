# SPDX-License-Identifier: GPL-2.0-or-later
## make demo          a container confines its own services, under SELinux
## make check         all tests; STAGES="..." for some of selftests/check.list
##
## make tools         build/nestctl
## make module        build/module/6.1/nest.ko and 6.12/nest.ko
## make unit, fuzz    unit tests, fuzzers (FUZZ_SECONDS=30 each)
## make selftests     build/selftests/*/*
## make kselftest     run those in a virtual machine (KERNEL=6.1|6.12,
##                    LSM=none|selinux|apparmor)
## make vm-shell      a shell in such a machine, with the module loaded;
##                    VM_FLAGS="..." for selftests/vm/run
## make bench         what the module costs; CHECK=1: fails if that is too much
## make check-long    the kselftests on a debug kernel
## make checkpatch, sparse, shellcheck
## make install       nestctl, libnest, manual pages and the policies (PREFIX,
##                    DESTDIR); make uninstall, with the same variables
## make install-module   nest.ko for the running kernel (DESTDIR, RELEASE)
## make deb           Debian packages, to build/deb
## make clean
##
## Packages that are missing are installed first if this runs as root
## (scripts/deps has the list); kernels are kept in ~/.cache/nest.
include mk/common.mk

# Before anything asks pkg-config. DEPS=0: they are there.
ifneq ($(filter-out help clean,$(or $(MAKECMDGOALS),all)),)
ifeq ($(origin DEPS),undefined)
DEPS := $(shell scripts/deps >&2; echo $$?)
endif
ifneq ($(DEPS),0)
$(error packages are missing, see above)
endif
endif

all: tools

include $(filter-out mk/common.mk,$(sort $(wildcard mk/*.mk)))

clean:
	rm -rf $(BUILD)

.PHONY: all clean
