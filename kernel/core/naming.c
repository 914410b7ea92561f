// SPDX-License-Identifier: GPL-2.0-only
/* Names of numbers, as rules and the audit log have them. */
#include "naming.h"

static const char *const capabilities[] = {
	"chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill",
	"setgid", "setuid", "setpcap", "linux_immutable", "net_bind_service",
	"net_broadcast", "net_admin", "net_raw", "ipc_lock", "ipc_owner",
	"sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct",
	"sys_admin", "sys_boot", "sys_nice", "sys_resource", "sys_time",
	"sys_tty_config", "mknod", "lease", "audit_write", "audit_control",
	"setfcap", "mac_override", "mac_admin", "syslog", "wake_alarm",
	"block_suspend", "audit_read", "perfmon", "bpf", "checkpoint_restore",
};

static const char *const families[] = {
	"unspec", "unix", "inet", "ax25", "ipx", "appletalk", "netrom",
	"bridge", "atmpvc", "x25", "inet6", "rose", NULL, "netbeui", "security",
	"key", "netlink", "packet", "ash", "econet", "atmsvc", "rds", "sna",
	"irda", "pppox", "wanpipe", "llc", "ib", "mpls", "can", "tipc",
	"bluetooth", "iucv", "rxrpc", "isdn", "phonet", "ieee802154", "caif",
	"alg", "nfc", "vsock", "kcm", "qipcrtr", "smc", "xdp", "mctp",
};

static const char *const types[] = {
	NULL, "stream", "dgram", "raw", "rdm", "seqpacket", "dccp", NULL, NULL,
	NULL, "packet",
};

static const char *const signals[] = {
	"exists", "hup", "int", "quit", "ill", "trap", "abrt", "bus", "fpe",
	"kill", "usr1", "segv", "usr2", "pipe", "alrm", "term", "stkflt",
	"chld", "cont", "stop", "stp", "ttin", "ttou", "urg", "xcpu", "xfsz",
	"vtalrm", "prof", "winch", "io", "pwr", "sys",
};

/* In the order of the numbers of most machines. */
static const char *const rlimits[] = {
	"cpu", "fsize", "data", "stack", "core", "rss", "nproc", "nofile",
	"memlock", "as", "locks", "sigpending", "msgqueue", "nice", "rtprio",
	"rttime",
};

static const struct {
	const char *const *names;
	u32 count;
} tables[] = {
	[NEST_NAMES_CAPABILITY] = { capabilities, ARRAY_SIZE(capabilities) },
	[NEST_NAMES_FAMILY] = { families, ARRAY_SIZE(families) },
	[NEST_NAMES_TYPE] = { types, ARRAY_SIZE(types) },
	[NEST_NAMES_SIGNAL] = { signals, ARRAY_SIZE(signals) },
	[NEST_NAMES_RLIMIT] = { rlimits, ARRAY_SIZE(rlimits) },
};

/**
 * nest_name_of() - the name of a number
 * @what: of what kind
 * @number: the number
 *
 * Return: the name in lower case, without a prefix, or NULL if there is none.
 */
const char *nest_name_of(enum nest_names what, u32 number)
{
	return number < tables[what].count ? tables[what].names[number] : NULL;
}

/**
 * nest_number_of() - the number of a name
 * @what: of what kind
 * @name: the name
 *
 * Return: the number, or NEST_NONE.
 */
u32 nest_number_of(enum nest_names what, const char *name)
{
	u32 i;

	for (i = 0; i < tables[what].count; i++)
		if (tables[what].names[i] && !strcmp(tables[what].names[i], name))
			return i;
	return NEST_NONE;
}
