// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "peer.h"
#include "tree.h"

static const struct peers *in_use;

static bool is_known(const struct peers *peers, const char *name)
{
	size_t i;

	for (i = 0; i < peers->n; i++)
		if (!strcmp(peers->peer[i].name, name))
			return true;
	return false;
}

/**
 * peers_collect() - which processes the probes are about
 * @peers: gets the names
 * @batch: the probes
 */
void peers_collect(struct peers *peers, const struct batch *batch)
{
	size_t i;

	peers->n = 0;
	for (i = 0; i < batch->n; i++) {
		const char *name = batch->probes[i].path[0];

		if (!batch->probes[i].op->peer || is_known(peers, name))
			continue;
		if (peers->n == MAX_PEERS)
			errx(2, "more than %d peers", MAX_PEERS);
		snprintf(peers->peer[peers->n++].name, PEER_NAME, "%s", name);
	}
}

/**
 * peer_is_user() - whether a peer is an ordinary user's process
 * @peer: the peer
 */
bool peer_is_user(const struct peer *peer)
{
	return strchr(peer->name, ':');
}

/**
 * peer_exec() - become a peer
 * @peer: the peer
 *
 * Returns if the program cannot be executed.
 */
void peer_exec(const struct peer *peer)
{
	char *const argv[] = { (char *)"peer", NULL };
	char *const none[] = { NULL };
	char path[64];

	snprintf(path, sizeof(path), PEER_DIR "/%.*s",
		 (int)strcspn(peer->name, ":"), peer->name);
	execve(path, argv, none);
}

/**
 * peers_use() - those that peer_find() shall find
 * @peers: them; they have to stay
 */
void peers_use(const struct peers *peers)
{
	in_use = peers;
}

/**
 * peer_find() - a peer by name
 * @name: as in the probe
 *
 * Return: the peer. Ends the program if there is none.
 */
const struct peer *peer_find(const char *name)
{
	size_t i;

	for (i = 0; i < in_use->n; i++)
		if (!strcmp(in_use->peer[i].name, name))
			return &in_use->peer[i];
	errx(2, "no peer '%s'", name);
}
