# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC3043 # busybox has local
# Real containers in the guest: sourced by scripts there. A container is an OCI
# bundle below $containers, with an overlay of $image as its root, user, pid,
# mount, network, uts and ipc namespaces of its own, and root of its user
# namespace inside. All containers map to the same ids of the host, so that
# file permissions do not keep one from another: that is left to the host's
# LSM and to Nest.
#
# The script may set runtime before, and rootful to 1: then containers have no user
# namespace, and no CAP_MAC_ADMIN. annotations, a list of JSON members, makes them
# have those, and Nest's hook; program is what the container executes first;
# unlabelled set to 1 leaves it with the label of the host's own processes.
export PATH=/usr/sbin:/usr/bin

containers=/srv/containers
image=/srv/image
map_base=100000
map_size=65536
runtime=${runtime:-crun}
rootful=${rootful:-}
annotations=${annotations:-}
program=${program:-}
unlabelled=${unlabelled:-}
[ -z "$rootful" ] || map_base=0
host_lsm=$(grep -oE 'selinux|apparmor' /sys/kernel/security/lsm)

mkdir -p $containers $image

# Nothing that runtimes, services and administrators do is a compromise.
echo kill >/sys/module/nest/parameters/compromise

# --- the image --------------------------------------------------------------
# image_libraries PROGRAM...: the shared libraries that programs need.
image_libraries()
{
	local program lib

	for program; do
		/lib64/ld-linux-x86-64.so.2 --list "$program" 2>/dev/null |
			sed -n 's/^[^/]*\(\/[^ ]*\) (0x.*/\1/p'
	done | sort -u | while read -r lib; do
		[ -e "$image/$lib" ] || install_file "$lib" "$lib"
	done
}

# install_file SRC DST: into the image, libraries aside.
install_file()
{
	mkdir -p "$image/$(dirname "$2")"
	cp -L "$1" "$image/$2"
}

# image_program FILE...: into the image, each at its own place, with their
# libraries.
image_program()
{
	local program

	for program; do
		install_file "$program" "$program"
	done
	image_libraries "$@"
}

# What is in each image: busybox, nestctl and what profiles include, accounts.
image_make()
{
	local dir applet

	mount -t tmpfs -o "$(context mode=755 "$(label image)")" image $image
	for dir in bin sbin lib lib64; do
		mkdir -p "$image/usr/$dir"
		ln -s "usr/$dir" "$image/$dir"
	done
	(cd $image && mkdir -p dev proc sys tmp run root mnt srv etc/nest/policy.d \
		var/log)
	install_file /usr/bin/busybox /usr/bin/busybox
	image_program /usr/bin/nestctl
	for applet in $(busybox --list); do
		[ "$applet" = busybox ] ||
			ln -s busybox "$image/usr/bin/$applet"
	done
	# a program of its own, so that a policy can tell it from the others
	cp "$image/usr/bin/busybox" "$image/usr/sbin/httpd"
	cp -r /policy/tunables /policy/abstractions $image/etc/nest/policy.d/
	cp /etc/passwd /etc/group /etc/hosts $image/etc/
	echo 'root:*:19000:0:99999:7:::' >$image/etc/shadow
	chmod 600 $image/etc/shadow
}

# image_seal: when all is in the image, its root becomes the containers' root.
image_seal()
{
	chown -R $map_base:$map_base $image
}

# --- labels -----------------------------------------------------------------
# label KIND CATEGORIES: the SELinux label of a container's process or file.
label()
{
	case $1 in
	process) echo "system_u:system_r:container_t:s0:$2" ;;
	file) echo "system_u:object_r:container_file_t:s0:$2" ;;
	image) echo "system_u:object_r:container_image_t:s0" ;;
	secret) echo "system_u:object_r:secret_t:s0" ;;
	esac
}

# host_policy: what else the host's LSM needs before a container can start.
host_policy()
{
	[ "$host_lsm" != apparmor ] ||
		cat /selftests/container/apparmor.policy \
			>/sys/kernel/security/apparmor/.load
}

# host_label: what the label of a container's process looks like.
host_label()
{
	case $host_lsm in
	selinux) echo ':container_t:' ;;
	apparmor) echo '^nest-container \(enforce\)' ;;
	esac
}

# context OPTIONS LABEL: mount options, with a label if SELinux is there.
context()
{
	if [ "$host_lsm" = selinux ]; then
		echo "${1:+$1,}context=\"$2\""
	else
		echo "$1"
	fi
}

# volume DIR LABEL: a directory that the containers' root owns, on a file system
# with that label.
volume()
{
	mkdir -p "$1"
	mount -t tmpfs -o "$(context "uid=$map_base,gid=$map_base" "$2")" \
		volume "$1"
}

# --- the bundle -------------------------------------------------------------
# What the runtime is to do about the host's LSM, as JSON.
lsm_process()
{
	[ -z "$unlabelled" ] || return 0
	case $host_lsm in
	selinux) printf '"selinuxLabel": "%s",' "$(label process "$1")" ;;
	apparmor) printf '"apparmorProfile": "nest-container",' ;;
	esac
}

lsm_mounts()
{
	[ "$host_lsm" != selinux ] ||
		printf '"mountLabel": "%s",' "$(label file "$1")"
}

# All that root of a user namespace has, MAC_ADMIN with them; not so without one.
capabilities()
{
	printf '"CAP_%s"' CHOWN
	printf ', "CAP_%s"' DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL \
		SETGID SETUID SETPCAP NET_BIND_SERVICE NET_ADMIN NET_RAW \
		IPC_LOCK IPC_OWNER SYS_CHROOT SYS_PTRACE SYS_ADMIN SYS_NICE \
		SYS_RESOURCE MKNOD LEASE SETFCAP
	[ -n "$rootful" ] || printf ', "CAP_%s"' MAC_ADMIN
}

