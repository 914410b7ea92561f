// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attaches the handlers of a Nest that is built into the kernel, as a security
 * module among the others: lsm= on the kernel's command line gives their order.
 * There is no way back. A module has attach_ftrace.c and module.c instead.
 */
#include <linux/init.h>
#include <linux/lsm_hooks.h>
#include "../fs/mount.h" /* of the kernel's tree, beside include/ */
#include "baseline.h"
#include "entry.h"
#include "hooks.h"
#include "nest.h"
#include "path.h"
#include "view.h"

/* None of the kernel's, which count up from 100. */
#define NEST_LSM_ID	0x4e455354

static const struct lsm_id nest_lsm_id = {
	.name = "nest",
	.id = NEST_LSM_ID,
};

/* What a module finds out as it is loaded is known here, and mounts are few. */
#define SAME(theirs, ours)	\
	static_assert(offsetof(struct mount, theirs) ==	\
		      offsetof(struct nest_mount, ours))
SAME(mnt_parent, parent);
SAME(mnt_mountpoint, mountpoint);
SAME(mnt, mnt);

#define HOOK(name)	LSM_HOOK_INIT(name, nest_hook_##name),

static struct security_hook_list hooks[] __ro_after_init = {
	NEST_HOOKS(HOOK)
};

/* How the handlers are attached, for whoever asks. */
const enum nest_backend nest_backend = NEST_BACKEND_LSM;

static bool attached __ro_after_init;

/**
 * nest_attached() - do the hooks lead to the handlers?
 *
 * Return: false if lsm= leaves nest out.
 */
bool nest_attached(void)
{
	return attached;
}

/**
 * nest_detach() - a security module cannot be detached
 *
 * Return: -EOPNOTSUPP.
 */
int nest_detach(void)
{
	return -EOPNOTSUPP;
}

/**
 * nest_selftest_reached() - is this call of a handler the self-test's?
 *
 * Return: false: the kernel calls what it was built to call.
 */
bool nest_selftest_reached(void)
{
	return false;
}

static int __init attach(void)
{
	nest_mounts_known = true;
	security_add_hooks(hooks, ARRAY_SIZE(hooks), &nest_lsm_id);
	attached = true;
	return 0;
}

/*
 * When there are work queues and netlink. Should it fail nobody can load a
 * layer, and the handlers stay idle.
 */
static int __init start(void)
{
	int err;

	nest_baselines_init();
	err = nest_events_init();
	if (err)
		return err;
	err = nest_views_init();
	if (err)
		goto err_views;
	err = nest_netlink_init();
	if (err)
		goto err_netlink;
	return 0;

err_netlink:
	nest_views_exit();
err_views:
	nest_events_exit();
	return err;
}
late_initcall(start);

DEFINE_LSM(nest) = {
	.name = "nest",
	.init = attach,
	.blobs = &nest_blob_sizes,
};
