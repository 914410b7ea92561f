// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bytes that no pattern tells apart form a class. Classes that only patterns
 * for one byte tell apart form a group.
 */
#include "classes.h"

/* Split the parts of a partition of the bytes by a set. */
static void split(u8 *part, u32 *count, const struct nest_byteset *set)
{
	u32 in[256], out[256], byte, n = *count;
	int renamed[256];

	memset(in, 0, sizeof(in));
	memset(out, 0, sizeof(out));
	for (byte = 0; byte < 256; byte++) {
		if (nest_byteset_has(set, byte))
			in[part[byte]]++;
		else
			out[part[byte]]++;
	}
	for (byte = 0; byte < 256; byte++)
		renamed[byte] = -1;
	for (byte = 0; byte < 256; byte++) {
		u8 old = part[byte];

		if (!nest_byteset_has(set, byte) || !in[old] || !out[old])
			continue;
		if (renamed[old] < 0)
			renamed[old] = (int)n++;
		part[byte] = (u8)renamed[old];
	}
	*count = n;
}

static void split_by_single_bytes(struct nest_automaton *automaton,
				  const struct nest_nfa *nfa)
{
	struct nest_byteset used = { { 0 } };
	size_t i;
	u32 byte;

	for (i = 0; i < nfa->edges.count; i++) {
		const struct nest_nfa_edge *edge = nest_nfa_edge(nfa, (u32)i);

		if (nest_nfa_takes_byte(edge) && edge->id < NEST_NFA_BYTES)
			nest_byteset_add(&used, edge->id);
	}
	for (byte = 0; byte < 256; byte++) {
		struct nest_byteset single = { { 0 } };

		if (!nest_byteset_has(&used, byte))
			continue;
		nest_byteset_add(&single, byte);
		split(automaton->classes, &automaton->n_classes, &single);
	}
}

static void find_groups(struct nest_automaton *automaton, const u8 *group_of)
{
	u32 byte, class;

	for (byte = 0; byte < 256; byte++)
		automaton->groups[automaton->classes[byte]] = group_of[byte];
	for (class = 0; class < automaton->n_classes; class++)
		automaton->group_size[automaton->groups[class]]++;
}

static int add_groups(struct nest_set_groups *sets, const u8 *group_of,
		      const struct nest_byteset *set)
{
	struct nest_byteset seen = { { 0 } };
	u32 byte;
	int err;

	for (byte = 0; byte < 256; byte++) {
		u32 group = group_of[byte];

		if (!nest_byteset_has(set, byte) ||
		    nest_byteset_has(&seen, group))
			continue;
		nest_byteset_add(&seen, group);
		err = nest_vec_add_u32(&sets->groups, group);
		if (err)
			return err;
	}
	return nest_vec_add_u32(&sets->first, (u32)sets->groups.count);
}

/**
 * nest_classes_find() - find the classes and groups of an automaton's bytes
 * @automaton: where they go; zeroed before
 * @nfa: the patterns
 * @sets: where the groups of each set of @nfa go; zeroed before, freed by the
 *	caller
 *
 * Return: 0, or -ENOMEM.
 */
int nest_classes_find(struct nest_automaton *automaton,
		      const struct nest_nfa *nfa,
		      struct nest_set_groups *sets)
{
	const struct nest_byteset *set = nfa->sets.data;
	u8 group_of[256];
	size_t i;
	int err;

	automaton->n_classes = 1;
	for (i = 0; i < nfa->sets.count; i++)
		split(automaton->classes, &automaton->n_classes, &set[i]);
	memcpy(group_of, automaton->classes, sizeof(group_of));
	automaton->n_groups = automaton->n_classes;
	split_by_single_bytes(automaton, nfa);
	find_groups(automaton, group_of);

	err = nest_vec_add_u32(&sets->first, 0);
	for (i = 0; !err && i < nfa->sets.count; i++)
		err = add_groups(sets, group_of, &set[i]);
	return err;
}
