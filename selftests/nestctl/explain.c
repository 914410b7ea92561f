// SPDX-License-Identifier: GPL-2.0-only
/* nestctl explain: what it says is what happens, and why. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "nest_test.h"
#include "tool.h"

#define TEXT	PLACE "/text"
#define OTHER	PLACE "/other"
#define OPEN	PLACE "/open"
#define SECRET	PLACE "/secret"
#define ODD	PLACE "/odd {name},*"

static struct gate ready;

/* Opens what it is told to, and tells what came of it. */
struct probe {
	struct gate ask;
	int result[2];
};

static int body(void *arg)
{
	static const char *const names[] = { OPEN, SECRET, ODD };
	struct probe *probe = arg;
	unsigned int i;
	int fd, said;

	gate_open(&ready);
	gate_pass(&probe->ask);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		fd = open(names[i], O_RDONLY | O_CLOEXEC);
		said = fd < 0 ? errno : 0;
		if (write(probe->result[1], &said, sizeof(said)) < 0)
			return 1;
	}
	for (;;)
		pause();
	return 0;
}

FIXTURE(explain)
{
	struct tool tool;
	struct probe probe;
	pid_t init;
	char pid[16];
};

FIXTURE_SETUP(explain)
{
	static const struct sandbox sandbox = { .policy = NULL };

	place_file(TEXT, "profile default {\n"		/* 1 */
		   "  / r,\n"				/* 2 */
		   "  " PLACE "/** mrwkl,\n"		/* 3 */
		   "  deny " SECRET " r,\n"		/* 4 */
		   "  /bin/{a,b} px -> web,\n"		/* 5 */
		   "  capability chown,\n"		/* 6 */
		   "  network inet stream,\n"		/* 7 */
		   "  signal send set=(term) peer=web,\n"	/* 8 */
		   "}\n"
		   "profile web flags=(complain) {\n"	/* 10 */
		   "}\n");
	place_file(OTHER, "profile default { / r, }\n");
	place_file(OPEN, "open\n");
	place_file(SECRET, "secret\n");
	place_file(ODD, "odd\n");
	ASSERT_EQ(0, gate_init(&ready));
	ASSERT_EQ(0, gate_init(&self->probe.ask));
	ASSERT_EQ(0, pipe(self->probe.result));
	self->init = sandbox_start(&sandbox, body, &self->probe);
	gate_pass(&ready);
	snprintf(self->pid, sizeof(self->pid), "%d", self->init);
	NESTCTL(&self->tool, "load", "-p", self->pid, "-n", "limits", TEXT);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
}

FIXTURE_TEARDOWN(explain)
{
	kill(self->init, SIGKILL);
	sandbox_wait(self->init);
	tool_free(&self->tool);
}

#define EXPLAIN(...) \
	NESTCTL(&self->tool, "explain", "--json", "-p", self->pid, \
		"--source", TEXT, __VA_ARGS__)

#define SAYS(path)	json_text(self->tool.json, "/layers/0/" path)
#define LINE(i)		json_number(self->tool.json, "/layers/0/rules/" #i "/line")

