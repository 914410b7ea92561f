// SPDX-License-Identifier: GPL-2.0-or-later
/* What becomes of each construct of the language: one table for everybody. */
#include "compile.h"

#define IN(rules)	"profile t {\n" rules "\n}\n"
#define FLAG(flag)	"profile t flags=(" flag ") {\n/a r,\n}\n"

#define UNMEDIATED	"not mediated; to leave it out gives nothing away"
#define NO_DENY		"it would permit what the rule denies"
#define ROOT		"names begin at the root of the mounts"

static const struct nest_feature features[] = {
	/* The preamble. */
	{ "abi", NEST_FEATURE_ENFORCED,
	  "4.0: unix, by address and peer",
	  "abi <abi/3.0>,\n" IN("/a r,") },
	{ "other abi", NEST_FEATURE_REFUSED, "nobody knows what it means",
	  "abi <abi/9.9>,\n" IN("/a r,") },
	{ "include, include if exists", NEST_FEATURE_ENFORCED, "",
	  "include if exists <none>\n" IN("/a r,") },
	{ "@{variable}", NEST_FEATURE_ENFORCED, "",
	  "@{x} = /a /b\n@{x} += /c\n" IN("@{x} r,") },
	{ "${boolean}", NEST_FEATURE_ENFORCED, "",
	  "${x} = true\n" IN("/a r,") },
	{ "alias", NEST_FEATURE_ENFORCED, "",
	  "alias /a/ -> /b/,\n" IN("/a/b r,") },
	{ "if, else, not, defined", NEST_FEATURE_ENFORCED, "",
	  "${x} = true\n"
	  IN("if not ${x} { /a r, } else if defined @{y} { /b r, }") },

	/* Profiles. */
	{ "profile with attachment", NEST_FEATURE_ENFORCED, "",
	  "profile t /usr/bin/{a,b}* {\n/a r,\n}\n" },
	{ "profile within a profile", NEST_FEATURE_ENFORCED, "",
	  IN("/b cx -> c,\nprofile c { /a r, }") },
	{ "hat", NEST_FEATURE_ENFORCED, "", IN("^h { /a r, }") },
	{ "xattrs=", NEST_FEATURE_ENFORCED, "",
	  "profile t /a xattrs=(user.x=y security.z=\"*\") { }\n" },
	{ "flags=(enforce)", NEST_FEATURE_ENFORCED, "", FLAG("enforce") },
	{ "flags=(complain)", NEST_FEATURE_ENFORCED, "", FLAG("complain") },
	{ "flags=(audit)", NEST_FEATURE_ENFORCED, "", FLAG("audit") },
	{ "flags=(default_allow)", NEST_FEATURE_ENFORCED, "",
	  FLAG("default_allow") },
	{ "flags=(unconfined)", NEST_FEATURE_ENFORCED, "",
	  FLAG("unconfined") },
	{ "flags=(attach_disconnected)", NEST_FEATURE_ENFORCED, "",
	  FLAG("attach_disconnected") },
	{ "flags=(mediate_deleted)", NEST_FEATURE_ENFORCED,
	  "so are all profiles", FLAG("mediate_deleted") },
	{ "flags=(kill)", NEST_FEATURE_ENFORCED,
	  "denials by explicit deny rules do not kill", FLAG("kill") },
	{ "flags=(complain, kill)", NEST_FEATURE_REFUSED,
	  "one contradicts the other", FLAG("complain, kill") },
	{ "flags=(prompt)", NEST_FEATURE_REFUSED, "nobody is asked",
	  FLAG("prompt") },
	{ "flags=(chroot_relative)", NEST_FEATURE_REFUSED, ROOT,
	  FLAG("chroot_relative") },
	{ "flags=(attach_disconnected.path=)", NEST_FEATURE_REFUSED,
	  "what has no name from the root would have that of another file",
	  FLAG("attach_disconnected.path=/x") },

	/* Files. */
	{ "file r w a l k m", NEST_FEATURE_ENFORCED, "",
	  IN("/a rwlkm,\nfile /b a,\nr /c,\nfile,") },
	{ "patterns", NEST_FEATURE_ENFORCED, "",
	  IN("/*/**/a?[a-c][^d]{,e,{f,g}}\\* r,") },
	{ "owner, other", NEST_FEATURE_ENFORCED, "",
	  IN("owner /a r,\nother /b r,") },
	{ "audit, allow, deny", NEST_FEATURE_ENFORCED, "",
	  IN("audit /a r,\nallow /b r,\naudit deny /c w,") },
	{ "ix px cx ux, fallbacks, -> name", NEST_FEATURE_ENFORCED, "",
	  IN("/a ix,\n/b Px -> t,\n/c pix,\n/d PUx,\n/e ux,") },
	{ "exec -> &name", NEST_FEATURE_REFUSED,
	  "a task is in one domain of a layer", IN("/a px -> &t,") },
	{ "safe, unsafe", NEST_FEATURE_ENFORCED, "",
	  IN("unsafe /a Px,\nsafe cx /b -> c,\nprofile c { }") },
	{ "priority=", NEST_FEATURE_ENFORCED, "by permission",
	  IN("priority=1 /a r,\npriority=-1 deny /** w,\n"
	     "priority=2 capability chown,\npriority=3 signal peer=t,") },
	{ "priority= before link A -> B", NEST_FEATURE_REFUSED,
	  "a link is asked about twice",
	  IN("priority=1 link /a -> /b,") },
	{ "prompt", NEST_FEATURE_REFUSED, "nobody is asked",
	  IN("prompt /a r,") },
	{ "link [subset] A -> B", NEST_FEATURE_ENFORCED, "",
	  IN("owner link subset /a -> /b,\ndeny link /c -> /**,") },

	/* Other classes. */
	{ "capability", NEST_FEATURE_ENFORCED, "",
	  IN("capability chown kill,\ndeny capability bpf,") },
	{ "network family, type, protocol", NEST_FEATURE_ENFORCED,
	  "as families and types", IN("network inet stream,\nnetwork tcp,") },
	{ "network with addresses, ports, access", NEST_FEATURE_ENFORCED,
	  "of inet and inet6",
	  IN("network (bind) inet ip=::1 port=80,\n"
	     "deny network inet peer=(ip=10.0.0.0/8 port=1-1023),") },
	{ "network with these, other families", NEST_FEATURE_SKIPPED,
	  UNMEDIATED, IN("network (bind) netlink,") },
	{ "deny network with these, other families", NEST_FEATURE_REFUSED,
	  NO_DENY, IN("deny network (bind) netlink,") },
	{ "unix, abi/4.0", NEST_FEATURE_ENFORCED, "",
	  "abi <abi/4.0>,\n"
	  IN("unix (connect) peer=(addr=\"@x\" label=t),\n"
	     "deny unix bind type=dgram addr=auto,") },
	{ "unix with create, no abi/4.0", NEST_FEATURE_ENFORCED,
	  "as network unix", IN("unix (create) type=stream,") },
	{ "unix with addresses, peers, other access, no abi/4.0",
	  NEST_FEATURE_SKIPPED, UNMEDIATED,
	  IN("unix (connect) peer=(addr=\"@x\"),") },
	{ "deny unix with these, no abi/4.0", NEST_FEATURE_REFUSED, NO_DENY,
	  IN("deny unix (connect),") },
	{ "unix addr=/path", NEST_FEATURE_REFUSED,
	  "apparmor_parser refuses it; such sockets are made by file rules",
	  "abi <abi/4.0>,\n" IN("unix bind addr=/x,") },
	{ "signal", NEST_FEATURE_ENFORCED,
	  "denied without a rule, whatever the abi",
	  IN("signal send set=(hup term) peer=x*,\ndeny signal peer=y,") },
	{ "ptrace", NEST_FEATURE_ENFORCED,
	  "denied without a rule, whatever the abi",
	  IN("ptrace (read, tracedby) peer=x*,\ndeny ptrace peer=y,") },
	{ "mount, remount with options, fstype, source", NEST_FEATURE_ENFORCED,
	  "denied without a rule, whatever the abi",
	  IN("mount options=(ro,bind) /a -> /b,\n"
	     "mount options in (ro) fstype=x,\n"
	     "remount /b,\ndeny mount options=move /a,") },
	{ "umount, pivot_root", NEST_FEATURE_ENFORCED,
	  "denied without a rule, whatever the abi",
	  IN("umount /b,\npivot_root oldroot=/c/ /d/,") },
	{ "mount with options of file systems", NEST_FEATURE_SKIPPED,
	  "they are no part of the question",
	  IN("mount options=(size=1m) -> /b,") },
	{ "deny mount with these", NEST_FEATURE_REFUSED, NO_DENY,
	  IN("deny mount options=(size=1m),") },
	{ "pivot_root -> profile", NEST_FEATURE_REFUSED,
	  "AppArmor's kernels ignore the profile",
	  IN("pivot_root /a -> t,") },
	{ "change_profile", NEST_FEATURE_ENFORCED, "",
	  IN("change_profile unsafe /a -> x,\ndeny change_profile -> y,") },
	{ "change_profile -> :namespace:name", NEST_FEATURE_SKIPPED,
	  "a layer has no namespaces", IN("change_profile -> :x:y,") },
	{ "change_profile -> &name", NEST_FEATURE_REFUSED,
	  "a task is in one domain of a layer", IN("change_profile -> &t,") },
	{ "userns", NEST_FEATURE_ENFORCED,
	  "with abi/4.0 denied without a rule",
	  IN("userns create,\ndeny userns,") },
	{ "io_uring", NEST_FEATURE_ENFORCED,
	  "sqpoll as userns; override_creds denied without a rule",
	  IN("io_uring (sqpoll),\ndeny io_uring override_creds,") },
	{ "io_uring label=", NEST_FEATURE_SKIPPED,
	  "credentials are of no domain",
	  IN("io_uring override_creds label=x,") },
	{ "deny io_uring label=", NEST_FEATURE_REFUSED, NO_DENY,
	  IN("deny io_uring label=x,") },
	{ "mqueue", NEST_FEATURE_ENFORCED, "with abi/4.0 denied without a rule",
	  IN("mqueue (create open read) /a,\nmqueue type=sysv 123,\n"
	     "deny mqueue w /b,") },
	{ "deny mqueue getattr, setattr, of posix", NEST_FEATURE_REFUSED,
	  NO_DENY, IN("deny mqueue getattr /a,") },
	{ "mqueue label=", NEST_FEATURE_SKIPPED, "queues are of no domain",
	  IN("mqueue r label=x,") },
	{ "deny mqueue label=", NEST_FEATURE_REFUSED, NO_DENY,
	  IN("deny mqueue label=x,") },
	{ "dbus, deny dbus", NEST_FEATURE_SKIPPED,
	  "the message bus mediates it, and asks AppArmor",
	  IN("dbus send bus=session,\ndeny dbus bus=system,") },
	{ "set rlimit", NEST_FEATURE_ENFORCED, "set at each exec",
	  IN("set rlimit nofile <= 10,\nset rlimit nice <= -5,\n"
	     "set rlimit rttime <= 2 min,\nset rlimit as <= infinity,") },
	{ "all", NEST_FEATURE_ENFORCED, "the classes that are enforced",
	  IN("all,") },
};

const struct nest_feature *nest_features(size_t *count)
{
	*count = ARRAY_SIZE(features);
	return features;
}

const char *nest_feature_state_name(enum nest_feature_state state)
{
	static const char *const names[] = {
		[NEST_FEATURE_ENFORCED] = "enforced",
		[NEST_FEATURE_SKIPPED] = "skipped",
		[NEST_FEATURE_REFUSED] = "refused",
	};

	return names[state];
}
