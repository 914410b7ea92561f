// SPDX-License-Identifier: GPL-2.0-only
/*
 * The domain after exec, in each mode, and the ways round it that must not
 * exist (I2): no_new_privs, scripts, descriptors, memfds, threads.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "label.h"
#include "nest_test.h"

#define BIN	WORK "/bin/"

/* Copies of the probe, by the way in which the default domain executes them. */
static const char *const copies[] = {
	"ix", "px", "upx", "pxnone", "named", "absent", "ux", "uux", "pix",
	"pixnone", "pux", "puxnone", "cx", "cxnone", "none", "denied", "svc",
	"safe", "unsafe",
};

static const char policy[] =
	"profile default {\n"
	"  capability,\n"
	"  network,\n"
	"  / r,\n"
	"  /** rwklm,\n"
	"  " BIN "{ix,script} ix,\n"
	"  " BIN "{px,pxnone} Px,\n"
	"  " BIN "upx px,\n"
	"  " BIN "named Px -> svc,\n"
	"  " BIN "absent Px -> nobody,\n"
	"  " BIN "ux Ux,\n"
	"  " BIN "uux ux,\n"
	"  safe " BIN "safe px -> svc,\n"
	"  unsafe " BIN "unsafe Px -> svc,\n"
	"  " BIN "{pix,pixnone} Pix,\n"
	"  " BIN "{pux,puxnone} PUx,\n"
	"  " BIN "{cx,cxnone} Cx,\n"
	"  " BIN "denied ix,\n"
	"  deny " BIN "denied x,\n"
	"  " BIN "script.px Px,\n"
	"  profile child " BIN "cx {\n"
	"    " BIN "* rm,\n"
	"  }\n"
	"}\n"
	"profile px " BIN "px {\n  " BIN "* rm,\n  /stage/file r,\n"
	"  network unix stream,\n}\n"
	"profile upx " BIN "upx {\n  " BIN "* rm,\n}\n"
	"profile pix " BIN "pix {\n  " BIN "* rm,\n}\n"
	"profile pux " BIN "pux {\n  " BIN "* rm,\n}\n"
	"profile script " BIN "script.px {\n  " BIN "* rmix,\n}\n"
	"profile svc {\n"
	"  " BIN "* rmix,\n"
	"  " BIN "px Px,\n"
	"}\n";

static int prepare(void)
{
	char path[64];
	int err;

	if (mkdir(BIN, 0755))
		return errno;
	for (size_t i = 0; i < ARRAY_SIZE(copies); i++) {
		snprintf(path, sizeof(path), BIN "%s", copies[i]);
		/* px is one of its own: a test writes to it */
		if (!strcmp(copies[i], "ix") || !strcmp(copies[i], "px"))
			err = sandbox_copy_self(path);
		else
			err = TRY(link(BIN "ix", path));
		if (err)
			return err;
	}
	return put_text(BIN "script", "#!" BIN "ix probe\n") ?:
	       put_text(BIN "script.px", "#!" BIN "ix probe\n");
}

static const struct sandbox sandbox = {
	.policy = policy,
	.files = true,
	.prepare = prepare,
};

FIXTURE(mode) {
};

FIXTURE_SETUP(mode) {
}

FIXTURE_TEARDOWN(mode) {
}

/*
 * @file: copy of the probe. @domain: the one it gets. @secure: AT_SECURE
 * @error: of the exec
 */
FIXTURE_VARIANT(mode) {
	const char *file;
	const char *domain;
	int secure;
	int error;
};

#define MODE(file_name, domain_name, is_secure, exec_error) \
	FIXTURE_VARIANT_ADD(mode, file_name) { \
		.file = BIN #file_name, \
		.domain = domain_name, \
		.secure = is_secure, \
		.error = exec_error, \
	}

MODE(ix, "default", 0, 0);
MODE(px, "px", 1, 0);
MODE(upx, "upx", 0, 0);
MODE(pxnone, "", 0, EACCES);
MODE(named, "svc", 1, 0);
MODE(absent, "", 0, EACCES);
MODE(ux, "", 1, 0);
MODE(uux, "", 0, 0);
MODE(safe, "svc", 1, 0);
MODE(unsafe, "svc", 0, 0);
MODE(pix, "pix", 1, 0);
MODE(pixnone, "default", 0, 0);
MODE(pux, "pux", 1, 0);
MODE(puxnone, "", 1, 0);
MODE(cx, "default//child", 1, 0);
MODE(cxnone, "", 0, EACCES);
MODE(none, "", 0, EACCES);
MODE(denied, "", 0, EACCES);

