// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Changes of the domain that an image permits. Which name leads to which domain
 * is asked of the same code that the kernel decides with; the names to ask
 * about are shortest examples of what the rules and the attachments accept.
 */
#include <stdlib.h>
#include <string.h>

#include "nestctl.h"
#include "rules.h"
#include "transitions.h"

/* Ways from a domain to another, each shown once. */
enum way { BY_EXEC, BY_SCRUBBED_EXEC, BY_CHANGE, BY_CHANGE_AT_EXEC, BY_HAT, WAYS };

static const char *const way_names[WAYS] = {
	[BY_EXEC]		= "exec",
	[BY_SCRUBBED_EXEC]	= "exec (scrubbed)",
	[BY_CHANGE]		= "change_profile",
	[BY_CHANGE_AT_EXEC]	= "change_profile at exec",
	[BY_HAT]		= "change_hat",
};

/**
 * struct name - a name to ask the rules about
 * @text: the name
 * @len: its length
 */
struct name {
	char *text;
	size_t len;
};

/**
 * struct names - a list of them
 * @names: they, owned
 * @n: how many
 */
struct names {
	struct name *names;
	size_t n;
};

/**
 * struct search - the search for transitions
 * @policy: the image
 * @n: number of domains; of "unconfined", too
 * @attached: names that attachments accept
 * @edges: what was found
 * @seen: for the domain being looked at, a bit for each way to each domain
 * @from: that domain, or @n
 * @whole: no DFA was too large to look through
 */
struct search {
	const struct nest_policy *policy;
	uint32_t n;
	struct names attached;
	struct json_object *edges;
	uint8_t *seen;
	uint32_t from;
	bool whole;
};

static const char *name_of(const struct search *search, uint32_t domain)
{
	return domain < search->n ?
	       nest_policy_domain_name(search->policy, domain) : "unconfined";
}

static void add_edge(struct search *search, uint32_t to, enum way way,
		     const char *example)
{
	struct json_object *edge;

	if (search->seen[to] & 1U << way)
		return;
	search->seen[to] |= 1U << way;
	edge = json_object_new_object();
	out_add_string(edge, "from", name_of(search, search->from));
	out_add_string(edge, "to", name_of(search, to));
	out_add_string(edge, "by", way_names[way]);
	if (example)
		out_add_string(edge, "example", example);
	json_object_array_add(search->edges, edge);
}

static void add_name(uint32_t accept, const char *example, size_t len,
		     void *arg)
{
	struct names *names = arg;
	struct name *name;

	(void)accept;
	names->names = reallocarray(names->names, names->n + 1,
				    sizeof(*names->names));
	if (!names->names)
		abort();
	name = &names->names[names->n++];
	name->text = malloc(len + 1);
	if (!name->text)
		abort();
	memcpy(name->text, example, len + 1);
	name->len = len;
}

static void free_names(struct names *names)
{
	size_t i;

	for (i = 0; i < names->n; i++)
		free(names->names[i].text);
	free(names->names);
}

static void add_exec(struct search *search, uint32_t exec, uint32_t found,
		     const char *path)
{
	struct nest_exec_result result =
		nest_decide_exec(search->policy, search->from, exec, found);
	uint32_t to = result.domain;

	if (to == NEST_EXEC_TO_NOTHING || to == search->from)
		return;
	if (to == NEST_EXEC_TO_UNCONFINED)
		to = search->n;
	add_edge(search, to, result.scrub ? BY_SCRUBBED_EXEC : BY_EXEC, path);
}

/*
 * Whether a program has the attributes that an attachment asks for is not known:
 * it may, and it may not.
 */
static void ask_attachments(struct search *search, uint32_t dfa,
			    uint32_t exec, const struct name *name)
{
	struct nest_attach attach;
	struct nest_dfa opened;
	uint32_t accept = 0;

	if (dfa != NEST_NONE) {
		nest_dfa_open(&opened, search->policy, dfa);
		accept = nest_dfa_match(&opened, name->text, name->len);
	}
	while (accept && nest_attach_next(search->policy, &accept, &attach)) {
		add_exec(search, exec, attach.domain, name->text);
		if (!attach.n_xattrs)
			return;
	}
	add_exec(search, exec, NEST_NONE, name->text);
}

static void ask_exec(struct search *search, const struct name *name)
{
	struct nest_perms perms;
	int owner;

	for (owner = 0; owner < 2; owner++) {
		nest_perms_lookup(&perms, search->policy, search->from,
				  name->text, name->len, owner);
		if (perms.exec == NEST_NONE)
			continue;
		ask_attachments(search,
				nest_policy_exec_dfa(search->policy,
						     search->from, perms.exec),
				perms.exec, name);
	}
}

static void ask_each(struct search *search, const struct names *names)
{
	size_t i;

	for (i = 0; i < names->n; i++)
		ask_exec(search, &names->names[i]);
}

/* All names that rules of the domain, or attachments, have. */
static void search_exec(struct search *search,
			const struct nest_policy_domain *domain)
{
	uint32_t first = le32_to_cpu(domain->file_dfa);
	uint32_t child = le32_to_cpu(domain->child_dfa);
	uint32_t i, n = le32_to_cpu(domain->n_file_dfas);
	struct names names = { 0 };

	for (i = first; i < first + n; i++)
		search->whole &= rules_walk(search->policy, i, add_name,
					    &names);
	if (child != NEST_NONE)
		search->whole &= rules_walk(search->policy, child, add_name,
					    &names);
	ask_each(search, &names);
	ask_each(search, &search->attached);
	free_names(&names);
}

