// SPDX-License-Identifier: GPL-2.0-only
/*
 * I4: who may load, remove and see what. A container's root rules over its own
 * namespace and those below, and over nothing else.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include "genl.h"
#include "image_sample.h"
#include "label.h"
#include "nest_test.h"

/* For an outer sandbox, in which another one is to be made. */
#define ROOMY	POLICY(ALL_RULES "  mount,\n  /stage/denied* w,\n" \
		       "  deny /stage/shut rw,\n")

static const char narrow[] =
	POLICY("  capability,\n  network,\n  /proc/** r,\n  " WORK
	       "/file r,\n");

static struct gate gates[2];

static int delete_origin(uint32_t origin)
{
	struct nest_target target = { .origin = origin };

	return -nest_layer_remove(sandbox_nest, &target, NEST_ANY_REVISION);
}

static int load_narrow(void *arg)
{
	(void)arg;
	return sandbox_load(sandbox_nest, narrow);
}

static int unprivileged(void *arg)
{
	CHECK(!drop_to(1000));
	/* the socket was opened by root: the sender counts, too */
	CHECK(load_narrow(arg) == EPERM);
	CHECK(delete_origin(0) == EPERM);
	CHECK(!nest_open(&sandbox_nest, NULL));
	CHECK(load_narrow(arg) == EPERM);
	CHECK(delete_origin(0) == EPERM);
	return 0;
}

TEST(ordinary_user)
{
	const struct sandbox plain = { 0 };
	const struct sandbox layered = { .policy = ROOMY };

	EXPECT_EQ(0, sandbox_run(&plain, unprivileged, NULL));
	EXPECT_EQ(0, sandbox_run(&layered, unprivileged, NULL));
}

/* A message without an address, as from a program whose output it is. */
static int user_opens(void *arg)
{
	struct genl_msg msg;
	struct genl genl;

	(void)arg;
	CHECK(!seteuid(1000));
	CHECK(!genl_open(&genl));
	CHECK(!seteuid(0));
	genl_msg(&msg, &genl, NEST_CMD_LAYER_DEL, 0);
	CHECK(genl_call(&genl, &msg) == EPERM);
	genl_close(&genl);
	CHECK(!genl_open(&genl));
	return genl_call(&genl, &msg);
}

/* A socket that an ordinary user opened does not serve root. */
TEST(opener_and_sender)
{
	const struct sandbox layered = { .policy = ROOMY };

	EXPECT_EQ(0, sandbox_run(&layered, user_opens, NULL));
}

static int root_of_user_namespace(void *arg)
{
	CHECK(!drop_to(1000));
	CHECK(!unshare(CLONE_NEWUSER));
	CHECK(!nest_open(&sandbox_nest, NULL));
	/* all capabilities, but not over the one that owns the pid namespace */
	CHECK(load_narrow(arg) == EPERM);
	CHECK(delete_origin(0) == EPERM);
	return 0;
}

TEST(root_of_a_user_namespace_alone)
{
	const struct sandbox rootful = { .rootful = true };
	const struct sandbox plain = { 0 };

	EXPECT_EQ(0, sandbox_run(&rootful, root_of_user_namespace, NULL));
	EXPECT_EQ(0, sandbox_run(&plain, root_of_user_namespace, NULL));
}

static int delete_own(void *arg)
{
	(void)arg;
	CHECK(try_open(WORK "/other", O_RDONLY) == EACCES);
	CHECK(!delete_origin(0));
	CHECK(try_open(WORK "/other", O_RDONLY) == 0);
	return 0;
}

TEST(own_layer)
{
	const struct sandbox sandbox = { .policy = narrow, .files = true };

	EXPECT_EQ(0, sandbox_run(&sandbox, delete_own, NULL));
}

