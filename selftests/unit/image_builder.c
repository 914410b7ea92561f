// SPDX-License-Identifier: GPL-2.0-only
#include "image_builder.h"

#define ALPHABET	256

static void die(const char *what)
{
	unit_complain("image builder: %s\n", what);
	abort();
}

static void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (!p)
		die("out of memory");
	return p;
}

/* Returns where @len zero bytes were appended, as an offset. */
static size_t grow(struct image_buf *buf, size_t len)
{
	size_t at = buf->len;
	u8 *data = realloc(buf->data, at + len ? at + len : 1);

	if (!data)
		die("out of memory");
	memset(data + at, 0, len);
	buf->data = data;
	buf->len = at + len;
	return at;
}

/* As grow(), at a multiple of 8: for the tables of a DFA. */
static size_t grow_table(struct image *img, size_t len)
{
	struct image_buf *buf = &img->section[NEST_SECTION_TABLES];

	grow(buf, -buf->len & 7);
	return grow(buf, len);
}

static void *table(struct image *img, size_t offset)
{
	return img->section[NEST_SECTION_TABLES].data + offset;
}

/**
 * image_element_size() - what an extent's count counts
 * @section: enum nest_policy_section
 *
 * Return: bytes in one element.
 */
size_t image_element_size(u32 section)
{
	static const size_t sizes[NEST_SECTION_COUNT] = {
		[NEST_SECTION_STRINGS] = 1,
		[NEST_SECTION_DOMAINS] = sizeof(struct nest_policy_domain),
		[NEST_SECTION_PERMS] = sizeof(struct nest_policy_perm),
		[NEST_SECTION_EXECS] = sizeof(struct nest_policy_exec),
		[NEST_SECTION_NETS] = sizeof(struct nest_policy_net),
		[NEST_SECTION_PEERS] = sizeof(struct nest_policy_peer),
		[NEST_SECTION_RULES] = sizeof(struct nest_policy_rule),
		[NEST_SECTION_RLIMITS] = sizeof(struct nest_policy_rlimits),
		[NEST_SECTION_ATTACHES] = sizeof(struct nest_policy_attach),
		[NEST_SECTION_XATTRS] = sizeof(struct nest_policy_xattr),
		[NEST_SECTION_DFAS] = sizeof(struct nest_policy_dfa),
		[NEST_SECTION_TABLES] = 1,
	};

	return sizes[section];
}

static u32 add_element(struct image *img, u32 section)
{
	size_t size = image_element_size(section);

	return grow(&img->section[section], size) / size;
}

static void *element(struct image *img, u32 section, u32 index)
{
	return img->section[section].data + index * image_element_size(section);
}

/**
 * image_init() - start an image without a default domain or attachments
 * @img: to be freed with image_free()
 */
void image_init(struct image *img)
{
	memset(img, 0, sizeof(*img));
	img->header.magic = cpu_to_le32(NEST_POLICY_MAGIC);
	img->header.version = cpu_to_le32(NEST_POLICY_VERSION);
	img->header.default_domain = cpu_to_le32(NEST_NONE);
	img->header.attach_dfa = cpu_to_le32(NEST_NONE);
}

/**
 * image_free() - free what image_init() and the others allocated
 * @img: the image
 */
void image_free(struct image *img)
{
	for (u32 i = 0; i < NEST_SECTION_COUNT; i++)
		free(img->section[i].data);
	memset(img, 0, sizeof(*img));
}

/**
 * image_add_domain() - append a domain that allows nothing
 * @img: the image
 * @name: has to be greater than the last one's
 *
 * Return: its index.
 */
