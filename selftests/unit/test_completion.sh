#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# bash completion offers every command, and of each command the options that
# its usage names, with their long spellings, and none that nestctl does not
# know. Run from the top of the tree.
set -eu

nestctl=${NESTCTL:-build/nestctl}
# shellcheck source=tools/completion/nestctl
. "${COMPLETION:-tools/completion/nestctl}"
failed=0
n=0

# offered WORD...: what is offered for the last WORD.
offered()
{
	COMP_WORDS=(nestctl "$@")
	COMP_CWORD=$#
	COMPREPLY=()
	_nestctl "$nestctl" "${COMP_WORDS[COMP_CWORD]}" \
		"${COMP_WORDS[COMP_CWORD - 1]}"
	printf '%s\n' "${COMPREPLY[@]}" | sort -u
}

same()
{
	n=$((n + 1))
	if diff --label wanted --label offered -U0 <(echo "$2") <(echo "$3")
	then
		echo "ok $n $1"
	else
		echo "not ok $n $1"
		failed=1
	fi
}

# From JSON, where completion reads the text.
field()
{
	"$nestctl" help --json | sed -n "s/^ *\"$1\": *\"\\(.*\\)\",\\?$/\\1/p"
}

# Both spellings of what the usage names, by the list in nestctl's source.
wanted()
{
	local word long

	{
		printf '%s\n' -j --json
		tr -s ']|[ ' '\n' <<< "$1" | grep -xE -e '--?[a-zA-Z]+' || :
	} | while read -r word; do
		printf '%s\n' "$word"
		[ "${#word}" = 2 ] || continue
		long=$(sed -n "s/^\t{ \"\([a-z]*\)\",.*'${word#-}' },/\1/p" \
			tools/nestctl/args.c)
		[ -z "$long" ] || echo "--$long"
	done | sort -u
}

mapfile -t commands < <(field command)
mapfile -t usages < <(field usage)
[ "${#commands[@]}" -gt 0 ] && [ "${#commands[@]}" = "${#usages[@]}" ]
echo "1..$((${#commands[@]} + 5))"
all=$(printf '%s\n' "${commands[@]}" | sort)
same "commands" "$(printf '%s\n' --help --json "$all" | sort)" "$(offered "")"
same "commands after --json" "$(printf '%s\n' --help --json "$all" | sort)" \
	"$(offered --json "")"
same "commands to ask help about" "$all" "$(offered help "")"
for i in "${!commands[@]}"; do
	same "options of ${commands[i]}" "$(wanted "${usages[i]}")" \
		"$(offered "${commands[i]}" -)"
done
same "processes" "$$" "$(offered ps -p $$ | grep -x $$)"
same "files" Makefile "$(offered check Makef)"
exit $failed
