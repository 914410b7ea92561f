// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which domain a unix socket was made in, for each layer. A module gets no blob
 * in struct sock, so this stands in a hash table by socket. A socket without an
 * entry was made by a task that no layer bound.
 */
#include <linux/hash.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <net/sock.h>
#include "hooks.h"
#include "sock.h"
#include "subject.h"

#define SOCK_HASH_BITS	10

/**
 * struct origin - the domain in one layer
 * @serial: of the layer
 * @id: of the domain
 */
struct origin {
	u64 serial;
	u32 id;
};

/**
 * struct entry - where a socket comes from
 * @rcu: frees it
 * @node: in its bucket
 * @sock: whose it is; only compared
 * @n: length of @at
 * @at: by layer, in no order
 *
 * Immutable.
 */
struct entry {
	struct rcu_head rcu;
	struct hlist_node node;
	const struct sock *sock;
	u32 n;
	struct origin at[];
};

static struct hlist_head buckets[1 << SOCK_HASH_BITS];
static DEFINE_SPINLOCK(lock); /* of who adds or removes */
static atomic_t n_entries = ATOMIC_INIT(0);

static struct hlist_head *bucket_of(const struct sock *sock)
{
	return &buckets[hash_ptr(sock, SOCK_HASH_BITS)];
}

/* Context: rcu_read_lock(). */
static struct entry *find(const struct sock *sock)
{
	struct entry *entry;

	hlist_for_each_entry_rcu(entry, bucket_of(sock), node)
		if (entry->sock == sock)
			break;
	return entry;
}

static struct entry *create(const struct sock *sock, u32 n, gfp_t gfp)
{
	struct entry *entry = kmalloc(struct_size(entry, at, n), gfp);

	if (entry) {
		entry->sock = sock;
		entry->n = n;
	}
	return entry;
}

static void insert(struct entry *entry)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	hlist_add_head_rcu(&entry->node, bucket_of(entry->sock));
	atomic_inc(&n_entries);
	spin_unlock_irqrestore(&lock, flags);
}

static void forget(const struct sock *sock)
{
	struct entry *entry;
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	hlist_for_each_entry(entry, bucket_of(sock), node)
		if (entry->sock == sock)
			break;
	if (entry) {
		hlist_del_rcu(&entry->node);
		atomic_dec(&n_entries);
		kfree_rcu(entry, rcu);
	}
	spin_unlock_irqrestore(&lock, flags);
}

static u32 add_origins(struct entry *entry, const struct nest_subject *subject)
{
	u32 i, n = 0;

	for (i = 0; i < subject->chain->n; i++) {
		const struct nest_layer *layer = subject->chain->layers[i];

		if (!nest_binds(subject, layer))
			continue;
		entry->at[n].serial = layer->serial;
		entry->at[n++].id = nest_label_id(subject->label, layer);
	}
	return n;
}

static noinline int remember(const struct sock *sock)
{
	struct nest_subject subject;
	struct entry *entry = NULL;
	int section = nest_enter();
	int err = 0;

	if (nest_subject_current(&subject) && subject.chain->n) {
		entry = create(sock, subject.chain->n, GFP_KERNEL_ACCOUNT);
		err = entry ? 0 : -ENOMEM;
	}
	if (entry) {
		entry->n = add_origins(entry, &subject);
		insert(entry);
	}
	nest_leave(section);
	return err;
}

int nest_hook_socket_post_create(struct socket *sock, int family, int type,
				 int protocol, int kern)
{
	if (nest_idle() || kern || family != AF_UNIX || !sock->sk)
		return 0;
	return remember(sock->sk);
}

/**
 * nest_sock_inherit() - a socket comes from where another one does
 * @to: the socket, which nobody else knows yet
 * @from: the other one
 *
 * Context: atomic.
 * Return: 0 or -ENOMEM.
 */
int nest_sock_inherit(const struct sock *to, const struct sock *from)
{
	struct entry *entry = NULL, *other;
	int err = 0;

	rcu_read_lock();
	other = find(from);
	if (other) {
		entry = create(to, other->n, GFP_ATOMIC | __GFP_ACCOUNT);
		err = entry ? 0 : -ENOMEM;
	}
	if (entry) {
		memcpy(entry->at, other->at, flex_array_size(entry, at,
							     entry->n));
		insert(entry);
	}
	rcu_read_unlock();
	return err;
}

/**
 * nest_sock_domain() - what rules of a layer call the origin of a socket
 * @sock: the socket, which the caller keeps alive
 * @layer: the layer
 * @table: its revision that asks
 *
 * Return: the name, which lives as long as the revision.
 */
const char *nest_sock_domain(const struct sock *sock,
			     const struct nest_layer *layer,
			     const struct nest_table *table)
{
	const char *name = "unconfined";
	const struct entry *entry;
	u32 i;

	rcu_read_lock();
	entry = find(sock);
	for (i = 0; entry && i < entry->n; i++)
		if (entry->at[i].serial == layer->serial)
			name = nest_table_id_name(table, entry->at[i].id);
	rcu_read_unlock();
	return name;
}

/* Entries outlive the layers, so this does not ask whether one is in force. */
void nest_hook_sk_free_security(struct sock *sk)
{
	if (unlikely(atomic_read(&n_entries)) && !hlist_empty(bucket_of(sk)))
		forget(sk);
}

/**
 * nest_socks_clear() - forget all sockets
 *
 * The handlers are detached.
 */
void nest_socks_clear(void)
{
	struct hlist_node *next;
	struct entry *entry;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(buckets); i++)
		hlist_for_each_entry_safe(entry, next, &buckets[i], node) {
			hlist_del(&entry->node);
			kfree(entry);
		}
	atomic_set(&n_entries, 0);
}
