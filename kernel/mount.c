// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers for mounts and roots. Rules name files by their place in the mount
 * tree, so a domain must not arrange that tree unless its policy says so. Which
 * names and flags each kind of mount is asked about is AppArmor's.
 */
#include <linux/fs_struct.h>
#include <linux/namei.h>
#include <linux/slab.h>
#include <uapi/linux/mount.h>
#include "baseline.h"
#include "hooks.h"
#include "path.h"
#include "subject.h"
#include "syscall.h"
#include "view.h"

/* What change of the propagation type looks at, and what is no flag at all. */
#define CHANGE_TYPE	(MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE)
#define NO_FLAGS	(MS_KERNMOUNT | MS_NOSEC | MS_ACTIVE | MS_BORN)

/**
 * struct place - a name, made a string: it is compared more than once
 * @text: allocated, or NULL if there is no such name
 * @connected: it begins at the root
 */
struct place {
	char *text;
	bool connected;
};

/**
 * struct mount_check - one question about mounts
 * @subject: who asks
 * @event: what it wants to do, and with which flags
 * @class: of the rules
 * @point: the mount point, or the new root
 * @source: what is mounted, or where the old root goes to; or neither
 * @file: of mount(): the source, if it is a file; referenced
 * @device: the source, if it is no file
 * @type: of the file system, or NULL
 */
struct mount_check {
	struct nest_subject subject;
	struct nest_event event;
	enum nest_policy_class class;
	struct place point;
	struct place source;
	struct path file;
	const char *device;
	const char *type;
};

/*
 * A name for people may end early, one to decide by may not: a string that fills
 * its memory is refused.
 */
static int find_place(struct place *place, const struct nest_subject *subject,
		      const struct path *path)
{
	struct nest_name name NEST_UNINITIALIZED;
	int err;

	err = nest_name_open(&name, subject, path, NULL, d_is_dir(path->dentry));
	if (!err) {
		place->text = nest_name_string(&name);
		if (!place->text)
			err = name.error ?: -ENOMEM;
		else if (strlen(place->text) >= PATH_MAX - 1)
			err = -ENAMETOOLONG;
		else
			place->connected = name.walk.connected;
	}
	nest_name_close(&name);
	return err;
}

static const char *source_of(const struct mount_check *check)
{
	return check->source.text ?: check->device ?: "";
}

/* Each flag that is set is a byte; no flag is 0, which ends the field. */
static void match_flags(struct nest_match *match, unsigned long flags)
{
	char text[33];
	u32 bit, n = 0;

	for (bit = 0; bit < 32; bit++)
		if (flags & BIT(bit))
			text[n++] = bit + 1;
	text[n] = '\0';
	nest_match_text(match, text);
}

static bool is_visible(const struct nest_policy *policy, u32 domain,
		       const struct place *place)
{
	return !place->text || place->connected ||
	       (le32_to_cpu(policy->domains[domain].flags) &
		NEST_DOMAIN_ATTACH_DISCONNECTED);
}

static struct nest_decision decide(const struct nest_policy *policy, u32 domain,
				   const struct nest_event *event)
{
	const struct mount_check *check =
		container_of(event, const struct mount_check, event);
	struct nest_decision refusal = { NEST_RULES_MAY, true };
	struct nest_match match;

	if (!check->point.text || !is_visible(policy, domain, &check->point) ||
	    !is_visible(policy, domain, &check->source))
		return refusal;
	nest_match_begin(&match, policy, domain, check->class);
	nest_match_text(&match, check->point.text);
	if (check->class != NEST_RULES_UMOUNT)
		nest_match_text(&match, source_of(check));
	if (check->class == NEST_RULES_MOUNT) {
		nest_match_text(&match, check->type ?: "");
		match_flags(&match, event->requested);
	}
	return nest_match_decide(&match, NEST_RULES_MAY);
}

