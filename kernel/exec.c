// SPDX-License-Identifier: GPL-2.0-only
/* Exec: whether, and which domain follows in each layer. */
#include <linux/binfmts.h>
#include <linux/personality.h>
#include <linux/slab.h>
#include "baseline.h"
#include "hooks.h"
#include "path.h"
#include "subject.h"
#include "view.h"
#include "xattr.h"

/* An attribute of the executable has to be read first. */
#define AGAIN	1

/**
 * struct exec_check - one exec in progress
 * @subject: who executes
 * @bprm: what the kernel knows of it
 * @name: of the executable
 * @nameless: it has none (a memfd)
 * @owner: whether the subject owns it
 * @xattrs: its attributes, as far as they have been read
 * @missing: name of one that has not, but is needed, in some layer's table; or
 *	NULL
 * @scrub: the program shall run with a clean environment
 * @changed: some layer's domain changes
 * @away: layers that are asked by the name at home, by position
 * @homes: they were
 * @refused: position in the chain of the layer that refuses
 * @error: what to return for it
 * @reason: why, if no rule was the reason
 * @reports: layers that have something to report, by position
 * @denied: what each of those does not allow
 * @ids: the domain's id after the exec, for each layer
 */
struct exec_check {
	struct nest_subject subject;
	struct linux_binprm *bprm;
	struct nest_name *name;
	bool nameless;
	struct nest_owner owner;
	struct nest_xattrs *xattrs;
	const char *missing;
	bool scrub;
	bool changed;
	u64 away;
	bool homes;
	u32 refused;
	int error;
	const char *reason;
	u64 reports;
	u16 denied[NEST_CHAIN_MAX];
	u32 ids[NEST_CHAIN_MAX];
};

static struct nest_layer *layer_at(const struct exec_check *check, u32 i)
{
	return check->subject.chain->layers[i];
}

/* Whether the executable has an attribute that an attachment asks for. */
static bool has_xattr(struct exec_check *check, const struct nest_table *table,
		      u32 index)
{
	u32 offset = le32_to_cpu(table->policy.xattrs[index].name);
	const char *name = table->policy.strings + offset;
	const struct nest_xattr *xattr;

	if (!nest_xattr_counts(table, name))
		return false;
	xattr = nest_xattrs_find(check->xattrs, name);
	if (!xattr)
		check->missing = name;
	return xattr && xattr->size >= 0 &&
	       nest_xattr_match(&table->policy, index, xattr->value,
				xattr->size);
}

static bool attaches(struct exec_check *check, const struct nest_table *table,
		     const struct nest_attach *attach)
{
	u32 i;

	for (i = 0; i < attach->n_xattrs; i++)
		if (!has_xattr(check, table, attach->xattr + i))
			return false;
	return true;
}

/*
 * The domain that attaches to the executable, or NEST_NONE. What it says does
 * not count if it finds that an attribute is missing.
 */
static u32 attachment(struct exec_check *check, const struct nest_table *table,
		      u32 dfa)
{
	struct nest_attach attach;
	u32 accept = 0;

	if (dfa != NEST_NONE && !check->nameless && check->name->walk.connected)
		accept = nest_walk_match(&check->name->walk,
					 &table->dfas[dfa]);
	while (!check->missing &&
	       nest_attach_next(&table->policy, &accept, &attach))
		if (attaches(check, table, &attach))
			return attach.domain;
	return NEST_NONE;
}

/* The domain that the task asked for, for this exec, or NEST_ID_NONE. */
static u32 wanted(const struct exec_check *check, u32 i)
{
	const struct nest_place *place;

	place = nest_label_place(check->subject.label, layer_at(check, i));
	return place ? place->onexec : NEST_ID_NONE;
}

static int refuse(struct exec_check *check, u32 i, int error,
		  const char *reason)
{
	check->refused = i;
	check->error = error;
	check->reason = reason;
	check->reports |= BIT_ULL(i);
	check->denied[i] = NEST_FILE_EXEC;
	return error;
}

/*
 * A task that the layer does not confine: it may have asked for a domain, or
 * one may attach to it.
 */
