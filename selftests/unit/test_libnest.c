// SPDX-License-Identifier: GPL-2.0-only
/* libnest without a kernel: messages made, messages taken apart. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <netlink/genl/genl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "internal.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

static struct nl_msg *new_message(void)
{
	struct nl_msg *msg = nlmsg_alloc();

	assert_non_null(msg);
	assert_non_null(genlmsg_put(msg, 1, 1, 0x1f, 0, 0, NEST_CMD_EVENT, 1));
	return msg;
}

static int parse(struct nl_msg *msg, struct nlattr **attrs)
{
	return nest_message_parse(nlmsg_hdr(msg), attrs);
}

static void test_memfd(void **state)
{
	static const char image[] = "an image";
	char back[sizeof(image)];
	int fd = nest_image_memfd(image, sizeof(image));

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GET_SEALS),
			 F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(pread(fd, back, sizeof(back), 0), sizeof(back));
	assert_memory_equal(back, image, sizeof(image));
	assert_int_equal(pwrite(fd, "x", 1, 0), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(ftruncate(fd, 1), -1);
	assert_int_equal(ftruncate(fd, 4096), -1);
	close(fd);
}

static void test_memfd_empty(void **state)
{
	struct stat st;
	int fd = nest_image_memfd("", 0);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, 0);
	close(fd);
}

static void test_target_self(void **state)
{
	struct nest nest = { 0 };
	struct nest_target target;
	struct stat st;

	(void)state;
	assert_int_equal(stat("/proc/self/ns/pid", &st), 0);
	assert_int_equal(nest_target_by_pid(&nest, getpid(), &target), 0);
	assert_int_equal(target.pid, getpid());
	assert_int_equal(target.ns, (uint32_t)st.st_ino);
	assert_int_equal(target.origin, 0);
}

static void test_target_wrong(void **state)
{
	struct nest nest = { 0 };
	struct nest_target target;

	(void)state;
	assert_int_equal(nest_target_by_pid(&nest, 0, &target), -EINVAL);
	assert_int_equal(nest_target_by_pid(&nest, -5, &target), -EINVAL);
	assert_string_equal(nest.error.message, "-5 is not a process");
	assert_int_equal(nest.error.code, EINVAL);
}

static void test_target_dead(void **state)
{
	struct nest nest = { 0 };
	struct nest_target target;
	siginfo_t info;
	pid_t pid = fork();

	(void)state;
	assert_true(pid >= 0);
	if (!pid)
		_exit(0);

	/* Ended but not reaped: still there, in no namespace any more. */
	assert_int_equal(waitid(P_PID, pid, &info, WEXITED | WNOWAIT), 0);
	assert_int_equal(nest_target_by_pid(&nest, pid, &target), -ESRCH);
	assert_int_equal(target.pid, 0);
	assert_non_null(strstr(nest.error.message, "has ended"));

	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(nest_target_by_pid(&nest, pid, &target), -ESRCH);
	assert_non_null(strstr(nest.error.message, "cannot find process"));
}

static void test_request(void **state)
{
	struct nest nest = { .family = 0x1f };
	const struct nest_target target = { .pid = 7, .ns = 8, .origin = 9 };
	struct nest_request request = {
		.what = "test",
		.cmd = NEST_CMD_LAYER_GET,
		.flags = NLM_F_DUMP,
	};
	struct nlattr *attrs[NEST_A_MAX + 1];
	struct nlmsghdr *nlh;

	(void)state;
	assert_int_equal(nest_request_new(&nest, &request), 0);
	assert_int_equal(nest_request_put_target(&request, &target), 0);
	nlh = nlmsg_hdr(request.msg);
	assert_int_equal(nlh->nlmsg_type, 0x1f);
	assert_int_equal(nlh->nlmsg_flags & NLM_F_DUMP, NLM_F_DUMP);
	assert_int_equal(genlmsg_hdr(nlh)->cmd, NEST_CMD_LAYER_GET);
	assert_int_equal(genlmsg_hdr(nlh)->version, NEST_GENL_VERSION);
	assert_int_equal(nest_message_parse(nlh, attrs), 0);
	assert_int_equal(nest_attr_u32(attrs, NEST_A_PID), 7);
	assert_int_equal(nest_attr_u32(attrs, NEST_A_NS), 8);
	assert_int_equal(nest_attr_u32(attrs, NEST_A_ORIGIN), 9);
	assert_int_equal(nest_request_end(&nest, &request, 0), 0);
}

