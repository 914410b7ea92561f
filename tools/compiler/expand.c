// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Variables. A word with variables stands for as many texts as there are
 * combinations of their values. Two variables are set by the profile itself.
 */
#include "domain.h"
#include "glob.h"

#define EXPANSION_DEPTH_MAX	32U

struct expander {
	struct nest_compiler *compiler;
	const struct nest_profile *profile;
	const struct nest_word *word;
	u32 depth;
	u64 bytes;
};

/* The next "@{" that no backslash precedes, or NULL. */
static const char *find_variable_use(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i + 1 < len; i++) {
		if (s[i] == '\\')
			i++;
		else if (s[i] == '@' && s[i + 1] == '{')
			return s + i;
	}
	return NULL;
}

bool nest_has_variable(const struct nest_word *word)
{
	return find_variable_use(word->s, word->len);
}

static int add_text(struct expander *expander, struct nest_vec *texts,
		    const char *a, size_t a_len, const char *b, size_t b_len)
{
	struct nest_nfa_text *text;
	char *s;

	expander->bytes += a_len + b_len + 1;
	if (texts->count >= NEST_EXPANSIONS_MAX ||
	    expander->bytes > (u64)NEST_EXPANSIONS_MAX * 256)
		return nest_report(expander->compiler, NEST_DIAG_LIMIT,
				   expander->word->place,
				   "the variables have too many values: more than %u combinations",
				   NEST_EXPANSIONS_MAX);
	s = nest_arena_alloc(&expander->compiler->arena, a_len + b_len + 1);
	text = nest_vec_add(texts, sizeof(*text), 1);
	if (!s || !text)
		return nest_no_memory(expander->compiler);
	memcpy(s, a, a_len);
	memcpy(s + a_len, b, b_len);
	text->s = s;
	text->len = a_len + b_len;
	return 0;
}

/* Replace each text of @left by its combinations with all of @right. */
static int multiply(struct expander *expander, struct nest_vec *left,
		    const struct nest_vec *right)
{
	const struct nest_nfa_text *a = left->data, *b = right->data;
	struct nest_vec product = { NULL, 0, 0 };
	size_t i, j;
	int err = 0;

	for (i = 0; !err && i < left->count; i++)
		for (j = 0; !err && j < right->count; j++)
			err = add_text(expander, &product, a[i].s, a[i].len,
				       b[j].s, b[j].len);
	nest_vec_free(left);
	*left = product;
	return err;
}

static int append(struct expander *expander, struct nest_vec *texts,
		  const char *s, size_t len)
{
	struct nest_nfa_text one = { s, len };
	struct nest_vec right = { &one, 1, 1 };

	return len ? multiply(expander, texts, &right) : 0;
}

static int expand_text(struct expander *expander, const char *s, size_t len,
		       struct nest_vec *texts);

static int expand_values(struct expander *expander,
			 struct nest_variable *variable,
			 struct nest_vec *texts)
{
	const struct nest_arg *arg;
	int err = 0;

	if (variable->busy || expander->depth == EXPANSION_DEPTH_MAX)
		return nest_report(expander->compiler, NEST_DIAG_VARIABLE,
				   variable->place,
				   "@{%s} is defined by means of itself",
				   variable->name);
	variable->busy = true;
	expander->depth++;
	for (arg = variable->values.first; !err && arg; arg = arg->next) {
		struct nest_vec one = { NULL, 0, 0 };
		const struct nest_nfa_text *text;
		size_t i;

		err = expand_text(expander, arg->word.s, arg->word.len, &one);
		text = one.data;
		for (i = 0; !err && i < one.count; i++)
			err = add_text(expander, texts, text[i].s, text[i].len,
				       "", 0);
		nest_vec_free(&one);
	}
	expander->depth--;
	variable->busy = false;
	return err;
}

static int add_quoted(struct expander *expander, struct nest_vec *texts,
		      const char *name)
{
	const char *s = nest_glob_quote(&expander->compiler->arena, name);

	if (!s)
		return nest_no_memory(expander->compiler);
	return add_text(expander, texts, s, strlen(s), "", 0);
}

static bool is_named(const char *name, size_t len, const char *want)
{
	return strlen(want) == len && !memcmp(name, want, len);
}

static int expand_variable(struct expander *expander, const char *name,
			   size_t len, struct nest_vec *texts)
{
	const struct nest_profile *profile = expander->profile;
	struct nest_variable *variable;

	variable = nest_ast_find_variable(profile->unit, name, len);
	if (variable)
		return expand_values(expander, variable, texts);
	if (is_named(name, len, "profile_name") && profile->name)
		return add_quoted(expander, texts, profile->name);
	if ((is_named(name, len, "exec_path") ||
	     is_named(name, len, "attach_path")) && profile->attachment &&
	    expander->depth < EXPANSION_DEPTH_MAX &&
	    profile->attachment != expander->word) {
		int err;

		expander->depth++;
		err = expand_text(expander, profile->attachment->s,
				  profile->attachment->len, texts);
		expander->depth--;
		return err;
	}
	return nest_report(expander->compiler, NEST_DIAG_VARIABLE,
			   expander->word->place,
			   "@{%.*s} is not set; include <tunables/global>, or set it before the profile",
			   (int)len, name);
}

