// SPDX-License-Identifier: GPL-2.0-only
/*
 * What nestctl audit finds, and that names from a container are only text in its
 * page. With a file's name as argument it writes such a page there.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "nestctl.h"

/* A container that lacks nothing. */
static const char good[] =
	"{'pid':7,'comm':'web','host_label':'system_u:system_r:container_t:s0',"
	"'uid':100000,'seccomp':2,'no_new_privs':1,'effective':[],"
	"'bounding':['chown','net_bind_service'],'mounts_cut':false,"
	"'namespaces':[{'kind':'user','ns':1,'host':false},"
	"{'kind':'pid','ns':2,'host':false},{'kind':'mnt','ns':3,'host':false},"
	"{'kind':'net','ns':4,'host':null}],"
	"'uid_map':[{'inside':0,'outside':100000,'count':65536}],"
	"'pid_namespaces':[{'ns':1},{'ns':2}],"
	"'mounts':[{'point':'/','type':'overlay','root':'/','writable':true},"
	"{'point':'/proc','type':'proc','root':'/','writable':true},"
	"{'point':'/proc/sys','type':'proc','root':'/sys','writable':false},"
	"{'point':'/proc/sysrq-trigger','type':'proc','root':'/','writable':false},"
	"{'point':'/proc/irq','type':'proc','root':'/','writable':false},"
	"{'point':'/proc/bus','type':'proc','root':'/','writable':false},"
	"{'point':'/sys','type':'sysfs','root':'/','writable':false}],"
	"'devices':[{'name':'/dev/null','kind':'character','major':1,'minor':3}],"
	"'layers':[{'name':'web','kind':'imposed','ns':2,'domains':1,'denials':0}],"
	"'domains':[{'layer':'web','domain':'default','mode':'enforce','tasks':1}]}";

static struct json_object *posture(const char *text)
{
	struct json_object *object = json_tokener_parse(text);

	assert_non_null(object);
	return object;
}

/* @good with one member replaced. */
static struct json_object *with(const char *key, const char *value)
{
	struct json_object *object = posture(good);

	json_object_object_add(object, key, value ? posture(value) : NULL);
	return object;
}

static bool has(struct json_object *list, const char *rating, const char *what,
		const char *where)
{
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++) {
		struct json_object *record = json_object_array_get_idx(list, i);
		const char *place = out_get(record, "where");

		assert_true(*out_get(record, "why") && *out_get(record, "do"));
		if (!strcmp(out_get(record, "rating"), rating) &&
		    strstr(out_get(record, "what"), what) &&
		    (!where || (place && strstr(place, where))))
			return true;
	}
	return false;
}

static void found(const char *key, const char *value, const char *rating,
		  const char *what, const char *where)
{
	struct json_object *object = with(key, value);
	struct json_object *list = findings_of(object);

	if (!has(list, rating, what, where))
		fail_msg("%s %s is not rated %s: %s", key, value, rating,
			 json_object_to_json_string(list));
	json_object_put(list);
	json_object_put(object);
}

static void nothing(void **unused)
{
	struct json_object *object = posture(good);
	struct json_object *list = findings_of(object);

	(void)unused;
	if (json_object_array_length(list))
		fail_msg("%s", json_object_to_json_string(list));
	json_object_put(list);
	json_object_put(object);
}

static void walls(void **unused)
{
	(void)unused;
	found("host_label", NULL, "high", "host's LSM does not confine", NULL);
	found("host_label", "'unconfined'", "high", "does not confine", NULL);
	found("host_label", "'u:r:kernel_t:s0'", "high", "does not confine",
	      "kernel_t");
	found("seccomp", "0", "medium", "no seccomp filter", NULL);
	found("no_new_privs", "0", "low", "no_new_privs is off", NULL);
	found("bounding", "['sys_admin']", "low", "own namespaces",
	      "sys_admin");
	found("namespaces", "[{'kind':'user','ns':1,'host':true}]", "medium",
	      "host's user namespace", NULL);
	found("namespaces", "[{'kind':'pid','ns':1,'host':true}]", "high",
	      "host's pid namespace", NULL);
	found("namespaces", "[{'kind':'net','ns':1,'host':true}]", "medium",
	      "host's net namespace", NULL);
	found("uid_map", "[{'inside':5,'outside':0,'count':1}]", "high",
	      "root outside", "uid 5");
}

/* Without a user namespace the same weighs more. */
static void without_user_namespace(void **unused)
{
	struct json_object *object = with("namespaces",
		"[{'kind':'user','ns':1,'host':true}]");
	struct json_object *list;

	(void)unused;
	json_object_object_add(object, "seccomp", json_object_new_int(0));
	json_object_object_add(object, "no_new_privs", json_object_new_int(0));
	json_object_object_add(object, "bounding", posture("['bpf','chown']"));
	list = findings_of(object);
	assert_true(has(list, "high", "no seccomp", NULL));
	assert_true(has(list, "medium", "no_new_privs", NULL));
	assert_true(has(list, "high", "capabilities over the host", "bpf"));
	assert_false(has(list, "high", "capabilities", "chown"));
	/* the worst first */
	assert_string_equal("high", out_get(json_object_array_get_idx(list, 0),
					    "rating"));
	json_object_put(list);
	json_object_put(object);
}

