// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checks every byte of an image before anything uses it. Whoever loads one may
 * be an attacker of the kernel. All work is linear in the image's size.
 */
#include "core.h"

static_assert(sizeof(struct nest_policy_header) == 128);
static_assert(sizeof(struct nest_policy_domain) == 72);
static_assert(sizeof(struct nest_policy_perm) == 32);
static_assert(sizeof(struct nest_policy_exec) == 16);
static_assert(sizeof(struct nest_policy_net) == 288);
static_assert(sizeof(struct nest_policy_peer) == 64);
static_assert(sizeof(struct nest_policy_rule) == 16);
static_assert(sizeof(struct nest_policy_rlimits) == 136);
static_assert(sizeof(struct nest_policy_attach) == 16);
static_assert(sizeof(struct nest_policy_xattr) == 8);
static_assert(sizeof(struct nest_policy_dfa) == 52);
static_assert(1 << NEST_CELL_SHIFT >= NEST_STATES_MAX);

/* One check in progress. The image's fields are read through @policy. */
struct unpack {
	struct nest_policy *policy;
	const u8 *image;
	u32 size;
	const struct nest_policy_limits *limits;
	struct nest_policy_error *error;
};

static const u32 element_size[NEST_SECTION_COUNT] = {
	[NEST_SECTION_STRINGS] = 1,
	[NEST_SECTION_DOMAINS] = sizeof(struct nest_policy_domain),
	[NEST_SECTION_PERMS] = sizeof(struct nest_policy_perm),
	[NEST_SECTION_EXECS] = sizeof(struct nest_policy_exec),
	[NEST_SECTION_NETS] = sizeof(struct nest_policy_net),
	[NEST_SECTION_PEERS] = sizeof(struct nest_policy_peer),
	[NEST_SECTION_RULES] = sizeof(struct nest_policy_rule),
	[NEST_SECTION_RLIMITS] = sizeof(struct nest_policy_rlimits),
	[NEST_SECTION_ATTACHES] = sizeof(struct nest_policy_attach),
	[NEST_SECTION_XATTRS] = sizeof(struct nest_policy_xattr),
	[NEST_SECTION_DFAS] = sizeof(struct nest_policy_dfa),
	[NEST_SECTION_TABLES] = 1,
};

static int refuse_at(struct unpack *u, u32 offset, const char *reason)
{
	u->error->offset = offset;
	u->error->reason = reason;
	return -EINVAL;
}

static int refuse(struct unpack *u, const void *where, const char *reason)
{
	return refuse_at(u, (u32)((const u8 *)where - u->image), reason);
}

static u32 count_of(const struct unpack *u, enum nest_policy_section section)
{
	return le32_to_cpu(u->policy->header->section[section].count);
}

static u64 align8(u64 offset)
{
	return (offset + 7) & ~(u64)7;
}

static int check_zero(struct unpack *u, const u8 *from, const u8 *to)
{
	for (; from < to; from++)
		if (*from)
			return refuse(u, from, "padding is not zero");
	return 0;
}

static int check_header(struct unpack *u)
{
	const struct nest_policy_header *header = u->policy->header;

	if (u->size < sizeof(*header))
		return refuse_at(u, u->size, "image is shorter than its header");
	if (le32_to_cpu(header->magic) != NEST_POLICY_MAGIC)
		return refuse(u, &header->magic, "not a policy image");
	if (le32_to_cpu(header->version) != NEST_POLICY_VERSION)
		return refuse(u, &header->version,
			      "image version is not supported");
	if (le32_to_cpu(header->size) != u->size)
		return refuse(u, &header->size,
			      "image is truncated or has bytes appended");
	if (header->flags)
		return refuse(u, &header->flags, "unknown flags");
	if (header->reserved[0] || header->reserved[1])
		return refuse(u, header->reserved, "reserved field is not zero");
	return 0;
}

