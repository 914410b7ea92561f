// SPDX-License-Identifier: GPL-2.0-only
/* nestctl run: a command under a policy from its first instruction. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "nest_test.h"
#include "tool.h"

#define RULES	"  / r,\n  /** mrwklix,\n  capability,\n  network,\n  signal,\n"
#define SECRET	PLACE "/secret"
#define GOOD	PLACE "/good"
#define NO_EXEC	PLACE "/noexec"
#define EXEC	PLACE "/exec"
#define SH(command)	"--", "/bin/sh", "-c", command

FIXTURE(run)
{
	struct tool tool;
};

FIXTURE_SETUP(run)
{
	place_file(GOOD, "profile default {\n" RULES
		   "  deny " SECRET " r,\n}\n");
	place_file(NO_EXEC, "profile default {\n  / r,\n  /** mr,\n"
		   "  capability,\n}\n");
	place_file(SECRET, "secret\n");
	chmod(SECRET, 0644);
}

FIXTURE_TEARDOWN(run)
{
	tool_free(&self->tool);
}

TEST_F(run, status)
{
	NESTCTL(&self->tool, "run", GOOD, SH("exit 7"));
	EXPECT_TRUE(tool_said(&self->tool, 7, NULL));
	NESTCTL(&self->tool, "run", GOOD, SH("kill -9 $$"));
	EXPECT_TRUE(tool_said(&self->tool, 128 + 9, NULL));
	NESTCTL(&self->tool, "run", GOOD, SH("kill -15 $$"));
	EXPECT_TRUE(tool_said(&self->tool, 128 + 15, NULL));
	NESTCTL(&self->tool, "run", GOOD, "--", PLACE "/absent");
	EXPECT_TRUE(tool_said(&self->tool, 127, PLACE "/absent"));
	NESTCTL(&self->tool, "run", GOOD, "--", GOOD);
	EXPECT_TRUE(tool_said(&self->tool, 126, GOOD));
	NESTCTL(&self->tool, "run", PLACE "/absent", SH("exit 0"));
	EXPECT_TRUE(tool_said(&self->tool, 125, PLACE "/absent"));
}

TEST_F(run, denied)
{
	NESTCTL(&self->tool, "run", GOOD, SH("cat < " GOOD));
	EXPECT_TRUE(tool_said(&self->tool, 0, NULL));
	NESTCTL(&self->tool, "run", GOOD, SH("cat " SECRET));
	EXPECT_TRUE(tool_said(&self->tool, 1, "Permission denied"));
	EXPECT_STREQ("", self->tool.out);
}

/* Not even the command itself may start if the policy does not have it. */
TEST_F(run, first_instruction)
{
	NESTCTL(&self->tool, "run", NO_EXEC, SH("exit 0"));
	EXPECT_TRUE(tool_said(&self->tool, 126, "Permission denied"));
}

/*
 * In the layer that "run" loaded, to a profile of it and no further. A debug
 * kernel takes its time for so many programs.
 */
TEST_F_TIMEOUT(run, exec, 180)
{
	place_file(EXEC, "profile default {\n" RULES
		   "  change_profile -> less,\n}\n"
		   "profile less {\n" RULES "  deny " SECRET " r,\n}\n"
		   "profile more {\n" RULES "}\n");
#define EXEC_IN(...) \
	NESTCTL(&self->tool, "run", EXEC, "--", "nestctl", "exec", __VA_ARGS__)
	EXEC_IN("-P", "less", SH("cat < " GOOD));
	EXPECT_TRUE(tool_said(&self->tool, 0, NULL));
	EXEC_IN("-P", "less", SH("cat " SECRET));
	EXPECT_TRUE(tool_said(&self->tool, 1, "Permission denied"));
	EXEC_IN("-i", "-P", "less", SH("cat " SECRET));
	EXPECT_TRUE(tool_said(&self->tool, 1, "Permission denied"));
	EXEC_IN("-P", "more", SH("exit 3"));
	EXPECT_TRUE(tool_said(&self->tool, 125, "no rule of the profile"));
	EXEC_IN("-P", "absent", SH("exit 3"));
	EXPECT_TRUE(tool_said(&self->tool, 125, "no such profile"));
	EXEC_IN("-P", "less", "--", PLACE "/absent");
	EXPECT_TRUE(tool_said(&self->tool, 127, PLACE "/absent"));
	EXEC_IN(SH("exit 3"));
	EXPECT_TRUE(tool_said(&self->tool, 2, "-P PROFILE"));
	NESTCTL(&self->tool, "exec", "-P", "less", SH("exit 3"));
	EXPECT_TRUE(tool_said(&self->tool, 125, "no such layer"));
}

