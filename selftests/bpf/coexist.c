// SPDX-License-Identifier: GPL-2.0-only
/*
 * I1: Nest and a BPF LSM program on the same hook decide independently, in
 * whichever order the two came.
 */
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "label.h"
#include "module.h"
#include "nest_test.h"

/* The program refuses all that this user opens. */
#define REFUSED_UID	4242

#define HOOK		"bpf_lsm_file_open"

static long bpf(int cmd, union bpf_attr *attr)
{
	return syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

/* Bytes behind a struct btf_type that belong to it. */
static size_t btf_tail(const struct btf_type *type)
{
	unsigned int n = type->info & 0xffff;

	switch (type->info >> 24 & 0x1f) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return 4;
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return n * sizeof(struct btf_member);
	case BTF_KIND_ENUM:
		return n * sizeof(struct btf_enum);
	case BTF_KIND_FUNC_PROTO:
		return n * sizeof(struct btf_param);
	case BTF_KIND_DATASEC:
		return n * sizeof(struct btf_var_secinfo);
	case BTF_KIND_ENUM64:
		return n * 12;
	default:
		return 0;
	}
}

static int find_func(const char *btf, const char *name)
{
	const struct btf_header *header = (const void *)btf;
	const char *types = btf + header->hdr_len + header->type_off;
	const char *end = types + header->type_len;
	const char *strings = btf + header->hdr_len + header->str_off;

	for (int id = 1; types < end; id++) {
		const struct btf_type *type = (const void *)types;

		if ((type->info >> 24 & 0x1f) == BTF_KIND_FUNC &&
		    !strcmp(strings + type->name_off, name))
			return id;
		types += sizeof(*type) + btf_tail(type);
	}
	return -1;
}

static int hook_id(void)
{
	int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);
	struct stat st;
	size_t done = 0;
	char *btf;
	int id = -1;

	if (fd < 0 || fstat(fd, &st))
		return -1;
	btf = malloc(st.st_size);
	while (btf && done < (size_t)st.st_size) {
		ssize_t n = read(fd, btf + done, st.st_size - done);

		if (n <= 0)
			break;
		done += n;
	}
	if (btf && done == (size_t)st.st_size)
		id = find_func(btf, HOOK);
	free(btf);
	close(fd);
	return id;
}

static int load_program(int id)
{
	/* r0 = get_current_uid_gid(); return (u32)r0 == uid ? -EACCES : 0 */
	const struct bpf_insn insns[] = {
		{ .code = BPF_JMP | BPF_CALL,
		  .imm = BPF_FUNC_get_current_uid_gid },
		{ .code = BPF_ALU | BPF_MOV | BPF_X, .dst_reg = 1 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 0 },
		{ .code = BPF_JMP | BPF_JNE | BPF_K, .dst_reg = 1, .off = 1,
		  .imm = REFUSED_UID },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = -EACCES },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	static char log[4096];
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_LSM,
		.expected_attach_type = BPF_LSM_MAC,
		.insns = (unsigned long)insns,
		.insn_cnt = ARRAY_SIZE(insns),
		.license = (unsigned long)"GPL",
		.attach_btf_id = id,
		.log_level = 1,
		.log_buf = (unsigned long)log,
		.log_size = sizeof(log),
	};
	int fd = bpf(BPF_PROG_LOAD, &attr);

	if (fd < 0)
		fprintf(stderr, "# program is refused (%d): %s\n", errno, log);
	return fd;
}

/* Returns a descriptor that keeps the program attached, or -1. */
static int attach_program(void)
{
	union bpf_attr attr = { 0 };
	int prog, link;

	prog = load_program(hook_id());
	if (prog < 0)
		return -1;
	attr.raw_tracepoint.prog_fd = prog;
	link = bpf(BPF_RAW_TRACEPOINT_OPEN, &attr);
	close(prog);
	return link;
}

static int program_alone(void *arg)
{
	(void)arg;
	CHECK(try_open("/proc/self/status", O_RDONLY) == 0);
	CHECK(!drop_to(REFUSED_UID));
	CHECK(try_open("/proc/self/status", O_RDONLY) == EACCES);
	return 0;
}

static int both(void *arg)
{
	int err;

	(void)arg;
	/* Nest's own denial, with the program's consent */
	CHECK(try_open(WORK "/file", O_RDONLY) == 0);
	CHECK(try_open(WORK "/other", O_RDONLY) == EACCES);
	err = drop_to(REFUSED_UID);
	CHECK(!err);
	/* the program's, with Nest's consent */
	CHECK(try_open(WORK "/file", O_RDONLY) == EACCES);
	CHECK(try_open(WORK "/other", O_RDONLY) == EACCES);
	return 0;
}

static int nest_alone(void *arg)
{
	(void)arg;
	CHECK(!drop_to(REFUSED_UID));
	CHECK(try_open(WORK "/file", O_RDONLY) == 0);
	CHECK(try_open(WORK "/other", O_RDONLY) == EACCES);
	return 0;
}

static const struct sandbox sandbox = {
	.policy = POLICY("  capability,\n  network,\n  /proc/** r,\n"
			 "  " WORK "/file r,\n"),
	.files = true,
};

static int detach_nest(void)
{
	int err = module_detach_patiently();

	return err ?: module_unload();
}

FIXTURE(order) {
	int link;
};

FIXTURE_SETUP(order)
{
	self->link = -1;
}

FIXTURE_TEARDOWN(order)
{
	int err;

	close(self->link);
	err = module_load();
	EXPECT_TRUE(!err || err == EEXIST);
}

TEST_F(order, nest_first)
{
	EXPECT_EQ(0, sandbox_run(&sandbox, nest_alone, NULL));
	self->link = attach_program();
	ASSERT_LE(0, self->link);
	EXPECT_EQ(0, sandbox_fork(program_alone, NULL));
	EXPECT_EQ(0, sandbox_run(&sandbox, both, NULL));
	/* the one goes, the other stays */
	EXPECT_EQ(0, detach_nest());
	EXPECT_EQ(0, sandbox_fork(program_alone, NULL));
	EXPECT_EQ(0, module_load());
	EXPECT_EQ(0, sandbox_run(&sandbox, both, NULL));
}

TEST_F(order, program_first)
{
	EXPECT_EQ(0, detach_nest());
	self->link = attach_program();
	ASSERT_LE(0, self->link);
	EXPECT_EQ(0, sandbox_fork(program_alone, NULL));
	EXPECT_EQ(0, module_load());
	EXPECT_EQ(0, sandbox_fork(program_alone, NULL));
	EXPECT_EQ(0, sandbox_run(&sandbox, both, NULL));
	close(self->link);
	self->link = -1;
	/* the program is gone a moment after its last descriptor */
	usleep(100000);
	EXPECT_EQ(0, sandbox_run(&sandbox, nest_alone, NULL));
}

NEST_TEST_MAIN
