// SPDX-License-Identifier: GPL-2.0-only
/* nestctl on the host, for a container: each verb against the module. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "label.h"
#include "module.h"
#include "nest_test.h"
#include "tool.h"

#define RULES	"  / r,\n  /** mrwklix,\n  capability,\n  network,\n"
#define SECRET	"/tmp/nestctl/secret"
#define FIRST	PLACE "/first"
#define SECOND	PLACE "/second"
#define IMAGE	PLACE "/image"

/**
 * struct gates - between the test and the container
 * @ready: the container is set up: from then on a policy may restrict it
 * @open: it shall open the file that the second policy forbids
 */
struct gates {
	struct gate ready;
	struct gate open;
};

static int body(void *arg)
{
	struct gates *gates = arg;

	gate_open(&gates->ready);
	for (;;) {
		gate_pass(&gates->open);
		close(open(SECRET, O_RDONLY | O_CLOEXEC));
	}
	return 0;
}

FIXTURE(verbs)
{
	struct tool tool;
	struct gates gates;
	pid_t init;
	char pid[16];
};

FIXTURE_SETUP(verbs)
{
	static const struct sandbox sandbox = { .policy = NULL };

	place_file(FIRST, "profile default {\n" RULES "}\n");
	place_file(SECOND, "profile default {\n" RULES
		   "  audit deny " SECRET " r,\n}\n"
		   "profile web /usr/bin/web flags=(complain) {\n"
		   "  capability net_bind_service,\n"
		   "  network inet stream,\n  /srv/** r,\n}\n");
	place_file(SECRET, "secret\n");
	ASSERT_EQ(0, gate_init(&self->gates.ready));
	ASSERT_EQ(0, gate_init(&self->gates.open));
	self->init = sandbox_start(&sandbox, body, &self->gates);
	gate_pass(&self->gates.ready);
	snprintf(self->pid, sizeof(self->pid), "%d", self->init);
}

FIXTURE_TEARDOWN(verbs)
{
	kill(self->init, SIGKILL);
	sandbox_wait(self->init);
	tool_free(&self->tool);
}

TEST_F(verbs, info)
{
	struct json_object **json = &self->tool.json;

	NESTCTL(&self->tool, "info", "--json");
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_STREQ("true", json_text(*json, "/attached"));
	EXPECT_STREQ(module_built_in() ? "lsm" : "module",
		     json_text(*json, "/backend"));
	EXPECT_EQ(1, json_number(*json, "/abi"));
	EXPECT_EQ(NEST_POLICY_VERSION, json_number(*json, "/policy_version"));
	EXPECT_EQ(32, json_number(*json, "/layers_max"));
	EXPECT_LT(0, json_number(*json, "/size_max"));
	tool_free(&self->tool);
	NESTCTL(&self->tool, "info");
	EXPECT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_NE(NULL, strstr(self->tool.out, "attached yes\n"));
}

TEST_F(verbs, load_list_remove)
{
	struct json_object **json = &self->tool.json;

	NESTCTL(&self->tool, "load", "-p", self->pid, "-n", "limits", SECOND);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_STREQ("", self->tool.out);

	NESTCTL(&self->tool, "list", "--json", "-p", self->pid);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	ASSERT_EQ(1, json_object_array_length(*json));
	EXPECT_EQ(pidns_of(self->init), json_number(*json, "/0/ns"));
	EXPECT_EQ(pidns_of(0), json_number(*json, "/0/origin"));
	EXPECT_EQ(1, json_number(*json, "/0/level"));
	EXPECT_EQ(1, json_number(*json, "/0/revision"));
	EXPECT_EQ(2, json_number(*json, "/0/domains"));
	EXPECT_EQ(self->init, json_number(*json, "/0/init"));
	EXPECT_STREQ("imposed", json_text(*json, "/0/kind"));
	EXPECT_STREQ("limits", json_text(*json, "/0/name"));
	tool_free(&self->tool);

	NESTCTL(&self->tool, "list");
	EXPECT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_NE(NULL, strstr(self->tool.out,
			       " kind imposed name limits revision 1 domains 2 "));

	NESTCTL(&self->tool, "remove", "-p", self->pid);
	EXPECT_TRUE(tool_said(&self->tool, 0, NULL));
	NESTCTL(&self->tool, "list", "-p", self->pid);
	EXPECT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_STREQ("", self->tool.out);
	NESTCTL(&self->tool, "remove", "-p", self->pid);
	EXPECT_TRUE(tool_said(&self->tool, 1, "cannot remove the layer: "));
}

