// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers for mounts and roots. Rules name files by their place in the mount
 * tree, so a domain must not arrange that tree unless its policy says so.
 */
#include <linux/fs_struct.h>
#include "hooks.h"
#include "path.h"
#include "subject.h"

static int ask_mount(const struct nest_subject *subject, const char *operation)
{
	u32 i, domain;
	int err;

	for (i = 0; i < subject->chain->n; i++) {
		const struct nest_table *table;
		struct nest_event event = {
			.layer = subject->chain->layers[i],
			.class = NEST_CLASS_MOUNT,
			.operation = operation,
		};

		table = nest_subject_domain(subject, i, &domain);
		if (!table)
			continue;
		err = nest_conclude(&event, table, domain,
				    nest_decide_gate(&table->policy, domain,
						     NEST_GATE_MOUNT),
				    GFP_KERNEL);
		if (err)
			return err;
	}
	return 0;
}

static noinline int check_mount(const char *operation)
{
	struct nest_subject subject;
	int section = nest_enter();
	int err = 0;

	if (nest_subject_current(&subject))
		err = ask_mount(&subject, operation);
	nest_leave(section);
	return err;
}

int nest_hook_sb_mount(const char *dev_name, const struct path *path,
		       const char *type, unsigned long flags, void *data)
{
	return nest_idle() ? 0 : check_mount("mount");
}

int nest_hook_sb_umount(struct vfsmount *mnt, int flags)
{
	return nest_idle() ? 0 : check_mount("umount");
}

int nest_hook_sb_remount(struct super_block *sb, void *mnt_opts)
{
	return nest_idle() ? 0 : check_mount("remount");
}

int nest_hook_move_mount(const struct path *from_path,
			 const struct path *to_path)
{
	return nest_idle() ? 0 : check_mount("move_mount");
}

/*
 * Whoever may change the root of the mount tree changes where names begin. The
 * old root mount ceases to be the place where they do.
 */
static noinline int check_pivot_root(const struct path *new_path)
{
	int err = check_mount("pivot_root");
	struct path root;
	int section;

	if (err)
		return err;
	section = nest_enter();
	get_fs_root(current->fs, &root);
	nest_ns_forget_root(root.mnt);
	path_put(&root);
	nest_leave(section);
	return 0;
}

int nest_hook_sb_pivotroot(const struct path *old_path,
			   const struct path *new_path)
{
	return nest_idle() ? 0 : check_pivot_root(new_path);
}

static bool is_confined(const struct nest_subject *subject)
{
	u32 i;

	for (i = 0; i < subject->chain->n; i++)
		if (nest_is_confined(subject, i))
			return true;
	return false;
}

/*
 * A root in a mount tree of its own (open_tree(), fsmount()) would make names
 * there look like those of the container.
 */
static noinline int check_chroot(const struct path *path)
{
	struct nest_subject subject;
	int section = nest_enter();
	int err = 0;

	if (nest_subject_current(&subject) && is_confined(&subject) &&
	    !nest_path_has_root(&subject, path))
		err = ask_mount(&subject, "chroot") ?: -EACCES;
	nest_leave(section);
	return err;
}

int nest_hook_path_chroot(const struct path *path)
{
	return nest_idle() ? 0 : check_chroot(path);
}
