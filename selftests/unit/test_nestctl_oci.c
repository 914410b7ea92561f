// SPDX-License-Identifier: GPL-2.0-only
/* What nestctl oci-hook makes of a container's state. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nestctl.h"
#include "ocistate.h"

#define STATE(members) \
	"{\"ociVersion\":\"1.0.2\",\"id\":\"c\",\"status\":\"creating\"," \
	"\"pid\":42,\"bundle\":\"/b\"" members "}"
#define NOTES(members)	STATE(",\"annotations\":{" members "}")

static char said[4096];

/* In the place of error.c's. */
void error_print(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(said, sizeof(said), format, args);
	va_end(args);
}

static int parse_size(const char *text, size_t size, const char *policy,
		      struct oci_state *state)
{
	/* Without a NUL behind it, so that the sanitizer sees what is read. */
	char *copy = malloc(size + !size);
	int err;

	memcpy(copy, text, size);
	said[0] = '\0';
	err = oci_state_parse(copy, size, policy, state);
	free(copy);
	return err;
}

static int parse(const char *text, struct oci_state *state)
{
	return parse_size(text, strlen(text), NULL, state);
}

static void refused(const char *text, const char *why)
{
	struct oci_state state;

	if (!parse(text, &state))
		fail_msg("it was accepted: %s", text);
	if (!strstr(said, why))
		fail_msg("it said \"%s\", not \"%s\"", said, why);
	oci_state_free(&state);
}

static void accepted(void **unused)
{
	struct oci_state state;

	(void)unused;
	assert_int_equal(0, parse(NOTES("\"other\":1,\"org.nest.policy\":"
				  "\"a,b/c\",\"org.nest.layer\":\"imposed\""),
				  &state));
	assert_string_equal("c", state.id);
	assert_int_equal(42, state.pid);
	assert_int_equal(2, state.n_files);
	assert_string_equal("a", state.files[0]);
	assert_string_equal("b/c", state.files[1]);
	assert_false(state.own || state.delegate);
	oci_state_free(&state);

	assert_int_equal(0, parse(NOTES("\"org.nest.delegate\":\"true\","
				  "\"org.nest.layer\":\"own\","
				  "\"org.nest.policy\":\"a..b\""), &state));
	assert_true(state.own && state.delegate);
	assert_string_equal("a..b", state.files[0]);
	oci_state_free(&state);
}

/* The hook's own argument is for containers without the annotation. */
static void default_policy(void **unused)
{
	static const char none[] = STATE(""), one[] =
		NOTES("\"org.nest.policy\":\"one\"");
	struct oci_state state;

	(void)unused;
	assert_int_equal(0, parse_size(none, strlen(none), "d", &state));
	assert_string_equal("d", state.files[0]);
	oci_state_free(&state);
	assert_int_equal(0, parse_size(one, strlen(one), "d", &state));
	assert_int_equal(1, state.n_files);
	assert_string_equal("one", state.files[0]);
	oci_state_free(&state);
	assert_int_not_equal(0, parse_size(none, strlen(none), "../d", &state));
	oci_state_free(&state);
}

static void garbage(void **unused)
{
	(void)unused;
	refused("", "no state of a container");
	refused("x", "no state of a container");
	refused("{", "it ends too early");
	refused("[]", "it is no JSON object");
	refused("null", "no state of a container");
	refused(STATE("") "x", "no state of a container");
	refused("{\"id\":\"\xff\"}", "no state of a container");
	refused("{'id':'a'}", "no state of a container");
}

static void missing(void **unused)
{
	(void)unused;
	refused("{}", "no \"ociVersion\"");
	refused("{\"ociVersion\":\"1\"}", "no \"id\"");
	refused("{\"ociVersion\":\"1\",\"id\":7}", "no \"id\"");
	refused("{\"ociVersion\":\"1\",\"id\":\"\"}", "no \"id\"");
	refused("{\"ociVersion\":\"1\",\"id\":\"a\\u0000b\"}", "no \"id\"");
	refused("{\"ociVersion\":\"1\",\"id\":\"a\"}", "no number \"pid\"");
	refused("{\"ociVersion\":\"1\",\"id\":\"a\",\"pid\":\"1\"}",
		"no number \"pid\"");
	refused("{\"ociVersion\":\"1\",\"id\":\"a\",\"pid\":0}", "pid is 0");
	refused("{\"ociVersion\":\"1\",\"id\":\"a\",\"pid\":-1}", "pid is -1");
	refused("{\"ociVersion\":\"1\",\"id\":\"a\",\"pid\":4294967297}",
		"no process");
	refused("{\"ociVersion\":\"1\",\"id\":\"a\",\"pid\":"
		"99999999999999999999}", "no process");
	refused("{\"ociVersion\":\"1\",\"id\":\"a\",\"pid\":1}",
		"no \"status\"");
	refused("{\"ociVersion\":\"1\",\"id\":\"a\",\"pid\":1,"
		"\"status\":\"running\"}", "status is \"running\"");
	refused(STATE(""), "no annotation org.nest.policy");
	refused(STATE(",\"annotations\":{}"), "no annotation org.nest.policy");
	refused(STATE(",\"annotations\":null,\"pid\":[]"), "no number \"pid\"");
	refused(STATE(",\"annotations\":[]"), "no JSON object");
}

