// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "image.h"
#include "layout.h"

int nest_image_perm(struct nest_image_builder *image,
		    const struct nest_policy_perm *perm, u32 *index)
{
	return nest_intern(&image->perms, &image->perm_hash, perm, sizeof(*perm),
		      index);
}

int nest_image_exec(struct nest_image_builder *image,
		    const struct nest_policy_exec *exec, u32 *index)
{
	return nest_intern(&image->execs, &image->exec_hash, exec, sizeof(*exec),
		      index);
}

int nest_image_net(struct nest_image_builder *image,
		   const struct nest_policy_net *net, u32 *index)
{
	return nest_intern(&image->nets, &image->net_hash, net, sizeof(*net),
		      index);
}

int nest_image_peer(struct nest_image_builder *image,
		    const struct nest_policy_peer *peer, u32 *index)
{
	return nest_intern(&image->peers, &image->peer_hash, peer, sizeof(*peer),
		      index);
}

int nest_image_rule(struct nest_image_builder *image,
		    const struct nest_policy_rule *rule, u32 *index)
{
	return nest_intern(&image->rules, &image->rule_hash, rule, sizeof(*rule),
		      index);
}

int nest_image_rlimits(struct nest_image_builder *image,
		       const struct nest_policy_rlimits *rlimits, u32 *index)
{
	return nest_intern(&image->rlimits, &image->rlimit_hash, rlimits,
			   sizeof(*rlimits), index);
}

int nest_image_attach(struct nest_image_builder *image,
		      const struct nest_policy_attach *attach, u32 *index)
{
	return nest_intern(&image->attaches, &image->attach_hash, attach,
			   sizeof(*attach), index);
}

int nest_image_string(struct nest_image_builder *image, const char *s,
		      u32 *offset)
{
	size_t size = strlen(s) + 1;
	char *p = nest_vec_add(&image->strings, 1, size);

	if (!p)
		return -ENOMEM;
	memcpy(p, s, size);
	*offset = (u32)(image->strings.count - size);
	return 0;
}

static u64 dfa_rehash(const void *context, u32 index)
{
	const struct nest_image_builder *image = context;

	return ((const u64 *)image->dfa_keys.data)[index];
}

/* Is the DFA at @index like the last one, whose tables end the section? */
static bool same_as_last(const struct nest_image_builder *image, u32 index)
{
	const struct nest_policy_dfa *dfas = image->dfas.data;
	const struct nest_policy_dfa *last = &dfas[image->dfas.count - 1];
	struct nest_policy_dfa dfa = dfas[index];
	u32 start = le32toh(dfa.classes), last_start = le32toh(last->classes);
	const char *tables = image->tables.data;

	dfa.classes = last->classes;
	dfa.accept = htole32(le32toh(dfa.accept) - start + last_start);
	dfa.next = htole32(le32toh(dfa.next) - start + last_start);
	return !memcmp(&dfa, last, sizeof(dfa)) &&
	       !memcmp(tables + start, tables + last_start,
		       image->tables.count - last_start);
}

/* The DFA like the last one, or the last one. */
static int find_same(struct nest_image_builder *image, u32 *index)
{
	const struct nest_policy_dfa *dfas = image->dfas.data;
	u32 last = (u32)image->dfas.count - 1;
	u32 start = le32toh(dfas[last].classes);
	u64 key = nest_hash_bytes((char *)image->tables.data + start,
				  image->tables.count - start);
	struct nest_hash_walk walk = nest_hash_find(&image->dfa_hash, key);

	((u64 *)image->dfa_keys.data)[last] = key;
	while (nest_hash_next(&walk, index))
		if (same_as_last(image, *index))
			return 0;
	*index = last;
	return nest_hash_add(&image->dfa_hash, key, last, dfa_rehash, image);
}

int nest_image_dfa(struct nest_image_builder *image,
		   const struct nest_automaton *automaton, bool share,
		   u32 *index)
{
	size_t tables = image->tables.count;
	u32 count = (u32)image->dfas.count;
	struct nest_policy_dfa *dfa;
	int err;

	if (image->states + automaton->n_states > NEST_STATES_MAX)
		return -E2BIG;
	*index = count;
	dfa = nest_vec_add(&image->dfas, sizeof(*dfa), 1);
	if (!dfa || !nest_vec_add(&image->dfa_keys, sizeof(u64), 1))
		return -ENOMEM;
	err = nest_layout_add(&image->tables, automaton, dfa);
	if (!err && share)
		err = find_same(image, index);
	if (err || *index != count) {
		image->dfas.count = count;
		image->dfa_keys.count = count;
		image->tables.count = tables;
		return err;
	}
	image->states += automaton->n_states;
	return 0;
}

void nest_image_builder_free(struct nest_image_builder *image)
{
	nest_vec_free(&image->strings);
	nest_vec_free(&image->domains);
	nest_vec_free(&image->perms);
	nest_hash_free(&image->perm_hash);
	nest_vec_free(&image->execs);
	nest_hash_free(&image->exec_hash);
	nest_vec_free(&image->nets);
	nest_vec_free(&image->peers);
	nest_hash_free(&image->peer_hash);
	nest_vec_free(&image->rules);
	nest_hash_free(&image->rule_hash);
	nest_hash_free(&image->net_hash);
	nest_vec_free(&image->rlimits);
	nest_hash_free(&image->rlimit_hash);
	nest_vec_free(&image->attaches);
	nest_hash_free(&image->attach_hash);
	nest_vec_free(&image->xattrs);
	nest_vec_free(&image->dfas);
	nest_vec_free(&image->dfa_keys);
	nest_hash_free(&image->dfa_hash);
	nest_vec_free(&image->tables);
}

