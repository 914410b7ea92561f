// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <unistd.h>
#include "box.h"
#include "label.h"
#include "ops.h"

uint32_t box_host_ns;

static struct gate to_test, to_box;

/**
 * box_settle() - in a test: open a handle and wait for the end of what was
 *
 * Return: 0, or an errno; ETIMEDOUT if a delegation does not end.
 */
int box_settle(void)
{
	int err, i;

	box_host_ns = pidns_of(0);
	err = -nest_open(&sandbox_nest, NULL);
	if (err)
		return err;
	for (i = 0; i < 500 && box_delegations(); i++)
		usleep(10000);
	return i < 500 ? 0 : ETIMEDOUT;
}

/**
 * box_weaken() - be root without CAP_MAC_ADMIN, as in a container
 *
 * Return: 0 or an errno.
 */
int box_weaken(void)
{
	return drop_cap(CAP_MAC_ADMIN);
}

/**
 * box_start() - start a sandbox and wait for its first box_turn()
 * @sandbox: what to set up
 * @body: what to run
 * @arg: its argument
 *
 * Return: as sandbox_start().
 */
pid_t box_start(const struct sandbox *sandbox, sandbox_fn body, void *arg)
{
	pid_t pid;

	if (gate_init(&to_test) || gate_init(&to_box))
		return -1;
	pid = sandbox_start(sandbox, body, arg);
	gate_pass(&to_test);
	return pid;
}

/**
 * box_turn() - in the sandbox: let the test go on, and wait for it
 */
void box_turn(void)
{
	gate_open(&to_test);
	gate_pass(&to_box);
}

/**
 * box_next() - in the test: let the sandbox go on to its next box_turn()
 */
void box_next(void)
{
	gate_open(&to_box);
	gate_pass(&to_test);
}

/**
 * box_release() - in the test: let the sandbox go on, to its end
 */
void box_release(void)
{
	gate_open(&to_box);
}

/**
 * box_end() - in the test: let the sandbox go on, and wait for its end
 * @pid: from box_start()
 *
 * Return: as sandbox_wait().
 */
int box_end(pid_t pid)
{
	box_release();
	return sandbox_wait(pid);
}

/**
 * box_delegate() - delegate the own layer of a pid namespace
 * @pid: a process in it
 * @uid: to whom, or NEST_ROOT_OF_OWNER
 *
 * Return: 0 or an errno; SANDBOX_FAILED if the process could not be named.
 */
int box_delegate(pid_t pid, uint32_t uid)
{
	struct nest_target target;

	CHECK(!nest_target_by_pid(sandbox_nest, pid, &target));
	return -nest_delegate(sandbox_nest, &target, uid);
}

/**
 * box_withdraw() - withdraw the delegation
 * @pid: a process in the pid namespace
 *
 * Return: as box_delegate().
 */
int box_withdraw(pid_t pid)
{
	struct nest_target target;

	CHECK(!nest_target_by_pid(sandbox_nest, pid, &target));
	return -nest_withdraw(sandbox_nest, &target);
}

/**
 * box_remove() - remove the own layer of a pid namespace from outside
 * @pid: a process in the pid namespace
 *
 * Return: as box_delegate().
 */
int box_remove(pid_t pid)
{
	struct nest_target target;

	CHECK(!nest_target_by_pid(sandbox_nest, pid, &target));
	target.origin = target.ns;
	return -nest_layer_remove(sandbox_nest, &target, NEST_ANY_REVISION);
}

/**
 * box_delegations() - count the delegations that can be seen
 *
 * Return: how many, or -1.
 */
int box_delegations(void)
{
	struct nest_delegation *list;
	size_t count;

	if (nest_delegation_list(sandbox_nest, &list, &count))
		return -1;
	free(list);
	return count;
}