TEST_F(verbs, remove_json)
{
	struct json_object **json = &self->tool.json;

	NESTCTL(&self->tool, "load", "-p", self->pid, FIRST);
	NESTCTL(&self->tool, "remove", "--json", "-p", self->pid);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_STREQ("remove", json_text(*json, "/done"));
	tool_free(&self->tool);
	NESTCTL(&self->tool, "remove", "--json", "-p", self->pid);
	ASSERT_TRUE(tool_said(&self->tool, 1, "no such layer"));
	EXPECT_STREQ("ENOENT", json_text(*json, "/error/errno"));
}

TEST_F(verbs, load_json)
{
	NESTCTL(&self->tool, "load", "--json", "-p", self->pid, FIRST);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_EQ(1, json_number(self->tool.json, "/revision"));
	tool_free(&self->tool);
	NESTCTL(&self->tool, "load", "--json", "-p", self->pid, "--create",
		FIRST);
	ASSERT_TRUE(tool_said(&self->tool, 1, "cannot load the layer: "));
	EXPECT_STREQ("ESTALE", json_text(self->tool.json, "/error/errno"));
	EXPECT_STREQ("", self->tool.err);
}

TEST_F(verbs, revisions)
{
	NESTCTL(&self->tool, "load", "-p", self->pid, "--replace", FIRST);
	EXPECT_TRUE(tool_said(&self->tool, 1, "no layer to replace"));
	NESTCTL(&self->tool, "load", "-p", self->pid, "--create", FIRST);
	EXPECT_TRUE(tool_said(&self->tool, 0, NULL));
	NESTCTL(&self->tool, "load", "-p", self->pid, "--create", FIRST);
	EXPECT_TRUE(tool_said(&self->tool, 1, "cannot load the layer: "));
	NESTCTL(&self->tool, "load", "-p", self->pid, "--revision", "2",
		FIRST);
	EXPECT_TRUE(tool_said(&self->tool, 1, "cannot load the layer: "));
	NESTCTL(&self->tool, "load", "-p", self->pid, "--revision", "1",
		SECOND);
	EXPECT_TRUE(tool_said(&self->tool, 0, NULL));
	NESTCTL(&self->tool, "load", "-p", self->pid, "--replace", SECOND);
	EXPECT_TRUE(tool_said(&self->tool, 0, NULL));
	NESTCTL(&self->tool, "remove", "-p", self->pid, "--revision", "2");
	EXPECT_TRUE(tool_said(&self->tool, 1, "cannot remove the layer: "));
	NESTCTL(&self->tool, "list", "--json", "-p", self->pid);
	EXPECT_EQ(3, json_number(self->tool.json, "/0/revision"));
}

TEST_F(verbs, image)
{
	NESTCTL(&self->tool, "compile", "-o", IMAGE, SECOND);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	NESTCTL(&self->tool, "load", "-p", self->pid, IMAGE);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	NESTCTL(&self->tool, "list", "--json", "-p", self->pid);
	EXPECT_EQ(2, json_number(self->tool.json, "/0/domains"));
	EXPECT_STREQ("image", json_text(self->tool.json, "/0/name"));
}