static int check_sections(struct unpack *u)
{
	const struct nest_policy_header *header = u->policy->header;
	u64 end = sizeof(*header);
	int i, err;

	for (i = 0; i < NEST_SECTION_COUNT; i++) {
		const struct nest_policy_extent *extent = &header->section[i];
		u64 start = align8(end);

		if (le32_to_cpu(extent->offset) != start)
			return refuse(u, &extent->offset,
				      "section is out of place");
		if (start > u->size)
			return refuse(u, &extent->offset,
				      "section begins after the image's end");
		err = check_zero(u, u->image + end, u->image + start);
		if (err)
			return err;
		end = start + (u64)le32_to_cpu(extent->count) * element_size[i];
		if (end > u->size)
			return refuse(u, &extent->count,
				      "section ends after the image's end");
	}
	if (end != u->size)
		return refuse(u, &header->size, "bytes after the last section");
	return 0;
}

static const void *section(const struct unpack *u, enum nest_policy_section i)
{
	return u->image + le32_to_cpu(u->policy->header->section[i].offset);
}

static void set_sections(struct unpack *u)
{
	struct nest_policy *policy = u->policy;

	policy->strings = section(u, NEST_SECTION_STRINGS);
	policy->domains = section(u, NEST_SECTION_DOMAINS);
	policy->perms = section(u, NEST_SECTION_PERMS);
	policy->execs = section(u, NEST_SECTION_EXECS);
	policy->nets = section(u, NEST_SECTION_NETS);
	policy->peers = section(u, NEST_SECTION_PEERS);
	policy->rules = section(u, NEST_SECTION_RULES);
	policy->rlimits = section(u, NEST_SECTION_RLIMITS);
	policy->attaches = section(u, NEST_SECTION_ATTACHES);
	policy->xattrs = section(u, NEST_SECTION_XATTRS);
	policy->dfas = section(u, NEST_SECTION_DFAS);
	policy->tables = section(u, NEST_SECTION_TABLES);
}

static int check_strings(struct unpack *u)
{
	u32 count = count_of(u, NEST_SECTION_STRINGS);

	if (count && u->policy->strings[count - 1])
		return refuse(u, &u->policy->strings[count - 1],
			      "last string does not end");
	return 0;
}

/*
 * The index of a table, at @field. Where NEST_NONE may stand for "none",
 * @optional is true.
 */
static int check_index(struct unpack *u, const __le32 *field, u32 count,
		       bool optional, const char *reason)
{
	u32 index = le32_to_cpu(*field);

	if (index < count || (optional && index == NEST_NONE))
		return 0;
	return refuse(u, field, reason);
}

static int check_forward(struct unpack *u, const __le32 *field, u32 index)
{
	if (le32_to_cpu(u->policy->dfas[index].flags) & NEST_DFA_BACKWARD)
		return refuse(u, field, "automaton reads backwards");
	return 0;
}

/* A DFA, if there is one, whose accept values are 1 + an index below @count. */
static int check_dfa_of(struct unpack *u, const __le32 *field, u32 count,
			const char *reason)
{
	u32 index = le32_to_cpu(*field);
	int err;

	err = check_index(u, field, count_of(u, NEST_SECTION_DFAS), true,
			  "no such automaton");
	if (err || index == NEST_NONE)
		return err;
	if (le32_to_cpu(u->policy->dfas[index].accept_max) > count)
		return refuse(u, field, reason);
	return check_forward(u, field, index);
}

static int check_domain_dfa(struct unpack *u, const __le32 *field)
{
	return check_dfa_of(u, field, count_of(u, NEST_SECTION_DOMAINS) +
				      count_of(u, NEST_SECTION_ATTACHES),
			    "automaton accepts no such domain");
}

static int check_peer_dfa(struct unpack *u, const __le32 *field)
{
	return check_dfa_of(u, field, count_of(u, NEST_SECTION_PEERS),
			    "automaton accepts no such peer");
}

/*
 * A domain's DFAs for one purpose, at most @max of them, which follow each
 * other and accept 1 + an index below @count.
 */
static int check_dfas_of(struct unpack *u, const __le32 *first_field,
			 const __le32 *n_field, u32 max, u32 count,
			 const char *reason)
{
	u32 first = le32_to_cpu(*first_field);
	u32 n = le32_to_cpu(*n_field);
	u32 n_dfas = count_of(u, NEST_SECTION_DFAS);
	u32 i;

	if (first == NEST_NONE) {
		if (n)
			return refuse(u, n_field,
				      "automata without a first one");
		return 0;
	}
	if (first >= n_dfas)
		return refuse(u, first_field, "no such automaton");
	if (!n || n > max || n > n_dfas - first)
		return refuse(u, n_field,
			      "number of automata is out of range");
	for (i = first; i < first + n; i++)
		if (le32_to_cpu(u->policy->dfas[i].accept_max) > count)
			return refuse(u, first_field, reason);
	return 0;
}

