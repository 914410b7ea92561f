// SPDX-License-Identifier: GPL-2.0-only
/* Handlers for files. Which permission each operation asks for is AppArmor's. */
#include <linux/file.h>
#include <linux/mman.h>
#include <linux/net.h>
#include <linux/slab.h>
#include "baseline.h"
#include "hooks.h"
#include "mqueue.h"
#include "path.h"
#include "subject.h"
#include "syscall.h"
#include "view.h"

/**
 * struct file_check - one question about one or two names
 * @subject: who asks
 * @operation: what it wants to do
 * @request: NEST_FILE_*
 * @owner: whether it owns the file
 * @name: of the file
 * @second: the other name of the file, for a link or a rename; or NULL
 * @directory: it is a directory
 * @exchange: the file at the other name moves the other way
 * @other_owner: whether the subject owns that one
 * @other_directory: that one is a directory
 * @refused: position in the chain of the layer that refuses
 * @counts: of the domain for which it does
 * @reports: layers that have something to report, by position
 * @denied: what each of those does not allow
 */
struct file_check {
	struct nest_subject subject;
	const char *operation;
	u32 request;
	struct nest_owner owner;
	struct nest_name *name;
	struct nest_name *second;
	bool directory;
	bool exchange;
	struct nest_owner other_owner;
	bool other_directory;
	u32 refused;
	struct nest_counts __percpu *counts;
	u64 reports;
	u16 denied[NEST_CHAIN_MAX];
};

static_assert(NEST_FILE_PERMS <= U16_MAX);

typedef struct nest_decision decide_fn(const struct file_check *check,
				       const struct nest_table *table,
				       u32 domain);

static __always_inline struct nest_decision
decide_plain(const struct file_check *check, const struct nest_table *table,
	     u32 domain)
{
	struct nest_perms perms;

	nest_walk_perms(&perms, &check->name->walk, table, domain,
			&check->owner);
	return nest_decide_file(&perms, check->request);
}

/* What rules for both names of a link say. */
static void pair_perms(struct nest_perms *perms,
		       const struct file_check *check,
		       const struct nest_policy *policy, u32 domain)
{
	const u8 owner = nest_is_owner(&check->owner) ? NEST_LINK_OWNER :
							NEST_LINK_OTHER;
	struct nest_match match;

	nest_perms_init(perms);
	if (!nest_mediates(policy, domain, NEST_RULES_LINK))
		return;
	nest_match_begin(&match, policy, domain, NEST_RULES_LINK);
	nest_match_bytes(&match, &owner, sizeof(owner));
	nest_name_ask(check->name, &match);
	nest_name_ask(check->second, &match);
	nest_match_perms(&match, perms);
}

static struct nest_decision decide_link(const struct file_check *check,
					const struct nest_table *table,
					u32 domain)
{
	struct nest_perms link, target, pair;

	nest_walk_perms(&link, &check->name->walk, table, domain,
			&check->owner);
	nest_walk_perms(&target, &check->second->walk, table, domain,
			&check->owner);
	pair_perms(&pair, check, &table->policy, domain);
	return nest_decide_link(&link, &target, &pair);
}

#define LEAVE	(NEST_FILE_READ | NEST_FILE_WRITE | NEST_FILE_GETATTR | \
		 NEST_FILE_SETATTR | NEST_FILE_DELETE)
#define TAKE	(NEST_FILE_WRITE | NEST_FILE_SETATTR | NEST_FILE_CREATE)

/* A file leaves one name and takes another. */
static struct nest_decision decide_move(struct nest_name *from,
					struct nest_name *to,
					const struct nest_table *table,
					u32 domain,
					const struct nest_owner *owner,
					bool directory)
{
	struct nest_decision leave, take;
	struct nest_perms perms;

	from->walk.directory = directory;
	nest_walk_perms(&perms, &from->walk, table, domain, owner);
	leave = nest_decide_file(&perms, LEAVE);
	to->walk.directory = directory;
	nest_walk_perms(&perms, &to->walk, table, domain, owner);
	take = nest_decide_file(&perms, TAKE);
	leave.denied |= take.denied;
	leave.report |= take.report;
	return leave;
}

/*
 * All names of a rename are decided by one revision of the layer: two could
 * together permit what each alone refuses.
 */
static struct nest_decision decide_rename(const struct file_check *check,
					  const struct nest_table *table,
					  u32 domain)
{
	struct nest_decision there, back;

	there = decide_move(check->name, check->second, table, domain,
			    &check->owner, check->directory);
	if (!check->exchange)
		return there;
	back = decide_move(check->second, check->name, table, domain,
			   &check->other_owner, check->other_directory);
	there.denied |= back.denied;
	there.report |= back.report;
	return there;
}

static __always_inline bool is_visible(const struct file_check *check,
				       const struct nest_policy_domain *raw)
{
	return nest_walk_visible(&check->name->walk, raw) &&
	       (!check->second || nest_walk_visible(&check->second->walk, raw));
}

