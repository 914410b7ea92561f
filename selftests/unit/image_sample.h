/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Images that the unit tests and the fuzzer of core start from.
 */
#ifndef NEST_IMAGE_SAMPLE_H
#define NEST_IMAGE_SAMPLE_H

#include "image_builder.h"

/* The domains of image_sample(). */
enum sample_domain {
	SAMPLE_DEFAULT,
	SAMPLE_SVC,
	SAMPLE_SVC_CHILD,
	SAMPLE_WEB,
	SAMPLE_DOMAINS
};

/* Its transitions. */
enum sample_exec {
	SAMPLE_IX,
	SAMPLE_UX_SCRUB,
	SAMPLE_PX,
	SAMPLE_PX_SCRUB,
	SAMPLE_PIX,
	SAMPLE_PUX,
	SAMPLE_CX,
	SAMPLE_CIX,
	SAMPLE_PX_WEB,
	SAMPLE_PX_ABSENT,
	SAMPLE_PIX_ABSENT,
	SAMPLE_PUX_ABSENT,
	SAMPLE_EXECS
};

/* Its automata. */
enum sample_dfa {
	SAMPLE_DFA_ATTACH,
	SAMPLE_DFA_CHILD,
	SAMPLE_DFA_DEFAULT,
	SAMPLE_DFA_SVC,
	SAMPLE_DFA_SVC_DENY,
	SAMPLE_DFA_WEB,
	SAMPLE_DFA_PEER,
	SAMPLE_DFA_RULES,
	SAMPLE_DFA_RULES_DENY,
	SAMPLE_DFA_XATTR,
	SAMPLE_DFAS
};

extern const char *const image_sample_names[];
extern const size_t image_sample_n_names;

void image_sample(struct image *img);
void image_sample_small(struct image *img, u32 layout);

#endif
