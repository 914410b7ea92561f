// SPDX-License-Identifier: GPL-2.0-only
/*
 * I4, I8: a delegation comes and goes while its layer does, tasks fork, and
 * others enter from outside, whom the layer must not bind.
 */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "box.h"
#include "compiler.h"
#include "label.h"
#include "nest_test.h"

#define SECONDS	3

static const char policy[] =
	POLICY("  capability,\n  network,\n  / r,\n  /proc/** r,\n"
	       "  " WORK "/file r,\n");

static const struct sandbox rootful = { .rootful = true, .files = true };

/**
 * struct storm - what all of the processes see
 * @over: it is, for those outside of the container
 * @done: and for those in it, which have to outlive them
 * @loads: that were permitted
 * @refusals: loads that were not, for want of a delegation
 * @bound: children that the layer bound
 * @entries: tasks that entered
 */
struct storm {
	bool over;
	bool done;
	unsigned int loads;
	unsigned int refusals;
	unsigned int bound;
	unsigned int entries;
};

static struct storm *storm;

static bool is_set(const bool *flag)
{
	return __atomic_load_n(flag, __ATOMIC_RELAXED);
}

static void set(bool *flag)
{
	__atomic_store_n(flag, true, __ATOMIC_RELAXED);
}

static int compile(struct nest_load *load)
{
	struct nest_source source = { "storm", policy, strlen(policy) };
	struct nest_compile_options options = { 0 };
	struct nest_image image;

	CHECK(!nest_compile(&options, &source, 1, &image));
	load->image = image.data;
	load->size = image.size;
	load->revision = NEST_ANY_REVISION;
	return 0;
}

static int open_other(void *arg)
{
	(void)arg;
	return try_open(WORK "/other", O_RDONLY);
}

/* In the container, where the layer may or may not be in force. */
static int keep_forking(void *arg)
{
	int err;

	(void)arg;
	while (!is_set(&storm->done)) {
		err = sandbox_fork(open_other, NULL);
		CHECK(err == 0 || err == EACCES);
		if (err)
			__sync_fetch_and_add(&storm->bound, 1);
	}
	return 0;
}

static pid_t spawn(sandbox_fn body, void *arg)
{
	pid_t pid = fork();

	if (!pid)
		_exit(body(arg));
	return pid;
}

/* Refused or not, as the host has it at the moment. */
static int keep_loading(void)
{
	const struct nest_target own = { 0 };
	struct nest_load load = { 0 };
	int err;

	CHECK(!compile(&load));
	for (unsigned int i = 0; !is_set(&storm->done); i++) {
		err = -nest_layer_load(sandbox_nest, &load, NULL);
		CHECK(err == 0 || err == EPERM || err == EACCES);
		if (err)
			storm->refusals++;
		else
			storm->loads++;
		if (i % 3 == 2) {
			err = -nest_layer_remove(sandbox_nest, &own,
						 NEST_ANY_REVISION);
			CHECK(err == 0 || err == ENOENT || err == EPERM ||
			      err == EACCES);
		}
	}
	return 0;
}

static int container(void *arg)
{
	pid_t forker;

	(void)arg;
	CHECK(!box_weaken());
	box_turn();
	forker = spawn(keep_forking, NULL);
	CHECK(!keep_loading());
	return sandbox_wait(forker);
}

static int keep_delegating(void *arg)
{
	pid_t pid = *(pid_t *)arg;
	int err;

	while (!is_set(&storm->over)) {
		CHECK(!box_delegate(pid, 0));
		usleep(20000);
		CHECK(!box_withdraw(pid));
		err = box_remove(pid);
		CHECK(err == 0 || err == ENOENT);
		usleep(5000);
	}
	return 0;
}

/* Not bound, whenever it entered, nor its children. */
static int stay_exempt(void *arg)
{
	CHECK(open_other(NULL) == 0);
	return arg ? sandbox_fork(stay_exempt, NULL) : 0;
}

static int keep_entering(void *arg)
{
	CHECK(!sandbox_enter(*(pid_t *)arg, false));
	while (!is_set(&storm->over)) {
		CHECK(sandbox_fork(stay_exempt, arg) == 0);
		storm->entries++;
	}
	return 0;
}

TEST(comes_and_goes)
{
	pid_t pid, delegating, entering;

	storm = mmap(NULL, sizeof(*storm), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, storm);
	ASSERT_EQ(0, box_settle());
	pid = box_start(&rootful, container, NULL);
	delegating = spawn(keep_delegating, &pid);
	entering = spawn(keep_entering, &pid);
	box_release();
	sleep(SECONDS);
	set(&storm->over);
	EXPECT_EQ(0, sandbox_wait(entering));
	EXPECT_EQ(0, sandbox_wait(delegating));
	set(&storm->done);
	EXPECT_EQ(0, sandbox_wait(pid));
	TH_LOG("%u loads, %u refused, %u bound, %u entered", storm->loads,
	       storm->refusals, storm->bound, storm->entries);
	EXPECT_LT(0, storm->loads);
	EXPECT_LT(0, storm->refusals);
	EXPECT_LT(0, storm->bound);
	EXPECT_LT(0, storm->entries);
	EXPECT_EQ(0, box_settle());
}

NEST_TEST_MAIN