static int ask_layers(struct mount_check *check, gfp_t gfp)
{
	check->event.path = check->point.text;
	check->event.target = source_of(check);
	return nest_ask_layers(&check->subject, &check->event, decide, false,
			       gfp);
}

/*
 * There is a name that could not be made: the first layer that asks refuses.
 * None may ask any more: layers are replaced meanwhile.
 */
static int fail_closed(const struct mount_check *check, int err)
{
	u32 i = nest_first_confining(&check->subject);

	if (i == NEST_NONE)
		return 0;
	return nest_fail_closed(&check->subject, i, NEST_CLASS_MOUNT,
				check->event.operation, err);
}

/*
 * Finds a place by its name at @home, if it has one, or else by the task's own.
 * Returns 1 if it has.
 */
static int find_place_at(struct place *place, struct nest_ns *home,
			 const struct nest_subject *subject,
			 const struct path *path)
{
	struct nest_name name NEST_UNINITIALIZED;
	u32 tries = 0;
	int err;

	err = nest_name_open(&name, subject, path, NULL, d_is_dir(path->dentry));
	name.home = home;
	while (!err) {
		err = nest_view_ready(home);
		if (err)
			break;
		place->text = nest_name_string(&name);
		if (place->text || name.error != -ESTALE ||
		    ++tries == NEST_VIEW_TRIES) {
			err = place->text ? 0 : name.error ?: -ENOMEM;
			break;
		}
	}
	if (!err && strlen(place->text) >= PATH_MAX - 1)
		err = -ENAMETOOLONG;
	if (!err) {
		place->connected = name.walk.connected;
		err = !!name.visible;
	}
	nest_name_close(&name);
	return err;
}

/* To umount something is to do something to the place that it lies on. */
static struct path place_of(const struct mount_check *check,
			    const struct path *point)
{
	struct path path = *point;

	path_get(&path);
	if (check->class == NEST_RULES_UMOUNT)
		follow_up(&path);
	return path;
}

static int find_places_at(struct mount_check *check, struct nest_ns *home,
			  const struct path *point, const struct path *source)
{
	struct path path;
	int known = 0, also = 0;

	if (point) {
		path = place_of(check, point);
		known = find_place_at(&check->point, home, &check->subject,
				      &path);
		path_put(&path);
	}
	if (known >= 0 && source)
		also = find_place_at(&check->source, home, &check->subject,
				     source);
	return known < 0 ? known : also < 0 ? also : known | also;
}

/* Asks one layer by the names at its home, where there are any. */
static int ask_at_home(struct mount_check *check, u32 i,
		       const struct path *point, const struct path *source)
{
	struct nest_ns *home = check->subject.chain->layers[i]->target;
	int err;

	check->point.text = NULL;
	check->source.text = NULL;
	err = find_places_at(check, home, point, source);
	check->event.path = check->point.text;
	check->event.target = source_of(check);
	if (err < 0)
		err = nest_fail_closed(&check->subject, i, NEST_CLASS_MOUNT,
				       check->event.operation, err);
	else if (err)
		err = nest_ask_layer(&check->subject, i, &check->event, decide,
				     false, GFP_KERNEL);
	kfree(check->point.text);
	kfree(check->source.text);
	return err;
}

static int ask_homes(struct mount_check *check, const struct path *point,
		     const struct path *source)
{
	int err = 0;
	u32 i;

	for (i = 0; !err && i < check->subject.chain->n; i++)
		if (nest_is_confined(&check->subject, i) &&
		    nest_is_abroad(check->subject.chain->layers[i]->target))
			err = ask_at_home(check, i, point, source);
	return err;
}

/* Names of paths, where there are any, and then the question. */
static int ask(struct mount_check *check, const struct path *point,
	       const struct path *source)
{
	int err = 0;

	if (point)
		err = find_place(&check->point, &check->subject, point);
	if (!err && source)
		err = find_place(&check->source, &check->subject, source);
	err = err ? fail_closed(check, err) : ask_layers(check, GFP_KERNEL);
	kfree(check->point.text);
	kfree(check->source.text);
	return err ?: ask_homes(check, point, source);
}

