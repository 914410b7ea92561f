// SPDX-License-Identifier: GPL-2.0-only
/*
 * A task changes its own domain: change_profile, at once and at exec, hats and
 * their tokens, and what must not be got round by them (I2).
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <linux/io_uring.h>
#include "label.h"
#include "nest_test.h"

#define BIN	WORK "/bin/"
#define PROBE	BIN "probe"
#define OTHER	BIN "other"
#define OPEN	WORK "/open"
#define SHUT	WORK "/shut"
#define TOKEN	0x123456789abcdefULL
#define WRONG	0x123456789abcdeeULL

#define SOME	"  / r,\n  " BIN "* rmix,\n  /** rm,\n  deny " SHUT " r,\n"

static const char policy[] =
	"profile default {\n" ALL_RULES
	"  change_profile -> {narrow,wide,hatted,kept,quiet},\n"
	"  change_profile " PROBE " -> at_exec,\n"
	"  change_profile unsafe " OTHER " -> at_exec,\n"
	"  deny change_profile -> quiet,\n"
	"  " BIN "* ix,\n  ptrace,\n  signal,\n  mount,\n}\n"
	"profile narrow {\n" SOME
	"  change_profile -> {default,unconfined},\n}\n"
	"profile at_exec {\n" SOME "}\n"
	"profile wide {\n" ALL_RULES "  " BIN "* ix,\n}\n"
	"profile kept {\n" SOME "}\n"
	"profile quiet { / r, }\n"
	"profile lax flags=(complain) {\n" SOME "}\n"
	"profile hatted {\n" SOME
	"  ^one {\n  /** rm,\n  deny " OPEN " r,\n  " BIN "* ix,\n}\n"
	"  ^two {\n  /** rm,\n}\n"
	"  profile child {\n  /** rm,\n}\n"
	"  change_profile -> hatted//one,\n}\n";

static int prepare(void)
{
	if (mkdir(BIN, 0755))
		return errno;
	return sandbox_copy_self(PROBE) ?: TRY(link(PROBE, OTHER)) ?:
	       TRY(link(PROBE, BIN "third")) ?:
	       put_text(OPEN, "x") ?: put_text(SHUT, "x");
}

static int run(sandbox_fn body)
{
	const struct sandbox sandbox = {
		.policy = policy,
		.files = true,
		.prepare = prepare,
	};

	return sandbox_run(&sandbox, body, NULL);
}

#define STEP(body) do { \
	int status_ = sandbox_fork(body, NULL); \
	if (status_) { \
		fprintf(stderr, "# %s: %d\n", #body, status_); \
		return SANDBOX_FAILED; \
	} \
} while (0)

static int to(const char *name)
{
	return -nest_change_profile(name, 0, false);
}

static int at_exec(const char *name)
{
	return -nest_change_profile(name, 0, true);
}

static int hat(const char *name, uint64_t token)
{
	return -nest_change_hat(name, 0, token);
}

/* By what it may do, not by what is said of it. */
static bool is_narrow(void)
{
	return try_open(SHUT, O_RDONLY) == EACCES &&
	       try_open(OPEN, O_RDONLY) == 0;
}

static bool is_wide(void)
{
	return try_open(SHUT, O_RDONLY) == 0;
}

static bool in_hat_one(void)
{
	return try_open(OPEN, O_RDONLY) == EACCES;
}

static int now(void *arg)
{
	struct nest_label label;

	(void)arg;
	CHECK(is_wide());
	CHECK(to("narrow") == 0);
	CHECK(is_narrow());
	CHECK(label_of(sandbox_nest, getpid(), &label) == 0);
	CHECK(label_is(&label, "narrow"));
	/* A child has it, too. */
	CHECK(probe_run(PROBE, "read", SHUT, NULL) == EACCES);
	CHECK(to("default") == 0);
	CHECK(is_wide());
	CHECK(to("narrow") == 0);
	CHECK(to("unconfined") == 0);
	CHECK(is_wide());
	CHECK(label_of(sandbox_nest, getpid(), &label) == 0);
	CHECK(label_is(&label, ""));
	/* Nothing holds an unconfined task back. */
	CHECK(to("kept") == 0);
	return 0;
}