static void test_request_own(void **state)
{
	struct nest nest = { .family = 0x1f };
	const struct nest_target target = { .ns = 8 };
	struct nest_request request = {
		.what = "test",
		.cmd = NEST_CMD_LAYER_DEL,
	};

	(void)state;
	assert_int_equal(nest_request_new(&nest, &request), 0);
	assert_int_equal(nest_request_put_target(&request, &target), 0);
	assert_int_equal(nlmsg_hdr(request.msg)->nlmsg_len,
			 NLMSG_HDRLEN + GENL_HDRLEN);
	assert_int_equal(nest_request_end(&nest, &request, -EPERM), -EPERM);
	assert_int_equal(nest.error.code, EPERM);
	assert_false(nest.error.kernel);
	assert_non_null(strstr(nest.error.message, "cannot test: "));
}

/* An answer as the kernel gives it to a request with a bad NEST_A_ORIGIN. */
static void test_explain(void **state)
{
	struct nest nest = { .family = 0x1f };
	const struct nest_target target = { .pid = 7, .ns = 8, .origin = 9 };
	struct nest_request request = { .what = "remove the layer" };
	struct nlmsgerr body = { .error = -EINVAL };
	struct nl_msg *answer = nlmsg_alloc();

	(void)state;
	assert_int_equal(nest_request_new(&nest, &request), 0);
	assert_int_equal(nest_request_put_target(&request, &target), 0);

	nlmsg_put(answer, 0, 1, NLMSG_ERROR, sizeof(body),
		  NLM_F_CAPPED | NLM_F_ACK_TLVS);
	memcpy(nlmsg_data(nlmsg_hdr(answer)), &body, sizeof(body));
	nla_put_string(answer, NLMSGERR_ATTR_MSG, "no such layer");
	nla_put_u32(answer, NLMSGERR_ATTR_OFFS,
		    NLMSG_HDRLEN + GENL_HDRLEN + 16);
	nla_put_u32(answer, NLMSGERR_ATTR_COOKIE, 77);
	nest_request_explain(&request, nlmsg_hdr(answer), sizeof(body));
	assert_string_equal(request.text, "no such layer");
	assert_int_equal(request.attribute, NEST_A_ORIGIN);

	assert_int_equal(nest_request_end(&nest, &request, -EINVAL), -EINVAL);
	assert_string_equal(nest.error.message,
			    "cannot remove the layer: byte 77 of the image: no such layer");
	assert_true(nest.error.has_offset);
	assert_int_equal(nest.error.offset, 77);
	assert_true(nest.error.kernel);
	assert_int_equal(nest.error.attribute, NEST_A_ORIGIN);
	nlmsg_free(answer);
}

static void test_explain_none(void **state)
{
	struct nest_request request = { .what = "test" };
	struct nlmsgerr body = { .error = -EINVAL };
	struct nl_msg *answer = nlmsg_alloc();

	(void)state;
	nlmsg_put(answer, 0, 1, NLMSG_ERROR, sizeof(body), 0);
	memcpy(nlmsg_data(nlmsg_hdr(answer)), &body, sizeof(body));
	nla_put_string(answer, NLMSGERR_ATTR_MSG, "not flagged as present");
	nest_request_explain(&request, nlmsg_hdr(answer), sizeof(body));
	assert_string_equal(request.text, "");

	/* Attributes that would begin beyond the end. */
	nlmsg_hdr(answer)->nlmsg_flags = NLM_F_ACK_TLVS;
	nest_request_explain(&request, nlmsg_hdr(answer), 4096);
	assert_string_equal(request.text, "");
	nlmsg_free(answer);
}

