// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which profile attaches to a program: the one whose attachment says the most
 * about the path. A path that is written out wins, then a pattern without stars,
 * then that with more bytes before its first star, then the profile that comes
 * first by name, with a warning.
 */
#include "determinise.h"
#include "domain.h"
#include "glob.h"

#define WARNINGS_MAX	20

struct candidate {
	const struct nest_profile *profile;
	bool literal;
	u32 specificity;
};

struct overlap {
	const struct nest_profile *a;
	const struct nest_profile *b;
};

struct attach {
	struct nest_compiler *compiler;
	struct nest_vec candidates;	/* struct candidate; value - 1 */
	struct overlap warned[WARNINGS_MAX];
	u32 n_warned;
};

static int warn(struct attach *attach, const struct nest_profile *a,
		const struct nest_profile *b)
{
	u32 i;
	int err;

	for (i = 0; i < attach->n_warned; i++)
		if (attach->warned[i].a == a && attach->warned[i].b == b)
			return 0;
	if (i == WARNINGS_MAX)
		return 0;
	attach->warned[i].a = a;
	attach->warned[i].b = b;
	attach->n_warned++;
	err = nest_report(attach->compiler, NEST_DIAG_ATTACHMENT_OVERLAP,
			  b->attachment->place,
			  "profiles %s and %s attach to the same programs, and neither is more specific; %s is used for these",
			  a->name, b->name, a->name);
	nest_note(attach->compiler, NEST_DIAG_ATTACHMENT_OVERLAP,
		  a->attachment->place, "here is the other one");
	return err;
}

static int combine(void *context, u32 a, u32 b, u32 *result)
{
	struct attach *attach = context;
	const struct candidate *candidates = attach->candidates.data;
	const struct candidate *x = &candidates[a - 1];
	const struct candidate *y = &candidates[b - 1];
	bool first;

	if (x->literal != y->literal) {
		*result = x->literal ? a : b;
		return 0;
	}
	if (x->specificity != y->specificity) {
		*result = x->specificity > y->specificity ? a : b;
		return 0;
	}
	first = x->profile->index <= y->profile->index;
	*result = first ? a : b;
	if (x->profile == y->profile)
		return 0;
	return first ? warn(attach, x->profile, y->profile) :
		       warn(attach, y->profile, x->profile);
}

static int accept(void *context, u32 value, u32 *result)
{
	struct attach *attach = context;
	const struct candidate *candidates = attach->candidates.data;

	*result = candidates[value - 1].profile->index + 1;
	return 0;
}

static int add_pattern(const struct nest_values *values, struct nest_nfa *nfa,
		       const struct nest_profile *profile,
		       const struct nest_nfa_text *text)
{
	struct attach *attach = values->context;
	struct candidate *candidate;
	struct nest_glob glob;
	int err;

	if (!text->len || text->s[0] != '/')
		return nest_report(attach->compiler, NEST_DIAG_PATTERN,
				   profile->attachment->place,
				   "'%s' does not begin with '/'", text->s);
	err = nest_glob_add(nfa, text->s, text->len, false, &glob);
	if (err == -EINVAL)
		return nest_report(attach->compiler, NEST_DIAG_PATTERN,
				   profile->attachment->place, "%s (in %s)",
				   glob.error, text->s);
	candidate = err ? NULL : nest_vec_add(&attach->candidates,
					      sizeof(*candidate), 1);
	if (!candidate)
		return nest_no_memory(attach->compiler);
	candidate->profile = profile;
	candidate->literal = glob.literal;
	candidate->specificity = nest_glob_specificity(text->s, text->len);
	return nest_nfa_add_value(nfa, glob.end, (u32)attach->candidates.count,
				  values);
}

static int add_profile(const struct nest_values *values, struct nest_nfa *nfa,
		       const struct nest_profile *profile)
{
	struct attach *attach = values->context;
	struct nest_expansion expansion = { { NULL, 0, 0 } };
	const struct nest_nfa_text *text;
	size_t i;
	int err;

	err = nest_expand(attach->compiler, profile, profile->attachment,
			  &expansion);
	text = expansion.texts.data;
	for (i = 0; !err && i < expansion.texts.count; i++)
		err = add_pattern(values, nfa, profile, &text[i]);
	nest_vec_free(&expansion.texts);
	return err;
}

static int determinise(const struct nest_values *values,
		       const struct nest_nfa *nfa,
		       struct nest_image_builder *image,
		       const struct nest_profile *parent, u32 *dfa)
{
	struct attach *attach = values->context;
	int err;

	err = nest_determinise(attach->compiler, image, nfa, values, false,
			       true, dfa);
	return nest_determinise_failed(attach->compiler, err,
				       parent ? parent->place : nest_no_place(),
				       "attachments",
				       parent ? parent->name : "the profiles");
}

/**
 * nest_attach_build() - add a DFA of attachments to the image
 * @compiler: the compilation
 * @image: the image
 * @parent: of its children; NULL: of all profiles that are no children
 * @dfa: where the index goes, NEST_NONE if nothing attaches
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_attach_build(struct nest_compiler *compiler,
		      struct nest_image_builder *image,
		      const struct nest_profile *parent, u32 *dfa)
{
	struct nest_profile **profiles = compiler->profiles.data;
	struct attach attach = { .compiler = compiler };
	const struct nest_values values = { combine, accept, NULL, &attach };
	struct nest_nfa nfa;
	size_t i;
	int err;

	*dfa = NEST_NONE;
	err = nest_nfa_init(&nfa);
	if (err)
		err = nest_no_memory(compiler);
	for (i = 0; !err && i < compiler->profiles.count; i++)
		if (profiles[i]->parent == parent && profiles[i]->attachment)
			err = add_profile(&values, &nfa, profiles[i]);
	if (!err && attach.candidates.count)
		err = determinise(&values, &nfa, image, parent, dfa);
	nest_nfa_free(&nfa);
	nest_vec_free(&attach.candidates);
	return err;
}
