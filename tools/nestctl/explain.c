// SPDX-License-Identifier: GPL-2.0-or-later
/* nestctl explain: who decides about an operation, and by which rule. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nestctl.h"
#include "question.h"
#include "rules.h"

/**
 * struct explanation - what is being explained
 * @args: the command line
 * @question: the question
 * @answers: of each layer
 * @refused: some layer refuses
 */
struct explanation {
	const struct nestctl_args *args;
	struct question question;
	struct json_object *answers;
	bool refused;
};

/**
 * struct culprits - the rules that answer a question
 * @question: the question
 * @domain: whose rules
 * @list: records
 */
struct culprits {
	const struct question *question;
	const char *domain;
	struct json_object *list;
};

static struct json_object *rule_record(const struct nest_diag *place,
				       const char *effect)
{
	struct json_object *record = json_object_new_object();
	char *text = strndup(place->source ? place->source : "",
			     place->source_len);

	if (!text)
		abort();
	out_add_string(record, "effect", effect);
	out_add_string(record, "file", place->file);
	out_add_number(record, "line", place->line);
	out_add_string(record, "text", text + strspn(text, " \t"));
	free(text);
	return record;
}

/* One rule alone: does it say something to the question? */
static int ask_rule(void *context, const struct nest_diag *place,
		    const struct nest_image *image)
{
	struct culprits *culprits = context;
	struct nest_policy policy;
	struct answer answer;
	uint32_t domain;

	if (image_open(&policy, image->data, image->size, "a rule by itself"))
		return -EIO;
	domain = nest_policy_find_domain(&policy, culprits->domain);
	answer = question_ask(culprits->question, &policy, domain);
	if (answer.mediated && answer.deny)
		json_object_array_add(culprits->list,
				      rule_record(place, "deny"));
	if (answer.mediated && answer.allow)
		json_object_array_add(culprits->list,
				      rule_record(place, "allow"));
	return 0;
}

/* A policy in force has the rules of a text if that compiles to the same. */
static bool is_in_force(const struct nest_policy *policy,
			const struct nestctl_policy *source)
{
	return source->size == le32_to_cpu(policy->header->size) &&
	       !memcmp(source->data, policy->header, source->size);
}

static void no_rules(struct json_object *record, const char *why)
{
	out_add(record, "rules", NULL);
	out_add_string(record, "rules_unknown", why);
}

static void find_rules(struct json_object *record,
		       const struct explanation *explanation,
		       const struct nest_policy *policy, const char *domain)
{
	const struct nestctl_args *args = explanation->args;
	char *const file = (char *)args->source;
	struct culprits culprits = {
		.question = &explanation->question,
		.domain = domain,
	};
	struct nestctl_policy source;
	int err;

	if (!file) {
		no_rules(record, "name the policy's text with --source");
		return;
	}
	err = nestctl_policy_get(args, (char **)&file, 1, &source);
	if (err || !source.compiled || !is_in_force(policy, &source)) {
		no_rules(record,
			 "the text does not compile to what is in force");
		nestctl_policy_free(&source);
		return;
	}
	nestctl_policy_free(&source);
	culprits.list = json_object_new_array();
	if (nestctl_policy_each(args, file, domain, ask_rule, &culprits)) {
		json_object_put(culprits.list);
		no_rules(record, "the text has changed meanwhile");
		return;
	}
	out_add(record, "rules", culprits.list);
}

/* A rule is proposed only if the compiler and core/decide say that it helps. */
static bool helps(const struct question *question, const char *rule)
{
	struct nest_source source = { .name = "rule" };
	struct nest_policy policy;
	struct nest_image image;
	char *text;
	bool good;

	if (asprintf(&text, "abi <abi/4.0>,\nprofile p {\n%s\n}\n", rule) < 0)
		abort();
	source.data = text;
	source.size = strlen(text);
	good = !nest_compile(NULL, &source, 1, &image) &&
	       !image_open(&policy, image.data, image.size, "a rule") &&
	       !question_ask(question, &policy, 0).decision.denied;
	nest_image_free(&image);
	free(text);
	return good;
}

