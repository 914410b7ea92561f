// SPDX-License-Identifier: GPL-2.0-only
/* Handlers for sockets. */
#include "hooks.h"
#include "nest.h"
#include "subject.h"

static struct nest_decision decide_socket(const struct nest_policy *policy,
					  u32 domain,
					  const struct nest_event *event)
{
	return nest_decide_socket(policy, domain,
				  upper_32_bits(event->requested),
				  lower_32_bits(event->requested));
}

static noinline int check_socket(u32 family, u32 type)
{
	struct nest_event event = {
		.class = NEST_CLASS_NETWORK,
		.operation = "create",
		.requested = (u64)family << 32 | type,
	};
	struct nest_subject subject;
	int section = nest_enter();
	int err = 0;

	if (nest_subject_current(&subject))
		err = nest_ask_layers(&subject, &event, decide_socket, false,
				      GFP_KERNEL);
	nest_leave(section);
	return err;
}

int nest_hook_socket_create(int family, int type, int protocol, int kern)
{
	return nest_idle() || kern ? 0 : check_socket(family, type);
}
