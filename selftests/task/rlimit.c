// SPDX-License-Identifier: GPL-2.0-only
/* Resource limits: where domains set them, and that they cannot be raised. */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "nest.h"
#include "nest_test.h"

#define BIN	WORK "/bin/"
#define PROBE	BIN "probe"
#define TIMED	BIN "timed"
#define TOKEN	77

static struct gate ready, loaded;

#define SOME	"  / r,\n  /** rm,\n  " BIN "* ix,\n  signal,\n  ptrace,\n"
#define LIMITS	"  set rlimit nofile <= 20,\n  set rlimit stack <= 1M,\n" \
		"  set rlimit nice <= 5,\n  set rlimit core <= 0,\n"

static const char policy[] =
	"profile default {\n" SOME "  capability,\n"
	"  " PROBE " px -> limited,\n  " TIMED " px -> timed,\n"
	"  change_profile,\n}\n"
	"profile limited {\n" SOME LIMITS "  capability,\n  change_profile,\n"
	"  ^hat {\n  /** rm,\n  set rlimit nofile <= 12,\n}\n}\n"
	"profile twin {\n" SOME LIMITS "  change_profile,\n}\n"
	"profile timed {\n" SOME "  set rlimit cpu <= 1s,\n}\n"
	"profile lax flags=(complain) {\n" SOME LIMITS "}\n";

static int prepare(void)
{
	const struct rlimit files = { 100, 200 };

	if (mkdir(BIN, 0755) || setrlimit(RLIMIT_NOFILE, &files))
		return errno;
	return sandbox_copy_self(PROBE) ?: TRY(link(PROBE, TIMED));
}

/* Root of the host, who may raise limits as far as the kernel is concerned. */
static int run(sandbox_fn body)
{
	const struct sandbox sandbox = {
		.policy = policy,
		.rootful = true,
		.files = true,
		.prepare = prepare,
	};

	return sandbox_run(&sandbox, body, NULL);
}

static bool is_limit(int resource, rlim_t soft, rlim_t hard)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit))
		return false;
	if (limit.rlim_cur == soft && limit.rlim_max == hard)
		return true;
	fprintf(stderr, "# resource %d: %lu %lu\n", resource,
		(unsigned long)limit.rlim_cur, (unsigned long)limit.rlim_max);
	return false;
}

static int set_limit(int resource, rlim_t soft, rlim_t hard)
{
	const struct rlimit limit = { soft, hard };

	return TRY(setrlimit(resource, &limit));
}

static int do_exec(void *arg)
{
	(void)arg;
	CHECK(is_limit(RLIMIT_NOFILE, 100, 200));
	CHECK(probe_run(PROBE, "limit", "7", "20", "20", NULL) == 0);
	CHECK(probe_run(PROBE, "limit", "3", "0x100000", "0x100000", NULL) == 0);
	CHECK(probe_run(PROBE, "limit", "4", "0", "0", NULL) == 0);
	/* Of a nice value of 5. */
	CHECK(probe_run(PROBE, "limit", "13", "0", "0", NULL) == 0);
	CHECK(is_limit(RLIMIT_NOFILE, 100, 200));
	/* Through a further exec, and to children. */
	CHECK(probe_run(PROBE, "exec", PROBE, "limit", "7", "20", "20", NULL) ==
	      0);
	CHECK(probe_run(PROBE, "fork", "limit", "7", "20", "20", NULL) == 0);
	return 0;
}

TEST(exec)
{
	EXPECT_EQ(0, run(do_exec));
}

