// SPDX-License-Identifier: GPL-2.0-only
/*
 * A task changes its own domain: by change_profile, at once or at its next exec,
 * and by change_hat. It asks by prctl(), which needs nothing that its domain
 * would have to permit, and which nobody else can be made to call for it.
 */
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include "hooks.h"
#include "subject.h"

/**
 * struct change - one change in progress
 * @request: what the task asks for
 * @company: what nest_check_alone() said
 * @subject: the task
 * @index: of the layer in its chain
 * @table: the layer's revision
 * @domain: the domain before, or NEST_NONE: unconfined
 * @place: where the task stands in the layer; what shall become of it
 * @moved: it changes its domain now
 */
struct change {
	struct nest_change request;
	int company;
	struct nest_subject subject;
	u32 index;
	const struct nest_table *table;
	u32 domain;
	struct nest_place place;
	bool moved;
};

static struct nest_layer *layer_of(const struct change *change)
{
	return change->subject.chain->layers[change->index];
}

/* The layer has to be one on the task's own pid namespace. */
static int find_layer(struct change *change)
{
	struct pid_namespace *own = ns_of_pid(task_pid(current));
	u32 origin = change->request.origin ?: own->ns.inum;
	u32 i;

	if (!nest_subject_current(&change->subject))
		return -ENOENT;
	for (i = 0; i < change->subject.chain->n; i++) {
		const struct nest_layer *layer = change->subject.chain->layers[i];

		if (layer->target->pidns != own ||
		    layer->origin->ns.inum != origin)
			continue;
		change->index = i;
		return nest_binds(&change->subject, layer) ? 0 : -EPERM;
	}
	return -ENOENT;
}

static void find_place(struct change *change)
{
	const struct nest_layer *layer = layer_of(change);
	const struct nest_place *place;

	place = nest_label_place(change->subject.label, layer);
	if (place) {
		change->place = *place;
	} else {
		change->place.serial = layer->serial;
		change->place.id = NEST_ID_DEFAULT;
		change->place.previous = NEST_ID_NONE;
		change->place.onexec = NEST_ID_NONE;
	}
	nest_openers_get(change->place.brought);
	change->table = nest_dereference(layer->table);
	change->domain = nest_table_domain(change->table, change->place.id);
}

static bool complains(const struct change *change)
{
	return change->domain != NEST_NONE &&
	       nest_complains(change->table, change->domain);
}

/*
 * Makes a decision come true, or a refusal for another reason than a rule.
 * Return: 0 or @err.
 */
static int conclude(struct change *change, const char *operation, u64 request,
		    struct nest_decision decision, const char *reason, int err)
{
	struct nest_event event = {
		.layer = layer_of(change),
		.class = NEST_CLASS_CHANGE,
		.operation = operation,
		.target = change->request.name,
		.requested = request,
		.reason = reason,
	};

	return nest_conclude(&event, change->table, change->domain, decision,
			     GFP_KERNEL) ? err : 0;
}

static int refuse(struct change *change, const char *operation,
		  const char *reason, int err)
{
	const struct nest_decision denied = { 1, true };

	if (change->domain == NEST_NONE)
		return err;
	return conclude(change, operation, 0, denied, reason, err);
}

/* The id of a domain by name, or NEST_ID_NONE. */
static u32 id_of_name(const struct change *change, const char *name)
{
	u32 domain;

	if (!strcmp(name, "unconfined"))
		return NEST_ID_UNCONFINED;
	domain = nest_policy_find_domain(&change->table->policy, name);
	return domain == NEST_NONE ? NEST_ID_NONE :
				     change->table->id_of_domain[domain];
}

/* Neither a tracer nor a promise never to gain privileges may be got round. */
static int check_unsafe(struct change *change, const char *operation, u32 id)
{
	const struct nest_chain *chain = change->subject.chain;
	u32 ids[NEST_CHAIN_MAX];
	u32 i;

	if (change->domain != NEST_NONE && task_no_new_privs(current) &&
	    change->domain != nest_table_domain(change->table, id))
		return refuse(change, operation, "no new privileges", -EPERM);
	for (i = 0; i < chain->n; i++)
		ids[i] = nest_label_id(change->subject.label, chain->layers[i]);
	ids[change->index] = id;
	if (nest_ask_tracer(&change->subject, ids) != NEST_NONE)
		return refuse(change, operation, "task is traced", -EACCES);
	return 0;
}

