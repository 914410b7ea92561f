/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is mounted where the first process of a policy namespace lives: at home.
 * A task in another mount namespace, as in a container within the container, can
 * give a file any name there. So the layers of the namespace are asked by the
 * name that the file has at home, too.
 */
#ifndef NEST_VIEW_H
#define NEST_VIEW_H

#include <linux/nsproxy.h>
#include <linux/wait.h>
#include "nest.h"

#define NEST_VIEW_TRIES	16	/* while mounts change */

/**
 * struct nest_anchor - a mount at home
 * @root: top of what is mounted
 * @mnt: the mount
 * @up: the mount that it lies on, or NULL
 * @point: where
 * @next: the next one in the same bucket, or NULL
 */
struct nest_anchor {
	const struct dentry *root;
	const struct vfsmount *mnt;
	const struct nest_anchor *up;
	const struct dentry *point;
	const struct nest_anchor *next;
};

/**
 * struct nest_view - all that is mounted at home
 * @later: frees it
 * @mountinfo: an open file, which keeps the mount namespace
 * @mnt_ns: that; only compared
 * @change: on the wait queue of @mnt_ns
 * @queue: that queue
 * @stale: a mount came, went or moved
 * @error: why there are no anchors, or 0
 * @n: length of @anchors
 * @bits: log2 of the length of @buckets
 * @anchors: the mounts; of two the one that has been there longer comes first
 * @buckets: the anchors by @root, one for each root
 *
 * Immutable, but for @stale. The anchors hold no references, which would keep
 * the container from umounting. The kernel sets @stale before it drops its own,
 * and frees nothing before the end of a grace period: so whoever finds @stale
 * unset under RCU may follow all pointers until he leaves that.
 */
struct nest_view {
	struct nest_free later;
	struct file *mountinfo;
	const struct mnt_namespace *mnt_ns;
	wait_queue_entry_t change;
	wait_queue_head_t *queue;
	bool stale;
	int error;
	u32 n;
	u32 bits;
	struct nest_anchor *anchors;
	const struct nest_anchor **buckets;
};

struct nest_name;

int nest_views_init(void);
void nest_views_exit(void);
int nest_view_begin(struct nest_ns *ns);
void nest_view_end(struct nest_ns *ns);
bool nest_view_is_ready(const struct nest_ns *ns);
int nest_view_ready(struct nest_ns *ns);
int nest_view_walk(struct nest_name *name);

/**
 * nest_is_abroad() - is the current task in another mount namespace?
 * @ns: than the first process of this policy namespace
 *
 * Context: a reader's section.
 */
static inline bool nest_is_abroad(const struct nest_ns *ns)
{
	const struct nsproxy *own = current->nsproxy;

	return own && own->mnt_ns != nest_dereference(ns->view)->mnt_ns;
}

#endif
