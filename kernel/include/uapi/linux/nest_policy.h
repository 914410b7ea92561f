/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The policy image: the binary form of one layer, as the compiler writes it
 * and the kernel uses it, in place, after nest_policy_unpack() accepted it.
 *
 * Everything is little-endian. An image is a struct nest_policy_header and
 * then the sections in the order of enum nest_policy_section, each aligned to
 * 8 bytes, with zero bytes as padding and nothing else between them. The last
 * section ends at the end of the image.
 */
#ifndef _UAPI_LINUX_NEST_POLICY_H
#define _UAPI_LINUX_NEST_POLICY_H

#include <linux/types.h>

#define NEST_POLICY_MAGIC	0x5453454eU	/* the bytes "NEST" */
#define NEST_POLICY_VERSION	3

/** NEST_NONE - "no index" in each field that holds one. */
#define NEST_NONE		0xffffffffU

/* Hard limits of the format; the kernel may be told to accept less. */
#define NEST_POLICY_SIZE_MAX	(64U << 20)
#define NEST_DOMAINS_MAX	4096U
#define NEST_STATES_MAX		(1U << 22)
#define NEST_NAME_MAX		255U	/* bytes in a domain's name, no NUL */
#define NEST_FILE_DFAS_MAX	8U	/* DFAs that make up a domain's file rules */
#define NEST_RULE_DFAS_MAX	8U	/* DFAs that make up its rules of classes */
#define NEST_ATTACH_MAX		16U	/* attachments to try for one name */
#define NEST_XATTRS_MAX		16U	/* attributes that one asks for */
#define NEST_XATTR_RULES_MAX	65536U	/* and all of them together */

/**
 * enum nest_policy_section - the sections of an image
 * @NEST_SECTION_STRINGS: bytes; each string ends in NUL, the section too
 * @NEST_SECTION_DOMAINS: struct nest_policy_domain, ordered by name (strcmp),
 *	no name twice
 * @NEST_SECTION_PERMS: struct nest_policy_perm
 * @NEST_SECTION_EXECS: struct nest_policy_exec
 * @NEST_SECTION_NETS: struct nest_policy_net
 * @NEST_SECTION_PEERS: struct nest_policy_peer
 * @NEST_SECTION_RULES: struct nest_policy_rule
 * @NEST_SECTION_RLIMITS: struct nest_policy_rlimits
 * @NEST_SECTION_ATTACHES: struct nest_policy_attach
 * @NEST_SECTION_XATTRS: struct nest_policy_xattr
 * @NEST_SECTION_DFAS: struct nest_policy_dfa
 * @NEST_SECTION_TABLES: bytes; what the DFAs point into
 * @NEST_SECTION_COUNT: how many there are
 */
enum nest_policy_section {
	NEST_SECTION_STRINGS,
	NEST_SECTION_DOMAINS,
	NEST_SECTION_PERMS,
	NEST_SECTION_EXECS,
	NEST_SECTION_NETS,
	NEST_SECTION_PEERS,
	NEST_SECTION_RULES,
	NEST_SECTION_RLIMITS,
	NEST_SECTION_ATTACHES,
	NEST_SECTION_XATTRS,
	NEST_SECTION_DFAS,
	NEST_SECTION_TABLES,
	NEST_SECTION_COUNT
};

/**
 * struct nest_policy_extent - where a section lies
 * @offset: bytes from the start of the image, a multiple of 8
 * @count: elements in the section (bytes for STRINGS and TABLES)
 */
struct nest_policy_extent {
	__le32 offset;
	__le32 count;
};

/**
 * struct nest_policy_header - the start of an image
 * @magic: NEST_POLICY_MAGIC
 * @version: NEST_POLICY_VERSION
 * @size: of the whole image, in bytes
 * @flags: zero
 * @default_domain: the domain of tasks that no other domain claims, or
 *	NEST_NONE: such tasks are unconfined in this layer
 * @attach_dfa: the DFA over the paths of executables whose accept values are
 *	1 + the domain that attaches, or 1 + the number of domains + an index in
 *	ATTACHES; or NEST_NONE
 * @reserved: zero
 * @section: the sections
 */