/* Asks one layer. Between begin and retry of the names. */
static __always_inline int ask_layer(struct file_check *check, u32 i,
				     decide_fn *decide)
{
	struct nest_decision decision = { check->request, true };
	const struct nest_table *table;
	u32 domain;

	table = nest_subject_domain(&check->subject, i, &domain);
	if (!table)
		return 0;
	if (likely(is_visible(check, &table->policy.domains[domain])))
		decision = decide(check, table, domain);
	nest_count_decision(table, domain);
	if (decision.report) {
		check->reports |= BIT_ULL(i);
		check->denied[i] = decision.denied;
	}
	if (!nest_refuses(table, domain, &decision))
		return 0;
	check->refused = i;
	check->counts = table->counts[domain];
	return -EACCES;
}

/* Asks every layer, until one refuses. Between begin and retry of the names. */
static __always_inline int ask_layers(struct file_check *check,
				      decide_fn *decide)
{
	const struct nest_chain *chain = check->subject.chain;
	int err = 0;
	u32 i;

	check->reports = 0;
	for (i = 0; !err && i < chain->n; i++)
		err = ask_layer(check, i, decide);
	return err;
}

static void report_layer(const struct file_check *check, u32 i, bool refused,
			 const char *path, const char *target)
{
	struct nest_event event = {
		.class = NEST_CLASS_FILE,
		.verdict = NEST_VERDICT_ALLOWED,
		.operation = check->operation,
		.path = path,
		.target = target,
		.requested = check->request,
		.denied = check->denied[i],
		.owned = true,
		.owner = nest_owner_uid(&check->owner),
	};

	nest_event_set_layer(&event, &check->subject, i);
	if (refused)
		nest_event_denied(&event);
	if (!check->name->walk.connected)
		event.reason = "name does not begin at the root";
	nest_event(&event, GFP_KERNEL);
}

static noinline void report(struct file_check *check, int err)
{
	char *path, *target = NULL;
	u32 i;

	if (err)
		this_cpu_inc(check->counts->denials);
	if (!check->reports)
		return;
	path = nest_name_string(check->name);
	if (check->second)
		target = nest_name_string(check->second);
	for (i = 0; i < check->subject.chain->n; i++)
		if (check->reports & BIT_ULL(i))
			report_layer(check, i, err && i == check->refused,
				     path, target);
	kfree(target);
	kfree(path);
}

/*
 * No layer could be asked, so the first one that confines the task refuses,
 * unless it only complains.
 */
static noinline int fail_closed(const struct file_check *check, int failure)
{
	int err = 0;
	u32 i;

	for (i = 0; !err && i < check->subject.chain->n; i++)
		if (nest_is_confined(&check->subject, i))
			err = nest_fail_closed(&check->subject, i,
					       NEST_CLASS_FILE,
					       check->operation, failure);
	return err;
}

static int conclude(struct file_check *check, int failure, int err)
{
	if (unlikely(failure))
		return fail_closed(check, failure);
	if (unlikely(err || check->reports))
		report(check, err);
	return err;
}

/*
 * What a task does to the file that an overlay shows, too. The rest the overlay
 * does to a file of its upper layer, which is asked about then.
 */
#define BELOW	(NEST_FILE_READ | NEST_FILE_MMAP_EXEC | NEST_FILE_LOCK)

/* Asks one layer by the name that the file has at its home, if any. */
static int ask_name_at_home(struct file_check *check, u32 i, decide_fn *decide)
{
	const u32 request = check->request;
	const struct nest_owner owner = check->owner;
	struct nest_name *name = check->name;
	int err;

	do {
		check->reports = 0;
		err = 0;
		nest_name_begin(name);
		if (!name->error && name->visible) {
			if (name->below)
				check->request &= BELOW;
			/* Another mount may say otherwise whose it is. */
			check->owner.mnt = name->visible;
			err = ask_layer(check, i, decide);
			check->owner = owner;
			check->request = request;
		}
	} while (nest_name_retry(name));
	return err;
}

/* Where just one of two names is one at home, the other is the task's own. */
static int ask_pair_at_home(struct file_check *check, u32 i, decide_fn *decide)
{
	struct nest_name *name = check->name, *second = check->second;
	const struct nest_owner owner = check->owner;
	const struct nest_owner other = check->other_owner;
	const struct vfsmount *mnt;
	int err;

	do {
		check->reports = 0;
		err = 0;
		nest_name_begin(name);
		mnt = name->visible ?: second->visible;
		if (name->error || second->error || !mnt || name->below ||
		    second->below)
			continue;
		check->owner.mnt = mnt;
		check->other_owner.mnt = mnt;
		err = ask_layer(check, i, decide);
		check->owner = owner;
		check->other_owner = other;
	} while (nest_name_retry(name));
	return err;
}

static int refuse_at_home(struct file_check *check, u32 i, int failure)
{
	return nest_fail_closed(&check->subject, i, NEST_CLASS_FILE,
				check->operation, failure);
}

