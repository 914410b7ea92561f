// SPDX-License-Identifier: GPL-2.0-only
/* Profiles that attach by extended attributes of the program. */
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include "label.h"
#include "nest_test.h"

#define BIN	WORK "/bin/"
#define BASE	WORK "/base"
#define MARK	"security.nest_test"
#define OTHER	"trusted.nest_test"
#define LONG	1024

static const char policy[] =
	POLICY(ALL_RULES "  " BIN "* pix,\n  " BIN "inherit ix,\n"
	       "  " BIN "child cix,\n"
	       "  profile child " BIN "* xattrs=(" MARK "=\"trusted*\") {\n"
	       "    " BIN "* rm,\n  }\n")
	"profile marked " BIN "* xattrs=(" MARK "=\"trusted*\") {\n"
	"  " BIN "* rm,\n}\n"
	"profile both " BIN "* xattrs=(" MARK "=\"trusted*\" " OTHER "=x) {\n"
	"  " BIN "* rm,\n}\n"
	"profile long " BIN "* xattrs=(" MARK "=\"a*z\") {\n"
	"  " BIN "* rm,\n}\n"
	"profile named " BIN "named {\n  " BIN "* rm,\n}\n";

static int mark(const char *file, const char *name, const char *value)
{
	return TRY(setxattr(file, name, value, strlen(value), 0));
}

static int copies(void)
{
	static const char *const files[] = {
		"bare", "marked", "wrong", "empty", "both", "long", "longer",
		"named", "inherit", "child", "hidden",
	};
	static char value[LONG + 2];
	char path[64];
	int err = 0;

	for (size_t i = 0; !err && i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), BIN "%s", files[i]);
		err = sandbox_copy_self(path);
		if (!err && strcmp(files[i], "bare"))
			err = mark(path, MARK, "trusted program");
	}
	memset(value, 'a', LONG - 1);
	value[LONG - 1] = 'z';
	return err ?: mark(BIN "wrong", MARK, "trustworthy") ?:
	       mark(BIN "empty", MARK, "") ?: mark(BIN "both", OTHER, "x") ?:
	       mark(BIN "long", MARK, value) ?:
	       mark(BIN "longer", MARK, strcat(value, "z")) ?:
	       TRY(chmod(BIN "hidden", 0711));
}

static int on_tmpfs(void)
{
	return TRY(mkdir(BIN, 0755)) ?: copies();
}

/* Both below and above, copied up by what changes there. */
static int on_overlay(void)
{
	return TRY(mkdir(BIN, 0755)) ?: TRY(mkdir(BASE, 0755)) ?:
	       TRY(mkdir(BASE "/upper", 0755)) ?:
	       TRY(mkdir(BASE "/work", 0755)) ?: copies() ?:
	       TRY(mount("overlay", BIN, "overlay", 0, "lowerdir=" BIN
			 ",upperdir=" BASE "/upper,workdir=" BASE "/work"));
}

FIXTURE(program) {
};

FIXTURE_SETUP(program) {
}

FIXTURE_TEARDOWN(program) {
}

FIXTURE_VARIANT(program) {
	int (*prepare)(void);
};

FIXTURE_VARIANT_ADD(program, on_tmpfs) { .prepare = on_tmpfs };
FIXTURE_VARIANT_ADD(program, on_overlay) { .prepare = on_overlay };

static int run(const FIXTURE_VARIANT(program) *variant, const char *text,
	       sandbox_fn body)
{
	const struct sandbox sandbox = {
		.policy = text,
		.rootful = true,
		.prepare = variant->prepare,
	};

	return sandbox_run(&sandbox, body, NULL);
}

static bool leads_to(const char *file, const char *domain)
{
	struct nest_label label;

	return !label_after_exec(file, &label) && label_is(&label, domain);
}

static int domains(void *arg)
{
	(void)arg;
	CHECK(leads_to(BIN "bare", "default"));
	CHECK(leads_to(BIN "marked", "marked"));
	CHECK(leads_to(BIN "wrong", "default"));
	CHECK(leads_to(BIN "empty", "default"));
	CHECK(leads_to(BIN "both", "both"));
	CHECK(leads_to(BIN "long", "long"));
	/* one byte more is more than is looked at, and no answer */
	CHECK(probe_run(BIN "longer", "secure", NULL) == EACCES);
	/* the path says more, or the rule asks for nothing */
	CHECK(leads_to(BIN "named", "named"));
	CHECK(leads_to(BIN "inherit", "default"));
	CHECK(leads_to(BIN "child", "default//child"));
	return 0;
}

TEST_F(program, domains)
{
	EXPECT_EQ(0, run(variant, policy, domains));
}

static int changed(void *arg)
{
	(void)arg;
	CHECK(!mark(BIN "bare", MARK, "trusted"));
	CHECK(leads_to(BIN "bare", "marked"));
	CHECK(!mark(BIN "bare", OTHER, "x"));
	CHECK(leads_to(BIN "bare", "both"));
	CHECK(!removexattr(BIN "bare", MARK));
	CHECK(leads_to(BIN "bare", "default"));
	return 0;
}

TEST_F(program, changed)
{
	EXPECT_EQ(0, run(variant, policy, changed));
}

/* I2: who may not read the file or the attribute gets the profile, too. */
static int unreadable(void *arg)
{
	(void)arg;
	CHECK(!drop_to(1000));
	CHECK(try_open(BIN "hidden", O_RDONLY) == EACCES);
	CHECK(leads_to(BIN "hidden", "marked"));
	CHECK(leads_to(BIN "both", "both"));
	return 0;
}

TEST_F(program, unreadable)
{
	EXPECT_EQ(0, run(variant, policy, unreadable));
}

/* A task that no profile confines yet. */
static int unconfined(void *arg)
{
	(void)arg;
	CHECK(leads_to(BIN "bare", ""));
	CHECK(leads_to(BIN "wrong", ""));
	CHECK(leads_to(BIN "marked", "marked"));
	return 0;
}

TEST_F(program, unconfined)
{
	EXPECT_EQ(0, run(variant, "profile marked " BIN "* xattrs=(" MARK
			 "=\"trusted*\") {\n  " BIN "* rm,\n}\n", unconfined));
}

/* A program of the host's, with a mark that is none of a container's business. */
#define PROGRAM	"/nest_test_program"

static int hosts_program(void *arg)
{
	return leads_to(PROGRAM, arg) ? 0 : SANDBOX_FAILED;
}

static int run_hosts_program(bool rootful, char *domain)
{
	const struct sandbox sandbox = {
		.policy = POLICY(ALL_RULES "  " PROGRAM " pix,\n")
			  "profile trusted " PROGRAM " xattrs=(" OTHER "=x) {\n"
			  "  " PROGRAM " rm,\n}\n",
		.rootful = rootful,
	};

	return sandbox_run(&sandbox, hosts_program, domain);
}

TEST(trusted)
{
	ASSERT_EQ(0, sandbox_copy_self(PROGRAM));
	ASSERT_EQ(0, mark(PROGRAM, OTHER, "x"));
	EXPECT_EQ(0, run_hosts_program(true, "trusted"));
	EXPECT_EQ(0, run_hosts_program(false, "default"));
	unlink(PROGRAM);
}

NEST_TEST_MAIN
