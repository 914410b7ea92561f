// SPDX-License-Identifier: GPL-2.0-only
/*
 * Views of mount namespaces. A module cannot walk the mounts of one: the locks
 * are not open to it. But /proc/PID/mountinfo lists them, and an open file of
 * it tells of each change. A kernel thread reads it, from an instance of procfs
 * that nobody else has. The names in it serve once, to find the mounts: each is
 * looked up in the directory cache alone, where mount points always are, so that
 * no file system can make that wait. From then on only pointers count, which no
 * rename makes wrong.
 */
#include <linux/ctype.h>
#include <linux/file.h>
#include <linux/fs_struct.h>
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/memcontrol.h>
#include <linux/namei.h>
#include <linux/poll.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/workqueue.h>
#include "path.h"
#include "view.h"

#define TEXT_MAX	SZ_4M	/* bytes of a mount table */
#define TRIES_MAX	16	/* while mounts change, or directories are renamed */

/* Of refreshes: containers shall not fill the queues of others. */
static struct workqueue_struct *view_wq;

static struct vfsmount *procfs;

/**
 * struct line - a line of a mount table
 * @id: number of the mount
 * @parent: number of the one that it lies on
 * @point: name of the mount point
 * @up: the line of the parent, or NULL
 * @next: the line that waits for this one to be found
 * @children: lines that lie on this one and have not been found
 * @mnt: the mount, once found. Referenced while there are @children
 */
struct line {
	int id;
	int parent;
	char *point;
	struct line *up;
	struct line *next;
	u32 children;
	struct vfsmount *mnt;
};

/**
 * struct lines - a mount table
 * @text: bytes
 * @n: how many lines
 * @line: the lines, in the table's order
 * @by_id: the lines, by number
 */
struct lines {
	char *text;
	u32 n;
	struct line *line;
	struct line **by_id;
};

/* Reads the file as a string. */
static char *read_text(struct file *file)
{
	size_t size, len;
	ssize_t got;
	loff_t pos;
	char *text;

	for (size = SZ_8K; size <= TEXT_MAX; size *= 2) {
		text = kvmalloc(size, GFP_KERNEL_ACCOUNT);
		if (!text)
			return ERR_PTR(-ENOMEM);
		pos = 0;
		len = 0;
		do {
			got = kernel_read(file, text + len, size - len, &pos);
			len += max_t(ssize_t, got, 0);
		} while (got > 0 && len < size);
		if (got >= 0 && len < size) {
			text[len] = '\0';
			return text;
		}
		kvfree(text);
		if (got < 0)
			return ERR_PTR(got);
	}
	return ERR_PTR(-EFBIG);
}

static bool is_octal(const char *from)
{
	return from[0] >= '0' && from[0] <= '3' &&
	       from[1] >= '0' && from[1] <= '7' &&
	       from[2] >= '0' && from[2] <= '7';
}

