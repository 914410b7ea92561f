/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a container's runtime tells its hooks. */
#ifndef NESTCTL_OCISTATE_H
#define NESTCTL_OCISTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define OCI_STATE_MAX	(1U << 20)	/* bytes */
#define OCI_FILES_MAX	16

/**
 * struct oci_state - a container that is about to start, and what it wants
 * @id: the container's, fit to be printed
 * @pid: its first process
 * @own: the policy shall be the container's own layer, not one from outside
 * @delegate: its root may load the own layer
 * @n_files: how many files the policy is in
 * @files: their names, below the directory of policies; the strings are owned
 */
struct oci_state {
	char *id;
	pid_t pid;
	bool own;
	bool delegate;
	size_t n_files;
	char *files[OCI_FILES_MAX];
};

int oci_state_parse(const char *text, size_t size, const char *policy,
		    struct oci_state *state);
void oci_state_free(struct oci_state *state);

#endif
