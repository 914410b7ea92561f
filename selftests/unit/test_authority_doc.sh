#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The tables of Documentation/authority.rst are those of the test whose cells
# the kernel has to agree with. Run from the top of the tree.
set -eu

rights=${RIGHTS:-build/selftests/netlink/rights}
page=${PAGE:-Documentation/authority.rst}
failed=0
n=0

# paged TITLE: the table between the comment and the next one.
paged()
{
	sed -n "/^\.\. table of $1\$/,/^\.\. end\$/{/^\.\. /d; /./p}" "$page"
}

tested()
{
	"$rights" --table | awk -v want="$1" '!NF { n++; next } n == want'
}

same()
{
	n=$((n + 1))
	if [ -n "$2" ] && diff -U0 --label "rights --table" --label "$page" \
		<(echo "$2") <(echo "$3")
	then
		echo "ok $n $1"
	else
		echo "not ok $n $1"
		failed=1
	fi
}

echo 1..2
same "who may change what" "$(tested 0)" "$(paged changes)"
same "who sees what" "$(tested 1)" "$(paged sights)"
exit $failed
