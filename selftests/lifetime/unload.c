// SPDX-License-Identifier: GPL-2.0-only
/* I7, I8: detaching and unloading: when it is refused, and safe under load. */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include "label.h"
#include "module.h"
#include "nest_test.h"

#define CONFINED	POLICY("  capability,\n  network,\n  /proc/** r,\n" \
			       "  " WORK "/file r,\n")
#define WORKERS	4
#define CYCLES	4

static struct gate gates[2];

static const struct sandbox sandbox = { .policy = CONFINED, .files = true };

static int confined(void *arg)
{
	(void)arg;
	CHECK(try_open(WORK "/file", O_RDONLY) == 0);
	CHECK(try_open(WORK "/other", O_RDONLY) == EACCES);
	return 0;
}

static int hold(void *arg)
{
	CHECK(!confined(arg));
	gate_open(&gates[0]);
	gate_pass(&gates[1]);
	return confined(arg);
}

static int unload_patiently(void)
{
	int err;

	for (int i = 0; i < 500; i++) {
		err = module_unload();
		if (err != EAGAIN && err != EBUSY)
			break;
		usleep(10000);
	}
	return err;
}

FIXTURE(module) {
};

FIXTURE_SETUP(module)
{
	int err;

	if (module_built_in())
		SKIP(return, MODULE_NONE);
	err = module_load();
	ASSERT_TRUE(!err || err == EEXIST);
	ASSERT_EQ(0, gate_init(&gates[0]) | gate_init(&gates[1]));
}

/* The next programs want it loaded and attached. */
FIXTURE_TEARDOWN(module)
{
	struct nest_info info = { 0 };
	struct nest *nest;

	if (!nest_open(&nest, NULL)) {
		nest_get_info(nest, &info);
		nest_close(nest);
	}
	if (!info.attached) {
		unload_patiently();
		EXPECT_EQ(0, module_load());
	}
}

TEST_F(module, refused_while_in_force)
{
	pid_t pid = sandbox_start(&sandbox, hold, NULL);

	gate_pass(&gates[0]);
	EXPECT_EQ(EBUSY, module_detach());
	EXPECT_EQ(EAGAIN, module_unload());
	gate_open(&gates[1]);
	EXPECT_EQ(0, sandbox_wait(pid));
}

TEST_F(module, not_unloaded_while_attached)
{
	EXPECT_EQ(EAGAIN, module_unload());
	EXPECT_EQ(0, sandbox_run(&sandbox, confined, NULL));
}

/* A kernel that Nest is built into keeps it, idle or not. */
TEST(built_in)
{
	if (!module_built_in())
		SKIP(return, "Nest is a module here");
	EXPECT_EQ(EOPNOTSUPP, module_detach());
	EXPECT_EQ(ENOENT, module_unload());
	EXPECT_EQ(0, sandbox_run(&sandbox, confined, NULL));
}

static int load_detached(void *arg)
{
	(void)arg;
	return sandbox_load(sandbox_nest, CONFINED);
}

TEST_F(module, detached)
{
	struct sandbox plain = { 0 };

	EXPECT_EQ(0, module_detach_patiently());
	EXPECT_EQ(ENODEV, module_detach());
	EXPECT_EQ(ENODEV, sandbox_run(&plain, load_detached, NULL));
	EXPECT_EQ(0, unload_patiently());
	EXPECT_EQ(0, module_load());
	EXPECT_EQ(0, sandbox_run(&sandbox, confined, NULL));
}

static void touch(const char *path)
{
	struct stat st;
	int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0644);

	if (fd >= 0) {
		fchmod(fd, 0600);
		close(fd);
	}
	stat(path, &st);
	unlink(path);
}

/* Sleepable hooks, and those of fork, exec and exit, over and over. */
static int keep_busy(int number)
{
	char *const argv[] = { "probe", "secure", NULL };
	static char *const env[1];
	char path[32], buf[4096];
	int fd[2];

	snprintf(path, sizeof(path), "/tmp/work%d", number);
	for (;;) {
		pid_t pid = fork();

		if (!pid) {
			execve("/proc/self/exe", argv, env);
			_exit(1);
		}
		touch(path);
		mkdir(path, 0700);
		rmdir(path);
		/* sleeps in a fifo's open: a task that is long in a hook's */
		if (!pipe(fd)) {
			if (write(fd[1], buf, 1) == 1)
				(void)!read(fd[0], buf, 1);
			close(fd[0]);
			close(fd[1]);
		}
		if (sandbox_wait(pid))
			return 1;
	}
}

TEST_F_TIMEOUT(module, cycles_under_load, 120)
{
	pid_t workers[WORKERS];

	for (int i = 0; i < WORKERS; i++) {
		workers[i] = fork();
		ASSERT_LE(0, workers[i]);
		if (!workers[i])
			_exit(keep_busy(i));
	}
	for (int i = 0; i < CYCLES; i++) {
		EXPECT_EQ(0, module_detach_patiently());
		EXPECT_EQ(0, unload_patiently());
		EXPECT_EQ(0, module_load());
		EXPECT_EQ(0, sandbox_run(&sandbox, confined, NULL));
	}
	for (int i = 0; i < WORKERS; i++) {
		/* still at work, so none of it failed */
		EXPECT_EQ(0, kill(workers[i], SIGKILL));
		EXPECT_EQ(SANDBOX_SIGNAL + SIGKILL, sandbox_wait(workers[i]));
	}
}

static int sleep_in_hook(void *arg)
{
	(void)arg;
	gate_open(&gates[0]);
	/* blocks in open() of a fifo, behind the hook */
	return try_open("/tmp/fifo", O_RDONLY);
}

TEST_F(module, unloaded_below_a_sleeper)
{
	pid_t pid;
	int fd;

	unlink("/tmp/fifo");
	ASSERT_EQ(0, mkfifo("/tmp/fifo", 0600));
	pid = fork();
	if (!pid)
		_exit(sleep_in_hook(NULL));
	gate_pass(&gates[0]);
	usleep(50000);
	EXPECT_EQ(0, module_detach_patiently());
	EXPECT_EQ(0, unload_patiently());
	fd = open("/tmp/fifo", O_WRONLY);
	EXPECT_LE(0, fd);
	EXPECT_EQ(0, sandbox_wait(pid));
	close(fd);
	EXPECT_EQ(0, module_load());
}

NEST_TEST_MAIN
