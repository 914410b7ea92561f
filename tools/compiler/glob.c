// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Takes a pattern apart into pieces, and leaves its way in the automaton, from
 * its left to its right end or backwards. Alternations are kept on a stack of
 * bounded depth.
 *
 * Two rules of AppArmor that are easily missed: "*" and "**" that make up a
 * whole last or inner component need at least one byte, the first of which is
 * no '/'. And "[^...]" is any byte not listed, '/' included.
 */
#include "glob.h"

enum kind { STEP, LOOP, OPEN, NEXT, CLOSE };

/*
 * A piece of a pattern. @set: of STEP and LOOP, as in struct nest_nfa_edge;
 * @other: of OPEN and CLOSE, the piece at the other end; @at: where an OPEN
 * stands in the pattern; @len: of its alternation.
 */
struct piece {
	enum kind kind;
	u32 set;
	u32 other;
	u32 at;
	u32 len;
};

struct walk {
	struct nest_nfa *nfa;
	struct nest_glob *glob;
	const char *s;
	size_t len;
	bool fields;
	size_t at;
	bool after_slash;
	u32 depth;
	u32 open[NEST_GLOB_DEPTH_MAX];	/* pieces: alternations, and ... */
	bool comma[NEST_GLOB_DEPTH_MAX];	/* whether they have a ',' */
	struct nest_vec pieces;		/* struct piece */
};

static const struct nest_byteset any_byte = {
	{ ~0ULL, ~0ULL, ~0ULL, ~0ULL }
};

static const struct nest_byteset not_slash = {
	{ ~(1ULL << '/'), ~0ULL, ~0ULL, ~0ULL }
};

static int bad(struct walk *walk, size_t at, const char *error)
{
	walk->glob->error = error;
	walk->glob->error_at = (u32)at;
	return -EINVAL;
}

static struct piece *add_piece(struct walk *walk, enum kind kind)
{
	struct piece *piece = nest_vec_add(&walk->pieces, sizeof(*piece), 1);

	if (!piece)
		return NULL;
	memset(piece, 0, sizeof(*piece));
	piece->kind = kind;
	return piece;
}

static struct piece *piece_at(const struct walk *walk, u32 index)
{
	return (struct piece *)walk->pieces.data + index;
}

static int add_set(struct walk *walk, enum kind kind, u32 set)
{
	struct piece *piece = add_piece(walk, kind);

	if (!piece)
		return -ENOMEM;
	piece->set = set;
	return 0;
}

static size_t number(const char *s, size_t len, u32 base, size_t digits,
		     u32 *byte)
{
	size_t i;
	u32 value = 0;

	for (i = 0; i < len && i < digits; i++) {
		u32 c = (u8)s[i], digit;

		if (c >= '0' && c <= '9')
			digit = c - '0';
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			digit = (c | 0x20) - 'a' + 10;
		else
			break;
		if (digit >= base || value * base + digit > 255)
			break;
		value = value * base + digit;
	}
	*byte = value;
	return i;
}

/**
 * nest_glob_escape() - the byte that an escape sequence stands for
 * @s: what follows the backslash
 * @len: bytes in @s, at least 1
 * @byte: where the byte goes
 *
 * Return: how many bytes of @s make up the sequence.
 */
size_t nest_glob_escape(const char *s, size_t len, u32 *byte)
{
	static const char from[] = "aefnrt", to[] = "\a\033\f\n\r\t";
	const char *p;
	size_t used;

	if (*s >= '0' && *s <= '7')
		return number(s, len, 8, 3, byte);
	if (*s == 'x' || *s == 'd') {
		used = number(s + 1, len - 1, *s == 'x' ? 16 : 10,
			      *s == 'x' ? 2 : 3, byte);
		if (used)
			return used + 1;
	}
	p = *s ? strchr(from, *s) : NULL;
	*byte = p ? (u8)to[p - from] : (u8)*s;
	return 1;
}

/**
 * nest_glob_fold_slashes() - make one '/' of each run of them
 * @s: the pattern
 * @len: its length
 *
 * Return: the new length.
 */