/* Again, if mounts at home changed meanwhile. */
static int ask_at_home(struct file_check *check, u32 i, decide_fn *decide)
{
	struct nest_ns *home = check->subject.chain->layers[i]->target;
	int failure, err = 0;
	u32 tries = 0;

	check->name->home = home;
	if (check->second)
		check->second->home = home;
	do {
		failure = nest_view_ready(home);
		if (failure)
			break;
		err = check->second ? ask_pair_at_home(check, i, decide) :
				      ask_name_at_home(check, i, decide);
		failure = check->name->error;
		if (!failure && check->second)
			failure = check->second->error;
	} while (failure == -ESTALE && ++tries < NEST_VIEW_TRIES);
	if (failure)
		return refuse_at_home(check, i, failure);
	return conclude(check, 0, err);
}

/* A name that does not begin at the root may still lead to what is at home. */
static bool needs_home(const struct file_check *check, u32 i)
{
	return nest_is_confined(&check->subject, i) &&
	       (nest_is_abroad(check->subject.chain->layers[i]->target) ||
		!check->name->reached ||
		(check->second && !check->second->reached));
}

/*
 * The layers whose home is not in the task's mount namespace are asked by the
 * names that the files have there. Attributes can be asked for by any name.
 */
static noinline int check_at_home(struct file_check *check, decide_fn *decide)
{
	int err = 0;
	u32 i;

	if (check->request == NEST_FILE_GETATTR)
		return 0;
	for (i = 0; !err && i < check->subject.chain->n; i++)
		if (needs_home(check, i))
			err = ask_at_home(check, i, decide);
	return err;
}

/* To ask for the attributes of a file whose name begins at the root. */
static __always_inline bool is_granted(struct file_check *check)
{
	if (check->request != NEST_FILE_GETATTR || !check->name->walk.connected)
		return false;
	check->reports = 0;
	return true;
}

/* A question about @path, or about @dentry in it. */
static noinline int check_plain(struct file_check *check,
				const struct path *path, struct dentry *dentry,
				const struct inode *inode, bool directory)
{
	struct nest_name name NEST_UNINITIALIZED;
	int err;

	check->owner.mnt = path->mnt;
	check->owner.inode = inode;
	check->name = &name;
	check->second = NULL;
	err = nest_name_open(&name, &check->subject, path, dentry, directory);
	if (unlikely(err)) {
		err = fail_closed(check, err);
		goto out;
	}
	do {
		err = 0;
		nest_name_begin(&name);
		if (likely(!name.error && !is_granted(check)))
			err = ask_layers(check, decide_plain);
	} while (nest_name_retry(&name));
	err = conclude(check, name.error, err);
	if (!err)
		err = check_at_home(check, decide_plain);
out:
	nest_name_close(&name);
	return err;
}

/* No layer may bind who has left the container's user namespace. */
static int check_outside(const struct nest_subject *subject,
			 const char *operation)
{
	return unlikely(nest_is_outside(subject)) ?
	       nest_check_baselines(subject, operation) : 0;
}

static noinline int check_closely(const char *operation,
				  const struct path *path,
				  struct dentry *dentry,
				  const struct inode *inode, bool directory,
				  u32 request)
{
	struct file_check check NEST_UNINITIALIZED;
	int section = nest_enter();
	int err = 0;

	if (nest_subject_current(&check.subject)) {
		check.operation = operation;
		check.request = request;
		err = check_outside(&check.subject, operation) ?:
		      check_plain(&check, path, dentry, inode, directory);
	}
	nest_leave(section);
	return err;
}

/**
 * nest_check_open_file() - ask for permission to what is open already
 * @subject: who asks; its chain may be just some of the layers
 * @operation: for people
 * @file: the file
 * @request: NEST_FILE_*
 *
 * Context: may sleep; a reader's section.
 * Return: 0, or -EACCES.
 */
int nest_check_open_file(const struct nest_subject *subject,
			 const char *operation, struct file *file, u32 request)
{
	const struct path *path = nest_user_path(file);
	const struct inode *inode = d_backing_inode(path->dentry);
	struct file_check check NEST_UNINITIALIZED;

	check.subject = *subject;
	check.operation = operation;
	check.request = request;
	return check_plain(&check, path, NULL, inode, S_ISDIR(inode->i_mode));
}

/*
 * Whether a domain allows all of a request, and nothing is to be reported. If
 * not, decide_plain() has to find out.
 */
static __always_inline bool is_allowed(const struct nest_walk *walk,
				       const struct nest_table *table,
				       u32 domain,
				       const struct nest_owner *owner,
				       u32 request)
{
	const struct nest_policy *policy = &table->policy;
	const struct nest_policy_domain *raw = &policy->domains[domain];
	const struct nest_dfa *dfa = &table->dfas[le32_to_cpu(raw->file_dfa)];
	const struct nest_dfa *end = dfa + le32_to_cpu(raw->n_file_dfas);
	struct nest_grant grant = { };
	u64 lacks;

	for (; dfa != end; dfa++)
		nest_grant_add(&grant, policy, nest_walk_match(walk, dfa));
	lacks = nest_grant_lacks(&grant, request);
	if (likely(!lacks))
		return true;
	return !(u32)(nest_is_owner(owner) ? lacks >> 32 : lacks);
}

