// SPDX-License-Identifier: GPL-2.0-only
/*
 * A layer that is there before a container's first program, and spares the
 * runtime that has yet to execute it.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "box.h"
#include "label.h"
#include "nest_test.h"

#define PROBE	WORK "/probe"
#define NARROW	POLICY("  network,\n  / r,\n  /proc/** r,\n" \
		       "  " PROBE " mrix,\n  " WORK "/file r,\n")

static int copy_probe(void)
{
	return sandbox_copy_self(PROBE);
}

static const struct sandbox rootful = {
	.rootful = true, .files = true, .prepare = copy_probe,
};

static const struct sandbox plain = { .files = true, .prepare = copy_probe };

/* Becomes the probe, which is in @root: its status is what it may not do. */
static int execute(const char *path, const char *verb, const char *file)
{
	char *const argv[] = { "probe", (char *)verb, (char *)file, NULL };
	static char *const env[1];

	execve(path, argv, env);
	return SANDBOX_FAILED;
}

static int is_free(void *arg)
{
	(void)arg;
	return try_open(WORK "/other", O_RDONLY);
}

/* A child that executes something is bound, while the first process is not. */
static int child_executes(void *arg)
{
	(void)arg;
	CHECK(!is_free(NULL));
	return execute(PROBE, "read", WORK "/other");
}

static pthread_barrier_t barrier;

static void *early_thread(void *result)
{
	pthread_barrier_wait(&barrier);
	*(int *)result = is_free(NULL);
	return NULL;
}

/* Threads of before and after the load. */
static int threads_are_free(void)
{
	int early = -1, late = -1;
	pthread_t one, two;

	CHECK(!pthread_barrier_init(&barrier, NULL, 2));
	CHECK(!pthread_create(&one, NULL, early_thread, &early));
	box_turn();
	pthread_barrier_wait(&barrier);
	CHECK(!pthread_join(one, NULL));
	CHECK(!pthread_barrier_init(&barrier, NULL, 1));
	CHECK(!pthread_create(&two, NULL, early_thread, &late));
	CHECK(!pthread_join(two, NULL));
	CHECK(early == 0 && late == 0);
	return 0;
}

static int runtime(void *arg)
{
	CHECK(!threads_are_free());
	CHECK(!is_free(NULL));
	CHECK(!mount("none", "/mnt", "tmpfs", 0, NULL));
	CHECK(!umount("/mnt"));
	CHECK(sandbox_fork(is_free, NULL) == 0);
	CHECK(sandbox_fork(child_executes, NULL) == EACCES);
	CHECK(!is_free(NULL));
	box_turn();
	return execute(PROBE, "read", arg);
}

/* What the first program may read, and may not. */
static int start(const struct sandbox *sandbox, const char *file)
{
	struct nest_label label;
	pid_t pid = box_start(sandbox, runtime, (void *)file);

	CHECK(!sandbox_impose_at_exec(sandbox_nest, NARROW, pid));
	box_next();
	CHECK(!label_of(sandbox_nest, pid, &label));
	CHECK(label.mode == NEST_MODE_EXEMPT);
	return box_end(pid);
}

TEST(first_program)
{
	ASSERT_EQ(0, box_settle());
	EXPECT_EQ(EACCES, start(&rootful, WORK "/other"));
	EXPECT_EQ(0, start(&rootful, WORK "/file"));
	EXPECT_EQ(EACCES, start(&plain, WORK "/other"));
	EXPECT_EQ(0, start(&plain, WORK "/file"));
}

/* Names begin at the root that the runtime has made, not at the one before. */
static int with_root(void *arg)
{
	static const char at[] = WORK "/empty";

	box_turn();
	CHECK(!mount("root", at, "tmpfs", 0, NULL));
	CHECK(!chdir(at) && !mkdir("stage", 0755) && !mkdir("old", 0755));
	CHECK(!sandbox_copy_self("stage/probe"));
	CHECK(!put_text("stage/file", "x") && !put_text("stage/other", "x"));
	CHECK(!syscall(SYS_pivot_root, ".", "old"));
	CHECK(!chdir("/") && !umount2("/old", MNT_DETACH));
	return execute(PROBE, "read", arg);
}

static int start_with_root(const char *file)
{
	pid_t pid = box_start(&rootful, with_root, (void *)file);

	CHECK(!sandbox_impose_at_exec(sandbox_nest, NARROW, pid));
	return box_end(pid);
}

TEST(root_of_the_first_program)
{
	ASSERT_EQ(0, box_settle());
	EXPECT_EQ(0, start_with_root(WORK "/file"));
	EXPECT_EQ(EACCES, start_with_root(WORK "/other"));
}

/* A thread other than the first executes the program. */
static void *execute_in_thread(void *file)
{
	_exit(execute(PROBE, "read", file));
}

static int by_thread(void *arg)
{
	pthread_t thread;

	box_turn();
	CHECK(!pthread_create(&thread, NULL, execute_in_thread, arg));
	pthread_join(thread, NULL);
	return SANDBOX_FAILED;
}

