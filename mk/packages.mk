# SPDX-License-Identifier: GPL-2.0-or-later
# Packages for Debian.
deb:
	scripts/build-deb

# The module's sources, where DKMS looks for them. It loads at boot.
DKMS_DIR = $(DESTDIR)/usr/src/nest-$(NEST_VERSION)

install-dkms:
	set -e; for file in $(KERNEL_FILES:kernel/%=%); do \
		install -D -m 0644 kernel/$$file $(DKMS_DIR)/$$file; \
	done
	sed '$(PLACES)' tools/dkms/dkms.conf.in > $(DKMS_DIR)/dkms.conf
	install -D -m 0644 tools/dkms/modules-load.conf \
		$(DESTDIR)/usr/lib/modules-load.d/nest.conf

.PHONY: deb install-dkms
