// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules for signals and for tracing, taken apart. */
#include "glob.h"
#include "names.h"
#include "peer.h"

#define ALL_SIGNALS	(~0ULL)
#define LAST_BIT	(1ULL << 63)	/* of signals 63 and 64 */

/* A rule taken apart. */
struct peer_rule {
	const struct nest_rule *rule;
	const struct nest_word *peer;	/* NULL: any */
	bool access_given;
	bool set_given;
	u64 signals;
	bool has_63;
	bool has_64;
	bool signal[2];			/* by NEST_SIGNAL_* */
	u32 ptrace;			/* NEST_PTRACE_* */
};

static int bad_word(struct nest_domain_rules *rules,
		    const struct nest_rule *rule, const struct nest_word *word)
{
	return nest_report(rules->compiler, NEST_DIAG_SYNTAX, word->place,
			   "'%s' is nothing that a rule of the class %s can have",
			   word->s, nest_ast_class_name(rule->class));
}

struct access {
	const char *name;
	u32 bits;
};

#define SEND	(1U << NEST_SIGNAL_SEND)
#define RECEIVE	(1U << NEST_SIGNAL_RECEIVE)

static const struct access signal_access[] = {
	{ "send", SEND }, { "write", SEND }, { "w", SEND },
	{ "receive", RECEIVE }, { "read", RECEIVE }, { "r", RECEIVE },
	{ "rw", SEND | RECEIVE }, { "wr", SEND | RECEIVE },
	{ NULL, 0 }
};

static const struct access ptrace_access[] = {
	{ "trace", NEST_PTRACE_TRACE }, { "w", NEST_PTRACE_TRACE },
	{ "read", NEST_PTRACE_READ }, { "r", NEST_PTRACE_READ },
	{ "tracedby", NEST_PTRACE_TRACEDBY },
	{ "readby", NEST_PTRACE_READBY },
	{ "rw", NEST_PTRACE_READ | NEST_PTRACE_TRACE },
	{ "wr", NEST_PTRACE_READ | NEST_PTRACE_TRACE },
	{ NULL, 0 }
};

static int take_access(struct nest_domain_rules *rules, struct peer_rule *peer,
		       const struct nest_word *word)
{
	bool signal = peer->rule->class == NEST_RULE_SIGNAL;
	const struct access *access = signal ? signal_access : ptrace_access;

	while (access->name && strcmp(access->name, word->s))
		access++;
	if (!access->name)
		return bad_word(rules, peer->rule, word);
	peer->access_given = true;
	if (!signal) {
		peer->ptrace |= access->bits;
		return 0;
	}
	peer->signal[NEST_SIGNAL_SEND] |= access->bits & SEND;
	peer->signal[NEST_SIGNAL_RECEIVE] |= access->bits & RECEIVE;
	return 0;
}

static int take_list(struct nest_domain_rules *rules, struct peer_rule *peer,
		     const struct nest_arg *list)
{
	int err = 0;

	for (; !err && list; list = list->next) {
		if (list->kind != NEST_ARG_WORD)
			return bad_word(rules, peer->rule, &list->word);
		err = take_access(rules, peer, &list->word);
	}
	return err;
}

static int take_signals(struct nest_domain_rules *rules,
			struct peer_rule *peer, const struct nest_arg *list)
{
	u32 number;

	peer->set_given = true;
	for (; list; list = list->next) {
		number = nest_signal_number(list->word.s);
		if (list->kind != NEST_ARG_WORD || number == NEST_NO_NUMBER)
			return nest_report(rules->compiler, NEST_DIAG_SYNTAX,
					   list->word.place,
					   "'%s' is no signal; write its name in lower case without SIG, exists for the null signal, or rtmin+0 to rtmin+32",
					   list->word.s);
		peer->has_63 |= number == 63;
		peer->has_64 |= number == 64;
		if (number < 64)
			peer->signals |= 1ULL << number;
	}
	return 0;
}

/* Signals 63 and 64 share a bit: to allow one would be to allow both. */
static int check_signals(struct nest_domain_rules *rules,
			 struct peer_rule *peer)
{
	peer->signals &= ~LAST_BIT;
	if (peer->has_63 || peer->has_64)
		peer->signals |= LAST_BIT;
	if (peer->has_63 == peer->has_64 || peer->rule->mods & NEST_MOD_DENY)
		return 0;
	return nest_report(rules->compiler, NEST_DIAG_UNSUPPORTED,
			   peer->rule->place,
			   "rtmin+31 and rtmin+32 can only be allowed together; name both or neither");
}