/* The kernel names the byte, and what is in force stays so. */
TEST_F(verbs, image_cut)
{
	NESTCTL(&self->tool, "load", "-p", self->pid, FIRST);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	NESTCTL(&self->tool, "compile", "-o", IMAGE, SECOND);
	ASSERT_EQ(0, truncate(IMAGE, 200));
	NESTCTL(&self->tool, "load", "-p", self->pid, IMAGE);
	EXPECT_TRUE(tool_said(&self->tool, 1, "byte "));
	NESTCTL(&self->tool, "list", "--json", "-p", self->pid);
	EXPECT_EQ(1, json_number(self->tool.json, "/0/revision"));
	EXPECT_EQ(1, json_number(self->tool.json, "/0/domains"));
}

TEST_F(verbs, show)
{
	struct json_object **json = &self->tool.json;

	NESTCTL(&self->tool, "show", "-p", self->pid);
	EXPECT_TRUE(tool_said(&self->tool, 1, "no layer is in force"));
	NESTCTL(&self->tool, "load", "-p", self->pid, SECOND);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	NESTCTL(&self->tool, "show", "--json", "-p", self->pid);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_STREQ("default", json_text(*json, "/0/domain/0/name"));
	EXPECT_STREQ("default", json_text(*json, "/0/domain/0/flags/0"));
	EXPECT_STREQ("web", json_text(*json, "/0/domain/1/name"));
	EXPECT_STREQ("complain", json_text(*json, "/0/domain/1/flags/0"));
	EXPECT_STREQ("/usr/bin/web", json_text(*json,
					       "/0/domain/1/attaches/0"));
	EXPECT_STREQ("net_bind_service",
		     json_text(*json, "/0/domain/1/capabilities/0"));
	EXPECT_STREQ("inet stream", json_text(*json,
					      "/0/domain/1/networks/0"));
	EXPECT_STREQ("inherit", json_text(*json, "/0/domain/0/exec/0/to"));
	tool_free(&self->tool);
	NESTCTL(&self->tool, "show", "-p", self->pid, "--domain", "web");
	EXPECT_NE(NULL, strstr(self->tool.out, "name web\n"));
	EXPECT_NE(NULL, strstr(self->tool.out, "flags complain\n"));
	EXPECT_EQ(NULL, strstr(self->tool.out, "name default\n"));
}

TEST_F(verbs, show_path)
{
	struct json_object **json = &self->tool.json;

	NESTCTL(&self->tool, "load", "-p", self->pid, SECOND);
	NESTCTL(&self->tool, "show", "--json", "-p", self->pid, "--path",
		SECRET);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_STREQ("r", json_text(*json, "/0/domain/0/rules/deny"));
	EXPECT_STREQ("", json_text(*json, "/0/domain/1/rules/deny"));
	tool_free(&self->tool);
	NESTCTL(&self->tool, "show", "--json", "-p", self->pid, "--path",
		"/srv/x", "--domain", "web");
	EXPECT_STREQ("web", json_text(*json, "/0/domain/0/name"));
	EXPECT_STREQ("rg", json_text(*json, "/0/domain/0/rules/allow"));
}

/* The host's label of a process, as the kernel gives it. */
static const char *host_label(pid_t pid, char *label, size_t size)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/attr/current", pid);
	file = fopen(path, "re");
	if (!file || !fgets(label, size, file))
		snprintf(label, size, "(none)");
	if (file)
		fclose(file);
	label[strcspn(label, "\n")] = '\0';
	return label;
}

static struct json_object *find_task(struct json_object *tasks, pid_t pid)
{
	size_t i;

	for (i = 0; i < json_object_array_length(tasks); i++) {
		struct json_object *task = json_object_array_get_idx(tasks, i);

		if (json_number(task, "/pid") == pid)
			return task;
	}
	return NULL;
}

