// SPDX-License-Identifier: GPL-2.0-or-later
/* Questions to the rules of a domain. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "naming.h"
#include "nestctl.h"
#include "question.h"
#include "rule.h"

/**
 * struct question_kind - a class of questions
 * @name: the first word
 * @words: how many follow
 * @usage: what they are
 * @parse: takes them; 0, or EXIT_USAGE after an error was printed
 * @ask: asks the rules
 * @grant: a rule that allows it, for free()
 */
struct question_kind {
	const char *name;
	int words;
	const char *usage;
	int (*parse)(struct question *question, char **words);
	struct answer (*ask)(const struct question *question,
			     const struct nest_policy *policy, u32 domain);
	char *(*grant)(const struct question *question);
};

static char *text(const char *format, const char *a, const char *b)
{
	char *result;

	if (asprintf(&result, format, a, b) < 0)
		abort();
	return result;
}

static int refuse(const char *what, const char *word)
{
	error_print("explain: %s \"%s\" is not known", what, word);
	return EXIT_USAGE;
}

static u32 number_of(const char *const *words, u32 n, const char *word)
{
	u32 i;

	for (i = 0; i < n; i++)
		if (words[i] && !strcmp(words[i], word))
			return i;
	return NEST_NONE;
}

/* --- files ---------------------------------------------------------------- */

static int parse_file(struct question *question, char **words)
{
	static const char letters[] = "xwracdtgpoklm";
	const char *s, *at;

	for (s = words[0]; *s; s++) {
		at = strchr(letters, *s);
		if (!at)
			return refuse("permission", words[0]);
		question->request |= 1U << (at - letters);
	}
	question->path = words[1];
	return question->request ? 0 : refuse("permission", words[0]);
}

static int parse_exec(struct question *question, char **words)
{
	question->request = NEST_FILE_EXEC;
	question->path = words[0];
	return 0;
}

static struct answer ask_file(const struct question *question,
			      const struct nest_policy *policy, u32 domain)
{
	struct answer answer = { .mediated = true };
	struct nest_perms perms;

	nest_perms_lookup(&perms, policy, domain, question->path,
			  strlen(question->path), question->owner);
	answer.decision = nest_decide_file(&perms, question->request);
	answer.allow = perms.allow & question->request;
	answer.deny = perms.deny & question->request;
	answer.exec = perms.exec;
	return answer;
}

static char *grant_file(const struct question *question)
{
	char *path = rule_literal(question->path), *rule;
	char letters[32];

	rule_letters(letters, sizeof(letters), question->request, "ix");
	rule = text("%s %s,", path, letters);
	free(path);
	return rule;
}

/* --- capabilities --------------------------------------------------------- */

static int parse_capability(struct question *question, char **words)
{
	question->request = 1;
	question->number = nest_number_of(NEST_NAMES_CAPABILITY, words[0]);
	return question->number == NEST_NONE ?
	       refuse("capability", words[0]) : 0;
}

static struct answer ask_capability(const struct question *question,
				    const struct nest_policy *policy,
				    u32 domain)
{
	struct answer answer = { .mediated = true, .exec = NEST_NONE };

	answer.decision = nest_decide_capable(policy, domain, question->number);
	answer.allow = !answer.decision.denied;
	answer.deny = le64_to_cpu(policy->domains[domain].cap_deny) >>
		      question->number & 1;
	return answer;
}

static char *grant_capability(const struct question *question)
{
	return text("capability %s,%s",
		    nest_name_of(NEST_NAMES_CAPABILITY, question->number), "");
}

/* --- rules by class ------------------------------------------------------- */

static struct answer end_match(const struct nest_match *match, u32 request,
			       bool mediated)
{
	struct answer answer = { .mediated = mediated, .exec = NEST_NONE };
	struct nest_perms perms;

	if (!mediated) {
		answer.allow = request;
		return answer;
	}
	nest_match_perms(match, &perms);
	answer.decision = nest_match_decide(match, request);
	answer.allow = perms.allow & request;
	answer.deny = perms.deny & request;
	return answer;
}

