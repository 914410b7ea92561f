/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NEST_XATTR_H
#define NEST_XATTR_H

#include <linux/types.h>

struct dentry;

/**
 * struct nest_xattr - an extended attribute of a file
 * @next: another one
 * @value: its bytes, or NULL
 * @size: how many; negative: the file does not have the attribute
 * @name: its name
 */
struct nest_xattr {
	struct nest_xattr *next;
	void *value;
	ssize_t size;
	char name[];
};

/**
 * struct nest_xattrs - attributes of a file, as far as somebody asked for them
 * @first: those that were read, the last one first
 * @n: how many
 * @error: why one could not be read, or 0
 */
struct nest_xattrs {
	struct nest_xattr *first;
	u32 n;
	int error;
};

struct nest_table;

bool nest_xattr_counts(const struct nest_table *table, const char *name);
const struct nest_xattr *nest_xattrs_find(const struct nest_xattrs *xattrs,
					  const char *name);
void nest_xattrs_want(struct nest_xattrs *xattrs, const char *name);
void nest_xattrs_read(struct nest_xattrs *xattrs, struct dentry *dentry);
void nest_xattrs_free(struct nest_xattrs *xattrs);

#endif
