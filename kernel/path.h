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
#include <linux/fs_struct.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/seqlock.h>
#include "core/dfa.h"
#include "subject.h"

#define NEST_SEGMENTS	8	/* mounts that a name may go through */
#define NEST_CLIMB	512	/* mounts, those that cover each other too */
#define NEST_COMPONENTS	40	/* without an allocation */
#define NEST_COMPONENTS_MAX	2048	/* PATH_MAX / 2 */
#define NEST_BYTES_MAX		(2 * PATH_MAX)

/**
 * struct nest_walk - the name of a file, as a walk up the directories found it
 * @component: names of directory entries, the file's own first
 * @n: how many
 * @directory: the name ends in a slash
 * @connected: the walk ended at the root of the container
 */
struct nest_walk {
	const u8 **component;
	u32 n;
	bool directory;
	bool connected;
};

/**
 * struct nest_name - the name of a file, while it is being decided on
 * @segments: where the name enters each mount: the file and its mount, then
 *	the mount point and the mount that this lies on, and so on. Referenced,
 *	but for the first
 * @n_segments: how many
 * @walk: what became of it
 * @directory: it is a directory, or will be
 * @home: the name that the file has here is wanted, where it has one; or NULL
 * @object: the file whose name that is
 * @visible: the mount that gives @object a name at @home, while it is held; NULL
 *	if it has none, and then @walk is that of the task's own name
 * @below: @walk is the name of the file that an overlay shows as @object
 * @reached: the climb through the mounts ended at the root of the container
 * @other: found at the same moment, whenever this one is; or NULL
 * @copied: the components are in @copy
 * @tries: walks that a rename made void
 * @error: there is no such name, or no memory for it
 * @seq: of rename_lock
 * @bytes: in the components
 * @max: components that there is room for
 * @few: where they are at first
 * @copy: what the components say, made while renames waited; or NULL
 */
struct nest_name {
	struct path segments[NEST_SEGMENTS];
	u32 n_segments;
	struct nest_walk walk;
	bool directory;
	const struct nest_ns *home;
	const struct dentry *object;
	const struct vfsmount *visible;
	bool below;
	bool reached;
	bool copied;
	struct nest_name *other;
	u32 tries;
	int error;
	unsigned int seq;
	u32 bytes;
	u32 max;
	const u8 *few[NEST_COMPONENTS];
	char *copy;
};

int nest_name_open(struct nest_name *name, const struct nest_subject *subject,
		   const struct path *path, struct dentry *dentry,
		   bool directory);
struct path nest_root_of(struct task_struct *task);
bool nest_mount_is_top(const struct path *path);
void nest_name_open_object(struct nest_name *name, struct dentry *dentry,
			   bool directory);
void nest_name_close(struct nest_name *name);
void nest_name_begin(struct nest_name *name);
bool nest_name_retry(struct nest_name *name);
char *nest_name_string(struct nest_name *name);
void nest_name_ask(const struct nest_name *name, struct nest_match *match);
u32 nest_walk_match_backward(struct nest_walk walk, const struct nest_dfa *dfa);
bool nest_path_is_on_root(const struct nest_subject *subject,
			  const struct path *path);
int nest_path_has_root(const struct nest_subject *subject,
		       const struct path *path);
