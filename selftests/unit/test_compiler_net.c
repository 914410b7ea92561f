// SPDX-License-Identifier: GPL-2.0-only
/* Rules for the ends of sockets, asked through core. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "compiler_helper.h"

#define CREATE	NEST_SOCK_CREATE
#define BIND	NEST_SOCK_BIND
#define ACCEPT	NEST_SOCK_ACCEPT
#define CONNECT	NEST_SOCK_CONNECT
#define SEND	NEST_SOCK_SEND
#define RECEIVE	NEST_SOCK_RECEIVE
#define OWN_END	(NEST_SOCK_PERMS & ~NEST_SOCK_CREATE & ~NEST_SOCK_PEER)
#define PEER	NEST_SOCK_PEER

/* What is allowed after the type, after the own address, after all. */
struct unix_case {
	const char *rules;
	u32 type;
	const char *own, *peer, *label;
	u32 create, one, both;
};

static const struct unix_case unix_cases[] = {
	{ "", SOCK_STREAM, "", "", "t", 0, 0, 0 },
	{ "unix,", SOCK_DGRAM, "@x", "?", "?", CREATE, OWN_END, PEER },
	{ "network,", SOCK_DGRAM, "", "/", "x", CREATE, OWN_END, PEER },
	{ "all,", SOCK_DGRAM, "", "/", "x", CREATE, OWN_END, PEER },
	{ "network unix dgram,", SOCK_DGRAM, "", "/", "x", CREATE, OWN_END,
	  PEER },
	{ "network unix dgram,", SOCK_STREAM, "", "/", "x", 0, 0, 0 },
	{ "network inet,", SOCK_STREAM, "", "/", "x", 0, 0, 0 },
	{ "unix type=(stream dgram),", SOCK_DGRAM, "", "", "", CREATE, OWN_END,
	  PEER },
	{ "unix type=stream,", SOCK_DGRAM, "", "", "", 0, 0, 0 },
	{ "unix (bind, send) addr=@a*,", SOCK_STREAM, "@abc", "@x", "y", 0,
	  BIND, SEND },
	{ "unix addr=@a*,", SOCK_STREAM, "@a/b", "@x", "y", CREATE, 0, 0 },
	{ "unix addr=@a**,", SOCK_STREAM, "@a/b", "@x", "y", CREATE, OWN_END,
	  PEER },
	{ "unix addr=@a*,", SOCK_STREAM, "", "@a", "y", CREATE, 0, 0 },
	{ "unix addr=none,", SOCK_STREAM, "", "@a", "y", CREATE, OWN_END,
	  PEER },
	{ "unix addr=none,", SOCK_STREAM, "@", "@a", "y", CREATE, 0, 0 },
	{ "unix addr=auto,", SOCK_STREAM, "@0a1f9", "@a", "y", CREATE, OWN_END,
	  PEER },
	{ "unix addr=auto,", SOCK_STREAM, "@\1\3", "@a", "y", CREATE, OWN_END,
	  PEER },
	{ "unix addr=auto,", SOCK_STREAM, "@0a1f", "@a", "y", CREATE, 0, 0 },
	{ "unix bind addr=\"@a\\x00b\\x01\",", SOCK_STREAM, "@a\1\1b\1\2",
	  "", "", 0, BIND, 0 },
	{ "unix peer=(addr=@p),", SOCK_STREAM, "@own", "@p", "y", 0, ACCEPT,
	  PEER },
	{ "unix peer=(addr=@p),", SOCK_STREAM, "@p", "@own", "y", 0, ACCEPT,
	  0 },
	{ "unix peer=(label=a*),", SOCK_STREAM, "", "", "ab", 0, ACCEPT,
	  PEER },
	{ "unix peer=(label=a*),", SOCK_STREAM, "", "", "ba", 0, ACCEPT, 0 },
	{ "unix peer=(label=@{V}),", SOCK_STREAM, "", "", "v2", 0, ACCEPT,
	  PEER },
	{ "unix peer=(label=a*),", SOCK_STREAM, "", "?", "?", 0, ACCEPT,
	  CONNECT },
	{ "unix peer=(addr=@p),", SOCK_STREAM, "", "?", "?", 0, ACCEPT, 0 },
	/* To deny. */
	{ "unix,\ndeny unix addr=@a,", SOCK_STREAM, "@a", "", "x", CREATE, 0,
	  0 },
	{ "unix,\ndeny unix addr=@a,", SOCK_STREAM, "@b", "", "x", CREATE,
	  OWN_END, PEER },
	{ "unix,\ndeny unix type=stream,", SOCK_STREAM, "@b", "", "x", 0, 0,
	  0 },
	{ "unix,\ndeny unix send peer=(addr=@a),", SOCK_STREAM, "", "@a", "x",
	  CREATE, OWN_END, CONNECT | RECEIVE },
	{ "unix,\ndeny unix peer=(addr=@a),", SOCK_STREAM, "", "?", "?",
	  CREATE, OWN_END, 0 },
	{ "unix,\ndeny unix peer=(label=x),", SOCK_STREAM, "", "@a", "?",
	  CREATE, OWN_END, 0 },
};