TEST_F(verbs, ps)
{
	struct json_object *task;
	char label[256];

	NESTCTL(&self->tool, "load", "-p", self->pid, SECOND);
	NESTCTL(&self->tool, "ps", "--json", "-p", self->pid);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	task = find_task(self->tool.json, self->init);
	ASSERT_NE(NULL, task);
	EXPECT_EQ(pidns_of(self->init), json_number(task, "/ns"));
	EXPECT_STREQ("verbs", json_text(task, "/comm"));
	EXPECT_EQ(pidns_of(self->init), json_number(task, "/labels/0/ns"));
	EXPECT_STREQ("default", json_text(task, "/labels/0/domain"));
	EXPECT_STREQ("enforce", json_text(task, "/labels/0/mode"));
	EXPECT_STREQ(host_label(self->init, label, sizeof(label)),
		     json_text(task, "/host"));
	tool_free(&self->tool);

	NESTCTL(&self->tool, "ps");
	EXPECT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_NE(NULL, strstr(self->tool.out, self->pid));
	EXPECT_NE(NULL, strstr(self->tool.out, " default\n"));
}

static bool has_ended(pid_t pid)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT) ||
	       info.si_pid;
}

TEST_F(verbs, monitor)
{
	const char *const args[] = {
		"nestctl", "monitor", "--json", "-p", self->pid, "--count",
		"1", "--timeout", "20", NULL,
	};
	struct json_object **json = &self->tool.json;
	pid_t pid;
	int i;

	NESTCTL(&self->tool, "load", "-p", self->pid, SECOND);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	pid = tool_start(&self->tool, args);
	/* When it has subscribed nobody can tell: so more than once. */
	for (i = 0; i < 100 && !has_ended(pid); i++) {
		gate_open(&self->gates.open);
		usleep(100000);
	}
	tool_wait(&self->tool, pid);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_STREQ("denied", json_text(*json, "/verdict"));
	EXPECT_STREQ("file", json_text(*json, "/class"));
	EXPECT_STREQ("open", json_text(*json, "/operation"));
	EXPECT_STREQ("default", json_text(*json, "/domain"));
	EXPECT_STREQ(SECRET, json_text(*json, "/name"));
	EXPECT_STREQ("r", json_text(*json, "/requested"));
	EXPECT_STREQ("r", json_text(*json, "/denied"));
	EXPECT_EQ(self->init, json_number(*json, "/pid"));
	EXPECT_STREQ("verbs", json_text(*json, "/comm"));
	EXPECT_EQ(pidns_of(self->init), json_number(*json, "/ns"));
	tool_free(&self->tool);

	NESTCTL(&self->tool, "list", "--json", "-p", self->pid);
	EXPECT_LT(0, json_number(*json, "/0/denials"));
}

TEST_F(verbs, monitor_timeout)
{
	NESTCTL(&self->tool, "monitor", "-p", self->pid, "--timeout", "0");
	EXPECT_TRUE(tool_said(&self->tool, 0, NULL));
	NESTCTL(&self->tool, "monitor", "-p", self->pid, "--count", "1",
		"--timeout", "1");
	EXPECT_TRUE(tool_said(&self->tool, 1, "only 0 of 1 events"));
}

TEST_F(verbs, no_such_process)
{
	static const char *const verbs[] = { "list", "show", "ps", "remove" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++) {
		NESTCTL(&self->tool, verbs[i], "-p", "2147483647");
		EXPECT_TRUE(tool_said(&self->tool, 1,
				      "cannot find process 2147483647"));
	}
	NESTCTL(&self->tool, "load", "-p", "2147483647", FIRST);
	EXPECT_TRUE(tool_said(&self->tool, 1, "cannot find process"));
}

TEST_F(verbs, detach_busy)
{
	NESTCTL(&self->tool, "load", "-p", self->pid, FIRST);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	NESTCTL(&self->tool, "detach");
	EXPECT_TRUE(tool_said(&self->tool, 1, "cannot detach: "));
	NESTCTL(&self->tool, "info", "--json");
	EXPECT_STREQ("true", json_text(self->tool.json, "/attached"));
}

