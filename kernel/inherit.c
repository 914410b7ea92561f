// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that are open when a task changes its domain. Those that another domain
 * opened have to be allowed by the new one: at an exec what is not allowed is
 * replaced; without an exec each use is asked about, since the task may come
 * back. What was open when the task came in from where no rules of the layer
 * counted stays usable, as in AppArmor. A module can keep nothing with a file,
 * but the credentials that opened it tell: each exec begins with new ones. Of a
 * task that the default domain holds from its start, that it was given a file
 * from outside is to be known by where the file lies, when it leaves the domain.
 */
#include <linux/anon_inodes.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/tty.h>
#include "mqueue.h"
#include "path.h"
#include "subject.h"

/**
 * struct open_file - a place in the table of open files
 * @fd: the descriptor
 * @file: the file, referenced
 */
struct open_file {
	unsigned int fd;
	struct file *file;
};

/**
 * struct nest_taken - a file that was taken away, to be closed
 * @next: another one, or NULL
 * @file: the file, with the reference that the descriptor had
 */
struct nest_taken {
	struct nest_taken *next;
	struct file *file;
};

/**
 * struct inheritance - what becomes of open files
 * @old: the task before
 * @new: the task after
 * @label: after an exec, still to be changed; or NULL
 * @entered: layers whose rules did not count for the task before, by position
 * @changed: layers in which it is in another domain than before
 * @starts: those of @changed in which it leaves the default domain, and to which
 *	nothing was brought
 * @at: the file looked at
 * @foreign: it counts as brought where the task starts
 * @brought: openers of the files that stay
 * @given: openers of those that were @foreign
 * @denied: what takes the place of the others, or NULL
 * @taken: those
 */
struct inheritance {
	struct nest_subject old;
	struct nest_subject new;
	struct nest_label *label;
	u64 entered;
	u64 changed;
	u64 starts;
	struct open_file at;
	bool foreign;
	struct nest_openers *brought;
	struct nest_openers *given;
	struct file *denied;
	struct nest_taken *taken;
};

/**
 * nest_openers_get() - take a reference
 * @openers: the openers, or NULL
 *
 * Return: @openers.
 */
struct nest_openers *nest_openers_get(struct nest_openers *openers)
{
	if (openers)
		refcount_inc(&openers->refs);
	return openers;
}

/**
 * nest_openers_put() - drop a reference
 * @openers: the openers, or NULL
 *
 * Context: any.
 */
void nest_openers_put(struct nest_openers *openers)
{
	u32 i;

	if (!openers || !refcount_dec_and_test(&openers->refs))
		return;
	for (i = 0; i < openers->n; i++)
		put_cred(openers->at[i]);
	kfree(openers);
}

static struct nest_openers *new_openers(void)
{
	struct nest_openers *openers;

	openers = kzalloc(sizeof(*openers), GFP_KERNEL_ACCOUNT);
	if (openers)
		refcount_set(&openers->refs, 1);
	return openers;
}

static bool has_opener(const struct nest_openers *openers,
		       const struct cred *cred)
{
	u32 i;

	for (i = 0; openers && i < openers->n; i++)
		if (openers->at[i] == cred)
			return true;
	return false;
}

/* One that finds no room is not known, so that its files are asked about. */
static void add_opener(struct nest_openers *openers, const struct cred *cred)
{
	if (openers && openers->n < NEST_OPENERS_MAX &&
	    !has_opener(openers, cred))
		openers->at[openers->n++] = get_cred(cred);
}

/* Whether a file was opened by somebody whom a layer cannot bind. */
static bool is_outsiders(const struct file *file, const struct nest_layer *layer)
{
	const struct nest_subject opener = {
		.user_ns = file->f_cred->user_ns,
		.exempt = NEST_NOT_EXEMPT,
	};

	return !nest_binds(&opener, layer);
}

/* The controlling terminal's number, or 0, which is no device's. */
static dev_t terminal_number(void)
{
	struct tty_struct *tty = get_current_tty();
	dev_t number = tty ? tty_devnum(tty) : 0;

	tty_kref_put(tty);
	return number;
}

static bool is_device(const struct file *file, dev_t number)
{
	const struct inode *inode = file_inode(file);

	return number && S_ISCHR(inode->i_mode) && inode->i_rdev == number;
}

