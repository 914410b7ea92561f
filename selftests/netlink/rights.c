// SPDX-License-Identifier: GPL-2.0-only
/*
 * I4 as a table: who may load, remove and see what, from where. The tables of
 * Documentation/authority.rst are what "rights --table" prints; each of their
 * cells is put to the test here.
 */
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include "box.h"
#include "compiler.h"
#include "label.h"
#include "module.h"
#include "nest_test.h"

#define USER		1000
#define PARAMETER	"/sys/module/nest/parameters/unprivileged"
#define POLICY_OWN	POLICY(ALL_RULES)
#define POLICY_BOUND	POLICY("  network,\n  signal,\n  / r,\n  /** rwkl,\n")

/* What the actor gives up, or gets, before it acts. */
enum actor { ROOT, WEAK, PERSON, ALONE };

enum column {
	LOAD, REPLACE, REMOVE, IMPOSED, BELOW, BESIDE, DELEGATE, DETACH,
	INFO, LAYERS, READ, READ_BELOW, TASKS, EVENTS, N_COLUMNS
};

static const char *const columns[N_COLUMNS] = {
	"load", "replace", "remove", "imposed", "below", "beside", "delegate",
	"detach",
	"info", "layers", "read", "read below", "tasks", "events",
};

/**
 * struct row - somebody
 * @who: as the documentation has it
 * @actor: how it differs from root of its place
 * @depth: pid namespaces that it is in, not counting the initial one
 * @rootful: without user namespaces
 * @delegated: the own layer was delegated to uid 0
 * @forbidden: loading from user namespaces is turned off
 * @bound: its layer's domain has no capability mac_admin
 * @cells: what comes of each column, in the order of enum column
 */
struct row {
	const char *who;
	enum actor actor;
	unsigned int depth;
	bool rootful, delegated, forbidden, bound;
	const char *cells[N_COLUMNS];
};

enum who {
	HOST_ROOT, HOST_USER, CONTAINER_ROOT, NESTED_ROOT, CONTAINER_USER,
	USERNS_ROOT, FORBIDDEN_ROOT, BOUND_ROOT, ROOTFUL_ROOT, DELEGATE_ROOT,
};

static const struct row rows[] = {
[HOST_ROOT] = { "root of the host",
	.cells = {
	"EINVAL", "EINVAL", "EINVAL", "(none)", "yes", "(below)", "yes", "EBUSY",
	"yes", "all", "ENOENT", "yes", "all", "yes" } },
[HOST_USER] = { "user of the host", PERSON,
	.cells = {
	"EPERM", "EPERM", "EPERM", "(none)", "EPERM", "(below)", "EPERM", "EPERM",
	"yes", "all", "EPERM", "EPERM", "its uid's", "EPERM" } },
[CONTAINER_ROOT] = { "root of a container", .depth = 1,
	.cells = {
	"yes", "yes", "yes", "EPERM", "yes", "ESRCH", "yes", "EPERM",
	"yes", "own, below", "yes", "yes", "all", "yes" } },
[NESTED_ROOT] = { "root of a container in it", .depth = 2,
	.cells = {
	"yes", "yes", "yes", "EPERM", "yes", "ESRCH", "yes", "EPERM",
	"yes", "own, below", "yes", "yes", "all", "yes" } },
[CONTAINER_USER] = { "user in a container", PERSON, 1,
	.cells = {
	"EPERM", "EPERM", "EPERM", "EPERM", "EPERM", "EPERM", "EPERM", "EPERM",
	"yes", "own, below", "EPERM", "EPERM", "its uid's", "EPERM" } },
[USERNS_ROOT] = { "user, made root by unshare", ALONE, 1,
	.cells = {
	"EPERM", "EPERM", "EPERM", "EPERM", "EPERM", "EPERM", "EPERM", "EPERM",
	"yes", "own, below", "EPERM", "EPERM", "its uid's", "EPERM" } },
[FORBIDDEN_ROOT] = { "root, ``unprivileged=N``", .depth = 1,
	.forbidden = true,
	.cells = {
	"EPERM", "EPERM", "EPERM", "EPERM", "EPERM", "EPERM", "EPERM", "EPERM",
	"yes", "own, below", "yes", "yes", "all", "yes" } },
[BOUND_ROOT] = { "root without ``mac_admin``", .depth = 1, .bound = true,
	.cells = {
	"EPERM", "EPERM", "EPERM", "EPERM", "EPERM", "EPERM", "EPERM", "EPERM",
	"yes", "own, below", "EPERM", "EPERM", "its uid's", "EPERM" } },
[ROOTFUL_ROOT] = { "root, no user namespace", WEAK, 1, .rootful = true,
	.cells = {
	"EPERM", "EPERM", "EPERM", "EPERM", "EPERM", "EPERM", "EPERM", "EPERM",
	"yes", "own, below", "EPERM", "EPERM", "its uid's", "EPERM" } },
[DELEGATE_ROOT] = { "the same, a delegate", WEAK, 1, .rootful = true,
	.delegated = true,
	.cells = {
	"yes", "yes", "yes", "EPERM", "EPERM", "ESRCH", "EPERM", "EPERM",
	"yes", "own, below", "EPERM", "EPERM", "its uid's", "EPERM" } },
};