u32 image_add_domain(struct image *img, const char *name)
{
	struct image_buf *strings = &img->section[NEST_SECTION_STRINGS];
	size_t at = grow(strings, strlen(name) + 1);
	u32 index = add_element(img, NEST_SECTION_DOMAINS);
	struct nest_policy_domain *domain = image_domain(img, index);

	memcpy(strings->data + at, name, strlen(name));
	domain->name = cpu_to_le32(at);
	domain->parent = cpu_to_le32(NEST_NONE);
	domain->child_dfa = cpu_to_le32(NEST_NONE);
	domain->file_dfa = cpu_to_le32(NEST_NONE);
	domain->net = cpu_to_le32(NEST_NONE);
	domain->rlimits = cpu_to_le32(NEST_NONE);
	domain->peer_dfa = cpu_to_le32(NEST_NONE);
	domain->rule_dfa = cpu_to_le32(NEST_NONE);
	return index;
}

/**
 * image_add_perm() - append permissions, the same for owner and others
 * @img: the image
 * @allow: NEST_FILE_*
 * @deny: NEST_FILE_*
 * @exec: index of a transition or NEST_NONE
 *
 * Return: the accept value that stands for them.
 */
u32 image_add_perm(struct image *img, u32 allow, u32 deny, u32 exec)
{
	u32 index = add_element(img, NEST_SECTION_PERMS);
	struct nest_policy_perm *perm = image_perm(img, index);

	for (u32 i = 0; i < 2; i++) {
		perm->allow[i] = cpu_to_le32(allow);
		perm->deny[i] = cpu_to_le32(deny);
		perm->exec[i] = cpu_to_le32(exec);
	}
	return index + 1;
}

/**
 * image_add_exec() - append a transition
 * @img: the image
 * @mode: enum nest_policy_exec_mode
 * @flags: NEST_EXEC_*
 * @target: a domain or NEST_NONE
 *
 * Return: its index.
 */
u32 image_add_exec(struct image *img, u32 mode, u32 flags, u32 target)
{
	u32 index = add_element(img, NEST_SECTION_EXECS);
	struct nest_policy_exec *exec;

	exec = element(img, NEST_SECTION_EXECS, index);
	exec->mode = cpu_to_le32(mode);
	exec->flags = cpu_to_le32(flags);
	exec->target = cpu_to_le32(target);
	return index;
}

/**
 * image_add_net() - append socket rules that allow nothing
 * @img: the image
 *
 * Return: their index.
 */
u32 image_add_net(struct image *img)
{
	return add_element(img, NEST_SECTION_NETS);
}

/**
 * image_add_peer() - append rules for a peer that allow nothing
 * @img: the image
 *
 * Return: their index.
 */
u32 image_add_peer(struct image *img)
{
	return add_element(img, NEST_SECTION_PEERS);
}

/**
 * image_add_rule() - append what rules of a class say
 * @img: the image
 * @allow: bits of the class
 * @deny: bits of the class
 * @audit: bits of the class
 *
 * Return: the accept value that stands for them.
 */
u32 image_add_rule(struct image *img, u32 allow, u32 deny, u32 audit)
{
	u32 index = add_element(img, NEST_SECTION_RULES);
	struct nest_policy_rule *rule;

	rule = element(img, NEST_SECTION_RULES, index);
	rule->allow = cpu_to_le32(allow);
	rule->deny = cpu_to_le32(deny);
	rule->audit = cpu_to_le32(audit);
	return index + 1;
}

/**
 * image_add_rlimits() - append limits, of nothing
 * @img: the image
 *
 * Return: their index.
 */
u32 image_add_rlimits(struct image *img)
{
	return add_element(img, NEST_SECTION_RLIMITS);
}

/**
 * image_rlimits() - as image_domain(), for limits
 * @img: the image
 * @index: which
 *
 * Return: pointer into the image.
 */
struct nest_policy_rlimits *image_rlimits(struct image *img, u32 index)
{
	return element(img, NEST_SECTION_RLIMITS, index);
}

/**
 * image_add_attach() - append an attachment
 * @img: the image
 * @domain: the domain
 * @next: another attachment or NEST_NONE
 * @xattr: its first attribute or NEST_NONE
 * @n_xattrs: how many
 */