static int check_file_dfas(struct unpack *u,
			   const struct nest_policy_domain *domain)
{
	return check_dfas_of(u, &domain->file_dfa, &domain->n_file_dfas,
			     NEST_FILE_DFAS_MAX,
			     count_of(u, NEST_SECTION_PERMS),
			     "automaton accepts no such permissions");
}

static int check_rule_dfas(struct unpack *u,
			   const struct nest_policy_domain *domain)
{
	u32 first = le32_to_cpu(domain->rule_dfa), i;
	int err;

	if (le32_to_cpu(domain->mediates) & ~NEST_RULES_ALL)
		return refuse(u, &domain->mediates, "unknown class of rules");
	err = check_dfas_of(u, &domain->rule_dfa, &domain->n_rule_dfas,
			    NEST_RULE_DFAS_MAX,
			    count_of(u, NEST_SECTION_RULES),
			    "automaton accepts no such rules");
	for (i = 0; !err && i < le32_to_cpu(domain->n_rule_dfas); i++)
		err = check_forward(u, &domain->rule_dfa, first + i);
	return err;
}

static int check_name(struct unpack *u, const __le32 *field)
{
	u32 offset = le32_to_cpu(*field);
	const char *name;
	u32 len;

	if (offset >= count_of(u, NEST_SECTION_STRINGS))
		return refuse(u, field, "name lies outside the strings");
	name = u->policy->strings + offset;
	for (len = 0; name[len]; len++) {
		if (len == NEST_NAME_MAX)
			return refuse(u, field, "name is too long");
		if ((u8)name[len] < ' ' || (u8)name[len] == 0x7f)
			return refuse(u, &name[len],
				      "control character in a name");
	}
	if (!len)
		return refuse(u, field, "name is empty");
	return 0;
}

static int check_domain_name(struct unpack *u, u32 index)
{
	const struct nest_policy_domain *domain = &u->policy->domains[index];
	int err = check_name(u, &domain->name);

	if (!err && index &&
	    strcmp(nest_policy_domain_name(u->policy, index - 1),
		   nest_policy_domain_name(u->policy, index)) >= 0)
		return refuse(u, &domain->name,
			      "domains are not in the order of their names");
	return err;
}

static int check_domain(struct unpack *u, u32 index)
{
	const struct nest_policy_domain *domain = &u->policy->domains[index];
	int err;

	err = check_domain_name(u, index);
	if (err)
		return err;
	if (le32_to_cpu(domain->flags) & ~NEST_DOMAIN_FLAGS)
		return refuse(u, &domain->flags, "unknown flags of a domain");
	if ((le32_to_cpu(domain->flags) & NEST_DOMAIN_COMPLAIN) &&
	    (le32_to_cpu(domain->flags) & NEST_DOMAIN_KILL))
		return refuse(u, &domain->flags,
			      "a domain either complains or kills");
	err = check_index(u, &domain->parent, count_of(u, NEST_SECTION_DOMAINS),
			  true, "no such parent");
	if (err)
		return err;
	if (le32_to_cpu(domain->parent) == index)
		return refuse(u, &domain->parent, "domain is its own parent");
	if ((le32_to_cpu(domain->flags) & NEST_DOMAIN_HAT) &&
	    le32_to_cpu(domain->parent) == NEST_NONE)
		return refuse(u, &domain->parent, "hat without a parent");
	err = check_domain_dfa(u, &domain->child_dfa);
	if (err)
		return err;
	err = check_file_dfas(u, domain);
	if (err)
		return err;
	err = check_index(u, &domain->net, count_of(u, NEST_SECTION_NETS), true,
			  "no such socket rules");
	if (err)
		return err;
	err = check_index(u, &domain->rlimits, count_of(u, NEST_SECTION_RLIMITS),
			  true, "no such limits");
	if (err)
		return err;
	err = check_rule_dfas(u, domain);
	if (err)
		return err;
	return check_peer_dfa(u, &domain->peer_dfa);
}

