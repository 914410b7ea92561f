// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether tasks still are what their container started with.
 *
 * All that is compared changes in known ways only: user namespaces lead
 * downwards, capabilities within one and seccomp get fewer and more, the host's
 * LSM gives another label at an exec, and the root is changed through hooks. So
 * what is known of a container grows along with it, and what is found at a task
 * but was not seen coming did not come from a system call.
 */
#include <linux/binfmts.h>
#include <linux/moduleparam.h>
#include <linux/namei.h>
#include <linux/random.h>
#include <linux/security.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include "baseline.h"
#include "path.h"
#include "subject.h"

enum action { REPORT, DENY, KILL };

static const char *const actions[] = { "report", "deny", "kill", NULL };
static unsigned int action = REPORT;

static int set_action(const char *value, const struct kernel_param *param)
{
	int found = sysfs_match_string(actions, value);

	if (found < 0)
		return -EINVAL;
	WRITE_ONCE(action, found);
	return 0;
}

static int get_action(char *value, const struct kernel_param *param)
{
	return sysfs_emit(value, "%s\n", actions[READ_ONCE(action)]);
}

static const struct kernel_param_ops action_ops = {
	.set = set_action,
	.get = get_action,
};

module_param_cb(compromise, &action_ops, NULL, 0644);
MODULE_PARM_DESC(compromise,
		 "what becomes of a task that is no longer confined as its container was: report, deny or kill");

static bool require_host_mac;
module_param(require_host_mac, bool, 0644);
MODULE_PARM_DESC(require_host_mac,
		 "whether only containers that the host's LSM confines may have layers");

static char *host_unconfined =
	"unconfined,unconfined_t,spc_t,kernel_t,init_t,initrc_t,sysadm_t,container_runtime_t";
module_param(host_unconfined, charp, 0444);
MODULE_PARM_DESC(host_unconfined,
		 "labels, or types in labels, of the host's LSM that confine nothing");

/* Of the hash of labels. */
static siphash_key_t label_key;

/**
 * struct state - what is compared of a task
 * @cred: its real credentials, referenced
 * @secid: of its label, for the host's LSM
 * @seccomp: mode
 * @filters: how many
 * @root: the top of what it sees mounted
 * @has_root: @root was looked for, and found
 */
struct state {
	const struct cred *cred;
	u32 secid;
	int seccomp;
	int filters;
	struct nest_root root;
	bool has_root;
};

static struct nest_root identify(const struct vfsmount *mnt)
{
	return (struct nest_root){
		.dev = mnt->mnt_sb->s_dev,
		.ino = d_inode(mnt->mnt_root)->i_ino,
		.dentry = mnt->mnt_root,
	};
}

/*
 * The top of the mount tree that a path lies in, as one sees it: what a mount at
 * its root covers, like the first root file system of the kernel, does not
 * count. Nobody shall make others climb for long. Takes the reference.
 */
static struct nest_root top_of(struct path *path)
{
	struct nest_root top = identify(path->mnt);
	u32 mounts = 0;

	while (follow_up(path)) {
		if (++mounts > NEST_CLIMB) {
			top = (struct nest_root){ };
			break;
		}
		if (path->dentry != path->mnt->mnt_root)
			top = identify(path->mnt);
	}
	path_put(path);
	return top;
}

static void look(struct state *state, struct task_struct *task)
{
	state->cred = get_task_cred(task);
	security_task_getsecid_obj(task, &state->secid);
	state->seccomp = READ_ONCE(task->seccomp.mode);
	state->filters = atomic_read(&task->seccomp.filter_count);
	state->has_root = false;
}

static void look_at_root(struct state *state, struct task_struct *task)
{
	struct path root = nest_root_of(task);

	if (!root.mnt)
		return;
	state->root = top_of(&root);
	state->has_root = true;
}

static void forget(const struct state *state)
{
	put_cred(state->cred);
}