size_t nest_glob_fold_slashes(char *s, size_t len)
{
	size_t from, to = 0;

	for (from = 0; from < len; from++)
		if (s[from] != '/' || !to || s[to - 1] != '/')
			s[to++] = s[from];
	return to;
}

/* Take the byte at walk->at, which may be an escape sequence. */
static int take_byte(struct walk *walk, u32 *byte)
{
	size_t at = walk->at++;

	*byte = (u8)walk->s[at];
	if (*byte == '\\') {
		if (walk->at == walk->len)
			return bad(walk, at, "nothing follows the '\\'");
		walk->at += nest_glob_escape(walk->s + walk->at,
					     walk->len - walk->at, byte);
	}
	if (!*byte && !walk->fields)
		return bad(walk, at, "a name cannot hold a NUL byte");
	return 0;
}

static int add_literal(struct walk *walk)
{
	u32 byte;
	int err;

	err = take_byte(walk, &byte);
	if (err)
		return err;
	walk->after_slash = byte == '/';
	return add_set(walk, STEP, byte);
}

static void not_literal(struct walk *walk)
{
	walk->glob->literal = false;
	walk->after_slash = false;
}

static int step_set(struct walk *walk, const struct nest_byteset *set)
{
	u32 id;
	int err;

	err = nest_nfa_set(walk->nfa, set, &id);
	if (err)
		return err;
	return add_set(walk, STEP, id);
}

/* What a wildcard stands for does not go on behind the end of its field. */
static struct nest_byteset within_field(const struct walk *walk,
					struct nest_byteset set)
{
	if (walk->fields)
		set.bits[0] &= ~1ULL;
	return set;
}

static int step_wildcard(struct walk *walk, const struct nest_byteset *set)
{
	struct nest_byteset within = within_field(walk, *set);

	return step_set(walk, &within);
}

static int loop_wildcard(struct walk *walk, const struct nest_byteset *set)
{
	struct nest_byteset within = within_field(walk, *set);
	u32 id;
	int err;

	err = nest_nfa_set(walk->nfa, &within, &id);
	if (err)
		return err;
	return add_set(walk, LOOP, id);
}

/* Whether a component of a name ends here: it, or its field, does. */
static bool component_ends(const struct walk *walk, size_t at)
{
	u32 byte;

	if (at == walk->len || walk->s[at] == '/')
		return true;
	if (!walk->fields || walk->s[at] != '\\' || at + 1 == walk->len)
		return false;
	nest_glob_escape(walk->s + at + 1, walk->len - at - 1, &byte);
	return !byte;
}

/* True if the stars at walk->at stand where a component has to have a name. */
static bool whole_component(const struct walk *walk)
{
	size_t end = walk->at;

	if (!walk->after_slash)
		return false;
	while (end < walk->len && walk->s[end] == '*')
		end++;
	return component_ends(walk, end);
}

static int add_star(struct walk *walk)
{
	bool needs_byte = whole_component(walk);
	bool two;
	int err;

	two = walk->at + 1 < walk->len && walk->s[walk->at + 1] == '*';
	not_literal(walk);
	walk->glob->exact = false;
	walk->at += two ? 2 : 1;
	if (needs_byte) {
		err = step_wildcard(walk, &not_slash);
		if (err)
			return err;
	}
	return loop_wildcard(walk, two ? &any_byte : &not_slash);
}

/* Add a range, or its first byte if no range follows, to a class. */
static int add_range(struct walk *walk, struct nest_byteset *set)
{
	const char *s = walk->s;
	u32 first, last, swap;
	int err;

	err = take_byte(walk, &first);
	if (err)
		return err;
	last = first;
	if (walk->at + 1 < walk->len && s[walk->at] == '-' &&
	    s[walk->at + 1] != ']') {
		walk->at++;
		err = take_byte(walk, &last);
		if (err)
			return err;
	}
	if (last < first) {
		swap = first;
		first = last;
		last = swap;
	}
	for (; first <= last; first++)
		nest_byteset_add(set, first);
	return 0;
}

