// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules for addresses and ports as patterns of the class NEST_RULES_INET. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "sockrule.h"

#define ANY_BYTE	"[\\x00-\\xff]"
#define ADDRESS_BITS	128U

/* Conditions of one end as numbers. */
struct end {
	bool given;
	bool none;		/* of all addresses, just that which is none */
	bool ipv4;
	u8 address[16];
	u32 bits;		/* of @address that count */
	u32 first_port;
	u32 last_port;
};

struct inet_rule {
	const struct nest_sock_rule *sock;
	u8 family;
	struct end own;
	struct end peer;
};

static void add_string(struct nest_fields *fields, const char *s)
{
	nest_fields_pattern(fields, s, strlen(s));
}

static void add_range(struct nest_fields *fields, u32 first, u32 last)
{
	char s[24];

	snprintf(s, sizeof(s), "[\\x%02x-\\x%02x]", first, last);
	add_string(fields, s);
}

/* The numbers of a port, the greater byte first. */
static void add_ports(struct nest_fields *fields, u32 first, u32 last)
{
	u32 low = first >> 8, high = last >> 8;

	if (low == high) {
		nest_fields_byte(fields, (u8)low);
		add_range(fields, first & 255, last & 255);
		return;
	}
	add_string(fields, "{");
	nest_fields_byte(fields, (u8)low);
	add_range(fields, first & 255, 255);
	add_string(fields, ",");
	nest_fields_byte(fields, (u8)high);
	add_range(fields, 0, last & 255);
	if (high - low > 1) {
		add_string(fields, ",");
		add_range(fields, low + 1, high - 1);
		add_string(fields, ANY_BYTE);
	}
	add_string(fields, "}");
}

static void add_address(struct nest_fields *fields, const u8 *address, u32 bits)
{
	u32 i;

	for (i = 0; i < 16; i++) {
		u32 here = bits > 8 * i ? bits - 8 * i : 0;
		u32 rest = here < 8 ? 255U >> here : 0;

		add_range(fields, address[i] & ~rest, address[i] | rest);
	}
}

static void add_known(struct nest_fields *fields, const struct end *end)
{
	static const u8 none[2][16] = {
		{ 0 }, { [10] = 255, [11] = 255 },
	};

	nest_fields_byte(fields, 1);
	add_ports(fields, end->first_port, end->last_port);
	if (!end->none) {
		add_address(fields, end->address, end->bits);
		return;
	}
	add_string(fields, "{");
	add_address(fields, none[0], ADDRESS_BITS);
	add_string(fields, ",");
	add_address(fields, none[1], ADDRESS_BITS);
	add_string(fields, "}");
}

static void add_any(struct nest_fields *fields, u32 bytes)
{
	while (bytes--)
		add_string(fields, ANY_BYTE);
}

/* What is denied of some end is denied of one that cannot be known. */
static void add_end(struct nest_fields *fields, const struct end *end,
		    bool deny)
{
	if (!end->given) {
		add_any(fields, 19);
		return;
	}
	if (deny) {
		add_string(fields, "{\\x00");
		add_any(fields, 18);
		add_string(fields, ",");
	}
	add_known(fields, end);
	if (deny)
		add_string(fields, "}");
}

static bool denies(const struct inet_rule *rule)
{
	return rule->sock->rule->mods & NEST_MOD_DENY;
}

static void begin(void *context, struct nest_fields *fields, u32 bits)
{
	const struct inet_rule *rule = context;

	(void)bits;
	nest_fields_byte(fields, rule->family);
	nest_sock_types(fields, rule->sock->types);
}

static void own(void *context, struct nest_fields *fields, u32 bits)
{
	const struct inet_rule *rule = context;

	(void)bits;
	add_end(fields, &rule->own, denies(rule));
}

static void peer(void *context, struct nest_fields *fields, u32 bits)
{
	const struct inet_rule *rule = context;

	(void)bits;
	add_end(fields, &rule->peer, denies(rule));
}

static int bad(struct nest_domain_rules *rules, const struct nest_word *word,
	       const char *message)
{
	return nest_report(rules->compiler, NEST_DIAG_SYNTAX, word->place,
			   "'%s' %s", word->s, message);
}