/* The inner one, whose parent's layer denies /stage/shut. */
static int attack_parent(void *arg)
{
	uint32_t parent = *(uint32_t *)arg;

	CHECK(try_open(WORK "/shut", O_CREAT | O_RDWR) == EACCES);
	CHECK(delete_origin(parent) != 0);
	CHECK(delete_origin(0) == ENOENT);
	/* its own layer may come and go */
	CHECK(!sandbox_load(sandbox_nest, POLICY(ALL_RULES)));
	CHECK(try_open(WORK "/shut", O_CREAT | O_RDWR) == EACCES);
	CHECK(!delete_origin(0));
	CHECK(try_open(WORK "/shut", O_CREAT | O_RDWR) == EACCES);
	CHECK(try_open(WORK "/open", O_CREAT | O_RDWR) == 0);
	return 0;
}

static int nest_again(void *arg)
{
	const struct sandbox inner = { 0 };
	uint32_t self = pidns_of(0);

	(void)arg;
	CHECK(self);
	return sandbox_run(&inner, attack_parent, &self);
}

TEST(child_cannot_touch_its_parents_layer)
{
	const struct sandbox outer = { .policy = ROOMY };

	EXPECT_EQ(0, sandbox_run(&outer, nest_again, NULL));
}

static int impose(pid_t pid)
{
	struct image img;
	struct nest_load load = { .revision = NEST_ANY_REVISION };
	size_t size;
	u8 *image;
	int err;

	err = -nest_target_by_pid(sandbox_nest, pid, &load.target);
	if (err)
		return err;
	image_sample(&img);
	image = image_finish(&img, &size);
	image_free(&img);
	load.image = image;
	load.size = size;
	load.name = "imposed";
	err = -nest_layer_load(sandbox_nest, &load, NULL);
	if (err)
		fprintf(stderr, "# %s\n", nest_error(sandbox_nest)->message);
	free(image);
	return err;
}

/* The sample's default domain may read everything and write nothing. */
static int imposed_upon(void *arg)
{
	uint32_t parent = *(uint32_t *)arg;

	CHECK(try_open(WORK "/file", O_RDWR) == 0);
	gate_open(&gates[0]);
	gate_pass(&gates[1]);
	CHECK(try_open(WORK "/file", O_RDONLY) == 0);
	CHECK(try_open(WORK "/file", O_RDWR) == EACCES);
	CHECK(delete_origin(parent) != 0);
	CHECK(delete_origin(0) != 0);
	CHECK(try_open(WORK "/file", O_RDWR) == EACCES);
	return 0;
}

static int impose_on_child(void *arg)
{
	const struct sandbox inner = { .files = true };
	uint32_t self = pidns_of(0);
	pid_t pid;

	(void)arg;
	CHECK(!gate_init(&gates[0]) && !gate_init(&gates[1]));
	pid = sandbox_start(&inner, imposed_upon, &self);
	gate_pass(&gates[0]);
	CHECK(!impose(pid));
	gate_open(&gates[1]);
	CHECK(sandbox_wait(pid) == 0);
	/* the parent itself is not bound by it */
	return TRY(mkdir(WORK "/d", 0755));
}

TEST(parent_imposes_on_child)
{
	const struct sandbox outer = { 0 };

	EXPECT_EQ(0, sandbox_run(&outer, impose_on_child, NULL));
}

static int wait_inside(void *arg)
{
	(void)arg;
	gate_open(&gates[0]);
	gate_pass(&gates[1]);
	return 0;
}

static size_t count_layers(uint32_t ns)
{
	struct nest_layer *layers;
	size_t count, n = 0;

	if (nest_layer_list(sandbox_nest, &layers, &count))
		return 1000;
	for (size_t i = 0; i < count; i++)
		n += !ns || layers[i].ns == ns;
	free(layers);
	return n;
}

static int look_around(void *arg)
{
	uint32_t sibling = *(uint32_t *)arg;
	struct nest_task *tasks;
	size_t count;

	/* its own, and nothing of the sibling's or of the host's */
	CHECK(count_layers(0) == 1);
	CHECK(count_layers(pidns_of(0)) == 1);
	CHECK(count_layers(sibling) == 0);
	CHECK(!nest_task_list(sandbox_nest, &tasks, &count));
	CHECK(count == 1 && tasks[0].pid == 1);
	CHECK(tasks[0].n_labels == 1);
	nest_task_free(tasks, count);
	return 0;
}