/* Changes whatever the executable is. */
static void search_changes(struct search *search)
{
	struct nest_match match;
	struct nest_perms perms;
	uint32_t to;

	for (to = 0; to <= search->n; to++) {
		nest_match_begin(&match, search->policy, search->from,
				 NEST_RULES_CHANGE_PROFILE);
		nest_match_text(&match, name_of(search, to));
		nest_match_perms(&match, &perms);
		if (to == search->from)
			continue;
		if (perms.allow & NEST_CHANGE_PROFILE)
			add_edge(search, to, BY_CHANGE, NULL);
		if (perms.allow & NEST_CHANGE_ONEXEC)
			add_edge(search, to, BY_CHANGE_AT_EXEC, NULL);
	}
}

/* Those that a rule ties to an executable: its example has two fields. */
static void add_tied(uint32_t accept, const char *example, size_t len,
		     void *arg)
{
	struct search *search = arg;
	const struct nest_policy_rule *rule = &search->policy->rules[accept - 1];
	const char *name = example + 1;
	const char *program = name + strlen(name) + 1;
	uint32_t to;

	if (len < 2 || example[0] != NEST_RULES_CHANGE_PROFILE ||
	    program >= example + len || !*program ||
	    !(le32_to_cpu(rule->allow & ~rule->deny) & NEST_CHANGE_ONEXEC))
		return;
	to = strcmp(name, "unconfined") ?
	     nest_policy_find_domain(search->policy, name) : search->n;
	if (to <= search->n && to != search->from)
		add_edge(search, to, BY_CHANGE_AT_EXEC, program);
}

static void search_tied(struct search *search,
			const struct nest_policy_domain *domain)
{
	uint32_t first = le32_to_cpu(domain->rule_dfa);
	uint32_t i, n = le32_to_cpu(domain->n_rule_dfas);

	for (i = first; i < first + n; i++)
		search->whole &= rules_walk(search->policy, i, add_tied,
					    search);
}

static void search_hats(struct search *search)
{
	const struct nest_policy_domain *domain = search->policy->domains;
	uint32_t i;

	for (i = 0; i < search->n; i++, domain++)
		if (le32_to_cpu(domain->flags) & NEST_DOMAIN_HAT &&
		    le32_to_cpu(domain->parent) == search->from)
			add_edge(search, i, BY_HAT, NULL);
}

static void search_domain(struct search *search, uint32_t from)
{
	const struct nest_policy_domain *domain =
		&search->policy->domains[from];

	search->from = from;
	memset(search->seen, 0, search->n + 1);
	search_exec(search, domain);
	search_changes(search);
	search_tied(search, domain);
	search_hats(search);
}

/* Tasks that the layer does not confine: what they execute may attach. */
static void search_unconfined(struct search *search)
{
	uint32_t dfa = le32_to_cpu(search->policy->header->attach_dfa);
	struct nest_attach attach;
	struct nest_dfa opened;
	uint32_t accept;
	size_t i;

	search->from = search->n;
	memset(search->seen, 0, search->n + 1);
	if (dfa == NEST_NONE)
		return;
	nest_dfa_open(&opened, search->policy, dfa);
	for (i = 0; i < search->attached.n; i++) {
		const struct name *name = &search->attached.names[i];

		accept = nest_dfa_match(&opened, name->text, name->len);
		while (accept && nest_attach_next(search->policy, &accept,
						  &attach))
			add_edge(search, attach.domain, BY_EXEC, name->text);
	}
}

static struct json_object *nodes(const struct search *search)
{
	struct json_object *list = json_object_new_array();
	struct json_object *node, *flags;
	uint32_t i;

	for (i = 0; i <= search->n; i++) {
		node = json_object_new_object();
		out_add_string(node, "name", name_of(search, i));
		if (i < search->n) {
			flags = rules_flags(search->policy, i);
		} else {
			flags = json_object_new_array();
			json_object_array_add(flags, out_string("unconfined"));
		}
		out_add(node, "flags", flags);
		json_object_array_add(list, node);
	}
	return list;
}

/**
 * transitions_add() - find what domains lead to
 * @graph: gets "domains", with "unconfined" as the last, and "transitions";
 *	"incomplete" if tables are too large to be looked through
 * @policy: the image
 */
void transitions_add(struct json_object *graph,
		     const struct nest_policy *policy)
{
	const struct nest_policy_header *header = policy->header;
	uint32_t attach = le32_to_cpu(header->attach_dfa);
	struct search search = {
		.policy = policy,
		.n = le32_to_cpu(header->section[NEST_SECTION_DOMAINS].count),
		.edges = json_object_new_array(),
		.whole = true,
	};
	uint32_t i;

	search.seen = calloc(search.n + 1, 1);
	if (!search.seen)
		abort();
	if (attach != NEST_NONE)
		search.whole &= rules_walk(policy, attach, add_name,
					   &search.attached);
	for (i = 0; i < search.n; i++)
		search_domain(&search, i);
	search_unconfined(&search);
	out_add(graph, "domains", nodes(&search));
	out_add(graph, "transitions", search.edges);
	if (!search.whole)
		out_add_bool(graph, "incomplete", true);
	free_names(&search.attached);
	free(search.seen);
}
