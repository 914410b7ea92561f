// SPDX-License-Identifier: GPL-2.0-only
/*
 * I2: a task must not reach into one of another domain: by ptrace, by its
 * memory, or by taking its descriptors.
 */
#include <fcntl.h>
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

static int do_environ(struct victim *victim)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/environ", victim->pid);
	return try_open(path, O_RDONLY);
}

FIXTURE(way) {
};

FIXTURE_SETUP(way) {
}

FIXTURE_TEARDOWN(way) {
}

FIXTURE_VARIANT(way) {
	int (*run)(struct victim *victim);
};

#define WAY(name) FIXTURE_VARIANT_ADD(way, name) { .run = do_##name }

WAY(attach);
WAY(seize);
WAY(vm_read);
WAY(getfd);
WAY(mem);
WAY(environ);

static int (*way)(struct victim *victim);

static int try_way(void *arg)
{
	struct victim victim;
	int err;

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