static void add_grant(struct json_object *record,
		      const struct question *question)
{
	char *rule = question_grant(question);

	out_add_string(record, "grant", helps(question, rule) ? rule : NULL);
	free(rule);
}

/* The domain that an exec leads to. Attributes of the file are not looked at. */
static const char *domain_after(const struct question *question,
				const struct nest_policy *policy,
				uint32_t domain, const struct answer *answer)
{
	uint32_t dfa = nest_policy_exec_dfa(policy, domain, answer->exec);
	uint32_t accept, found = NEST_NONE;
	struct nest_exec_result result;
	struct nest_attach attach;
	struct nest_dfa opened;

	if (dfa != NEST_NONE) {
		nest_dfa_open(&opened, policy, dfa);
		accept = nest_dfa_match(&opened, question->path,
					strlen(question->path));
		while (accept && found == NEST_NONE &&
		       nest_attach_next(policy, &accept, &attach))
			if (!attach.n_xattrs)
				found = attach.domain;
	}
	result = nest_decide_exec(policy, domain, answer->exec, found);
	if (result.domain == NEST_EXEC_TO_NOTHING)
		return NULL;
	return result.domain == NEST_EXEC_TO_UNCONFINED ? "unconfined" :
	       nest_policy_domain_name(policy, result.domain);
}

static const char *verdict_of(const struct nest_policy *policy,
			      uint32_t domain,
			      const struct nest_decision *decision)
{
	bool complains = le32_to_cpu(policy->domains[domain].flags) &
			 NEST_DOMAIN_COMPLAIN;

	if (!decision->denied)
		return "allowed";
	return complains && decision->report ? "complain" : "denied";
}

static void add_decision(struct explanation *explanation,
			 struct json_object *record,
			 const struct nest_policy *policy, uint32_t domain)
{
	const struct question *question = &explanation->question;
	struct answer answer = question_ask(question, policy, domain);
	const char *verdict, *to = NULL;
	char letters[32];

	if (question_is_exec(question) && !answer.decision.denied) {
		to = domain_after(question, policy, domain, &answer);
		answer.decision.denied = to ? 0 : NEST_FILE_EXEC;
		answer.decision.report |= !to;
	}
	verdict = verdict_of(policy, domain, &answer.decision);
	explanation->refused |= !strcmp(verdict, "denied");
	out_add_string(record, "verdict", verdict);
	out_add_bool(record, "reported", answer.decision.report);
	if (question_is_file(question)) {
		name_permissions(letters, sizeof(letters),
				 answer.decision.denied);
		out_add_string(record, "denied", letters);
	}
	if (to)
		out_add_string(record, "to", to);
	if (!answer.mediated)
		no_rules(record, "the domain has no rules about such things");
	else
		find_rules(record, explanation, policy,
			   nest_policy_domain_name(policy, domain));
	if (answer.decision.denied) {
		out_add_bool(record, "denied_by_name", answer.deny);
		add_grant(record, question);
	}
}

static const struct nest_layer *find_layer(const struct nestctl_layers *layers,
					   uint32_t ns, uint32_t origin)
{
	size_t i;

	for (i = 0; i < layers->n_layers; i++)
		if (layers->layers[i].ns == ns &&
		    layers->layers[i].origin == origin)
			return &layers->layers[i];
	return NULL;
}

static struct json_object *begin_answer(const struct nest_layer *layer,
					const char *domain, uint32_t mode)
{
	struct json_object *record = json_object_new_object();

	out_add_number(record, "ns", layer->ns);
	out_add_number(record, "origin", layer->origin);
	out_add_string(record, "layer", layer->name);
	out_add_number(record, "revision", layer->revision);
	out_add_string(record, "domain", domain);
	out_add_string(record, "mode", name_mode(mode));
	return record;
}

