// SPDX-License-Identifier: GPL-2.0-only
/*
 * I4: the own layer of a container without a user namespace, delegated to a
 * user of it: who may give and take that, and what it is good for.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "box.h"
#include "genl.h"
#include "label.h"
#include "nest_test.h"

#define USER	1000

#define RULES	"  network,\n  / r,\n  /proc/** r,\n  " WORK "/file r,\n"
#define NARROW	POLICY("  capability,\n" RULES)
#define WIDE	POLICY("  capability,\n  network,\n  / r,\n  /** r,\n")

static const struct sandbox rootful = { .rootful = true, .files = true };
static struct gate delegated, forbidden;

static const struct sandbox plain = { .files = true };

static int remove_own(void)
{
	const struct nest_target own = { 0 };

	return -nest_layer_remove(sandbox_nest, &own, NEST_ANY_REVISION);
}

static bool explained(const char *text)
{
	const char *message = nest_error(sandbox_nest)->message;

	if (strstr(message, text))
		return true;
	fprintf(stderr, "# it said \"%s\", not \"%s\"\n", message, text);
	return false;
}

static int is_narrow(void)
{
	CHECK(try_open(WORK "/file", O_RDONLY) == 0);
	CHECK(try_open(WORK "/other", O_RDONLY) == EACCES);
	return 0;
}

static int root_loads(void *arg)
{
	(void)arg;
	CHECK(!box_weaken());
	CHECK(sandbox_load(sandbox_nest, NARROW) == EPERM);
	CHECK(explained("CAP_MAC_ADMIN is needed"));
	box_turn();
	CHECK(!sandbox_load(sandbox_nest, NARROW));
	CHECK(!is_narrow());
	CHECK(!sandbox_load(sandbox_nest, WIDE));
	CHECK(try_open(WORK "/other", O_RDONLY) == 0);
	CHECK(!remove_own());
	CHECK(remove_own() == ENOENT);
	CHECK(!sandbox_load(sandbox_nest, NARROW));
	CHECK(box_delegations() == 1);
	box_turn();
	return 0;
}

static int is_delegated(pid_t pid, uint32_t uid)
{
	struct nest_delegation *list;
	size_t count;

	CHECK(!nest_delegation_list(sandbox_nest, &list, &count));
	CHECK(count == 1);
	CHECK(list->ns == pidns_of(pid) && list->by == pidns_of(0));
	CHECK(list->pid == pid && list->level == 1 && list->uid == uid);
	free(list);
	return 0;
}

TEST(root_of_a_container)
{
	pid_t pid;

	ASSERT_EQ(0, box_settle());
	pid = box_start(&rootful, root_loads, NULL);
	EXPECT_EQ(0, box_delegate(pid, NEST_ROOT_OF_OWNER));
	EXPECT_EQ(0, is_delegated(pid, 0));
	box_next();
	/* this one is not bound, and the layer is a container's own */
	EXPECT_EQ(0, TRY(mkdir(WORK "/d", 0755)));
	EXPECT_EQ(0, is_delegated(pid, 0));
	EXPECT_EQ(0, box_end(pid));
	/* the delegation dies with the namespace */
	EXPECT_EQ(0, box_settle());
}

static int user_loads(void *arg)
{
	int expected = *(int *)arg;

	/* the socket is root's */
	CHECK(!drop_to(USER));
	CHECK(sandbox_load(sandbox_nest, NARROW) == EPERM);
	if (!expected)
		CHECK(explained("opened by another user"));
	CHECK(!nest_open(&sandbox_nest, NULL));
	CHECK(sandbox_load(sandbox_nest, NARROW) == expected);
	return 0;
}