static int check_domains(struct unpack *u)
{
	u32 n = count_of(u, NEST_SECTION_DOMAINS);
	u32 i;
	int err;

	if (n > NEST_DOMAINS_MAX || n > u->limits->domains)
		return refuse(u, &u->policy->header
				     ->section[NEST_SECTION_DOMAINS].count,
			      "too many domains");
	for (i = 0; i < n; i++) {
		err = check_domain(u, i);
		if (err)
			return err;
	}
	return 0;
}

static int check_perm(struct unpack *u, const struct nest_policy_perm *perm,
		      int who)
{
	u32 allow = le32_to_cpu(perm->allow[who]);

	if (allow & ~NEST_FILE_PERMS)
		return refuse(u, &perm->allow[who], "unknown permission");
	if (le32_to_cpu(perm->deny[who]) & ~NEST_FILE_PERMS)
		return refuse(u, &perm->deny[who], "unknown permission");
	if (le32_to_cpu(perm->audit[who]) & ~NEST_FILE_PERMS)
		return refuse(u, &perm->audit[who], "unknown permission");
	if (!(allow & NEST_FILE_EXEC)) {
		if (le32_to_cpu(perm->exec[who]) != NEST_NONE)
			return refuse(u, &perm->exec[who],
				      "transition without the right to execute");
		return 0;
	}
	return check_index(u, &perm->exec[who],
			   count_of(u, NEST_SECTION_EXECS), false,
			   "no such transition");
}

static int check_perms(struct unpack *u)
{
	u32 n = count_of(u, NEST_SECTION_PERMS);
	u32 i;
	int err;

	for (i = 0; i < n; i++) {
		err = check_perm(u, &u->policy->perms[i], NEST_PERM_OTHER);
		if (!err)
			err = check_perm(u, &u->policy->perms[i],
					 NEST_PERM_OWNER);
		if (err)
			return err;
	}
	return 0;
}

static int check_exec(struct unpack *u, const struct nest_policy_exec *exec)
{
	const u32 otherwise = NEST_EXEC_ELSE_INHERIT |
			      NEST_EXEC_ELSE_UNCONFINED;
	u32 mode = le32_to_cpu(exec->mode);
	u32 flags = le32_to_cpu(exec->flags);

	if (mode >= NEST_EXEC_MODES)
		return refuse(u, &exec->mode, "unknown transition");
	if (flags & ~NEST_EXEC_FLAGS)
		return refuse(u, &exec->flags, "unknown flags of a transition");
	if ((flags & otherwise) == otherwise)
		return refuse(u, &exec->flags, "transition has two fallbacks");
	if ((flags & otherwise) && mode <= NEST_EXEC_UNCONFINED)
		return refuse(u, &exec->flags,
			      "fallback of a transition that cannot fail");
	if (exec->reserved)
		return refuse(u, &exec->reserved, "reserved field is not zero");
	if (mode != NEST_EXEC_DOMAIN) {
		if (le32_to_cpu(exec->target) != NEST_NONE)
			return refuse(u, &exec->target,
				      "transition takes no target");
		return 0;
	}
	return check_index(u, &exec->target,
			   count_of(u, NEST_SECTION_DOMAINS), true,
			   "no such target");
}

static int check_execs(struct unpack *u)
{
	u32 n = count_of(u, NEST_SECTION_EXECS);
	u32 i;
	int err;

	for (i = 0; i < n; i++) {
		err = check_exec(u, &u->policy->execs[i]);
		if (err)
			return err;
	}
	return 0;
}

static int check_peers(struct unpack *u)
{
	u32 n = count_of(u, NEST_SECTION_PEERS);
	u32 i;

	for (i = 0; i < n; i++) {
		const struct nest_policy_peer *peer = &u->policy->peers[i];

		if (le32_to_cpu(peer->ptrace_allow) & ~NEST_PTRACE_PERMS)
			return refuse(u, &peer->ptrace_allow,
				      "unknown permission");
		if (le32_to_cpu(peer->ptrace_deny) & ~NEST_PTRACE_PERMS)
			return refuse(u, &peer->ptrace_deny,
				      "unknown permission");
		if (le32_to_cpu(peer->ptrace_audit) & ~NEST_PTRACE_PERMS)
			return refuse(u, &peer->ptrace_audit,
				      "unknown permission");
		if (peer->reserved)
			return refuse(u, &peer->reserved,
				      "reserved field is not zero");
	}
	return 0;
}

