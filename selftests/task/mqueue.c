// SPDX-License-Identifier: GPL-2.0-only
/* Message queues: of POSIX by name, of System V by key. */
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "nest.h"
#include "nest_test.h"

#define ABI_4(rules)	"abi <abi/4.0>,\n" POLICY(ALL_RULES rules)
#define OLD	"/old"
#define FMODE_EXEC	040
#define KEY	4711
#define OLD_KEY	4712

static mqd_t opened;
static int old_id;

/* Queues from before the policy, in an ipc namespace of the sandbox's own. */
static int prepare(void)
{
	if (unshare(CLONE_NEWIPC))
		return errno;
	opened = mq_open(OLD, O_CREAT | O_RDWR, 0600, NULL);
	if (opened < 0)
		return errno;
	old_id = msgget(OLD_KEY, IPC_CREAT | 0600);
	return TRY(old_id);
}

static int do_create(void *arg)
{
	(void)arg;
	return TRY(mq_open("/new", O_CREAT | O_RDWR, 0600, NULL));
}

static int do_open(void *arg)
{
	(void)arg;
	return TRY(mq_open(OLD, O_RDWR));
}

static int do_open_to_read(void *arg)
{
	(void)arg;
	return TRY(mq_open(OLD, O_RDONLY));
}

static int do_open_to_write(void *arg)
{
	(void)arg;
	return TRY(mq_open(OLD, O_WRONLY));
}

/* mq_open() takes the flag that marks the kernel's own opening of programs. */
static int do_open_as_program(void *arg)
{
	(void)arg;
	return TRY(mq_open(OLD, O_RDONLY | FMODE_EXEC));
}

/* As programs do that do not know whether there is one. */
static int do_open_or_create(void *arg)
{
	(void)arg;
	return TRY(mq_open(OLD, O_CREAT | O_RDWR, 0600, NULL));
}

static int do_unlink(void *arg)
{
	(void)arg;
	return TRY(mq_unlink(OLD));
}

static int do_absent(void *arg)
{
	(void)arg;
	return TRY(mq_open("/absent", O_RDWR));
}

static int do_get_new(void *arg)
{
	(void)arg;
	return TRY(msgget(KEY, IPC_CREAT | 0600));
}

static int do_get_private(void *arg)
{
	(void)arg;
	return TRY(msgget(IPC_PRIVATE, 0600));
}

static int do_get_old(void *arg)
{
	(void)arg;
	return TRY(msgget(OLD_KEY, 0));
}

struct message {
	long type;
	char text[4];
};

static int do_send(void *arg)
{
	const struct message message = { 1, "x" };

	(void)arg;
	return TRY(msgsnd(old_id, &message, 1, IPC_NOWAIT));
}

static int do_stat(void *arg)
{
	struct msqid_ds ds;

	(void)arg;
	return TRY(msgctl(old_id, IPC_STAT, &ds));
}

static int do_set(void *arg)
{
	struct msqid_ds ds = { .msg_perm.mode = 0600, .msg_qbytes = 100 };

	(void)arg;
	return TRY(msgctl(old_id, IPC_SET, &ds));
}

static int do_remove(void *arg)
{
	(void)arg;
	return TRY(msgctl(old_id, IPC_RMID, NULL));
}

static int run(const char *policy, sandbox_fn body)
{
	const struct sandbox sandbox = {
		.policy = policy,
		.files = true,
		.prepare = prepare,
	};

	return sandbox_run(&sandbox, body, NULL);
}

FIXTURE(queue) {
};

FIXTURE_SETUP(queue) {
}

FIXTURE_TEARDOWN(queue) {
}

FIXTURE_VARIANT(queue) {
	sandbox_fn body;
	const char *enough;
	const char *less;
};

#define QUEUE(name, rule, other) \
	FIXTURE_VARIANT_ADD(queue, name) { \
		.body = do_##name, \
		.enough = ABI_4("  mqueue " rule ",\n"), \
		.less = ABI_4("  mqueue " other ",\n"), \
	}

QUEUE(create, "(create read write) /new", "(create open read) /new");
QUEUE(open, "(open read write) " OLD, "(create read write) " OLD);
QUEUE(open_to_read, "(open, r) /*", "(open, write) /**");
QUEUE(open_to_write, "(open w) type=posix", "(open r) type=posix");
QUEUE(open_as_program, "(open r) " OLD, "(open w) " OLD);
QUEUE(open_or_create, "(create rw) " OLD, "(create rw) /olds");
QUEUE(unlink, "delete " OLD, "(create open read write) " OLD);
QUEUE(get_new, "create 4711", "(create open read write) 4712");
QUEUE(get_private, "create type=sysv 0", "create type=posix");
QUEUE(get_old, "open 4712", "(create read write delete) 4712");
QUEUE(send, "write type=sysv", "(open read create delete) type=sysv");
QUEUE(stat, "getattr 4712", "setattr 4712");
QUEUE(set, "setattr 4712", "getattr 4712");
QUEUE(remove, "delete 4712", "(open read write) 4712");

