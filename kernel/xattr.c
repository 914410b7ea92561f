// SPDX-License-Identifier: GPL-2.0-only
/*
 * Extended attributes of an executable, for attachments. To read one may take
 * as long as the file system likes, while nobody may hold on to a layer: so what
 * is missing is noted, and read when the layers have been left.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/xattr.h>
#include "nest.h"
#include "xattr.h"

#define TOO_MANY	64U	/* for all layers of one exec */
/* Many attachments may match one value without a rest. */
#define VALUE_MAX	1024	/* bytes */

/**
 * nest_xattr_counts() - may an attachment of a layer ask for an attribute?
 * @table: the layer's revision
 * @name: of the attribute
 *
 * By which domain a program gets, who wrote the layer learns what the attribute
 * is. Trusted ones are for the host's administrator alone to read.
 *
 * Return: false if no file is to have it.
 */
bool nest_xattr_counts(const struct nest_table *table, const char *name)
{
	return table->is_hosts || strncmp(name, XATTR_TRUSTED_PREFIX,
					  XATTR_TRUSTED_PREFIX_LEN);
}

/**
 * nest_xattrs_find() - look for an attribute among those that were read
 * @xattrs: those
 * @name: its name
 *
 * Return: the attribute, or NULL.
 */
const struct nest_xattr *nest_xattrs_find(const struct nest_xattrs *xattrs,
					  const char *name)
{
	const struct nest_xattr *xattr;

	for (xattr = xattrs->first; xattr; xattr = xattr->next)
		if (!strcmp(xattr->name, name))
			return xattr;
	return NULL;
}

/**
 * nest_xattrs_want() - note what is to be read
 * @xattrs: where
 * @name: the name of an attribute, which is copied
 *
 * Context: may sleep. No memory is an error of @xattrs.
 */
void nest_xattrs_want(struct nest_xattrs *xattrs, const char *name)
{
	size_t size = strlen(name) + 1;
	struct nest_xattr *xattr;

	if (xattrs->n++ == TOO_MANY) {
		xattrs->error = -E2BIG;
		return;
	}
	xattr = kzalloc(struct_size(xattr, name, size), GFP_KERNEL_ACCOUNT);
	if (!xattr) {
		xattrs->error = -ENOMEM;
		return;
	}
	memcpy(xattr->name, name, size);
	xattr->next = xattrs->first;
	xattrs->first = xattr;
}

/* Whether an error says that the file has no such attribute. */
static bool is_absent(ssize_t size)
{
	return size == -ENODATA || size == -EOPNOTSUPP;
}

/* Not on behalf of the task, which may have no right to read attributes. */
static ssize_t get(struct nest_xattr *xattr, struct dentry *dentry, size_t room)
{
	return __vfs_getxattr(dentry, d_inode(dentry), xattr->name,
			      xattr->value, room);
}

static int read_one(struct nest_xattr *xattr, struct dentry *dentry)
{
	ssize_t size = get(xattr, dentry, 0), room = size;

	if (size > VALUE_MAX)
		return -E2BIG;
	if (size > 0) {
		xattr->value = kvmalloc(room, GFP_KERNEL_ACCOUNT);
		if (!xattr->value)
			return -ENOMEM;
		size = get(xattr, dentry, room);
	}
	/* It may have become longer, which is no answer either. */
	if (size > room || (size < 0 && !is_absent(size)))
		return size < 0 ? size : -EIO;
	xattr->size = size;
	return 0;
}

/**
 * nest_xattrs_read() - read what was noted last
 * @xattrs: what nest_xattrs_want() was told; @xattrs->error says if it fails
 * @dentry: of the file
 *
 * Context: may sleep, for long. Nobody may hold on to a layer.
 */
void nest_xattrs_read(struct nest_xattrs *xattrs, struct dentry *dentry)
{
	if (!xattrs->error)
		xattrs->error = read_one(xattrs->first, dentry);
}

/**
 * nest_xattrs_free() - forget all attributes
 * @xattrs: them
 */
void nest_xattrs_free(struct nest_xattrs *xattrs)
{
	struct nest_xattr *xattr;

	while ((xattr = xattrs->first)) {
		xattrs->first = xattr->next;
		kvfree(xattr->value);
		kfree(xattr);
	}
}