struct nest_policy_header {
	__le32 magic;
	__le32 version;
	__le32 size;
	__le32 flags;
	__le32 default_domain;
	__le32 attach_dfa;
	__le32 reserved[2];
	struct nest_policy_extent section[NEST_SECTION_COUNT];
};

/*
 * Flags of a domain. COMPLAIN: report, and permit. ATTACH_DISCONNECTED: paths
 * that do not lead to the root are matched, without a leading slash. HAT: the
 * parent's tasks may enter it, and leave it again, by change_hat. KILL: who is
 * denied something that is reported is killed, too; not with COMPLAIN.
 */
#define NEST_DOMAIN_COMPLAIN		(1U << 0)
#define NEST_DOMAIN_ATTACH_DISCONNECTED	(1U << 1)
#define NEST_DOMAIN_HAT			(1U << 2)
#define NEST_DOMAIN_KILL		(1U << 3)
#define NEST_DOMAIN_FLAGS		(NEST_DOMAIN_COMPLAIN | \
					 NEST_DOMAIN_ATTACH_DISCONNECTED | \
					 NEST_DOMAIN_HAT | NEST_DOMAIN_KILL)

/**
 * struct nest_policy_domain - a named profile
 * @name: offset in STRINGS
 * @flags: NEST_DOMAIN_*
 * @parent: the domain that this one is a child of, or NEST_NONE
 * @child_dfa: as @attach_dfa of the header, over the children of this domain
 *	alone, or NEST_NONE
 * @file_dfa: the first of the DFAs of the file rules, whose accept values are
 *	1 + an index in PERMS; the results of all of them are united.
 *	NEST_NONE if the domain has no file rules
 * @n_file_dfas: how many; 0 if @file_dfa is NEST_NONE
 * @net: index in NETS, or NEST_NONE: no sockets
 * @rlimits: index in RLIMITS, or NEST_NONE: no limits
 * @peer_dfa: the DFA over the names of other tasks' domains whose accept values
 *	are 1 + an index in PEERS: signals and tracing. A task that the layer
 *	does not confine has the name "unconfined". NEST_NONE: signals are not
 *	mediated, and tracing only of and by tasks in the same domain
 * @rule_dfa: the first of the DFAs of the rules by class, whose accept values
 *	are 1 + an index in RULES; the results of all of them are united.
 *	NEST_NONE if the domain has no such rules
 * @n_rule_dfas: how many; 0 if @rule_dfa is NEST_NONE
 * @mediates: 1 << each enum nest_policy_class that the domain mediates: what
 *	no rule allows is denied there. Of the other classes all is allowed
 * @cap_allow: capabilities allowed, a bit for each
 * @cap_deny: capabilities denied by name; this wins
 * @cap_audit: capabilities whose use is reported even if allowed. Of a denied
 *	capability: the denial is reported (without it, an explicit denial is
 *	quiet)
 */
struct nest_policy_domain {
	__le32 name;
	__le32 flags;
	__le32 parent;
	__le32 child_dfa;
	__le32 file_dfa;
	__le32 n_file_dfas;
	__le32 net;
	__le32 rlimits;
	__le32 peer_dfa;
	__le32 rule_dfa;
	__le32 n_rule_dfas;
	__le32 mediates;
	__le64 cap_allow;
	__le64 cap_deny;
	__le64 cap_audit;
};

