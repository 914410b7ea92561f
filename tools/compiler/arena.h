/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory of one compilation. What lives as long as the compilation comes from
 * the arena and is freed with it; arrays that grow are vectors, which their
 * owner frees.
 */
#ifndef NEST_ARENA_H
#define NEST_ARENA_H

#include "../../kernel/core/core_env.h"

struct nest_arena_chunk;

/**
 * struct nest_arena - an allocator that frees all at once
 * @chunks: what was allocated so far, the newest first
 * @next: the first free byte of the newest chunk
 * @left: bytes free there
 * @total: bytes in all chunks
 */
struct nest_arena {
	struct nest_arena_chunk *chunks;
	char *next;
	size_t left;
	size_t total;
};

void *nest_arena_alloc(struct nest_arena *arena, size_t size);
char *nest_arena_strndup(struct nest_arena *arena, const char *s, size_t len);
__attribute__((format(printf, 2, 3)))
char *nest_arena_printf(struct nest_arena *arena, const char *format, ...);
void nest_arena_free(struct nest_arena *arena);

/**
 * struct nest_vec - a growing array
 * @data: the elements; NULL if there has never been one
 * @count: how many there are
 * @capacity: how many there is room for
 */
struct nest_vec {
	void *data;
	size_t count;
	size_t capacity;
};

int nest_vec_grow(struct nest_vec *vec, size_t element, size_t count);
void nest_vec_free(struct nest_vec *vec);

/**
 * nest_vec_add() - make room for more elements at the end of an array
 * @vec: the array
 * @element: bytes in an element, always the same for one array
 * @count: how many to add
 *
 * Return: the first new element, not initialised, or NULL. NULL too if @count
 * is 0.
 */
static inline void *nest_vec_add(struct nest_vec *vec, size_t element,
				 size_t count)
{
	void *p;

	if (!count || (count > vec->capacity - vec->count &&
		       nest_vec_grow(vec, element, count)))
		return NULL;
	p = (char *)vec->data + vec->count * element;
	vec->count += count;
	return p;
}

static inline int nest_vec_add_u32(struct nest_vec *vec, u32 value)
{
	u32 *p = nest_vec_add(vec, sizeof(value), 1);

	if (!p)
		return -ENOMEM;
	*p = value;
	return 0;
}

/**
 * struct nest_hash - an open hash table of indices
 * @slots: 1 + index, or 0
 * @mask: number of slots less one; 0 if @slots is NULL
 * @count: indices in the table
 *
 * It knows nothing of what it indexes: the user compares.
 */
struct nest_hash {
	u32 *slots;
	u32 mask;
	u32 count;
};

/**
 * struct nest_hash_walk - a search in a table
 * @hash: the table
 * @at: the slot to look at
 */
struct nest_hash_walk {
	const struct nest_hash *hash;
	u32 at;
};

/**
 * nest_hash_next() - the next candidate of a search
 * @walk: the search
 * @index: where the candidate goes
 *
 * Return: true if there is one.
 */
static inline bool nest_hash_next(struct nest_hash_walk *walk, u32 *index)
{
	u32 slot;

	if (!walk->hash->slots)
		return false;
	slot = walk->hash->slots[walk->at];
	if (!slot)
		return false;
	walk->at = (walk->at + 1) & walk->hash->mask;
	*index = slot - 1;
	return true;
}

static inline struct nest_hash_walk nest_hash_find(const struct nest_hash *hash,
						   u64 key)
{
	struct nest_hash_walk walk = { hash, (u32)key & hash->mask };

	return walk;
}

int nest_hash_add(struct nest_hash *hash, u64 key, u32 index,
		  u64 (*rehash)(const void *context, u32 index),
		  const void *context);
void nest_hash_free(struct nest_hash *hash);

/**
 * nest_mix() - scramble a number
 * @x: the number
 *
 * Return: a number each bit of which depends on all bits of @x.
 */
static inline u64 nest_mix(u64 x)
{
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93ULL;
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93ULL;
	x ^= x >> 32;
	return x;
}

u64 nest_hash_bytes(const void *data, size_t size);
int nest_intern(struct nest_vec *vec, struct nest_hash *hash,
		const void *element, size_t size, u32 *index);

#endif
