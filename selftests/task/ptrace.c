// SPDX-License-Identifier: GPL-2.0-only
/*
 * I2: a task must not reach into one of another domain: by ptrace, by its
 * memory, or by taking its descriptors.
 */
#include <fcntl.h>
#include <linux/kcmp.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include "label.h"
#include "nest_test.h"
#include "victim.h"

#define BIN	WORK "/bin/"

static int prepare(void)
{
	if (mkdir(BIN, 0755))
		return errno;
	return sandbox_copy_self(BIN "svc") ?:
	       TRY(link(BIN "svc", BIN "same")) ?:
	       TRY(link(BIN "svc", BIN "free"));
}

#define RULES(more) \
	"profile default {\n" ALL_RULES more \
	"  " BIN "svc px,\n  " BIN "same ix,\n  " BIN "free ux,\n}\n" \
	"profile svc " BIN "svc {\n  /** rm,\n" PEER_RULES more "}\n"

static int run(const char *policy, sandbox_fn body, const char *program)
{
	const struct sandbox sandbox = {
		.policy = policy,
		.rootful = true, /* capabilities over the host, too, do not help */
		.files = true,
		.prepare = prepare,
	};

	return sandbox_run(&sandbox, body, (void *)program);
}

static int do_attach(struct victim *victim)
{
	int err = TRY(ptrace(PTRACE_ATTACH, victim->pid, NULL, NULL));

	if (!err) {
		waitpid(victim->pid, NULL, 0);
		ptrace(PTRACE_DETACH, victim->pid, NULL, NULL);
	}
	return err;
}

static int do_seize(struct victim *victim)
{
	return TRY(ptrace(PTRACE_SEIZE, victim->pid, NULL, NULL));
}

static int do_vm_read(struct victim *victim)
{
	char byte;
	struct iovec local = { &byte, 1 }, remote = { environ, 1 };
	int err = TRY(process_vm_readv(victim->pid, &local, 1, &remote, 1, 0));

	/* permitted, though there is nothing at that address */
	return err == EFAULT ? 0 : err;
}

static int do_getfd(struct victim *victim)
{
	int pidfd = syscall(SYS_pidfd_open, victim->pid, 0);
	int fd;

	if (pidfd < 0)
		return errno;
	fd = syscall(SYS_pidfd_getfd, pidfd, 1, 0);
	return TRY(fd);
}

static int do_mem(struct victim *victim)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/mem", victim->pid);
	return try_open(path, O_RDWR);
}

static int do_vm_write(struct victim *victim)
{
	char byte = 0;
	struct iovec local = { &byte, 1 }, remote = { environ, 1 };
	int err = TRY(process_vm_writev(victim->pid, &local, 1, &remote, 1, 0));

	return err == EFAULT ? 0 : err;
}

static int do_madvise(struct victim *victim)
{
	struct iovec range = { NULL, 4096 };
	int pidfd = syscall(SYS_pidfd_open, victim->pid, 0);
	int err;

	if (pidfd < 0)
		return errno;
	err = TRY(syscall(SYS_process_madvise, pidfd, &range, 1, MADV_COLD, 0));
	/* Nothing is mapped there. */
	return err == ENOMEM ? 0 : err;
}

static int do_kcmp(struct victim *victim)
{
	return TRY(syscall(SYS_kcmp, getpid(), victim->pid, KCMP_VM, 0, 0));
}

static int do_move_pages(struct victim *victim)
{
	void *page = NULL;
	int status;

	return TRY(syscall(SYS_move_pages, victim->pid, 1, &page, NULL,
			   &status, 0));
}

static int do_robust_list(struct victim *victim)
{
	void *head;
	size_t len;

	return TRY(syscall(SYS_get_robust_list, victim->pid, &head, &len));
}

static int do_perf(struct victim *victim)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_TASK_CLOCK,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};

	return TRY(syscall(SYS_perf_event_open, &attr, victim->pid, -1, -1, 0));
}

/* By a descriptor of the process; it stays where it is. */
static int do_setns(struct victim *victim)
{
	int pidfd = syscall(SYS_pidfd_open, victim->pid, 0);

	return pidfd < 0 ? errno : TRY(setns(pidfd, CLONE_NEWUTS));
}

static int try_proc(struct victim *victim, const char *name, int flags)
{
	char path[64];
	int fd, err = 0;
	char some[8];

	snprintf(path, sizeof(path), "/proc/%d/%s", victim->pid, name);
	fd = open(path, flags | O_CLOEXEC);
	if (fd < 0)
		return errno;
	/* Some ask when they are read. */
	if (!(flags & (O_DIRECTORY | O_PATH)) &&
	    read(fd, some, sizeof(some)) < 0)
		err = errno;
	close(fd);
	return err == EIO ? 0 : err;
}

static int do_environ(struct victim *victim)
{
	return try_proc(victim, "environ", O_RDONLY);
}

static int do_auxv(struct victim *victim)
{
	return try_proc(victim, "auxv", O_RDONLY);
}

static int do_maps(struct victim *victim)
{
	return try_proc(victim, "maps", O_RDONLY);
}

static int do_smaps(struct victim *victim)
{
	return try_proc(victim, "smaps", O_RDONLY);
}

static int do_pagemap(struct victim *victim)
{
	return try_proc(victim, "pagemap", O_RDONLY);
}

static int do_map_files(struct victim *victim)
{
	int err = try_proc(victim, "map_files/1-2", O_PATH);

	return err == ENOENT ? 0 : err;
}

static int do_syscall(struct victim *victim)
{
	return try_proc(victim, "syscall", O_RDONLY);
}