static bool take_number(const char **s, u32 max, u32 *number)
{
	u32 value = 0;
	const char *p;

	for (p = *s; *p >= '0' && *p <= '9' && value <= max; p++)
		value = value * 10 + (u32)(*p - '0');
	*number = value;
	if (p == *s || value > max)
		return false;
	*s = p;
	return true;
}

static int take_port(struct nest_domain_rules *rules, struct end *end,
		     const struct nest_word *word, const char *text)
{
	bool ok = take_number(&text, 65535, &end->first_port);

	end->last_port = end->first_port;
	if (ok && *text == '-') {
		text++;
		ok = take_number(&text, 65535, &end->last_port);
	}
	if (ok && !*text && end->first_port <= end->last_port)
		return 0;
	return bad(rules, word, "is no port; write 0 to 65535, or FIRST-LAST");
}

static bool take_prefix(struct end *end, const char *slash)
{
	u32 offset = end->ipv4 ? ADDRESS_BITS - 32 : 0;

	if (!slash)
		return true;
	slash++;
	if (!take_number(&slash, ADDRESS_BITS - offset, &end->bits) || *slash)
		return false;
	end->bits += offset;
	return true;
}

static int take_ip(struct nest_domain_rules *rules, struct end *end,
		   const struct nest_word *word, const char *text)
{
	const char *slash = strchr(text, '/');
	char copy[INET6_ADDRSTRLEN];
	size_t len = slash ? (size_t)(slash - text) : strlen(text);

	if (!strcmp(text, "none")) {
		end->none = true;
		return 0;
	}
	memset(copy, 0, sizeof(copy));
	if (len < sizeof(copy))
		memcpy(copy, text, len);
	end->bits = ADDRESS_BITS;
	end->ipv4 = inet_pton(AF_INET, copy, end->address + 12) == 1;
	if (end->ipv4)
		memset(end->address + 10, 255, 2);
	if ((end->ipv4 || inet_pton(AF_INET6, copy, end->address) == 1) &&
	    take_prefix(end, slash))
		return 0;
	return bad(rules, word,
		   "is no address; write one of IPv4 or IPv6, of which /BITS may follow, or none");
}

static int take_end(struct nest_domain_rules *rules, struct end *end,
		    const struct nest_sock_end *from)
{
	const char *text;
	int err = 0;

	end->last_port = 65535;
	end->given = from->address || from->port;
	if (from->address) {
		err = nest_expand_one(rules->compiler, rules->profile,
				      from->address, &text);
		err = err ? err : take_ip(rules, end, from->address, text);
	}
	if (!err && from->port) {
		err = nest_expand_one(rules->compiler, rules->profile,
				      from->port, &text);
		err = err ? err : take_port(rules, end, from->port, text);
	}
	return err;
}

static bool is_mapped(const struct end *end)
{
	static const u8 prefix[12] = { [10] = 255, [11] = 255 };

	return end->bits >= 96 && !memcmp(end->address, prefix, 12);
}

/* To deny an address of IPv4 is to deny it to sockets of IPv6, too. */
static bool is_about(const struct inet_rule *rule, u8 family)
{
	if (rule->sock->families & 1ULL << family)
		return true;
	return denies(rule) && family == AF_INET6 &&
	       (rule->sock->families & 1ULL << AF_INET) &&
	       (is_mapped(&rule->own) || is_mapped(&rule->peer));
}

/**
 * nest_inet_rule_add() - add a rule for internet sockets to the image's rules
 * @rules: the rules of the profile
 * @sock: the rule, taken apart
 *
 * Return: 0, or a negative errno that was reported.
 */
int nest_inet_rule_add(struct nest_domain_rules *rules,
		       struct nest_sock_rule *sock)
{
	static const u8 families[] = { AF_INET, AF_INET6 };
	struct inet_rule rule = { .sock = sock };
	size_t i;
	int err;

	err = nest_sock_complete(rules, sock);
	if (!err)
		err = take_end(rules, &rule.own, &sock->own);
	if (!err)
		err = take_end(rules, &rule.peer, &sock->peer);
	for (i = 0; !err && i < ARRAY_SIZE(families); i++) {
		rule.family = families[i];
		if (is_about(&rule, families[i]))
			err = nest_sock_add(rules, NEST_RULES_INET, sock, begin,
					    own, peer, &rule);
	}
	return err;
}
