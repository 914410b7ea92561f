// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include "fuse.h"
#include "ops.h"

#define FILE_NODE	2

/* What is read from the device: as large as the kernel wants it. */
struct request {
	struct fuse_in_header header;
	char body[FUSE_MIN_READ_BUFFER];
};

/* What is written to it. */
struct reply {
	struct fuse_out_header header;
	union {
		struct fuse_init_out init;
		struct fuse_entry_out entry;
		struct fuse_attr_out attr;
		struct fuse_open_out open;
		char text[2];
	};
};

static void set_attr(struct fuse_attr *attr, uint64_t node)
{
	attr->ino = node;
	attr->mode = node == FILE_NODE ? S_IFREG | 0777 : S_IFDIR | 0755;
	attr->nlink = 1;
	attr->size = node == FILE_NODE ? sizeof(((struct reply *)0)->text) : 0;
}

/* Fills in what follows the header. Returns its size or an errno, negative. */
static int answer(const struct request *request, struct reply *reply)
{
	switch (request->header.opcode) {
	case FUSE_INIT:
		reply->init.major = FUSE_KERNEL_VERSION;
		reply->init.minor = FUSE_KERNEL_MINOR_VERSION;
		reply->init.max_write = FUSE_MIN_READ_BUFFER / 2;
		return sizeof(reply->init);
	case FUSE_LOOKUP:
		if (strcmp(request->body, "file"))
			return -ENOENT;
		reply->entry.nodeid = FILE_NODE;
		set_attr(&reply->entry.attr, FILE_NODE);
		return sizeof(reply->entry);
	case FUSE_GETATTR:
		set_attr(&reply->attr.attr, request->header.nodeid);
		return sizeof(reply->attr);
	case FUSE_OPEN:
		return sizeof(reply->open);
	case FUSE_READ:
		memcpy(reply->text, "x\n", sizeof(reply->text));
		return sizeof(reply->text);
	case FUSE_GETXATTR:
		return -ENODATA;
	case FUSE_FLUSH:
	case FUSE_RELEASE:
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

static int reply_to(int device, const struct request *request)
{
	struct reply reply = { .header.unique = request->header.unique };
	int size = answer(request, &reply);

	reply.header.len = sizeof(reply.header);
	if (size < 0)
		reply.header.error = size;
	else
		reply.header.len += size;
	return write(device, &reply, reply.header.len) < 0 ? errno : 0;
}

/* The host's LSM asks for attributes of its own, too. */
static bool is_late(const struct fuse *fuse, const struct request *request)
{
	const char *name = request->body + sizeof(struct fuse_getxattr_in);

	return request->header.opcode == fuse->late &&
	       (fuse->late != FUSE_GETXATTR ||
		!strncmp(name, "user.", strlen("user.")));
}

static int serve(struct fuse *fuse, int device)
{
	static struct request request;

	while (read(device, &request, sizeof(request)) > 0) {
		const uint32_t operation = request.header.opcode;

		if (operation == FUSE_FORGET || operation == FUSE_BATCH_FORGET ||
		    operation == FUSE_INTERRUPT)
			continue;
		if (is_late(fuse, &request)) {
			gate_open(&fuse->asked);
			gate_pass(&fuse->answer);
			fuse->late = 0;
		}
		reply_to(device, &request);
	}
	return 0;
}

/**
 * fuse_begin() - mount such a file system at FUSE_DIR and serve it
 * @fuse: filled in
 * @late: what to answer late
 *
 * Return: 0 or an errno.
 */
int fuse_begin(struct fuse *fuse, uint32_t late)
{
	char options[64];
	int device, err;

	fuse->late = late;
	err = gate_init(&fuse->asked) ?: gate_init(&fuse->answer);
	if (err)
		return err;
	mkdir(FUSE_DIR, 0755);
	/* Without a device it fails, but has the kernel load the module. */
	mount("late", FUSE_DIR, "fuse", 0, "");
	device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	snprintf(options, sizeof(options),
		 "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other",
		 device);
	err = TRY(mount("late", FUSE_DIR, "fuse", 0, options));
	if (!err) {
		fuse->pid = fork();
		if (!fuse->pid)
			_exit(serve(fuse, device));
	}
	close(device);
	return err;
}

/**
 * fuse_end() - end it, whoever still waits for an answer
 * @fuse: the file system
 */
void fuse_end(const struct fuse *fuse)
{
	kill(fuse->pid, SIGKILL);
	sandbox_wait(fuse->pid);
	umount2(FUSE_DIR, MNT_DETACH);
}
