// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bad input to the netlink family. Each is refused with a message of its own,
 * and what is in force stays as it was.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "compiler.h"
#include "container.h"
#include "internal.h"
#include "label.h"
#include "nest_test.h"

#define TEXT	POLICY("  / r,\n  /** mrwklix,\n  capability,\n  network,\n")
#define UNPRIVILEGED	"/sys/module/nest/parameters/unprivileged"

FIXTURE(refusals)
{
	struct nest *nest;
	struct nest_image image;
	struct nest_info info;
	struct nest_target target;
	struct nest_layer before;
	pid_t init;
};

static int load_image(struct nest *nest, const struct nest_target *target,
		      const void *image, size_t size)
{
	struct nest_load load = {
		.target = *target,
		.image = image,
		.size = size,
		.name = "refusals",
		.revision = NEST_ANY_REVISION,
	};

	return -nest_layer_load(nest, &load, NULL);
}

static int find_layer(struct nest *nest, uint32_t ns, struct nest_layer *layer)
{
	struct nest_layer *layers;
	size_t count, i;
	int err = -nest_layer_list(nest, &layers, &count);

	if (err)
		return err;
	err = ENOENT;
	for (i = 0; i < count; i++) {
		if (layers[i].ns != ns)
			continue;
		*layer = layers[i];
		err = 0;
	}
	free(layers);
	return err;
}

FIXTURE_SETUP(refusals)
{
	static const struct nest_source source = {
		"refusals", TEXT, sizeof(TEXT) - 1
	};

	self->init = container_start();
	ASSERT_LT(0, self->init);
	ASSERT_EQ(0, nest_open(&self->nest, NULL));
	ASSERT_EQ(0, nest_get_info(self->nest, &self->info));
	ASSERT_EQ(0, nest_compile(NULL, &source, 1, &self->image));
	ASSERT_EQ(0, nest_target_by_pid(self->nest, self->init,
					&self->target));
	ASSERT_EQ(0, load_image(self->nest, &self->target, self->image.data,
				self->image.size));
	ASSERT_EQ(0, find_layer(self->nest, self->target.ns, &self->before));
}

FIXTURE_TEARDOWN(refusals)
{
	struct nest_layer after;

	/* Nothing has changed: no refusal was half a load. */
	ASSERT_EQ(0, find_layer(self->nest, self->target.ns, &after));
	EXPECT_EQ(self->before.revision, after.revision);
	EXPECT_EQ(self->before.size, after.size);
	EXPECT_EQ(self->before.origin, after.origin);
	EXPECT_STREQ(self->before.name, after.name);
	container_end(self->init);
	nest_close(self->nest);
	nest_image_free(&self->image);
}

/* Refused so, in words of the kernel's own that have this in them. */
static bool refused(struct nest *nest, int err, int expected,
		    const char *words)
{
	const struct nest_error *error = nest_error(nest);

	if (err == expected && error->kernel && strstr(error->message, words))
		return true;
	fprintf(stderr, "# errno %d (expected %d), \"%s\"\n", err, expected,
		err ? error->message : "accepted");
	return false;
}

TEST_F(refusals, empty)
{
	int err = load_image(self->nest, &self->target, "", 0);

	EXPECT_TRUE(refused(self->nest, err, EINVAL, "image is empty"));
}

TEST_F(refusals, truncated)
{
	size_t size;
	int err;

	for (size = 1; size < self->image.size; size = size * 3 / 2 + 1) {
		err = load_image(self->nest, &self->target, self->image.data,
				 size);
		EXPECT_TRUE(refused(self->nest, err, EINVAL, "byte "));
	}
}

TEST_F(refusals, too_long)
{
	char *longer = calloc(1, self->image.size + 8);
	int err;

	memcpy(longer, self->image.data, self->image.size);
	err = load_image(self->nest, &self->target, longer,
			 self->image.size + 8);
	EXPECT_TRUE(refused(self->nest, err, EINVAL, "byte "));
	free(longer);
}