#define QUICK_DFAS	8	/* that read a name while nobody else may run */

static __always_inline bool all_allow(const struct nest_subject *subject,
				      const struct nest_walk *walk,
				      const struct nest_owner *owner,
				      u32 request)
{
	u32 i, domain, dfas = 0;

	for (i = 0; i < subject->chain->n; i++) {
		const struct nest_table *table;

		table = nest_subject_domain(subject, i, &domain);
		if (!table) {
			if (nest_is_outside(subject))
				return false;
			continue;
		}
		dfas += le32_to_cpu(table->policy.domains[domain].n_file_dfas);
		if (dfas > QUICK_DFAS ||
		    !is_allowed(walk, table, domain, owner, request))
			return false;
		if (table)
			nest_count_decision(table, domain);
	}
	return true;
}

/* The same of the layers of one home, by the name that the file has there. */
static bool all_allow_at(const struct nest_subject *subject, u32 i, u32 end,
			 struct nest_name *name,
			 const struct nest_owner *owner, u32 request)
{
	struct nest_owner owner_there = { .inode = owner->inode };

	name->home = subject->chain->layers[i]->target;
	if (!nest_view_is_ready(name->home) || nest_view_walk(name) ||
	    (name->visible && name->below))
		return false;
	owner_there.mnt = name->visible;
	name->walk.connected = true;
	for (; name->visible && i < end; i++) {
		const struct nest_table *table;
		u32 domain;

		table = nest_subject_domain(subject, i, &domain);
		if (table && !is_allowed(&name->walk, table, domain,
					 &owner_there, request))
			return false;
	}
	return true;
}

static noinline bool homes_allow(const struct nest_subject *subject,
				 struct dentry *dentry, bool directory,
				 const struct nest_owner *owner, u32 request)
{
	struct nest_layer *const *layers = subject->chain->layers;
	struct nest_name name NEST_UNINITIALIZED;
	u32 i, end;

	nest_name_open_object(&name, dentry, directory);
	for (i = 0; i < subject->chain->n; i = end) {
		for (end = i + 1; end < subject->chain->n; end++)
			if (layers[end]->target != layers[i]->target)
				break;
		name.walk.directory = directory;
		if (nest_is_abroad(layers[i]->target) &&
		    !all_allow_at(subject, i, end, &name, owner, request))
			return false;
	}
	return true;
}

static __always_inline bool all_hold(const struct nest_crossing *crossing,
				     u32 n)
{
	while (n--)
		if (!nest_crossing_holds(&crossing[n]))
			return false;
	return true;
}

/*
 * What ask_quickly() finds out: no layer can bind the task; all of them allow
 * the request and nothing is to be reported; or neither.
 */
enum quick { QUICK_UNBOUND, QUICK_ALLOWED, QUICK_UNKNOWN };

/*
 * The common case costs as little as it can: it takes no references, which RCU
 * and a look at what may have changed since make up for. Under
 * rcu_read_lock_sched(), which costs least; so it must not take long.
 */
static __always_inline enum quick ask_quickly(const struct nest_owner *owner,
					      struct dentry *dentry,
					      bool directory, u32 request)
{
	struct nest_crossing crossing[NEST_QUICK_MOUNTS] NEST_UNINITIALIZED;
	const u8 *component[NEST_QUICK_COMPONENTS] NEST_UNINITIALIZED;
	struct nest_walk walk = { .component = component };
	struct nest_subject subject NEST_UNINITIALIZED;
	const struct vfsmount *root;
	unsigned int seq;
	u32 crossings;

	if (!nest_subject_look(&subject, current, current_real_cred()))
		return QUICK_UNBOUND;
	root = nest_known_root(&subject);
	if (!root)
		return QUICK_UNKNOWN;
	seq = read_seqbegin(&rename_lock);
	if (nest_walk_quickly(&walk, crossing, &crossings, root, owner->mnt,
			      dentry, directory) &&
	    (request == NEST_FILE_GETATTR ||
	     (all_allow(&subject, &walk, owner, request) &&
	      (likely(subject.chain->at_home) ||
	       homes_allow(&subject, dentry, directory, owner, request)))) &&
	    !read_seqretry(&rename_lock, seq) && all_hold(crossing, crossings))
		return QUICK_ALLOWED;
	return QUICK_UNKNOWN;
}

/*
 * A file: @path itself, or if @dentry is given that entry of the directory,
 * which may be one to be made. @inode says whose it is; without one it will be
 * the subject's.
 */
static __always_inline int check(const char *operation, const struct path *path,
				 struct dentry *dentry,
				 const struct inode *inode, bool directory,
				 u32 request)
{
	const struct nest_owner owner = { path->mnt, inode };
	enum quick quick;

	if (nest_borrowed())
		return 0;
	rcu_read_lock_sched();
	quick = ask_quickly(&owner, dentry ?: path->dentry, directory, request);
	rcu_read_unlock_sched();
	if (likely(quick == QUICK_ALLOWED))
		return 0;
	if (quick == QUICK_UNBOUND)
		return nest_selftest_reached() ? -EREMOTEIO : 0;
	/* Nothing without a name lies on the root mount, or below it. */
	if (nest_path_is_nameless(path))
		return 0;
	return check_closely(operation, path, dentry, inode, directory,
			     request);
}

