# SPDX-License-Identifier: GPL-2.0-or-later
# make demo and make check are the two commands; "make help" lists the rest.
include mk/common.mk

all: tools

include $(filter-out mk/common.mk,$(sort $(wildcard mk/*.mk)))

clean:
	rm -rf $(BUILD)

.PHONY: all clean
