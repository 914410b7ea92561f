// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers for message queues: those of POSIX, which are files of a file system
 * of the kernel's own, by name, and those of System V by key. What is sent to
 * and received from the former is decided when they are opened: no hook is
 * called then.
 */
#include <linux/fs.h>
#include <linux/ipc.h>
#include <linux/msg.h>
#include "hooks.h"
#include "mqueue.h"
#include "subject.h"

/**
 * struct queue_check - a question about a queue
 * @event: what is done; requested is in NEST_MQUEUE_*
 * @type: NEST_MQUEUE_POSIX or NEST_MQUEUE_SYSV
 * @creates: it is opened, or made if it is missing: either right will do
 * @name: of the queue
 */
struct queue_check {
	struct nest_event event;
	u8 type;
	bool creates;
	char name[NAME_MAX + 2];
};

static struct nest_decision decide(const struct nest_policy *policy, u32 domain,
				   const struct nest_event *event)
{
	const struct queue_check *check =
		container_of(event, struct queue_check, event);
	struct nest_decision decision = { };
	u32 request = event->requested;
	struct nest_perms perms;
	struct nest_match match;

	if (!nest_mediates(policy, domain, NEST_RULES_MQUEUE))
		return decision;
	nest_match_begin(&match, policy, domain, NEST_RULES_MQUEUE);
	nest_match_bytes(&match, &check->type, 1);
	nest_match_text(&match, check->name);
	nest_match_perms(&match, &perms);
	if (check->creates && perms.allow & NEST_MQUEUE_CREATE &&
	    !(perms.deny & NEST_MQUEUE_OPEN))
		request &= ~NEST_MQUEUE_OPEN;
	return nest_decide_file(&perms, request);
}

static void begin(struct queue_check *check, const char *operation, u32 request)
{
	memset(&check->event, 0, sizeof(check->event));
	check->event.class = NEST_CLASS_MQUEUE;
	check->event.operation = operation;
	check->event.requested = request;
	check->event.path = check->name;
	check->creates = false;
}

/* Names do not change: there is no way to rename a queue. */
static int ask_posix(const struct nest_subject *subject, const char *operation,
		     const struct dentry *dentry, u32 request, bool creates)
{
	struct queue_check check NEST_UNINITIALIZED;

	begin(&check, operation, request);
	check.type = NEST_MQUEUE_POSIX;
	check.creates = creates;
	snprintf(check.name, sizeof(check.name), "/%s", dentry->d_name.name);
	return nest_ask_layers(subject, &check.event, decide, false,
			       GFP_KERNEL);
}

static noinline int check_posix(const char *operation,
				const struct dentry *dentry, u32 request)
{
	struct nest_subject subject;
	int section = nest_enter();
	int err = 0;

	if (nest_subject_current(&subject))
		err = ask_posix(&subject, operation, dentry, request, false);
	nest_leave(section);
	return err;
}

static u32 open_request(const struct file *file)
{
	u32 request = NEST_MQUEUE_OPEN;

	if (file->f_mode & FMODE_READ)
		request |= NEST_MQUEUE_READ;
	if (file->f_mode & FMODE_WRITE)
		request |= NEST_MQUEUE_WRITE;
	return request;
}

/* Once it is open, the file does not tell what it was opened with. */
static bool may_be_made(const struct file *file)
{
	return file->f_flags & O_CREAT || file->f_mode & FMODE_OPENED;
}

/**
 * nest_ask_queue() - may a task have a file as what it is open for?
 * @subject: the task; its chain may be just some of the layers
 * @operation: for people
 * @file: any file
 *
 * Context: may sleep; a reader's section.
 * Return: 0, also if it is no queue, or -EACCES.
 */
int nest_ask_queue(const struct nest_subject *subject, const char *operation,
		   const struct file *file)
{
	const struct dentry *dentry = file->f_path.dentry;

	/* Their directory is a matter of file rules. */
	if (!nest_is_queue(file_inode(file)) || IS_ROOT(dentry))
		return 0;
	return ask_posix(subject, operation, dentry, open_request(file),
			 may_be_made(file));
}

/**
 * nest_check_this_queue() - what nest_check_queue() does with a queue
 * @operation: for people
 * @file: a queue, or their directory
 *
 * Context: may sleep.
 * Return: 0, or -EACCES.
 */
int nest_check_this_queue(const char *operation, const struct file *file)
{
	struct nest_subject subject;
	int section = nest_enter();
	int err = 0;

	if (nest_subject_current(&subject))
		err = nest_ask_queue(&subject, operation, file);
	nest_leave(section);
	return err;
}

int nest_hook_inode_create(struct inode *dir, struct dentry *dentry,
			   umode_t mode)
{
	if (nest_idle())
		return 0;
	if (!nest_is_queue(dir))
		return nest_check_entry("create", dentry, false, true);
	return check_posix("mq_create", dentry, NEST_MQUEUE_CREATE);
}

int nest_hook_inode_unlink(struct inode *dir, struct dentry *dentry)
{
	if (nest_idle())
		return 0;
	if (!nest_is_queue(dir))
		return nest_check_entry("unlink", dentry, false, false);
	return check_posix("mq_unlink", dentry, NEST_MQUEUE_DELETE);
}

static int ask_sysv(const struct nest_subject *subject, const char *operation,
		    const struct kern_ipc_perm *perm, u32 request, bool quiet)
{
	struct queue_check check NEST_UNINITIALIZED;

	begin(&check, operation, request);
	check.type = NEST_MQUEUE_SYSV;
	snprintf(check.name, sizeof(check.name), "%u", (u32)perm->key);
	return nest_ask_layers(subject, &check.event, decide, quiet,
			       GFP_ATOMIC);
}

