/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A profile on its way into the image. */
#ifndef NEST_DOMAIN_H
#define NEST_DOMAIN_H

#include "ast.h"
#include "say.h"

/*
 * Index of struct nest_perm_set.exec: exact paths win over globs, and these
 * over what a flag of the profile implies.
 */
#define NEST_BY_FLAG	0
#define NEST_BY_GLOB	1
#define NEST_BY_PATH	2
#define NEST_BY_COUNT	3

/**
 * struct nest_perm_set - what the rules for a name say together
 * @say: by NEST_PERM_OTHER, NEST_PERM_OWNER: NEST_FILE_*
 * @priority: likewise
 * @exec: by NEST_BY_*, then as the others: index in the image's execs, or
 *	NEST_NONE; of the priority of NEST_FILE_EXEC
 */
struct nest_perm_set {
	struct nest_say say[2];
	s16 priority[2][NEST_SAY_FEW];
	u32 exec[NEST_BY_COUNT][2];
};

static_assert(NEST_FILE_PERMS < 1U << NEST_SAY_FEW);

/**
 * struct nest_file_rule - a file rule with its variables expanded
 * @pattern: the pattern, in the arena
 * @len: its length
 * @place: the word that it comes from
 * @verbatim: the pattern is that word, byte for byte
 * @implied: as in struct nest_rule
 * @priority: likewise
 * @perms: what the rule says, but for the transition
 * @exec: by NEST_PERM_*: index in the image's execs, or NEST_NONE
 */
struct nest_file_rule {
	const char *pattern;
	u32 len;
	struct nest_place place;
	bool verbatim;
	bool implied;
	s16 priority;
	struct nest_perm_set perms;
	u32 exec[2];
};

/**
 * struct nest_peer_set - what rules for the name of another task say together
 * @signals: by NEST_SIGNAL_*: signals, as in struct nest_policy_peer
 * @signal_priority: likewise
 * @ptrace: NEST_PTRACE_*
 * @ptrace_priority: likewise
 */
struct nest_peer_set {
	struct nest_say signals[2];
	struct nest_say ptrace;
	s16 signal_priority[2][NEST_SAY_BITS];
	s16 ptrace_priority[NEST_SAY_FEW];
};

/**
 * struct nest_peer_rule - a signal or ptrace rule with its variables expanded
 * @pattern: for the name of the other task's domain, in the arena
 * @len: its length
 * @place: where it stands
 * @set: what the rule says
 */
struct nest_peer_rule {
	const char *pattern;
	u32 len;
	struct nest_place place;
	struct nest_peer_set set;
};

/**
 * struct nest_rule_set - what rules of a class say together
 * @say: bits of the class
 * @priority: likewise
 */
struct nest_rule_set {
	struct nest_say say;
	s16 priority[NEST_SAY_FEW];
};

static_assert(NEST_SOCK_PERMS < 1U << NEST_SAY_FEW);

/**
 * struct nest_class_rule - a rule of a class with its variables expanded
 * @pattern: for the class and its fields as nest_glob_add_fields() takes it, in
 *	the arena
 * @len: its length
 * @place: where it stands
 * @priority: as in struct nest_rule
 * @set: what the rule says
 */
struct nest_class_rule {
	const char *pattern;
	u32 len;
	struct nest_place place;
	s16 priority;
	struct nest_rule_set set;
};

/**
 * struct nest_domain_rules - the rules of a profile, by class
 * @compiler: the compilation
 * @image: the image being made
 * @profile: the profile
 * @files: struct nest_file_rule
 * @peers: struct nest_peer_rule
 * @classes: struct nest_class_rule
 * @link_pair: there is a rule for both names of a link
 * @link_rule: a file rule with a priority that is about links, or NULL
 * @mediates: 1 << each enum nest_policy_class that the profile mediates
 * @caps: capabilities
 * @cap_priority: likewise
 * @nets: socket types, by family
 * @net_priority: likewise
 * @has_net: there is a rule about sockets
 * @has_ends: there is a network rule about addresses, ports or access
 * @rlimits: 1 << each resource that has a limit
 * @rlimit: the limits, by enum nest_policy_rlimit
 * @skipped: allow rules that are not enforced, by class
 */
struct nest_domain_rules {
	struct nest_compiler *compiler;
	struct nest_image_builder *image;
	struct nest_profile *profile;
	struct nest_vec files;
	struct nest_vec peers;
	struct nest_vec classes;
	bool link_pair;
	const struct nest_rule *link_rule;
	u32 mediates;
	struct nest_say caps;
	s16 cap_priority[NEST_SAY_BITS];
	struct nest_say nets[NEST_FAMILIES];
	s16 net_priority[NEST_FAMILIES][NEST_SAY_FEW];
	bool has_net;
	bool has_ends;
	u32 rlimits;
	u64 rlimit[NEST_RLIMITS];
	u32 skipped[NEST_RULE_CLASSES];
};

/* compile.c */
int nest_domain_add(struct nest_compiler *compiler,
		    struct nest_image_builder *image,
		    struct nest_profile *profile);

/* profile.c */
int nest_profiles_prepare(struct nest_compiler *compiler);
struct nest_profile *nest_profile_find(const struct nest_compiler *compiler,
				       const char *name);

/* expand.c */
/**
 * struct nest_expansion - the texts that a word stands for
 * @texts: struct nest_nfa_text
 */
struct nest_expansion {
	struct nest_vec texts;
};

int nest_expand(struct nest_compiler *compiler,
		const struct nest_profile *profile,
		const struct nest_word *word, struct nest_expansion *result);
int nest_expand_names(struct nest_compiler *compiler,
		      const struct nest_profile *profile,
		      const struct nest_word *word,
		      struct nest_expansion *result);
int nest_expand_one(struct nest_compiler *compiler,
		    const struct nest_profile *profile,
		    const struct nest_word *word, const char **result);
bool nest_has_variable(const struct nest_word *word);

/* rules.c, filerule.c */
int nest_rules_take(struct nest_domain_rules *rules);
int nest_file_rule_take(struct nest_domain_rules *rules,
			const struct nest_rule *rule);
int nest_file_rule_all(struct nest_domain_rules *rules,
		       const struct nest_rule *rule);
int nest_rule_refuse_mods(struct nest_domain_rules *rules,
			  const struct nest_rule *rule, u32 mods);

/* limitrule.c */
int nest_limit_rule_take(struct nest_domain_rules *rules,
			 const struct nest_rule *rule);
int nest_limits_build(const struct nest_domain_rules *rules, u32 *index);

/* fileparts.c */
int nest_file_dfas_build(struct nest_domain_rules *rules, u32 *first,
			 u32 *count);

/* xattrs.c */
int nest_xattrs_build(struct nest_compiler *compiler,
		      struct nest_image_builder *image,
		      struct nest_profile *profile);

/* attach.c */
int nest_attach_build(struct nest_compiler *compiler,
		      struct nest_image_builder *image,
		      const struct nest_profile *parent, u32 *dfa);

#endif