/* Two containers: neither sees the other, the host sees both. */
TEST(siblings)
{
	const struct sandbox sandbox = { .policy = ROOMY };
	uint32_t sibling;
	pid_t pid;

	ASSERT_EQ(0, gate_init(&gates[0]));
	ASSERT_EQ(0, gate_init(&gates[1]));
	ASSERT_EQ(0, nest_open(&sandbox_nest, NULL));
	pid = sandbox_start(&sandbox, wait_inside, NULL);
	gate_pass(&gates[0]);
	sibling = pidns_of(pid);
	EXPECT_EQ(1, count_layers(sibling));
	EXPECT_EQ(0, sandbox_run(&sandbox, look_around, &sibling));
	gate_open(&gates[1]);
	EXPECT_EQ(0, sandbox_wait(pid));
}

static int look_up(void *arg)
{
	(void)arg;
	CHECK(count_layers(*(uint32_t *)arg) == 0);
	CHECK(count_layers(0) == 1);
	gate_open(&gates[0]);
	gate_pass(&gates[1]);
	return 0;
}

static int look_down(void *arg)
{
	const struct sandbox inner = { .policy = POLICY(ALL_RULES) };
	uint32_t self = pidns_of(0);
	struct nest_task *tasks;
	size_t count, i;
	bool seen = false;
	pid_t pid;

	(void)arg;
	CHECK(!gate_init(&gates[0]) && !gate_init(&gates[1]));
	pid = sandbox_start(&inner, look_up, &self);
	gate_pass(&gates[0]);
	CHECK(count_layers(self) == 1);
	CHECK(count_layers(pidns_of(pid)) == 1);
	CHECK(!nest_task_list(sandbox_nest, &tasks, &count));
	for (i = 0; i < count; i++)
		if (tasks[i].pid == pid)
			seen = tasks[i].n_labels == 2;
	nest_task_free(tasks, count);
	CHECK(seen);
	gate_open(&gates[1]);
	return sandbox_wait(pid);
}

TEST(visibility_is_downwards)
{
	const struct sandbox outer = { .policy = ROOMY };

	EXPECT_EQ(0, sandbox_run(&outer, look_down, NULL));
}

static int list_as_user(void *arg)
{
	struct nest_task *tasks;
	size_t count, i;

	(void)arg;
	CHECK(!drop_to(1000));
	CHECK(!nest_open(&sandbox_nest, NULL));
	CHECK(!nest_task_list(sandbox_nest, &tasks, &count));
	CHECK(count == 1);
	for (i = 0; i < count; i++)
		CHECK(tasks[i].uid == 1000);
	nest_task_free(tasks, count);
	return 0;
}

static int fork_and_list(void *arg)
{
	/* this one is root, and there */
	return sandbox_fork(list_as_user, arg);
}

/* What domain root's tasks are in is none of an ordinary user's business. */
TEST(ordinary_user_sees_its_own_tasks)
{
	const struct sandbox sandbox = { .policy = ROOMY };

	EXPECT_EQ(0, sandbox_run(&sandbox, fork_and_list, NULL));
}

static int try_detach(void *arg)
{
	(void)arg;
	CHECK(nest_detach(sandbox_nest) == -EPERM);
	return 0;
}

/* I7: to take the handlers off is the host's. */
TEST(container_cannot_detach)
{
	const struct sandbox sandbox = { 0 };
	const struct sandbox rootful = { .rootful = true };

	EXPECT_EQ(0, sandbox_run(&sandbox, try_detach, NULL));
	EXPECT_EQ(0, sandbox_run(&rootful, try_detach, NULL));
}

NEST_TEST_MAIN
