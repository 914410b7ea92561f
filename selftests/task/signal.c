// SPDX-License-Identifier: GPL-2.0-only
/* Signals by rules: who may send which to whom, and who may receive it. */
#include <signal.h>
#include <sys/stat.h>
#include "nest_test.h"
#include "victim.h"

#define BIN	WORK "/bin/"

#define SIDES(of_default, of_svc) \
	"profile default {\n" OWN_RULES of_default \
	"  " BIN "svc px,\n  " BIN "same ix,\n  " BIN "free ux,\n}\n" \
	"profile svc " BIN "svc {\n  /** rm,\n" of_svc "}\n"
#define SENDS	"  signal send,\n"
#define GETS	"  signal receive,\n"

static int prepare(void)
{
	if (mkdir(BIN, 0755))
		return errno;
	return sandbox_copy_self(BIN "svc") ?:
	       TRY(link(BIN "svc", BIN "same")) ?:
	       TRY(link(BIN "svc", BIN "free"));
}

struct attempt {
	const char *program;
	int signal;
};

/* The default profile sends a signal to a child that executed the program. */
static int try_signal(void *arg)
{
	const struct attempt *attempt = arg;
	struct victim victim;
	int err, status;

	CHECK(!victim_start(&victim, attempt->program));
	err = TRY(kill(victim.pid, attempt->signal));
	status = victim_end(&victim);
	/* what is refused does not arrive, what is sent does */
	CHECK(status == (err || !attempt->signal ? 0 :
			 SANDBOX_SIGNAL + attempt->signal));
	return err;
}

static int signalled(const char *policy, const char *program, int signal)
{
	const struct sandbox sandbox = {
		.policy = policy,
		.files = true,
		.prepare = prepare,
	};
	struct attempt attempt = { program, signal };

	return sandbox_run(&sandbox, try_signal, &attempt);
}

#define ALLOWED(policy, program, signal) \
	EXPECT_EQ(0, signalled(policy, BIN program, signal))
#define REFUSED(policy, program, signal) \
	EXPECT_TRUE(is_refusal(signalled(policy, BIN program, signal)))

TEST(without_rules)
{
	REFUSED(SIDES("", ""), "svc", SIGUSR1);
	REFUSED(SIDES(SENDS, ""), "svc", SIGUSR1);
	REFUSED(SIDES("", GETS), "svc", SIGUSR1);
	ALLOWED(SIDES(SENDS, GETS), "svc", SIGUSR1);
	/* the abi says nothing about it */
	REFUSED("abi <abi/3.0>,\n" SIDES("", ""), "svc", SIGUSR1);
	ALLOWED("abi <abi/3.0>,\n" SIDES(SENDS, GETS), "svc", SIGUSR1);
}

TEST(both_sides)
{
	ALLOWED(SIDES("  signal,\n", "  signal,\n"), "svc", SIGUSR1);
	REFUSED(SIDES("  signal receive,\n", "  signal,\n"), "svc", SIGUSR1);
	REFUSED(SIDES("  signal,\n", "  signal send,\n"), "svc", SIGUSR1);
}

TEST(set)
{
	static const char usr1[] = SIDES("  signal send set=(usr1),\n", GETS);
	static const char received[] = SIDES(SENDS, "  signal receive set=usr1,\n");
	static const char null[] = SIDES("  signal send set=(exists),\n", GETS);

	ALLOWED(usr1, "svc", SIGUSR1);
	REFUSED(usr1, "svc", SIGTERM);
	REFUSED(usr1, "svc", 0);
	ALLOWED(received, "svc", SIGUSR1);
	REFUSED(received, "svc", SIGTERM);
	ALLOWED(null, "svc", 0);
	REFUSED(null, "svc", SIGUSR1);
}

TEST(peer)
{
	static const char to[] = SIDES("  signal send peer=s?c,\n", GETS);
	static const char from[] = SIDES(SENDS, "  signal receive peer=default,\n");
	static const char other[] = SIDES(SENDS, "  signal receive peer=x,\n");

	ALLOWED(to, "svc", SIGUSR1);
	REFUSED(to, "free", SIGUSR1);
	ALLOWED(from, "svc", SIGUSR1);
	REFUSED(other, "svc", SIGUSR1);
}

TEST(unconfined_peer)
{
	static const char only[] = SIDES("  signal send peer=unconfined,\n", GETS);

	ALLOWED(only, "free", SIGUSR1);
	REFUSED(only, "svc", SIGUSR1);
}

TEST(deny)
{
	static const char but[] =
		SIDES("  signal,\n  deny signal send set=(term) peer=svc,\n", GETS);

	REFUSED(but, "svc", SIGTERM);
	ALLOWED(but, "svc", SIGUSR1);
	ALLOWED(but, "free", SIGTERM);
}

static int wait_for_signal(void *arg)
{
	gate_open(arg);
	pause();
	return 0;
}

/* A layer binds no sender outside of it: the host ends what it wants to. */
TEST(sender_outside)
{
	const struct sandbox sandbox = {
		.policy = POLICY(OWN_RULES),
		.files = true,
	};
	struct gate ready;
	pid_t pid;

	ASSERT_EQ(0, gate_init(&ready));
	pid = sandbox_start(&sandbox, wait_for_signal, &ready);
	ASSERT_LT(0, pid);
	gate_pass(&ready);
	EXPECT_EQ(0, kill(pid, SIGKILL));
	EXPECT_EQ(SANDBOX_SIGNAL + SIGKILL, sandbox_wait(pid));
}

NEST_TEST_MAIN