/* Sockets of families whose ends matter are asked about by class. */
static enum nest_policy_class class_of(u32 family)
{
	return family == AF_UNIX ? NEST_RULES_UNIX :
	       family == AF_INET || family == AF_INET6 ? NEST_RULES_INET : 0;
}

static int parse_network(struct question *question, char **words)
{
	question->number = nest_number_of(NEST_NAMES_FAMILY, words[0]);
	if (question->number == NEST_NONE)
		return refuse("address family", words[0]);
	question->detail = nest_number_of(NEST_NAMES_TYPE, words[1]);
	if (question->detail == NEST_NONE)
		return refuse("type of socket", words[1]);
	question->request = 1;
	return 0;
}

static struct answer ask_network(const struct question *question,
				 const struct nest_policy *policy, u32 domain)
{
	enum nest_policy_class class = class_of(question->number);
	const u8 kind[] = { question->number, question->detail };
	u32 net = le32_to_cpu(policy->domains[domain].net);
	struct answer answer = { .mediated = true, .exec = NEST_NONE };
	struct nest_match match;

	if (class && nest_mediates(policy, domain, class)) {
		nest_match_begin(&match, policy, domain, class);
		if (class == NEST_RULES_INET)
			nest_match_bytes(&match, kind, 2);
		else
			nest_match_bytes(&match, kind + 1, 1);
		return end_match(&match, NEST_SOCK_CREATE, true);
	}
	answer.decision = nest_decide_socket(policy, domain, question->number,
					     question->detail);
	answer.allow = !answer.decision.denied;
	if (net != NEST_NONE && question->number < NEST_FAMILIES)
		answer.deny = le16_to_cpu(policy->nets[net]
					  .deny[question->number]) >>
			      question->detail & 1;
	return answer;
}

static char *grant_network(const struct question *question)
{
	return text("network %s %s,",
		    nest_name_of(NEST_NAMES_FAMILY, question->number),
		    nest_name_of(NEST_NAMES_TYPE, question->detail));
}

static int parse_mount(struct question *question, char **words)
{
	char *save, *word;
	u32 flag;

	question->request = NEST_RULES_MAY;
	question->second = strcmp(words[0], "-") ? words[0] : "";
	question->path = words[1];
	question->type = strcmp(words[2], "-") ? words[2] : "";
	if (!strcmp(words[3], "-"))
		return 0;
	for (word = strtok_r(words[3], ",", &save); word;
	     word = strtok_r(NULL, ",", &save)) {
		flag = name_mount_flag(word);
		if (!flag)
			return refuse("flag of a mount", word);
		question->number |= flag;
	}
	return 0;
}

/* Each flag that is set, in rising order: 1 + the number of its bit. */
static void flags_text(char *to, u32 flags)
{
	u32 i;

	for (i = 0; i < 32; i++)
		if (flags & 1U << i)
			*to++ = (char)(1 + i);
	*to = '\0';
}

static struct answer ask_mount(const struct question *question,
			       const struct nest_policy *policy, u32 domain)
{
	struct nest_match match;
	char flags[33];

	flags_text(flags, question->number);
	nest_match_begin(&match, policy, domain, NEST_RULES_MOUNT);
	nest_match_text(&match, question->path);
	nest_match_text(&match, question->second);
	nest_match_text(&match, question->type);
	nest_match_text(&match, flags);
	return end_match(&match, question->request, true);
}

static char *grant_mount(const struct question *question)
{
	char *path = rule_literal(question->path), *rule;
	char *source = rule_literal(question->second);
	char flags[192];

	name_mount_flags(flags, sizeof(flags), question->number);
	if (asprintf(&rule, "mount%s%s%s%s%s%s%s -> %s,",
		     *question->type ? " fstype=" : "", question->type,
		     *flags ? " options=(" : "", flags, *flags ? ")" : "",
		     *source ? " " : "", source, path) < 0)
		abort();
	free(source);
	free(path);
	return rule;
}

static int parse_path(struct question *question, char **words)
{
	question->request = NEST_RULES_MAY;
	question->path = words[0];
	return 0;
}

