// SPDX-License-Identifier: GPL-2.0-or-later
/* Policies on the command line: sources to compile, or an image. */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nestctl.h"

#define READ_MAX	(2 * (size_t)NEST_POLICY_SIZE_MAX)

static const char *const default_dirs[] = {
	"/etc/nest/policy.d",
	"/etc/apparmor.d",
};

/**
 * nestctl_is_image() - tell an image from a source
 * @data: the start of a file
 * @size: bytes there
 *
 * Return: true if it begins with an image's magic.
 */
bool nestctl_is_image(const void *data, size_t size)
{
	uint32_t magic;

	if (size < sizeof(magic))
		return false;
	memcpy(&magic, data, sizeof(magic));
	return le32toh(magic) == NEST_POLICY_MAGIC;
}

static int grow(void **data, size_t *room)
{
	void *bigger;

	if (*room >= READ_MAX)
		return -EFBIG;
	*room = *room ? 2 * *room : 65536;
	bigger = realloc(*data, *room);
	if (!bigger)
		return -ENOMEM;
	*data = bigger;
	return 0;
}

static int read_all(int fd, void **data, size_t *size)
{
	size_t room = 0;
	ssize_t n;
	int err;

	*data = NULL;
	*size = 0;
	do {
		if (*size == room) {
			err = grow(data, &room);
			if (err)
				goto fail;
		}
		n = read(fd, (char *)*data + *size, room - *size);
		if (n < 0 && errno != EINTR) {
			err = -errno;
			goto fail;
		}
		*size += n > 0 ? n : 0;
	} while (n);
	return 0;

fail:
	free(*data);
	*data = NULL;
	return err;
}

/*
 * Standard input is always read; a file only if it is an image, otherwise the
 * compiler does so. @source gets the text in the first case.
 */
static int look(const char *file, struct nest_source *source)
{
	bool is_stdin = !strcmp(file, "-");
	struct stat st;
	char magic[4];
	void *data;
	int fd, err = 0;

	source->name = is_stdin ? "<stdin>" : file;
	fd = is_stdin ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	if (is_stdin || (!fstat(fd, &st) && S_ISREG(st.st_mode) &&
			 pread(fd, magic, sizeof(magic), 0) == sizeof(magic) &&
			 nestctl_is_image(magic, sizeof(magic)))) {
		err = read_all(fd, &data, &source->size);
		source->data = data;
	}
	if (!is_stdin)
		close(fd);
	if (err)
		error_print("%s: %s", source->name, strerror(-err));
	return err;
}

static void on_diag(void *context, const struct nest_diag *diag)
{
	static const char *const levels[] = { "note", "warning", "error" };
	struct nestctl_policy *policy = context;
	struct json_object *record;

	if (!out_is_json()) {
		nest_diag_print(stderr, diag);
		return;
	}
	record = json_object_new_object();
	out_add_string(record, "level", levels[diag->level]);
	out_add_string(record, "kind", nest_diag_kind_name(diag->kind));
	out_add_string(record, "file", diag->file);
	out_add_number(record, "line", diag->line);
	out_add_number(record, "column", diag->column);
	out_add_string(record, "message", diag->message);
	json_object_array_add(policy->diagnostics, record);
}

static void print_failure(struct nestctl_policy *policy)
{
	struct json_object *error;

	if (!out_is_json())
		return;
	error = json_object_new_object();
	out_add_string(error, "message", "the policy has errors");
	out_add(error, "diagnostics", policy->diagnostics);
	policy->diagnostics = NULL;
	error_object(error);
}

/* @dirs is where the first include directory goes, if there is just one. */
static struct nest_compile_options options_of(const struct nestctl_args *args,
					      const char **dirs)
{
	*dirs = args->include;
	return (struct nest_compile_options){
		.include_dirs = args->include ? dirs : default_dirs,
		.n_include_dirs = args->include ? 1 : 2,
		.ignored = args->ignored,
		.as_errors = args->as_errors,
	};
}

static int compile(const struct nestctl_args *args,
		   const struct nest_source *sources, size_t n_sources,
		   struct nestctl_policy *policy)
{
	const char *dirs[1];
	struct nest_compile_options options = options_of(args, dirs);
	struct nest_image image;
	int err;

