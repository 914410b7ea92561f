// SPDX-License-Identifier: GPL-2.0-only
/* nestctl's view of an image, and how it prints names. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "image_sample.h"
#include "nestctl.h"
#include "rules.h"
#include "transitions.h"

/**
 * struct sample - an image that has been accepted
 * @builder: what made it
 * @image: its bytes
 * @policy: the same, checked
 */
struct sample {
	struct image builder;
	u8 *image;
	struct nest_policy policy;
};

static int setup(void **state)
{
	static const struct nest_policy_limits limits = {
		.size = NEST_POLICY_SIZE_MAX,
		.domains = NEST_DOMAINS_MAX,
		.states = NEST_STATES_MAX,
	};
	struct sample *sample = calloc(1, sizeof(*sample));
	struct nest_policy_error error;
	size_t size;

	image_sample(&sample->builder);
	sample->image = image_finish(&sample->builder, &size);
	*state = sample;
	return nest_policy_unpack(&sample->policy, sample->image, size,
				  &limits, &error);
}

static int teardown(void **state)
{
	struct sample *sample = *state;

	image_free(&sample->builder);
	free(sample->image);
	free(sample);
	return 0;
}

static struct json_object *get(struct json_object *record, const char *key)
{
	struct json_object *value;

	assert_true(json_object_object_get_ex(record, key, &value));
	return value;
}

/* The JSON form of a value, which json-c keeps with it. */
static void assert_json(struct json_object *value, const char *expected)
{
	const int flags = JSON_C_TO_STRING_PLAIN |
			  JSON_C_TO_STRING_NOSLASHESCAPE;

	assert_string_equal(json_object_to_json_string_ext(value, flags),
			    expected);
}

static void test_domains(void **state)
{
	struct sample *sample = *state;
	struct json_object *list = rules_domains(&sample->policy);
	struct json_object *svc, *child;

	assert_int_equal(json_object_array_length(list), SAMPLE_DOMAINS);
	assert_json(get(json_object_array_get_idx(list, SAMPLE_DEFAULT),
			"flags"), "[\"default\"]");
	assert_json(get(json_object_array_get_idx(list, SAMPLE_WEB),
			"flags"), "[\"attach_disconnected\"]");

	svc = json_object_array_get_idx(list, SAMPLE_SVC);
	assert_json(get(svc, "name"), "\"svc\"");
	assert_json(get(svc, "attaches"), "[\"/ab\",\"/usr/bin/svc\"]");
	assert_json(get(svc, "xattrs"),
		    "[{\"name\":\"user.a\",\"values\":[\"/a\",\"trusted\",\"trusted/\"]},"
		    "{\"name\":\"security.b\",\"values\":[\"/a\",\"trusted\",\"trusted/\"]}]");
	assert_json(json_object_array_get_idx(get(svc, "rules"), 0),
		    "{\"class\":\"pivot_root\",\"allow\":[\"pivot_root\",\"1\"],"
		    "\"example\":[\"/new\",\"/old\"]}");
	assert_json(json_object_array_get_idx(get(svc, "rules"), 1),
		    "{\"class\":\"pivot_root\",\"allow\":[\"pivot_root\"],"
		    "\"audit\":[\"pivot_root\"],"
		    "\"example\":[\"/new\",\"/srv/\"]}");
	assert_json(get(svc, "capabilities"), "[\"chown\",\"kill\"]");
	assert_json(get(svc, "capabilities_denied"), "[\"kill\",\"setuid\"]");
	assert_json(get(svc, "networks"),
		    "[\"inet stream\",\"inet dgram\",\"inet raw\"]");
	assert_json(get(svc, "networks_denied"),
		    "[\"unix stream\",\"inet raw\"]");
	assert_json(get(svc, "file_dfas"), "2");
	assert_json(get(svc, "rlimits"), "{\"nofile\":10}");

	child = json_object_array_get_idx(list, SAMPLE_SVC_CHILD);
	assert_json(get(child, "parent"), "\"svc\"");
	assert_json(get(child, "attaches"), "[\"/usr/bin/child\"]");
	assert_json(get(child, "flags"), "[\"complain\"]");
	assert_json(get(child, "networks"), "[]");
	json_object_put(list);
}

static void test_exec(void **state)
{
	struct sample *sample = *state;
	struct json_object *list = rules_domains(&sample->policy);
	struct json_object *svc = json_object_array_get_idx(list, SAMPLE_SVC);
	struct json_object *record;

	assert_json(get(svc, "exec"),
		    "[{\"to\":\"attach\",\"else\":\"inherit\",\"scrub\":false,\"example\":\"/usr/bin/\"}]");
	json_object_put(list);

	record = rules_exec(&sample->policy, SAMPLE_PX_WEB);
	assert_json(record,
		    "{\"to\":\"domain\",\"domain\":\"web\",\"scrub\":false}");
	json_object_put(record);
	record = rules_exec(&sample->policy, SAMPLE_UX_SCRUB);
	assert_json(record, "{\"to\":\"unconfined\",\"scrub\":true}");
	json_object_put(record);
}

