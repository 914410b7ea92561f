// SPDX-License-Identifier: GPL-2.0-only
/* Layers: their revisions, the ids of their domains, loading and removal. */
#include <linux/jhash.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include "baseline.h"
#include "nest.h"
#include "subject.h"

/*
 * What a name of a domain stands for in a layer, and what happened in it, whatever
 * the revision.
 */
struct nest_id {
	struct hlist_node node;
	u32 hash;
	u32 id;
	struct nest_counts __percpu *counts;
	char name[];
};

static u64 next_serial = 1;

/**
 * nest_layer_find() - look a layer up
 * @ns: its target
 * @origin: the pid namespace that it was loaded from
 *
 * Context: nest_mutex.
 * Return: it, or NULL.
 */
struct nest_layer *nest_layer_find(struct nest_ns *ns,
				   const struct pid_namespace *origin)
{
	struct nest_layer *layer;

	lockdep_assert_held(&nest_mutex);
	list_for_each_entry(layer, &ns->layers, link)
		if (layer->origin == origin)
			return layer;
	return NULL;
}

/**
 * nest_table_free() - free a revision that no reader can have found
 * @table: it, or NULL
 */
void nest_table_free(struct nest_table *table)
{
	if (!table)
		return;
	kvfree(table->dfas);
	kvfree(table->domain_of_id);
	kvfree(table->id_of_domain);
	kvfree(table->counts);
	kvfree(table->image);
	kfree(table);
}

static void free_table(struct nest_free *later)
{
	nest_table_free(container_of(later, struct nest_table, later));
}

static u32 count_of(const struct nest_table *table,
		    enum nest_policy_section section)
{
	return le32_to_cpu(table->policy.header->section[section].count);
}

static int open_dfas(struct nest_table *table)
{
	u32 n = count_of(table, NEST_SECTION_DFAS);
	u32 i;

	table->dfas = kvcalloc(n, sizeof(*table->dfas), GFP_KERNEL_ACCOUNT);
	if (n && !table->dfas)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		nest_dfa_open(&table->dfas[i], &table->policy, i);
	table->policy.opened = table->dfas;
	return 0;
}

/**
 * nest_table_new() - make a revision of an image
 * @image: the bytes, allocated by kvmalloc(). The table owns them on success
 * @size: how many
 * @error: if the image is refused, why
 *
 * Return: the table, or -EINVAL or -EFBIG as nest_policy_unpack(), with
 * @error filled in, or -ENOMEM.
 */
struct nest_table *nest_table_new(void *image, size_t size,
				  struct nest_policy_error *error)
{
	struct nest_table *table = kzalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);
	int err;

	if (!table)
		return ERR_PTR(-ENOMEM);
	err = nest_policy_unpack(&table->policy, image, size, &nest_limits,
				 error);
	if (err)
		goto err_table;
	err = open_dfas(table);
	if (err)
		goto err_table;
	table->image = image;
	table->size = size;
	return table;

err_table:
	nest_table_free(table);
	return ERR_PTR(err);
}

static struct nest_id *find_id(struct nest_layer *layer, const char *name,
			       u32 hash)
{
	struct nest_id *id;

	hash_for_each_possible(layer->ids, id, node, hash)
		if (id->hash == hash && !strcmp(id->name, name))
			return id;
	return NULL;
}

static struct nest_counts __percpu *new_counts(void)
{
	return alloc_percpu_gfp(struct nest_counts, GFP_KERNEL_ACCOUNT);
}

static struct nest_id *new_id(struct nest_layer *layer, const char *name,
			      u32 hash)
{
	size_t size = strlen(name) + 1;
	struct nest_id *id;

	if (layer->n_ids == NEST_IDS_MAX)
		return ERR_PTR(-ENOSPC);
	id = kmalloc(struct_size(id, name, size), GFP_KERNEL_ACCOUNT);
	if (!id)
		return ERR_PTR(-ENOMEM);
	id->counts = new_counts();
	if (!id->counts) {
		kfree(id);
		return ERR_PTR(-ENOMEM);
	}
	memcpy(id->name, name, size);
	id->hash = hash;
	id->id = layer->n_ids++;
	hash_add(layer->ids, &id->node, hash);
	return id;
}

