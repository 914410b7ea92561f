// SPDX-License-Identifier: GPL-2.0-only
/*
 * I1: Nest and a BPF LSM program on the same hook decide independently, in
 * whichever order the two came.
 */
#include <fcntl.h>
#include "label.h"
#include "module.h"
#include "nest_test.h"
#include "program.h"

/* The program refuses all that this user opens. */
#define REFUSED_UID	4242

static const struct program refusing = {
	.hook = "file_open", .uid = REFUSED_UID, .refuses = true,
};

static int program_alone(void *arg)
{
	(void)arg;
	CHECK(try_open("/proc/self/status", O_RDONLY) == 0);
	CHECK(!drop_to(REFUSED_UID));
	CHECK(try_open("/proc/self/status", O_RDONLY) == EACCES);
	return 0;
}

static int both(void *arg)
{
	int err;

	(void)arg;
	/* Nest's own denial, with the program's consent */
	CHECK(try_open(WORK "/file", O_RDONLY) == 0);
	CHECK(try_open(WORK "/other", O_RDONLY) == EACCES);
	err = drop_to(REFUSED_UID);
	CHECK(!err);
	/* the program's, with Nest's consent */
	CHECK(try_open(WORK "/file", O_RDONLY) == EACCES);
	CHECK(try_open(WORK "/other", O_RDONLY) == EACCES);
	return 0;
}

static int nest_alone(void *arg)
{
	(void)arg;
	CHECK(!drop_to(REFUSED_UID));
	CHECK(try_open(WORK "/file", O_RDONLY) == 0);
	CHECK(try_open(WORK "/other", O_RDONLY) == EACCES);
	return 0;
}

static const struct sandbox sandbox = {
	.policy = POLICY("  capability,\n  network,\n  /proc/** r,\n"
			 "  " WORK "/file r,\n"),
	.files = true,
};

static int detach_nest(void)
{
	int err = module_detach_patiently();

	return err ?: module_unload();
}

TEST(program_comes_and_goes)
{
	int link;

	EXPECT_EQ(0, sandbox_run(&sandbox, nest_alone, NULL));
	link = program_attach(&refusing);
	ASSERT_LE(0, link);
	EXPECT_EQ(0, sandbox_fork(program_alone, NULL));
	EXPECT_EQ(0, sandbox_run(&sandbox, both, NULL));
	close(link);
	/* the program is gone a moment after its last descriptor */
	usleep(100000);
	EXPECT_EQ(0, sandbox_run(&sandbox, nest_alone, NULL));
}

FIXTURE(order) {
	int link;
};

FIXTURE_SETUP(order)
{
	if (module_built_in())
		SKIP(return, MODULE_NONE);
	self->link = -1;
}

FIXTURE_TEARDOWN(order)
{
	int err;

	close(self->link);
	err = module_load();
	EXPECT_TRUE(!err || err == EEXIST);
}

TEST_F(order, nest_first)
{
	EXPECT_EQ(0, sandbox_run(&sandbox, nest_alone, NULL));
	self->link = program_attach(&refusing);
	ASSERT_LE(0, self->link);
	EXPECT_EQ(0, sandbox_fork(program_alone, NULL));
	EXPECT_EQ(0, sandbox_run(&sandbox, both, NULL));
	/* the one goes, the other stays */
	EXPECT_EQ(0, detach_nest());
	EXPECT_EQ(0, sandbox_fork(program_alone, NULL));
	EXPECT_EQ(0, module_load());
	EXPECT_EQ(0, sandbox_run(&sandbox, both, NULL));
}

TEST_F(order, program_first)
{
	EXPECT_EQ(0, detach_nest());
	self->link = program_attach(&refusing);
	ASSERT_LE(0, self->link);
	EXPECT_EQ(0, sandbox_fork(program_alone, NULL));
	EXPECT_EQ(0, module_load());
	EXPECT_EQ(0, sandbox_fork(program_alone, NULL));
	EXPECT_EQ(0, sandbox_run(&sandbox, both, NULL));
	close(self->link);
	self->link = -1;
	/* the program is gone a moment after its last descriptor */
	usleep(100000);
	EXPECT_EQ(0, sandbox_run(&sandbox, nest_alone, NULL));
}

NEST_TEST_MAIN
