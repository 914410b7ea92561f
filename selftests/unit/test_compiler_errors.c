// SPDX-License-Identifier: GPL-2.0-only
/* Bad sources: the message, and the place that it points to. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler_helper.h"

struct error_case {
	const char *text;
	const char *message;	/* how the first message begins */
	const char *kind;
};

#define P(rules) "profile t {\n" rules "\n}\n"

#define P4(rules) "abi <abi/4.0>,\n" P(rules)
static const struct error_case cases[] = {
	{ P("\x01 r,"), "2:1: error: no rule begins so", "syntax" },
	/* Structure. */
	{ "profile t {\n",
	  "2:1: error: the file ends within a profile", "syntax" },
	{ "profile t {\n/a r", "2:5: error: the file ends within a rule",
	  "syntax" },
	{ "profile t {\n/a r\r", "2:5: error: the file ends within a rule",
	  "syntax" },
	{ "}", "1:1: error: unexpected '}'", "syntax" },
	{ "profile t { } }", "1:15: error: unexpected '}'", "syntax" },
	{ "/a r,", "1:1: error: rules have to stand in a profile", "syntax" },
	{ "profile t,", "1:1: error: a profile needs its rules", "syntax" },
	{ "profile {\n}", "1:1: error: the profile has no name", "syntax" },
	{ "t { }", "1:1: error: no profile begins so", "syntax" },
	{ "deny profile t { }",
	  "1:1: error: this word cannot stand before a profile", "syntax" },
	{ "profile t x { }",
	  "1:11: error: what a profile attaches to", "syntax" },
	{ "profile t /a /b { }",
	  "1:14: error: a profile has one name", "syntax" },
	{ "profile t -> x { }",
	  "1:11: error: a profile has no '->'", "syntax" },
	{ "profile t foo=bar { }", "1:11: error: only xattrs=", "syntax" },
	{ "profile \"\" { }", "1:9: error: the name is empty", "syntax" },
	{ "profile :a:b { }", "1:9: error: namespaces", "unsupported" },
	{ "profile unconfined { }",
	  "1:9: error: no profile can be named", "conflict" },
	{ "profile t flags=(kill, complain) { }",
	  "1:24: error: complain and kill contradict", "conflict" },
	{ "profile t flags=(chroot_relative) { }",
	  "1:18: error: the flag chroot_relative is not", "unsupported" },
	{ "profile t flags=(foo) { }", "1:18: error: 'foo' is no", "syntax" },
	{ "profile t flags=(default_allow) {\n/a* px,\n/* ux,\n}",
	  "3:1: error: this rule and another", "conflict" },
	{ "profile t flags=(attach_disconnected.path=/x) { }",
	  "1:18: error: the flag attach_disconnected.path is not",
	  "unsupported" },
	{ "profile t flags=(complain=x) { }",
	  "1:18: error: this flag has no value", "syntax" },
	{ "profile t /a xattrs=(user.x) { }",
	  "1:22: error: an attribute is", "syntax" },
	{ "profile t /a xattrs=(user.=x) { }",
	  "1:22: error: an attribute is", "syntax" },
	{ "profile t /a xattrs=(x=y) { }",
	  "1:22: error: an attribute is", "syntax" },
	{ "profile t /a xattrs=(user.x=(a b)) { }",
	  "1:22: error: an attribute is", "syntax" },
	{ "profile t xattrs=(user.x=y) { }",
	  "1:9: error: xattrs= needs a path", "syntax" },
	{ "profile t /a xattrs=(user.x=y) xattrs=(user.y=z) { }",
	  "1:32: error: xattrs= is there twice", "syntax" },
	{ "profile t /a xattrs=(user.x=[) { }",
	  "1:29: error: ", "pattern" },
	{ P("profile c xattrs=(user.x=y) { }\n"),
	  "2:9: error: xattrs= needs a path", "syntax" },
	{ "profile t { }\nprofile t { }",
	  "2:1: error: there are two profiles named t", "conflict" },
	{ "profile a { hat h /b { } }",
	  "1:19: error: a hat does not attach", "syntax" },
	{ P("{\n/a r,\n}\nfoo {\n}"),
	  "5:1: error: no profile begins so", "syntax" },
	{ "profile a {{{{{{{{{ }", "1:19: error: more than 8 blocks", "limit" },
	{ P(","), "2:1: error: there is no rule before this ','", "syntax" },
	{ P("deny,"),
	  "2:1: error: there is no rule before this ','", "syntax" },
	{ P("/a r"),
	  "3:1: error: unexpected '}'; a rule ends with ','", "syntax" },
	{ P("/a r\n/b r,"),
	  "3:1: error: unexpected here; a file rule is", "syntax" },
	{ P("signal (send,"),
	  "4:1: error: the file ends within parentheses", "syntax" },
	{ P("signal (send = = x),"), "2:16: error: unexpected", "syntax" },
	{ P("signal (send) = x,"), "2:15: error: unexpected", "syntax" },
	{ P("foo,"), "2:1: error: a file rule needs a path", "syntax" },
	{ P("foo bar,"), "2:1: error: no rule begins so", "syntax" },
	{ P("\"/a r,"), "2:1: error: this '\"' is not closed", "syntax" },
	{ P("a=,"), "2:3: error: unexpected", "syntax" },
	/* Unsupported parts of the language. */
	{ "alias /a /b,", "1:1: error: an alias is", "syntax" },
	{ "alias a -> /b,", "1:1: error: an alias is", "syntax" },
	{ P("alias /a -> /b,"), "2:1: error: an alias has to", "syntax" },
	{ "$x = yes", "1:1: error: a boolean variable is set", "syntax" },
	{ "$x =", "1:1: error: a boolean variable is set", "syntax" },
	{ "$x = true\n${x} = true\n", "2:1: error: ${x} is already",
	  "conflict" },
	{ P("$x = true\n"), "2:1: error: no rule begins so; a bool", "syntax" },
	{ P("if $x {\n}"), "2:4: error: ${x} is not set", "variable" },
	{ P("if {\n}"), "2:1: error: a condition is missing", "syntax" },
	{ P("if not {\n}"), "2:1: error: a condition is missing", "syntax" },
	{ P("if x {\n}"), "2:4: error: this is no condition", "syntax" },
	{ P("if defined x {\n}"), "2:12: error: a variable has", "syntax" },
	{ P("if defined ${x} ${y} {\n}"), "2:17: error: '{' has", "syntax" },
	{ P("if defined ${x},"), "2:1: error: a condition needs", "syntax" },
	{ P("audit if defined ${x} {\n}"), "2:1: error: this word", "syntax" },
	{ P("else {\n}"), "2:1: error: there is no if", "syntax" },
	{ P("if defined $x {\n}\n/a r,\nelse {\n}"),
	  "5:1: error: there is no if", "syntax" },
	{ P("if defined $x {\n} else {\n} else {\n}"),
	  "4:3: error: there is no if", "syntax" },
	{ P("if defined $x {\n} else x {\n}"),
	  "3:8: error: '{' or if", "syntax" },
	{ "if defined $x {\n}", "1:1: error: a condition has to", "syntax" },
	{ P("priority=x /a r,"),
	  "2:1: error: a priority is a number: ", "syntax" },
	{ P("priority=1001 /a r,"),
	  "2:1: error: a priority is a number from -1000", "syntax" },
	{ P("priority=-99999999999999999999 /a r,"),
	  "2:1: error: a priority is a number from -1000", "syntax" },
	{ P("audit priority=1 /a r,"),
	  "2:7: error: priority= has to be", "syntax" },
	{ P("priority=1 priority=1 /a r,"),
	  "2:12: error: priority= has to be", "syntax" },
	{ P("/a priority=1 r,"), "2:4: error: unexpected here", "syntax" },
	{ P("priority=1 owner {\n/a r,\n}"),
	  "2:1: error: a priority cannot", "unsupported" },
	{ P("priority=1 profile c {\n}"),
	  "2:1: error: a priority cannot", "unsupported" },
	{ P("priority=1 link /a -> /b,"),
	  "2:1: error: rules for pairs of names", "unsupported" },
	{ P("priority=1 /a l -> /b,"),
	  "2:1: error: rules for pairs of names", "unsupported" },
	{ P("link /a -> /b,\npriority=1 /** rl,"),
	  "3:1: error: a rule with a priority cannot be about", "unsupported" },
	{ P("/a px,\npriority=1 /a px,\npriority=1 /a ux,"),
	  "4:12: error: this rule and", "conflict" },
	{ P("unsafe /a r,"), "2:1: error: safe and unsafe need", "syntax" },
	{ P("file safe,"), "2:1: error: a file rule needs", "syntax" },
	{ P("deny unsafe /a x,"), "2:6: error: a deny rule forbids", "syntax" },
	{ P("/a unsafe px,"), "2:11: error: unexpected here", "syntax" },
	{ P("unsafe owner /a px,"), "2:17: error: unexpected here", "syntax" },
	{ P("/a px,\nsafe /a px,"), "3:6: error: this rule and", "conflict" },
	{ P("prompt /a r,"),
	  "2:1: error: 'prompt' is not supported", "unsupported" },
	{ "abi <abi/9.9>,\n",
	  "1:1: error: this abi is not known", "unsupported" },
	/* Rules that deny what Nest does not mediate. */
	{ P("deny unix (send),"),
	  "2:1: error: Nest does not mediate unix by", "deny-not-enforced" },
	{ P("deny network (bind),"),
	  "2:1: error: Nest does not mediate sockets by", "deny-not-enforced" },
	{ P("deny network netlink (send),"),
	  "2:1: error: Nest does not mediate sockets by", "deny-not-enforced" },
	{ P("network inet port=70000,"), "2:19: error: '70000' is no port",
	  "syntax" },
	{ P("network inet port=9-1,"), "2:19: error: '9-1' is no port",
	  "syntax" },
	{ P("network inet ip=1.2.3,"), "2:17: error: '1.2.3' is no address",
	  "syntax" },
	{ P("network inet ip=1.2.3.4/33,"),
	  "2:17: error: '1.2.3.4/33' is no address", "syntax" },
	{ P("network inet ip=1.2.3.4 ip=1.2.3.5,"),
	  "2:25: error: 'ip': a rule has it once", "syntax" },
	{ P("network bind inet peer=(port=1),"),
	  "2:1: error: a rule with peer= is about", "syntax" },
	{ P("deny network accept inet peer=(port=1),"),
	  "2:1: error: a rule with peer= is about", "syntax" },
	{ P("network inet label=x,"), "2:14: error: 'label=' is no condition",
	  "unsupported" },
	{ P4("unix addr=/x,"), "3:11: error: addr=/x: an address is",
	  "unsupported" },
	{ P4("unix (open),"), "3:7: error: 'open': this is no access",
	  "syntax" },
	{ P4("unix type=x,"), "3:11: error: 'x': this is no type", "syntax" },
	{ P4("unix label=x,"), "3:6: error: 'label=' is no condition",
	  "unsupported" },
	{ P4("unix peer=(addr=none) peer=(addr=none),"),
	  "3:23: error: 'peer': a rule has one peer", "syntax" },
	{ P("/a l -> b,"), "2:9: error: the file that the link", "syntax" },
	{ P("/a lix -> /b,"), "2:11: error: does '->' name", "syntax" },
	{ P("link /a,"), "2:1: error: the rule is: link", "syntax" },
	{ P("link subset /a -> b,"), "2:1: error: the rule is:", "syntax" },
	{ P("link /a -> /b /c,"), "2:1: error: the rule is:", "syntax" },
	{ P("link subset owner /a -> /b,"), "2:1: error: the rule is:",
	  "syntax" },
	/* Other tasks. */
	{ P("signal set=(hup, foo),"),
	  "2:18: error: 'foo' is no signal", "syntax" },
	{ P("signal set=rtmin+33,"),
	  "2:12: error: 'rtmin+33' is no signal", "syntax" },
	{ P("signal set=rtmin+x,"), "2:12: error: 'rtmin+x' is no", "syntax" },
	{ P("signal set=rtmin+,"), "2:12: error: 'rtmin+' is no", "syntax" },
	{ P("signal set=rtmin+31,"),
	  "2:1: error: rtmin+31 and rtmin+32 can only", "unsupported" },
	{ P("signal peer=(a, b),"), "2:8: error: a rule has one", "syntax" },
	{ P("signal peer=a peer=b,"), "2:15: error: a rule has", "syntax" },
	{ P("signal peer=[,"), "2:13: error: ", "pattern" },
	{ P("ptrace set=hup,"), "2:8: error: 'set' is nothing", "syntax" },
	{ P("ptrace send,"), "2:8: error: 'send' is nothing", "syntax" },
	{ P("signal trace,"), "2:8: error: 'trace' is nothing", "syntax" },
	{ P("signal peer=@{no},"), "2:13: error: @{no} is not", "variable" },
	{ P("signal foo,"), "2:8: error: 'foo' is nothing", "syntax" },
	{ P("signal (send, foo),"), "2:15: error: 'foo' is nothing", "syntax" },
	{ P("signal foo=(x),"), "2:8: error: 'foo' is nothing", "syntax" },
	{ P("signal send -> x,"), "2:13: error: '->' is nothing", "syntax" },
	{ P("owner signal,"),
	  "2:1: error: owner and other go with file", "syntax" },
	/* Other classes. */
	{ P("capability foo,"),
	  "2:12: error: 'foo' is no capability", "syntax" },
	{ P("capability (chown),"),
	  "2:12: error: '(' is no capability", "syntax" },
	{ P("network foo,"), "2:9: error: 'foo' does not fit here", "syntax" },
	{ P("network stream inet,"),
	  "2:16: error: 'inet' does not fit here", "syntax" },
	{ P("network unix tcp,"), "2:1: error: tcp, udp and icmp", "syntax" },
	{ P("all /a,"), "2:5: error: all stands alone", "syntax" },
	{ P("allow deny /a r,"), "2:1: error: a rule cannot both", "syntax" },
	{ P("owner other /a r,"),
	  "2:1: error: owner and other exclude", "syntax" },
	/* File rules. */
	{ P("/a,"),
	  "2:1: error: a file rule needs a path and permissions", "syntax" },
	{ P("/a rz,"), "2:5: error: 'z' is no permission", "syntax" },
	{ P("/a ra /b,"), "2:7: error: unexpected here", "syntax" },
	{ P("/a wa,"),
	  "2:4: error: 'a' and 'w' exclude each other", "conflict" },
	{ P("/a x,"), "2:4: error: x needs an exec mode", "syntax" },
	{ P("/a ixpx,"),
	  "2:4: error: a rule can have one exec mode", "conflict" },
	{ P("deny /a ix,"),
	  "2:9: error: a deny rule has no exec mode", "syntax" },
	{ P("/a r -> b,"), "2:9: error: '->' needs an exec mode", "syntax" },
	{ P("/a ix -> b,"), "2:10: error: ix and ux cannot name", "syntax" },
	{ P("/a px -> ,"),
	  "2:1: error: the name of a profile has to follow", "syntax" },
	{ P("/a px -> &b,"),
	  "2:10: error: namespaces and stacks", "unsupported" },
	{ P("\"a\" r,"), "2:1: error: the path 'a' does not begin", "pattern" },
	{ P("/** ix,\n/a* px,"),
	  "3:1: error: this rule and another one", "conflict" },
	{ P("/a ix,\n/a px,"),
	  "3:1: error: this rule and another one", "conflict" },
	{ P("/a ix,\n/{a,b} px,"),
	  "3:1: error: this rule and another one", "conflict" },
	{ P("/* px,\n/?? Px,"),
	  "3:1: error: this rule and another one", "conflict" },
	/* Patterns. */
	{ P("/{a r,"), "2:2: error: this '{' is not closed", "pattern" },
	{ P("/{a} r,"), "2:4: error: an alternation needs a ','", "pattern" },
	{ P("/a} r,"), "2:3: error: no '{' was opened", "pattern" },
	{ P("/[a r,"), "2:2: error: this '[' is not closed", "pattern" },
	{ P("/[] r,"), "2:2: error: an empty class", "pattern" },
	{ P("/a] r,"), "2:3: error: no '[' was opened", "pattern" },
	{ P("/\\000 r,"), "2:2: error: a name cannot hold a NUL", "pattern" },
	{ P("\"/a\\\\\" r,\n/[b-\\0] r,"),
	  "3:5: error: a name cannot hold", "pattern" },
	/* Variables. */
	{ P("@{no}/a r,"), "2:1: error: @{no} is not set", "variable" },
	{ "@{a} = /x\n@{a} = /y\n",
	  "2:1: error: @{a} is already set", "conflict" },
	{ "@{a} += /x\n", "1:1: error: @{a} is not set yet", "variable" },
	{ "@{a} =\n", "1:1: error: @{a} is given no value", "variable" },
	{ "@{a} = /x,\n", "1:10: error: no ',' may follow", "syntax" },
	{ "@{a} := /x\n",
	  "1:6: error: ':=' and '?=' are not supported", "syntax" },
	{ "@{a} = @{b}\n@{b} = @{a}\n" P("@{a} r,"),
	  "1:1: error: @{a} is defined by means of itself", "variable" },
	{ "@{a} = b c\n" P("/x px -> @{a},"),
	  "3:10: error: a name cannot have several values", "variable" },
	{ "@{a} = b c\nprofile @{a} { }",
	  "2:9: error: a name cannot have several values", "variable" },
	{ "@{a} = 1 2 3 4 5 6 7 8\n" P("/@{a}@{a}@{a}@{a}@{a}@{a}@{a}@{a}@{a} r,"),
	  "3:1: error: the variables have too many values", "limit" },
	{ P("@{a r,"), "2:1: error: '@{' without a '}'", "variable" },
	/* Includes. */
	{ "include <nowhere>\n",
	  "1:9: error: nowhere is in none of the include", "include" },
	{ "#include <nowhere>\n",
	  "1:10: error: nowhere is in none", "include" },
	{ "include \"/no/where\"\n",
	  "1:9: error: cannot read /no/where: No such file", "include" },
	{ "include \"/dev/null\"\n",
	  "1:9: error: cannot read /dev/null", "include" },
	{ "include\n",
	  "1:8: error: the name of a file has to follow", "syntax" },
	{ "include <>\n",
	  "1:9: error: the name of the file to include is empty", "include" },
	{ "include", "1:8: error: the file ends after include", "syntax" },
};