static int add_class(struct walk *walk)
{
	struct nest_byteset set = { { 0 } };
	size_t start = walk->at++, first, i;
	bool negate;
	int err;

	negate = walk->at < walk->len && walk->s[walk->at] == '^';
	walk->at += negate;
	walk->glob->exact = false;
	first = walk->at;
	while (walk->at < walk->len && walk->s[walk->at] != ']') {
		err = add_range(walk, &set);
		if (err)
			return err;
	}
	if (walk->at == walk->len)
		return bad(walk, start, "this '[' is not closed by a ']'");
	if (walk->at == first)
		return bad(walk, start,
			   "an empty class; write \\] for the byte ']'");
	walk->at++;
	for (i = 0; negate && i < 4; i++)
		set.bits[i] = ~set.bits[i];
	not_literal(walk);
	return negate ? step_wildcard(walk, &set) : step_set(walk, &set);
}

/* The length of the alternation at walk->at, or 0 if it is not closed. */
static size_t alternation_len(const struct walk *walk)
{
	size_t at, depth = 0;
	bool class = false;

	for (at = walk->at; at < walk->len; at++) {
		char c = walk->s[at];

		if (c == '\\')
			at++;
		else if (class)
			class = c != ']';
		else if (c == '[')
			class = true;
		else if (c == '{')
			depth++;
		else if (c == '}' && !--depth)
			return at + 1 - walk->at;
	}
	return 0;
}

static int open_alternation(struct walk *walk)
{
	size_t len = alternation_len(walk);
	struct piece *piece;

	if (!len)
		return bad(walk, walk->at, "this '{' is not closed by a '}'");
	if (walk->depth == NEST_GLOB_DEPTH_MAX)
		return bad(walk, walk->at, "too many '{' within each other");
	not_literal(walk);
	piece = add_piece(walk, OPEN);
	if (!piece)
		return -ENOMEM;
	piece->at = (u32)walk->at++;
	piece->len = (u32)len;
	walk->open[walk->depth] = (u32)walk->pieces.count - 1;
	walk->comma[walk->depth++] = false;
	return 0;
}

static int next_alternative(struct walk *walk)
{
	walk->comma[walk->depth - 1] = true;
	walk->after_slash = false;
	walk->at++;
	return add_piece(walk, NEXT) ? 0 : -ENOMEM;
}

static int close_alternation(struct walk *walk)
{
	struct piece *piece;

	if (!walk->depth)
		return bad(walk, walk->at,
			   "no '{' was opened; write \\} for the byte '}'");
	if (!walk->comma[walk->depth - 1])
		return bad(walk, walk->at,
			   "an alternation needs a ',': at least two choices");
	piece = add_piece(walk, CLOSE);
	if (!piece)
		return -ENOMEM;
	piece->other = walk->open[--walk->depth];
	piece_at(walk, piece->other)->other = (u32)walk->pieces.count - 1;
	walk->after_slash = false;
	walk->at++;
	return 0;
}

static int add_next(struct walk *walk)
{
	switch (walk->s[walk->at]) {
	case '*':
		return add_star(walk);
	case '?':
		not_literal(walk);
		walk->at++;
		walk->glob->exact = false;
		return step_wildcard(walk, &not_slash);
	case '[':
		return add_class(walk);
	case ']':
		return bad(walk, walk->at,
			   "no '[' was opened; write \\] for the byte ']'");
	case '{':
		return open_alternation(walk);
	case '}':
		return close_alternation(walk);
	case ',':
		if (walk->depth)
			return next_alternative(walk);
		break;
	}
	return add_literal(walk);
}

static int take_apart(struct walk *walk)
{
	struct nest_glob *glob = walk->glob;
	int err;

	memset(glob, 0, sizeof(*glob));
	glob->literal = true;
	glob->exact = true;
	if (walk->len > NEST_GLOB_LENGTH_MAX)
		return bad(walk, 0, "the pattern is too long");
	while (walk->at < walk->len) {
		err = add_next(walk);
		if (err)
			return err;
	}
	return 0;
}

/* An alternation that is open: where it began and where it will end. */
struct level {
	u32 start;
	u32 end;
};

/* The way through the pieces. */
struct way {
	const struct walk *walk;
	bool backward;
	u32 at;			/* pieces taken */
	u32 node;
	u32 depth;
	struct level levels[NEST_GLOB_DEPTH_MAX];
};

