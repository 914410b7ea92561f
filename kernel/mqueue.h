/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NEST_MQUEUE_H
#define NEST_MQUEUE_H

#include <linux/fs.h>

/* The file system of queues; the kernel has the number in ipc/mqueue.c only. */
#define NEST_MQUEUE_MAGIC	0x19800202

/**
 * nest_is_queue() - is this a message queue of POSIX, or their directory?
 * @inode: the file
 */
static inline bool nest_is_queue(const struct inode *inode)
{
	return unlikely(inode->i_sb->s_magic == NEST_MQUEUE_MAGIC);
}

struct nest_subject;

int nest_ask_queue(const struct nest_subject *subject, const char *operation,
		   const struct file *file);
int nest_check_this_queue(const char *operation, const struct file *file);

/**
 * nest_check_queue() - may the current task have a file as what it is open for?
 * @operation: for people
 * @file: any file
 *
 * Context: may sleep.
 * Return: 0, also if it is no queue, or -EACCES.
 */
static inline int nest_check_queue(const char *operation,
				   const struct file *file)
{
	return nest_is_queue(file_inode(file)) ?
	       nest_check_this_queue(operation, file) : 0;
}

#endif