/* The id of a name, given out now if it is new. */
static struct nest_id *id_of_name(struct nest_layer *layer, const char *name)
{
	u32 hash = jhash(name, strlen(name), layer->seed);

	return find_id(layer, name, hash) ?: new_id(layer, name, hash);
}

static void free_ids(struct nest_layer *layer)
{
	struct hlist_node *tmp;
	struct nest_id *id;
	int i;

	hash_for_each_safe(layer->ids, i, tmp, id, node) {
		free_percpu(id->counts);
		kfree(id);
	}
}

static int map_domain(struct nest_layer *layer, struct nest_table *table,
		      u32 domain)
{
	const char *name = nest_policy_domain_name(&table->policy, domain);
	struct nest_id *id = id_of_name(layer, name);

	if (IS_ERR(id))
		return PTR_ERR(id);
	table->id_of_domain[domain] = id->id;
	table->counts[domain] = id->counts;
	return 0;
}

/* Maps the table's domains to the layer's ids, and back. */
static int map_ids(struct nest_layer *layer, struct nest_table *table)
{
	u32 n = count_of(table, NEST_SECTION_DOMAINS);
	u32 i;
	int err;

	table->id_of_domain = kvcalloc(n, sizeof(u32), GFP_KERNEL_ACCOUNT);
	table->counts = kvcalloc(n, sizeof(*table->counts),
				 GFP_KERNEL_ACCOUNT);
	if (n && !(table->id_of_domain && table->counts))
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		err = map_domain(layer, table, i);
		if (err)
			return err;
	}
	table->n_ids = layer->n_ids;
	table->domain_of_id = kvmalloc_array(table->n_ids, sizeof(u32),
					     GFP_KERNEL_ACCOUNT);
	if (!table->domain_of_id)
		return -ENOMEM;
	memset32(table->domain_of_id, NEST_NONE, table->n_ids);
	for (i = 0; i < n; i++)
		table->domain_of_id[table->id_of_domain[i]] = i;
	return 0;
}

/**
 * nest_counts_add() - add up what the processors have counted
 * @sum: what to add it to
 * @counts: what they have counted
 */
void nest_counts_add(struct nest_counts *sum,
		     const struct nest_counts __percpu *counts)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct nest_counts *one = per_cpu_ptr(counts, cpu);

		sum->decisions += READ_ONCE(one->decisions);
		sum->denials += READ_ONCE(one->denials);
		sum->complaints += READ_ONCE(one->complaints);
		sum->lost += READ_ONCE(one->lost);
	}
}

/**
 * nest_layer_sum() - what a layer has counted, in all of its revisions
 * @layer: the layer
 * @sum: where that goes
 *
 * Context: nest_mutex.
 */
void nest_layer_sum(struct nest_layer *layer, struct nest_counts *sum)
{
	struct nest_id *id;
	int i;

	lockdep_assert_held(&nest_mutex);
	memset(sum, 0, sizeof(*sum));
	nest_counts_add(sum, layer->counts);
	hash_for_each(layer->ids, i, id, node)
		nest_counts_add(sum, id->counts);
}

static void free_layer(struct nest_free *later)
{
	struct nest_layer *layer = container_of(later, struct nest_layer,
						later);

	nest_table_free(rcu_dereference_protected(layer->table, true));
	free_ids(layer);
	kfree(layer->host_label);
	free_percpu(layer->counts);
	kfree(layer);
}

static struct nest_layer *create(struct nest_ns *ns,
				 struct pid_namespace *origin)
{
	struct nest_layer *layer = kzalloc(sizeof(*layer), GFP_KERNEL_ACCOUNT);

	if (!layer)
		return ERR_PTR(-ENOMEM);
	layer->counts = new_counts();
	if (!layer->counts) {
		kfree(layer);
		return ERR_PTR(-ENOMEM);
	}
	layer->target = ns;
	layer->origin = origin;
	layer->owner = origin->user_ns;
	layer->level = ns->pidns->level;
	layer->serial = next_serial++;
	layer->n_ids = NEST_ID_FIRST;
	layer->seed = get_random_u32();
	hash_init(layer->ids);
	return layer;
}

/* Puts the layer among those of its target, outermost origin first. */
static void insert(struct nest_layer *layer)
{
	struct list_head *layers = &layer->target->layers;
	struct nest_layer *other;

	list_for_each_entry(other, layers, link)
		if (other->origin->level > layer->origin->level)
			break;
	list_add_tail(&layer->link, &other->link);
}