/* Begin an alternation, or skip it if the automaton has it at this place. */
static int begin_choice(struct way *way, const struct piece *piece)
{
	const struct walk *walk = way->walk;
	const struct piece *first = piece, *last = piece;
	struct level *level = &way->levels[way->depth];
	bool known;
	int err;

	if (way->backward)
		first = piece_at(walk, piece->other);
	else
		last = piece_at(walk, piece->other);
	level->start = way->node;
	err = nest_nfa_alternation(walk->nfa, way->node, walk->s + first->at,
				   first->len, &level->end, &known);
	if (err)
		return err;
	if (known) {
		way->node = level->end;
		way->at += (u32)(last - first);
	} else {
		way->depth++;
	}
	return 0;
}

static int end_choice(struct way *way, bool last)
{
	struct level *level = &way->levels[way->depth - 1];
	int err;

	err = nest_nfa_join(way->walk->nfa, way->node, level->end);
	way->node = last ? level->end : level->start;
	if (last)
		way->depth--;
	return err;
}

static int follow_piece(struct way *way)
{
	const struct walk *walk = way->walk;
	u32 count = (u32)walk->pieces.count;
	const struct piece *piece;

	piece = piece_at(walk, way->backward ? count - 1 - way->at : way->at);
	way->at++;
	switch (piece->kind) {
	case STEP:
		return nest_nfa_step(walk->nfa, way->node, piece->set,
				     &way->node);
	case LOOP:
		return nest_nfa_loop(walk->nfa, way->node, piece->set,
				     &way->node);
	case NEXT:
		return end_choice(way, false);
	case OPEN:
	case CLOSE:
		break;
	}
	if (piece->kind == (way->backward ? CLOSE : OPEN))
		return begin_choice(way, piece);
	return end_choice(way, true);
}

static int add(struct walk *walk, bool backward)
{
	struct way way = { .walk = walk, .backward = backward };
	int err;

	err = take_apart(walk);
	while (!err && way.at < walk->pieces.count)
		err = follow_piece(&way);
	walk->glob->end = way.node;
	nest_vec_free(&walk->pieces);
	return err;
}

/**
 * nest_glob_add() - add a pattern to an automaton
 * @nfa: the automaton
 * @pattern: the pattern, kept by the caller as long as @nfa
 * @len: its length
 * @backward: the automaton reads names from their ends; either all patterns
 *	are added so or none
 * @glob: where the result goes
 *
 * A pattern that is refused leaves @nfa as it is.
 *
 * Return: 0; -EINVAL: the pattern is malformed, @glob->error says how;
 * -ENOMEM.
 */
int nest_glob_add(struct nest_nfa *nfa, const char *pattern, size_t len,
		  bool backward, struct nest_glob *glob)
{
	struct walk walk = {
		.nfa = nfa,
		.glob = glob,
		.s = pattern,
		.len = len,
	};

	return add(&walk, backward);
}

/**
 * nest_glob_add_fields() - add a pattern for several fields to an automaton
 * @nfa: the automaton
 * @pattern: the pattern, in which \x00 ends a field of text; no wildcard and
 *	no negated class takes that byte. Kept as in nest_glob_add()
 * @len: its length
 * @glob: where the result goes
 *
 * Return: as nest_glob_add().
 */
int nest_glob_add_fields(struct nest_nfa *nfa, const char *pattern, size_t len,
			 struct nest_glob *glob)
{
	struct walk walk = {
		.nfa = nfa,
		.glob = glob,
		.s = pattern,
		.len = len,
		.fields = true,
	};

	return add(&walk, false);
}

/**
 * nest_glob_quote() - write a name so that as a pattern it matches itself only
 * @arena: where the result lives
 * @name: the name
 *
 * Return: the pattern, or NULL if there is no memory.
 */
const char *nest_glob_quote(struct nest_arena *arena, const char *name)
{
	size_t len = strlen(name), i, n = 0;
	char *s = nest_arena_alloc(arena, 2 * len + 1);

	for (i = 0; s && i < len; i++) {
		if (strchr("*?[]{},\\", name[i]))
			s[n++] = '\\';
		s[n++] = name[i];
	}
	return s;
}
