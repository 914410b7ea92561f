// SPDX-License-Identifier: GPL-2.0-or-later
/* What the host's LSM would say, where it can be asked. */
#include <errno.h>
#include <limits.h>
#include <selinux/selinux.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "naming.h"
#include "nestctl.h"
#include "question.h"

/**
 * struct query - a question in SELinux's words
 * @source: label of the task, owned
 * @target: label of the object, owned
 * @class: its class
 * @perms: names of permissions; NULL ends them
 */
struct query {
	char *source;
	char *target;
	const char *class;
	const char *perms[14];
};

static void add_perm(struct query *query, const char *perm)
{
	size_t i = 0;

	while (query->perms[i])
		i++;
	if (i + 1 < ARRAY_SIZE(query->perms))
		query->perms[i] = perm;
}

/* By the bits of NEST_FILE_*; several stand for the same. */
static void add_file_perms(struct query *query, uint32_t request)
{
	static const char *const perms[] = {
		"execute", "write", "read", "append", "create", "unlink",
		"setattr", "getattr", "setattr", "setattr", "lock", "link",
		"execute",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(perms); i++)
		if (request & 1U << i)
			add_perm(query, perms[i]);
}

static const char *file_query(struct query *query,
			      const struct question *question, pid_t pid)
{
	security_class_t class;
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/root%s", pid, question->path);
	if (lstat(path, &st) || lgetfilecon(path, &query->target) < 0)
		return "there is no such file to have a label";
	class = mode_to_security_class(st.st_mode);
	query->class = security_class_to_string(class);
	add_file_perms(query, question->request);
	return query->class ? NULL : "its policy does not know such files";
}

static const char *make_query(struct query *query,
			      const struct question *question, pid_t pid)
{
	if (getpidcon(pid, &query->source))
		return "the task's label cannot be read";
	if (question_is_file(question))
		return file_query(query, question, pid);
	if (!question_is_capability(question))
		return "it is asked about files and capabilities only";
	query->target = strdup(query->source);
	query->class = question->number < 32 ? "capability" : "capability2";
	add_perm(query, nest_name_of(NEST_NAMES_CAPABILITY, question->number));
	return NULL;
}

/* The permissions that the policy denies, joined by commas. */
static const char *compute(const struct query *query, char *denied,
			   size_t size, bool *permissive)
{
	security_class_t class = string_to_security_class(query->class);
	struct av_decision decision;
	access_vector_t bit;
	size_t i, n = 0;

	denied[0] = '\0';
	if (!class || security_compute_av_flags(query->source, query->target,
						class, 0, &decision))
		return "the kernel did not answer";
	*permissive = decision.flags & SELINUX_AVD_FLAGS_PERMISSIVE ||
		      security_getenforce() == 0;
	for (i = 0; query->perms[i]; i++) {
		bit = string_to_av_perm(class, query->perms[i]);
		if (bit && decision.allowed & bit)
			continue;
		n += snprintf(denied + n, size - n, "%s%s", n ? "," : "",
			      query->perms[i]);
		if (n >= size)
			break;
	}
	return NULL;
}

static void ask_selinux(struct json_object *record,
			const struct question *question, pid_t pid)
{
	struct query query = { 0 };
	const char *reason = make_query(&query, question, pid);
	bool permissive = false;
	char denied[256] = "";

	if (!reason)
		reason = compute(&query, denied, sizeof(denied), &permissive);
	out_add_string(record, "lsm", "selinux");
	out_add_string(record, "source", query.source);
	out_add_string(record, "target", query.target);
	out_add_string(record, "class", query.class);
	out_add_string(record, "denied", denied);
	out_add_string(record, "verdict", reason ? NULL :
		       !denied[0] ? "allowed" :
		       permissive ? "permissive" : "denied");
	if (reason)
		out_add_string(record, "reason", reason);
	freecon(query.source);
	freecon(query.target);
}

/**
 * host_verdict() - what the host's LSM says to a question
 * @pid: the task, or 0: it is about a domain
 * @question: the question
 *
 * Return: a record: "lsm", "verdict" (null if it cannot be known), "reason".
 */
struct json_object *host_verdict(pid_t pid, const struct question *question)
{
	struct json_object *record = json_object_new_object();
	bool apparmor = !access("/sys/kernel/security/apparmor", F_OK);

	if (pid && !access("/sys/fs/selinux/enforce", F_OK)) {
		ask_selinux(record, question, pid);
		return record;
	}
	out_add_string(record, "lsm", pid && apparmor ? "apparmor" : NULL);
	if (pid)
		out_add(record, "source", host_label(pid));
	out_add(record, "verdict", NULL);
	out_add_string(record, "reason", !pid ? "no task is named" :
		       apparmor ? "AppArmor cannot be asked" :
		       "no LSM that could be asked is to be seen");
	return record;
}