static int refused(void *arg)
{
	(void)arg;
	CHECK(to("absent") == ENOENT);
	CHECK(to("at_exec//x") == ENOENT);
	CHECK(to("lax") == EACCES);
	CHECK(to("unconfined") == EACCES);
	CHECK(to("quiet") == EACCES);
	CHECK(to("kept") == 0);
	CHECK(to("default") == EACCES);
	CHECK(to("unconfined") == EACCES);
	CHECK(at_exec("default") == EACCES);
	CHECK(is_narrow());
	return 0;
}

static int change_at_exec(void *arg)
{
	(void)arg;
	CHECK(at_exec("at_exec") == 0);
	/* Not yet. */
	CHECK(is_wide());
	/* The child of a fork has the wish, and loses it by exec. */
	CHECK(probe_run(PROBE, "read", SHUT, NULL) == EACCES);
	CHECK(probe_run(PROBE, "exec", PROBE, "read", SHUT, NULL) == EACCES);
	/* A wish replaces the one before. */
	CHECK(at_exec("wide") == 0);
	CHECK(probe_run(PROBE, "read", SHUT, NULL) == 0);
	/* A change at once ends it. */
	CHECK(at_exec("at_exec") == 0);
	CHECK(to("wide") == 0);
	CHECK(probe_run(PROBE, "read", SHUT, NULL) == 0);
	return 0;
}

/* A rule for an executable scrubs the environment, unless it says unsafe. */
static int scrubbed(void *arg)
{
	(void)arg;
	CHECK(at_exec("at_exec") == 0);
	CHECK(probe_run(PROBE, "secure", NULL) == 1);
	CHECK(probe_run(OTHER, "secure", NULL) == 0);
	CHECK(probe_run(BIN "third", "secure", NULL) == EACCES);
	return 0;
}

/* An exec that fails leaves the wish as it was. */
static int failed_exec(void *arg)
{
	char *const argv[] = { "probe", "read", SHUT, NULL };
	static char *const env[1];

	(void)arg;
	CHECK(at_exec("at_exec") == 0);
	execve(WORK "/nothing", argv, env);
	CHECK(errno == ENOENT);
	execve(OPEN, argv, env);
	CHECK(errno == EACCES);
	CHECK(is_wide());
	execve(PROBE, argv, env);
	return errno;
}

static int check_failed_exec(void *arg)
{
	(void)arg;
	CHECK(sandbox_fork(failed_exec, NULL) == EACCES);
	return 0;
}

static int all_profiles(void *arg)
{
	(void)arg;
	STEP(now);
	STEP(refused);
	STEP(change_at_exec);
	STEP(scrubbed);
	STEP(check_failed_exec);
	return 0;
}

TEST(profiles)
{
	ASSERT_EQ(0, run(all_profiles));
}

static int wear_hats(void *arg)
{
	(void)arg;
	CHECK(hat("one", TOKEN) == ECHILD);
	CHECK(to("hatted") == 0);
	CHECK(hat("three", TOKEN) == ENOENT);
	CHECK(hat("child", TOKEN) == EPERM || hat("child", TOKEN) == EACCES);
	CHECK(hat(NULL, TOKEN) == 0);
	CHECK(hat("one", TOKEN) == 0);
	CHECK(in_hat_one());
	CHECK(probe_run(PROBE, "read", OPEN, NULL) == EACCES);
	/* From one hat to its sister, and back to where it all began. */
	CHECK(hat("two", TOKEN) == 0);
	CHECK(!in_hat_one());
	CHECK(hat("one", TOKEN) == 0);
	CHECK(hat(NULL, TOKEN) == 0);
	CHECK(is_narrow());
	/* There is no way back from a hat entered by change_profile. */
	CHECK(to("hatted//one") == 0);
	CHECK(hat(NULL, TOKEN) == 0);
	CHECK(in_hat_one());
	return 0;
}

static int guess_back(void *arg)
{
	(void)arg;
	CHECK(to("hatted") == 0);
	CHECK(hat("one", TOKEN) == 0);
	hat(NULL, WRONG);
	return 0;
}

static int guess_sister(void *arg)
{
	(void)arg;
	CHECK(to("hatted") == 0);
	CHECK(hat("one", TOKEN) == 0);
	hat("two", WRONG);
	return 0;
}

static int guess(void *arg)
{
	(void)arg;
	hat(NULL, WRONG);
	return 0;
}