static kernel_cap_t all_caps(const struct cred *cred)
{
	return cap_combine(cap_combine(cred->cap_permitted, cred->cap_bset),
			   cap_combine(cred->cap_inheritable,
				       cred->cap_ambient));
}

/* The length of a label's text without the mode that AppArmor may add. */
static size_t name_length(const char *text, size_t len)
{
	size_t i = len;

	if (!len || text[len - 1] != ')')
		return len;
	while (i && text[i - 1] != '(')
		i--;
	return i > 1 && text[i - 2] == ' ' ? i - 2 : len;
}

/* A copy, or NULL: the label has none, or there is no memory. */
static char *label_text(u32 secid, gfp_t gfp)
{
	char *text, *copy;
	u32 len;

	if (security_secid_to_secctx(secid, &text, &len))
		return NULL;
	copy = kstrndup(text, len, gfp);
	security_release_secctx(text, len);
	return copy;
}

/* A label without a text has 0. -ENOMEM: it was not to be found out. */
static int hash_label(u32 secid, u64 *hash)
{
	char *text;
	u32 len;
	int err;

	*hash = 0;
	if (!secid)
		return 0;
	err = security_secid_to_secctx(secid, &text, &len);
	if (err)
		return err == -ENOMEM ? err : 0;
	*hash = siphash(text, name_length(text, len), &label_key);
	security_release_secctx(text, len);
	return 0;
}

static bool has_secid(const struct nest_baseline *baseline, u32 secid)
{
	u32 i;

	for (i = 0; i < baseline->n_labels; i++)
		if (baseline->labels[i].secid == secid)
			return true;
	return false;
}

/* Whether it is known by its text; then by its number, too, from now on. */
static bool has_label(struct nest_baseline *baseline, u32 secid, u64 hash)
{
	u32 i;

	for (i = 0; hash && i < baseline->n_labels; i++) {
		if (baseline->labels[i].hash != hash)
			continue;
		baseline->labels[i].secid = secid;
		return true;
	}
	return false;
}

/*
 * The text of a label is asked for without the lock, and seldom. Without memory
 * for it nothing is said against the label.
 */
static bool knows_label(struct nest_baseline *baseline, u32 secid)
{
	unsigned long flags;
	bool known;
	u64 hash;

	spin_lock_irqsave(&baseline->lock, flags);
	known = baseline->many_labels || has_secid(baseline, secid);
	spin_unlock_irqrestore(&baseline->lock, flags);
	if (known)
		return true;
	if (hash_label(secid, &hash))
		return true;
	spin_lock_irqsave(&baseline->lock, flags);
	known = has_label(baseline, secid, hash);
	spin_unlock_irqrestore(&baseline->lock, flags);
	return known;
}

static void add_label(struct nest_baseline *baseline, u32 secid)
{
	unsigned long flags;
	u64 hash;

	if (knows_label(baseline, secid))
		return;
	if (hash_label(secid, &hash))
		hash = 0;
	spin_lock_irqsave(&baseline->lock, flags);
	/* It may have come meanwhile. */
	if (has_secid(baseline, secid) || has_label(baseline, secid, hash))
		;
	else if (baseline->n_labels == NEST_HOST_LABELS_MAX)
		baseline->many_labels = true;
	else
		baseline->labels[baseline->n_labels++] =
			(struct nest_host_label){ secid, hash };
	spin_unlock_irqrestore(&baseline->lock, flags);
}

static bool has_root(const struct nest_baseline *baseline,
		     const struct nest_root *root)
{
	u32 i;

	for (i = 0; i < baseline->n_roots; i++)
		if (baseline->roots[i].dev == root->dev &&
		    baseline->roots[i].ino == root->ino &&
		    baseline->roots[i].dentry == root->dentry)
			return true;
	return false;
}

