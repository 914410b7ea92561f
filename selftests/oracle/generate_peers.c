// SPDX-License-Identifier: GPL-2.0-only
/* Profiles and probes about other processes: signals and tracing. */
#include <stdbool.h>
#include "generate.h"
#include "random.h"
#include "tree.h"

/* Some of the words, or none, as a list or a single one. */
static void put_words(FILE *out, const char *before,
		      const char *(*word)(void), unsigned int max)
{
	unsigned int n = random_below(max + 1);

	if (!n)
		return;
	fputs(before, out);
	if (n == 1 && random_percent(60)) {
		fputs(word(), out);
		return;
	}
	fputs("(", out);
	while (n--)
		fprintf(out, "%s%s", word(),
			!n ? ")" : random_percent(70) ? ", " : " ");
}

static const char *signal_access(void)
{
	static const char *const words[] = {
		"send", "send", "receive", "receive", "r", "w", "rw", "read",
		"write",
	};

	return RANDOM_OF(words);
}

static const char *ptrace_access(void)
{
	static const char *const words[] = {
		"trace", "trace", "read", "read", "tracedby", "readby", "r", "w",
		"rw",
	};

	return RANDOM_OF(words);
}

static const char *signal_name(void)
{
	static const char *const names[] = {
		"hup", "int", "quit", "exists", "exists", "usr1", "usr2", "term",
		"chld", "cont", "winch", "io", "pwr", "sys", "urg", "alrm",
		"rtmin+0", "rtmin+2", "rtmin+30", "abrt", "stkflt", "bus",
	};

	return RANDOM_OF(names);
}

/*
 * The first two match the empty name, too. A ptrace rule that denies by one of
 * them has AppArmor not mediate the class at all.
 */
static void put_peer(FILE *out, bool not_empty)
{
	static const char *const patterns[] = {
		"**", "*", "t1", "t2", "default", "default//c1", "unconfined", "t*", "t?",
		"t[12]", "t[^1]", "{t1,unconfined}", "default//*",
		"default{,//c1}", "d*", "d**", "*//c1", "{t,u}*", "[a-t]**",
		"@{P}", "@{P}{,//c1}", "@{profile_name}", "@{profile_name}//c1",
		"/**", "t\\061", "{unconfined,default}", "*1", "**1", "?",
		"\"t1\"", "\"t 1\"", "none", "/usr/bin/{a,b}",
	};

	unsigned int first = not_empty ? 2 : 0;

	if (random_percent(70))
		fprintf(out, " peer=%s",
			patterns[first + random_below(ARRAY_SIZE(patterns) -
						      first)]);
}

static void put_rule(FILE *out)
{
	bool deny = random_percent(22);
	bool signal = random_percent(50);

	fputs("  ", out);
	if (random_percent(10))
		fputs("audit ", out);
	if (deny)
		fputs("deny ", out);
	else if (random_percent(10))
		fputs("allow ", out);
	if (signal) {
		fputs("signal", out);
		put_words(out, " ", signal_access, 2);
		if (random_percent(55))
			put_words(out, " set=", signal_name, 5);
	} else {
		fputs("ptrace", out);
		put_words(out, " ", ptrace_access, 3);
	}
	put_peer(out, deny && !signal);
	fputs(",\n", out);
}

/*
 * Where there are rules, there is one of each class that allows: a denial alone
 * may match the mark of the class.
 */
static void put_rules(FILE *out)
{
	static const char *const bases[] = {
		"", "", "", "", "  signal,\n", "  ptrace,\n",
		"  signal,\n  ptrace,\n", "  signal send,\n  ptrace read,\n",
	};
	unsigned int n = random_below(7);

	fputs("  /p/* rm,\n", out);
	if (n)
		fputs("  signal peer=none,\n  ptrace peer=none,\n", out);
	fputs(RANDOM_OF(bases), out);
	while (n--)
		put_rule(out);
}

static void put_other(FILE *out, const char *name)
{
	static const char *const flags[] = { "complain", "audit" };

	fprintf(out, "profile %s ", name);
	if (random_percent(15))
		fprintf(out, "flags=(%s) ", RANDOM_OF(flags));
	fputs("{\n", out);
	put_rules(out);
	fputs("}\n", out);
}

/**
 * generate_peers_profile() - one file of profiles
 * @out: where to
 * @bases: not used
 */
void generate_peers_profile(FILE *out, struct bases *bases)
{
	(void)bases;
	if (random_percent(85))
		fputs("abi <abi/3.0>,\n", out);
	fputs("@{P} = t1 default\n", out);
	if (random_percent(30))
		fputs("@{P} += unconfined\n", out);
	fputs("profile default {\n"
	      "  /p/t1 px -> t1,\n  /p/t2 px -> t2,\n  /p/c1 cx -> c1,\n"
	      "  /p/unconfined ux,\n  /p/default ix,\n  /proc/** r,\n", out);
	if (random_percent(80))
		fputs("  capability,\n", out);
	put_rules(out);
	put_other(out, "c1");
	fputs("}\n", out);
	put_other(out, "t1");
	put_other(out, "t2");
}

static const char *some_peer(void)
{
	static const char *const peers[] = {
		"t1", "t1", "t2", "c1", "unconfined", "default",
	};

	return RANDOM_OF(peers);
}

static void some_signal(FILE *out, const char *whose)
{
	static const char *const ops[] = { "kill", "kill", "tgkill", "pidfd-kill" };
	static const int signals[] = {
		0, 0, 1, 2, 3, 6, 7, 10, 12, 14, 15, 15, 16, 17, 18, 23, 28, 29, 30,
		31, 32, 34, 62, 63, 64,
	};

	fprintf(out, "%s\t%s%s\t%d\n", RANDOM_OF(ops), some_peer(), whose,
		RANDOM_OF(signals));
}

static void some_trace(FILE *out, const char *whose)
{
	static const char *const ops[] = {
		"attach", "attach", "seize", "vm-read", "vm-write", "kcmp",
		"robust-list", "pidfd-getfd",
	};
	static const char *const files[] = {
		"mem", "environ", "maps", "auxv", "syscall", "stack", "smaps_rollup",
		"status", "pagemap", "personality", "io", "stat", "wchan",
	};
	static const char *const links[] = {
		"exe", "cwd", "root", "fd/100", "ns/pid", "ns/mnt",
	};
	const char *peer = some_peer();

	switch (random_below(5)) {
	case 0:
		fprintf(out, "proc\t%s%s\t%s\n", peer, whose, RANDOM_OF(files));
		break;
	case 1:
		fprintf(out, "proc-link\t%s%s\t%s\n", peer, whose,
			RANDOM_OF(links));
		break;
	case 2:
		fprintf(out, "traceme\t%s\n", peer);
		break;
	default:
		fprintf(out, "%s\t%s%s\n", RANDOM_OF(ops), peer, whose);
	}
}

/**
 * generate_peers_probes() - what to try under such a profile
 * @out: where to
 * @bases: not used
 * @n: how many probes
 */
void generate_peers_probes(FILE *out, const struct bases *bases,
			   unsigned long n)
{
	(void)bases;
	while (n--) {
		bool user = random_percent(35);
		bool other = random_percent(8);

		fprintf(out, "%s\t", user ? "user" : "root");
		if (random_percent(50))
			some_signal(out, user != other ? ":user" : "");
		else
			some_trace(out, user != other ? ":user" : "");
	}
}