/**
 * struct world - what the actor has around it; shared by all processes
 * @self: inode number of its pid namespace
 * @above: of the one around that
 * @below: a container in it
 * @beside: inode number of a container next to the outermost one
 */
struct world {
	uint32_t self, above, beside;
	struct nest_target below;
};

static struct world *world;
static struct gate ready[3], go[3], waits;

/* Of this process's pid namespace. */
static unsigned int depth;

/* --- what the actor does ----------------------------------------------- */

static const char *said(int err)
{
	return err ? strerrorname_np(-err) : "yes";
}

static int load_onto(const struct nest_target *target, uint64_t revision)
{
	struct nest_load load = { .target = *target, .revision = revision };
	struct nest_source source = { "rights", POLICY_OWN,
				      sizeof(POLICY_OWN) - 1 };
	struct nest_image image;
	int err;

	err = nest_compile(NULL, &source, 1, &image);
	if (err)
		return err;
	load.image = image.data;
	load.size = image.size;
	err = nest_layer_load(sandbox_nest, &load, NULL);
	nest_image_free(&image);
	return err;
}

static int take_off(const struct nest_target *target)
{
	return nest_layer_remove(sandbox_nest, target, NEST_ANY_REVISION);
}

/* What may be put on is taken off again. */
static const char *do_below(void)
{
	int err = load_onto(&world->below, 0);

	return said(err ? err : take_off(&world->below));
}

/* No process there has a number here: one of ours has to do. */
static const char *do_beside(void)
{
	const struct nest_target target = { getpid(), world->beside, 0 };

	if (!world->above)
		return "(below)";
	return said(load_onto(&target, NEST_ANY_REVISION));
}

static const char *do_imposed(void)
{
	const struct nest_target target = { .origin = world->above };

	return world->above ? said(take_off(&target)) : "(none)";
}

static const char *do_delegate(void)
{
	int err = nest_delegate(sandbox_nest, &world->below, 0);

	return said(err ? err : nest_withdraw(sandbox_nest, &world->below));
}

static const char *do_info(void)
{
	struct nest_info info;
	struct nest_layer *layers;
	size_t count;
	int err = nest_get_info(sandbox_nest, &info);

	if (err)
		return said(err);
	err = nest_layer_list(sandbox_nest, &layers, &count);
	if (err)
		return said(err);
	free(layers);
	return info.layers == count ? "yes" : "more than it may list";
}

/* Whose layers are seen: each namespace of the world has at least one. */
static const char *do_layers(void)
{
	bool own = false, below = false, other = false;
	struct nest_layer *layers;
	size_t count, i;
	int err = nest_layer_list(sandbox_nest, &layers, &count);

	if (err)
		return said(err);
	for (i = 0; i < count; i++) {
		if (layers[i].ns == world->self)
			own = true;
		else if (layers[i].ns == world->below.ns)
			below = true;
		else
			other = true;
	}
	free(layers);
	if (!world->above)
		return below && other ? "all" : "not all";
	if (other)
		return "others'";
	return own && below ? "own, below" : "not its own";
}

