// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "tree.h"

#define TEXT	"text\n"
#define SCRIPT	"#!/o/x/a\n"
#define LINK_TO	"/o/a/f"
#define U	ORACLE_USER

/* Directories before what is in them. */
const struct tree_entry tree[] = {
	{ "/o", TREE_DIR, 0, 0777 },
	{ "/o/a", TREE_DIR, 0, 0777 },
	{ "/o/b", TREE_DIR, U, 0777 },
	{ "/o/ab", TREE_DIR, 0, 0777 },
	{ "/o/a/b", TREE_DIR, 0, 0777 },
	{ "/o/a/ab", TREE_DIR, U, 0777 },
	{ "/o/b/a", TREE_DIR, 0, 0777 },
	{ "/o/a/b/a", TREE_DIR, 0, 0777 },
	{ "/o/a/b/a/b", TREE_DIR, U, 0755 },
	{ "/o/a/e", TREE_DIR, 0, 0777 },
	{ "/o/b/e", TREE_DIR, U, 0755 },
	{ "/o/x", TREE_DIR, 0, 0755 },
	{ "/o/f", TREE_FILE, 0, 0666 },
	{ "/o/fa", TREE_FILE, U, 0666 },
	{ "/o/a/f", TREE_FILE, 0, 0666 },
	{ "/o/a/fa", TREE_FILE, U, 0666 },
	{ "/o/a/fb", TREE_FILE, 0, 0644 },
	{ "/o/a/f*", TREE_FILE, 0, 0666 },
	{ "/o/a/f[a", TREE_FILE, U, 0666 },
	{ "/o/a/f]", TREE_FILE, 0, 0666 },
	{ "/o/a/{f}", TREE_FILE, 0, 0666 },
	{ "/o/a/f,a", TREE_FILE, U, 0666 },
	{ "/o/a/f a", TREE_FILE, 0, 0666 },
	{ "/o/a/f\\", TREE_FILE, 0, 0666 },
	{ "/o/a/^f", TREE_FILE, 0, 0666 },
	{ "/o/a/f?", TREE_FILE, 0, 0666 },
	{ "/o/a/f\"", TREE_FILE, 0, 0666 },
	{ "/o/a/f\303\251", TREE_FILE, U, 0666 },
	{ "/o/a/.f", TREE_FILE, 0, 0666 },
	{ "/o/a/f-a", TREE_FILE, 0, 0666 },
	{ "/o/a/b/f", TREE_FILE, U, 0666 },
	{ "/o/a/b/f.so", TREE_FILE, 0, 0666 },
	{ "/o/a/b/f.so.1", TREE_FILE, 0, 0666 },
	{ "/o/a/b/a/f", TREE_FILE, 0, 0666 },
	{ "/o/a/b/a/fa", TREE_FILE, U, 0600 },
	{ "/o/a/b/a/b/f", TREE_FILE, U, 0666 },
	{ "/o/a/ab/f", TREE_FILE, 0, 0666 },
	{ "/o/ab/f", TREE_FILE, 0, 0600 },
	{ "/o/ab/fb", TREE_FILE, U, 0666 },
	{ "/o/b/f", TREE_FILE, 0, 0666 },
	{ "/o/b/fab", TREE_FILE, U, 0644 },
	{ "/o/b/a/f", TREE_FILE, 0, 0666 },
	{ "/o/b/a/a", TREE_FILE, U, 0666 },
	{ "/o/b/l", TREE_SYMLINK, 0, 0777 },
	{ "/o/x/a", TREE_PROGRAM, 0, 0755 },
	{ "/o/x/b", TREE_PROGRAM, 0, 0755 },
	{ "/o/x/c", TREE_PROGRAM, 0, 0755 },
	{ "/o/x/ab", TREE_PROGRAM, 0, 0755 },
	{ "/o/x/abc", TREE_PROGRAM, 0, 0755 },
	{ "/o/x/ba", TREE_PROGRAM, 0, 0755 },
	{ "/o/x/a b", TREE_PROGRAM, 0, 0755 },
	{ "/o/x/program", TREE_PROGRAM, 0, 0755 },
	{ "/o/x/dir", TREE_DIR, 0, 0755 },
	{ "/o/x/dir/program", TREE_PROGRAM, 0, 0755 },
	{ "/o/x/dir/prog", TREE_PROGRAM, 0, 0755 },
	{ "/o/x/dir/progeny", TREE_PROGRAM, 0, 0755 },
	{ "/o/x/script", TREE_SCRIPT, 0, 0755 },
};

const size_t tree_size = ARRAY_SIZE(tree);

static mode_t format(enum tree_type type)
{
	switch (type) {
	case TREE_DIR:
		return S_IFDIR;
	case TREE_SYMLINK:
		return S_IFLNK;
	default:
		return S_IFREG;
	}
}

/* From their names follow domains. */
static const char *const peers[] = { "t1", "t2", "c1", "unconfined", "default" };

