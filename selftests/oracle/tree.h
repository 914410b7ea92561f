/* SPDX-License-Identifier: GPL-2.0-only */
/* The files that probes are about: their canonical state. */
#ifndef ORACLE_TREE_H
#define ORACLE_TREE_H

#include <stddef.h>
#include <sys/types.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* The ordinary user. */
#define ORACLE_USER	1000

/* What TREE_PROGRAM entries are further names of. */
#define TREE_TARGET	"/o/target"

enum tree_type { TREE_DIR, TREE_FILE, TREE_SYMLINK, TREE_PROGRAM };

/**
 * struct tree_entry - one name
 * @path: absolute
 * @type: what it is
 * @uid: whose
 * @mode: permissions
 */
struct tree_entry {
	const char *path;
	enum tree_type type;
	uid_t uid;
	mode_t mode;
};

extern const struct tree_entry tree[];
extern const size_t tree_size;

void tree_build(const char *target);
void tree_restore(const char *path);

#endif