static const char *do_read(const struct nest_target *target)
{
	void *image;
	size_t size;
	int err = nest_layer_read(sandbox_nest, target, &image, &size);

	if (!err)
		free(image);
	return said(err);
}

/* Processes of the world are known by their names. */
static const char *do_tasks(void)
{
	bool root = false, person = false, beside = false;
	struct nest_task *tasks;
	size_t count, i;
	int err = nest_task_list(sandbox_nest, &tasks, &count);

	if (err)
		return said(err);
	for (i = 0; i < count; i++) {
		root |= !strcmp(tasks[i].comm, "below");
		person |= !strcmp(tasks[i].comm, "person");
		beside |= !strcmp(tasks[i].comm, "beside");
	}
	nest_task_free(tasks, count);
	if (beside && world->above)
		return "others'";
	if (root && person)
		return "all";
	return root || person ? "its uid's" : "none";
}

static void act(const char *cells[])
{
	const struct nest_target own = { 0 };
	struct nest_target read_below = world->below;

	read_below.origin = world->below.ns;
	cells[INFO] = do_info();
	cells[LAYERS] = do_layers();
	cells[READ] = do_read(&own);
	cells[READ_BELOW] = do_read(&read_below);
	cells[TASKS] = do_tasks();
	cells[REPLACE] = said(load_onto(&own, NEST_ANY_REVISION));
	cells[IMPOSED] = do_imposed();
	cells[REMOVE] = said(take_off(&own));
	cells[LOAD] = said(load_onto(&own, 0));
	cells[BELOW] = do_below();
	cells[BESIDE] = do_beside();
	cells[DELEGATE] = do_delegate();
	cells[DETACH] = said(nest_detach(sandbox_nest));
	cells[EVENTS] = said(nest_subscribe(sandbox_nest));
}

static int become(enum actor actor)
{
	if (actor == WEAK)
		CHECK(!box_weaken());
	if (actor == PERSON || actor == ALONE)
		CHECK(!drop_to(USER));
	if (actor == ALONE)
		CHECK(!unshare(CLONE_NEWUSER));
	return 0;
}

/* Who might detach a module cannot where Nest is built in. */
static const char *expected(const struct row *row, int column)
{
	const char *cell = row->cells[column];

	return column == DETACH && cell && !strcmp(cell, "EBUSY") &&
	       module_built_in() ? strerrorname_np(EOPNOTSUPP) : cell;
}

/* Opens a socket of its own. */
static int play(void *arg)
{
	const char *cells[N_COLUMNS];
	const struct row *row = arg;
	int i, wrong = 0;

	CHECK(!become(row->actor));
	CHECK(!nest_open(&sandbox_nest, NULL));
	act(cells);
	for (i = 0; i < N_COLUMNS; i++) {
		const char *cell = expected(row, i);

		if (cell && !strcmp(cell, cells[i]))
			continue;
		fprintf(stderr, "# %s: %s: %s, not %s\n", row->who, columns[i],
			cells[i], cell);
		wrong++;
	}
	return wrong ? SANDBOX_FAILED : 0;
}

/* --- the world --------------------------------------------------------- */

static int start_person(void)
{
	struct gate there;

	CHECK(!gate_init(&there));
	if (!fork()) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, "person");
		_exit(drop_to(USER) || (gate_open(&there), pause()));
	}
	gate_pass(&there);
	return 0;
}

/* A container that waits, with two users and a layer of its own. */
static int wait_there(void *arg)
{
	prctl(PR_SET_NAME, arg);
	CHECK(!start_person());
	CHECK(!sandbox_load(sandbox_nest, POLICY_OWN));
	gate_open(&waits);
	pause();
	return 0;
}

static pid_t start_waiting(const struct row *row, char *name)
{
	const struct sandbox sandbox = { .rootful = row->rootful };
	pid_t pid = sandbox_start(&sandbox, wait_there, name);

	gate_pass(&waits);
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	sandbox_wait(pid);
}

