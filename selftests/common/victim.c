// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <unistd.h>
#include "sandbox.h"
#include "victim.h"

/**
 * victim_start() - execute @program, a copy of the test, and wait until it runs
 * @victim: result
 * @program: its path
 *
 * Return: 0 or an errno; EIO: it did not get as far.
 */
int victim_start(struct victim *victim, const char *program)
{
	char *const argv[] = { "probe", "hold", NULL };
	static char *const env[1];
	int in[2], out[2];
	char byte;

	if (pipe(in) || pipe(out))
		return errno;
	victim->pid = fork();
	if (!victim->pid) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		close(in[1]);
		execve(program, argv, env);
		_exit(errno);
	}
	close(in[0]);
	close(out[1]);
	victim->in = in[1];
	victim->out = out[0];
	return read(out[0], &byte, 1) == 1 ? 0 : EIO;
}

/**
 * victim_end() - let it end, and reap it
 * @victim: from victim_start()
 *
 * Return: as sandbox_wait().
 */
int victim_end(struct victim *victim)
{
	close(victim->in);
	close(victim->out);
	return sandbox_wait(victim->pid);
}

/** is_refusal() - whether @err says that policy forbids it */
bool is_refusal(int err)
{
	return err == EPERM || err == EACCES;
}
