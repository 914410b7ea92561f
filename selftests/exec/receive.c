// SPDX-License-Identifier: GPL-2.0-only
/*
 * Descriptors that others hand over, programs that change the user: neither
 * gets round the rules of the domain that they come to (I2).
 */
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "label.h"
#include "nest.h"
#include "nest_test.h"

#define BIN	WORK "/bin/"
#define FILE1	WORK "/file"
#define FILE2	WORK "/other"
#define OWN	WORK "/own"

static const char policy[] =
	"profile default {\n" ALL_RULES "  change_profile -> narrow,\n"
	"  ptrace,\n  signal,\n"
	"  " BIN "{suid,probe} ix,\n  " BIN "px Px,\n  deny " FILE2 " w,\n}\n"
	"profile narrow {\n  " FILE1 " rw,\n  ptrace,\n  signal,\n}\n"
	"profile px " BIN "px {\n  " BIN "* rm,\n  owner " WORK "/** r,\n}\n";

static int prepare(void)
{
	if (mkdir(BIN, 0755))
		return errno;
	return sandbox_copy_self(BIN "probe") ?:
	       sandbox_copy_self(BIN "suid") ?: sandbox_copy_self(BIN "px") ?:
	       put_text(OWN, "x") ?: TRY(chown(OWN, 1000, 1000)) ?:
	       TRY(chmod(OWN, 0600)) ?:
	       TRY(chown(BIN "suid", 1000, 1000)) ?:
	       TRY(chmod(BIN "suid", 04755)) ?:
	       TRY(chown(BIN "px", 1000, 1000)) ?: TRY(chmod(BIN "px", 04755));
}

static int run(sandbox_fn body)
{
	const struct sandbox sandbox = {
		.policy = policy,
		.files = true,
		.prepare = prepare,
	};

	return sandbox_run(&sandbox, body, NULL);
}

/* A call that a supervisor answers. */
static int install_filter(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { 4, filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		       SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

static int *listener;

static int supervised(void *arg)
{
	(void)arg;
	if (nest_change_profile("narrow", 0, false))
		return SANDBOX_FAILED;
	__atomic_store_n(listener, install_filter(), __ATOMIC_SEQ_CST);
	syscall(SYS_getppid);
	return 0;
}

static int add(int notify, uint64_t id, const char *path, int flags)
{
	struct seccomp_notif_addfd addfd = {
		.id = id,
		.srcfd = (unsigned int)open(path, flags | O_CLOEXEC),
	};

	return TRY(ioctl(notify, SECCOMP_IOCTL_NOTIF_ADDFD, &addfd));
}

/* The supervisor is not in the domain of whom it supervises. */
static int supervise(void *arg)
{
	static char stack[65536] __attribute__((aligned(16)));
	struct seccomp_notif notification = { 0 };
	struct seccomp_notif_resp answer = { 0 };
	int pidfd, notify;
	pid_t pid;

	(void)arg;
	listener = mmap(NULL, sizeof(*listener), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(listener != MAP_FAILED);
	*listener = -2;
	pid = clone(supervised, stack + sizeof(stack), SIGCHLD, NULL);
	CHECK(pid > 0);
	while (__atomic_load_n(listener, __ATOMIC_SEQ_CST) == -2)
		sched_yield();
	CHECK(*listener >= 0);
	pidfd = syscall(SYS_pidfd_open, pid, 0);
	notify = syscall(SYS_pidfd_getfd, pidfd, *listener, 0);
	CHECK(notify >= 0);
	CHECK(!ioctl(notify, SECCOMP_IOCTL_NOTIF_RECV, &notification));
	CHECK(add(notify, notification.id, FILE1, O_RDWR) == 0);
	CHECK(add(notify, notification.id, FILE2, O_RDONLY) == EACCES);
	answer.id = notification.id;
	CHECK(!ioctl(notify, SECCOMP_IOCTL_NOTIF_SEND, &answer));
	return sandbox_wait(pid);
}

TEST(seccomp_supervisor)
{
	EXPECT_EQ(0, run(supervise));
}

struct passed {
	int fd;
	bool is_name;
};

/* What stands for a name alone is of use only where the name is allowed. */
static int take(void *arg)
{
	const struct passed *passed = arg;
	int pidfd, fd;

	CHECK(nest_change_profile("narrow", 0, false) == 0);
	pidfd = syscall(SYS_pidfd_open, getppid(), 0);
	CHECK(pidfd >= 0);
	fd = syscall(SYS_pidfd_getfd, pidfd, passed->fd, 0);
	if (!passed->is_name)
		return TRY(fd);
	CHECK(fd >= 0);
	return try_read_fd(fd);
}

static int hand_over(void *arg)
{
	struct passed passed = { open(FILE2, O_RDONLY | O_CLOEXEC), false };

	(void)arg;
	CHECK(sandbox_fork(take, &passed) == EACCES);
	passed.fd = open(FILE2, O_PATH | O_CLOEXEC);
	passed.is_name = true;
	CHECK(sandbox_fork(take, &passed) == EACCES);
	return 0;
}

TEST(by_descriptor_of_the_process)
{
	EXPECT_EQ(0, run(hand_over));
}

static int set_user(void *arg)
{
	struct nest_label label;

	(void)arg;
	CHECK(!drop_to(2000));
	/* It has the rights of the file's owner, */
	CHECK(try_open(OWN, O_RDONLY) == EACCES);
	CHECK(probe_run(BIN "probe", "read", OWN, NULL) == EACCES);
	CHECK(probe_run(BIN "suid", "read", OWN, NULL) == 0);
	/* within the rules, which see the owner in it, */
	CHECK(probe_run(BIN "suid", "write", FILE2, NULL) == EACCES);
	CHECK(probe_run(BIN "px", "read", OWN, NULL) == 0);
	CHECK(probe_run(BIN "px", "read", FILE1, NULL) == EACCES);
	CHECK(label_after_exec(BIN "px", &label) == 0);
	CHECK(label_is(&label, "px"));
	/* and not under a promise never to gain any. */
	CHECK(!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	CHECK(probe_run(BIN "suid", "read", OWN, NULL) == EACCES);
	CHECK(probe_run(BIN "px", "read", OWN, NULL) == EPERM);
	return 0;
}

TEST(set_user_id)
{
	EXPECT_EQ(0, run(set_user));
}

NEST_TEST_MAIN