void image_add_attach(struct image *img, u32 domain, u32 next, u32 xattr,
		      u32 n_xattrs)
{
	u32 index = add_element(img, NEST_SECTION_ATTACHES);
	struct nest_policy_attach *attach;

	attach = element(img, NEST_SECTION_ATTACHES, index);
	attach->domain = cpu_to_le32(domain);
	attach->next = cpu_to_le32(next);
	attach->xattr = cpu_to_le32(xattr);
	attach->n_xattrs = cpu_to_le32(n_xattrs);
}

/**
 * image_add_xattr() - append an attribute to ask for
 * @img: the image
 * @name: of the attribute
 * @dfa: for its value
 */
void image_add_xattr(struct image *img, const char *name, u32 dfa)
{
	struct image_buf *strings = &img->section[NEST_SECTION_STRINGS];
	size_t at = grow(strings, strlen(name) + 1);
	u32 index = add_element(img, NEST_SECTION_XATTRS);
	struct nest_policy_xattr *xattr;

	memcpy(strings->data + at, name, strlen(name));
	xattr = element(img, NEST_SECTION_XATTRS, index);
	xattr->name = cpu_to_le32(at);
	xattr->dfa = cpu_to_le32(dfa);
}

/**
 * image_domain() - a domain to be changed; valid until the next one is added
 * @img: the image
 * @index: which
 *
 * Return: pointer into the image.
 */
struct nest_policy_domain *image_domain(struct image *img, u32 index)
{
	return element(img, NEST_SECTION_DOMAINS, index);
}

/**
 * image_perm() - as image_domain(), for permissions
 * @img: the image
 * @index: which
 *
 * Return: pointer into the image.
 */
struct nest_policy_perm *image_perm(struct image *img, u32 index)
{
	return element(img, NEST_SECTION_PERMS, index);
}

/**
 * image_net() - as image_domain(), for socket rules
 * @img: the image
 * @index: which
 *
 * Return: pointer into the image.
 */
struct nest_policy_net *image_net(struct image *img, u32 index)
{
	return element(img, NEST_SECTION_NETS, index);
}

/**
 * image_peer() - as image_domain(), for rules for a peer
 * @img: the image
 * @index: which
 *
 * Return: pointer into the image.
 */
struct nest_policy_peer *image_peer(struct image *img, u32 index)
{
	return element(img, NEST_SECTION_PEERS, index);
}

/*
 * A tree of the patterns' bytes. A node's @other is the state that bytes
 * without a child lead to: dead, or the sink of the nearest "**" above.
 */
struct node {
	u32 child[ALPHABET];
	u32 accept;
	u32 other;
};

struct tree {
	struct node *nodes;
	u32 n_nodes;
	u32 room;
	u32 n_sinks;
	u8 class[ALPHABET];
	u32 n_classes;
};

static u32 tree_add_node(struct tree *tree)
{
	if (tree->n_nodes == tree->room)
		die("too many states");
	return tree->n_nodes++;
}

static u32 tree_child(struct tree *tree, u32 node, u8 byte)
{
	if (!tree->class[byte])
		tree->class[byte] = tree->n_classes++;
	if (!tree->nodes[node].child[byte]) {
		u32 child = tree_add_node(tree);

		tree->nodes[node].child[byte] = child;
	}
	return tree->nodes[node].child[byte];
}

static bool is_tail(const char *s)
{
	return !strcmp(s, "**");
}

/* Sinks come first: one for each pattern with a tail, in order. */
static void tree_add_sinks(struct tree *tree, const struct image_rule *rules,
			   size_t n)
{
	tree_add_node(tree);
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(rules[i].pattern);
		u32 sink;

		if (len < 2 || !is_tail(rules[i].pattern + len - 2))
			continue;
		sink = tree_add_node(tree);
		tree->nodes[sink].accept = rules[i].accept;
		tree->nodes[sink].other = sink;
	}
	tree->n_sinks = tree->n_nodes;
}