static u32 allowed(const struct nest_match *match)
{
	struct nest_perms perms;

	nest_match_perms(match, &perms);
	return perms.allow;
}

static void test_unix(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(unix_cases); i++) {
		const struct unix_case *c = &unix_cases[i];
		struct compiled compiled;
		struct nest_match match;
		char text[1024];
		u8 type = (u8)c->type;
		u32 got[3];

		snprintf(text, sizeof(text),
			 "abi <abi/4.0>,\n@{V} = v1 v2\nprofile t {\n%s\n}\n",
			 c->rules);
		compile_ok(&compiled, text);
		assert_true(nest_mediates(&compiled.policy, 0,
					  NEST_RULES_UNIX));
		nest_match_begin(&match, &compiled.policy, 0, NEST_RULES_UNIX);
		nest_match_bytes(&match, &type, 1);
		got[0] = allowed(&match);
		nest_match_text(&match, c->own);
		got[1] = allowed(&match);
		nest_match_text(&match, c->peer);
		nest_match_text(&match, c->label);
		got[2] = allowed(&match);
		if (got[0] != c->create || got[1] != c->one ||
		    got[2] != c->both)
			fail_msg("%s (%zu): %x %x %x", c->rules, i, got[0],
				 got[1], got[2]);
		compiled_free(&compiled);
	}
}

/* An address of "" is one that cannot be known. */
struct inet_case {
	const char *rules;
	u8 family, type;
	const char *own;
	u16 own_port;
	const char *peer;
	u16 port;
	u32 create, one, both;
};

#define ANY4	"::ffff:0.0.0.0"

static const struct inet_case inet_cases[] = {
	{ "network inet,\nnetwork bind inet6,", AF_INET, SOCK_RAW, "", 0, "", 0,
	  CREATE, OWN_END, PEER },
	{ "network inet,\nnetwork bind inet6,", AF_INET6, SOCK_RAW, "", 0, "",
	  0, 0, BIND, 0 },
	{ "network bind tcp,", AF_INET6, SOCK_STREAM, "::1", 1, "", 0, 0, BIND,
	  0 },
	{ "network bind tcp,", AF_INET6, SOCK_DGRAM, "::1", 1, "", 0, 0, 0, 0 },
	{ "network inet stream ip=127.0.0.1 port=80,", AF_INET, SOCK_STREAM,
	  "::ffff:127.0.0.1", 80, "::1", 1, CREATE, OWN_END, PEER },
	{ "network inet stream ip=127.0.0.1 port=80,", AF_INET, SOCK_STREAM,
	  "::ffff:127.0.0.1", 81, "::1", 1, CREATE, 0, 0 },
	{ "network inet stream ip=127.0.0.1 port=80,", AF_INET, SOCK_STREAM,
	  "", 0, "::1", 1, CREATE, 0, 0 },
	{ "network ip=127.0.0.1,", AF_INET6, SOCK_STREAM, "::ffff:127.0.0.1",
	  81, "::1", 1, CREATE, OWN_END, PEER },
	{ "network ip=none,", AF_INET, SOCK_STREAM, ANY4, 81, "::1", 1, CREATE,
	  OWN_END, PEER },
	{ "network ip=none,", AF_INET6, SOCK_STREAM, "::", 81, "::1", 1, CREATE,
	  OWN_END, PEER },
	{ "network ip=none,", AF_INET, SOCK_STREAM, "::ffff:1.0.0.0", 81, "::1",
	  1, CREATE, 0, 0 },
	{ "network inet peer=(port=256-1023),", AF_INET, SOCK_DGRAM, ANY4, 0,
	  "::ffff:1.2.3.4", 256, 0, ACCEPT, PEER },
	{ "network inet peer=(port=256-1023),", AF_INET, SOCK_DGRAM, ANY4, 0,
	  "::ffff:1.2.3.4", 1023, 0, ACCEPT, PEER },
	{ "network inet peer=(port=256-1023),", AF_INET, SOCK_DGRAM, ANY4, 0,
	  "::ffff:1.2.3.4", 1024, 0, ACCEPT, 0 },
	{ "network inet peer=(port=256-1023),", AF_INET, SOCK_DGRAM, ANY4, 0,
	  "::ffff:1.2.3.4", 255, 0, ACCEPT, 0 },
	{ "network inet peer=(port=300-400),", AF_INET, SOCK_DGRAM, ANY4, 0,
	  "::ffff:1.2.3.4", 299, 0, ACCEPT, 0 },
	{ "network inet peer=(port=300-400),", AF_INET, SOCK_DGRAM, ANY4, 0,
	  "::ffff:1.2.3.4", 401, 0, ACCEPT, 0 },
	{ "network inet peer=(port=1-60000),", AF_INET, SOCK_DGRAM, ANY4, 0,
	  "::ffff:1.2.3.4", 12032, 0, ACCEPT, PEER },
	{ "network peer=(ip=10.0.0.0/9),", AF_INET, SOCK_DGRAM, ANY4, 0,
	  "::ffff:10.127.255.255", 1, 0, ACCEPT, PEER },
	{ "network peer=(ip=10.0.0.0/9),", AF_INET, SOCK_DGRAM, ANY4, 0,
	  "::ffff:10.128.0.0", 1, 0, ACCEPT, 0 },
	{ "network peer=(ip=2001:db8::/33),", AF_INET6, SOCK_DGRAM, ANY4, 0,
	  "2001:db8:7fff::1", 1, 0, ACCEPT, PEER },
	{ "network peer=(ip=2001:db8::/33),", AF_INET6, SOCK_DGRAM, ANY4, 0,
	  "2001:db8:8000::1", 1, 0, ACCEPT, 0 },
	{ "network peer=(ip=::/0),", AF_INET6, SOCK_DGRAM, ANY4, 0,
	  "2001:db8:8000::1", 1, 0, ACCEPT, PEER },
	/* To deny. */
	{ "network,\ndeny network inet peer=(ip=1.2.3.4),", AF_INET6, SOCK_DGRAM,
	  "::", 0, "::ffff:1.2.3.4", 1, CREATE, OWN_END, 0 },
	{ "network,\ndeny network inet peer=(ip=1.2.3.4),", AF_INET6, SOCK_DGRAM,
	  "::", 0, "::1", 1, CREATE, OWN_END, PEER },
	{ "network,\ndeny network peer=(ip=1.2.3.4),", AF_INET, SOCK_RAW, "", 0,
	  "", 0, CREATE, OWN_END, 0 },
	{ "network,\ndeny network port=1,", AF_INET, SOCK_RAW, "", 0, "", 0,
	  CREATE, 0, 0 },
};

