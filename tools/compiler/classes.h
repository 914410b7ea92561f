/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NEST_CLASSES_H
#define NEST_CLASSES_H

#include "automaton.h"

/**
 * struct nest_set_groups - the groups of classes that sets consist of
 * @first: u32[number of sets + 1]: where the groups of each set begin
 * @groups: u32: the groups
 */
struct nest_set_groups {
	struct nest_vec first;
	struct nest_vec groups;
};

int nest_classes_find(struct nest_automaton *automaton,
		      const struct nest_nfa *nfa,
		      struct nest_set_groups *sets);

#endif
