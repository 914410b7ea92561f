/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The system call under way, where the hook alone does not tell what is asked.
 * Its number is the kernel's own copy: the caller cannot change it any more.
 */
#ifndef NEST_SYSCALL_H
#define NEST_SYSCALL_H

#include <linux/compat.h>
#include <linux/net.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <asm/syscall.h>
#include <asm/unistd_32_ia32.h>
#include "compat.h"

#define NEST_X32_BIT	BIT(30)	/* in the number of a call by the x32 ABI */

/**
 * nest_call() - the number of the system call
 *
 * Return: the number in the table of the caller's ABI, or -1: the kernel acts
 * by itself. Kernel threads that work for a task are in no call, either.
 */
static inline int nest_call(void)
{
	if (current->flags & (PF_KTHREAD | NEST_PF_OWN_WORK))
		return -1;
	return syscall_get_nr(current, current_pt_regs());
}

static inline unsigned long nest_call_argument(u32 i)
{
	unsigned long arguments[6];

	syscall_get_arguments(current, current_pt_regs(), arguments);
	return arguments[i];
}

/**
 * nest_call_is_mount() - does a 64-bit program call mount()?
 */
static inline bool nest_call_is_mount(void)
{
	return !in_compat_syscall() && nest_call() == __NR_mount;
}

/**
 * nest_call_is_mount_setattr() - does a program call mount_setattr()?
 *
 * Calls as young as that have the same number in all tables.
 */
static inline bool nest_call_is_mount_setattr(void)
{
	int number = nest_call();

	return number >= 0 &&
	       (number & ~NEST_X32_BIT) == __NR_mount_setattr;
}

/**
 * nest_call_sends_more() - may more messages follow in this call, unseen?
 *
 * sendmmsg() asks about the first of those that have the same name. Of x32 no
 * call is told from others.
 */
static inline bool nest_call_sends_more(void)
{
	if (!in_compat_syscall())
		return nest_call() == __NR_sendmmsg &&
		       (unsigned int)nest_call_argument(2) > 1;
	if (!in_ia32_syscall())
		return nest_call() >= 0;
	return nest_call() == __NR_ia32_sendmmsg ||
	       (nest_call() == __NR_ia32_socketcall &&
		nest_call_argument(0) == SYS_SENDMMSG);
}

/**
 * nest_call_appends() - can this call do no more than append to a file?
 *
 * To one that was opened with O_APPEND, that is. Others may write anywhere in
 * it, by a flag or by not knowing of positions. So may requests to a ring of the
 * task, which are done at the end of any of its calls, if they have such a flag.
 */
static inline bool nest_call_appends(void)
{
	int number = nest_call();

	if (NEST_RWF_NOAPPEND && current->io_uring)
		return false;
	if (in_ia32_syscall())
		return number == __NR_ia32_write ||
		       number == __NR_ia32_writev;
	if (in_compat_syscall())
		return false;
	switch (number) {
	case __NR_write:
	case __NR_writev:
	case __NR_pwrite64:
	case __NR_pwritev:
		return true;
	case __NR_pwritev2:
		return !(nest_call_argument(5) & NEST_RWF_NOAPPEND);
	default:
		return false;
	}
}

#endif