static int check_rules(struct unpack *u)
{
	u32 n = count_of(u, NEST_SECTION_RULES);
	u32 i;

	for (i = 0; i < n; i++)
		if (u->policy->rules[i].reserved)
			return refuse(u, &u->policy->rules[i].reserved,
				      "reserved field is not zero");
	return 0;
}

static int check_rlimits_of(struct unpack *u,
			    const struct nest_policy_rlimits *rlimits)
{
	u32 mask = le32_to_cpu(rlimits->mask);
	u32 i;

	if (mask >> NEST_RLIMITS)
		return refuse(u, &rlimits->mask, "unknown resource");
	if (rlimits->reserved)
		return refuse(u, &rlimits->reserved,
			      "reserved field is not zero");
	for (i = 0; i < NEST_RLIMITS; i++)
		if (!(mask >> i & 1) && rlimits->max[i])
			return refuse(u, &rlimits->max[i],
				      "limit of a resource that has none");
	return 0;
}

static int check_rlimits(struct unpack *u)
{
	u32 n = count_of(u, NEST_SECTION_RLIMITS);
	u32 i;
	int err = 0;

	for (i = 0; !err && i < n; i++)
		err = check_rlimits_of(u, &u->policy->rlimits[i]);
	return err;
}

static int check_xattrs(struct unpack *u)
{
	u32 n = count_of(u, NEST_SECTION_XATTRS);
	u32 i;
	int err = 0;

	if (n > NEST_XATTR_RULES_MAX)
		return refuse(u, &u->policy->header
				     ->section[NEST_SECTION_XATTRS].count,
			      "too many attributes");
	for (i = 0; !err && i < n; i++) {
		const struct nest_policy_xattr *xattr = &u->policy->xattrs[i];

		err = check_name(u, &xattr->name);
		if (!err)
			err = check_index(u, &xattr->dfa,
					  count_of(u, NEST_SECTION_DFAS),
					  false, "no such automaton");
		if (!err)
			err = check_dfa_of(u, &xattr->dfa, 1,
					   "automaton accepts more than 1");
	}
	return err;
}

/* The attributes that an attachment asks for. */
static int check_wanted(struct unpack *u,
			const struct nest_policy_attach *attach)
{
	u32 first = le32_to_cpu(attach->xattr);
	u32 n = le32_to_cpu(attach->n_xattrs);
	u32 count = count_of(u, NEST_SECTION_XATTRS);

	if (!n && first != NEST_NONE)
		return refuse(u, &attach->xattr, "attributes without a number");
	if (!n && le32_to_cpu(attach->next) != NEST_NONE)
		return refuse(u, &attach->next,
			      "attachment that always holds has a next one");
	if (n && first >= count)
		return refuse(u, &attach->xattr, "no such attribute");
	if (n > NEST_XATTRS_MAX || (n && n > count - first))
		return refuse(u, &attach->n_xattrs,
			      "number of attributes is out of range");
	return 0;
}

/* Each leads to an earlier one, which is checked: it ends. */
static int check_attach(struct unpack *u, u32 index)
{
	const struct nest_policy_attach *attach = &u->policy->attaches[index];
	const struct nest_policy_attach *at = attach;
	u32 n = 1;
	int err;

	err = check_index(u, &attach->domain,
			  count_of(u, NEST_SECTION_DOMAINS), false,
			  "no such domain");
	if (!err)
		err = check_index(u, &attach->next, index, true,
				  "next attachment does not come before it");
	if (!err)
		err = check_wanted(u, attach);
	for (; !err && le32_to_cpu(at->next) != NEST_NONE; n++) {
		if (n == NEST_ATTACH_MAX)
			return refuse(u, &attach->next,
				      "too many attachments in a row");
		at = &u->policy->attaches[le32_to_cpu(at->next)];
	}
	return err;
}

static int check_attaches(struct unpack *u)
{
	u32 n = count_of(u, NEST_SECTION_ATTACHES);
	u32 i;
	int err = 0;

	for (i = 0; !err && i < n; i++)
		err = check_attach(u, i);
	return err;
}

