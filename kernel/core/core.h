/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pure part of Nest: checks a policy image and decides by it. It knows
 * bytes and numbers only. The module, the compiler, the tools, the unit tests
 * and the fuzzers build it from the same files.
 */
#ifndef NEST_CORE_H
#define NEST_CORE_H

#include "core_env.h"
#include "../include/uapi/linux/nest_policy.h"

struct nest_dfa;

/**
 * struct nest_policy - a checked image
 * @header: the start of the image, which the caller owns and must not change
 *	while this is in use
 * @strings: section STRINGS, and so on; the number of elements stands in
 *	@header
 * @opened: all of DFAS, opened by whoever means to match often; NULL after
 *	nest_policy_unpack(), and then they are opened each time
 */
struct nest_policy {
	const struct nest_policy_header *header;
	const char *strings;
	const struct nest_policy_domain *domains;
	const struct nest_policy_perm *perms;
	const struct nest_policy_exec *execs;
	const struct nest_policy_net *nets;
	const struct nest_policy_peer *peers;
	const struct nest_policy_rule *rules;
	const struct nest_policy_rlimits *rlimits;
	const struct nest_policy_attach *attaches;
	const struct nest_policy_xattr *xattrs;
	const struct nest_policy_dfa *dfas;
	const u8 *tables;
	const struct nest_dfa *opened;
};

/**
 * struct nest_policy_error - why an image was refused
 * @offset: of the byte at which the check failed
 * @reason: a constant string, without a newline
 */
struct nest_policy_error {
	u32 offset;
	const char *reason;
};

/**
 * struct nest_policy_limits - what to accept within the format's hard limits
 * @size: bytes in an image
 * @domains: domains in an image
 * @states: states of all its DFAs together
 */
struct nest_policy_limits {
	u32 size;
	u32 domains;
	u32 states;
};

int nest_policy_unpack(struct nest_policy *policy, const void *image,
		       size_t size, const struct nest_policy_limits *limits,
		       struct nest_policy_error *error);
const char *nest_policy_domain_name(const struct nest_policy *policy,
				    u32 domain);
u32 nest_policy_find_domain(const struct nest_policy *policy,
			    const char *name);

/**
 * struct nest_dfa - a DFA of a checked image, opened for matching
 * @classes: class of each byte
 * @accept: accept value of each state below @n_accepts
 * @dense: DENSE: transitions; else NULL
 * @words: SPARSE: for each state a chain's cell or where its row begins
 * @slots: SPARSE: cells of rows
 * @shift: DENSE: log2 of the row's length
 * @n_sinks: states below lead to themselves
 * @n_accepts: only states below may accept
 * @start: the first state
 * @backward: it reads names from their ends
 */
struct nest_dfa {
	const u8 *classes;
	const __le32 *accept;
	const __le16 *dense;
	const __le32 *words;
	const __le32 *slots;
	u32 shift;
	u32 n_sinks;
	u32 n_accepts;
	u32 start;
	bool backward;
};

void nest_dfa_open(struct nest_dfa *dfa, const struct nest_policy *policy,
		   u32 index);
u32 nest_dfa_feed(const struct nest_dfa *dfa, u32 state, const u8 *bytes,
		  size_t len);
u32 nest_dfa_feed_backward(const struct nest_dfa *dfa, u32 state,
			   const u8 *bytes, size_t len);
u32 nest_dfa_match(const struct nest_dfa *dfa, const char *name, size_t len);

/**
 * nest_dfa_accept() - the accept value of a state
 * @dfa: the automaton
 * @state: a state that nest_dfa_feed() returned, or its start
 *
 * Return: 0 or the value.
 */
static inline u32 nest_dfa_accept(const struct nest_dfa *dfa, u32 state)
{
	return state < dfa->n_accepts ? le32_to_cpu(dfa->accept[state]) : 0;
}

/**
 * struct nest_decision - what one layer says
 * @denied: the part of the request that is not allowed; 0 allows all of it.
 *	A capability or a socket has just bit 0
 * @report: something of it is to be reported: a denial that is not quiet, or
 *	an allowed request with an audit prefix
 */
