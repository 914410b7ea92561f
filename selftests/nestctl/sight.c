// SPDX-License-Identifier: GPL-2.0-only
/* nestctl tree and graph: what they show is what there is. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "label.h"
#include "nest_test.h"
#include "tool.h"

#define RULES	"  / r,\n  /** mrwklix,\n  capability,\n  network,\n"
#define OUTER	PLACE "/outer"
#define GRAPH	PLACE "/graph"
#define IMAGE	PLACE "/image"

static struct gate ready;

static int idle(void *arg)
{
	(void)arg;
	gate_open(&ready);
	for (;;)
		pause();
	return 0;
}

/* A container in the container, with a layer of its own. */
static int body(void *arg)
{
	const struct sandbox inner = {
		.policy = "profile inmost flags=(complain) {\n  / r,\n}\n",
	};

	(void)arg;
	sandbox_start(&inner, idle, NULL);
	for (;;)
		pause();
	return 0;
}

FIXTURE(sight)
{
	struct tool tool;
	pid_t init;
	char pid[16];
};

FIXTURE_SETUP(sight)
{
	static const struct sandbox sandbox = { .policy = NULL };

	place_file(OUTER, "profile default {\n" RULES "}\n");
	place_file(GRAPH, "profile default {\n  /bin/a px,\n  /bin/b Ux,\n"
		   "  /bin/c ix,\n  /bin/d cx,\n  change_profile -> kept,\n"
		   "  ^hat { / r, }\n  profile d /bin/d { / r, }\n}\n"
		   "profile got /bin/{a,e} flags=(complain) { / r, }\n"
		   "profile kept flags=(kill) { / r, }\n"
		   "profile alone { / r, }\n");
	ASSERT_EQ(0, gate_init(&ready));
	self->init = sandbox_start(&sandbox, body, NULL);
	gate_pass(&ready);
	snprintf(self->pid, sizeof(self->pid), "%d", self->init);
}

FIXTURE_TEARDOWN(sight)
{
	kill(self->init, SIGKILL);
	sandbox_wait(self->init);
	tool_free(&self->tool);
}

static struct json_object *find_space(struct json_object *tree, long ns)
{
	struct json_object *below = json_at(tree, "/namespaces"), *found;
	size_t i;

	if (json_number(tree, "/ns") == ns)
		return tree;
	for (i = 0; i < json_object_array_length(below); i++) {
		found = find_space(json_object_array_get_idx(below, i), ns);
		if (found)
			return found;
	}
	return NULL;
}

TEST_F(sight, tree)
{
	struct json_object **json = &self->tool.json, *outer;
	long ns = pidns_of(self->init);

	NESTCTL(&self->tool, "load", "-p", self->pid, "-n", "limits", OUTER);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	NESTCTL(&self->tool, "tree", "--json");
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_EQ(pidns_of(0), json_number(*json, "/ns"));
	EXPECT_EQ(1, json_number(*json, "/init"));
	EXPECT_EQ(0, json_object_array_length(json_at(*json, "/layers")));

	outer = find_space(*json, ns);
	ASSERT_NE(NULL, outer);
	EXPECT_EQ(self->init, json_number(outer, "/init"));
	EXPECT_STREQ("sight", json_text(outer, "/comm"));
	EXPECT_EQ(1, json_number(outer, "/tasks"));
	EXPECT_EQ(1, json_object_array_length(json_at(outer, "/layers")));
	EXPECT_STREQ("limits", json_text(outer, "/layers/0/name"));
	EXPECT_STREQ("imposed", json_text(outer, "/layers/0/kind"));
	EXPECT_STREQ("default", json_text(outer,
					  "/layers/0/members/0/domain"));
	/* the inner container's task is the outer layer's as well */
	EXPECT_EQ(2, json_number(outer, "/layers/0/members/0/tasks"));

	ASSERT_EQ(1, json_object_array_length(json_at(outer, "/namespaces")));
	EXPECT_STREQ("own", json_text(outer, "/namespaces/0/layers/0/kind"));
	EXPECT_EQ(2, json_number(outer, "/namespaces/0/layers/0/level"));
	EXPECT_STREQ("unconfined",
		     json_text(outer,
			       "/namespaces/0/layers/0/members/0/mode"));
}

/* The label of the first process, as the kernel gives it. */
TEST_F(sight, tree_host)
{
	char path[64], label[256] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/attr/current", self->init);
	file = fopen(path, "re");
	if (!file || !fgets(label, sizeof(label), file))
		SKIP(return, "no LSM that gives labels");
	fclose(file);
	label[strcspn(label, "\n")] = '\0';
	NESTCTL(&self->tool, "tree", "--json", "-p", self->pid);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_EQ(pidns_of(self->init), json_number(self->tool.json, "/ns"));
	EXPECT_STREQ(label, json_text(self->tool.json, "/host/0"));
}

