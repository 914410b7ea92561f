#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Documentation/nestctl.rst has every command with its arguments, and every
# option, that nestctl's help names, and no others. Run from the top of the
# tree.
set -eu
# shellcheck source=selftests/unit/result.sh
. selftests/unit/result.sh

nestctl=${NESTCTL:-build/nestctl}
page=Documentation/nestctl.rst

# "  command arguments", each followed by what it does.
commands()
{
	"$nestctl" help | sed -n '/^usage/d; /^options/q; s/^  \([a-z]\)/\1/p' |
		sed 's/ *$//'
}

helped_options()
{
	"$nestctl" help | sed -n '1,/^options/d; p' |
		grep -o -e '--[a-z]*' | sort -u
}

page_options()
{
	sed -n '/^Options$/,/^Commands$/p' "$page" | grep '^``' |
		grep -o -e '--[a-z]\+' | sort -u
}

mapfile -t lines < <(commands)
echo "1..$((${#lines[@]} + 2))"
for line in "${lines[@]}"; do
	status=0
	grep -qxF "\`\`$line\`\`" "$page" || status=1
	result $status "$line"
done

status=0
# shellcheck disable=SC2016 # the backquotes are the page's
extra=$(sed -n '/^Commands$/,/^Letters/{s/^``\([a-z][a-z-]*\).*``$/\1/p}' "$page" |
	sort)
[ "$extra" = "$(printf '%s\n' "${lines[@]%% *}" | sort)" ] || status=1
result $status "no other commands"

status=0
diff <(helped_options) <(page_options) || status=1
result $status "options"
exit $failed
