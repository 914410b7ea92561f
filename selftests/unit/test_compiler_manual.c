// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the grammar of apparmor.d(5) has, of abi 3.0 and 4.0, production by
 * production: each is enforced, skipped or refused, as the table of features
 * says of it, and none is taken for an error of syntax.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler_helper.h"

/*
 * A construct: the name in the table of features; a rule, or after '!' a whole
 * file, in which %s is to be each of the words. The words are divided by '|'.
 */
struct construct {
	const char *feature;
	const char *text;
	const char *words;
};

#define FAMILIES \
	"unix|inet|ax25|ipx|appletalk|netrom|bridge|atmpvc|x25|inet6|rose|" \
	"netbeui|security|key|netlink|packet|ash|econet|atmsvc|rds|sna|irda|" \
	"pppox|wanpipe|llc|ib|mpls|can|tipc|bluetooth|iucv|rxrpc|isdn|phonet|" \
	"ieee802154|caif|alg|nfc|vsock|kcm|qipcrtr|smc|xdp|mctp"
#define CAPABILITIES \
	"chown|dac_override|dac_read_search|fowner|fsetid|kill|setgid|setuid|" \
	"setpcap|linux_immutable|net_bind_service|net_broadcast|net_admin|" \
	"net_raw|ipc_lock|ipc_owner|sys_module|sys_rawio|sys_chroot|" \
	"sys_ptrace|sys_pacct|sys_admin|sys_boot|sys_nice|sys_resource|" \
	"sys_time|sys_tty_config|mknod|lease|audit_write|audit_control|" \
	"setfcap|mac_override|mac_admin|syslog|wake_alarm|block_suspend|" \
	"audit_read|perfmon|bpf|checkpoint_restore"
#define MOUNT_FLAGS \
	"ro|rw|nosuid|suid|nodev|dev|noexec|exec|sync|async|remount|mand|" \
	"nomand|dirsync|noatime|atime|nodiratime|diratime|bind|rbind|move|" \
	"verbose|silent|loud|acl|noacl|unbindable|runbindable|private|" \
	"rprivate|slave|rslave|shared|rshared|relatime|norelatime|iversion|" \
	"noiversion|strictatime|nouser|user|make-shared|make-rprivate"
#define SIGNALS \
	"hup|int|quit|ill|trap|abrt|bus|fpe|kill|usr1|segv|usr2|pipe|alrm|" \
	"term|stkflt|chld|cont|stop|stp|ttin|ttou|urg|xcpu|xfsz|vtalrm|prof|" \
	"winch|io|pwr|sys|emt|exists|rtmin+0|rtmin+30|(rtmin+31 rtmin+32)"
#define UNIX_ACCESS \
	"create|bind|listen|accept|connect|shutdown|getattr|setattr|getopt|" \
	"setopt|send|receive|r|w|rw|(create, bind)|(send receive)"
#define LIMITS \
	"cpu <= 2hours|cpu <= 1|fsize <= 10M|data <= 1G|stack <= 8M|core <= 0|" \
	"rss <= 1K|nofile <= 1024|as <= infinity|nproc <= 3|memlock <= 64K|" \
	"locks <= 7|sigpending <= 9|msgqueue <= 1M|nice <= -5|rtprio <= 2|" \
	"rttime <= 5ms"

