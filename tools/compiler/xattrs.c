// SPDX-License-Identifier: GPL-2.0-or-later
/* The attributes that programs have to have for a profile to attach. */
#include "determinise.h"
#include "domain.h"
#include "glob.h"

static int combine(void *context, u32 a, u32 b, u32 *result)
{
	(void)context;
	(void)b;
	*result = a;
	return 0;
}

static int accept(void *context, u32 value, u32 *result)
{
	(void)context;
	*result = value;
	return 0;
}

static const struct nest_values values = { combine, accept, NULL, NULL };

static int add_pattern(struct nest_compiler *compiler, struct nest_nfa *nfa,
		       const struct nest_word *word,
		       const struct nest_nfa_text *text)
{
	struct nest_glob glob;
	int err;

	/* A value may hold NUL bytes, which no wildcard stands for. */
	err = nest_glob_add_fields(nfa, text->s, text->len, &glob);
	if (err == -EINVAL)
		return nest_report(compiler, NEST_DIAG_PATTERN, word->place,
				   "%s (in %s)", glob.error, text->s);
	if (err)
		return nest_no_memory(compiler);
	return nest_nfa_add_value(nfa, glob.end, 1, &values);
}

static int add_patterns(struct nest_compiler *compiler, struct nest_nfa *nfa,
			const struct nest_profile *profile,
			const struct nest_word *word)
{
	struct nest_expansion expansion = { { NULL, 0, 0 } };
	const struct nest_nfa_text *text;
	size_t i;
	int err;

	err = nest_expand_names(compiler, profile, word, &expansion);
	text = expansion.texts.data;
	for (i = 0; !err && i < expansion.texts.count; i++)
		err = add_pattern(compiler, nfa, word, &text[i]);
	nest_vec_free(&expansion.texts);
	return err;
}

static int build_value(struct nest_compiler *compiler,
		       struct nest_image_builder *image,
		       const struct nest_profile *profile,
		       const struct nest_word *word, u32 *dfa)
{
	struct nest_nfa nfa;
	int err;

	err = nest_nfa_init(&nfa) ? nest_no_memory(compiler) : 0;
	if (!err)
		err = add_patterns(compiler, &nfa, profile, word);
	if (!err)
		err = nest_determinise(compiler, image, &nfa, &values, false,
				       true, dfa);
	nest_nfa_free(&nfa);
	return nest_determinise_failed(compiler, err, word->place,
				       "attributes", profile->name);
}

/**
 * nest_xattrs_build() - add what a profile says of attributes to the image
 * @compiler: the compilation
 * @image: the image
 * @profile: the profile, which gets to know where they stand
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_xattrs_build(struct nest_compiler *compiler,
		      struct nest_image_builder *image,
		      struct nest_profile *profile)
{
	const struct nest_arg *arg;
	int err;

	profile->first_xattr = (u32)image->xattrs.count;
	for (arg = profile->xattrs; arg; arg = arg->next) {
		struct nest_policy_xattr *xattr;
		u32 name, dfa;

		err = build_value(compiler, image, profile, &arg->values->word,
				  &dfa);
		if (err)
			return err;
		xattr = nest_vec_add(&image->xattrs, sizeof(*xattr), 1);
		if (!xattr || nest_image_string(image, arg->word.s, &name))
			return nest_no_memory(compiler);
		xattr->name = htole32(name);
		xattr->dfa = htole32(dfa);
	}
	return 0;
}
