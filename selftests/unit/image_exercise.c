// SPDX-License-Identifier: GPL-2.0-only
#include "dfa.h"
#include "image_exercise.h"
#include "image_sample.h"

/* Unlike assert() it stays, whatever NDEBUG is. */
#define must(condition) do { \
	if (!(condition)) { \
		unit_complain("%s:%d: %s\n", __FILE__, __LINE__, \
			      #condition); \
		abort(); \
	} \
} while (0)

static u32 count(const struct nest_policy *policy, u32 section)
{
	return le32_to_cpu(policy->header->section[section].count);
}

/* The last of those that attach, all of whose attributes have this value. */
static u32 attachment(const struct nest_policy *policy, u32 index,
		      const u8 *name, size_t len)
{
	u32 accept, found = NEST_NONE, tried = 0, i;
	struct nest_attach attach;
	struct nest_dfa dfa;

	if (index == NEST_NONE)
		return NEST_NONE;
	nest_dfa_open(&dfa, policy, index);
	accept = nest_dfa_accept(&dfa, nest_dfa_feed(&dfa, dfa.start, name,
						     len));
	while (nest_attach_next(policy, &accept, &attach)) {
		must(attach.domain < count(policy, NEST_SECTION_DOMAINS));
		must(++tried <= NEST_ATTACH_MAX);
		must(attach.n_xattrs <= NEST_XATTRS_MAX);
		for (i = 0; i < attach.n_xattrs; i++)
			if (!nest_xattr_match(policy, attach.xattr + i, name,
					      len))
				break;
		if (i == attach.n_xattrs)
			found = attach.domain;
	}
	return found;
}

static void exercise_exec(const struct nest_policy *policy, u32 domain,
			  const struct nest_perms *perms, const u8 *name,
			  size_t len)
{
	u32 index = nest_policy_exec_dfa(policy, domain, perms->exec);
	u32 found = attachment(policy, index, name, len);
	u32 n = count(policy, NEST_SECTION_DOMAINS);
	struct nest_exec_result result;

	result = nest_decide_exec(policy, domain, perms->exec, found);
	must(result.domain < n || result.domain >= NEST_EXEC_TO_UNCONFINED);
	must((perms->exec != NEST_NONE) == !!(perms->allow & NEST_FILE_EXEC));
	if (perms->exec == NEST_NONE)
		must(result.domain == NEST_EXEC_TO_NOTHING);
}

static void exercise_file(const struct nest_policy *policy, u32 domain,
			  const u8 *name, size_t len)
{
	for (int owner = 0; owner < 2; owner++) {
		struct nest_perms perms;
		struct nest_decision d;

		nest_perms_lookup(&perms, policy, domain, (const char *)name,
				  len, owner);
		d = nest_decide_file(&perms, NEST_FILE_PERMS);
		must(!(perms.allow & ~NEST_FILE_PERMS));
		must(!(perms.allow & perms.deny & ~NEST_FILE_GETATTR));
		must(d.denied == (NEST_FILE_PERMS & ~perms.allow));
		nest_decide_link(&perms, &perms, &perms);
		exercise_exec(policy, domain, &perms, name, len);
	}
}

/* All ways to feed a name have to end in the same state. */
static void exercise_dfa(const struct nest_policy *policy, u32 index,
			 const u8 *name, size_t len)
{
	struct nest_dfa dfa;
	u32 whole, state;

	nest_dfa_open(&dfa, policy, index);
	whole = nest_dfa_feed(&dfa, dfa.start, name, len);
	state = nest_dfa_feed(&dfa, dfa.start, name, len / 2);
	state = nest_dfa_feed(&dfa, state, name + len / 2, len - len / 2);
	must(state == whole);
	state = dfa.start;
	for (size_t i = 0; i < len; i++)
		state = nest_dfa_feed_byte(&dfa, state, name[i]);
	must(state == whole);
	nest_dfa_accept(&dfa, whole);
}