/* The verdict is that of the kernel. */
TEST_F(explain, verdict_is_true)
{
	int said[3];

	gate_open(&self->probe.ask);
	ASSERT_EQ(sizeof(int), read(self->probe.result[0], &said[0], 4));
	ASSERT_EQ(sizeof(int), read(self->probe.result[0], &said[1], 4));
	ASSERT_EQ(sizeof(int), read(self->probe.result[0], &said[2], 4));
	EXPECT_EQ(0, said[0]);
	EXPECT_EQ(EACCES, said[1]);
	EXPECT_EQ(0, said[2]);
	EXPLAIN("file", "r", OPEN);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_STREQ("allowed", SAYS("verdict"));
	EXPECT_STREQ("limits", SAYS("layer"));
	EXPECT_STREQ("default", SAYS("domain"));
	EXPECT_STREQ("allow", SAYS("rules/0/effect"));
	EXPECT_STREQ(TEXT, SAYS("rules/0/file"));
	EXPECT_STREQ(PLACE "/** mrwkl,", SAYS("rules/0/text"));
	EXPECT_EQ(3, LINE(0));
	EXPECT_EQ(1, json_object_array_length(json_at(self->tool.json,
						      "/layers/0/rules")));
	tool_free(&self->tool);

	EXPLAIN("file", "r", SECRET);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_STREQ("denied", json_text(self->tool.json, "/verdict"));
	EXPECT_STREQ("denied", SAYS("verdict"));
	EXPECT_STREQ("r", SAYS("denied"));
	EXPECT_STREQ("true", SAYS("denied_by_name"));
	EXPECT_STREQ("false", SAYS("reported"));
	EXPECT_EQ(3, LINE(0));
	EXPECT_EQ(4, LINE(1));
	EXPECT_STREQ("deny", SAYS("rules/1/effect"));
	tool_free(&self->tool);

	EXPLAIN("file", "r", ODD);
	EXPECT_STREQ("allowed", SAYS("verdict"));
}

TEST_F(explain, grant)
{
	EXPLAIN("file", "rk", "/etc/odd {name},*");
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_STREQ("denied", SAYS("verdict"));
	EXPECT_STREQ("rk", SAYS("denied"));
	EXPECT_EQ(0, json_object_array_length(json_at(self->tool.json,
						      "/layers/0/rules")));
	EXPECT_STREQ("/etc/odd\\x5cx20\\x5cx7bname\\x5cx7d\\x5cx2c\\x5cx2a rk,",
		     SAYS("grant"));
	tool_free(&self->tool);
	EXPLAIN("exec", "/bin/c");
	EXPECT_STREQ("/bin/c ix,", SAYS("grant"));
	tool_free(&self->tool);
	EXPLAIN("capability", "sys_admin");
	EXPECT_STREQ("capability sys_admin,", SAYS("grant"));
	tool_free(&self->tool);
	EXPLAIN("network", "inet", "dgram");
	EXPECT_STREQ("network inet dgram,", SAYS("grant"));
	tool_free(&self->tool);
	EXPLAIN("signal", "send", "kill", "web");
	EXPECT_STREQ("signal send set=(kill) peer=web,", SAYS("grant"));
	tool_free(&self->tool);
	EXPLAIN("ptrace", "trace", "web");
	EXPECT_STREQ("ptrace trace peer=web,", SAYS("grant"));
	tool_free(&self->tool);
	EXPLAIN("mount", "/dev/x", "/mnt/", "ext4", "ro,nosuid");
	EXPECT_STREQ("mount fstype=ext4 options=(ro,nosuid) /dev/x -> /mnt/,",
		     SAYS("grant"));
	tool_free(&self->tool);
	EXPLAIN("umount", "/mnt/");
	EXPECT_STREQ("umount /mnt/,", SAYS("grant"));
	tool_free(&self->tool);
	EXPLAIN("change_profile", "web");
	EXPECT_STREQ("change_profile -> web,", SAYS("grant"));
}

TEST_F(explain, classes)
{
	EXPLAIN("exec", "/bin/a");
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_STREQ("allowed", SAYS("verdict"));
	EXPECT_STREQ("web", SAYS("to"));
	EXPECT_EQ(5, LINE(0));
	tool_free(&self->tool);
	EXPLAIN("capability", "chown");
	EXPECT_EQ(6, LINE(0));
	tool_free(&self->tool);
	EXPLAIN("network", "inet", "stream");
	EXPECT_EQ(7, LINE(0));
	tool_free(&self->tool);
	EXPLAIN("signal", "send", "term", "web");
	EXPECT_STREQ("allowed", SAYS("verdict"));
	EXPECT_EQ(8, LINE(0));
	tool_free(&self->tool);
	EXPLAIN("userns");
	EXPECT_STREQ("allowed", SAYS("verdict"));
	EXPECT_STREQ("(none)", SAYS("rules"));
}

