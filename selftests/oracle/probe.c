// SPDX-License-Identifier: GPL-2.0-only
/* The operations. They run confined, in a process that is single-threaded. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "probe.h"
#include "tree.h"

static int run_open(const struct probe *probe, int arg)
{
	int fd = open(probe->path[0], arg | O_NONBLOCK | O_NOCTTY, 0666);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

typedef int with_fd(int fd, int arg);

static int with_open(const struct probe *probe, int flags, with_fd *use,
		     int arg)
{
	int fd = open(probe->path[0], flags | O_NONBLOCK | O_NOCTTY);
	int code;

	if (fd < 0)
		return errno;
	code = OUTCOME(use(fd, arg));
	close(fd);
	return code ? STEP + code : 0;
}

static int use_list(int fd, int arg)
{
	char buffer[1024];

	(void)arg;
	return syscall(SYS_getdents64, fd, buffer, sizeof(buffer));
}

static int run_list(const struct probe *probe, int arg)
{
	return with_open(probe, O_RDONLY | O_DIRECTORY, use_list, arg);
}

static int run_flock(const struct probe *probe, int arg)
{
	return with_open(probe, O_RDONLY, flock, arg | LOCK_NB);
}

static int use_lock(int fd, int arg)
{
	struct flock lock = { .l_type = arg };

	return fcntl(fd, F_SETLK, &lock);
}

static int run_lock(const struct probe *probe, int arg)
{
	return with_open(probe, arg == F_RDLCK ? O_RDONLY : O_WRONLY, use_lock,
			 arg);
}

static int use_lease(int fd, int arg)
{
	return fcntl(fd, F_SETLEASE, arg);
}

static int run_lease(const struct probe *probe, int arg)
{
	return with_open(probe, O_RDONLY, use_lease, arg);
}

static int use_map(int fd, int arg)
{
	void *p = mmap(NULL, 4096, arg, MAP_PRIVATE, fd, 0);

	if (p == MAP_FAILED)
		return -1;
	munmap(p, 4096);
	return 0;
}

static int run_map(const struct probe *probe, int arg)
{
	return with_open(probe, O_RDONLY, use_map, arg);
}

static int use_protect(int fd, int arg)
{
	void *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	int ret, code;

	if (p == MAP_FAILED)
		return -1;
	ret = mprotect(p, 4096, arg);
	code = errno;
	munmap(p, 4096);
	errno = code;
	return ret;
}

static int run_protect(const struct probe *probe, int arg)
{
	return with_open(probe, O_RDONLY, use_protect, arg);
}

static int use_truncate(int fd, int arg)
{
	return ftruncate(fd, arg);
}

static int run_ftruncate(const struct probe *probe, int arg)
{
	return with_open(probe, O_WRONLY, use_truncate, arg);
}

/* One of the two is refused. */
static int use_setfl(int fd, int arg)
{
	if (fcntl(fd, F_SETFL, arg))
		return -1;
	return write(fd, "text\n", 5);
}

static int run_setfl(const struct probe *probe, int arg)
{
	return with_open(probe, O_WRONLY | O_APPEND, use_setfl, arg);
}

static int run_stat(const struct probe *probe, int arg)
{
	struct stat st;

	return OUTCOME(fstatat(AT_FDCWD, probe->path[0], &st, arg));
}

static int run_access(const struct probe *probe, int arg)
{
	return OUTCOME(access(probe->path[0], arg));
}

static int run_readlink(const struct probe *probe, int arg)
{
	char text[64];

	(void)arg;
	return OUTCOME(readlink(probe->path[0], text, sizeof(text)));
}

static int run_mkdir(const struct probe *probe, int arg)
{
	return OUTCOME(mkdir(probe->path[0], arg));
}

static int run_unlink(const struct probe *probe, int arg)
{
	return OUTCOME(unlinkat(AT_FDCWD, probe->path[0], arg));
}

static int run_rename(const struct probe *probe, int arg)
{
	return OUTCOME(syscall(SYS_renameat2, AT_FDCWD, probe->path[0],
			       AT_FDCWD, probe->path[1], arg));
}

static int run_link(const struct probe *probe, int arg)
{
	return OUTCOME(linkat(AT_FDCWD, probe->path[0], AT_FDCWD,
			      probe->path[1], arg));
}

static int run_symlink(const struct probe *probe, int arg)
{
	(void)arg;
	return OUTCOME(symlink("/o/a", probe->path[0]));
}

static int run_mknod(const struct probe *probe, int arg)
{
	return OUTCOME(mknod(probe->path[0], arg | 0666, makedev(1, 3)));
}

static int run_chmod(const struct probe *probe, int arg)
{
	return OUTCOME(chmod(probe->path[0], arg));
}

static int run_chown(const struct probe *probe, int arg)
{
	return OUTCOME(lchown(probe->path[0], arg, -1));
}

