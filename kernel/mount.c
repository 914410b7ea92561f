// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers for mounts and roots. Rules name files by their place in the mount
 * tree, so a domain must not arrange that tree unless its policy says so.
 */
#include <linux/fs_struct.h>
#include "hooks.h"
#include "path.h"
#include "subject.h"

static struct nest_decision decide_mount(const struct nest_policy *policy,
					 u32 domain,
					 const struct nest_event *event)
{
	return nest_decide_gate(policy, domain, NEST_GATE_MOUNT);
}

static int ask_mount(const struct nest_subject *subject, const char *operation)
{
	struct nest_event event = {
		.class = NEST_CLASS_MOUNT,
		.operation = operation,
	};

	return nest_ask_layers(subject, &event, decide_mount, false,
			       GFP_KERNEL);
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
static noinline int check_pivot_root(void)
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
	return nest_idle() ? 0 : check_pivot_root();
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

	if (nest_subject_current(&subject) &&
	    nest_first_confining(&subject) != NEST_NONE &&
	    !nest_path_has_root(&subject, path))
		err = ask_mount(&subject, "chroot") ?: -EACCES;
	nest_leave(section);
	return err;
}

int nest_hook_path_chroot(const struct path *path)
{
	return nest_idle() ? 0 : check_chroot(path);
}