/* Blanks and backslashes are written in octal, as in "\040". */
static void unescape(char *text)
{
	char *to = text;

	while (*text) {
		if (*text == '\\' && is_octal(text + 1)) {
			*to++ = (text[1] - '0') << 6 | (text[2] - '0') << 3 |
				(text[3] - '0');
			text += 4;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
}

/* ID PARENT MAJOR:MINOR ROOT POINT ... */
static int parse_line(struct line *line, char *text)
{
	if (sscanf(text, "%d %d ", &line->id, &line->parent) != 2)
		return -EINVAL;
	strsep(&text, " ");
	strsep(&text, " ");
	strsep(&text, " ");
	strsep(&text, " ");
	line->point = strsep(&text, " ");
	if (!line->point || *line->point != '/')
		return -EINVAL;
	unescape(line->point);
	return 0;
}

static int compare_ids(const void *a, const void *b)
{
	const struct line *const *one = a, *const *other = b;

	return (*one)->id < (*other)->id ? -1 : (*one)->id > (*other)->id;
}

static struct line *find_line(const struct lines *lines, int id)
{
	u32 low = 0, high = lines->n;

	while (low < high) {
		u32 middle = (low + high) / 2;
		struct line *line = lines->by_id[middle];

		if (line->id == id)
			return line;
		if (line->id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static int allocate_lines(struct lines *lines)
{
	const char *text = lines->text;
	u32 n = 0;

	while ((text = strchr(text, '\n'))) {
		text++;
		n++;
	}
	lines->line = kvcalloc(n, sizeof(*lines->line), GFP_KERNEL_ACCOUNT);
	lines->by_id = kvcalloc(n, sizeof(*lines->by_id), GFP_KERNEL_ACCOUNT);
	return n && (!lines->line || !lines->by_id) ? -ENOMEM : 0;
}

static int parse(struct lines *lines)
{
	char *rest = lines->text, *text;
	int err = allocate_lines(lines);
	u32 i;

	while (!err && (text = strsep(&rest, "\n")) && *text) {
		lines->by_id[lines->n] = &lines->line[lines->n];
		err = parse_line(&lines->line[lines->n++], text);
	}
	if (err)
		return err;
	sort(lines->by_id, lines->n, sizeof(*lines->by_id), compare_ids, NULL);
	for (i = 0; i < lines->n; i++) {
		struct line *line = &lines->line[i];

		if (line->parent != line->id)
			line->up = find_line(lines, line->parent);
		if (line->up)
			line->up->children++;
	}
	return 0;
}

static void free_lines(struct lines *lines)
{
	u32 i;

	for (i = 0; i < lines->n; i++)
		if (lines->line[i].children)
			mntput(lines->line[i].mnt);
	kvfree(lines->line);
	kvfree(lines->by_id);
	kvfree(lines->text);
}

/* What of the name of a mount point lies below that of its parent, or NULL. */
static char *point_below(const struct line *line)
{
	size_t len = strlen(line->up->point);

	if (len == 1)
		return line->point;
	if (strncmp(line->point, line->up->point, len))
		return NULL;
	return line->point + len;
}

/* Finds a mount point. @path is the top of the mount that it lies on. */
static int walk_down(struct path *path, char *name)
{
	char *part;

	while ((part = strsep(&name, "/"))) {
		struct qstr qstr = QSTR_INIT(part, strlen(part));
		struct dentry *dentry;

		if (!*part)
			continue;
		dentry = d_hash_and_lookup(path->dentry, &qstr);
		if (IS_ERR_OR_NULL(dentry))
			return -EAGAIN;
		dput(path->dentry);
		path->dentry = dentry;
	}
	return 0;
}

/* A reference is kept where there is something to be found on the mount. */
static void set_mount(struct line *line, struct vfsmount *mnt)
{
	line->mnt = line->children ? mntget(mnt) : mnt;
}

/* Of the parent, which is referenced, no more is asked than this. */
static int find_mount(struct line *line, struct nest_anchor *anchor)
{
	struct vfsmount *up = line->up->mnt;
	struct path path = { .mnt = mntget(up), .dentry = dget(up->mnt_root) };
	char *name = point_below(line);
	int err;

	/* The name is still needed, whole, if others lie on this one. */
	name = name ? kstrdup(name, GFP_KERNEL_ACCOUNT) : NULL;
	err = name ? walk_down(&path, name) : -EAGAIN;
	kfree(name);
	anchor->point = path.dentry;
	if (!err && !follow_down_one(&path))
		err = -EAGAIN;
	if (!err) {
		anchor->root = path.dentry;
		set_mount(line, path.mnt);
	}
	path_put(&path);
	if (!err && !--line->up->children)
		mntput(up);
	return err;
}

static struct nest_anchor *anchor_of(const struct nest_view *view,
				     const struct lines *lines,
				     const struct line *line)
{
	return &view->anchors[line - lines->line];
}

static int set_anchor(struct nest_view *view, const struct lines *lines,
		      struct line *line, struct vfsmount *root)
{
	struct nest_anchor *anchor = anchor_of(view, lines, line);
	int err = 0;

	if (line->up) {
		err = find_mount(line, anchor);
		anchor->up = anchor_of(view, lines, line->up);
	} else {
		anchor->root = root->mnt_root;
		set_mount(line, root);
	}
	if (!err)
		anchor->mnt = line->mnt;
	return err;
}

/* Finds a mount, and those that it lies on before. */
static int find_line_mount(struct nest_view *view, const struct lines *lines,
			   struct line *line, struct vfsmount *root)
{
	u32 depth = 0;
	int err = 0;

	for (line->next = NULL; line->up && !line->up->mnt; line = line->up) {
		line->up->next = line;
		if (++depth > lines->n)
			return -EAGAIN;
	}
	for (; !err && line; line = line->next)
		err = set_anchor(view, lines, line, root);
	return err;
}

static int compare_mounts(const void *a, const void *b)
{
	const struct line *const *one = a, *const *other = b;

	return (*one)->mnt < (*other)->mnt ? -1 : (*one)->mnt > (*other)->mnt;
}

/*
 * One line without a parent, and as many mounts as lines: then none is missing.
 * Renames meanwhile can make one stand for another.
 */
static int check_lines(const struct lines *lines)
{
	u32 i, tops = 0;

	sort(lines->by_id, lines->n, sizeof(*lines->by_id), compare_mounts,
	     NULL);
	for (i = 0; i < lines->n; i++) {
		tops += !lines->by_id[i]->up;
		if (i && lines->by_id[i]->mnt == lines->by_id[i - 1]->mnt)
			return -EAGAIN;
	}
	return tops == 1 ? 0 : -EAGAIN;
}

static const struct nest_anchor **bucket_of(const struct nest_view *view,
					    const struct dentry *root)
{
	return &view->buckets[hash_ptr(root, view->bits)];
}

static const struct nest_anchor *find_anchor(const struct nest_view *view,
					     const struct dentry *root)
{
	const struct nest_anchor *anchor = *bucket_of(view, root);

	while (anchor && anchor->root != root)
		anchor = anchor->next;
	return anchor;
}

/* The first of those that show the same is the one that counts. */
static void hash_anchors(struct nest_view *view)
{
	u32 i;

	for (i = 0; i < view->n; i++) {
		struct nest_anchor *anchor = &view->anchors[i];
		const struct nest_anchor **bucket =
			bucket_of(view, anchor->root);

		if (find_anchor(view, anchor->root))
			continue;
		anchor->next = *bucket;
		*bucket = anchor;
	}
}

static int fill(struct nest_view *view, struct vfsmount *root)
{
	struct lines lines = { .text = read_text(view->mountinfo) };
	u32 i;
	int err;

	if (IS_ERR(lines.text))
		return PTR_ERR(lines.text);
	err = parse(&lines);
	if (err)
		goto out;
	view->bits = ilog2(lines.n + 1) + 1;
	view->anchors = kvcalloc(lines.n + 1, sizeof(*view->anchors),
				 GFP_KERNEL_ACCOUNT);
	view->buckets = kvcalloc(1 << view->bits, sizeof(*view->buckets),
				 GFP_KERNEL_ACCOUNT);
	if (!view->anchors || !view->buckets) {
		err = -ENOMEM;
		goto out;
	}
	for (i = 0; !err && i < lines.n; i++)
		if (!lines.line[i].mnt)
			err = find_line_mount(view, &lines, &lines.line[i],
					      root);
	if (err)
		goto out;
	err = check_lines(&lines);
	view->n = lines.n;
	hash_anchors(view);
out:
	free_lines(&lines);
	return err;
}

/* Called by whoever changes mounts, who may hold any lock. */
static int on_change(wait_queue_entry_t *entry, unsigned int mode, int flags,
		     void *key)
{
	WRITE_ONCE(container_of(entry, struct nest_view, change)->stale, true);
	return 0;
}

/* poll() is a way to get at the wait queue of a mount namespace. */
struct watch {
	poll_table table;
	struct nest_view *view;
};

static void on_poll(struct file *file, wait_queue_head_t *queue,
		    poll_table *table)
{
	struct nest_view *view = container_of(table, struct watch, table)->view;

	view->queue = queue;
	add_wait_queue(queue, &view->change);
}

static void watch_changes(struct nest_view *view)
{
	struct watch watch = { .view = view };

	init_waitqueue_func_entry(&view->change, on_change);
	init_poll_funcptr(&watch.table, on_poll);
	vfs_poll(view->mountinfo, &watch.table);
}

static void free_view(struct nest_view *view)
{
	if (view->queue)
		remove_wait_queue(view->queue, &view->change);
	if (!IS_ERR_OR_NULL(view->mountinfo))
		fput(view->mountinfo);
	kvfree(view->anchors);
	kvfree(view->buckets);
	kfree(view);
}

static void free_later(struct nest_free *later)
{
	free_view(container_of(later, struct nest_view, later));
}

/**
 * struct first - where the first process of a pid namespace stands
 * @mnt_ns: its mount namespace; not to be followed
 * @root: its root
 */
struct first {
	const struct mnt_namespace *mnt_ns;
	struct path root;
};

/* @first->root gets a reference. False if the process is gone or going. */
static bool find_first(const struct nest_ns *ns, struct first *first)
{
	struct task_struct *task = get_pid_task(ns->death.init, PIDTYPE_PID);
	bool found;

	if (!task)
		return false;
	task_lock(task);
	found = task->nsproxy && task->fs;
	if (found) {
		first->mnt_ns = task->nsproxy->mnt_ns;
		get_fs_root(task->fs, &first->root);
	}
	task_unlock(task);
	put_task_struct(task);
	return found;
}

/* The mount namespace of the first process; NULL if that is gone or going. */
static const struct mnt_namespace *where_is(const struct nest_ns *ns)
{
	const struct mnt_namespace *where = NULL;
	struct task_struct *task;

	rcu_read_lock();
	task = pid_task(ns->death.init, PIDTYPE_PID);
	if (task) {
		task_lock(task);
		if (task->nsproxy)
			where = task->nsproxy->mnt_ns;
		task_unlock(task);
	}
	rcu_read_unlock();
	return where;
}

/* Whether the names of files that begin at this root are those from the top. */
static bool is_top(const struct path *root)
{
	return root->dentry == root->mnt->mnt_root &&
	       nest_mount_is_top(root);
}

static struct file *open_mountinfo(const struct nest_ns *ns)
{
	const struct path root = {
		.mnt = procfs,
		.dentry = procfs->mnt_root,
	};
	char name[32];

	snprintf(name, sizeof(name), "%d/mountinfo", pid_nr(ns->death.init));
	return file_open_root(&root, name, O_RDONLY, 0);
}

/*
 * An error that only those who are abroad shall feel goes into the view. So does
 * in the end that mounts do not stop to change: who makes them change shall not
 * keep others from imposing a layer. Where home is then may not be known either.
 */
static int look(const struct nest_ns *ns, struct nest_view *view,
		const struct path *root, bool last)
{
	bool moved;
	int err;

	view->mountinfo = open_mountinfo(ns);
	if (IS_ERR(view->mountinfo))
		return PTR_ERR(view->mountinfo);
	watch_changes(view);
	err = is_top(root) ? fill(view, root->mnt) : -EXDEV;
	/* If it is where it was, the file was its own, and so was the root. */
	moved = where_is(ns) != view->mnt_ns;
	if (moved || READ_ONCE(view->stale))
		err = -EAGAIN;
	if (moved && last)
		view->mnt_ns = NULL;
	if (err == -EXDEV || err == -EFBIG || (err == -EAGAIN && last)) {
		view->error = err;
		err = 0;
	}
	return err;
}

static struct nest_view *make(const struct nest_ns *ns, bool last)
{
	struct nest_view *view;
	struct first first;
	int err = -ENOMEM;

	if (!find_first(ns, &first))
		return ERR_PTR(-ESRCH);
	view = kzalloc(sizeof(*view), GFP_KERNEL_ACCOUNT);
	if (view) {
		view->mnt_ns = first.mnt_ns;
		err = look(ns, view, &first.root, last);
		if (err)
			free_view(view);
	}
	path_put(&first.root);
	return err ? ERR_PTR(err) : view;
}

/*
 * Whether to look again would show nothing else. A first process that is going
 * left no other place behind.
 */
static bool is_current(const struct nest_ns *ns, const struct nest_view *view)
{
	const struct mnt_namespace *where;

	if (READ_ONCE(view->stale) || (view->error && view->error != -EFBIG))
		return false;
	where = where_is(ns);
	return !where || where == view->mnt_ns;
}

/**
 * struct refresh - a view to be made anew
 * @work: does it
 * @ns: whose; who asked waits, and holds its view_mutex
 * @memcg: what it is charged to
 * @err: what came of it
 */
struct refresh {
	struct work_struct work;
	struct nest_ns *ns;
	struct mem_cgroup *memcg;
	int err;
};

static void publish(struct nest_ns *ns, struct nest_view *new)
{
	struct nest_view *old = rcu_replace_pointer(ns->view, new, true);

	if (old)
		nest_free_later(&old->later, free_later);
}

static void do_refresh(struct work_struct *work)
{
	struct refresh *refresh = container_of(work, struct refresh, work);
	struct mem_cgroup *before = set_active_memcg(refresh->memcg);
	struct nest_view *new;
	u32 tries = 0;

	do {
		new = make(refresh->ns, ++tries == TRIES_MAX);
	} while (PTR_ERR(new) == -EAGAIN && tries < TRIES_MAX);
	set_active_memcg(before);
	refresh->err = PTR_ERR_OR_ZERO(new);
	if (refresh->err)
		return;
	refresh->err = new->error;
	publish(refresh->ns, new);
}

/* In a thread: the task's own credentials would not do. */
static int refresh_in_thread(struct nest_ns *ns)
{
	struct refresh refresh = {
		.ns = ns,
		.memcg = get_mem_cgroup_from_mm(current->mm),
	};

	INIT_WORK_ONSTACK(&refresh.work, do_refresh);
	queue_work(view_wq, &refresh.work);
	flush_work(&refresh.work);
	destroy_work_on_stack(&refresh.work);
	mem_cgroup_put(refresh.memcg);
	return refresh.err;
}

/* One at a time: those who wait for it do so themselves, not in threads. */
static int refresh(struct nest_ns *ns)
{
	const struct nest_view *view;
	int err;

	mutex_lock(&ns->view_mutex);
	view = rcu_dereference_protected(ns->view,
					 lockdep_is_held(&ns->view_mutex));
	err = view && is_current(ns, view) ? view->error :
					     refresh_in_thread(ns);
	mutex_unlock(&ns->view_mutex);
	return err;
}

/**
 * nest_view_begin() - make the first view of a policy namespace
 * @ns: being made
 *
 * Context: may sleep.
 * Return: 0, also where nothing can be seen; -ESRCH if its first process is gone
 * or going; -ENOMEM; or what opening its mountinfo says.
 */
int nest_view_begin(struct nest_ns *ns)
{
	int err;

	mutex_init(&ns->view_mutex);
	err = refresh(ns);
	return rcu_access_pointer(ns->view) ? 0 : err;
}

/**
 * nest_view_end() - free a policy namespace's view
 * @ns: that no reader can find any more
 *
 * Context: any.
 */
void nest_view_end(struct nest_ns *ns)
{
	struct nest_view *view = rcu_dereference_protected(ns->view, true);

	if (view)
		free_view(view);
}

/**
 * nest_view_is_ready() - is the view of a policy namespace up to date?
 * @ns: the namespace
 *
 * Context: a reader's section.
 */
bool nest_view_is_ready(const struct nest_ns *ns)
{
	const struct nest_view *view = nest_dereference(ns->view);

	return likely(is_current(ns, view) && !view->error);
}

/**
 * nest_view_ready() - see to it that the view of a policy namespace is up to date
 * @ns: the namespace
 *
 * Context: a section of nest_srcu; may sleep, but never on userspace.
 * Return: 0; -ESRCH if the first process is gone or going; -EXDEV if its root is
 * not the top of its mounts, so that names have no common beginning; -EFBIG if
 * there are too many mounts; -EAGAIN if they do not stop to change; -ENOMEM; or
 * what opening and reading its mountinfo says.
 */
int nest_view_ready(struct nest_ns *ns)
{
	const struct nest_view *view = nest_dereference(ns->view);

	return likely(is_current(ns, view)) ? view->error : refresh(ns);
}

/* Goes one up. @dentry is no top. */
static int go_up(struct nest_name *name, const struct dentry **dentry)
{
	if (unlikely(name->walk.n == name->max))
		return -E2BIG;
	name->walk.component[name->walk.n++] =
		READ_ONCE((*dentry)->d_name.name);
	name->bytes += READ_ONCE((*dentry)->d_name.len);
	*dentry = READ_ONCE((*dentry)->d_parent);
	return name->bytes > NEST_BYTES_MAX ? -ENAMETOOLONG : 0;
}

/*
 * Another instance of procfs or sysfs shows the same. But not the processes: the
 * numbers are those of a pid namespace.
 */
static const struct nest_anchor *find_twin(const struct nest_view *view,
					   const struct nest_name *name,
					   const struct super_block *sb)
{
	const u8 *first;
	u32 i;

	if (sb->s_magic != PROC_SUPER_MAGIC && sb->s_magic != SYSFS_MAGIC)
		return NULL;
	first = name->walk.n ? name->walk.component[name->walk.n - 1] : NULL;
	if (sb->s_magic == PROC_SUPER_MAGIC && first && isdigit(*first))
		return NULL;
	for (i = 0; i < view->n; i++) {
		const struct nest_anchor *anchor = &view->anchors[i];
		const struct super_block *other = anchor->mnt->mnt_sb;

		if (other->s_magic == sb->s_magic &&
		    anchor->root == other->s_root)
			return anchor;
	}
	return NULL;
}

/* These show another file as their own, and do not tell which. */
static bool is_opaque(const struct super_block *sb)
{
	return sb->s_magic == ECRYPTFS_SUPER_MAGIC;
}

/* What an overlay shows as this file, or the file itself. */
static const struct dentry *below(const struct dentry *dentry)
{
	if (dentry->d_sb->s_magic != OVERLAYFS_SUPER_MAGIC || !d_is_reg(dentry))
		return dentry;
	return nest_real_dentry((struct dentry *)dentry);
}

static bool shows(const struct nest_view *view, const struct super_block *sb)
{
	u32 i;

	for (i = 0; i < view->n; i++)
		if (view->anchors[i].mnt->mnt_sb == sb)
			return true;
	return false;
}

/*
 * Up to the top of the file system. The mount that counts is that which has been
 * at home longest: what is mounted later gives a file no other name.
 */
static int find_place(const struct nest_view *view, struct nest_name *name,
		      const struct dentry *dentry,
		      const struct nest_anchor **place)
{
	u32 n = 0, bytes = 0;
	int err;

	*place = NULL;
	while (true) {
		const struct nest_anchor *anchor = find_anchor(view, dentry);

		if (anchor && (!*place || anchor < *place)) {
			*place = anchor;
			n = name->walk.n;
			bytes = name->bytes;
		}
		if (IS_ROOT(dentry))
			break;
		err = go_up(name, &dentry);
		if (err)
			return err;
	}
	if (*place) {
		name->walk.n = n;
		name->bytes = bytes;
		return 0;
	}
	*place = find_twin(view, name, dentry->d_sb);
	if (*place)
		return 0;
	/* As files opened by handle are: they may have a name. */
	if (dentry->d_flags & DCACHE_DISCONNECTED && shows(view, dentry->d_sb))
		return -EXDEV;
	return is_opaque(dentry->d_sb) ? -EXDEV : 0;
}

/* From the top of what is mounted up to the top of all mounts. */
static int find_way(struct nest_name *name, const struct nest_anchor *place)
{
	for (; place->up; place = place->up) {
		const struct dentry *dentry = place->point;

		while (dentry != place->up->root) {
			int err = IS_ROOT(dentry) ? -EXDEV :
						    go_up(name, &dentry);

			if (err)
				return err;
		}
	}
	return 0;
}

/**
 * nest_view_walk() - find the name that a file has at home
 * @name: its @home says where, its @object what; @visible is set
 *
 * Context: RCU; void if rename_lock was taken meanwhile.
 * Return: 0, also if the file has no name there; -ESTALE if nest_view_ready() has
 * to be called before; -EXDEV if it has one that cannot be found; -E2BIG if
 * there is no room for its components; -ENAMETOOLONG.
 */
int nest_view_walk(struct nest_name *name)
{
	const struct nest_view *view = nest_dereference(name->home->view);
	const struct dentry *dentry = name->object;
	const struct dentry *above = NULL;
	const struct nest_anchor *place = NULL;
	int err = 0;

	name->visible = NULL;
	if (READ_ONCE(view->stale) || view->error)
		return -ESTALE;
	for (; !err && !place && dentry != above; dentry = below(above)) {
		name->walk.n = 0;
		name->bytes = 0;
		err = find_place(view, name, dentry, &place);
		name->below = above;
		above = dentry;
	}
	if (err || !place)
		return err;
	err = find_way(name, place);
	if (err)
		return err;
	name->visible = place->mnt;
	if (!name->walk.n)
		name->walk.directory = true;
	return 0;
}

/* The instance belongs to the pid namespace of the thread that makes it. */
static void mount_procfs(struct work_struct *work)
{
	struct file_system_type *type = get_fs_type("proc");

	procfs = type ? kern_mount(type) : ERR_PTR(-ENODEV);
	if (type)
		module_put(type->owner);
}

/**
 * nest_views_init() - get ready to read mount tables
 *
 * Return: 0, -ENOMEM, or what mounting procfs says.
 */
int nest_views_init(void)
{
	struct work_struct work;

	view_wq = alloc_workqueue("nest_view", WQ_UNBOUND, 0);
	if (!view_wq)
		return -ENOMEM;
	INIT_WORK_ONSTACK(&work, mount_procfs);
	queue_work(system_unbound_wq, &work);
	flush_work(&work);
	destroy_work_on_stack(&work);
	if (IS_ERR(procfs))
		destroy_workqueue(view_wq);
	return PTR_ERR_OR_ZERO(procfs);
}

/**
 * nest_views_exit() - after all views have been freed
 */
void nest_views_exit(void)
{
	destroy_workqueue(view_wq);
	kern_unmount(procfs);
}
