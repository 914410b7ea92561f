// SPDX-License-Identifier: GPL-2.0-only
/* Handlers for sockets. */
#include "hooks.h"
#include "nest.h"
#include "subject.h"

static int ask_socket(const struct nest_subject *subject, u32 family, u32 type)
{
	u32 i, domain;
	int err;

	for (i = 0; i < subject->chain->n; i++) {
		const struct nest_table *table;
		struct nest_event event = {
			.layer = subject->chain->layers[i],
			.class = NEST_CLASS_NETWORK,
			.operation = "create",
			.requested = (u64)family << 32 | type,
		};

		table = nest_subject_domain(subject, i, &domain);
		if (!table)
			continue;
		err = nest_conclude(&event, table, domain,
				    nest_decide_socket(&table->policy, domain,
						       family, type),
				    GFP_KERNEL);
		if (err)
			return err;
	}
	return 0;
}

static noinline int check_socket(int family, int type)
{
	struct nest_subject subject;
	int section = nest_enter();
	int err = 0;

	if (nest_subject_current(&subject))
		err = ask_socket(&subject, family, type);
	nest_leave(section);
	return err;
}

int nest_hook_socket_create(int family, int type, int protocol, int kern)
{
	return nest_idle() || kern ? 0 : check_socket(family, type);
}
