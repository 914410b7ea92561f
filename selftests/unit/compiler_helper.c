// SPDX-License-Identifier: GPL-2.0-only
#include "compiler_helper.h"

static void collect(void *context, const struct nest_diag *diag)
{
	static const char *const levels[] = { "note", "warning", "error" };
	struct compiled *compiled = context;
	size_t left = sizeof(compiled->messages) - compiled->used;
	int len;

	assert_non_null(diag->message);
	assert_null(strchr(diag->message, '\n'));
	len = snprintf(compiled->messages + compiled->used, left,
		       "%u:%u: %s: %s [%s]\n", diag->line, diag->column,
		       levels[diag->level], diag->message,
		       nest_diag_kind_name(diag->kind));
	if (len > 0 && (size_t)len < left)
		compiled->used += (size_t)len;
	/* A place has a line to show, and the column lies in it. */
	if (diag->line) {
		assert_non_null(diag->source);
		assert_true(diag->column >= 1);
		assert_true(diag->column <= diag->source_len + 1);
	}
}

static void finish(struct compiled *compiled)
{
	static const struct nest_policy_limits limits = {
		NEST_POLICY_SIZE_MAX, NEST_DOMAINS_MAX, NEST_STATES_MAX
	};
	struct nest_policy_error error;

	if (compiled->err) {
		assert_null(compiled->image.data);
		return;
	}
	assert_int_equal(nest_policy_unpack(&compiled->policy,
					    compiled->image.data,
					    compiled->image.size, &limits,
					    &error), 0);
}

void compile_with(struct compiled *compiled, const char *text,
		  const struct nest_compile_options *options)
{
	struct nest_compile_options own = *options;
	struct nest_source source = { "test", text, strlen(text) };

	memset(compiled, 0, sizeof(*compiled));
	own.diag = collect;
	own.diag_context = compiled;
	compiled->err = nest_compile(&own, &source, 1, &compiled->image);
	finish(compiled);
}

void compile_text(struct compiled *compiled, const char *text)
{
	static const struct nest_compile_options none;

	compile_with(compiled, text, &none);
}

void compile_files(struct compiled *compiled, const char *const *paths,
		   size_t n_paths, const char *include_dir)
{
	struct nest_compile_options options = {
		.include_dirs = &include_dir,
		.n_include_dirs = include_dir ? 1 : 0,
		.diag = collect,
		.diag_context = compiled,
	};

	memset(compiled, 0, sizeof(*compiled));
	compiled->err = nest_compile_files(&options, paths, n_paths,
					   &compiled->image);
	finish(compiled);
}

void compile_ok(struct compiled *compiled, const char *text)
{
	compile_text(compiled, text);
	if (compiled->err)
		print_error("%s\n%s", text, compiled->messages);
	assert_int_equal(compiled->err, 0);
}

static void check_refused(const struct refused_rule *rule)
{
	struct compiled compiled;
	char text[512];

	snprintf(text, sizeof(text), "profile t {\n%s\n}\n", rule->rule);
	compile_text(&compiled, text);
	assert_int_not_equal(compiled.err, 0);
	if (!strstr(compiled.messages, rule->message))
		fail_msg("%s: %s", rule->rule, compiled.messages);
	compiled_free(&compiled);
}

/* A profile with any one of these rules is refused, with its message. */
void compile_refused(const struct refused_rule *rules, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		check_refused(&rules[i]);
}

void compiled_free(struct compiled *compiled)
{
	nest_image_free(&compiled->image);
}

u32 compiled_domain(const struct compiled *compiled, const char *name)
{
	u32 domain = nest_policy_find_domain(&compiled->policy, name);

	assert_int_not_equal(domain, NEST_NONE);
	return domain;
}

void compiled_lookup(const struct compiled *compiled, const char *domain,
		     const char *path, bool owner, struct nest_perms *perms)
{
	nest_perms_lookup(perms, &compiled->policy,
			  compiled_domain(compiled, domain), path,
			  strlen(path), owner);
}

/* The domain that attaches to a path, or NEST_NONE. */
u32 compiled_attach(const struct compiled *compiled, u32 index,
		    const char *path)
{
	struct nest_dfa dfa;
	u32 state;

	if (index == NEST_NONE)
		return NEST_NONE;
	nest_dfa_open(&dfa, &compiled->policy, index);
	state = nest_dfa_feed(&dfa, dfa.start, (const u8 *)path,
			      strlen(path));
	return nest_dfa_accept(&dfa, state) - 1;
}
