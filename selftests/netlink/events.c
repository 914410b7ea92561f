// SPDX-License-Identifier: GPL-2.0-only
/* Events: what is in them, who gets them, and what a flood does. */
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/socket.h>
#include <time.h>
#include "label.h"
#include "nest_test.h"

#define NARROW	POLICY("  capability mac_admin,\n  capability setuid,\n" \
		       "  capability setgid,\n" \
		       "  network netlink,\n  /proc/** r,\n  / r,\n" \
		       "  " WORK "/file r,\n  audit " WORK "/other r,\n" \
		       "  deny " WORK "/dir/file r,\n" \
		       "  audit deny " WORK "/dir/ r,\n")

/* What was got; the strings are copies. */
struct got {
	unsigned int n;
	uint64_t lost;
	struct nest_event event;
	char operation[32];
	char path[128];
	char domain[64];
	char comm[32];
};

static void copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from ?: "");
}

static int take(const struct nest_event *event, void *arg)
{
	struct got *got = arg;

	got->n++;
	got->event = *event;
	got->lost = event->lost;
	copy(got->operation, sizeof(got->operation), event->operation);
	copy(got->path, sizeof(got->path), event->path);
	copy(got->domain, sizeof(got->domain), event->domain);
	copy(got->comm, sizeof(got->comm), event->comm);
	return 0;
}

static struct got drain(struct nest *nest)
{
	struct got got = { 0 };
	unsigned int before;

	do {
		before = got.n;
		nest_events(nest, 200, take, &got);
	} while (got.n != before);
	return got;
}

static int run(const char *policy, sandbox_fn body)
{
	const struct sandbox sandbox = { .policy = policy, .files = true };

	return sandbox_run(&sandbox, body, NULL);
}

static int do_denial(void *arg)
{
	struct got got;

	(void)arg;
	CHECK(!nest_subscribe(sandbox_nest));
	CHECK(try_open(WORK "/dir/new", O_CREAT | O_WRONLY) == EACCES);
	got = drain(sandbox_nest);
	CHECK(got.n == 1);
	CHECK(got.event.class == NEST_CLASS_FILE);
	CHECK(got.event.verdict == NEST_VERDICT_DENIED);
	CHECK(got.event.pid == 1 && got.event.uid == 0);
	CHECK(got.event.ns == pidns_of(0));
	CHECK(got.event.origin == got.event.ns);
	CHECK(got.event.denied && got.event.requested);
	CHECK(!(got.event.denied & ~got.event.requested));
	CHECK(got.event.time);
	CHECK(!strcmp(got.path, WORK "/dir/new"));
	CHECK(!strcmp(got.domain, "default"));
	CHECK(got.operation[0] && got.comm[0]);
	return 0;
}

TEST(denial)
{
	EXPECT_EQ(0, run(NARROW, do_denial));
}

static int do_quiet(void *arg)
{
	struct got got;

	(void)arg;
	CHECK(!nest_subscribe(sandbox_nest));
	CHECK(try_open(WORK "/file", O_RDONLY) == 0);
	CHECK(try_open(WORK "/dir/file", O_RDONLY) == EACCES);
	CHECK(drain(sandbox_nest).n == 0);
	CHECK(try_open(WORK "/other", O_RDONLY) == 0);
	got = drain(sandbox_nest);
	CHECK(got.n == 1 && got.event.verdict == NEST_VERDICT_ALLOWED);
	CHECK(!got.event.denied);
	CHECK(try_open(WORK "/dir", O_RDONLY) == EACCES);
	got = drain(sandbox_nest);
	CHECK(got.n == 1 && got.event.verdict == NEST_VERDICT_DENIED);
	CHECK(!strcmp(got.path, WORK "/dir/"));
	return 0;
}

/* An explicit denial is quiet, an audited rule is not. */
TEST(quiet_and_audited)
{
	EXPECT_EQ(0, run(NARROW, do_quiet));
}

static int do_complain(void *arg)
{
	struct got got;

	(void)arg;
	CHECK(!nest_subscribe(sandbox_nest));
	CHECK(try_open(WORK "/file", O_RDONLY) == 0);
	got = drain(sandbox_nest);
	CHECK(got.n == 1);
	CHECK(got.event.verdict == NEST_VERDICT_ALLOWED);
	CHECK(got.event.denied);
	return 0;
}

TEST(complain)
{
	EXPECT_EQ(0, run("profile default flags=(complain) {\n"
			 "  network,\n  capability,\n}\n", do_complain));
}

static int do_classes(void *arg)
{
	struct got got;

	(void)arg;
	CHECK(!nest_subscribe(sandbox_nest));
	CHECK(socket(AF_UNIX, SOCK_STREAM, 0) < 0);
	got = drain(sandbox_nest);
	CHECK(got.n == 1 && got.event.class == NEST_CLASS_NETWORK);
	CHECK(got.event.requested ==
	      ((uint64_t)AF_UNIX << 32 | SOCK_STREAM));
	CHECK(unshare(CLONE_NEWUTS) < 0 && errno == EPERM);
	got = drain(sandbox_nest);
	CHECK(got.n >= 1 && got.event.class == NEST_CLASS_CAPABILITY);
	CHECK(got.event.requested == CAP_SYS_ADMIN);
	return 0;
}