static int run_utime(const struct probe *probe, int arg)
{
	return OUTCOME(utimensat(AT_FDCWD, probe->path[0], NULL, arg));
}

static int run_truncate(const struct probe *probe, int arg)
{
	return OUTCOME(truncate(probe->path[0], arg));
}

static int run_bind(const struct probe *probe, int arg)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, arg, 0);
	int code;

	if (fd < 0)
		return errno;
	snprintf(name.sun_path, sizeof(name.sun_path), "%s", probe->path[0]);
	code = OUTCOME(bind(fd, (struct sockaddr *)&name, sizeof(name)));
	close(fd);
	return code ? STEP + code : 0;
}

static int run_socket(const struct probe *probe, int arg)
{
	int fd = socket(atoi(probe->path[0]), atoi(probe->path[1]), arg);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int wait_for(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return KILLED;
	if (WIFSIGNALED(status))
		return KILLED + WTERMSIG(status);
	return WEXITSTATUS(status);
}

enum use {
	USE_SETUID, USE_SETGID, USE_SETPCAP, USE_NICE, USE_HOSTNAME,
	USE_SYSLOG, USE_PORT, USE_RESOURCE, USE_UNSHARE, USE_LOCK,
};

static int use_port(void)
{
	struct sockaddr_in name = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		return errno;
	name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	name.sin_port = htons(80);
	return OUTCOME(bind(fd, (struct sockaddr *)&name, sizeof(name)));
}

static int use_hostname(void)
{
	char name[65];

	if (gethostname(name, sizeof(name)))
		return errno;
	return OUTCOME(sethostname(name, strlen(name)));
}

static int use_limit(int resource)
{
	struct rlimit limit = { 0, 0 };

	if (setrlimit(resource, &limit))
		return errno;
	if (resource == RLIMIT_MEMLOCK)
		return OUTCOME(mlock(&limit, sizeof(limit)));
	limit.rlim_max = 1;
	return OUTCOME(setrlimit(resource, &limit));
}

static int use_capability(enum use use)
{
	switch (use) {
	case USE_SETUID:
		return OUTCOME(setresuid(7, 7, 7));
	case USE_SETGID:
		return OUTCOME(setresgid(7, 7, 7));
	case USE_SETPCAP:
		return OUTCOME(prctl(PR_CAPBSET_DROP, 0, 0, 0, 0));
	case USE_NICE:
		return OUTCOME(setpriority(PRIO_PROCESS, 0, -1));
	case USE_HOSTNAME:
		return use_hostname();
	case USE_SYSLOG:
		return OUTCOME(klogctl(10, NULL, 0));
	case USE_PORT:
		return use_port();
	case USE_RESOURCE:
		return use_limit(RLIMIT_CORE);
	case USE_UNSHARE:
		return OUTCOME(unshare(CLONE_NEWUTS));
	case USE_LOCK:
		return use_limit(RLIMIT_MEMLOCK);
	}
	return EINVAL;
}

/*
 * In a process of its own, which it may spoil. A copy of the memory would take
 * most of the time.
 */
static int run_use(const struct probe *probe, int arg)
{
	pid_t pid = vfork();

	(void)probe;
	if (!pid)
		_exit(use_capability(arg));
	return wait_for(pid);
}

static const struct probe_op own_ops[] = {
	{ "open-r", run_open, O_RDONLY, false, false },
	{ "open-w", run_open, O_WRONLY, false, false },
	{ "open-rw", run_open, O_RDWR, false, false },
	{ "open-a", run_open, O_WRONLY | O_APPEND, false, false },
	{ "open-ra", run_open, O_RDWR | O_APPEND, false, false },
	{ "open-none", run_open, O_ACCMODE, false, false },
	{ "open-trunc", run_open, O_WRONLY | O_TRUNC, true, false },
	{ "open-rtrunc", run_open, O_RDONLY | O_TRUNC, true, false },
	{ "open-atrunc", run_open, O_WRONLY | O_APPEND | O_TRUNC, true, false },
	{ "create-w", run_open, O_WRONLY | O_CREAT, true, false },
	{ "create-r", run_open, O_RDONLY | O_CREAT, true, false },
	{ "create-a", run_open, O_WRONLY | O_APPEND | O_CREAT, true, false },
	{ "create-x", run_open, O_RDWR | O_CREAT | O_EXCL, true, false },
	{ "open-path", run_open, O_PATH, false, false },
	{ "open-tmpfile", run_open, O_RDWR | O_TMPFILE, false, false },
	{ "list", run_list, 0, false, false },
	{ "flock-sh", run_flock, LOCK_SH, false, false },
	{ "flock-ex", run_flock, LOCK_EX, false, false },
	{ "lock-r", run_lock, F_RDLCK, false, false },
	{ "lock-w", run_lock, F_WRLCK, false, false },
	{ "lease", run_lease, F_RDLCK, false, false },
	{ "map-x", run_map, PROT_READ | PROT_EXEC, false, false },
	{ "map-w", run_map, PROT_READ | PROT_WRITE, false, false },
	{ "protect-x", run_protect, PROT_READ | PROT_EXEC, false, false },
	{ "ftruncate", run_ftruncate, 2, true, false },
	{ "unappend", run_setfl, 0, true, false },
	{ "stat", run_stat, 0, false, false },
	{ "lstat", run_stat, AT_SYMLINK_NOFOLLOW, false, false },
	{ "access-r", run_access, R_OK, false, false },
	{ "access-w", run_access, W_OK, false, false },
	{ "access-x", run_access, X_OK, false, false },
	{ "readlink", run_readlink, 0, false, false },
	{ "mkdir", run_mkdir, 0777, true, false },
	{ "rmdir", run_unlink, AT_REMOVEDIR, true, false },
	{ "unlink", run_unlink, 0, true, false },
	{ "rename", run_rename, 0, true, false },
	{ "rename-new", run_rename, RENAME_NOREPLACE, true, false },
	{ "exchange", run_rename, RENAME_EXCHANGE, true, false },
	{ "link", run_link, 0, true, false },
	{ "symlink", run_symlink, 0, true, false },
	{ "fifo", run_mknod, S_IFIFO, true, false },
	{ "device", run_mknod, S_IFCHR, true, false },
	{ "node", run_mknod, S_IFREG, true, false },
	{ "chmod", run_chmod, 0640, true, false },
	{ "chown", run_chown, ORACLE_USER, true, false },
	{ "chown-none", run_chown, -1, true, false },
	{ "utime", run_utime, 0, false, false },
	{ "truncate", run_truncate, 2, true, false },
	{ "bind", run_bind, SOCK_STREAM, true, false },
	{ "socket", run_socket, 0, false, false },
	{ "setuid", run_use, USE_SETUID, false, false },
	{ "setgid", run_use, USE_SETGID, false, false },
	{ "setpcap", run_use, USE_SETPCAP, false, false },
	{ "nice", run_use, USE_NICE, false, false },
	{ "hostname", run_use, USE_HOSTNAME, false, false },
	{ "syslog", run_use, USE_SYSLOG, false, false },
	{ "port", run_use, USE_PORT, false, false },
	{ "resource", run_use, USE_RESOURCE, false, false },
	{ "unshare", run_use, USE_UNSHARE, false, false },
	{ "mlock", run_use, USE_LOCK, false, false },
};

/**
 * struct op_table - operations of one kind
 * @ops: them
 * @n: how many
 */
struct op_table {
	const struct probe_op *ops;
	const size_t *n;
};

static const size_t n_own_ops = ARRAY_SIZE(own_ops);

static const struct op_table tables[] = {
	{ own_ops, &n_own_ops },
	{ probe_exec_ops, &probe_n_exec_ops },
	{ probe_mount_ops, &probe_n_mount_ops },
	{ probe_peer_ops, &probe_n_peer_ops },
	{ probe_carry_ops, &probe_n_carry_ops },
	{ probe_change_ops, &probe_n_change_ops },
};

/**
 * probe_find_op() - an operation by name
 * @name: its name
 *
 * Return: the operation, or NULL.
 */
const struct probe_op *probe_find_op(const char *name)
{
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(tables); i++)
		for (k = 0; k < *tables[i].n; k++)
			if (!strcmp(tables[i].ops[k].name, name))
				return &tables[i].ops[k];
	return NULL;
}

