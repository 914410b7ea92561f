// SPDX-License-Identifier: GPL-2.0-only
/*
 * Profiles and probes about mounts, in the tree below /m: d, e and r are
 * directories, t a file system with the directories s and old, b a bind mount of
 * its s, f a file.
 *
 * apparmor_parser 3.0 has a rule for a bind mount with other options permit
 * other mounts with these, too; in a file with such rules none are tried.
 */
#include <stdbool.h>
#include <sys/mount.h>
#include "generate.h"
#include "random.h"
#include "tree.h"

/**
 * struct option - a flag of mount()
 * @name: as an option; NULL at the end
 * @flag: the flag, 0 for the lack of one
 */
struct option {
	const char *name;
	unsigned long flag;
};

static const struct option plain[] = {
	{ "ro", MS_RDONLY }, { "ro", MS_RDONLY }, { "rw", 0 },
	{ "nosuid", MS_NOSUID }, { "nosuid", MS_NOSUID }, { "suid", 0 },
	{ "nodev", MS_NODEV }, { "noexec", MS_NOEXEC }, { "exec", 0 },
	{ "sync", MS_SYNCHRONOUS }, { "noatime", MS_NOATIME },
	{ "nodiratime", MS_NODIRATIME }, { "relatime", MS_RELATIME },
};

static const struct option binds[] = {
	{ "bind", MS_BIND }, { "bind", MS_BIND }, { "rbind", MS_BIND | MS_REC },
	{ "move", MS_MOVE },
};

static const struct option propagations[] = {
	{ "make-private", MS_PRIVATE }, { "make-rprivate", MS_PRIVATE | MS_REC },
	{ "make-shared", MS_SHARED }, { "make-rshared", MS_SHARED | MS_REC },
	{ "make-slave", MS_SLAVE }, { "make-rslave", MS_SLAVE | MS_REC },
	{ "make-unbindable", MS_UNBINDABLE },
	{ "make-runbindable", MS_UNBINDABLE | MS_REC },
};

static const char *const points[] = {
	"/m/d/", "/m/e/", "/m/t/", "/m/b/", "/m/r/", "/m/f", "/m/*/", "/m/**",
	"/m/{d,e}/", "/m/[a-e]/", "/m/?/", "/", "/**", "/m/d{,/**}", "/m/t/s/",
	"@{M}/d/", "\"/m/d/\"", "/m/t/old/", "/m/d", "/m/**/", "/m/[^d]/",
};

static const char *const sources[] = {
	"/m/e/", "/m/**", "/m/t/", "/m/f", "/m/b/", "/m/*/", "none", "tmpfs",
	"*", "**", "/**", "/m/{t,b}/", "@{M}/t/", "t*", "[nt]*",
};

static const char *const types[] = {
	"tmpfs", "tmpfs", "proc", "(tmpfs, proc)", "sysfs", "t*", "{tmpfs,proc}",
	"(proc sysfs)", "ramfs",
};

/* Of the file that is being made: rules for binds with other options. */
static bool mixed;

static void put_plain_options(FILE *out)
{
	unsigned int n = 1 + random_below(3);
	bool in = random_percent(30);

	fputs(in ? " options in (" : " options=(", out);
	while (n--)
		fprintf(out, "%s%s", RANDOM_OF(plain).name, n ? ", " : ")");
}

static void put_source(FILE *out)
{
	fprintf(out, " %s", random_percent(70) ? RANDOM_OF(sources) : "");
}

static void put_point(FILE *out)
{
	if (random_percent(75))
		fprintf(out, " -> %s", RANDOM_OF(points));
}

static void put_new_mount(FILE *out)
{
	fputs("mount", out);
	if (random_percent(50))
		put_plain_options(out);
	if (random_percent(60))
		fprintf(out, " fstype=%s", RANDOM_OF(types));
	put_source(out);
	put_point(out);
}

static void put_bind(FILE *out)
{
	fprintf(out, "mount options=(%s", RANDOM_OF(binds).name);
	if (random_percent(20)) {
		fprintf(out, ", %s", RANDOM_OF(plain).name);
		mixed = true;
	}
	fputs(")", out);
	put_source(out);
	put_point(out);
}