/* Without a name there is no rule; without data nothing to keep. */
static bool is_rules_matter(const struct file *file)
{
	return !(file->f_mode & FMODE_PATH) &&
	       !nest_path_is_nameless(&file->f_path);
}

/* A task keeps its rings where it stays in its domain. */
static bool is_looked_at(const struct file *file)
{
	return is_rules_matter(file) || nest_is_ring(file) ||
	       nest_is_queue(file_inode(file));
}

/* For iterate_fd(). */
static int grab(const void *data, struct file *file, unsigned int fd)
{
	struct open_file *at = (struct open_file *)data;

	if (!is_looked_at(file))
		return 0;
	at->fd = fd;
	at->file = get_file(file);
	return 1;
}

/* Goes on to the first file from @at->fd that matters; false: there is none. */
static bool next_file(struct open_file *at)
{
	return iterate_fd(current->files, at->fd, grab, at);
}

static void done_with_file(struct open_file *at)
{
	fput(at->file);
	at->fd++;
	cond_resched();
}

/* Whether it lies where only somebody outside of the container can open it. */
static bool is_foreign(const struct nest_subject *subject, struct file *file)
{
	return is_rules_matter(file) &&
	       nest_path_is_foreign(subject, nest_user_path(file));
}

/* Asks some layers, by position. */
static int ask(const struct nest_subject *subject, u64 asked,
	       const char *operation, struct file *file, u32 request)
{
	struct nest_subject part = *subject;
	int err;

	if (!asked)
		return 0;
	part.omit = ~asked;
	if (nest_is_ring(file))
		return nest_refuse_ring(&part, operation);
	err = nest_ask_queue(&part, operation, file);
	if (err || !is_rules_matter(file))
		return err;
	return nest_check_open_file(&part, operation, file, request);
}

static struct nest_place *place_of(const struct inheritance *in, u32 i)
{
	return (struct nest_place *)
	       nest_label_place(in->label, in->new.chain->layers[i]);
}

static bool is_default(const struct nest_table *table, u32 domain)
{
	return domain == le32_to_cpu(table->policy.header->default_domain);
}

/* The task leaves the default domain, where it may have its controlling terminal. */
static void start(struct inheritance *in, u32 i)
{
	struct nest_place *place = place_of(in, i);

	if (!place)
		return;
	place->terminal = terminal_number();
	if (!place->brought)
		in->starts |= BIT_ULL(i);
}

/* What the exec means in one layer. */
static void look_at_layer(struct inheritance *in, u32 i)
{
	const struct nest_table *table;
	u32 from, to;

	table = nest_subject_domain(&in->new, i, &to);
	if (!table)
		return;
	if (!nest_subject_domain(&in->old, i, &from)) {
		in->entered |= BIT_ULL(i);
	} else if (from != to) {
		in->changed |= BIT_ULL(i);
		if (is_default(table, from))
			start(in, i);
	}
}

/* Whether a file needs no rule in a domain to which a task has come. */
static bool is_kept(const struct nest_place *place, const struct file *file)
{
	return is_device(file, place->terminal) ||
	       has_opener(place->brought, file->f_cred);
}

static bool is_let_through(const struct inheritance *in, u32 i)
{
	const struct nest_place *place = place_of(in, i);
	const struct file *file = in->at.file;

	if (nest_is_ring(file))
		return false;
	return (place && is_kept(place, file)) ||
	       (in->foreign && in->starts & BIT_ULL(i)) ||
	       is_outsiders(file, in->new.chain->layers[i]);
}

/* The layers by whose rules the file looked at has to be allowed. */
static u64 layers_to_ask(const struct inheritance *in)
{
	u64 asked = in->changed;
	u32 i;

	if (nest_is_ring(in->at.file))
		asked |= in->entered;
	for (i = 0; i < in->new.chain->n; i++)
		if (asked & BIT_ULL(i) && is_let_through(in, i))
			asked &= ~BIT_ULL(i);
	return asked;
}

static ssize_t denied_iter(struct kiocb *iocb, struct iov_iter *iter)
{
	return -EACCES;
}

static int denied_mmap(struct file *file, struct vm_area_struct *vma)
{
	return -EACCES;
}

