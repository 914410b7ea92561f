#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# "make install" writes below DESTDIR alone, at the places that PREFIX and its
# kin name; "make uninstall" takes all of that away, but for configuration that
# was changed, and nothing else. Run from the top of the tree.
set -eu
# shellcheck source=selftests/unit/result.sh
. selftests/unit/result.sh

dest=$(mktemp -d)
trap 'rm -rf "$dest"' EXIT

# run TARGET DESTDIR [VARIABLE...]
run()
{
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s "$1" DESTDIR="$2" \
		"${@:3}" > "$dest/log" 2>&1 || { cat "$dest/log"; exit 1; }
}

files()
{
	(cd "$1" && find . ! -type d -printf '%P\n' | sort)
}

# The places of a few, one of each kind; $1 is the prefix, $2 LIBDIR's.
places()
{
	cat <<-END
	$1/sbin/nestctl
	$1/share/bash-completion/completions/nestctl
	$1/share/containers/oci/hooks.d/nest.json
	$1/share/man/man8/nestctl-load.8
	$1/share/man/man5/nest-policy.5
	$1/include/nest.h
	$1/include/linux/nest_policy.h
	$2/libnest.so.0
	$2/libnest.so
	$2/libnest.a
	$2/pkgconfig/libnest.pc
	$1/lib/systemd/system/nest-policy.service
	etc/nest/policy.d/abstractions/base
	END
}

# Fails if one is missing, or if something lies elsewhere.
right_places()
{
	local file

	places "$2" "$3" | while read -r file; do
		[ -e "$1/$file" ] || { echo "$file is missing"; exit 1; }
	done || return
	! files "$1" | grep -vE "^($2|$3|etc/nest/policy\.d)/"
}

echo 1..8
status=0
run install "$dest/default"
right_places "$dest/default" usr/local usr/local/lib || status=1
result $status "the default places"

# From the top of the tree to a path that begins there.
near=$(realpath --relative-to=. "$dest/near")
run install "$near"
same "DESTDIR may be relative" "$(files "$dest/default")" \
	"$(files "$dest/near")"
run uninstall "$near"
same "it may be in uninstall, too" "" "$(files "$dest/near")"

status=0
run install "$dest/usr" PREFIX=/usr LIBDIR=/usr/lib/x86_64-linux-gnu
right_places "$dest/usr" usr usr/lib/x86_64-linux-gnu || status=1
result $status "a distribution's places"
same "the same files" \
	"$(files "$dest/default" | sed 's|^usr/local|usr|' | sort)" \
	"$(files "$dest/usr" | sed 's|/x86_64-linux-gnu||' | sort)"
status=0
! grep -rIl "$dest" "$dest/default" "$dest/usr" || status=1
result $status "no file names DESTDIR"

echo changed >> "$dest/default/etc/nest/policy.d/abstractions/base"
mkdir -p "$dest/default/usr/local/share/other"
echo theirs > "$dest/default/usr/local/share/other/file"
run uninstall "$dest/default"
same "uninstall leaves what is not ours" \
	"etc/nest/policy.d/abstractions/base
usr/local/share/other/file" "$(files "$dest/default")"
run uninstall "$dest/usr" PREFIX=/usr LIBDIR=/usr/lib/x86_64-linux-gnu
same "uninstall leaves nothing" "" "$(files "$dest/usr")"
exit $failed
