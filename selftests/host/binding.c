// SPDX-License-Identifier: GPL-2.0-only
/*
 * A container is bound to how the host confined it when it started. The test
 * module takes the part of an exploit.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "label.h"
#include "module.h"
#include "nest_test.h"

#define EXPLOIT		"/rig/exploit.ko"
#define PARAMETER	"/sys/module/nest/parameters/"
#define PROGRAM		WORK "/probe"
#define RULES		ALL_RULES "  mount,\n  umount,\n  pivot_root,\n" \
			"  userns,\n  /** ix,\n"

static int set(const char *parameter, const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), PARAMETER "%s", parameter);
	return put_text(path, value);
}

FIXTURE(binding) {
};

FIXTURE_SETUP(binding) {
	int err = module_insert(EXPLOIT);

	ASSERT_TRUE(!err || err == EEXIST);
}

FIXTURE_TEARDOWN(binding) {
	EXPECT_EQ(0, set("compromise", "report"));
	EXPECT_EQ(0, set("require_host_mac", "0"));
	syscall(SYS_delete_module, "exploit", O_NONBLOCK);
}

/* A filter that lets everything through. */
static int add_filter(void)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K,
					    SECCOMP_RET_ALLOW);
	struct sock_fprog program = { 1, &allow };

	return TRY(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program));
}

/* As a runtime leaves it; the first program lays down the baseline. */
static int start_container(void)
{
	return sandbox_copy_self(PROGRAM) ?: drop_cap(CAP_SYS_BOOT) ?:
	       add_filter();
}

static int take(const struct nest_event *event, void *arg)
{
	char *reason = arg;

	if (event->class == NEST_CLASS_COMPROMISE)
		snprintf(reason, 64, "%s", event->reason ?: "");
	return 0;
}

/* What was said of the last compromise; nothing if there was none. */
static const char *last_reason(void)
{
	static char reason[64];

	*reason = '\0';
	while (nest_events(sandbox_nest, 200, take, reason) > 0)
		;
	return reason;
}

/**
 * struct exploit - what an exploit does, and how it is called
 * @what: for the test module
 * @reason: in the event
 */
struct exploit {
	const char *what;
	const char *reason;
};

static int exploited(const struct exploit *exploit)
{
	return probe_run(PROGRAM, "exploit", exploit->what, "exec", PROGRAM,
			 "read", WORK "/file", NULL);
}

/* The body of a container in which an exploit is reported, denied, killed. */
static int be_exploited(void *arg)
{
	const struct exploit *exploit = arg;

	CHECK(!nest_subscribe(sandbox_nest));
	CHECK(probe_run(PROGRAM, "read", WORK "/file", NULL) == 0);
	CHECK(!*last_reason());
	CHECK(exploited(exploit) == 0);
	CHECK(!strcmp(last_reason(), exploit->reason));
	return 0;
}

static int be_denied(void *arg)
{
	const struct exploit *exploit = arg;

	CHECK(probe_run(PROGRAM, "read", WORK "/file", NULL) == 0);
	CHECK(exploited(exploit) == EACCES);
	CHECK(probe_run(PROGRAM, "read", WORK "/file", NULL) == 0);
	return 0;
}

static int be_killed(void *arg)
{
	const struct exploit *exploit = arg;

	CHECK(probe_run(PROGRAM, "read", WORK "/file", NULL) == 0);
	CHECK(exploited(exploit) == SANDBOX_SIGNAL + SIGKILL);
	return 0;
}

static int run(sandbox_fn body, const struct exploit *exploit)
{
	const struct sandbox sandbox = {
		.policy = POLICY(RULES),
		.files = true,
		.prepare = start_container,
	};

	return sandbox_run(&sandbox, body, (void *)exploit);
}

static void check_exploit(struct __test_metadata *_metadata,
			  const struct exploit *exploit)
{
	EXPECT_EQ(0, set("compromise", "report"));
	EXPECT_EQ(0, run(be_exploited, exploit));
	EXPECT_EQ(0, set("compromise", "deny"));
	EXPECT_EQ(0, run(be_denied, exploit));
	EXPECT_EQ(0, set("compromise", "kill"));
	EXPECT_EQ(0, run(be_killed, exploit));
}