static int exec_in_domain(void *arg)
{
	const FIXTURE_VARIANT(mode) *v = arg;
	struct nest_label label;
	int err = label_after_exec(v->file, &label);

	CHECK(err == v->error);
	if (!err)
		CHECK(label_is(&label, v->domain));
	return 0;
}

TEST_F(mode, domain)
{
	EXPECT_EQ(0, sandbox_run(&sandbox, exec_in_domain, (void *)variant));
}

static int exec_scrubbed(void *arg)
{
	const FIXTURE_VARIANT(mode) *v = arg;

	return probe_run(v->file, "secure", NULL);
}

TEST_F(mode, scrubbing)
{
	if (variant->error)
		return;
	EXPECT_EQ(variant->secure,
		  sandbox_run(&sandbox, exec_scrubbed, (void *)variant));
}

static int exec_confined(void *arg)
{
	(void)arg;
	CHECK(probe_run(BIN "ix", "read", WORK "/other", NULL) == 0);
	CHECK(probe_run(BIN "px", "read", WORK "/other", NULL) == EACCES);
	CHECK(probe_run(BIN "px", "read", WORK "/file", NULL) == 0);
	CHECK(probe_run(BIN "px", "write", WORK "/file", NULL) == EACCES);
	CHECK(probe_run(BIN "uux", "write", WORK "/other", NULL) == 0);
	return 0;
}

/* The new domain's rules are in force, not the old one's. */
TEST(rules_of_the_new_domain)
{
	EXPECT_EQ(0, sandbox_run(&sandbox, exec_confined, NULL));
}

static int exec_twice(void *arg)
{
	(void)arg;
	/* default -> svc, which may execute px into its domain */
	CHECK(probe_run(BIN "named", "exec", BIN "px", "read", WORK "/file",
			NULL) == 0);
	CHECK(probe_run(BIN "named", "exec", BIN "px", "read", WORK "/other",
			NULL) == EACCES);
	/* px may execute nothing */
	CHECK(probe_run(BIN "px", "exec", BIN "ix", "secure", NULL) == EACCES);
	return 0;
}

TEST(chain_of_domains)
{
	EXPECT_EQ(0, sandbox_run(&sandbox, exec_twice, NULL));
}

static int exec_and_fork(void *arg)
{
	(void)arg;
	CHECK(probe_run(BIN "px", "fork", "read", WORK "/file", NULL) == 0);
	CHECK(probe_run(BIN "px", "fork", "read", WORK "/other", NULL) ==
	      EACCES);
	CHECK(probe_run(BIN "px", "fork", "fork", "read", WORK "/other",
			NULL) == EACCES);
	CHECK(probe_run(BIN "px", "thread", WORK "/file", NULL) == 0);
	CHECK(probe_run(BIN "px", "thread", WORK "/other", NULL) == EACCES);
	/* what was let go stays so, too */
	CHECK(probe_run(BIN "uux", "fork", "write", WORK "/other", NULL) == 0);
	return 0;
}

/* I2: children and threads are in the domain that was executed into. */
TEST(domain_is_inherited)
{
	EXPECT_EQ(0, sandbox_run(&sandbox, exec_and_fork, NULL));
}

