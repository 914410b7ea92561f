// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attaches the handlers of a loadable module. A module cannot register an LSM,
 * but the BPF LSM calls a stub that does nothing for each hook, and ftrace can
 * lead each call of a stub to the handler in its place, as live patching does.
 */
#include <linux/bpf.h>
#include <linux/fs.h>
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/rcupdate_trace.h>
#include <linux/sched/signal.h>
#include "entry.h"
#include "hooks.h"
#include "nest.h"
#include "sock.h"

#define SLOTS		1024
#define STUB_UNIT	16	/* no two stubs share one: functions are aligned */

/**
 * struct hook - a stub and what takes its place
 * @stub: the stub's name
 * @handler: ours
 * @address: of the stub
 */
struct hook {
	const char *stub;
	unsigned long handler;
	unsigned long address;
};

#define HOOK(name)	{ "bpf_lsm_" #name, (unsigned long)nest_hook_##name },

static struct hook hooks[] = { NEST_HOOKS(HOOK) };

/**
 * struct slot - where a call of a stub is to go, by address
 * @unit: where the stub lies, in units of STUB_UNIT; 0 in a free slot
 * @handler: ours
 *
 * A hash table with linear probing. The stubs stand one after the other, so
 * that nearly each is found where it is looked for first.
 */
struct slot {
	unsigned long unit;
	unsigned long handler;
};

static struct slot slots[SLOTS];
static_assert(ARRAY_SIZE(hooks) * 2 <= SLOTS / 4);

/* How the handlers are attached, for whoever asks. */
const enum nest_backend nest_backend = NEST_BACKEND_MODULE;

static bool attached;

/* A call was led to a handler that programs may run before. */
static bool shared;

static struct task_struct *selftest;
static bool selftest_reached;

static __always_inline struct slot *slot_of(unsigned long ip)
{
	const unsigned long unit = ip / STUB_UNIT;
	struct slot *slot = &slots[unit % SLOTS];

	while (unlikely(slot->unit != unit) && slot->unit)
		if (++slot == slots + SLOTS)
			slot = slots;
	return slot;
}

/*
 * Without recursion protection: that would leave a handler out where one hook
 * is called within another. This function calls nothing.
 */
static void notrace redirect(unsigned long ip, unsigned long parent_ip,
			     struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	const struct slot *slot = slot_of(ip);

	if (unlikely(slot->unit != ip / STUB_UNIT))
		return;
	/* BPF trampolines want them all; without any, none are saved. */
	if (unlikely(ftrace_get_regs(fregs)) && !READ_ONCE(shared))
		WRITE_ONCE(shared, true);
	nest_set_ip(fregs, slot->handler);
}

static struct ftrace_ops ftrace = {
	.func = redirect,
	.flags = FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_PERMANENT |
		 NEST_FTRACE_SAVE_REGS,
};

/* Symbols are not to be looked up by modules, but a probe that is never armed
 * knows where it would go.
 */
static int find_stub(struct hook *hook)
{
	struct kprobe probe = {
		.symbol_name = hook->stub,
		.flags = KPROBE_FLAG_DISABLED,
	};
	int err = register_kprobe(&probe);

	if (err) {
		pr_err("no function %s in this kernel (%d)\n", hook->stub, err);
		return err;
	}
	hook->address = (unsigned long)probe.addr;
	unregister_kprobe(&probe);
	return 0;
}

static int set_slot(unsigned long ip, unsigned long handler)
{
	struct slot *slot = slot_of(ip);

	if (slot->unit && slot->handler != handler)
		return -EEXIST;
	slot->unit = ip / STUB_UNIT;
	slot->handler = handler;
	return 0;
}

static int add_hook(struct hook *hook)
{
	int err = find_stub(hook);

	if (err)
		return err;
	err = ftrace_set_filter_ip(&ftrace, hook->address, 0, 0);
	if (err) {
		pr_err("%s cannot be redirected (%d)\n", hook->stub, err);
		return err;
	}
	/* The call that ftrace uses may follow an ENDBR instruction. */
	err = set_slot(hook->address, hook->handler) ?:
	      set_slot(hook->address + 4, hook->handler);
	if (err)
		pr_err("%s is too close to another one (%d)\n", hook->stub, err);
	return err;
}

