// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which profile attaches to a program: the one whose attachment says the most
 * about the path. A path that is written out wins, then a pattern without stars,
 * then that with more bytes before its first star, then that which asks for more
 * attributes of the program, then the profile that comes first by name, with a
 * warning unless they ask for attributes. Where the first one asks for
 * attributes, the kernel goes on to the next if the program lacks them.
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

/* A candidate, and what is tried if the program lacks its attributes. */
struct choice {
	u32 candidate;
	u32 next;			/* the value of another one, or 0 */
};

struct attach {
	struct nest_compiler *compiler;
	struct nest_image_builder *image;
	struct nest_vec candidates;	/* struct candidate */
	struct nest_sets choices;	/* struct choice */
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

static const struct choice *choice_of(const struct attach *attach, u32 value)
{
	const struct choice *choices = attach->choices.vec.data;

	return &choices[value - 1];
}

static const struct candidate *candidate_of(const struct attach *attach,
					    u32 value)
{
	const struct candidate *candidates = attach->candidates.data;

	return &candidates[choice_of(attach, value)->candidate];
}

/* Below 0 if @x says more; 0 if just their names tell them apart. */
static int compare(const struct candidate *x, const struct candidate *y)
{
	if (x->literal != y->literal)
		return x->literal ? -1 : 1;
	if (x->specificity != y->specificity)
		return x->specificity > y->specificity ? -1 : 1;
	if (x->profile->n_xattrs != y->profile->n_xattrs)
		return x->profile->n_xattrs > y->profile->n_xattrs ? -1 : 1;
	return 0;
}

/* Choices in their order, while they are put together. */
struct merge {
	u32 candidates[NEST_ATTACH_MAX];
	u32 n;
	bool done;			/* the last one asks for nothing */
};

static int merge_one(struct attach *attach, struct merge *merge, u32 value)
{
	const struct candidate *candidates = attach->candidates.data;
	const struct nest_profile *profile = candidate_of(attach,
							  value)->profile;
	u32 i;

	for (i = 0; i < merge->n; i++)
		if (candidates[merge->candidates[i]].profile == profile)
			return 0;
	if (merge->n == NEST_ATTACH_MAX)
		return nest_report(attach->compiler, NEST_DIAG_LIMIT,
				   profile->attachment->place,
				   "more than %u profiles with xattrs= attach to the same programs",
				   NEST_ATTACH_MAX);
	merge->candidates[merge->n++] = choice_of(attach, value)->candidate;
	merge->done = !profile->n_xattrs;
	return 0;
}

/* Which of two choices comes first; a tie that nothing settles is reported. */
static int first_of(struct attach *attach, u32 a, u32 b, bool *is_a)
{
	const struct candidate *x = candidate_of(attach, a);
	const struct candidate *y = candidate_of(attach, b);
	int order = compare(x, y);
	bool first = x->profile->index <= y->profile->index;

	*is_a = order < 0 || (!order && first);
	if (order || x->profile == y->profile || x->profile->n_xattrs)
		return 0;
	return first ? warn(attach, x->profile, y->profile) :
		       warn(attach, y->profile, x->profile);
}

static int intern(struct attach *attach, const struct merge *merge, u32 *value)
{
	struct choice choice;
	u32 i = merge->n;
	int err = 0;

	*value = 0;
	while (!err && i--) {
		choice.candidate = merge->candidates[i];
		choice.next = *value;
		err = nest_sets_intern(&attach->choices, &choice, value);
	}
	return err;
}

static int combine(void *context, u32 a, u32 b, u32 *result)
{
	struct attach *attach = context;
	struct merge merge = { .n = 0 };
	bool is_a;
	int err = 0;

	while (!err && !merge.done && (a || b)) {
		is_a = !b;
		if (a && b)
			err = first_of(attach, a, b, &is_a);
		if (!err)
			err = merge_one(attach, &merge, is_a ? a : b);
		if (is_a)
			a = choice_of(attach, a)->next;
		else
			b = choice_of(attach, b)->next;
	}
	return err ? err : intern(attach, &merge, result);
}

/* The last choices first, which the others lead to. */
static int add_choices(struct attach *attach, u32 value, u32 *index)
{
	const struct nest_profile *list[NEST_ATTACH_MAX];
	u32 n = 0;

	for (; value; value = choice_of(attach, value)->next)
		list[n++] = candidate_of(attach, value)->profile;
	*index = NEST_NONE;
	while (n--) {
		const struct nest_policy_attach raw = {
			.domain = htole32(list[n]->index),
			.next = htole32(*index),
			.xattr = htole32(list[n]->n_xattrs ?
					 list[n]->first_xattr : NEST_NONE),
			.n_xattrs = htole32(list[n]->n_xattrs),
		};

		if (nest_image_attach(attach->image, &raw, index))
			return nest_no_memory(attach->compiler);
	}
	return 0;
}

static int accept(void *context, u32 value, u32 *result)
{
	struct attach *attach = context;
	const struct nest_profile *profile = candidate_of(attach,
							  value)->profile;
	u32 index;
	int err;

	if (!profile->n_xattrs) {
		*result = profile->index + 1;
		return 0;
	}
	err = add_choices(attach, value, &index);
	*result = 1 + (u32)attach->compiler->profiles.count + index;
	return err;
}

static int add_pattern(const struct nest_values *values, struct nest_nfa *nfa,
		       const struct nest_profile *profile,
		       const struct nest_nfa_text *text)
{
	struct attach *attach = values->context;
	struct choice choice = { (u32)attach->candidates.count, 0 };
	struct candidate *candidate;
	struct nest_glob glob;
	u32 value;
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
	err = nest_sets_intern(&attach->choices, &choice, &value);
	return err ? err : nest_nfa_add_value(nfa, glob.end, value, values);
}

static int add_profile(const struct nest_values *values, struct nest_nfa *nfa,
		       struct nest_profile *profile)
{
	struct attach *attach = values->context;
	struct nest_expansion expansion = { { NULL, 0, 0 } };
	const struct nest_nfa_text *text;
	size_t i;
	int err;

	err = nest_xattrs_build(attach->compiler, attach->image, profile);
	if (!err)
		err = nest_expand(attach->compiler, profile,
				  profile->attachment, &expansion);
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
	struct attach attach = {
		.compiler = compiler,
		.image = image,
		.choices = {
			.compiler = compiler,
			.size = sizeof(struct choice),
		},
	};
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
	nest_sets_free(&attach.choices);
	return err;
}
