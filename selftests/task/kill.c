// SPDX-License-Identifier: GPL-2.0-only
/*
 * flags=(kill): who is denied something does not live to try again, and nobody
 * else dies. flags=(complain): in each class what is not allowed is permitted,
 * and reported.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include "label.h"
#include "nest_test.h"

#define BIN	WORK "/bin/"
#define KILLED	(SANDBOX_SIGNAL + SIGKILL)

/* What both domains may do; the victim is of another domain. */
#define SOME	"  / r,\n  " WORK "/file r,\n  " BIN "* rm,\n" \
		"  deny " WORK "/other r,\n  capability kill,\n" \
		"  capability mac_admin,\n" \
		"  deny capability sys_nice,\n" \
		"  network netlink,\n  signal receive,\n  ptrace read,\n" \
		"  signal (send) set=(cont) peer=default,\n"

static const char policy[] =
	"profile default {\n" ALL_RULES "  signal,\n  ptrace,\n"
	"  change_profile -> {strict,lax,guarded},\n}\n"
	"profile strict flags=(kill) {\n" SOME "}\n"
	"profile lax flags=(complain) {\n" SOME "  signal,\n  ptrace,\n}\n"
	"profile guarded flags=(kill) {\n" OWN_RULES
	"  signal receive set=(cont),\n}\n";

static int prepare(void)
{
	return TRY(mkdir(BIN, 0755)) ?: sandbox_copy_self(BIN "probe");
}

static int run(sandbox_fn body, void *arg)
{
	const struct sandbox sandbox = {
		.policy = policy,
		.files = true,
		.prepare = prepare,
	};

	return sandbox_run(&sandbox, body, arg);
}

/* What is not allowed; each returns 0 or an errno if it lives. */
static int do_open(void)
{
	return try_open("/proc/self/status", O_RDONLY);
}

static int do_create(void)
{
	return try_open(WORK "/dir/new", O_CREAT | O_WRONLY);
}

static int do_rename(void)
{
	return TRY(rename(WORK "/file", WORK "/file2"));
}

static int do_exec(void)
{
	return probe_run(BIN "probe", "read", WORK "/file", NULL);
}

static int do_exec_self(void)
{
	char *const argv[] = { "probe", "read", WORK "/file", NULL };

	execv(BIN "probe", argv);
	return errno;
}

