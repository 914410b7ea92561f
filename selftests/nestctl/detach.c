// SPDX-License-Identifier: GPL-2.0-only
/* nestctl while the module is detached, and while it is not loaded. */
#include <unistd.h>
#include "container.h"
#include "module.h"
#include "nest_test.h"
#include "tool.h"

#define GOOD	PLACE "/good"

FIXTURE(detach)
{
	struct tool tool;
	pid_t init;
	char pid[16];
};

/* Layers of programs that ran before may take a moment to go. */
static bool detach_patiently(struct tool *tool)
{
	int i;

	for (i = 0; i < 100; i++) {
		NESTCTL(tool, "detach", "--json");
		if (!tool->status)
			break;
		usleep(100000);
	}
	return tool_said(tool, 0, NULL);
}

static int unload_patiently(void)
{
	int err = EAGAIN;
	int i;

	for (i = 0; i < 100 && (err == EAGAIN || err == EBUSY); i++) {
		err = module_unload();
		usleep(20000);
	}
	return err;
}

FIXTURE_SETUP(detach)
{
	if (module_built_in())
		SKIP(return, MODULE_NONE);
	place_file(GOOD, "profile default {\n  /** r,\n}\n");
	self->init = container_start();
	ASSERT_LT(0, self->init);
	snprintf(self->pid, sizeof(self->pid), "%d", self->init);
	ASSERT_TRUE(detach_patiently(&self->tool));
}

/* The next programs want it loaded and attached. */
FIXTURE_TEARDOWN(detach)
{
	int err = unload_patiently();

	EXPECT_TRUE(!err || err == ENOENT);
	EXPECT_EQ(0, module_load());
	NESTCTL(&self->tool, "info", "--json");
	EXPECT_STREQ("true", json_text(self->tool.json, "/attached"));
	tool_free(&self->tool);
	container_end(self->init);
}

TEST_F(detach, detached)
{
	EXPECT_STREQ("detach", json_text(self->tool.json, "/done"));
	tool_free(&self->tool);
	NESTCTL(&self->tool, "info");
	EXPECT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_NE(NULL, strstr(self->tool.out, "attached no\n"));
	NESTCTL(&self->tool, "load", "-p", self->pid, GOOD);
	EXPECT_TRUE(tool_said(&self->tool, 1,
			      "nest is detached from the kernel"));
	NESTCTL(&self->tool, "detach");
	EXPECT_TRUE(tool_said(&self->tool, 1,
			      "nest is detached from the kernel"));
	NESTCTL(&self->tool, "list");
	EXPECT_TRUE(tool_said(&self->tool, 0, NULL));
}

TEST_F(detach, not_loaded)
{
	static const char *const verbs[] = {
		"info", "list", "show", "ps", "remove", "monitor", "detach",
	};
	size_t i;

	ASSERT_EQ(0, unload_patiently());
	for (i = 0; i < ARRAY_SIZE(verbs); i++) {
		NESTCTL(&self->tool, verbs[i]);
		EXPECT_TRUE(tool_said(&self->tool, 1,
				      "the nest module is not loaded"));
	}
	NESTCTL(&self->tool, "load", GOOD);
	EXPECT_TRUE(tool_said(&self->tool, 1,
			      "the nest module is not loaded"));
	NESTCTL(&self->tool, "run", GOOD, "--", "/bin/true");
	EXPECT_TRUE(tool_said(&self->tool, 125,
			      "the nest module is not loaded"));
	NESTCTL(&self->tool, "check", GOOD);
	EXPECT_TRUE(tool_said(&self->tool, 0, NULL));
}

TEST(built_in)
{
	struct tool tool;

	if (!module_built_in())
		SKIP(return, "Nest is a module here");
	NESTCTL(&tool, "detach");
	EXPECT_TRUE(tool_said(&tool, 1,
			      "nest is built into this kernel and stays attached"));
	NESTCTL(&tool, "info");
	EXPECT_TRUE(tool_said(&tool, 0, NULL));
	EXPECT_NE(NULL, strstr(tool.out, "attached yes\n"));
	tool_free(&tool);
}

NEST_TEST_MAIN