/**
 * struct nest_policy_attach - an attachment that asks for attributes, or follows
 *	one that does
 * @domain: it attaches to a file that has all of the attributes
 * @next: what to try for one that does not: a lower index in ATTACHES, or
 *	NEST_NONE: nothing attaches. At most NEST_ATTACH_MAX follow each other
 * @xattr: index of the first attribute in XATTRS, or NEST_NONE
 * @n_xattrs: how many, at most NEST_XATTRS_MAX; if 0 then @xattr and @next are
 *	NEST_NONE
 */
struct nest_policy_attach {
	__le32 domain;
	__le32 next;
	__le32 xattr;
	__le32 n_xattrs;
};

/**
 * struct nest_policy_xattr - an extended attribute that a file has to have
 * @name: offset in STRINGS, of at most NEST_NAME_MAX bytes
 * @dfa: the DFA over its value that accepts with 1
 */
struct nest_policy_xattr {
	__le32 name;
	__le32 dfa;
};

/* File permissions. */
#define NEST_FILE_EXEC		(1U << 0)	/* x */
#define NEST_FILE_WRITE		(1U << 1)	/* w */
#define NEST_FILE_READ		(1U << 2)	/* r */
#define NEST_FILE_APPEND	(1U << 3)	/* a, and w */
#define NEST_FILE_CREATE	(1U << 4)	/* w */
#define NEST_FILE_DELETE	(1U << 5)	/* w */
#define NEST_FILE_SETATTR	(1U << 6)	/* w: truncate, rename */
#define NEST_FILE_GETATTR	(1U << 7)	/* always, if the path is known */
#define NEST_FILE_CHMOD		(1U << 8)	/* w */
#define NEST_FILE_CHOWN		(1U << 9)	/* w */
#define NEST_FILE_LOCK		(1U << 10)	/* k */
#define NEST_FILE_LINK		(1U << 11)	/* l */
#define NEST_FILE_MMAP_EXEC	(1U << 12)	/* m */
#define NEST_FILE_PERMS		((1U << 13) - 1)

/* What the letter w of a rule stands for. */
#define NEST_FILE_W		(NEST_FILE_WRITE | NEST_FILE_APPEND | \
				 NEST_FILE_CREATE | NEST_FILE_DELETE | \
				 NEST_FILE_SETATTR | NEST_FILE_CHMOD | \
				 NEST_FILE_CHOWN)

/* Indices of the arrays of struct nest_policy_perm. */
#define NEST_PERM_OTHER		0	/* the subject does not own the file */
#define NEST_PERM_OWNER		1	/* the file's owner is the fsuid */

/**
 * struct nest_policy_perm - what a set of matching file rules says
 * @allow: NEST_FILE_* allowed
 * @deny: denied by name; this wins over each @allow of each DFA
 * @audit: reported even if allowed. Of denied ones: the denial is reported
 *	(without it, an explicit denial is quiet)
 * @exec: index in EXECS: what becomes of the domain at exec, or NEST_NONE if
 *	NEST_FILE_EXEC is not allowed. Of several DFAs the first to give one
 *	decides
 */
struct nest_policy_perm {
	__le32 allow[2];
	__le32 deny[2];
	__le32 audit[2];
	__le32 exec[2];
};

/**
 * enum nest_policy_exec_mode - the domain after exec
 * @NEST_EXEC_INHERIT: the same (ix)
 * @NEST_EXEC_UNCONFINED: none, in this layer (ux)
 * @NEST_EXEC_ATTACH: that which attaches to the path (px, without a name)
 * @NEST_EXEC_CHILD: the child that attaches to the path (cx, without a name)
 * @NEST_EXEC_DOMAIN: the named one (px -> name, cx -> name)
 */
enum nest_policy_exec_mode {
	NEST_EXEC_INHERIT,
	NEST_EXEC_UNCONFINED,
	NEST_EXEC_ATTACH,
	NEST_EXEC_CHILD,
	NEST_EXEC_DOMAIN,
	NEST_EXEC_MODES
};

