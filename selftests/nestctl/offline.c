// SPDX-License-Identifier: GPL-2.0-only
/* nestctl: what needs no kernel: help, usage, compile and check. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "nest_test.h"
#include "tool.h"

#define GOOD	PLACE "/good"
#define BAD	PLACE "/bad"
#define IMAGE	PLACE "/image"

FIXTURE(offline)
{
	struct tool tool;
};

FIXTURE_SETUP(offline)
{
	place_file(GOOD, "profile default {\n  /** r,\n}\n");
	place_file(BAD, "profile default {\n  /** r,\n  /x frob,\n}\n");
	unlink(IMAGE);
}

FIXTURE_TEARDOWN(offline)
{
	tool_free(&self->tool);
}

TEST_F(offline, help)
{
	static const char *const verbs[] = {
		"compile", "check", "load", "remove", "list", "show", "ps",
		"monitor", "run", "exec", "info", "detach", "delegate", "help",
		"tree", "graph", "oci-hook", "audit", "top", "explain",
	};
	size_t i;

	NESTCTL(&self->tool, "help", "--json");
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	ASSERT_EQ(ARRAY_SIZE(verbs),
		  json_object_array_length(self->tool.json));
	tool_free(&self->tool);
	for (i = 0; i < ARRAY_SIZE(verbs); i++) {
		NESTCTL(&self->tool, "help", verbs[i]);
		EXPECT_TRUE(tool_said(&self->tool, 0, NULL));
		EXPECT_NE(NULL, strstr(self->tool.out, verbs[i]));
	}
}

/* As an option of the command, too, and whatever else it is given. */
TEST_F(offline, help_option)
{
	char *by_verb;

	NESTCTL(&self->tool, "help", "load");
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	by_verb = strdup(self->tool.out);
	tool_free(&self->tool);
	NESTCTL(&self->tool, "load", "--help", "/nonexistent");
	EXPECT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_STREQ(by_verb, self->tool.out);
	free(by_verb);
	NESTCTL(&self->tool, "--json", "load", "-h");
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_NE(NULL, json_at(self->tool.json, "/options"));
	EXPECT_NE(NULL, json_at(self->tool.json, "/exit_statuses"));
}

TEST_F(offline, version)
{
	NESTCTL(&self->tool, "--version");
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_EQ(0, strncmp(self->tool.out, "nestctl ", 8));
	tool_free(&self->tool);
	NESTCTL(&self->tool, "--json", "--version");
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_NE(NULL, json_at(self->tool.json, "/version"));
	tool_free(&self->tool);
	NESTCTL(&self->tool, "--version", "surplus");
	EXPECT_TRUE(tool_said(&self->tool, 2, "--version"));
}

TEST_F(offline, usage)
{
	NESTCTL(&self->tool, "frobnicate");
	EXPECT_TRUE(tool_said(&self->tool, 2,
			      "unknown command \"frobnicate\""));
	NESTCTL(&self->tool, "list", "--frob");
	EXPECT_TRUE(tool_said(&self->tool, 2, "no option \"--frob\""));
	NESTCTL(&self->tool, "list", "--count", "1");
	EXPECT_TRUE(tool_said(&self->tool, 2, "list: "));
	NESTCTL(&self->tool, "list", "surplus");
	EXPECT_TRUE(tool_said(&self->tool, 2, "usage: nestctl list"));
	NESTCTL(&self->tool, "load", "-p", "x", GOOD);
	EXPECT_TRUE(tool_said(&self->tool, 2, "process \"x\""));
	NESTCTL(&self->tool, "load", "--create", "--replace", GOOD);
	EXPECT_TRUE(tool_said(&self->tool, 2, "only one of"));
	NESTCTL(&self->tool, "load");
	EXPECT_TRUE(tool_said(&self->tool, 2, "usage: nestctl load"));
	NESTCTL(&self->tool, "run", GOOD, "--");
	EXPECT_TRUE(tool_said(&self->tool, 2, "usage: nestctl run"));
}

TEST_F(offline, usage_json)
{
	NESTCTL(&self->tool, "--json", "frobnicate");
	ASSERT_TRUE(tool_said(&self->tool, 2, "unknown command"));
	EXPECT_NE(NULL, json_at(self->tool.json, "/error/message"));
	EXPECT_STREQ("", self->tool.err);
}

TEST_F(offline, check)
{
	NESTCTL(&self->tool, "check", GOOD);
	EXPECT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_NE(NULL, strstr(self->tool.out, "ok yes profiles 1"));
	tool_free(&self->tool);

	NESTCTL(&self->tool, "check", "--json", GOOD);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_EQ(1, json_number(self->tool.json, "/profiles"));
	EXPECT_STREQ("true", json_text(self->tool.json, "/ok"));
}

