/* SPDX-License-Identifier: GPL-2.0-only */
/* Processes in other domains, which probes signal and trace. */
#ifndef ORACLE_PEER_H
#define ORACLE_PEER_H

#include <stdbool.h>
#include <sys/types.h>
#include "side.h"

#define MAX_PEERS	16
#define PEER_NAME	16

/* What a peer says when it is ready, or could not be executed. */
#define PEER_READY	'y'
#define PEER_FAILED	'f'

/**
 * struct peer - such a process
 * @name: the name below PEER_DIR of what it executes, from which its domain
 *	follows; with ":user" if it is not root's
 * @inside: process id in the pid namespace
 * @outside: process id outside of it, and in /proc
 */
struct peer {
	char name[PEER_NAME];
	pid_t inside;
	pid_t outside;
};

/**
 * struct peers - all of a batch
 * @n: how many
 * @peer: them
 */
struct peers {
	size_t n;
	struct peer peer[MAX_PEERS];
};

void peers_collect(struct peers *peers, const struct batch *batch);
bool peer_is_user(const struct peer *peer);
void peer_exec(const struct peer *peer);
void peers_use(const struct peers *peers);
const struct peer *peer_find(const char *name);

#endif