static int do_lower(void *arg)
{
	(void)arg;
	CHECK(!set_limit(RLIMIT_NOFILE, 4, 200));
	CHECK(!set_limit(RLIMIT_NICE, 30, 40));
	CHECK(!set_limit(RLIMIT_STACK, 0x80000, RLIM_INFINITY));
	CHECK(probe_run(PROBE, "limit", "7", "4", "20", NULL) == 0);
	CHECK(probe_run(PROBE, "limit", "13", "15", "15", NULL) == 0);
	CHECK(probe_run(PROBE, "limit", "3", "0x80000", "0x100000", NULL) == 0);
	CHECK(!set_limit(RLIMIT_NOFILE, 4, 8));
	CHECK(probe_run(PROBE, "limit", "7", "4", "8", NULL) == 0);
	return 0;
}

/* A limit that is lower already stays so, and the soft one if it can. */
TEST(never_raises)
{
	EXPECT_EQ(0, run(do_lower));
}

static int do_change(void *arg)
{
	(void)arg;
	CHECK(!nest_change_profile("limited", 0, false));
	CHECK(is_limit(RLIMIT_NOFILE, 20, 20));
	CHECK(is_limit(RLIMIT_CORE, 0, 0));
	CHECK(!nest_change_hat("hat", 0, TOKEN));
	CHECK(is_limit(RLIMIT_NOFILE, 12, 12));
	CHECK(!nest_change_hat(NULL, 0, TOKEN));
	CHECK(is_limit(RLIMIT_NOFILE, 12, 12));
	/* The domain allows 20, and the kernel its root to raise. */
	CHECK(set_limit(RLIMIT_NOFILE, 20, 20) == 0);
	CHECK(set_limit(RLIMIT_NOFILE, 20, 21) == EACCES);
	CHECK(!nest_change_profile("default", 0, false));
	CHECK(is_limit(RLIMIT_NOFILE, 20, 20));
	CHECK(set_limit(RLIMIT_NOFILE, 20, 200) == 0);
	return 0;
}

TEST(change_profile_and_hat)
{
	EXPECT_EQ(0, run(do_change));
}

static int do_change_at_exec(void *arg)
{
	(void)arg;
	CHECK(!nest_change_profile("twin", 0, true));
	CHECK(is_limit(RLIMIT_NOFILE, 100, 200));
	return probe_run(PROBE, "limit", "7", "20", "20", NULL);
}

TEST(change_at_exec)
{
	EXPECT_EQ(0, run(do_change_at_exec));
}

static void *thread_main(void *arg)
{
	return (void *)(long)set_limit(RLIMIT_NOFILE, 1, (long)arg);
}

static int do_raise(void *arg)
{
	pthread_t thread;
	void *result;

	(void)arg;
	CHECK(probe_run(PROBE, "raise", "7", "21", NULL) == EACCES);
	CHECK(probe_run(PROBE, "raise", "3", "-1", NULL) == EACCES);
	CHECK(probe_run(PROBE, "raise", "3", "0x100001", NULL) == EACCES);
	CHECK(probe_run(PROBE, "raise", "7", "19", NULL) == 0);
	/* Of what the profile has no limit for, all are permitted. */
	CHECK(probe_run(PROBE, "raise", "6", "-1", NULL) == 0);
	CHECK(!nest_change_profile("limited", 0, false));
	CHECK(!pthread_create(&thread, NULL, thread_main, (void *)21L));
	CHECK(!pthread_join(thread, &result));
	CHECK(result == (void *)(long)EACCES);
	CHECK(is_limit(RLIMIT_NOFILE, 20, 20));
	return 0;
}

TEST(raising)
{
	EXPECT_EQ(0, run(do_raise));
}

static int do_complain(void *arg)
{
	(void)arg;
	CHECK(!nest_change_profile("lax", 0, false));
	CHECK(is_limit(RLIMIT_NOFILE, 20, 20));
	return set_limit(RLIMIT_NOFILE, 20, 50);
}

/* The limits are set, and to raise them is reported only. */
TEST(complain)
{
	EXPECT_EQ(0, run(do_complain));
}

static int idle(const char *profile)
{
	pid_t pid = fork();

	if (!pid) {
		if (!profile || !nest_change_profile(profile, 0, false))
			gate_open(&ready);
		for (;;)
			pause();
	}
	return pid;
}