static noinline int check_entry(const char *operation, const struct path *path,
				struct dentry *dentry,
				const struct inode *inode, bool directory,
				u32 request)
{
	return check(operation, path, dentry, inode, directory, request);
}

static int check_path(const char *operation, const struct path *path,
		      u32 request)
{
	const struct inode *inode = d_backing_inode(path->dentry);

	return check_entry(operation, path, NULL, inode,
			   S_ISDIR(inode->i_mode), request);
}

static int check_create(const char *operation, const struct path *dir,
			struct dentry *dentry, bool directory)
{
	return check_entry(operation, dir, dentry, NULL, directory,
			   NEST_FILE_CREATE);
}

static int check_remove(const char *operation, const struct path *dir,
			struct dentry *dentry, u32 request)
{
	const struct inode *inode = d_backing_inode(dentry);

	return check_entry(operation, dir, dentry, inode,
			   S_ISDIR(inode->i_mode), request);
}

static int ask_pair(struct file_check *check, decide_fn *decide)
{
	int err;

	check->name->other = check->second;
	do {
		err = 0;
		nest_name_begin(check->name);
		if (!check->name->error && !check->second->error)
			err = ask_layers(check, decide);
	} while (nest_name_retry(check->name));
	return err;
}

/* A question about two names, @dentry in @dir and @other in @other_dir. */
static int check_pair(struct file_check *check, decide_fn *decide,
		      const struct path *dir, struct dentry *dentry,
		      const struct path *other_dir, struct dentry *other)
{
	struct nest_name name NEST_UNINITIALIZED;
	struct nest_name second NEST_UNINITIALIZED;
	int failure, err = 0;

	check->name = &name;
	check->second = &second;
	failure = nest_name_open(&name, &check->subject, dir, dentry, false);
	failure = nest_name_open(&second, &check->subject, other_dir, other,
				 false) ?: failure;
	if (!failure) {
		err = ask_pair(check, decide);
		failure = name.error ?: second.error;
	}
	err = conclude(check, failure, err);
	if (!err)
		err = check_at_home(check, decide);
	nest_name_close(&second);
	nest_name_close(&name);
	return err;
}

static noinline int check_link(struct dentry *old, const struct path *dir,
			       struct dentry *new)
{
	struct file_check check = {
		.operation = "link",
		.request = NEST_FILE_LINK,
		.owner = { dir->mnt, d_backing_inode(old) },
	};
	int section = nest_enter();
	int err = 0;

	if (nest_subject_current(&check.subject))
		err = check_pair(&check, decide_link, dir, new, dir, old);
	nest_leave(section);
	return err;
}

static noinline int check_rename(const struct path *old_dir, struct dentry *old,
				 const struct path *new_dir, struct dentry *new,
				 bool exchange)
{
	struct file_check check = {
		.operation = "rename",
		.request = LEAVE | TAKE,
		.owner = { old_dir->mnt, d_backing_inode(old) },
		.directory = d_is_dir(old),
		.exchange = exchange,
		.other_owner = { new_dir->mnt, d_backing_inode(new) },
		.other_directory = d_is_dir(new),
	};
	int section = nest_enter();
	int err = 0;

	if (nest_subject_current(&check.subject))
		err = check_pair(&check, decide_rename, old_dir, old, new_dir,
				 new);
	nest_leave(section);
	return err;
}

/*
 * The kernel opens a program, or an interpreter. Exec asks for itself. A few
 * ways of opening special files take the flag from userspace.
 */
static bool is_exec_open(const struct file *file)
{
	return (file->f_flags & __FMODE_EXEC) &&
	       (file->f_flags & O_ACCMODE) == O_RDONLY &&
	       S_ISREG(file_inode(file)->i_mode);
}

/**
 * nest_file_request() - what may be done with an open file
 * @file: the file
 *
 * Return: NEST_FILE_*, or 0: it stands for a name, which is decided about when
 * that is used.
 */
u32 nest_file_request(const struct file *file)
{
	u32 request;

	if (file->f_mode & FMODE_PATH)
		return 0;

	switch (file->f_flags & O_ACCMODE) {
	case O_RDONLY:
		return NEST_FILE_READ;
	case O_WRONLY:
		request = NEST_FILE_WRITE;
		break;
	default:
		request = NEST_FILE_READ | NEST_FILE_WRITE;
	}
	if (file->f_flags & O_APPEND)
		request ^= NEST_FILE_WRITE | NEST_FILE_APPEND;
	return request;
}

static u32 open_request(const struct file *file)
{
	u32 request;

	if (likely(!(file->f_flags & (O_ACCMODE | O_TRUNC | O_CREAT))))
		return NEST_FILE_READ;
	request = nest_file_request(file);
	if (file->f_flags & O_TRUNC)
		request |= NEST_FILE_WRITE;
	if (file->f_flags & O_CREAT)
		request |= NEST_FILE_CREATE;
	return request;
}