/* Bytes of the transitions of a DFA; its numbers are in range. */
static u64 next_size(const struct nest_policy_dfa *dfa)
{
	u64 n_states = le32_to_cpu(dfa->n_states);

	if (le32_to_cpu(dfa->layout) == NEST_LAYOUT_DENSE)
		return (n_states << le32_to_cpu(dfa->shift)) * sizeof(__le16);
	return (n_states + le32_to_cpu(dfa->n_slots)) * sizeof(__le32);
}

static int check_layout(struct unpack *u, const struct nest_policy_dfa *dfa)
{
	u32 n_classes = le32_to_cpu(dfa->n_classes);
	u32 n_slots = le32_to_cpu(dfa->n_slots);
	u32 shift = 0;

	if (le32_to_cpu(dfa->layout) == NEST_LAYOUT_DENSE) {
		if (n_slots)
			return refuse(u, &dfa->n_slots,
				      "dense automaton has slots");
		while ((1U << shift) < n_classes)
			shift++;
		if ((u64)le32_to_cpu(dfa->n_states) << shift > 65536)
			return refuse(u, &dfa->n_states,
				      "too many states for a dense automaton");
	}
	if (le32_to_cpu(dfa->shift) != shift)
		return refuse(u, &dfa->shift, "wrong length of a row");
	return 0;
}

static int check_numbers(struct unpack *u, const struct nest_policy_dfa *dfa)
{
	u32 n_states = le32_to_cpu(dfa->n_states);
	u32 n_sinks = le32_to_cpu(dfa->n_sinks);
	u32 n_classes = le32_to_cpu(dfa->n_classes);

	if (le32_to_cpu(dfa->flags) & ~NEST_DFA_FLAGS)
		return refuse(u, &dfa->flags, "unknown flags of an automaton");
	if (le32_to_cpu(dfa->layout) >= NEST_LAYOUTS)
		return refuse(u, &dfa->layout, "unknown layout");
	if (!n_states || n_states > NEST_STATES_MAX)
		return refuse(u, &dfa->n_states,
			      "number of states is out of range");
	if (!n_sinks || n_sinks > n_states)
		return refuse(u, &dfa->n_sinks,
			      "number of final states is out of range");
	if (le32_to_cpu(dfa->n_accepts) > n_states)
		return refuse(u, &dfa->n_accepts,
			      "number of accepting states is out of range");
	if (le32_to_cpu(dfa->start) >= n_states)
		return refuse(u, &dfa->start, "no such first state");
	if (!n_classes || n_classes > 256)
		return refuse(u, &dfa->n_classes,
			      "number of classes is out of range");
	return check_layout(u, dfa);
}

/*
 * One table of a DFA: it has to begin where the one before ends (@cursor, an
 * offset in TABLES), which then moves behind it.
 */
static int check_table(struct unpack *u, const __le32 *field, u64 *cursor,
		       u64 size)
{
	const u8 *tables = u->policy->tables;
	u64 start = align8(*cursor);
	u64 end = start + size;
	int err;

	if (le32_to_cpu(*field) != start)
		return refuse(u, field, "table is out of place");
	if (end > count_of(u, NEST_SECTION_TABLES))
		return refuse(u, field, "table ends after its section");
	err = check_zero(u, tables + *cursor, tables + start);
	*cursor = end;
	return err;
}

static int check_classes(struct unpack *u, const struct nest_policy_dfa *raw,
			 const struct nest_dfa *dfa)
{
	int byte;

	for (byte = 0; byte < 256; byte++)
		if (dfa->classes[byte] >= le32_to_cpu(raw->n_classes))
			return refuse(u, &dfa->classes[byte], "no such class");
	return 0;
}

static int check_accept(struct unpack *u, const struct nest_policy_dfa *raw,
			const struct nest_dfa *dfa)
{
	u32 greatest = 0;
	u32 state;

	if (nest_dfa_accept(dfa, 0))
		return refuse(u, dfa->accept, "dead state accepts");
	for (state = 1; state < dfa->n_accepts; state++)
		if (nest_dfa_accept(dfa, state) > greatest)
			greatest = nest_dfa_accept(dfa, state);
	if (le32_to_cpu(raw->accept_max) != greatest)
		return refuse(u, &raw->accept_max,
			      "not the greatest accept value");
	return 0;
}