static noinline int check_sysv(const char *operation,
			       const struct kern_ipc_perm *perm, u32 request)
{
	struct nest_subject subject;
	int err = 0;

	rcu_read_lock();
	if (nest_subject_current(&subject))
		err = ask_sysv(&subject, operation, perm, request, false);
	rcu_read_unlock();
	return err;
}

/*
 * The modes in which a search goes on after a message that will do. The kernel
 * has the numbers in ipc/msg.c only.
 */
#define SEARCH_LESSEQUAL	4
#define SEARCH_NUMBER		5

/**
 * struct answer - what was said of the messages of a queue, on this processor
 * @task: who looks for one
 * @queue: the queue
 * @first: the message that it was asked about
 * @subject: @task as it was
 * @generation: nest_generation, before
 * @grace: RCU's: until the next period ends, no pointer here has another meaning
 * @when: in jiffies
 * @err: the answer
 *
 * A reader is asked about each message that it passes over, of which there may
 * be thousands, under the queue's lock: but one answer is good for all.
 */
struct answer {
	const struct task_struct *task;
	const struct kern_ipc_perm *queue;
	const struct msg_msg *first;
	struct nest_subject subject;
	unsigned int generation;
	unsigned long grace;
	unsigned long when;
	int err;
};

static DEFINE_PER_CPU(struct answer, last_answer);

static bool is_same(const struct nest_subject *a, const struct nest_subject *b)
{
	return a->chain == b->chain && a->label == b->label &&
	       a->user_ns == b->user_ns && a->exempt == b->exempt;
}

/* One who comes to the first message again looks anew, and has it reported. */
static bool is_good(const struct answer *last, const struct answer *asked)
{
	return last->task == asked->task && last->queue == asked->queue &&
	       last->first != asked->first &&
	       last->generation == asked->generation &&
	       last->when == asked->when &&
	       is_same(&last->subject, &asked->subject) &&
	       !poll_state_synchronize_rcu(last->grace);
}

static bool recall(struct answer *asked)
{
	const struct answer *last = &get_cpu_var(last_answer);
	bool good = is_good(last, asked);

	if (good)
		asked->err = last->err;
	put_cpu_var(last_answer);
	return good;
}

static void remember(const struct answer *asked)
{
	get_cpu_var(last_answer) = *asked;
	put_cpu_var(last_answer);
}

/* One for a message that will do may be good for others that do. */
static bool is_kept(const struct answer *asked, int mode)
{
	return asked->err || mode == SEARCH_LESSEQUAL || mode == SEARCH_NUMBER;
}

static noinline int check_message(const struct kern_ipc_perm *perm,
				  const struct msg_msg *msg, int mode)
{
	struct answer asked = {
		.task = current,
		.queue = perm,
		.first = msg,
		.generation = READ_ONCE(nest_generation),
		.when = jiffies,
	};

	rcu_read_lock();
	if (nest_subject_current(&asked.subject) && !recall(&asked)) {
		asked.grace = get_state_synchronize_rcu();
		asked.err = ask_sysv(&asked.subject, "msgrcv", perm,
				     NEST_MQUEUE_READ, false);
		if (is_kept(&asked, mode))
			remember(&asked);
	}
	rcu_read_unlock();
	return asked.err;
}

/* Who sends is not to be blamed for who waits. */
static noinline int check_waiting(const struct kern_ipc_perm *perm,
				  struct task_struct *task)
{
	struct nest_subject subject;
	int err = 0;

	rcu_read_lock();
	if (nest_subject_task(&subject, task))
		err = ask_sysv(&subject, "msgrcv", perm, NEST_MQUEUE_READ,
			       true);
	rcu_read_unlock();
	return err;
}

int nest_hook_msg_queue_alloc_security(struct kern_ipc_perm *perm)
{
	return nest_idle() ? 0 : check_sysv("msgget", perm,
					    NEST_MQUEUE_CREATE);
}

int nest_hook_msg_queue_associate(struct kern_ipc_perm *perm, int msqflg)
{
	return nest_idle() ? 0 : check_sysv("msgget", perm,
					    NEST_MQUEUE_OPEN);
}

static u32 control_request(int cmd)
{
	switch (cmd) {
	case IPC_SET:
		return NEST_MQUEUE_SETATTR;
	case IPC_RMID:
		return NEST_MQUEUE_DELETE;
	default:
		return NEST_MQUEUE_GETATTR;
	}
}

/* Without a queue it is about the limits of all of them. */
int nest_hook_msg_queue_msgctl(struct kern_ipc_perm *perm, int cmd)
{
	if (nest_idle() || !perm)
		return 0;
	return check_sysv("msgctl", perm, control_request(cmd));
}

int nest_hook_msg_queue_msgsnd(struct kern_ipc_perm *perm, struct msg_msg *msg,
			       int msqflg)
{
	return nest_idle() ? 0 : check_sysv("msgsnd", perm,
					    NEST_MQUEUE_WRITE);
}

/* Whoever sends asks for those that wait for a message. */
int nest_hook_msg_queue_msgrcv(struct kern_ipc_perm *perm, struct msg_msg *msg,
			       struct task_struct *target, long type, int mode)
{
	if (nest_idle())
		return 0;
	return target == current ? check_message(perm, msg, mode) :
				   check_waiting(perm, target);
}
