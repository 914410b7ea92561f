/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pid namespaces that /proc shows. */
#ifndef NESTCTL_SPACES_H
#define NESTCTL_SPACES_H

#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * struct space - a pid namespace
 * @ns: its inode number
 * @parent: that of the one around it, 0 if that cannot be seen
 * @init: its first process in the caller's view, or 0
 * @tasks: processes that are in it, and in none further in
 * @hosts: labels that the host's LSM gives them, each once
 */
struct space {
	uint32_t ns;
	uint32_t parent;
	pid_t init;
	size_t tasks;
	struct json_object *hosts;
};

/**
 * struct spaces - those found
 * @spaces: they, owned; in no order
 * @n: how many
 */
struct spaces {
	struct space *spaces;
	size_t n;
};

void spaces_find(struct spaces *spaces);
struct space *spaces_get(struct spaces *spaces, uint32_t ns);
void spaces_free(struct spaces *spaces);

#endif
