// SPDX-License-Identifier: GPL-2.0-only
/* What the host's audit log gets to read. */
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/io_uring.h>
#include <linux/netlink.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include "nest_test.h"

#define RULES	"  / r,\n  /** rwklm,\n  deny " WORK "/dir/file r,\n" \
		"  audit " WORK "/other r,\n  signal receive,\n" \
		"  audit deny " WORK "/dir/** w,\n  capability setuid,\n" \
		"  capability setgid,\n  network netlink,\n" \
		"  signal send peer=unconfined,\n  ptrace peer=unconfined,\n"
#define POLICY_TEXT(flags) "profile default " flags " {\n" RULES "}\n"

static char log_text[1 << 20];

/* A member of the group that reads along. */
static int open_log(void)
{
	struct sockaddr_nl address = {
		.nl_family = AF_NETLINK,
		.nl_groups = 1 << (AUDIT_NLGRP_READLOG - 1),
	};
	struct timeval timeout = { .tv_usec = 300000 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)))
		return -1;
	return fd;
}

/* Reads all records of ours into log_text, a line each; returns how many. */
static int read_log(int fd)
{
	static char message[1 << 16];
	int n = 0, used = 0;
	ssize_t len;

	while ((len = recv(fd, message, sizeof(message) - 1, 0)) > 0) {
		const struct nlmsghdr *header = (struct nlmsghdr *)message;
		const char *text = NLMSG_DATA(header);

		message[len] = '\0';
		if (header->nlmsg_type != AUDIT_AVC || !strstr(text, "nest="))
			continue;
		used += snprintf(log_text + used, sizeof(log_text) - used,
				 "%s\n", strchr(text, ':') + 2);
		n++;
	}
	return n;
}

