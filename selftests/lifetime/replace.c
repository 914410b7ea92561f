// SPDX-License-Identifier: GPL-2.0-only
/*
 * I5: replacement is one switch. While two policies alternate, each operation
 * is decided by one of them.
 */
#include <fcntl.h>
#include <linux/fs.h>
#include <signal.h>
#include <sys/stat.h>
#include "genl.h"
#include "label.h"
#include "nest_test.h"

#define A	WORK "/a"
#define B	WORK "/b"
#define BOTH	"  capability,\n  network,\n  /proc/** r,\n" \
		"  " WORK "/file r,\n  " WORK "/stop/ w,\n"
#define ROUNDS	150
#define READERS	3

/*
 * Each lets one of the two files be renamed. The one table asked for /stage/a
 * and the other one for /stage/b would make a rename possible.
 */
static const char policy_a[] = POLICY(BOTH "  " A " rw,\n");
static const char policy_b[] = POLICY(BOTH "  " B " rw,\n");

static int make_files(void)
{
	return put_text(A, "a") ?: put_text(B, "b");
}

static struct gate gates[2];

static int try_renames(void)
{
	CHECK(TRY(rename(A, B)) == EACCES);
	CHECK(TRY(rename(B, A)) == EACCES);
	return TRY(renameat2(AT_FDCWD, A, AT_FDCWD, B, RENAME_EXCHANGE));
}

/* What each reader wants to see at all times; ends with the first oddity. */
static int read_on(void *arg)
{
	unsigned int seen_a = 0, seen_b = 0;

	(void)arg;
	gate_open(&gates[0]);
	while (access(WORK "/stop", F_OK)) {
		CHECK(try_open(WORK "/file", O_RDONLY) == 0);
		CHECK(try_open(WORK "/other", O_RDONLY) == EACCES);
		CHECK(try_renames() == EACCES);
		seen_a += !try_open(A, O_RDONLY);
		seen_b += !try_open(B, O_RDONLY);
	}
	/* unless both were seen nothing has been tested */
	CHECK(seen_a && seen_b);
	return 0;
}

static int alternate(void *arg)
{
	pid_t readers[READERS];
	int status = 0;

	(void)arg;
	CHECK(!gate_init(&gates[0]));
	for (int i = 0; i < READERS; i++) {
		readers[i] = fork();
		if (!readers[i])
			_exit(read_on(NULL));
		gate_pass(&gates[0]);
	}
	for (int i = 0; i < ROUNDS; i++) {
		CHECK(!sandbox_load(sandbox_nest, i % 2 ? policy_b : policy_a));
		usleep(2000);
	}
	CHECK(!mkdir(WORK "/stop", 0755));
	for (int i = 0; i < READERS; i++)
		status |= sandbox_wait(readers[i]);
	return status;
}

TEST(alternating_policies)
{
	const struct sandbox sandbox = {
		.policy = policy_a, .files = true, .prepare = make_files,
	};

	EXPECT_EQ(0, sandbox_run(&sandbox, alternate, NULL));
}

/* As in read_on(), under a layer that comes and goes. */
static int read_unmoved(void *arg)
{
	unsigned int denied = 0, allowed = 0;

	(void)arg;
	gate_open(&gates[0]);
	while (access(WORK "/stop", F_OK)) {
		CHECK(try_open(WORK "/file", O_RDONLY) == 0);
		if (try_open(WORK "/other", O_RDONLY))
			denied++;
		else
			allowed++;
	}
	CHECK(denied && allowed);
	return 0;
}

static int come_and_go(void *arg)
{
	const struct nest_target self = { 0 };
	pid_t reader;

	(void)arg;
	CHECK(!gate_init(&gates[0]));
	reader = fork();
	if (!reader)
		_exit(read_unmoved(NULL));
	gate_pass(&gates[0]);
	for (int i = 0; i < ROUNDS; i++) {
		CHECK(!nest_layer_remove(sandbox_nest, &self,
					 NEST_ANY_REVISION));
		usleep(1000);
		CHECK(!sandbox_load(sandbox_nest, policy_a));
		usleep(1000);
	}
	CHECK(!nest_layer_remove(sandbox_nest, &self, NEST_ANY_REVISION));
	CHECK(!mkdir(WORK "/stop", 0755));
	return sandbox_wait(reader);
}

TEST(removed_and_loaded)
{
	const struct sandbox sandbox = {
		.policy = policy_a, .files = true, .prepare = make_files,
	};

	EXPECT_EQ(0, sandbox_run(&sandbox, come_and_go, NULL));
}

#define DOMAINS	"profile default {\n" ALL_RULES "  " WORK "/probe px,\n}\n" \
		"profile %s " WORK "/probe {\n  " WORK "/probe rm,\n" \
		"  " WORK "/file r,\n}\n"

static int load_with(const char *domain)
{
	char text[512];

	snprintf(text, sizeof(text), DOMAINS, domain);
	return sandbox_load(sandbox_nest, text);
}

/* Becomes "probe hold", whose label is then looked at. */
static pid_t start_probe(const int in[2], const int out[2])
{
	char *const argv[] = { "probe", "hold", NULL };
	static char *const env[1];
	pid_t pid = fork();

	if (!pid) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		close(in[1]);
		execve(WORK "/probe", argv, env);
		_exit(errno);
	}
	close(out[1]);
	return pid;
}

static int replace_domains(void *arg)
{
	struct nest_label label;
	int in[2], out[2];
	char byte;
	pid_t pid;

	(void)arg;
	CHECK(!load_with("svc"));
	CHECK(!pipe(in) && !pipe(out));
	pid = start_probe(in, out);
	CHECK(read(out[0], &byte, 1) == 1);
	CHECK(!label_of(sandbox_nest, pid, &label));
	CHECK(label_is(&label, "svc"));
	/* the same domain by name, at another place in the image */
	CHECK(!load_with("svc"));
	CHECK(!label_of(sandbox_nest, pid, &label));
	CHECK(label_is(&label, "svc"));
	/* a domain that is gone leaves its tasks with nothing, not with all */
	CHECK(!load_with("another"));
	CHECK(!label_of(sandbox_nest, pid, &label));
	CHECK(label.mode == NEST_MODE_ENFORCE);
	CHECK(strcmp(label.domain, "another"));
	CHECK(!load_with("svc"));
	CHECK(!label_of(sandbox_nest, pid, &label));
	CHECK(label_is(&label, "svc"));
	close(in[1]);
	return sandbox_wait(pid);
}

static int copy_probe(void)
{
	return sandbox_copy_self(WORK "/probe");
}

TEST(domains_by_name)
{
	const struct sandbox sandbox = {
		.policy = POLICY(ALL_RULES), .files = true,
		.prepare = copy_probe,
	};

	EXPECT_EQ(0, sandbox_run(&sandbox, replace_domains, NULL));
}

NEST_TEST_MAIN