TEST(by_another_thread)
{
	static char other[] = WORK "/other", file[] = WORK "/file";
	pid_t pid;

	ASSERT_EQ(0, box_settle());
	pid = box_start(&rootful, by_thread, other);
	EXPECT_EQ(0, sandbox_impose_at_exec(sandbox_nest, NARROW, pid));
	EXPECT_EQ(EACCES, box_end(pid));
	pid = box_start(&rootful, by_thread, file);
	EXPECT_EQ(0, sandbox_impose_at_exec(sandbox_nest, NARROW, pid));
	EXPECT_EQ(0, box_end(pid));
}

static int wait_for_two(void *arg)
{
	(void)arg;
	box_turn();
	CHECK(try_open(WORK "/other", O_RDONLY) == EACCES);
	return 0;
}

/* Who is bound by a layer stays so. */
TEST(not_the_first_layer)
{
	pid_t pid;

	ASSERT_EQ(0, box_settle());
	pid = box_start(&rootful, wait_for_two, NULL);
	EXPECT_EQ(0, sandbox_impose(sandbox_nest, NARROW, pid));
	EXPECT_EQ(EEXIST, sandbox_impose_at_exec(sandbox_nest, NARROW, pid));
	EXPECT_NE(NULL, strstr(nest_error(sandbox_nest)->message,
			       "only its first one can wait"));
	EXPECT_EQ(0, box_end(pid));
}

/* Tells the test that it runs as descriptor 1, ends with descriptor 0. */
static int hold(void *arg)
{
	int *fds = arg;
	char *const argv[] = { "probe", "hold", NULL };
	static char *const env[1];

	CHECK(dup2(fds[0], 0) == 0 && dup2(fds[1], 1) == 1);
	execve(PROBE, argv, env);
	return SANDBOX_FAILED;
}

static int layers_left(void)
{
	struct nest_layer *layers;
	size_t count;

	CHECK(!nest_layer_list(sandbox_nest, &layers, &count));
	free(layers);
	return count;
}

/* The root of a container must not exempt its first process from the host. */
TEST(too_late)
{
	int in[2], out[2], fds[2];
	char byte;
	pid_t pid;

	ASSERT_EQ(0, box_settle());
	ASSERT_FALSE(pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC));
	fds[0] = in[0];
	fds[1] = out[1];
	pid = sandbox_start(&rootful, hold, fds);
	ASSERT_EQ(1, read(out[0], &byte, 1));
	EXPECT_EQ(EBUSY, sandbox_impose_at_exec(sandbox_nest, NARROW, pid));
	EXPECT_NE(NULL, strstr(nest_error(sandbox_nest)->message,
			       "has executed a program already"));
	EXPECT_EQ(0, layers_left());
	close(in[1]);
	EXPECT_EQ(0, sandbox_wait(pid));
}

/* From within, by somebody who entered: rootless runtimes have no other way. */
static int enter_and_load(void *arg)
{
	pid_t child;

	CHECK(!sandbox_enter(*(pid_t *)arg, true));
	child = fork();
	if (!child) {
		struct nest *nest;

		CHECK(!nest_open(&nest, NULL));
		_exit(sandbox_impose_at_exec(nest, NARROW, 0));
	}
	return sandbox_wait(child);
}

TEST(from_within)
{
	static char other[] = WORK "/other";
	pid_t pid;

	ASSERT_EQ(0, box_settle());
	pid = box_start(&plain, runtime, other);
	EXPECT_EQ(0, sandbox_fork(enter_and_load, &pid));
	box_next();
	EXPECT_EQ(EACCES, box_end(pid));
}

/*
 * The load and the exec at once: either the load is refused, or the program is
 * bound.
 */
static bool *go;

static int racer(void *arg)
{
	box_turn();
	while (!__atomic_load_n(go, __ATOMIC_ACQUIRE))
		sched_yield();
	for (int i = *(int *)arg; i > 0; i--)
		getppid();
	return execute(PROBE, "hold", NULL);
}

static int load_in_race(pid_t pid)
{
	int err;

	__atomic_store_n(go, true, __ATOMIC_RELEASE);
	err = sandbox_impose_at_exec(sandbox_nest, NARROW, pid);
	CHECK(err == 0 || err == EBUSY);
	return err;
}

static int is_bound_in_the_end(pid_t pid)
{
	struct nest_label label;
	int i;

	for (i = 0; i < 500; i++) {
		CHECK(!label_of(sandbox_nest, pid, &label));
		if (label.mode == NEST_MODE_ENFORCE)
			return 0;
		usleep(10000);
	}
	return ETIMEDOUT;
}

TEST(at_once)
{
	int round, late = 0, delay, err, in[2];
	pid_t pid;

	ASSERT_EQ(0, box_settle());
	go = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		  -1, 0);
	ASSERT_NE(MAP_FAILED, go);
	ASSERT_FALSE(pipe(in));
	ASSERT_EQ(0, dup2(in[0], 0));
	for (round = 0; round < 40; round++) {
		*go = false;
		delay = round * 500;
		pid = box_start(&rootful, racer, &delay);
		box_release();
		err = load_in_race(pid);
		late += err == EBUSY;
		EXPECT_EQ(0, err ? layers_left() : is_bound_in_the_end(pid));
		kill(pid, SIGKILL);
		sandbox_wait(pid);
	}
	TH_LOG("%d of 40 came too late", late);
}

NEST_TEST_MAIN
