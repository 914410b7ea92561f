// SPDX-License-Identifier: GPL-2.0-only
/*
 * I7, I8: a file system that does not answer, which a container may have
 * mounted, keeps neither what others leave from being freed nor the host's
 * administrator from detaching; and the module stays while it is needed.
 */
#include <fcntl.h>
#include <linux/fuse.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "fuse.h"
#include "module.h"
#include "nest.h"
#include "nest_test.h"

#define BIN	WORK "/bin"
#define PATIENCE	60	/* seconds */

static const char policy[] =
	POLICY(ALL_RULES "  " FUSE_FILE " pix,\n  " BIN " px,\n")
	"profile marked " FUSE_FILE " xattrs=(user.mark=x) {\n  /** rm,\n}\n"
	"profile bin " BIN " {\n  " BIN " rm,\n}\n";

static struct fuse fuse;
static struct gate removed, end;

static int prepare(void)
{
	return sandbox_copy_self(BIN);
}

/* An attribute of the program is read. */
static int execute(void)
{
	return probe_run(FUSE_FILE, NULL) == ENOEXEC ? 0 : SANDBOX_FAILED;
}

/* The request lies in memory that is still to be read. */
static int change(void)
{
	int fd = open(FUSE_FILE, O_RDONLY);
	void *map = mmap(NULL, sizeof(struct nest_change), PROT_READ,
			 MAP_PRIVATE, fd, 0);

	CHECK(map != MAP_FAILED);
	CHECK(TRY(prctl(NEST_PR_CHANGE, map, sizeof(struct nest_change), 0,
			0)) == EINVAL);
	return 0;
}

/* A descriptor is taken away, which closes it. */
static int inherit(void)
{
	int fd = open(FUSE_FILE, O_RDWR);
	char number[16];

	CHECK(fd >= 0);
	snprintf(number, sizeof(number), "%d", fd);
	return probe_run(BIN, "use", number, NULL) == EACCES ?
	       0 : SANDBOX_FAILED;
}

FIXTURE(late) {
	pid_t pid;
};

FIXTURE_VARIANT(late) {
	uint32_t operation;
	int (*body)(void);
};

FIXTURE_VARIANT_ADD(late, xattr) {
	.operation = FUSE_GETXATTR, .body = execute,
};

FIXTURE_VARIANT_ADD(late, change) {
	.operation = FUSE_READ, .body = change,
};

FIXTURE_VARIANT_ADD(late, inherit) {
	.operation = FUSE_FLUSH, .body = inherit,
};

/* Its own layer is gone while the child waits for an answer. */
static int remove_layer(void *body)
{
	const struct nest_target own = { 0 };
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (!pid) {
		int status = ((int (*)(void))body)();

		/* Not to be waited for if it never came that far. */
		gate_open(&fuse.asked);
		_exit(status);
	}
	gate_pass(&fuse.asked);
	CHECK(!nest_layer_remove(sandbox_nest, &own, NEST_ANY_REVISION));
	gate_open(&removed);
	gate_pass(&end);
	return sandbox_wait(pid);
}

FIXTURE_SETUP(late)
{
	const struct sandbox sandbox = {
		.policy = policy, .rootful = true, .prepare = prepare,
	};
	int err;

	if (module_built_in())
		SKIP(return, MODULE_NONE);
	err = module_load();
	ASSERT_TRUE(!err || err == EEXIST);
	ASSERT_EQ(0, gate_init(&removed) | gate_init(&end));
	ASSERT_EQ(0, fuse_begin(&fuse, variant->operation));
	self->pid = sandbox_start(&sandbox, remove_layer, variant->body);
	gate_pass(&removed);
}

FIXTURE_TEARDOWN(late)
{
	fuse_end(&fuse);
	EXPECT_EQ(0, module_load());
}

/* Detaching in a child, so that the answer comes at last even if it hangs. */
static int detach_in_time(void)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(module_detach_patiently());
	for (int i = 0; i < PATIENCE * 100; i++) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return WEXITSTATUS(status);
		usleep(10000);
	}
	return ETIMEDOUT;
}

TEST_F_TIMEOUT(late, detach_and_unload, 120)
{
	int err;

	ASSERT_EQ(0, detach_in_time());
	/* The task has to come back through the module's code. */
	ASSERT_EQ(EAGAIN, module_unload());
	gate_open(&fuse.answer);
	gate_open(&end);
	EXPECT_EQ(0, sandbox_wait(self->pid));
	for (int i = 0; i < 500; i++) {
		err = module_unload();
		if (err != EAGAIN)
			break;
		usleep(10000);
	}
	EXPECT_EQ(0, err);
}

NEST_TEST_MAIN