static void exercise_peer(const struct nest_policy *policy, u32 domain,
			  const char *name)
{
	u32 peer;

	if (!nest_mediates_peers(policy, domain))
		return;
	peer = nest_peer_lookup(policy, domain, name);
	must(peer <= count(policy, NEST_SECTION_PEERS));
	for (u32 signal = 0; signal < 70; signal++) {
		nest_decide_signal(policy, peer, NEST_SIGNAL_SEND, signal);
		nest_decide_signal(policy, peer, NEST_SIGNAL_RECEIVE, signal);
	}
	for (u32 bit = 1; bit & NEST_PTRACE_PERMS; bit <<= 1)
		nest_decide_ptrace(policy, peer, bit);
}

static void exercise_class(const struct nest_policy *policy, u32 domain,
			   enum nest_policy_class class, const u8 *name,
			   size_t len)
{
	struct nest_match whole, parts;
	struct nest_decision d;

	nest_match_begin(&whole, policy, domain, class);
	parts = whole;
	nest_match_bytes(&whole, name, len);
	nest_match_bytes(&parts, name, len / 2);
	nest_match_bytes(&parts, name + len / 2, len - len / 2);
	must(!memcmp(whole.state, parts.state, whole.n * sizeof(u32)));
	nest_match_text(&whole, "");
	d = nest_match_decide(&whole, 0xffffffff);
	must(whole.n || d.denied == 0xffffffff);
	must(!nest_mediates(policy, domain, class) ||
	     (class && class < NEST_RULES_END));
}

/**
 * image_exercise_name() - match a name with all of an image
 * @policy: a checked image
 * @name: any bytes
 * @len: how many
 */
void image_exercise_name(const struct nest_policy *policy, const u8 *name,
			 size_t len)
{
	for (u32 i = 0; i < count(policy, NEST_SECTION_DFAS); i++)
		exercise_dfa(policy, i, name, len);
	for (u32 i = 0; i < count(policy, NEST_SECTION_DOMAINS); i++) {
		exercise_file(policy, i, name, len);
		for (u32 class = 0; class < NEST_RULES_END + 2; class++)
			exercise_class(policy, i, class, name, len);
	}
}

static void exercise_domain(const struct nest_policy *policy, u32 domain)
{
	const char *name = nest_policy_domain_name(policy, domain);

	must(strlen(name) && strlen(name) <= NEST_NAME_MAX);
	must(nest_policy_find_domain(policy, name) == domain);
	for (u32 i = 0; i < count(policy, NEST_SECTION_DOMAINS); i++)
		exercise_peer(policy, domain,
			      nest_policy_domain_name(policy, i));
	exercise_peer(policy, domain, "unconfined");
	for (u32 cap = 0; cap < 70; cap++)
		nest_decide_capable(policy, domain, cap);
	for (u32 family = 0; family < NEST_FAMILIES + 2; family++)
		for (u32 type = 0; type < 18; type++)
			nest_decide_socket(policy, domain, family, type);
	for (u32 i = 0; i < NEST_RLIMITS; i++)
		must(nest_has_rlimits(policy, domain) ||
		     nest_rlimit_of(policy, domain, i) == NEST_RLIMIT_INFINITY);
	for (u32 i = 0; i < count(policy, NEST_SECTION_EXECS); i++) {
		struct nest_exec_result result;

		result = nest_decide_exec(policy, domain, i, NEST_NONE);
		must(result.domain < count(policy, NEST_SECTION_DOMAINS) ||
		     result.domain >= NEST_EXEC_TO_UNCONFINED);
	}
}

/**
 * image_exercise() - use all of an image, with the samples' names
 * @policy: a checked image
 */
void image_exercise(const struct nest_policy *policy)
{
	for (u32 i = 0; i < count(policy, NEST_SECTION_DOMAINS); i++)
		exercise_domain(policy, i);
	for (size_t i = 0; i < image_sample_n_names; i++)
		image_exercise_name(policy,
				    (const u8 *)image_sample_names[i],
				    strlen(image_sample_names[i]));
}