TEST_F(binding, user_namespace)
{
	const struct exploit exploit = { "user_ns", "user namespace" };

	check_exploit(_metadata, &exploit);
}

TEST_F(binding, capabilities)
{
	const struct exploit exploit = { "caps", "capabilities" };

	check_exploit(_metadata, &exploit);
}

TEST_F(binding, seccomp)
{
	const struct exploit exploit = { "seccomp", "seccomp" };

	check_exploit(_metadata, &exploit);
}

static int get_label(pid_t pid, char *label, size_t size)
{
	char path[64];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/attr/current", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	len = fd < 0 ? -1 : read(fd, label, size - 1);
	if (fd >= 0)
		close(fd);
	label[len < 0 ? 0 : len] = '\0';
	label[strcspn(label, "\n")] = '\0';
	return len < 0 ? errno : 0;
}

TEST_F(binding, label_of_the_host)
{
	const struct exploit exploit = { "label", "label of the host" };
	char own[256], kernel[256];

	ASSERT_EQ(0, get_label(getpid(), own, sizeof(own)));
	ASSERT_EQ(0, get_label(2, kernel, sizeof(kernel)));
	if (!strcmp(own, kernel))
		SKIP(return, "the host has but one label");
	check_exploit(_metadata, &exploit);
}

/* A file system of its own as root, as a container in the container has. */
static int make_root(void)
{
	return TRY(unshare(CLONE_NEWNS)) ?:
	       TRY(mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL)) ?:
	       TRY(mount("root", WORK "/empty", "tmpfs", 0, "mode=755")) ?:
	       TRY(mkdir(WORK "/empty/old", 0755)) ?:
	       TRY(mkdir(WORK "/empty/proc", 0755)) ?:
	       TRY(mount("/proc", WORK "/empty/proc", NULL, MS_BIND | MS_REC,
			 NULL)) ?:
	       put_text(WORK "/empty/probe", "") ?:
	       TRY(mount(PROGRAM, WORK "/empty/probe", NULL, MS_BIND, NULL)) ?:
	       TRY(syscall(SYS_pivot_root, WORK "/empty",
			   WORK "/empty/old")) ?:
	       TRY(chdir("/"));
}

/* The program was opened before: the other root may have none. */
static int exec_abroad(void *arg)
{
	static char *const argv[] = { "probe", "secure", NULL };
	int fd = open("/probe", O_RDONLY | O_CLOEXEC);

	(void)arg;
	if (fd < 0 || put_text("/proc/nest_exploit", "root"))
		return SANDBOX_BROKEN;
	return try_exec_fd(fd, argv);
}

static int start_in_root(void)
{
	return start_container() ?: make_root();
}

static int leave_root(void *arg)
{
	(void)arg;
	CHECK(!nest_subscribe(sandbox_nest));
	CHECK(probe_run("/probe", "secure", NULL) == 0);
	CHECK(sandbox_fork(exec_abroad, NULL) == EACCES);
	CHECK(!strcmp(last_reason(), "root"));
	return 0;
}

TEST_F(binding, root)
{
	const struct sandbox sandbox = {
		.policy = POLICY(RULES),
		.files = true,
		.prepare = start_in_root,
	};

	EXPECT_EQ(0, set("compromise", "deny"));
	EXPECT_EQ(0, sandbox_run(&sandbox, leave_root, NULL));
}

/* A task whose user namespace is the host's is bound by no layer. */
static int open_as_host(void *arg)
{
	(void)arg;
	if (put_text("/proc/nest_exploit", "user_ns"))
		return SANDBOX_BROKEN;
	return try_open(WORK "/file", O_RDONLY);
}

static int read_as_host(void *arg)
{
	(void)arg;
	CHECK(probe_run(PROGRAM, "read", WORK "/file", NULL) == 0);
	CHECK(sandbox_fork(open_as_host, NULL) == EACCES);
	return 0;
}

TEST_F(binding, open_without_an_exec)
{
	EXPECT_EQ(0, set("compromise", "deny"));
	EXPECT_EQ(0, run(read_as_host, NULL));
}

