// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that are open when a task changes its domain: what another domain
 * opened has to be allowed by the new one, what was brought in from outside of
 * the rules stays.
 */
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include "nest.h"
#include "nest_test.h"
#include "ring.h"

#define BIN	WORK "/bin/"
#define A	BIN "a"
#define B	BIN "b"
#define C	BIN "c"
#define UX	BIN "ux"
#define SAME	BIN "same"
#define LAX	BIN "lax"
#define FREE	BIN "free"
#define FILE1	WORK "/file"
#define FILE2	WORK "/other"
#define DIR1	WORK "/dir"
#define PTS	WORK "/pts"
#define RO	"0"
#define WO	"1"
#define RW	"2"
#define TOKEN	0x5eedULL

#define RULES \
	"profile a " A " {\n  " BIN "* rm,\n  " WORK "/{,**} rwk,\n" \
	"  " BIN "{b,c} px,\n  " BIN "ux ux,\n  " BIN "same ix,\n" \
	"  " BIN "lax px,\n}\n" \
	"profile b " B " {\n  " BIN "* rm,\n  " FILE1 " rw,\n" \
	"  " DIR1 "/file r,\n  " BIN "c px,\n}\n" \
	"profile c " C " {\n  " BIN "* rm,\n  " WORK "/new rw,\n}\n" \
	"profile lax " LAX " flags=(complain) {\n  " BIN "* rm,\n}\n"

#define DEFAULT \
	"profile default {\n" ALL_RULES "  mount,\n  " BIN "[bc] px,\n" \
	"  " BIN "free ix,\n" \
	"  umount,\n  change_profile -> {narrow,hatted},\n}\n" \
	"profile narrow {\n  " BIN "* rm,\n  " FILE1 " rw,\n" \
	"  " BIN "same ix,\n  change_profile -> default,\n}\n" \
	"profile hatted {\n  " WORK "/** rwm,\n  capability,\n" \
	"  ^one {\n    " FILE1 " rw,\n    capability,\n  }\n}\n"

static int prepare(void)
{
	static const char *const copies[] = { B, C, UX, SAME, LAX, FREE };
	int err;

	if (mkdir(BIN, 0755))
		return errno;
	err = sandbox_copy_self(A);
	for (size_t i = 0; !err && i < ARRAY_SIZE(copies); i++)
		err = TRY(link(A, copies[i]));
	return err;
}

static const struct sandbox plain = {
	.policy = RULES,
	.files = true,
	.prepare = prepare,
};

static const struct sandbox with_default = {
	.policy = RULES DEFAULT,
	.files = true,
	.prepare = prepare,
};

/* What a opened, and then its successor tries to use. */
#define OPENED(mode, file, ...) \
	probe_run(A, "open", mode, file, "exec", __VA_ARGS__, "use", "9", NULL)

static int to(const char *name)
{
	return -nest_change_profile(name, 0, false);
}

static int change_to(void *arg)
{
	return to(arg);
}

static int opened_by_another(void *arg)
{
	(void)arg;
	CHECK(OPENED(RW, FILE1, B) == 0);
	CHECK(OPENED(RW, FILE2, B) == EACCES);
	CHECK(OPENED(RO, FILE2, B) == EACCES);
	CHECK(OPENED(WO, FILE2, B) == EACCES);
	/* All that it was opened to has to be allowed. */
	CHECK(OPENED(RO, DIR1 "/file", B) == 0);
	CHECK(OPENED(RW, DIR1 "/file", B) == EACCES);
	/* The same domain, none, one that only complains. */
	CHECK(OPENED(RW, FILE2, SAME) == 0);
	CHECK(OPENED(RW, FILE2, UX) == 0);
	CHECK(OPENED(RW, FILE2, LAX) == 0);
	/* What went is gone, even where it would be allowed. */
	CHECK(OPENED(RW, FILE1, B, "exec", C) == EACCES);
	CHECK(probe_run(A, "open", RW, FILE2, "fork", "exec", B, "use", "9",
			NULL) == EACCES);
	return 0;
}

TEST(opened_by_another_domain)
{
	EXPECT_EQ(0, sandbox_run(&plain, opened_by_another, NULL));
}

static int hold(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0644);

	CHECK(fd >= 0);
	CHECK(dup2(fd, 9) == 9);
	return close(fd);
}

static int brought_in(void *arg)
{
	(void)arg;
	CHECK(!hold(FILE2, O_RDWR));
	CHECK(probe_run(B, "use", "9", NULL) == 0);
	CHECK(probe_run(A, "exec", B, "use", "9", NULL) == 0);
	CHECK(probe_run(A, "exec", B, "exec", C, "use", "9", NULL) == 0);
	CHECK(probe_run(A, "fork", "exec", B, "use", "9", NULL) == 0);
	/* Not so what takes its place. */
	CHECK(OPENED(RW, FILE2, B) == EACCES);
	/* Who went out of the rules comes in as everybody. */
	return OPENED(RW, FILE2, UX, "exec", B);
}