TEST_F(explain, domain)
{
	NESTCTL(&self->tool, "explain", "--json", "-p", self->pid, "--domain",
		"web", "file", "r", "/x");
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_STREQ("complain", SAYS("verdict"));
	EXPECT_STREQ("name the policy's text with --source",
		     SAYS("rules_unknown"));
	EXPECT_STREQ("allowed by the layers",
		     json_text(self->tool.json, "/verdict"));
	tool_free(&self->tool);
	NESTCTL(&self->tool, "explain", "-p", self->pid, "--domain", "none",
		"file", "r", "/x");
	EXPECT_TRUE(tool_said(&self->tool, 1, "has a domain \"none\""));
}

/* Another text than what is in force has nothing to say. */
TEST_F(explain, other_source)
{
	NESTCTL(&self->tool, "explain", "--json", "-p", self->pid, "--source",
		OTHER, "file", "r", SECRET);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_STREQ("denied", SAYS("verdict"));
	EXPECT_STREQ("(none)", SAYS("rules"));
	EXPECT_STREQ("the text does not compile to what is in force",
		     SAYS("rules_unknown"));
}

/* SELinux is asked, AppArmor cannot be. */
TEST_F(explain, host)
{
	bool selinux = !access("/sys/fs/selinux/enforce", F_OK);
	bool policy = !access("/sys/fs/selinux/class/file", F_OK);
	bool apparmor = !access("/sys/kernel/security/apparmor", F_OK);

	EXPLAIN("file", "r", OPEN);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	if (selinux) {
		EXPECT_STREQ("selinux", json_text(self->tool.json,
						  "/host/lsm"));
		/* without a policy there is nobody to ask */
		EXPECT_STREQ(policy ? "file" : "(none)",
			     json_text(self->tool.json, "/host/class"));
		EXPECT_STREQ(policy ? "allowed" : "(none)",
			     json_text(self->tool.json, "/host/verdict"));
	} else if (apparmor) {
		EXPECT_STREQ("AppArmor cannot be asked",
			     json_text(self->tool.json, "/host/reason"));
		EXPECT_STREQ("(none)", json_text(self->tool.json,
						 "/host/verdict"));
	}
}

TEST_F(explain, text)
{
	NESTCTL(&self->tool, "explain", "-p", self->pid, "--source", TEXT,
		"file", "r", SECRET);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_NE(NULL, strstr(self->tool.out, "): default: denied (r)\n"));
	EXPECT_NE(NULL, strstr(self->tool.out, "    deny by " TEXT ":4: "));
	EXPECT_NE(NULL, strstr(self->tool.out, "\nverdict: denied\n"));
}

TEST_F(explain, usage)
{
	NESTCTL(&self->tool, "explain", "file", "r", "/x");
	EXPECT_TRUE(tool_said(&self->tool, 2, "usage: nestctl explain"));
	NESTCTL(&self->tool, "explain", "-p", self->pid, "frob");
	EXPECT_TRUE(tool_said(&self->tool, 2, "no questions about \"frob\""));
	NESTCTL(&self->tool, "explain", "-p", self->pid, "file", "r");
	EXPECT_TRUE(tool_said(&self->tool, 2,
			      "ask like this: file [owner] LETTERS PATH"));
	NESTCTL(&self->tool, "explain", "-p", self->pid, "file", "z", "/x");
	EXPECT_TRUE(tool_said(&self->tool, 2, "permission \"z\""));
	NESTCTL(&self->tool, "explain", "-p", self->pid, "capability", "x");
	EXPECT_TRUE(tool_said(&self->tool, 2, "capability \"x\""));
	NESTCTL(&self->tool, "explain", "-p", "2147483647", "userns");
	EXPECT_TRUE(tool_said(&self->tool, 1, "cannot find process"));
}

TEST_HARNESS_MAIN