/* Opened by the user, sent by root, without an address. */
static int send_for_user(void)
{
	struct genl_msg msg;
	struct genl genl;

	CHECK(!seteuid(USER));
	CHECK(!genl_open(&genl));
	CHECK(!seteuid(0));
	CHECK(!box_weaken());
	genl_msg(&msg, &genl, NEST_CMD_LAYER_DEL, 0);
	CHECK(genl_call(&genl, &msg) == EPERM);
	CHECK(strstr(genl.message, "opened by another user"));
	genl_close(&genl);
	return 0;
}

static int both_load(void *arg)
{
	int refused = EPERM, done = 0;

	(void)arg;
	CHECK(!box_weaken());
	/* delegated to root */
	box_turn();
	CHECK(sandbox_fork(user_loads, &refused) == 0);
	CHECK(!sandbox_load(sandbox_nest, NARROW));
	CHECK(!send_for_user());
	CHECK(!remove_own());
	/* delegated to the user, and so no more to root */
	box_turn();
	CHECK(sandbox_load(sandbox_nest, NARROW) == EPERM);
	CHECK(explained("delegated to another user"));
	CHECK(sandbox_fork(user_loads, &done) == 0);
	CHECK(!is_narrow());
	CHECK(remove_own() == EPERM);
	return 0;
}

TEST(only_the_delegate)
{
	pid_t pid;

	ASSERT_EQ(0, box_settle());
	pid = box_start(&rootful, both_load, NULL);
	EXPECT_EQ(0, box_delegate(pid, 0));
	box_next();
	EXPECT_EQ(0, box_delegate(pid, USER));
	EXPECT_EQ(1, box_delegations());
	EXPECT_EQ(0, box_end(pid));
}

/* A namespace below: of the same owner, and the same user is root there. */
static int load_below(void *arg)
{
	(void)arg;
	CHECK(!box_weaken());
	CHECK(box_delegations() == 0);
	CHECK(sandbox_load(sandbox_nest, NARROW) == EPERM);
	CHECK(explained("CAP_MAC_ADMIN is needed"));
	return 0;
}

static int wait_for_kill(void *arg)
{
	(void)arg;
	pause();
	return 0;
}

static int reach_out(void *arg)
{
	const struct sandbox below = { .rootful = true };
	uint32_t ns = pidns_of(0);
	struct genl_msg msg;
	struct genl genl;
	pid_t pid;

	(void)arg;
	CHECK(!box_weaken());
	box_turn();
	CHECK(!sandbox_load(sandbox_nest, POLICY(ALL_RULES "  mount,\n")));
	CHECK(sandbox_run(&below, load_below, NULL) == 0);
	/* to impose on those below is not delegated */
	pid = sandbox_start(&below, wait_for_kill, NULL);
	CHECK(sandbox_impose(sandbox_nest, NARROW, pid) == EPERM);
	CHECK(explained("the own layer of its pid namespace alone"));
	/* nor to delegate further, to withdraw, to watch, to detach */
	CHECK(box_delegate(pid, 0) == EPERM);
	CHECK(box_withdraw(pid) == EPERM);
	CHECK(box_delegate(1, USER) == EPERM);
	CHECK(box_withdraw(1) == EPERM);
	CHECK(nest_subscribe(sandbox_nest) == -EPERM);
	CHECK(nest_detach(sandbox_nest) == -EPERM);
	kill(pid, SIGKILL);
	sandbox_wait(pid);
	/* what the host imposed is out of reach */
	CHECK(!genl_open(&genl));
	genl_msg(&msg, &genl, NEST_CMD_LAYER_DEL, 0);
	genl_put_u32(&msg, NEST_A_ORIGIN, box_host_ns);
	CHECK(genl_call(&genl, &msg) == EPERM);
	genl_msg(&msg, &genl, NEST_CMD_LAYER_DEL, 0);
	genl_put_u32(&msg, NEST_A_ORIGIN, ns);
	CHECK(genl_call(&genl, &msg) == 0);
	return 0;
}