TEST_F(offline, check_stdin)
{
	ASSERT_NE(NULL, freopen(GOOD, "r", stdin));
	NESTCTL(&self->tool, "check", "-");
	EXPECT_TRUE(tool_said(&self->tool, 0, NULL));
}

TEST_F(offline, syntax_error)
{
	NESTCTL(&self->tool, "check", BAD);
	EXPECT_TRUE(tool_said(&self->tool, 1, BAD ":3:"));
	EXPECT_NE(NULL, strstr(self->tool.err, "/x frob,"));
	EXPECT_NE(NULL, strchr(self->tool.err, '^'));
}

TEST_F(offline, syntax_error_json)
{
	NESTCTL(&self->tool, "check", "--json", BAD);
	ASSERT_TRUE(tool_said(&self->tool, 1, "the policy has errors"));
	EXPECT_STREQ(BAD, json_text(self->tool.json,
				    "/error/diagnostics/0/file"));
	EXPECT_STREQ("error", json_text(self->tool.json,
					"/error/diagnostics/0/level"));
	EXPECT_EQ(3, json_number(self->tool.json,
				 "/error/diagnostics/0/line"));
	EXPECT_STREQ("", self->tool.err);
}

TEST_F(offline, no_such_file)
{
	NESTCTL(&self->tool, "check", PLACE "/absent");
	EXPECT_TRUE(tool_said(&self->tool, 1, PLACE "/absent"));
	NESTCTL(&self->tool, "compile", "-o", IMAGE, PLACE "/absent");
	EXPECT_TRUE(tool_said(&self->tool, 1, PLACE "/absent"));
	EXPECT_EQ(-1, access(IMAGE, F_OK));
}

TEST_F(offline, compile)
{
	struct stat st;

	NESTCTL(&self->tool, "compile", "-o", IMAGE, GOOD);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	ASSERT_EQ(0, stat(IMAGE, &st));
	NESTCTL(&self->tool, "check", "--json", IMAGE);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_EQ(st.st_size, json_number(self->tool.json, "/size"));
	EXPECT_EQ(1, json_number(self->tool.json, "/profiles"));
}

/* What cannot be compiled leaves the file as it was. */
TEST_F(offline, compile_wrong)
{
	struct stat before, after;

	NESTCTL(&self->tool, "compile", "-o", IMAGE, GOOD);
	ASSERT_EQ(0, stat(IMAGE, &before));
	NESTCTL(&self->tool, "compile", "-o", IMAGE, BAD);
	EXPECT_TRUE(tool_said(&self->tool, 1, BAD ":3:"));
	ASSERT_EQ(0, stat(IMAGE, &after));
	EXPECT_EQ(before.st_ino, after.st_ino);
	EXPECT_EQ(before.st_size, after.st_size);
	NESTCTL(&self->tool, "compile", "-o", PLACE "/no/such/dir", GOOD);
	EXPECT_TRUE(tool_said(&self->tool, 1, "cannot write"));
}

TEST_F(offline, damaged_image)
{
	NESTCTL(&self->tool, "compile", "-o", IMAGE, GOOD);
	ASSERT_EQ(0, truncate(IMAGE, 100));
	NESTCTL(&self->tool, "check", IMAGE);
	EXPECT_TRUE(tool_said(&self->tool, 1, IMAGE ": byte "));
}

TEST_F(offline, include_dir)
{
	mkdir(PLACE, 0755);
	mkdir(PLACE "/dir", 0755);
	place_file(PLACE "/dir/rules", "/etc/** r,\n");
	place_file(PLACE "/including",
		   "profile default {\n  include <rules>\n}\n");
	NESTCTL(&self->tool, "check", PLACE "/including");
	EXPECT_TRUE(tool_said(&self->tool, 1, "rules"));
	NESTCTL(&self->tool, "check", "-I", PLACE "/dir", PLACE "/including");
	EXPECT_TRUE(tool_said(&self->tool, 0, NULL));
}

TEST_F(offline, warnings)
{
	place_file(PLACE "/warned", "profile default {\n  dbus,\n}\n");
	NESTCTL(&self->tool, "check", PLACE "/warned");
	EXPECT_TRUE(tool_said(&self->tool, 0, "[rule-not-enforced]"));
	NESTCTL(&self->tool, "check", "--warn", "no-rule-not-enforced",
		PLACE "/warned");
	EXPECT_TRUE(tool_said(&self->tool, 0, NULL));
	NESTCTL(&self->tool, "check", "--warn", "error=rule-not-enforced",
		PLACE "/warned");
	EXPECT_TRUE(tool_said(&self->tool, 1, "[rule-not-enforced]"));
	NESTCTL(&self->tool, "check", "--warn", "error", PLACE "/warned");
	EXPECT_EQ(1, self->tool.status);
	NESTCTL(&self->tool, "check", "--warn", "no-syntax", PLACE "/warned");
	EXPECT_TRUE(tool_said(&self->tool, 2, "--warn"));
}

NEST_TEST_MAIN
