// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Examples of what a DFA accepts. An image no longer has the patterns that it
 * was made from; a shortest path that leads to a state says as much to a
 * reader, and is the pattern itself if that has no wildcards.
 */
#include <stdlib.h>
#include <string.h>

#include "rules.h"

#define STEPS_MAX	16777216U	/* beyond it a walk takes too long */

/* The order in which bytes are preferred in examples. */
static const char preferred[] =
	"/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

/**
 * struct walk - a breadth-first walk
 * @dfa: the automaton
 * @n_states: of it
 * @bytes: one byte of each class, the best to read
 * @n_bytes: how many
 * @from: the state before each state, or NEST_NONE if not reached yet
 * @by: the byte that leads from there
 * @depth: length of the example of each state
 * @queue: states reached, in order
 * @n_queue: how many
 */
struct walk {
	struct nest_dfa dfa;
	uint32_t n_states;
	uint8_t bytes[256];
	uint32_t n_bytes;
	uint32_t *from;
	uint8_t *by;
	uint32_t *depth;
	uint32_t *queue;
	uint32_t n_queue;
};

/* The preferred bytes first, then the rest; last NUL, which no name has. */
static void choose_bytes(struct walk *walk)
{
	bool have[256] = { false };
	unsigned int i, byte, class;
	size_t n = strlen(preferred);

	for (i = 0; i < n + 256; i++) {
		byte = i < n ? (uint8_t)preferred[i] : (i - n + 1) & 255;
		class = walk->dfa.classes[byte];
		if (have[class])
			continue;
		have[class] = true;
		walk->bytes[walk->n_bytes++] = byte;
	}
}

static bool start(struct walk *walk, const struct nest_policy *policy,
		  uint32_t dfa)
{
	uint32_t n = le32_to_cpu(policy->dfas[dfa].n_states);

	memset(walk, 0, sizeof(*walk));
	nest_dfa_open(&walk->dfa, policy, dfa);
	choose_bytes(walk);
	walk->n_states = n;
	if (n > STEPS_MAX / walk->n_bytes)
		return false;
	walk->from = malloc(n * sizeof(*walk->from));
	walk->by = malloc(n);
	walk->depth = malloc(n * sizeof(*walk->depth));
	walk->queue = malloc(n * sizeof(*walk->queue));
	if (!walk->from || !walk->by || !walk->depth || !walk->queue)
		abort();
	memset(walk->from, 0xff, n * sizeof(*walk->from));
	walk->from[walk->dfa.start] = walk->dfa.start;
	walk->depth[walk->dfa.start] = 0;
	walk->queue[walk->n_queue++] = walk->dfa.start;
	return true;
}

static void expand(struct walk *walk, uint32_t state)
{
	uint32_t i, next;

	for (i = 0; i < walk->n_bytes; i++) {
		next = nest_dfa_feed(&walk->dfa, state, &walk->bytes[i], 1);
		if (!next || walk->from[next] != NEST_NONE)
			continue;
		walk->from[next] = state;
		walk->by[next] = walk->bytes[i];
		walk->depth[next] = walk->depth[state] + 1;
		walk->queue[walk->n_queue++] = next;
	}
}

static char *example(const struct walk *walk, uint32_t state)
{
	uint32_t n = walk->depth[state], i;
	char *string = malloc((size_t)n + 1);

	if (!string)
		abort();
	string[n] = '\0';
	for (i = 0; i < n; i++) {
		string[walk->dfa.backward ? i : n - 1 - i] = walk->by[state];
		state = walk->from[state];
	}
	return string;
}

/**
 * rules_walk() - visit the states of a DFA that accept, the nearest first
 * @policy: the image
 * @dfa: index of the DFA
 * @visit: called for each
 * @arg: for @visit
 *
 * Return: false if the DFA is too large to walk; nothing was visited then.
 */
bool rules_walk(const struct nest_policy *policy, uint32_t dfa,
		rules_visit_fn visit, void *arg)
{
	struct walk walk;
	uint32_t i, accept;
	char *string;

	if (!start(&walk, policy, dfa))
		return false;
	for (i = 0; i < walk.n_queue; i++) {
		accept = nest_dfa_accept(&walk.dfa, walk.queue[i]);
		if (accept) {
			string = example(&walk, walk.queue[i]);
			visit(accept, string, walk.depth[walk.queue[i]], arg);
			free(string);
		}
		expand(&walk, walk.queue[i]);
	}
	free(walk.from);
	free(walk.by);
	free(walk.depth);
	free(walk.queue);
	return true;
}
