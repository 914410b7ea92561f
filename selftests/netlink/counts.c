// SPDX-License-Identifier: GPL-2.0-only
/* What layers and domains count, and who may see it. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <time.h>
#include "label.h"
#include "nest_test.h"

#define RULES	"  capability,\n  network,\n  signal,\n  ptrace,\n" \
		"  change_profile,\n" \
		"  / r,\n  /{dev,proc,etc,tmp,usr,lib}/** r,\n" \
		"  " WORK "/ r,\n  " WORK "/file r,\n" \
		"  deny " WORK "/dir/** r,\n"

#define BOTH	"profile default {\n" RULES "}\n" \
		"profile lax flags=(complain) {\n" RULES "}\n"

static int count(const char *name, struct nest_domain *domain)
{
	struct nest_domain *domains;
	size_t i, n;

	CHECK(!nest_domain_list(sandbox_nest, &domains, &n));
	memset(domain, 0, sizeof(*domain));
	for (i = 0; i < n; i++)
		if (!strcmp(domains[i].domain, name))
			*domain = domains[i];
	free(domains);
	CHECK(domain->ns);
	return 0;
}

static int run(const char *policy, sandbox_fn body)
{
	const struct sandbox sandbox = { .policy = policy, .files = true };

	return sandbox_run(&sandbox, body, NULL);
}

static int do_decisions(void *arg)
{
	struct nest_domain before, after, lax;
	const unsigned int n = 1000;
	struct nest_layer layer;
	unsigned int i;

	(void)arg;
	CHECK(!count("default", &before));
	CHECK(before.ns == pidns_of(0) && before.origin == before.ns);
	CHECK(before.mode == NEST_MODE_ENFORCE);
	for (i = 0; i < n; i++)
		CHECK(try_open(WORK "/file", O_RDONLY) == 0);
	CHECK(!count("default", &after));
	/* a rename anywhere in the system may make it ask again */
	CHECK(after.decisions >= before.decisions + n);
	CHECK(after.decisions < before.decisions + n + n / 2);
	CHECK(after.denials == before.denials);
	CHECK(!count("lax", &lax));
	CHECK(lax.mode == NEST_MODE_COMPLAIN && !lax.decisions);
	CHECK(!sandbox_own_layer(&layer));
	CHECK(layer.decisions >= after.decisions);
	CHECK(layer.denials == after.denials);
	return 0;
}

TEST(decisions)
{
	EXPECT_EQ(0, run(BOTH, do_decisions));
}

static int do_denials(void *arg)
{
	struct nest_domain before, after;
	struct nest_layer layer;

	(void)arg;
	CHECK(!count("default", &before));
	CHECK(try_open(WORK "/new", O_CREAT | O_WRONLY) == EACCES);
	/* quiet ones, too */
	CHECK(try_open(WORK "/dir/file", O_RDONLY) == EACCES);
	CHECK(!count("default", &after));
	CHECK(after.denials == before.denials + 2);
	CHECK(!after.complaints);
	CHECK(!sandbox_own_layer(&layer));
	CHECK(layer.denials == after.denials && !layer.complaints);
	return 0;
}

TEST(denials)
{
	EXPECT_EQ(0, run(BOTH, do_denials));
}

static int count_denials(void)
{
	struct nest_domain domain;

	return count("default", &domain) ? -1 : (int)domain.denials;
}

/* Of each class: the counts do not hang on who decides. Some ask more than once. */
static int do_classes(void *arg)
{
	int n[5];

	(void)arg;
	n[0] = count_denials();
	CHECK(socket(AF_UNIX, SOCK_STREAM, 0) < 0 && errno == EACCES);
	n[1] = count_denials();
	CHECK(execl("/proc/self/exe", "exe", NULL) < 0 && errno == EACCES);
	n[2] = count_denials();
	CHECK(mount("none", WORK, "tmpfs", 0, NULL) < 0);
	n[3] = count_denials();
	CHECK(kill(1, 0) < 0 && errno == EACCES);
	n[4] = count_denials();
	CHECK(n[0] >= 0 && n[1] == n[0] + 1 && n[2] > n[1] && n[3] > n[2]);
	CHECK(n[4] == n[3] + 1);
	return 0;
}

TEST(denials_of_each_class)
{
	EXPECT_EQ(0, run("profile default {\n  network netlink,\n"
			 "  / r,\n  /{dev,proc}/** r,\n"
			 "  capability mac_admin,\n  ptrace,\n"
			 "  signal peer=nobody,\n}\n", do_classes));
}

static int do_complaints(void *arg)
{
	struct nest_domain lax;
	struct nest_layer layer;

	(void)arg;
	CHECK(nest_change_profile("lax", 0, false) == 0);
	CHECK(try_open(WORK "/new", O_CREAT | O_WRONLY) == 0);
	/* denied by name and quietly: that is refused even so */
	CHECK(try_open(WORK "/dir/file", O_RDONLY) == EACCES);
	CHECK(!count("lax", &lax));
	CHECK(lax.complaints >= 1 && lax.denials == 1);
	CHECK(!sandbox_own_layer(&layer));
	CHECK(layer.complaints == lax.complaints);
	return 0;
}

TEST(complaints)
{
	EXPECT_EQ(0, run(BOTH, do_complaints));
}

