/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Builds policy images by hand, without the compiler, so that a test of the
 * kernel does not trust what it might share with it.
 */
#ifndef NEST_IMAGE_BUILDER_H
#define NEST_IMAGE_BUILDER_H

#include "../../kernel/include/uapi/linux/nest_policy.h"
#include "unit_env.h"

/**
 * struct image_buf - bytes that grow
 * @data: allocated, or NULL
 * @len: bytes in use
 */
struct image_buf {
	u8 *data;
	size_t len;
};

/**
 * struct image - an image that is being built
 * @header: its start; image_finish() fills in size and sections
 * @section: what is in each section so far
 */
struct image {
	struct nest_policy_header header;
	struct image_buf section[NEST_SECTION_COUNT];
};

/**
 * struct image_rule - a pattern of a DFA
 * @pattern: literal, but a trailing "**" stands for any number of bytes, and
 *	"\0", a backslash and a digit, for the byte NUL. Of two patterns that
 *	match, the longer one decides
 * @accept: its accept value
 */
struct image_rule {
	const char *pattern;
	u32 accept;
};

void image_init(struct image *img);
void image_free(struct image *img);
u32 image_add_domain(struct image *img, const char *name);
u32 image_add_perm(struct image *img, u32 allow, u32 deny, u32 exec);
u32 image_add_exec(struct image *img, u32 mode, u32 flags, u32 target);
u32 image_add_net(struct image *img);
u32 image_add_peer(struct image *img);
u32 image_add_rlimits(struct image *img);
void image_add_attach(struct image *img, u32 domain, u32 next, u32 xattr,
		      u32 n_xattrs);
void image_add_xattr(struct image *img, const char *name, u32 dfa);
u32 image_add_rule(struct image *img, u32 allow, u32 deny, u32 audit);
u32 image_add_dfa(struct image *img, u32 layout,
		  const struct image_rule *rules, size_t n);
struct nest_policy_domain *image_domain(struct image *img, u32 index);
struct nest_policy_perm *image_perm(struct image *img, u32 index);
struct nest_policy_net *image_net(struct image *img, u32 index);
struct nest_policy_peer *image_peer(struct image *img, u32 index);
struct nest_policy_rlimits *image_rlimits(struct image *img, u32 index);
size_t image_element_size(u32 section);
u8 *image_finish(struct image *img, size_t *size);

#endif