static int live_in_root(void *arg)
{
	(void)arg;
	return make_root() ?: probe_run("/probe", "secure", NULL);
}

static int live_in_user_namespace(void *arg)
{
	(void)arg;
	return TRY(unshare(CLONE_NEWUSER)) ?:
	       put_text("/proc/self/uid_map", "0 0 1") ?:
	       put_text("/proc/self/setgroups", "deny") ?:
	       put_text("/proc/self/gid_map", "0 0 1") ?: make_root() ?:
	       probe_run("/probe", "secure", NULL);
}

static int live_in_jail(void *arg)
{
	(void)arg;
	return put_text(WORK "/dir/probe", "") ?:
	       TRY(mount(PROGRAM, WORK "/dir/probe", NULL, MS_BIND, NULL)) ?:
	       TRY(chroot(WORK "/dir")) ?: TRY(chdir("/")) ?:
	       probe_run("/probe", "secure", NULL);
}

static int wait_in_root(void *arg)
{
	struct gate *gates = arg;

	if (make_root())
		return SANDBOX_BROKEN;
	gate_open(&gates[0]);
	gate_pass(&gates[1]);
	return 0;
}

/* Goes where another task of the container has gone. */
static int follow(void *arg)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", *(pid_t *)arg);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return TRY(fd) ?: TRY(setns(fd, CLONE_NEWNS)) ?:
	       probe_run("/probe", "secure", NULL);
}

static int live_with_another(void *arg)
{
	struct gate gates[2];
	pid_t pid;
	int err;

	(void)arg;
	CHECK(!gate_init(&gates[0]) && !gate_init(&gates[1]));
	pid = fork();
	if (!pid)
		_exit(wait_in_root(gates));
	CHECK(pid > 0);
	gate_pass(&gates[0]);
	err = sandbox_fork(follow, &pid);
	gate_open(&gates[1]);
	return err ?: sandbox_wait(pid);
}

static int live_with_less(void *arg)
{
	(void)arg;
	return add_filter() ?: drop_cap(CAP_CHOWN) ?:
	       probe_run(PROGRAM, "exec", PROGRAM, "secure", NULL);
}

static int execute(void *arg)
{
	(void)arg;
	return probe_run(PROGRAM, "exec", PROGRAM, "secure", NULL);
}

/* The first one's programs are gone from there, the test is not. */
static int execute_self(void *arg)
{
	return probe_run(arg, "exec", arg, "secure", NULL);
}

static int live_in_container(void *arg)
{
	const struct sandbox sandbox = { .policy = POLICY(RULES) };
	char path[256] = "";

	(void)arg;
	CHECK(readlink("/proc/self/exe", path, sizeof(path) - 1) > 0);
	return sandbox_run(&sandbox, execute_self, path);
}

static int live(void *arg)
{
	static const sandbox_fn lives[] = {
		live_in_root, live_in_user_namespace, live_in_jail,
		live_with_another, live_with_less, live_in_container, execute,
	};

	(void)arg;
	CHECK(!nest_subscribe(sandbox_nest));
	CHECK(probe_run(PROGRAM, "read", WORK "/file", NULL) == 0);
	for (size_t i = 0; i < ARRAY_SIZE(lives); i++) {
		int err = sandbox_fork(lives[i], NULL);

		if (err)
			fprintf(stderr, "# life %zu: %d\n", i, err);
		CHECK(!err);
	}
	CHECK(!*last_reason());
	return 0;
}

/* What the kernel offers to everybody is no compromise. */
TEST_F(binding, legitimate_changes)
{
	EXPECT_EQ(0, set("compromise", "kill"));
	EXPECT_EQ(0, run(live, NULL));
}

static struct gate entered[2];

static int be_entered(void *arg)
{
	(void)arg;
	CHECK(probe_run(PROGRAM, "read", WORK "/file", NULL) == 0);
	gate_open(&entered[0]);
	gate_pass(&entered[1]);
	return 0;
}

