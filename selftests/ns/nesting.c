// SPDX-License-Identifier: GPL-2.0-only
/*
 * I1, I2: the policies of all levels apply together, and nothing that a task
 * does to its namespaces takes it out of one.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "label.h"
#include "nest_test.h"

/* Level i denies /stage/<i>. */
#define LEVELS	5

static int level;
static struct gate gates[2];

static const char *level_policy(void)
{
	static char policy[256];

	snprintf(policy, sizeof(policy),
		 POLICY(ALL_RULES "  mount,\n  deny " WORK "/%d rw,\n"),
		 level);
	return policy;
}

static int check_levels(void)
{
	char path[32];

	for (int i = 0; i < LEVELS; i++) {
		snprintf(path, sizeof(path), WORK "/%d", i);
		CHECK(try_open(path, O_CREAT | O_RDWR) ==
		      (i <= level ? EACCES : 0));
	}
	return 0;
}

static int go_deeper(void *arg)
{
	struct sandbox inner = { 0 };

	(void)arg;
	CHECK(!check_levels());
	if (++level == LEVELS)
		return 0;
	inner.policy = level_policy();
	CHECK(sandbox_run(&inner, go_deeper, NULL) == 0);
	/* the deeper policies were none of this level's */
	level--;
	return check_levels();
}

TEST(levels_add_up)
{
	struct sandbox outer = { .policy = level_policy() };

	EXPECT_EQ(0, sandbox_run(&outer, go_deeper, NULL));
}

/* A level that allows everything does not undo what one above it denies. */
static int grant_all(void *arg)
{
	(void)arg;
	CHECK(try_open(WORK "/0", O_CREAT | O_RDWR) == EACCES);
	CHECK(chown(WORK, 1, 1) < 0 && errno == EPERM);
	return 0;
}

static int nest_grant(void *arg)
{
	const struct sandbox inner = { .policy = POLICY(ALL_RULES) };

	(void)arg;
	return sandbox_run(&inner, grant_all, NULL);
}

TEST(inner_does_not_grant)
{
	const struct sandbox outer = {
		.policy = POLICY("  / r,\n  /** rwklm,\n  network,\n  mount,\n"
				 "  capability,\n  deny capability chown,\n"
				 "  deny " WORK "/0 rw,\n"),
	};

	EXPECT_EQ(0, sandbox_run(&outer, nest_grant, NULL));
}

#define CONFINED	POLICY("  capability,\n  /proc/** r,\n  / r,\n" \
			       "  " WORK "/file r,\n")

static int check_confined(void)
{
	CHECK(try_open(WORK "/file", O_RDONLY) == 0);
	CHECK(try_open(WORK "/other", O_RDONLY) == EACCES);
	CHECK(try_open(WORK "/new", O_CREAT | O_RDWR) == EACCES);
	return 0;
}

static int child_is_confined(void *arg)
{
	(void)arg;
	return check_confined();
}

static int run_confined(sandbox_fn body)
{
	const struct sandbox sandbox = { .policy = CONFINED, .files = true };

	return sandbox_run(&sandbox, body, NULL);
}

/* Each namespace that can be left, left, and all of them together. */
static int do_unshare(void *arg)
{
	static const int flags[] = {
		CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWNET,
		CLONE_NEWCGROUP, CLONE_NEWUSER, CLONE_NEWPID,
	};

	(void)arg;
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		CHECK(!unshare(flags[i]));
		CHECK(!check_confined());
		CHECK(sandbox_fork(child_is_confined, NULL) == 0);
	}
	return 0;
}

TEST(unshare_everything)
{
	EXPECT_EQ(0, run_confined(do_unshare));
}

static int do_clone_all(void *arg)
{
	pid_t pid;

	(void)arg;
	pid = syscall(SYS_clone, CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS |
		      CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | SIGCHLD,
		      0, NULL, NULL, 0);
	CHECK(pid >= 0);
	if (!pid)
		_exit(check_confined());
	return sandbox_wait(pid);
}