static int ask_unconfined(struct exec_check *check, u32 i)
{
	const struct nest_layer *layer = layer_at(check, i);
	const struct nest_table *table = nest_dereference(layer->table);
	u32 dfa = le32_to_cpu(table->policy.header->attach_dfa);
	u32 domain, id = wanted(check, i);

	if (id == NEST_ID_NONE) {
		domain = attachment(check, table, dfa);
		if (domain == NEST_NONE)
			return 0;
		id = table->id_of_domain[domain];
	} else if (id == NEST_ID_UNCONFINED) {
		/* Not for good: the next revision may confine it. */
		return 0;
	} else if (!nest_table_has(table, id)) {
		return refuse(check, i, -EACCES, "no profile to change to");
	}
	check->changed |= check->ids[i] != id;
	check->ids[i] = id;
	return 0;
}

/*
 * Leaving a domain may widen what the task can do. Neither a task that gave up
 * new privileges nor one that shares its root and working directory with others
 * may.
 */
static int ask_unsafe(struct exec_check *check, u32 i)
{
	if (check->bprm->unsafe & LSM_UNSAFE_NO_NEW_PRIVS)
		return refuse(check, i, -EPERM, "no new privileges");
	if (check->bprm->unsafe & LSM_UNSAFE_SHARE)
		return refuse(check, i, -EPERM, "root directory is shared");
	return 0;
}

static int change_domain(struct exec_check *check, u32 i, u32 id)
{
	check->ids[i] = id;
	check->changed = true;
	return ask_unsafe(check, i);
}

static struct nest_exec_result transition(struct exec_check *check,
					  const struct nest_table *table,
					  u32 domain, u32 exec)
{
	u32 dfa = nest_policy_exec_dfa(&table->policy, domain, exec);
	u32 found = attachment(check, table, dfa);

	return nest_decide_exec(&table->policy, domain, exec, found);
}

static bool is_visible(const struct exec_check *check,
		       const struct nest_policy_domain *raw)
{
	return !check->nameless && nest_walk_visible(&check->name->walk, raw);
}

static int ask_confined(struct exec_check *check, u32 i,
			const struct nest_table *table, u32 domain)
{
	struct nest_decision decision = { NEST_FILE_EXEC, true };
	struct nest_exec_result result;
	struct nest_perms perms;

	nest_perms_init(&perms);
	if (is_visible(check, &table->policy.domains[domain])) {
		nest_walk_perms(&perms, &check->name->walk, table, domain,
				&check->owner);
		decision = nest_decide_file(&perms, NEST_FILE_EXEC);
	}
	result = transition(check, table, domain, perms.exec);
	if (result.domain == NEST_EXEC_TO_NOTHING && !decision.denied) {
		decision.denied = NEST_FILE_EXEC;
		decision.report = true;
		if (nest_refuses(table, domain, &decision))
			return refuse(check, i, -EACCES,
				      "no profile to change to");
	}
	if (decision.report) {
		check->reports |= BIT_ULL(i);
		check->denied[i] = decision.denied;
	}
	if (decision.denied) {
		check->refused = i;
		check->error = nest_refuses(table, domain, &decision) ?
			       -EACCES : 0;
		return check->error;
	}
	check->scrub |= result.scrub;
	if (result.domain == domain)
		return 0;
	return change_domain(check, i,
			     result.domain == NEST_EXEC_TO_UNCONFINED ?
			     NEST_ID_UNCONFINED :
			     table->id_of_domain[result.domain]);
}

/* What the rules say of an exec that leads to the domain the task asked for. */
static struct nest_decision decide_wanted(const struct exec_check *check,
					  const struct nest_table *table,
					  u32 domain, u32 id, u32 request)
{
	struct nest_decision decision = { request, true };
	struct nest_match match;

	if (!nest_table_has(table, id) ||
	    !is_visible(check, &table->policy.domains[domain]))
		return decision;
	nest_match_begin(&match, &table->policy, domain,
			 NEST_RULES_CHANGE_PROFILE);
	nest_match_text(&match, nest_table_id_name(table, id));
	nest_name_ask(check->name, &match);
	return nest_match_decide(&match, request);
}