static int explain_layer(struct explanation *explanation, struct nest *nest,
			 const struct nest_layer *layer, const char *domain,
			 uint32_t mode)
{
	struct json_object *record;
	struct nest_policy policy;
	uint32_t index;
	void *image;

	if (!domain) {
		record = begin_answer(layer, NULL, mode);
		out_add_string(record, "verdict", "allowed");
		json_object_array_add(explanation->answers, record);
		return 0;
	}
	image = image_read(&policy, nest, layer->pid, layer);
	if (!image)
		return -1;
	index = nest_policy_find_domain(&policy, domain);
	if (index != NEST_NONE) {
		record = begin_answer(layer, domain, mode);
		add_decision(explanation, record, &policy, index);
		json_object_array_add(explanation->answers, record);
	}
	free(image);
	return 0;
}

/* Each layer that covers a task, outermost first. */
static int explain_task(struct explanation *explanation, struct nest *nest,
			const struct nestctl_layers *layers,
			const struct nest_task *task)
{
	const struct nest_label *label;
	const struct nest_layer *layer;
	size_t i;

	for (i = 0; i < task->n_labels; i++) {
		label = &task->labels[i];
		layer = find_layer(layers, label->ns, label->origin);
		if (!layer)
			continue;
		if (explain_layer(explanation, nest, layer, label->domain[0] ?
				  label->domain : NULL, label->mode))
			return -1;
	}
	return 0;
}

/* A domain of the layers on a namespace. */
static int explain_domain(struct explanation *explanation, struct nest *nest,
			  const struct nestctl_layers *layers, uint32_t ns)
{
	const struct nestctl_args *args = explanation->args;
	const struct nest_target meant = { .ns = ns, .origin = args->origin };
	const struct nest_layer *layer;
	size_t i;

	for (i = 0; i < layers->n_layers; i++) {
		layer = &layers->layers[i];
		if (!nestctl_is_meant(&meant, layer->ns, layer->origin))
			continue;
		if (explain_layer(explanation, nest, layer, args->domain,
				  NEST_MODE_ENFORCE))
			return -1;
	}
	if (json_object_array_length(explanation->answers))
		return 0;
	error_print("no layer in force there has a domain \"%s\"",
		    args->domain);
	return -1;
}

/* Whose the file is, and whether it is a directory, as the task sees it. */
static void look_at_file(struct question *question, pid_t pid)
{
	char path[PATH_MAX], line[256];
	unsigned int fsuid = UINT_MAX;
	struct stat st;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/root%s", pid, question->path);
	if (lstat(path, &st))
		return;
	if (S_ISDIR(st.st_mode) &&
	    question->path[strlen(question->path) - 1] != '/' &&
	    asprintf((char **)&question->path, "%s/", question->path) < 0)
		abort();
	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "Uid: %*u %*u %*u %u", &fsuid) == 1)
			break;
	if (file)
		fclose(file);
	question->owner |= st.st_uid == fsuid;
}

static const struct nest_task *find_task(const struct nest_task *tasks,
					 size_t n, pid_t pid)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (tasks[i].pid == pid)
			return &tasks[i];
	return NULL;
}

static void print_rule(struct json_object *rule)
{
	printf("    %s by %s:%s: %s\n", out_get(rule, "effect"),
	       out_get(rule, "file"), out_get(rule, "line"),
	       out_get(rule, "text"));
}

static void print_answer(struct json_object *answer)
{
	struct json_object *rules = json_object_object_get(answer, "rules");
	struct json_object *named = json_object_object_get(answer,
							   "denied_by_name");
	const char *domain = out_get(answer, "domain");
	const char *name = out_get(answer, "layer");
	size_t i;

	printf("layer %s (ns %s, origin %s): %s: %s", *name ? name : "-",
	       out_get(answer, "ns"), out_get(answer, "origin"),
	       domain ? domain : out_get(answer, "mode"),
	       out_get(answer, "verdict"));
	if (out_get(answer, "to"))
		printf(", to %s", out_get(answer, "to"));
	if (out_get(answer, "denied") && *out_get(answer, "denied"))
		printf(" (%s)", out_get(answer, "denied"));
	putchar('\n');
	for (i = 0; i < json_object_array_length(rules); i++)
		print_rule(json_object_array_get_idx(rules, i));
	if (rules && !json_object_array_length(rules))
		puts("    no rule is about it");
	if (out_get(answer, "rules_unknown"))
		printf("    rules: %s\n", out_get(answer, "rules_unknown"));
	if (out_get(answer, "grant"))
		printf("    would grant it%s: %s\n",
		       json_object_get_boolean(named) ?
		       ", without the rules that deny" : "",
		       out_get(answer, "grant"));
}

