// SPDX-License-Identifier: GPL-2.0-only
/* The policies of the tree: they compile, and say what they are meant to. */
#include <dirent.h>

#include "compiler_helper.h"

static const char *const policy_dir = "policy";

static void compile_policy(struct compiled *compiled, const char *text)
{
	struct nest_compile_options options = {
		.include_dirs = &policy_dir,
		.n_include_dirs = 1,
	};

	compile_with(compiled, text, &options);
	if (compiled->err)
		print_error("%s\n%s", text, compiled->messages);
	assert_int_equal(compiled->err, 0);
}

/* Each abstraction by itself, with nothing to complain about. */
static void each_alone(void **state)
{
	const struct dirent *entry;
	struct compiled compiled;
	DIR *dir = opendir("policy/abstractions");
	char text[512];
	int count = 0;

	(void)state;
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(text, sizeof(text),
			 "include <tunables/global>\nprofile t {\n  include <abstractions/%s>\n}\n",
			 entry->d_name);
		compile_policy(&compiled, text);
		assert_string_equal(compiled.messages, "");
		compiled_free(&compiled);
		count++;
	}
	closedir(dir);
	assert_true(count >= 10);
}

struct perm_case {
	const char *abstraction;
	const char *path;
	u32 perms;
	bool allowed;
};

#define R	NEST_FILE_READ
#define MR	(NEST_FILE_READ | NEST_FILE_MMAP_EXEC)
#define W	NEST_FILE_WRITE

static const struct perm_case cases[] = {
	{ "base", "/etc/ld.so.cache", R, true },
	{ "base", "/lib/x86_64-linux-gnu/libc.so.6", MR, true },
	{ "base", "/usr/lib/x86_64-linux-gnu/libm.so.6", MR, true },
	{ "base", "/lib64/ld-linux-x86-64.so.2", MR, true },
	{ "base", "/usr/lib/locale/C.utf8/LC_CTYPE", R, true },
	{ "base", "/dev/null", R | W, true },
	{ "base", "/dev/urandom", R, true },
	{ "base", "/proc/1/status", R, true },
	{ "base", "/proc/1234567/maps", R, true },
	{ "base", "/proc/meminfo", R, true },
	{ "base", "/proc/self", R, false },
	{ "base", "/proc/1/mem", R, false },
	{ "base", "/proc/1/environ", R, false },
	{ "base", "/dev/sda", R, false },
	{ "base", "/etc/shadow", R, false },
	{ "base", "/etc/passwd", R, false },
	{ "base", "/usr/bin/id", NEST_FILE_EXEC, false },
	{ "base", "/usr/lib/x", W, false },
	{ "nameservice", "/etc/passwd", R, true },
	{ "nameservice", "/etc/resolv.conf", R, true },
	{ "nameservice", "/var/run/nscd/socket", R | W, true },
	{ "nameservice", "/etc/shadow", R, false },
	{ "nameservice", "/etc/passwd", W, false },
	{ "consoles", "/dev/pts/3", R | W, true },
	{ "consoles", "/dev/pts/ptmx", R, false },
	{ "ssl_certs", "/etc/ssl/certs/ca.pem", R, true },
	{ "ssl_certs", "/etc/ssl/private/key.pem", R, false },
	{ "ssl_keys", "/etc/ssl/private/key.pem", R, true },
	{ "openssl", "/etc/ssl/openssl.cnf", R, true },
	{ "web-data", "/var/www/html/index.html", R, true },
	{ "web-data", "/var/www/html/index.html", W, false },
	{ "user-tmp", "/tmp/x/y", R | W, true },
	{ "authentication", "/etc/shadow", R, true },
	{ "authentication", "/etc/shadow", W, false },
};

static void meaning(void **state)
{
	struct compiled compiled;
	struct nest_perms perms;
	char text[512];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct perm_case *c = &cases[i];

		snprintf(text, sizeof(text),
			 "include <tunables/global>\nprofile t {\n  include <abstractions/%s>\n}\n",
			 c->abstraction);
		compile_policy(&compiled, text);
		compiled_lookup(&compiled, "t", c->path, true, &perms);
		if (((perms.allow & c->perms) == c->perms) != c->allowed)
			fail_msg("%s: %s", c->abstraction, c->path);
		compiled_free(&compiled);
	}
}

static void variables(void **state)
{
	struct compiled compiled;
	struct nest_perms perms;

	(void)state;
	compile_policy(&compiled,
		       "include <tunables/global>\nprofile t {\n"
		       "@{HOME}/a r,\n@{run}/b r,\n@{bin}/c r,\n"
		       "@{PROC}/@{pid}/d r,\n@{sys}/e r,\n}\n");
	compiled_lookup(&compiled, "t", "/home/u/a", false, &perms);
	assert_true(perms.allow & NEST_FILE_READ);
	compiled_lookup(&compiled, "t", "/root/a", false, &perms);
	assert_true(perms.allow & NEST_FILE_READ);
	compiled_lookup(&compiled, "t", "/home/a", false, &perms);
	assert_false(perms.allow & NEST_FILE_READ);
	compiled_lookup(&compiled, "t", "/var/run/b", false, &perms);
	assert_true(perms.allow & NEST_FILE_READ);
	compiled_lookup(&compiled, "t", "/usr/sbin/c", false, &perms);
	assert_true(perms.allow & NEST_FILE_READ);
	compiled_lookup(&compiled, "t", "/proc/10/d", false, &perms);
	assert_true(perms.allow & NEST_FILE_READ);
	compiled_lookup(&compiled, "t", "/proc/0/d", false, &perms);
	assert_false(perms.allow & NEST_FILE_READ);
	compiled_lookup(&compiled, "t", "/sys/e", false, &perms);
	assert_true(perms.allow & NEST_FILE_READ);
	compiled_free(&compiled);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_alone),
		cmocka_unit_test(meaning),
		cmocka_unit_test(variables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