/* Those that were learnt make way in turn, those of the start do not. */
static void replace_root(struct nest_baseline *baseline,
			 const struct nest_root *root)
{
	u32 first = min(baseline->n_kept, baseline->room - 1);

	if (baseline->next < first || baseline->next >= baseline->room)
		baseline->next = first;
	baseline->roots[baseline->next++] = *root;
}

/* False if more room is needed, and @final does not say that there is none. */
static bool try_add_root(struct nest_baseline *baseline,
			 const struct nest_root *root, bool final)
{
	unsigned long flags;
	bool done = true;

	spin_lock_irqsave(&baseline->lock, flags);
	if (has_root(baseline, root))
		;
	else if (baseline->n_roots < baseline->room)
		baseline->roots[baseline->n_roots++] = *root;
	else if (final)
		replace_root(baseline, root);
	else
		done = false;
	spin_unlock_irqrestore(&baseline->lock, flags);
	return done;
}

static void free_roots(struct nest_baseline *baseline, struct nest_root *roots)
{
	if (roots != baseline->first)
		kvfree(roots);
}

/* Makes room for twice as many, if there may be; somebody else may have. */
static void grow(struct nest_baseline *baseline)
{
	u32 more = READ_ONCE(baseline->room) * 2;
	struct nest_root *roots;
	unsigned long flags;

	if (more > NEST_ROOTS_MAX)
		return;
	roots = kvmalloc_array(more, sizeof(*roots),
			       GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!roots)
		return;
	spin_lock_irqsave(&baseline->lock, flags);
	if (baseline->room < more) {
		memcpy(roots, baseline->roots,
		       baseline->n_roots * sizeof(*roots));
		swap(baseline->roots, roots);
		WRITE_ONCE(baseline->room, more);
	}
	spin_unlock_irqrestore(&baseline->lock, flags);
	free_roots(baseline, roots);
}

static void add_root(struct nest_baseline *baseline,
		     const struct nest_root *root)
{
	if (try_add_root(baseline, root, false))
		return;
	grow(baseline);
	try_add_root(baseline, root, true);
}

/*
 * Goes up to the user namespace that both are in. Of one that no task was seen
 * in, no capabilities are known.
 */
static void widen(struct nest_baseline *baseline, const struct cred *cred)
{
	struct user_namespace *ns = baseline->user_ns;

	while (!nest_userns_within(cred->user_ns, ns))
		ns = ns->parent;
	if (ns != baseline->user_ns) {
		get_user_ns(ns);
		put_user_ns(baseline->user_ns);
		baseline->user_ns = ns;
		baseline->caps = (kernel_cap_t){ };
	}
	if (ns == cred->user_ns)
		baseline->caps = cap_combine(baseline->caps, all_caps(cred));
}

/* What this task has, tasks may have. */
static void merge(struct nest_baseline *baseline, const struct state *state)
{
	unsigned long flags;

	spin_lock_irqsave(&baseline->lock, flags);
	if (!baseline->user_ns) {
		baseline->user_ns = get_user_ns(state->cred->user_ns);
		baseline->caps = all_caps(state->cred);
		baseline->seccomp = state->seccomp;
		baseline->filters = state->filters;
	} else {
		widen(baseline, state->cred);
		baseline->seccomp = min(baseline->seccomp, state->seccomp);
		baseline->filters = min(baseline->filters, state->filters);
	}
	spin_unlock_irqrestore(&baseline->lock, flags);
	add_label(baseline, state->secid);
	if (state->has_root)
		add_root(baseline, &state->root);
}

static void merge_task(struct nest_baseline *baseline, struct task_struct *task)
{
	struct state state;

	look(&state, task);
	look_at_root(&state, task);
	merge(baseline, &state);
	forget(&state);
}

static void settle(struct nest_baseline *baseline)
{
	unsigned long flags;

	spin_lock_irqsave(&baseline->lock, flags);
	baseline->settled = true;
	baseline->n_kept = baseline->n_roots;
	spin_unlock_irqrestore(&baseline->lock, flags);
}