/* Of another container, delegated to nobody. */
static int beside(void *arg)
{
	(void)arg;
	CHECK(!box_weaken());
	CHECK(box_delegations() == 0);
	CHECK(sandbox_load(sandbox_nest, NARROW) == EPERM);
	return 0;
}

TEST(nothing_above_below_or_beside)
{
	pid_t pid;

	ASSERT_EQ(0, box_settle());
	pid = box_start(&rootful, reach_out, NULL);
	EXPECT_EQ(0, box_delegate(pid, NEST_ROOT_OF_OWNER));
	EXPECT_EQ(0, sandbox_impose(sandbox_nest,
				    POLICY(ALL_RULES "  mount,\n"), pid));
	EXPECT_EQ(0, sandbox_run(&rootful, beside, NULL));
	EXPECT_EQ(0, box_end(pid));
}

static struct genl genl;

/* A message to one of the two commands. */
static int send_to(uint8_t cmd, uint32_t pid, uint32_t ns, int64_t uid)
{
	struct genl_msg msg;

	genl_msg(&msg, &genl, cmd, 0);
	if (pid)
		genl_put_u32(&msg, NEST_A_PID, pid);
	if (ns)
		genl_put_u32(&msg, NEST_A_NS, ns);
	if (uid >= 0)
		genl_put_u32(&msg, NEST_A_UID, uid);
	return genl_call(&genl, &msg);
}

static int refused(int err, int expected, const char *text)
{
	if (err != expected || !strstr(genl.message, text))
		fprintf(stderr, "# errno %d \"%s\", not %d \"%s\"\n", err,
			genl.message, expected, text);
	CHECK(err == expected);
	CHECK(strstr(genl.message, text));
	CHECK(box_delegations() == 0);
	return 0;
}

static int wait_turn(void *arg)
{
	(void)arg;
	box_turn();
	return 0;
}

/* Both commands take a target in the same way. */
static int bad_targets(uint8_t cmd, uint32_t pid, uint32_t ns)
{
	CHECK(!refused(send_to(cmd, 0, 0, -1), EINVAL,
		       "the initial pid namespace takes no layers"));
	CHECK(!refused(send_to(cmd, getpid(), pidns_of(0), -1), EINVAL,
		       "the initial pid namespace takes no layers"));
	CHECK(!refused(send_to(cmd, pid, 0, -1), EINVAL, "go together"));
	CHECK(!refused(send_to(cmd, 0, ns, -1), EINVAL, "go together"));
	CHECK(!refused(send_to(cmd, pid, ns + 1, -1), ESRCH, "recycled"));
	CHECK(!refused(send_to(cmd, 4000000, ns, -1), ESRCH,
		       "no such process"));
	return 0;
}

TEST(bad_requests)
{
	struct genl_msg msg;
	uint32_t ns;
	pid_t pid;

	ASSERT_EQ(0, box_settle());
	ASSERT_EQ(0, genl_open(&genl));
	pid = box_start(&rootful, wait_turn, NULL);
	ns = pidns_of(pid);
	EXPECT_EQ(0, bad_targets(NEST_CMD_DELEGATE, pid, ns));
	EXPECT_EQ(0, bad_targets(NEST_CMD_WITHDRAW, pid, ns));
	EXPECT_EQ(0, refused(send_to(NEST_CMD_WITHDRAW, pid, ns, -1), ENOENT,
			     "the layer is not delegated"));
	EXPECT_EQ(0, refused(send_to(NEST_CMD_DELEGATE, pid, ns, UINT32_MAX),
			     EINVAL, "the uid has no mapping"));
	/* not of this command */
	EXPECT_EQ(EINVAL, send_to(NEST_CMD_WITHDRAW, pid, ns, 0));
	genl_msg(&msg, &genl, NEST_CMD_DELEGATE, 0);
	genl_put_u32(&msg, NEST_A_PID, pid);
	genl_put_u32(&msg, NEST_A_NS, ns);
	genl_put_u32(&msg, NEST_A_ORIGIN, ns);
	EXPECT_EQ(EINVAL, genl_call(&genl, &msg));
	EXPECT_EQ(0, box_delegations());
	EXPECT_EQ(0, box_end(pid));
}

