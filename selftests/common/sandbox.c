// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "compiler.h"
#include "nest.h"
#include "sandbox.h"

#define IDS	"0 0 65536"

struct nest *sandbox_nest;

/**
 * sandbox_check_failed() - say which CHECK() did not hold
 * @file: where
 * @line: where
 * @what: the condition
 */
void sandbox_check_failed(const char *file, int line, const char *what)
{
	fprintf(stderr, "# %s:%d: not so: %s (errno %d)\n", file, line, what,
		errno);
}

static void broken(const char *what)
{
	fprintf(stderr, "# sandbox: %s: %s\n", what, strerror(errno));
	_exit(SANDBOX_BROKEN);
}

/**
 * gate_init() - make a gate, shut
 * @gate: to be made before the fork of who waits
 *
 * Return: 0 or an errno.
 */
int gate_init(struct gate *gate)
{
	return pipe2(gate->fd, O_CLOEXEC) ? errno : 0;
}

/**
 * gate_open() - let one process pass once
 * @gate: the gate
 */
void gate_open(const struct gate *gate)
{
	if (write(gate->fd[1], "", 1) != 1)
		broken("gate");
}

/**
 * gate_pass() - wait until somebody opens the gate
 * @gate: the gate
 */
void gate_pass(const struct gate *gate)
{
	char byte;

	if (read(gate->fd[0], &byte, 1) != 1)
		broken("gate");
}

static void print_diag(void *context, const struct nest_diag *diag)
{
	(void)context;
	nest_diag_print(stderr, diag);
}

static int compile_and_load(struct nest *nest, const char *policy,
			    struct nest_load *load)
{
	struct nest_compile_options options = {
		.ignored = 1U << NEST_DIAG_RULE_NOT_ENFORCED |
			   1U << NEST_DIAG_UNKNOWN_TARGET,
		.diag = print_diag,
	};
	struct nest_source source = { "test", policy, strlen(policy) };
	struct nest_image image;
	int err;

	err = nest_compile(&options, &source, 1, &image);
	if (err)
		return -err;
	load->image = image.data;
	load->size = image.size;
	load->revision = NEST_ANY_REVISION;
	err = nest_layer_load(nest, load, NULL);
	nest_image_free(&image);
	if (err)
		fprintf(stderr, "# %s\n", nest_error(nest)->message);
	return -err;
}

/**
 * sandbox_load() - compile a policy and put it in force on the own namespace
 * @nest: a handle
 * @policy: the source
 *
 * Return: 0 or an errno; what was wrong has been said.
 */
int sandbox_load(struct nest *nest, const char *policy)
{
	struct nest_load load = { 0 };

	return compile_and_load(nest, policy, &load);
}

/**
 * sandbox_impose() - compile a policy and put it in force on another namespace
 * @nest: a handle
 * @policy: the source
 * @pid: a process there
 *
 * Return: as sandbox_load().
 */
int sandbox_impose(struct nest *nest, const char *policy, pid_t pid)
{
	struct nest_load load = { 0 };
	int err;

	err = -nest_target_by_pid(nest, pid, &load.target);
	return err ? err : compile_and_load(nest, policy, &load);
}

/**
 * sandbox_impose_at_exec() - the same for a namespace whose first process has yet
 *	to execute a program
 * @nest: a handle
 * @policy: the source
 * @pid: a process there; 0: the own namespace
 *
 * Return: as sandbox_load().
 */
int sandbox_impose_at_exec(struct nest *nest, const char *policy, pid_t pid)
{
	struct nest_load load = { .at_exec = true };
	int err = pid ? -nest_target_by_pid(nest, pid, &load.target) : 0;

	return err ? err : compile_and_load(nest, policy, &load);
}

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	int err = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		err = errno;
	close(fd);
	return err;
}

/**
 * sandbox_files() - fill /stage
 *
 * Return: 0 or an errno.
 */
int sandbox_files(void)
{
	static const char *const files[] = {
		WORK "/file", WORK "/other", WORK "/dir/file",
	};
	static const char *const dirs[] = { WORK "/dir", WORK "/empty" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dirs); i++)
		if (mkdir(dirs[i], 0755))
			return errno;
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		int err = write_file(files[i], "some text\n");

		if (err)
			return err;
	}
	return 0;
}

/**
 * sandbox_copy_self() - put this program at @path, for probe_main()
 * @path: a new file
 *
 * Return: 0 or an errno.
 */
int sandbox_copy_self(const char *path)
{
	int in = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	int err = in < 0 || out < 0 ? errno : 0;
	ssize_t n = 1;

	while (!err && n > 0) {
		n = sendfile(out, in, NULL, 1 << 20);
		if (n < 0)
			err = errno;
	}
	close(in);
	close(out);
	return err;
}

static pid_t raw_clone(unsigned long flags)
{
	fflush(NULL);
	return syscall(SYS_clone, flags | SIGCHLD, 0UL, NULL, NULL, 0UL);
}

/*
 * A view of the file system that goes away with the sandbox. In a nested one
 * with the same user namespace it replaces the outer one's; else that is
 * locked, and stays below.
 */