/**
 * nest_baselines_init() - be ready to make baselines
 */
void nest_baselines_init(void)
{
	get_random_bytes(&label_key, sizeof(label_key));
}

/**
 * nest_baseline_new() - of tasks that enter from outside
 * @level: the depth that they come from
 * @outer: what is about them in the policy namespaces up to there, or NULL
 *
 * It says nothing before the first of them executes a program.
 *
 * Return: it, with one reference, or NULL.
 */
struct nest_baseline *nest_baseline_new(u32 level, struct nest_baseline *outer)
{
	struct nest_baseline *baseline;

	baseline = kzalloc(sizeof(*baseline), GFP_KERNEL_ACCOUNT);
	if (!baseline)
		return NULL;
	refcount_set(&baseline->refs, 1);
	spin_lock_init(&baseline->lock);
	baseline->level = level;
	baseline->roots = baseline->first;
	baseline->room = NEST_ROOTS_FIRST;
	baseline->outer = nest_baseline_get(outer);
	return baseline;
}

static struct task_struct *next_task_in(struct pid_namespace *pidns, int *nr)
{
	struct task_struct *task = NULL;
	struct pid *pid;

	rcu_read_lock();
	while (!task && (pid = idr_get_next(&pidns->idr, nr))) {
		task = get_pid_task(pid, PIDTYPE_TGID);
		++*nr;
	}
	rcu_read_unlock();
	return task;
}

static bool has_executed(const struct task_struct *task)
{
	return !(READ_ONCE(task->flags) & PF_FORKNOEXEC);
}

/*
 * Which baseline a task's doings belong to: its own if it came from outside,
 * referenced; or that of the container.
 */
static struct nest_baseline *baseline_for(struct nest_baseline *baseline,
					  const struct task_struct *task)
{
	struct nest_baseline *own = nest_task_baseline(task);

	if (own && own->level <= baseline->level)
		return own;
	nest_baseline_put(own);
	return nest_baseline_get(baseline);
}

/* Whether some task that belongs to the container has executed a program. */
static bool has_started(struct nest_baseline *baseline,
			struct pid_namespace *pidns)
{
	struct nest_baseline *found;
	struct task_struct *task;
	bool started = false;
	int nr = 1;

	while (!started && (task = next_task_in(pidns, &nr))) {
		found = baseline_for(baseline, task);
		started = found == baseline && has_executed(task);
		nest_baseline_put(found);
		put_task_struct(task);
		cond_resched();
	}
	return started;
}

/* What the tasks have that are there: those that entered, each for itself. */
static void see_all(struct nest_baseline *baseline, struct pid_namespace *pidns,
		    bool started)
{
	struct nest_baseline *found;
	struct task_struct *task;
	int nr = 1;

	while ((task = next_task_in(pidns, &nr))) {
		found = baseline_for(baseline, task);
		if (found == baseline ? started : has_executed(task))
			merge_task(found, task);
		if (found != baseline && has_executed(task))
			settle(found);
		nest_baseline_put(found);
		put_task_struct(task);
		cond_resched();
	}
}

/**
 * nest_baseline_of() - of a pid namespace, as its tasks are now
 * @pidns: the pid namespace
 *
 * If none of them has executed a program yet, it says nothing before one does:
 * they are what a runtime has forked.
 *
 * Context: may sleep.
 * Return: it, with one reference, or NULL.
 */
struct nest_baseline *nest_baseline_of(struct pid_namespace *pidns)
{
	struct nest_baseline *baseline;
	bool started;

	baseline = nest_baseline_new(pidns->level - 1, NULL);
	if (!baseline)
		return NULL;
	started = has_started(baseline, pidns);
	see_all(baseline, pidns, started);
	if (started)
		settle(baseline);
	return baseline;
}

/**
 * nest_baseline_get() - take a reference
 * @baseline: on this, or NULL
 */