TEST(brought_in_from_outside)
{
	EXPECT_EQ(0, sandbox_run(&plain, brought_in, NULL));
}

/* Without a name there is no rule. */
static int nameless(void *arg)
{
	int fds[2];

	(void)arg;
	CHECK(!pipe(fds));
	CHECK(dup2(fds[1], 9) == 9);
	CHECK(probe_run(A, "exec", B, "use", "9", NULL) == 0);
	CHECK(dup2(memfd_create("x", 0), 9) == 9);
	CHECK(probe_run(A, "exec", B, "use", "9", NULL) == 0);
	return 0;
}

TEST(files_without_names_stay)
{
	EXPECT_EQ(0, sandbox_run(&plain, nameless, NULL));
}

static int inherit_ring(void *arg)
{
	struct ring ring;

	(void)arg;
	CHECK(!ring_init(&ring));
	CHECK(dup2(ring.fd, 9) == 9);
	/* There is nothing to read from a ring. */
	CHECK(probe_run(FREE, "use", "9", NULL) == EINVAL);
	CHECK(probe_run(B, "use", "9", NULL) == EACCES);
	/* Nor may one be at hand where the domain changes without an exec. */
	CHECK(sandbox_fork(change_to, "narrow") == EBUSY);
	CHECK(!close(9) && !close(ring.fd));
	/* Requests are made in its memory, whoever has it mapped. */
	CHECK(sandbox_fork(change_to, "narrow") == EBUSY);
	ring_unmap(&ring);
	return sandbox_fork(change_to, "narrow");
}

/* The thread that serves a ring may be one of another domain. */
TEST(rings)
{
	EXPECT_EQ(0, sandbox_run(&with_default, inherit_ring, NULL));
}

static int bring_ring(void *arg)
{
	struct ring ring;

	(void)arg;
	CHECK(!ring_init(&ring));
	CHECK(dup2(ring.fd, 9) == 9);
	CHECK(probe_run(UX, "use", "9", NULL) == EINVAL);
	return probe_run(B, "use", "9", NULL);
}

TEST(ring_from_outside)
{
	EXPECT_EQ(EACCES, sandbox_run(&plain, bring_ring, NULL));
}

static int from_default(void *arg)
{
	(void)arg;
	CHECK(!hold(FILE2, O_RDWR));
	CHECK(probe_run(FREE, "use", "9", NULL) == 0);
	CHECK(probe_run(B, "use", "9", NULL) == EACCES);
	CHECK(!hold(FILE1, O_RDWR));
	CHECK(probe_run(B, "use", "9", NULL) == 0);
	return 0;
}

/* The default domain is one like others. */
TEST(opened_by_the_default_domain)
{
	EXPECT_EQ(0, sandbox_run(&with_default, from_default, NULL));
}

static int use_terminal(void *arg)
{
	int own;

	CHECK(setsid() > 0);
	CHECK(!ioctl(*(int *)arg, TIOCSCTTY, 0));
	CHECK(dup2(*(int *)arg, 9) == 9);
	own = open(PTS "/ptmx", O_RDWR | O_NOCTTY);
	CHECK(own >= 0 && dup2(own, 8) == 8);
	CHECK(probe_run(B, "use", "8", NULL) == EACCES);
	CHECK(probe_run(B, "use", "9", NULL) == 0);
	CHECK(probe_run(B, "exec", C, "use", "9", NULL) == 0);
	/* That and nothing else of who opened it. */
	CHECK(probe_run(B, "exec", C, "use", "17", NULL) == EACCES);
	CHECK(to("narrow") == 0);
	CHECK(try_use_fd(17, O_RDWR) == EACCES);
	return try_use_fd(9, O_RDWR);
}

static int terminal(void *arg)
{
	int master, slave;

	(void)arg;
	CHECK(!mkdir(PTS, 0755));
	CHECK(!mount("pts", PTS, "devpts", 0, "newinstance,ptmxmode=0666"));
	master = open(PTS "/ptmx", O_RDWR | O_NOCTTY);
	CHECK(master >= 0);
	CHECK(!unlockpt(master));
	slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY);
	CHECK(slave >= 0);
	CHECK(write(master, "some lines\n", 11) == 11);
	CHECK(dup2(open(FILE2, O_RDWR), 17) == 17);
	return sandbox_fork(use_terminal, &slave);
}

/* Who had it opened is not to be known, and without it nothing is seen. */
TEST(controlling_terminal)
{
	EXPECT_EQ(0, sandbox_run(&with_default, terminal, NULL));
}