TEST_F(verbs, syntax_error)
{
	place_file(PLACE "/wrong", "profile default {\n  /x frob,\n}\n");
	NESTCTL(&self->tool, "load", "-p", self->pid, FIRST);
	NESTCTL(&self->tool, "load", "-p", self->pid, PLACE "/wrong");
	EXPECT_TRUE(tool_said(&self->tool, 1, PLACE "/wrong:2:"));
	NESTCTL(&self->tool, "list", "--json", "-p", self->pid);
	EXPECT_EQ(1, json_number(self->tool.json, "/0/revision"));
}

TEST_F(verbs, delegate)
{
	struct json_object **json = &self->tool.json;
	char host[16];

	NESTCTL(&self->tool, "delegate", "-p", self->pid, "--uid", "33");
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_STREQ("", self->tool.out);
	NESTCTL(&self->tool, "list", "--json");
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	ASSERT_EQ(1, json_object_array_length(*json));
	EXPECT_STREQ("delegated", json_text(*json, "/0/kind"));
	EXPECT_EQ(pidns_of(self->init), json_number(*json, "/0/ns"));
	EXPECT_EQ(33, json_number(*json, "/0/delegate"));
	EXPECT_EQ(pidns_of(0), json_number(*json, "/0/delegated_by"));
	EXPECT_EQ(self->init, json_number(*json, "/0/init"));
	tool_free(&self->tool);

	/* no layer of another kind is taken for it */
	NESTCTL(&self->tool, "load", "-p", self->pid, FIRST);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	NESTCTL(&self->tool, "list", "--json", "-p", self->pid);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	ASSERT_EQ(2, json_object_array_length(*json));
	EXPECT_STREQ("imposed", json_text(*json, "/0/kind"));
	EXPECT_STREQ("(none)", json_text(*json, "/0/delegate"));
	tool_free(&self->tool);
	NESTCTL(&self->tool, "show", "-p", self->pid, "--json");
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	ASSERT_EQ(1, json_object_array_length(*json));
	tool_free(&self->tool);

	NESTCTL(&self->tool, "delegate", "-p", self->pid, "--withdraw",
		"--json");
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_STREQ("withdraw", json_text(*json, "/done"));
	EXPECT_STREQ("false", json_text(*json, "/in_force"));
	tool_free(&self->tool);

	NESTCTL(&self->tool, "delegate", "-p", self->pid, "--withdraw");
	EXPECT_TRUE(tool_said(&self->tool, 1, "the layer is not delegated"));
	snprintf(host, sizeof(host), "%d", getpid());
	NESTCTL(&self->tool, "delegate", "-p", host);
	EXPECT_TRUE(tool_said(&self->tool, 1,
			      "the initial pid namespace takes no layers"));
	NESTCTL(&self->tool, "delegate", "-p", self->pid, "--json", "--uid",
		"4294967294");
	EXPECT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_STREQ("delegate", json_text(*json, "/done"));
	tool_free(&self->tool);
}

TEST_F(verbs, delegate_usage)
{
	NESTCTL(&self->tool, "delegate");
	EXPECT_TRUE(tool_said(&self->tool, 2, "--pid has to name a process"));
	NESTCTL(&self->tool, "delegate", "-p", self->pid, "--uid", "root");
	EXPECT_TRUE(tool_said(&self->tool, 2, "uid \"root\" is not a number"));
	NESTCTL(&self->tool, "delegate", "-p", self->pid, "--uid",
		"4294967295");
	EXPECT_TRUE(tool_said(&self->tool, 2, "is not a number from 0 to "));
	NESTCTL(&self->tool, "delegate", "-p", self->pid, "--uid", "0",
		"--withdraw");
	EXPECT_TRUE(tool_said(&self->tool, 2,
			      "only one of --uid and --withdraw"));
}

NEST_TEST_MAIN
