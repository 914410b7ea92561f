// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is to be thought of how a container is held. Ratings: high, an attacker in
 * it is close to the host; medium, one of the walls is missing; low, a wall
 * could be higher.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "nestctl.h"

/**
 * struct notes - a list that grows
 * @list: the findings
 * @posture: the facts
 * @confined: the container has a user namespace of its own
 */
struct notes {
	struct json_object *list;
	struct json_object *posture;
	bool confined;
};

static void note(struct notes *notes, const char *rating, const char *what,
		 const char *where, const char *why, const char *todo)
{
	struct json_object *record = json_object_new_object();

	out_add_string(record, "rating", rating);
	out_add_string(record, "what", what);
	/* facts have been made fit to be printed already */
	out_add(record, "where", where ? json_object_new_string(where) : NULL);
	out_add_string(record, "why", why);
	out_add_string(record, "do", todo);
	json_object_array_add(notes->list, record);
}

static bool yes(struct json_object *record, const char *key)
{
	return json_object_get_boolean(json_object_object_get(record, key));
}

static int64_t number(struct json_object *record, const char *key)
{
	return json_object_get_int64(json_object_object_get(record, key));
}

static struct json_object *list_of(const struct notes *notes, const char *key)
{
	return json_object_object_get(notes->posture, key);
}

static size_t count(struct json_object *list)
{
	return list ? json_object_array_length(list) : 0;
}

static struct json_object *find(struct json_object *list, const char *key,
				const char *value)
{
	size_t i;

	for (i = 0; i < count(list); i++) {
		struct json_object *record = json_object_array_get_idx(list, i);
		const char *have = out_get(record, key);

		if (have && !strcmp(have, value))
			return record;
	}
	return NULL;
}

static bool is_one_of(const char *word, const char *const *words)
{
	for (; word && *words; words++)
		if (!strcmp(word, *words))
			return true;
	return false;
}

/* --- walls -----------------------------------------------------------------*/

static const struct {
	const char *kind;
	const char *rating;
	const char *why;
} shared[] = {
	{ "user", "medium",
	  "root in the container is root of the host, but for its capabilities" },
	{ "pid", "high",
	  "it sees the host's processes, and no layer can bind it" },
	{ "mnt", "high", "it has the host's files" },
	{ "net", "medium",
	  "it reaches services of the host and abstract sockets" },
	{ "ipc", "medium", "it reaches shared memory of the host" },
	{ "uts", "low", "it may change the host's name" },
	{ "cgroup", "low", "it sees the host's control groups" },
};

static void look_at_namespaces(struct notes *notes)
{
	struct json_object *record;
	char what[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(shared); i++) {
		record = find(list_of(notes, "namespaces"), "kind",
			      shared[i].kind);
		if (!record || !yes(record, "host"))
			continue;
		snprintf(what, sizeof(what), "the host's %s namespace",
			 shared[i].kind);
		note(notes, shared[i].rating, what, NULL, shared[i].why,
		     "give the container a namespace of its own");
	}
}

static void look_at_ids(struct notes *notes)
{
	struct json_object *map = list_of(notes, "uid_map"), *range;
	char where[64];
	size_t i;

	for (i = 0; notes->confined && i < count(map); i++) {
		range = json_object_array_get_idx(map, i);
		if (number(range, "outside") || !number(range, "count"))
			continue;
		snprintf(where, sizeof(where), "uid %lld inside",
			 (long long)number(range, "inside"));
		note(notes, "high", "a user of the container is root outside",
		     where, "files of the host's root are that user's",
		     "map the container's ids to others (/etc/subuid)");
	}
}

static void look_at_seccomp(struct notes *notes)
{
	if (number(notes->posture, "seccomp"))
		return;
	note(notes, notes->confined ? "medium" : "high", "no seccomp filter",
	     NULL, "all of the kernel's system calls can be tried",
	     "let the runtime have its default filter");
}

static void look_at_privileges(struct notes *notes)
{
	if (number(notes->posture, "no_new_privs"))
		return;
	note(notes, notes->confined ? "low" : "medium", "no_new_privs is off",
	     NULL, "programs with set-user-ID bits or file capabilities gain privileges",
	     "set it (podman: --security-opt no-new-privileges), unless such programs are needed");
}

