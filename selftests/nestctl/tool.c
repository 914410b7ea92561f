// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <json-c/json_pointer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tool.h"

static void give_up(const char *what)
{
	fprintf(stderr, "# tool: %s: %s\n", what, strerror(errno));
	_exit(1);
}

/* Files without a name, so that tools in several processes do not meet. */
static int take_output(void)
{
	int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0)
		give_up("temporary file");
	return fd;
}

static int files[2];

/**
 * tool_start() - begin to run nestctl; one at a time in a process
 * @tool: gets the result
 * @args: its arguments, "nestctl" first, NULL last
 *
 * Return: the process, for tool_wait().
 */
pid_t tool_start(struct tool *tool, const char *const *args)
{
	pid_t pid;

	memset(tool, 0, sizeof(*tool));
	files[0] = take_output();
	files[1] = take_output();
	pid = fork();
	if (pid < 0)
		give_up("fork");
	if (pid)
		return pid;
	if (dup2(files[0], 1) < 0 || dup2(files[1], 2) < 0)
		give_up("dup2");
	execvp(args[0], (char *const *)args);
	give_up(args[0]);
	return -1;
}

static void read_back(int fd, char *text, size_t size)
{
	ssize_t n = pread(fd, text, size - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	close(fd);
}

/**
 * tool_wait() - wait for nestctl
 * @tool: gets the result
 * @pid: from tool_start()
 */
void tool_wait(struct tool *tool, pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		give_up("wait");
	tool->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
		       WEXITSTATUS(status);
	read_back(files[0], tool->out, sizeof(tool->out));
	read_back(files[1], tool->err, sizeof(tool->err));
	tool->json = json_tokener_parse(tool->out);
}

/**
 * tool_run() - run nestctl; the macro NESTCTL() is easier to read
 * @tool: gets the result, for tool_free()
 * @args: its arguments, "nestctl" first, NULL last
 */
void tool_run(struct tool *tool, const char *const *args)
{
	tool_wait(tool, tool_start(tool, args));
}

/**
 * tool_free() - forget a run
 * @tool: the run
 */
void tool_free(struct tool *tool)
{
	json_object_put(tool->json);
	tool->json = NULL;
}

/**
 * tool_said() - did it end so, with such a message?
 * @tool: the run
 * @status: expected
 * @error: part of what it has to have complained of, in text or JSON form;
 *	NULL: it must not have complained
 *
 * Return: whether it did; if not, what it did is printed.
 */
bool tool_said(const struct tool *tool, int status, const char *error)
{
	const char *said = tool->err;

	if (json_at(tool->json, "/error/message"))
		said = json_text(tool->json, "/error/message");
	if (tool->status == status &&
	    (error ? !!strstr(said, error) : !said[0]))
		return true;
	fprintf(stderr, "# status %d (expected %d), out: %s\n# err: %s\n",
		tool->status, status, tool->out, said);
	return false;
}

/**
 * json_at() - part of a JSON value
 * @json: the value, or NULL
 * @path: a JSON pointer: "/0/labels/1/domain"
 *
 * Return: the part, or NULL.
 */
struct json_object *json_at(struct json_object *json, const char *path)
{
	struct json_object *part;

	if (!json || json_pointer_get(json, path, &part))
		return NULL;
	return part;
}

/**
 * json_text() - a string in a JSON value
 * @json: the value
 * @path: as of json_at()
 *
 * Return: the string, or "(none)".
 */
const char *json_text(struct json_object *json, const char *path)
{
	const char *text = json_object_get_string(json_at(json, path));

	return text ? text : "(none)";
}

/**
 * json_number() - a number in a JSON value
 * @json: the value
 * @path: as of json_at()
 *
 * Return: the number, or -1 if there is none.
 */
long json_number(struct json_object *json, const char *path)
{
	struct json_object *part = json_at(json, path);

	if (!json_object_is_type(part, json_type_int))
		return -1;
	return json_object_get_int64(part);
}

/**
 * place_file() - write a file below PLACE
 * @name: its path
 * @text: what to put there
 *
 * Return: @name.
 */
const char *place_file(const char *name, const char *text)
{
	FILE *file;

	mkdir(PLACE, 0755);
	file = fopen(name, "we");
	if (!file || fputs(text, file) < 0 || fclose(file))
		give_up(name);
	return name;
}
