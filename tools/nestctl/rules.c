// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules of an image as records. */
#include <stdlib.h>
#include <string.h>

#include "naming.h"
#include "nestctl.h"
#include "rules.h"

#define CAPABILITIES	64

/**
 * struct attachments - an example for each domain that attaches
 * @policy: the image
 * @lists: an array of strings for each domain
 * @found: for each domain, what it asks for; zeroed if it does not attach
 * @count: number of domains
 * @whole: no DFA was too large to look through
 */
struct attachments {
	const struct nest_policy *policy;
	struct json_object **lists;
	struct nest_attach *found;
	uint32_t count;
	bool whole;
};

static uint32_t count_of(const struct nest_policy *policy, int section)
{
	return le32_to_cpu(policy->header->section[section].count);
}

/* Every accepting state gives an example; a few of them will do. */
static void add_attachment(uint32_t accept, const char *example, size_t len,
			   void *arg)
{
	struct attachments *attachments = arg;
	struct nest_attach attach;
	struct json_object *list;

	(void)len;
	while (nest_attach_next(attachments->policy, &accept, &attach)) {
		if (attach.n_xattrs)
			attachments->found[attach.domain] = attach;
		list = attachments->lists[attach.domain];
		if (json_object_array_length(list) < 4)
			json_object_array_add(list, out_string(example));
	}
}

/* What the values of an attribute may be. */
static void add_value(uint32_t accept, const char *example, size_t len,
		      void *arg)
{
	struct json_object *list = arg;

	(void)accept;
	(void)len;
	if (json_object_array_length(list) < 4)
		json_object_array_add(list, out_string(example));
}

static void add_xattrs(struct json_object *record,
		       const struct nest_policy *policy,
		       const struct nest_attach *attach)
{
	struct json_object *list = json_object_new_array();
	uint32_t i;

	for (i = attach->xattr; i < attach->xattr + attach->n_xattrs; i++) {
		const struct nest_policy_xattr *xattr = &policy->xattrs[i];
		struct json_object *one = json_object_new_object();
		struct json_object *values = json_object_new_array();
		bool whole = rules_walk(policy, le32_to_cpu(xattr->dfa),
					add_value, values);

		out_add_string(one, "name",
			       policy->strings + le32_to_cpu(xattr->name));
		out_add(one, "values", values);
		if (!whole)
			out_add_bool(one, "values_incomplete", true);
		json_object_array_add(list, one);
	}
	out_add(record, "xattrs", list);
}

static void find_attachments(const struct nest_policy *policy,
			     struct attachments *attachments)
{
	uint32_t attach = le32_to_cpu(policy->header->attach_dfa);
	uint32_t i, child;
	bool whole = true;

	attachments->policy = policy;
	attachments->count = count_of(policy, NEST_SECTION_DOMAINS);
	attachments->lists = calloc(attachments->count + 1,
				    sizeof(*attachments->lists));
	attachments->found = calloc(attachments->count + 1,
				    sizeof(*attachments->found));
	if (!attachments->lists || !attachments->found)
		abort();
	for (i = 0; i < attachments->count; i++)
		attachments->lists[i] = json_object_new_array();
	if (attach != NEST_NONE)
		whole = rules_walk(policy, attach, add_attachment, attachments);
	for (i = 0; i < attachments->count; i++) {
		child = le32_to_cpu(policy->domains[i].child_dfa);
		if (child != NEST_NONE)
			whole &= rules_walk(policy, child, add_attachment,
					    attachments);
	}
	attachments->whole = whole;
}

static void add_name(struct json_object *list, const char *name)
{
	json_object_array_add(list, json_object_new_string(name));
}

static struct json_object *capabilities(uint64_t set)
{
	struct json_object *list = json_object_new_array();
	unsigned int last = CAPABILITIES;
	unsigned int i;
	char name[32];

	/* All that this machine knows, and more: "all". */
	if (!~set) {
		add_name(list, "all");
		return list;
	}
	for (i = 0; i < last; i++) {
		if (!(set & 1ULL << i))
			continue;
		name_capability(name, sizeof(name), i);
		add_name(list, name);
	}
	return list;
}

static struct json_object *sockets(const __le16 *set)
{
	struct json_object *list = json_object_new_array();
	unsigned int family, type;
	char name[48];

	for (family = 0; family < NEST_FAMILIES; family++) {
		uint16_t types = le16_to_cpu(set[family]);

		if (types == 0xffff && name_family(family)) {
			add_name(list, name_family(family));
			continue;
		}
		for (type = 0; type < 16; type++) {
			if (!(types & 1U << type))
				continue;
			name_socket(name, sizeof(name), family, type);
			add_name(list, name);
		}
	}
	return list;
}

