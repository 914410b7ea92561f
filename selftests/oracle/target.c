// SPDX-License-Identifier: GPL-2.0-only
/*
 * What probes execute: tells whether the exec was a secure one, and stays until
 * its domain has been looked at. If it is called "again" it executes another; if
 * "peer", it is what probes signal and trace, or asks its parent to trace it.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "peer.h"
#include "probe.h"

/* The C library keeps two signals to itself. */
struct action {
	void (*handler)(int signal);
	unsigned long flags;
	void (*restorer)(void);
	unsigned long mask;
};

static int be_peer(void)
{
	struct action ignore = { .handler = SIG_IGN };
	char byte = PEER_READY;
	int i;

	for (i = 1; i < _NSIG; i++)
		syscall(SYS_rt_sigaction, i, &ignore, NULL,
			sizeof(ignore.mask));
	if (write(TARGET_REPORT, &byte, 1) != 1)
		return 255;
	for (;;)
		pause();
}

static int be_target(void)
{
	char byte = TARGET_SAYS;

	if (getauxval(AT_SECURE))
		byte |= TARGET_SECURE;
	if (getenv(TARGET_VARIABLE))
		byte |= TARGET_HAS_LD;

	if (write(TARGET_REPORT, &byte, 1) != 1 ||
	    read(TARGET_GO, &byte, 1) != 1)
		return 255;
	return 0;
}

/* The third argument asks to give up privileges before. */
static int exec_again(int argc, char **argv)
{
	char *const target[] = { (char *)"target", NULL };

	if (argc == 3 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return TARGET_AGAIN + errno;
	execve(argv[1], target, environ);
	return TARGET_AGAIN + errno;
}

int main(int argc, char **argv)
{
	if (!strcmp(argv[0], "again"))
		return exec_again(argc, argv);
	if (strcmp(argv[0], "peer"))
		return be_target();
	if (argc < 2)
		return be_peer();
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) ? errno : 0;
}