/*
 * The kernel will look the name up again, and may find something else: rules for
 * the source of a mount hold only where the domain cannot exchange the source.
 */
static int find_file(struct mount_check *check, const char *name)
{
	if (!name || !*name)
		return -EINVAL;
	return kern_path(name, LOOKUP_FOLLOW, &check->file);
}

/* A device is a file, other sources are what the file system takes them for. */
static int prepare_new(struct mount_check *check, const char *name,
		       const char *type)
{
	struct file_system_type *fs;
	bool needs_device = false;

	check->type = type;
	check->device = name;
	if (type) {
		fs = get_fs_type(type);
		if (!fs)
			return -ENODEV;
		needs_device = fs->fs_flags & FS_REQUIRES_DEV;
		module_put(fs->owner);
	}
	return needs_device ? find_file(check, name) : 0;
}

/*
 * Finds out what is asked. It may take as long as whoever serves a file system
 * likes.
 */
static int prepare_mount(struct mount_check *check, const char *name,
			 const char *type)
{
	const unsigned long flags = check->event.requested;

	if (flags & MS_REMOUNT)
		return 0;
	if (flags & MS_BIND) {
		check->event.requested = flags & (MS_BIND | MS_REC);
		return find_file(check, name);
	}
	if (flags & CHANGE_TYPE) {
		check->event.requested = flags & (CHANGE_TYPE | MS_REC | MS_SILENT);
		return 0;
	}
	if (flags & MS_MOVE) {
		check->event.requested = MS_MOVE;
		return find_file(check, name);
	}
	return prepare_new(check, name, type);
}

/* Whether some layer has a say; if so the answer is to be found before leaving. */
static bool begin(struct mount_check *check)
{
	return nest_subject_current(&check->subject) &&
	       nest_first_confining(&check->subject) != NEST_NONE;
}

static int ask_mount(struct mount_check *check, const struct path *point)
{
	return ask(check, point, check->file.mnt ? &check->file : NULL);
}

static noinline int check_mount(const char *name, const struct path *point,
				const char *type, unsigned long flags)
{
	struct mount_check check = {
		.event = { .class = NEST_CLASS_MOUNT, .operation = "mount" },
		.class = NEST_RULES_MOUNT,
	};
	int section, err = 0;

	if ((flags & MS_MGC_MSK) == MS_MGC_VAL)
		flags &= ~MS_MGC_MSK;
	check.event.requested = flags & ~NO_FLAGS;
	section = nest_enter();
	if (begin(&check)) {
		/* For all steps: after the first one the hooks may be gone. */
		__module_get(THIS_MODULE);
		nest_step_out(section);
		err = prepare_mount(&check, name, type);
		section = nest_step_in();
		if (!err && begin(&check))
			err = ask_mount(&check, point);
		nest_step_out(section);
		path_put(&check.file);
		section = nest_step_in();
		module_put(THIS_MODULE);
	}
	nest_leave(section);
	return err;
}

int nest_hook_sb_mount(const char *dev_name, const struct path *path,
		       const char *type, unsigned long flags, void *data)
{
	return nest_idle() ? 0 : check_mount(dev_name, path, type, flags);
}

static noinline int check_paths(const char *operation,
				enum nest_policy_class class,
				unsigned long flags, const struct path *point,
				const struct path *source)
{
	struct mount_check check = {
		.event = {
			.class = NEST_CLASS_MOUNT,
			.operation = operation,
			.requested = flags,
		},
		.class = class,
	};
	int section = nest_enter();
	int err = 0;

	if (begin(&check)) {
		/* A tree that is attached nowhere has no name. */
		if (class == NEST_RULES_MOUNT && source &&
		    !nest_path_has_root(&check.subject, source))
			source = NULL;
		err = ask(&check, point, source);
	}
	nest_leave(section);
	return err;
}

