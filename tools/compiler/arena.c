// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "arena.h"

#define CHUNK_SIZE	((size_t)64 << 10)
#define ALIGNMENT	((size_t)16)

struct nest_arena_chunk {
	struct nest_arena_chunk *next;
	char data[] __attribute__((aligned(16)));
};

static bool add_chunk(struct nest_arena *arena, size_t size)
{
	struct nest_arena_chunk *chunk;

	if (size > SIZE_MAX / 2)
		return false;
	chunk = malloc(sizeof(*chunk) + size);
	if (!chunk)
		return false;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	arena->next = chunk->data;
	arena->left = size;
	arena->total += size;
	return true;
}

/**
 * nest_arena_alloc() - allocate from an arena
 * @arena: the arena
 * @size: how many bytes
 *
 * Return: zeroed memory, or NULL.
 */
void *nest_arena_alloc(struct nest_arena *arena, size_t size)
{
	void *p;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
	if (size > arena->left &&
	    !add_chunk(arena, size > CHUNK_SIZE / 4 ? size : CHUNK_SIZE))
		return NULL;
	p = arena->next;
	arena->next += size;
	arena->left -= size;
	return memset(p, 0, size);
}

/**
 * nest_arena_strndup() - copy a string into an arena
 * @arena: the arena
 * @s: the string
 * @len: its length
 *
 * Return: the copy, with a NUL at its end, or NULL.
 */
char *nest_arena_strndup(struct nest_arena *arena, const char *s, size_t len)
{
	char *copy = nest_arena_alloc(arena, len + 1);

	if (copy)
		memcpy(copy, s, len);
	return copy;
}

/**
 * nest_arena_printf() - format a string into an arena
 * @arena: the arena
 * @format: as for printf()
 *
 * Return: the string, or NULL.
 */
char *nest_arena_printf(struct nest_arena *arena, const char *format, ...)
{
	va_list args;
	char *s;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		return NULL;
	s = nest_arena_alloc(arena, (size_t)len + 1);
	if (!s)
		return NULL;
	va_start(args, format);
	vsnprintf(s, (size_t)len + 1, format, args);
	va_end(args);
	return s;
}

/**
 * nest_arena_free() - free all that came from an arena
 * @arena: the arena, empty afterwards
 */
void nest_arena_free(struct nest_arena *arena)
{
	while (arena->chunks) {
		struct nest_arena_chunk *next = arena->chunks->next;

		free(arena->chunks);
		arena->chunks = next;
	}
	memset(arena, 0, sizeof(*arena));
}

/**
 * nest_vec_grow() - make room for elements that do not fit
 * @vec: the vector
 * @element: size of an element
 * @count: number of elements, not 0
 *
 * Return: 0, or -ENOMEM; the vector is as before then.
 */
int nest_vec_grow(struct nest_vec *vec, size_t element, size_t count)
{
	size_t capacity = vec->capacity;
	void *p;

	if (count > SIZE_MAX / 4 / element - vec->count)
		return -ENOMEM;
	capacity += capacity / 2 + 16;
	if (capacity < vec->count + count)
		capacity = vec->count + count;
	p = realloc(vec->data, capacity * element);
	if (!p)
		return -ENOMEM;
	vec->data = p;
	vec->capacity = capacity;
	return 0;
}

/**
 * nest_vec_free() - free an array
 * @vec: the array, empty afterwards
 */
void nest_vec_free(struct nest_vec *vec)
{
	free(vec->data);
	memset(vec, 0, sizeof(*vec));
}

static void put_slot(struct nest_hash *hash, u64 key, u32 index)
{
	u32 at = (u32)key & hash->mask;

	while (hash->slots[at])
		at = (at + 1) & hash->mask;
	hash->slots[at] = index + 1;
}

static int grow_hash(struct nest_hash *hash,
		     u64 (*rehash)(const void *context, u32 index),
		     const void *context)
{
	struct nest_hash larger = { NULL, 0, hash->count };
	u32 i;

	if (hash->mask >= 1U << 30)
		return -ENOMEM;
	larger.mask = hash->slots ? hash->mask * 2 + 1 : 63;
	larger.slots = calloc((size_t)larger.mask + 1, sizeof(u32));
	if (!larger.slots)
		return -ENOMEM;
	for (i = 0; hash->slots && i <= hash->mask; i++)
		if (hash->slots[i])
			put_slot(&larger, rehash(context, hash->slots[i] - 1),
				 hash->slots[i] - 1);
	free(hash->slots);
	*hash = larger;
	return 0;
}

/**
 * nest_hash_add() - put an index into a table
 * @hash: the table
 * @key: hash value of what @index stands for
 * @index: the index, below 2^32 - 1
 * @rehash: computes the hash value of what an index stands for
 * @context: first argument of @rehash
 *
 * Return: 0, or -ENOMEM.
 */
int nest_hash_add(struct nest_hash *hash, u64 key, u32 index,
		  u64 (*rehash)(const void *context, u32 index),
		  const void *context)
{
	int err;

	if (!hash->slots || hash->count >= hash->mask / 2) {
		err = grow_hash(hash, rehash, context);
		if (err)
			return err;
	}
	put_slot(hash, key, index);
	hash->count++;
	return 0;
}

/**
 * nest_hash_free() - free a table
 * @hash: the table, empty afterwards
 */
void nest_hash_free(struct nest_hash *hash)
{
	free(hash->slots);
	memset(hash, 0, sizeof(*hash));
}

/**
 * nest_hash_bytes() - hash value of a piece of memory
 * @data: the bytes
 * @size: how many
 *
 * Return: the value.
 */
u64 nest_hash_bytes(const void *data, size_t size)
{
	const u8 *p = data;
	u64 h = size, word;

	while (size >= 8) {
		memcpy(&word, p, 8);
		h = nest_mix(h ^ word) + word;
		p += 8;
		size -= 8;
	}
	word = 0;
	if (size)
		memcpy(&word, p, size);
	return nest_mix(h ^ word) + word;
}

/* Where the elements of one kind lie, to compute their hash values again. */
struct element_key {
	const struct nest_vec *vec;
	size_t size;
};

static u64 element_rehash(const void *context, u32 index)
{
	const struct element_key *key = context;

	return nest_hash_bytes((char *)key->vec->data + index * key->size,
			       key->size);
}

/**
 * nest_intern() - the index of an element, which is added if it is new
 * @vec: elements of one size, each of which stands there once
 * @hash: finds them
 * @element: the element; its bytes are compared
 * @size: how many
 * @index: where its index goes
 *
 * Return: 0 or -ENOMEM.
 */
int nest_intern(struct nest_vec *vec, struct nest_hash *hash,
		const void *element, size_t size, u32 *index)
{
	u64 key = nest_hash_bytes(element, size);
	struct nest_hash_walk walk = nest_hash_find(hash, key);
	struct element_key context = { vec, size };
	void *p;

	while (nest_hash_next(&walk, index))
		if (!memcmp((char *)vec->data + *index * size, element, size))
			return 0;
	*index = (u32)vec->count;
	p = nest_vec_add(vec, size, 1);
	if (!p)
		return -ENOMEM;
	memcpy(p, element, size);
	return nest_hash_add(hash, key, *index, element_rehash, &context);
}