static int count(const char *s, const char *what)
{
	int n = 0;

	for (s = strstr(s, what); s; s = strstr(s + 1, what))
		n++;
	return n;
}

static void table(void **state)
{
	struct compiled compiled;
	char kind[64];
	size_t i;
	int failures = 0;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct error_case *c = &cases[i];

		compile_text(&compiled, c->text);
		snprintf(kind, sizeof(kind), "[%s]",
			 c->kind ? c->kind : "");
		if (!compiled.err ||
		    strncmp(compiled.messages, c->message,
			    strlen(c->message)) ||
		    (c->kind && !strstr(compiled.messages, kind))) {
			print_error("%s\nwanted %s\ngot    %s\n", c->text,
				    c->message, compiled.messages);
			failures++;
		}
		compiled_free(&compiled);
	}
	assert_int_equal(failures, 0);
}

/* All the errors in rules are found in one go, up to a limit. */
static void several(void **state)
{
	struct compiled compiled;
	char text[4096] = "profile t {\n";
	int i;

	(void)state;
	compile_text(&compiled,
		     P("/a z,\n/b x,\n/c r,\ncapability no,"));
	assert_int_equal(count(compiled.messages, ": error: "), 3);

	for (i = 0; i < 100; i++)
		strcat(text, "/a z,\n");
	strcat(text, "}\n");
	compile_text(&compiled, text);
	assert_int_equal(count(compiled.messages, ": error: "), 20);
}