/* How long a chain may become by a layer of this origin. */
static u32 longest_allowed(const struct nest_layer *layer)
{
	return layer->origin->level ? NEST_LAYERS_MAX : NEST_CHAIN_MAX;
}

static int publish_new(struct nest_layer *layer, struct nest_table *table)
{
	int err;

	if (nest_ns_longest_chain(layer->target->pidns) >=
	    longest_allowed(layer))
		return -EUSERS;
	err = map_ids(layer, table);
	if (err)
		return err;
	table->revision = 1;
	RCU_INIT_POINTER(layer->table, table);
	insert(layer);
	err = nest_ns_rebuild(layer->target, GFP_KERNEL_ACCOUNT);
	if (err) {
		list_del(&layer->link);
		RCU_INIT_POINTER(layer->table, NULL);
		return err;
	}
	WRITE_ONCE(nest_in_force, nest_in_force + 1);
	nest_generation++;
	return 0;
}

static int load_new(struct nest_ns *ns, const struct nest_right *right,
		    const struct nest_load *load)
{
	struct nest_layer *layer = create(ns, right->from);
	int err;

	if (IS_ERR(layer))
		return PTR_ERR(layer);
	strscpy(layer->name, load->name ?: "", sizeof(layer->name));
	err = publish_new(layer, load->table);
	if (err)
		free_layer(&layer->later);
	return err;
}

static int replace(struct nest_layer *layer, const struct nest_load *load)
{
	struct nest_table *table = load->table;
	struct nest_table *old = rcu_dereference_protected(layer->table, true);
	int err = map_ids(layer, table);

	if (err)
		return err;
	table->revision = old->revision + 1;
	if (load->name)
		strscpy(layer->name, load->name, sizeof(layer->name));
	rcu_assign_pointer(layer->table, table);
	nest_generation++;
	nest_free_later(&old->later, free_table);
	return 0;
}

static bool is_expected(const struct nest_layer *layer, const u64 *expected)
{
	const struct nest_table *table;

	if (!expected)
		return true;
	if (!layer)
		return !*expected;
	table = rcu_dereference_protected(layer->table, true);
	return table->revision == *expected;
}

/* The right was looked at before, without nest_mutex. */
static int check_right(const struct pid_namespace *target,
		       const struct nest_right *right,
		       struct pid_namespace **granted_by)
{
	const struct nest_delegation *delegation;

	*granted_by = NULL;
	if (!uid_valid(right->delegate))
		return 0;
	delegation = nest_delegation_of(target);
	if (!delegation || !uid_eq(delegation->uid, right->delegate))
		return -EACCES;
	*granted_by = delegation->by;
	return 0;
}

/* What is noted of the circumstances of a load. */
static void note(struct nest_layer *layer, struct pid_namespace *granted_by,
		 char *host_label)
{
	layer->granted_by = granted_by;
	kfree(layer->host_label);
	layer->host_label = host_label;
}

/**
 * nest_layers_note_host() - the container has only now the label that it keeps
 * @ns: its first process has just executed its first program
 *
 * Context: nest_mutex.
 */
void nest_layers_note_host(struct nest_ns *ns)
{
	struct nest_layer *layer;

	lockdep_assert_held(&nest_mutex);
	list_for_each_entry(layer, &ns->layers, link)
		note(layer, layer->granted_by,
		     nest_host_label(ns->death.init));
}

/* Puts the table in force, in the layer that is there, if any. */
static int put_in_force(struct nest_ns *ns, const struct nest_right *right,
			const struct nest_load *load)
{
	struct nest_layer *layer = nest_layer_find(ns, right->from);
	struct pid_namespace *granted_by;
	char *host_label;
	int err;

	err = check_right(ns->pidns, right, &granted_by);
	if (err)
		return err;
	if (!is_expected(layer, load->expected))
		return -ESTALE;
	load->table->is_hosts = right->from->user_ns == &init_user_ns &&
				!granted_by;
	host_label = nest_host_label(ns->death.init);
	err = nest_check_host(ns, host_label);
	if (!err)
		err = layer ? replace(layer, load) : load_new(ns, right, load);
	if (err)
		kfree(host_label);
	else
		note(nest_layer_find(ns, right->from), granted_by, host_label);
	return err;
}

