// SPDX-License-Identifier: GPL-2.0-only
/*
 * What probes execute: tells whether the exec was a secure one, and stays until
 * its domain has been looked at. If it is called "again" it executes another; if
 * "peer", it is what probes signal and trace, or asks its parent to trace it; if
 * "use" or "limits", it notes what it can do with a descriptor, or its limits.
 *
 * It is executed so often that a C library's start would take most of a run's
 * time, so it has none.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include "peer.h"
#include "probe.h"

/* The kernel's own form, by which all signals can be ignored. */
struct action {
	void (*handler)(int signal);
	unsigned long flags;
	void (*restorer)(void);
	unsigned long mask;
};

/* Return: as of the kernel, a negative errno of a failure. */
static long call(long number, long a, long b, long c, long d)
{
	register long fourth __asm__("r10") = d;
	register long fifth __asm__("r8") = 0;
	long ret;

	__asm__ volatile("syscall" : "=a" (ret)
			 : "0" (number), "D" (a), "S" (b), "d" (c), "r" (fourth),
			   "r" (fifth)
			 : "rcx", "r11", "memory");
	return ret;
}

static bool begins(const char *text, const char *with)
{
	while (*with && *text == *with)
		text++, with++;
	return !*with;
}

static int be_peer(void)
{
	struct action ignore = { .handler = SIG_IGN };
	char byte = PEER_READY;
	int i;

	for (i = 1; i < _NSIG; i++)
		call(SYS_rt_sigaction, i, (long)&ignore, 0,
		     sizeof(ignore.mask));
	if (call(SYS_write, TARGET_REPORT, (long)&byte, 1, 0) != 1)
		return 255;
	for (;;)
		call(SYS_pause, 0, 0, 0, 0);
}

static int be_target(const Elf64_auxv_t *aux)
{
	char byte = TARGET_SAYS;

	for (; aux->a_type != AT_NULL; aux++)
		if (aux->a_type == AT_SECURE && aux->a_un.a_val)
			byte |= TARGET_SECURE;
	if (call(SYS_write, TARGET_REPORT, (long)&byte, 1, 0) != 1 ||
	    call(SYS_read, TARGET_GO, (long)&byte, 1, 0) != 1)
		return 255;
	return 0;
}

/* What can be done with a descriptor; errnos fit into a byte. */
static int use(void)
{
	unsigned char code[] = {
		-call(SYS_read, TARGET_USES, (long)&(char){ 0 }, 1, 0),
		-call(SYS_write, TARGET_USES, (long)"t", 1, 0),
	};
	size_t i;

	/* So many bytes, which are no errno. */
	for (i = 0; i < sizeof(code); i++)
		if (code[i] == (unsigned char)-1)
			code[i] = 0;
	call(SYS_write, TARGET_NOTES, (long)code, sizeof(code), 0);
	return 0;
}

static int report_limits(void)
{
	struct rlimit limit[RLIM_NLIMITS];
	int i;

	for (i = 0; i < RLIM_NLIMITS; i++)
		call(SYS_prlimit64, 0, i, 0, (long)&limit[i]);
	call(SYS_write, TARGET_NOTES, (long)limit, sizeof(limit), 0);
	return 0;
}

/* The third argument asks to give up privileges before. */
static int exec_again(long argc, char **argv)
{
	static char *const target[] = { (char *)"target", NULL };
	long ret = 0;

	if (argc == 3)
		ret = call(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0);
	if (!ret)
		ret = call(SYS_execve, (long)argv[1], (long)target, 0, 0);
	return TARGET_AGAIN - ret;
}

static int run(long argc, char **argv)
{
	char **env = argv + argc + 1;

	while (*env)
		env++;
	if (begins(argv[0], "again"))
		return exec_again(argc, argv);
	if (begins(argv[0], "use"))
		return use();
	if (begins(argv[0], "limits"))
		return report_limits();
	if (!begins(argv[0], "peer"))
		return be_target((const Elf64_auxv_t *)(env + 1));
	if (argc < 2)
		return be_peer();
	return -call(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0);
}

/* @stack: as the kernel leaves it to a program: argc, argv, environment */
__attribute__((noreturn, used)) static void begin(long *stack)
{
	call(SYS_exit_group, run(stack[0], (char **)(stack + 1)), 0, 0, 0);
	__builtin_unreachable();
}

__asm__(".globl _start\n_start:\n\txor %ebp, %ebp\n\tmov %rsp, %rdi\n"
	"\tand $-16, %rsp\n\tcall begin\n");