TEST(classes)
{
	EXPECT_EQ(0, run(NARROW, do_classes));
}

static struct gate gates[2];

static int deny_once(void *arg)
{
	(void)arg;
	gate_open(&gates[0]);
	gate_pass(&gates[1]);
	try_open(WORK "/nothing", O_CREAT | O_WRONLY);
	return 0;
}

static int listen_beside(void *arg)
{
	const struct gate *pass = arg;

	CHECK(!nest_subscribe(sandbox_nest));
	gate_open(&pass[0]);
	gate_pass(&pass[1]);
	CHECK(drain(sandbox_nest).n == 0);
	/* its own it does see */
	try_open(WORK "/mine", O_CREAT | O_WRONLY);
	CHECK(drain(sandbox_nest).n == 1);
	return 0;
}

/* I4: the host sees a container's events, a sibling does not. */
TEST(own_and_below_only)
{
	const struct sandbox sandbox = { .policy = NARROW, .files = true };
	struct gate listener[2];
	struct got got;
	pid_t loud, beside;

	ASSERT_EQ(0, gate_init(&gates[0]) | gate_init(&gates[1]));
	ASSERT_EQ(0, gate_init(&listener[0]) | gate_init(&listener[1]));
	ASSERT_EQ(0, nest_open(&sandbox_nest, NULL));
	ASSERT_EQ(0, nest_subscribe(sandbox_nest));
	loud = sandbox_start(&sandbox, deny_once, NULL);
	beside = sandbox_start(&sandbox, listen_beside, listener);
	gate_pass(&gates[0]);
	gate_pass(&listener[0]);
	gate_open(&gates[1]);
	got = drain(sandbox_nest);
	EXPECT_EQ(1, got.n);
	EXPECT_EQ(loud, got.event.pid);
	EXPECT_EQ(0, strcmp(got.path, WORK "/nothing"));
	gate_open(&listener[1]);
	EXPECT_EQ(0, sandbox_wait(loud));
	EXPECT_EQ(0, sandbox_wait(beside));
}

static int do_flood(void *arg)
{
	const unsigned int most = 5000;
	struct nest_layer layer;
	struct got got, again;
	time_t start = time(NULL);
	uint64_t bound;
	unsigned int n;

	(void)arg;
	CHECK(!nest_subscribe(sandbox_nest));
	/* a debug kernel is slow: it gets ten seconds */
	for (n = 0; n < most && time(NULL) < start + 10; n++)
		CHECK(try_open(WORK "/no", O_CREAT | O_WRONLY) == EACCES);
	/* 200 in each second that has begun */
	bound = 200 * (uint64_t)(time(NULL) - start + 2);
	got = drain(sandbox_nest);
	CHECK(got.n > 0 && got.n <= bound);
	/* a second later there is room again */
	sleep(2);
	CHECK(try_open(WORK "/no", O_CREAT | O_WRONLY) == EACCES);
	again = drain(sandbox_nest);
	CHECK(again.n == 1);
	/* nothing is lost without being counted, here or there */
	CHECK(!sandbox_own_layer(&layer));
	CHECK(layer.denials == n + 1);
	CHECK(layer.lost + got.lost > 0 || bound >= n);
	CHECK(got.n + again.n + layer.lost + again.lost == n + 1);
	return 0;
}

/* I3: a container's denials cost the subscriber a bounded amount. */
TEST(flood)
{
	EXPECT_EQ(0, run(NARROW, do_flood));
}

static int do_overrun(void *arg)
{
	const int small = 4096, n = 100;
	struct got got, again;

	(void)arg;
	CHECK(!nest_subscribe(sandbox_nest));
	CHECK(!setsockopt(nest_event_fd(sandbox_nest), SOL_SOCKET, SO_RCVBUF,
			  &small, sizeof(small)));
	for (int i = 0; i < n; i++)
		CHECK(try_open(WORK "/no", O_CREAT | O_WRONLY) == EACCES);
	usleep(100000);
	/* An overrun is no failure: what comes later says what was lost. */
	got = drain(sandbox_nest);
	CHECK(got.n > 0 && got.n < (unsigned int)n);
	CHECK(try_open(WORK "/no", O_CREAT | O_WRONLY) == EACCES);
	again = drain(sandbox_nest);
	CHECK(again.n == 1);
	CHECK(got.n + again.n + again.lost == (unsigned int)n + 1);
	return 0;
}

/* A reader that is too slow goes on reading. */
TEST(overrun)
{
	EXPECT_EQ(0, run(NARROW, do_overrun));
}

static int subscribe_as_user(void *arg)
{
	(void)arg;
	CHECK(!drop_to(1000));
	CHECK(!nest_open(&sandbox_nest, NULL));
	return -nest_subscribe(sandbox_nest);
}

/* What others do in the container is its root's to know. */
TEST(ordinary_user_cannot_subscribe)
{
	EXPECT_EQ(EPERM, run(NARROW, subscribe_as_user));
}

NEST_TEST_MAIN