struct nest_baseline *nest_baseline_get(struct nest_baseline *baseline)
{
	if (baseline)
		refcount_inc(&baseline->refs);
	return baseline;
}

/**
 * nest_baseline_put() - drop a reference
 * @baseline: to this, or NULL. Whoever looks at it has one, or is in a
 *	reader's section that who has one waits for
 *
 * Context: any.
 */
void nest_baseline_put(struct nest_baseline *baseline)
{
	while (baseline && refcount_dec_and_test(&baseline->refs)) {
		struct nest_baseline *outer = baseline->outer;

		if (baseline->user_ns)
			put_user_ns(baseline->user_ns);
		free_roots(baseline, baseline->roots);
		kfree(baseline);
		baseline = outer;
	}
}

/* In which way a task has left its container's baseline, or NULL. */
static const char *find_deviation(struct nest_baseline *baseline,
				  const struct state *state)
{
	const struct cred *cred = state->cred;
	kernel_cap_t caps = cap_combine(cred->cap_permitted,
					cred->cap_effective);

	if (!nest_userns_within(cred->user_ns, baseline->user_ns))
		return "user namespace";
	if (cred->user_ns == baseline->user_ns &&
	    !cap_issubset(caps, baseline->caps))
		return "capabilities";
	if (state->seccomp < baseline->seccomp ||
	    state->filters < baseline->filters)
		return "seccomp";
	return NULL;
}

static bool knows_root(struct nest_baseline *baseline,
		       const struct nest_root *root)
{
	unsigned long flags;
	bool known;

	spin_lock_irqsave(&baseline->lock, flags);
	known = has_root(baseline, root);
	spin_unlock_irqrestore(&baseline->lock, flags);
	return known;
}

/* pivot_root() by the container takes those who entered along. */
static const char *deviation(struct nest_baseline *baseline,
			     const struct nest_ns *ns,
			     const struct state *state)
{
	const char *reason;
	unsigned long flags;

	if (!READ_ONCE(baseline->settled))
		return NULL;
	spin_lock_irqsave(&baseline->lock, flags);
	reason = find_deviation(baseline, state);
	spin_unlock_irqrestore(&baseline->lock, flags);
	if (!reason && !knows_label(baseline, state->secid))
		reason = "label of the host";
	if (!reason && state->has_root &&
	    !knows_root(baseline, &state->root) &&
	    !knows_root(ns->baseline, &state->root))
		reason = "root";
	return reason;
}

static struct nest_baseline *baseline_in(const struct nest_subject *subject,
					 const struct nest_ns *ns)
{
	struct nest_baseline *baseline = subject->baseline;

	while (baseline && ns->pidns->level <= baseline->level)
		baseline = baseline->outer;
	return baseline ?: ns->baseline;
}

/* The outermost layer of a policy namespace, by position, or NEST_NONE. */
static u32 layer_of(const struct nest_subject *subject,
		    const struct nest_ns *ns)
{
	u32 i;

	for (i = 0; i < subject->chain->n; i++)
		if (subject->chain->layers[i]->target == ns)
			return i;
	return NEST_NONE;
}

static int report(const struct nest_subject *subject, const struct nest_ns *ns,
		  struct nest_event *event, enum action what, gfp_t gfp)
{
	u32 index = layer_of(subject, ns);

	event->class = NEST_CLASS_COMPROMISE;
	event->denied = 1;
	if (index == NEST_NONE) {
		/* Its layer is only about to be in force. */
		if (what == KILL)
			send_sig(SIGKILL, current, 1);
		return what == REPORT ? 0 : -EACCES;
	}
	nest_event_set_layer(event, subject, index);
	event->verdict = what == REPORT ? NEST_VERDICT_ALLOWED :
			 what == DENY ? NEST_VERDICT_DENIED :
					NEST_VERDICT_KILLED;
	nest_event(event, gfp);
	if (what == REPORT)
		return 0;
	nest_event_count_denial(event);
	return -EACCES;
}

