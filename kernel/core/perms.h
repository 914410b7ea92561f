/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the file rules of a domain say about a name. Inline for the hooks; part
 * of core.h.
 */
#ifndef NEST_CORE_PERMS_H
#define NEST_CORE_PERMS_H

#include "core.h"

/**
 * nest_perms_init() - begin with nothing allowed
 * @perms: what to set
 */
static inline void nest_perms_init(struct nest_perms *perms)
{
	perms->allow = 0;
	perms->deny = 0;
	perms->audit = 0;
	perms->exec = NEST_NONE;
}

/**
 * nest_perms_add() - add what one DFA of a domain accepted
 * @perms: what the DFAs before said
 * @policy: a checked image
 * @accept: the accept value that the DFA ended with
 * @owner: the subject owns the file
 */
static inline void nest_perms_add(struct nest_perms *perms,
				  const struct nest_policy *policy, u32 accept,
				  bool owner)
{
	const struct nest_policy_perm *perm;

	if (!accept)
		return;
	perm = &policy->perms[accept - 1];
	perms->allow |= le32_to_cpu(perm->allow[owner]);
	perms->deny |= le32_to_cpu(perm->deny[owner]);
	perms->audit |= le32_to_cpu(perm->audit[owner]);
	if (perms->exec == NEST_NONE)
		perms->exec = le32_to_cpu(perm->exec[owner]);
}

/**
 * nest_perms_end() - apply the denials, after the last DFA
 * @perms: what all DFAs of the domain said
 *
 * To ask for the attributes of a file whose name is known is always allowed,
 * as in AppArmor.
 */
static inline void nest_perms_end(struct nest_perms *perms)
{
	perms->allow &= ~perms->deny;
	perms->allow |= NEST_FILE_GETATTR;
	if (!(perms->allow & NEST_FILE_EXEC))
		perms->exec = NEST_NONE;
}

/**
 * nest_perm_asks_owner() - do the rules make a difference for the file's owner?
 * @policy: a checked image
 * @accept: the accept value that a DFA ended with
 */
static inline bool nest_perm_asks_owner(const struct nest_policy *policy,
					u32 accept)
{
	const struct nest_policy_perm *perm;

	if (!accept)
		return false;
	perm = &policy->perms[accept - 1];
	return perm->allow[0] != perm->allow[1] ||
	       perm->deny[0] != perm->deny[1] ||
	       perm->audit[0] != perm->audit[1] ||
	       perm->exec[0] != perm->exec[1];
}

/**
 * nest_decide_file() - may this be done to a file?
 * @perms: what the domain says about its name
 * @request: NEST_FILE_*
 *
 * Return: the decision.
 */
static inline struct nest_decision
nest_decide_file(const struct nest_perms *perms, u32 request)
{
	struct nest_decision decision;
	u32 quiet = perms->deny & ~perms->audit;

	decision.denied = request & ~perms->allow;
	if (decision.denied)
		decision.report = (decision.denied & ~quiet) != 0;
	else
		decision.report = (request & perms->audit) != 0;
	return decision;
}

/* A pair of struct nest_policy_perm as one number: the owner's comes on top. */
static inline u64 nest_both(const __le32 pair[2])
{
	__le64 both;

	memcpy(&both, pair, sizeof(both));
	return le64_to_cpu(both);
}

/**
 * struct nest_grant - what several sets of file rules plainly allow
 * @allow: NEST_FILE_* allowed by any of them, for both kinds of subject
 * @special: denied or reported by any
 */
struct nest_grant {
	u64 allow;
	u64 special;
};

/**
 * nest_grant_add() - add what one DFA of a domain accepted
 * @grant: zero at first
 * @policy: a checked image
 * @accept: the accept value that the DFA ended with
 */
static inline void nest_grant_add(struct nest_grant *grant,
				  const struct nest_policy *policy, u32 accept)
{
	const struct nest_policy_perm *perm;

	if (!accept)
		return;
	perm = &policy->perms[accept - 1];
	grant->allow |= nest_both(perm->allow);
	grant->special |= nest_both(perm->deny) | nest_both(perm->audit);
}

/**
 * nest_grant_lacks() - what of a request is not plainly allowed?
 * @grant: what all DFAs of the domain said
 * @request: NEST_FILE_*
 *
 * Return: that for which nest_decide_file() has to be asked, nest_both() of it.
 */
static inline u64 nest_grant_lacks(const struct nest_grant *grant, u32 request)
{
	return (request | (u64)request << 32) &
	       (~grant->allow | grant->special);
}

#endif
