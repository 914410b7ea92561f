// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs of the BPF LSM that sleep. They run when ftrace has led the call to
 * Nest's handler already, and the handler is called afterwards: Nest's code has
 * to stay until the last of them has woken up.
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include "label.h"
#include "module.h"
#include "nest_test.h"
#include "program.h"

#define SLEEPY_UID	4243
#define PROGRAMS	3
#define PAGE		4096
#define PAGES		0x10000000UL

static struct gate asleep;

/* The last program is woken; shared by the processes. */
static atomic_bool *woken;

/* Milliseconds in which Nest goes if nothing holds it up. */
static long patience;

/* One page for each program, which is not there before somebody fills it. */
static int missing_pages(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.range = { .start = PAGES, .len = PROGRAMS * PAGE },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);
	void *pages = mmap((void *)PAGES, PROGRAMS * PAGE,
			   PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	if (pages == MAP_FAILED || ioctl(fd, UFFDIO_API, &api) ||
	    ioctl(fd, UFFDIO_REGISTER, &range))
		return -1;
	return fd;
}

static long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* The module has the time to go, if it does not wait for us. */
static void wait_for_module(void)
{
	long end = now() + 500 + 3 * patience;

	while (now() < end && !access("/sys/module/nest", F_OK))
		usleep(10000);
	/* its memory goes a moment later */
	usleep(200000);
}

/* Wakes one program after the other, the last one when the module is gone. */
static void *wake(void *arg)
{
	int fd = *(int *)arg;
	struct uffd_msg msg;

	for (int i = 0; i < PROGRAMS; i++) {
		struct uffdio_zeropage zero = { .range.len = PAGE };

		if (read(fd, &msg, sizeof(msg)) != sizeof(msg))
			_exit(SANDBOX_BROKEN);
		zero.range.start = msg.arg.pagefault.address & -PAGE;
		if (!i)
			gate_open(&asleep);
		if (i < PROGRAMS - 1)
			usleep(200000);
		else
			wait_for_module();
		atomic_store(woken, i == PROGRAMS - 1);
		if (ioctl(fd, UFFDIO_ZEROPAGE, &zero))
			_exit(SANDBOX_BROKEN);
	}
	return NULL;
}

static int open_sleepily(void *arg)
{
	pthread_t waker;
	int fd;

	(void)arg;
	fd = missing_pages();
	CHECK(fd >= 0);
	CHECK(!pthread_create(&waker, NULL, wake, &fd));
	CHECK(!drop_to(SLEEPY_UID));
	CHECK(try_open("/proc/self/status", O_RDONLY) == 0);
	/* each of the programs has slept */
	CHECK(!pthread_join(waker, NULL));
	return 0;
}

static int unload(void)
{
	int err = module_detach_patiently();

	return err ?: module_unload();
}

FIXTURE(programs) {
	int link[PROGRAMS];
};

FIXTURE_SETUP(programs)
{
	ASSERT_EQ(0, gate_init(&asleep));
	woken = mmap(NULL, sizeof(*woken), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, (void *)woken);
	for (int i = 0; i < PROGRAMS; i++) {
		struct program program = {
			.hook = "file_open", .uid = SLEEPY_UID,
			.reads = PAGES + i * PAGE,
		};

		self->link[i] = program_attach(&program);
		ASSERT_LE(0, self->link[i]);
	}
}

FIXTURE_TEARDOWN(programs)
{
	for (int i = 0; i < PROGRAMS; i++)
		close(self->link[i]);
	if (!module_built_in()) {
		int err = module_load();

		EXPECT_TRUE(!err || err == EEXIST);
	}
}

TEST_F_TIMEOUT(programs, asleep_as_nest_goes, 120)
{
	pid_t pid;

	if (module_built_in())
		SKIP(return, MODULE_NONE);
	patience = -now();
	ASSERT_EQ(0, unload());
	patience += now();
	ASSERT_EQ(0, module_load());
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid)
		_exit(open_sleepily(NULL));
	gate_pass(&asleep);
	EXPECT_EQ(0, unload());
	EXPECT_TRUE(atomic_load(woken));
	EXPECT_EQ(0, sandbox_wait(pid));
}

static int open_what_is_allowed(void *arg)
{
	int err = open_sleepily(arg);

	CHECK(try_open("/proc/version", O_RDONLY) == EACCES);
	return err;
}

/* A policy decides after the programs. Nobody waits for the module to go. */
TEST_F_TIMEOUT(programs, asleep_under_a_policy, 120)
{
	static const struct sandbox sandbox = {
		.policy = POLICY("  capability,\n  network,\n"
				 "  /proc/*/status r,\n"),
		.rootful = true,
	};

	patience = -500;
	EXPECT_EQ(0, sandbox_run(&sandbox, open_what_is_allowed, NULL));
	EXPECT_TRUE(atomic_load(woken));
}

NEST_TEST_MAIN
