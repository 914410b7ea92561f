// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "label.h"
#include "ops.h"
#include "sandbox.h"

/**
 * label_of() - look a task's innermost label up
 * @nest: a handle
 * @pid: the task, in the caller's view
 * @label: the answer
 *
 * Return: 0, ESRCH if no layer covers the task, or another errno.
 */
int label_of(struct nest *nest, pid_t pid, struct nest_label *label)
{
	struct nest_task *tasks;
	size_t count, i;
	int err;

	err = -nest_task_list(nest, &tasks, &count);
	if (err)
		return err;
	err = ESRCH;
	for (i = 0; i < count; i++) {
		if (tasks[i].pid != pid || !tasks[i].n_labels)
			continue;
		*label = tasks[i].labels[tasks[i].n_labels - 1];
		err = 0;
	}
	nest_task_free(tasks, count);
	return err;
}

/**
 * label_is() - compare a label with what is expected
 * @label: from label_of()
 * @domain: its name, or "" for unconfined
 *
 * Return: whether it is so; otherwise it says what it is.
 */
bool label_is(const struct nest_label *label, const char *domain)
{
	bool confined = label->mode != NEST_MODE_UNCONFINED &&
			label->mode != NEST_MODE_EXEMPT;

	if (confined == !!*domain && !strcmp(label->domain, domain))
		return true;
	fprintf(stderr, "# domain is '%s' mode %u, not '%s'\n", label->domain,
		label->mode, domain);
	return false;
}

/* In a child: becomes "probe hold" between the pipes. */
static int become_probe(const char *path, const int in[2], const int out[2])
{
	char *const argv[] = { "probe", "hold", NULL };
	static char *const env[1];

	if (dup2(in[0], 0) < 0 || dup2(out[1], 1) < 0)
		return errno;
	close(in[1]);
	close(out[0]);
	execve(path, argv, env);
	return errno;
}

/**
 * label_after_exec() - execute a copy of the probe and look at its domain
 * @path: the copy
 * @label: the answer
 *
 * Return: 0, or the errno of the exec.
 */
int label_after_exec(const char *path, struct nest_label *label)
{
	int in[2], out[2], err, status;
	char byte;
	pid_t pid;

	if (pipe(in) || pipe(out))
		return errno;
	pid = fork();
	if (pid < 0)
		return errno;
	if (!pid)
		_exit(become_probe(path, in, out));
	close(in[0]);
	close(out[1]);
	err = read(out[0], &byte, 1) == 1 ? label_of(sandbox_nest, pid, label)
					  : 0;
	close(in[1]);
	close(out[0]);
	status = sandbox_wait(pid);
	return err ? err : status;
}

/**
 * pidns_of() - the pid namespace of a process
 * @pid: the process, or 0 for the caller
 *
 * Return: its inode number, or 0.
 */
uint32_t pidns_of(pid_t pid)
{
	char path[64] = "/proc/self/ns/pid";
	struct stat st;

	if (pid)
		snprintf(path, sizeof(path), "/proc/%d/ns/pid", pid);
	return stat(path, &st) ? 0 : st.st_ino;
}
