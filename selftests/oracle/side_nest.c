// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "nest.h"
#include "side.h"

static struct nest *nest;

/* The pid namespace that layers are loaded from: that of the process outside. */
static uint32_t origin;

static void fail(const char *what)
{
	errx(2, "Nest: %s: %s", what, nest_error(nest)->message);
}

static void begin(void)
{
	struct stat st;

	if (stat("/proc/self/ns/pid", &st))
		err(2, "/proc/self/ns/pid");
	origin = st.st_ino;
}

static void prepare(const char *file, pid_t init)
{
	struct nest_load load = { .revision = 0 };
	struct nest_error error;
	void *data;

	if (!nest && nest_open(&nest, &error))
		errx(2, "Nest: %s", error.message);
	data = side_read_file(file, &load.size);
	load.image = data;
	if (nest_target_by_pid(nest, init, &load.target) ||
	    nest_layer_load(nest, &load, NULL))
		fail(file);
	free(data);
}

/* The domain "default" has taken hold of the namespace. */
static void enter(void)
{
}

static int change_profile(const char *name, bool at_exec)
{
	return -nest_change_profile(name, origin, at_exec);
}

static int change_hat(const char *name, unsigned int token)
{
	return -nest_change_hat(name, origin, token);
}

static void describe(const struct nest_task *task, char *text, size_t size)
{
	const char *name;

	if (task->n_labels != 1)
		errx(2, "Nest: process %d is under %zu layers", task->pid,
		     task->n_labels);
	name = task->labels[0].domain;
	snprintf(text, size, "%s", *name ? name : "unconfined");
}

static void domain(pid_t pid, char *text, size_t size)
{
	struct nest_task *tasks;
	size_t count, i;

	if (nest_task_list(nest, &tasks, &count))
		fail("tasks");
	*text = '\0';
	for (i = 0; i < count; i++)
		if (tasks[i].pid == pid)
			describe(&tasks[i], text, size);
	nest_task_free(tasks, count);
	if (!*text)
		errx(2, "Nest: process %d is not in its list", pid);
}

/* The layer goes with its namespace. */
static void finish(void)
{
}

const struct side side_nest = {
	.name = "Nest",
	.begin = begin,
	.prepare = prepare,
	.enter = enter,
	.change_profile = change_profile,
	.change_hat = change_hat,
	.domain = domain,
	.finish = finish,
};
