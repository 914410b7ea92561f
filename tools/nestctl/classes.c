// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules by class of an image as records. */
#include <stdlib.h>
#include <string.h>

#include "nestctl.h"
#include "rules.h"

#define EXAMPLES_MAX	32	/* of one domain */

#define BINARY		SIZE_MAX

/**
 * struct class - how to print the rules of a class
 * @name: as the language calls it
 * @skip: bytes before the first field of text, BINARY if there is none
 * @bits: what the bits of a rule stand for, from the least
 * @bit: says the same in its place
 */
struct class {
	const char *name;
	size_t skip;
	const char *bits[8];
	const char *(*bit)(uint32_t bit);
};

static const struct class classes[NEST_RULES_END] = {
	[NEST_RULES_MOUNT] = { "mount", 0, { "mount" }, NULL },
	[NEST_RULES_UMOUNT] = { "umount", 0, { "umount" }, NULL },
	[NEST_RULES_PIVOT_ROOT] = { "pivot_root", 0, { "pivot_root" }, NULL },
	[NEST_RULES_UNIX] = { "unix", 1, { NULL }, name_access },
	[NEST_RULES_INET] = { "network", BINARY, { NULL }, name_access },
	[NEST_RULES_CHANGE_PROFILE] = {
		"change_profile", 0, { "now", "exec", "unsafe" }, NULL
	},
	[NEST_RULES_USERNS] = { "userns", BINARY, { "create" }, NULL },
	[NEST_RULES_IO_URING] = {
		"io_uring", BINARY, { "override_creds", "sqpoll" }, NULL
	},
	[NEST_RULES_MQUEUE] = {
		"mqueue", 1, {
			"create", "open", "delete", "read", "write",
			"getattr", "setattr"
		}, NULL
	},
	[NEST_RULES_LINK] = { "link", 1, { "pair", "subset" }, NULL },
};

/**
 * struct examples - rules on their way into a list
 * @policy: the image
 * @list: records
 * @whole: there were no more than fit
 */
struct examples {
	const struct nest_policy *policy;
	struct json_object *list;
	bool whole;
};

static struct json_object *words(const struct class *class, uint32_t set)
{
	struct json_object *list = json_object_new_array();
	const char *word;
	unsigned int i;
	char name[16];

	for (i = 0; i < 32; i++) {
		if (!(set & 1U << i))
			continue;
		word = i < ARRAY_SIZE(class->bits) ? class->bits[i] : NULL;
		if (class->bit)
			word = class->bit(1U << i);
		snprintf(name, sizeof(name), "%u", i);
		json_object_array_add(list,
				      json_object_new_string(word ?: name));
	}
	return list;
}

/* What the fields hold that an example has; there may be more to come. */
static struct json_object *fields(const char *text, size_t len)
{
	struct json_object *list = json_object_new_array();
	const char *end = text + len;

	for (; text < end; text += strlen(text) + 1)
		json_object_array_add(list, out_string(text));
	return list;
}

static void add_words(struct json_object *record, const char *key,
		      const struct class *class, __le32 set)
{
	if (set)
		out_add(record, key, words(class, le32_to_cpu(set)));
}

static void add_example(uint32_t accept, const char *example, size_t len,
			void *arg)
{
	struct examples *examples = arg;
	const struct nest_policy_rule *rule =
		&examples->policy->rules[accept - 1];
	uint8_t number = len ? (uint8_t)example[0] : 0;
	const struct class *class;
	struct json_object *record;

	if (number >= NEST_RULES_END || !classes[number].name)
		return;
	class = &classes[number];
	if (json_object_array_length(examples->list) == EXAMPLES_MAX) {
		examples->whole = false;
		return;
	}
	record = json_object_new_object();
	out_add_string(record, "class", class->name);
	add_words(record, "allow", class, rule->allow);
	add_words(record, "deny", class, rule->deny);
	add_words(record, "audit", class, rule->audit);
	if (class->skip != BINARY && len > class->skip)
		out_add(record, "example", fields(example + 1 + class->skip,
						  len - 1 - class->skip));
	json_object_array_add(examples->list, record);
}

/**
 * rules_classes() - the rules by class of a domain
 * @policy: the image
 * @domain: its index
 *
 * Return: an array of records, each with a shortest example of what is asked; a
 * last record {"incomplete": true} if there are more.
 */
struct json_object *rules_classes(const struct nest_policy *policy,
				  uint32_t domain)
{
	uint32_t first = le32_to_cpu(policy->domains[domain].rule_dfa);
	uint32_t n = le32_to_cpu(policy->domains[domain].n_rule_dfas);
	struct examples examples = {
		.policy = policy,
		.list = json_object_new_array(),
		.whole = true,
	};
	struct json_object *more;
	uint32_t i;

	for (i = first; i < first + n; i++)
		examples.whole &= rules_walk(policy, i, add_example,
					     &examples);
	if (!examples.whole) {
		more = json_object_new_object();
		out_add_bool(more, "incomplete", true);
		json_object_array_add(examples.list, more);
	}
	return examples.list;
}
