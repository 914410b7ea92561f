// SPDX-License-Identifier: GPL-2.0-only
/* Probes: operations on what the rules are about, or near it. */
#include <stdbool.h>
#include <string.h>
#include "generate.h"
#include "random.h"
#include "tree.h"

#define PATH_SIZE	96

static void some_entry(char *path, bool program)
{
	const struct tree_entry *entry;

	do {
		entry = &tree[random_below(tree_size)];
	} while (tree_is_program(entry) != program);
	snprintf(path, PATH_SIZE, "%s", entry->path);
}

static void near_base(char *path, const struct bases *bases, bool program)
{
	const char *base = bases->paths[random_below(bases->n)];

	if ((strncmp(base, "/o/x/", 5) == 0) == program && random_percent(75))
		snprintf(path, PATH_SIZE, "%s", base);
	else
		some_entry(path, program);
}

/*
 * In the same directory: mostly a name where nothing is. Programs are names of
 * one file, which nothing may change.
 */
static void change_last(char *path)
{
	static const char *const names[] = {
		"n", "na", "fn", "f.so.2", "nb", ".n", "ba", "f", "fa", "a", "b",
		"n n", "n*", "f{", "n,", "fab",
	};

	stpcpy(strrchr(path, '/') + 1,
	       strncmp(path, "/o/x/", 5) ? RANDOM_OF(names) : "n");
}

static bool is_dir(const char *path)
{
	size_t i;

	for (i = 0; i < tree_size; i++)
		if (!strcmp(tree[i].path, path))
			return tree[i].type == TREE_DIR;
	return false;
}

static void enter(char *path)
{
	if (is_dir(path))
		strcat(path, "/");
	change_last(path);
}

static void some_target(char *path, const struct bases *bases)
{
	near_base(path, bases, false);
	switch (random_below(4)) {
	case 0:
		change_last(path);
		break;
	case 1:
		enter(path);
		break;
	}
}

/* The name of something that is to be made. */
static void some_new(char *path, const struct bases *bases)
{
	near_base(path, bases, false);
	if (random_percent(50))
		enter(path);
	else
		change_last(path);
}

static void one_path(FILE *out, const struct bases *bases)
{
	static const char *const ops[] = {
		"open-r", "open-r", "open-w", "open-w", "open-rw", "open-a",
		"open-a", "open-ra", "open-none", "open-trunc", "open-rtrunc",
		"open-atrunc", "open-path", "flock-sh", "flock-ex", "lock-r",
		"lock-w", "lease", "map-x", "map-x", "map-w", "protect-x",
		"ftruncate", "unappend", "stat", "lstat", "access-r",
		"access-w", "access-x", "readlink", "unlink", "unlink",
		"chmod", "chown", "chown-none", "utime", "truncate",
	};
	char path[PATH_SIZE];

	some_target(path, bases);
	fprintf(out, "%s\t%s", RANDOM_OF(ops), path);
}

static void directory(FILE *out, const struct bases *bases)
{
	static const char *const ops[] = {
		"list", "list", "list", "rmdir", "open-path", "open-tmpfile",
		"open-w", "chmod", "flock-sh",
	};
	char path[PATH_SIZE];

	near_base(path, bases, false);
	if (!is_dir(path))
		*strrchr(path, '/') = '\0';
	fprintf(out, "%s\t%s", RANDOM_OF(ops), path);
}

static void new_path(FILE *out, const struct bases *bases)
{
	static const char *const ops[] = {
		"create-w", "create-r", "create-a", "create-x", "mkdir", "symlink",
		"fifo", "device", "node", "bind",
	};
	char path[PATH_SIZE];

	some_new(path, bases);
	fprintf(out, "%s\t%s", RANDOM_OF(ops), path);
}

static bool is_inside(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return !strncmp(path, dir, len) && (!path[len] || path[len] == '/');
}

static void two_paths(FILE *out, const struct bases *bases)
{
	static const char *const ops[] = {
		"rename", "rename", "rename-new", "exchange", "link", "link",
		"link",
	};
	char from[PATH_SIZE], to[PATH_SIZE];

	do {
		near_base(from, bases, false);
		if (random_percent(60))
			some_new(to, bases);
		else
			near_base(to, bases, false);
	} while (is_inside(from, to) || is_inside(to, from));
	fprintf(out, "%s\t%s\t%s", RANDOM_OF(ops), from, to);
}

static void program(FILE *out, const struct bases *bases)
{
	static const char *const ops[] = {
		"exec", "exec", "exec", "exec", "exec", "exec", "open-r", "map-x",
		"access-x", "exec-nnp",
	};
	char path[PATH_SIZE];

	near_base(path, bases, true);
	fprintf(out, "%s\t%s", RANDOM_OF(ops), path);
}

static void socket_probe(FILE *out)
{
	static const char *const families[] = { "1", "2", "10", "16" };
	static const char *const types[] = { "1", "2", "3", "5" };

	fprintf(out, "socket\t%s\t%s", RANDOM_OF(families), RANDOM_OF(types));
}

static void capability(FILE *out)
{
	static const char *const ops[] = {
		"setuid", "setgid", "setpcap", "nice", "hostname", "syslog", "port",
		"resource", "unshare", "mlock",
	};

	fprintf(out, "%s\t", RANDOM_OF(ops));
}

static void probe(FILE *out, const struct bases *bases)
{
	unsigned int kind = random_below(100);

	fprintf(out, "%s\t", random_percent(60) ? "root" : "user");
	if (kind < 37)
		one_path(out, bases);
	else if (kind < 45)
		directory(out, bases);
	else if (kind < 58)
		new_path(out, bases);
	else if (kind < 68)
		two_paths(out, bases);
	else if (kind < 88)
		program(out, bases);
	else if (kind < 94)
		socket_probe(out);
	else
		capability(out);
	fputs("\n", out);
}

/**
 * generate_probes() - what to try under a profile
 * @out: where to
 * @bases: the paths that its rules were made from
 * @n: how many probes
 */
void generate_probes(FILE *out, const struct bases *bases, unsigned long n)
{
	while (n--)
		probe(out, bases);
}
