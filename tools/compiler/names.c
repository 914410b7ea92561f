// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/capability.h>
#include <linux/mount.h>
#include <sys/socket.h>

#include "names.h"

struct number {
	const char *name;
	u32 number;
};

static const struct number capabilities[] = {
	{ "chown", CAP_CHOWN },
	{ "dac_override", CAP_DAC_OVERRIDE },
	{ "dac_read_search", CAP_DAC_READ_SEARCH },
	{ "fowner", CAP_FOWNER },
	{ "fsetid", CAP_FSETID },
	{ "kill", CAP_KILL },
	{ "setgid", CAP_SETGID },
	{ "setuid", CAP_SETUID },
	{ "setpcap", CAP_SETPCAP },
	{ "linux_immutable", CAP_LINUX_IMMUTABLE },
	{ "net_bind_service", CAP_NET_BIND_SERVICE },
	{ "net_broadcast", CAP_NET_BROADCAST },
	{ "net_admin", CAP_NET_ADMIN },
	{ "net_raw", CAP_NET_RAW },
	{ "ipc_lock", CAP_IPC_LOCK },
	{ "ipc_owner", CAP_IPC_OWNER },
	{ "sys_module", CAP_SYS_MODULE },
	{ "sys_rawio", CAP_SYS_RAWIO },
	{ "sys_chroot", CAP_SYS_CHROOT },
	{ "sys_ptrace", CAP_SYS_PTRACE },
	{ "sys_pacct", CAP_SYS_PACCT },
	{ "sys_admin", CAP_SYS_ADMIN },
	{ "sys_boot", CAP_SYS_BOOT },
	{ "sys_nice", CAP_SYS_NICE },
	{ "sys_resource", CAP_SYS_RESOURCE },
	{ "sys_time", CAP_SYS_TIME },
	{ "sys_tty_config", CAP_SYS_TTY_CONFIG },
	{ "mknod", CAP_MKNOD },
	{ "lease", CAP_LEASE },
	{ "audit_write", CAP_AUDIT_WRITE },
	{ "audit_control", CAP_AUDIT_CONTROL },
	{ "setfcap", CAP_SETFCAP },
	{ "mac_override", CAP_MAC_OVERRIDE },
	{ "mac_admin", CAP_MAC_ADMIN },
	{ "syslog", CAP_SYSLOG },
	{ "wake_alarm", CAP_WAKE_ALARM },
	{ "block_suspend", CAP_BLOCK_SUSPEND },
	{ "audit_read", CAP_AUDIT_READ },
	{ "perfmon", CAP_PERFMON },
	{ "bpf", CAP_BPF },
	{ "checkpoint_restore", CAP_CHECKPOINT_RESTORE },
};

/* Numbers of families are part of the kernel's interface. */
static const struct number families[] = {
	{ "unspec", 0 },
	{ "unix", AF_UNIX },
	{ "inet", AF_INET },
	{ "ax25", 3 },
	{ "ipx", 4 },
	{ "appletalk", 5 },
	{ "netrom", 6 },
	{ "bridge", 7 },
	{ "atmpvc", 8 },
	{ "x25", 9 },
	{ "inet6", AF_INET6 },
	{ "rose", 11 },
	{ "netbeui", 13 },
	{ "security", 14 },
	{ "key", 15 },
	{ "netlink", AF_NETLINK },
	{ "packet", AF_PACKET },
	{ "ash", 18 },
	{ "econet", 19 },
	{ "atmsvc", 20 },
	{ "rds", 21 },
	{ "sna", 22 },
	{ "irda", 23 },
	{ "pppox", 24 },
	{ "wanpipe", 25 },
	{ "llc", 26 },
	{ "ib", 27 },
	{ "mpls", 28 },
	{ "can", 29 },
	{ "tipc", 30 },
	{ "bluetooth", 31 },
	{ "iucv", 32 },
	{ "rxrpc", 33 },
	{ "isdn", 34 },
	{ "phonet", 35 },
	{ "ieee802154", 36 },
	{ "caif", 37 },
	{ "alg", 38 },
	{ "nfc", 39 },
	{ "vsock", 40 },
	{ "kcm", 41 },
	{ "qipcrtr", 42 },
	{ "smc", 43 },
	{ "xdp", 44 },
	{ "mctp", 45 },
};

static const struct number types[] = {
	{ "stream", SOCK_STREAM },
	{ "dgram", SOCK_DGRAM },
	{ "raw", SOCK_RAW },
	{ "rdm", SOCK_RDM },
	{ "seqpacket", SOCK_SEQPACKET },
	{ "dccp", SOCK_DCCP },
	{ "packet", SOCK_PACKET },
};

/* Numbers of signals, as most architectures have them. */
static const struct number signals[] = {
	{ "exists", 0 },
	{ "emt", NEST_SIGNAL_NEVER },
	{ "lost", NEST_SIGNAL_NEVER },
	{ "hup", 1 },
	{ "int", 2 },
	{ "quit", 3 },
	{ "ill", 4 },
	{ "trap", 5 },
	{ "abrt", 6 },
	{ "bus", 7 },
	{ "fpe", 8 },
	{ "kill", 9 },
	{ "usr1", 10 },
	{ "segv", 11 },
	{ "usr2", 12 },
	{ "pipe", 13 },
	{ "alrm", 14 },
	{ "term", 15 },
	{ "stkflt", 16 },
	{ "chld", 17 },
	{ "cont", 18 },
	{ "stop", 19 },
	{ "stp", 20 },
	{ "ttin", 21 },
	{ "ttou", 22 },
	{ "urg", 23 },
	{ "xcpu", 24 },
	{ "xfsz", 25 },
	{ "vtalrm", 26 },
	{ "prof", 27 },
	{ "winch", 28 },
	{ "io", 29 },
	{ "pwr", 30 },
	{ "sys", 31 },
};

