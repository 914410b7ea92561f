// SPDX-License-Identifier: GPL-2.0-only
/*
 * The processes of one side: this program outside, an init of a new pid
 * namespace, and in it one process for root's probes and one for a user's. They
 * share memory, and pipes, which neither module mediates.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "side.h"
#include "tree.h"

enum who { ROOT, USER, WHO_MAX, INIT = WHO_MAX, PIPES };

/* What a process says over the pipe; a target says 's' or 'S'. */
#define READY	'y'
#define RESTORE	'r'
#define DONE	'd'

/**
 * struct shared - memory that the processes of a side share
 * @current: the probe that is being tried
 * @results: what came of them
 */
struct shared {
	size_t current;
	struct result results[MAX_PROBES];
};

/**
 * struct session - one run
 * @side: the module
 * @batch: what to try
 * @shared: see there
 * @report: pipe to the process outside
 * @go: pipes from it
 * @init: process id
 * @pids: process ids
 */
struct session {
	const struct side *side;
	const struct batch *batch;
	struct shared *shared;
	int report[2];
	int go[PIPES][2];
	pid_t init;
	pid_t pids[WHO_MAX];
};

/**
 * side_read_file() - all of a file
 * @path: its name
 * @size: gets its length
 *
 * Return: the bytes, to be freed.
 */
void *side_read_file(const char *path, size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *data;

	if (fd < 0 || fstat(fd, &st))
		err(2, "%s", path);
	data = malloc(st.st_size + 1);
	if (!data || read(fd, data, st.st_size) != st.st_size)
		err(2, "%s", path);
	close(fd);
	data[st.st_size] = '\0';
	*size = st.st_size;
	return data;
}

static void put(int fd, char byte)
{
	if (write(fd, &byte, 1) != 1)
		err(2, "pipe");
}

static char get(int fd)
{
	char byte;

	if (read(fd, &byte, 1) != 1)
		errx(2, "pipe: the other process has ended");
	return byte;
}

static void become_user(void)
{
	if (setgroups(0, NULL) ||
	    setresgid(ORACLE_USER, ORACLE_USER, ORACLE_USER) ||
	    setresuid(ORACLE_USER, ORACLE_USER, ORACLE_USER) ||
	    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0))
		err(2, "cannot become user %d", ORACLE_USER);
}

static void try_probe(const struct session *session, size_t i, int go)
{
	const struct probe *probe = &session->batch->probes[i];

	session->shared->current = i;
	session->shared->results[i].code = probe_run(probe);
	if (!probe->op->changes)
		return;
	put(TARGET_REPORT, RESTORE);
	get(go);
}

/* In the confined process. */
static void try_all(const struct session *session, enum who who)
{
	bool user = who == USER;
	size_t i;

	umask(0);
	if (dup2(session->report[1], TARGET_REPORT) < 0 ||
	    dup2(session->go[who][0], TARGET_GO) < 0)
		err(2, "dup2");
	if (user)
		become_user();
	put(TARGET_REPORT, READY);
	get(TARGET_GO);
	session->side->enter();
	for (i = 0; i < session->batch->n; i++)
		if (session->batch->probes[i].user == user)
			try_probe(session, i, TARGET_GO);
	put(TARGET_REPORT, DONE);
	_exit(0);
}

/* The first process of the pid namespace. */
static void be_init(const struct session *session)
{
	enum who who;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (who = ROOT; who < WHO_MAX; who++) {
		pid_t pid = fork();

		if (pid < 0)
			err(2, "fork");
		if (!pid)
			try_all(session, who);
		/* in this order, as the process outside expects */
		get(session->go[INIT][0]);
	}
	close(session->report[1]);
	while (wait(NULL) > 0)
		;
	_exit(0);
}

/* The last process that was forked by @pid and is there. */
static pid_t last_child(pid_t pid)
{
	char path[64], text[64], *space;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (n < 2)
		errx(2, "%s: no child", path);
	close(fd);
	text[n - 1] = '\0';
	space = strrchr(text, ' ');
	return atoi(space ? space + 1 : text);
}

static void start(struct session *session)
{
	enum who who;

	fflush(NULL);
	if (pipe2(session->report, O_CLOEXEC))
		err(2, "pipe");
	for (who = ROOT; who < PIPES; who++)
		if (pipe2(session->go[who], O_CLOEXEC))
			err(2, "pipe");
	session->init = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0UL, NULL,
				NULL, 0UL);
	if (session->init < 0)
		err(2, "clone");
	if (!session->init)
		be_init(session);
	close(session->report[1]);
	for (who = ROOT; who < WHO_MAX; who++) {
		get(session->report[0]);
		session->pids[who] = last_child(session->init);
		put(session->go[INIT][1], READY);
	}
}

/* A rename is undone first, since a directory has things in it. */
static void restore(const struct session *session, size_t i)
{
	const struct probe *probe = &session->batch->probes[i];
	const char *name = probe->op->name;
	bool done = !session->shared->results[i].code;
	int arg = probe->op->arg;

	if (done && (!strncmp(name, "rename", 6) || !strcmp(name, "exchange")))
		syscall(SYS_renameat2, AT_FDCWD, probe->path[1], AT_FDCWD,
			probe->path[0], arg);
	tree_restore(probe->path[0]);
	if (*probe->path[1])
		tree_restore(probe->path[1]);
	tree_restore("/o/a/f");
}

static void look_at_target(const struct session *session, enum who who,
			   char secure)
{
	struct result *result;
	char domain[64];

	result = &session->shared->results[session->shared->current];
	session->side->domain(last_child(session->pids[who]), domain,
			      sizeof(domain));
	snprintf(result->detail, sizeof(result->detail), "%s%s", domain,
		 secure == 'S' ? ", secure" : "");
}

static void serve(const struct session *session, enum who who)
{
	int go = session->go[who][1];
	char byte;

	put(go, READY);
	while ((byte = get(session->report[0])) != DONE) {
		if (byte == RESTORE)
			restore(session, session->shared->current);
		else
			look_at_target(session, who, byte);
		put(go, READY);
	}
}

static void stop(struct session *session)
{
	enum who who;

	for (who = ROOT; who < PIPES; who++) {
		close(session->go[who][0]);
		close(session->go[who][1]);
	}
	close(session->report[0]);
	waitpid(session->init, NULL, 0);
}

/**
 * side_run() - all probes of a profile, under one module
 * @side: the module
 * @policy: file with the compiled profile
 * @batch: the probes
 * @results: what came of each
 *
 * Ends the program if that cannot be done.
 */
void side_run(const struct side *side, const char *policy,
	      const struct batch *batch, struct result *results)
{
	struct session session = { .side = side, .batch = batch };
	enum who who;

	session.shared = mmap(NULL, sizeof(*session.shared),
			      PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (session.shared == MAP_FAILED)
		err(2, "mmap");
	start(&session);
	side->prepare(policy, session.init);
	for (who = ROOT; who < WHO_MAX; who++)
		serve(&session, who);
	stop(&session);
	side->finish();
	memcpy(results, session.shared->results,
	       batch->n * sizeof(*results));
	munmap(session.shared, sizeof(*session.shared));
}