static int take_cond(struct nest_domain_rules *rules, struct peer_rule *peer,
		     const struct nest_arg *arg)
{
	if (!strcmp(arg->word.s, "set") &&
	    peer->rule->class == NEST_RULE_SIGNAL)
		return take_signals(rules, peer, arg->values);
	if (strcmp(arg->word.s, "peer"))
		return bad_word(rules, peer->rule, &arg->word);
	if (peer->peer || !arg->values || arg->values->next ||
	    arg->values->kind != NEST_ARG_WORD)
		return nest_report(rules->compiler, NEST_DIAG_SYNTAX,
				   arg->word.place,
				   "a rule has one peer: peer=NAME, or peer={a,b} for several");
	peer->peer = &arg->values->word;
	return 0;
}

static int take_args(struct nest_domain_rules *rules, struct peer_rule *peer)
{
	const struct nest_arg *arg;
	int err = 0;

	for (arg = peer->rule->args; !err && arg; arg = arg->next) {
		if (arg->kind == NEST_ARG_COND)
			err = take_cond(rules, peer, arg);
		else if (arg->kind == NEST_ARG_LIST)
			err = take_list(rules, peer, arg->values);
		else if (arg->kind == NEST_ARG_WORD)
			err = take_access(rules, peer, &arg->word);
		else
			err = bad_word(rules, peer->rule, &arg->word);
	}
	return err ? err : check_signals(rules, peer);
}

/* What is not given means all. */
static void complete(struct peer_rule *peer)
{
	enum nest_rule_class class = peer->rule->class;

	if (!peer->set_given)
		peer->signals = ALL_SIGNALS;
	if (peer->access_given)
		return;
	if (class != NEST_RULE_PTRACE) {
		peer->signal[NEST_SIGNAL_SEND] = true;
		peer->signal[NEST_SIGNAL_RECEIVE] = true;
	}
	if (class != NEST_RULE_SIGNAL)
		peer->ptrace = NEST_PTRACE_PERMS;
}

static void set_perms(struct nest_peer_rule *out,
		      const struct peer_rule *peer)
{
	struct nest_peer_set *set = &out->set;
	u32 i;

	for (i = 0; i < 2; i++)
		if (peer->signal[i])
			nest_say_take(&set->signals[i],
				      set->signal_priority[i], peer->rule,
				      peer->signals, 0);
	nest_say_take(&set->ptrace, set->ptrace_priority, peer->rule,
		      peer->ptrace, 0);
}

static int add_pattern(struct nest_domain_rules *rules,
		       const struct peer_rule *peer,
		       const struct nest_word *word,
		       const struct nest_nfa_text *text)
{
	struct nest_peer_rule *out;

	out = nest_vec_add(&rules->peers, sizeof(*out), 1);
	if (!out)
		return nest_no_memory(rules->compiler);
	memset(out, 0, sizeof(*out));
	out->pattern = text->s;
	out->len = (u32)text->len;
	out->place = word->place;
	set_perms(out, peer);
	return 0;
}

static int add_patterns(struct nest_domain_rules *rules,
			const struct peer_rule *peer)
{
	const struct nest_word any = { "**", 2, false, peer->rule->place };
	const struct nest_word *word = peer->peer ? peer->peer : &any;
	struct nest_expansion expansion = { { NULL, 0, 0 } };
	const struct nest_nfa_text *text;
	size_t i;
	int err;

	err = nest_expand_names(rules->compiler, rules->profile, word,
				&expansion);
	text = expansion.texts.data;
	for (i = 0; !err && i < expansion.texts.count; i++)
		err = add_pattern(rules, peer, word, &text[i]);
	nest_vec_free(&expansion.texts);
	return err;
}

/**
 * nest_peer_rule_take() - take a rule about other tasks
 * @rules: the rules of the profile
 * @rule: a rule of the class signal, ptrace or all
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_peer_rule_take(struct nest_domain_rules *rules,
			const struct nest_rule *rule)
{
	struct peer_rule peer = { .rule = rule };
	int err;

	err = take_args(rules, &peer);
	if (err)
		return err;
	complete(&peer);
	return add_patterns(rules, &peer);
}
