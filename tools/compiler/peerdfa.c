// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules for signals and tracing as a DFA over the names of peers. */
#include "determinise.h"
#include "glob.h"
#include "peer.h"

struct peer_values {
	struct nest_domain_rules *rules;
	struct nest_sets sets;		/* struct nest_peer_set */
};

static int combine(void *context, u32 a, u32 b, u32 *result)
{
	struct peer_values *values = context;
	struct nest_peer_set *sets = values->sets.vec.data, set = sets[a - 1];
	const struct nest_peer_set *other = &sets[b - 1];
	u32 i;

	for (i = 0; i < 2; i++)
		nest_say_add(&set.signals[i], set.signal_priority[i],
			     &other->signals[i], other->signal_priority[i]);
	nest_say_add(&set.ptrace, set.ptrace_priority, &other->ptrace,
		     other->ptrace_priority);
	return nest_sets_intern(&values->sets, &set, result);
}

static void set_signals(const struct nest_peer_set *set, bool audit_all,
			struct nest_policy_peer *peer)
{
	u32 i;

	for (i = 0; i < 2; i++) {
		const struct nest_say *say = &set->signals[i];

		peer->signal_allow[i] = htole64(nest_say_allowed(say));
		peer->signal_deny[i] = htole64(say->deny);
		peer->signal_audit[i] = htole64(nest_say_audited(say,
								 audit_all));
	}
}

static void set_ptrace(const struct nest_say *say, bool audit_all,
		       struct nest_policy_peer *peer)
{
	peer->ptrace_allow = htole32((u32)nest_say_allowed(say));
	peer->ptrace_deny = htole32((u32)say->deny);
	peer->ptrace_audit = htole32((u32)nest_say_audited(say, audit_all));
}

/* What the image says about a set of rules. */
static int accept(void *context, u32 value, u32 *result)
{
	struct peer_values *values = context;
	const struct nest_peer_set *set = values->sets.vec.data;
	bool audit_all = values->rules->profile->audit;
	struct nest_policy_peer peer = { .reserved = 0 };
	u32 index;

	set_signals(&set[value - 1], audit_all, &peer);
	set_ptrace(&set[value - 1].ptrace, audit_all, &peer);
	if (nest_image_peer(values->rules->image, &peer, &index))
		return nest_no_memory(values->rules->compiler);
	*result = index + 1;
	return 0;
}

static int add_rule(const struct nest_values *values, struct nest_nfa *nfa,
		    const struct nest_peer_rule *rule)
{
	struct peer_values *peer_values = values->context;
	struct nest_compiler *compiler = peer_values->rules->compiler;
	struct nest_glob glob;
	u32 value;
	int err;

	err = nest_glob_add(nfa, rule->pattern, rule->len, false, &glob);
	if (err == -EINVAL)
		return nest_report(compiler, NEST_DIAG_PATTERN, rule->place,
				   "%s (in the name of a peer, %s)",
				   glob.error, rule->pattern);
	if (err)
		return nest_no_memory(compiler);
	err = nest_sets_intern(&peer_values->sets, &rule->set, &value);
	return err ? err : nest_nfa_add_value(nfa, glob.end, value, values);
}

static int determinise(struct nest_domain_rules *rules,
		       const struct nest_values *values,
		       const struct nest_nfa *nfa, u32 *dfa)
{
	int err;

	err = nest_determinise(rules->compiler, rules->image, nfa, values,
			       false, true, dfa);
	return nest_determinise_failed(rules->compiler, err,
				       rules->profile->place,
				       "names of peers", rules->profile->name);
}

static int build(struct nest_domain_rules *rules,
		 struct peer_values *peer_values, struct nest_nfa *nfa,
		 u32 *dfa)
{
	const struct nest_values values = {
		combine, accept, NULL, peer_values
	};
	const struct nest_peer_rule *rule = rules->peers.data;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < rules->peers.count; i++)
		err = add_rule(&values, nfa, &rule[i]);
	return err ? err : determinise(rules, &values, nfa, dfa);
}

/**
 * nest_peer_dfa_build() - add the DFA of the rules about other tasks
 * @rules: the rules of the profile
 * @dfa: where its index goes
 *
 * What no rule allows is denied, with an abi rule and without: as with the
 * features that Debian's apparmor pins for files without one.
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_peer_dfa_build(struct nest_domain_rules *rules, u32 *dfa)
{
	struct peer_values values = {
		.rules = rules,
		.sets = {
			.compiler = rules->compiler,
			.size = sizeof(struct nest_peer_set),
		},
	};
	struct nest_nfa nfa;
	int err;

	err = nest_nfa_init(&nfa);
	err = err ? nest_no_memory(rules->compiler) :
		    build(rules, &values, &nfa, dfa);
	nest_nfa_free(&nfa);
	nest_sets_free(&values.sets);
	return err;
}