/**
 * nest_selftest_reached() - is this call of a handler the self-test's?
 *
 * Return: true if so; the handler then has to refuse with -EREMOTEIO.
 */
bool nest_selftest_reached(void)
{
	if (likely(READ_ONCE(selftest) != current))
		return false;
	selftest_reached = true;
	return true;
}

/* Opens a file, and expects that the handler is asked and heard. */
static int run_selftest(void)
{
	struct file *file;

	WRITE_ONCE(selftest, current);
	WRITE_ONCE(nest_in_force, 1);
	file = filp_open("/", O_RDONLY | O_DIRECTORY, 0);
	WRITE_ONCE(nest_in_force, 0);
	WRITE_ONCE(selftest, NULL);
	if (!IS_ERR(file))
		filp_close(file, NULL);
	if (selftest_reached && IS_ERR(file) && PTR_ERR(file) == -EREMOTEIO)
		return 0;
	pr_err("the BPF LSM is not active: add \"bpf\" to lsm= on the kernel command line\n");
	return -EOPNOTSUPP;
}

/* Is a task in a program that may sleep? One that is between two is not seen. */
static bool program_seen(void)
{
	struct task_struct *process, *task;
	bool seen = false;

	rcu_read_lock();
	for_each_process_thread(process, task)
		seen |= READ_ONCE(task->trc_reader_nesting);
	rcu_read_unlock();
	return seen;
}

/*
 * The trampoline of BPF programs gets the handler's address before they run,
 * and some may sleep. A task that sleeps in one is past it after the first of
 * the grace periods; after the second it has slept in the next one, or is
 * through with all. So there is an end, and it comes early if nobody is seen in
 * a program twice: in between each would have slept in one.
 */
static void drain_programs(void)
{
	int unseen = 0, i;

	for (i = 0; i < BPF_MAX_TRAMP_LINKS && unseen < 2; i++) {
		synchronize_rcu_tasks_trace();
		synchronize_rcu_tasks();
		unseen = program_seen() ? 0 : unseen + 1;
	}
}

/* Waits until no task is in a handler or on its way to or from one. */
static void drain(void)
{
	/* Tasks that have not reached nest_enter(), or do not use it. */
	synchronize_rcu_tasks();
	if (shared)
		drain_programs();
	/* Handlers in interrupts of idle CPUs. */
	synchronize_rcu();
	/* Handlers that sleep. */
	synchronize_srcu(&nest_srcu);
	/* Those on their way out. */
	synchronize_rcu_tasks();
}

static void remove_hooks(void)
{
	unregister_ftrace_function(&ftrace);
	drain();
}

/**
 * nest_attach() - lead the kernel's hooks to the handlers
 *
 * Pins the module until nest_detach().
 *
 * Return: 0; -ENOENT or another error of register_kprobe() or ftrace if a hook
 * cannot be had, -EOPNOTSUPP if the kernel does not call the BPF LSM.
 */
int nest_attach(void)
{
	int i, err;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		err = add_hook(&hooks[i]);
		if (err)
			goto err_filter;
	}
	err = register_ftrace_function(&ftrace);
	if (err) {
		pr_err("ftrace refuses to redirect the hooks (%d): is another module doing so?\n",
		       err);
		goto err_filter;
	}
	err = run_selftest();
	if (err)
		goto err_attached;
	__module_get(THIS_MODULE);
	attached = true;
	return 0;

err_attached:
	remove_hooks();
err_filter:
	ftrace_free_filter(&ftrace);
	return err;
}

/**
 * nest_attached() - do the hooks lead to the handlers?
 */
bool nest_attached(void)
{
	return READ_ONCE(attached);
}

/**
 * nest_detach() - give the hooks back and let the module be unloaded
 *
 * Context: may sleep, for seconds; takes nest_mutex.
 * Return: 0; -EBUSY while a layer is in force, -ENODEV if detached already.
 */
int nest_detach(void)
{
	int err = 0;

	mutex_lock(&nest_mutex);
	if (!attached) {
		err = -ENODEV;
	} else if (nest_in_force) {
		err = -EBUSY;
	} else {
		WRITE_ONCE(attached, false);
		remove_hooks();
		ftrace_free_filter(&ftrace);
		nest_entries_clear();
		nest_socks_clear();
		module_put(THIS_MODULE);
	}
	mutex_unlock(&nest_mutex);
	return err;
}