#define SIGNAL_RT_MIN	32U	/* the kernel's */
#define SIGNAL_MAX	64U

static u32 find(const struct number *table, size_t count, const char *name)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!strcmp(table[i].name, name))
			return table[i].number;
	return NEST_NO_NUMBER;
}

/**
 * nest_capability_number() - the number of a capability
 * @name: its name, in lower case, without "CAP_"
 *
 * Return: the number, or NEST_NO_NUMBER.
 */
u32 nest_capability_number(const char *name)
{
	return find(capabilities, ARRAY_SIZE(capabilities), name);
}

/**
 * nest_family_number() - the number of an address family
 * @name: its name, in lower case, without "AF_"
 *
 * Return: the number, or NEST_NO_NUMBER.
 */
u32 nest_family_number(const char *name)
{
	return find(families, ARRAY_SIZE(families), name);
}

/**
 * nest_type_number() - the number of a socket type
 * @name: its name, in lower case, without "SOCK_"
 *
 * Return: the number, or NEST_NO_NUMBER.
 */
u32 nest_type_number(const char *name)
{
	return find(types, ARRAY_SIZE(types), name);
}

/* Options of mount(8) that stand for flags; a 0 asks for a flag not to be set. */
static const struct number mount_flags[] = {
	{ "ro", MS_RDONLY }, { "r", MS_RDONLY }, { "read-only", MS_RDONLY },
	{ "rw", 0 }, { "w", 0 },
	{ "nosuid", MS_NOSUID }, { "suid", 0 },
	{ "nodev", MS_NODEV }, { "dev", 0 },
	{ "noexec", MS_NOEXEC }, { "exec", 0 },
	{ "sync", MS_SYNCHRONOUS }, { "async", 0 },
	{ "remount", MS_REMOUNT },
	{ "mand", MS_MANDLOCK }, { "nomand", 0 },
	{ "dirsync", MS_DIRSYNC },
	{ "nosymfollow", MS_NOSYMFOLLOW }, { "symfollow", 0 },
	{ "noatime", MS_NOATIME }, { "atime", 0 },
	{ "nodiratime", MS_NODIRATIME }, { "diratime", 0 },
	{ "bind", MS_BIND }, { "B", MS_BIND },
	{ "rbind", MS_BIND | MS_REC }, { "R", MS_BIND | MS_REC },
	{ "move", MS_MOVE }, { "M", MS_MOVE },
	{ "silent", MS_SILENT }, { "verbose", MS_SILENT }, { "loud", 0 },
	{ "acl", MS_POSIXACL }, { "noacl", 0 },
	{ "unbindable", MS_UNBINDABLE }, { "make-unbindable", MS_UNBINDABLE },
	{ "runbindable", MS_UNBINDABLE | MS_REC },
	{ "make-runbindable", MS_UNBINDABLE | MS_REC },
	{ "private", MS_PRIVATE }, { "make-private", MS_PRIVATE },
	{ "rprivate", MS_PRIVATE | MS_REC },
	{ "make-rprivate", MS_PRIVATE | MS_REC },
	{ "slave", MS_SLAVE }, { "make-slave", MS_SLAVE },
	{ "rslave", MS_SLAVE | MS_REC }, { "make-rslave", MS_SLAVE | MS_REC },
	{ "shared", MS_SHARED }, { "make-shared", MS_SHARED },
	{ "rshared", MS_SHARED | MS_REC },
	{ "make-rshared", MS_SHARED | MS_REC },
	{ "relatime", MS_RELATIME }, { "norelatime", 0 },
	{ "iversion", MS_I_VERSION }, { "noiversion", 0 },
	{ "strictatime", MS_STRICTATIME }, { "nostrictatime", 0 },
	{ "lazytime", MS_LAZYTIME }, { "nolazytime", 0 },
	{ "nouser", 1U << 31 }, { "user", 0 },
};

/**
 * nest_mount_flags() - what an option of a mount stands for
 * @name: the option
 * @flags: the flags that it sets, MS_*; 0 if it asks for one not to be set
 *
 * Return: whether it stands for flags; otherwise it is a file system's.
 */
bool nest_mount_flags(const char *name, u32 *flags)
{
	*flags = find(mount_flags, ARRAY_SIZE(mount_flags), name);
	return *flags != NEST_NO_NUMBER;
}

/**
 * nest_all_capabilities() - all capabilities that there are names for
 *
 * Return: a bit for each.
 */
u64 nest_all_capabilities(void)
{
	u64 all = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(capabilities); i++)
		all |= 1ULL << capabilities[i].number;
	return all;
}

/**
 * nest_signal_number() - the number of a signal
 * @name: its name, in lower case, without "SIG"; "rtmin+N"; or "exists"
 *
 * Return: the number, 0 for "exists", NEST_SIGNAL_NEVER for one that no machine
 * with this kernel has, or NEST_NO_NUMBER.
 */
u32 nest_signal_number(const char *name)
{
	u32 number = 0;

	if (strncmp(name, "rtmin+", 6))
		return find(signals, ARRAY_SIZE(signals), name);
	name += 6;
	if (!*name)
		return NEST_NO_NUMBER;
	for (; *name >= '0' && *name <= '9' && number < SIGNAL_MAX; name++)
		number = 10 * number + (u32)(*name - '0');
	number += SIGNAL_RT_MIN;
	return *name || number > SIGNAL_MAX ? NEST_NO_NUMBER : number;
}