static void add_if_any(struct json_object *record, const char *key,
		       struct json_object *list)
{
	if (json_object_array_length(list))
		out_add(record, key, list);
	else
		json_object_put(list);
}

static void add_capabilities(struct json_object *record,
			     const struct nest_policy_domain *domain)
{
	out_add(record, "capabilities",
		capabilities(le64_to_cpu(domain->cap_allow)));
	add_if_any(record, "capabilities_denied",
		   capabilities(le64_to_cpu(domain->cap_deny)));
	add_if_any(record, "capabilities_audited",
		   capabilities(le64_to_cpu(domain->cap_audit)));
}

static void add_networks(struct json_object *record,
			 const struct nest_policy *policy, uint32_t index)
{
	const struct nest_policy_net *net;

	if (index == NEST_NONE) {
		out_add(record, "networks", json_object_new_array());
		return;
	}
	net = &policy->nets[index];
	out_add(record, "networks", sockets(net->allow));
	add_if_any(record, "networks_denied", sockets(net->deny));
	add_if_any(record, "networks_audited", sockets(net->audit));
}

static void add_rlimits(struct json_object *record,
			const struct nest_policy *policy, uint32_t domain)
{
	struct json_object *limits;
	uint32_t i;
	uint64_t max;

	if (!nest_has_rlimits(policy, domain))
		return;
	limits = json_object_new_object();
	for (i = 0; i < NEST_RLIMITS; i++) {
		max = nest_rlimit_of(policy, domain, i);
		if (max != NEST_RLIMIT_INFINITY)
			out_add_number(limits, nest_name_of(NEST_NAMES_RLIMIT,
							    i), max);
	}
	out_add(record, "rlimits", limits);
}

/**
 * rules_flags() - the flags of a domain as words
 * @policy: the image
 * @index: the domain
 *
 * Return: an array of strings.
 */
struct json_object *rules_flags(const struct nest_policy *policy,
				uint32_t index)
{
	struct json_object *list = json_object_new_array();
	uint32_t set = le32_to_cpu(policy->domains[index].flags);

	if (index == le32_to_cpu(policy->header->default_domain))
		add_name(list, "default");
	if (set & NEST_DOMAIN_COMPLAIN)
		add_name(list, "complain");
	if (set & NEST_DOMAIN_KILL)
		add_name(list, "kill");
	if (set & NEST_DOMAIN_ATTACH_DISCONNECTED)
		add_name(list, "attach_disconnected");
	if (set & NEST_DOMAIN_HAT)
		add_name(list, "hat");
	return list;
}

/**
 * rules_exec() - a transition as a record
 * @policy: the image
 * @exec: index of the transition
 *
 * Return: the record.
 */
struct json_object *rules_exec(const struct nest_policy *policy, uint32_t exec)
{
	static const char *const modes[NEST_EXEC_MODES] = {
		[NEST_EXEC_INHERIT]	= "inherit",
		[NEST_EXEC_UNCONFINED]	= "unconfined",
		[NEST_EXEC_ATTACH]	= "attach",
		[NEST_EXEC_CHILD]	= "child",
		[NEST_EXEC_DOMAIN]	= "domain",
	};
	const struct nest_policy_exec *entry = &policy->execs[exec];
	struct json_object *record = json_object_new_object();
	uint32_t target = le32_to_cpu(entry->target);
	uint32_t set = le32_to_cpu(entry->flags);

	out_add_string(record, "to", modes[le32_to_cpu(entry->mode)]);
	if (target != NEST_NONE)
		out_add_string(record, "domain",
			       nest_policy_domain_name(policy, target));
	if (set & NEST_EXEC_ELSE_INHERIT)
		out_add_string(record, "else", "inherit");
	if (set & NEST_EXEC_ELSE_UNCONFINED)
		out_add_string(record, "else", "unconfined");
	out_add_bool(record, "scrub", set & NEST_EXEC_SCRUB);
	return record;
}

/**
 * struct transitions - what a domain's rules say of exec
 * @policy: the image
 * @seen: transitions that are in @list already
 * @list: records
 */
struct transitions {
	const struct nest_policy *policy;
	bool *seen;
	struct json_object *list;
};