static int know(void *arg)
{
	(void)arg;
	CHECK(hat(NULL, TOKEN) == 0);
	CHECK(is_narrow());
	return 0;
}

/* The child of a hat knows as much as its parent, and no more. */
static int guess_in_child(void *arg)
{
	(void)arg;
	CHECK(to("hatted") == 0);
	CHECK(hat("one", TOKEN) == 0);
	CHECK(sandbox_fork(guess, NULL) == SANDBOX_SIGNAL + SIGKILL);
	CHECK(sandbox_fork(know, NULL) == 0);
	CHECK(in_hat_one());
	return 0;
}

static int no_way_back(void *arg)
{
	(void)arg;
	CHECK(to("hatted") == 0);
	CHECK(hat("one", 0) == 0);
	CHECK(hat(NULL, 0) == EINVAL);
	CHECK(hat("two", 0) == 0);
	hat(NULL, TOKEN);
	return 0;
}

/* An exec forgets the token, so nothing can be guessed at any more. */
static int exec_forgets(void *arg)
{
	(void)arg;
	CHECK(to("hatted") == 0);
	CHECK(hat("one", TOKEN) == 0);
	CHECK(probe_run(PROBE, "hat", "", NULL) == 0);
	CHECK(probe_run(PROBE, "read", OPEN, NULL) == EACCES);
	return 0;
}

static int all_hats(void *arg)
{
	(void)arg;
	STEP(wear_hats);
	CHECK(sandbox_fork(guess_back, NULL) == SANDBOX_SIGNAL + SIGKILL);
	CHECK(sandbox_fork(guess_sister, NULL) == SANDBOX_SIGNAL + SIGKILL);
	CHECK(sandbox_fork(no_way_back, NULL) == SANDBOX_SIGNAL + SIGKILL);
	STEP(guess_in_child);
	STEP(exec_forgets);
	return 0;
}

TEST(hats)
{
	ASSERT_EQ(0, run(all_hats));
}

static int unconfined_hat(void *arg)
{
	(void)arg;
	CHECK(to("narrow") == 0);
	CHECK(to("unconfined") == 0);
	CHECK(hat("one", TOKEN) == EPERM);
	CHECK(hat(NULL, TOKEN) == EPERM);
	return 0;
}

static int no_new_privs(void *arg)
{
	(void)arg;
	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(to("narrow") == EPERM);
	CHECK(to("hatted") == EPERM);
	CHECK(at_exec("at_exec") == EPERM);
	CHECK(is_wide());
	return 0;
}

/* A wish from before the promise does not survive it. */
static int promise_after_wish(void *arg)
{
	(void)arg;
	CHECK(at_exec("at_exec") == 0);
	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(probe_run(PROBE, "read", SHUT, NULL) == EPERM);
	return 0;
}

static int hat_without_privs(void *arg)
{
	(void)arg;
	CHECK(to("hatted") == 0);
	CHECK(hat("one", TOKEN) == 0);
	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(hat(NULL, TOKEN) == EPERM);
	/* There is no way back, so there is nothing to guess. */
	CHECK(hat(NULL, WRONG) == EPERM);
	CHECK(in_hat_one());
	return 0;
}

/* From unconfined, every change is one for the narrower. */
static int unconfined_without_privs(void *arg)
{
	(void)arg;
	CHECK(to("narrow") == 0);
	CHECK(to("unconfined") == 0);
	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(to("kept") == 0);
	CHECK(is_narrow());
	return 0;
}

static void *wait_for_gate(void *gate)
{
	gate_pass(gate);
	return NULL;
}

static int threads(void *arg)
{
	pthread_t thread;
	struct gate gate;

	(void)arg;
	CHECK(gate_init(&gate) == 0);
	CHECK(pthread_create(&thread, NULL, wait_for_gate, &gate) == 0);
	CHECK(to("narrow") == EBUSY);
	CHECK(at_exec("at_exec") == EBUSY);
	gate_open(&gate);
	pthread_join(thread, NULL);
	/* The thread is gone when the kernel has seen it off. */
	while (to("narrow") == EBUSY)
		usleep(1000);
	CHECK(is_narrow());
	return 0;
}

static int change_to_narrow(void *arg)
{
	(void)arg;
	return to("narrow");
}

static int hold_memory(void *fds)
{
	char byte;

	return read(*(int *)fds, &byte, 1) == 1 ? 0 : SANDBOX_FAILED;
}