struct nest_decision {
	u32 denied;
	bool report;
};

/**
 * struct nest_perms - what the file rules of a domain say about one name
 * @allow: NEST_FILE_* allowed, denied ones already taken out
 * @deny: denied by name
 * @audit: to be reported
 * @exec: index in EXECS or NEST_NONE
 */
struct nest_perms {
	u32 allow;
	u32 deny;
	u32 audit;
	u32 exec;
};

void nest_perms_lookup(struct nest_perms *perms,
		       const struct nest_policy *policy, u32 domain,
		       const char *name, size_t len, bool owner);
struct nest_decision nest_decide_link(const struct nest_perms *link,
				      const struct nest_perms *target,
				      const struct nest_perms *pair);
struct nest_decision nest_decide_capable(const struct nest_policy *policy,
					 u32 domain, u32 cap);
struct nest_decision nest_decide_socket(const struct nest_policy *policy,
					u32 domain, u32 family, u32 type);
bool nest_has_rlimits(const struct nest_policy *policy, u32 domain);
u64 nest_rlimit_of(const struct nest_policy *policy, u32 domain,
		   enum nest_policy_rlimit resource);
bool nest_mediates_peers(const struct nest_policy *policy, u32 domain);
u32 nest_peer_lookup(const struct nest_policy *policy, u32 domain,
		     const char *name);
struct nest_decision nest_decide_signal(const struct nest_policy *policy,
					u32 peer, u32 access, u32 signal);
struct nest_decision nest_decide_ptrace(const struct nest_policy *policy,
					u32 peer, u32 request);

/**
 * struct nest_match - a question to the rules of a class, while it is asked
 * @policy: a checked image
 * @first: index of the first DFA
 * @n: how many
 * @state: where each of them stands
 *
 * A copy stands where the original stood, and goes on by itself: questions that
 * begin alike share their beginning.
 */
struct nest_match {
	const struct nest_policy *policy;
	u32 first;
	u32 n;
	u32 state[NEST_RULE_DFAS_MAX];
};

bool nest_mediates(const struct nest_policy *policy, u32 domain,
		   enum nest_policy_class class);
void nest_match_begin(struct nest_match *match,
		      const struct nest_policy *policy, u32 domain,
		      enum nest_policy_class class);
void nest_match_bytes(struct nest_match *match, const void *bytes, size_t len);
void nest_match_text(struct nest_match *match, const char *text);
void nest_match_perms(const struct nest_match *match, struct nest_perms *perms);
struct nest_decision nest_match_decide(const struct nest_match *match,
				       u32 request);

/**
 * struct nest_attach - a domain that may attach to a file
 * @domain: its index
 * @xattr: index in XATTRS of the first attribute that the file has to have
 * @n_xattrs: how many
 */
struct nest_attach {
	u32 domain;
	u32 xattr;
	u32 n_xattrs;
};

bool nest_attach_next(const struct nest_policy *policy, u32 *accept,
		      struct nest_attach *attach);
bool nest_xattr_match(const struct nest_policy *policy, u32 xattr,
		      const void *value, size_t size);

/* Results of nest_decide_exec() that are no domain's index. */
#define NEST_EXEC_TO_UNCONFINED	0xfffffffeU
#define NEST_EXEC_TO_NOTHING	0xffffffffU	/* refuse the exec */

/**
 * struct nest_exec_result - the domain after exec
 * @domain: index, NEST_EXEC_TO_UNCONFINED or NEST_EXEC_TO_NOTHING
 * @scrub: the exec is a secure one (AT_SECURE)
 */
struct nest_exec_result {
	u32 domain;
	bool scrub;
};

struct nest_exec_result nest_decide_exec(const struct nest_policy *policy,
					 u32 domain, u32 exec, u32 found);
u32 nest_policy_exec_dfa(const struct nest_policy *policy, u32 domain,
			 u32 exec);

#include "perms.h"

#endif
