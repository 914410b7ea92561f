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
#include "peer.h"
#include "side.h"
#include "tree.h"

/* Who has a pipe from the process outside; the peers follow. */
enum who { ROOT, USER, WHO_MAX, INIT = WHO_MAX, PEERS };

#define PIPES	(PEERS + MAX_PEERS)

/* A run may take this long; it takes a second on a slow machine. */
#define SECONDS	60

/* What a process says over the pipe; a target says TARGET_SAYS and bits. */
#define READY	'y'
#define RESTORE	'r'
#define DONE	'd'

/**
 * struct shared - memory that the processes of a side share
 * @peers: processes that probes are about
 * @current: the probe that is being tried
 * @results: what came of them
 */
struct shared {
	struct peers peers;
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
	probe_run(probe, &session->shared->results[i]);
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
	peers_use(&session->shared->peers);
	for (i = 0; i < session->batch->n; i++)
		if (session->batch->probes[i].user == user)
			try_probe(session, i, TARGET_GO);
	put(TARGET_REPORT, DONE);
	_exit(0);
}

static pid_t fork_or_fail(void)
{
	pid_t pid = fork();

	if (pid < 0)
		err(2, "fork");
	return pid;
}

static void be_peer(const struct session *session, const struct peer *peer)
{
	int go = session->go[PEERS + (peer - session->shared->peers.peer)][0];

	if (dup2(session->report[1], TARGET_REPORT) < 0)
		err(2, "dup2");
	if (peer_is_user(peer))
		become_user();
	put(TARGET_REPORT, READY);
	get(go);
	session->side->enter();
	peer_exec(peer);
	put(TARGET_REPORT, PEER_FAILED);
	_exit(0);
}

/*
 * The first process of the pid namespace. It forks in this order, as the process
 * outside expects. Peers end with the namespace.
 */
static void be_init(const struct session *session)
{
	struct peers *peers = &session->shared->peers;
	pid_t pids[WHO_MAX];
	enum who who;
	size_t i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (who = ROOT; who < WHO_MAX; who++) {
		pids[who] = fork_or_fail();
		if (!pids[who])
			try_all(session, who);
		get(session->go[INIT][0]);
	}
	for (i = 0; i < peers->n; i++) {
		pid_t pid = fork_or_fail();

		if (!pid)
			be_peer(session, &peers->peer[i]);
		peers->peer[i].inside = pid;
		get(session->go[INIT][0]);
	}
	close(session->report[1]);
	for (who = ROOT; who < WHO_MAX; who++)
		waitpid(pids[who], NULL, 0);
	_exit(0);
}

/* The last process that was forked by @pid and is there. */
static pid_t last_child(pid_t pid)
{
	char path[64], text[16 * (WHO_MAX + MAX_PEERS)], *space;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (n < 2 || n == sizeof(text) - 1)
		errx(2, "%s: no child, or too many", path);
	close(fd);
	text[n - 1] = '\0';
	space = strrchr(text, ' ');
	return atoi(space ? space + 1 : text);
}

static unsigned int n_pipes(const struct session *session)
{
	return PEERS + session->shared->peers.n;
}

static void open_pipes(struct session *session)
{
	unsigned int i;

	if (pipe2(session->report, O_CLOEXEC))
		err(2, "pipe");
	for (i = 0; i < n_pipes(session); i++)
		if (pipe2(session->go[i], O_CLOEXEC))
			err(2, "pipe");
}

static void start(struct session *session)
{
	struct peers *peers = &session->shared->peers;
	enum who who;
	size_t i;

	fflush(NULL);
	open_pipes(session);
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
	for (i = 0; i < peers->n; i++) {
		get(session->report[0]);
		peers->peer[i].outside = last_child(session->init);
		put(session->go[INIT][1], READY);
	}
}

/* Policy is in force now. */
static void exec_peers(const struct session *session)
{
	const struct peers *peers = &session->shared->peers;
	size_t i;

	for (i = 0; i < peers->n; i++) {
		put(session->go[PEERS + i][1], READY);
		if (get(session->report[0]) != PEER_READY)
			errx(2, "%s: peer %s cannot be executed",
			     session->side->name, peers->peer[i].name);
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
			   char says)
{
	struct result *result;
	char domain[64];

	result = &session->shared->results[session->shared->current];
	session->side->domain(last_child(session->pids[who]), domain,
			      sizeof(domain));
	snprintf(result->detail, sizeof(result->detail), "%s%s", domain,
		 says & TARGET_SECURE ? ", secure" : "");
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
	unsigned int i;

	for (i = 0; i < n_pipes(session); i++) {
		close(session->go[i][0]);
		close(session->go[i][1]);
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
	peers_collect(&session.shared->peers, batch);
	alarm(SECONDS);
	changes_use(side);
	if (side->begin)
		side->begin();
	start(&session);
	side->prepare(policy, session.init);
	exec_peers(&session);
	for (who = ROOT; who < WHO_MAX; who++)
		serve(&session, who);
	stop(&session);
	side->finish();
	alarm(0);
	memcpy(results, session.shared->results,
	       batch->n * sizeof(*results));
	munmap(session.shared, sizeof(*session.shared));
}