static int do_socket(void)
{
	return TRY(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int do_capable(void)
{
	return TRY(unshare(CLONE_NEWUTS));
}

static int do_signal(void)
{
	return TRY(kill(1, SIGWINCH));
}

static int do_ptrace(void)
{
	return TRY(ptrace(PTRACE_SEIZE, 1, NULL, NULL));
}

static int do_traceme(void)
{
	return TRY(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int do_mount(void)
{
	return TRY(mount("none", WORK "/dir", "tmpfs", 0, NULL));
}

static int do_change(void)
{
	return -nest_change_profile("default", 0, false);
}

FIXTURE(denied) {
};

FIXTURE_SETUP(denied) {
}

FIXTURE_TEARDOWN(denied) {
}

FIXTURE_VARIANT(denied) {
	int (*run)(void);
	bool lax_too;
};

#define DENIED(name, lax) FIXTURE_VARIANT_ADD(denied, name) { \
	.run = do_##name, .lax_too = lax }
DENIED(open, true);
DENIED(create, true);
DENIED(rename, true);
DENIED(exec, true);
DENIED(exec_self, true);
DENIED(socket, true);
DENIED(capable, true);
DENIED(signal, false);
DENIED(ptrace, false);
DENIED(traceme, false);
DENIED(mount, true);
DENIED(change, true);

static int (*operation)(void);

static int in_domain(void *arg)
{
	CHECK(nest_change_profile(arg, 0, false) == 0);
	return operation();
}

static int do_strict(void *arg)
{
	(void)arg;
	CHECK(sandbox_fork(in_domain, "strict") == KILLED);
	return 0;
}

TEST_F(denied, kills)
{
	operation = variant->run;
	EXPECT_EQ(0, run(do_strict, NULL));
}

struct seen {
	const char *domain;
	unsigned int n;
	uint32_t verdict;
};

static int see(const struct nest_event *event, void *arg)
{
	struct seen *seen = arg;

	if (event->domain && !strcmp(event->domain, seen->domain) &&
	    event->denied) {
		seen->n++;
		seen->verdict = event->verdict;
	}
	return 0;
}

static int do_reported(void *arg)
{
	struct seen seen = { .domain = arg };

	CHECK(!nest_subscribe(sandbox_nest));
	sandbox_fork(in_domain, arg);
	while (nest_events(sandbox_nest, 200, see, &seen) == 0)
		;
	CHECK(seen.n);
	CHECK(seen.verdict == (strcmp(arg, "lax") ? NEST_VERDICT_KILLED :
						    NEST_VERDICT_ALLOWED));
	return 0;
}

TEST_F(denied, is_reported)
{
	operation = variant->run;
	EXPECT_EQ(0, run(do_reported, "strict"));
	if (variant->lax_too)
		EXPECT_EQ(0, run(do_reported, "lax"));
}

static int do_lax(void *arg)
{
	(void)arg;
	CHECK(sandbox_fork(in_domain, "lax") == 0);
	return 0;
}

TEST_F(denied, is_permitted_by_complain)
{
	operation = variant->run;
	EXPECT_EQ(0, run(do_lax, NULL));
}

/* Allowed, or denied by a rule that says so. */
static int do_harmless(void)
{
	CHECK(try_open(WORK "/file", O_RDONLY) == 0);
	CHECK(try_open(WORK "/other", O_RDONLY) == EACCES);
	CHECK(kill(1, SIGCONT) == 0);
	CHECK(nice(-1) < 0);
	return 0;
}

static int do_quiet(void *arg)
{
	(void)arg;
	operation = do_harmless;
	CHECK(sandbox_fork(in_domain, "strict") == 0);
	return 0;
}

TEST(quiet_denial_does_not_kill)
{
	EXPECT_EQ(0, run(do_quiet, NULL));
}

static int wait_in_domain(void *arg)
{
	const struct gate *gates = arg;

	CHECK(nest_change_profile("guarded", 0, false) == 0);
	gate_open(&gates[0]);
	gate_pass(&gates[1]);
	return 0;
}

static int send_to(void *arg)
{
	return TRY(kill(*(pid_t *)arg, SIGUSR1));
}

static pid_t fork_only(sandbox_fn body, void *arg)
{
	pid_t pid = fork();

	if (!pid)
		_exit(body(arg));
	return pid;
}

/* The sender is the one that is denied, and dies; the receiver lives. */
static int do_receive(void *arg)
{
	struct gate gates[2];
	pid_t pid;

	(void)arg;
	CHECK(!gate_init(&gates[0]) && !gate_init(&gates[1]));
	pid = fork_only(wait_in_domain, gates);
	gate_pass(&gates[0]);
	CHECK(sandbox_fork(send_to, &pid) == KILLED);
	gate_open(&gates[1]);
	CHECK(sandbox_wait(pid) == 0);
	return 0;
}

TEST(the_sender_dies)
{
	EXPECT_EQ(0, run(do_receive, NULL));
}

static void *thread(void *arg)
{
	(void)arg;
	do_open();
	return NULL;
}

static int do_threads(void)
{
	pthread_t id;

	if (pthread_create(&id, NULL, thread, NULL))
		return EIO;
	pause();
	return 0;
}

static int do_all_threads(void *arg)
{
	(void)arg;
	operation = do_threads;
	CHECK(sandbox_fork(in_domain, "strict") == KILLED);
	return 0;
}

/* A process dies as a whole. */
TEST(threads)
{
	EXPECT_EQ(0, run(do_all_threads, NULL));
}

static int do_init(void *arg)
{
	(void)arg;
	CHECK(nest_change_profile("strict", 0, false) == 0);
	return do_open();
}

/* The container's first process is no exception. */
TEST(first_process)
{
	EXPECT_EQ(KILLED, run(do_init, NULL));
}

static int do_mode(void *arg)
{
	struct nest_label label;

	(void)arg;
	CHECK(nest_change_profile("strict", 0, false) == 0);
	CHECK(label_of(sandbox_nest, getpid(), &label) == 0);
	CHECK(label_is(&label, "strict"));
	CHECK(label.mode == NEST_MODE_KILL);
	return 0;
}

TEST(mode)
{
	EXPECT_EQ(0, run(do_mode, NULL));
}

NEST_TEST_MAIN