static struct answer ask_umount(const struct question *question,
				const struct nest_policy *policy, u32 domain)
{
	struct nest_match match;

	nest_match_begin(&match, policy, domain, NEST_RULES_UMOUNT);
	nest_match_text(&match, question->path);
	return end_match(&match, question->request, true);
}

static char *grant_umount(const struct question *question)
{
	char *path = rule_literal(question->path);
	char *rule = text("umount %s,%s", path, "");

	free(path);
	return rule;
}

static struct answer ask_change(const struct question *question,
				const struct nest_policy *policy, u32 domain)
{
	struct nest_match match;

	nest_match_begin(&match, policy, domain, NEST_RULES_CHANGE_PROFILE);
	nest_match_text(&match, question->path);
	return end_match(&match, NEST_CHANGE_PROFILE, true);
}

static char *grant_change(const struct question *question)
{
	char *path = rule_literal(question->path);
	char *rule = text("change_profile -> %s,%s", path, "");

	free(path);
	return rule;
}

static int parse_userns(struct question *question, char **words)
{
	(void)words;
	question->request = NEST_RULES_MAY;
	return 0;
}

static struct answer ask_userns(const struct question *question,
				const struct nest_policy *policy, u32 domain)
{
	struct nest_match match;

	nest_match_begin(&match, policy, domain, NEST_RULES_USERNS);
	return end_match(&match, question->request,
			 nest_mediates(policy, domain, NEST_RULES_USERNS));
}

static char *grant_userns(const struct question *question)
{
	(void)question;
	return text("userns,%s%s", "", "");
}

/* --- other tasks ---------------------------------------------------------- */

static const char *const directions[] = { "send", "receive" };

static int parse_signal(struct question *question, char **words)
{
	question->request = 1;
	question->detail = number_of(directions, 2, words[0]);
	if (question->detail == NEST_NONE)
		return refuse("direction of a signal", words[0]);
	question->number = nest_number_of(NEST_NAMES_SIGNAL, words[1]);
	question->path = words[2];
	return question->number == NEST_NONE ? refuse("signal", words[1]) : 0;
}

static struct answer ask_signal(const struct question *question,
				const struct nest_policy *policy, u32 domain)
{
	struct answer answer = { .allow = 1, .exec = NEST_NONE };
	u32 peer;

	if (!nest_mediates_peers(policy, domain))
		return answer;
	answer.mediated = true;
	peer = nest_peer_lookup(policy, domain, question->path);
	answer.decision = nest_decide_signal(policy, peer, question->detail,
					     question->number);
	answer.allow = !answer.decision.denied;
	if (peer)
		answer.deny = le64_to_cpu(policy->peers[peer - 1]
					  .signal_deny[question->detail]) >>
			      question->number & 1;
	return answer;
}

static char *grant_signal(const struct question *question)
{
	char *peer = rule_literal(question->path), *rule;

	if (asprintf(&rule, "signal %s set=(%s) peer=%s,",
		     directions[question->detail],
		     nest_name_of(NEST_NAMES_SIGNAL, question->number),
		     peer) < 0)
		abort();
	free(peer);
	return rule;
}

static const char *const tracing[] = { "trace", "read", "tracedby", "readby" };

static int parse_ptrace(struct question *question, char **words)
{
	question->detail = number_of(tracing, 4, words[0]);
	if (question->detail == NEST_NONE)
		return refuse("kind of tracing", words[0]);
	question->request = 1U << question->detail;
	question->path = words[1];
	return 0;
}

static struct answer ask_ptrace(const struct question *question,
				const struct nest_policy *policy, u32 domain)
{
	struct answer answer = { .exec = NEST_NONE };
	u32 peer;

	/* Without rules a domain traces itself alone. */
	if (!nest_mediates_peers(policy, domain)) {
		answer.decision.denied = !!strcmp(question->path,
			nest_policy_domain_name(policy, domain));
		answer.decision.report = answer.decision.denied;
		answer.allow = answer.decision.denied ? 0 : question->request;
		return answer;
	}
	answer.mediated = true;
	peer = nest_peer_lookup(policy, domain, question->path);
	answer.decision = nest_decide_ptrace(policy, peer, question->request);
	answer.allow = answer.decision.denied ? 0 : question->request;
	if (peer)
		answer.deny = le32_to_cpu(policy->peers[peer - 1].ptrace_deny) &
			      question->request;
	return answer;
}