static bool is_somewhere_abroad(const struct nest_subject *subject)
{
	u32 i;

	for (i = 0; i < subject->chain->n; i++)
		if (nest_is_abroad(subject->chain->layers[i]->target))
			return true;
	return false;
}

/* Whether some layer has another home than the current task. */
static bool am_abroad(void)
{
	struct nest_subject subject;
	bool abroad;

	rcu_read_lock();
	abroad = nest_subject_look(&subject, current, current_real_cred()) &&
		 is_somewhere_abroad(&subject);
	rcu_read_unlock();
	return abroad;
}

static int ask_homes(struct file_check *check, decide_fn *decide)
{
	int err = 0;
	u32 i;

	for (i = 0; !err && i < check->subject.chain->n; i++)
		if (nest_is_confined(&check->subject, i) &&
		    nest_is_abroad(check->subject.chain->layers[i]->target))
			err = ask_at_home(check, i, decide);
	return err;
}

static noinline int check_object(const char *operation, struct dentry *dentry,
				 bool directory, u32 request)
{
	struct nest_name name NEST_UNINITIALIZED;
	struct file_check check = {
		.operation = operation,
		.request = request,
		.owner = { .inode = d_backing_inode(dentry) },
		.name = &name,
	};
	int section = nest_enter();
	int err = 0;

	if (nest_subject_current(&check.subject)) {
		nest_name_open_object(&name, dentry, directory);
		err = ask_homes(&check, decide_plain);
		nest_name_close(&name);
	}
	nest_leave(section);
	return err;
}

/*
 * An overlay acts on the files of its layers, and so may other file systems: by
 * no name of the task's own. Layers from another mount namespace may know the
 * file.
 */
static int check_below(const char *operation, struct dentry *dentry,
		       bool directory, u32 request)
{
	if (!request || (dentry->d_sb->s_flags & SB_NOUSER) || !am_abroad())
		return 0;
	return check_object(operation, dentry, directory, request);
}

static int check_open_below(const struct file *file)
{
	struct dentry *dentry = nest_open_dentry(file);
	u32 request;

	if (likely(current_cred() == current_real_cred()) &&
	    !(file->f_mode & NEST_FMODE_INTERNAL) &&
	    dentry == file->f_path.dentry)
		return 0;
	request = is_exec_open(file) ? NEST_FILE_EXEC : open_request(file);
	return check_below("open", dentry, d_is_dir(dentry), request);
}

static noinline int check_open(struct file *file)
{
	int err;

	/* mq_open() takes all flags from userspace, that of exec, too. */
	err = nest_check_queue("mq_open", file);
	if (!err)
		err = check_open_below(file);
	if (err)
		return err;
	if (is_exec_open(file) || (file->f_mode & NEST_FMODE_INTERNAL))
		return 0;
	return check("open", &file->f_path, NULL, file_inode(file),
		     S_ISDIR(file_inode(file)->i_mode), open_request(file));
}

int nest_hook_file_open(struct file *file)
{
	return nest_idle() ? 0 : check_open(file);
}

/* What is mapped of a file on overlayfs is the file below. */
static int check_file(const char *operation, const struct file *file,
		      u32 request)
{
	return check_path(operation, nest_user_path(file), request);
}

/* Memory that is shared with a file opened to append could overwrite it. */
static bool maps_append(const struct file *file, unsigned long flags)
{
	return (flags & MAP_TYPE) != MAP_PRIVATE &&
	       (file->f_mode & FMODE_WRITE) && (file->f_flags & O_APPEND);
}

/*
 * To map a file executable. That a program, or an interpreter, may be executed
 * was decided by the exec; a domain that it led to has to be able to read it.
 */
static u32 exec_request(const struct file *file)
{
	if (!is_exec_open(file))
		return NEST_FILE_MMAP_EXEC;
	return nest_task_changed() ? NEST_FILE_READ : 0;
}

/*
 * A file that another domain opened: each use of it is one by this domain. What
 * is mapped can be read, whatever the mode: processors do not tell writing from
 * both, and /proc/PID/mem looks at none.
 */
static noinline int recheck_map(const char *operation, struct file *file,
				unsigned long prot, bool shared)
{
	u32 request = NEST_FILE_READ;

	if (prot & PROT_WRITE && shared)
		request |= NEST_FILE_WRITE;
	return nest_recheck(operation, file, request);
}

int nest_hook_mmap_file(struct file *file, unsigned long reqprot,
			unsigned long prot, unsigned long flags)
{
	u32 request = 0;
	int err = 0;

	if (nest_idle() || !file)
		return 0;
	if (atomic_read(&nest_rechecks))
		err = recheck_map("mmap", file, prot,
				  (flags & MAP_TYPE) != MAP_PRIVATE);
	if (err)
		return err;
	if (prot & PROT_EXEC)
		request |= exec_request(file);
	if (maps_append(file, flags))
		request |= NEST_FILE_WRITE;
	return request ? check_file("mmap", file, request) : 0;
}