static int send_fd(int to, int fd)
{
	char byte = 0, space[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = space, .msg_controllen = sizeof(space),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	return TRY(sendmsg(to, &msg, 0));
}

/* Sends a descriptor of @file to a probe in the domain px. */
static int pass(const char *file)
{
	int pair[2], fd = open(file, O_RDONLY);

	CHECK(fd >= 0);
	CHECK(!socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	CHECK(!send_fd(pair[0], fd));
	CHECK(dup2(pair[1], 0) == 0);
	return probe_run(BIN "px", "receive", NULL);
}

static int pass_descriptors(void *arg)
{
	(void)arg;
	CHECK(pass(WORK "/file") == 0);
	return pass(WORK "/other");
}

/* I2: a descriptor that is handed over is as good as one that is opened. */
TEST(descriptor_from_another_domain)
{
	EXPECT_EQ(EACCES, sandbox_run(&sandbox, pass_descriptors, NULL));
}

static int exec_no_new_privs(void *arg)
{
	struct nest_label label;

	(void)arg;
	CHECK(!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	CHECK(label_after_exec(BIN "px", &label) == EPERM);
	CHECK(label_after_exec(BIN "ux", &label) == EPERM);
	CHECK(label_after_exec(BIN "named", &label) == EPERM);
	CHECK(label_after_exec(BIN "ix", &label) == 0);
	CHECK(label_is(&label, "default"));
	return 0;
}

/* I2: no_new_privs must not be a way into another domain. */
TEST(no_new_privs)
{
	EXPECT_EQ(0, sandbox_run(&sandbox, exec_no_new_privs, NULL));
}

static int attach_from_unconfined(void *arg)
{
	struct nest_label label;

	(void)arg;
	CHECK(label_after_exec(BIN "ix", &label) == 0);
	CHECK(label_is(&label, ""));
	CHECK(label_after_exec(BIN "px", &label) == 0);
	CHECK(label_is(&label, "px"));
	CHECK(!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	CHECK(label_after_exec(BIN "px", &label) == 0);
	CHECK(label_is(&label, "px"));
	return 0;
}

/* Without a default domain a task is unconfined until something attaches. */
TEST(attachment)
{
	struct sandbox plain = sandbox;

	plain.policy = "profile px " BIN "px {\n  " BIN "* rm,\n}\n";
	EXPECT_EQ(0, sandbox_run(&plain, attach_from_unconfined, NULL));
}

static int exec_scripts(void *arg)
{
	struct nest_label label;

	(void)arg;
	CHECK(label_after_exec(BIN "script", &label) == 0);
	CHECK(label_is(&label, "default"));
	CHECK(label_after_exec(BIN "script.px", &label) == 0);
	CHECK(label_is(&label, "script"));
	/* a script without a rule does not run, whatever interprets it */
	CHECK(put_text(WORK "/script", "#!" BIN "uux probe\n") == 0);
	return probe_run(WORK "/script", "secure", NULL);
}

/* I2: the script's name decides, not its interpreter's. */
TEST(scripts)
{
	EXPECT_EQ(EACCES, sandbox_run(&sandbox, exec_scripts, NULL));
}

static int exec_by_descriptor(void *arg)
{
	char *const argv[] = { "probe", "read", arg, NULL };
	int fd = open(BIN "px", O_RDONLY);

	CHECK(fd >= 0);
	return try_exec_fd(fd, argv);
}

/* I2: the file counts, not how it is named. */
TEST(exec_of_descriptor)
{
	EXPECT_EQ(0, sandbox_run(&sandbox, exec_by_descriptor, WORK "/file"));
	EXPECT_EQ(EACCES,
		  sandbox_run(&sandbox, exec_by_descriptor, WORK "/other"));
}

static int exec_path_descriptor(void *arg)
{
	char *const argv[] = { "probe", "secure", NULL };
	int fd = open(BIN "none", O_PATH);

	(void)arg;
	CHECK(fd >= 0);
	return try_exec_fd(fd, argv);
}

TEST(exec_of_descriptor_without_a_rule)
{
	EXPECT_EQ(EACCES, sandbox_run(&sandbox, exec_path_descriptor, NULL));
}

static int copy_fd(int out)
{
	char buf[65536];
	int in = open(BIN "ix", O_RDONLY);
	ssize_t n;

	if (in < 0)
		return errno;
	while ((n = read(in, buf, sizeof(buf))) > 0)
		if (write(out, buf, n) != n)
			return EIO;
	close(in);
	return n ? errno : 0;
}

/* The name is one that the policy would let run unconfined. */
static int exec_memfd(void *arg)
{
	char *const argv[] = { "probe", "secure", NULL };
	int fd = memfd_create("../.." BIN "uux", 0);

	(void)arg;
	CHECK(fd >= 0);
	CHECK(!copy_fd(fd));
	return try_exec_fd(fd, argv);
}

/* I2: what is not in a file system that the policy knows does not run. */
TEST(memfd)
{
	EXPECT_EQ(EACCES, sandbox_run(&sandbox, exec_memfd, NULL));
}

static int exec_unlinked(void *arg)
{
	char *const argv[] = { "probe", "secure", NULL };
	int fd = open(BIN "none", O_PATH);

	(void)arg;
	CHECK(fd >= 0);
	CHECK(!unlink(BIN "none"));
	return try_exec_fd(fd, argv);
}

/* I2: to lose its name does not make a file executable. */
TEST(unlinked)
{
	EXPECT_EQ(EACCES, sandbox_run(&sandbox, exec_unlinked, NULL));
}

static void *thread_exec(void *arg)
{
	char *const argv[] = { "probe", "read", arg, NULL };
	static char *const env[1];

	execve(BIN "px", argv, env);
	_exit(errno);
	return NULL;
}

static int exec_from_thread(void *arg)
{
	pthread_t thread;

	CHECK(!pthread_create(&thread, NULL, thread_exec, arg));
	pause();
	return SANDBOX_FAILED;
}

static int exec_from_threads(void *arg)
{
	(void)arg;
	CHECK(sandbox_fork(exec_from_thread, WORK "/file") == 0);
	CHECK(sandbox_fork(exec_from_thread, WORK "/other") == EACCES);
	return 0;
}

/* The thread that executes takes over the leader's place, with its label. */
TEST(exec_of_a_thread)
{
	EXPECT_EQ(0, sandbox_run(&sandbox, exec_from_threads, NULL));
}

static void *thread_opens(void *arg)
{
	return (void *)(long)try_open(arg, O_RDONLY);
}

static int thread_body(void *arg)
{
	pthread_t thread;
	void *result;

	(void)arg;
	CHECK(!pthread_create(&thread, NULL, thread_opens, WORK "/other"));
	CHECK(!pthread_join(thread, &result));
	return (long)result;
}

/* I2: threads and children are in the domain of who made them. */
TEST(thread_is_confined)
{
	struct sandbox closed = sandbox;

	closed.policy = POLICY("  capability,\n  " WORK "/file r,\n");
	EXPECT_EQ(EACCES, sandbox_run(&closed, thread_body, NULL));
}

static int vm_child(void *arg)
{
	return try_open(arg, O_RDONLY);
}

static int clone_vm_body(void *arg)
{
	static char stack[65536] __attribute__((aligned(16)));
	pid_t pid;

	pid = clone(vm_child, stack + sizeof(stack), CLONE_VM | SIGCHLD, arg);
	CHECK(pid > 0);
	return sandbox_wait(pid);
}

TEST(clone_vm_is_confined)
{
	struct sandbox closed = sandbox;

	closed.policy = POLICY("  capability,\n  " WORK "/file r,\n");
	EXPECT_EQ(EACCES, sandbox_run(&closed, clone_vm_body, WORK "/other"));
	EXPECT_EQ(0, sandbox_run(&closed, clone_vm_body, WORK "/file"));
}

/* The child shares its root and working directory with its parent. */
static int exec_with_shared_fs(void *arg)
{
	char *const argv[] = { "probe", "secure", NULL };
	static char *const env[1];
	pid_t pid;

	pid = syscall(SYS_clone, CLONE_FS | SIGCHLD, 0, NULL, NULL, 0);
	CHECK(pid >= 0);
	if (!pid) {
		execve(arg, argv, env);
		_exit(errno);
	}
	return sandbox_wait(pid);
}

/* I2: who can move the root below a new domain does not get one. */
TEST(shared_root)
{
	EXPECT_EQ(0, sandbox_run(&sandbox, exec_with_shared_fs, BIN "ix"));
	EXPECT_EQ(EPERM, sandbox_run(&sandbox, exec_with_shared_fs, BIN "px"));
	EXPECT_EQ(EPERM, sandbox_run(&sandbox, exec_with_shared_fs, BIN "uux"));
}

static int exec_then_fail(void *arg)
{
	struct nest_label label;

	(void)arg;
	/* decided, then refused by the kernel: no such format */
	CHECK(put_text(BIN "px", "neither program nor script") == 0);
	CHECK(sandbox_fork(vm_child, WORK "/other") == 0);
	CHECK(probe_run(BIN "px", "secure", NULL) == ENOEXEC);
	CHECK(execl(BIN "px", "probe", NULL) < 0 && errno == ENOEXEC);
	/* the domain of the exec that failed must not stick */
	CHECK(label_of(sandbox_nest, 1, &label) == 0);
	CHECK(label_is(&label, "default"));
	CHECK(label_after_exec(BIN "ix", &label) == 0);
	CHECK(label_is(&label, "default"));
	return try_open(WORK "/other", O_RDWR);
}

TEST(failed_exec_changes_nothing)
{
	struct sandbox s = sandbox;

	s.policy = "profile default {\n" ALL_RULES "  " BIN "ix ix,\n"
		   "  " BIN "px px,\n}\n"
		   "profile px " BIN "px {\n  " BIN "* rm,\n}\n";
	EXPECT_EQ(0, sandbox_run(&s, exec_then_fail, NULL));
}

/* A vfork()ed child that executes changes its own domain alone. */
static int vfork_body(void *arg)
{
	char *const argv[] = { "probe", "read", WORK "/other", NULL };
	static char *const env[1];
	pid_t pid = vfork();

	(void)arg;
	if (!pid) {
		execve(BIN "px", argv, env);
		_exit(SANDBOX_FAILED);
	}
	CHECK(pid > 0);
	CHECK(sandbox_wait(pid) == EACCES);
	return try_open(WORK "/other", O_RDWR);
}

TEST(vfork_and_exec)
{
	EXPECT_EQ(0, sandbox_run(&sandbox, vfork_body, NULL));
}

NEST_TEST_MAIN