TEST(clone_into_new_namespaces)
{
	EXPECT_EQ(0, run_confined(do_clone_all));
}

static int wait_for_gate(void *arg)
{
	gate_pass(arg);
	return 0;
}

/*
 * The first child begins a pid namespace, the second enters one that is there,
 * as from outside: exempt from what the inner one loads, never from this.
 */
static int second_child(void *arg)
{
	struct gate gate;
	pid_t init;

	(void)arg;
	CHECK(!gate_init(&gate));
	CHECK(!unshare(CLONE_NEWPID));
	init = fork();
	if (!init)
		_exit(wait_for_gate(&gate));
	CHECK(sandbox_fork(child_is_confined, NULL) == 0);
	CHECK(sandbox_fork(child_is_confined, NULL) == 0);
	gate_open(&gate);
	return sandbox_wait(init);
}

TEST(second_child_in_a_new_pid_namespace)
{
	EXPECT_EQ(0, run_confined(second_child));
}

static int enter_own(void *arg)
{
	int fd = open("/proc/self/ns/pid", O_RDONLY);

	(void)arg;
	CHECK(fd >= 0);
	CHECK(!setns(fd, CLONE_NEWPID));
	return sandbox_fork(child_is_confined, NULL);
}

/* To enter where one is exempts from nothing. */
TEST(setns_to_the_own_pid_namespace)
{
	EXPECT_EQ(0, run_confined(enter_own));
}

static const char *const kinds[] = {
	"mnt", "uts", "ipc", "net", "cgroup", "user", "pid",
	"pid_for_children",
};

static int held[ARRAY_SIZE(kinds)];

/* Descriptors of the host's namespaces, as if they had leaked. */
static void hold_host(void)
{
	char path[64];

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		snprintf(path, sizeof(path), "/proc/self/ns/%s", kinds[i]);
		held[i] = open(path, O_RDONLY | O_CLOEXEC);
	}
}

static int do_setns(void *arg)
{
	(void)arg;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		/* most are refused; if not, nothing may be gained */
		setns(held[i], 0);
		CHECK(sandbox_fork(child_is_confined, NULL) == 0);
		CHECK(try_open(WORK "/new", O_CREAT | O_RDWR) == EACCES);
	}
	return check_confined();
}

TEST(setns_to_leaked_descriptors)
{
	hold_host();
	EXPECT_EQ(0, run_confined(do_setns));
}

static int rootful_setns(void *arg)
{
	int pid = held[ARRAY_SIZE(kinds) - 2];

	(void)arg;
	CHECK(check_confined() == 0);
	/* a pid namespace can only be entered downwards */
	CHECK(setns(pid, CLONE_NEWPID) < 0);
	/* even the host's tree is no way out */
	CHECK(setns(held[0], CLONE_NEWNS) < 0 ||
	      try_open("/etc/new", O_CREAT | O_RDWR) == EACCES);
	return 0;
}

/* Real root, in a pid namespace of the initial user namespace. */
TEST(setns_as_the_hosts_root)
{
	const struct sandbox sandbox = {
		.policy = CONFINED, .files = true, .rootful = true,
	};

	hold_host();
	EXPECT_EQ(0, sandbox_run(&sandbox, rootful_setns, NULL));
}

static int hold_open(void *arg)
{
	(void)arg;
	gate_open(&gates[0]);
	gate_pass(&gates[1]);
	return 0;
}

static int copy_probe(void)
{
	return sandbox_copy_self(WORK "/probe");
}

static int unconfined_inside(void *arg)
{
	(void)arg;
	CHECK(try_open(WORK "/other", O_RDONLY) == 0);
	return probe_run(WORK "/probe", "read", WORK "/other", NULL);
}

static int enter_as_host(void *arg)
{
	CHECK(!sandbox_enter(*(pid_t *)arg, false));
	return sandbox_fork(unconfined_inside, NULL);
}

/*
 * The host's administrator enters with the host's own credentials: a layer of
 * the container's own never binds him (I4).
 */
