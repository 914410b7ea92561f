// SPDX-License-Identifier: GPL-2.0-only
/*
 * I3, I4: what the module's parameters and the number of layers limit. What is
 * in force stays so.
 */
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include "label.h"
#include "nest_test.h"

#define PARAMETERS	"/sys/module/nest/parameters/"

static const char policy[] = POLICY("  capability,\n  network,\n"
				    "  /proc/** r,\n  " WORK "/file r,\n");

static int read_parameter(const char *name, char *value, size_t size)
{
	char path[128];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), PARAMETERS "%s", name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return errno;
	n = read(fd, value, size - 1);
	close(fd);
	value[n > 0 ? n : 0] = '\0';
	return n > 0 ? 0 : EIO;
}

static int write_parameter(const char *name, const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), PARAMETERS "%s", name);
	return put_text(path, value);
}

FIXTURE(limit) {
	char before[32];
};

/* @value: less than any policy needs, or "off" */
FIXTURE_VARIANT(limit) {
	const char *parameter;
	const char *value;
	int error;
};

FIXTURE_VARIANT_ADD(limit, size) {
	.parameter = "max_size", .value = "100", .error = EFBIG,
};

FIXTURE_VARIANT_ADD(limit, domains) {
	.parameter = "max_domains", .value = "0", .error = EINVAL,
};

FIXTURE_VARIANT_ADD(limit, states) {
	.parameter = "max_states", .value = "1", .error = EINVAL,
};

FIXTURE_VARIANT_ADD(limit, unprivileged) {
	.parameter = "unprivileged", .value = "N", .error = EPERM,
};

FIXTURE_SETUP(limit)
{
	ASSERT_EQ(0, read_parameter(variant->parameter, self->before,
				    sizeof(self->before)));
}

FIXTURE_TEARDOWN(limit)
{
	EXPECT_EQ(0, write_parameter(variant->parameter, self->before));
}

static struct gate gates[2];

static int load(void *arg)
{
	(void)arg;
	return sandbox_load(sandbox_nest, policy);
}

static int load_again(void *arg)
{
	int err;

	(void)arg;
	gate_open(&gates[0]);
	gate_pass(&gates[1]);
	err = sandbox_load(sandbox_nest, POLICY(ALL_RULES));
	/* what was loaded before is still in force */
	CHECK(try_open(WORK "/file", O_RDONLY) == 0);
	CHECK(try_open(WORK "/other", O_RDONLY) == EACCES);
	return err;
}

TEST_F(limit, refused_and_unchanged)
{
	const struct sandbox layered = { .policy = policy, .files = true };
	const struct sandbox plain = { 0 };
	pid_t pid;

	ASSERT_EQ(0, gate_init(&gates[0]) | gate_init(&gates[1]));
	EXPECT_EQ(0, sandbox_run(&plain, load, NULL));
	pid = sandbox_start(&layered, load_again, NULL);
	gate_pass(&gates[0]);
	EXPECT_EQ(0, write_parameter(variant->parameter, variant->value));
	gate_open(&gates[1]);
	EXPECT_EQ(variant->error, sandbox_wait(pid));
	EXPECT_EQ(variant->error, sandbox_run(&plain, load, NULL));
}

static int load_rootful(const char *value)
{
	const struct sandbox rootful = { .rootful = true };
	int err = write_parameter("unprivileged", value);

	return err ? err : sandbox_run(&rootful, load, NULL);
}

/* It is about user namespaces: a host's container still may. */
TEST(unprivileged_is_about_user_namespaces)
{
	EXPECT_EQ(0, load_rootful("N"));
	EXPECT_EQ(0, load_rootful("Y"));
}

/*
 * Each namespace gets a layer of its own and, but for the first one, another
 * from the level above.
 */
#define LAYERS_MAX	32
#define ROOMY		POLICY(ALL_RULES "  mount,\n")

static int depth;
static struct gate imposed;

static int go_deeper(void *arg)
{
	const struct sandbox inner = { .rootful = true };
	pid_t pid;
	int err;

	gate_pass(&imposed);
	depth++;
	err = sandbox_load(sandbox_nest, ROOMY);
	if (err) {
		/* an own one for each level above, an imposed one below each */
		CHECK(2 * (depth - 1) == LAYERS_MAX);
		gate_open(&gates[0]);
		gate_pass(&gates[1]);
		return err;
	}
	pid = sandbox_start(&inner, go_deeper, arg);
	err = sandbox_impose(sandbox_nest, ROOMY, pid);
	gate_open(&imposed);
	CHECK(!err);
	return sandbox_wait(pid);
}

TEST(layers_of_one_chain)
{
	const struct sandbox outer = { .rootful = true };
	pid_t pid;

	ASSERT_EQ(0, gate_init(&imposed));
	ASSERT_EQ(0, gate_init(&gates[0]) | gate_init(&gates[1]));
	ASSERT_EQ(0, nest_open(&sandbox_nest, NULL));
	pid = sandbox_start(&outer, go_deeper, NULL);
	gate_open(&imposed);
	gate_pass(&gates[0]);
	/* a container cannot keep the host out by filling its chain (I4) */
	EXPECT_EQ(0, sandbox_impose(sandbox_nest, ROOMY, pid));
	gate_open(&gates[1]);
	EXPECT_EQ(EUSERS, sandbox_wait(pid));
}

#define SLEEPERS	400

static int count_tasks(size_t *count)
{
	struct nest_task *tasks;
	int err = -nest_task_list(sandbox_nest, &tasks, count);

	if (!err)
		nest_task_free(tasks, *count);
	return err;
}

/* The first process: all others end with it. */
static int long_dump(void *arg)
{
	const int small = 2048;
	size_t before, all;

	(void)arg;
	CHECK(!count_tasks(&before));
	for (int i = 0; i < SLEEPERS; i++) {
		pid_t pid = fork();

		CHECK(pid >= 0);
		if (!pid)
			pause();
	}
	CHECK(!setsockopt(nest_event_fd(sandbox_nest), SOL_SOCKET, SO_RCVBUF,
			  &small, sizeof(small)));
	CHECK(!count_tasks(&all));
	CHECK(all == before + SLEEPERS);
	return 0;
}

/* A dump that does not fit the socket's buffer goes on as it is read. */
TEST(long_dump_to_a_small_buffer)
{
	const struct sandbox sandbox = { .policy = POLICY(ALL_RULES) };

	EXPECT_EQ(0, sandbox_run(&sandbox, long_dump, NULL));
}

NEST_TEST_MAIN