static void tree_add_rule(struct tree *tree, const struct image_rule *rule,
			  u32 *sink)
{
	u32 node = tree->n_sinks;
	const char *p;

	for (p = rule->pattern; *p && !is_tail(p); p++) {
		bool nul = p[0] == '\\' && p[1] == '0';

		node = tree_child(tree, node, nul ? 0 : *p);
		p += nul;
	}
	tree->nodes[node].accept = rule->accept;
	if (*p)
		tree->nodes[node].other = (*sink)++;
}

/* A child is always made after its parent, so one pass in order will do. */
static void tree_inherit(struct tree *tree)
{
	for (u32 i = tree->n_sinks; i < tree->n_nodes; i++) {
		struct node *node = &tree->nodes[i];

		for (u32 b = 0; b < ALPHABET; b++) {
			struct node *child = &tree->nodes[node->child[b]];

			if (!node->child[b])
				continue;
			if (!child->other)
				child->other = node->other;
			if (!child->accept)
				child->accept =
					tree->nodes[node->other].accept;
		}
	}
}

/* The dead state, the start, a sink for each pattern, a state for each byte. */
static u32 most_nodes(const struct image_rule *rules, size_t n)
{
	u32 nodes = 2 + n;

	for (size_t i = 0; i < n; i++)
		nodes += strlen(rules[i].pattern);
	return nodes;
}

static void tree_build(struct tree *tree, const struct image_rule *rules,
		       size_t n)
{
	u32 sink = 1;

	memset(tree, 0, sizeof(*tree));
	tree->room = most_nodes(rules, n);
	tree->nodes = xcalloc(tree->room, sizeof(*tree->nodes));
	tree->n_classes = 1;
	tree_add_sinks(tree, rules, n);
	tree_add_node(tree);
	for (size_t i = 0; i < n; i++)
		tree_add_rule(tree, &rules[i], &sink);
	tree_inherit(tree);
}

/* The state after @node by class @class; class 0 is all other bytes. */
static u32 tree_next(const struct tree *tree, u32 node, u32 class)
{
	const struct node *n = &tree->nodes[node];

	for (u32 b = 0; class && b < ALPHABET; b++) {
		if (tree->class[b] == class && n->child[b])
			return n->child[b];
	}
	return n->other;
}

static void emit_accept(struct image *img, const struct tree *tree,
			struct nest_policy_dfa *dfa)
{
	u32 greatest = 0, n = tree->n_nodes;
	__le32 *accept;
	size_t at;

	while (n > 1 && !tree->nodes[n - 1].accept)
		n--;
	at = grow_table(img, (size_t)n * 4);
	accept = table(img, at);
	for (u32 s = 0; s < n; s++) {
		accept[s] = cpu_to_le32(tree->nodes[s].accept);
		if (tree->nodes[s].accept > greatest)
			greatest = tree->nodes[s].accept;
	}
	dfa->n_accepts = cpu_to_le32(n);
	dfa->accept = cpu_to_le32(at);
	dfa->accept_max = cpu_to_le32(greatest);
}

static void emit_dense(struct image *img, const struct tree *tree,
		       struct nest_policy_dfa *dfa)
{
	u32 shift = 0;
	size_t at;

	while ((1U << shift) < tree->n_classes)
		shift++;
	at = grow_table(img, ((size_t)tree->n_nodes << shift) * 2);
	for (u32 s = 0; s < tree->n_nodes; s++) {
		__le16 *row = (__le16 *)table(img, at) + ((size_t)s << shift);

		for (u32 c = 0; c < tree->n_classes; c++)
			row[c] = cpu_to_le16(tree_next(tree, s, c) << shift);
	}
	dfa->shift = cpu_to_le32(shift);
	dfa->next = cpu_to_le32(at);
}

static __le32 cell(u32 class, u32 state)
{
	return cpu_to_le32(class << NEST_CELL_SHIFT | state);
}