TEST_F(run, namespace)
{
	NESTCTL(&self->tool, "run", GOOD, SH("echo $$; ls /proc"));
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_EQ(0, strncmp(self->tool.out, "2\n1\n2\n", 6));
}

TEST_F(run, inside)
{
	NESTCTL(&self->tool, "run", "-n", "box", GOOD, "--", "nestctl",
		"list", "--json");
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_STREQ("own", json_text(self->tool.json, "/0/kind"));
	EXPECT_STREQ("box", json_text(self->tool.json, "/0/name"));
	tool_free(&self->tool);
	NESTCTL(&self->tool, "run", GOOD, "--", "nestctl", "ps", "--json");
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_STREQ("default", json_text(self->tool.json,
					  "/1/labels/0/domain"));
	EXPECT_STREQ("nestctl", json_text(self->tool.json, "/1/comm"));
}

/* A policy that leaves no way to nestctl is obeyed, and nestctl says so. */
TEST_F(run, locked_out)
{
	place_file(PLACE "/nonet", "profile default {\n  / r,\n"
		   "  /** mrwklix,\n  capability,\n}\n");
	NESTCTL(&self->tool, "run", PLACE "/nonet", "--", "nestctl", "list");
	EXPECT_TRUE(tool_said(&self->tool, 1, "a policy forbids it"));

	place_file(PLACE "/nocap", "profile default {\n  / r,\n"
		   "  /** mrwklix,\n  network netlink raw,\n}\n");
	NESTCTL(&self->tool, "run", PLACE "/nocap", "--", "nestctl", "list");
	EXPECT_TRUE(tool_said(&self->tool, 0, NULL));
	NESTCTL(&self->tool, "run", PLACE "/nocap", "--", "nestctl", "remove");
	EXPECT_TRUE(tool_said(&self->tool, 1, "CAP_MAC_ADMIN is needed"));
}

/* Nothing is left when the command has ended. */
TEST_F(run, gone)
{
	int i;

	NESTCTL(&self->tool, "run", "-n", "gone", GOOD, SH("sleep 100 &"));
	EXPECT_TRUE(tool_said(&self->tool, 0, NULL));
	for (i = 0; i < 50; i++) {
		NESTCTL(&self->tool, "list");
		if (!strstr(self->tool.out, "name gone"))
			break;
		usleep(100000);
	}
	EXPECT_EQ(NULL, strstr(self->tool.out, "name gone"));
}

static int as_user(void *arg)
{
	struct tool *tool = arg;

	if (drop_to(1000))
		return 1;
	NESTCTL(tool, "run", GOOD, SH("id -u; cat " SECRET));
	if (!tool_said(tool, 1, "Permission denied"))
		return 2;
	return strcmp(tool->out, "1000\n") ? 3 : 0;
}

TEST_F(run, unprivileged)
{
	EXPECT_EQ(0, sandbox_fork(as_user, &self->tool));
}

TEST_F(run, json)
{
	NESTCTL(&self->tool, "run", "--json", PLACE "/absent", SH("exit 0"));
	ASSERT_TRUE(tool_said(&self->tool, 125, "the policy has errors"));
	EXPECT_STREQ("", self->tool.err);
}

NEST_TEST_MAIN