/* All capabilities, and yet: what is one's own is not one's to delegate. */
static int from_within(void *arg)
{
	(void)arg;
	CHECK(!genl_open(&genl));
	CHECK(!refused(send_to(NEST_CMD_DELEGATE, 0, 0, -1), EPERM,
		       "delegated from outside of it alone"));
	CHECK(!refused(send_to(NEST_CMD_DELEGATE, 1, pidns_of(0), 0), EPERM,
		       "delegated from outside of it alone"));
	CHECK(!refused(send_to(NEST_CMD_WITHDRAW, 1, pidns_of(0), -1), EPERM,
		       "delegated from outside of it alone"));
	CHECK(!box_weaken());
	CHECK(!refused(send_to(NEST_CMD_DELEGATE, 0, 0, -1), EPERM,
		       "CAP_MAC_ADMIN is needed"));
	CHECK(!refused(send_to(NEST_CMD_WITHDRAW, 0, 0, -1), EPERM,
		       "CAP_MAC_ADMIN is needed"));
	return 0;
}

TEST(not_from_within)
{
	EXPECT_EQ(0, sandbox_run(&rootful, from_within, NULL));
	EXPECT_EQ(0, sandbox_run(&plain, from_within, NULL));
}

struct place {
	pid_t pid;
	uint32_t ns;
};

static int user_delegates(void *arg)
{
	const struct place *place = arg;

	CHECK(!drop_to(USER));
	CHECK(!genl_open(&genl));
	CHECK(!refused(send_to(NEST_CMD_DELEGATE, place->pid, place->ns, USER),
		       EPERM, "CAP_MAC_ADMIN is needed"));
	CHECK(!refused(send_to(NEST_CMD_WITHDRAW, place->pid, place->ns, -1),
		       EPERM, "CAP_MAC_ADMIN is needed"));
	return 0;
}

TEST(ordinary_user_of_the_host)
{
	struct place place;

	ASSERT_EQ(0, box_settle());
	place.pid = box_start(&rootful, wait_turn, NULL);
	place.ns = pidns_of(place.pid);
	EXPECT_EQ(0, sandbox_fork(user_delegates, &place));
	EXPECT_EQ(0, box_end(place.pid));
}

/* A user namespace that maps nobody, as its maker's child sees it. */
static pid_t start_unmapped(void)
{
	pid_t pid = syscall(SYS_clone, CLONE_NEWUSER | CLONE_NEWPID | SIGCHLD,
			    0UL, NULL, NULL, 0UL);

	if (!pid) {
		pause();
		_exit(0);
	}
	return pid;
}

TEST(owner_without_root)
{
	pid_t pid = start_unmapped();

	ASSERT_LT(0, pid);
	ASSERT_EQ(0, box_settle());
	EXPECT_EQ(EINVAL, box_delegate(pid, NEST_ROOT_OF_OWNER));
	EXPECT_TRUE(explained("has no root; name a uid"));
	EXPECT_EQ(0, box_delegate(pid, USER));
	kill(pid, SIGKILL);
	sandbox_wait(pid);
}

static int middle(void *arg)
{
	pid_t pid;

	(void)arg;
	pid = sandbox_start(&rootful, wait_for_kill, NULL);
	/* nobody's so far */
	CHECK(!box_delegate(pid, 0));
	CHECK(box_delegations() == 1);
	box_turn();
	/* now the host's */
	CHECK(box_delegate(pid, 0) == EPERM);
	CHECK(explained("from a pid namespace further out"));
	CHECK(box_withdraw(pid) == EPERM);
	CHECK(explained("from a pid namespace further out"));
	box_turn();
	CHECK(box_withdraw(pid) == ENOENT);
	CHECK(!box_delegate(pid, 0));
	CHECK(!box_withdraw(pid));
	return 0;
}