static void test_layer(void **state)
{
	struct nl_msg *msg = new_message();
	struct nlattr *attrs[NEST_A_MAX + 1];
	struct nest_layer layer;

	(void)state;
	nla_put_u32(msg, NEST_A_NS, 4026531836U);
	nla_put_u32(msg, NEST_A_ORIGIN, 11);
	nla_put_u32(msg, NEST_A_LEVEL, 2);
	nla_put_u32(msg, NEST_A_PID, 12);
	nla_put_string(msg, NEST_A_NAME, "web");
	nla_put_u64(msg, NEST_A_REVISION, 0x100000002ULL);
	nla_put_u32(msg, NEST_A_SIZE, 13);
	nla_put_u32(msg, NEST_A_DOMAINS, 14);
	nla_put_u64(msg, NEST_A_DENIALS, 15);
	nla_put_u64(msg, NEST_A_LOST, 16);
	nla_put_u64(msg, NEST_A_DECISIONS, 17);
	nla_put_u64(msg, NEST_A_COMPLAINTS, 18);
	assert_int_equal(parse(msg, attrs), 0);
	nest_parse_layer(attrs, &layer);
	assert_int_equal(layer.ns, 4026531836U);
	assert_int_equal(layer.origin, 11);
	assert_int_equal(layer.level, 2);
	assert_int_equal(layer.pid, 12);
	assert_string_equal(layer.name, "web");
	assert_int_equal(layer.revision, 0x100000002ULL);
	assert_int_equal(layer.size, 13);
	assert_int_equal(layer.domains, 14);
	assert_int_equal(layer.denials, 15);
	assert_int_equal(layer.lost, 16);
	assert_int_equal(layer.decisions, 17);
	assert_int_equal(layer.complaints, 18);
	nlmsg_free(msg);
}

static void test_domain(void **state)
{
	struct nl_msg *msg = new_message();
	struct nlattr *attrs[NEST_A_MAX + 1];
	struct nest_domain domain;
	char name[400];

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	nla_put_u32(msg, NEST_A_NS, 4026531836U);
	nla_put_u32(msg, NEST_A_ORIGIN, 11);
	nla_put_u32(msg, NEST_A_MODE, NEST_MODE_KILL);
	nla_put_string(msg, NEST_A_DOMAIN, name);
	nla_put_u64(msg, NEST_A_DECISIONS, 0x100000002ULL);
	nla_put_u64(msg, NEST_A_DENIALS, 13);
	nla_put_u64(msg, NEST_A_COMPLAINTS, 14);
	nla_put_u64(msg, NEST_A_LOST, 15);
	assert_int_equal(parse(msg, attrs), 0);
	nest_parse_domain(attrs, &domain);
	assert_int_equal(domain.ns, 4026531836U);
	assert_int_equal(domain.origin, 11);
	assert_int_equal(domain.mode, NEST_MODE_KILL);
	assert_int_equal(strlen(domain.domain), NEST_NAME_MAX);
	assert_int_equal(domain.decisions, 0x100000002ULL);
	assert_int_equal(domain.denials, 13);
	assert_int_equal(domain.complaints, 14);
	assert_int_equal(domain.lost, 15);
	nlmsg_free(msg);
}

static void test_layer_long_name(void **state)
{
	struct nl_msg *msg = new_message();
	struct nlattr *attrs[NEST_A_MAX + 1];
	struct nest_layer layer;
	char name[200];

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	nla_put_string(msg, NEST_A_NAME, name);
	assert_int_equal(parse(msg, attrs), 0);
	nest_parse_layer(attrs, &layer);
	assert_int_equal(strlen(layer.name), NEST_LAYER_NAME_SIZE - 1);
	assert_int_equal(layer.ns, 0);
	nlmsg_free(msg);
}

static void test_unterminated(void **state)
{
	struct nl_msg *msg = new_message();
	struct nlattr *attrs[NEST_A_MAX + 1];

	(void)state;
	nla_put(msg, NEST_A_PATH, 4, "/etc");
	assert_int_equal(parse(msg, attrs), -EBADMSG);
	nlmsg_free(msg);
}