/* The word of a state that can be a chain; NEST_NONE if it cannot. */
static __le32 chain(const struct tree *tree, u32 state)
{
	u32 other = tree->nodes[state].other, class = NEST_CELL_OTHER;

	for (u32 c = 0; c < tree->n_classes; c++) {
		u32 next = tree_next(tree, state, c);

		if (next == other)
			continue;
		if (class != NEST_CELL_OTHER || next != state + 1)
			return cpu_to_le32(NEST_NONE);
		class = c;
	}
	return cpu_to_le32(NEST_CELL_CHAIN) | cell(class, other);
}

/* Chains, and one row of slots after the other. */
static void emit_sparse(struct image *img, const struct tree *tree,
			struct nest_policy_dfa *dfa)
{
	u32 n = tree->n_nodes, width = tree->n_classes + 1, n_slots = 0;
	size_t at = grow_table(img, (size_t)n * (1 + width) * 4);
	__le32 *words = table(img, at), *row = words + n;

	for (u32 s = 0; s < n; s++) {
		words[s] = chain(tree, s);
		if (words[s] != cpu_to_le32(NEST_NONE))
			continue;
		words[s] = cpu_to_le32(n_slots);
		row[0] = cell(NEST_CELL_OTHER, tree->nodes[s].other);
		for (u32 c = 0; c < tree->n_classes; c++) {
			u32 next = tree_next(tree, s, c);

			row[c + 1] = next == tree->nodes[s].other ?
				     cpu_to_le32(NEST_NONE) : cell(c, next);
		}
		row += width;
		n_slots += width;
	}
	img->section[NEST_SECTION_TABLES].len = at + ((size_t)n + n_slots) * 4;
	dfa->n_slots = cpu_to_le32(n_slots);
	dfa->next = cpu_to_le32(at);
}

/**
 * image_add_dfa() - append an automaton
 * @img: the image
 * @layout: enum nest_policy_layout
 * @rules: its patterns
 * @n: how many
 *
 * Return: its index.
 */
u32 image_add_dfa(struct image *img, u32 layout,
		  const struct image_rule *rules, size_t n)
{
	u32 index = add_element(img, NEST_SECTION_DFAS);
	struct nest_policy_dfa dfa = { .layout = cpu_to_le32(layout) };
	struct tree tree;
	size_t at;

	tree_build(&tree, rules, n);
	dfa.n_states = cpu_to_le32(tree.n_nodes);
	dfa.n_sinks = cpu_to_le32(tree.n_sinks);
	dfa.start = cpu_to_le32(tree.n_sinks);
	dfa.n_classes = cpu_to_le32(tree.n_classes);
	at = grow_table(img, ALPHABET);
	memcpy(table(img, at), tree.class, ALPHABET);
	dfa.classes = cpu_to_le32(at);
	emit_accept(img, &tree, &dfa);
	if (layout == NEST_LAYOUT_DENSE)
		emit_dense(img, &tree, &dfa);
	else
		emit_sparse(img, &tree, &dfa);
	memcpy(element(img, NEST_SECTION_DFAS, index), &dfa, sizeof(dfa));
	free(tree.nodes);
	return index;
}

/**
 * image_finish() - put header and sections together
 * @img: stays as it is, apart from sizes and offsets in the header
 * @size: bytes in the result
 *
 * Return: the image, for the caller to free().
 */
u8 *image_finish(struct image *img, size_t *size)
{
	size_t at = sizeof(img->header);
	u8 *out;

	for (u32 i = 0; i < NEST_SECTION_COUNT; i++) {
		struct nest_policy_extent *extent = &img->header.section[i];

		at = (at + 7) & ~(size_t)7;
		extent->offset = cpu_to_le32(at);
		extent->count = cpu_to_le32(img->section[i].len /
					    image_element_size(i));
		at += img->section[i].len;
	}
	img->header.size = cpu_to_le32(at);
	out = xcalloc(1, at);
	memcpy(out, &img->header, sizeof(img->header));
	for (u32 i = 0; i < NEST_SECTION_COUNT; i++) {
		if (img->section[i].len)
			memcpy(out + le32_to_cpu(img->header.section[i].offset),
			       img->section[i].data, img->section[i].len);
	}
	*size = at;
	return out;
}
