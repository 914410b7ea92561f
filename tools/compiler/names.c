// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/mount.h>

#include "../../kernel/core/naming.h"
#include "names.h"

#define SIGNAL_RT_MIN	32U	/* the kernel's */
#define SIGNAL_MAX	64U

static u32 find(enum nest_names what, const char *name)
{
	u32 number = nest_number_of(what, name);

	return number == NEST_NONE ? NEST_NO_NUMBER : number;
}

/**
 * nest_capability_number() - the number of a capability
 * @name: its name, in lower case, without "CAP_"
 *
 * Return: the number, or NEST_NO_NUMBER.
 */
u32 nest_capability_number(const char *name)
{
	return find(NEST_NAMES_CAPABILITY, name);
}

/**
 * nest_family_number() - the number of an address family
 * @name: its name, in lower case, without "AF_"
 *
 * Return: the number, or NEST_NO_NUMBER.
 */
u32 nest_family_number(const char *name)
{
	return find(NEST_NAMES_FAMILY, name);
}

/**
 * nest_type_number() - the number of a socket type
 * @name: its name, in lower case, without "SOCK_"
 *
 * Return: the number, or NEST_NO_NUMBER.
 */
u32 nest_type_number(const char *name)
{
	return find(NEST_NAMES_TYPE, name);
}

/* Options of mount(8) that stand for flags; a 0 asks for a flag not to be set. */
static const struct {
	const char *name;
	u32 number;
} mount_flags[] = {
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
	size_t i;

	for (i = 0; i < ARRAY_SIZE(mount_flags); i++) {
		*flags = mount_flags[i].number;
		if (!strcmp(mount_flags[i].name, name))
			return true;
	}
	return false;
}

/**
 * nest_all_capabilities() - all capabilities that there are names for
 *
 * Return: a bit for each.
 */
u64 nest_all_capabilities(void)
{
	u64 all = 0;
	u32 i;

	for (i = 0; nest_name_of(NEST_NAMES_CAPABILITY, i); i++)
		all |= 1ULL << i;
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

	if (!strcmp(name, "emt") || !strcmp(name, "lost"))
		return NEST_SIGNAL_NEVER;
	if (strncmp(name, "rtmin+", 6))
		return find(NEST_NAMES_SIGNAL, name);
	name += 6;
	if (!*name)
		return NEST_NO_NUMBER;
	for (; *name >= '0' && *name <= '9' && number < SIGNAL_MAX; name++)
		number = 10 * number + (u32)(*name - '0');
	number += SIGNAL_RT_MIN;
	return *name || number > SIGNAL_MAX ? NEST_NO_NUMBER : number;
}