/* The task asked for a domain: that takes the place of the file rules. */
static int ask_wanted(struct exec_check *check, u32 i,
		      const struct nest_table *table, u32 domain, u32 id)
{
	struct nest_decision decision =
		decide_wanted(check, table, domain, id, NEST_CHANGE_ONEXEC);

	if (decision.report) {
		check->reports |= BIT_ULL(i);
		check->denied[i] = decision.denied ? NEST_FILE_EXEC : 0;
	}
	if (nest_refuses(table, domain, &decision))
		return refuse(check, i, -EACCES,
			      "no rule for the change to a profile at this exec");
	if (!nest_table_has(table, id))
		return 0;
	if (decide_wanted(check, table, domain, id, NEST_CHANGE_UNSAFE).denied)
		check->scrub = true;
	if (nest_table_domain(table, id) == domain)
		return 0;
	return change_domain(check, i, id);
}

static int ask_layer(struct exec_check *check, u32 i)
{
	const struct nest_layer *layer = layer_at(check, i);
	const struct nest_table *table;
	u32 domain;

	check->ids[i] = nest_label_id(check->subject.label, layer);
	table = nest_subject_domain(&check->subject, i, &domain);
	if (!table)
		return ask_unconfined(check, i);
	nest_count_decision(table, domain);
	if (wanted(check, i) != NEST_ID_NONE)
		return ask_wanted(check, i, table, domain, wanted(check, i));
	return ask_confined(check, i, table, domain);
}

/*
 * Whether the task may execute the file by its own name, of a layer whose home
 * is elsewhere. Where that leads to is not for this name to say.
 */
static int ask_own_name(struct exec_check *check, u32 i)
{
	struct nest_decision decision = { NEST_FILE_EXEC, true };
	const struct nest_table *table;
	struct nest_perms perms;
	u32 domain;

	check->ids[i] = nest_label_id(check->subject.label, layer_at(check, i));
	table = nest_subject_domain(&check->subject, i, &domain);
	if (!table || wanted(check, i) != NEST_ID_NONE)
		return 0;
	if (is_visible(check, &table->policy.domains[domain])) {
		nest_walk_perms(&perms, &check->name->walk, table, domain,
				&check->owner);
		decision = nest_decide_file(&perms, NEST_FILE_EXEC);
	}
	if (nest_refuses(table, domain, &decision))
		return refuse(check, i, -EACCES, NULL);
	if (decision.denied) {
		check->reports |= BIT_ULL(i);
		check->denied[i] = decision.denied;
	}
	return 0;
}

/* The same question is put by the name at home later. */
static bool is_put_off(const struct exec_check *check, u32 i)
{
	return !check->nameless &&
	       (nest_is_abroad(layer_at(check, i)->target) ||
		!check->name->reached);
}

static bool is_away(const struct exec_check *check, u32 i)
{
	return check->away & BIT_ULL(i);
}

static int ask_layers(struct exec_check *check)
{
	u32 i;
	int err;

	check->reports = 0;
	check->changed = false;
	check->homes = false;
	check->away = 0;
	check->scrub = false;
	check->reason = NULL;
	check->missing = NULL;
	for (i = 0; i < check->subject.chain->n; i++) {
		if (is_put_off(check, i))
			check->away |= BIT_ULL(i);
		err = is_away(check, i) ? ask_own_name(check, i) :
					  ask_layer(check, i);
		if (err)
			return err;
	}
	return 0;
}

static void report(struct exec_check *check, u32 i, int err, const char *path)
{
	struct nest_event event = {
		.class = NEST_CLASS_EXEC,
		.verdict = NEST_VERDICT_ALLOWED,
		.operation = "exec",
		.path = path,
		.requested = NEST_FILE_EXEC,
		.denied = check->denied[i],
		.owned = true,
		.owner = nest_owner_uid(&check->owner),
	};

	nest_event_set_layer(&event, &check->subject, i);
	if (err && i == check->refused) {
		nest_event_denied(&event);
		event.reason = check->reason;
		if (check->nameless)
			event.reason = "file has no name";
		else if (!event.reason && !check->name->walk.connected)
			event.reason = "name does not begin at the root";
	}
	nest_event(&event, GFP_KERNEL);
}

static void count_denial(const struct exec_check *check)
{
	struct nest_event event;

	nest_event_set_layer(&event, &check->subject, check->refused);
	nest_event_count_denial(&event);
}

static noinline void report_all(struct exec_check *check, int err)
{
	u32 i;

	if (err)
		count_denial(check);
	for (i = 0; i < check->subject.chain->n; i++) {
		char *path = NULL;

		if (!(check->reports & BIT_ULL(i)))
			continue;
		check->name->home = check->homes && is_away(check, i) ?
				    layer_at(check, i)->target : NULL;
		if (!check->nameless)
			path = nest_name_string(check->name);
		report(check, i, err, path);
		kfree(path);
	}
}