# The user namespace, as JSON.
user_namespace_type()
{
	[ -n "$rootful" ] || printf ', { "type": "user" }'
}

user_namespace()
{
	local kind

	[ -z "$rootful" ] || return 0
	for kind in uid gid; do
		printf '"%sMappings": [ { "containerID": 0, "hostID": %s,
			"size": %s } ],' $kind "$map_base" "$map_size"
	done
}

volume_mounts()
{
	local pair

	for pair; do
		printf ',{"destination": "%s", "type": "bind", "source": "%s",
			"options": ["rbind", "rw"]}' "${pair#*:}" "${pair%:*}"
	done
}

# What the runtime does before the first program.
hooks()
{
	[ "$annotations" ] || return 0
	printf '"hooks": { "createRuntime": [ { "path": "/usr/bin/nestctl",
		"args": [ "nestctl", "oci-hook" ] } ] },
		"annotations": { %s },' "$annotations"
}

# config CATEGORIES [VOLUME:PLACE]...: the bundle's config.json.
config()
{
	local categories="$1" caps

	shift
	caps=$(capabilities)
	cat <<-END
	{
	  "ociVersion": "1.0.0",
	  "hostname": "container",
	  $(hooks)
	  "root": { "path": "root", "readonly": false },
	  "process": {
	    $(lsm_process "$categories")
	    "terminal": false,
	    "user": { "uid": 0, "gid": 0 },
	    "cwd": "/",
	    "env": [ "PATH=/usr/sbin:/usr/bin", "HOME=/root" ],
	    "args": [ "/bin/sh", "-c", "$program while :; do sleep 1000 & wait; done" ],
	    "noNewPrivileges": false,
	    "capabilities": {
	      "bounding": [ $caps ],
	      "effective": [ $caps ],
	      "permitted": [ $caps ]
	    }
	  },
	  "mounts": [
	    { "destination": "/proc", "type": "proc", "source": "proc" },
	    { "destination": "/dev", "type": "tmpfs", "source": "tmpfs",
	      "options": [ "nosuid", "mode=755", "size=1m" ] },
	    { "destination": "/dev/pts", "type": "devpts", "source": "devpts",
	      "options": [ "newinstance", "ptmxmode=0666", "mode=0620" ] },
	    { "destination": "/dev/shm", "type": "tmpfs", "source": "shm",
	      "options": [ "nosuid", "noexec", "nodev", "mode=1777" ] },
	    { "destination": "/sys", "type": "sysfs", "source": "sysfs",
	      "options": [ "nosuid", "noexec", "nodev", "ro" ] },
	    { "destination": "/tmp", "type": "tmpfs", "source": "tmpfs",
	      "options": [ "nosuid", "nodev", "mode=1777" ] },
	    { "destination": "/run", "type": "tmpfs", "source": "tmpfs",
	      "options": [ "nosuid", "nodev", "mode=755" ] }
	    $(volume_mounts "$@")
	  ],
	  "linux": {
	    $(lsm_mounts "$categories")
	    $(user_namespace)
	    "namespaces": [
	      { "type": "pid" }, { "type": "mount" }, { "type": "network" },
	      { "type": "ipc" }, { "type": "uts" }$(user_namespace_type)
	    ],
	    "maskedPaths": [ "/proc/kcore", "/proc/keys", "/sys/firmware" ],
	    "readonlyPaths": [ "/proc/sys", "/proc/sysrq-trigger" ]
	  }
	}
	END
}

# --- life -------------------------------------------------------------------
# The files below an overlay have the label that the overlay shows: SELinux
# asks for both when a mapping changes.
overlay()
{
	local dir="$1" layer="$1/layer"

	mkdir -p "$layer" "$dir/root"
	mount -t tmpfs -o "$(context mode=755 "$2")" layer "$layer"
	mkdir "$layer/upper" "$layer/work"
	chown $map_base:$map_base "$layer/upper" "$layer/work"
	mount -t overlay -o "$(context \
		"lowerdir=$image,upperdir=$layer/upper,workdir=$layer/work" \
		"$2")" overlay "$dir/root"
}

# container_start NAME CATEGORIES [VOLUME:PLACE]...
container_start()
{
	local name="$1" categories="$2" dir="$containers/$1"

	shift 2
	mkdir -p "$dir"
	chmod 711 /srv $containers "$dir"
	overlay "$dir" "$(label file "$categories")" || return 1
	config "$categories" "$@" >"$dir/config.json"
	grep -E '"(selinuxLabel|mountLabel|apparmorProfile)"' "$dir/config.json"
	echo "$runtime run -d --bundle $dir $name"
	$runtime --log "$dir/log" run -d --bundle "$dir" \
		--pid-file "$dir/pid" "$name" </dev/null >/dev/null 2>&1 || {
		cat "$dir/log"
		container_remains "$name"
		return 1
	}
	inside "$name" ip link set lo up
}

# container_pid NAME: its first process, as the host counts.
container_pid()
{
	cat "$containers/$1/pid"
}

# inside NAME COMMAND...: as root of the container.
inside()
{
	local name="$1"

	shift
	$runtime exec "$name" "$@" </dev/null
}

container_stop()
{
	$runtime delete -f "$1"
	container_remains "$1"
}

container_remains()
{
	umount "$containers/$1/root" "$containers/$1/layer"
	rm -rf "${containers:?}/$1"
}