/* The pid of the second level's first process, as the host counts. */
static pid_t second_level(pid_t first)
{
	pid_t pid = first;

	while (pidns_of(++pid) == pidns_of(0) || !pidns_of(pid) ||
	       pidns_of(pid) == pidns_of(first))
		if (pid > first + 1000)
			return 0;
	return pid;
}

/* Whoever is further out has the last word. */
TEST(three_levels)
{
	pid_t pid, second;

	ASSERT_EQ(0, box_settle());
	pid = box_start(&rootful, middle, NULL);
	second = second_level(pid);
	ASSERT_LT(0, second);
	EXPECT_EQ(0, box_delegate(second, 0));
	EXPECT_EQ(1, box_delegations());
	box_next();
	EXPECT_EQ(0, box_withdraw(second));
	EXPECT_EQ(0, box_end(pid));
}

/* A user namespace has its own ids. */
static int ids_of_middle(void *arg)
{
	struct nest_delegation *list;
	size_t count;
	pid_t pid;

	(void)arg;
	pid = sandbox_start(&plain, wait_for_kill, NULL);
	CHECK(box_delegate(pid, 70000) == EINVAL);
	CHECK(explained("the uid has no mapping"));
	CHECK(!box_delegate(pid, 5));
	CHECK(!nest_delegation_list(sandbox_nest, &list, &count));
	CHECK(count == 1 && list->uid == 5 && list->level == 2);
	return 0;
}

TEST(ids_of_a_user_namespace)
{
	EXPECT_EQ(0, sandbox_run(&plain, ids_of_middle, NULL));
}

static int loaded_and_left(void *arg)
{
	(void)arg;
	CHECK(!box_weaken());
	box_turn();
	CHECK(!sandbox_load(sandbox_nest, NARROW));
	box_turn();
	/* withdrawn: in force, and nobody's in here */
	CHECK(!is_narrow());
	CHECK(sandbox_load(sandbox_nest, WIDE) == EPERM);
	CHECK(remove_own() == EPERM);
	CHECK(!is_narrow());
	box_turn();
	/* removed from outside */
	CHECK(try_open(WORK "/other", O_RDONLY) == 0);
	return 0;
}

TEST(withdrawn_while_in_force)
{
	pid_t pid;

	ASSERT_EQ(0, box_settle());
	pid = box_start(&rootful, loaded_and_left, NULL);
	EXPECT_EQ(ENOENT, box_remove(pid));
	EXPECT_EQ(0, box_delegate(pid, 0));
	box_next();
	EXPECT_EQ(0, box_withdraw(pid));
	EXPECT_EQ(ENOENT, box_withdraw(pid));
	box_next();
	EXPECT_EQ(0, box_remove(pid));
	EXPECT_EQ(ENOENT, box_remove(pid));
	EXPECT_EQ(0, box_end(pid));
}

static int loads_by_capability(void *arg)
{
	(void)arg;
	box_turn();
	CHECK(!sandbox_load(sandbox_nest, NARROW));
	box_turn();
	return is_narrow();
}

/* A container's own layer is not the host's to remove, unless delegated. */
TEST(what_was_not_delegated)
{
	const struct sandbox *const kinds[] = { &rootful, &plain };
	pid_t pid;

	ASSERT_EQ(0, box_settle());
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		pid = box_start(kinds[i], loads_by_capability, NULL);
		EXPECT_EQ(0, box_delegate(pid, USER));
		box_next();
		EXPECT_EQ(EPERM, box_remove(pid));
		EXPECT_TRUE(explained("or delegated it"));
		EXPECT_EQ(0, box_end(pid));
	}
}