/* Whether the name of an executable matters to a layer. */
static bool needs_name(const struct exec_check *check, u32 i)
{
	const struct nest_layer *layer = layer_at(check, i);
	const struct nest_table *table = nest_dereference(layer->table);

	if (nest_is_confined(&check->subject, i))
		return true;
	return nest_binds(&check->subject, layer) &&
	       (le32_to_cpu(table->policy.header->attach_dfa) != NEST_NONE ||
		wanted(check, i) != NEST_ID_NONE);
}

/* No layer could be asked: one to which the name matters refuses. */
static int fail_closed(struct exec_check *check, int failure)
{
	int err = 0;
	u32 i;

	for (i = 0; i < check->subject.chain->n; i++) {
		if (needs_name(check, i))
			err = nest_fail_closed(&check->subject, i,
					       NEST_CLASS_EXEC, "exec",
					       failure);
		if (err)
			return err;
		check->ids[i] = nest_label_id(check->subject.label,
					      layer_at(check, i));
	}
	return 0;
}

/* A tracer controls the program that starts. */
static int ask_tracer(struct exec_check *check)
{
	u32 blamed = nest_ask_tracer(&check->subject, check->ids);

	if (blamed == NEST_NONE)
		return 0;
	return refuse(check, blamed, -EPERM, "task is traced");
}

static int ask(struct exec_check *check)
{
	int err = 0;

	if (check->nameless)
		return ask_layers(check);
	do {
		check->error = 0;
		nest_name_begin(check->name);
		if (!check->name->error)
			err = ask_layers(check);
	} while (nest_name_retry(check->name));
	if (check->name->error)
		return fail_closed(check, check->name->error);
	return err;
}

/* A file that is not at home has a name that anybody may have given it. */
static int ask_hidden(struct exec_check *check, u32 i)
{
	const struct nest_decision refusal = { NEST_FILE_EXEC, true };
	const struct nest_table *table;
	u32 domain;
	int err = ask_layer(check, i);

	table = nest_subject_domain(&check->subject, i, &domain);
	if (err || !table ||
	    check->ids[i] == nest_label_id(check->subject.label,
					   layer_at(check, i)) ||
	    !nest_refuses(table, domain, &refusal))
		return err;
	return refuse(check, i, -EACCES,
		      "file that leads to another profile is not the layer's");
}

static int ask_name_at_home(struct exec_check *check, u32 i)
{
	const struct nest_owner owner = check->owner;
	struct nest_name *name = check->name;
	const u64 reports = check->reports;
	int err;

	do {
		err = 0;
		check->reports = reports;
		nest_name_begin(name);
		if (name->error)
			continue;
		/* What lies below may be copied up, and the copy changed. */
		if (name->visible && !name->below) {
			check->owner.mnt = name->visible;
			err = ask_layer(check, i);
			check->owner = owner;
		} else {
			err = ask_hidden(check, i);
		}
	} while (nest_name_retry(name));
	return err;
}

static int ask_at_home(struct exec_check *check, u32 i)
{
	struct nest_ns *home = layer_at(check, i)->target;
	int failure, err = 0;
	u32 tries = 0;

	check->name->home = home;
	do {
		failure = nest_view_ready(home);
		if (failure)
			break;
		err = ask_name_at_home(check, i);
		failure = check->name->error;
	} while (failure == -ESTALE && ++tries < NEST_VIEW_TRIES);
	if (!failure)
		return err;
	return needs_name(check, i) ?
	       nest_fail_closed(&check->subject, i, NEST_CLASS_EXEC, "exec",
				failure) : 0;
}

/* The layers whose home is elsewhere go by the names that files have there. */
static int ask_homes(struct exec_check *check)
{
	int err = 0;
	u32 i;

	check->homes = true;
	check->name->object = check->name->segments[0].dentry;
	for (i = 0; !err && i < check->subject.chain->n; i++)
		if (is_away(check, i))
			err = ask_at_home(check, i);
	return err;
}

/*
 * Whether a place is not what tasks without one are in: the default domain, by
 * rules that have counted for all that they opened. An exemption ends here.
 */