TEST_F(sight, tree_text)
{
	char line[128];

	NESTCTL(&self->tool, "load", "-p", self->pid, "-n", "limits", OUTER);
	NESTCTL(&self->tool, "tree", "-p", self->pid);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	snprintf(line, sizeof(line), "ns %u init %d comm sight tasks 1",
		 pidns_of(self->init), self->init);
	EXPECT_EQ(0, strncmp(self->tool.out, line, strlen(line)));
	snprintf(line, sizeof(line),
		 "\n|- layer limits imposed from %u revision 1: default 2\n",
		 pidns_of(0));
	EXPECT_NE(NULL, strstr(self->tool.out, line));
	EXPECT_NE(NULL, strstr(self->tool.out, "\n`- ns "));
	EXPECT_NE(NULL, strstr(self->tool.out,
			       "\n   `- layer - own revision 1: unconfined 1\n"));
	NESTCTL(&self->tool, "tree", "-p", "2147483647");
	EXPECT_TRUE(tool_said(&self->tool, 1, "cannot find process"));
}

static bool has_edge(struct json_object *graph, const char *from,
		     const char *to, const char *by)
{
	struct json_object *edges = json_at(graph, "/transitions"), *edge;
	size_t i;

	for (i = 0; i < json_object_array_length(edges); i++) {
		edge = json_object_array_get_idx(edges, i);
		if (!strcmp(json_text(edge, "/from"), from) &&
		    !strcmp(json_text(edge, "/to"), to) &&
		    !strcmp(json_text(edge, "/by"), by))
			return true;
	}
	return false;
}

static size_t count_edges(struct json_object *graph)
{
	return json_object_array_length(json_at(graph, "/transitions"));
}

static bool has_graph(struct json_object *graph)
{
	static const char *const edges[][3] = {
		{ "default", "got", "exec" },
		{ "default", "unconfined", "exec (scrubbed)" },
		{ "default", "default//d", "exec" },
		{ "default", "kept", "change_profile" },
		{ "default", "kept", "change_profile at exec" },
		{ "default", "default//hat", "change_hat" },
		{ "unconfined", "got", "exec" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(edges); i++)
		if (!has_edge(graph, edges[i][0], edges[i][1], edges[i][2])) {
			fprintf(stderr, "# no edge from %s to %s\n",
				edges[i][0], edges[i][1]);
			return false;
		}
	return count_edges(graph) == ARRAY_SIZE(edges);
}

TEST_F(sight, graph_of_source)
{
	NESTCTL(&self->tool, "graph", "--json", GRAPH);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_TRUE(has_graph(json_at(self->tool.json, "/0")));
	tool_free(&self->tool);
	NESTCTL(&self->tool, "compile", "-o", IMAGE, GRAPH);
	NESTCTL(&self->tool, "graph", "--json", IMAGE);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_TRUE(has_graph(json_at(self->tool.json, "/0")));
	ASSERT_EQ(0, truncate(IMAGE, 300));
	NESTCTL(&self->tool, "graph", IMAGE);
	EXPECT_TRUE(tool_said(&self->tool, 1, IMAGE ": byte "));
}

TEST_F(sight, graph_in_force)
{
	NESTCTL(&self->tool, "graph", "-p", self->pid);
	EXPECT_TRUE(tool_said(&self->tool, 1, "no layer is in force"));
	NESTCTL(&self->tool, "load", "-p", self->pid, GRAPH);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	NESTCTL(&self->tool, "graph", "--json", "-p", self->pid);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_EQ(pidns_of(self->init), json_number(self->tool.json, "/0/ns"));
	EXPECT_TRUE(has_graph(json_at(self->tool.json, "/0")));
	tool_free(&self->tool);
	NESTCTL(&self->tool, "graph", "-p", self->pid);
	ASSERT_TRUE(tool_said(&self->tool, 0, NULL));
	EXPECT_EQ(0, strncmp(self->tool.out, "digraph nest {\n", 15));
	EXPECT_NE(NULL, strstr(self->tool.out,
			       "\"0:default\" -> \"0:got\" [label=\"exec /bin/a\"];\n"));
	EXPECT_NE(NULL, strstr(self->tool.out, "\n}\n"));
	NESTCTL(&self->tool, "graph", "-p", self->pid, GRAPH);
	EXPECT_TRUE(tool_said(&self->tool, 2, "usage: nestctl graph"));
}

TEST_HARNESS_MAIN