static int open_peer(void *arg)
{
	const int master = *(int *)arg;

	CHECK(TRY(open(PTS "/0", O_RDWR | O_NOCTTY)) == EACCES);
	CHECK(TRY(ioctl(master, TIOCGPTPEER, O_RDONLY | O_NOCTTY)) == EACCES);
	return TRY(ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY));
}

static int make_terminal(void *arg)
{
	int master, lock = 0;

	(void)arg;
	CHECK(!mkdir(PTS, 0755));
	CHECK(!mount("pts", PTS, "devpts", 0, "newinstance,ptmxmode=0666"));
	master = open(PTS "/ptmx", O_RDWR | O_NOCTTY);
	CHECK(master >= 0);
	CHECK(!ioctl(master, TIOCSPTLCK, &lock));
	CHECK(!TRY(ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY)));
	CHECK(!sandbox_load(sandbox_nest, POLICY(ALL_RULES "  mount,\n"
						 "  deny " PTS "/[0-9]* rw,\n")));
	return open_peer(&master);
}

/* No name is looked up, but the file is asked for by the one that it has. */
TEST(peer_of_a_terminal)
{
	EXPECT_EQ(EACCES, sandbox_run(&with_default, make_terminal, NULL));
}

/* What an exempt task holds was opened outside. */
static struct gate gates[2];

static int wait_to_end(void *arg)
{
	(void)arg;
	gate_open(&gates[0]);
	gate_pass(&gates[1]);
	return 0;
}

static int use_after_entering(void *arg)
{
	(void)arg;
	CHECK(!hold(FILE2, O_RDWR));
	CHECK(probe_run(B, "use", "9", NULL) == 0);
	CHECK(probe_run(FREE, "exec", B, "use", "9", NULL) == 0);
	/* Opened after the exemption. */
	return probe_run(FREE, "open", RW, FILE2, "exec", B, "use", "9", NULL);
}

static int enter(void *arg)
{
	CHECK(!sandbox_enter(*(pid_t *)arg, false));
	return sandbox_fork(use_after_entering, NULL);
}

TEST(brought_in_by_who_enters)
{
	struct sandbox rootful = with_default;
	pid_t pid;

	rootful.rootful = true;
	ASSERT_EQ(0, gate_init(&gates[0]) | gate_init(&gates[1]));
	pid = sandbox_start(&rootful, wait_to_end, NULL);
	gate_pass(&gates[0]);
	EXPECT_EQ(EACCES, sandbox_fork(enter, &pid));
	gate_open(&gates[1]);
	EXPECT_EQ(0, sandbox_wait(pid));
}

/* Other credentials than those that opened the files before. */
static int renew(void)
{
	return TRY(setgroups(0, NULL));
}

static int lose_root(void *arg)
{
	(void)arg;
	CHECK(!hold(FILE2, O_RDWR));
	CHECK(!renew());
	CHECK(!unshare(CLONE_NEWNS));
	CHECK(probe_run(FREE, "use", "9", NULL) == 0);
	return probe_run(B, "use", "9", NULL);
}

static int lose_root_in_hat(void *arg)
{
	(void)arg;
	CHECK(to("hatted") == 0);
	CHECK(!hold(FILE2, O_RDWR));
	CHECK(nest_change_hat("one", 0, TOKEN) == 0);
	CHECK(!unshare(CLONE_NEWNS));
	return try_use_fd(9, O_RDWR);
}

static int lose_root_and_change(void *arg)
{
	(void)arg;
	CHECK(!hold(FILE2, O_RDWR));
	CHECK(!renew());
	CHECK(!unshare(CLONE_NEWNS));
	CHECK(to("narrow") == 0);
	return try_use_fd(9, O_RDWR);
}

static int lose_mount(void *arg)
{
	(void)arg;
	CHECK(!mount("x", DIR1, "tmpfs", 0, NULL));
	CHECK(dup2(open(DIR1 "/new", O_RDWR | O_CREAT, 0600), 9) == 9);
	CHECK(!umount2(DIR1, MNT_DETACH));
	return probe_run(B, "use", "9", NULL);
}

/* I2: a file that no name leads to any more is still none from outside. */
TEST(opened_before_its_name_was_lost)
{
	EXPECT_EQ(EACCES, sandbox_run(&with_default, lose_root, NULL));
	EXPECT_EQ(EACCES, sandbox_run(&with_default, lose_root_in_hat, NULL));
	EXPECT_EQ(EACCES, sandbox_run(&with_default, lose_root_and_change,
				      NULL));
	EXPECT_EQ(EACCES, sandbox_run(&with_default, lose_mount, NULL));
}

