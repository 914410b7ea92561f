# SPDX-License-Identifier: GPL-2.0-or-later
# What every part of the build uses. Included first by the top Makefile.
BUILD	:= build
CC	:= gcc
CLANG	:= clang
WARN	:= -Wall -Wextra -Werror -Wstrict-prototypes -Wmissing-prototypes \
	   -Wpointer-arith -Wshadow -Wvla
CFLAGS	?= -O2 -g
ALL_CFLAGS := -std=gnu11 $(WARN) $(CFLAGS) -D_GNU_SOURCE -MMD -MP

CORE_SRC := $(wildcard kernel/core/*.c)
