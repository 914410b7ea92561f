// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bad requests: each is refused with a message and changes nothing (I3, I5).
 * All of it runs as a container's root, who may load.
 */
#include <fcntl.h>
#include <linux/memfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include "genl.h"
#include "image_sample.h"
#include "label.h"
#include "module.h"
#include "nest_test.h"

#define SEALS	(F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK)

/* What is in force while bad requests come in: reading /stage/file alone. */
static const struct sandbox sandbox = {
	.policy = POLICY("  capability,\n  network,\n  " WORK "/file r,\n"
			 "  /proc/** r,\n"),
	.files = true,
};

static u8 *good_image(size_t *size)
{
	struct image img;
	u8 *image;

	image_sample(&img);
	/* once it is in force it has to let this program go on */
	image_domain(&img, SAMPLE_DEFAULT)->cap_allow = cpu_to_le64(~0ULL);
	image = image_finish(&img, size);
	image_free(&img);
	return image;
}

static int memfd_with(const void *data, size_t size, int seals)
{
	int fd = memfd_create("image", MFD_ALLOW_SEALING | MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size ||
	    fcntl(fd, F_ADD_SEALS, seals))
		return -1;
	return fd;
}

static struct genl genl;

static int load_fd(int fd)
{
	struct genl_msg msg;

	genl_msg(&msg, &genl, NEST_CMD_LAYER_LOAD, 0);
	genl_put_u32(&msg, NEST_A_IMAGE_FD, fd);
	return genl_call(&genl, &msg);
}

static int load_bytes(const void *data, size_t size)
{
	int fd = memfd_with(data, size, SEALS);
	int err;

	CHECK(fd >= 0);
	err = load_fd(fd);
	close(fd);
	return err;
}

/* I5: after a refusal what was in force still is, to the revision. */
static int unchanged(void)
{
	struct nest_layer layer;

	CHECK(!sandbox_own_layer(&layer));
	CHECK(layer.revision == 1);
	CHECK(try_open(WORK "/file", O_RDONLY) == 0);
	CHECK(try_open(WORK "/other", O_RDONLY) == EACCES);
	return 0;
}

/* A refusal has to say something. */
static int refused(int err, int expected)
{
	if (err != expected)
		fprintf(stderr, "# errno %d, not %d: \"%s\"\n", err, expected,
			genl.message);
	CHECK(err == expected);
	CHECK(genl.message[0]);
	return unchanged();
}

#define REFUSED(call, expected) CHECK(!refused(call, expected))

static int run(sandbox_fn body)
{
	return sandbox_run(&sandbox, body, NULL);
}

static int do_good(void *arg)
{
	size_t size, read_size;
	u8 *image = good_image(&size);
	struct nest_target self = { 0 };
	struct nest_layer layer;
	void *back;

	(void)arg;
	CHECK(!genl_open(&genl));
	CHECK(!unchanged());
	CHECK(load_bytes(image, size) == 0);
	CHECK(!sandbox_own_layer(&layer));
	CHECK(layer.revision == 2);
	CHECK(layer.size == size && layer.domains == SAMPLE_DOMAINS);
	CHECK(layer.ns == pidns_of(0) && layer.origin == layer.ns);
	CHECK(!nest_layer_read(sandbox_nest, &self, &back, &read_size));
	CHECK(read_size == size && !memcmp(back, image, size));
	return 0;
}

/* What is read back is what was loaded, byte for byte. */
TEST(good_image_and_read_back)
{
	EXPECT_EQ(0, run(do_good));
}

