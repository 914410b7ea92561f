// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules for unix sockets as patterns of the class NEST_RULES_UNIX. */
#include <stdio.h>

#include "glob.h"
#include "sockrule.h"

/* As the kernel writes the address that it is about to choose, and has it. */
#define AUTO_PATTERN	"{@\\x01\\x03,@[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]}"

/* The rule with one of the values of each of its variables. */
struct unix_rule {
	const struct nest_sock_rule *sock;
	const char *own;
	const char *peer;
	const char *label;
};

static bool denies(const struct unix_rule *rule)
{
	return rule->sock->rule->mods & NEST_MOD_DENY;
}

static void begin(void *context, struct nest_fields *fields, u32 bits)
{
	const struct unix_rule *rule = context;

	(void)bits;
	nest_sock_types(fields, rule->sock->types);
}

/* Any text, if no pattern is given; with an unknown one, if asked for. */
static void add_text(struct nest_fields *fields, const char *pattern,
		     bool unknown)
{
	if (!pattern) {
		nest_fields_text(fields, "**", 2);
	} else if (unknown) {
		nest_fields_pattern(fields, "{", 1);
		nest_fields_pattern(fields, pattern, strlen(pattern));
		nest_fields_text(fields, ",\\?}", 4);
	} else {
		nest_fields_text(fields, pattern, strlen(pattern));
	}
}

static void own(void *context, struct nest_fields *fields, u32 bits)
{
	const struct unix_rule *rule = context;

	(void)bits;
	add_text(fields, rule->own, false);
}

/*
 * Of a peer that cannot be known all is denied that is denied of some. Who
 * connects a socket for datagrams gives an address, and unix_may_send decides
 * about the domain behind it.
 */
static void peer(void *context, struct nest_fields *fields, u32 bits)
{
	const struct unix_rule *rule = context;

	add_text(fields, rule->peer, denies(rule));
	add_text(fields, rule->label,
		 denies(rule) || bits & NEST_SOCK_CONNECT);
}

static int bad_address(struct nest_domain_rules *rules,
		       const struct nest_word *word, const char *message)
{
	return nest_report(rules->compiler, NEST_DIAG_UNSUPPORTED, word->place,
			   "addr=%s: %s", word->s, message);
}

/* Write the bytes 0 and 1 of an abstract name as the kernel does. */
static const char *escape(struct nest_arena *arena, const char *pattern)
{
	size_t len = strlen(pattern), at = 0, n = 0, used;
	char *s = nest_arena_alloc(arena, 4 * len + 1);
	u32 byte;

	while (s && at < len) {
		used = 1;
		byte = (u8)pattern[at];
		if (byte == '\\' && at + 1 < len)
			used += nest_glob_escape(pattern + at + 1,
						 len - at - 1, &byte);
		if (byte <= 1) {
			memcpy(s + n, byte ? "\\x01\\x02" : "\\x01\\x01", 8);
			n += 8;
		} else {
			memcpy(s + n, pattern + at, used);
			n += used;
		}
		at += used;
	}
	return s;
}

static int take_address(struct nest_domain_rules *rules,
			const struct nest_word *word, const char **pattern)
{
	struct nest_expansion expansion = { { NULL, 0, 0 } };
	const struct nest_nfa_text *text;
	int err;

	if (!word)
		return 0;
	err = nest_expand_names(rules->compiler, rules->profile, word,
				&expansion);
	text = expansion.texts.data;
	if (!err && expansion.texts.count != 1)
		err = bad_address(rules, word,
				  "variables with several values are not supported in addresses; write {a,b}");
	else if (!err && !strcmp(text->s, "none"))
		*pattern = "";
	else if (!err && !strcmp(text->s, "auto"))
		*pattern = AUTO_PATTERN;
	else if (!err && text->s[0] != '@')
		err = bad_address(rules, word,
				  "an address is @NAME, none or auto; sockets in a file system are opened to rules without addr=");
	else if (!err)
		*pattern = escape(&rules->compiler->arena, text->s);
	if (!err && !*pattern)
		err = nest_no_memory(rules->compiler);
	nest_vec_free(&expansion.texts);
	return err;
}

static int add_label(struct nest_domain_rules *rules, struct unix_rule *rule)
{
	return nest_sock_add(rules, NEST_RULES_UNIX, rule->sock, begin, own,
			     peer, rule);
}

static int add_labels(struct nest_domain_rules *rules, struct unix_rule *rule)
{
	struct nest_expansion expansion = { { NULL, 0, 0 } };
	const struct nest_nfa_text *text;
	size_t i;
	int err;

	if (!rule->sock->peer.label)
		return add_label(rules, rule);
	err = nest_expand_names(rules->compiler, rules->profile,
				rule->sock->peer.label, &expansion);
	text = expansion.texts.data;
	for (i = 0; !err && i < expansion.texts.count; i++) {
		rule->label = text[i].s;
		err = add_label(rules, rule);
	}
	nest_vec_free(&expansion.texts);
	return err;
}

/**
 * nest_unix_rule_add() - add a rule for unix sockets to the image's rules
 * @rules: the rules of the profile
 * @sock: the rule, taken apart
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_unix_rule_add(struct nest_domain_rules *rules,
		       struct nest_sock_rule *sock)
{
	struct unix_rule rule = { .sock = sock };
	int err;

	err = nest_sock_complete(rules, sock);
	if (!err)
		err = take_address(rules, sock->own.address, &rule.own);
	if (!err)
		err = take_address(rules, sock->peer.address, &rule.peer);
	return err ? err : add_labels(rules, &rule);
}