static int given(void *arg)
{
	(void)arg;
	CHECK(probe_run(B, "use", "9", NULL) == 0);
	CHECK(probe_run(B, "exec", C, "use", "9", NULL) == 0);
	/* That the container opens the same way needs a rule. */
	CHECK(OPENED(RW, FILE2, B) == EACCES);
	CHECK(to("narrow") == 0);
	CHECK(try_use_fd(9, O_RDWR) == 0);
	return probe_run(SAME, "use", "9", NULL);
}

/* What a container is started with, say for its output, lies on the host. */
TEST(given_from_outside)
{
	struct sandbox rootful = with_default;

	rootful.rootful = true;
	ASSERT_EQ(9, dup2(open("/tmp/given", O_RDWR | O_CREAT, 0600), 9));
	EXPECT_EQ(0, sandbox_run(&rootful, given, NULL));
	EXPECT_EQ(0, sandbox_run(&with_default, given, NULL));
	close(9);
}

static int use_in_child(void *arg)
{
	(void)arg;
	return try_use_fd(9, O_RDWR);
}

static int try_map(int fd, int prot, int flags)
{
	void *map = mmap(NULL, 1, prot, flags, fd, 0);

	return map == MAP_FAILED ? errno : munmap(map, 1);
}

static int without_exec(void *arg)
{
	void *map;

	(void)arg;
	CHECK(!hold(FILE2, O_RDWR));
	map = mmap(NULL, 1, PROT_NONE, MAP_SHARED, 9, 0);
	CHECK(map != MAP_FAILED);
	CHECK(to("narrow") == 0);
	CHECK(try_use_fd(9, O_RDONLY) == EACCES);
	CHECK(try_use_fd(9, O_WRONLY) == EACCES);
	CHECK(try_map(9, PROT_READ, MAP_PRIVATE) == EACCES);
	/* Each of these can be read: by the processor, by /proc/self/mem. */
	CHECK(try_map(9, PROT_WRITE, MAP_PRIVATE) == EACCES);
	CHECK(try_map(9, PROT_NONE, MAP_SHARED) == EACCES);
	CHECK(TRY(mprotect(map, 1, PROT_READ)) == EACCES);
	/* To give it up is no use. */
	CHECK(TRY(mprotect(map, 1, PROT_NONE)) == 0);
	CHECK(TRY(fallocate(9, 0, 0, 4096)) == EACCES);
	CHECK(sandbox_fork(use_in_child, NULL) == EACCES);
	/* An exec that stays in the domain changes nothing. */
	CHECK(probe_run(SAME, "use", "9", NULL) == EACCES);
	/* What the domain itself may open */
	CHECK(!hold(FILE1, O_RDWR));
	CHECK(try_use_fd(9, O_RDWR) == 0);
	CHECK(try_map(9, PROT_READ | PROT_WRITE, MAP_SHARED) == 0);
	return 0;
}

TEST(change_without_exec)
{
	EXPECT_EQ(0, sandbox_run(&with_default, without_exec, NULL));
}

static int there_and_back(void *arg)
{
	(void)arg;
	CHECK(to("hatted") == 0);
	CHECK(!hold(FILE2, O_RDWR));
	CHECK(nest_change_hat("one", 0, TOKEN) == 0);
	CHECK(try_use_fd(9, O_RDWR) == EACCES);
	CHECK(nest_change_hat(NULL, 0, TOKEN) == 0);
	CHECK(try_use_fd(9, O_RDWR) == 0);
	return 0;
}

TEST(hat_and_back)
{
	EXPECT_EQ(0, sandbox_run(&with_default, there_and_back, NULL));
}

static int from_unconfined(void *arg)
{
	(void)arg;
	CHECK(!hold(FILE2, O_RDWR));
	CHECK(to("a") == 0);
	CHECK(try_use_fd(9, O_RDWR) == 0);
	CHECK(probe_run(B, "use", "9", NULL) == 0);
	/* The task's own credentials have opened both. */
	CHECK(!hold(FILE2, O_RDWR));
	return probe_run(B, "use", "9", NULL);
}

TEST(change_from_unconfined)
{
	EXPECT_EQ(EACCES, sandbox_run(&plain, from_unconfined, NULL));
}

/* Only layers in which the domain changes are asked. */
static int inside_another_layer(void *arg)
{
	(void)arg;
	CHECK(sandbox_run(&plain, opened_by_another, NULL) == 0);
	return sandbox_run(&plain, brought_in, NULL);
}

TEST(layers)
{
	const struct sandbox outer = {
		/* This program lies in a mount of the host. */
		.policy = "@{any} = **\n"
			  "profile default flags=(attach_disconnected) {\n"
			  ALL_RULES "  mount,\n  umount,\n"
			  "  " BIN "* ix,\n  @{any} r,\n}\n",
	};

	EXPECT_EQ(0, sandbox_run(&outer, inside_another_layer, NULL));
}

NEST_TEST_MAIN