static long denied_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return -EACCES;
}

/* A file of which nothing can be had, so that its number is not used again. */
static const struct file_operations denied_fops = {
	.owner = THIS_MODULE,
	.read_iter = denied_iter,
	.write_iter = denied_iter,
	.mmap = denied_mmap,
	.unlocked_ioctl = denied_ioctl,
	.compat_ioctl = denied_ioctl,
};

static struct file *denied_file(struct inheritance *in)
{
	struct file *file;

	if (!in->denied) {
		file = anon_inode_getfile("[denied]", &denied_fops, NULL,
					  O_RDWR);
		in->denied = IS_ERR(file) ? NULL : file;
	}
	return in->denied;
}

/* Puts another file in the place of the one looked at. */
static bool replace(const struct open_file *at, struct file *by)
{
	struct files_struct *files = current->files;
	struct fdtable *fdt;
	bool replaced = false;

	spin_lock(&files->file_lock);
	fdt = files_fdtable(files);
	if (at->fd < fdt->max_fds &&
	    rcu_access_pointer(fdt->fd[at->fd]) == at->file) {
		rcu_assign_pointer(fdt->fd[at->fd], get_file(by));
		replaced = true;
	}
	spin_unlock(&files->file_lock);
	return replaced;
}

/*
 * The exec has made the table the task's own, but for kernel code that looks at
 * it. To close a file may take as long as whoever serves it likes, so that this
 * has to wait. Without memory the task comes to its end, before it can do
 * anything with the file.
 */
static void take_away(struct inheritance *in)
{
	struct file *denied = denied_file(in);
	struct nest_taken *taken = kmalloc(sizeof(*taken), GFP_KERNEL_ACCOUNT);

	if (!denied || !taken) {
		send_sig(SIGKILL, current, 1);
	} else if (replace(&in->at, denied)) {
		taken->file = in->at.file;
		taken->next = in->taken;
		in->taken = taken;
		return;
	}
	kfree(taken);
}

/**
 * nest_close_taken() - close what nest_inherit() took away
 * @taken: what it returned
 *
 * Context: may sleep, for long: outside of a section, with the module held.
 */
void nest_close_taken(struct nest_taken *taken)
{
	while (taken) {
		struct nest_taken *next = taken->next;

		filp_close(taken->file, current->files);
		kfree(taken);
		taken = next;
	}
}

static void look_at_file(struct inheritance *in)
{
	struct file *file = in->at.file;
	int err;

	in->foreign = in->starts && is_foreign(&in->new, file);
	if (in->foreign)
		add_opener(in->given, file->f_cred);
	err = ask(&in->new, layers_to_ask(in), "inherit", file,
		  nest_file_request(file));
	if (err)
		take_away(in);
	else if (in->entered)
		add_opener(in->brought, file->f_cred);
}

static void look_at_files(struct inheritance *in)
{
	while (next_file(&in->at)) {
		look_at_file(in);
		done_with_file(&in->at);
	}
}

static void set_places(struct inheritance *in)
{
	u32 i;

	for (i = 0; i < in->new.chain->n; i++) {
		struct nest_place *place = place_of(in, i);

		if (!place)
			continue;
		if ((in->changed | in->entered) & BIT_ULL(i))
			place->recheck = false;
		if (in->starts & BIT_ULL(i))
			place->brought = nest_openers_get(in->given);
		if (!(in->entered & BIT_ULL(i)))
			continue;
		place->terminal = 0;
		nest_openers_put(place->brought);
		place->brought = nest_openers_get(in->brought);
	}
}

static void inherit(struct inheritance *in)
{
	u32 i;

	for (i = 0; i < in->new.chain->n; i++)
		look_at_layer(in, i);
	if (!in->entered && !in->changed)
		return;
	if (in->entered)
		in->brought = new_openers();
	if (in->starts)
		in->given = new_openers();
	look_at_files(in);
	set_places(in);
	nest_openers_put(in->brought);
	nest_openers_put(in->given);
	if (in->denied)
		fput(in->denied);
}

/**
 * nest_inherit() - the exec succeeded: what becomes of open files?
 *
 * To be called before nest_task_commit(), with the new credentials in force.
 *
 * Context: may sleep; a reader's section.
 * Return: files for nest_close_taken(), or NULL.
 */