static int of_other(pid_t pid, rlim_t hard)
{
	const struct rlimit limit = { 1, hard };

	return TRY(prlimit(pid, RLIMIT_NOFILE, &limit, NULL));
}

static int do_others(void *arg)
{
	pid_t same, twin, plain;

	(void)arg;
	CHECK(!gate_init(&ready));
	plain = idle(NULL);
	gate_pass(&ready);
	twin = idle("twin");
	gate_pass(&ready);
	CHECK(!nest_change_profile("limited", 0, false));
	same = idle(NULL);
	gate_pass(&ready);
	CHECK(of_other(same, 20) == 0 && of_other(same, 21) == EACCES);
	/* With the capability, and within the own limits, others' too. */
	CHECK(of_other(twin, 20) == 0 && of_other(twin, 21) == EACCES);
	CHECK(of_other(plain, 20) == 0 && of_other(plain, 21) == EACCES);
	CHECK(!nest_change_profile("twin", 0, false));
	CHECK(of_other(twin, 19) == 0);
	/* Without it, not even to lower them. */
	CHECK(of_other(same, 10) == EACCES);
	CHECK(of_other(plain, 10) == EACCES);
	CHECK(of_other(getpid(), 10) == 0);
	return 0;
}

TEST(of_others)
{
	EXPECT_EQ(0, run(do_others));
}

static int do_spin(void *arg)
{
	(void)arg;
	return probe_run(TIMED, "spin", NULL);
}

static int do_spin_changed(void *arg)
{
	(void)arg;
	if (!fork()) {
		nest_change_profile("timed", 0, false);
		alarm(60);
		while (getpid())
			;
	}
	return sandbox_wait(-1);
}

/* The kernel's clock for it is started, too. */
TEST(cpu_time)
{
	EXPECT_EQ(SANDBOX_SIGNAL + SIGKILL, run(do_spin));
	EXPECT_EQ(SANDBOX_SIGNAL + SIGKILL, run(do_spin_changed));
}

static int do_two_layers(void *arg)
{
	(void)arg;
	gate_open(&ready);
	gate_pass(&loaded);
	CHECK(probe_run(PROBE, "limit", "7", "15", "15", NULL) == 0);
	CHECK(probe_run(PROBE, "limit", "4", "0", "0", NULL) == 0);
	CHECK(probe_run(PROBE, "raise", "7", "16", NULL) == EACCES);
	return 0;
}

/* Of several layers each has its say: the lowest limit holds. */
TEST(two_layers)
{
	const struct sandbox sandbox = {
		.policy = policy,
		.rootful = true,
		.files = true,
		.prepare = prepare,
	};
	struct nest *nest;
	pid_t pid;

	ASSERT_EQ(0, nest_open(&nest, NULL));
	ASSERT_EQ(0, gate_init(&ready));
	ASSERT_EQ(0, gate_init(&loaded));
	pid = sandbox_start(&sandbox, do_two_layers, NULL);
	gate_pass(&ready);
	EXPECT_EQ(0, sandbox_impose(nest, "profile default {\n  all,\n"
				    "  set rlimit nofile <= 15,\n}\n", pid));
	gate_open(&loaded);
	EXPECT_EQ(0, sandbox_wait(pid));
	nest_close(nest);
}

static int do_plain(void *arg)
{
	(void)arg;
	CHECK(probe_run(PROBE, "limit", "7", "20", "20", NULL) == 0);
	return probe_run(PROBE, "raise", "7", "30", NULL);
}

/* In a container of its own users the kernel refuses before. */
TEST(user_namespace)
{
	const struct sandbox sandbox = {
		.policy = policy,
		.files = true,
		.prepare = prepare,
	};

	EXPECT_EQ(EPERM, sandbox_run(&sandbox, do_plain, NULL));
}

NEST_TEST_MAIN
