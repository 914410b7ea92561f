// SPDX-License-Identifier: GPL-2.0-or-later
/* nestctl compile: from profiles to an image. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nestctl.h"

static int write_all(int fd, const char *from, size_t size)
{
	ssize_t n;

	while (size) {
		n = write(fd, from, size);
		if (n < 0 && errno != EINTR)
			return -errno;
		from += n > 0 ? n : 0;
		size -= n > 0 ? n : 0;
	}
	return 0;
}

/**
 * nestctl_write_file() - write a file whole or not at all
 * @file: its name. What is there is replaced
 * @data: what to write
 * @size: how many bytes
 *
 * Beside the file and then over it: a reader never sees half of it.
 *
 * Return: 0 or a negative errno.
 */
int nestctl_write_file(const char *file, const void *data, size_t size)
{
	char *temporary;
	int fd, err;

	if (asprintf(&temporary, "%s.XXXXXX", file) < 0)
		return -ENOMEM;
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0) {
		err = -errno;
		goto out;
	}
	err = write_all(fd, data, size);
	if (!err && fchmod(fd, 0644))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	if (!err && rename(temporary, file))
		err = -errno;
	if (err)
		unlink(temporary);
out:
	free(temporary);
	return err;
}

static bool is_special(const char *file)
{
	struct stat st;

	return !stat(file, &st) && !S_ISREG(st.st_mode);
}

static int write_image(const char *file, const struct nestctl_policy *policy)
{
	int fd, err;

	if (!file)
		return write_all(STDOUT_FILENO, policy->data, policy->size);
	if (!is_special(file))
		return nestctl_write_file(file, policy->data, policy->size);
	fd = open(file, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = write_all(fd, policy->data, policy->size);
	close(fd);
	return err;
}

static void print_result(struct nestctl_policy *policy, const char *file)
{
	struct json_object *record;

	if (!out_is_json())
		return;
	record = json_object_new_object();
	out_add_string(record, "output", file);
	out_add_number(record, "size", policy->size);
	out_add_number(record, "profiles", policy->stats.profiles);
	out_add(record, "diagnostics", policy->diagnostics);
	policy->diagnostics = NULL;
	out_json(record);
}

static int run(const struct nestctl_args *args)
{
	struct nestctl_policy policy;
	int status = EXIT_FAILED;
	int err;

	if (!args->output && (out_is_json() || isatty(STDOUT_FILENO))) {
		error_print("compile: say with -o FILE where to write the image");
		return EXIT_USAGE;
	}
	if (nestctl_policy_get(args, args->words, args->n_words, &policy))
		goto out;
	if (!policy.compiled) {
		error_print("%s is an image already", args->words[0]);
		goto out;
	}
	err = write_image(args->output, &policy);
	if (err) {
		error_print("cannot write %s: %s",
			    args->output ? args->output : "the image",
			    strerror(-err));
		goto out;
	}
	print_result(&policy, args->output);
	status = EXIT_DONE;
out:
	nestctl_policy_free(&policy);
	return status;
}

const struct nestctl_verb nestctl_compile = {
	.name = "compile",
	.options = "oIW",
	.min = 1,
	.max = INT_MAX,
	.usage = "[-o FILE] [-I DIR] [--warn KIND] FILE...",
	.summary = "compile profiles to an image",
	.failed = EXIT_FAILED,
	.run = run,
};
