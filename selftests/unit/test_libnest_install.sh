#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What "make install" installs of libnest: a program is built by pkg-config
# against that alone and runs; the library exports what its map and its header
# name, and nothing else. Run from the top of the tree.
set -eu
# shellcheck source=selftests/unit/result.sh
. selftests/unit/result.sh

dest=$(mktemp -d)
trap 'rm -rf "$dest"' EXIT
lib=$dest/opt/nest/lib
header=$dest/opt/nest/include/nest.h

installed()
{
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s install \
		DESTDIR="$dest" PREFIX=/opt/nest > "$dest/log" 2>&1 ||
		{ cat "$dest/log"; exit 1; }
}

declared()
{
	sed 's|/\*.*||' "$header" |
		grep -oE '^[a-z].*\<nest_[a-z_]+\(' | grep -v '^typedef' |
		grep -oE 'nest_[a-z_]+\($' | tr -d '(' | sort
}

# With the version, without the version's own symbol.
exported()
{
	nm -D --defined-only --with-symbol-versions "$lib/libnest.so.0" |
		awk '$2 != "A" { print $3 }' | sort
}

mapped()
{
	awk '/^NEST_/ { version = $1 }
		/^\tnest_/ { sub(";", ""); print $1 "@@" version }' \
		tools/libnest/libnest.map | sort
}

pc()
{
	PKG_CONFIG_PATH=$lib/pkgconfig pkg-config "$@" libnest
}

program()
{
	cat <<-'END'
	#include <errno.h>
	#include <nest.h>
	#include <stdio.h>

	int main(void)
	{
		struct nest_error error = { 0 };
		struct nest *nest;

		if (!nest_open(&nest, &error))
			nest_close(nest);
		else if (!error.code || !error.message[0])
			return 1;
		return !nest_change_reason(-EACCES);
	}
	END
}

linked()
{
	local flags

	flags=$(PKG_CONFIG_PATH=$lib/pkgconfig pkg-config --cflags --libs \
		--define-variable=prefix="$dest/opt/nest" \
		--define-variable=libdir="$lib" libnest) || return
	program > "$dest/program.c"
	# shellcheck disable=SC2086 # words
	(cd "$dest" && gcc -Wall -Werror -o program program.c $flags) || return
	LD_LIBRARY_PATH=$lib "$dest/program"
}

# What went away or changed breaks programs.
agreed()
{
	diff -U0 --label libnest.abi --label "tools/libnest/abi says" \
		tools/libnest/libnest.abi <(tools/libnest/abi) && return
	cat <<-'END'
	# The ABI of libnest changes. A new function goes to a version of its
	# own in libnest.map; a changed or lost one takes another SONAME once a
	# release has been made. If the change is meant: make libnest-abi.
	END
	return 1
}

echo 1..7
status=0
agreed || status=1
result $status "the ABI is what was agreed on"
installed
same_list "the map is what the header declares" "$(declared)" \
	"$(mapped | sed 's/@.*//')"
same_list "the library exports what the map names" "$(mapped)" "$(exported)"
same_list "its SONAME" libnest.so.0 "$(objdump -p "$lib/libnest.so" |
	awk '$1 == "SONAME" { print $2 }')"
same_list "pkg-config's version is the module's" "$(pc --modversion)" \
	"$(sed -n 's/^#define NEST_RELEASE.*"\(.*\)"/\1/p' kernel/nest.h)"
status=0
linked || status=1
result $status "a program is built and runs"
same_list "it uses the shared library" libnest.so.0 "$(objdump -p "$dest/program" |
	awk '$1 == "NEEDED" && /nest/ { print $2 }')"
exit $failed
