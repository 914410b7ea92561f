// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers for what opens up more of the kernel to whoever may do it: user
 * namespaces, and io_uring with other credentials or a thread of its own.
 */
#include "hooks.h"
#include "nest.h"
#include "subject.h"

/**
 * struct gate - a question whether a task may pass
 * @event: what it wants to do; requested is in bits of @class
 * @class: of the rules
 * @always: the domain is asked even if it does not mediate the class
 */
struct gate {
	struct nest_event event;
	enum nest_policy_class class;
	bool always;
};

static struct nest_decision decide(const struct nest_policy *policy, u32 domain,
				   const struct nest_event *event)
{
	const struct gate *gate = container_of(event, struct gate, event);
	struct nest_decision decision = { };
	struct nest_match match;

	if (!gate->always && !nest_mediates(policy, domain, gate->class))
		return decision;
	nest_match_begin(&match, policy, domain, gate->class);
	return nest_match_decide(&match, event->requested);
}

static noinline int check_gate(struct gate *gate)
{
	struct nest_subject subject;
	int section = nest_enter();
	int err = 0;

	if (nest_subject_current(&subject))
		err = nest_ask_layers(&subject, &gate->event, decide, false,
				      GFP_KERNEL);
	nest_leave(section);
	return err;
}

/* The current task makes the namespace, be it for itself or for a child. */
int nest_hook_userns_create(const struct cred *cred)
{
	struct gate gate = {
		.event = {
			.class = NEST_CLASS_USERNS,
			.operation = "userns_create",
			.requested = NEST_RULES_MAY,
		},
		.class = NEST_RULES_USERNS,
	};

	return nest_idle() ? 0 : check_gate(&gate);
}

/* A request under registered credentials, which may be those of another task. */
int nest_hook_uring_override_creds(const struct cred *new)
{
	struct gate gate = {
		.event = {
			.class = NEST_CLASS_IO_URING,
			.operation = "uring_override",
			.requested = NEST_URING_OVERRIDE_CREDS,
		},
		.class = NEST_RULES_IO_URING,
		.always = true,
	};

	return nest_idle() ? 0 : check_gate(&gate);
}

/* A ring with a kernel thread that looks for requests. */
int nest_hook_uring_sqpoll(void)
{
	struct gate gate = {
		.event = {
			.class = NEST_CLASS_IO_URING,
			.operation = "uring_sqpoll",
			.requested = NEST_URING_SQPOLL,
		},
		.class = NEST_RULES_IO_URING,
	};

	return nest_idle() ? 0 : check_gate(&gate);
}

static struct nest_decision refuse(const struct nest_policy *policy, u32 domain,
				   const struct nest_event *event)
{
	return (struct nest_decision){ 1, true };
}

/**
 * nest_refuse_ring() - refuse a descriptor of io_uring from elsewhere
 * @subject: who would get it
 * @operation: for people
 *
 * What is put into a ring may be done by the thread of its maker, who stays in
 * his own domain.
 *
 * Context: a reader's section.
 * Return: -EACCES, or 0 if no layer confines the subject.
 */
int nest_refuse_ring(const struct nest_subject *subject, const char *operation)
{
	struct nest_event event = {
		.class = NEST_CLASS_IO_URING,
		.operation = operation,
	};

	return nest_ask_layers(subject, &event, refuse, false, GFP_KERNEL);
}
