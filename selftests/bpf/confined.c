// SPDX-License-Identifier: GPL-2.0-only
/*
 * I2: BPF programs and perf events, by which the kernel could be made to do or
 * tell what a layer forbids, take capabilities that the layer has to allow.
 */
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include "nest_test.h"

#define CLOSED	POLICY("  /** r,\n  capability kill,\n")
#define SYSCTL	"/proc/sys/kernel/unprivileged_bpf_disabled"

static long bpf(int cmd, union bpf_attr *attr)
{
	return syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

static int load(unsigned int type)
{
	/* return 0 */
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = type,
		.insns = (unsigned long)insns,
		.insn_cnt = ARRAY_SIZE(insns),
		.license = (unsigned long)"GPL",
	};

	return bpf(BPF_PROG_LOAD, &attr);
}

static int do_filter(void *arg)
{
	(void)arg;
	return TRY(load(BPF_PROG_TYPE_SOCKET_FILTER));
}

static int do_kprobe(void *arg)
{
	(void)arg;
	return TRY(load(BPF_PROG_TYPE_KPROBE));
}

static int do_tracepoint(void *arg)
{
	(void)arg;
	return TRY(load(BPF_PROG_TYPE_RAW_TRACEPOINT));
}

static int do_map(void *arg)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY,
		.key_size = 4,
		.value_size = 4,
		.max_entries = 1,
	};

	(void)arg;
	return TRY(bpf(BPF_MAP_CREATE, &attr));
}

/* Programs of others, by their numbers. */
static int do_iterate(void *arg)
{
	union bpf_attr attr = { 0 };

	(void)arg;
	return bpf(BPF_PROG_GET_NEXT_ID, &attr) && errno != ENOENT ? errno : 0;
}

static int open_event(unsigned int type, unsigned long config, pid_t pid,
		      int cpu)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = type,
		.config = config,
		.sample_type = PERF_SAMPLE_IP | PERF_SAMPLE_CALLCHAIN,
		.disabled = 1,
	};

	return syscall(SYS_perf_event_open, &attr, pid, cpu, -1, 0);
}

/* Where the kernel is while it works for this task. */
static int do_kernel_event(void *arg)
{
	(void)arg;
	return TRY(open_event(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK, 0,
			      -1));
}

/* The same of everybody. */
static int do_cpu_event(void *arg)
{
	(void)arg;
	return TRY(open_event(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK, -1,
			      0));
}

FIXTURE(gate) {
};

/* The kernel's own default. Debian's, 3, refuses everybody else everything. */
FIXTURE_SETUP(gate) {
	ASSERT_EQ(0, put_text("/proc/sys/kernel/perf_event_paranoid", "2"));
}

FIXTURE_TEARDOWN(gate) {
}

FIXTURE_VARIANT(gate) {
	sandbox_fn body;
};

#define GATE(name) FIXTURE_VARIANT_ADD(gate, name) { .body = do_##name }

GATE(filter);
GATE(kprobe);
GATE(tracepoint);
GATE(map);
GATE(iterate);
GATE(kernel_event);
GATE(cpu_event);

/* By root of the host, without a user namespace around it. */
static int run(const char *policy, sandbox_fn body)
{
	const struct sandbox sandbox = { .policy = policy, .rootful = true };

	return sandbox_run(&sandbox, body, NULL);
}

TEST_F(gate, possible)
{
	EXPECT_EQ(0, run(NULL, variant->body));
	EXPECT_EQ(0, run(POLICY(ALL_RULES), variant->body));
}

TEST_F(gate, closed)
{
	int err = run(CLOSED, variant->body);

	EXPECT_TRUE(err == EPERM || err == EACCES);
}

/* One of a user namespace of its own never could. */
TEST_F(gate, user_namespace)
{
	const struct sandbox sandbox = { .policy = POLICY(ALL_RULES) };
	int err = sandbox_run(&sandbox, variant->body, NULL);

	EXPECT_TRUE(err == EPERM || err == EACCES);
}

/*
 * Where the host lets everybody load filters a domain may, too, without a
 * capability: what they can look at is the task's own. Others stay shut.
 */
TEST(unprivileged)
{
	char before[8] = "";
	int fd = open(SYSCTL, O_RDWR);

	ASSERT_LE(0, fd);
	ASSERT_LT(0, read(fd, before, sizeof(before)));
	ASSERT_EQ(0, put_text(SYSCTL, "0"));
	EXPECT_EQ(0, run(CLOSED, do_filter));
	EXPECT_EQ(EPERM, run(CLOSED, do_kprobe));
	EXPECT_EQ(EPERM, run(CLOSED, do_tracepoint));
	EXPECT_EQ(EPERM, run(CLOSED, do_iterate));
	EXPECT_EQ(0, put_text(SYSCTL, before));
	close(fd);
}

NEST_TEST_MAIN