bool nest_path_is_foreign(const struct nest_subject *subject,
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
 * nest_walk_visible() - may a domain match this name at all?
 * @walk: the name, while it is held
 * @raw: the domain
 *
 * Return: false if the name does not begin at the root and the domain has no
 * use for such names.
 */
static inline bool nest_walk_visible(const struct nest_walk *walk,
				     const struct nest_policy_domain *raw)
{
	return walk->connected || (le32_to_cpu(raw->flags) &
				   NEST_DOMAIN_ATTACH_DISCONNECTED);
}

/**
 * nest_walk_match() - match a name
 * @walk: the name, while it is held
 * @dfa: the automaton
 *
 * A name that does not begin at the root has no slash at its start, so that no
 * rule for a path from the root can match it.
 *
 * Return: the accept value.
 */
static __always_inline u32 nest_walk_match(const struct nest_walk *walk,
					   const struct nest_dfa *dfa)
{
	u32 state = dfa->start;
	u32 n = walk->n;

	if (unlikely(dfa->backward))
		return nest_walk_match_backward(*walk, dfa);
	if (unlikely(n && !walk->connected))
		state = nest_dfa_feed_string(dfa, state, walk->component[--n]);
	state = nest_dfa_feed_names(dfa, state, walk->component, n);
	if (walk->directory)
		state = nest_dfa_feed_byte(dfa, state, '/');
	return nest_dfa_accept(dfa, state);
}

/**
 * struct nest_owner - does the subject own the file? Found out when asked for
 * @mnt: the file's mount, or NULL: by no mount, just to be reported
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
	if (!owner->mnt)
		return owner->inode->i_uid;
	return vfsuid_into_kuid(nest_owner_of(owner->mnt, owner->inode));
}

/**
 * nest_walk_perms() - what a domain says about a name
 * @perms: the answer
 * @walk: the name, while it is held
 * @table: the revision
 * @domain: index
 * @owner: whether the subject owns the file
 */
static __always_inline void nest_walk_perms(struct nest_perms *perms,
					    const struct nest_walk *walk,
					    const struct nest_table *table,
					    u32 domain,
					    const struct nest_owner *owner)
{
	const struct nest_policy *policy = &table->policy;
	u32 i = le32_to_cpu(policy->domains[domain].file_dfa);
	u32 end = i + le32_to_cpu(policy->domains[domain].n_file_dfas);

	nest_perms_init(perms);
	for (; i != end; i++) {
		u32 accept = nest_walk_match(walk, &table->dfas[i]);

		nest_perms_add(perms, policy, accept,
			       nest_perm_asks_owner(policy, accept) &&
			       nest_is_owner(owner));
	}
	nest_perms_end(perms);
}

/**
 * struct nest_mount - what the kernel's own struct mount begins with
 * @hash: not used
 * @parent: the mount that it lies on, or itself
 * @mountpoint: where
 * @mnt: what everybody may know of it
 *
 * RCU keeps what the two point to. They change one after the other, under a
 * lock that modules cannot take. To be used only if nest_mounts_known.
 */
struct nest_mount {
	struct hlist_node hash;
	struct nest_mount *parent;
	struct dentry *mountpoint;
	struct vfsmount mnt;
};

extern bool nest_mounts_known;

void nest_mounts_learn(void);

static inline const struct nest_mount *
nest_mount_of(const struct vfsmount *mnt)
{
	return container_of(mnt, struct nest_mount, mnt);
}

/**
 * nest_known_root() - the root mount of the container, if it is known
 * @subject: who asks
 *
 * The task has to have its own root there: a pivot_root() takes that away.
 *
 * Return: the mount, only to be compared, or NULL.
 */
static __always_inline const struct vfsmount *
nest_known_root(const struct nest_subject *subject)
{
	const struct vfsmount *mnt = subject->ns->root.mnt;

	if (unlikely(!current->fs) ||
	    unlikely(READ_ONCE(current->fs->root.mnt) != mnt) ||
	    unlikely(!READ_ONCE(subject->ns->root_ok)))
		return NULL;
	return mnt;
}

#define NEST_QUICK_COMPONENTS	32	/* of 255 bytes: within NEST_BYTES_MAX */
#define NEST_QUICK_MOUNTS	4

/**
 * struct nest_crossing - where a name found quickly goes from mount to mount
 * @mount: the mount
 * @parent: the mount that it lay on
 * @mountpoint: where
 */
struct nest_crossing {
	const struct nest_mount *mount;
	const struct nest_mount *parent;
	const struct dentry *mountpoint;
};

static __always_inline bool nest_crossing_holds(const struct nest_crossing *at)
{
	return READ_ONCE(at->mount->parent) == at->parent &&
	       READ_ONCE(at->mount->mountpoint) == at->mountpoint &&
	       !(READ_ONCE(at->mount->mnt.mnt_flags) & MNT_UMOUNT);
}

/**
 * nest_walk_quickly() - find a name without taking references
 * @walk: its @component has room for NEST_QUICK_COMPONENTS
 * @crossing: room for NEST_QUICK_MOUNTS; the caller sees to it that each still
 *	holds when it has used the name
 * @crossings: how many there are
 * @root: what nest_known_root() returned, not NULL
 * @mnt: the mount of the file
 * @dentry: the file
 * @directory: it is a directory
 *
 * Context: under RCU; void if rename_lock was taken meanwhile.
 * Return: false if nest_name_open() has to find the name.
 */
static __always_inline bool
nest_walk_quickly(struct nest_walk *walk, struct nest_crossing *crossing,
		  u32 *crossings, const struct vfsmount *root,
		  const struct vfsmount *mnt, const struct dentry *dentry,
		  bool directory)
{
	const u8 **end = walk->component;

	for (*crossings = 0; ; ++*crossings) {
		struct nest_crossing *at = &crossing[*crossings];

		while (dentry != mnt->mnt_root) {
			const struct dentry *parent =
				READ_ONCE(dentry->d_parent);

			if (parent == dentry || end == walk->component +
						       NEST_QUICK_COMPONENTS)
				return false;
			*end++ = READ_ONCE(dentry->d_name.name);
			dentry = parent;
		}
		if (likely(mnt == root))
			break;
		if (!nest_mounts_known || *crossings == NEST_QUICK_MOUNTS)
			return false;
		at->mount = nest_mount_of(mnt);
		at->parent = READ_ONCE(at->mount->parent);
		at->mountpoint = READ_ONCE(at->mount->mountpoint);
		mnt = &at->parent->mnt;
		dentry = at->mountpoint;
	}
	walk->n = end - walk->component;
	walk->connected = true;
	walk->directory = directory;
	return walk->n;
}

#endif