/* The actor's place, at whose first process this runs. */
static int meet(const struct row *row)
{
	pid_t below = start_waiting(row, "below");
	int status;

	world->self = pidns_of(0);
	CHECK(!nest_target_by_pid(sandbox_nest, below, &world->below));
	if (depth) {
		CHECK(!sandbox_load(sandbox_nest, row->bound ? POLICY_BOUND :
				    POLICY_OWN));
		gate_open(&ready[depth]);
		gate_pass(&go[depth]);
	}
	status = sandbox_fork(play, (void *)row);
	if (depth)
		return status;
	/* elsewhere it ends with this process */
	end(below);
	return status;
}

static int surround(const struct row *row);

static int inside(void *arg)
{
	const struct row *row = arg;

	depth++;
	return depth == row->depth ? meet(row) : surround(row);
}

/* A container one level below, on which this one imposes a layer. */
static int surround(const struct row *row)
{
	const struct sandbox sandbox = { .rootful = row->rootful };
	pid_t pid = sandbox_start(&sandbox, inside, (void *)row);

	gate_pass(&ready[depth + 1]);
	world->above = pidns_of(0);
	CHECK(!sandbox_impose(sandbox_nest, POLICY_OWN, pid));
	if (row->delegated)
		CHECK(!box_delegate(pid, 0));
	if (row->forbidden)
		CHECK(!put_text(PARAMETER, "N"));
	if (depth) {
		CHECK(!sandbox_load(sandbox_nest, POLICY_OWN));
		gate_open(&ready[depth]);
		gate_pass(&go[depth]);
	}
	gate_open(&go[depth + 1]);
	return sandbox_wait(pid);
}

static int run(const struct row *row)
{
	pid_t beside;
	int status;

	CHECK(!box_settle());
	beside = start_waiting(row, "beside");
	memset(world, 0, sizeof(*world));
	world->beside = pidns_of(beside);
	status = row->depth ? surround(row) : meet(row);
	end(beside);
	return status;
}

FIXTURE(rights)
{
	int i;
};

FIXTURE_VARIANT(rights)
{
	const struct row *row;
};

FIXTURE_SETUP(rights)
{
	world = mmap(NULL, sizeof(*world), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, world);
	ASSERT_EQ(0, gate_init(&waits));
	for (self->i = 1; self->i < 3; self->i++) {
		ASSERT_EQ(0, gate_init(&ready[self->i]));
		ASSERT_EQ(0, gate_init(&go[self->i]));
	}
}

FIXTURE_TEARDOWN(rights)
{
	put_text(PARAMETER, "Y");
	munmap(world, sizeof(*world));
}

#define ROW(name, index) \
	FIXTURE_VARIANT_ADD(rights, name) { .row = &rows[index] }

ROW(host_root, HOST_ROOT);
ROW(host_user, HOST_USER);
ROW(container_root, CONTAINER_ROOT);
ROW(nested_root, NESTED_ROOT);
ROW(container_user, CONTAINER_USER);
ROW(userns_root, USERNS_ROOT);
ROW(forbidden_root, FORBIDDEN_ROOT);
ROW(bound_root, BOUND_ROOT);
ROW(rootful_root, ROOTFUL_ROOT);
ROW(delegate_root, DELEGATE_ROOT);

TEST_F(rights, all)
{
	EXPECT_EQ(0, run(variant->row));
}

/* --- the documentation ------------------------------------------------- */

static void print_rule(int from, int to)
{
	int i;

	printf("%s", "==========================");
	for (i = from; i < to; i++)
		printf("  %s", "==========");
	putchar('\n');
}

static void print_table(int from, int to)
{
	size_t row;
	int i;

	print_rule(from, to);
	printf("%-26s", "who");
	for (i = from; i < to; i++)
		printf("  %-*s", i == to - 1 ? 0 : 10, columns[i]);
	putchar('\n');
	print_rule(from, to);
	for (row = 0; row < ARRAY_SIZE(rows); row++) {
		printf("%-26s", rows[row].who);
		for (i = from; i < to; i++)
			printf("  %-*s", i == to - 1 ? 0 : 10,
			       rows[row].cells[i]);
		putchar('\n');
	}
	print_rule(from, to);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--table")) {
		print_table(0, INFO);
		putchar('\n');
		print_table(INFO, N_COLUMNS);
		return 0;
	}
	return test_harness_run(argc, argv);
}