static int do_descriptors(void *arg)
{
	size_t size;
	u8 *image = good_image(&size);
	int fd, pipes[2];

	(void)arg;
	CHECK(!genl_open(&genl));
	REFUSED(load_fd(memfd_with(image, size, 0)), EINVAL);
	CHECK(strstr(genl.message, "not sealed"));
	REFUSED(load_fd(memfd_with(image, size, SEALS & ~F_SEAL_WRITE)),
		EINVAL);
	REFUSED(load_fd(memfd_with(image, size, SEALS & ~F_SEAL_GROW)),
		EINVAL);
	REFUSED(load_fd(memfd_with(image, size, SEALS & ~F_SEAL_SHRINK)),
		EINVAL);
	REFUSED(load_fd(4000), EBADF);
	REFUSED(load_fd(-1), EBADF);
	CHECK(!pipe(pipes));
	REFUSED(load_fd(pipes[0]), EINVAL);
	fd = open(WORK "/file", O_RDONLY);
	CHECK(fd >= 0);
	REFUSED(load_fd(fd), EINVAL);
	REFUSED(load_fd(genl.fd), EINVAL);
	fd = open("/proc/self/status", O_RDONLY);
	CHECK(fd >= 0);
	REFUSED(load_fd(fd), EINVAL);
	return 0;
}

TEST(descriptors)
{
	EXPECT_EQ(0, run(do_descriptors));
}

static int do_closed(void *arg)
{
	(void)arg;
	CHECK(!genl_open(&genl));
	for (int fd = 3; fd < 64; fd++)
		if (fd != genl.fd)
			close(fd);
	CHECK(load_fd(genl.fd + 1) == EBADF);
	CHECK(genl.message[0]);
	return 0;
}

TEST(closed_descriptor)
{
	EXPECT_EQ(0, run(do_closed));
}

static int do_images(void *arg)
{
	size_t size;
	u8 *image = good_image(&size);

	(void)arg;
	CHECK(!genl_open(&genl));
	REFUSED(load_bytes(image, 0), EINVAL);
	REFUSED(load_bytes(image, 1), EINVAL);
	REFUSED(load_bytes(image, size - 1), EINVAL);
	CHECK(genl.byte == offsetof(struct nest_policy_header, size));
	image[0] ^= 1;
	REFUSED(load_bytes(image, size), EINVAL);
	CHECK(genl.byte == 0);
	CHECK(strstr(genl.message, "not a policy image"));
	image[0] ^= 1;
	/* a transition of the last automaton */
	image[size - 1] ^= 0x80;
	REFUSED(load_bytes(image, size), EINVAL);
	return 0;
}

TEST(images)
{
	EXPECT_EQ(0, run(do_images));
}

static int do_oversized(void *arg)
{
	struct nest_info info;
	int fd = memfd_create("image", MFD_ALLOW_SEALING | MFD_CLOEXEC);

	(void)arg;
	CHECK(!genl_open(&genl));
	CHECK(!nest_get_info(sandbox_nest, &info));
	CHECK(fd >= 0 && !ftruncate(fd, (off_t)info.size_max + 1));
	CHECK(!fcntl(fd, F_ADD_SEALS, SEALS));
	REFUSED(load_fd(fd), EFBIG);
	return 0;
}

TEST(oversized_image)
{
	EXPECT_EQ(0, run(do_oversized));
}

static int load_at(int fd, uint64_t revision)
{
	struct genl_msg msg;

	genl_msg(&msg, &genl, NEST_CMD_LAYER_LOAD, 0);
	genl_put_u32(&msg, NEST_A_IMAGE_FD, fd);
	genl_put_u64(&msg, NEST_A_REVISION, revision);
	return genl_call(&genl, &msg);
}

/* The wrong revision keeps an image that is good from being put in force. */
static int check_bytes(const void *data, size_t size)
{
	int fd = memfd_with(data, size, SEALS);
	int err;

	CHECK(fd >= 0);
	err = load_at(fd, 1000);
	close(fd);
	return err;
}

static int do_all_flips(void *arg)
{
	unsigned int refusals = 0;
	struct image img;
	size_t size;
	u8 *image;

	(void)arg;
	CHECK(!genl_open(&genl));
	image_sample_small(&img, NEST_LAYOUT_SPARSE);
	image = image_finish(&img, &size);
	CHECK(check_bytes(image, size) == ESTALE);
	for (size_t bit = 0; bit < size * 8; bit += 13) {
		image[bit / 8] ^= 1 << bit % 8;
		if (check_bytes(image, size) == EINVAL) {
			CHECK(genl.message[0] && genl.byte >= 0);
			CHECK((size_t)genl.byte < size);
			refusals++;
		}
		image[bit / 8] ^= 1 << bit % 8;
	}
	CHECK(refusals > 100);
	return unchanged();
}