/* Another revision goes on counting, also for a domain that was away. */
static int do_revisions(void *arg)
{
	struct nest_domain before, after;
	struct nest_layer layer[2];

	(void)arg;
	CHECK(try_open(WORK "/new", O_CREAT | O_WRONLY) == EACCES);
	CHECK(!count("default", &before));
	CHECK(before.denials);
	CHECK(!sandbox_own_layer(&layer[0]));
	CHECK(!sandbox_load(sandbox_nest, "profile other {\n}\n"));
	CHECK(count("default", &after));
	CHECK(!sandbox_own_layer(&layer[1]));
	CHECK(layer[1].denials >= layer[0].denials);
	CHECK(!sandbox_load(sandbox_nest, BOTH));
	CHECK(!count("default", &after));
	CHECK(after.denials >= before.denials);
	CHECK(after.decisions >= before.decisions);
	return 0;
}

TEST(revisions)
{
	EXPECT_EQ(0, run(BOTH, do_revisions));
}

/* What is dropped is counted where it belongs. */
static int do_flood(void *arg)
{
	const unsigned int most = 3000;
	time_t start = time(NULL);
	struct nest_domain domain;
	struct nest_layer layer;
	unsigned int n;

	(void)arg;
	CHECK(!nest_subscribe(sandbox_nest));
	for (n = 0; n < most && time(NULL) < start + 10; n++)
		CHECK(try_open(WORK "/no", O_CREAT | O_WRONLY) == EACCES);
	nest_close(sandbox_nest);
	CHECK(!nest_open(&sandbox_nest, NULL));
	CHECK(!count("default", &domain));
	CHECK(domain.denials == n);
	CHECK(domain.lost > 0 || n <= 200 * (time(NULL) - start + 1));
	CHECK(domain.lost < n);
	CHECK(!sandbox_own_layer(&layer));
	CHECK(layer.lost == domain.lost);
	return 0;
}

TEST(lost)
{
	EXPECT_EQ(0, run(BOTH, do_flood));
}

static struct gate gates[2];

static int wait_inside(void *arg)
{
	(void)arg;
	gate_open(&gates[0]);
	gate_pass(&gates[1]);
	return 0;
}

static size_t count_of(uint32_t ns)
{
	struct nest_domain *domains;
	size_t i, n, found = 0;

	if (nest_domain_list(sandbox_nest, &domains, &n))
		return 1000;
	for (i = 0; i < n; i++)
		found += !ns || domains[i].ns == ns;
	free(domains);
	return found;
}

static int look_around(void *arg)
{
	CHECK(count_of(0) == 2);
	CHECK(count_of(pidns_of(0)) == 2);
	CHECK(count_of(*(uint32_t *)arg) == 0);
	return 0;
}

/* I4: a container sees its own domains alone, the host sees all. */
TEST(own_and_below_only)
{
	const struct sandbox sandbox = { .policy = BOTH, .files = true };
	uint32_t sibling;
	pid_t pid;

	ASSERT_EQ(0, gate_init(&gates[0]) | gate_init(&gates[1]));
	ASSERT_EQ(0, nest_open(&sandbox_nest, NULL));
	pid = sandbox_start(&sandbox, wait_inside, NULL);
	gate_pass(&gates[0]);
	sibling = pidns_of(pid);
	EXPECT_EQ(2, count_of(sibling));
	EXPECT_EQ(0, sandbox_run(&sandbox, look_around, &sibling));
	gate_open(&gates[1]);
	EXPECT_EQ(0, sandbox_wait(pid));
}

static int list_as_user(void *arg)
{
	struct nest_domain *domains;
	size_t n;

	(void)arg;
	CHECK(!drop_to(1000));
	CHECK(!nest_open(&sandbox_nest, NULL));
	return -nest_domain_list(sandbox_nest, &domains, &n);
}

/* The names of a policy's domains are not for everybody. */
TEST(ordinary_user_cannot_list)
{
	EXPECT_EQ(EPERM, run(BOTH, list_as_user));
}

static char *policy_of(unsigned int n)
{
	size_t size;
	char *text;
	FILE *file = open_memstream(&text, &size);

	if (!file)
		return NULL;
	fputs(POLICY(RULES), file);
	for (; n; n--)
		fprintf(file, "profile p%u {\n}\n", n);
	return fclose(file) ? NULL : text;
}

#define MANY	4095	/* and the default one: all that an image may have */

/* A dump of many messages has each domain, once. */
static int do_many(void *arg)
{
	static bool seen[MANY + 1];
	struct nest_domain *domains;
	unsigned int number;
	size_t i, n;

	(void)arg;
	CHECK(!nest_domain_list(sandbox_nest, &domains, &n));
	CHECK(n == MANY + 1);
	for (i = 0; i < n; i++) {
		number = 0;
		if (strcmp(domains[i].domain, "default"))
			number = atoi(domains[i].domain + 1);
		CHECK(number <= MANY && !seen[number]);
		seen[number] = true;
	}
	free(domains);
	return 0;
}

TEST(many)
{
	char *policy = policy_of(MANY);

	ASSERT_NE(NULL, policy);
	EXPECT_EQ(0, run(policy, do_many));
	free(policy);
}

NEST_TEST_MAIN