/* A child that shares something with its parent. */
static pid_t start_child(unsigned long flags, int (*body)(void *arg), void *arg)
{
	static char stack[65536];

	return clone(body, stack + sizeof(stack), flags | SIGCHLD, arg);
}

static int change_in_child(unsigned long flags)
{
	return sandbox_wait(start_child(flags, change_to_narrow, NULL));
}

static int change_beside_child(void)
{
	int fds[2];
	pid_t pid;

	CHECK(!pipe(fds));
	pid = start_child(CLONE_VM, hold_memory, fds);
	CHECK(pid > 0);
	CHECK(to("narrow") == EBUSY);
	CHECK(write(fds[1], "", 1) == 1);
	return sandbox_wait(pid);
}

static int company(void *arg)
{
	(void)arg;
	CHECK(change_in_child(CLONE_VM) == EBUSY);
	CHECK(change_in_child(CLONE_VM | CLONE_VFORK) == EBUSY);
	CHECK(change_in_child(CLONE_FILES) == EBUSY);
	CHECK(change_in_child(0) == 0);
	CHECK(!change_beside_child());
	CHECK(to("narrow") == 0);
	return 0;
}

static int uring(void *arg)
{
	struct io_uring_params params = { };
	int fd = syscall(SYS_io_uring_setup, 1, &params);

	(void)arg;
	CHECK(fd >= 0);
	CHECK(to("narrow") == EBUSY);
	return 0;
}

static int all_limits(void *arg)
{
	(void)arg;
	STEP(unconfined_hat);
	STEP(no_new_privs);
	STEP(promise_after_wish);
	STEP(hat_without_privs);
	STEP(unconfined_without_privs);
	STEP(threads);
	STEP(company);
	STEP(uring);
	return 0;
}

TEST(limits)
{
	ASSERT_EQ(0, run(all_limits));
}

/* Traced by its parent, which may trace its own domain, but no other. */
static int traced_child(void *arg)
{
	(void)arg;
	CHECK(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0);
	CHECK(to("wide") == EACCES);
	CHECK(at_exec("wide") == EACCES);
	return 0;
}

static int trace(void *arg)
{
	(void)arg;
	return sandbox_fork(traced_child, NULL);
}

static int untraced(void *arg)
{
	(void)arg;
	return to("wide");
}

TEST(traced)
{
	const struct sandbox sandbox = {
		.policy = "profile default {\n" ALL_RULES
			  "  change_profile,\n}\n"
			  "profile wide {\n" ALL_RULES "}\n",
		.files = true,
	};

	ASSERT_EQ(0, sandbox_run(&sandbox, trace, NULL));
	ASSERT_EQ(0, sandbox_run(&sandbox, untraced, NULL));
}

static int all_garbage(void *arg)
{
	struct nest_change good = { NEST_CHANGE_NOW, .name = "narrow" }, bad;
	const size_t size = sizeof(good);

	(void)arg;
	CHECK(prctl(NEST_PR_CHANGE, NULL, size, 0, 0) < 0 && errno == EFAULT);
	CHECK(prctl(NEST_PR_CHANGE, &good, size - 1, 0, 0) < 0 &&
	      errno == EINVAL);
	CHECK(prctl(NEST_PR_CHANGE, &good, size, 1, 0) < 0 && errno == EINVAL);
	CHECK(prctl(NEST_PR_CHANGE, &good, size, 0, 1) < 0 && errno == EINVAL);
#define BAD(change) do { \
	bad = good; \
	change; \
	CHECK(prctl(NEST_PR_CHANGE, &bad, size, 0, 0) < 0 && \
	      errno == EINVAL); \
} while (0)
	BAD(bad.how = NEST_CHANGE_FROM_HAT + 1);
	BAD(bad.how = NEST_CHANGE_FROM_HAT);
	BAD(bad.token = 1);
	BAD(memset(bad.name, 'x', sizeof(bad.name)));
	BAD(memset(bad.name, 0, sizeof(bad.name)));
	BAD(bad.name[100] = 'x');
	bad = good;
	bad.origin = 1;
	CHECK(prctl(NEST_PR_CHANGE, &bad, size, 0, 0) < 0 && errno == ENOENT);
	CHECK(is_wide());
	CHECK(prctl(NEST_PR_CHANGE, &good, size, 0, 0) == 0);
	CHECK(is_narrow());
	return 0;
}