/* With the host's own credentials, more capabilities and no filter. */
static int enter(void *arg)
{
	return sandbox_enter(*(pid_t *)arg, false) ?: execute(NULL);
}

/* What it started with is its own, and no less binding. */
static int enter_and_exploit(void *arg)
{
	return sandbox_enter(*(pid_t *)arg, false) ?: add_filter() ?:
	       probe_run(PROGRAM, "exploit", "seccomp", "exec", PROGRAM,
			 "secure", NULL);
}

static int be_entered_first(void *arg)
{
	(void)arg;
	CHECK(probe_run(PROGRAM, "read", WORK "/file", NULL) == 0);
	gate_open(&entered[0]);
	gate_pass(&entered[1]);
	/* the administrator has fewer filters, which makes no difference */
	CHECK(!sandbox_load(sandbox_nest, POLICY(RULES)));
	CHECK(probe_run(PROGRAM, "exploit", "seccomp", "exec", PROGRAM,
			"secure", NULL) == SANDBOX_SIGNAL + SIGKILL);
	return 0;
}

static int enter_and_hold(void *arg)
{
	return sandbox_enter(*(pid_t *)arg, false) ?:
	       probe_run(PROGRAM, "hold", NULL);
}

/* One who is inside before the layer comes does not widen it. */
TEST_F(binding, entered_before_the_layer)
{
	const struct sandbox sandbox = {
		.files = true,
		.prepare = start_container,
	};
	int in[2], out[2];
	pid_t pid, guest;
	char byte;

	ASSERT_EQ(0, set("compromise", "kill"));
	ASSERT_EQ(0, gate_init(&entered[0]) ?: gate_init(&entered[1]));
	ASSERT_EQ(0, pipe2(in, O_CLOEXEC) | pipe2(out, O_CLOEXEC));
	pid = sandbox_start(&sandbox, be_entered_first, NULL);
	gate_pass(&entered[0]);
	guest = fork();
	if (!guest) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		close(in[1]);
		_exit(enter_and_hold(&pid));
	}
	ASSERT_EQ(1, read(out[0], &byte, 1));
	gate_open(&entered[1]);
	EXPECT_EQ(0, sandbox_wait(pid));
	close(in[0]);
	close(in[1]);
	sandbox_wait(guest);
}

TEST_F(binding, entered_by_the_administrator)
{
	const struct sandbox sandbox = {
		.policy = POLICY(RULES),
		.files = true,
		.prepare = start_container,
	};
	pid_t pid;

	ASSERT_EQ(0, set("compromise", "kill"));
	ASSERT_EQ(0, gate_init(&entered[0]) ?: gate_init(&entered[1]));
	pid = sandbox_start(&sandbox, be_entered, NULL);
	gate_pass(&entered[0]);
	EXPECT_EQ(0, sandbox_fork(enter, &pid));
	EXPECT_EQ(SANDBOX_SIGNAL + SIGKILL,
		  sandbox_fork(enter_and_exploit, &pid));
	gate_open(&entered[1]);
	EXPECT_EQ(0, sandbox_wait(pid));
}

static int see_no_label(void *arg)
{
	struct nest_layer layer;

	(void)arg;
	CHECK(!sandbox_own_layer(&layer));
	CHECK(!*layer.host_label);
	gate_open(&entered[0]);
	gate_pass(&entered[1]);
	return 0;
}

/* The host's label is recorded with the layer, for the host. */
TEST_F(binding, label_is_recorded)
{
	const struct sandbox sandbox = { .policy = POLICY(RULES) };
	struct nest_layer *layers = NULL;
	size_t count = 0;
	char own[256];
	pid_t pid;

	ASSERT_EQ(0, get_label(getpid(), own, sizeof(own)));
	ASSERT_EQ(0, gate_init(&entered[0]) ?: gate_init(&entered[1]));
	ASSERT_EQ(0, -nest_open(&sandbox_nest, NULL));
	pid = sandbox_start(&sandbox, see_no_label, NULL);
	gate_pass(&entered[0]);
	EXPECT_EQ(0, nest_layer_list(sandbox_nest, &layers, &count));
	for (size_t i = 0; i < count; i++)
		if (layers[i].pid == pid)
			EXPECT_STREQ(own, layers[i].host_label);
	EXPECT_LT(0, count);
	free(layers);
	gate_open(&entered[1]);
	EXPECT_EQ(0, sandbox_wait(pid));
}