TEST(flipped_bits)
{
	EXPECT_EQ(0, run(do_all_flips));
}

static int do_attributes(void *arg)
{
	char long_name[NEST_LAYER_NAME_SIZE + 1] = "";
	size_t size;
	u8 *image = good_image(&size);
	int fd = memfd_with(image, size, SEALS);
	struct genl_msg msg;

	(void)arg;
	CHECK(!genl_open(&genl) && fd >= 0);
	genl_msg(&msg, &genl, NEST_CMD_LAYER_LOAD, 0);
	REFUSED(genl_call(&genl, &msg), EINVAL);	/* no image */

	genl_msg(&msg, &genl, NEST_CMD_LAYER_LOAD, 0);
	genl_put(&msg, NEST_A_IMAGE_FD, &fd, 2);	/* too short */
	REFUSED(genl_call(&genl, &msg), EINVAL);

	genl_msg(&msg, &genl, NEST_CMD_LAYER_LOAD, 0);
	genl_put_u64(&msg, NEST_A_IMAGE_FD, fd);	/* too long */
	REFUSED(genl_call(&genl, &msg), EINVAL);

	genl_msg(&msg, &genl, NEST_CMD_LAYER_LOAD, 0);
	genl_put_u32(&msg, NEST_A_IMAGE_FD, fd);
	genl_put_u32(&msg, NEST_A_MAX + 1, 0);		/* unknown */
	REFUSED(genl_call(&genl, &msg), EINVAL);

	genl_msg(&msg, &genl, NEST_CMD_LAYER_LOAD, 0);
	genl_put_u32(&msg, NEST_A_IMAGE_FD, fd);
	genl_put_u32(&msg, NEST_A_UID, 0);		/* not of this command */
	REFUSED(genl_call(&genl, &msg), EINVAL);

	genl_msg(&msg, &genl, NEST_CMD_LAYER_LOAD, 0);
	genl_put_u32(&msg, NEST_A_IMAGE_FD, fd);
	genl_put(&msg, NEST_A_NAME, "name", 4);		/* no NUL */
	REFUSED(genl_call(&genl, &msg), EINVAL);

	genl_msg(&msg, &genl, NEST_CMD_LAYER_LOAD, 0);
	genl_put_u32(&msg, NEST_A_IMAGE_FD, fd);
	memset(long_name, 'n', NEST_LAYER_NAME_SIZE);
	genl_put(&msg, NEST_A_NAME, long_name, sizeof(long_name));
	REFUSED(genl_call(&genl, &msg), EINVAL);
	return 0;
}

TEST(attributes)
{
	EXPECT_EQ(0, run(do_attributes));
}

static int do_unknown_command(void *arg)
{
	struct genl_msg msg;

	(void)arg;
	CHECK(!genl_open(&genl));
	genl_msg(&msg, &genl, 200, 0);
	CHECK(genl_call(&genl, &msg) == EOPNOTSUPP);
	genl_msg(&msg, &genl, NEST_CMD_UNSPEC, 0);
	CHECK(genl_call(&genl, &msg) == EOPNOTSUPP);
	genl_msg(&msg, &genl, NEST_CMD_EVENT, 0);
	CHECK(genl_call(&genl, &msg) == EOPNOTSUPP);
	return unchanged();
}

TEST(unknown_command)
{
	EXPECT_EQ(0, run(do_unknown_command));
}