/* A flipped bit in the header never makes another valid image. */
TEST_F(refusals, flipped)
{
	const size_t skip = offsetof(struct nest_policy_header, default_domain);
	struct nest_policy_header *header;
	unsigned char *copy = malloc(self->image.size);
	size_t byte;
	int err;

	for (byte = 0; byte < sizeof(*header); byte++) {
		if (byte == skip)	/* may be another domain's number */
			continue;
		memcpy(copy, self->image.data, self->image.size);
		copy[byte] ^= 0x10;
		err = load_image(self->nest, &self->target, copy,
				 self->image.size);
		EXPECT_TRUE(refused(self->nest, err, EINVAL, "byte "))
			TH_LOG("bit flipped in byte %zu", byte);
	}
	free(copy);
}

TEST_F(refusals, oversized)
{
	size_t size = (size_t)self->info.size_max + 1;
	char *image = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int err;

	ASSERT_NE(MAP_FAILED, image);
	err = load_image(self->nest, &self->target, image, size);
	EXPECT_TRUE(refused(self->nest, err, EFBIG, "image is"));
	munmap(image, size);
}

/* Sends a request whose attributes @fill puts in. */
static int send_raw(struct nest *nest, int cmd, int flags,
		    void (*fill)(struct nl_msg *msg, void *arg), void *arg)
{
	struct nest_request request = {
		.what = "test",
		.cmd = cmd,
		.flags = flags,
	};
	int err = nest_request_new(nest, &request);

	if (err)
		return -err;
	if (fill)
		fill(request.msg, arg);
	err = nest_request_send(nest, &request);
	return -nest_request_end(nest, &request, err);
}

TEST_F(refusals, unknown_command)
{
	EXPECT_EQ(EOPNOTSUPP, send_raw(self->nest, 200, 0, NULL, NULL));
	EXPECT_NE(NULL, strstr(nest_error(self->nest)->message, "command"));
	EXPECT_EQ(EOPNOTSUPP, send_raw(self->nest, NEST_CMD_EVENT, 0, NULL,
				       NULL));
	EXPECT_EQ(EOPNOTSUPP, send_raw(self->nest, NEST_CMD_UNSPEC, 0, NULL,
				       NULL));
}

/**
 * struct load_fd - a load whose image is in a file of the test's choice
 * @target: as of struct nest_load
 * @fd: the file, or -1 for none
 */
struct load_fd {
	const struct nest_target *target;
	int fd;
};

static void fill_load(struct nl_msg *msg, void *arg)
{
	const struct load_fd *load = arg;

	nla_put_u32(msg, NEST_A_PID, load->target->pid);
	nla_put_u32(msg, NEST_A_NS, load->target->ns);
	if (load->fd >= 0)
		nla_put_u32(msg, NEST_A_IMAGE_FD, load->fd);
}

static int load_fd(struct nest *nest, const struct nest_target *target, int fd)
{
	struct load_fd load = { target, fd };

	return send_raw(nest, NEST_CMD_LAYER_LOAD, 0, fill_load, &load);
}

TEST_F(refusals, no_image)
{
	int err = load_fd(self->nest, &self->target, -1);

	EXPECT_TRUE(refused(self->nest, err, EINVAL, "no image given"));
}

TEST_F(refusals, host)
{
	static const struct nest_target own = { .pid = 0 };
	int err = load_image(self->nest, &own, self->image.data,
			     self->image.size);

	EXPECT_TRUE(refused(self->nest, err, EINVAL,
			    "the initial pid namespace takes no layers"));
}

TEST_F(refusals, not_sealed)
{
	int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int err;

	ASSERT_LE(0, fd);
	ASSERT_EQ(self->image.size, write(fd, self->image.data,
					  self->image.size));
	err = load_fd(self->nest, &self->target, fd);
	EXPECT_TRUE(refused(self->nest, err, EINVAL, "not sealed"));
	ASSERT_EQ(0, fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK));
	err = load_fd(self->nest, &self->target, fd);
	EXPECT_TRUE(refused(self->nest, err, EINVAL, "not sealed"));
	close(fd);
}

