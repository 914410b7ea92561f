/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules of classes that Nest does not mediate, or not so finely. */
#ifndef NEST_UNMEDIATED_H
#define NEST_UNMEDIATED_H

#include "domain.h"

int nest_unmediated_check(struct nest_domain_rules *rules,
			  const struct nest_rule *rule);
int nest_unmediated_take(struct nest_domain_rules *rules,
			 const struct nest_rule *rule);
int nest_unmediated_summary(struct nest_domain_rules *rules);

#endif