/*
 * Flags of a transition. SCRUB: the exec is a secure one (AT_SECURE). Where
 * there is no such domain, ELSE_INHERIT goes on as INHERIT (pix, cix),
 * ELSE_UNCONFINED as UNCONFINED (pux, cux).
 */
#define NEST_EXEC_SCRUB			(1U << 0)
#define NEST_EXEC_ELSE_INHERIT		(1U << 1)
#define NEST_EXEC_ELSE_UNCONFINED	(1U << 2)
#define NEST_EXEC_FLAGS			(NEST_EXEC_SCRUB | \
					 NEST_EXEC_ELSE_INHERIT | \
					 NEST_EXEC_ELSE_UNCONFINED)

/**
 * struct nest_policy_exec - a transition
 * @mode: enum nest_policy_exec_mode
 * @flags: NEST_EXEC_*; at most one of the two ELSE flags, and only with
 *	ATTACH, CHILD and DOMAIN
 * @target: of NEST_EXEC_DOMAIN the domain, or NEST_NONE if the image has none
 *	of that name; NEST_NONE in the other modes
 * @reserved: zero
 */
struct nest_policy_exec {
	__le32 mode;
	__le32 flags;
	__le32 target;
	__le32 reserved;
};

#define NEST_FAMILIES		48	/* address families in the tables */

/**
 * struct nest_policy_net - socket rules, by address family
 * @allow: a bit for each type (1 << SOCK_STREAM ...)
 * @deny: denied by name; this wins
 * @audit: as @cap_audit of a domain
 *
 * A family or type beyond the tables is denied.
 */
struct nest_policy_net {
	__le16 allow[NEST_FAMILIES];
	__le16 deny[NEST_FAMILIES];
	__le16 audit[NEST_FAMILIES];
};

/* What a rule for tracing allows. */
#define NEST_PTRACE_TRACE	(1U << 0)	/* control a task */
#define NEST_PTRACE_READ	(1U << 1)	/* look at it (/proc/PID/...) */
#define NEST_PTRACE_TRACEDBY	(1U << 2)	/* be controlled */
#define NEST_PTRACE_READBY	(1U << 3)	/* be looked at */
#define NEST_PTRACE_PERMS	((1U << 4) - 1)

/* Indices of the arrays of signals in struct nest_policy_peer. */
#define NEST_SIGNAL_SEND	0
#define NEST_SIGNAL_RECEIVE	1

/**
 * struct nest_policy_peer - what a set of matching rules says of a peer
 * @signal_allow: by NEST_SIGNAL_*: bit n for signal n, bit 0 for the null
 *	signal, bit 63 for 64 as well
 * @signal_deny: denied by name; this wins
 * @signal_audit: as @cap_audit of a domain
 * @ptrace_allow: NEST_PTRACE_*
 * @ptrace_deny: denied by name; this wins
 * @ptrace_audit: as @cap_audit of a domain
 * @reserved: zero
 */
struct nest_policy_peer {
	__le64 signal_allow[2];
	__le64 signal_deny[2];
	__le64 signal_audit[2];
	__le32 ptrace_allow;
	__le32 ptrace_deny;
	__le32 ptrace_audit;
	__le32 reserved;
};

/*
 * Cells of the SPARSE layout: a state below a class, or below NEST_CELL_OTHER
 * for all the classes that have no cell. An unused slot is NEST_NONE.
 */
#define NEST_CELL_STATE		((1U << NEST_CELL_SHIFT) - 1)
#define NEST_CELL_SHIFT		22
#define NEST_CELL_OTHER		256U
#define NEST_CELL_CHAIN		(1U << 31)
#define NEST_CELL_LIKE		(1U << 30)

