# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Sourced by every script: where the cache is, how to complain, how to get
# packages without installing them.

prog=${0##*/}
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC2034 # for the scripts that source this
build=$top/build
cache=${XDG_CACHE_HOME:-$HOME/.cache}/nest

log()
{
	printf '%s: %s\n' "$prog" "$*" >&2
}

die()
{
	log "$@"
	exit 1
}

# with_lock NAME COMMAND...: one at a time on this machine.
with_lock()
{
	local file=$cache/lock/$1

	shift
	mkdir -p "$cache/lock"
	(
		flock 9
		"$@" 9>&-
	) 9>"$file"
}

apt_update()
{
	local out

	[ "$(id -u)" = 0 ] ||
		die "package lists are out of date: run 'apt-get update' as root"
	out=$(apt-get -q update 2>&1) || die "apt-get update failed: $out"
}

# newest_package REGEX: the name with the highest version that matches.
newest_package()
{
	apt-cache search --names-only "$1" | cut -d' ' -f1 | sort -V | tail -n1
}

download_once()
{
	(cd "$1" && shift &&
	 apt-get -qq -o APT::Sandbox::User=root download "$@") >&2
}

# download DIR PACKAGE...: fetch .deb files into DIR. A mirror drops old
# versions, so a failure is retried with fresh lists.
download()
{
	download_once "$@" 2>/dev/null && return
	apt_update
	download_once "$@" || die "cannot download: ${*:2}"
}

# unpack DIR DEB...: unpack, without installing.
unpack()
{
	local dir=$1 deb

	shift
	for deb in "$@"; do
		dpkg-deb -x "$deb" "$dir" || die "cannot unpack $deb"
	done
}

# tree_files: all source files, relative to the top.
tree_files()
{
	cd "$top" || return
	if [ -e .git ] && command -v git >/dev/null; then
		git -c safe.directory="$top" ls-files | while read -r file; do
			[ ! -f "$file" ] || echo "$file"
		done
	else
		find . -path ./build -prune -o -path ./.git -prune -o -type f -printf '%P\n'
	fi
}
