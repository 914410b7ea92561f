// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules by class: the question is put together from fields, which all DFAs of
 * the domain read.
 */
#include "dfa.h"

/**
 * nest_mediates() - has a domain a say in a class?
 * @policy: a checked image
 * @domain: index
 * @class: the class
 *
 * Return: false if all of the class is allowed.
 */
bool nest_mediates(const struct nest_policy *policy, u32 domain,
		   enum nest_policy_class class)
{
	return le32_to_cpu(policy->domains[domain].mediates) >> class & 1;
}

/**
 * nest_match_begin() - begin a question
 * @match: the question
 * @policy: a checked image, which has to stay as long as @match is in use
 * @domain: index
 * @class: what the question is about
 */
void nest_match_begin(struct nest_match *match,
		      const struct nest_policy *policy, u32 domain,
		      enum nest_policy_class class)
{
	const struct nest_policy_domain *raw = &policy->domains[domain];
	const u8 first = class;
	u32 i;

	match->policy = policy;
	match->first = le32_to_cpu(raw->rule_dfa);
	match->n = le32_to_cpu(raw->n_rule_dfas);
	for (i = 0; i < match->n; i++)
		match->state[i] = le32_to_cpu(policy->dfas[match->first +
							   i].start);
	nest_match_bytes(match, &first, 1);
}

static noinline u32 feed_unopened(const struct nest_match *match, u32 i,
				  const void *bytes, size_t len)
{
	struct nest_dfa dfa;

	nest_dfa_open(&dfa, match->policy, match->first + i);
	return nest_dfa_feed(&dfa, match->state[i], bytes, len);
}

/**
 * nest_match_bytes() - go on with a part of a field, or a field of numbers
 * @match: the question
 * @bytes: the bytes
 * @len: how many
 */
void nest_match_bytes(struct nest_match *match, const void *bytes, size_t len)
{
	const struct nest_dfa *opened = match->policy->opened;
	u32 i;

	for (i = 0; i < match->n; i++)
		match->state[i] = opened ?
			nest_dfa_feed(&opened[match->first + i],
				      match->state[i], bytes, len) :
			feed_unopened(match, i, bytes, len);
}

/**
 * nest_match_text() - go on with a field of text, or its last part
 * @match: the question
 * @text: the text; the NUL byte at its end ends the field
 */
void nest_match_text(struct nest_match *match, const char *text)
{
	nest_match_bytes(match, text, strlen(text) + 1);
}

static noinline u32 accept_unopened(const struct nest_match *match, u32 i)
{
	struct nest_dfa dfa;

	nest_dfa_open(&dfa, match->policy, match->first + i);
	return nest_dfa_accept(&dfa, match->state[i]);
}

/**
 * nest_match_perms() - all that the rules say to the question so far
 * @match: the question
 * @perms: the answer; bits as the class has them
 */
void nest_match_perms(const struct nest_match *match, struct nest_perms *perms)
{
	const struct nest_dfa *opened = match->policy->opened;
	u32 i, accept;

	nest_perms_init(perms);
	for (i = 0; i < match->n; i++) {
		const struct nest_policy_rule *rule;

		accept = opened ? nest_dfa_accept(&opened[match->first + i],
						  match->state[i]) :
				  accept_unopened(match, i);
		if (!accept)
			continue;
		rule = &match->policy->rules[accept - 1];
		perms->allow |= le32_to_cpu(rule->allow);
		perms->deny |= le32_to_cpu(rule->deny);
		perms->audit |= le32_to_cpu(rule->audit);
	}
	perms->allow &= ~perms->deny;
}

/**
 * nest_match_decide() - the answer to the question so far
 * @match: the question
 * @request: what is asked for; bits as the class has them
 *
 * Return: the decision.
 */
struct nest_decision nest_match_decide(const struct nest_match *match,
				       u32 request)
{
	struct nest_perms perms;

	nest_match_perms(match, &perms);
	return nest_decide_file(&perms, request);
}
