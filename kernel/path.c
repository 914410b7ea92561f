// SPDX-License-Identifier: GPL-2.0-only
/* Finding the names of files: up the mounts, then up the directories. */
#include <linux/namei.h>
#include <linux/slab.h>
#include "path.h"
#include "view.h"

bool nest_mounts_known;

/* Walks that renames may make void before they have to wait for one. */
#define TRIES_MAX	3
#define COPY_MAX	(NEST_BYTES_MAX + NEST_COMPONENTS_MAX)

static bool is_unmounted(const struct vfsmount *mnt)
{
	return READ_ONCE(mnt->mnt_flags) & MNT_UMOUNT;
}

/*
 * Goes up to the top of the mount tree. @path has a reference that is handed
 * on. Whether a mount on the way was taken off the tree is in @unmounted. Each
 * step takes a lock that all mounts share, so that there is an end to it.
 */
static int climb_to_top(struct path *path, bool *unmounted)
{
	u32 mounts = 0;

	*unmounted = is_unmounted(path->mnt);
	while (follow_up(path)) {
		if (++mounts > NEST_CLIMB)
			return -ENAMETOOLONG;
		*unmounted |= is_unmounted(path->mnt);
	}
	return 0;
}

/**
 * nest_root_of() - the root directory of a task
 * @task: the task
 *
 * Return: the root, with a reference; or an empty path if the task is exiting.
 */
struct path nest_root_of(struct task_struct *task)
{
	struct path root = { };

	task_lock(task);
	if (task->fs)
		get_fs_root(task->fs, &root);
	task_unlock(task);
	return root;
}

/**
 * nest_mount_is_top() - is a mount the top of its tree, as one sees it?
 * @path: in the mount
 *
 * All that it lies on it covers, as the root of a container covers the first
 * root file system of the kernel.
 *
 * Context: may sleep.
 * Return: false also if there are too many mounts.
 */
bool nest_mount_is_top(const struct path *path)
{
	struct path at = *path;
	bool top = true;
	u32 mounts = 0;

	path_get(&at);
	while (top && follow_up(&at))
		top = at.dentry == at.mnt->mnt_root && ++mounts < NEST_CLIMB;
	path_put(&at);
	return top;
}

/*
 * Whether @mnt is the top of the mount tree that the task's root lies in: 1, 0,
 * or -ENAMETOOLONG.
 */
static int is_own_top(const struct vfsmount *mnt)
{
	struct path root = nest_root_of(current);
	bool unmounted;
	int same;

	if (!root.mnt)
		return 0;
	same = climb_to_top(&root, &unmounted);
	if (!same)
		same = !unmounted && root.mnt == mnt;
	path_put(&root);
	return same;
}

static bool is_own_root(const struct vfsmount *mnt)
{
	return current->fs && READ_ONCE(current->fs->root.mnt) == mnt;
}

static bool is_known_root(const struct nest_subject *subject,
			  const struct vfsmount *mnt)
{
	return nest_known_root(subject) == mnt;
}

/* Records a mount point. One that is the root of its mount adds no name. */
static int add_segment(struct nest_name *name, const struct path *path)
{
	if (path->dentry == path->mnt->mnt_root)
		return 0;
	if (name->n_segments == NEST_SEGMENTS)
		return -ENAMETOOLONG;
	path_get(path);
	name->segments[name->n_segments++] = *path;
	return 0;
}

/*
 * Records the mount points above the file. Mounts may move meanwhile, but only
 * by the hand of a task that its policy lets mount, and such a task can give a
 * file any name for good.
 */
static int climb(struct nest_name *name, const struct nest_subject *subject)
{
	struct path path = name->segments[0];
	bool passed_root = is_own_root(path.mnt);
	bool unmounted = is_unmounted(path.mnt);
	bool known = false;
	u32 mounts = 0;
	int err = 0;

	path_get(&path);
	while (!err && !known && follow_up(&path)) {
		unmounted |= is_unmounted(path.mnt);
		known = is_known_root(subject, path.mnt);
		passed_root |= is_own_root(path.mnt);
		err = ++mounts > NEST_CLIMB ? -ENAMETOOLONG :
					      add_segment(name, &path);
	}
	if (!err && !unmounted && !known && !passed_root)
		err = is_own_top(path.mnt);
	name->reached = !unmounted && (known || passed_root || err > 0);
	path_put(&path);
	return min(err, 0);
}