static void print_host(struct json_object *host)
{
	const char *denied = out_get(host, "denied");

	printf("host: %s: %s", out_get(host, "lsm") ? out_get(host, "lsm") : "-",
	       out_get(host, "verdict") ? out_get(host, "verdict") : "unknown");
	if (denied && *denied)
		printf(" (%s)", denied);
	if (out_get(host, "reason"))
		printf(": %s", out_get(host, "reason"));
	putchar('\n');
}

static void print(struct json_object *record)
{
	struct json_object *answers = json_object_object_get(record, "layers");
	size_t i;

	if (out_is_json()) {
		out_json(record);
		return;
	}
	print_host(json_object_object_get(record, "host"));
	for (i = 0; i < json_object_array_length(answers); i++)
		print_answer(json_object_array_get_idx(answers, i));
	printf("verdict: %s\n", out_get(record, "verdict"));
	json_object_put(record);
}

/* Host and layers together: each can refuse. */
static void conclude(struct explanation *explanation, pid_t pid)
{
	struct json_object *record = json_object_new_object();
	struct json_object *host = host_verdict(pid, &explanation->question);
	const char *said = out_get(host, "verdict");
	bool refused = explanation->refused ||
		       (said && !strcmp(said, "denied"));

	out_add(record, "pid", pid ? json_object_new_int(pid) : NULL);
	if (question_is_file(&explanation->question)) {
		out_add_string(record, "path", explanation->question.path);
		out_add_bool(record, "owner", explanation->question.owner);
	}
	out_add(record, "host", host);
	out_add(record, "layers", explanation->answers);
	out_add_string(record, "verdict", refused ? "denied" :
		       said ? "allowed" : "allowed by the layers");
	print(record);
}

static int explain(struct explanation *explanation, struct nest *nest,
		   const struct nestctl_layers *layers,
		   const struct nest_target *target, uint32_t own)
{
	const struct nestctl_args *args = explanation->args;
	const struct nest_task *task;
	struct nest_task *tasks;
	size_t n;
	int err;

	if (args->domain)
		return explain_domain(explanation, nest, layers,
				      target->ns ?: own);
	if (nest_task_list(nest, &tasks, &n)) {
		error_nest(nest_error(nest));
		return -1;
	}
	task = find_task(tasks, n, args->pid);
	if (question_is_file(&explanation->question))
		look_at_file(&explanation->question, args->pid);
	err = task ? explain_task(explanation, nest, layers, task) : 0;
	nest_task_free(tasks, n);
	return err;
}

static int run(const struct nestctl_args *args)
{
	struct explanation explanation = { .args = args };
	struct nestctl_layers layers = { 0 };
	struct nest_target target;
	int status = EXIT_FAILED;
	struct nest *nest;
	uint32_t own;

	if (!args->pid && !args->domain)
		return error_usage(&nestctl_explain);
	if (question_parse(&explanation.question, args->words, args->n_words))
		return EXIT_USAGE;
	nest = nestctl_open();
	if (!nest || nestctl_target(nest, args, &target) ||
	    nestctl_own_ns(nest, &own) || nestctl_layers_get(nest, &layers))
		goto out;
	explanation.answers = json_object_new_array();
	if (explain(&explanation, nest, &layers, &target, own)) {
		json_object_put(explanation.answers);
		goto out;
	}
	conclude(&explanation, args->domain ? 0 : args->pid);
	status = EXIT_DONE;
out:
	nestctl_layers_free(&layers);
	nest_close(nest);
	return status;
}

const struct nestctl_verb nestctl_explain = {
	.name = "explain",
	.options = "pODSI",
	.min = 1,
	.max = 6,
	.usage = "[-p PID] [--domain NAME] [--origin NS] [--source FILE] [-I DIR] CLASS WORD...",
	.summary = "who allows or refuses an operation, by which rule, and what would grant it",
	.failed = EXIT_FAILED,
	.run = run,
};
