// SPDX-License-Identifier: GPL-2.0-only
/*
 * A task changes its own domain. The first argument has the steps, separated by
 * commas: pNAME (a profile), xNAME (a profile, at the next exec), hTOKEN:NAME (a
 * hat, with a token of one digit), bTOKEN (back from the hats), n (gives up
 * new privileges). The second, if there is one, is a program to execute then.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "probe.h"
#include "side.h"
#include "tree.h"

static const struct side *side;

/**
 * changes_use() - by which module's means domains are changed
 * @used: the module
 */
void changes_use(const struct side *used)
{
	side = used;
}

/**
 * probe_take_step() - of a task to another domain
 * @step: the step, see above
 *
 * Return: 0 or an errno.
 */
int probe_take_step(const char *step)
{
	switch (*step) {
	case 'p':
	case 'x':
		return side->change_profile(step + 1, *step == 'x');
	case 'h':
		return side->change_hat(step + 3, step[1] - '0');
	case 'b':
		return side->change_hat(NULL, step[1] - '0');
	default:
		return OUTCOME(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	}
}

/* The first errno. */
static int failed;

static void note(int code)
{
	if (!failed)
		failed = code;
	probe_note("%s,", code ? strerrorname_np(code) : "ok");
}

/* As a program that is executed does. */
static void report(void)
{
	char byte = TARGET_SAYS;

	if (write(TARGET_REPORT, &byte, 1) != 1 ||
	    read(TARGET_GO, &byte, 1) != 1)
		_exit(1);
}

static void change(const struct probe *probe)
{
	char *const target[] = { (char *)"target", NULL };
	char *const none[] = { NULL };
	char steps[PROBE_PATH], *step, *rest;

	snprintf(steps, sizeof(steps), "%s", probe->path[0]);
	for (step = strtok_r(steps, ",", &rest); step;
	     step = strtok_r(NULL, ",", &rest))
		note(probe_take_step(step));
	if (*probe->path[1]) {
		execve(probe->path[1], target, none);
		note(errno);
	}
	report();
	_exit(failed);
}

/*
 * All steps are taken, whatever became of those before, and the outcomes noted;
 * then the domain is looked at. A process that shares memory with another could
 * not change, so this is no vfork().
 */
static int run_change(const struct probe *probe, int arg)
{
	pid_t pid = fork();
	int status;

	(void)arg;
	if (!pid)
		change(probe);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return KILLED;
	return WIFSIGNALED(status) ? KILLED + WTERMSIG(status) :
				     WEXITSTATUS(status);
}

const struct probe_op probe_change_ops[] = {
	{ "change", run_change, 0, false, false },
};

const size_t probe_n_change_ops = ARRAY_SIZE(probe_change_ops);
