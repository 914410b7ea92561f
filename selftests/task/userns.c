// SPDX-License-Identifier: GPL-2.0-only
/* Making user namespaces: by rule, in each way there is to make one. */
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include "nest_test.h"

#define ABI_4(rules)	"abi <abi/4.0>,\n" POLICY(ALL_RULES "  unix,\n" \
						  "  signal,\n" rules)

static int do_unshare(void *arg)
{
	(void)arg;
	return TRY(unshare(CLONE_NEWUSER));
}

/* The child does nothing but be. */
static int by_clone3(unsigned long flags)
{
	struct clone_args args = { .flags = flags, .exit_signal = SIGCHLD };
	pid_t pid = syscall(SYS_clone3, &args, sizeof(args));

	if (!pid)
		_exit(0);
	return pid < 0 ? errno : sandbox_wait(pid);
}

static int do_clone3(void *arg)
{
	(void)arg;
	return by_clone3(CLONE_NEWUSER | CLONE_NEWNS);
}

static int do_vfork(void *arg)
{
	(void)arg;
	return by_clone3(CLONE_NEWUSER | CLONE_VFORK);
}

static int do_clone(void *arg)
{
	pid_t pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);

	(void)arg;
	if (!pid)
		_exit(0);
	return pid < 0 ? errno : sandbox_wait(pid);
}

static void *thread_main(void *arg)
{
	return (void *)(long)do_clone3(arg);
}

static int do_thread(void *arg)
{
	pthread_t thread;
	void *result;

	CHECK(!pthread_create(&thread, NULL, thread_main, arg));
	CHECK(!pthread_join(thread, &result));
	return (long)result;
}

static int do_fork(void *arg)
{
	return sandbox_fork(do_unshare, arg);
}

FIXTURE(way) {
};

FIXTURE_SETUP(way) {
}

FIXTURE_TEARDOWN(way) {
}

FIXTURE_VARIANT(way) {
	sandbox_fn body;
};

#define WAY(name) FIXTURE_VARIANT_ADD(way, name) { .body = do_##name }

WAY(unshare);
WAY(clone3);
WAY(vfork);
WAY(clone);
WAY(thread);
WAY(fork);

static int run(const char *policy, sandbox_fn body)
{
	const struct sandbox sandbox = { .policy = policy, .files = true };

	return sandbox_run(&sandbox, body, NULL);
}

TEST_F(way, not_mediated)
{
	EXPECT_EQ(0, run(POLICY(ALL_RULES), variant->body));
}

TEST_F(way, no_rule)
{
	EXPECT_EQ(EACCES, run(ABI_4(""), variant->body));
}

TEST_F(way, allowed)
{
	EXPECT_EQ(0, run(ABI_4("  userns create,\n"), variant->body));
}

TEST_F(way, denied)
{
	EXPECT_EQ(EACCES, run(POLICY(ALL_RULES "  userns,\n"
				     "  deny userns,\n"), variant->body));
}

TEST_F(way, all)
{
	EXPECT_EQ(0, run("abi <abi/4.0>,\n" POLICY("  all,\n"),
			 variant->body));
}

TEST_F(way, complain)
{
	EXPECT_EQ(0, run("abi <abi/4.0>,\nprofile default flags=(complain) {\n"
			 ALL_RULES "}\n", variant->body));
}

static int existing;

/* A user namespace from before the policy, by a descriptor of its process. */
static int make_namespace(void)
{
	struct gate ready;
	pid_t pid;

	if (gate_init(&ready))
		return errno;
	pid = fork();
	if (!pid) {
		if (!unshare(CLONE_NEWUSER))
			gate_open(&ready);
		pause();
		_exit(0);
	}
	gate_pass(&ready);
	existing = syscall(SYS_pidfd_open, pid, 0);
	return existing < 0 ? errno : 0;
}

static int do_enter(void *arg)
{
	(void)arg;
	CHECK(!setns(existing, CLONE_NEWUSER));
	CHECK(try_open(WORK "/file", O_RDONLY) == 0);
	return try_open(WORK "/other", O_RDONLY);
}

/* To enter one makes none; what binds the task binds it there, too (I2). */
TEST(entered)
{
	const struct sandbox sandbox = {
		.policy = "abi <abi/4.0>,\n" POLICY("  capability,\n"
						    "  ptrace,\n"
						    "  " WORK "/file r,\n"),
		.files = true,
		.prepare = make_namespace,
	};

	EXPECT_EQ(EACCES, sandbox_run(&sandbox, do_enter, NULL));
}

NEST_TEST_MAIN
