// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nestctl oci-hook: a hook of container runtimes. The runtime waits for it when
 * the container's namespaces are there and no program of it runs yet, and gives
 * the container up if it fails.
 *
 * Some runtimes throw away what a hook says, so it goes to the system's log, too.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "nestctl.h"
#include "ocistate.h"

#define POLICIES	"/etc/nest/policy.d"
#define CHUNK		4096

/* --- what is said ----------------------------------------------------------*/

/* From here on errors are kept. Returns the true standard error, or -1. */
static int keep_errors(void)
{
	int kept = memfd_create("errors", MFD_CLOEXEC);
	int saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);

	if (kept < 0 || dup2(kept, STDERR_FILENO) < 0) {
		close(saved);
		saved = -1;
	}
	close(kept);
	return saved;
}

static void log_line(const char *line, const char *id, int priority)
{
	syslog(priority, "%s%s%s%s", id ? "container " : "", id ? id : "",
	       id ? ": " : "", line);
}

/* Gives what was kept to standard error, and to the log. */
static void say_errors(int saved, const struct oci_state *state, bool failed)
{
	int kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	FILE *file = kept < 0 ? NULL : fdopen(kept, "r");
	char line[CHUNK];

	fflush(stderr);
	if (dup2(saved, STDERR_FILENO) < 0 || !file)
		return;
	rewind(file);
	openlog("nestctl", LOG_PID, LOG_DAEMON);
	while (fgets(line, sizeof(line), file)) {
		fputs(line, stderr);
		line[strcspn(line, "\n")] = '\0';
		log_line(line, state->id, failed ? LOG_ERR : LOG_WARNING);
	}
	closelog();
	fclose(file);
}

/* --- the policy ------------------------------------------------------------*/

/* Links within the directory are the administrator's; none leads out of it. */
static int open_below(const char *dir, const char *name)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	int at = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	int fd;

	if (at < 0) {
		error_print("cannot open the directory of policies %s: %m", dir);
		return -1;
	}
	fd = syscall(SYS_openat2, at, name, &how, sizeof(how));
	if (fd < 0)
		error_print("cannot open the policy %s/%s: %s", dir, name,
			    errno == EXDEV ? "it leads out of the directory" :
			    strerror(errno));
	close(at);
	if (fd < 0)
		return -1;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		return fd;
	error_print("the policy %s/%s is no file", dir, name);
	close(fd);
	return -1;
}

static int get_policy(const struct nestctl_args *args,
		      const struct oci_state *state,
		      struct nestctl_policy *policy)
{
	const char *dir = args->include ? args->include : POLICIES;
	int fds[OCI_FILES_MAX];
	size_t n;
	int err = 0;

	memset(policy, 0, sizeof(*policy));
	for (n = 0; n < state->n_files; n++) {
		fds[n] = open_below(dir, state->files[n]);
		if (fds[n] < 0)
			break;
	}
	if (n == state->n_files)
		err = nestctl_policy_read(args, state->files, fds, n, policy);
	else
		err = -ENOENT;
	while (n)
		close(fds[--n]);
	return err;
}

/* --- the layer -------------------------------------------------------------*/

static void set_name(const struct oci_state *state, char *name, size_t size)
{
	const char *slash = strrchr(state->files[0], '/');

	snprintf(name, size, "%s", slash ? slash + 1 : state->files[0]);
}

static int put_in_force(struct nest *nest, const struct nestctl_policy *policy,
			const struct nest_target *target,
			const struct oci_state *state)
{
	char name[NEST_LAYER_NAME_SIZE];
	const struct nest_load load = {
		.target = *target,
		.image = policy->data,
		.size = policy->size,
		.name = name,
		.revision = 0,
		.at_exec = true,
	};
	int err;

	set_name(state, name, sizeof(name));
	err = nest_layer_load(nest, &load, NULL);
	if (err)
		error_nest(nest_error(nest));
	if (err == -EPERM && !state->own)
		error_print("only root of the host imposes layers: try org.nest.layer=own");
	return err;
}

static bool same_user_namespace(pid_t pid)
{
	char path[64];
	struct stat own, other;

	snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
	return !stat("/proc/self/ns/user", &own) && !stat(path, &other) &&
	       own.st_ino == other.st_ino && own.st_dev == other.st_dev;
}