/*
 * Recursion is bounded: each level goes through a variable that is not being
 * expanded yet, and there are EXPANSION_DEPTH_MAX levels at most.
 */
static int expand_text(struct expander *expander, const char *s, size_t len,
		       struct nest_vec *texts)
{
	const char *use, *end;
	int err;

	err = add_text(expander, texts, "", 0, "", 0);
	while (!err && (use = find_variable_use(s, len))) {
		struct nest_vec values = { NULL, 0, 0 };

		err = append(expander, texts, s, (size_t)(use - s));
		if (err)
			break;
		len -= (size_t)(use + 2 - s);
		s = use + 2;
		end = memchr(s, '}', len);
		if (!end)
			return nest_report(expander->compiler,
					   NEST_DIAG_VARIABLE,
					   expander->word->place,
					   "'@{' without a '}'");
		err = expand_variable(expander, s, (size_t)(end - s),
				      &values);
		if (!err)
			err = multiply(expander, texts, &values);
		nest_vec_free(&values);
		len -= (size_t)(end + 1 - s);
		s = end + 1;
	}
	return err ? err : append(expander, texts, s, len);
}

/* Add what the aliases of the unit make of the texts; they do not chain. */
static int add_aliases(struct expander *expander, struct nest_vec *texts)
{
	const struct nest_alias *alias = expander->profile->unit->aliases;
	size_t count = texts->count, i;
	int err = 0;

	for (; alias; alias = alias->next) {
		size_t len = strlen(alias->from);

		for (i = 0; !err && i < count; i++) {
			const struct nest_nfa_text *text = texts->data;

			text += i;
			if (text->len < len ||
			    memcmp(text->s, alias->from, len))
				continue;
			err = add_text(expander, texts, alias->to,
				       strlen(alias->to), text->s + len,
				       text->len - len);
		}
	}
	return err;
}

static void fold_slashes(struct nest_vec *texts)
{
	struct nest_nfa_text *text = texts->data;
	size_t i;

	for (i = 0; i < texts->count; i++) {
		/* All texts were made by add_text(), in the arena. */
		char *s = (char *)text[i].s;

		text[i].len = nest_glob_fold_slashes(s, text[i].len);
		s[text[i].len] = 0;
	}
}

/**
 * nest_expand_names() - the texts that a word stands for
 * @compiler: the compilation
 * @profile: the profile that the word belongs to
 * @word: the word, a pattern of names of profiles
 * @result: where the texts go; zeroed before, its vector freed by the caller in
 *	any case
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_expand_names(struct nest_compiler *compiler,
		      const struct nest_profile *profile,
		      const struct nest_word *word,
		      struct nest_expansion *result)
{
	struct expander expander = {
		.compiler = compiler,
		.profile = profile,
		.word = word,
	};

	return expand_text(&expander, word->s, word->len, &result->texts);
}

/**
 * nest_expand() - the texts that a word stands for
 * @compiler: the compilation
 * @profile: the profile that the word belongs to
 * @word: the word, a pattern of paths
 * @result: as in nest_expand_names(), with "//" folded, and with the aliases
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_expand(struct nest_compiler *compiler,
		const struct nest_profile *profile,
		const struct nest_word *word, struct nest_expansion *result)
{
	struct expander expander = {
		.compiler = compiler,
		.profile = profile,
		.word = word,
	};
	int err;

	err = expand_text(&expander, word->s, word->len, &result->texts);
	if (!err)
		fold_slashes(&result->texts);
	if (!err && profile->unit->aliases)
		err = add_aliases(&expander, &result->texts);
	if (!err)
		fold_slashes(&result->texts);
	return err;
}

/**
 * nest_expand_one() - the one text that a word stands for
 * @compiler: the compilation
 * @profile: the profile that the word belongs to
 * @word: the word, a name
 * @result: where the text goes
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_expand_one(struct nest_compiler *compiler,
		    const struct nest_profile *profile,
		    const struct nest_word *word, const char **result)
{
	struct expander expander = {
		.compiler = compiler,
		.profile = profile,
		.word = word,
	};
	struct nest_vec texts = { NULL, 0, 0 };
	int err;

	err = expand_text(&expander, word->s, word->len, &texts);
	if (!err && texts.count != 1)
		err = nest_report(compiler, NEST_DIAG_VARIABLE, word->place,
				  "a name cannot have several values, this one has %zu",
				  texts.count);
	if (!err)
		*result = ((struct nest_nfa_text *)texts.data)->s;
	nest_vec_free(&texts);
	return err;
}