static const struct construct constructs[] = {
	/* The preamble. */
	{ "@{variable}", "!@{A_1} = /a \"/b c\"\n@{A_1} += /d@{B}\n@{B}=x\n"
	  "profile t { @{A_1} r, }\n", NULL },
	{ "alias", "!alias /a/ -> /b/,\nprofile t { /b/c r, }\n", NULL },
	{ "include, include if exists", "!%sprofile t { /a r, }\n",
	  "include if exists <x>\n|#include if exists \"/nowhere/x\"\n" },
	{ "abi", "!abi %s,\nprofile t { /a r, }\n",
	  "<abi/3.0>|\"abi/3.0\"|<abi/4.0>" },
	{ "other abi", "!abi %s,\nprofile t { /a r, }\n",
	  "<abi/5.0>|<kernel-5.4-vanilla>|kernel" },

	/* Profiles. */
	{ "profile with attachment", "!%s { /a r, }\n",
	  "/usr/bin/x|\"/usr/bin/x y\"|profile t|profile \"t u\" /{a,b}*|"
	  "profile t /a flags=(enforce)|profile t (enforce)|profile /a /b" },
	{ "profile within a profile", "profile %s { /a r, }",
	  "c|c /b|c /b flags=(complain)" },
	{ "hat", "%s { /a r, }", "^h|hat h|^h flags=(complain)" },
	{ "xattrs=", "!profile t /a xattrs=(%s) flags=(audit) { }\n",
	  "security.a=\"b*\"|user.a=b, user.c=d|user.a=\"b\" trusted.c=\"*\"" },
	{ "flags=(%s)", "!profile t flags=(%s) { /a r, }\n",
	  "enforce|complain|kill|unconfined|audit|mediate_deleted|"
	  "attach_disconnected|chroot_relative|default_allow|prompt" },
	{ "flags=(attach_disconnected.path=)",
	  "!profile t flags=(attach_disconnected.path=%s) { /a r, }\n",
	  "/x|\"/x y\"" },
	{ "if, else, not, defined",
	  "if %s { /a r, } else { /b r, }",
	  "defined @{x}|not defined @{x}|not defined ${x}" },

	/* Blocks and words before rules. */
	{ "audit, allow, deny", "%s { /a r, }",
	  "audit|allow|audit deny|audit allow" },
	{ "audit, allow, deny", "%s /a r,",
	  "audit|allow|deny|audit deny|audit allow" },
	{ "owner, other", "%s /a r,", "owner|other|audit deny owner" },
	{ "priority=", "priority=%s audit deny /a w,", "-1000|0|1000" },
	{ "priority=", "priority=1 %s,",
	  "file|all|capability|network|mount|signal|ptrace|unix|umount|"
	  "pivot_root|change_profile" },
	{ "priority= before link A -> B", "priority=1 %s,",
	  "link /a -> /b|/a l -> /b" },
	{ "prompt", "prompt /a r,", NULL },

	/* Files. */
	{ "file r w a l k m", "%s,",
	  "file|/a r|/a w|/a a|/a l|/a k|/a m|/a rwlkm|file /a r|r /a|"
	  "file rw /a|\"/a b\" r" },
	{ "patterns", "%s r,", "/*|/**|/?|/[ab]|/[^a]|/{a,b}|/\\a|/@{pid}*" },
	{ "ix px cx ux, fallbacks, -> name", "/a %s,",
	  "ix|ux|Ux|px|Px|cx|Cx|pix|Pix|cix|Cix|pux|PUx|cux|CUx|rix|"
	  "px -> t|Cx -> c|cix -> c" },
	{ "audit, allow, deny", "deny /a x,", NULL },
	{ "exec -> &name", "/a %s,", "px -> &t|ix -> &t|px -> :n:t" },
	{ "safe, unsafe", "%s,",
	  "unsafe /a px|safe /a Cx|owner unsafe px /a|file safe /a rPx" },
	{ "link [subset] A -> B", "%s,",
	  "link /a -> /b|link subset /a -> /b|owner link /a -> /b|"
	  "deny link /a -> /b|/a l -> /b" },

	/* Capabilities, sockets. */
	{ "capability", "capability %s,", CAPABILITIES "||chown kill" },
	{ "network family, type, protocol", "network %s,",
	  FAMILIES "||stream|dgram|seqpacket|rdm|raw|packet|tcp|udp|icmp|"
	  "inet stream|inet6 udp|inet stream tcp" },
	{ "network with addresses, ports, access", "network %s,",
	  "bind inet|(create, bind) inet6 stream|inet ip=1.2.3.4 port=80|"
	  "connect inet peer=(ip=::1 port=1-9)|inet ip=none" },
	{ "network with these, other families", "network %s,",
	  "(bind) netlink|send packet raw" },
	{ "unix, abi/4.0", "!abi <abi/4.0>,\nprofile t {\nunix %s,\n}\n",
	  UNIX_ACCESS "|type=stream|type=(stream dgram)|addr=none|addr=auto|"
	  "addr=@a*|bind type=dgram addr=@a|peer=(addr=@a label=t)|"
	  "connect peer=(label=\"a b\")" },
	{ "unix with create, no abi/4.0", "unix %s,",
	  "|create|(create, bind)|type=stream" },
	{ "unix with addresses, peers, other access, no abi/4.0", "unix %s,",
	  "send|addr=@a|(connect receive) peer=(label=x)" },
	{ "unix addr=/path",
	  "!abi <abi/4.0>,\nprofile t {\nunix %s,\n}\n",
	  "addr=/run/x|bind addr=\"/run/*\"|connect peer=(addr=/run/x)" },

	/* Other tasks. */
	{ "signal", "signal %s,",
	  "|r|w|rw|read|write|send|receive|(send, receive)|peer=/a/*|"
	  "send set=(hup, int) peer=\"a b\"" },
	{ "signal", "signal set=%s,", SIGNALS },
	{ "ptrace", "ptrace %s,",
	  "|r|w|rw|read|readby|trace|tracedby|(read, trace) peer=@{pid}" },

	/* Mounts. */
	{ "mount, remount with options, fstype, source", "mount %s,",
	  "|/a|/a -> /b/|-> /b/|fstype=ext4|fstype=(ext4, tmpfs)|"
	  "vfstype=ext4|fstype in (ext4) /a|options in (ro, nosuid) /a|"
	  "options=(ro, bind) /a/ -> /b/|options=ro fstype=x /a -> /b/" },
	{ "mount, remount with options, fstype, source",
	  "mount options=%s,", MOUNT_FLAGS },
	{ "mount, remount with options, fstype, source", "remount %s,",
	  "|/b/|options=(ro) /b/" },
	{ "umount, pivot_root", "%s,",
	  "umount|umount /b/|unmount /b/|pivot_root|pivot_root /b/|"
	  "pivot_root oldroot=/c/|pivot_root oldroot=/c/ /b/" },
	{ "pivot_root -> profile", "pivot_root /b/ -> t,", NULL },

	/* Changes by the task itself. */
	{ "change_profile", "change_profile %s,",
	  "|-> x|/a|/a -> x|safe /a -> x|unsafe /a -> x|-> /a//b" },
	{ "change_profile -> &name", "change_profile -> &x,", NULL },
	{ "change_profile -> :namespace:name", "change_profile -> :a:b,",
	  NULL },

	/* The rest. */
	{ "set rlimit", "set rlimit %s,", LIMITS },
	{ "userns", "userns%s,", "| create" },
	{ "io_uring", "io_uring%s,",
	  "| sqpoll| override_creds| (sqpoll, override_creds)" },
	{ "io_uring label=", "io_uring override_creds label=t,", NULL },
	{ "mqueue", "mqueue %s,",
	  "|r|create|(read, write)|type=posix|/a|r type=sysv 123|"
	  "(getattr setattr open delete) type=posix /a" },
	{ "mqueue label=", "mqueue (getattr setattr) type=posix label=t /a,",
	  NULL },
	{ "dbus, deny dbus", "dbus %s,",
	  "|send|receive|bind|eavesdrop|(send, receive)|bus=session|"
	  "send bus=system path=/a interface=b member=c peer=(name=d label=e)|"
	  "bind bus=session name=a.b" },
	{ "all", "%s,", "all|allow all" },
};

