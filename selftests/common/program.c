// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "program.h"

#define INSNS_MAX	16

/**
 * struct code - instructions that are being written
 * @n: how many
 * @insns: they
 */
struct code {
	unsigned int n;
	struct bpf_insn insns[INSNS_MAX];
};

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

static char *read_all(int fd, size_t size)
{
	char *data = malloc(size);
	size_t done = 0;

	while (data && done < size) {
		ssize_t n = read(fd, data + done, size - done);

		if (n <= 0) {
			free(data);
			return NULL;
		}
		done += n;
	}
	return data;
}

/* The kernel's types, read once. */
static const char *kernel_types(void)
{
	static char *types;
	struct stat st;
	int fd;

	if (types)
		return types;
	fd = open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && !fstat(fd, &st))
		types = read_all(fd, st.st_size);
	close(fd);
	return types;
}

static int hook_id(const char *hook)
{
	const char *types = kernel_types();
	char name[64];

	snprintf(name, sizeof(name), "bpf_lsm_%s", hook);
	return types ? find_func(types, name) : -1;
}

static void emit(struct code *code, unsigned int op, unsigned int dst,
		 unsigned int src, int value)
{
	code->insns[code->n++] = (struct bpf_insn){
		.code = op, .dst_reg = dst, .src_reg = src, .imm = value,
	};
}

static void emit_set(struct code *code, unsigned int reg, int value)
{
	emit(code, BPF_ALU64 | BPF_MOV | BPF_K, reg, 0, value);
}

/* bpf_copy_from_user(r10 - 8, 8, address) */
static void emit_read(struct code *code, unsigned int address)
{
	emit(code, BPF_ALU64 | BPF_MOV | BPF_X, 1, 10, 0);
	emit(code, BPF_ALU64 | BPF_ADD | BPF_K, 1, 0, -8);
	emit_set(code, 2, 8);
	emit_set(code, 3, address);
	emit(code, BPF_JMP | BPF_CALL, 0, 0, BPF_FUNC_copy_from_user);
}

static void write_code(struct code *code, const struct program *program)
{
	unsigned int jump;

	emit(code, BPF_JMP | BPF_CALL, 0, 0, BPF_FUNC_get_current_uid_gid);
	/* the user id is the lower half */
	emit(code, BPF_ALU | BPF_MOV | BPF_X, 1, 0, 0);
	emit_set(code, 6, 0);
	jump = code->n;
	emit(code, BPF_JMP | BPF_JNE | BPF_K, 1, 0, program->uid);
	if (program->reads)
		emit_read(code, program->reads);
	if (program->refuses)
		emit_set(code, 6, -EACCES);
	code->insns[jump].off = code->n - jump - 1;
	emit(code, BPF_ALU64 | BPF_MOV | BPF_X, 0, 6, 0);
	emit(code, BPF_JMP | BPF_EXIT, 0, 0, 0);
}

static int load_program(const struct program *program)
{
	static char log[4096];
	struct code code = { 0 };
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_LSM,
		.expected_attach_type = BPF_LSM_MAC,
		.prog_flags = program->reads ? BPF_F_SLEEPABLE : 0,
		.license = (unsigned long)"GPL",
		.attach_btf_id = hook_id(program->hook),
		.log_level = 1,
		.log_buf = (unsigned long)log,
		.log_size = sizeof(log),
	};
	int fd;

	write_code(&code, program);
	attr.insns = (unsigned long)code.insns;
	attr.insn_cnt = code.n;
	fd = bpf(BPF_PROG_LOAD, &attr);
	if (fd < 0)
		fprintf(stderr, "# program for %s is refused (%d): %s\n",
			program->hook, errno, log);
	return fd;
}

/**
 * program_attach() - load a program of the BPF LSM and attach it to its hook
 * @program: what it does
 *
 * Return: a descriptor that keeps the program attached, or -1.
 */
int program_attach(const struct program *program)
{
	union bpf_attr attr = { 0 };
	int prog, link;

	prog = load_program(program);
	if (prog < 0)
		return -1;
	attr.raw_tracepoint.prog_fd = prog;
	link = bpf(BPF_RAW_TRACEPOINT_OPEN, &attr);
	close(prog);
	return link;
}