/**
 * enum nest_policy_class - classes of rules that DFAs over fields decide on
 * @NEST_RULES_MOUNT: mounting, in all its kinds. Fields: the name of the mount
 *	point; the source, which is empty where there is none; the file system
 *	type, likewise; the flags as text: for each MS_* flag that is set, in
 *	rising order, the byte 1 + the number of its bit. Bit: NEST_RULES_MAY
 * @NEST_RULES_UMOUNT: unmounting. Field: the name of the mount point
 * @NEST_RULES_PIVOT_ROOT: changes of the root mount. Fields: the name of the
 *	new root, and where the old one goes to. These three are mediated by
 *	each domain, whatever @mediates says
 * @NEST_RULES_UNIX: unix sockets. Fields: one byte, the type; the socket's own
 *	address; the peer's; the name of the domain in which the peer was made,
 *	or "unconfined". Bits: NEST_SOCK_*. NEST_SOCK_CREATE is asked about
 *	after the type, those in NEST_SOCK_PEER after all fields, the others
 *	after the own address. An address is text: nothing for a socket without
 *	one; "/" for one in a file system; '@' and the name for an abstract one,
 *	in which byte 0 is written as 1 1 and byte 1 as 1 2; '@' 1 3 for one
 *	that the kernel is about to choose; "?", as a domain too, if the peer
 *	cannot be known
 * @NEST_RULES_INET: sockets of AF_INET and AF_INET6. Fields: the family; the
 *	type; the own end; the peer's. All are numbers: an end is one byte, 1 if
 *	it is known, two for the port and 16 for the address, which of IPv4 is
 *	mapped into IPv6. Of an end that is not known all are 0. Bits and
 *	where they are asked about are as of NEST_RULES_UNIX
 * @NEST_RULES_CHANGE_PROFILE: the task changes its domain itself. Fields: the
 *	name of the new domain, or "unconfined"; for a change at exec also the
 *	name of the executable. Bits: NEST_CHANGE_PROFILE, NEST_CHANGE_ONEXEC,
 *	NEST_CHANGE_UNSAFE. Mediated by each domain, whatever @mediates says
 * @NEST_RULES_USERNS: making user namespaces. No fields. Bit: NEST_RULES_MAY
 * @NEST_RULES_IO_URING: io_uring. No fields. Bits: NEST_URING_*;
 *	NEST_URING_OVERRIDE_CREDS is mediated by each domain, whatever @mediates
 *	says
 * @NEST_RULES_MQUEUE: message queues. Fields: one byte, NEST_MQUEUE_POSIX or
 *	NEST_MQUEUE_SYSV; the name of the queue, which begins with a slash, or
 *	its key as a decimal number. Bits: NEST_MQUEUE_*
 * @NEST_RULES_LINK: pairs of names of a link. Fields: one byte, NEST_LINK_OTHER
 *	or NEST_LINK_OWNER; the new name; the present one. Bits: NEST_LINK_PAIR,
 *	NEST_LINK_SUBSET. They add to what the file rules say of the new name
 *
 * What such a DFA reads is one byte, the class, and then the fields that the
 * class has. A field of text ends in a NUL byte, which the text cannot hold; a
 * field of numbers has a fixed length and may hold any byte. A rule that leaves
 * out the last fields accepts where they begin: what is asked about after the
 * class alone, or after some fields, is a question of its own.
 */
enum nest_policy_class {
	NEST_RULES_MOUNT = 1,
	NEST_RULES_UMOUNT,
	NEST_RULES_PIVOT_ROOT,
	NEST_RULES_UNIX,
	NEST_RULES_INET,
	NEST_RULES_CHANGE_PROFILE,
	NEST_RULES_USERNS,
	NEST_RULES_IO_URING,
	NEST_RULES_MQUEUE,
	NEST_RULES_LINK,
	NEST_RULES_END
};