static bool needs_place(const struct exec_check *check, u32 i)
{
	const struct nest_layer *layer = layer_at(check, i);
	const struct nest_place *old;

	old = nest_label_place(check->subject.label, layer);
	return check->ids[i] != NEST_ID_DEFAULT ||
	       layer->level > check->subject.exempt ||
	       (old && (old->brought || old->recheck || old->terminal));
}

static u32 count_places(const struct exec_check *check)
{
	u32 i, n = 0;

	for (i = 0; i < check->subject.chain->n; i++)
		n += needs_place(check, i);
	return n;
}

static void set_place(const struct exec_check *check, u32 i,
		      struct nest_place *place)
{
	const struct nest_place *old;

	old = nest_label_place(check->subject.label, layer_at(check, i));
	place->serial = layer_at(check, i)->serial;
	place->id = check->ids[i];
	place->previous = NEST_ID_NONE;
	place->onexec = NEST_ID_NONE;
	if (old) {
		place->recheck = old->recheck;
		place->terminal = old->terminal;
		place->brought = nest_openers_get(old->brought);
	}
}

static int set_label(const struct exec_check *check)
{
	u32 i, n = count_places(check);
	struct nest_label *label = NULL;

	if (n) {
		label = nest_label_new(n);
		if (!label)
			return -ENOMEM;
	}
	for (i = 0, n = 0; i < check->subject.chain->n; i++)
		if (needs_place(check, i))
			set_place(check, i, &label->at[n++]);
	return nest_task_prepare(label, check->changed);
}

static void scrub(struct linux_binprm *bprm)
{
	bprm->secureexec = 1;
	bprm->per_clear |= PER_CLEAR_ON_SETID;
}

static int decide(struct exec_check *check)
{
	int err = ask(check);

	if (!err && !check->missing && !check->error)
		err = ask_homes(check);
	if (check->missing) {
		nest_xattrs_want(check->xattrs, check->missing);
		return AGAIN;
	}
	if (!err && check->changed &&
	    (check->bprm->unsafe & LSM_UNSAFE_PTRACE))
		err = ask_tracer(check);
	if (check->error || check->reports)
		report_all(check, err);
	return err;
}

static noinline int check_exec(struct linux_binprm *bprm,
			       struct nest_xattrs *xattrs)
{
	const struct path *path = &bprm->file->f_path;
	struct nest_name name NEST_UNINITIALIZED;
	struct exec_check check = {
		.bprm = bprm,
		.name = &name,
		.nameless = nest_path_is_nameless(path),
		.owner = { path->mnt, file_inode(bprm->file) },
		.xattrs = xattrs,
	};
	int err;

	if (!nest_subject_current(&check.subject))
		return nest_task_prepare(NULL, false);
	err = nest_check_baselines(&check.subject, "exec");
	if (err)
		return err;
	err = nest_name_open(&name, &check.subject, path, NULL, false);
	if (!err)
		err = xattrs->error;
	err = err ? fail_closed(&check, err) : decide(&check);
	nest_name_close(&name);
	if (err)
		return err;
	if (check.scrub)
		scrub(bprm);
	return set_label(&check);
}

int nest_hook_bprm_creds_for_exec(struct linux_binprm *bprm)
{
	struct nest_xattrs xattrs = { };
	int section, err;

	if (nest_idle())
		return 0;
	section = nest_enter();
	while ((err = check_exec(bprm, &xattrs)) == AGAIN) {
		nest_step_out(section);
		nest_xattrs_read(&xattrs, bprm->file->f_path.dentry);
		section = nest_step_in();
		if (nest_idle()) {
			err = 0;
			break;
		}
	}
	nest_leave(section);
	nest_xattrs_free(&xattrs);
	return err;
}

/*
 * Not only while a layer is in force: a task may have an exemption to lose. What
 * may take long is done outside of the section.
 */
void nest_hook_bprm_committed_creds(NEST_BPRM *bprm)
{
	int section = nest_enter();
	struct nest_taken *taken = nest_idle() ? NULL : nest_inherit();

	nest_task_commit();
	/* The task's flags say that it executes; nest_ns_awaits_exec() asks. */
	smp_mb();
	if (taken || !nest_idle()) {
		nest_step_out(section);
		nest_ns_started();
		nest_close_taken(taken);
		section = nest_step_in();
		nest_baseline_executed();
		nest_rlimits_lower(nest_stack_limit(bprm));
	}
	nest_leave(section);
}
