# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Numbered results of tests in bash: source this. Whether one failed is in failed.
# shellcheck disable=SC2034 # they use it
failed=0
n=0

# result STATUS DESCRIPTION
result()
{
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n $2"
	else
		echo "not ok $n $2"
		failed=1
	fi
}

# same DESCRIPTION WANTED FOUND: shows in what they differ.
same()
{
	local status=0

	diff -U0 --label wanted --label found <(echo "$2") <(echo "$3") ||
		status=1
	result $status "$1"
}

# same_list DESCRIPTION WANTED FOUND: likewise, and there is something.
same_list()
{
	[ -n "$2" ] || {
		result 1 "$1"
		return
	}
	same "$@"
}
