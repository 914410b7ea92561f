// SPDX-License-Identifier: GPL-2.0-or-later
/* Source files: each is read once, however often it is included. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compile.h"

static u64 text_rehash(const void *context, u32 index)
{
	const struct nest_compiler *compiler = context;
	struct nest_text **texts = compiler->texts.data;

	return nest_hash_bytes(texts[index]->name,
			       strlen(texts[index]->name));
}

static struct nest_text *find_text(const struct nest_compiler *compiler,
				   const char *name)
{
	u64 key = nest_hash_bytes(name, strlen(name));
	struct nest_hash_walk walk = nest_hash_find(&compiler->text_hash, key);
	struct nest_text **texts = compiler->texts.data;
	u32 index;

	while (nest_hash_next(&walk, &index))
		if (!strcmp(texts[index]->name, name))
			return texts[index];
	return NULL;
}

static int remember(struct nest_compiler *compiler, struct nest_text *text)
{
	u32 index = (u32)compiler->texts.count;
	struct nest_text **p;

	p = nest_vec_add(&compiler->texts, sizeof(text), 1);
	if (!p)
		return nest_no_memory(compiler);
	*p = text;
	if (nest_hash_add(&compiler->text_hash,
			  nest_hash_bytes(text->name, strlen(text->name)),
			  index, text_rehash, compiler))
		return nest_no_memory(compiler);
	return 0;
}

/**
 * nest_text_add() - keep a text for the compilation
 * @compiler: the compilation
 * @name: its name; copied
 * @data: its bytes; kept by the caller or in the arena
 * @size: how many
 * @text: where it goes
 *
 * Return: 0, or -ENOMEM.
 */
int nest_text_add(struct nest_compiler *compiler, const char *name,
		  const void *data, size_t size, struct nest_text **text)
{
	struct nest_text *new;

	new = nest_arena_alloc(&compiler->arena, sizeof(*new));
	if (!new)
		return nest_no_memory(compiler);
	new->name = nest_arena_strndup(&compiler->arena, name, strlen(name));
	if (!new->name)
		return nest_no_memory(compiler);
	new->data = data;
	new->size = size;
	*text = new;
	return remember(compiler, new);
}

static int read_all(int fd, char *data, size_t size)
{
	size_t done = 0;
	ssize_t got;

	while (done < size) {
		got = read(fd, data + done, size - done);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			return -EIO;
		done += (size_t)got;
	}
	return 0;
}

static int read_fd(struct nest_compiler *compiler, const char *path, int fd,
		   struct nest_text **text)
{
	struct stat st;
	char *data;
	int err;

	if (fstat(fd, &st))
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (st.st_size < 0 || (size_t)st.st_size > NEST_FILE_SIZE_MAX)
		return -EFBIG;
	data = nest_arena_alloc(&compiler->arena, (size_t)st.st_size);
	if (!data)
		return nest_no_memory(compiler);
	err = read_all(fd, data, (size_t)st.st_size);
	if (err)
		return err;
	return nest_text_add(compiler, path, data, (size_t)st.st_size, text);
}

/**
 * nest_text_read() - read a file, or find it among those that were read
 * @compiler: the compilation
 * @path: its name
 * @text: where the text goes
 *
 * No message is given but that of -ENOMEM.
 *
 * Return: 0, or a negative errno.
 */
int nest_text_read(struct nest_compiler *compiler, const char *path,
		   struct nest_text **text)
{
	int fd, err;

	*text = find_text(compiler, path);
	if (*text)
		return 0;
	/* Do not hang on a FIFO that somebody left there. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	err = read_fd(compiler, path, fd, text);
	close(fd);
	return err;
}

bool nest_path_is_directory(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static bool has_suffix(const char *name, const char *suffix)
{
	size_t len = strlen(name), suffix_len = strlen(suffix);

	return len > suffix_len && !strcmp(name + len - suffix_len, suffix);
}

/* What editors and package managers leave in configuration directories. */
static bool is_leftover(const char *name)
{
	static const char *const suffixes[] = {
		".dpkg-new", ".dpkg-old", ".dpkg-dist", ".dpkg-bak",
		".dpkg-remove", ".pacsave", ".pacnew", ".rpmnew", ".rpmsave",
		".orig", ".rej", "~",
	};
	size_t i;

	if (name[0] == '.' || !strcmp(name, "README"))
		return true;
	for (i = 0; i < ARRAY_SIZE(suffixes); i++)
		if (has_suffix(name, suffixes[i]))
			return true;
	return false;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int add_path(struct nest_compiler *compiler, const char *directory,
		    const char *name, struct nest_paths *list)
{
	struct stat st;
	char *path, **p;

	path = nest_arena_printf(&compiler->arena, "%s/%s", directory, name);
	if (!path)
		return nest_no_memory(compiler);
	if (stat(path, &st) || !S_ISREG(st.st_mode))
		return 0;
	p = nest_vec_add(&list->paths, sizeof(*p), 1);
	if (!p)
		return nest_no_memory(compiler);
	*p = path;
	return 0;
}

/**
 * nest_paths_list() - list the policy files in a directory
 * @compiler: the compilation
 * @directory: the directory
 * @list: where the names go, sorted; zeroed before, its vector freed by the
 *	caller in any case
 *
 * Hidden files, backups of editors and package managers and whatever is no
 * regular file are left out.
 *
 * Return: 0, or a negative errno.
 */
int nest_paths_list(struct nest_compiler *compiler, const char *directory,
		    struct nest_paths *list)
{
	const struct dirent *entry;
	DIR *dir;
	int err = 0;

	dir = opendir(directory);
	if (!dir)
		return -errno;
	while (!err) {
		errno = 0;
		entry = readdir(dir);
		if (!entry) {
			err = -errno;
			break;
		}
		if (!is_leftover(entry->d_name))
			err = add_path(compiler, directory, entry->d_name,
				       list);
	}
	closedir(dir);
	if (!err && list->paths.count)
		qsort(list->paths.data, list->paths.count, sizeof(char *),
		      compare_names);
	return err;
}
