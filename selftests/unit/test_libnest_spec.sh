#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The netlink spec names what the header names, in the same order, so with the
# same numbers. Run from the top of the tree.
set -eu

spec=Documentation/netlink/specs/nest.yaml
header=kernel/include/uapi/linux/nest.h
failed=0
n=0

# Enumerators of an enum in the header, without first and last markers.
enumerators()
{
	awk -v enum="enum $1 {" -v prefix="$2" '
		$0 == enum { inside = 1; next }
		/^};/ { inside = 0 }
		inside && $1 ~ "^" prefix {
			sub(",", "", $1)
			sub("^" prefix, "", $1)
			if ($1 != "UNSPEC" && $1 != "MAX")
				print tolower($1)
		}' "$header" | tr _ -
}

# Names in a list of the spec: its top-level key, then the name of the set.
attributes()
{
	awk '/^[a-z]/ { top = $1 }
		top == "attribute-sets:" && /^    name:/ { set = $2 }
		top == "attribute-sets:" && set == "nest" &&
			/^        name:/ { print $2 }' "$spec"
}

operations()
{
	awk '/^[a-z]/ { top = $1 }
		top == "operations:" && /^      name:/ { print $2 }' "$spec"
}

entries()
{
	awk -v name="$1" '/^[a-z]/ { top = $1 }
		top == "definitions:" && /^    name:/ { enum = $2 }
		top == "definitions:" && enum == name &&
			/^      - / { print $2 }' "$spec"
}

same()
{
	local what=$1 a=$2 b=$3

	n=$((n + 1))
	if [ -n "$a" ] && [ "$a" = "$b" ]; then
		echo "ok $n $what"
		return
	fi
	echo "not ok $n $what"
	diff <(echo "$a") <(echo "$b") || :
	failed=1
}

# A number of its own would shift all that follow.
first_value()
{
	awk '/^ +value: / { print $2 }' "$spec"
}

echo 1..6
same "commands" "$(enumerators nest_cmd NEST_CMD_)" "$(operations)"
same "attributes" "$(enumerators nest_attr NEST_A_)" "$(attributes)"
same "modes" "$(enumerators nest_mode NEST_MODE_)" "$(entries mode)"
same "classes" "$(enumerators nest_class NEST_CLASS_)" "$(entries class)"
same "verdicts" "$(enumerators nest_verdict NEST_VERDICT_)" "$(entries verdict)"
same "commands are numbered from 1" 1 "$(first_value)"
exit $failed