/* What a rule for sockets allows. */
#define NEST_SOCK_CREATE	(1U << 0)
#define NEST_SOCK_BIND		(1U << 1)
#define NEST_SOCK_LISTEN	(1U << 2)
#define NEST_SOCK_ACCEPT	(1U << 3)
#define NEST_SOCK_CONNECT	(1U << 4)
#define NEST_SOCK_SHUTDOWN	(1U << 5)
#define NEST_SOCK_GETATTR	(1U << 6)	/* getsockname, getpeername */
#define NEST_SOCK_SETATTR	(1U << 7)	/* nothing asks for it */
#define NEST_SOCK_GETOPT	(1U << 8)
#define NEST_SOCK_SETOPT	(1U << 9)
#define NEST_SOCK_SEND		(1U << 10)
#define NEST_SOCK_RECEIVE	(1U << 11)
#define NEST_SOCK_PERMS		((1U << 12) - 1)

/* Those that are about a peer. */
#define NEST_SOCK_PEER		(NEST_SOCK_CONNECT | NEST_SOCK_SEND | \
				 NEST_SOCK_RECEIVE)

/* What a rule for changes of the domain allows. */
#define NEST_CHANGE_PROFILE	(1U << 0)	/* at once */
#define NEST_CHANGE_ONEXEC	(1U << 1)	/* at the next exec */
#define NEST_CHANGE_UNSAFE	(1U << 2)	/* that exec is no secure one */

/* What a rule for io_uring allows. */
#define NEST_URING_OVERRIDE_CREDS	(1U << 0) /* requests as somebody else */
#define NEST_URING_SQPOLL	(1U << 1)	/* a thread that polls */
#define NEST_URING_PERMS	((1U << 2) - 1)

/* Kinds of message queues. */
#define NEST_MQUEUE_POSIX	1
#define NEST_MQUEUE_SYSV	2

/* What a rule for message queues allows. */
#define NEST_MQUEUE_CREATE	(1U << 0)
#define NEST_MQUEUE_OPEN	(1U << 1)
#define NEST_MQUEUE_DELETE	(1U << 2)
#define NEST_MQUEUE_READ	(1U << 3)	/* receive */
#define NEST_MQUEUE_WRITE	(1U << 4)	/* send */
#define NEST_MQUEUE_GETATTR	(1U << 5)	/* of System V */
#define NEST_MQUEUE_SETATTR	(1U << 6)	/* of System V */
#define NEST_MQUEUE_PERMS	((1U << 7) - 1)

/* The one bit of classes that ask just one thing. */
#define NEST_RULES_MAY		(1U << 0)

/* Whether the subject owns the file that a link leads to. */
#define NEST_LINK_OTHER		1
#define NEST_LINK_OWNER		2

/* What a rule for the names of a link allows. */
#define NEST_LINK_PAIR		(1U << 0)	/* the link */
#define NEST_LINK_SUBSET	(1U << 1)	/* if it adds no permission */

/* The bits of @mediates that have a meaning. */
#define NEST_RULES_ALL		((1U << NEST_RULES_END) - 2)

/**
 * struct nest_policy_rule - what a set of matching rules of a class says
 * @allow: allowed; the class gives the bits their meaning
 * @deny: denied by name; this wins over each @allow of each DFA
 * @audit: reported even if allowed. Of denied ones: the denial is reported
 *	(without it, an explicit denial is quiet)
 * @reserved: zero
 */
struct nest_policy_rule {
	__le32 allow;
	__le32 deny;
	__le32 audit;
	__le32 reserved;
};

/**
 * enum nest_policy_rlimit - resources, in the order that most machines have
 * @NEST_RLIMITS: how many there are
 *
 * The others are named as RLIMIT_*, and limits are in the units of those.
 */
enum nest_policy_rlimit {
	NEST_RLIMIT_CPU,
	NEST_RLIMIT_FSIZE,
	NEST_RLIMIT_DATA,
	NEST_RLIMIT_STACK,
	NEST_RLIMIT_CORE,
	NEST_RLIMIT_RSS,
	NEST_RLIMIT_NPROC,
	NEST_RLIMIT_NOFILE,
	NEST_RLIMIT_MEMLOCK,
	NEST_RLIMIT_AS,
	NEST_RLIMIT_LOCKS,
	NEST_RLIMIT_SIGPENDING,
	NEST_RLIMIT_MSGQUEUE,
	NEST_RLIMIT_NICE,
	NEST_RLIMIT_RTPRIO,
	NEST_RLIMIT_RTTIME,
	NEST_RLIMITS
};