int nest_hook_sb_umount(struct vfsmount *mnt, int flags)
{
	const struct path root = { .mnt = mnt, .dentry = mnt->mnt_root };

	return nest_idle() ? 0 : check_paths("umount", NEST_RULES_UMOUNT, 0,
					     &root, NULL);
}

/**
 * nest_ask_any_mount() - may a task change mounts that cannot be named here?
 * @subject: the current task
 * @operation: for people
 * @gfp: how to allocate
 *
 * That takes a rule to remount any.
 *
 * Context: a reader's section.
 * Return: 0, or -EACCES from the first layer that refuses.
 */
int nest_ask_any_mount(const struct nest_subject *subject,
		       const char *operation, gfp_t gfp)
{
	char none[] = "";
	struct mount_check check = {
		.subject = *subject,
		.event = {
			.class = NEST_CLASS_MOUNT,
			.operation = operation,
			.requested = MS_REMOUNT,
		},
		.class = NEST_RULES_MOUNT,
		.point = { .text = none, .connected = true },
	};

	return ask_layers(&check, gfp);
}

/**
 * nest_check_any_mount() - the same of the current task, outside of a section
 * @operation: for people
 *
 * Context: may sleep.
 * Return: 0, or -EACCES.
 */
int nest_check_any_mount(const char *operation)
{
	struct nest_subject subject;
	int section = nest_enter();
	int err = 0;

	if (nest_subject_current(&subject))
		err = nest_ask_any_mount(&subject, operation, GFP_KERNEL);
	nest_leave(section);
	return err;
}

/*
 * mount() asks about the mount point first, and then comes here. fsconfig()
 * comes here only, with no mount point to be named.
 */
int nest_hook_sb_remount(struct super_block *sb, void *mnt_opts)
{
	return nest_idle() || nest_call_is_mount() ? 0 :
	       nest_check_any_mount("remount");
}

int nest_hook_move_mount(const struct path *from_path,
			 const struct path *to_path)
{
	return nest_idle() ? 0 : check_paths("move_mount", NEST_RULES_MOUNT,
					     MS_MOVE, to_path, from_path);
}

/*
 * Whoever may change the root of the mount tree changes where names begin. The
 * old root mount ceases to be the place where they do.
 */
static noinline int check_pivot_root(const struct path *old_path,
				     const struct path *new_path)
{
	int err = check_paths("pivot_root", NEST_RULES_PIVOT_ROOT, 0, new_path,
			      old_path);
	struct path root;
	int section;

	if (err)
		return err;
	section = nest_enter();
	get_fs_root(current->fs, &root);
	nest_ns_forget_root(root.mnt);
	path_put(&root);
	nest_baseline_add_root(new_path, true);
	nest_leave(section);
	return 0;
}

int nest_hook_sb_pivotroot(const struct path *old_path,
			   const struct path *new_path)
{
	return nest_idle() ? 0 : check_pivot_root(old_path, new_path);
}

static struct nest_decision decide_chroot(const struct nest_policy *policy,
					  u32 domain,
					  const struct nest_event *event)
{
	return (struct nest_decision){ 1, true };
}

/*
 * A root in a mount tree of its own (open_tree(), fsmount()) would make names
 * there look like those of the container.
 */
static noinline int check_chroot(const struct path *path)
{
	struct nest_event event = {
		.class = NEST_CLASS_MOUNT,
		.operation = "chroot",
	};
	struct nest_subject subject;
	int section = nest_enter();
	int err = 0;

	if (nest_subject_current(&subject) &&
	    nest_first_confining(&subject) != NEST_NONE &&
	    nest_path_has_root(&subject, path) <= 0)
		err = nest_ask_layers(&subject, &event, decide_chroot, false,
				      GFP_KERNEL) ?: -EACCES;
	if (!err)
		nest_baseline_add_root(path, false);
	nest_leave(section);
	return err;
}

int nest_hook_path_chroot(const struct path *path)
{
	return nest_idle() ? 0 : check_chroot(path);
}