static void begin(struct nest_name *name, struct vfsmount *mnt,
		  struct dentry *dentry, bool directory)
{
	name->segments[0].mnt = mnt;
	name->segments[0].dentry = dentry;
	name->n_segments = 1;
	name->directory = directory;
	name->home = NULL;
	name->object = dentry;
	name->other = NULL;
	name->copy = NULL;
	name->tries = 0;
	name->error = 0;
	name->walk.component = name->few;
	name->max = NEST_COMPONENTS;
}

/**
 * nest_name_open() - begin to find the name of a file
 * @name: filled in; nest_name_close() is due even after a failure
 * @subject: who asks
 * @path: the file, or for @dentry the directory that this lies in
 * @dentry: the file, or NULL if @path is the file itself
 * @directory: it is a directory, or will be
 *
 * @path and @dentry have to stay until nest_name_close().
 *
 * Context: may sleep.
 * Return: 0, or -ENAMETOOLONG if it lies under too many mounts.
 */
int nest_name_open(struct nest_name *name, const struct nest_subject *subject,
		   const struct path *path, struct dentry *dentry,
		   bool directory)
{
	begin(name, path->mnt, dentry ?: path->dentry, directory);
	if (is_known_root(subject, path->mnt)) {
		name->reached = true;
		return 0;
	}
	return climb(name, subject);
}

/**
 * nest_name_open_object() - begin to find the name that a file has at home
 * @name: filled in; nest_name_close() is due. There is no other name
 * @dentry: the file; it has to stay until nest_name_close()
 * @directory: it is a directory, or will be
 */
void nest_name_open_object(struct nest_name *name, struct dentry *dentry,
			   bool directory)
{
	begin(name, NULL, dentry, directory);
	name->reached = false;
}

/**
 * nest_name_close() - drop what nest_name_open() and nest_name_begin() took
 * @name: the name
 */
void nest_name_close(struct nest_name *name)
{
	while (--name->n_segments)
		path_put(&name->segments[name->n_segments]);
	if (unlikely(name->walk.component != name->few))
		kvfree(name->walk.component);
	kvfree(name->copy);
}

/* Walks up one mount. -E2BIG: there is no room for its components. */
static int walk_segment(struct nest_name *name, const struct path *segment)
{
	const struct dentry *root = segment->mnt->mnt_root;
	const struct dentry *dentry = segment->dentry;
	u32 bytes = name->bytes;
	u32 n = name->walk.n;

	while (dentry != root) {
		const struct dentry *parent = READ_ONCE(dentry->d_parent);

		if (unlikely(parent == dentry)) {
			/* Moved out of the part that is mounted here. */
			name->walk.connected = false;
			break;
		}
		if (unlikely(n == name->max))
			return -E2BIG;
		name->walk.component[n++] = READ_ONCE(dentry->d_name.name);
		bytes += READ_ONCE(dentry->d_name.len);
		dentry = parent;
	}
	name->walk.n = n;
	name->bytes = bytes;
	return bytes > NEST_BYTES_MAX ? -ENAMETOOLONG : 0;
}

static int walk(struct nest_name *name)
{
	u32 i;
	int err;

	name->walk.n = 0;
	name->bytes = 0;
	name->walk.connected = true;
	name->walk.directory = name->directory;
	if (unlikely(name->home)) {
		err = nest_view_walk(name);
		if (err || name->visible)
			return err;
		name->walk.n = 0;
		name->bytes = 0;
	}
	for (i = 0; i < name->n_segments && name->walk.connected; i++) {
		if (unlikely(!name->segments[i].mnt))
			break;
		err = walk_segment(name, &name->segments[i]);
		if (err)
			return err;
	}
	name->walk.connected &= name->reached;
	/* The root is a single slash; the root of another tree is no name. */
	if (!name->walk.n)
		name->walk.directory = name->walk.connected;
	return 0;
}

/* No longer than walk() found, unless a file system is wrong about lengths. */
static int copy_components(struct nest_name *name)
{
	char *to = name->copy;
	u32 i;

	for (i = 0; i < name->walk.n; i++) {
		const char *component = (const char *)name->walk.component[i];
		ssize_t len = strscpy(to, component,
				      name->copy + COPY_MAX - to);

		if (len < 0)
			return -ENAMETOOLONG;
		name->walk.component[i] = (const u8 *)to;
		to += len + 1;
	}
	return 0;
}

/*
 * Where renames keep making walks void, they wait for one. Not for what is made
 * of it, which may take long.
 */
