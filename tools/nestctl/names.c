// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of the numbers that the kernel sends. */
#include <stdio.h>
#include <string.h>

#include "naming.h"
#include "nestctl.h"

#define SIGNAL_RT_MIN	32U	/* the kernel's */

/* In the order of the bits of NEST_FILE_*. */
static const char permission_letters[] = "xwracdtgpoklm";

static const char *const classes[] = {
	[NEST_CLASS_FILE]	= "file",
	[NEST_CLASS_EXEC]	= "exec",
	[NEST_CLASS_CAPABILITY]	= "capability",
	[NEST_CLASS_NETWORK]	= "network",
	[NEST_CLASS_MOUNT]	= "mount",
	[NEST_CLASS_PTRACE]	= "ptrace",
	[NEST_CLASS_IO_URING]	= "io_uring",
	[NEST_CLASS_SIGNAL]	= "signal",
	[NEST_CLASS_CHANGE]	= "change",
	[NEST_CLASS_USERNS]	= "userns",
	[NEST_CLASS_RLIMIT]	= "rlimit",
	[NEST_CLASS_MQUEUE]	= "mqueue",
	[NEST_CLASS_COMPROMISE]	= "compromise",
};

/* By bit; the others have no name in rules. */
static const char *const mount_flags[32] = {
	"ro", "nosuid", "nodev", "noexec", "sync", "remount", "mand",
	"dirsync", "nosymfollow", NULL, "noatime", "nodiratime", "bind",
	"move", "rec", "silent", "acl", "unbindable", "private", "slave",
	"shared", "relatime", NULL, "iversion", "strictatime", "lazytime",
};

/**
 * name_mount_flags() - flags of a mount as words
 * @name: where to put them, joined by commas; empty for none
 * @size: bytes there
 * @flags: MS_*
 */
void name_mount_flags(char *name, size_t size, uint32_t flags)
{
	unsigned int i;
	size_t n = 0;

	name[0] = '\0';
	for (i = 0; i < ARRAY_SIZE(mount_flags) && n < size; i++)
		if (flags & 1U << i && mount_flags[i])
			n += snprintf(name + n, size - n, "%s%s", n ? "," : "",
				      mount_flags[i]);
}

/**
 * name_mount_flag() - the flag that a word stands for
 * @name: as name_mount_flags() writes it
 *
 * Return: MS_*, or 0.
 */
uint32_t name_mount_flag(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mount_flags); i++)
		if (mount_flags[i] && !strcmp(mount_flags[i], name))
			return 1U << i;
	return 0;
}

static const char *const modes[] = {
	[NEST_MODE_ENFORCE]	= "enforce",
	[NEST_MODE_COMPLAIN]	= "complain",
	[NEST_MODE_UNCONFINED]	= "unconfined",
	[NEST_MODE_EXEMPT]	= "exempt",
	[NEST_MODE_KILL]	= "kill",
};

static const char *const backends[] = {
	[NEST_BACKEND_MODULE]	= "module",
	[NEST_BACKEND_LSM]	= "lsm",
};

static const char *const verdicts[] = {
	[NEST_VERDICT_DENIED]	= "denied",
	[NEST_VERDICT_ALLOWED]	= "allowed",
	[NEST_VERDICT_KILLED]	= "killed",
};

static const char *const attributes[] = {
	[NEST_A_PID]		= "pid",
	[NEST_A_NS]		= "ns",
	[NEST_A_ORIGIN]		= "origin",
	[NEST_A_IMAGE_FD]	= "image-fd",
	[NEST_A_NAME]		= "name",
	[NEST_A_REVISION]	= "revision",
	[NEST_A_UID]		= "uid",
};

static const char *find(const char *const *names, size_t count,
			unsigned int number)
{
	return number < count ? names[number] : NULL;
}

/**
 * name_permissions() - file permissions as letters
 * @name: where to put them
 * @size: bytes there
 * @permissions: NEST_FILE_*
 */
void name_permissions(char *name, size_t size, uint32_t permissions)
{
	size_t bit, n = 0;

	for (bit = 0; bit < strlen(permission_letters) && n + 1 < size; bit++)
		if (permissions & 1U << bit)
			name[n++] = permission_letters[bit];
	name[n] = '\0';
}

