#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Each command has a manual page, made from Documentation/nestctl.rst, whose
# options and exit statuses are those that --help names; man finds nothing to
# complain of. Run from the top of the tree.
set -eu
# shellcheck source=selftests/unit/result.sh
. selftests/unit/result.sh

nestctl=${NESTCTL:-build/nestctl}
dir=${MANPAGES:-build/man}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

commands()
{
	"$nestctl" help | sed -n '/^options/q; s/^  \([a-z][a-z-]*\) .*/\1/p'
}

helped_options()
{
	"$nestctl" "$1" --help |
		sed -n '/^options:$/,/^exit status:$/s/^  -/-/p' |
		grep -oE -e '(^|, )--?[A-Za-z][a-z-]*' | tr -d ', ' | sort -u
}

helped_statuses()
{
	"$nestctl" "$1" --help | sed '1,/^exit status:$/d' |
		grep -oE '^  [0-9]+ ' | tr -d ' '
}

# shown PAGE SECTION: the lines of the section, as wide as they like to be.
shown()
{
	MANWIDTH=160 LC_ALL=C.UTF-8 man -l "$dir/$1" 2>/dev/null |
		awk -v title="$2" '/^[^ ]/ { on = $0 == title; next } on'
}

page_options()
{
	shown "nestctl-$1.8" OPTIONS | grep -E '^ {7}-' |
		grep -oE -e '(^ *|, )--?[A-Za-z][a-z-]*' | tr -d ', ' | sort -u
}

page_statuses()
{
	shown "nestctl-$1.8" "EXIT STATUS" | grep -oE '^ {7}[0-9]+' | tr -d ' '
}

# What nestctl(8) says of exit statuses covers what the commands say.
all_statuses()
{
	for command in "${list[@]}"; do
		helped_statuses "$command"
	done | sort -nu
}

summary_statuses()
{
	shown nestctl.8 "EXIT STATUS" | tr -s ' │|;,.' '\n' |
		grep -xE '[0-9]+' | grep -vx 128 | sort -nu
}

# shown_to_man PAGE: its complaints, if there are any, and its name's line.
shown_to_man()
{
	local said

	said=$(LC_ALL=C.UTF-8 MANROFFSEQ='' man --warnings -E UTF-8 -l -Tutf8 -Z \
		"$1" 2>&1 >/dev/null) || return
	[ -z "$said" ] || { echo "$1: $said"; return 1; }
	lexgrog "$1" > "$scratch/name" || { cat "$scratch/name"; return 1; }
}

# Without a command, or an option, in the documentation there are no pages.
refused()
{
	local what=$1

	mkdir -p "$scratch/Documentation"
	cp Documentation/policy-language.rst "$scratch/Documentation"
	sed "$2" Documentation/nestctl.rst > "$scratch/Documentation/nestctl.rst"
	! (tool=$PWD/tools/man/manpages nestctl=$(realpath "$nestctl")
	   cd "$scratch" && "$tool" "$nestctl" out 2> said) &&
		grep -q -e "Documentation/nestctl.rst .*$what" "$scratch/said"
}

mapfile -t list < <(commands)
[ ${#list[@]} -gt 0 ]
echo "1..$((3 * ${#list[@]} + 7))"
for command in "${list[@]}"; do
	page=$dir/nestctl-$command.8
	status=0
	if [ ! -e "$page" ] || ! shown_to_man "$page"; then
		status=1
	fi
	result $status "$command: its page"
	same_list "$command: options" "$(helped_options "$command")" \
		"$(page_options "$command")"
	same_list "$command: exit statuses" "$(helped_statuses "$command")" \
		"$(page_statuses "$command")"
done
for page in nestctl.8 nest-policy.5; do
	status=0
	shown_to_man "$dir/$page" || status=1
	result $status "$page"
done
same_list "no pages of other commands" \
	"$(printf '%s\n' "${list[@]/#/nestctl-}" | sort)" \
	"$(cd "$dir" && printf '%s\n' nestctl-* | sed 's/\.8$//' | sort)"
same_list "exit statuses in nestctl(8)" "$(all_statuses)" "$(summary_statuses)"
for what in "lacks \`\`detach\`\`:/^\`\`detach/d" \
	    "item for each of.*--revision:/^\`\`--revision/d" \
	    "no section \"Options\":/^Options\$/d"; do
	status=0
	refused "${what%%:*}" "${what#*:}" || status=1
	result $status "refused: ${what%%:*}"
done
exit $failed