static int confined_delegate(void *arg)
{
	(void)arg;
	CHECK(!box_weaken());
	box_turn();
	CHECK(!sandbox_load(sandbox_nest, POLICY(RULES)));
	CHECK(sandbox_load(sandbox_nest, WIDE) == EPERM);
	CHECK(explained("does not allow capability mac_admin"));
	CHECK(remove_own() == EPERM);
	CHECK(!is_narrow());
	return 0;
}

static int allowed_delegate(void *arg)
{
	(void)arg;
	CHECK(!box_weaken());
	box_turn();
	CHECK(!sandbox_load(sandbox_nest,
			    POLICY("  capability mac_admin,\n" RULES)));
	CHECK(!is_narrow());
	return remove_own();
}

/* I2: a service that runs as the delegate does not get out of its domain. */
TEST(delegate_in_a_domain)
{
	pid_t pid;

	ASSERT_EQ(0, box_settle());
	pid = box_start(&rootful, confined_delegate, NULL);
	EXPECT_EQ(0, box_delegate(pid, 0));
	EXPECT_EQ(0, box_end(pid));
	pid = box_start(&rootful, allowed_delegate, NULL);
	EXPECT_EQ(0, box_delegate(pid, 0));
	EXPECT_EQ(0, box_end(pid));
}

/* Bounded: the hundredth replaces the first. */
TEST(one_for_each_namespace)
{
	pid_t pid;

	ASSERT_EQ(0, box_settle());
	pid = box_start(&rootful, wait_turn, NULL);
	for (int i = 0; i < 100; i++)
		ASSERT_EQ(0, box_delegate(pid, i));
	EXPECT_EQ(1, box_delegations());
	EXPECT_EQ(0, is_delegated(pid, 99));
	EXPECT_EQ(0, box_end(pid));
	EXPECT_EQ(0, box_settle());
}

static int outer(void *arg)
{
	pid_t pid;

	(void)arg;
	pid = box_start(&rootful, loaded_and_left, NULL);
	CHECK(!box_delegate(pid, 0));
	box_next();
	return 0;
}

/* Everything goes at once, the delegated layer and who delegated it. */
TEST(all_levels_die)
{
	ASSERT_EQ(0, box_settle());
	EXPECT_EQ(0, sandbox_run(&plain, outer, NULL));
	EXPECT_EQ(0, box_settle());
}

#define PARAMETER	"/sys/module/nest/parameters/unprivileged"

static int load_after_all(void *arg)
{
	int expected = *(int *)arg;

	CHECK(!box_weaken());
	box_turn();
	CHECK(sandbox_load(sandbox_nest, NARROW) == expected);
	if (expected)
		CHECK(explained("from user namespaces is turned off"));
	return 0;
}

static int delegate_from_user_namespace(void *arg)
{
	pid_t pid = box_start(&rootful, load_after_all, arg);

	CHECK(!box_delegate(pid, 0));
	/* before the host forbids it */
	gate_open(&delegated);
	gate_pass(&forbidden);
	CHECK(box_delegate(pid, 0) == EPERM);
	return box_end(pid);
}

/*
 * What a user namespace may not do, it may not let others do; what the host
 * delegates stands.
 */
TEST(unprivileged)
{
	int refused = EPERM, done = 0;
	pid_t pid;

	ASSERT_EQ(0, box_settle());
	ASSERT_EQ(0, gate_init(&delegated) | gate_init(&forbidden));
	pid = sandbox_start(&plain, delegate_from_user_namespace, &refused);
	gate_pass(&delegated);
	EXPECT_EQ(0, put_text(PARAMETER, "N"));
	gate_open(&forbidden);
	EXPECT_EQ(0, sandbox_wait(pid));
	pid = box_start(&plain, load_after_all, &done);
	EXPECT_EQ(0, box_delegate(pid, NEST_ROOT_OF_OWNER));
	EXPECT_EQ(0, box_end(pid));
	EXPECT_EQ(0, put_text(PARAMETER, "Y"));
}

NEST_TEST_MAIN