int nest_hook_file_mprotect(struct vm_area_struct *vma, unsigned long reqprot,
			    unsigned long prot)
{
	u32 request;
	int err = 0;

	if (nest_idle() || !vma->vm_file)
		return 0;
	if (prot && atomic_read(&nest_rechecks))
		err = recheck_map("mprotect", vma->vm_file, prot,
				  vma->vm_flags & VM_SHARED);
	if (err || !(prot & PROT_EXEC))
		return err;
	request = exec_request(vma->vm_file);
	return request ? check_file("mprotect", vma->vm_file, request) : 0;
}

static noinline int receive_ring(void)
{
	struct nest_subject subject;
	int section = nest_enter();
	int err = 0;

	if (nest_subject_current(&subject))
		err = nest_refuse_ring(&subject, "receive");
	nest_leave(section);
	return err;
}

/* A descriptor that another task passes, by a socket or pidfd_getfd(). */
int nest_hook_file_receive(struct file *file)
{
	u32 request;
	int err;

	if (nest_idle())
		return 0;
	if (nest_is_ring(file))
		return receive_ring();
	err = nest_check_queue("receive", file);
	if (err)
		return err;
	request = nest_file_request(file);
	return request ? check_file("receive", file, request) : 0;
}

/**
 * nest_check_overwrite() - may more than append be done to a file?
 * @operation: for people
 * @file: the file
 *
 * Context: may sleep.
 * Return: 0, or -EACCES.
 */
int nest_check_overwrite(const char *operation, struct file *file)
{
	return check_file(operation, file, NEST_FILE_WRITE);
}

static noinline int check_recheck(struct file *file, int mask)
{
	u32 request = 0;

	if (mask & MAY_READ)
		request |= NEST_FILE_READ;
	if (mask & (MAY_WRITE | MAY_APPEND))
		request |= file->f_flags & O_APPEND ? NEST_FILE_APPEND :
						      NEST_FILE_WRITE;
	return request ? nest_recheck("perm", file, request) : 0;
}

/* Nothing that kernel threads write is a task's doing. */
static noinline int check_append(struct file *file)
{
	if (current->flags & PF_KTHREAD || nest_call_appends())
		return 0;
	return nest_check_overwrite("perm", file);
}

static noinline int check_transfer(const struct file *file, int mask)
{
	const struct socket *sock = sock_from_file((struct file *)file);

	return sock ? nest_check_transfer(sock, mask) : 0;
}

/* Called for each read() and write(), so that the rare cases stand apart. */
int nest_hook_file_permission(struct file *file, int mask)
{
	int err = 0;

	if (nest_idle())
		return 0;
	if (S_ISSOCK(file_inode(file)->i_mode))
		return check_transfer(file, mask);
	if (mask & MAY_WRITE && nest_appends(file))
		err = check_append(file);
	if (unlikely(atomic_read(&nest_rechecks)) && !err)
		err = check_recheck(file, mask);
	return err;
}

int nest_hook_file_lock(struct file *file, unsigned int cmd)
{
	u32 request = NEST_FILE_LOCK;

	if (nest_idle())
		return 0;
	if (cmd == F_WRLCK)
		request |= NEST_FILE_WRITE;
	return check_file("lock", file, request);
}

/* A file that was opened to append to it must not become one to overwrite. */
int nest_hook_file_fcntl(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (nest_idle() || cmd != F_SETFL || !(file->f_mode & FMODE_WRITE) ||
	    !(file->f_flags & O_APPEND) || (arg & O_APPEND))
		return 0;
	return check_file("fcntl", file, NEST_FILE_WRITE);
}

int nest_hook_path_truncate(const struct path *path)
{
	if (nest_idle())
		return 0;
	return check_path("truncate", path,
			  NEST_FILE_WRITE | NEST_FILE_SETATTR);
}

int nest_hook_file_truncate(struct file *file)
{
	return nest_hook_path_truncate(&file->f_path);
}

int nest_hook_path_chmod(const struct path *path, umode_t mode)
{
	return nest_idle() ? 0 : check_path("chmod", path, NEST_FILE_CHMOD);
}

int nest_hook_path_chown(const struct path *path, kuid_t uid, kgid_t gid)
{
	return nest_idle() ? 0 : check_path("chown", path, NEST_FILE_CHOWN);
}

/*
 * The attributes of a file whose name begins at the root are never denied, so
 * on the root mount there is nothing to ask.
 */
static noinline int check_getattr(const struct path *path)
{
	struct nest_subject subject;
	int section = nest_enter();
	bool known;

	known = !nest_subject_current(&subject) ||
		nest_path_is_on_root(&subject, path);
	nest_leave(section);
	return known ? 0 : check_path("getattr", path, NEST_FILE_GETATTR);
}

int nest_hook_inode_getattr(const struct path *path)
{
	return nest_idle() ? 0 : check_getattr(path);
}

int nest_hook_path_mkdir(const struct path *dir, struct dentry *dentry,
			 umode_t mode)
{
	return nest_idle() ? 0 : check_create("mkdir", dir, dentry, true);
}

int nest_hook_path_mknod(const struct path *dir, struct dentry *dentry,
			 umode_t mode, unsigned int dev)
{
	return nest_idle() ? 0 : check_create("mknod", dir, dentry, false);
}