struct nest_taken *nest_inherit(void)
{
	struct inheritance in = { .label = nest_task_pending() };

	if (!in.label || !nest_subject_current(&in.old))
		return NULL;
	in.new = in.old;
	in.new.label = in.label;
	in.new.exempt = NEST_NOT_EXEMPT;
	inherit(&in);
	return in.taken;
}

static int collect(const void *data, struct file *file, unsigned int fd)
{
	if (is_rules_matter(file))
		add_opener((struct nest_openers *)data, file->f_cred);
	return 0;
}

/* Who opened the files that are not the container's. */
static struct nest_openers *collect_foreign(const struct nest_subject *subject)
{
	struct nest_openers *openers = new_openers();
	struct open_file at = { };

	/* Credentials that files are opened with from now on say nothing. */
	while (openers && next_file(&at)) {
		if (at.file->f_cred != current_cred() &&
		    is_foreign(subject, at.file))
			add_opener(openers, at.file->f_cred);
		done_with_file(&at);
	}
	return openers;
}

/* From now on files are opened by other credentials than those before. */
static int renew_credentials(void)
{
	struct cred *cred;

	if (current_cred() != current_real_cred())
		return -EPERM;
	cred = prepare_creds();
	return cred ? commit_creds(cred) : -ENOMEM;
}

static int carry_in(struct nest_place *place)
{
	struct nest_openers *openers = new_openers();
	int err;

	if (!openers)
		return -ENOMEM;
	iterate_fd(current->files, 0, collect, openers);
	err = renew_credentials();
	if (err) {
		nest_openers_put(openers);
		return err;
	}
	nest_openers_put(place->brought);
	place->brought = openers;
	place->terminal = 0;
	place->recheck = false;
	return 0;
}

/**
 * nest_carry() - the task goes to another domain of a layer without an exec
 * @subject: the task
 * @table: the layer's revision
 * @from: the domain before, or NEST_NONE: unconfined
 * @to: another domain, or NEST_NONE
 * @place: where the task will stand; @recheck, @terminal and @brought are set,
 *	of which the latter keeps its reference or gets one
 *
 * Context: may sleep; a reader's section.
 * Return: 0; -ENOMEM, or -EPERM if the kernel acts for the task, and then
 * nothing has changed.
 */
int nest_carry(const struct nest_subject *subject,
	       const struct nest_table *table, u32 from, u32 to,
	       struct nest_place *place)
{
	if (from == NEST_NONE)
		return carry_in(place);
	place->recheck = to != NEST_NONE;
	if (!is_default(table, from))
		return 0;
	place->terminal = terminal_number();
	if (!place->brought)
		place->brought = collect_foreign(subject);
	return 0;
}

static bool needs_recheck(const struct nest_subject *subject, u32 i,
			  const struct file *file)
{
	const struct nest_layer *layer = subject->chain->layers[i];
	const struct nest_place *place;

	place = nest_label_place(subject->label, layer);
	return place && place->recheck && !is_kept(place, file) &&
	       !is_outsiders(file, layer);
}

static int recheck(const struct nest_subject *subject, const char *operation,
		   struct file *file, u32 request)
{
	u64 asked = 0;
	u32 i;

	for (i = 0; i < subject->chain->n; i++)
		if (needs_recheck(subject, i, file))
			asked |= BIT_ULL(i);
	return ask(subject, asked, operation, file, request);
}

/**
 * nest_recheck() - an open file is used: by a domain that may not have opened it?
 * @operation: for people
 * @file: the file
 * @request: NEST_FILE_*
 *
 * To be asked if nest_rechecks is not 0.
 *
 * Context: may sleep.
 * Return: 0, or -EACCES.
 */
int nest_recheck(const char *operation, struct file *file, u32 request)
{
	struct nest_subject subject;
	int section, err = 0;

	if (nest_borrowed() || !is_rules_matter(file))
		return 0;
	section = nest_enter();
	if (nest_subject_current(&subject) && subject.label &&
	    subject.label->rechecks)
		err = recheck(&subject, operation, file, request);
	nest_leave(section);
	return err;
}
