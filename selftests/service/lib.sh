# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC3043 # busybox has local
# Servers of Debian in containers of the guest, under the profiles of policy/,
# in the hands of an attacker: sourced by the scripts of the servers.
#
# What the attacker tries has to be possible for all that file permissions and
# the host's LSM say, so that it is the profile that refuses it. Without the
# profile it is possible; each script shows that in the end.
here=/selftests
# shellcheck source=selftests/container/lib.sh
. $here/container/lib.sh
# shellcheck source=selftests/container/transcript.sh
. $here/container/transcript.sh

# --- the image --------------------------------------------------------------
# service_image FILE...: an image with these files and directories of Debian's
# packages, with the profiles, and with what the attacker is after.
service_image()
{
	local file

	image_make
	for file; do
		if [ -d "$file" ]; then
			mkdir -p "$image$file"
			cp -R "$file/." "$image$file/"
		else
			image_program "$file"
		fi
	done
	install_file $here/service/attack.so /usr/lib/libattack.so
	mkdir -m 1777 $image/srv/open
	cp /policy/profiles/* $image/etc/nest/
}

# add_account NAME ID HOME SHELL
add_account()
{
	echo "$1:x:$2:$2:$1:$3:$4" >>$image/etc/passwd
	echo "$1:x:$2:" >>$image/etc/group
	echo "$1:*:19000:0:99999:7:::" >>$image/etc/shadow
}

# --- the container ----------------------------------------------------------
# service_start: a container "a" of the image, with a system log, and with
# somebody at a port that stands for the world outside.
service_start()
{
	# no line of the audit log may be missing
	echo 0 >/proc/sys/kernel/printk_ratelimit
	image_seal
	host_policy
	must_work "the container runs" host container_start a c1,c2
	run_as a cat /proc/self/attr/current
	shows "under the host's policy" "$(host_label)"
	works "it has a system log" a syslogd
	works "and the world outside" a \
		sh -c 'nc -ll -p 4444 -e true >/dev/null 2>&1 &'
	watch_host
}

# must_work DESCRIPTION WHO COMMAND...: nothing after this makes sense without.
must_work()
{
	works "$@"
	succeeded || {
		finish service
		exit 1
	}
}

# load_profiles PROFILE...
load_profiles()
{
	local profile files=/etc/nest/container

	for profile; do
		files="$files /etc/nest/$profile"
	done
	# shellcheck disable=SC2086 # a list
	must_work "the container's root loads profiles" a nestctl load $files
}

# nothing_denied [REGEX]: neither Nest nor the host's LSM refused anything since
# the mark, or only this.
nothing_denied()
{
	local refused

	refused=$({ events_since; denials_since; } | grep -vE "${1:-^$}")
	[ -z "$refused" ] || printf '%s\n' "$refused" | sed 's/^/  | /'
	[ -z "$refused" ]
}

# --- what is recorded -------------------------------------------------------
messages()
{
	inside a cat /var/log/messages
}

# What Nest wrote to the host's audit log.
records()
{
	dmesg | grep -F 'nest="DENIED"'
}

# mark_all: what the functions below look at begins here.
mark_all()
{
	mark
	mark_messages=$(messages | wc -l)
	mark_records=$(records | wc -l)
}

messages_since()
{
	messages | tail -n +$((mark_messages + 1))
}

records_since()
{
	records | tail -n +$((mark_records + 1))
}

# logged WHAT EVENT RECORD: both nestctl monitor and the audit log tell of it.
logged()
{
	check "nestctl monitor tells of $1" \
		appears "verdict denied $2" events_since
	check "the host's audit log tells of $1" appears "$3" records_since
}

# file_logged WHAT DOMAIN NAME
file_logged()
{
	logged "$1" "class file .*domain $2 name $3 " \
		"profile=\"$2\" name=\"$3\" "
}

shell_logged()
{
	logged "$1" "class exec .*domain $2 name /usr/bin/busybox " \
		"operation=\"exec\" profile=\"$2\" name=\"/usr/bin/busybox\" "
}

connect_logged()
{
	logged "$1" "class network operation (create|connect) domain $2 " \
		"operation=\"(create|connect)\" profile=\"$2\" "
}

silent()
{
	[ -z "$(denials_since)" ]
}

# --- the attacker -----------------------------------------------------------
# preload, unpreload: his code is in each program that starts from now on, or no
# longer.
preload()
{
	inside a sh -c 'echo /usr/lib/libattack.so >/etc/ld.so.preload'
}

unpreload()
{
	inside a rm /etc/ld.so.preload
}

# tried WHAT RESULT: what his code says came of it.
tried()
{
	appears "attack: $1: $2" messages_since
}

# attempts_fail DOMAIN: he has tried all since mark_all, got nothing, and all
# is on record.
attempts_fail()
{
	local domain="$1" denied='Permission denied'

	check "reading /etc/shadow is refused" tried read "$denied"
	file_logged "that" "$domain" /etc/shadow
	check "writing elsewhere is refused" tried write "$denied"
	file_logged "that" "$domain" /srv/open/planted
	check "a shell is refused" tried shell "$denied"
	shell_logged "that" "$domain"
	check "connecting to the outside is refused" tried connect "$denied"
	connect_logged "that" "$domain"
	check "the host's LSM had no part in it" silent
	fails "no file is there" a cat /srv/open/planted
}

# attempts_succeed: the same without a profile, or all that was for nothing.
attempts_succeed()
{
	check "/etc/shadow can be read" tried read "done"
	check "files can be written" tried write "done"
	check "there is a shell" tried shell "done"
	check "and a way out" tried connect "done"
	works "the file is there" a rm /srv/open/planted
}

service_end()
{
	stop_watchers
	works "the container ends" host container_stop a
	finish "$1"
}