/* A cell of a dense row: a state's row; of a sink its own; beyond the classes 0. */
static bool dense_cell_ok(const struct nest_policy_dfa *raw, u32 state,
			  u32 class, u32 next)
{
	u32 shift = le32_to_cpu(raw->shift);

	if (class >= le32_to_cpu(raw->n_classes))
		return !next;
	if (state < le32_to_cpu(raw->n_sinks))
		return next == state << shift;
	return next >> shift < le32_to_cpu(raw->n_states) &&
	       !(next & ((1U << shift) - 1));
}

static int check_dense(struct unpack *u, const struct nest_policy_dfa *raw,
		       const struct nest_dfa *dfa)
{
	u32 n_states = le32_to_cpu(raw->n_states);
	const __le16 *cell = dfa->dense;
	u32 state, class;

	for (state = 0; state < n_states; state++)
		for (class = 0; class < 1U << dfa->shift; class++, cell++)
			if (!dense_cell_ok(raw, state, class,
					   le16_to_cpu(*cell)))
				return refuse(u, cell, "bad transition");
	return 0;
}

/* A cell, without the bit for chains: it has a class and leads to a state. */
static bool cell_ok(const struct nest_policy_dfa *raw, u32 cell)
{
	u32 class = cell >> NEST_CELL_SHIFT;

	return (class < le32_to_cpu(raw->n_classes) ||
		class == NEST_CELL_OTHER) &&
	       (cell & NEST_CELL_STATE) < le32_to_cpu(raw->n_states);
}

static int check_slots(struct unpack *u, const struct nest_policy_dfa *raw,
		       const struct nest_dfa *dfa)
{
	u32 n_slots = le32_to_cpu(raw->n_slots);
	u32 i;

	for (i = 0; i < n_slots; i++) {
		u32 cell = le32_to_cpu(dfa->slots[i]);

		if (cell != NEST_NONE && !cell_ok(raw, cell))
			return refuse(u, &dfa->slots[i], "bad transition");
	}
	return 0;
}

static int check_chain(struct unpack *u, const struct nest_policy_dfa *raw,
		       const struct nest_dfa *dfa, u32 state)
{
	u32 cell = le32_to_cpu(dfa->words[state]) ^ NEST_CELL_CHAIN;

	if (!cell_ok(raw, cell))
		return refuse(u, &dfa->words[state], "bad transition");
	if (cell >> NEST_CELL_SHIFT != NEST_CELL_OTHER &&
	    state + 1 == le32_to_cpu(raw->n_states))
		return refuse(u, &dfa->words[state],
			      "chain leads beyond the last state");
	return 0;
}

static int check_like(struct unpack *u, const struct nest_policy_dfa *raw,
		      const struct nest_dfa *dfa, u32 state)
{
	u32 cell = le32_to_cpu(dfa->words[state]) ^ NEST_CELL_LIKE;

	if (!cell_ok(raw, cell))
		return refuse(u, &dfa->words[state], "bad transition");
	if (state + 1 == le32_to_cpu(raw->n_states))
		return refuse(u, &dfa->words[state],
			      "chain leads beyond the last state");
	if (le32_to_cpu(dfa->words[cell & NEST_CELL_STATE]) &
	    (NEST_CELL_CHAIN | NEST_CELL_LIKE))
		return refuse(u, &dfa->words[state],
			      "state is like one without a row");
	return 0;
}

static int check_row(struct unpack *u, const struct nest_policy_dfa *raw,
		     const struct nest_dfa *dfa, u32 state)
{
	u64 base = le32_to_cpu(dfa->words[state]);

	if (base + le32_to_cpu(raw->n_classes) >= le32_to_cpu(raw->n_slots))
		return refuse(u, &dfa->words[state],
			      "row lies outside the slots");
	if (le32_to_cpu(dfa->slots[base]) >> NEST_CELL_SHIFT != NEST_CELL_OTHER)
		return refuse(u, &dfa->words[state],
			      "row that does not begin at its slot");
	return 0;
}

