/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a container started with: how the host confined it, and what it saw. A
 * task in it that has left this behind, by none of the ways that the kernel
 * offers, is the sign of an exploited kernel.
 */
#ifndef NEST_BASELINE_H
#define NEST_BASELINE_H

#include <linux/capability.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#define NEST_HOST_LABELS_MAX	32
#define NEST_ROOTS_MAX		4096
#define NEST_ROOTS_FIRST	8

struct nest_ns;
struct nest_subject;
struct path;
struct pid;
struct pid_namespace;
struct user_namespace;

/**
 * struct nest_host_label - a label of the host's LSM that is as it should be
 * @secid: what the kernel called it when it was last seen
 * @hash: of its text. When a policy is loaded anew, AppArmor gives the labels
 *	of the same names other numbers
 */
struct nest_host_label {
	u32 secid;
	u64 hash;
};

/**
 * struct nest_root - the top of a mount tree
 * @dev: its file system
 * @ino: the directory of that which is mounted there
 * @dentry: likewise, but for file systems like btrfs where a number stands for
 *	more than one; never followed
 *
 * Not a reference: that would keep the file system from being unmounted. All
 * zero: it could not be found out, under too many mounts.
 */
struct nest_root {
	dev_t dev;
	u64 ino;
	const struct dentry *dentry;
};

/**
 * struct nest_baseline - what the tasks of a container may have
 * @refs: the policy namespace, or entries of tasks and baselines within
 * @level: it is about the policy namespaces that are deeper than this
 * @outer: of tasks that entered: what is about the others, or NULL
 * @lock: over all that follows
 * @settled: the first program was executed: before, a runtime was at work
 * @many_labels: more than there is room for: labels say nothing any more
 * @user_ns: the user namespace, referenced; NULL until something is known
 * @caps: the capabilities that tasks in @user_ns may have
 * @seccomp: the mode that tasks have at least
 * @filters: the filters that tasks have at least
 * @n_labels: length of @labels
 * @n_roots: length of @roots
 * @n_kept: of these the first, which the container started with; others make
 *	way when there is no more room
 * @next: who does next
 * @room: how many fit in
 * @labels: what the host's LSM may call a task
 * @roots: what may be at the top of what a task sees mounted
 * @first: room for the first @roots
 */
struct nest_baseline {
	refcount_t refs;
	u32 level;
	struct nest_baseline *outer;
	spinlock_t lock;	/* over what follows */
	bool settled;
	bool many_labels;
	struct user_namespace *user_ns;
	kernel_cap_t caps;
	int seccomp;
	int filters;
	u32 n_labels;
	u32 n_roots;
	u32 n_kept;
	u32 next;
	u32 room;
	struct nest_host_label labels[NEST_HOST_LABELS_MAX];
	struct nest_root *roots;
	struct nest_root first[NEST_ROOTS_FIRST];
};

void nest_baselines_init(void);
struct nest_baseline *nest_baseline_new(u32 level, struct nest_baseline *outer);
struct nest_baseline *nest_baseline_of(struct pid_namespace *pidns);
struct nest_baseline *nest_baseline_get(struct nest_baseline *baseline);
void nest_baseline_put(struct nest_baseline *baseline);
int nest_check_baseline(const struct nest_subject *subject,
			const char *operation, gfp_t gfp);
int nest_check_baselines(const struct nest_subject *subject,
			 const char *operation);
void nest_baseline_executed(void);
void nest_baseline_add_root(const struct path *path, bool is_top);
char *nest_host_label(struct pid *init);
int nest_check_host(const struct nest_ns *ns, const char *label);

#endif