static noinline void walk_and_copy(struct nest_name *name)
{
	read_seqlock_excl(&rename_lock);
	for (; name; name = name->other)
		name->error = walk(name) ?: copy_components(name);
	read_sequnlock_excl(&rename_lock);
}

/* Makes room for the longest name. */
static int reserve(struct nest_name *name)
{
	const u8 **component;

	if (name->max == NEST_COMPONENTS_MAX)
		return -ENAMETOOLONG;
	component = kvmalloc_array(NEST_COMPONENTS_MAX, sizeof(*component),
				   GFP_KERNEL_ACCOUNT);
	if (!component)
		return -ENOMEM;
	name->walk.component = component;
	name->max = NEST_COMPONENTS_MAX;
	return 0;
}

static int reserve_copy(struct nest_name *name)
{
	if (!name->copy)
		name->copy = kvmalloc(COPY_MAX, GFP_KERNEL_ACCOUNT);
	return name->copy ? 0 : -ENOMEM;
}

/**
 * nest_name_begin() - walk up the directories
 * @name: the name; its @error, or that of its @other, is set if it has too many
 *	components, or as nest_view_walk() says
 *
 * The components stay until nest_name_retry(), which has to follow.
 *
 * Context: any; returns under rcu_read_lock().
 */
void nest_name_begin(struct nest_name *name)
	__acquires(RCU)
{
	rcu_read_lock();
	name->copied = name->tries >= TRIES_MAX;
	if (unlikely(name->copied)) {
		walk_and_copy(name);
		return;
	}
	name->seq = read_seqbegin(&rename_lock);
	name->error = walk(name);
	if (name->other)
		name->other->error = walk(name->other);
}

/* After a walk that was of no use: whether another one may be. */
static noinline bool prepare_retry(struct nest_name *name, bool is_void)
{
	bool useful = true, copy;

	name->tries += is_void;
	copy = name->tries >= TRIES_MAX;
	for (; name; name = name->other) {
		if (is_void)
			name->error = 0;
		else if (name->error == -E2BIG)
			name->error = reserve(name);
		if (copy && !name->error)
			name->error = reserve_copy(name);
		useful &= !name->error;
	}
	return useful;
}

/**
 * nest_name_retry() - has the walk to be done again?
 * @name: the name. Its @error, and that of its @other, if false is returned: 0;
 *	-ENAMETOOLONG if it has more than NEST_COMPONENTS_MAX components or
 *	NEST_BYTES_MAX bytes; -ENOMEM; -ESTALE or -EXDEV as from nest_view_walk()
 *
 * Context: may sleep.
 * Return: true if all that was learnt since nest_name_begin() is void.
 */
bool nest_name_retry(struct nest_name *name)
	__releases(RCU)
{
	bool is_void = !name->copied && read_seqretry(&rename_lock, name->seq);

	rcu_read_unlock();
	if (likely(!is_void && !name->error &&
		   !(name->other && name->other->error)))
		return false;
	return prepare_retry(name, is_void);
}

/**
 * nest_walk_match_backward() - match a name with a DFA that reads backwards
 * @walk: the name, while it is held
 * @dfa: the automaton
 *
 * A component that is renamed meanwhile may be of any length, but ends within
 * its memory; that the result is void comes out afterwards.
 *
 * Return: the accept value.
 */
u32 nest_walk_match_backward(struct nest_walk walk, const struct nest_dfa *dfa)
{
	u32 state = dfa->start;
	u32 i;

	if (walk.directory)
		state = nest_dfa_feed_byte(dfa, state, '/');
	for (i = 0; i < walk.n && state >= dfa->n_sinks; i++) {
		const u8 *component = walk.component[i];

		state = nest_dfa_feed_backward(dfa, state, component,
					       strlen((const char *)component));
		if (i + 1 < walk.n || walk.connected)
			state = nest_dfa_feed_byte(dfa, state, '/');
	}
	return nest_dfa_accept(dfa, state);
}

/* Puts the components in order. */
static void write_name(const struct nest_name *name, char *to, size_t size)
{
	size_t len = 0;
	u32 i = name->walk.n;

	while (i--) {
		const u8 *byte = name->walk.component[i];

		if ((len || name->walk.connected) && len < size)
			to[len++] = '/';
		while (*byte && len < size)
			to[len++] = *byte++;
	}
	if (name->walk.directory && len < size)
		to[len++] = '/';
	to[len] = '\0';
}

