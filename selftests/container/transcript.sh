# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC3043 # busybox has local
# A transcript of what is done in containers, with checks: sourced after
# lib.sh. Each step shows the command, what has to come of it and what came.
#
# WHO is the name of a container, whose root runs the command, or "host".

checks=0
failures=0
steps=0
host_events=/run/host.events
watchers=

# --- verdicts ---------------------------------------------------------------
# check DESCRIPTION COMMAND...: holds if the command succeeds.
check()
{
	local description="$1"

	shift
	checks=$((checks + 1))
	if "$@"; then
		echo "ok $checks - $description"
	else
		failures=$((failures + 1))
		echo "not ok $checks - $description"
	fi
}

# finish NAME: the end; its status is that of the script.
finish()
{
	stop_watchers
	printf '\n%s: %d checks, %d failed\n' "$1" $checks $failures
	[ $checks -gt 0 ] && [ $failures = 0 ]
}

step()
{
	steps=$((steps + 1))
	printf '\n== %d. %s\n' $steps "$*"
}

note()
{
	printf '   (%s)\n' "$*"
}

# --- commands ---------------------------------------------------------------
# words WORD...: as one would type them.
words()
{
	local word

	for word; do
		case $word in
		*[!-A-Za-z0-9_./:=+@%,]*) printf " '%s'" "$word" ;;
		*) printf ' %s' "$word" ;;
		esac
	done
}

# run_as WHO COMMAND...: shows it, runs it; output and status are what it gave.
run_as()
{
	local who="$1"

	shift
	printf '\n%s#%s\n' "$who" "$(words "$@")"
	if [ "$who" = host ]; then
		output=$("$@" 2>&1 </dev/null)
	else
		output=$(inside "$who" "$@" 2>&1)
	fi
	status=$?
	[ -z "$output" ] || printf '%s\n' "$output" | sed 's/^/  | /'
}

expected()
{
	printf '  expected: %s; ' "$1"
	if [ "$status" = 0 ]; then
		echo "happened: it worked"
	else
		echo "happened: it failed (status $status)"
	fi
}

succeeded()
{
	[ "$status" = 0 ]
}

failed()
{
	[ "$status" != 0 ]
}

# says REGEX: the last command's output has it.
says()
{
	printf '%s\n' "$output" | grep -qE "$1"
}

says_not()
{
	! says "$1"
}

not_permitted()
{
	failed && says 'denied|not permitted|EPERM|EACCES'
}

# works DESCRIPTION WHO COMMAND...
works()
{
	local description="$1"

	shift
	run_as "$@"
	expected "it works"
	check "$description" succeeded
}

# refused DESCRIPTION WHO COMMAND...: it fails, and because it was not permitted.
refused()
{
	local description="$1"

	shift
	run_as "$@"
	expected "it is refused"
	check "$description" not_permitted
}

# fails DESCRIPTION WHO COMMAND...
fails()
{
	local description="$1"

	shift
	run_as "$@"
	expected "it fails"
	check "$description" failed
}

# shows DESCRIPTION REGEX, lacks DESCRIPTION REGEX: the last command's output
# does, or does not.
shows()
{
	check "$1" says "$2"
}

lacks()
{
	check "$1" says_not "$2"
}

# --- who refused it ---------------------------------------------------------
# watch FILE COMMAND...: its output goes to FILE until finish.
watch()
{
	local file="$1"

	shift
	: >"$file"
	(
		exec >"$file" 2>&1
		"$@" </dev/null | cat
	) &
	watchers="$watchers $!"
}

watch_host()
{
	watch $host_events nestctl monitor
	mark
}

# watch_inside NAME FILE: the events that a container's root sees.
watch_inside()
{
	watch "$2" "${runtime:?}" exec "$1" nestctl monitor
}

stop_watchers()
{
	local dir

	for dir in /proc/[0-9]*; do
		[ "$(cat "$dir/comm" 2>/dev/null)" != nestctl ] ||
			kill "${dir#/proc/}" 2>/dev/null
	done
	[ -z "$watchers" ] || wait
	watchers=
}

denials()
{
	dmesg | grep -E 'avc:  denied|apparmor="DENIED"'
}

# mark: what nest_refused and the like look at begins here.
mark()
{
	mark_events=$(wc -l <$host_events)
	mark_denials=$(denials | wc -l)
}

events_since()
{
	tail -n +$((mark_events + 1)) $host_events
}

denials_since()
{
	denials | tail -n +$((mark_denials + 1))
}

# appears REGEX COMMAND...: the command's output has it, or has it soon.
appears()
{
	local regex="$1" try=0 line

	shift
	while [ $((try += 1)) -le 30 ]; do
		line=$("$@" | grep -E "$regex" | tail -n 1)
		if [ "$line" ]; then
			printf '  | %s\n' "$line"
			return
		fi
		usleep 100000
	done
	return 1
}

nest_alone()
{
	appears "verdict denied.*$1" events_since && [ -z "$(denials_since)" ]
}

host_alone()
{
	appears "$1" denials_since && [ -z "$(events_since)" ]
}

# nest_refused DESCRIPTION REGEX: it was Nest, and the host's LSM had no part.
nest_refused()
{
	echo "  Nest's event, as the host sees it:"
	check "$1" nest_alone "$2"
	mark
}

# host_refused DESCRIPTION REGEX: it was the host's LSM, and Nest no part.
host_refused()
{
	echo "  the host's audit record:"
	check "$1" host_alone "$2"
	mark
}