TEST_F(refusals, not_memfd)
{
	int fd = open("/proc/version", O_RDONLY | O_CLOEXEC);
	int err;

	err = load_fd(self->nest, &self->target, fd);
	EXPECT_TRUE(refused(self->nest, err, EINVAL, "not in a readable memfd"));
	close(fd);
	fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	err = load_fd(self->nest, &self->target, fd);
	EXPECT_TRUE(refused(self->nest, err, EINVAL, "not in a readable memfd"));
	close(fd);
	err = load_fd(self->nest, &self->target, fd);
	EXPECT_TRUE(refused(self->nest, err, EBADF, "no such open file"));
}

TEST_F(refusals, recycled_pid)
{
	struct nest_target target = self->target;
	int err;

	target.ns++;
	err = load_image(self->nest, &target, self->image.data,
			 self->image.size);
	EXPECT_TRUE(refused(self->nest, err, ESRCH, "recycled"));
	err = -nest_layer_remove(self->nest, &target, NEST_ANY_REVISION);
	EXPECT_TRUE(refused(self->nest, err, ESRCH, "recycled"));
	target = self->target;
	target.pid = 0x7ffffffe;
	err = load_image(self->nest, &target, self->image.data,
			 self->image.size);
	EXPECT_TRUE(refused(self->nest, err, ESRCH, "no such process"));
}

static void fill_pid(struct nl_msg *msg, void *arg)
{
	nla_put_u32(msg, NEST_A_PID, *(pid_t *)arg);
}

TEST_F(refusals, pid_alone)
{
	int err = send_raw(self->nest, NEST_CMD_LAYER_DEL, 0, fill_pid,
			   &self->init);

	EXPECT_TRUE(refused(self->nest, err, EINVAL, "go together"));
}

static void fill_unknown(struct nl_msg *msg, void *arg)
{
	(void)arg;
	nla_put_u32(msg, NEST_A_MAX + 5, 1);
}

static void fill_short(struct nl_msg *msg, void *arg)
{
	(void)arg;
	nla_put_u16(msg, NEST_A_PID, 1);
}

static void fill_name(struct nl_msg *msg, void *arg)
{
	nla_put_string(msg, NEST_A_NAME, arg);
}

TEST_F(refusals, attributes)
{
	pid_t none = 0;
	char name[100];

	EXPECT_EQ(EINVAL, send_raw(self->nest, NEST_CMD_LAYER_DEL, 0,
				   fill_unknown, NULL));
	EXPECT_TRUE(nest_error(self->nest)->kernel);
	EXPECT_EQ(EINVAL, send_raw(self->nest, NEST_CMD_LAYER_DEL, 0,
				   fill_short, NULL));
	EXPECT_EQ(NEST_A_PID, nest_error(self->nest)->attribute);
	EXPECT_EQ(ERANGE, send_raw(self->nest, NEST_CMD_LAYER_DEL, 0, fill_pid,
				   &none));
	EXPECT_EQ(NEST_A_PID, nest_error(self->nest)->attribute);
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	EXPECT_EQ(EINVAL, send_raw(self->nest, NEST_CMD_LAYER_LOAD, 0,
				   fill_name, name));
	EXPECT_EQ(NEST_A_NAME, nest_error(self->nest)->attribute);
}

TEST_F(refusals, absent_layer)
{
	struct nest_target target = self->target;
	void *image;
	size_t size;
	int err;

	target.origin = target.ns;
	err = -nest_layer_read(self->nest, &target, &image, &size);
	EXPECT_TRUE(refused(self->nest, err, ENOENT, "no such layer"));
	err = -nest_layer_remove(self->nest, &target, NEST_ANY_REVISION);
	EXPECT_TRUE(refused(self->nest, err, ENOENT, "no such layer"));
	/* neither the caller's own namespace nor the target */
	target.origin = 1;
	err = -nest_layer_remove(self->nest, &target, NEST_ANY_REVISION);
	EXPECT_TRUE(refused(self->nest, err, EPERM, "that loaded it"));
}

