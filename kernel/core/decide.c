// SPDX-License-Identifier: GPL-2.0-only
/* What one domain of a checked image says about one operation. */
#include "dfa.h"

/**
 * nest_policy_domain_name() - the name of a domain
 * @policy: a checked image
 * @domain: index
 *
 * Return: the name, which lives as long as the image.
 */
const char *nest_policy_domain_name(const struct nest_policy *policy,
				    u32 domain)
{
	return policy->strings + le32_to_cpu(policy->domains[domain].name);
}

/**
 * nest_policy_find_domain() - look a domain up by name
 * @policy: a checked image
 * @name: the name
 *
 * Return: its index, or NEST_NONE.
 */
u32 nest_policy_find_domain(const struct nest_policy *policy, const char *name)
{
	const struct nest_policy_extent *extent =
		&policy->header->section[NEST_SECTION_DOMAINS];
	u32 low = 0;
	u32 high = le32_to_cpu(extent->count);

	while (low < high) {
		u32 middle = low + (high - low) / 2;
		int order = strcmp(nest_policy_domain_name(policy, middle),
				   name);

		if (!order)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NEST_NONE;
}

/**
 * nest_perms_lookup() - what a domain says about a name
 * @perms: the answer
 * @policy: a checked image
 * @domain: index
 * @name: the name; a directory's ends in a slash
 * @len: its length in bytes
 * @owner: the subject owns the file
 */
void nest_perms_lookup(struct nest_perms *perms,
		       const struct nest_policy *policy, u32 domain,
		       const char *name, size_t len, bool owner)
{
	const struct nest_policy_domain *raw = &policy->domains[domain];
	u32 first = le32_to_cpu(raw->file_dfa);
	u32 n = le32_to_cpu(raw->n_file_dfas);
	u32 i;

	nest_perms_init(perms);
	for (i = 0; i < n; i++) {
		struct nest_dfa dfa;

		nest_dfa_open(&dfa, policy, first + i);
		nest_perms_add(perms, policy, nest_dfa_match(&dfa, name, len),
			       owner);
	}
	nest_perms_end(perms);
}

/* What the rules for a name and those for the pair say of the link itself. */
static struct nest_perms link_perms(const struct nest_perms *link,
				    const struct nest_perms *pair)
{
	struct nest_perms perms = *link;

	if (pair->allow & NEST_LINK_PAIR)
		perms.allow |= NEST_FILE_LINK;
	if (pair->deny & NEST_LINK_PAIR)
		perms.deny |= NEST_FILE_LINK;
	if (pair->audit & NEST_LINK_PAIR)
		perms.audit |= NEST_FILE_LINK;
	perms.allow &= ~perms.deny;
	return perms;
}

/**
 * nest_decide_link() - may a file get this second name?
 * @link: what the domain says about the new name
 * @target: what it says about the file's present name
 * @pair: what it says about the two, bits NEST_LINK_*
 *
 * Either has to allow the link. Unless just rules for the pair do, none of them
 * for a subset, the new name must not allow anything that the present one does
 * not: a link would otherwise widen access to the file.
 *
 * Return: the decision; the denied part is NEST_FILE_LINK, or what the new name
 * would add.
 */
struct nest_decision nest_decide_link(const struct nest_perms *link,
				      const struct nest_perms *target,
				      const struct nest_perms *pair)
{
	const struct nest_perms both = link_perms(link, pair);
	struct nest_decision decision = nest_decide_file(&both, NEST_FILE_LINK);
	u32 added;

	if (decision.denied || !((link->allow & NEST_FILE_LINK) ||
				 (pair->allow & NEST_LINK_SUBSET)))
		return decision;
	added = link->allow & ~target->allow & ~NEST_FILE_LINK;
	if ((link->allow & NEST_FILE_EXEC) && link->exec != target->exec)
		added |= NEST_FILE_EXEC;
	if (added) {
		decision.denied = added;
		decision.report = true;
	}
	return decision;
}

/* One yes-or-no question that allow, deny and audit bits answer. */
static struct nest_decision decide_bit(bool allow, bool deny, bool audit)
{
	struct nest_decision decision;

	if (allow && !deny) {
		decision.denied = 0;
		decision.report = audit;
	} else {
		decision.denied = 1;
		decision.report = !deny || audit;
	}
	return decision;
}

/**
 * nest_decide_capable() - may this capability be used?
 * @policy: a checked image
 * @domain: index
 * @cap: CAP_*
 *
 * Return: the decision. Numbers that the image has no bit for are denied.
 */
struct nest_decision nest_decide_capable(const struct nest_policy *policy,
					 u32 domain, u32 cap)
{
	const struct nest_policy_domain *raw = &policy->domains[domain];
	u64 bit = cap < 64 ? (u64)1 << cap : 0;

	return decide_bit(le64_to_cpu(raw->cap_allow) & bit,
			  le64_to_cpu(raw->cap_deny) & bit,
			  le64_to_cpu(raw->cap_audit) & bit);
}

/**
 * nest_decide_socket() - may a socket of this kind be made?
 * @policy: a checked image
 * @domain: index
 * @family: AF_*
 * @type: SOCK_*, without flags
 *
 * Return: the decision.
 */
struct nest_decision nest_decide_socket(const struct nest_policy *policy,
					u32 domain, u32 family, u32 type)
{
	u32 index = le32_to_cpu(policy->domains[domain].net);
	const struct nest_policy_net *net;
	u32 bit;

	if (index == NEST_NONE || family >= NEST_FAMILIES || type >= 16)
		return decide_bit(false, false, false);
	net = &policy->nets[index];
	bit = 1U << type;
	return decide_bit(le16_to_cpu(net->allow[family]) & bit,
			  le16_to_cpu(net->deny[family]) & bit,
			  le16_to_cpu(net->audit[family]) & bit);
}

/**
 * nest_has_rlimits() - does a domain limit resources?
 * @policy: a checked image
 * @domain: index
 */
bool nest_has_rlimits(const struct nest_policy *policy, u32 domain)
{
	return le32_to_cpu(policy->domains[domain].rlimits) != NEST_NONE;
}

/**
 * nest_rlimit_of() - the greatest hard limit that a domain permits
 * @policy: a checked image
 * @domain: index
 * @resource: of what
 *
 * Return: the limit, NEST_RLIMIT_INFINITY if there is none.
 */
u64 nest_rlimit_of(const struct nest_policy *policy, u32 domain,
		   enum nest_policy_rlimit resource)
{
	u32 index = le32_to_cpu(policy->domains[domain].rlimits);
	const struct nest_policy_rlimits *rlimits;

	if (index == NEST_NONE)
		return NEST_RLIMIT_INFINITY;
	rlimits = &policy->rlimits[index];
	if (!(le32_to_cpu(rlimits->mask) >> resource & 1))
		return NEST_RLIMIT_INFINITY;
	return le64_to_cpu(rlimits->max[resource]);
}

/**
 * nest_mediates_peers() - are there rules for signals and tracing?
 * @policy: a checked image
 * @domain: index
 */
bool nest_mediates_peers(const struct nest_policy *policy, u32 domain)
{
	return le32_to_cpu(policy->domains[domain].peer_dfa) != NEST_NONE;
}

/**
 * nest_peer_lookup() - find the rules of a domain for another task
 * @policy: a checked image
 * @domain: index of a domain for which nest_mediates_peers() holds
 * @name: of the other task's domain, or "unconfined"
 *
 * Return: 0 if no rule matches, else a value for nest_decide_signal() and
 * nest_decide_ptrace().
 */
u32 nest_peer_lookup(const struct nest_policy *policy, u32 domain,
		     const char *name)
{
	struct nest_dfa dfa;

	nest_dfa_open(&dfa, policy,
		      le32_to_cpu(policy->domains[domain].peer_dfa));
	return nest_dfa_accept(&dfa, nest_dfa_feed_string(&dfa, dfa.start,
							  (const u8 *)name));
}

/**
 * nest_decide_signal() - may this signal pass?
 * @policy: a checked image
 * @peer: what nest_peer_lookup() said of the other task
 * @access: NEST_SIGNAL_SEND or NEST_SIGNAL_RECEIVE
 * @signal: its number, 0 for the null signal
 *
 * Return: the decision.
 */
struct nest_decision nest_decide_signal(const struct nest_policy *policy,
					u32 peer, u32 access, u32 signal)
{
	u64 bit = (u64)1 << (signal < 64 ? signal : 63);
	const struct nest_policy_peer *rules;

	if (!peer)
		return decide_bit(false, false, false);
	rules = &policy->peers[peer - 1];
	return decide_bit(le64_to_cpu(rules->signal_allow[access]) & bit,
			  le64_to_cpu(rules->signal_deny[access]) & bit,
			  le64_to_cpu(rules->signal_audit[access]) & bit);
}

/**
 * nest_decide_ptrace() - may one task control or look at another?
 * @policy: a checked image
 * @peer: what nest_peer_lookup() said of the other task
 * @request: one of NEST_PTRACE_*
 *
 * Return: the decision.
 */
struct nest_decision nest_decide_ptrace(const struct nest_policy *policy,
					u32 peer, u32 request)
{
	const struct nest_policy_peer *rules;

	if (!peer)
		return decide_bit(false, false, false);
	rules = &policy->peers[peer - 1];
	return decide_bit(le32_to_cpu(rules->ptrace_allow) & request,
			  le32_to_cpu(rules->ptrace_deny) & request,
			  le32_to_cpu(rules->ptrace_audit) & request);
}

/**
 * nest_attach_next() - the next domain that may attach to a file
 * @policy: a checked image
 * @accept: the accept value of a DFA of attachments; then what is left of it
 * @attach: where the domain goes
 *
 * Return: false if there is none.
 */
bool nest_attach_next(const struct nest_policy *policy, u32 *accept,
		      struct nest_attach *attach)
{
	u32 n = le32_to_cpu(policy->header->section[NEST_SECTION_DOMAINS].count);
	const struct nest_policy_attach *raw;
	u32 next;

	attach->domain = *accept - 1;
	attach->xattr = NEST_NONE;
	attach->n_xattrs = 0;
	if (*accept <= n) {
		*accept = 0;
		return attach->domain != NEST_NONE;
	}
	raw = &policy->attaches[*accept - 1 - n];
	attach->domain = le32_to_cpu(raw->domain);
	attach->xattr = le32_to_cpu(raw->xattr);
	attach->n_xattrs = le32_to_cpu(raw->n_xattrs);
	next = le32_to_cpu(raw->next);
	*accept = next == NEST_NONE ? 0 : 1 + n + next;
	return true;
}

/**
 * nest_xattr_match() - is an attribute's value one that an attachment asks for?
 * @policy: a checked image
 * @xattr: index in XATTRS
 * @value: the value
 * @size: its bytes
 */
bool nest_xattr_match(const struct nest_policy *policy, u32 xattr,
		      const void *value, size_t size)
{
	struct nest_dfa dfa;

	nest_dfa_open(&dfa, policy, le32_to_cpu(policy->xattrs[xattr].dfa));
	return nest_dfa_accept(&dfa, nest_dfa_feed(&dfa, dfa.start, value,
						   size));
}

/**
 * nest_policy_exec_dfa() - which DFA finds the domain after an exec?
 * @policy: a checked image
 * @domain: index of the domain before
 * @exec: index in EXECS, or NEST_NONE
 *
 * Return: its index in DFAS, to be asked about the name of the executable, or
 * NEST_NONE if the transition needs none.
 */
u32 nest_policy_exec_dfa(const struct nest_policy *policy, u32 domain, u32 exec)
{
	if (exec == NEST_NONE)
		return NEST_NONE;
	switch (le32_to_cpu(policy->execs[exec].mode)) {
	case NEST_EXEC_ATTACH:
		return le32_to_cpu(policy->header->attach_dfa);
	case NEST_EXEC_CHILD:
		return le32_to_cpu(policy->domains[domain].child_dfa);
	default:
		return NEST_NONE;
	}
}

/* The domain that a transition names, NEST_EXEC_TO_NOTHING if it is missing. */
static u32 exec_target(const struct nest_policy_exec *exec, u32 domain,
		       u32 found)
{
	switch (le32_to_cpu(exec->mode)) {
	case NEST_EXEC_INHERIT:
		return domain;
	case NEST_EXEC_UNCONFINED:
		return NEST_EXEC_TO_UNCONFINED;
	case NEST_EXEC_DOMAIN:
		return le32_to_cpu(exec->target);
	default:
		return found;
	}
}

/**
 * nest_decide_exec() - which domain does an exec lead to?
 * @policy: a checked image
 * @domain: index of the domain before
 * @exec: index in EXECS, as the rules for the executable's name gave it, or
 *	NEST_NONE if they allow no exec
 * @found: the domain that the DFA which nest_policy_exec_dfa() names gave,
 *	or NEST_NONE
 *
 * Return: the domain, and whether the exec is a secure one.
 */
struct nest_exec_result nest_decide_exec(const struct nest_policy *policy,
					 u32 domain, u32 exec, u32 found)
{
	struct nest_exec_result result = { .domain = NEST_EXEC_TO_NOTHING };
	const struct nest_policy_exec *raw;
	u32 flags;

	if (exec == NEST_NONE)
		return result;
	raw = &policy->execs[exec];
	flags = le32_to_cpu(raw->flags);
	result.domain = exec_target(raw, domain, found);
	result.scrub = flags & NEST_EXEC_SCRUB;
	if (result.domain == NEST_EXEC_TO_NOTHING) {
		if (flags & NEST_EXEC_ELSE_INHERIT) {
			result.domain = domain;
			result.scrub = false;
		} else if (flags & NEST_EXEC_ELSE_UNCONFINED) {
			result.domain = NEST_EXEC_TO_UNCONFINED;
		}
	}
	return result;
}