TEST(garbage)
{
	ASSERT_EQ(0, run(all_garbage));
}

/* Other options of prctl() work, and unknown ones do not. */
static int use_others(void *arg)
{
	(void)arg;
	CHECK(prctl(PR_SET_NAME, "x", 0, 0, 0) == 0);
	CHECK(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) >= 0);
	CHECK(prctl(0x4e535499, 0, 0, 0, 0) < 0 && errno == EINVAL);
	return 0;
}

TEST(other_options)
{
	ASSERT_EQ(0, run(use_others));
	ASSERT_EQ(0, use_others(NULL));
}

static uint32_t outer;

static int in_the_inner(void *arg)
{
	(void)arg;
	CHECK(nest_change_profile("narrow", outer, false) == -ENOENT);
	CHECK(nest_change_profile("narrow", 0, false) == -ENOENT);
	return 0;
}

/* In a namespace of its own, a task is its administrator's, not ours. */
static int be_outer(void *arg)
{
	const struct sandbox inner = { .policy = NULL };

	(void)arg;
	outer = pidns_of(0);
	CHECK(outer);
	return sandbox_run(&inner, in_the_inner, NULL);
}

TEST(inner_namespace)
{
	ASSERT_EQ(0, run(be_outer));
}

static int wait_for_end(void *gates)
{
	struct gate *gate = gates;

	gate_open(&gate[0]);
	gate_pass(&gate[1]);
	return 0;
}

static int change_inside(void *arg)
{
	(void)arg;
	CHECK(to("narrow") == EPERM);
	CHECK(at_exec("narrow") == EPERM);
	return 0;
}

static int enter(void *pid)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/pid", *(pid_t *)pid);
	fd = open(path, O_RDONLY);
	CHECK(fd >= 0 && !setns(fd, CLONE_NEWPID));
	return sandbox_fork(change_inside, NULL);
}

/* Who comes from outside is not the layer's before it executes a program. */
TEST(from_outside)
{
	const struct sandbox sandbox = {
		.policy = "profile default {\n" ALL_RULES
			  "  change_profile,\n}\n"
			  "profile narrow { / r, }\n",
	};
	struct gate gates[2];
	pid_t pid;

	ASSERT_EQ(0, gate_init(&gates[0]));
	ASSERT_EQ(0, gate_init(&gates[1]));
	pid = sandbox_start(&sandbox, wait_for_end, gates);
	ASSERT_LT(0, pid);
	gate_pass(&gates[0]);
	EXPECT_EQ(0, sandbox_fork(enter, &pid));
	gate_open(&gates[1]);
	EXPECT_EQ(0, sandbox_wait(pid));
}

TEST(no_layer)
{
	ASSERT_EQ(ENOENT, to("narrow"));
	ASSERT_EQ(ENOENT, hat("one", TOKEN));
}

/* Complain mode: what would be refused is reported, and goes on. */
static int complaining(void *arg)
{
	(void)arg;
	CHECK(to("lax") == 0);
	CHECK(to("default") == 0);
	CHECK(to("lax") == 0);
	CHECK(to("absent") == 0);
	CHECK(hat("absent", TOKEN) == 0);
	CHECK(hat(NULL, TOKEN) == 0);
	return 0;
}

TEST(complain)
{
	const struct sandbox sandbox = {
		.policy = "profile default flags=(complain) {\n" ALL_RULES "}\n"
			  "profile lax flags=(complain) {\n" ALL_RULES "}\n",
		.files = true,
	};

	ASSERT_EQ(0, sandbox_run(&sandbox, complaining, NULL));
}

/* To stay unconfined is no way out of the next revision. */
static int stay_unconfined(void *arg)
{
	(void)arg;
	CHECK(to("unconfined") == 0);
	CHECK(is_wide());
	CHECK(!sandbox_load(sandbox_nest, "profile default {\n" SOME "}\n"));
	CHECK(is_narrow());
	return 0;
}

TEST(next_revision)
{
	const struct sandbox sandbox = {
		.policy = "profile narrow {\n" SOME "}\n",
		.files = true,
		.prepare = prepare,
	};

	ASSERT_EQ(0, sandbox_run(&sandbox, stay_unconfined, NULL));
}

NEST_TEST_MAIN