	options.diag = on_diag;
	options.diag_context = policy;
	policy->compiled = true;
	if (out_is_json())
		policy->diagnostics = json_object_new_array();
	err = nest_compile(&options, sources, n_sources, &image);
	if (err) {
		print_failure(policy);
		return err;
	}
	policy->data = image.data;
	policy->size = image.size;
	policy->stats = image.stats;
	return 0;
}

static int take_image(struct nest_source *source, size_t n_sources,
		      struct nestctl_policy *policy)
{
	if (n_sources > 1) {
		error_print("%s is an image: nothing else can go with it",
			    source->name);
		return -EINVAL;
	}
	policy->data = (void *)source->data;
	policy->size = source->size;
	source->data = NULL;
	return 0;
}

/* Of sources that were looked at. */
static int take(const struct nestctl_args *args, struct nest_source *sources,
		size_t n, struct nestctl_policy *policy)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (sources[i].data &&
		    nestctl_is_image(sources[i].data, sources[i].size))
			return take_image(&sources[i], n, policy);
	return compile(args, sources, n, policy);
}

static void free_sources(struct nest_source *sources, int n)
{
	while (n--)
		free((void *)sources[n].data);
	free(sources);
}

/**
 * nestctl_policy_get() - read or compile a policy
 * @args: @include and the warnings count
 * @files: names of sources, or of one image; "-" is standard input
 * @n_files: how many
 * @policy: where to put it
 *
 * An image is taken as it is: the kernel checks it.
 *
 * Return: 0, or a negative errno after the errors were printed.
 * nestctl_policy_free() has to follow in either case.
 */
int nestctl_policy_get(const struct nestctl_args *args, char **files,
		       int n_files, struct nestctl_policy *policy)
{
	struct nest_source *sources = calloc(n_files, sizeof(*sources));
	int err = 0, i;

	memset(policy, 0, sizeof(*policy));
	if (!sources)
		abort();
	for (i = 0; i < n_files && !err; i++)
		err = look(files[i], &sources[i]);
	if (!err)
		err = take(args, sources, n_files, policy);
	free_sources(sources, n_files);
	return err;
}

/**
 * nestctl_policy_read() - the same of open files
 * @args: as nestctl_policy_get()
 * @names: for messages
 * @fds: sources, or one image
 * @n: how many
 * @policy: where to put it
 *
 * Return: as nestctl_policy_get().
 */
int nestctl_policy_read(const struct nestctl_args *args, char *const *names,
			const int *fds, int n, struct nestctl_policy *policy)
{
	struct nest_source *sources = calloc(n, sizeof(*sources));
	void *data;
	int err = 0, i;

	memset(policy, 0, sizeof(*policy));
	if (!sources)
		abort();
	for (i = 0; i < n && !err; i++) {
		sources[i].name = names[i];
		err = read_all(fds[i], &data, &sources[i].size);
		sources[i].data = data;
		if (err)
			error_print("%s: %s", names[i], strerror(-err));
	}
	if (!err)
		err = take(args, sources, n, policy);
	free_sources(sources, n);
	return err;
}

/**
 * nestctl_policy_each() - compile the rules of a profile, each by itself
 * @args: @include counts
 * @file: a source that compiles
 * @domain: full name of the profile
 * @fn: called for each rule
 * @context: for @fn
 *
 * Return: as nest_compile_each(); nothing is printed.
 */
int nestctl_policy_each(const struct nestctl_args *args, const char *file,
			const char *domain, nest_rule_fn fn, void *context)
{
	const struct nest_source source = { .name = file };
	const char *dirs[1];
	struct nest_compile_options options = options_of(args, dirs);

	options.as_errors = 0;
	return nest_compile_each(&options, &source, 1, domain, fn, context);
}

/**
 * nestctl_policy_free() - free what nestctl_policy_get() made
 * @policy: it
 */
void nestctl_policy_free(struct nestctl_policy *policy)
{
	free(policy->data);
	json_object_put(policy->diagnostics);
	memset(policy, 0, sizeof(*policy));
}