static bool is_as_it_was(const struct tree_entry *entry, const struct stat *st)
{
	if (st->st_mode != (format(entry->type) | entry->mode) ||
	    st->st_uid != entry->uid)
		return false;
	return entry->type != TREE_FILE ||
	       (st->st_size == sizeof(TEXT) - 1 && st->st_nlink == 1);
}

static void make_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	ssize_t len = strlen(text);

	if (fd < 0 || write(fd, text, len) != len)
		err(2, "%s", path);
	close(fd);
}

static void make(const struct tree_entry *entry)
{
	const char *path = entry->path;
	int fail = 0;

	switch (entry->type) {
	case TREE_DIR:
		fail = mkdir(path, 0700) && errno != EEXIST;
		break;
	case TREE_FILE:
		make_file(path, TEXT);
		break;
	case TREE_SCRIPT:
		make_file(path, SCRIPT);
		break;
	case TREE_SYMLINK:
		fail = symlink(LINK_TO, path);
		break;
	case TREE_PROGRAM:
		fail = link(TREE_TARGET, path);
		break;
	}
	if (fail || lchown(path, entry->uid, entry->uid) ||
	    (entry->type != TREE_SYMLINK && chmod(path, entry->mode)))
		err(2, "%s", path);
}

static void fill(int out, const char *from)
{
	int in = open(from, O_RDONLY);
	ssize_t n;

	if (in < 0)
		err(2, "%s", from);
	do {
		n = sendfile(out, in, NULL, 1 << 20);
	} while (n > 0);
	if (n)
		err(2, "%s", from);
	close(in);
}

static void copy(const char *from, const char *to)
{
	int out = open(to, O_WRONLY | O_CREAT | O_EXCL, 0755);

	if (out < 0)
		err(2, "%s", to);
	fill(out, from);
	if (close(out))
		err(2, "%s", to);
}

static void build_peers(void)
{
	char path[64];
	size_t i;

	if (mkdir(PEER_DIR, 0755))
		err(2, PEER_DIR);
	for (i = 0; i < ARRAY_SIZE(peers); i++) {
		snprintf(path, sizeof(path), PEER_DIR "/%s", peers[i]);
		if (link(TREE_TARGET, path))
			err(2, "%s", path);
	}
}

static void keep(int fd, int number)
{
	if (fd < 0 || dup2(fd, number) < 0)
		err(2, "descriptor %d", number);
	close(fd);
}

/* What is executed must not be open for writing. */
static void open_nameless(void)
{
	char path[64];
	int fd;

	if (mkdir("/o/x", 0755))
		err(2, "/o/x");
	copy(TREE_TARGET, "/o/x/gone");
	keep(open("/o/x/gone", O_RDONLY), TREE_GONE);
	unlink("/o/x/gone");
	fd = syscall(SYS_memfd_create, "o", 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	fill(fd, TREE_TARGET);
	keep(open(path, O_RDONLY), TREE_MEMFD);
	close(fd);
}

/* What mounts are tried in; see generate_mount.c. */
static void build_mounts(void)
{
	static const char *const dirs[] = { "/m", "/m/d", "/m/e", "/m/r", "/m/t",
					    "/m/b" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dirs); i++)
		if (mkdir(dirs[i], 0755))
			err(2, "%s", dirs[i]);
	make_file("/m/f", TEXT);
	if (mount("m", "/m/t", "tmpfs", 0, NULL) || mkdir("/m/t/s", 0755) ||
	    mkdir("/m/t/old", 0755) ||
	    mount("/m/t/s", "/m/b", NULL, MS_BIND, NULL))
		err(2, "mounts in /m");
}

/**
 * tree_build() - make all entries, and the programs of peers
 * @target: the program that TREE_PROGRAM entries are
 */
void tree_build(const char *target)
{
	size_t i;

	umask(0);
	if (mkdir("/o", 0777))
		err(2, "/o");
	copy(target, TREE_TARGET);
	open_nameless();
	for (i = 0; i < tree_size; i++)
		make(&tree[i]);
	build_peers();
	build_mounts();
}

/**
 * tree_restore() - what is at a path shall be what was there at the beginning
 * @path: a name of an entry, or where nothing was
 */
void tree_restore(const char *path)
{
	const struct tree_entry *entry = NULL;
	struct stat st;
	size_t i;

	/* Mount points stay; what all mounts of a file system share may not. */
	if (!strncmp(path, "/m/", 3)) {
		if (mount("m", "/m/t", NULL, MS_REMOUNT, NULL))
			err(2, "/m/t");
		return;
	}
	for (i = 0; i < tree_size && !entry; i++)
		if (!strcmp(tree[i].path, path))
			entry = &tree[i];
	if (!lstat(path, &st)) {
		if (entry && is_as_it_was(entry, &st))
			return;
		if (!(entry && entry->type == TREE_DIR &&
		      S_ISDIR(st.st_mode)) && remove(path))
			err(2, "%s", path);
	}
	if (entry)
		make(entry);
}