/** NEST_RLIMIT_INFINITY - what each value is below, or no limit. */
#define NEST_RLIMIT_INFINITY	(~0ULL)

/**
 * struct nest_policy_rlimits - resource limits of a domain
 * @mask: 1 << each resource that has one
 * @reserved: zero
 * @max: the greatest hard limit of each; 0 for a resource that has none
 */
struct nest_policy_rlimits {
	__le32 mask;
	__le32 reserved;
	__le64 max[NEST_RLIMITS];
};

/**
 * enum nest_policy_layout - how the transitions of a DFA are stored
 * @NEST_LAYOUT_DENSE: __le16 next[n_states << shift], the row of state s at
 *	s << shift, indexed by class. A cell is where the next state's row is;
 *	there are at most 65536 of them
 * @NEST_LAYOUT_SPARSE: __le32 word[n_states], then __le32 slot[n_slots].
 *	If word[s] has NEST_CELL_CHAIN, the class of its cell leads to s + 1
 *	and each other one to its state. If it has NEST_CELL_LIKE, the class of
 *	its cell leads to s + 1 and each other one to where it leads from its
 *	state, which is of the third kind. Else the next state is that of the
 *	cell in slot[word[s] + 1 + class] if it is of that class, else that in
 *	slot[word[s]], which is of NEST_CELL_OTHER. All slots of a row lie in
 *	the table: word[s] + n_classes < n_slots.
 */
enum nest_policy_layout {
	NEST_LAYOUT_DENSE,
	NEST_LAYOUT_SPARSE,
	NEST_LAYOUTS
};

/*
 * Flags of a DFA. BACKWARD: it reads names from their last byte to the first.
 * Only DFAs of file rules may have it.
 */
#define NEST_DFA_BACKWARD	(1U << 0)
#define NEST_DFA_FLAGS		NEST_DFA_BACKWARD

/**
 * struct nest_policy_dfa - a deterministic automaton over bytes
 * @flags: NEST_DFA_*
 * @layout: enum nest_policy_layout
 * @n_states: number of states, at least 1
 * @n_sinks: states below it lead to themselves on each byte. State 0 is one
 *	of them, and accepts nothing (the dead state), so this is at least 1
 * @n_accepts: states from it on accept nothing
 * @start: the state before the first byte that is read
 * @n_classes: byte equivalence classes, 1 to 256
 * @shift: DENSE: log2 of the row's length, the least with
 *	(1 << shift) >= n_classes. SPARSE: 0
 * @n_slots: SPARSE: number of slots. DENSE: 0
 * @classes: offset in TABLES of __u8[256], the class of each byte
 * @accept: offset in TABLES of __le32[n_accepts]: 0, or a value whose meaning
 *	the reference to the DFA gives
 * @next: offset in TABLES of the transitions; cells of a DENSE row beyond
 *	n_classes are zero
 * @accept_max: the greatest of the accept values
 *
 * The tables of the DFAs fill TABLES in the order of the DFAs, and for each in
 * the order classes, accept, next; each begins at the next multiple of 8, with
 * zero bytes as padding. So no two share bytes, and to check an image takes
 * time linear in its size.
 */
struct nest_policy_dfa {
	__le32 flags;
	__le32 layout;
	__le32 n_states;
	__le32 n_sinks;
	__le32 n_accepts;
	__le32 start;
	__le32 n_classes;
	__le32 shift;
	__le32 n_slots;
	__le32 classes;
	__le32 accept;
	__le32 next;
	__le32 accept_max;
};

#endif