static enum nest_feature_state state_of(const char *name)
{
	const struct nest_feature *features;
	size_t count, i;

	features = nest_features(&count);
	for (i = 0; i < count; i++)
		if (!strcmp(features[i].construct, name))
			return features[i].state;
	fail_msg("no feature is called %s", name);
	return NEST_FEATURE_REFUSED;
}

static enum nest_feature_state state_got(const struct compiled *compiled)
{
	if (compiled->err)
		return NEST_FEATURE_REFUSED;
	return strstr(compiled->messages, "[rule-not-enforced]") ?
	       NEST_FEATURE_SKIPPED : NEST_FEATURE_ENFORCED;
}

/* Return: 0 if it is as the table says. */
static int check(const struct construct *construct, const char *word)
{
	char name[128], rule[1024], text[2048];
	struct compiled compiled;
	int wrong;

	snprintf(name, sizeof(name), construct->feature, word);
	snprintf(rule, sizeof(rule), construct->text, word);
	snprintf(text, sizeof(text), "@{pid} = 1\nprofile t {\n%s\n}\n", rule);
	if (*rule == '!')
		snprintf(text, sizeof(text), "%s", rule + 1);
	compile_text(&compiled, text);
	wrong = state_got(&compiled) != state_of(name) ||
		strstr(compiled.messages, "[syntax]");
	if (wrong)
		print_error("%s: %s\n%s", name, rule, compiled.messages);
	compiled_free(&compiled);
	return wrong;
}

static void manual(void **state)
{
	int wrong = 0;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(constructs); i++) {
		const char *words = constructs[i].words;
		char *copy, *rest, *word;

		copy = strdup(words ? words : "");
		assert_non_null(copy);
		rest = copy;
		while ((word = strsep(&rest, "|")))
			wrong += check(&constructs[i], word);
		free(copy);
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(manual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