/* With the label that the task has, for people. */
static int report_deviation(const struct nest_subject *subject,
			    const struct nest_ns *ns, const struct state *state,
			    const char *operation, const char *reason,
			    gfp_t gfp)
{
	struct nest_event event = {
		.operation = operation,
		.reason = reason,
	};
	char *label = label_text(state->secid, gfp);
	int err;

	event.target = label;
	err = report(subject, ns, &event, READ_ONCE(action), gfp);
	kfree(label);
	return err;
}

static int check(const struct nest_subject *subject, const struct nest_ns *ns,
		 const struct state *state, const char *operation, gfp_t gfp)
{
	const char *reason = deviation(baseline_in(subject, ns), ns,
				       state);

	return reason ? report_deviation(subject, ns, state, operation, reason,
					 gfp) : 0;
}

/**
 * nest_check_baseline() - is the current task as its container started?
 * @subject: the task
 * @operation: what it is about to do
 * @gfp: how to allocate
 *
 * The nearest policy namespace is asked, and not about the root.
 *
 * Context: a reader's section.
 * Return: 0, or -EACCES if it is not and the parameter compromise says so.
 */
int nest_check_baseline(const struct nest_subject *subject,
			const char *operation, gfp_t gfp)
{
	struct state state;
	int err;

	look(&state, current);
	err = check(subject, subject->ns, &state, operation, gfp);
	forget(&state);
	return err;
}

/* The next policy namespace outwards, @pidns itself being the first one. */
static struct nest_ns *ns_around(const struct pid_namespace *pidns)
{
	struct nest_ns *ns = NULL;

	for (; pidns && pidns->level && !ns; pidns = pidns->parent)
		ns = nest_ns_find(pidns);
	return ns;
}

/**
 * nest_check_baselines() - is the current task as its containers started?
 * @subject: the task
 * @operation: what it is about to do
 *
 * All policy namespaces around it are asked.
 *
 * Context: a reader's section in which one may sleep.
 * Return: as nest_check_baseline().
 */
int nest_check_baselines(const struct nest_subject *subject,
			 const char *operation)
{
	const struct pid_namespace *pidns = subject->ns->pidns;
	struct state state;
	struct nest_ns *ns;
	int err = 0;

	look(&state, current);
	look_at_root(&state, current);
	while (!err && (ns = ns_around(pidns))) {
		err = check(subject, ns, &state, operation, GFP_KERNEL);
		pidns = ns->pidns->parent;
	}
	forget(&state);
	return err;
}

static bool is_listed(const char *word, size_t len)
{
	const char *list = host_unconfined;

	while (*list) {
		size_t n = strcspn(list, ",");

		if (n == len && !strncmp(list, word, n))
			return true;
		list += n + !!list[n];
	}
	return false;
}

/*
 * Whether a label of the host's LSM confines. Not if there is none, nor if the
 * parameter host_unconfined lists it, as a whole or by its type, the third part
 * of a label of SELinux.
 */
static bool host_confines(const char *label)
{
	const char *type;

	if (!label || is_listed(label, name_length(label, strlen(label))))
		return false;
	type = strchr(label, ':');
	type = type ? strchr(type + 1, ':') : NULL;
	return !type || !is_listed(type + 1, strcspn(type + 1, ":"));
}

/* The container begins, and nobody confines it who should. */
static void check_start(const struct nest_subject *subject,
			const struct nest_ns *ns)
{
	struct nest_event event = {
		.operation = "exec",
		.reason = "not confined by the host",
	};
	char *label = nest_host_label(ns->death.init);

	event.target = label;
	if (!host_confines(label))
		report(subject, ns, &event, KILL, GFP_KERNEL);
	kfree(label);
}

