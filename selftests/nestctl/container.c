// SPDX-License-Identifier: GPL-2.0-only
#include <signal.h>
#include <unistd.h>
#include "container.h"
#include "sandbox.h"

/* Says that the sandbox is set up: from then on a policy may restrict it. */
static int body(void *arg)
{
	gate_open(arg);
	for (;;)
		pause();
	return 0;
}

/**
 * container_start() - start one
 *
 * Return: its first process, for container_end(); -1 if there is no gate.
 */
pid_t container_start(void)
{
	static const struct sandbox sandbox = { .policy = NULL };
	struct gate ready;
	pid_t init;

	if (gate_init(&ready))
		return -1;
	init = sandbox_start(&sandbox, body, &ready);
	gate_pass(&ready);
	close(ready.fd[0]);
	close(ready.fd[1]);
	return init;
}

/**
 * container_end() - end a container
 * @init: from container_start()
 */
void container_end(pid_t init)
{
	kill(init, SIGKILL);
	sandbox_wait(init);
}
