// SPDX-License-Identifier: GPL-2.0-or-later
/* What /proc says of how a container is held. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "audit.h"
#include "nestctl.h"

#define MOUNTS_MAX	4096
#define DEVICES_MAX	1024
#define DEPTH_MAX	4	/* of directories in /dev */
#define CAPABILITIES	64

static FILE *open_file(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return fopen(path, "re");
}

/* --- the status file -------------------------------------------------------*/

static struct json_object *capabilities(const char *hex)
{
	uint64_t set = strtoull(hex, NULL, 16);
	struct json_object *list = json_object_new_array();
	char name[64];
	unsigned int i;

	for (i = 0; i < CAPABILITIES; i++) {
		if (!(set >> i & 1))
			continue;
		name_capability(name, sizeof(name), i);
		json_object_array_add(list, out_string(name));
	}
	return list;
}

static const struct {
	const char *label;
	const char *key;
	bool set;
} fields[] = {
	{ "Uid:", "uid", false },
	{ "NoNewPrivs:", "no_new_privs", false },
	{ "Seccomp:", "seccomp", false },
	{ "CapEff:", "effective", true },
	{ "CapBnd:", "bounding", true },
};

static void take_field(struct json_object *posture, const char *line)
{
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		len = strlen(fields[i].label);
		if (strncmp(line, fields[i].label, len))
			continue;
		if (fields[i].set)
			out_add(posture, fields[i].key,
				capabilities(line + len));
		else
			out_add_number(posture, fields[i].key,
				       strtoul(line + len, NULL, 10));
	}
}

static int add_status(struct json_object *posture, pid_t pid)
{
	FILE *file = open_file(pid, "status");
	char *line = NULL;
	size_t size = 0;

	if (!file) {
		error_print("cannot look at process %d: %m", pid);
		return -errno;
	}
	while (getline(&line, &size, file) > 0)
		take_field(posture, line);
	free(line);
	fclose(file);
	return 0;
}

/* --- namespaces ------------------------------------------------------------*/

/* Inode numbers that the kernel gives its first ones, where they are fixed. */
static const struct {
	const char *kind;
	ino_t first;
} kinds[] = {
	{ "user", 4026531837 }, { "pid", 4026531836 }, { "mnt", 0 },
	{ "net", 0 }, { "ipc", 4026531839 }, { "uts", 4026531838 },
	{ "cgroup", 4026531835 },
};

static ino_t namespace_of(const char *process, const char *kind)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%s/ns/%s", process, kind);
	return stat(path, &st) ? 0 : st.st_ino;
}

/*
 * Whether it is the host's; NULL if that cannot be known, as from within a
 * container of those that have no fixed number.
 */
static struct json_object *is_hosts(size_t kind, ino_t ns)
{
	if (kinds[kind].first)
		return json_object_new_boolean(ns == kinds[kind].first);
	if (namespace_of("self", "pid") != kinds[1].first)
		return NULL;
	return json_object_new_boolean(ns == namespace_of("self",
							  kinds[kind].kind));
}

static void add_namespaces(struct json_object *posture, pid_t pid)
{
	struct json_object *list = json_object_new_array(), *record;
	char process[16];
	ino_t ns;
	size_t i;

	snprintf(process, sizeof(process), "%d", pid);
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		ns = namespace_of(process, kinds[i].kind);
		record = json_object_new_object();
		out_add_string(record, "kind", kinds[i].kind);
		out_add_number(record, "ns", ns);
		out_add(record, "host", ns ? is_hosts(i, ns) : NULL);
		json_object_array_add(list, record);
	}
	out_add(posture, "namespaces", list);
}

static void add_uid_map(struct json_object *posture, pid_t pid)
{
	struct json_object *list = json_object_new_array(), *record;
	unsigned int inside, outside, count;
	FILE *file = open_file(pid, "uid_map");

	while (file && fscanf(file, "%u %u %u", &inside, &outside,
			      &count) == 3) {
		record = json_object_new_object();
		out_add_number(record, "inside", inside);
		out_add_number(record, "outside", outside);
		out_add_number(record, "count", count);
		json_object_array_add(list, record);
	}
	if (file)
		fclose(file);
	out_add(posture, "uid_map", list);
}

/* --- mounts ----------------------------------------------------------------*/

/* The kernel writes some bytes as a backslash and three octal digits. */
static void decode(char *text)
{
	char *to = text;

	for (; *text; to++) {
		unsigned int code;

		if (*text == '\\' && sscanf(text + 1, "%3o", &code) == 1 &&
		    strspn(text + 1, "01234567") >= 3) {
			*to = code;
			text += 4;
		} else {
			*to = *text++;
		}
	}
	*to = '\0';
}

static bool has_word(const char *list, const char *word)
{
	size_t len = strlen(word);
	const char *at;

	for (at = list; at; at = strchr(at, ',')) {
		at += *at == ',';
		if (!strncmp(at, word, len) && (!at[len] || at[len] == ','))
			return true;
	}
	return false;
}