/**
 * name_access() - access to a socket as policies name it
 * @access: one of NEST_SOCK_*
 *
 * Return: it, or NULL.
 */
const char *name_access(uint32_t access)
{
	static const char *const words[] = {
		"create", "bind", "listen", "accept", "connect", "shutdown",
		"getattr", "setattr", "getopt", "setopt", "send", "receive",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (access == 1U << i)
			return words[i];
	return NULL;
}

/**
 * name_capability() - a capability as policies name it
 * @name: where to put it
 * @size: bytes there
 * @capability: its number
 */
void name_capability(char *name, size_t size, unsigned int capability)
{
	const char *known = nest_name_of(NEST_NAMES_CAPABILITY, capability);

	if (known)
		snprintf(name, size, "%s", known);
	else
		snprintf(name, size, "%u", capability);
}

/**
 * name_signal() - a signal as policies name it
 * @name: where to put it
 * @size: bytes there
 * @signal: its number
 */
void name_signal(char *name, size_t size, uint32_t signal)
{
	const char *known = nest_name_of(NEST_NAMES_SIGNAL, signal);

	if (known)
		snprintf(name, size, "%s", known);
	else
		snprintf(name, size, "rtmin+%u", signal - SIGNAL_RT_MIN);
}

/**
 * name_ptrace() - kinds of tracing as policies name them
 * @name: where to put them
 * @size: bytes there
 * @request: NEST_PTRACE_*
 */
void name_ptrace(char *name, size_t size, uint32_t request)
{
	static const char *const names[] = {
		"trace", "read", "tracedby", "readby",
	};
	size_t i, n = 0;

	name[0] = '\0';
	for (i = 0; i < ARRAY_SIZE(names) && n < size; i++)
		if (request & 1U << i)
			n += (size_t)snprintf(name + n, size - n, "%s%s",
					      n ? " " : "", names[i]);
}

/**
 * name_socket() - a kind of socket as policies name it
 * @name: where to put it
 * @size: bytes there
 * @family: AF_*
 * @type: SOCK_*
 */
void name_socket(char *name, size_t size, uint32_t family, uint32_t type)
{
	const char *f = name_family(family), *t = name_type(type);
	char number[2][16];

	snprintf(number[0], sizeof(number[0]), "%u", family);
	snprintf(number[1], sizeof(number[1]), "%u", type);
	snprintf(name, size, "%s %s", f ? f : number[0], t ? t : number[1]);
}

/**
 * name_family() - name of an address family
 * @family: AF_*
 *
 * Return: it, or NULL.
 */
const char *name_family(unsigned int family)
{
	return nest_name_of(NEST_NAMES_FAMILY, family);
}

/**
 * name_type() - name of a socket type
 * @type: SOCK_*
 *
 * Return: it, or NULL.
 */
const char *name_type(unsigned int type)
{
	return nest_name_of(NEST_NAMES_TYPE, type);
}

/**
 * name_attribute() - name of an attribute that a request can have
 * @attribute: enum nest_attr
 *
 * Return: it, or NULL.
 */
const char *name_attribute(unsigned int attribute)
{
	return find(attributes, ARRAY_SIZE(attributes), attribute);
}

/**
 * name_class() - name of a rule class
 * @class: enum nest_class
 *
 * Return: it, or NULL.
 */
const char *name_class(uint32_t class)
{
	return find(classes, ARRAY_SIZE(classes), class);
}

/**
 * name_mode() - name of a mode
 * @mode: enum nest_mode
 *
 * Return: it, or NULL.
 */
const char *name_mode(uint32_t mode)
{
	return find(modes, ARRAY_SIZE(modes), mode);
}

/**
 * name_backend() - name of a way to be attached
 * @backend: enum nest_backend
 *
 * Return: it, or NULL.
 */
const char *name_backend(uint32_t backend)
{
	return find(backends, ARRAY_SIZE(backends), backend);
}

/**
 * name_verdict() - name of a verdict
 * @verdict: enum nest_verdict
 *
 * Return: it, or NULL.
 */
const char *name_verdict(uint32_t verdict)
{
	return find(verdicts, ARRAY_SIZE(verdicts), verdict);
}