/* Whether the log has all of the strings, in one line and this order. */
static bool has(const char *const strings[])
{
	char *line, *rest, copy[sizeof(log_text)];

	memcpy(copy, log_text, sizeof(copy));
	for (line = strtok_r(copy, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		const char *at = line;
		int i;

		for (i = 0; at && strings[i]; i++)
			at = strstr(at, strings[i]);
		if (at)
			return true;
	}
	fprintf(stderr, "# not in the log: %s ...\n# %s\n", strings[0],
		log_text);
	return false;
}

#define HAS(...) has((const char *const[]){ __VA_ARGS__, NULL })

static int logged(const char *policy, sandbox_fn body, void *arg)
{
	const struct sandbox sandbox = { .policy = policy, .files = true };
	int fd = open_log();
	int status, n;

	if (fd < 0)
		return -1;
	log_text[0] = '\0';
	status = sandbox_run(&sandbox, body, arg);
	n = read_log(fd);
	close(fd);
	return status ? -1 : n;
}

static int do_create(void *arg)
{
	(void)arg;
	CHECK(try_open(WORK "/dir/new", O_CREAT | O_WRONLY) == EACCES);
	CHECK(try_open(WORK "/dir/file", O_RDWR) == EACCES);
	return 0;
}

TEST(file)
{
	ASSERT_EQ(2, logged(POLICY_TEXT(""), do_create, NULL));
	EXPECT_TRUE(HAS("operation=\"open\"", " name=\"" WORK "/dir/file\"",
			" requested_mask=\"wr\" denied_mask=\"wr\" pid="));
	EXPECT_TRUE(HAS("nest=\"DENIED\" operation=\"mknod\"",
			" profile=\"default\" name=\"" WORK "/dir/new\"",
			" requested_mask=\"c\" denied_mask=\"c\" pid=",
			" comm=\"", " uid=0 fsuid=0 ouid=0 layer=\"",
			" namespace=", " origin=", " level=1 init=",
			" container=\"/"));
}

static int give_away(void)
{
	return TRY(chown(WORK "/other", 1234, 1234));
}

static int do_audited(void *arg)
{
	(void)arg;
	CHECK(try_open(WORK "/other", O_RDONLY) == 0);
	return 0;
}

TEST(audited)
{
	ASSERT_EQ(1, logged(POLICY_TEXT(""), do_audited, NULL));
	EXPECT_TRUE(HAS("nest=\"AUDIT\"", " name=\"" WORK "/other\"",
			" requested_mask=\"r\" denied_mask=\"\""));
}

static int do_quiet(void *arg)
{
	(void)arg;
	CHECK(try_open(WORK "/dir/file", O_RDONLY) == EACCES);
	return 0;
}

TEST(quiet)
{
	EXPECT_EQ(0, logged(POLICY_TEXT(""), do_quiet, NULL));
}

/* Nothing that a container can choose may look like a field of ours. */
static int do_forge(void *arg)
{
	(void)arg;
	prctl(PR_SET_NAME, "a\" uid=7 b\"");
	CHECK(try_open(WORK "/dir/x\" nest=\"ALLOWED", O_CREAT | O_WRONLY) ==
	      EACCES);
	CHECK(try_open(WORK "/dir/\n\x80", O_CREAT | O_WRONLY) == EACCES);
	return 0;
}

TEST(forged_names)
{
	ASSERT_EQ(2, logged(POLICY_TEXT(""), do_forge, NULL));
	EXPECT_EQ(NULL, strstr(log_text, "ALLOWED"));
	EXPECT_EQ(NULL, strstr(log_text, "uid=7"));
	EXPECT_TRUE(HAS(" name=2F73746167652F6469722F7822206E6573743D22414C",
			" comm=6122207569643D3720622"));
	EXPECT_TRUE(HAS(" name=2F73746167652F6469722F0A80 "));
}

static int idle(void *arg)
{
	(void)arg;
	pause();
	return 0;
}

static int do_classes(void *arg)
{
	pid_t pid = fork();

	(void)arg;
	if (!pid)
		_exit(idle(NULL));
	CHECK(socket(AF_UNIX, SOCK_STREAM, 0) < 0);
	CHECK(unshare(CLONE_NEWUTS) < 0);
	CHECK(kill(pid, SIGTERM) < 0);
	CHECK(ptrace(PTRACE_SEIZE, pid, NULL, NULL) < 0);
	return 0;
}

TEST(classes)
{
	ASSERT_LE(4, logged(POLICY_TEXT(""), do_classes, NULL));
	EXPECT_TRUE(HAS("operation=\"create\" profile=\"default\"",
			" family=\"unix\" sock_type=\"stream\"",
			" requested_mask=\"create\" denied_mask=\"create\""));
	EXPECT_TRUE(HAS("operation=\"capable\" profile=\"default\"",
			" capability=21 capname=\"sys_admin\" pid="));
	EXPECT_TRUE(HAS("operation=\"signal\" profile=\"default\"",
			" peer=\"default\" requested_mask=\"send\"",
			" denied_mask=\"send\" signal=term pid="));
	EXPECT_TRUE(HAS("operation=\"ptrace\" profile=\"default\"",
			" peer=\"default\" requested_mask=\"trace\"",
			" denied_mask=\"trace\" pid="));
}

static int do_user_namespace(void *arg)
{
	(void)arg;
	return TRY(unshare(CLONE_NEWUSER));
}

static int do_gates(void *arg)
{
	struct io_uring_params params = { .flags = IORING_SETUP_SQPOLL };

	(void)arg;
	CHECK(unshare(CLONE_NEWUSER) < 0);
	CHECK(syscall(SYS_io_uring_setup, 1, &params) < 0);
	return 0;
}

TEST(gates)
{
	ASSERT_EQ(2, logged("abi <abi/4.0>,\n" POLICY_TEXT(""), do_gates,
			    NULL));
	EXPECT_TRUE(HAS("operation=\"userns_create\" profile=\"default\"",
			" requested=\"userns_create\"",
			" denied=\"userns_create\" pid="));
	EXPECT_TRUE(HAS("operation=\"uring_sqpoll\" profile=\"default\"",
			" requested=\"sqpoll\" denied=\"sqpoll\" pid="));
}

static int do_queue(void *arg)
{
	(void)arg;
	CHECK(msgget(77, IPC_CREAT | 0600) < 0);
	CHECK(mq_open("/q w", O_CREAT | O_RDWR, 0600, NULL) < 0);
	return 0;
}

TEST(queue)
{
	ASSERT_EQ(2, logged(POLICY(ALL_RULES "  mqueue (open read),\n"),
			    do_queue, NULL));
	EXPECT_TRUE(HAS("operation=\"msgget\" profile=\"default\"",
			" name=\"77\" requested=\"create\"",
			" denied=\"create\" pid="));
	EXPECT_TRUE(HAS("operation=\"mq_create\" profile=\"default\"",
			" name=2F712077 requested=\"create\""));
}

static int do_limit(void *arg)
{
	struct rlimit limit = { 1, 11 };

	(void)arg;
	CHECK(setrlimit(RLIMIT_NOFILE, &limit) < 0);
	limit.rlim_max = RLIM_INFINITY;
	CHECK(setrlimit(RLIMIT_CORE, &limit) < 0);
	return 0;
}

TEST(limit)
{
	ASSERT_EQ(2, logged(POLICY(ALL_RULES "  set rlimit nofile <= 10,\n"
				   "  set rlimit core <= 1,\n"), do_limit,
			    NULL));
	EXPECT_TRUE(HAS("operation=\"setrlimit\" profile=\"default\"",
			" rlimit=\"nofile\" value=11 pid="));
	EXPECT_TRUE(HAS(" rlimit=\"core\" value=18446744073709551615 pid="));
}

/* What is audited is permitted, and says so. */
TEST(gates_audited)
{
	ASSERT_LE(1, logged(POLICY(ALL_RULES "  audit userns,\n"),
			    do_user_namespace, NULL));
	EXPECT_TRUE(HAS("nest=\"AUDIT\" operation=\"userns_create\"",
			" requested=\"userns_create\" pid="));
}

static int do_complain(void *arg)
{
	(void)arg;
	CHECK(try_open(WORK "/dir/new", O_CREAT | O_WRONLY) == 0);
	return 0;
}

TEST(complain)
{
	ASSERT_EQ(2, logged("profile default flags=(complain) {\n  / r,\n}\n",
			    do_complain, NULL));
	EXPECT_TRUE(HAS("nest=\"ALLOWED\" operation=\"open\"",
			" requested_mask=\"wc\" denied_mask=\"wc\""));
}

static int in_child(void *arg)
{
	(void)arg;
	return try_open(WORK "/dir/new", O_CREAT | O_WRONLY);
}

static int do_kill(void *arg)
{
	CHECK(sandbox_fork(in_child, arg) == SANDBOX_SIGNAL + SIGKILL);
	return 0;
}

TEST(killed)
{
	ASSERT_EQ(1, logged(POLICY_TEXT("flags=(kill)"), do_kill, NULL));
	EXPECT_TRUE(HAS("nest=\"KILLED\"", " denied_mask=\"c\""));
}

static int do_owner(void *arg)
{
	(void)arg;
	CHECK(!drop_to(1000));
	CHECK(try_open(WORK "/other", O_RDONLY) == 0);
	return 0;
}

/* The file is 1234's, who uses it is 1000. */
TEST(owner)
{
	const struct sandbox sandbox = {
		.policy = POLICY_TEXT(""),
		.files = true,
		.prepare = give_away,
	};
	int fd = open_log();

	ASSERT_LE(0, fd);
	EXPECT_EQ(0, sandbox_run(&sandbox, do_owner, NULL));
	ASSERT_EQ(1, read_log(fd));
	EXPECT_TRUE(HAS(" uid=1000 fsuid=1000 ouid=1234 "));
	close(fd);
}

static int do_flood(void *arg)
{
	(void)arg;
	for (int i = 0; i < 500; i++)
		CHECK(try_open(WORK "/dir/n", O_CREAT | O_WRONLY) == EACCES);
	sleep(2);
	CHECK(try_open(WORK "/dir/last", O_CREAT | O_WRONLY) == EACCES);
	return 0;
}

/* Each event is in the log, or counted by the next one that is. */
TEST(flood)
{
	unsigned long all = 0, unlogged = 0;
	const char *at = log_text;
	int n = logged(POLICY_TEXT(""), do_flood, NULL);

	ASSERT_LT(1, n);
	EXPECT_GT(500, n);
	while ((at = strstr(at, " unlogged="))) {
		at += strlen(" unlogged=");
		unlogged = strtoul(at, NULL, 10);
		all += unlogged;
	}
	EXPECT_EQ(501, all + n);
	EXPECT_TRUE(HAS("/dir/last\"", " unlogged="));
}

NEST_TEST_MAIN