/* "36 35 98:0 /root /point rw,nosuid shared:1 - ext4 /dev/root rw". */
static struct json_object *mount_record(char *line)
{
	char *word[6], *type, *source, *save = NULL, *rest;
	struct json_object *record;
	size_t i;

	line[strcspn(line, "\n")] = '\0';
	rest = strstr(line, " - ");
	if (!rest)
		return NULL;
	*rest = '\0';
	for (i = 0; i < ARRAY_SIZE(word); i++) {
		word[i] = strtok_r(i ? NULL : line, " ", &save);
		if (!word[i])
			return NULL;
	}
	type = strtok_r(rest + 3, " ", &save);
	source = strtok_r(NULL, " ", &save);
	if (!type)
		return NULL;
	decode(word[3]);
	decode(word[4]);
	decode(type);
	if (source)
		decode(source);
	record = json_object_new_object();
	out_add_string(record, "point", word[4]);
	out_add_string(record, "type", type);
	out_add_string(record, "source", source);
	out_add_string(record, "root", word[3]);
	out_add_bool(record, "writable", has_word(word[5], "rw"));
	out_add_bool(record, "suid", !has_word(word[5], "nosuid"));
	out_add_bool(record, "devices", !has_word(word[5], "nodev"));
	return record;
}

static void add_mounts(struct json_object *posture, pid_t pid)
{
	struct json_object *list = json_object_new_array(), *record;
	FILE *file = open_file(pid, "mountinfo");
	char *line = NULL;
	size_t size = 0;

	while (file && getline(&line, &size, file) > 0 &&
	       json_object_array_length(list) < MOUNTS_MAX) {
		record = mount_record(line);
		if (record)
			json_object_array_add(list, record);
	}
	out_add_bool(posture, "mounts_cut", file && !feof(file));
	free(line);
	if (file)
		fclose(file);
	out_add(posture, "mounts", list);
}

/* --- devices ---------------------------------------------------------------*/

static void add_device(struct json_object *list, const char *name,
		       const struct stat *st)
{
	struct json_object *record = json_object_new_object();

	out_add_string(record, "name", name);
	out_add_string(record, "kind", S_ISBLK(st->st_mode) ? "block" :
							       "character");
	out_add_number(record, "major", major(st->st_rdev));
	out_add_number(record, "minor", minor(st->st_rdev));
	out_add(record, "mode", json_object_new_int(st->st_mode & 0777));
	json_object_array_add(list, record);
}

/* The container may put anything there: no link is followed. */
static void look_into(struct json_object *list, int dir, const char *name,
		      int depth)
{
	DIR *stream = fdopendir(dir);
	const struct dirent *entry;
	char path[4096];
	struct stat st;
	int fd;

	if (!stream) {
		close(dir);
		return;
	}
	while ((entry = readdir(stream)) &&
	       json_object_array_length(list) < DEVICES_MAX) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..") ||
		    fstatat(dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW))
			continue;
		snprintf(path, sizeof(path), "%s/%s", name, entry->d_name);
		if (S_ISBLK(st.st_mode) || S_ISCHR(st.st_mode))
			add_device(list, path, &st);
		if (!S_ISDIR(st.st_mode) || depth == DEPTH_MAX)
			continue;
		fd = openat(dir, entry->d_name, O_RDONLY | O_DIRECTORY |
						O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0)
			look_into(list, fd, path, depth + 1);
	}
	closedir(stream);
}

static void add_devices(struct json_object *posture, pid_t pid)
{
	struct json_object *list = json_object_new_array();
	char path[64];
	int root, dev;

	snprintf(path, sizeof(path), "/proc/%d/root", pid);
	root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	dev = openat(root, "dev", O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
				  O_CLOEXEC);
	if (dev >= 0)
		look_into(list, dev, "/dev", 1);
	close(root);
	out_add(posture, "devices", list);
}

/**
 * posture_of() - look at how a container is held
 * @pid: a process in it
 *
 * Return: a record, or NULL after an error was printed.
 */
struct json_object *posture_of(pid_t pid)
{
	struct json_object *posture = json_object_new_object();
	char *cgroup, *container;

	out_add_number(posture, "pid", pid);
	out_add(posture, "comm", host_comm(pid));
	cgroup = host_cgroup(pid);
	container = cgroup ? host_container(cgroup) : NULL;
	out_add_string(posture, "container", container);
	free(container);
	free(cgroup);
	out_add(posture, "host_label", host_label(pid));
	if (add_status(posture, pid)) {
		json_object_put(posture);
		return NULL;
	}
	add_namespaces(posture, pid);
	add_uid_map(posture, pid);
	add_mounts(posture, pid);
	add_devices(posture, pid);
	return posture;
}