/* What a runtime does between the load of a layer and the first program. */
static int start_late(void *arg)
{
	(void)arg;
	gate_open(&entered[0]);
	gate_pass(&entered[1]);
	CHECK(!make_root());
	CHECK(!drop_cap(CAP_SYS_BOOT) && !add_filter());
	execl("/probe", "probe", "exploit", "seccomp", "exec", "/probe",
	      "secure", NULL);
	return SANDBOX_FAILED;
}

static int leave_late(void *arg)
{
	(void)arg;
	gate_open(&entered[0]);
	gate_pass(&entered[1]);
	CHECK(!make_root() && !drop_cap(CAP_SYS_BOOT) && !add_filter());
	CHECK(probe_run("/probe", "secure", NULL) == 0);
	return sandbox_fork(exec_abroad, NULL);
}

static int copies(void)
{
	return sandbox_copy_self(PROGRAM);
}

static int impose_before(sandbox_fn body)
{
	const struct sandbox sandbox = { .files = true, .prepare = copies };
	pid_t pid;

	if (gate_init(&entered[0]) || gate_init(&entered[1]))
		return SANDBOX_BROKEN;
	pid = sandbox_start(&sandbox, body, NULL);
	gate_pass(&entered[0]);
	if (sandbox_impose(sandbox_nest, POLICY(RULES), pid))
		return SANDBOX_BROKEN;
	gate_open(&entered[1]);
	return sandbox_wait(pid);
}

/* What a runtime has is not the container's: no filter, the host's root. */
TEST_F(binding, layer_before_the_start)
{
	ASSERT_EQ(0, set("compromise", "kill"));
	ASSERT_EQ(0, -nest_open(&sandbox_nest, NULL));
	EXPECT_EQ(SANDBOX_SIGNAL + SIGKILL, impose_before(start_late));
	EXPECT_EQ(SANDBOX_SIGNAL + SIGKILL, impose_before(leave_late));
}

/* Only what the host confines may load a policy, or go on with one. */
static int load_confined(void *arg)
{
	(void)arg;
	return sandbox_load(sandbox_nest, POLICY(RULES));
}

static int load_before_the_start(void *arg)
{
	CHECK(load_confined(arg) == 0);
	return probe_run(PROGRAM, "secure", NULL);
}

/* With a process in the container that has executed a program. */
static int load_beside(void *arg)
{
	struct gate in, out;
	pid_t pid;
	int err;

	CHECK(!gate_init(&in) && !gate_init(&out));
	pid = fork();
	if (!pid) {
		dup2(in.fd[0], 0);
		dup2(out.fd[1], 1);
		_exit(TRY(execl(PROGRAM, "probe", "hold", NULL)));
	}
	close(in.fd[0]);
	close(out.fd[1]);
	gate_pass(&out);
	err = load_confined(arg);
	close(in.fd[1]);
	CHECK(sandbox_wait(pid) == 0);
	return err;
}

static int load_after_the_start(void *arg)
{
	(void)arg;
	CHECK(probe_run(PROGRAM, "secure", NULL) == 0);
	return sandbox_fork(load_beside, NULL);
}

TEST_F(binding, require_host_mac)
{
	const struct sandbox sandbox = {
		.files = true,
		.prepare = start_container,
	};
	char own[256];
	bool unconfined;

	ASSERT_EQ(0, get_label(getpid(), own, sizeof(own)));
	unconfined = !strcmp(own, "unconfined");
	ASSERT_EQ(0, set("require_host_mac", "1"));
	EXPECT_EQ(unconfined ? SANDBOX_SIGNAL + SIGKILL : 0,
		  sandbox_run(&sandbox, load_before_the_start, NULL));
	EXPECT_EQ(unconfined ? EKEYREJECTED : 0,
		  sandbox_run(&sandbox, load_after_the_start, NULL));
}

NEST_TEST_MAIN