struct section {
	const struct nest_vec *vec;
	size_t size;
};

static void list_sections(const struct nest_image_builder *image,
			  struct section *sections)
{
	const struct section list[NEST_SECTION_COUNT] = {
		[NEST_SECTION_STRINGS] = { &image->strings, 1 },
		[NEST_SECTION_DOMAINS] = {
			&image->domains, sizeof(struct nest_policy_domain)
		},
		[NEST_SECTION_PERMS] = {
			&image->perms, sizeof(struct nest_policy_perm)
		},
		[NEST_SECTION_EXECS] = {
			&image->execs, sizeof(struct nest_policy_exec)
		},
		[NEST_SECTION_NETS] = {
			&image->nets, sizeof(struct nest_policy_net)
		},
		[NEST_SECTION_PEERS] = {
			&image->peers, sizeof(struct nest_policy_peer)
		},
		[NEST_SECTION_RULES] = {
			&image->rules, sizeof(struct nest_policy_rule)
		},
		[NEST_SECTION_RLIMITS] = {
			&image->rlimits, sizeof(struct nest_policy_rlimits)
		},
		[NEST_SECTION_ATTACHES] = {
			&image->attaches, sizeof(struct nest_policy_attach)
		},
		[NEST_SECTION_XATTRS] = {
			&image->xattrs, sizeof(struct nest_policy_xattr)
		},
		[NEST_SECTION_DFAS] = {
			&image->dfas, sizeof(struct nest_policy_dfa)
		},
		[NEST_SECTION_TABLES] = { &image->tables, 1 },
	};

	memcpy(sections, list, sizeof(list));
}

static size_t align(size_t offset)
{
	return (offset + 7) & ~(size_t)7;
}

/* The size of the image; fills in where its sections lie. */
static size_t place_sections(const struct section *sections,
			     struct nest_policy_header *header)
{
	size_t offset = sizeof(*header);
	u32 i;

	for (i = 0; i < NEST_SECTION_COUNT; i++) {
		size_t count = sections[i].vec->count;

		offset = align(offset);
		if (offset > NEST_POLICY_SIZE_MAX)
			return offset;
		header->section[i].offset = htole32((u32)offset);
		header->section[i].count = htole32((u32)count);
		offset += count * sections[i].size;
	}
	return offset;
}

static int verify(struct nest_compiler *compiler,
		  const struct nest_image *result)
{
	static const struct nest_policy_limits limits = {
		.size = NEST_POLICY_SIZE_MAX,
		.domains = NEST_DOMAINS_MAX,
		.states = NEST_STATES_MAX,
	};
	struct nest_policy_error error = { 0, "no reason" };
	struct nest_policy policy;

	if (!nest_policy_unpack(&policy, result->data, result->size, &limits,
				&error))
		return 0;
	return nest_report(compiler, NEST_DIAG_INTERNAL, nest_no_place(),
			   "the image does not pass its check: byte %u: %s; this is a bug of the compiler",
			   error.offset, error.reason);
}

/**
 * nest_image_finish() - put the sections together and check the image
 * @compiler: the compilation
 * @image: the sections
 * @default_domain: index, or NEST_NONE
 * @attach_dfa: index, or NEST_NONE
 * @result: where the image goes; its memory is the caller's
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_image_finish(struct nest_compiler *compiler,
		      struct nest_image_builder *image, u32 default_domain,
		      u32 attach_dfa, struct nest_image *result)
{
	struct nest_policy_header header = {
		.magic = htole32(NEST_POLICY_MAGIC),
		.version = htole32(NEST_POLICY_VERSION),
		.default_domain = htole32(default_domain),
		.attach_dfa = htole32(attach_dfa),
	};
	struct section sections[NEST_SECTION_COUNT];
	size_t size;
	char *data;
	u32 i;

	list_sections(image, sections);
	size = place_sections(sections, &header);
	if (size > NEST_POLICY_SIZE_MAX)
		return nest_report(compiler, NEST_DIAG_LIMIT, nest_no_place(),
				   "the image takes more than %u MB; use fewer rules",
				   NEST_POLICY_SIZE_MAX >> 20);
	data = calloc(1, size);
	if (!data)
		return nest_no_memory(compiler);
	header.size = htole32((u32)size);
	memcpy(data, &header, sizeof(header));
	for (i = 0; i < NEST_SECTION_COUNT; i++)
		if (sections[i].vec->count)
			memcpy(data + le32toh(header.section[i].offset),
			       sections[i].vec->data,
			       sections[i].vec->count * sections[i].size);
	result->data = data;
	result->size = size;
	result->stats.profiles = (u32)image->domains.count;
	result->stats.dfas = (u32)image->dfas.count;
	result->stats.states = (u32)image->states;
	result->stats.file_rules = compiler->expanded;
	return verify(compiler, result);
}
