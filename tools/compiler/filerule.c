// SPDX-License-Identifier: GPL-2.0-or-later
/* File rules: letters, transitions, paths. */
#include "classrule.h"
#include "domain.h"
#include "glob.h"
#include "image.h"

/* A file rule taken apart. */
struct file_rule {
	const struct nest_rule *rule;
	const struct nest_word *prefix;		/* safe or unsafe, or NULL */
	const struct nest_word *path;
	const struct nest_word *letters;
	const struct nest_word *target;
	u32 perms;
	bool exec;
	struct nest_policy_exec transition;	/* mode and flags, host order */
	bool child;				/* cx -> name */
};

static int syntax(struct nest_domain_rules *rules,
		  const struct nest_word *word, const char *message)
{
	return nest_report(rules->compiler, NEST_DIAG_SYNTAX, word->place,
			   "%s", message);
}

static bool is_path(const struct nest_word *word)
{
	return word->quoted || word->s[0] == '/' ||
	       !strncmp(word->s, "@{", 2);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

struct exec_mode {
	const char *letters;		/* in lower case */
	u32 mode;
	u32 flags;
};

static const struct exec_mode exec_modes[] = {
	/* The longer ones first: "pix" is not "p". */
	{ "pix", NEST_EXEC_ATTACH, NEST_EXEC_ELSE_INHERIT },
	{ "pux", NEST_EXEC_ATTACH, NEST_EXEC_ELSE_UNCONFINED },
	{ "cix", NEST_EXEC_CHILD, NEST_EXEC_ELSE_INHERIT },
	{ "cux", NEST_EXEC_CHILD, NEST_EXEC_ELSE_UNCONFINED },
	{ "px", NEST_EXEC_ATTACH, 0 },
	{ "cx", NEST_EXEC_CHILD, 0 },
	{ "ux", NEST_EXEC_UNCONFINED, 0 },
	{ "ix", NEST_EXEC_INHERIT, 0 },
};

static bool starts_with(const char *s, const char *letters)
{
	while (*letters)
		if (lower(*s++) != *letters++)
			return false;
	return true;
}

/* Return: letters used, 0 if no exec mode begins here. */
static size_t take_exec_mode(struct file_rule *file, const char *s,
			     bool *conflict)
{
	struct nest_policy_exec exec = { 0, 0, 0, 0 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(exec_modes); i++) {
		if (!starts_with(s, exec_modes[i].letters))
			continue;
		exec.mode = exec_modes[i].mode;
		exec.flags = exec_modes[i].flags;
		if (*s == 'P' || *s == 'C' || *s == 'U')
			exec.flags |= NEST_EXEC_SCRUB;
		*conflict = file->exec && memcmp(&exec, &file->transition,
						 sizeof(exec));
		file->transition = exec;
		file->exec = true;
		file->perms |= NEST_FILE_EXEC;
		if (exec.mode == NEST_EXEC_INHERIT ||
		    exec.flags & NEST_EXEC_ELSE_INHERIT)
			file->perms |= NEST_FILE_MMAP_EXEC;
		return strlen(exec_modes[i].letters);
	}
	return 0;
}

static u32 letter_perms(char c)
{
	switch (lower(c)) {
	case 'r':
		return NEST_FILE_READ;
	case 'w':
		return NEST_FILE_W;
	case 'a':
		return NEST_FILE_APPEND;
	case 'l':
		return NEST_FILE_LINK;
	case 'k':
		return NEST_FILE_LOCK;
	case 'm':
		return NEST_FILE_MMAP_EXEC;
	case 'x':
		return NEST_FILE_EXEC;
	}
	return 0;
}

static int bad_letter(struct nest_domain_rules *rules,
		      const struct nest_word *word, size_t at)
{
	struct nest_place place = word->place;

	place.column += (u32)at;
	return nest_report(rules->compiler, NEST_DIAG_SYNTAX, place,
			   "'%c' is no permission; use r, w, a, l, k, m and one exec mode: ix, px, cx, ux, pix, cix, pux, cux, the first letter in upper case to scrub the environment",
			   word->s[at]);
}

static int take_letters(struct nest_domain_rules *rules,
			struct file_rule *file)
{
	const struct nest_word *word = file->letters;
	bool append = false, conflict = false;
	size_t at = 0, used;

	while (at < word->len) {
		used = take_exec_mode(file, word->s + at, &conflict);
		if (conflict)
			return nest_report(rules->compiler, NEST_DIAG_CONFLICT,
					   word->place,
					   "a rule can have one exec mode only");
		if (!used) {
			u32 perms = letter_perms(word->s[at]);

			if (!perms)
				return bad_letter(rules, word, at);
			append |= perms == NEST_FILE_APPEND;
			file->perms |= perms;
			used = 1;
		}
		at += used;
	}
	if (append && file->perms & NEST_FILE_WRITE)
		return nest_report(rules->compiler, NEST_DIAG_CONFLICT,
				   word->place,
				   "'a' and 'w' exclude each other: w includes a");
	return 0;
}

/* The link permission for certain targets only. */
static int take_link_pair(struct nest_domain_rules *rules,
			  struct file_rule *file)
{
	const struct nest_word *target = file->target;

	if (!is_path(target))
		return syntax(rules, target,
			      "the file that the link may lead to has to follow '->'");
	file->perms &= ~NEST_FILE_LINK;
	file->target = NULL;
	return nest_link_rule_add(rules, file->rule, file->path, target);
}

/*
 * The word decides, whatever the case of the letter says. To inherit the
 * profile is never a secure exec.
 */
static int take_prefix(struct nest_domain_rules *rules, struct file_rule *file)
{
	bool unsafe = file->prefix && *file->prefix->s == 'u';

	if (!file->prefix)
		return 0;
	if (!(file->perms & NEST_FILE_EXEC))
		return syntax(rules, file->prefix,
			      "safe and unsafe need an exec mode: px, cx, ux and the like");
	if (unsafe && file->rule->mods & NEST_MOD_DENY)
		return syntax(rules, file->prefix,
			      "a deny rule forbids to execute, safe or not; remove it");
	file->transition.flags &= ~NEST_EXEC_SCRUB;
	if (!unsafe && file->exec &&
	    file->transition.mode != NEST_EXEC_INHERIT)
		file->transition.flags |= NEST_EXEC_SCRUB;
	return 0;
}

/* Whether the name of a profile is one of a namespace, or of a stack. */
static bool is_foreign(const char *name)
{
	return *name == '&' || *name == ':';
}

static int refuse_foreign(struct nest_domain_rules *rules,
			  const struct nest_word *word)
{
	return nest_report(rules->compiler, NEST_DIAG_UNSUPPORTED, word->place,
			   "namespaces and stacks of profiles are not supported");
}

static int check_exec(struct nest_domain_rules *rules, struct file_rule *file)
{
	bool deny = file->rule->mods & NEST_MOD_DENY;
	bool x = file->perms & NEST_FILE_EXEC;

	if (deny && file->exec)
		return syntax(rules, file->letters,
			      "a deny rule has no exec mode; write x");
	if (!deny && x && !file->exec)
		return syntax(rules, file->letters,
			      "x needs an exec mode: ix (same profile), px, cx or ux");
	if (!file->target)
		return 0;
	if (file->perms & NEST_FILE_LINK && x)
		return syntax(rules, file->target,
			      "does '->' name a profile or the target of a link? Write x and l in rules of their own");
	if (file->perms & NEST_FILE_LINK)
		return take_link_pair(rules, file);
	if (!file->exec)
		return syntax(rules, file->target,
			      "'->' needs an exec mode: px, cx and the like");
	if (is_foreign(file->target->s))
		return refuse_foreign(rules, file->target);
	if (file->transition.mode == NEST_EXEC_INHERIT ||
	    file->transition.mode == NEST_EXEC_UNCONFINED)
		return syntax(rules, file->target,
			      "ix and ux cannot name a profile; use px or cx");
	return 0;
}

static bool is_prefix(const struct nest_arg *arg)
{
	return arg && arg->kind == NEST_ARG_WORD && !arg->word.quoted &&
	       (!strcmp(arg->word.s, "safe") || !strcmp(arg->word.s, "unsafe"));
}

/* Sort the arguments of a file rule. */
static int take_args(struct nest_domain_rules *rules, struct file_rule *file)
{
	const struct nest_arg *arg = file->rule->args;
	const struct nest_word *words[2] = { NULL, NULL };
	u32 n = 0;

	if (is_prefix(arg)) {
		file->prefix = &arg->word;
		arg = arg->next;
	}
	for (; arg && arg->kind == NEST_ARG_WORD && n < 2; arg = arg->next)
		words[n++] = &arg->word;
	if (arg && arg->kind == NEST_ARG_ARROW && n == 2) {
		arg = arg->next;
		if (!arg || arg->kind != NEST_ARG_WORD)
			return nest_report(rules->compiler, NEST_DIAG_SYNTAX,
					   file->rule->place,
					   "the name of a profile has to follow '->'");
		file->target = &arg->word;
		arg = arg->next;
	}
	if (arg)
		return syntax(rules, &arg->word,
			      "unexpected here; a file rule is: path permissions [-> profile], (is a ',' missing before this?)");
	if (n != 2)
		return nest_report(rules->compiler, NEST_DIAG_SYNTAX,
				   file->rule->place,
				   "a file rule needs a path and permissions: /path rw,");
	file->path = is_path(words[0]) ? words[0] : words[1];
	file->letters = is_path(words[0]) ? words[1] : words[0];
	if (!is_path(file->path))
		return syntax(rules, words[0],
			      "no rule begins so: neither a keyword nor a path, which begins with '/' or a variable");
	return 0;
}

static int unknown_target(struct nest_domain_rules *rules,
			  const struct nest_word *word, const char *name,
			  u32 flags)
{
	const char *result = "such an exec will be refused";

	if (flags & NEST_EXEC_ELSE_INHERIT)
		result = "the profile will be inherited";
	else if (flags & NEST_EXEC_ELSE_UNCONFINED)
		result = "the program will run unconfined";
	return nest_report(rules->compiler, NEST_DIAG_UNKNOWN_TARGET,
			   word->place,
			   "there is no profile named %s among those compiled; %s",
			   name, result);
}

/* Find the profile that "->" names. */
static int find_target(struct nest_domain_rules *rules, struct file_rule *file)
{
	struct nest_compiler *compiler = rules->compiler;
	bool child = file->transition.mode == NEST_EXEC_CHILD;
	const struct nest_profile *profile;
	const char *name;
	int err;

	err = nest_expand_one(compiler, rules->profile, file->target, &name);
	if (err)
		return err;
	if (is_foreign(name))
		return refuse_foreign(rules, file->target);
	if (child)
		name = nest_arena_printf(&compiler->arena, "%s//%s",
					 rules->profile->name, name);
	if (!name)
		return nest_no_memory(compiler);
	file->transition.mode = NEST_EXEC_DOMAIN;
	profile = nest_profile_find(compiler, name);
	if (!profile)
		return unknown_target(rules, file->target, name,
				      file->transition.flags);
	file->transition.target = profile->index;
	return 0;
}

static int make_transition(struct nest_domain_rules *rules,
			   struct file_rule *file, u32 *index)
{
	struct nest_policy_exec exec;
	int err;

	*index = NEST_NONE;
	if (!file->exec)
		return 0;
	file->transition.target = NEST_NONE;
	if (file->target) {
		err = find_target(rules, file);
		if (err)
			return err;
	}
	exec.mode = htole32(file->transition.mode);
	exec.flags = htole32(file->transition.flags);
	exec.target = htole32(file->transition.target);
	exec.reserved = 0;
	if (nest_image_exec(rules->image, &exec, index))
		return nest_no_memory(rules->compiler);
	return 0;
}

static void set_perms(struct nest_file_rule *out, const struct file_rule *file,
		      u32 exec)
{
	u32 mods = file->rule->mods;
	u32 i;

	for (i = 0; i < 2; i++) {
		out->exec[i] = NEST_NONE;
		if (i == NEST_PERM_OTHER && mods & NEST_MOD_OWNER)
			continue;
		if (i == NEST_PERM_OWNER && mods & NEST_MOD_OTHER)
			continue;
		nest_say_take(&out->perms.say[i], out->perms.priority[i],
			      file->rule, file->perms, 0);
		if (!(mods & NEST_MOD_DENY))
			out->exec[i] = exec;
	}
}

static int check_path(struct nest_domain_rules *rules,
		      const struct file_rule *file,
		      const struct nest_nfa_text *text)
{
	if (text->len && text->s[0] == '/')
		return 0;
	if (text->len &&
	    rules->profile->flags & NEST_DOMAIN_ATTACH_DISCONNECTED)
		return 0;
	return nest_report(rules->compiler, NEST_DIAG_PATTERN,
			   file->path->place,
			   "the path '%s' does not begin with '/'", text->s);
}

static int check_size(struct nest_domain_rules *rules,
		      const struct file_rule *file)
{
	struct nest_compiler *compiler = rules->compiler;

	if (compiler->expanded < NEST_RULES_MAX &&
	    compiler->arena.total < NEST_ARENA_MAX)
		return 0;
	return nest_report(compiler, NEST_DIAG_LIMIT, file->path->place,
			   "more than %u file rules, counting the values of variables, or too long ones",
			   NEST_RULES_MAX);
}

static int add_patterns(struct nest_domain_rules *rules,
			const struct file_rule *file, u32 exec)
{
	struct nest_expansion expansion = { { NULL, 0, 0 } };
	const struct nest_nfa_text *text;
	struct nest_file_rule *out;
	size_t i;
	int err;

	err = nest_expand(rules->compiler, rules->profile, file->path,
			  &expansion);
	text = expansion.texts.data;
	for (i = 0; !err && i < expansion.texts.count; i++) {
		err = check_path(rules, file, &text[i]);
		if (!err)
			err = check_size(rules, file);
		if (err)
			break;
		out = nest_vec_add(&rules->files, sizeof(*out), 1);
		if (!out) {
			err = nest_no_memory(rules->compiler);
			break;
		}
		memset(out, 0, sizeof(*out));
		out->pattern = text[i].s;
		out->len = (u32)text[i].len;
		out->place = file->path->place;
		out->verbatim = !strcmp(text[i].s, file->path->s);
		out->implied = file->rule->implied;
		out->priority = file->rule->priority;
		set_perms(out, file, exec);
		rules->compiler->expanded++;
	}
	nest_vec_free(&expansion.texts);
	return err;
}

static int add_file_rule(struct nest_domain_rules *rules,
			 struct file_rule *file)
{
	u32 exec;
	int err;

	if (file->rule->mods & NEST_MOD_PRIORITY &&
	    file->perms & NEST_FILE_LINK)
		rules->link_rule = file->rule;
	err = make_transition(rules, file, &exec);
	return err ? err : add_patterns(rules, file, exec);
}

/**
 * nest_file_rule_all() - take a rule for all files
 * @rules: the rules of the profile
 * @rule: the rule: "file," or "all,"
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_file_rule_all(struct nest_domain_rules *rules,
		       const struct nest_rule *rule)
{
	struct nest_word path = { "/{**,}", 6, false, rule->place };
	struct file_rule file = {
		.rule = rule,
		.path = &path,
		.perms = NEST_FILE_PERMS & ~NEST_FILE_GETATTR,
		.exec = !(rule->mods & NEST_MOD_DENY),
		.transition = { .mode = NEST_EXEC_INHERIT },
	};

	/* Programs have the profiles that attach to them then. */
	if (rule->implied && rules->profile->unconfined) {
		file.transition.mode = NEST_EXEC_ATTACH;
		file.transition.flags = NEST_EXEC_ELSE_INHERIT;
	}

	return add_file_rule(rules, &file);
}

/**
 * nest_file_rule_take() - take a file rule
 * @rules: the rules of the profile
 * @rule: the rule
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_file_rule_take(struct nest_domain_rules *rules,
			const struct nest_rule *rule)
{
	struct file_rule file = { .rule = rule };
	int err;

	if (!rule->args && rule->class == NEST_RULE_FILE)
		return nest_file_rule_all(rules, rule);
	err = take_args(rules, &file);
	if (!err)
		err = take_letters(rules, &file);
	if (!err)
		err = take_prefix(rules, &file);
	if (!err)
		err = check_exec(rules, &file);
	/* Nothing may be left of a rule for links. */
	if (err || !file.perms)
		return err;
	return add_file_rule(rules, &file);
}
