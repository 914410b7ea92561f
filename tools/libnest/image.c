// SPDX-License-Identifier: GPL-2.0-or-later
/* Images on their way to the kernel and back. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "internal.h"

#define SEALS	(F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK)

static int write_all(int fd, const char *from, size_t size)
{
	while (size) {
		ssize_t n = write(fd, from, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		from += n;
		size -= n;
	}
	return 0;
}

/**
 * nest_image_memfd() - put an image where nobody can change it any more
 * @image: the image
 * @size: its length
 *
 * Return: a memfd sealed against writing, growing and shrinking, for the
 * caller to close, or the negative errno of memfd_create(), write() or
 * fcntl().
 */
int nest_image_memfd(const void *image, size_t size)
{
	int fd = memfd_create("nest-image", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int err;

	if (fd < 0)
		return -errno;
	err = write_all(fd, image, size);
	if (!err && fcntl(fd, F_ADD_SEALS, SEALS))
		err = -errno;
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

static int start(struct nlattr **attrs, struct nest_assembly *assembly)
{
	assembly->started = true;
	assembly->revision = nest_attr_u64(attrs, NEST_A_REVISION);
	assembly->size = nest_attr_u32(attrs, NEST_A_SIZE);
	if (assembly->size > NEST_POLICY_SIZE_MAX)
		return -EBADMSG;
	assembly->image = malloc(assembly->size ? assembly->size : 1);
	return assembly->image ? 0 : -ENOMEM;
}

/**
 * nest_assemble() - add one piece to an image
 * @attrs: sorted attributes of the piece
 * @arg: struct nest_assembly, zeroed before the first piece
 *
 * Return: 0; -EINTR if the layer was replaced meanwhile, -EBADMSG if a piece
 * is missing, does not fit or lacks an attribute, -ENOMEM.
 */
int nest_assemble(struct nlattr **attrs, void *arg)
{
	struct nest_assembly *assembly = arg;
	size_t len;
	int err;

	if (!attrs[NEST_A_OFFSET] || !attrs[NEST_A_CHUNK] ||
	    !attrs[NEST_A_REVISION] || !attrs[NEST_A_SIZE])
		return -EBADMSG;
	if (!assembly->started) {
		err = start(attrs, assembly);
		if (err)
			return err;
	}
	if (nest_attr_u64(attrs, NEST_A_REVISION) != assembly->revision)
		return -EINTR;

	len = nla_len(attrs[NEST_A_CHUNK]);
	if (nest_attr_u32(attrs, NEST_A_SIZE) != assembly->size ||
	    nest_attr_u32(attrs, NEST_A_OFFSET) != assembly->have ||
	    len > assembly->size - assembly->have)
		return -EBADMSG;
	memcpy(assembly->image + assembly->have, nla_data(attrs[NEST_A_CHUNK]),
	       len);
	assembly->have += len;
	return 0;
}
