/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A sandbox that takes turns with the test, and what is delegated to it. One
 * at a time.
 */
#ifndef NEST_BOX_H
#define NEST_BOX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "nest.h"
#include "sandbox.h"

/* Inode number of the pid namespace that box_settle() was called in. */
extern uint32_t box_host_ns;

int box_settle(void);
int box_weaken(void);
pid_t box_start(const struct sandbox *sandbox, sandbox_fn body, void *arg);
void box_turn(void);
void box_next(void);
void box_release(void);
int box_end(pid_t pid);
int box_delegate(pid_t pid, uint32_t uid);
int box_withdraw(pid_t pid);
int box_remove(pid_t pid);
int box_delegations(void);

#endif