static bool is_unconfined(const char *label)
{
	static const char *const types[] = {
		":unconfined_t", ":kernel_t", ":initrc_t", ":spc_t",
		":unconfined_service_t", ":init_t",
	};
	size_t i;

	if (!strncmp(label, "unconfined", strlen("unconfined")))
		return true;
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		const char *at = strstr(label, types[i]);

		if (at && strchr(":", at[strlen(types[i])]))
			return true;
	}
	return false;
}

static void look_at_label(struct notes *notes)
{
	const char *label = out_get(notes->posture, "host_label");

	if (label && !is_unconfined(label))
		return;
	note(notes, "high", "the host's LSM does not confine it", label,
	     "what gets round the kernel's other checks has the host",
	     "run it under SELinux (container_t) or an AppArmor profile");
}

static const char *const worst[] = {
	"sys_admin", "sys_module", "sys_rawio", "sys_ptrace", "sys_boot",
	"dac_read_search", "mac_admin", "mac_override", "bpf", "perfmon",
	"syslog", "sys_time", NULL
};

static void look_at_capabilities(struct notes *notes)
{
	struct json_object *set = list_of(notes, "bounding");
	char where[512] = "";
	size_t i, n = 0;

	for (i = 0; i < count(set); i++) {
		struct json_object *item = json_object_array_get_idx(set, i);
		const char *name = json_object_get_string(item);

		if (is_one_of(name, worst) && n < sizeof(where) - 32)
			n += snprintf(where + n, sizeof(where) - n, "%s%s",
				      n ? ", " : "", name);
	}
	if (!n)
		return;
	if (notes->confined)
		note(notes, "low", "capabilities over its own namespaces", where,
		     "they open more of the kernel to attacks",
		     "drop those that it does not need");
	else
		note(notes, "high", "capabilities over the host", where,
		     "with them the container's root has the host",
		     "drop them, or give the container a user namespace");
}

/* --- files -----------------------------------------------------------------*/

/* Whether what is seen at a path can be written, by the last mount around it. */
static bool is_writable(const struct notes *notes, const char *path)
{
	struct json_object *list = list_of(notes, "mounts");
	size_t i, best = 0, len;
	bool writable = false;

	for (i = 0; i < count(list); i++) {
		struct json_object *record = json_object_array_get_idx(list, i);
		const char *point = out_get(record, "point");

		len = strlen(point);
		if (len < best || strncmp(path, point, len) ||
		    (path[len] && path[len] != '/' && strcmp(point, "/")))
			continue;
		best = len;
		writable = yes(record, "writable");
	}
	return writable;
}

static void look_at_kernel_files(struct notes *notes)
{
	static const char *const files[] = {
		"/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus",
		"/sys", "/sys/firmware",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++)
		if (is_writable(notes, files[i]))
			note(notes, notes->confined ? "low" : "high",
			     "settings of the kernel can be written", files[i],
			     "they change the host, unless they are namespaced",
			     "mount it read-only");
}

static const char *const kernels[] = {
	"debugfs", "tracefs", "securityfs", "selinuxfs", "bpf", "devtmpfs",
	"configfs", "pstore", "efivarfs", NULL
};

static const char *const harmless[] = {
	"proc", "sysfs", "tmpfs", "devpts", "mqueue", "cgroup", "cgroup2",
	"overlay", "ramfs", "nsfs", NULL
};

static bool is_runtime_socket(const char *root)
{
	static const char *const sockets[] = {
		"docker.sock", "podman.sock", "crio.sock", "containerd.sock",
	};
	const char *base = root ? strrchr(root, '/') : NULL;
	size_t i;

	for (i = 0; base && i < ARRAY_SIZE(sockets); i++)
		if (!strcmp(base + 1, sockets[i]))
			return true;
	return false;
}

static void look_at_mount(struct notes *notes, struct json_object *record)
{
	const char *point = out_get(record, "point");
	const char *type = out_get(record, "type");

	if (is_runtime_socket(out_get(record, "root")) ||
	    is_runtime_socket(point))
		note(notes, "high", "the socket of a runtime", point,
		     "who may use it starts containers without any wall",
		     "do not mount it");
	else if (is_one_of(type, kernels))
		note(notes, notes->confined && !yes(record, "writable") ?
		     "low" : "high", "a file system of the kernel's", point,
		     "it shows, or changes, what is the host's",
		     "do not mount it");
	else if (!is_one_of(type, harmless) && strcmp(point, "/") &&
		 yes(record, "writable"))
		note(notes, "low", "files of the host can be written", point,
		     "what the container leaves there others may trust",
		     "mount it read-only, or nothing but what is needed");
}