static int check_rules(struct change *change, const char *operation,
		       u32 request)
{
	struct nest_match match;

	if (change->domain == NEST_NONE)
		return 0;
	nest_match_begin(&match, &change->table->policy, change->domain,
			 NEST_RULES_CHANGE_PROFILE);
	nest_match_text(&match, change->request.name);
	return conclude(change, operation, request,
			nest_match_decide(&match, request), NULL, -EACCES);
}

static void move_to(struct change *change, u32 id)
{
	change->place.id = id;
	change->place.token = 0;
	change->place.previous = NEST_ID_NONE;
	change->place.onexec = NEST_ID_NONE;
	change->moved = true;
}

/*
 * Whom the layer does not confine now, its next revision may: to stay unconfined
 * is no change, and nothing to hold against a default domain to come.
 */
static bool is_no_change(const struct change *change, u32 id)
{
	return id == NEST_ID_UNCONFINED && change->domain == NEST_NONE;
}

static int change_profile(struct change *change)
{
	bool onexec = change->request.how == NEST_CHANGE_AT_EXEC;
	const char *operation = onexec ? "change_onexec" : "change_profile";
	u32 id = id_of_name(change, change->request.name);
	int err;

	if (id == NEST_ID_NONE)
		return refuse(change, operation, "no such profile", -ENOENT);
	err = check_rules(change, operation,
			  onexec ? NEST_CHANGE_ONEXEC : NEST_CHANGE_PROFILE);
	if (!err)
		err = check_unsafe(change, operation, id);
	if (err)
		return err;
	if (onexec)
		change->place.onexec = id;
	else
		move_to(change, is_no_change(change, id) ? change->place.id :
							    id);
	return 0;
}

static bool is_hat(const struct change *change, u32 domain)
{
	return le32_to_cpu(change->table->policy.domains[domain].flags) &
	       NEST_DOMAIN_HAT;
}

/* The domain whose hats the task may enter. */
static u32 owner_of_hats(const struct change *change)
{
	const struct nest_policy_domain *raw =
		&change->table->policy.domains[change->domain];

	return is_hat(change, change->domain) ? le32_to_cpu(raw->parent) :
						change->domain;
}

/* The hat's domain by its name after that of the owner, or NEST_NONE. */
static u32 find_hat(const struct change *change)
{
	u32 owner = owner_of_hats(change);
	const struct nest_policy *policy = &change->table->policy;
	char name[NEST_NAME_MAX + 1];
	u32 hat;

	if (owner == NEST_NONE ||
	    snprintf(name, sizeof(name), "%s//%s",
		     nest_policy_domain_name(policy, owner),
		     change->request.name) >= sizeof(name))
		return NEST_NONE;
	hat = nest_policy_find_domain(policy, name);
	if (hat == NEST_NONE ||
	    le32_to_cpu(policy->domains[hat].parent) != owner)
		return NEST_NONE;
	return hat;
}

/* Programs probe for hats: to have none, or not this one, is no denial. */
static int no_hat(const struct change *change)
{
	const struct nest_policy *policy = &change->table->policy;
	u32 n = le32_to_cpu(policy->header
				  ->section[NEST_SECTION_DOMAINS].count);
	u32 i;

	if (complains(change))
		return 0;
	for (i = 0; i < n; i++)
		if (le32_to_cpu(policy->domains[i].parent) == change->domain)
			return -ENOENT;
	return -ECHILD;
}

/* Whoever guesses at tokens gets one guess. */
static int wrong_token(struct change *change)
{
	refuse(change, "change_hat", "wrong token", -EACCES);
	send_sig(SIGKILL, current, 1);
	return -EACCES;
}