static void test_event(void **state)
{
	struct nl_msg *msg = new_message();
	struct nlattr *attrs[NEST_A_MAX + 1];
	struct nest_event event;

	(void)state;
	nla_put_u64(msg, NEST_A_TIME, 12345678901234ULL);
	nla_put_u32(msg, NEST_A_CLASS, NEST_CLASS_FILE);
	nla_put_u32(msg, NEST_A_VERDICT, NEST_VERDICT_ALLOWED);
	nla_put_string(msg, NEST_A_OPERATION, "open");
	nla_put_string(msg, NEST_A_PATH, "/etc/shadow");
	nla_put_string(msg, NEST_A_COMM, "cat");
	nla_put_u64(msg, NEST_A_REQUESTED, NEST_FILE_READ);
	nla_put_u64(msg, NEST_A_LOST, 3);
	assert_int_equal(parse(msg, attrs), 0);
	nest_parse_event(attrs, &event);
	assert_int_equal(event.time, 12345678901234ULL);
	assert_int_equal(event.class, NEST_CLASS_FILE);
	assert_int_equal(event.verdict, NEST_VERDICT_ALLOWED);
	assert_string_equal(event.operation, "open");
	assert_string_equal(event.path, "/etc/shadow");
	assert_string_equal(event.comm, "cat");
	assert_null(event.reason);
	assert_null(event.target);
	assert_int_equal(event.requested, NEST_FILE_READ);
	assert_int_equal(event.denied, 0);
	assert_int_equal(event.lost, 3);
	nlmsg_free(msg);
}

static void test_short_number(void **state)
{
	struct nl_msg *msg = new_message();
	struct nlattr *attrs[NEST_A_MAX + 1];

	(void)state;
	nla_put_u16(msg, NEST_A_NS, 1);
	assert_int_equal(parse(msg, attrs), -EBADMSG);
	nlmsg_free(msg);
}

/* A newer kernel may say more. */
static void test_unknown(void **state)
{
	struct nl_msg *msg = new_message();
	struct nlattr *attrs[NEST_A_MAX + 1];

	(void)state;
	nla_put_u32(msg, NEST_A_MAX + 1, 1);
	nla_put_u32(msg, NEST_A_NS, 2);
	assert_int_equal(parse(msg, attrs), 0);
	assert_int_equal(nest_attr_u32(attrs, NEST_A_NS), 2);
	nlmsg_free(msg);
}

static void put_label(struct nl_msg *msg, int type, uint32_t ns,
		      const char *domain, uint32_t mode)
{
	struct nlattr *nest = nla_nest_start(msg, type);

	nla_put_u32(msg, NEST_A_NS, ns);
	nla_put_u32(msg, NEST_A_ORIGIN, ns);
	nla_put_u32(msg, NEST_A_MODE, mode);
	if (domain)
		nla_put_string(msg, NEST_A_DOMAIN, domain);
	nla_nest_end(msg, nest);
}

static void test_task(void **state)
{
	struct nl_msg *msg = new_message();
	struct nlattr *attrs[NEST_A_MAX + 1];
	struct nest_task *tasks = calloc(1, sizeof(*tasks));
	struct nlattr *labels;

	(void)state;
	nla_put_u32(msg, NEST_A_PID, 5);
	nla_put_string(msg, NEST_A_COMM, "nginx");
	labels = nla_nest_start(msg, NEST_A_LABELS);
	put_label(msg, NEST_A_LABEL, 1, NULL, NEST_MODE_UNCONFINED);
	put_label(msg, NEST_A_LABEL, 2, "nginx", NEST_MODE_COMPLAIN);
	nla_nest_end(msg, labels);

	assert_int_equal(parse(msg, attrs), 0);
	assert_int_equal(nest_parse_task(attrs, tasks), 0);
	assert_int_equal(tasks->pid, 5);
	assert_string_equal(tasks->comm, "nginx");
	assert_int_equal(tasks->n_labels, 2);
	assert_int_equal(tasks->labels[0].ns, 1);
	assert_int_equal(tasks->labels[0].mode, NEST_MODE_UNCONFINED);
	assert_string_equal(tasks->labels[0].domain, "");
	assert_int_equal(tasks->labels[1].ns, 2);
	assert_int_equal(tasks->labels[1].mode, NEST_MODE_COMPLAIN);
	assert_string_equal(tasks->labels[1].domain, "nginx");
	nest_task_free(tasks, 1);
	nlmsg_free(msg);
}

