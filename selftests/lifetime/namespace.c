// SPDX-License-Identifier: GPL-2.0-only
/* I8: a layer lives as long as its pid namespace, and no longer. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include "label.h"
#include "nest_test.h"

#define CONFINED	POLICY("  capability,\n  network,\n  /proc/** r,\n" \
			       "  " WORK "/file r,\n  " WORK "/probe rmix,\n")
#define CHILDREN	20

static struct gate gates[2];

/* Layers in force on @ns, or anywhere if it is 0; -1 on failure. */
static int count_layers(uint32_t ns)
{
	struct nest_layer *layers;
	size_t count, n = 0;

	if (nest_layer_list(sandbox_nest, &layers, &count))
		return -1;
	for (size_t i = 0; i < count; i++)
		n += !ns || layers[i].ns == ns;
	free(layers);
	return n;
}

/* What is freed is freed by a worker. */
static int wait_for_none(uint32_t ns)
{
	for (int i = 0; i < 500 && count_layers(ns); i++)
		usleep(10000);
	return count_layers(ns);
}

FIXTURE(life) {
};

FIXTURE_SETUP(life)
{
	ASSERT_EQ(0, gate_init(&gates[0]) | gate_init(&gates[1]));
	ASSERT_EQ(0, nest_open(&sandbox_nest, NULL));
	ASSERT_EQ(0, wait_for_none(0));
}

FIXTURE_TEARDOWN(life)
{
	EXPECT_EQ(0, wait_for_none(0));
	nest_close(sandbox_nest);
}

static const struct sandbox sandbox = { .policy = CONFINED, .files = true };

static int hold(void *arg)
{
	(void)arg;
	gate_open(&gates[0]);
	gate_pass(&gates[1]);
	return 0;
}

TEST_F(life, exit)
{
	pid_t pid = sandbox_start(&sandbox, hold, NULL);
	uint32_t ns;

	gate_pass(&gates[0]);
	ns = pidns_of(pid);
	EXPECT_NE(0, ns);
	EXPECT_EQ(1, count_layers(ns));
	gate_open(&gates[1]);
	EXPECT_EQ(0, sandbox_wait(pid));
	EXPECT_EQ(0, wait_for_none(ns));
}

TEST_F(life, killed)
{
	pid_t pid = sandbox_start(&sandbox, hold, NULL);
	uint32_t ns;

	gate_pass(&gates[0]);
	ns = pidns_of(pid);
	EXPECT_EQ(1, count_layers(ns));
	EXPECT_EQ(0, kill(pid, SIGKILL));
	EXPECT_EQ(SANDBOX_SIGNAL + SIGKILL, sandbox_wait(pid));
	EXPECT_EQ(0, wait_for_none(ns));
}

/* A descriptor keeps the namespace's shell, but nothing lives there. */
TEST_F(life, descriptor_of_a_dead_namespace)
{
	pid_t pid = sandbox_start(&sandbox, hold, NULL);
	char path[64];
	uint32_t ns;
	int fd;

	gate_pass(&gates[0]);
	ns = pidns_of(pid);
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", pid);
	fd = open(path, O_RDONLY);
	EXPECT_LE(0, fd);
	gate_open(&gates[1]);
	EXPECT_EQ(0, sandbox_wait(pid));
	EXPECT_EQ(0, wait_for_none(ns));
	close(fd);
}

static int many_children(void *arg)
{
	for (int i = 0; i < CHILDREN; i++)
		if (!fork())
			pause();
	return hold(arg);
}

TEST_F(life, killed_with_children)
{
	pid_t pid = sandbox_start(&sandbox, many_children, NULL);
	struct nest_task *tasks;
	uint32_t ns;
	size_t n;

	gate_pass(&gates[0]);
	ns = pidns_of(pid);
	EXPECT_EQ(0, nest_task_list(sandbox_nest, &tasks, &n));
	EXPECT_EQ(CHILDREN + 1, n);
	nest_task_free(tasks, n);
	kill(pid, SIGKILL);
	sandbox_wait(pid);
	EXPECT_EQ(0, wait_for_none(ns));
}

static int copy_probe(void)
{
	return sandbox_copy_self(WORK "/probe");
}

static void *thread_exec(void *arg)
{
	char *const argv[] = { "probe", "hold", NULL };
	static char *const env[1];

	execve(WORK "/probe", argv, env);
	_exit(errno);
	return arg;
}

/* Init's first thread goes away; the namespace does not. */
static int exec_in_thread(void *arg)
{
	pthread_t thread;

	(void)arg;
	dup2(gates[1].fd[0], 0);
	dup2(gates[0].fd[1], 1);
	close(gates[1].fd[1]);
	CHECK(!pthread_create(&thread, NULL, thread_exec, NULL));
	pause();
	return SANDBOX_FAILED;
}

TEST_F(life, thread_of_init_executes)
{
	struct sandbox s = sandbox;
	struct nest_label label;
	uint32_t ns;
	pid_t pid;

	s.prepare = copy_probe;
	pid = sandbox_start(&s, exec_in_thread, NULL);
	gate_pass(&gates[0]);
	ns = pidns_of(pid);
	EXPECT_EQ(1, count_layers(ns));
	EXPECT_EQ(0, label_of(sandbox_nest, pid, &label));
	EXPECT_TRUE(label_is(&label, "default"));
	/* longer than any grace period that could have been set off */
	usleep(300000);
	EXPECT_EQ(1, count_layers(ns));
	close(gates[1].fd[1]);
	EXPECT_EQ(0, sandbox_wait(pid));
	EXPECT_EQ(0, wait_for_none(ns));
}

static int inner_hold(void *arg)
{
	const struct sandbox inner = { .policy = POLICY(ALL_RULES) };

	return sandbox_run(&inner, hold, arg);
}

TEST_F(life, outer_takes_inner_along)
{
	struct sandbox outer = sandbox;
	pid_t pid;

	outer.policy = POLICY(ALL_RULES "  mount,\n");
	pid = sandbox_start(&outer, inner_hold, NULL);
	gate_pass(&gates[0]);
	EXPECT_EQ(2, count_layers(0));
	kill(pid, SIGKILL);
	sandbox_wait(pid);
	EXPECT_EQ(0, wait_for_none(0));
}

static int come_and_go(void *arg)
{
	(void)arg;
	CHECK(try_open(WORK "/other", O_RDONLY) == EACCES);
	return 0;
}

/* Nothing adds up over many lives. */
TEST_F(life, many)
{
	for (int i = 0; i < 50; i++)
		ASSERT_EQ(0, sandbox_run(&sandbox, come_and_go, NULL));
	EXPECT_EQ(0, wait_for_none(0));
}

static int load_and_die(void *arg)
{
	if (fork()) {
		/* die at about the time at which the child loads */
		usleep(*(int *)arg);
		return 0;
	}
	for (;;)
		sandbox_load(sandbox_nest, CONFINED);
}

/* A load races with the namespace's death. */
TEST_F(life, load_at_death)
{
	struct sandbox none = sandbox;

	none.policy = NULL;
	for (int delay = 0; delay < 5000; delay += 250)
		ASSERT_EQ(0, sandbox_run(&none, load_and_die, &delay));
	EXPECT_EQ(0, wait_for_none(0));
}

NEST_TEST_MAIN
