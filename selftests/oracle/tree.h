/* SPDX-License-Identifier: GPL-2.0-only */
/* The files that probes are about: their canonical state. */
#ifndef ORACLE_TREE_H
#define ORACLE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* The ordinary user. */
#define ORACLE_USER	1000

/* The programs of other processes: names of one file. */
#define PEER_DIR	"/p"

/*
 * Descriptors of programs that are there before any policy: a memfd, and a file
 * that has been removed.
 */
#define TREE_MEMFD	102
#define TREE_GONE	103

/* What TREE_PROGRAM entries are further names of. */
#define TREE_TARGET	"/o/target"

enum tree_type {
	TREE_DIR, TREE_FILE, TREE_SYMLINK,
	/* what follows can be executed */
	TREE_PROGRAM, TREE_SCRIPT,
};

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

static inline bool tree_is_program(const struct tree_entry *entry)
{
	return entry->type >= TREE_PROGRAM;
}

void tree_build(const char *target);
void tree_restore(const char *path);

#endif