static void look_at_mounts(struct notes *notes)
{
	struct json_object *list = list_of(notes, "mounts");
	size_t i;

	for (i = 0; i < count(list); i++)
		look_at_mount(notes, json_object_array_get_idx(list, i));
	if (yes(notes->posture, "mounts_cut"))
		note(notes, "medium", "more mounts than are looked at", NULL,
		     "some may matter", "look at /proc/PID/mountinfo");
}

/* null, zero, full, random, urandom, tty, console, ptmx, terminals. */
static bool is_usual(struct json_object *record)
{
	int64_t maj = number(record, "major"), min = number(record, "minor");

	if (!strcmp(out_get(record, "kind"), "block"))
		return false;
	return (maj == 1 && (min == 3 || min == 5 || min == 7 || min == 8 ||
			     min == 9)) ||
	       (maj == 5 && min <= 2) || (maj >= 136 && maj <= 143);
}

static void look_at_devices(struct notes *notes)
{
	struct json_object *list = list_of(notes, "devices"), *record;
	const char *kind;
	bool memory;
	size_t i;

	for (i = 0; i < count(list); i++) {
		record = json_object_array_get_idx(list, i);
		if (is_usual(record))
			continue;
		kind = out_get(record, "kind");
		memory = number(record, "major") == 1;
		note(notes, !strcmp(kind, "block") || memory ? "high" : "medium",
		     !strcmp(kind, "block") ? "a block device" :
		     memory ? "the host's memory" : "a device of the host",
		     out_get(record, "name"),
		     "its driver is open to attacks, its contents lie outside all file rules",
		     "do not give it to the container");
	}
}

/* --- layers ----------------------------------------------------------------*/

static void look_at_layers(struct notes *notes)
{
	struct json_object *list = list_of(notes, "layers");

	if (!count(list)) {
		note(notes, "medium", "no policy of Nest",
		     out_get(notes->posture, "layers_error"),
		     "its services are not kept apart, and nothing is reported",
		     "nestctl load -p, nestctl oci-hook, or let the container load its own");
		return;
	}
	if (!find(list, "kind", "imposed"))
		note(notes, "low", "its own layers only", NULL,
		     "who becomes administrator in it can take them off",
		     "impose one from outside, too (nestctl oci-hook)");
}

static void look_at_domains(struct notes *notes)
{
	struct json_object *list = list_of(notes, "domains"), *record;
	const char *mode;
	char where[4096];
	size_t i;

	for (i = 0; i < count(list); i++) {
		record = json_object_array_get_idx(list, i);
		mode = out_get(record, "mode");
		if (!strcmp(mode, "enforce") || !strcmp(mode, "kill"))
			continue;
		snprintf(where, sizeof(where), "%s: %s (%s)",
			 out_get(record, "layer"), out_get(record, "domain") ?
			 out_get(record, "domain") : "no domain", mode);
		note(notes, "medium", "processes that a layer does not hold",
		     where, "what it refuses they may do",
		     "give the layer a default domain, end complain mode, or start them anew");
	}
}

static int order_of(struct json_object *const *record)
{
	const char *rating = out_get(*record, "rating");

	return !strcmp(rating, "high") ? 0 : !strcmp(rating, "medium") ? 1 : 2;
}

static int by_rating(const void *a, const void *b)
{
	return order_of(a) - order_of(b);
}

/**
 * findings_of() - rate what is known of a container
 * @posture: from posture_of(), with @layers and @domains of the module added
 *
 * Return: an array of findings, the worst first.
 */
struct json_object *findings_of(struct json_object *posture)
{
	struct notes notes = {
		.list = json_object_new_array(),
		.posture = posture,
	};
	struct json_object *user = find(list_of(&notes, "namespaces"), "kind",
					"user");

	notes.confined = user && !yes(user, "host");
	look_at_label(&notes);
	look_at_capabilities(&notes);
	look_at_namespaces(&notes);
	look_at_ids(&notes);
	look_at_seccomp(&notes);
	look_at_privileges(&notes);
	look_at_kernel_files(&notes);
	look_at_mounts(&notes);
	look_at_devices(&notes);
	look_at_layers(&notes);
	look_at_domains(&notes);
	json_object_array_sort(notes.list, by_rating);
	return notes.list;
}
