// SPDX-License-Identifier: GPL-2.0-only
/*
 * measure [-p PROFILE] DIR: what some operations on files below DIR cost, and
 * fork and exec; with -p under a profile of AppArmor.
 *
 * Prints "OP COST" lines; the unit is that of the time stamp counter. Under
 * QEMU with -icount shift=0 and one CPU that is one instruction. Each operation
 * is timed alone, and the median of many counts: it leaves out the timer's
 * interrupts and the odd refill of a cache of the kernel's, which come as they
 * like, with and without a module.
 */
#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <x86intrin.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define WARM_UP	20
#define SAMPLES	401

static char file[PATH_MAX];
static char new_file[PATH_MAX];
static char program[PATH_MAX];

static void open_close(void)
{
	int fd = open(file, O_RDONLY);

	if (fd < 0)
		err(1, "open %s", file);
	close(fd);
}

static void stat_file(void)
{
	struct stat st;

	if (stat(file, &st))
		err(1, "stat %s", file);
}

static void create_unlink(void)
{
	int fd = open(new_file, O_CREAT | O_WRONLY, 0600);

	if (fd < 0)
		err(1, "create %s", new_file);
	close(fd);
	if (unlink(new_file))
		err(1, "unlink %s", new_file);
}

static void reap(pid_t child)
{
	int status;

	if (child < 0 || waitpid(child, &status, 0) != child || status)
		errx(1, "child failed");
}

static void fork_exit(void)
{
	pid_t child = fork();

	if (!child)
		_exit(0);
	reap(child);
}

static void exec_exit(void)
{
	pid_t child = vfork();

	if (!child) {
		execl(program, program, "-", NULL);
		_exit(1);
	}
	reap(child);
}

static const struct op {
	const char *name;
	void (*run)(void);
	int n;
} ops[] = {
	{ "open_close", open_close, SAMPLES },
	{ "stat", stat_file, SAMPLES },
	{ "create_unlink", create_unlink, SAMPLES },
	{ "fork", fork_exit, 101 },
	{ "exec", exec_exit, 51 },
};

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static uint64_t median_of(const struct op *op)
{
	static uint64_t cost[SAMPLES];
	int i;

	for (i = 0; i < WARM_UP; i++)
		op->run();
	for (i = 0; i < op->n; i++) {
		uint64_t start = __rdtsc();

		op->run();
		cost[i] = __rdtsc() - start;
	}
	qsort(cost, op->n, sizeof(cost[0]), compare);
	return cost[op->n / 2];
}

static void enter(const char *profile)
{
	FILE *file = fopen("/proc/self/attr/apparmor/current", "w");

	if (!file || fprintf(file, "changeprofile %s", profile) < 0 ||
	    fclose(file))
		err(1, "changeprofile %s", profile);
}

static void path_in(char *path, const char *dir, const char *name)
{
	if (snprintf(path, PATH_MAX, "%s/%s", dir, name) >= PATH_MAX)
		errx(1, "%s is too long", dir);
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc == 2 && !strcmp(argv[1], "-"))
		return 0;
	if (argc == 4 && !strcmp(argv[1], "-p")) {
		enter(argv[2]);
		argv += 2;
		argc -= 2;
	}
	if (argc != 2)
		errx(2, "usage: measure [-p PROFILE] DIR");
	path_in(file, argv[1], "file.txt");
	path_in(new_file, argv[1], "new.txt");
	path_in(program, argv[1], "measure");
	for (i = 0; i < ARRAY_SIZE(ops); i++)
		printf("%s %llu\n", ops[i].name,
		       (unsigned long long)median_of(&ops[i]));
	return 0;
}