static int check_sparse(struct unpack *u, const struct nest_policy_dfa *raw,
			const struct nest_dfa *dfa)
{
	const u32 sink = NEST_CELL_CHAIN | NEST_CELL_OTHER << NEST_CELL_SHIFT;
	u32 n_states = le32_to_cpu(raw->n_states);
	u32 state;
	int err;

	err = check_slots(u, raw, dfa);
	for (state = 0; !err && state < n_states; state++) {
		u32 word = le32_to_cpu(dfa->words[state]);

		if (state < dfa->n_sinks && word != (sink | state))
			return refuse(u, &dfa->words[state],
				      "final state leads elsewhere");
		if (word & NEST_CELL_CHAIN)
			err = check_chain(u, raw, dfa, state);
		else if (word & NEST_CELL_LIKE)
			err = check_like(u, raw, dfa, state);
		else
			err = check_row(u, raw, dfa, state);
	}
	return err;
}

static int check_dfa(struct unpack *u, u32 index, u64 *cursor)
{
	const struct nest_policy_dfa *raw = &u->policy->dfas[index];
	struct nest_dfa dfa;
	int err;

	err = check_numbers(u, raw);
	if (err)
		return err;
	err = check_table(u, &raw->classes, cursor, 256);
	if (err)
		return err;
	err = check_table(u, &raw->accept, cursor,
			  (u64)le32_to_cpu(raw->n_accepts) * sizeof(__le32));
	if (err)
		return err;
	err = check_table(u, &raw->next, cursor, next_size(raw));
	if (err)
		return err;

	nest_dfa_open(&dfa, u->policy, index);
	err = check_classes(u, raw, &dfa);
	if (err)
		return err;
	err = check_accept(u, raw, &dfa);
	if (err)
		return err;
	if (dfa.dense)
		return check_dense(u, raw, &dfa);
	return check_sparse(u, raw, &dfa);
}

static int check_dfas(struct unpack *u)
{
	u32 n = count_of(u, NEST_SECTION_DFAS);
	u64 cursor = 0;
	u64 states = 0;
	u32 i;
	int err;

	for (i = 0; i < n; i++) {
		const struct nest_policy_dfa *raw = &u->policy->dfas[i];

		states += le32_to_cpu(raw->n_states);
		if (states > u->limits->states)
			return refuse(u, &raw->n_states, "too many states");
		err = check_dfa(u, i, &cursor);
		if (err)
			return err;
	}
	if (cursor != count_of(u, NEST_SECTION_TABLES))
		return refuse(u, &u->policy->header
				     ->section[NEST_SECTION_TABLES].count,
			      "bytes after the last table");
	return 0;
}

static int check_references(struct unpack *u)
{
	const struct nest_policy_header *header = u->policy->header;
	int err;

	err = check_index(u, &header->default_domain,
			  count_of(u, NEST_SECTION_DOMAINS), true,
			  "no such default domain");
	if (err)
		return err;
	return check_domain_dfa(u, &header->attach_dfa);
}

/**
 * nest_policy_unpack() - check an image and open it
 * @policy: filled in if the image is good; refers to the image's bytes
 * @image: the bytes, aligned to 8; must not change while @policy is in use
 * @size: how many
 * @limits: what to accept
 * @error: on failure, which byte and why
 *
 * Return: 0; -EINVAL if the image is malformed or has too many domains or
 * states, -EFBIG if it is larger than @limits allow.
 */
int nest_policy_unpack(struct nest_policy *policy, const void *image,
		       size_t size, const struct nest_policy_limits *limits,
		       struct nest_policy_error *error)
{
	static int (*const checks[])(struct unpack *u) = {
		check_strings, check_execs, check_perms, check_peers,
		check_rules, check_rlimits, check_dfas, check_xattrs,
		check_attaches, check_domains, check_references,
	};
	struct unpack u = {
		.policy = policy,
		.image = image,
		.limits = limits,
		.error = error,
	};
	size_t i;
	int err;

	if (size > NEST_POLICY_SIZE_MAX || size > limits->size) {
		refuse_at(&u, 0, "image is too large");
		return -EFBIG;
	}
	u.size = (u32)size;
	policy->header = image;
	policy->opened = NULL;
	err = check_header(&u);
	if (err)
		return err;
	err = check_sections(&u);
	if (err)
		return err;
	set_sections(&u);
	for (i = 0; i < ARRAY_SIZE(checks); i++) {
		err = checks[i](&u);
		if (err)
			return err;
	}
	return 0;
}