/* The first process may be one that never executes anything. */
static void begin(const struct nest_subject *subject, const struct nest_ns *ns,
		  const struct state *state)
{
	struct task_struct *init = get_pid_task(ns->death.init, PIDTYPE_PID);

	merge(ns->baseline, state);
	if (init && init != current)
		merge_task(ns->baseline, init);
	if (init)
		put_task_struct(init);
	settle(ns->baseline);
	if (READ_ONCE(require_host_mac))
		check_start(subject, ns);
}

static void learn_exec(const struct nest_subject *subject,
		       const struct nest_ns *ns, struct state *state)
{
	struct nest_baseline *baseline = baseline_in(subject, ns);

	if (READ_ONCE(baseline->settled)) {
		add_label(baseline, state->secid);
		return;
	}
	if (!state->has_root)
		look_at_root(state, current);
	if (baseline == ns->baseline) {
		begin(subject, ns, state);
	} else {
		merge(baseline, state);
		settle(baseline);
	}
}

/**
 * nest_baseline_executed() - the current task has executed a program
 *
 * The label that it has now is the host's decision. At the first exec of a
 * container its baseline is laid down.
 */
void nest_baseline_executed(void)
{
	const struct pid_namespace *pidns;
	struct nest_subject subject;
	int section = nest_enter();
	struct state state;
	struct nest_ns *ns;

	if (nest_subject_current(&subject)) {
		look(&state, current);
		pidns = subject.ns->pidns;
		while ((ns = ns_around(pidns))) {
			learn_exec(&subject, ns, &state);
			pidns = ns->pidns->parent;
		}
		forget(&state);
	}
	nest_leave(section);
}

static void learn_root(struct nest_baseline *baseline,
		       const struct nest_root *root)
{
	/* What runtimes do before the start is not the container's doing. */
	if (READ_ONCE(baseline->settled))
		add_root(baseline, root);
}

/**
 * nest_baseline_add_root() - the current task changes what it sees mounted
 * @path: its root, or the new top of its mount tree
 * @is_top: it is the latter, and so it becomes for all others that see the tree
 *
 * Context: may sleep.
 */
void nest_baseline_add_root(const struct path *path, bool is_top)
{
	struct nest_root own = identify(path->mnt), top = own;
	const struct pid_namespace *pidns;
	struct nest_subject subject;
	int section = nest_enter();
	struct path copy = *path;
	struct nest_ns *ns;

	if (!is_top) {
		path_get(&copy);
		top = top_of(&copy);
	}
	if (nest_subject_current(&subject)) {
		pidns = subject.ns->pidns;
		while ((ns = ns_around(pidns))) {
			learn_root(baseline_in(&subject, ns), &own);
			learn_root(baseline_in(&subject, ns), &top);
			if (is_top)
				learn_root(ns->baseline, &own);
			pidns = ns->pidns->parent;
		}
	}
	nest_leave(section);
}

/**
 * nest_host_label() - what the host's LSM calls the first process of a container
 * @init: the process
 *
 * Return: the text, to be freed by kfree(); NULL if the host has no such LSM,
 * the process is gone, or there is no memory.
 */
char *nest_host_label(struct pid *init)
{
	struct task_struct *task = get_pid_task(init, PIDTYPE_PID);
	u32 secid;

	if (!task)
		return NULL;
	security_task_getsecid_obj(task, &secid);
	put_task_struct(task);
	return secid ? label_text(secid, GFP_KERNEL_ACCOUNT) : NULL;
}

/**
 * nest_check_host() - may a container have a layer, as the host confines it?
 * @ns: the container
 * @label: of its first process
 *
 * What a runtime has forked to become a container is asked later.
 *
 * Return: 0, or -EKEYREJECTED.
 */
int nest_check_host(const struct nest_ns *ns, const char *label)
{
	if (!READ_ONCE(require_host_mac) || !READ_ONCE(ns->baseline->settled) ||
	    host_confines(label))
		return 0;
	return -EKEYREJECTED;
}