TEST_F(queue, possible)
{
	EXPECT_EQ(0, run(NULL, variant->body));
	EXPECT_EQ(0, run(POLICY(ALL_RULES), variant->body));
	EXPECT_EQ(0, run(ABI_4("  mqueue,\n"), variant->body));
	EXPECT_EQ(0, run("abi <abi/4.0>,\n" POLICY("  all,\n"),
			 variant->body));
}

TEST_F(queue, no_rule)
{
	EXPECT_EQ(EACCES, run(ABI_4(""), variant->body));
}

TEST_F(queue, enough)
{
	EXPECT_EQ(0, run(variant->enough, variant->body));
}

TEST_F(queue, less)
{
	EXPECT_EQ(EACCES, run(variant->less, variant->body));
}

TEST_F(queue, denied)
{
	EXPECT_EQ(EACCES, run(POLICY(ALL_RULES "  mqueue,\n  deny mqueue,\n"),
			      variant->body));
}

TEST_F(queue, complain)
{
	EXPECT_EQ(0, run("abi <abi/4.0>,\nprofile default flags=(complain) {\n"
			 ALL_RULES "}\n", variant->body));
}

/* To have it made, if it were not there, undoes no denial of the one there is. */
TEST(deny_open)
{
	EXPECT_EQ(EACCES, run(ABI_4("  mqueue (create rw) /**,\n"
				    "  deny mqueue open " OLD ",\n"),
			      do_open_or_create));
}

/* Names are not told apart from those that are missing. */
TEST(absent)
{
	EXPECT_EQ(ENOENT, run(ABI_4("  mqueue,\n"), do_absent));
}

static int do_receive(void *arg)
{
	struct message message;

	CHECK(do_send(arg) == 0);
	return TRY(msgrcv(old_id, &message, 1, 0, IPC_NOWAIT));
}

/* A message that may not be read is not there. */
TEST(receive)
{
	EXPECT_EQ(0, run(ABI_4("  mqueue (read write) 4712,\n"), do_receive));
	EXPECT_EQ(ENOMSG, run(ABI_4("  mqueue write 4712,\n"), do_receive));
}

#define MANY	200

static int put_many(long type)
{
	struct message message = { .text = "" };

	for (int i = 0; i < MANY; i++) {
		message.type = type ?: MANY - i;
		CHECK(!msgsnd(old_id, &message, 0, IPC_NOWAIT));
	}
	return 0;
}

static int pass_over_many(void *arg)
{
	struct nest_layer layer;
	struct message message;

	(void)arg;
	CHECK(!put_many(1));
	for (unsigned int i = 1; i <= 2; i++) {
		CHECK(TRY(msgrcv(old_id, &message, 1, 0, IPC_NOWAIT)) == ENOMSG);
		CHECK(!sandbox_own_layer(&layer));
		/* The answer is not remembered beyond a tick. */
		CHECK(layer.denials >= i && layer.denials < MANY / 8);
	}
	CHECK(!nest_change_profile("reads", 0, false));
	CHECK(msgrcv(old_id, &message, 1, 0, IPC_NOWAIT) == 0);
	CHECK(msgctl(old_id, IPC_RMID, NULL) == 0);
	CHECK(!prepare());
	CHECK(!put_many(0));
	/* The last one that will do, of many that do. */
	CHECK(msgrcv(old_id, &message, 1, -MANY, IPC_NOWAIT) == 0);
	CHECK(message.type == 1);
	CHECK(!nest_change_profile("blind", 0, false));
	return TRY(msgrcv(old_id, &message, 1, -MANY, IPC_NOWAIT));
}

/* Who looks for a message is asked once, not for each, and each time anew. */
TEST(many)
{
	EXPECT_EQ(ENOMSG, run(ABI_4("  mqueue (create open write delete),\n"
				    "  change_profile,\n")
			      "profile reads {\n" ALL_RULES "  mqueue,\n"
			      "  change_profile,\n}\n"
			      "profile blind {\n" ALL_RULES
			      "  mqueue write,\n}\n", pass_over_many));
}