static void test_query(void **state)
{
	struct sample *sample = *state;
	struct json_object *record;

	record = rules_query(&sample->policy, SAMPLE_SVC, "/etc/shadow");
	assert_json(get(get(record, "other"), "deny"), "\"xr\"");
	assert_json(get(get(record, "other"), "allow"), "\"g\"");
	json_object_put(record);

	record = rules_query(&sample->policy, SAMPLE_SVC, "/home/u/x");
	assert_json(get(get(record, "owner"), "allow"), "\"rg\"");
	assert_json(get(get(record, "other"), "allow"), "\"g\"");
	json_object_put(record);

	record = rules_query(&sample->policy, SAMPLE_SVC, "/srv/x");
	assert_json(get(get(record, "rules"), "allow"), "\"wracdtgpo\"");
	json_object_put(record);
}

static void test_transitions(void **state)
{
	struct sample *sample = *state;
	struct json_object *graph = json_object_new_object();
	struct json_object *domains;

	transitions_add(graph, &sample->policy);
	domains = get(graph, "domains");
	assert_int_equal(json_object_array_length(domains), SAMPLE_DOMAINS + 1);
	assert_json(json_object_array_get_idx(domains, SAMPLE_SVC_CHILD),
		    "{\"name\":\"svc//child\",\"flags\":[\"complain\"]}");
	assert_json(json_object_array_get_idx(domains, SAMPLE_DOMAINS),
		    "{\"name\":\"unconfined\",\"flags\":[\"unconfined\"]}");
	assert_json(get(graph, "transitions"),
		    "[{\"from\":\"svc\",\"to\":\"web\",\"by\":\"exec\",\"example\":\"/usr/bin/web\"},"
		    "{\"from\":\"unconfined\",\"to\":\"svc\",\"by\":\"exec\",\"example\":\"/ab\"},"
		    "{\"from\":\"unconfined\",\"to\":\"web\",\"by\":\"exec\",\"example\":\"/ab\"}]");
	json_object_put(graph);
}

/* Control groups as container managers name them. */
static void test_container(void **state)
{
#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	static const char *const cases[][2] = {
		{ "/machine.slice/libpod-" ID ".scope/container", ID },
		{ "/system.slice/docker-" ID ".scope", ID },
		{ "/docker/" ID, ID },
		{ "/kubepods.slice/kubepods-pod1.slice/crio-" ID ".scope", ID },
		{ "/lxc.payload.web/init.scope", "web" },
		{ "/machine.slice/machine-web.scope/payload", "web" },
		{ "/machine.slice/systemd-nspawn@web.service/payload", "web" },
		{ "/docker/" ID "/lxc.payload.in", "in" },
		{ "/user.slice/user-0.slice/session-1.scope", NULL },
		{ "/libpod-", NULL },
		{ "/docker/" ID "0", NULL },
		{ "/", NULL },
		{ "", NULL },
	};
	char *name;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		name = host_container(cases[i][0]);
		if (cases[i][1])
			assert_string_equal(name, cases[i][1]);
		else
			assert_null(name);
		free(name);
	}
}

static void test_string(void **state)
{
	static const char *const cases[][2] = {
		{ "/etc/passwd", "/etc/passwd" },
		{ "", "" },
		{ "a\nb", "a\\x0ab" },
		{ "\x1b[2J", "\\x1b[2J" },
		{ "back\\slash", "back\\x5cslash" },
		{ "\x7f", "\\x7f" },
		{ "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" },
		{ "\xf0\x9f\x90\xa7", "\xf0\x9f\x90\xa7" },
		{ "\xc2\x9b", "\\xc2\\x9b" },		/* a control */
		{ "\xc3", "\\xc3" },			/* cut off */
		{ "\xc0\xaf", "\\xc0\\xaf" },		/* overlong '/' */
		{ "\xe0\x80\xaf", "\\xe0\\x80\\xaf" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },	/* a surrogate */
		{ "\xff", "\\xff" },
	};
	struct json_object *string;
	size_t i;

	(void)state;
	assert_null(out_string(NULL));
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		string = out_string(cases[i][0]);
		assert_string_equal(json_object_get_string(string),
				    cases[i][1]);
		json_object_put(string);
	}
}

static void test_names(void **state)
{
	char name[64];

	(void)state;
	name_permissions(name, sizeof(name), NEST_FILE_PERMS);
	assert_string_equal(name, "xwracdtgpoklm");
	name_permissions(name, sizeof(name), NEST_FILE_MMAP_EXEC);
	assert_string_equal(name, "m");
	name_permissions(name, 3, NEST_FILE_PERMS);
	assert_string_equal(name, "xw");
	name_capability(name, sizeof(name), 21);
	assert_string_equal(name, "sys_admin");
	name_capability(name, sizeof(name), 63);
	assert_string_equal(name, "63");
	name_socket(name, sizeof(name), 10, 1);
	assert_string_equal(name, "inet6 stream");
	name_socket(name, sizeof(name), 77, 9);
	assert_string_equal(name, "77 9");
	assert_string_equal(name_class(NEST_CLASS_IO_URING), "io_uring");
	assert_string_equal(name_mode(NEST_MODE_EXEMPT), "exempt");
	assert_null(name_mode(99));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_domains, setup, teardown),
		cmocka_unit_test_setup_teardown(test_exec, setup, teardown),
		cmocka_unit_test_setup_teardown(test_query, setup, teardown),
		cmocka_unit_test_setup_teardown(test_transitions, setup,
						teardown),
		cmocka_unit_test(test_container),
		cmocka_unit_test(test_string),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
