/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules about other tasks: signals and tracing. */
#ifndef NEST_PEER_H
#define NEST_PEER_H

#include "domain.h"

int nest_peer_rule_take(struct nest_domain_rules *rules,
			const struct nest_rule *rule);
int nest_peer_dfa_build(struct nest_domain_rules *rules, u32 *dfa);

#endif
