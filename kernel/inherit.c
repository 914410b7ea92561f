// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that are open when a task changes its domain. Those that another domain
 * opened have to be allowed by the new one: at an exec what is not allowed is
 * replaced; without an exec each use is asked about, since the task may come
 * back. What was open when the task came in from where no rules of the layer
 * counted stays usable, as in AppArmor. A module can keep nothing with a file,
 * but the credentials that opened it tell: each exec begins with new ones.
 */
#include <linux/anon_inodes.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/tty.h>
#include "mqueue.h"
#include "path.h"
#include "subject.h"

/**
 * struct inheritance - what becomes of open files
 * @old: the task before
 * @new: the task after
 * @label: after an exec, still to be changed; or NULL
 * @entered: layers whose rules did not count for the task before, by position
 * @changed: layers in which it is in another domain than before
 * @started: those of @changed in which it was in the default domain
 * @terminal: number of the controlling terminal, which a task keeps there, or 0
 * @terminal_opener: who opened that, referenced; or NULL
 * @fd: the descriptor looked at
 * @file: the file, referenced
 * @subject: @new, with some of its layers
 * @chain: those layers
 * @openers: of the files that stay
 * @denied: what takes the place of the others, or NULL
 */
struct inheritance {
	struct nest_subject old;
	struct nest_subject new;
	struct nest_label *label;
	u64 entered;
	u64 changed;
	u64 started;
	dev_t terminal;
	const struct cred *terminal_opener;
	unsigned int fd;
	struct file *file;
	struct nest_subject subject;
	struct nest_chain *chain;
	struct nest_openers *openers;
	struct file *denied;
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

/* Adds one to what may be shared with other places. */
static void grow(struct nest_openers **openers, const struct cred *cred)
{
	struct nest_openers *old = *openers;
	struct nest_openers *new;
	u32 i;

	if (!cred || has_opener(old, cred))
		return;
	new = new_openers();
	if (!new)
		return;
	for (i = 0; old && i < old->n; i++)
		add_opener(new, old->at[i]);
	add_opener(new, cred);
	nest_openers_put(old);
	*openers = new;
}

/* Whether a file was opened by somebody whom a layer cannot bind. */
static bool is_outsiders(const struct file *file, const struct nest_layer *layer)
{
	const struct nest_subject opener = {
		.user_ns = file->f_cred->user_ns,
		.exempt = U32_MAX,
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

static struct nest_chain *new_chain(const struct nest_subject *subject)
{
	struct nest_chain *chain;

	return kmalloc(struct_size(chain, layers, subject->chain->n),
		       GFP_KERNEL_ACCOUNT);
}

/*
 * Asks some layers. A file that no name leads to came from outside: no domain
 * could have opened it.
 */
static int ask(const struct nest_subject *subject, const struct nest_chain *some,
	       const char *operation, struct file *file, u32 request)
{
	struct nest_subject part = *subject;
	int err;

	part.chain = some;
	if (nest_is_ring(file))
		return nest_refuse_ring(&part, operation);
	err = nest_ask_queue(&part, operation, file);
	if (err)
		return err;
	if (!some->n || !is_rules_matter(file) ||
	    !nest_path_has_root(subject, nest_user_path(file)))
		return 0;
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
			in->started |= BIT_ULL(i);
	}
}

static bool is_let_through(const struct inheritance *in, u32 i, bool terminal)
{
	const struct nest_place *place = place_of(in, i);

	if (nest_is_ring(in->file))
		return false;
	return (terminal && in->started & BIT_ULL(i)) ||
	       (place && has_opener(place->brought, in->file->f_cred)) ||
	       is_outsiders(in->file, in->new.chain->layers[i]);
}

/* The layers by whose rules the file looked at has to be allowed. */
static void choose_layers(struct inheritance *in)
{
	bool terminal = in->started && is_device(in->file, in->terminal);
	u64 asked = in->changed;
	u32 i;

	in->chain->n = 0;
	if (nest_is_ring(in->file))
		asked |= in->entered;
	if (terminal && !in->terminal_opener)
		in->terminal_opener = get_cred(in->file->f_cred);
	for (i = 0; i < in->new.chain->n; i++) {
		struct nest_layer *layer = in->new.chain->layers[i];

		if (asked & BIT_ULL(i) && !is_let_through(in, i, terminal))
			in->chain->layers[in->chain->n++] = layer;
	}
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

/*
 * The exec has made the table the task's own, but for kernel code that looks at
 * it. Without memory for a file to put there the descriptor is closed.
 */
static void take_away(struct inheritance *in)
{
	struct files_struct *files = current->files;
	struct file *denied = denied_file(in);
	struct fdtable *fdt;
	bool replaced = false;

	if (!denied) {
		close_fd(in->fd);
		return;
	}
	spin_lock(&files->file_lock);
	fdt = files_fdtable(files);
	if (in->fd < fdt->max_fds &&
	    rcu_access_pointer(fdt->fd[in->fd]) == in->file) {
		rcu_assign_pointer(fdt->fd[in->fd], get_file(denied));
		replaced = true;
	}
	spin_unlock(&files->file_lock);
	if (replaced)
		filp_close(in->file, files);
}

static void look_at_file(struct inheritance *in)
{
	int err = -ENOMEM;

	if (in->chain) {
		choose_layers(in);
		err = ask(&in->new, in->chain, "inherit", in->file,
			  nest_file_request(in->file));
	}
	if (err && (in->changed || nest_is_ring(in->file)))
		take_away(in);
	else if (in->entered)
		add_opener(in->openers, in->file->f_cred);
}

static int next_file(const void *data, struct file *file, unsigned int fd)
{
	struct inheritance *in = (struct inheritance *)data;

	if (!is_looked_at(file))
		return 0;
	in->file = get_file(file);
	in->fd = fd;
	return 1;
}

static void look_at_files(struct inheritance *in)
{
	unsigned int fd = 0;

	while (iterate_fd(current->files, fd, next_file, in)) {
		look_at_file(in);
		fput(in->file);
		fd = in->fd + 1;
		cond_resched();
	}
}

static void set_places(struct inheritance *in)
{
	u32 i;

	for (i = 0; i < in->new.chain->n; i++) {
		struct nest_place *place = place_of(in, i);

		if (!place)
			continue;
		if (in->changed & BIT_ULL(i))
			place->recheck = false;
		if (in->started & BIT_ULL(i))
			grow(&place->brought, in->terminal_opener);
		if (!(in->entered & BIT_ULL(i)))
			continue;
		place->recheck = false;
		nest_openers_put(place->brought);
		place->brought = nest_openers_get(in->openers);
	}
}

static void inherit(struct inheritance *in)
{
	u32 i;

	for (i = 0; i < in->new.chain->n; i++)
		look_at_layer(in, i);
	if (!in->entered && !in->changed)
		return;
	in->terminal = terminal_number();
	in->chain = new_chain(&in->new);
	if (in->entered)
		in->openers = new_openers();
	look_at_files(in);
	set_places(in);
	put_cred(in->terminal_opener);
	nest_openers_put(in->openers);
	kfree(in->chain);
	if (in->denied)
		fput(in->denied);
}

/**
 * nest_inherit() - the exec succeeded: what becomes of open files?
 *
 * To be called before nest_task_commit(), with the new credentials in force.
 *
 * Context: may sleep.
 */
void nest_inherit(void)
{
	struct inheritance in = { .label = nest_task_pending() };
	int section;

	if (!in.label)
		return;
	section = nest_enter();
	if (nest_subject_current(&in.old)) {
		in.new = in.old;
		in.new.label = in.label;
		in.new.exempt = U32_MAX;
		inherit(&in);
	}
	nest_leave(section);
}

static int collect(const void *data, struct file *file, unsigned int fd)
{
	if (is_rules_matter(file))
		add_opener((struct nest_openers *)data, file->f_cred);
	return 0;
}

/* For iterate_fd(): who opened a device? Referenced. */
struct opener {
	dev_t device;
	const struct cred *cred;
};

static int find_opener(const void *data, struct file *file, unsigned int fd)
{
	struct opener *opener = (struct opener *)data;

	if (!is_device(file, opener->device))
		return 0;
	opener->cred = get_cred(file->f_cred);
	return 1;
}

static void keep_terminal(struct nest_place *place)
{
	struct opener opener = { .device = terminal_number() };

	iterate_fd(current->files, 0, find_opener, &opener);
	grow(&place->brought, opener.cred);
	put_cred(opener.cred);
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
	place->recheck = false;
	return 0;
}

/**
 * nest_carry() - the task goes to another domain of a layer without an exec
 * @table: the layer's revision
 * @from: the domain before, or NEST_NONE: unconfined
 * @to: another domain, or NEST_NONE
 * @place: where the task will stand; @recheck and @brought are set, of which
 *	the latter keeps its reference or gets one
 *
 * Context: may sleep; a reader's section.
 * Return: 0; -ENOMEM, or -EPERM if the kernel acts for the task, and then
 * nothing has changed.
 */
int nest_carry(const struct nest_table *table, u32 from, u32 to,
	       struct nest_place *place)
{
	if (from == NEST_NONE)
		return carry_in(place);
	place->recheck = to != NEST_NONE;
	if (is_default(table, from))
		keep_terminal(place);
	return 0;
}

static int find_ring(const void *data, struct file *file, unsigned int fd)
{
	return nest_is_ring(file);
}

/**
 * nest_holds_ring() - has the task a descriptor of io_uring?
 */
bool nest_holds_ring(void)
{
	return iterate_fd(current->files, 0, find_ring, NULL);
}

static bool needs_recheck(const struct nest_subject *subject, u32 i,
			  const struct file *file)
{
	const struct nest_layer *layer = subject->chain->layers[i];
	const struct nest_place *place;

	place = nest_label_place(subject->label, layer);
	return place && place->recheck &&
	       !has_opener(place->brought, file->f_cred) &&
	       !is_outsiders(file, layer);
}

static int recheck(const struct nest_subject *subject, const char *operation,
		   struct file *file, u32 request)
{
	struct nest_chain *chain = new_chain(subject);
	u32 i;
	int err;

	if (!chain)
		return -ENOMEM;
	chain->n = 0;
	for (i = 0; i < subject->chain->n; i++)
		if (needs_recheck(subject, i, file))
			chain->layers[chain->n++] = subject->chain->layers[i];
	err = ask(subject, chain, operation, file, request);
	kfree(chain);
	return err;
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
 * Return: 0; -EACCES, or -ENOMEM.
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
