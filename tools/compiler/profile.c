// SPDX-License-Identifier: GPL-2.0-or-later
/* What stands before the '{' of a profile: names, attachments, flags. */
#include <stdlib.h>

#include "domain.h"

static int syntax(struct nest_compiler *compiler, const struct nest_word *word,
		  const char *message)
{
	return nest_report(compiler, NEST_DIAG_SYNTAX, word->place, "%s",
			   message);
}

static int unsupported(struct nest_compiler *compiler,
		       const struct nest_word *word, const char *message)
{
	return nest_report(compiler, NEST_DIAG_UNSUPPORTED, word->place, "%s",
			   message);
}

#define ROOT \
	"names begin at the root of the mounts, whatever a task's root is; remove it"

static int refuse_flag(struct nest_compiler *compiler,
		       const struct nest_word *word)
{
	static const struct {
		const char *name;
		const char *reason;
	} known[] = {
		{ "prompt", "nobody is asked; use enforce or complain" },
		{ "chroot_relative", ROOT },
		{ "chroot_attach", ROOT },
		{ "chroot_no_attach", ROOT },
		{ "attach_disconnected.path",
		  "such files would get the names of others; use attach_disconnected" },
		{ "delegate_deleted",
		  "descriptors give no rights to others; remove it" },
		{ "interruptible", "nothing waits for an answer; remove it" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (!strcmp(word->s, known[i].name))
			return nest_report(compiler, NEST_DIAG_UNSUPPORTED,
					   word->place,
					   "the flag %s is not supported: %s",
					   word->s, known[i].reason);
	return nest_report(compiler, NEST_DIAG_SYNTAX, word->place,
			   "'%s' is no flag of a profile", word->s);
}

static int take_flag(struct nest_compiler *compiler,
		     struct nest_profile *profile,
		     const struct nest_word *word)
{
	/*
	 * mediate_deleted asks for rules to hold for deleted files by the name
	 * they had, and that is what Nest does for all profiles;
	 * namespace_relative is AppArmor's default.
	 */
	static const char *const harmless[] = {
		"enforce", "mediate_deleted", "namespace_relative",
		"no_attach_disconnected",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(harmless); i++)
		if (!strcmp(word->s, harmless[i]))
			return 0;
	if (!strcmp(word->s, "complain"))
		profile->flags |= NEST_DOMAIN_COMPLAIN;
	else if (!strcmp(word->s, "kill"))
		profile->flags |= NEST_DOMAIN_KILL;
	else if (!strcmp(word->s, "attach_disconnected"))
		profile->flags |= NEST_DOMAIN_ATTACH_DISCONNECTED;
	else if (!strcmp(word->s, "audit"))
		profile->audit = true;
	else if (!strcmp(word->s, "default_allow"))
		profile->default_allow = true;
	else if (!strcmp(word->s, "unconfined"))
		profile->unconfined = true;
	else
		return refuse_flag(compiler, word);
	if (!(~profile->flags & (NEST_DOMAIN_COMPLAIN | NEST_DOMAIN_KILL)))
		return nest_report(compiler, NEST_DIAG_CONFLICT, word->place,
				   "complain and kill contradict each other");
	return 0;
}

static int take_flags(struct nest_compiler *compiler,
		      struct nest_profile *profile,
		      const struct nest_arg *values)
{
	int err = 0;

	for (; !err && values; values = values->next) {
		if (values->kind == NEST_ARG_COND &&
		    !strcmp(values->word.s, "attach_disconnected.path"))
			return refuse_flag(compiler, &values->word);
		if (values->kind != NEST_ARG_WORD)
			return syntax(compiler, &values->word,
				      "this flag has no value");
		err = take_flag(compiler, profile, &values->word);
	}
	return err;
}

/* A name that no file system has a handler for could not be told from a typo. */
static bool is_xattr_name(const char *name)
{
	const char *dot = strchr(name, '.');

	return dot && dot > name && dot[1] && strlen(name) <= NEST_NAME_MAX;
}

static int take_xattrs(struct nest_compiler *compiler,
		       struct nest_profile *profile,
		       const struct nest_arg *arg)
{
	const struct nest_arg *xattr;

	if (profile->xattrs)
		return syntax(compiler, &arg->word, "xattrs= is there twice");
	profile->xattrs = arg->values;
	for (xattr = arg->values; xattr; xattr = xattr->next) {
		if (xattr->kind != NEST_ARG_COND || !xattr->values ||
		    xattr->values->next || !is_xattr_name(xattr->word.s))
			return syntax(compiler, &xattr->word,
				      "an attribute is user.NAME=\"pattern\", or of security or trusted");
		if (++profile->n_xattrs > NEST_XATTRS_MAX)
			return nest_report(compiler, NEST_DIAG_LIMIT,
					   xattr->word.place,
					   "more than %u attributes",
					   NEST_XATTRS_MAX);
	}
	return 0;
}

static int take_condition(struct nest_compiler *compiler,
			  struct nest_profile *profile,
			  const struct nest_arg *arg)
{
	if (!strcmp(arg->word.s, "flags"))
		return take_flags(compiler, profile, arg->values);
	if (!strcmp(arg->word.s, "xattrs"))
		return take_xattrs(compiler, profile, arg);
	return syntax(compiler, &arg->word,
		      "only xattrs=(...) and flags=(...) may follow the name of a profile");
}

static bool is_path(const struct nest_word *word)
{
	return word->s[0] == '/' || !strncmp(word->s, "@{", 2);
}

/* Sort the arguments of a header. */
static int take_header(struct nest_compiler *compiler,
		       struct nest_profile *profile,
		       const struct nest_word **name)
{
	const struct nest_arg *arg;
	int err = 0;

	for (arg = profile->header; !err && arg; arg = arg->next) {
		if (arg->kind == NEST_ARG_COND)
			err = take_condition(compiler, profile, arg);
		else if (arg->kind == NEST_ARG_LIST)
			err = take_flags(compiler, profile, arg->values);
		else if (arg->kind == NEST_ARG_ARROW)
			err = syntax(compiler, &arg->word,
				     "a profile has no '->'");
		else if (!*name)
			*name = &arg->word;
		else if (profile->attachment)
			err = syntax(compiler, &arg->word,
				     "a profile has one name and one attachment; write more paths as {a,b}");
		else if (!is_path(&arg->word))
			err = syntax(compiler, &arg->word,
				     "what a profile attaches to has to begin with '/' or a variable");
		else
			profile->attachment = &arg->word;
	}
	if (!err && !*name)
		err = nest_report(compiler, NEST_DIAG_SYNTAX, profile->place,
				  "the profile has no name");
	if (!err && profile->hat && profile->attachment)
		err = syntax(compiler, profile->attachment,
			     "a hat does not attach to programs");
	return err;
}

static int check_name(struct nest_compiler *compiler,
		      const struct nest_word *word, const char *name)
{
	const unsigned char *p = (const unsigned char *)name;

	if (!*p)
		return syntax(compiler, word, "the name is empty");
	if (*p == ':' || *p == '&')
		return unsupported(compiler, word,
				   "namespaces and stacks of profiles are not supported");
	if (!strcmp(name, "unconfined"))
		return nest_report(compiler, NEST_DIAG_CONFLICT, word->place,
				   "no profile can be named unconfined");
	for (; *p; p++)
		if (*p < ' ' || *p == 0x7f)
			return syntax(compiler, word,
				      "the name holds a control character");
	if (strlen(name) > NEST_NAME_MAX)
		return nest_report(compiler, NEST_DIAG_LIMIT, word->place,
				   "the name has more than %u bytes",
				   NEST_NAME_MAX);
	return 0;
}

/* The part of a name that its own header gives. */
static const char *local_name(const char *name)
{
	const char *p = strstr(name, "//");

	while (p) {
		name = p + 2;
		p = strstr(name, "//");
	}
	return name;
}

static int set_name(struct nest_compiler *compiler,
		    struct nest_profile *profile,
		    const struct nest_word *word)
{
	const char *name;
	int err;

	err = nest_expand_one(compiler, profile, word, &name);
	if (err)
		return err;
	if (profile->parent && profile->parent->name)
		name = nest_arena_printf(&compiler->arena, "%s//%s",
					 profile->parent->name, name);
	if (!name)
		return nest_no_memory(compiler);
	err = check_name(compiler, word, name);
	if (err)
		return err;
	profile->name = name;
	if (!profile->attachment && !profile->hat && is_path(word) &&
	    (profile->parent || local_name(name) == name))
		profile->attachment = word;
	if (profile->xattrs && !profile->attachment)
		return syntax(compiler, word,
			      "xattrs= needs a path of programs to attach to");
	return 0;
}

static int prepare(struct nest_compiler *compiler,
		   struct nest_profile *profile)
{
	const struct nest_word *name = NULL;
	int err;

	err = take_header(compiler, profile, &name);
	if (err)
		return err;
	return set_name(compiler, profile, name);
}

static int compare_profiles(const void *a, const void *b)
{
	const struct nest_profile *x = *(struct nest_profile *const *)a;
	const struct nest_profile *y = *(struct nest_profile *const *)b;

	return strcmp(x->name, y->name);
}

static int check_duplicates(struct nest_compiler *compiler)
{
	struct nest_profile **profiles = compiler->profiles.data;
	int err = 0;
	size_t i;

	for (i = 1; i < compiler->profiles.count; i++) {
		if (strcmp(profiles[i - 1]->name, profiles[i]->name))
			continue;
		err = nest_report(compiler, NEST_DIAG_CONFLICT,
				  profiles[i]->place,
				  "there are two profiles named %s",
				  profiles[i]->name);
		nest_note(compiler, NEST_DIAG_CONFLICT,
			  profiles[i - 1]->place, "here is the other one");
	}
	return err;
}

/**
 * nest_profile_find() - find a profile by its full name
 * @compiler: the compilation, whose profiles are sorted
 * @name: the name
 *
 * Return: the profile, or NULL.
 */
struct nest_profile *nest_profile_find(const struct nest_compiler *compiler,
				       const char *name)
{
	struct nest_profile wanted = { .name = name }, *key = &wanted, **found;

	if (!compiler->profiles.count)
		return NULL;
	found = bsearch(&key, compiler->profiles.data,
			compiler->profiles.count, sizeof(key),
			compare_profiles);
	return found ? *found : NULL;
}

/* A profile named a//b outside of a is a child of it too. */
static int find_parent(struct nest_compiler *compiler,
		       struct nest_profile *profile)
{
	const char *local = local_name(profile->name);
	char *name;

	if (profile->parent || local == profile->name)
		return 0;
	name = nest_arena_strndup(&compiler->arena, profile->name,
				  (size_t)(local - 2 - profile->name));
	if (!name)
		return nest_no_memory(compiler);
	profile->parent = nest_profile_find(compiler, name);
	return 0;
}

/* A hat is entered from its parent, and from nowhere else. */
static int place_hat(struct nest_compiler *compiler,
		     struct nest_profile *profile)
{
	if (!profile->hat)
		return 0;
	if (!profile->parent)
		return nest_report(compiler, NEST_DIAG_SYNTAX, profile->place,
				   "the hat %s belongs to no profile: write it into one, or name it PROFILE//HAT",
				   profile->name);
	profile->flags |= NEST_DOMAIN_HAT;
	return 0;
}

/**
 * nest_profiles_prepare() - name, sort and number the profiles
 * @compiler: the compilation
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_profiles_prepare(struct nest_compiler *compiler)
{
	struct nest_profile **profiles = compiler->profiles.data;
	size_t count = compiler->profiles.count, i;
	int err = 0;

	if (!count)
		return nest_report(compiler, NEST_DIAG_NO_PROFILE,
				   nest_no_place(),
				   "there is no profile in the sources: they confine nothing");
	if (count > NEST_DOMAINS_MAX)
		return nest_report(compiler, NEST_DIAG_LIMIT,
				   profiles[NEST_DOMAINS_MAX]->place,
				   "more than %u profiles", NEST_DOMAINS_MAX);
	/* Parents stand before their children here. */
	for (i = 0; i < count; i++)
		if (prepare(compiler, profiles[i]) && !profiles[i]->name)
			err = -EINVAL;
	if (err || compiler->errors)
		return compiler->error;
	qsort(profiles, count, sizeof(*profiles), compare_profiles);
	err = check_duplicates(compiler);
	for (i = 0; !err && i < count; i++) {
		profiles[i]->index = (u32)i;
		err = find_parent(compiler, profiles[i]);
		if (!err)
			err = place_hat(compiler, profiles[i]);
	}
	return err;
}