static void feed(struct nest_match *match, const char *address, u16 port)
{
	u8 field[19] = { 0 };

	if (*address) {
		field[0] = 1;
		field[1] = (u8)(port >> 8);
		field[2] = (u8)port;
		assert_int_equal(inet_pton(AF_INET6, address, field + 3), 1);
	}
	nest_match_bytes(match, field, sizeof(field));
}

static void test_inet(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(inet_cases); i++) {
		const struct inet_case *c = &inet_cases[i];
		struct compiled compiled;
		struct nest_match match;
		char text[1024];
		u32 got[3];

		snprintf(text, sizeof(text), "profile t {\n%s\n}\n", c->rules);
		compile_ok(&compiled, text);
		assert_true(nest_mediates(&compiled.policy, 0,
					  NEST_RULES_INET));
		nest_match_begin(&match, &compiled.policy, 0, NEST_RULES_INET);
		nest_match_bytes(&match, &c->family, 1);
		nest_match_bytes(&match, &c->type, 1);
		got[0] = allowed(&match);
		feed(&match, c->own, c->own_port);
		got[1] = allowed(&match);
		feed(&match, c->peer, c->port);
		got[2] = allowed(&match);
		if (got[0] != c->create || got[1] != c->one ||
		    got[2] != c->both)
			fail_msg("%s (%zu): %x %x %x", c->rules, i, got[0],
				 got[1], got[2]);
		compiled_free(&compiled);
	}
}

/* Without such rules families and types decide, which is cheap. */
static void test_kinds_only(void **state)
{
	struct compiled compiled;

	(void)state;
	compile_ok(&compiled,
		   "abi <abi/3.0>,\nprofile t {\nnetwork inet,\nunix,\n}\n");
	assert_false(nest_mediates(&compiled.policy, 0, NEST_RULES_INET));
	assert_false(nest_mediates(&compiled.policy, 0, NEST_RULES_UNIX));
	compiled_free(&compiled);
	compile_ok(&compiled, "abi <abi/4.0>,\nprofile t {\nnetwork inet,\n}\n");
	assert_false(nest_mediates(&compiled.policy, 0, NEST_RULES_INET));
	assert_true(nest_mediates(&compiled.policy, 0, NEST_RULES_UNIX));
	compiled_free(&compiled);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unix),
		cmocka_unit_test(test_inet),
		cmocka_unit_test(test_kinds_only),
	};

	return cmocka_run_group_tests_name("compiler: sockets", tests, NULL,
					   NULL);
}