static int to_hat(struct change *change)
{
	u32 hat, id, previous = change->place.previous;
	int err;

	if (change->domain == NEST_NONE)
		return -EPERM;
	hat = find_hat(change);
	if (hat == NEST_NONE) {
		err = no_hat(change);
		hat = change->domain;
		if (err)
			return err;
		refuse(change, "change_hat", "no such hat", 0);
	} else if (!is_hat(change, hat)) {
		err = refuse(change, "change_hat", "not a hat", -EPERM);
		if (err)
			return err;
	}
	id = change->table->id_of_domain[hat];
	err = check_unsafe(change, "change_hat", id);
	if (err)
		return err;
	if (previous != NEST_ID_NONE &&
	    change->place.token != change->request.token)
		return wrong_token(change);
	if (previous == NEST_ID_NONE)
		previous = change->place.id;
	move_to(change, id);
	change->place.previous = previous;
	change->place.token = change->request.token;
	return 0;
}

static int from_hat(struct change *change)
{
	u32 previous = change->place.previous;
	int err;

	if (!change->request.token)
		return -EINVAL;
	if (change->domain == NEST_NONE)
		return -EPERM;
	if (previous == NEST_ID_NONE)
		return 0;
	err = check_unsafe(change, "change_hat", previous);
	if (err)
		return err;
	if (change->place.token != change->request.token)
		return wrong_token(change);
	move_to(change, previous);
	return 0;
}

static int decide(struct change *change)
{
	switch (change->request.how) {
	case NEST_CHANGE_TO_HAT:
		return to_hat(change);
	case NEST_CHANGE_FROM_HAT:
		return from_hat(change);
	default:
		return change_profile(change);
	}
}

static int carry_files(struct change *change)
{
	u32 to = nest_table_domain(change->table, change->place.id);

	if (!change->moved || to == change->domain)
		return 0;
	return nest_carry(&change->subject, change->table, change->domain, to,
			  &change->place);
}

static int change_domain(struct change *change)
{
	int err;

	err = find_layer(change) ?: change->company;
	if (err)
		return err;
	find_place(change);
	err = decide(change);
	if (!err)
		err = carry_files(change);
	if (!err)
		err = nest_task_relabel(change->subject.chain, &change->place);
	nest_openers_put(change->place.brought);
	if (!err)
		nest_rlimits_lower(NULL);
	return err;
}

/* A name of one or more bytes, padded with NUL; none for a way back. */
static bool is_well_formed(const struct nest_change *request)
{
	size_t len = strnlen(request->name, sizeof(request->name));
	bool hat = request->how >= NEST_CHANGE_TO_HAT;

	if (request->how > NEST_CHANGE_FROM_HAT ||
	    len == sizeof(request->name) || (request->token && !hat))
		return false;
	if (memchr_inv(request->name + len, 0, sizeof(request->name) - len))
		return false;
	return (request->how == NEST_CHANGE_FROM_HAT) == !len;
}

/* Nobody may begin to trace the task between the checks and the change. */
static int begin(struct change *change, const void __user *request)
{
	if (copy_from_user(&change->request, request, sizeof(change->request)))
		return -EFAULT;
	if (!is_well_formed(&change->request))
		return -EINVAL;
	if (mutex_lock_interruptible(&current->signal->cred_guard_mutex))
		return -ERESTARTNOINTR;
	change->company = nest_check_alone();
	return 0;
}

static noinline int check_change(const void __user *request)
{
	struct change change = { };
	int section, err;

	nest_step_out(nest_enter());
	err = begin(&change, request);
	section = nest_step_in();
	if (!err) {
		err = change_domain(&change);
		mutex_unlock(&current->signal->cred_guard_mutex);
	}
	nest_leave(section);
	return err;
}

int nest_hook_task_prctl(int option, unsigned long arg2, unsigned long arg3,
			 unsigned long arg4, unsigned long arg5)
{
	if (likely(option != NEST_PR_CHANGE))
		return NEST_NEUTRAL_PRCTL;
	if (arg3 != sizeof(struct nest_change) || arg4 || arg5)
		return -EINVAL;
	if (nest_idle())
		return -ENOENT;
	return check_change((const void __user *)arg2);
}
