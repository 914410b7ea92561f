// SPDX-License-Identifier: GPL-2.0-only
/* Start and end of the module, its parameters, and deferred freeing. */
#include <linux/module.h>
#include "nest.h"
#include "path.h"
#include "sock.h"

/* Held by whoever changes which layers are in force, or looks at all of them. */
DEFINE_MUTEX(nest_mutex);
DEFINE_SRCU(nest_srcu);

/* Layers in force, and the number of changes to them; under nest_mutex. */
unsigned int nest_in_force;
unsigned int nest_generation;

struct nest_policy_limits nest_limits = {
	.size = 16 << 20,
	.domains = NEST_DOMAINS_MAX,
	.states = NEST_STATES_MAX,
};

bool nest_unprivileged = true;

module_param_named(max_size, nest_limits.size, uint, 0644);
MODULE_PARM_DESC(max_size, "bytes that a policy image may have");
module_param_named(max_domains, nest_limits.domains, uint, 0644);
MODULE_PARM_DESC(max_domains, "domains that a policy image may have");
module_param_named(max_states, nest_limits.states, uint, 0644);
MODULE_PARM_DESC(max_states, "states that a policy image's automata may have");
module_param_named(unprivileged, nest_unprivileged, bool, 0644);
MODULE_PARM_DESC(unprivileged,
		 "whether containers in user namespaces may load policy");

/* Events of a layer in a second that go to the host's audit log. */
unsigned int nest_audit_rate = 10;

module_param_named(audit_rate, nest_audit_rate, uint, 0644);
MODULE_PARM_DESC(audit_rate,
		 "events of a layer in a second that go to the audit log");

static void after_srcu(struct rcu_head *rcu)
{
	struct nest_free *later = container_of(rcu, struct nest_free, rcu);

	later->free(later);
}

static void after_rcu(struct rcu_head *rcu)
{
	call_srcu(&nest_srcu, rcu, after_srcu);
}

/**
 * nest_free_later() - free an object when no reader can hold it any more
 * @later: in the object; readers cannot find it any more
 * @free: frees it; called when it may not sleep
 */
void nest_free_later(struct nest_free *later,
		     void (*free)(struct nest_free *self))
{
	later->free = free;
	call_rcu(&later->rcu, after_rcu);
}

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
	err = nest_labels_init();
	if (err)
		return err;
	err = nest_events_init();
	if (err)
		goto err_events;
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
	nest_events_exit();
err_events:
	nest_socks_clear();
	nest_labels_exit();
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
	nest_socks_clear();
	nest_labels_exit();
}

module_init(nest_init);
module_exit(nest_exit);

MODULE_DESCRIPTION("Nest: stackable policy tables for containers");
MODULE_LICENSE("GPL");
MODULE_VERSION(NEST_RELEASE);