static int load_for(int fd, uint32_t pid, uint32_t ns)
{
	struct genl_msg msg;

	genl_msg(&msg, &genl, NEST_CMD_LAYER_LOAD, 0);
	genl_put_u32(&msg, NEST_A_IMAGE_FD, fd);
	if (pid)
		genl_put_u32(&msg, NEST_A_PID, pid);
	if (ns)
		genl_put_u32(&msg, NEST_A_NS, ns);
	return genl_call(&genl, &msg);
}

static int do_targets(void *arg)
{
	size_t size;
	u8 *image = good_image(&size);
	int fd = memfd_with(image, size, SEALS);
	uint32_t ns = pidns_of(0);

	(void)arg;
	CHECK(!genl_open(&genl) && fd >= 0 && ns);
	REFUSED(load_for(fd, 1, 0), EINVAL);	/* the two go together */
	REFUSED(load_for(fd, 0, ns), EINVAL);
	REFUSED(load_for(fd, 99999, ns), ESRCH);
	REFUSED(load_for(fd, 0x80000001, ns), ESRCH);
	/* as if the pid had been recycled by another namespace's process */
	REFUSED(load_for(fd, 1, ns + 1), ESRCH);
	CHECK(load_for(fd, 1, ns) == 0);
	return 0;
}

TEST(targets)
{
	EXPECT_EQ(0, run(do_targets));
}

static int delete_at(uint64_t revision)
{
	struct genl_msg msg;

	genl_msg(&msg, &genl, NEST_CMD_LAYER_DEL, 0);
	genl_put_u64(&msg, NEST_A_REVISION, revision);
	return genl_call(&genl, &msg);
}

static int do_revisions(void *arg)
{
	struct nest_layer layer;
	size_t size;
	u8 *image = good_image(&size);
	int fd = memfd_with(image, size, SEALS);

	(void)arg;
	CHECK(!genl_open(&genl) && fd >= 0);
	REFUSED(load_at(fd, 0), ESTALE);
	REFUSED(load_at(fd, 2), ESTALE);
	REFUSED(delete_at(2), ESTALE);
	CHECK(load_at(fd, 1) == 0);
	CHECK(!sandbox_own_layer(&layer) && layer.revision == 2);
	CHECK(delete_at(1) == ESTALE);
	CHECK(delete_at(2) == 0);
	CHECK(delete_at(2) == ENOENT);
	CHECK(try_open(WORK "/other", O_RDWR) == 0);
	CHECK(load_at(fd, 1) == ESTALE);
	CHECK(load_at(fd, 0) == 0);
	return 0;
}

TEST(revisions)
{
	EXPECT_EQ(0, run(do_revisions));
}

static uint32_t backend;

static int do_info(void *arg)
{
	struct nest_info info;

	(void)arg;
	CHECK(!nest_get_info(sandbox_nest, &info));
	CHECK(info.abi == NEST_GENL_VERSION);
	CHECK(info.policy_version == NEST_POLICY_VERSION);
	CHECK(info.release[0] && info.attached && info.unprivileged);
	CHECK(info.backend == backend);
	CHECK(info.layers == 1 && info.layers_max == 32);
	CHECK(info.size_max > 4096 && info.size_max <= NEST_POLICY_SIZE_MAX);
	return 0;
}

TEST(info)
{
	backend = module_built_in() ? NEST_BACKEND_LSM : NEST_BACKEND_MODULE;
	EXPECT_EQ(0, run(do_info));
}

static int do_junk(void *arg)
{
	uint32_t seed = 3;

	(void)arg;
	CHECK(!genl_open(&genl));
	for (int i = 0; i < 2000; i++) {
		struct genl_msg msg;

		/* whatever it does, it must not remove or replace */
		genl_msg(&msg, &genl, NEST_CMD_LAYER_LOAD, 0);
		for (size_t n = msg.len; n < msg.len + 64; n++) {
			seed = seed * 1664525 + 1013904223;
			msg.data[n] = seed >> 24;
		}
		msg.len += seed >> 8 & 60;
		genl_call(&genl, &msg);
	}
	return unchanged();
}

TEST(junk)
{
	EXPECT_EQ(0, run(do_junk));
}

NEST_TEST_MAIN