/* Of the probe that is running, in memory that children share. */
static struct result *current;

/**
 * probe_run() - try it
 * @probe: what
 * @result: gets the code and the note; shared with children
 */
void probe_run(const struct probe *probe, struct result *result)
{
	current = result;
	*result->note = '\0';
	result->code = probe->op->run(probe, probe->op->arg);
}

/**
 * probe_note() - say more than a code
 * @format: words, which are put behind those that are there; see printf(3)
 */
void probe_note(const char *format, ...)
{
	size_t len = strlen(current->note);
	va_list args;

	va_start(args, format);
	vsnprintf(current->note + len, PROBE_NOTE - len, format, args);
	va_end(args);
}

/**
 * probe_describe() - a result in words
 * @result: the result
 * @text: the buffer
 * @size: its size
 */
void probe_describe(const struct result *result, char *text, size_t size)
{
	int code = result->code;
	const char *what = code ? strerrorname_np(code % STEP) : "ok";
	char signal[32];

	if (code >= KILLED) {
		snprintf(signal, sizeof(signal), "signal %d", code - KILLED);
		what = signal;
	}
	snprintf(text, size, "%s%s%s%s%s%s", what,
		 code > STEP && code < KILLED ? " in the second step" : "",
		 *result->note ? " " : "", result->note,
		 *result->detail ? " " : "", result->detail);
}
