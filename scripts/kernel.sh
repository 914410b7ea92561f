# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # scripts/lib.sh sets cache, top
# Builds kernels that no package has. Sourced by build-debug-kernel and
# build-builtin-kernel, whose options() prints what is added to a tinyconfig.

# An option that the kernel's Kconfig dropped would be a test that nobody runs.
# Of two lines about one option the last one counts.
verify_config()
{
	local line missing=''

	while read -r line; do
		case $line in
		*=n) ! grep -q "^${line%=n}=" "$1" || missing+=" $line" ;;
		*) grep -qxF "$line" "$1" || missing+=" $line" ;;
		esac
	done < <(options | grep '^CONFIG_' | tac |
		awk -F= '!seen[$1]++')
	[ -z "$missing" ] || die "the configuration lost$missing"
}

# kmake SOURCE DIR TARGET...: DIR/build gets what make produces.
kmake()
{
	local source=$1 dir=$2

	shift 2
	env -u MAKEFLAGS -u MFLAGS nice -n 10 make -s -C "$source" O="$dir/build" \
		-j"$(nproc)" CC=gcc-12 KBUILD_BUILD_TIMESTAMP=0 "$@"
}

# configure SOURCE DIR: DIR/build gets a configuration with our options.
configure()
{
	local source=$1 dir=$2

	mkdir -p "$dir/build"
	kmake "$source" "$dir" tinyconfig
	options >>"$dir/build/.config"
	kmake "$source" "$dir" olddefconfig 2>"$dir/config.log"
	verify_config "$dir/build/.config"
}

# build SOURCE DIR TO: what the rig needs of DIR/build goes to TO.
build()
{
	local source=$1 dir=$2 to=$3

	kmake "$source" "$dir" bzImage modules
	mkdir -p "$to"
	kmake "$source" "$dir" modules_install INSTALL_MOD_PATH="$to"
	cp "$dir/build/arch/x86/boot/bzImage" "$to/vmlinuz"
	cat "$dir/build/include/config/kernel.release" >"$to/release"
}

# key COMMAND...: stands for what the command prints.
key()
{
	"$@" | sha256sum | cut -c1-16
}
