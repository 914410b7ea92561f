/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of an automaton in the image. */
#ifndef NEST_LAYOUT_H
#define NEST_LAYOUT_H

#include "../../kernel/include/uapi/linux/nest_policy.h"
#include "automaton.h"

int nest_layout_add(struct nest_vec *tables,
		    const struct nest_automaton *automaton,
		    struct nest_policy_dfa *dfa);

#endif