TEST(host_administrator_is_not_bound)
{
	const struct sandbox sandbox = {
		.policy = CONFINED, .files = true, .prepare = copy_probe,
	};
	pid_t pid;

	ASSERT_EQ(0, gate_init(&gates[0]) | gate_init(&gates[1]));
	pid = sandbox_start(&sandbox, hold_open, NULL);
	gate_pass(&gates[0]);
	EXPECT_EQ(0, sandbox_fork(enter_as_host, &pid));
	gate_open(&gates[1]);
	EXPECT_EQ(0, sandbox_wait(pid));
}

static int exempt_until_exec(void *arg)
{
	(void)arg;
	/* a runtime that sets a process up is not in its way */
	CHECK(try_open(WORK "/other", O_RDONLY) == 0);
	CHECK(probe_run(WORK "/probe", "read", WORK "/file", NULL) == 0);
	return probe_run(WORK "/probe", "read", WORK "/other", NULL);
}

static int enter_with_user(void *arg)
{
	CHECK(!sandbox_enter(*(pid_t *)arg, true));
	return sandbox_fork(exempt_until_exec, NULL);
}

static int enter_rootful(void *arg)
{
	CHECK(!sandbox_enter(*(pid_t *)arg, false));
	return sandbox_fork(exempt_until_exec, NULL);
}

#define EXECS	POLICY("  capability,\n  /proc/** r,\n  / r,\n" \
		       "  " WORK "/file r,\n  " WORK "/probe rmix,\n")

/* Who enters is exempt until the first exec, and bound from then on. */
TEST(entering_is_exempt_until_exec)
{
	const struct sandbox sandbox = {
		.policy = EXECS, .files = true, .prepare = copy_probe,
	};
	struct sandbox rootful = sandbox;
	pid_t pid;

	rootful.rootful = true;
	ASSERT_EQ(0, gate_init(&gates[0]) | gate_init(&gates[1]));
	pid = sandbox_start(&sandbox, hold_open, NULL);
	gate_pass(&gates[0]);
	EXPECT_EQ(EACCES, sandbox_fork(enter_with_user, &pid));
	gate_open(&gates[1]);
	EXPECT_EQ(0, sandbox_wait(pid));

	pid = sandbox_start(&rootful, hold_open, NULL);
	gate_pass(&gates[0]);
	EXPECT_EQ(EACCES, sandbox_fork(enter_rootful, &pid));
	gate_open(&gates[1]);
	EXPECT_EQ(0, sandbox_wait(pid));
}

static struct gate entered[2];

static int stay(void *arg)
{
	(void)arg;
	gate_open(&entered[0]);
	gate_pass(&entered[1]);
	return 0;
}

static int enter_and_stay(void *arg)
{
	CHECK(!sandbox_enter(*(pid_t *)arg, false));
	return sandbox_fork(stay, NULL);
}

/* The one who entered is the second process of this namespace. */
static int trace_second(void *arg)
{
	(void)arg;
	gate_open(&gates[0]);
	gate_pass(&gates[1]);
	CHECK(!kill(2, 0));
	return TRY(ptrace(PTRACE_ATTACH, 2, NULL, NULL));
}

static int run_trace_second(const char *policy)
{
	const struct sandbox sandbox = { .policy = policy, .rootful = true };
	pid_t pid, helper;
	int err;

	CHECK(!gate_init(&gates[0]) && !gate_init(&gates[1]));
	CHECK(!gate_init(&entered[0]) && !gate_init(&entered[1]));
	pid = sandbox_start(&sandbox, trace_second, NULL);
	gate_pass(&gates[0]);
	helper = fork();
	if (!helper)
		_exit(enter_and_stay(&pid));
	gate_pass(&entered[0]);
	gate_open(&gates[1]);
	err = sandbox_wait(pid);
	/* it dies with the namespace */
	sandbox_wait(helper);
	return err;
}

