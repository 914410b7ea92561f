/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The image while it grows. */
#ifndef NEST_IMAGE_H
#define NEST_IMAGE_H

#include "automaton.h"
#include "compile.h"

/**
 * struct nest_image_builder - the sections of an image
 * @strings: bytes
 * @domains: struct nest_policy_domain
 * @perms: struct nest_policy_perm
 * @perm_hash: finds them
 * @execs: struct nest_policy_exec
 * @exec_hash: finds them
 * @nets: struct nest_policy_net
 * @net_hash: finds them
 * @peers: struct nest_policy_peer
 * @peer_hash: finds them
 * @rules: struct nest_policy_rule
 * @rule_hash: finds them
 * @rlimits: struct nest_policy_rlimits
 * @rlimit_hash: finds them
 * @attaches: struct nest_policy_attach
 * @attach_hash: finds them
 * @xattrs: struct nest_policy_xattr
 * @dfas: struct nest_policy_dfa
 * @dfa_keys: u64: hash values of those that may be shared
 * @dfa_hash: finds these
 * @tables: bytes
 * @states: of all DFAs
 */
struct nest_image_builder {
	struct nest_vec strings;
	struct nest_vec domains;
	struct nest_vec perms;
	struct nest_hash perm_hash;
	struct nest_vec execs;
	struct nest_hash exec_hash;
	struct nest_vec nets;
	struct nest_hash net_hash;
	struct nest_vec peers;
	struct nest_hash peer_hash;
	struct nest_vec rules;
	struct nest_hash rule_hash;
	struct nest_vec rlimits;
	struct nest_hash rlimit_hash;
	struct nest_vec attaches;
	struct nest_hash attach_hash;
	struct nest_vec xattrs;
	struct nest_vec dfas;
	struct nest_vec dfa_keys;
	struct nest_hash dfa_hash;
	struct nest_vec tables;
	u64 states;
};

int nest_image_string(struct nest_image_builder *image, const char *s,
		      u32 *offset);
int nest_image_perm(struct nest_image_builder *image,
		    const struct nest_policy_perm *perm, u32 *index);
int nest_image_exec(struct nest_image_builder *image,
		    const struct nest_policy_exec *exec, u32 *index);
int nest_image_net(struct nest_image_builder *image,
		   const struct nest_policy_net *net, u32 *index);
int nest_image_peer(struct nest_image_builder *image,
		    const struct nest_policy_peer *peer, u32 *index);
int nest_image_rule(struct nest_image_builder *image,
		    const struct nest_policy_rule *rule, u32 *index);
int nest_image_rlimits(struct nest_image_builder *image,
		       const struct nest_policy_rlimits *rlimits, u32 *index);
int nest_image_attach(struct nest_image_builder *image,
		      const struct nest_policy_attach *attach, u32 *index);
int nest_image_dfa(struct nest_image_builder *image,
		   const struct nest_automaton *automaton, bool share,
		   u32 *index);
int nest_image_finish(struct nest_compiler *compiler,
		      struct nest_image_builder *image, u32 default_domain,
		      u32 attach_dfa, struct nest_image *result);
void nest_image_builder_free(struct nest_image_builder *image);

#endif
