/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of files. d_path() begins at the task's root, which chroot() changes,
 * and writes marks that a file's own name can imitate. So a name here is the
 * list of the names of the directory entries from the top of the mount tree,
 * which go straight into the automata: no string is made.
 */
#ifndef NEST_PATH_H
#define NEST_PATH_H

#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include "core/dfa.h"
#include "nest.h"

#define NEST_SEGMENTS	8	/* mounts that a name may go through */
#define NEST_CLIMB	512	/* mounts, those that cover each other too */
#define NEST_COMPONENTS	40	/* without an allocation */
#define NEST_COMPONENTS_MAX	2048	/* PATH_MAX / 2 */
#define NEST_BYTES_MAX		(2 * PATH_MAX)

/**
 * struct nest_name - the name of a file, while it is being decided on
 * @segments: where the name enters each mount: the file and its mount, then
 *	the mount point and the mount that this lies on, and so on. Referenced,
 *	but for the first
 * @n_segments: how many
 * @directory: the name ends in a slash
 * @reached: the climb through the mounts ended at the root of the container
 * @connected: so did the walk through the directories
 * @locked: rename_lock is held
 * @tries: walks that a rename made void
 * @error: there is no such name, or no memory for it
 * @seq: of rename_lock
 * @n: components found
 * @bytes: in them
 * @max: components that @component has room for
 * @component: names, the file's own first
 * @few: what @component is at first
 */
struct nest_name {
	struct path segments[NEST_SEGMENTS];
	u32 n_segments;
	bool directory;
	bool reached;
	bool connected;
	bool locked;
	u32 tries;
	int error;
	unsigned int seq;
	u32 n;
	u32 bytes;
	u32 max;
	const u8 **component;
	const u8 *few[NEST_COMPONENTS];
};

int nest_name_open(struct nest_name *name, const struct nest_subject *subject,
		   const struct path *path, struct dentry *dentry,
		   bool directory);
void nest_name_close(struct nest_name *name);
int nest_name_reserve(struct nest_name *name);
void nest_name_begin(struct nest_name *name);
bool nest_name_retry(struct nest_name *name);
char *nest_name_string(struct nest_name *name);
void nest_name_ask(const struct nest_name *name, struct nest_match *match);
u32 nest_name_match_backward(const struct nest_name *name,
			     const struct nest_dfa *dfa);
bool nest_path_is_on_root(const struct nest_subject *subject,
			  const struct path *path);
bool nest_path_has_root(const struct nest_subject *subject,
			const struct path *path);

/**
 * nest_path_is_nameless() - is this a file without a name of its own?
 * @path: the file, or a directory that it lies in
 *
 * Pipes, sockets, memfds and namespaces lie in mounts of the kernel that no
 * name leads to. They are not a matter of file rules.
 */
static inline bool nest_path_is_nameless(const struct path *path)
{
	return (path->mnt->mnt_sb->s_flags & SB_NOUSER) ||
	       (path->mnt->mnt_flags & MNT_INTERNAL);
}

/**
 * nest_is_ring() - is this a descriptor of io_uring?
 * @file: the file. Nobody else can give a file of that kind this name
 */
static inline bool nest_is_ring(const struct file *file)
{
	const struct dentry *dentry = file->f_path.dentry;

	return dentry->d_sb->s_magic == ANON_INODE_FS_MAGIC &&
	       !strcmp((const char *)dentry->d_name.name, "[io_uring]");
}

/**
 * nest_name_visible() - may a domain match this name at all?
 * @name: the name, between nest_name_begin() and nest_name_retry()
 * @raw: the domain
 *
 * Return: false if the name does not begin at the root and the domain has no
 * use for such names.
 */
static inline bool nest_name_visible(const struct nest_name *name,
				     const struct nest_policy_domain *raw)
{
	return name->connected || (le32_to_cpu(raw->flags) &
				   NEST_DOMAIN_ATTACH_DISCONNECTED);
}

/**
 * nest_name_match() - match a name
 * @name: the name, between nest_name_begin() and nest_name_retry()
 * @dfa: the automaton
 *
 * A name that does not begin at the root has no slash at its start, so that no
 * rule for a path from the root can match it.
 *
 * Return: the accept value.
 */
static __always_inline u32 nest_name_match(const struct nest_name *name,
					   const struct nest_dfa *dfa)
{
	u32 state = dfa->start;
	u32 i = name->n;

	if (unlikely(dfa->backward))
		return nest_name_match_backward(name, dfa);
	if (i && !name->connected)
		state = nest_dfa_feed_string(dfa, state, name->component[--i]);
	while (i && state >= dfa->n_sinks) {
		state = nest_dfa_feed_byte(dfa, state, '/');
		state = nest_dfa_feed_string(dfa, state, name->component[--i]);
	}
	if (name->directory)
		state = nest_dfa_feed_byte(dfa, state, '/');
	return nest_dfa_accept(dfa, state);
}

/**
 * struct nest_owner - does the subject own the file? Found out when asked for
 * @mnt: the file's mount
 * @inode: the file, or NULL if it is to be made, and then the subject owns it
 */
struct nest_owner {
	const struct vfsmount *mnt;
	const struct inode *inode;
};

static inline bool nest_is_owner(const struct nest_owner *owner)
{
	return !owner->inode ||
	       vfsuid_eq_kuid(nest_owner_of(owner->mnt, owner->inode),
			      current_fsuid());
}

/* Who it is, as the host sees it. */
static inline kuid_t nest_owner_uid(const struct nest_owner *owner)
{
	if (!owner->inode)
		return current_fsuid();
	return vfsuid_into_kuid(nest_owner_of(owner->mnt, owner->inode));
}

/**
 * nest_name_perms() - what a domain says about a name
 * @perms: the answer
 * @name: the name, between nest_name_begin() and nest_name_retry()
 * @table: the revision
 * @domain: index
 * @owner: whether the subject owns the file
 */
static __always_inline void nest_name_perms(struct nest_perms *perms,
					    const struct nest_name *name,
					    const struct nest_table *table,
					    u32 domain,
					    const struct nest_owner *owner)
{
	const struct nest_policy *policy = &table->policy;
	u32 i = le32_to_cpu(policy->domains[domain].file_dfa);
	u32 end = i + le32_to_cpu(policy->domains[domain].n_file_dfas);

	nest_perms_init(perms);
	for (; i != end; i++) {
		u32 accept = nest_name_match(name, &table->dfas[i]);

		nest_perms_add(perms, policy, accept,
			       nest_perm_asks_owner(policy, accept) &&
			       nest_is_owner(owner));
	}
	nest_perms_end(perms);
}

#endif