static void put_propagation(FILE *out)
{
	fprintf(out, "mount options=(%s)", RANDOM_OF(propagations).name);
	put_point(out);
}

static void put_remount(FILE *out)
{
	fputs("remount", out);
	if (random_percent(60))
		put_plain_options(out);
	if (random_percent(75))
		fprintf(out, " %s", RANDOM_OF(points));
}

static void put_umount(FILE *out)
{
	fputs("umount", out);
	if (random_percent(80))
		fprintf(out, " %s", RANDOM_OF(points));
}

static void put_pivot(FILE *out)
{
	fputs("pivot_root", out);
	if (random_percent(60))
		fprintf(out, " oldroot=%s", RANDOM_OF(points));
	if (random_percent(75))
		fprintf(out, " %s", RANDOM_OF(points));
}

static void put_rule(FILE *out)
{
	static void (*const rules[])(FILE *out) = {
		put_new_mount, put_new_mount, put_bind, put_bind,
		put_propagation, put_remount, put_umount, put_pivot,
	};

	fputs("  ", out);
	if (random_percent(10))
		fputs("audit ", out);
	if (random_percent(18))
		fputs("deny ", out);
	RANDOM_OF(rules)(out);
	fputs(",\n", out);
}

/**
 * generate_mount_profile() - one file of profiles
 * @out: where to
 * @bases: not used
 */
void generate_mount_profile(FILE *out, struct bases *bases)
{
	unsigned int n = 1 + random_below(10);

	(void)bases;
	mixed = false;
	if (random_percent(85))
		fputs("abi <abi/3.0>,\n", out);
	fprintf(out, "@{M} = /m\nprofile default %s{\n  signal,\n  ptrace,\n"
		"  /** rw,\n  capability,\n",
		random_percent(10) ? "flags=(complain) " : "");
	while (n--)
		put_rule(out);
	fputs("}\n", out);
}

static const char *directory(void)
{
	static const char *const names[] = {
		"/m/d", "/m/d", "/m/e", "/m/t", "/m/t", "/m/b", "/m/r", "/m/t/s",
		"/m/t/old", "/m/d/",
	};

	return RANDOM_OF(names);
}

static unsigned long plain_flags(void)
{
	unsigned int n = random_below(3);
	unsigned long flags = 0;

	while (n--)
		flags |= RANDOM_OF(plain).flag;
	return flags;
}

static void put_mount_probe(FILE *out)
{
	static const char *const new_types[] = { "tmpfs", "tmpfs", "proc", "sysfs",
						 "ramfs" };
	static const char *const devices[] = { "none", "tmpfs", "x", "/m/e" };
	unsigned int kind = random_below(100);

	fprintf(out, "mount\t%s\t", kind < 90 ? directory() : "/m/f");
	if (kind < 40 && !mixed)
		fprintf(out, "%lu %s %s\n", plain_flags(), RANDOM_OF(new_types),
			RANDOM_OF(devices));
	else if (kind < 60 || kind >= 90)
		fprintf(out, "%lu none %s\n", RANDOM_OF(binds).flag |
			(random_percent(20) ? plain_flags() : 0),
			kind < 90 ? directory() : "/m/f");
	else if (kind < 75)
		fprintf(out, "%lu none none\n", RANDOM_OF(propagations).flag);
	else
		fprintf(out, "%lu none none\n", MS_REMOUNT | plain_flags());
}

/**
 * generate_mount_probes() - what to try under such a profile
 * @out: where to
 * @bases: not used
 * @n: how many probes
 */
void generate_mount_probes(FILE *out, const struct bases *bases,
			   unsigned long n)
{
	static const char *const old_roots[] = { "/m/t/old", "/m/t/s", "/m/t",
						 "/m/b", "/m/d" };

	(void)bases;
	while (n--) {
		fputs("root\t", out);
		if (random_percent(70))
			put_mount_probe(out);
		else if (random_percent(50))
			fprintf(out, "umount\t%s\t%d\n", directory(),
				random_percent(50) ? MNT_DETACH : 0);
		else
			fprintf(out, "pivot\t%s\t%s\n",
				random_percent(70) ? "/m/t" : "/m/b",
				RANDOM_OF(old_roots));
	}
}