static void test_task_wrong_label(void **state)
{
	struct nl_msg *msg = new_message();
	struct nlattr *attrs[NEST_A_MAX + 1];
	struct nest_task *tasks = calloc(1, sizeof(*tasks));
	struct nlattr *labels;

	(void)state;
	labels = nla_nest_start(msg, NEST_A_LABELS);
	put_label(msg, NEST_A_LABEL, 1, "a", NEST_MODE_ENFORCE);
	put_label(msg, NEST_A_CHUNK, 2, "b", NEST_MODE_ENFORCE);
	nla_nest_end(msg, labels);
	assert_int_equal(parse(msg, attrs), 0);
	assert_int_equal(nest_parse_task(attrs, tasks), -EBADMSG);
	nest_task_free(tasks, 1);
	nlmsg_free(msg);
}

static int add_piece(struct nest_assembly *assembly, uint64_t revision,
		     uint32_t size, uint32_t offset, const char *chunk)
{
	struct nl_msg *msg = new_message();
	struct nlattr *attrs[NEST_A_MAX + 1];
	int err;

	nla_put_u64(msg, NEST_A_REVISION, revision);
	nla_put_u32(msg, NEST_A_SIZE, size);
	nla_put_u32(msg, NEST_A_OFFSET, offset);
	if (chunk)
		nla_put(msg, NEST_A_CHUNK, strlen(chunk), chunk);
	assert_int_equal(parse(msg, attrs), 0);
	err = nest_assemble(attrs, assembly);
	nlmsg_free(msg);
	return err;
}

static void test_assemble(void **state)
{
	struct nest_assembly a = { 0 };

	(void)state;
	assert_int_equal(add_piece(&a, 3, 8, 0, "poli"), 0);
	assert_int_not_equal(a.have, a.size);
	assert_int_equal(add_piece(&a, 3, 8, 4, "cy"), 0);
	assert_int_equal(add_piece(&a, 3, 8, 6, "!!"), 0);
	assert_int_equal(a.have, a.size);
	assert_memory_equal(a.image, "policy!!", 8);
	free(a.image);
}

/**
 * struct second - a second piece that does not go with the first
 * @revision: of the piece, and so on
 * @err: what it is refused with
 */
struct second {
	uint64_t revision;
	uint32_t size;
	uint32_t offset;
	const char *chunk;
	int err;
};

static void test_assemble_wrong(void **state)
{
	static const struct second cases[] = {
		{ 4, 8, 4, "cy!!", -EINTR },	/* replaced meanwhile */
		{ 3, 9, 4, "cy!!", -EBADMSG },	/* another size */
		{ 3, 8, 5, "y!!", -EBADMSG },	/* a gap */
		{ 3, 8, 0, "poli", -EBADMSG },	/* the same again */
		{ 3, 8, 4, "cy!!!", -EBADMSG },	/* beyond the end */
		{ 3, 8, 4, NULL, -EBADMSG },	/* no chunk */
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct second *c = &cases[i];
		struct nest_assembly a = { 0 };

		assert_int_equal(add_piece(&a, 3, 8, 0, "poli"), 0);
		assert_int_equal(add_piece(&a, c->revision, c->size, c->offset,
					   c->chunk), c->err);
		assert_int_equal(a.have, 4);
		free(a.image);
	}
}

static void test_assemble_huge(void **state)
{
	struct nest_assembly a = { 0 };

	(void)state;
	assert_int_equal(add_piece(&a, 1, NEST_POLICY_SIZE_MAX + 1, 0, "x"),
			 -EBADMSG);
	assert_null(a.image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memfd),
		cmocka_unit_test(test_memfd_empty),
		cmocka_unit_test(test_target_self),
		cmocka_unit_test(test_target_wrong),
		cmocka_unit_test(test_target_dead),
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_request_own),
		cmocka_unit_test(test_explain),
		cmocka_unit_test(test_explain_none),
		cmocka_unit_test(test_layer),
		cmocka_unit_test(test_domain),
		cmocka_unit_test(test_layer_long_name),
		cmocka_unit_test(test_unterminated),
		cmocka_unit_test(test_event),
		cmocka_unit_test(test_short_number),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_task),
		cmocka_unit_test(test_task_wrong_label),
		cmocka_unit_test(test_assemble),
		cmocka_unit_test(test_assemble_wrong),
		cmocka_unit_test(test_assemble_huge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