static char *grant_ptrace(const struct question *question)
{
	char *peer = rule_literal(question->path);
	char *rule = text("ptrace %s peer=%s,", tracing[question->detail],
			  peer);

	free(peer);
	return rule;
}

static const struct question_kind kinds[] = {
	{ "file", 2, "[owner] LETTERS PATH", parse_file, ask_file, grant_file },
	{ "exec", 1, "[owner] PATH", parse_exec, ask_file, grant_file },
	{ "capability", 1, "NAME", parse_capability, ask_capability,
	  grant_capability },
	{ "network", 2, "FAMILY TYPE", parse_network, ask_network,
	  grant_network },
	{ "mount", 4, "SOURCE|- PATH TYPE|- FLAGS|-", parse_mount, ask_mount,
	  grant_mount },
	{ "umount", 1, "PATH", parse_path, ask_umount, grant_umount },
	{ "change_profile", 1, "NAME", parse_path, ask_change, grant_change },
	{ "userns", 0, "", parse_userns, ask_userns, grant_userns },
	{ "signal", 3, "send|receive NAME PEER", parse_signal, ask_signal,
	  grant_signal },
	{ "ptrace", 2, "trace|read|tracedby|readby PEER", parse_ptrace,
	  ask_ptrace, grant_ptrace },
};

static int no_such_kind(const char *word)
{
	char list[256] = "";
	size_t i, n = 0;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		n += snprintf(list + n, sizeof(list) - n, "%s%s",
			      i ? ", " : "", kinds[i].name);
	error_print("explain: there are no questions about \"%s\", but about %s",
		    word, list);
	return EXIT_USAGE;
}

/**
 * question_parse() - read a question
 * @question: filled in; it points to the words
 * @words: the words, which may be changed
 * @n: how many, at least one
 *
 * Return: 0, or EXIT_USAGE after an error was printed.
 */
int question_parse(struct question *question, char **words, int n)
{
	const struct question_kind *kind = NULL;
	size_t i;

	memset(question, 0, sizeof(*question));
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].name, words[0]))
			kind = &kinds[i];
	if (!kind)
		return no_such_kind(words[0]);
	question->kind = kind;
	words++;
	n--;
	if (n && question_is_file(question) && !strcmp(words[0], "owner")) {
		question->owner = true;
		words++;
		n--;
	}
	if (n == kind->words)
		return kind->parse(question, words);
	error_print("explain: ask like this: %s %s", kind->name, kind->usage);
	return EXIT_USAGE;
}

/**
 * question_ask() - ask the rules of a domain
 * @question: the question
 * @policy: the image
 * @domain: index of the domain
 *
 * Return: the answer.
 */
struct answer question_ask(const struct question *question,
			   const struct nest_policy *policy, uint32_t domain)
{
	return question->kind->ask(question, policy, domain);
}

/**
 * question_is_file() - is it about a file?
 * @question: the question
 */
bool question_is_file(const struct question *question)
{
	return question->kind->ask == ask_file;
}

/**
 * question_is_exec() - is it about the execution of a file?
 * @question: the question
 */
bool question_is_exec(const struct question *question)
{
	return question_is_file(question) &&
	       question->request == NEST_FILE_EXEC;
}

/**
 * question_is_capability() - is it about a capability?
 * @question: the question
 */
bool question_is_capability(const struct question *question)
{
	return question->kind->ask == ask_capability;
}

/**
 * question_grant() - a rule that allows what is asked about, and little else
 * @question: the question
 *
 * Return: the rule, for free().
 */
char *question_grant(const struct question *question)
{
	return question->kind->grant(question);
}
