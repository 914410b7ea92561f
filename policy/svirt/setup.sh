# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Runs in the guest when the policy is loaded and not yet enforced. Devices that
# were there before have the label that all devices have; those that containers
# may use are made anew, and get theirs by name.
set -eu

device()
{
	rm -f "/dev/$1"
	mknod -m 666 "/dev/$1" c "$2" "$3"
}

device null 1 3
device zero 1 5
device full 1 7
device random 1 8
device urandom 1 9
device tty 5 0
device ptmx 5 2