int nest_hook_path_symlink(const struct path *dir, struct dentry *dentry,
			   const char *old_name)
{
	return nest_idle() ? 0 : check_create("symlink", dir, dentry, false);
}

int nest_hook_path_unlink(const struct path *dir, struct dentry *dentry)
{
	if (nest_idle())
		return 0;
	return check_remove("unlink", dir, dentry, NEST_FILE_DELETE);
}

int nest_hook_path_rmdir(const struct path *dir, struct dentry *dentry)
{
	if (nest_idle())
		return 0;
	return check_remove("rmdir", dir, dentry, NEST_FILE_DELETE);
}

int nest_hook_path_link(struct dentry *old_dentry, const struct path *new_dir,
			struct dentry *new_dentry)
{
	if (nest_idle() || nest_path_is_nameless(new_dir) ||
	    nest_borrowed())
		return 0;
	return check_link(old_dentry, new_dir, new_dentry);
}

int nest_hook_path_rename(const struct path *old_dir, struct dentry *old_dentry,
			  const struct path *new_dir, struct dentry *new_dentry,
			  unsigned int flags)
{
	if (nest_idle() || nest_path_is_nameless(old_dir) || nest_borrowed())
		return 0;
	return check_rename(old_dir, old_dentry, new_dir, new_dentry,
			    flags & RENAME_EXCHANGE);
}

/**
 * nest_check_entry() - may an entry come to be, or cease, in a directory?
 * @operation: for people
 * @dentry: the entry
 * @directory: it is a directory, or will be
 * @create: it comes to be
 *
 * To be asked for the object itself, whatever it was that led to it.
 *
 * Context: may sleep.
 * Return: 0, or -EACCES.
 */
int nest_check_entry(const char *operation, struct dentry *dentry,
		     bool directory, bool create)
{
	return check_below(operation, dentry, directory,
			   create ? NEST_FILE_CREATE : NEST_FILE_DELETE);
}

int nest_hook_inode_mkdir(struct inode *dir, struct dentry *dentry,
			  umode_t mode)
{
	return nest_idle() ? 0 : nest_check_entry("mkdir", dentry, true, true);
}

int nest_hook_inode_rmdir(struct inode *dir, struct dentry *dentry)
{
	return nest_idle() ? 0 : nest_check_entry("rmdir", dentry, true, false);
}

int nest_hook_inode_mknod(struct inode *dir, struct dentry *dentry,
			  umode_t mode, dev_t dev)
{
	return nest_idle() ? 0 : nest_check_entry("mknod", dentry, false, true);
}

int nest_hook_inode_symlink(struct inode *dir, struct dentry *dentry,
			    const char *old_name)
{
	return nest_idle() ? 0 : nest_check_entry("symlink", dentry, false,
						  true);
}

static noinline int check_object_link(struct dentry *old, struct dentry *new)
{
	struct nest_name name NEST_UNINITIALIZED;
	struct nest_name second NEST_UNINITIALIZED;
	struct file_check check = {
		.operation = "link",
		.request = NEST_FILE_LINK,
		.owner = { .inode = d_backing_inode(old) },
		.name = &name,
		.second = &second,
	};
	int section = nest_enter();
	int err = 0;

	if (nest_subject_current(&check.subject)) {
		nest_name_open_object(&name, new, false);
		nest_name_open_object(&second, old, false);
		name.other = &second;
		err = ask_homes(&check, decide_link);
		nest_name_close(&second);
		nest_name_close(&name);
	}
	nest_leave(section);
	return err;
}

/* A file without a name gets its first one. */
int nest_hook_inode_link(struct dentry *old_dentry, struct inode *dir,
			 struct dentry *new_dentry)
{
	if (nest_idle() || !am_abroad())
		return 0;
	if (d_unlinked(old_dentry))
		return nest_check_entry("link", new_dentry, false, true);
	return check_object_link(old_dentry, new_dentry);
}

/* For an exchange this is called once for each direction. */
int nest_hook_inode_rename(struct inode *old_dir, struct dentry *old_dentry,
			   struct inode *new_dir, struct dentry *new_dentry)
{
	const bool directory = d_is_dir(old_dentry);

	if (nest_idle())
		return 0;
	return check_below("rename", old_dentry, directory, LEAVE) ?:
	       check_below("rename", new_dentry, directory, TAKE);
}

static u32 setattr_request(const struct iattr *attr)
{
	u32 request = 0;

	if (attr->ia_valid & ATTR_SIZE)
		request |= NEST_FILE_WRITE;
	if (attr->ia_valid & ATTR_MODE)
		request |= NEST_FILE_CHMOD;
	if (attr->ia_valid & (ATTR_UID | ATTR_GID))
		request |= NEST_FILE_CHOWN;
	return request;
}

int nest_hook_inode_setattr(NEST_IDMAP struct dentry *dentry,
			    struct iattr *attr)
{
	return nest_idle() ? 0 : check_below("setattr", dentry, d_is_dir(dentry),
					     setattr_request(attr));
}
