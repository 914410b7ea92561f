// SPDX-License-Identifier: GPL-2.0-only
/* Start and end of the loadable module. Built in, see attach_lsm.c. */
#include <linux/module.h>
#include "baseline.h"
#include "entry.h"
#include "nest.h"
#include "path.h"
#include "sock.h"
#include "view.h"

/* Lets what nest_free_later() deferred be freed. */
static void drain_frees(void)
{
	rcu_barrier();
	srcu_barrier(&nest_srcu);
	rcu_barrier();
}

static int __init nest_init(void)
{
	int err;

	nest_mounts_learn();
	nest_baselines_init();
	err = nest_entries_init();
	if (err)
		return err;
	err = nest_events_init();
	if (err)
		goto err_events;
	err = nest_views_init();
	if (err)
		goto err_views;
	err = nest_attach();
	if (err)
		goto err_attach;
	err = nest_netlink_init();
	if (err)
		goto err_netlink;
	return 0;

err_netlink:
	nest_detach();
err_attach:
	nest_views_exit();
err_views:
	nest_events_exit();
err_events:
	nest_socks_clear();
	nest_entries_exit();
	return err;
}

/* Handlers that held the module by a reference of its own are on their way out. */
static void drain_handlers(void)
{
	synchronize_srcu(&nest_srcu);
	synchronize_rcu_tasks();
}

static void __exit nest_exit(void)
{
	drain_handlers();
	nest_netlink_exit();
	nest_delegations_exit();
	nest_ns_exit();
	nest_events_exit();
	drain_frees();
	nest_views_exit();
	nest_socks_clear();
	nest_entries_exit();
}

module_init(nest_init);
module_exit(nest_exit);

MODULE_DESCRIPTION("Nest: stackable policy tables for containers");
MODULE_LICENSE("GPL");
MODULE_VERSION(NEST_RELEASE);
