# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # scripts/lib.sh sets cache, top
# What goes into the guest: sourced by run.

# Modules of the stock kernel that the guest can load, with what they need.
guest_modules="virtio_pci virtio_console overlay veth bridge dummy tun loop
	squashfs ext4 fuse binfmt_misc"

# guest_path PATH: the same place without the links /bin, /lib and so on.
guest_path()
{
	case $1 in
	/bin/*|/sbin/*|/lib/*|/lib64/*) echo "/usr$1" ;;
	*) echo "$1" ;;
	esac
}

# What scripts/fetch-packages has unpacked.
packages=$cache/packages/root

# libraries FILE: the shared libraries that it needs, the loader included. They
# come from this machine, or else from the packages.
libraries()
{
	local dirs=$packages/usr/lib/x86_64-linux-gnu:$packages/lib/x86_64-linux-gnu
	dirs+=:$packages/usr/lib/x86_64-linux-gnu/systemd
	local list

	list=$(ldd "$1" 2>/dev/null) || return 0
	case $list in
	*'not found'*) list=$(LD_LIBRARY_PATH=$dirs ldd "$1") ;;
	esac
	case $list in
	*'not found'*)
		die "$1: $(sed -n 's/^\s*\(.* not found\).*/\1/p' <<<"$list")"
		;;
	esac
	sed -n 's/^.*=> \(\/[^ ]*\) .*$/\1/p; s/^\s*\(\/[^ ]*\) .*$/\1/p' \
		<<<"$list"
}

is_elf()
{
	[ "$(head -c4 "$1" | tr -d '\0')" = $'\177ELF' ]
}

stage_libraries()
{
	local root=$1 file=$2 list lib to

	is_elf "$file" || return 0
	list=$(libraries "$file")
	for lib in $list; do
		to=$root$(guest_path "${lib#"$packages"}")
		[ -e "$to" ] || install -D -m 755 "$lib" "$to"
	done
}

# stage ROOT SRC DST: puts a file or a directory at its place in the guest,
# and the libraries of programs.
stage()
{
	local root=$1 src=$2 to file

	to=$root$(guest_path "$3")
	[ -e "$src" ] || die "$src: no such file"
	mkdir -p "$(dirname "$to")"
	if [ -d "$src" ]; then
		mkdir -p "$to"
		cp -RPp "$src/." "$to/"
		while read -r file; do
			stage_libraries "$root" "$file"
		done < <(find "$src" -type f -perm -100)
	else
		cp -Lp "$src" "$to"
		stage_libraries "$root" "$src"
	fi
}

# pack ROOT FILE: what the kernel unpacks at boot; archives may follow one
# another in one file.
pack()
{
	(cd "$1" && find . | cpio -o -H newc -R 0:0 --quiet) >"$2"
}

stage_modules()
{
	local root=$1 kernel=$2 release=$3 from=$2/lib/modules/$3
	local to=$1/usr/lib/modules/$3 name path

	mkdir -p "$to"
	for name in $guest_modules; do
		# the debug kernel lacks some, or has them built in
		modprobe -d "$kernel" -S "$release" --show-depends "$name" \
			2>/dev/null || :
	done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u |
	while read -r path; do
		case $path in
		*.xz) xz -dc "$path" >"$to/$(basename "$path" .xz)" ;;
		*) cp "$path" "$to/" ;;
		esac
	done
	cp "$from"/modules.builtin "$from"/modules.order "$to/"
	cp "$from"/modules.builtin.modinfo "$to/"
	mkdir "$root/lib"
	ln -s ../usr/lib/modules "$root/lib/modules"
	depmod -b "$root" "$release"
	rm -r "${root:?}/lib"
}

stage_busybox()
{
	local root=$1 applet

	install -D /bin/busybox "$root/usr/bin/busybox"
	busybox --list | while read -r applet; do
		[ "$applet" = busybox ] || ln -s busybox "$root/usr/bin/$applet"
	done
	# where the kernel looks for it
	ln -s ../bin/busybox "$root/usr/sbin/modprobe"
}

stage_etc()
{
	mkdir -p "$1/etc"
	cat >"$1/etc/passwd" <<-'END'
	root:x:0:0:root:/root:/bin/sh
	www-data:x:33:33:www-data:/var/www:/bin/false
	user:x:1000:1000:user:/tmp:/bin/sh
	nobody:x:65534:65534:nobody:/:/bin/false
	END
	sed 's/\([^:]*\):x:\([^:]*\):.*/\1:x:\2:/; s/nobody/nogroup/' \
		"$1/etc/passwd" >"$1/etc/group"
	echo '127.0.0.1 localhost nest' >"$1/etc/hosts"
}

make_base()
{
	local kernel=$1 release=$2 file=$3 root=$3.tmp dir

	rm -rf "$root"
	mkdir -p "$root/usr" "$root/rig" "$root/root" "$root/proc" "$root/dev"
	for dir in bin sbin lib lib64; do
		mkdir -p "$root/usr/$dir"
		ln -s "usr/$dir" "$root/$dir"
	done
	stage_busybox "$root"
	stage_etc "$root"
	mv "$root/lib" "$root/lib.link"
	stage_modules "$root" "$kernel" "$release"
	mv "$root/lib.link" "$root/lib"
	cp "$top/selftests/vm/guest/init" "$root/init"
	cp "$top/selftests/vm/guest/main" "$root/rig/main"
	pack "$root" "$file.cpio"
	mv "$file.cpio" "$file"
	rm -rf "$root"
}

# base KERNEL-DIR: the archive that all runs on a kernel share.
base()
{
	local kernel=$1 release file key

	release=$(cat "$kernel/release")
	key=$(cat "$top"/selftests/vm/lib.sh "$top"/selftests/vm/guest/* \
		/bin/busybox | sha256sum | cut -c1-16)
	file=$cache/vm/base-$release-$key
	if [ ! -e "$file" ]; then
		mkdir -p "$cache/vm"
		rm -rf "$cache/vm/base-$release-"*
		make_base "$kernel" "$release" "$file"
	fi
	echo "$file"
}