/* Waits where it may not read, and would be killed for it. */
static int wait_unread(void *arg)
{
	struct message message;

	CHECK(!nest_change_profile("blind", 0, false));
	gate_open(arg);
	return TRY(msgrcv(old_id, &message, 1, 0, 0));
}

static int do_send_to_waiting(void *arg)
{
	struct message message;
	struct gate ready;
	pid_t pid;

	CHECK(!gate_init(&ready));
	pid = fork();
	if (!pid)
		_exit(wait_unread(&ready));
	gate_pass(&ready);
	usleep(200000);
	CHECK(do_send(arg) == 0);
	CHECK(msgrcv(old_id, &message, 1, 0, IPC_NOWAIT) == 1);
	CHECK(kill(pid, SIGKILL) == 0);
	CHECK(sandbox_wait(pid) == SANDBOX_SIGNAL + SIGKILL);
	return 0;
}

/* The message stays for who may read it, and the sender is not to blame. */
TEST(waiting)
{
	EXPECT_EQ(0,
		  run(ABI_4("  mqueue,\n  change_profile,\n")
		      "profile blind flags=(kill) {\n" ALL_RULES
		      "  mqueue write,\n}\n", do_send_to_waiting));
}

#define BIN	WORK "/bin/"

static int copy_probe(void)
{
	return prepare() ?: TRY(mkdir(BIN, 0755)) ?:
	       sandbox_copy_self(BIN "same") ?:
	       TRY(link(BIN "same", BIN "other"));
}

static int do_inherit(void *arg)
{
	mqd_t queue = mq_open(OLD, O_RDONLY);

	(void)arg;
	CHECK(queue >= 0 && dup2(queue, 9) == 9);
	CHECK(probe_run(BIN "same", "use", "9", NULL) == 0);
	return probe_run(BIN "other", "use", "9", NULL);
}

/* Another domain has to be allowed what the queue is open for. */
TEST(inherited)
{
	struct sandbox sandbox = {
		.policy = ABI_4("  mqueue,\n  " BIN "same ix,\n"
				"  " BIN "other px -> to,\n")
			  "profile to {\n" ALL_RULES "}\n",
		.files = true,
		.prepare = copy_probe,
	};

	EXPECT_EQ(EACCES, sandbox_run(&sandbox, do_inherit, NULL));
	sandbox.policy = ABI_4("  mqueue,\n  " BIN "same ix,\n"
			       "  " BIN "other px -> to,\n")
			 "profile to {\n" ALL_RULES "  mqueue (open r),\n}\n";
	EXPECT_EQ(0, sandbox_run(&sandbox, do_inherit, NULL));
	/* Nobody knows any more whether the queue was made by its open. */
	sandbox.policy = ABI_4("  mqueue,\n  " BIN "same ix,\n"
			       "  " BIN "other px -> to,\n")
			 "profile to {\n" ALL_RULES "  mqueue (create r),\n}\n";
	EXPECT_EQ(0, sandbox_run(&sandbox, do_inherit, NULL));
}

static int get_from_parent(void *arg)
{
	int pidfd = syscall(SYS_pidfd_open, getppid(), 0);

	CHECK(pidfd >= 0);
	return TRY(syscall(SYS_pidfd_getfd, pidfd, *(mqd_t *)arg, 0));
}

static int do_get(void *arg)
{
	(void)arg;
	return sandbox_fork(get_from_parent, &opened);
}

/* So has one that is passed the descriptor. */
TEST(received)
{
	EXPECT_EQ(0, run(ABI_4("  mqueue (open rw) /*,\n"), do_get));
	EXPECT_EQ(EACCES, run(ABI_4("  mqueue (open r) /*,\n"), do_get));
}

#define AT	WORK "/mq/"

static int mount_queues(void)
{
	if (prepare())
		return errno;
	return TRY(mkdir(AT, 0755)) ?: TRY(mount("q", AT, "mqueue", 0, NULL));
}

static int do_by_path(void *arg)
{
	(void)arg;
	CHECK(try_open(AT "old", O_RDWR) == EACCES);
	CHECK(try_open(AT "new", O_RDWR | O_CREAT) == EACCES);
	CHECK(unlink(AT "old") < 0 && errno == EACCES);
	return try_open(AT, O_RDONLY | O_DIRECTORY);
}

/* The files of a mount are the queues: rules for both have to allow it. */
TEST(by_path)
{
	const struct sandbox sandbox = {
		.policy = ABI_4(""),
		.files = true,
		.prepare = mount_queues,
	};

	EXPECT_EQ(0, sandbox_run(&sandbox, do_by_path, NULL));
}

NEST_TEST_MAIN
