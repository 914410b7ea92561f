/* SPDX-License-Identifier: GPL-2.0-only */
/* Every difference between the kernels that Nest runs on. */
#ifndef NEST_COMPAT_H
#define NEST_COMPAT_H

#include <linux/binfmts.h>
#include <linux/fs.h>
#include <linux/ftrace.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <linux/version.h>
#include <net/genetlink.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "Nest needs Linux 6.1 or later"
#endif

/* file_truncate is a hook of its own since 6.2; before, ftruncate() and O_TRUNC
 * come through path_truncate.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define NEST_HOOKS_SINCE_6_2(X)	X(file_truncate)
#define nest_set_ip(fregs, ip)	ftrace_regs_set_instruction_pointer(fregs, ip)
#else
#define NEST_HOOKS_SINCE_6_2(X)
#define nest_set_ip(fregs, ip)	ftrace_instruction_pointer_set(fregs, ip)
#endif

/* With argument passing alone (HAVE_DYNAMIC_FTRACE_WITH_ARGS) ftrace lets the
 * instruction pointer be set; without it only with all registers saved.
 */
#ifdef CONFIG_HAVE_DYNAMIC_FTRACE_WITH_ARGS
#define NEST_FTRACE_SAVE_REGS	0
#else
#define NEST_FTRACE_SAVE_REGS	FTRACE_OPS_FL_SAVE_REGS
#endif

/* Mounts map ids through a struct mnt_idmap since 6.3, a user namespace
 * before.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
static inline vfsuid_t nest_owner_of(const struct vfsmount *mnt,
				     const struct inode *inode)
{
	return i_uid_into_vfsuid(mnt_idmap(mnt), inode);
}
#else
static inline vfsuid_t nest_owner_of(const struct vfsmount *mnt,
				     const struct inode *inode)
{
	return i_uid_into_vfsuid(mnt_user_ns(mnt), inode);
}
#endif

/* What inode_setattr gets first since 6.7. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
#define NEST_IDMAP	struct mnt_idmap *idmap,
#else
#define NEST_IDMAP
#endif

/* The attributes of the request that a dump answers. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
static inline struct nlattr **nest_dump_attrs(struct netlink_callback *cb)
{
	return genl_info_dump(cb)->attrs;
}
#else
static inline struct nlattr **nest_dump_attrs(struct netlink_callback *cb)
{
	return genl_dumpit_info(cb)->attrs;
}
#endif

/* What bprm_committed_creds gets. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
#define NEST_BPRM	const struct linux_binprm
#else
#define NEST_BPRM	struct linux_binprm
#endif

/* What the exec sets as the limit of the stack, when all is decided. */
static inline struct rlimit *nest_stack_limit(const struct linux_binprm *bprm)
{
	return (struct rlimit *)&bprm->rlim_stack;
}

/* Since 6.5 the files that overlayfs opens for its own use are marked. Before,
 * they have the path that the user sees.
 */
#ifdef FMODE_BACKING
#define NEST_FMODE_INTERNAL	FMODE_BACKING
static inline const struct path *nest_user_path(const struct file *file)
{
	return file_user_path(file);
}
#else
#define NEST_FMODE_INTERNAL	((__force fmode_t)0)
static inline const struct path *nest_user_path(const struct file *file)
{
	return &file->f_path;
}
#endif

/* The file that an overlay shows as this regular one. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
static inline const struct dentry *nest_real_dentry(struct dentry *dentry)
{
	return d_real(dentry, D_REAL_METADATA);
}
#else
static inline const struct dentry *nest_real_dentry(struct dentry *dentry)
{
	return d_real(dentry, NULL);
}
#endif

/* What is open, if it is not what the user sees. Before 6.5 the path of a file
 * that overlayfs opens below is that of the file on the overlay.
 */
#ifdef FMODE_BACKING
static inline struct dentry *nest_open_dentry(const struct file *file)
{
	return file->f_path.dentry;
}
#else
static inline struct dentry *nest_open_dentry(const struct file *file)
{
	struct dentry *dentry = file->f_path.dentry;

	return file_inode(file) == d_inode(dentry) ? dentry :
	       d_real(dentry, file_inode(file));
}
#endif

/* Kernel threads that work for the task that made them. */
#ifdef PF_USER_WORKER
#define NEST_PF_OWN_WORK	(PF_IO_WORKER | PF_USER_WORKER | PF_DUMPCORE)
#else
#define NEST_PF_OWN_WORK	(PF_IO_WORKER | PF_DUMPCORE)
#endif

/* A flag of pwritev2() since 6.9. */
#ifdef RWF_NOAPPEND
#define NEST_RWF_NOAPPEND	((__force unsigned long)RWF_NOAPPEND)
#else
#define NEST_RWF_NOAPPEND	0UL
#endif

/* Keeps INIT_STACK_ALL_ZERO from clearing large arrays at each call. */
#define NEST_UNINITIALIZED	__attribute__((__uninitialized__))

#endif