static void set_up_mounts(void)
{
	if (mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		broken("private mounts");
	umount2("/proc", MNT_DETACH);
	umount2(WORK, MNT_DETACH);
	if (mount("proc", "/proc", "proc", 0, NULL))
		broken("mount /proc");
	mkdir(WORK, 0755);
	if (mount("stage", WORK, "tmpfs", 0, "mode=755"))
		broken("mount " WORK);
}

static void prepare(const struct sandbox *sandbox)
{
	int err = sandbox->files ? sandbox_files() : 0;

	if (!err && sandbox->prepare)
		err = sandbox->prepare();
	if (err) {
		errno = err;
		broken("prepare");
	}
}

static int child(const struct sandbox *sandbox, sandbox_fn body, void *arg)
{
	struct nest_error error;
	int err;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (setresgid(0, 0, 0) || setresuid(0, 0, 0))
		broken("become root");
	set_up_mounts();
	prepare(sandbox);
	if (sandbox_nest)
		nest_close(sandbox_nest);
	err = nest_open(&sandbox_nest, &error);
	if (err) {
		fprintf(stderr, "# sandbox: %s\n", error.message);
		return SANDBOX_BROKEN;
	}
	if (sandbox->policy && sandbox_load(sandbox_nest, sandbox->policy))
		return SANDBOX_BROKEN;
	return body(arg);
}

static int write_map(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return write_file(path, IDS);
}

/**
 * sandbox_start() - begin to run a body in a new sandbox
 * @sandbox: what to set up
 * @body: what to run
 * @arg: its argument
 *
 * Return: pid 1 of the sandbox, for sandbox_wait(). It dies with its parent.
 */
pid_t sandbox_start(const struct sandbox *sandbox, sandbox_fn body, void *arg)
{
	unsigned long flags = CLONE_NEWPID | CLONE_NEWNS;
	struct gate gate;
	pid_t pid;

	if (!sandbox->rootful)
		flags |= CLONE_NEWUSER;
	if (gate_init(&gate))
		broken("gate");
	mkdir(WORK, 0755);
	pid = raw_clone(flags);
	if (pid < 0)
		broken("clone");
	if (!pid) {
		gate_pass(&gate);
		_exit(child(sandbox, body, arg));
	}
	if (!sandbox->rootful) {
		errno = write_map(pid, "gid_map");
		if (!errno)
			errno = write_map(pid, "uid_map");
		if (errno) {
			kill(pid, SIGKILL);
			broken("map ids");
		}
	}
	gate_open(&gate);
	close(gate.fd[0]);
	close(gate.fd[1]);
	return pid;
}

/**
 * sandbox_wait() - wait for a process
 * @pid: from sandbox_start(), or any child
 *
 * Return: its exit status, or SANDBOX_SIGNAL + the signal.
 */
int sandbox_wait(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, __WALL) < 0) {
		if (errno != EINTR)
			broken("wait");
	}
	if (WIFSIGNALED(status))
		return SANDBOX_SIGNAL + WTERMSIG(status);
	return WEXITSTATUS(status);
}

/**
 * sandbox_run() - sandbox_start() and sandbox_wait()
 * @sandbox: what to set up
 * @body: what to run
 * @arg: its argument
 *
 * Return: as sandbox_wait().
 */
int sandbox_run(const struct sandbox *sandbox, sandbox_fn body, void *arg)
{
	return sandbox_wait(sandbox_start(sandbox, body, arg));
}

/**
 * sandbox_fork() - run a function in a child, for what cannot be undone
 * @body: what to run
 * @arg: its argument
 *
 * Return: as sandbox_wait().
 */
int sandbox_fork(sandbox_fn body, void *arg)
{
	pid_t pid = raw_clone(0);

	if (pid < 0)
		broken("fork");
	if (!pid)
		_exit(body(arg));
	return sandbox_wait(pid);
}

static int open_namespace(pid_t pid, const char *kind)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, kind);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/**
 * sandbox_enter() - enter a sandbox from outside, as nsenter does
 * @pid: a process in it
 * @user: its user namespace, too; else with the caller's own credentials
 *
 * From then on children are in its pid namespace.
 *
 * Return: 0 or an errno.
 */
int sandbox_enter(pid_t pid, bool user)
{
	int pidns = open_namespace(pid, "pid");
	int mnt = open_namespace(pid, "mnt");
	int userns = open_namespace(pid, "user");

	if (user && (setns(userns, 0) || setresgid(0, 0, 0) ||
		     setresuid(0, 0, 0)))
		return errno;
	if (setns(pidns, 0) || setns(mnt, 0))
		return errno;
	close(pidns);
	close(mnt);
	close(userns);
	return 0;
}

/**
 * sandbox_own_layer() - in a body: the only layer that it can see
 * @layer: filled in
 *
 * Return: 0, or SANDBOX_FAILED if there is not just one.
 */
int sandbox_own_layer(struct nest_layer *layer)
{
	struct nest_layer *layers;
	size_t count;

	CHECK(!nest_layer_list(sandbox_nest, &layers, &count));
	CHECK(count == 1);
	*layer = layers[0];
	free(layers);
	return 0;
}
