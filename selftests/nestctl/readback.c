// SPDX-License-Identifier: GPL-2.0-only
/* What is read back is what was loaded, whole, and of one revision. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "compiler.h"
#include "container.h"
#include "nest.h"
#include "nest_test.h"

#define RULES		2000	/* enough for many pieces */
#define READS		100

FIXTURE(readback)
{
	struct nest *nest;
	struct nest_target target;
	struct nest_image image[2];
	pid_t init;
};

/* Two policies of about the same size, so that pieces could be confused. */
static int compile(char letter, struct nest_image *image)
{
	struct nest_source source = { .name = "readback" };
	size_t size;
	char *text;
	FILE *file = open_memstream(&text, &size);
	int err, i;

	if (!file)
		return -ENOMEM;
	fputs("profile default {\n  / r,\n  /** mrwklix,\n", file);
	for (i = 0; i < RULES; i++)
		fprintf(file, "  deny /%c%d/x%d r,\n", letter, i * 7919, i);
	fputs("}\n", file);
	if (fclose(file))
		return -ENOMEM;
	source.data = text;
	source.size = size;
	err = nest_compile(NULL, &source, 1, image);
	free(text);
	return err;
}

static int load(struct nest *nest, const struct nest_target *target,
		const struct nest_image *image)
{
	const struct nest_load load = {
		.target = *target,
		.image = image->data,
		.size = image->size,
		.revision = NEST_ANY_REVISION,
	};

	return nest_layer_load(nest, &load, NULL);
}

FIXTURE_SETUP(readback)
{
	self->init = container_start();
	ASSERT_LT(0, self->init);
	ASSERT_EQ(0, nest_open(&self->nest, NULL));
	ASSERT_EQ(0, nest_target_by_pid(self->nest, self->init,
					&self->target));
	ASSERT_EQ(0, compile('a', &self->image[0]));
	ASSERT_EQ(0, compile('b', &self->image[1]));
	ASSERT_EQ(0, load(self->nest, &self->target, &self->image[0]));
}

FIXTURE_TEARDOWN(readback)
{
	container_end(self->init);
	nest_close(self->nest);
	nest_image_free(&self->image[0]);
	nest_image_free(&self->image[1]);
}

static bool same(const struct nest_image *image, const void *read, size_t size)
{
	return size == image->size && !memcmp(read, image->data, size);
}

TEST_F(readback, same)
{
	void *image;
	size_t size;

	ASSERT_LT(100000, self->image[0].size);
	ASSERT_EQ(0, nest_layer_read(self->nest, &self->target, &image,
				     &size));
	EXPECT_TRUE(same(&self->image[0], image, size));
	free(image);
}

static pid_t start_replacing(FIXTURE_DATA(readback) * self)
{
	struct nest *nest;
	pid_t pid = fork();
	int i;

	if (pid)
		return pid;
	if (nest_open(&nest, NULL))
		_exit(1);
	for (i = 0;; i++) {
		if (load(nest, &self->target, &self->image[i & 1]))
			_exit(1);
		usleep(20000);
	}
}

TEST_F(readback, replaced_meanwhile)
{
	bool seen[2] = { false, false };
	pid_t pid = start_replacing(self);
	void *image;
	size_t size;
	int i, err;

	ASSERT_LT(0, pid);
	for (i = 0; i < READS; i++) {
		err = nest_layer_read(self->nest, &self->target, &image,
				      &size);
		ASSERT_EQ(0, err)
			TH_LOG("%s", nest_error(self->nest)->message);
		seen[0] |= same(&self->image[0], image, size);
		seen[1] |= same(&self->image[1], image, size);
		EXPECT_TRUE(same(&self->image[0], image, size) ||
			    same(&self->image[1], image, size));
		free(image);
	}
	EXPECT_TRUE(seen[0]);
	EXPECT_TRUE(seen[1]);
	kill(pid, SIGKILL);
	EXPECT_EQ(SANDBOX_SIGNAL + SIGKILL, sandbox_wait(pid));
}

TEST_F(readback, removed)
{
	void *image;
	size_t size;

	ASSERT_EQ(0, nest_layer_remove(self->nest, &self->target,
				       NEST_ANY_REVISION));
	EXPECT_EQ(-ENOENT, nest_layer_read(self->nest, &self->target, &image,
					   &size));
	EXPECT_EQ(NULL, image);
	EXPECT_EQ(0, size);
}

NEST_TEST_MAIN