#define MOUNT(point, type, root, writable) \
	"[{'point':'" point "','type':'" type "','root':'" root \
	"','writable':" writable "}]"

static void mounts_and_devices(void **unused)
{
	(void)unused;
	found("mounts", MOUNT("/proc", "proc", "/", "true"), "low",
	      "settings of the kernel", "/proc/sys");
	found("mounts", MOUNT("/", "overlay", "/", "true"), "low",
	      "settings of the kernel", "/sys");
	found("mounts", MOUNT("/run/x", "tmpfs", "/docker.sock", "true"), "high",
	      "socket of a runtime", "/run/x");
	found("mounts", MOUNT("/d", "debugfs", "/", "true"), "high",
	      "file system of the kernel's", "/d");
	found("mounts", MOUNT("/data", "ext4", "/srv", "true"), "low",
	      "files of the host", "/data");
	found("mounts_cut", "true", "medium", "more mounts", NULL);
	found("devices", "[{'name':'/dev/sda','kind':'block','major':8,"
	      "'minor':0}]", "high", "block device", "/dev/sda");
	found("devices", "[{'name':'/dev/mem','kind':'character','major':1,"
	      "'minor':1}]", "high", "host's memory", "/dev/mem");
	found("devices", "[{'name':'/dev/kvm','kind':'character','major':10,"
	      "'minor':232}]", "medium", "device of the host", "/dev/kvm");
}

static void policies(void **unused)
{
	(void)unused;
	found("layers", "[]", "medium", "no policy of Nest", NULL);
	found("layers", NULL, "medium", "no policy of Nest", NULL);
	found("layers", "[{'name':'a','kind':'own','ns':2}]", "low",
	      "own layers only", NULL);
	found("domains", "[{'layer':'web','domain':null,'mode':'unconfined'}]",
	      "medium", "layer does not hold", "web: no domain (unconfined)");
	found("domains", "[{'layer':'web','domain':'x','mode':'complain'}]",
	      "medium", "layer does not hold", "web: x (complain)");
}

/* --- the page --------------------------------------------------------------*/

#define EVIL	"</text></title><script>document.title='owned'</script>" \
		"<img src=x onerror=document.title='owned'>\\\"&'"

static const char *const hostile_lists[] = {
	"namespaces", "mounts", "devices", "layers", "domains",
};

/* Each string of each record is hostile. */
static void spoil(struct json_object *record)
{
	json_object_object_foreach(record, key, value) {
		if (json_object_is_type(value, json_type_string) &&
		    strcmp(key, "rating"))
			json_object_set_string(value, EVIL);
	}
}

static struct json_object *hostile(void)
{
	struct json_object *object = posture(good), *list, *findings;
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(hostile_lists); i++) {
		list = json_object_object_get(object, hostile_lists[i]);
		for (j = 0; j < json_object_array_length(list); j++)
			spoil(json_object_array_get_idx(list, j));
	}
	spoil(object);
	json_object_object_add(object, "bounding",
			       posture("['sys_admin','<script>']"));
	findings = findings_of(object);
	json_object_object_add(object, "findings", findings);
	return object;
}

static char *page_of(struct json_object *object)
{
	char *page;
	size_t size;
	FILE *file = open_memstream(&page, &size);

	report_html(file, object);
	fclose(file);
	return page;
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	while ((text = strstr(text, what))) {
		text += strlen(what);
		n++;
	}
	return n;
}

static void escaped(void **unused)
{
	struct json_object *object = hostile();
	char *page = page_of(object);

	(void)unused;
	assert_null(strstr(page, "<script"));
	assert_null(strstr(page, "<img"));
	assert_int_equal(1, count(page, "</title>"));
	assert_true(count(page, "&lt;script&gt;document.title=&#39;owned&#39;") >
		    10);
	assert_non_null(strstr(page, "\\&quot;&amp;&#39;"));
	free(page);
	json_object_put(object);
}

static void complete(void **unused)
{
	struct json_object *object = with("seccomp", "0");
	char *page;

	(void)unused;
	json_object_object_add(object, "findings", findings_of(object));
	page = page_of(object);
	assert_non_null(strstr(page, "no seccomp filter"));
	assert_non_null(strstr(page, "pid namespace 2<"));
	assert_non_null(strstr(page, "layer web (imposed), 1 domains, 0 refused"));
	assert_non_null(strstr(page, ">0 high<"));
	assert_non_null(strstr(page, ">1 medium<"));
	assert_non_null(strstr(page, "/proc/sysrq-trigger"));
	assert_null(strstr(page, "http-equiv=\"refresh"));
	assert_int_equal(1, count(page, "http://"));	/* SVG's name */
	free(page);
	json_object_put(object);
}

static int write_page(const char *name)
{
	struct json_object *object = hostile();
	FILE *file = fopen(name, "w");

	if (!file)
		return 1;
	report_html(file, object);
	json_object_put(object);
	return fclose(file) ? 1 : 0;
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing),
		cmocka_unit_test(walls),
		cmocka_unit_test(without_user_namespace),
		cmocka_unit_test(mounts_and_devices),
		cmocka_unit_test(policies),
		cmocka_unit_test(escaped),
		cmocka_unit_test(complete),
	};

	if (argc > 1)
		return write_page(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
