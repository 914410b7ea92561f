// SPDX-License-Identifier: GPL-2.0-or-later
/* Pid namespaces by their processes, and which lies in which. */
#include <dirent.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nestctl.h"
#include "spaces.h"

static struct space *find(const struct spaces *spaces, uint32_t ns)
{
	size_t i;

	for (i = 0; i < spaces->n; i++)
		if (spaces->spaces[i].ns == ns)
			return &spaces->spaces[i];
	return NULL;
}

/**
 * spaces_get() - a namespace, added if it was not there
 * @spaces: where
 * @ns: its inode number
 *
 * Return: it, until the next one is added.
 */
struct space *spaces_get(struct spaces *spaces, uint32_t ns)
{
	struct space *space = find(spaces, ns);

	if (space)
		return space;
	spaces->spaces = reallocarray(spaces->spaces, spaces->n + 1,
				      sizeof(*spaces->spaces));
	if (!spaces->spaces)
		abort();
	space = &spaces->spaces[spaces->n++];
	memset(space, 0, sizeof(*space));
	space->ns = ns;
	space->hosts = json_object_new_array();
	return space;
}

/* Adds a namespace and those around it as far as they can be seen. */
static uint32_t add_chain(struct spaces *spaces, int fd)
{
	uint32_t ns, parent = 0;
	struct stat st;
	int up;

	if (fstat(fd, &st))
		return 0;
	ns = (uint32_t)st.st_ino;
	if (find(spaces, ns))
		return ns;
	spaces_get(spaces, ns);
	up = ioctl(fd, NS_GET_PARENT);
	if (up >= 0) {
		parent = add_chain(spaces, up);
		close(up);
	}
	spaces_get(spaces, ns)->parent = parent;
	return ns;
}

/* The number that a process has in its own namespace. */
static pid_t inner_pid(pid_t pid)
{
	char path[64], line[1024];
	pid_t inner = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, "NSpid:", 6))
			inner = atoi(strrchr(line, '\t') + 1);
	fclose(file);
	return inner;
}

static void add_host(struct space *space, pid_t pid)
{
	struct json_object *label = host_label(pid);
	size_t i, n = json_object_array_length(space->hosts);

	if (!label)
		return;
	for (i = 0; i < n; i++)
		if (json_object_equal(json_object_array_get_idx(space->hosts,
								i), label))
			break;
	if (i < n)
		json_object_put(label);
	else
		json_object_array_add(space->hosts, label);
}

/* A process that ends meanwhile, or that the caller may not look at, is none. */
static void add_process(struct spaces *spaces, pid_t pid)
{
	struct space *space;
	char path[64];
	uint32_t ns;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/pid", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	ns = add_chain(spaces, fd);
	close(fd);
	if (!ns)
		return;
	space = spaces_get(spaces, ns);
	space->tasks++;
	add_host(space, pid);
	if (!space->init && inner_pid(pid) == 1)
		space->init = pid;
}

/**
 * spaces_find() - find the namespaces of all processes that /proc shows
 * @spaces: filled in, for spaces_free()
 */
void spaces_find(struct spaces *spaces)
{
	struct dirent *entry;
	DIR *proc;
	pid_t pid;

	memset(spaces, 0, sizeof(*spaces));
	proc = opendir("/proc");
	if (!proc)
		return;
	while ((entry = readdir(proc))) {
		pid = atoi(entry->d_name);
		if (pid > 0)
			add_process(spaces, pid);
	}
	closedir(proc);
}

/**
 * spaces_free() - free what spaces_find() found
 * @spaces: it
 */
void spaces_free(struct spaces *spaces)
{
	size_t i;

	for (i = 0; i < spaces->n; i++)
		json_object_put(spaces->spaces[i].hosts);
	free(spaces->spaces);
}