static int do_personality(struct victim *victim)
{
	return try_proc(victim, "personality", O_RDONLY);
}

static int do_io(struct victim *victim)
{
	return try_proc(victim, "io", O_RDONLY);
}

static int do_descriptor(struct victim *victim)
{
	return try_proc(victim, "fd/1", O_PATH);
}

static int do_root(struct victim *victim)
{
	return try_proc(victim, "root", O_PATH);
}

static int do_cwd(struct victim *victim)
{
	return try_proc(victim, "cwd", O_PATH);
}

static int do_exe(struct victim *victim)
{
	return try_proc(victim, "exe", O_PATH);
}

static int do_namespace(struct victim *victim)
{
	return try_proc(victim, "ns/uts", O_PATH);
}

FIXTURE(way) {
};

FIXTURE_VARIANT(way) {
	int (*run)(struct victim *victim);
	bool (*exists)(void);
};

#define PARANOID	"/proc/sys/kernel/perf_event_paranoid"

/* So that perf_event_open() is not refused to everybody. */
FIXTURE_SETUP(way) {
	if (variant->exists && !variant->exists())
		SKIP(return, "the kernel was built without it");
	ASSERT_EQ(0, put_text(PARANOID, "1"));
}

FIXTURE_TEARDOWN(way) {
	put_text(PARANOID, "2");
}

static bool has_move_pages(void)
{
	return syscall(SYS_move_pages, 0, 0, NULL, NULL, NULL, 0) == 0;
}

static bool has_io(void)
{
	return access("/proc/self/io", F_OK) == 0;
}

#define WAY_IF(name, has) \
	FIXTURE_VARIANT_ADD(way, name) { .run = do_##name, .exists = has }
#define WAY(name) WAY_IF(name, NULL)

WAY(attach);
WAY(seize);
WAY(vm_read);
WAY(getfd);
WAY(mem);
WAY(vm_write);
WAY(madvise);
WAY(kcmp);
WAY_IF(move_pages, has_move_pages);
WAY(robust_list);
WAY(perf);
WAY(setns);
WAY(environ);
WAY(auxv);
WAY(maps);
WAY(smaps);
WAY(pagemap);
WAY(map_files);
WAY(syscall);
WAY(personality);
WAY_IF(io, has_io);
WAY(descriptor);
WAY(root);
WAY(cwd);
WAY(exe);
WAY(namespace);

static int (*way)(struct victim *victim);

static int try_way(void *arg)
{
	struct victim victim;
	int err;

	/* Who has CAP_PERFMON may watch anybody. */
	if (way == do_perf)
		CHECK(!drop_to(1000));
	CHECK(!victim_start(&victim, arg));
	err = way(&victim);
	victim_end(&victim);
	return err;
}

TEST_F(way, same_domain)
{
	way = variant->run;
	EXPECT_EQ(0, run(RULES(""), try_way, BIN "same"));
}

TEST_F(way, other_domain)
{
	way = variant->run;
	EXPECT_TRUE(is_refusal(run(RULES(""), try_way, BIN "svc")));
}

/* I2: an unconfined one is the most worthwhile victim. */
TEST_F(way, unconfined)
{
	way = variant->run;
	EXPECT_TRUE(is_refusal(run(RULES(""), try_way, BIN "free")));
}

TEST_F(way, gate_open)
{
	way = variant->run;
	EXPECT_EQ(0, run(RULES("  ptrace,\n"), try_way, BIN "svc"));
}

/* I2: nor does a user namespace of one's own, with all capabilities, help. */
static int from_own_user_namespace(void *arg)
{
	CHECK(!unshare(CLONE_NEWUSER));
	return try_way(arg);
}

TEST(user_namespace)
{
	way = do_attach;
	EXPECT_EQ(0, run(RULES("  ptrace,\n"), from_own_user_namespace,
			 BIN "svc"));
	EXPECT_TRUE(is_refusal(run(RULES(""), from_own_user_namespace,
				   BIN "svc")));
}

/* I2: to be traced by one's parent in another domain. */
static int be_traced(void *arg)
{
	char *const argv[] = { "probe", "secure", NULL };
	static char *const env[1];

	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		return errno;
	execve(arg, argv, env);
	return errno;
}

static int trace_exec(void *arg)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(be_traced(arg));
	CHECK(waitpid(pid, &status, 0) == pid);
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	/* it stopped after the exec: it is traced in its new domain */
	CHECK(WIFSTOPPED(status));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return 0;
}

TEST(traced_exec)
{
	EXPECT_EQ(0, run(RULES(""), trace_exec, BIN "same"));
	EXPECT_TRUE(is_refusal(run(RULES(""), trace_exec, BIN "svc")));
	EXPECT_TRUE(is_refusal(run(RULES(""), trace_exec, BIN "free")));
	EXPECT_EQ(0, run(RULES("  ptrace,\n"), trace_exec, BIN "svc"));
}

static int trace_me(void *arg)
{
	return probe_run(arg, "traceme", NULL);
}

/* The tracee asks for it, but the tracer's domain decides. */
TEST(traceme_from_another_domain)
{
	EXPECT_EQ(0, run(RULES(""), trace_me, BIN "same"));
	EXPECT_TRUE(is_refusal(run(RULES(""), trace_me, BIN "svc")));
	EXPECT_TRUE(is_refusal(run(RULES(""), trace_me, BIN "free")));
	EXPECT_EQ(0, run(RULES("  ptrace,\n"), trace_me, BIN "svc"));
}

NEST_TEST_MAIN
