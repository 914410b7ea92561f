// SPDX-License-Identifier: GPL-2.0-or-later
/* What the host says of a process: its label, its container. */
#include <fcntl.h>
#include <selinux/selinux.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nestctl.h"

/* Reads a file of a process; what does not fit is left out. */
static bool read_file(pid_t pid, const char *file, char *text, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, size - 1);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	return true;
}

static bool read_label(pid_t pid, const char *file, char *label, size_t size)
{
	if (!read_file(pid, file, label, size))
		return false;
	label[strcspn(label, "\n")] = '\0';
	return label[0] != '\0';
}

/**
 * host_label() - the label that the host's LSM gives a task
 * @pid: the task
 *
 * Return: a string, or NULL if there is none.
 */
struct json_object *host_label(pid_t pid)
{
	struct json_object *string;
	char label[4096];
	char *context;

	if (is_selinux_enabled() > 0 && !getpidcon(pid, &context)) {
		string = out_string(context);
		freecon(context);
		return string;
	}
	if (read_label(pid, "attr/apparmor/current", label, sizeof(label)) ||
	    read_label(pid, "attr/current", label, sizeof(label)))
		return out_string(label);
	return NULL;
}

/**
 * host_comm() - the name of a task
 * @pid: the task
 *
 * Return: a string, or NULL if it is gone.
 */
struct json_object *host_comm(pid_t pid)
{
	char comm[64];

	return read_label(pid, "comm", comm, sizeof(comm)) ?
	       out_string(comm) : NULL;
}

/* The line of a cgroup v2, else that of the first hierarchy. */
static const char *cgroup_line(char *text)
{
	char *line, *first = NULL, *save;

	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (!strncmp(line, "0::/", 4))
			return line + 3;
		if (!first)
			first = strchr(line, '/');
	}
	return first;
}

/**
 * host_cgroup() - the control group of a task
 * @pid: the task
 *
 * Return: its path, for free(); NULL if it cannot be known.
 */
char *host_cgroup(pid_t pid)
{
	char text[8192];
	const char *path;

	if (!read_file(pid, "cgroup", text, sizeof(text)))
		return NULL;
	path = cgroup_line(text);
	return path ? strdup(path) : NULL;
}

static bool is_id(const char *name, size_t len)
{
	return len == 64 && strspn(name, "0123456789abcdef") >= len;
}

/* How much of a component of the path says what is in it, not what its name is. */
static size_t prefix_of(const char *component, size_t len)
{
	static const char *const prefixes[] = {
		"libpod-", "docker-", "crio-", "cri-containerd-",
		"lxc.payload.", "machine-", "systemd-nspawn@", "crun-",
	};
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(prefixes); i++) {
		n = strlen(prefixes[i]);
		if (len > n && !strncmp(component, prefixes[i], n))
			return n;
	}
	return 0;
}

static char *name_in(const char *component, size_t len)
{
	static const char *const suffixes[] = { ".scope", ".service" };
	size_t prefix, i, n;

	for (i = 0; i < ARRAY_SIZE(suffixes); i++) {
		n = strlen(suffixes[i]);
		if (len > n && !strncmp(component + len - n, suffixes[i], n))
			len -= n;
	}
	prefix = prefix_of(component, len);
	if (!prefix && !is_id(component, len))
		return NULL;
	return strndup(component + prefix, len - prefix);
}

/**
 * host_container() - the container that a control group belongs to
 * @cgroup: path of the control group
 *
 * By the names that podman, docker, CRI-O, containerd, crun, LXC and
 * systemd-nspawn give them; the innermost counts.
 *
 * Return: the container's name or id, for free(); NULL if it is none of those.
 */
char *host_container(const char *cgroup)
{
	const char *end = cgroup + strlen(cgroup), *start;
	char *name = NULL;

	for (; !name && end > cgroup; end = start > cgroup ? start - 1 : cgroup) {
		for (start = end; start > cgroup && start[-1] != '/'; start--)
			;
		name = name_in(start, end - start);
	}
	return name;
}