/**
 * nest_name_ask() - go on with a question by a name, as a field of text
 * @name: the name, between nest_name_begin() and nest_name_retry()
 * @match: the question
 *
 * As in nest_walk_match(), a name that does not begin at the root has no slash
 * at its start.
 */
void nest_name_ask(const struct nest_name *name, struct nest_match *match)
{
	u32 i = name->walk.n;

	if (i && !name->walk.connected) {
		const char *first = (const char *)name->walk.component[--i];

		nest_match_bytes(match, first, strlen(first));
	}
	while (i) {
		const char *next = (const char *)name->walk.component[--i];

		nest_match_bytes(match, "/", 1);
		nest_match_bytes(match, next, strlen(next));
	}
	nest_match_text(match, name->walk.directory ? "/" : "");
}

/**
 * nest_name_string() - the name as a string, for people
 * @name: the name, outside nest_name_begin() and nest_name_retry()
 *
 * Context: may sleep.
 * Return: the string, to be freed with kfree(), or NULL.
 */
char *nest_name_string(struct nest_name *name)
{
	char *string = kmalloc(PATH_MAX, GFP_KERNEL_ACCOUNT);

	if (!string)
		return NULL;
	do {
		nest_name_begin(name);
		if (!name->error)
			write_name(name, string, PATH_MAX - 1);
	} while (nest_name_retry(name));
	if (!name->error)
		return string;
	kfree(string);
	return NULL;
}

/**
 * nest_path_is_on_root() - does a path lie on the container's root mount?
 * @subject: who asks
 * @path: the path
 */
bool nest_path_is_on_root(const struct nest_subject *subject,
			  const struct path *path)
{
	return is_known_root(subject, path->mnt);
}

/**
 * nest_path_has_root() - does a path lie in the task's own mount tree?
 * @subject: the task
 * @path: the path
 *
 * Context: may sleep.
 * Return: 1 or 0; -ENAMETOOLONG if it, or the task's root, lies under too many
 * mounts, and so has no name either.
 */
int nest_path_has_root(const struct nest_subject *subject,
		       const struct path *path)
{
	struct path top = *path;
	bool unmounted;
	int own;

	if (is_known_root(subject, path->mnt))
		return 1;
	path_get(&top);
	own = climb_to_top(&top, &unmounted);
	if (!own)
		own = unmounted ? 0 : is_own_top(top.mnt);
	path_put(&top);
	return own;
}

/**
 * nest_path_is_foreign() - does a path lie where the container cannot reach it?
 * @subject: a task in the container
 * @path: the path
 *
 * Neither the task's own mount tree nor that in which the container began leads
 * there, and nobody has taken the mount off its tree.
 *
 * Context: may sleep.
 */
bool nest_path_is_foreign(const struct nest_subject *subject,
			  const struct path *path)
{
	const struct vfsmount *root = subject->ns->root.mnt;
	struct path at = *path;
	u32 mounts = 0;
	bool inside;

	path_get(&at);
	do {
		inside = at.mnt == root || is_unmounted(at.mnt) ||
			 ++mounts > NEST_CLIMB;
	} while (!inside && follow_up(&at));
	inside |= is_own_top(at.mnt);
	path_put(&at);
	return !inside;
}

/* Whether struct nest_mount is right about a mount; counts those on others. */
static bool is_as_expected(const char *name, u32 *count)
{
	const struct nest_mount *mount;
	struct path path, parent;
	bool right;

	if (kern_path(name, LOOKUP_FOLLOW, &path))
		return true;
	mount = nest_mount_of(path.mnt);
	parent.mnt = &READ_ONCE(mount->parent)->mnt;
	parent.dentry = READ_ONCE(mount->mountpoint);
	right = parent.mnt == path.mnt;
	if (follow_up(&path)) {
		right = path_equal(&parent, &path);
		(*count)++;
	}
	path_put(&path);
	return right;
}

/**
 * nest_mounts_learn() - find out whether struct nest_mount is right
 *
 * It is believed if follow_up() says the same about several mounts.
 *
 * Context: may sleep; before the handlers are called.
 */
void nest_mounts_learn(void)
{
	static const char *const names[] = {
		"/", "/proc", "/sys", "/dev", "/run", "/tmp", "/dev/shm",
	};
	bool right = true;
	u32 i, count = 0;

	for (i = 0; right && i < ARRAY_SIZE(names); i++)
		right = is_as_expected(names[i], &count);
	nest_mounts_known = right && count >= 2;
	if (!nest_mounts_known)
		pr_info("names across mounts are found the slow way\n");
}