/*
 * The first process may have executed a program before the layer was there. The
 * layer goes again then, and the table with it: there may be readers.
 */
static int check_awaited(struct nest_ns *ns, const struct nest_right *right,
			 struct nest_load *load)
{
	if (!load->at_exec || nest_ns_awaits_exec(ns))
		return 0;
	nest_layer_unlink(nest_layer_find(ns, right->from));
	load->table = NULL;
	return -EBUSY;
}

/**
 * nest_layer_load() - put a layer in force, or replace it
 * @target: the pid namespace that it shall bind; kept alive by the caller
 * @right: of who loads it; the layer's origin is its @from
 * @load: the layer
 *
 * Context: may sleep; takes nest_mutex.
 * Return: 0; -ENODEV if the handlers are detached, -EACCES if the layer is not,
 * or no longer, delegated to whom @right says, -EKEYREJECTED if the host does
 * not confine the container and the parameter require_host_mac says that it
 * should, -ESTALE if the expected revision is not what is in force, -EEXIST if
 * it is to be @at_exec and the target has layers, -EBUSY if its first process
 * has executed a program then, -ESRCH if the target has no process any more,
 * -EUSERS if a chain would have more layers than its origin may make it have,
 * -ENOSPC if the layer has seen NEST_IDS_MAX names of domains, -ENOMEM.
 */
int nest_layer_load(struct pid_namespace *target,
		    const struct nest_right *right, struct nest_load *load)
{
	struct nest_ns *ns;
	int err;

	mutex_lock(&nest_mutex);
	ns = nest_attached() ? nest_ns_get(target, load->at_exec) :
			       ERR_PTR(-ENODEV);
	if (IS_ERR(ns)) {
		err = PTR_ERR(ns);
		goto out;
	}
	err = put_in_force(ns, right, load);
	if (!err)
		err = check_awaited(ns, right, load);
	if (err)
		nest_ns_put_if_empty(ns);
	else
		load->revision = load->table->revision;
out:
	mutex_unlock(&nest_mutex);
	return err;
}

/**
 * nest_layer_unlink() - take a layer out of force
 * @layer: it; freed when its readers are gone
 *
 * Cannot fail: the death of a namespace has nobody to tell.
 *
 * Context: nest_mutex.
 */
void nest_layer_unlink(struct nest_layer *layer)
{
	list_del(&layer->link);
	nest_ns_rebuild(layer->target, GFP_KERNEL | __GFP_NOFAIL);
	WRITE_ONCE(nest_in_force, nest_in_force - 1);
	nest_generation++;
	nest_free_later(&layer->later, free_layer);
}

/* What a delegate loaded, the one who delegated it may remove as well. */
static int check_removal(const struct nest_layer *layer,
			 const struct nest_right *right)
{
	struct pid_namespace *granted_by;

	if (layer->origin == right->from)
		return check_right(layer->target->pidns, right, &granted_by);
	if (layer->granted_by &&
	    nest_pidns_within(layer->granted_by, right->from))
		return 0;
	return -EPERM;
}

/**
 * nest_layer_remove() - remove a layer
 * @target: the pid namespace that it binds
 * @origin: the pid namespace that it was loaded from
 * @right: of who removes it
 * @expected: the revision to remove, or NULL for any
 *
 * Context: may sleep; takes nest_mutex.
 * Return: 0; -ENOENT if there is no such layer, -EPERM if it was loaded from
 * another pid namespace than @right says and not delegated from there or from
 * below, -EACCES as nest_layer_load(), -ESTALE if its revision is another.
 */
int nest_layer_remove(struct pid_namespace *target,
		      struct pid_namespace *origin,
		      const struct nest_right *right, const u64 *expected)
{
	struct nest_layer *layer = NULL;
	struct nest_ns *ns;
	int err;

	mutex_lock(&nest_mutex);
	ns = nest_ns_find(target);
	if (ns)
		layer = nest_layer_find(ns, origin);
	err = layer ? check_removal(layer, right) : -ENOENT;
	if (!err && !is_expected(layer, expected))
		err = -ESTALE;
	if (!err) {
		nest_layer_unlink(layer);
		nest_ns_put_if_empty(ns);
	}
	mutex_unlock(&nest_mutex);
	return err;
}
