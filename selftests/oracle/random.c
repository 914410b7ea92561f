// SPDX-License-Identifier: GPL-2.0-only
#include "random.h"

static uint64_t state;

/* Weyl sequence with a mixing function (SplitMix64). */
static uint64_t next(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/**
 * random_seed() - begin a sequence
 * @seed: the batch's
 * @stream: the profile's, so that each can be made alone
 */
void random_seed(uint64_t seed, uint64_t stream)
{
	state = seed;
	state = next() + stream;
	state = next();
}

/**
 * random_below() - a number
 * @limit: not 0
 *
 * Return: 0 to @limit - 1.
 */
unsigned int random_below(unsigned int limit)
{
	return (next() >> 32) % limit;
}

/**
 * random_percent() - a decision
 * @percent: how likely
 */
bool random_percent(unsigned int percent)
{
	return random_below(100) < percent;
}
