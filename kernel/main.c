// SPDX-License-Identifier: GPL-2.0-only
/* What all share: locks, parameters, and deferred freeing. */
#include <linux/moduleparam.h>
#include "nest.h"

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