/* I2: whom the layer does not bind must not be taken over by whom it does. */
TEST(exempt_task_is_not_traced)
{
	EXPECT_EQ(0, run_trace_second(NULL));
	EXPECT_EQ(EACCES, run_trace_second(POLICY(ALL_RULES)));
	EXPECT_EQ(EACCES, run_trace_second(POLICY(ALL_RULES "  ptrace,\n")));
	/* nor by whom it binds but does not confine yet */
	EXPECT_EQ(EACCES, run_trace_second("profile web /usr/bin/web { }\n"));
}

static int exec_at_gate(void *arg)
{
	char *const argv[] = { "probe", "hold", NULL };
	static char *const env[1];

	(void)arg;
	gate_open(&entered[0]);
	gate_pass(&entered[1]);
	dup2(gates[1].fd[0], 0);
	dup2(entered[0].fd[1], 1);
	close(gates[1].fd[1]);
	execve(WORK "/probe", argv, env);
	return errno;
}

static int enter_and_exec(void *arg)
{
	CHECK(!sandbox_enter(*(pid_t *)arg, false));
	return sandbox_fork(exec_at_gate, NULL);
}

static struct gate load_now;

/* Loads when it is told to; the one who entered must be bound then. */
static int load_and_look(void *arg)
{
	struct nest_label label;

	(void)arg;
	gate_open(&gates[0]);
	gate_pass(&load_now);
	CHECK(!sandbox_load(sandbox_nest, EXECS));
	CHECK(!label_of(sandbox_nest, 2, &label));
	CHECK(label.mode == NEST_MODE_ENFORCE);
	return 0;
}

static int wait_for_no_layers(void)
{
	struct nest_layer *layers;
	size_t count = 1;

	for (int i = 0; i < 500 && count; i++) {
		CHECK(!nest_layer_list(sandbox_nest, &layers, &count));
		free(layers);
		usleep(10000);
	}
	return count;
}

/* The exec that ends an exemption may come while no layer is in force. */
TEST(exemption_ends_without_a_layer)
{
	const struct sandbox plain = { .rootful = true, .prepare = copy_probe };
	const struct sandbox layered = { .policy = EXECS };
	pid_t other, pid, helper;

	ASSERT_EQ(0, gate_init(&gates[0]) | gate_init(&gates[1]));
	ASSERT_EQ(0, gate_init(&entered[0]) | gate_init(&entered[1]));
	ASSERT_EQ(0, gate_init(&load_now));
	ASSERT_EQ(0, nest_open(&sandbox_nest, NULL));
	other = sandbox_start(&layered, hold_open, NULL);
	gate_pass(&gates[0]);
	pid = sandbox_start(&plain, load_and_look, NULL);
	gate_pass(&gates[0]);
	helper = fork();
	if (!helper)
		_exit(enter_and_exec(&pid));
	gate_pass(&entered[0]);
	/* the only layer goes, then the one who entered executes */
	gate_open(&gates[1]);
	EXPECT_EQ(0, sandbox_wait(other));
	EXPECT_EQ(0, wait_for_no_layers());
	gate_open(&entered[1]);
	gate_pass(&entered[0]);
	gate_open(&load_now);
	EXPECT_EQ(0, sandbox_wait(pid));
	sandbox_wait(helper);
}

static void *open_other(void *arg)
{
	(void)arg;
	return (void *)(long)try_open(WORK "/other", O_RDONLY);
}

/* Bound or not? In this task, a thread and a child. */
static int open_in_each(void *arg)
{
	pthread_t thread;
	void *result;

	if (!arg) {
		CHECK(sandbox_fork(open_in_each, "child") == 0);
		CHECK(!pthread_create(&thread, NULL, open_other, NULL));
		CHECK(!pthread_join(thread, &result) && !result);
	}
	return (long)open_other(NULL);
}

