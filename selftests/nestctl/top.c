// SPDX-License-Identifier: GPL-2.0-only
/* nestctl top, and the counts that list and show have. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "label.h"
#include "nest_test.h"
#include "tool.h"

#define RULES	"  / r,\n  /** mrwklix,\n  capability,\n  network,\n"
#define SECRET	"/tmp/nestctl/secret"
#define POLICY_FILE	PLACE "/busy"

static struct gate ready;

/* Always at work, and now and then refused. */
static int busy(void *arg)
{
	int i;

	(void)arg;
	gate_open(&ready);
	for (;;) {
		for (i = 0; i < 10; i++)
			close(open("/dev/null", O_RDONLY | O_CLOEXEC));
		close(open(SECRET, O_RDONLY | O_CLOEXEC));
		usleep(10000);
	}
	return 0;
}

FIXTURE(top)
{
	struct tool tool;
	pid_t init;
	char pid[16];
};

FIXTURE_SETUP(top)
{
	static const struct sandbox sandbox = { .policy = NULL };

	place_file(POLICY_FILE, "profile default {\n" RULES
		   "  deny " SECRET " r,\n}\n"
		   "profile idle flags=(complain) {\n}\n");
	place_file(SECRET, "secret\n");
	ASSERT_EQ(0, gate_init(&ready));
	self->init = sandbox_start(&sandbox, busy, NULL);
	gate_pass(&ready);
	snprintf(self->pid, sizeof(self->pid), "%d", self->init);
	NESTCTL(&self->tool, "load", "-p", self->pid, "-n", "limits",
		POLICY_FILE);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
}

FIXTURE_TEARDOWN(top)
{
	kill(self->init, SIGKILL);
	sandbox_wait(self->init);
	tool_free(&self->tool);
}

static double per_second(struct json_object *json, const char *path)
{
	return json_object_get_double(json_at(json, path));
}

TEST_F(top, json)
{
	struct json_object **json = &self->tool.json;

	NESTCTL(&self->tool, "top", "--json", "-p", self->pid, "-d", "1",
		"--count", "1");
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_LE(1.0, per_second(*json, "/seconds"));
	ASSERT_EQ(2, json_object_array_length(json_at(*json, "/domains")));
	EXPECT_STREQ("default", json_text(*json, "/domains/0/domain"));
	EXPECT_STREQ("enforce", json_text(*json, "/domains/0/mode"));
	EXPECT_STREQ("limits", json_text(*json, "/domains/0/layer"));
	EXPECT_EQ(pidns_of(self->init), json_number(*json, "/domains/0/ns"));
	EXPECT_LT(0, json_number(*json, "/domains/0/denials"));
	EXPECT_LT(0.0, per_second(*json, "/domains/0/denials_per_s"));
	EXPECT_LT(per_second(*json, "/domains/0/denials_per_s"),
		  per_second(*json, "/domains/0/decisions_per_s"));
	EXPECT_STREQ("idle", json_text(*json, "/domains/1/domain"));
	EXPECT_STREQ("complain", json_text(*json, "/domains/1/mode"));
	EXPECT_EQ(0, json_number(*json, "/domains/1/decisions"));
	EXPECT_EQ(0.0, per_second(*json, "/domains/1/decisions_per_s"));
}

TEST_F(top, text)
{
	const char *first, *second;

	NESTCTL(&self->tool, "top", "-d", "1", "--count", "2");
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	first = strstr(self->tool.out, "DECISION/S");
	ASSERT_NE(NULL, first);
	EXPECT_NE(NULL, strstr(first, " limits          default\n"));
	EXPECT_NE(NULL, strstr(first, " idle (complain)\n"));
	second = strstr(first + 1, "DECISION/S");
	ASSERT_NE(NULL, second);
	EXPECT_EQ(NULL, strstr(second + 1, "DECISION/S"));
	/* nobody looks at a screen here */
	EXPECT_EQ(NULL, strchr(self->tool.out, '\033'));
}

TEST_F(top, usage)
{
	NESTCTL(&self->tool, "top", "-d", "0");
	EXPECT_TRUE(tool_said(&self->tool, 2, "at least one second"));
	NESTCTL(&self->tool, "top", "-p", "2147483647");
	EXPECT_TRUE(tool_said(&self->tool, 1, "cannot find process"));
}

TEST_F(top, list_and_show)
{
	struct json_object **json = &self->tool.json;

	sleep(1);
	NESTCTL(&self->tool, "list", "--json", "-p", self->pid);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_LT(0, json_number(*json, "/0/denials"));
	EXPECT_LT(json_number(*json, "/0/denials"),
		  json_number(*json, "/0/decisions"));
	EXPECT_EQ(0, json_number(*json, "/0/complaints"));
	tool_free(&self->tool);
	NESTCTL(&self->tool, "show", "--json", "-p", self->pid);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_LT(0, json_number(*json, "/0/domain/0/denials"));
	EXPECT_LT(0, json_number(*json, "/0/domain/0/decisions"));
	EXPECT_EQ(0, json_number(*json, "/0/domain/1/decisions"));
	tool_free(&self->tool);
	NESTCTL(&self->tool, "show", "--json", "-p", self->pid, "--domain",
		"idle");
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_STREQ("idle", json_text(*json, "/0/domain/0/name"));
	EXPECT_EQ(0, json_number(*json, "/0/domain/0/denials"));
}

TEST_HARNESS_MAIN