static char *directory;

static void write_file(const char *name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void make_directory(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	assert_int_equal(mkdir(path, 0700), 0);
}

static void compile_file(struct compiled *compiled, const char *name)
{
	char path[256];
	const char *const paths[] = { path };

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	compile_files(compiled, paths, 1, directory);
}

static bool readable(const struct compiled *compiled, const char *path)
{
	struct nest_perms perms;

	compiled_lookup(compiled, "t", path, false, &perms);
	return perms.allow & NEST_FILE_READ;
}

static void includes(void **state)
{
	struct compiled compiled;

	(void)state;
	make_directory("d.d");
	write_file("d.d/1", "/d1 r,\n");
	write_file("d.d/2", "/d2 r,\n");
	write_file("d.d/2~", "broken\n");
	write_file("d.d/.hidden", "broken\n");
	write_file("d.d/3.dpkg-new", "broken\n");
	write_file("vars", "@{v} = /v1\n");
	write_file("more", "include <vars>\n@{v} += /v2\n");
	write_file("rules", "/r1 r,\n");
	write_file("nested", "#include \"rules\"\n/r2 r,\n");
	/* A file is read once in each block: vars does not set @{v} again. */
	write_file("ok",
		   "include <vars>\n#include <more>\n"
		   "profile t {\n  include <nested>\n  include <rules>\n"
		   "  include <d.d>\n  include if exists <none>\n"
		   "  include if exists <d.d/1>\n  @{v} r,\n}\n");
	compile_file(&compiled, "ok");
	if (compiled.err)
		print_error("%s", compiled.messages);
	assert_int_equal(compiled.err, 0);
	assert_true(readable(&compiled, "/d1"));
	assert_true(readable(&compiled, "/d2"));
	assert_true(readable(&compiled, "/r1"));
	assert_true(readable(&compiled, "/r2"));
	assert_true(readable(&compiled, "/v1"));
	assert_true(readable(&compiled, "/v2"));
	compiled_free(&compiled);

	/* An error in an included file names the way to it. */
	write_file("bad", "/a z,\n");
	write_file("includes_bad", "profile t {\n  include <bad>\n}\n");
	compile_file(&compiled, "includes_bad");
	assert_int_equal(compiled.err, -EINVAL);
	assert_non_null(strstr(compiled.messages, "1:4: error: 'z'"));
	assert_non_null(strstr(compiled.messages,
			       "2:1: note: included from here"));
}

static void recursion(void **state)
{
	struct compiled compiled;

	(void)state;
	/* The same block: the second time it is skipped. */
	write_file("self", "include <self>\n");
	compile_file(&compiled, "self");
	assert_int_equal(compiled.err, 0);
	assert_non_null(strstr(compiled.messages, "there is no profile"));
	compiled_free(&compiled);
	/* A block of its own each time. */
	write_file("block", "profile t {\n include <block>\n");
	compile_file(&compiled, "block");
	assert_int_equal(compiled.err, -E2BIG);
	assert_non_null(strstr(compiled.messages, "more than 8 blocks"));
}

static void files(void **state)
{
	struct compiled compiled;
	const char *paths[2];
	char a[256], b[256];

	(void)state;
	compile_file(&compiled, "missing");
	assert_int_equal(compiled.err, -ENOENT);
	assert_non_null(strstr(compiled.messages, "[io]"));

	make_directory("all");
	write_file("all/a", "@{v} = /a\nprofile a { @{v} r, }\n");
	write_file("all/b", "@{v} = /b\nprofile t { @{v} r, }\n");
	compile_file(&compiled, "all");
	assert_int_equal(compiled.err, 0);
	assert_true(readable(&compiled, "/b"));
	assert_false(readable(&compiled, "/a"));
	assert_int_equal(compiled.image.stats.profiles, 2);
	compiled_free(&compiled);

	/* Units have variables of their own, and share the profiles' names. */
	snprintf(a, sizeof(a), "%s/all/a", directory);
	snprintf(b, sizeof(b), "%s/all", directory);
	paths[0] = a;
	paths[1] = b;
	compile_files(&compiled, paths, 2, NULL);
	assert_int_equal(compiled.err, -EINVAL);
	assert_non_null(strstr(compiled.messages, "two profiles named a"));
}

static void printed(void **state)
{
	struct nest_diag diag = {
		.level = NEST_DIAG_ERROR,
		.kind = NEST_DIAG_SYNTAX,
		.file = "f",
		.line = 3,
		.column = 4,
		.message = "wrong",
		.source = "\tab\033c",
		.source_len = 5,
	};
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	nest_diag_print(stream, &diag);
	diag.line = 0;
	diag.source = NULL;
	diag.level = NEST_DIAG_NOTE;
	nest_diag_print(stream, &diag);
	fclose(stream);
	assert_string_equal(text,
			    "f:3:4: error: wrong [syntax]\n"
			    "    \tab?c\n"
			    "    \t  ^\n"
			    "f: note: wrong\n");
	free(text);
}

static void kinds(void **state)
{
	u32 i, j;

	(void)state;
	for (i = 0; i < NEST_DIAG_KINDS; i++)
		for (j = 0; j < i; j++)
			assert_string_not_equal(nest_diag_kind_name(i),
						nest_diag_kind_name(j));
	assert_true(nest_diag_kind_is_warning(NEST_DIAG_UNKNOWN_TARGET));
	assert_false(nest_diag_kind_is_warning(NEST_DIAG_SYNTAX));
	assert_false(nest_diag_kind_is_warning(NEST_DIAG_KINDS));
}

static int setup(void **state)
{
	(void)state;
	directory = strdup("/tmp/nest-test-XXXXXX");
	return directory && mkdtemp(directory) ? 0 : -1;
}

static int teardown(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", directory);
	free(directory);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),
		cmocka_unit_test(several),
		cmocka_unit_test(includes),
		cmocka_unit_test(recursion),
		cmocka_unit_test(files),
		cmocka_unit_test(printed),
		cmocka_unit_test(kinds),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