/* Made before there is a layer, asks after it came, and then executes. */
static int wait_and_open(void *arg)
{
	pid_t child;

	(void)arg;
	child = fork();
	gate_open(&entered[0]);
	gate_pass(&entered[1]);
	if (!child)
		_exit(open_in_each(NULL));
	CHECK(sandbox_wait(child) == 0);
	CHECK(open_in_each(NULL) == 0);
	CHECK(probe_run(WORK "/probe", "read", WORK "/file", NULL) == 0);
	return probe_run(WORK "/probe", "read", WORK "/other", NULL);
}

static int enter_early(void *arg)
{
	CHECK(!sandbox_enter(*(pid_t *)arg, false));
	return sandbox_fork(wait_and_open, NULL);
}

static int load_and_hold(void *arg)
{
	(void)arg;
	gate_open(&gates[0]);
	gate_pass(&load_now);
	CHECK(!sandbox_load(sandbox_nest, EXECS));
	gate_open(&gates[0]);
	gate_pass(&gates[1]);
	return 0;
}

/*
 * An exemption begins whether or not a layer is in force, and goes on to
 * children: who may load must not be able to wait for a runtime with it.
 */
TEST(exemption_begins_without_a_layer)
{
	const struct sandbox rootful = {
		.rootful = true, .files = true, .prepare = copy_probe,
	};
	pid_t pid, helper;

	ASSERT_EQ(0, gate_init(&gates[0]) | gate_init(&gates[1]));
	ASSERT_EQ(0, gate_init(&entered[0]) | gate_init(&entered[1]));
	ASSERT_EQ(0, gate_init(&load_now));
	ASSERT_EQ(0, nest_open(&sandbox_nest, NULL));
	ASSERT_EQ(0, wait_for_no_layers());
	pid = sandbox_start(&rootful, load_and_hold, NULL);
	gate_pass(&gates[0]);
	helper = fork();
	if (!helper)
		_exit(enter_early(&pid));
	/* the one who entered, and its child */
	gate_pass(&entered[0]);
	gate_pass(&entered[0]);
	gate_open(&load_now);
	gate_pass(&gates[0]);
	gate_open(&entered[1]);
	gate_open(&entered[1]);
	EXPECT_EQ(EACCES, sandbox_wait(helper));
	gate_open(&gates[1]);
	EXPECT_EQ(0, sandbox_wait(pid));
}

static int load_after_fork(void *arg)
{
	(void)arg;
	gate_pass(&gates[0]);
	return check_confined();
}

static int load_late(void *arg)
{
	pid_t pid;

	(void)arg;
	CHECK(!gate_init(&gates[0]));
	pid = fork();
	if (!pid)
		_exit(load_after_fork(NULL));
	CHECK(!sandbox_load(sandbox_nest, CONFINED));
	gate_open(&gates[0]);
	return sandbox_wait(pid);
}

/* A layer binds the tasks that were there before it. */
TEST(tasks_from_before_the_layer)
{
	const struct sandbox sandbox = { .files = true };

	EXPECT_EQ(0, sandbox_run(&sandbox, load_late, NULL));
}

/* Linux has 32 levels of pid namespaces below the initial one. */
#define DEPTH	32

static int as_deep_as_can_be(void *arg)
{
	const struct sandbox inner = {
		.policy = POLICY(ALL_RULES "  mount,\n"), .rootful = true,
	};
	int *depth = arg;

	if (++*depth < DEPTH)
		return sandbox_run(&inner, as_deep_as_can_be, depth);
	/* mounts that cover each other add nothing to a name */
	CHECK(try_open(WORK "/1", O_CREAT | O_RDWR) == 0);
	/* one of the levels above denies this one */
	return try_open(WORK "/0", O_CREAT | O_RDWR);
}

TEST(as_many_levels_as_there_are)
{
	const struct sandbox outer = {
		.policy = POLICY(ALL_RULES "  mount,\n  deny " WORK
				 "/0 rw,\n"),
		.rootful = true,
	};
	int depth = 0;

	EXPECT_EQ(EACCES, sandbox_run(&outer, as_deep_as_can_be, &depth));
}

NEST_TEST_MAIN