/* In a child: enters the container, and loads there what is its own then. */
static int load_inside(const struct nestctl_policy *policy, int pidfd,
		       const struct oci_state *state)
{
	const struct nest_target own = { 0 };
	struct nest *nest;
	int err;

	if (setns(pidfd, CLONE_NEWPID |
			 (same_user_namespace(state->pid) ? 0 : CLONE_NEWUSER))) {
		error_print("cannot enter the namespaces of process %d: %m",
			    state->pid);
		return -EIO;
	}
	switch (fork()) {
	case -1:
		error_print("cannot fork: %m");
		return -EIO;
	case 0:
		nest = nestctl_open();
		err = nest ? put_in_force(nest, policy, &own, state) : -EIO;
		_exit(err ? EXIT_FAILED : EXIT_DONE);
	}
	if (wait(&err) < 0 || !WIFEXITED(err) || WEXITSTATUS(err))
		return -EIO;
	return 0;
}

static int load_own(const struct nestctl_policy *policy,
		    const struct oci_state *state)
{
	int pidfd = syscall(SYS_pidfd_open, state->pid, 0);
	int status;
	pid_t pid;

	if (pidfd < 0) {
		error_print("cannot find the container's process %d: %m",
			    state->pid);
		return -ESRCH;
	}
	fflush(NULL);
	pid = fork();
	if (!pid)
		_exit(load_inside(policy, pidfd, state) ? EXIT_FAILED :
							  EXIT_DONE);
	close(pidfd);
	if (pid < 0) {
		error_print("cannot fork: %m");
		return -EAGAIN;
	}
	if (waitpid(pid, &status, 0) < 0 || !WIFEXITED(status) ||
	    WEXITSTATUS(status))
		return -EIO;
	return 0;
}

static int load_from_outside(struct nest *nest,
			     const struct nestctl_policy *policy,
			     const struct oci_state *state)
{
	struct nest_target target;
	int err;

	err = nest_target_by_pid(nest, state->pid, &target);
	if (err)
		error_nest(nest_error(nest));
	return err ? err : put_in_force(nest, policy, &target, state);
}

static int delegate(struct nest *nest, const struct oci_state *state)
{
	struct nest_target target;
	int err;

	err = nest_target_by_pid(nest, state->pid, &target);
	if (!err)
		err = nest_delegate(nest, &target, NEST_ROOT_OF_OWNER);
	if (err)
		error_nest(nest_error(nest));
	return err;
}

static int load(const struct nestctl_args *args, const struct oci_state *state)
{
	struct nest *nest = nestctl_open();
	struct nestctl_policy policy;
	int err = nest ? 0 : -EIO;

	if (err)
		return err;
	err = get_policy(args, state, &policy);
	if (!err && state->own)
		err = load_own(&policy, state);
	else if (!err)
		err = load_from_outside(nest, &policy, state);
	if (!err && state->delegate)
		err = delegate(nest, state);
	nestctl_policy_free(&policy);
	nest_close(nest);
	return err;
}

/* All of standard input, or a byte more than a state may have. */
static char *read_state(size_t *size)
{
	char *text = malloc(OCI_STATE_MAX + 1);
	ssize_t n;

	if (!text)
		abort();
	*size = 0;
	do {
		n = read(STDIN_FILENO, text + *size, OCI_STATE_MAX + 1 - *size);
		*size += n > 0 ? n : 0;
	} while ((n > 0 && *size <= OCI_STATE_MAX) || (n < 0 && errno == EINTR));
	if (n >= 0)
		return text;
	error_print("cannot read the state on standard input: %m");
	free(text);
	return NULL;
}

static int serve(const struct nestctl_args *args, struct oci_state *state)
{
	const char *policy = args->n_words ? args->words[0] : NULL;
	char *text;
	size_t size;
	int err;

	text = read_state(&size);
	if (!text)
		return -EIO;
	err = oci_state_parse(text, size, policy, state);
	free(text);
	return err ? err : load(args, state);
}

static int run(const struct nestctl_args *args)
{
	struct oci_state state = { 0 };
	int saved = args->json ? -1 : keep_errors();
	int err = serve(args, &state);

	if (err && !args->json)
		error_print("oci-hook: the container %s must not start without its policy",
			    state.id ? state.id : "");
	if (saved >= 0)
		say_errors(saved, &state, err);
	oci_state_free(&state);
	return err ? EXIT_FAILED : EXIT_DONE;
}

const struct nestctl_verb nestctl_oci_hook = {
	.name = "oci-hook",
	.options = "IW",
	.max = 1,
	.usage = "[-I DIR] [--warn KIND] [POLICY]",
	.summary = "as a hook of a container's runtime: load the policy that an annotation names",
	.failed = EXIT_FAILED,
	.run = run,
};