static void add_transition(uint32_t accept, const char *example, size_t len,
			   void *arg)
{
	struct transitions *transitions = arg;
	const struct nest_policy_perm *perm =
		&transitions->policy->perms[accept - 1];
	struct json_object *record;
	uint32_t exec;
	int who;

	(void)len;
	for (who = NEST_PERM_OTHER; who <= NEST_PERM_OWNER; who++) {
		exec = le32_to_cpu(perm->exec[who]);
		if (exec == NEST_NONE || transitions->seen[exec])
			continue;
		transitions->seen[exec] = true;
		record = rules_exec(transitions->policy, exec);
		out_add_string(record, "example", example);
		json_object_array_add(transitions->list, record);
	}
}

static void add_files(struct json_object *record,
		      const struct nest_policy *policy,
		      const struct nest_policy_domain *domain)
{
	uint32_t first = le32_to_cpu(domain->file_dfa);
	uint32_t i, n = le32_to_cpu(domain->n_file_dfas);
	struct transitions transitions = {
		.policy = policy,
		.seen = calloc(count_of(policy, NEST_SECTION_EXECS) + 1, 1),
		.list = json_object_new_array(),
	};
	uint64_t states = 0;
	bool whole = true;

	if (!transitions.seen)
		abort();
	for (i = 0; i < n; i++) {
		states += le32_to_cpu(policy->dfas[first + i].n_states);
		whole &= rules_walk(policy, first + i, add_transition,
				    &transitions);
	}
	free(transitions.seen);
	out_add_number(record, "file_dfas", n);
	out_add_number(record, "file_states", states);
	out_add(record, "exec", transitions.list);
	if (!whole)
		out_add_bool(record, "exec_incomplete", true);
}

static struct json_object *domain_record(const struct nest_policy *policy,
					 uint32_t index,
					 const struct attachments *attachments)
{
	const struct nest_policy_domain *domain = &policy->domains[index];
	struct json_object *record = json_object_new_object();
	uint32_t parent = le32_to_cpu(domain->parent);

	out_add_string(record, "name", nest_policy_domain_name(policy, index));
	out_add(record, "flags", rules_flags(policy, index));
	if (parent != NEST_NONE)
		out_add_string(record, "parent",
			       nest_policy_domain_name(policy, parent));
	out_add(record, "attaches", attachments->lists[index]);
	if (attachments->found[index].n_xattrs)
		add_xattrs(record, policy, &attachments->found[index]);
	add_capabilities(record, domain);
	add_networks(record, policy, le32_to_cpu(domain->net));
	add_rlimits(record, policy, index);
	add_files(record, policy, domain);
	add_if_any(record, "rules", rules_classes(policy, index));
	return record;
}

/**
 * rules_domains() - all domains of an image
 * @policy: the image
 *
 * Return: an array of records.
 */
struct json_object *rules_domains(const struct nest_policy *policy)
{
	struct json_object *list = json_object_new_array();
	struct attachments attachments;
	struct json_object *record;
	uint32_t i;

	find_attachments(policy, &attachments);
	for (i = 0; i < attachments.count; i++) {
		record = domain_record(policy, i, &attachments);
		if (!attachments.whole)
			out_add_bool(record, "attaches_incomplete", true);
		json_object_array_add(list, record);
	}
	free(attachments.lists);
	free(attachments.found);
	return list;
}

static struct json_object *ask(const struct nest_policy *policy,
			       uint32_t domain, const char *path, bool owner)
{
	struct json_object *record = json_object_new_object();
	struct nest_perms perms;
	char letters[32];

	nest_perms_lookup(&perms, policy, domain, path, strlen(path), owner);
	name_permissions(letters, sizeof(letters), perms.allow);
	out_add_string(record, "allow", letters);
	name_permissions(letters, sizeof(letters), perms.deny);
	out_add_string(record, "deny", letters);
	name_permissions(letters, sizeof(letters), perms.audit);
	out_add_string(record, "audit", letters);
	if (perms.exec != NEST_NONE && perms.allow & NEST_FILE_EXEC)
		out_add(record, "exec", rules_exec(policy, perms.exec));
	return record;
}

static bool same(struct json_object *a, struct json_object *b)
{
	return json_object_equal(a, b);
}

/**
 * rules_query() - what the rules of a domain say of a path
 * @policy: the image
 * @domain: index of the domain
 * @path: the path
 *
 * Return: a record.
 */
struct json_object *rules_query(const struct nest_policy *policy,
				uint32_t domain, const char *path)
{
	struct json_object *record = json_object_new_object();
	struct json_object *other = ask(policy, domain, path, false);
	struct json_object *owner = ask(policy, domain, path, true);

	out_add_string(record, "name",
		       nest_policy_domain_name(policy, domain));
	if (same(other, owner)) {
		json_object_put(owner);
		out_add(record, "rules", other);
		return record;
	}
	out_add(record, "owner", owner);
	out_add(record, "other", other);
	return record;
}
