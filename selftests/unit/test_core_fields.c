// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each field of each struct of an image, broken alone, is refused, and the
 * error points into that field (I3).
 */
#include "core_test.h"
#include "core.h"
#include "image_sample.h"

#define N(array)	(sizeof(array) / sizeof((array)[0]))
#define HEADER		NEST_SECTION_COUNT
#define BIT31		0x80000000U

static const struct nest_policy_limits limits = { 1 << 20, 64, 1 << 22 };

struct field {
	const char *name;
	u32 section;
	u32 index;
	u32 offset;
	u32 size;
	u32 value;
};

#define F(section, index, type, member, value) { \
	#type "." #member " = " #value, section, index, \
	offsetof(struct nest_policy_##type, member), \
	sizeof(((struct nest_policy_##type *)NULL)->member), value }
#define H(member, value)	F(HEADER, 0, header, member, value)
#define D(member, value) \
	F(NEST_SECTION_DOMAINS, SAMPLE_SVC, domain, member, value)
#define P(member, value)	F(NEST_SECTION_PERMS, 1, perm, member, value)
#define E(index, member, value) \
	F(NEST_SECTION_EXECS, index, exec, member, value)
#define A(index, member, value) \
	F(NEST_SECTION_DFAS, index, dfa, member, value)

static const struct field header_fields[] = {
	H(magic, 0), H(magic, 0x4e455354), H(version, 0),
	H(version, NEST_POLICY_VERSION - 1), H(version, NEST_POLICY_VERSION + 1),
	H(size, 0), H(size, 88), H(size, 0xffffffff), H(flags, 1),
	H(flags, BIT31), H(default_domain, SAMPLE_DOMAINS),
	H(default_domain, 0xfffffffe), H(attach_dfa, SAMPLE_DFAS),
	H(attach_dfa, SAMPLE_DFA_SVC_DENY), H(reserved, 1),
};

static const struct field domain_fields[] = {
	D(name, 0xfffffff0), D(name, 0), D(name, 7),
	D(flags, 16), D(flags, BIT31), D(parent, SAMPLE_SVC),
	D(parent, SAMPLE_DOMAINS), D(parent, 0xfffffffe),
	D(child_dfa, SAMPLE_DFAS), D(child_dfa, SAMPLE_DFA_SVC_DENY),
	D(file_dfa, SAMPLE_DFAS), D(file_dfa, 0xfffffffe),
	D(n_file_dfas, 0), D(n_file_dfas, NEST_FILE_DFAS_MAX + 1),
	D(n_file_dfas, SAMPLE_DFAS), D(n_file_dfas, 0xffffffff),
	D(net, 1), D(net, 0xfffffffe), D(rlimits, 1),
	D(rlimits, 0xfffffffe),
	D(peer_dfa, SAMPLE_DFAS), D(peer_dfa, SAMPLE_DFA_SVC_DENY),
	D(peer_dfa, 0xfffffffe),
	D(rule_dfa, SAMPLE_DFAS), D(rule_dfa, 0xfffffffe),
	D(rule_dfa, SAMPLE_DFA_ATTACH), D(n_rule_dfas, 0),
	D(n_rule_dfas, NEST_RULE_DFAS_MAX + 1), D(n_rule_dfas, 0xffffffff),
	D(mediates, 1), D(mediates, 1U << NEST_RULES_END), D(mediates, BIT31),
};

/* Any bits are good ones but those in reserved. */
static const struct field rule_fields[] = {
	F(NEST_SECTION_RULES, 0, rule, reserved, 1),
	F(NEST_SECTION_RULES, 2, rule, reserved, BIT31),
};

#define L(member, value) \
	F(NEST_SECTION_RLIMITS, 0, rlimits, member, value)

/* Any limit is a good one but for a resource that has none. */
static const struct field rlimit_fields[] = {
	L(mask, 1U << NEST_RLIMITS), L(mask, BIT31), L(reserved, 1),
	L(max[NEST_RLIMIT_CPU], 1), L(max[NEST_RLIMIT_RTTIME], 1),
};

#define ATTACH(index, member, value) \
	F(NEST_SECTION_ATTACHES, index, attach, member, value)
#define XATTR(member, value)	F(NEST_SECTION_XATTRS, 1, xattr, member, value)

static const struct field attach_fields[] = {
	ATTACH(0, domain, SAMPLE_DOMAINS), ATTACH(1, domain, NEST_NONE),
	ATTACH(0, next, 0), ATTACH(0, next, 1), ATTACH(1, next, 1),
	ATTACH(1, next, 2), ATTACH(0, xattr, 0), ATTACH(1, xattr, 2),
	ATTACH(1, xattr, NEST_NONE), ATTACH(1, n_xattrs, 3),
	ATTACH(1, n_xattrs, NEST_XATTRS_MAX + 1),
	ATTACH(1, n_xattrs, 0xffffffff),
};

static const struct field xattr_fields[] = {
	XATTR(name, 0xfffffff0), XATTR(name, 7), XATTR(dfa, SAMPLE_DFAS),
	XATTR(dfa, NEST_NONE), XATTR(dfa, SAMPLE_DFA_SVC),
};

#define PEER(member, value)	F(NEST_SECTION_PEERS, 1, peer, member, value)

/* The signals come before; any set of them is a good one. */
static const struct field peer_fields[] = {
	PEER(ptrace_allow, 0x10), PEER(ptrace_allow, BIT31),
	PEER(ptrace_deny, 0x10), PEER(ptrace_audit, BIT31), PEER(reserved, 1),
};

static const struct field perm_fields[] = {
	P(allow[0], 0x2001), P(allow[1], BIT31 | 1), P(deny[0], 0x2000),
	P(deny[1], BIT31), P(audit[0], 0x2000), P(audit[1], BIT31),
	P(exec[0], SAMPLE_EXECS), P(exec[1], SAMPLE_EXECS),
	P(exec[0], NEST_NONE), P(exec[1], NEST_NONE),
	F(NEST_SECTION_PERMS, 0, perm, exec[0], 0),
	F(NEST_SECTION_PERMS, 0, perm, exec[1], 0),
};

static const struct field exec_fields[] = {
	E(SAMPLE_IX, mode, NEST_EXEC_MODES), E(SAMPLE_IX, mode, 0xffffffff),
	E(SAMPLE_IX, flags, 8), E(SAMPLE_IX, flags, NEST_EXEC_ELSE_INHERIT),
	E(SAMPLE_UX_SCRUB, flags, NEST_EXEC_ELSE_UNCONFINED),
	E(SAMPLE_PX, flags, BIT31),
	E(SAMPLE_PX, flags, NEST_EXEC_ELSE_INHERIT | NEST_EXEC_ELSE_UNCONFINED),
	E(SAMPLE_IX, target, 0), E(SAMPLE_PX, target, SAMPLE_WEB),
	E(SAMPLE_CX, target, SAMPLE_SVC_CHILD),
	E(SAMPLE_PX_WEB, target, SAMPLE_DOMAINS),
	E(SAMPLE_PX_WEB, target, 0xfffffffe), E(SAMPLE_IX, reserved, 1),
};

/* Those of the sparse automaton that attaches, of the dense one of svc. */
static const struct field dfa_fields[] = {
	A(0, flags, NEST_DFA_FLAGS + 1), A(0, flags, BIT31),
	A(0, layout, NEST_LAYOUTS), A(0, layout, 0xffffffff),
	A(0, n_states, 0), A(0, n_states, NEST_STATES_MAX + 1),
	A(0, n_states, 0xffffffff), A(0, n_sinks, 0), A(0, n_sinks, 10000),
	A(0, start, 10000), A(0, start, 0xffffffff),
	A(0, n_classes, 0), A(0, n_classes, 257), A(0, n_classes, 0xffffffff),
	A(0, n_accepts, 10000), A(0, n_accepts, 0xffffffff),
	A(0, shift, 1), A(0, classes, 8),
	A(0, classes, 0xfffffff8), A(0, classes, 1), A(0, accept, 0),
	A(0, accept, 4), A(0, next, 0), A(0, next, 0xfffffff8),
	A(0, accept_max, 0), A(0, accept_max, 0xffffffff),
	A(3, n_states, 65537), A(3, shift, 0), A(3, shift, 31),
	A(3, shift, 0xffffffff), A(3, n_slots, 1), A(3, next, 0),
	A(3, accept_max, 1),
};

static const struct {
	const struct field *fields;
	size_t n;
} tables[] = {
	{ header_fields, N(header_fields) }, { domain_fields, N(domain_fields) },
	{ perm_fields, N(perm_fields) }, { exec_fields, N(exec_fields) },
	{ dfa_fields, N(dfa_fields) }, { peer_fields, N(peer_fields) },
	{ rule_fields, N(rule_fields) }, { rlimit_fields, N(rlimit_fields) },
	{ attach_fields, N(attach_fields) }, { xattr_fields, N(xattr_fields) },
};

static u32 section_offset(const u8 *image, u32 section)
{
	const struct nest_policy_header *header = (const void *)image;

	return section == HEADER ? 0
				 : le32_to_cpu(header->section[section].offset);
}

static size_t element_bytes(u32 section)
{
	return section == HEADER ? sizeof(struct nest_policy_header)
				 : image_element_size(section);
}

static void check_field(const u8 *image, size_t size, const struct field *f)
{
	u32 at = section_offset(image, f->section) +
		 f->index * element_bytes(f->section) + f->offset;
	struct nest_policy_error error = { 0 };
	struct nest_policy policy;
	__le32 value = cpu_to_le32(f->value);
	u8 *broken = malloc(size);
	int err;

	assert_non_null(broken);
	memcpy(broken, image, size);
	if (!memcmp(broken + at, &value, sizeof(value)))
		fail_msg("%s changes nothing", f->name);
	memcpy(broken + at, &value, sizeof(value));
	err = nest_policy_unpack(&policy, broken, size, &limits, &error);
	free(broken);
	if (err != -EINVAL)
		fail_msg("%s is accepted (%d)", f->name, err);
	if (error.offset < at || error.offset >= at + f->size)
		fail_msg("%s: error at %u (%s), not at %u", f->name,
			 error.offset, error.reason, at);
}

static void check_extent(const u8 *image, size_t size, u32 section)
{
	static const struct field fields[] = {
		H(section[0].offset, 0), H(section[0].offset, 0xfffffff8),
		H(section[0].offset, 116), H(section[0].count, 0xffffffff),
		H(section[0].count, 0x10000),
	};

	for (size_t i = 0; i < N(fields); i++) {
		struct field f = fields[i];

		f.offset += section * sizeof(struct nest_policy_extent);
		check_field(image, size, &f);
	}
}

static void test_fields(void **state)
{
	struct image img;
	size_t size;
	u8 *image;

	(void)state;
	image_sample(&img);
	image = image_finish(&img, &size);
	for (size_t t = 0; t < N(tables); t++)
		for (size_t i = 0; i < tables[t].n; i++)
			check_field(image, size, &tables[t].fields[i]);
	for (u32 i = 0; i < NEST_SECTION_COUNT; i++)
		check_extent(image, size, i);
	free(image);
	image_free(&img);
}

/* An array of two that is one field. */
static void test_second_reserved(void **state)
{
	const u32 at = offsetof(struct nest_policy_header, reserved);
	struct nest_policy_error error = { 0 };
	struct nest_policy policy;
	struct image img;
	size_t size;
	u8 *image;

	(void)state;
	image_sample(&img);
	img.header.reserved[1] = cpu_to_le32(1);
	image = image_finish(&img, &size);
	assert_int_equal(nest_policy_unpack(&policy, image, size, &limits,
					    &error), -EINVAL);
	assert_in_range(error.offset, at, at + 7);
	free(image);
	image_free(&img);
}

/* Without this a new field could be forgotten in the tables above. */
static void test_tables_are_complete(void **state)
{
	(void)state;
	for (size_t t = 0; t < N(tables); t++) {
		const struct field *fields = tables[t].fields;
		bool covered[256] = { false };
		size_t size = element_bytes(fields[0].section);

		for (size_t i = 0; i < tables[t].n; i++)
			memset(covered + fields[i].offset, true,
			       fields[i].size);
		/* any set of capabilities is a good one */
		if (fields[0].section == NEST_SECTION_DOMAINS)
			size = offsetof(struct nest_policy_domain, cap_allow);
		/* check_extent() does the sections */
		if (fields[0].section == HEADER)
			size = offsetof(struct nest_policy_header, section);
		if (fields[0].section == NEST_SECTION_RULES)
			memset(covered, true,
			       offsetof(struct nest_policy_rule, reserved));
		if (fields[0].section == NEST_SECTION_RLIMITS)
			memset(covered + offsetof(struct nest_policy_rlimits,
						  max), true,
			       NEST_RLIMITS * sizeof(__le64));
		if (fields[0].section == NEST_SECTION_PEERS)
			memset(covered, true,
			       offsetof(struct nest_policy_peer, ptrace_allow));
		for (size_t i = 0; i < size; i++)
			if (!covered[i])
				fail_msg("struct %zu, byte %zu", t, i);
	}
}

struct table_case {
	const char *name;
	u32 dfa;
	size_t field;	/* that holds the table's offset */
	u32 at;		/* bytes into it */
	u32 size;
	u32 value;
};

#define T(dfa, member, at, size, value) { \
	#member "+" #at " = " #value, dfa, \
	offsetof(struct nest_policy_dfa, member), at, size, value }

static const struct table_case table_cases[] = {
	T(SAMPLE_DFA_ATTACH, classes, 0, 1, 255),
	T(SAMPLE_DFA_ATTACH, classes, 255, 1, 255),
	T(SAMPLE_DFA_ATTACH, accept, 0, 4, 1),
	T(SAMPLE_DFA_ATTACH, next, 0, 4, 0x00ffffff),
	T(SAMPLE_DFA_ATTACH, next, 4, 4, 0xffffffff),
	T(SAMPLE_DFA_DEFAULT, classes, 7, 1, 2),
	T(SAMPLE_DFA_DEFAULT, accept, 0, 4, 1),
	T(SAMPLE_DFA_DEFAULT, next, 0, 2, 1),
	T(SAMPLE_DFA_DEFAULT, next, 0, 2, 2),
	T(SAMPLE_DFA_DEFAULT, next, 4, 2, 0),
	T(SAMPLE_DFA_DEFAULT, next, 8, 2, 8),
	T(SAMPLE_DFA_DEFAULT, next, 8, 2, 5),
	T(SAMPLE_DFA_DEFAULT, next, 8, 2, 0xffff),
};

static void test_table_contents(void **state)
{
	struct image img;
	size_t size;
	u8 *image;

	(void)state;
	image_sample(&img);
	for (size_t i = 0; i < N(table_cases); i++) {
		const struct table_case *c = &table_cases[i];
		__le32 value = cpu_to_le32(c->value), table;
		struct nest_policy_error error;
		struct nest_policy policy;
		u32 at;

		image = image_finish(&img, &size);
		at = section_offset(image, NEST_SECTION_DFAS) +
		     c->dfa * sizeof(struct nest_policy_dfa) + c->field;
		memcpy(&table, image + at, sizeof(table));
		at = section_offset(image, NEST_SECTION_TABLES) +
		     le32_to_cpu(table) + c->at;
		memcpy(image + at, &value, c->size);
		if (nest_policy_unpack(&policy, image, size, &limits,
				       &error) != -EINVAL)
			fail_msg("%s is accepted", c->name);
		if (error.offset < at || error.offset >= at + c->size)
			fail_msg("%s: error at %u (%s), not at %u", c->name,
				 error.offset, error.reason, at);
		free(image);
	}
	image_free(&img);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_fields),
	cmocka_unit_test(test_second_reserved),
	cmocka_unit_test(test_tables_are_complete),
	cmocka_unit_test(test_table_contents),
};

CORE_TEST_GROUP("fields", tests);