TEST_F(refusals, stale_revision)
{
	int err = -nest_layer_remove(self->nest, &self->target,
				     self->before.revision + 1);

	EXPECT_TRUE(refused(self->nest, err, ESTALE, "revision"));
}

static int as_user(void *arg)
{
	FIXTURE_DATA(refusals) * self = arg;
	struct nest *nest;
	int err;

	CHECK(!drop_to(1000));
	CHECK(!nest_open(&nest, NULL));
	err = load_image(nest, &self->target, self->image.data,
			 self->image.size);
	CHECK(refused(nest, err, EPERM, "CAP_MAC_ADMIN"));
	err = -nest_layer_remove(nest, &self->target, NEST_ANY_REVISION);
	CHECK(refused(nest, err, EPERM, "CAP_MAC_ADMIN"));
	err = -nest_detach(nest);
	CHECK(refused(nest, err, EPERM, "host's administrator"));
	nest_close(nest);
	return 0;
}

TEST_F(refusals, unprivileged)
{
	EXPECT_EQ(0, sandbox_fork(as_user, self));
}

/* A socket that root opened is no warrant for who holds it now. */
static int with_socket(void *arg)
{
	FIXTURE_DATA(refusals) * self = arg;
	int err;

	CHECK(!drop_to(1000));
	err = load_image(self->nest, &self->target, self->image.data,
			 self->image.size);
	CHECK(refused(self->nest, err, EPERM, "CAP_MAC_ADMIN"));
	return 0;
}

TEST_F(refusals, inherited_socket)
{
	EXPECT_EQ(0, sandbox_fork(with_socket, self));
}

/* From inside another container, by the host's numbers. */
static int from_beside(void *arg)
{
	FIXTURE_DATA(refusals) * self = arg;
	struct nest_target target = self->target;
	struct nest_layer *layers;
	size_t count;
	int err;

	err = load_image(sandbox_nest, &target, self->image.data,
			 self->image.size);
	CHECK(refused(sandbox_nest, err, ESRCH, "no such process"));
	err = -nest_layer_remove(sandbox_nest, &target, NEST_ANY_REVISION);
	CHECK(refused(sandbox_nest, err, ESRCH, "no such process"));
	/* Its own process, with the other's namespace. */
	target.pid = 1;
	err = load_image(sandbox_nest, &target, self->image.data,
			 self->image.size);
	CHECK(refused(sandbox_nest, err, ESRCH, "recycled"));
	err = -nest_detach(sandbox_nest);
	CHECK(refused(sandbox_nest, err, EPERM, "host's administrator"));
	CHECK(!nest_layer_list(sandbox_nest, &layers, &count));
	CHECK(!count);
	return 0;
}

TEST_F(refusals, foreign_pid)
{
	static const struct sandbox sandbox = { .policy = NULL };

	EXPECT_EQ(0, sandbox_run(&sandbox, from_beside, self));
}

static int load_own(void *arg)
{
	FIXTURE_DATA(refusals) * self = arg;
	struct nest_target own = { .pid = 0 };
	int err = load_image(sandbox_nest, &own, self->image.data,
			     self->image.size);

	CHECK(refused(sandbox_nest, err, EPERM,
		      "loading from user namespaces is turned off"));
	return 0;
}

/* The host still can, and what is in force stays. */
TEST_F(refusals, turned_off)
{
	static const struct sandbox sandbox = { .policy = NULL };

	ASSERT_EQ(0, put_text(UNPRIVILEGED, "N"));
	EXPECT_EQ(0, sandbox_run(&sandbox, load_own, self));
	EXPECT_EQ(0, load_image(self->nest, &self->target, self->image.data,
				self->image.size));
	EXPECT_EQ(0, find_layer(self->nest, self->target.ns, &self->before));
	EXPECT_EQ(0, put_text(UNPRIVILEGED, "Y"));
}

NEST_TEST_MAIN
