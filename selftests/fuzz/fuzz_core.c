// SPDX-License-Identifier: GPL-2.0-only
/*
 * An image that nest_policy_unpack() accepts has to match any name and decide
 * everything without an error. The input is an image and then a name of up to
 * 63 bytes, whose length is in the last byte. The mutator knows the format
 * well enough for most of its images to get past the first checks.
 */
#include <stdio.h>
#include <stdlib.h>
#include "core.h"
#include "fuzzer.h"
#include "image_exercise.h"
#include "image_sample.h"

#define NAME_MAX_LEN	63

static const struct nest_policy_limits limits = { 1 << 16, 64, 1 << 12 };
static unsigned long accepted, refused;

/* A run that only ever sees refused images proves nothing: it fails. */
static void report(void)
{
	fprintf(stderr, "fuzz_core: %lu images accepted, %lu refused\n",
		accepted, refused);
	if (!accepted)
		_Exit(1);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	atexit(report);
	return 0;
}

/* Splits an input; the name is what follows the image. */
static size_t image_size(const u8 *data, size_t size)
{
	size_t name = size ? data[size - 1] % (NAME_MAX_LEN + 1) : 0;

	return size > name ? size - 1 - name : 0;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	size_t len = image_size(data, size);
	struct nest_policy_error error;
	struct nest_policy policy;
	u8 *image = malloc(len ? len : 1);

	if (!image)
		return 0;
	memcpy(image, data, len);
	if (nest_policy_unpack(&policy, image, len, &limits, &error)) {
		if (error.offset > len || !error.reason)
			abort();
		refused++;
	} else {
		accepted++;
		image_exercise(&policy);
		if (size)
			image_exercise_name(&policy, data + len,
					    size - 1 - len);
	}
	free(image);
	return 0;
}

static u32 next_random(u32 *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* One of the hand-built images, with a name behind it. */
static size_t start_afresh(u8 *data, size_t max_size, u32 *seed)
{
	struct image img;
	size_t size;
	u8 *image;

	if (next_random(seed) % 2)
		image_sample(&img);
	else
		image_sample_small(&img, next_random(seed) % NEST_LAYOUTS);
	image = image_finish(&img, &size);
	image_free(&img);
	if (size + 1 > max_size) {
		free(image);
		return 0;
	}
	memcpy(data, image, size);
	free(image);
	data[size] = 0;
	return size + 1;
}

/* Sets a word to a number that the format has many of. */
static void change_word(u8 *data, size_t len, u32 *seed)
{
	u32 value = next_random(seed) % 16;
	u32 at;

	if (len < 4)
		return;
	if (!(next_random(seed) % 4))
		value = NEST_NONE;
	at = next_random(seed) % (len / 4) * 4;
	memcpy(data + at, &value, 4);
}

/* Changes a word of one section, so that the small ones get their share. */
static void change_section(u8 *data, size_t len, u32 *seed)
{
	const struct nest_policy_extent *extent;
	u32 section = next_random(seed) % NEST_SECTION_COUNT;
	size_t offset, size;

	if (len < sizeof(struct nest_policy_header))
		return;
	extent = &((struct nest_policy_header *)data)->section[section];
	offset = le32_to_cpu(extent->offset);
	size = le32_to_cpu(extent->count) * image_element_size(section);
	if (offset > len || size > len - offset)
		return;
	change_word(data + offset, size, seed);
}

static void fix_header(u8 *data, size_t len)
{
	struct nest_policy_header *header = (void *)data;

	if (len < sizeof(*header))
		return;
	header->magic = cpu_to_le32(NEST_POLICY_MAGIC);
	header->version = cpu_to_le32(NEST_POLICY_VERSION);
	header->size = cpu_to_le32(len);
}

/* A new name behind the image, of bytes that its patterns may hold. */
static size_t change_name(u8 *data, size_t len, size_t max_size, u32 *seed)
{
	static const char bytes[] = "/aestrcuvbin.\xff";
	size_t n = next_random(seed) % NAME_MAX_LEN;

	if (len + n + 1 > max_size)
		return len + 1 > max_size ? len : len + 1;
	for (size_t i = 0; i < n; i++)
		data[len + i] = bytes[next_random(seed) % sizeof(bytes)];
	data[len + n] = n;
	return len + n + 1;
}

size_t LLVMFuzzerCustomMutator(u8 *data, size_t size, size_t max_size,
			       unsigned int seed)
{
	size_t len;

	if (!image_size(data, size) || !(next_random(&seed) % 64))
		size = start_afresh(data, max_size, &seed);
	if (!size)
		return LLVMFuzzerMutate(data, size, max_size);
	switch (next_random(&seed) % 4) {
	case 0:
		return change_name(data, image_size(data, size), max_size,
				   &seed);
	case 1:
		size = LLVMFuzzerMutate(data, size, max_size);
		break;
	case 2:
		change_word(data, image_size(data, size), &seed);
		break;
	default:
		change_section(data, image_size(data, size), &seed);
	}
	len = image_size(data, size);
	if (next_random(&seed) % 8)
		fix_header(data, len);
	return size;
}
