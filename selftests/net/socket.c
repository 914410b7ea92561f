// SPDX-License-Identifier: GPL-2.0-only
/* Socket rules by family and type. */
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "nest_test.h"

struct kind {
	int family, type, protocol;
};

static int make(const struct kind *kind)
{
	int fd = socket(kind->family, kind->type, kind->protocol);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int run_kind(void *arg)
{
	return make(arg);
}

static int run(const char *policy, const struct kind *kind)
{
	const struct sandbox sandbox = { .policy = policy };

	return sandbox_run(&sandbox, run_kind, (void *)kind);
}

FIXTURE(kind) {
};

FIXTURE_SETUP(kind) {
}

FIXTURE_TEARDOWN(kind) {
}

/* @rule: exactly this socket. @wide: its family. @other: another one */
FIXTURE_VARIANT(kind) {
	struct kind kind;
	const char *rule;
	const char *wide;
	const char *other;
	const char *denied;
};

#define KIND(name, f, t, rule_text, wide_text, other_text) \
	FIXTURE_VARIANT_ADD(kind, name) { \
		.kind = { f, t, 0 }, \
		.rule = POLICY("  " rule_text ",\n"), \
		.wide = POLICY("  " wide_text ",\n"), \
		.other = POLICY("  " other_text ",\n"), \
		.denied = POLICY("  network,\n  deny " rule_text ",\n"), \
	}

KIND(inet_stream, AF_INET, SOCK_STREAM, "network inet stream", "network inet",
     "network inet dgram");
KIND(inet_dgram, AF_INET, SOCK_DGRAM, "network inet dgram", "network inet",
     "network inet6 dgram");
KIND(unix_stream, AF_UNIX, SOCK_STREAM, "network unix stream", "network unix",
     "network inet stream");
KIND(unix_dgram, AF_UNIX, SOCK_DGRAM, "network unix dgram", "network unix",
     "network unix stream");
KIND(netlink_raw, AF_NETLINK, SOCK_RAW, "network netlink raw",
     "network netlink", "network unix");

TEST_F(kind, no_policy)
{
	EXPECT_EQ(0, run(NULL, &variant->kind));
}

TEST_F(kind, exact_rule)
{
	EXPECT_EQ(0, run(variant->rule, &variant->kind));
}

TEST_F(kind, rule_for_family)
{
	EXPECT_EQ(0, run(variant->wide, &variant->kind));
}

TEST_F(kind, bare_rule)
{
	EXPECT_EQ(0, run(POLICY("  network,\n"), &variant->kind));
}

TEST_F(kind, no_rule)
{
	EXPECT_EQ(EACCES, run(POLICY("  capability,\n"), &variant->kind));
}

TEST_F(kind, other_rule)
{
	EXPECT_EQ(EACCES, run(variant->other, &variant->kind));
}

TEST_F(kind, denied)
{
	EXPECT_EQ(EACCES, run(variant->denied, &variant->kind));
}

static int with_flags(void *arg)
{
	const struct kind kind = {
		AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0
	};

	(void)arg;
	return make(&kind);
}

static int pair(void *arg)
{
	int fd[2];

	return TRY(socketpair(AF_UNIX, *(const int *)arg, 0, fd));
}

static int run_pair(const char *policy, int type)
{
	const struct sandbox sandbox = { .policy = policy };

	return sandbox_run(&sandbox, pair, &type);
}

TEST(flags_are_no_part_of_the_type)
{
	const struct sandbox sandbox = {
		.policy = POLICY("  network unix stream,\n"),
	};

	EXPECT_EQ(0, sandbox_run(&sandbox, with_flags, NULL));
}

TEST(socketpair_is_two_sockets)
{
	EXPECT_EQ(0, run_pair(POLICY("  network unix stream,\n"),
			      SOCK_STREAM));
	EXPECT_EQ(EACCES, run_pair(POLICY("  network unix stream,\n"),
				   SOCK_DGRAM));
}

#define PLACE	WORK "/bound"

/* 1 or 2: bind() or connect() was refused; 0: neither was. */
static int meet(void *arg)
{
	struct sockaddr_un address = { AF_UNIX, PLACE };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	int other = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)arg;
	CHECK(listener >= 0 && other >= 0);
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)))
		return errno == EACCES ? 1 : errno;
	CHECK(!listen(listener, 1));
	if (connect(other, (struct sockaddr *)&address, sizeof(address)))
		return errno == EACCES ? 2 : errno;
	return 0;
}

static int run_meet(const char *policy)
{
	const struct sandbox sandbox = { .policy = policy, .files = true };

	return sandbox_run(&sandbox, meet, NULL);
}

/*
 * To make a socket in a file system is to make a file; who connects to it is not
 * a matter of file rules, as in AppArmor of these kernels.
 */
TEST(socket_in_a_file_system)
{
	EXPECT_EQ(1, run_meet(POLICY("  network unix,\n")));
	EXPECT_EQ(1, run_meet(POLICY("  network unix,\n  " PLACE " r,\n")));
	EXPECT_EQ(0, run_meet(POLICY("  network unix,\n  " PLACE " w,\n")));
	/* with abi/4.0 both are one for unix rules, too */
	EXPECT_EQ(1, run_meet("abi <abi/4.0>,\n" POLICY("  unix,\n")));
	EXPECT_EQ(0, run_meet("abi <abi/4.0>,\n"
			      POLICY("  unix,\n  " PLACE " w,\n")));
	EXPECT_EQ(2, run_meet("abi <abi/4.0>,\n"
			      POLICY("  unix,\n  deny unix connect,\n"
				     "  " PLACE " w,\n")));
}

/* I1: what the kernel refuses anyhow stays refused. */
TEST(rule_gives_no_capability)
{
	const struct kind raw = { AF_INET, SOCK_RAW, 1 };

	EXPECT_EQ(EPERM, run(POLICY("  network,\n  capability,\n"), &raw));
}

NEST_TEST_MAIN