/* None leads out of the directory of policies. */
static void names(void **unused)
{
	(void)unused;
	refused(NOTES("\"org.nest.policy\":\"\""), "a name is empty");
	refused(NOTES("\"org.nest.policy\":\"a,\""), "a name is empty");
	refused(NOTES("\"org.nest.policy\":\"/etc/shadow\""), "begins with");
	refused(NOTES("\"org.nest.policy\":\"a,/etc/shadow\""), "begins with");
	refused(NOTES("\"org.nest.policy\":\"..\""), "\"..\"");
	refused(NOTES("\"org.nest.policy\":\"../a\""), "\"..\"");
	refused(NOTES("\"org.nest.policy\":\"a/../../b\""), "\"..\"");
	refused(NOTES("\"org.nest.policy\":\"a/..\""), "\"..\"");
	refused(NOTES("\"org.nest.policy\":\"a b\""), "a space");
	refused(NOTES("\"org.nest.policy\":\"a\\nb\""), "a space");
	refused(NOTES("\"org.nest.policy\":\"a\\u0000b\""), "no string");
	refused(NOTES("\"org.nest.policy\":\"\\u00e9\""), "no ASCII");
	refused(NOTES("\"org.nest.policy\":\"a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a\""),
		"more than 16");
	refused(NOTES("\"org.nest.policy\":[\"a\"]"), "no string");
}

/* A typing error must not leave a container without its policy. */
static void other_annotations(void **unused)
{
	(void)unused;
	refused(NOTES("\"org.nest.policy\":\"a\",\"org.nest.layr\":\"own\""),
		"there is no such annotation");
	refused(NOTES("\"org.nest.policy\":\"a\",\"org.nest.layer\":\"Own\""),
		"\"imposed\" (the default)");
	refused(NOTES("\"org.nest.policy\":\"a\",\"org.nest.delegate\":true"),
		"no string");
	refused(NOTES("\"org.nest.policy\":\"a\",\"org.nest.delegate\":\"yes\""),
		"\"true\", or \"false\"");
	/* what it says steers no terminal */
	refused(NOTES("\"org.nest.policy\":\"\\u001b[2J\""), "\\x1b[2J");
}

/* Of @n brackets, or of @n bytes. */
static char *fill(size_t n, const char *start, char byte)
{
	char *text = malloc(n + 1);

	memset(text, byte, n);
	memcpy(text, start, strlen(start));
	text[n] = '\0';
	return text;
}

static void deep_and_huge(void **unused)
{
	struct oci_state state;
	char *text = fill(100000, "{\"a\":", '[');

	(void)unused;
	refused(text, "no state of a container");
	free(text);
	text = fill(OCI_STATE_MAX + 1, STATE(""), ' ');
	refused(text, "more than");
	/* as much as may be */
	text[OCI_STATE_MAX] = '\0';
	refused(text, "no annotation org.nest.policy");
	memcpy(text, NOTES("\"org.nest.policy\":\"a\""),
	       strlen(NOTES("\"org.nest.policy\":\"a\"")));
	assert_int_equal(0, parse(text, &state));
	oci_state_free(&state);
	free(text);
}

/* Each beginning of a good state, and each with one byte damaged. */
static void damaged(void **unused)
{
	static const char good[] = NOTES("\"org.nest.policy\":\"a\"");
	struct oci_state state;
	char copy[sizeof(good)];
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(good) - 1; i++) {
		assert_int_not_equal(0, parse_size(good, i, NULL, &state));
		oci_state_free(&state);
		memcpy(copy, good, sizeof(good));
		copy[i] ^= 0x80;
		assert_int_not_equal(0, parse(copy, &state));
		oci_state_free(&state);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepted),
		cmocka_unit_test(default_policy),
		cmocka_unit_test(garbage),
		cmocka_unit_test(missing),
		cmocka_unit_test(names),
		cmocka_unit_test(other_annotations),
		cmocka_unit_test(deep_and_huge),
		cmocka_unit_test(damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
