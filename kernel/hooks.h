/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one list of hooks. A back end turns it into attachments. The handler of
 * hook x is nest_hook_x() and has the type of the stub bpf_lsm_x(), which the
 * compiler checks.
 */
#ifndef NEST_HOOKS_H
#define NEST_HOOKS_H

#include <linux/bpf_lsm.h>
#include "compat.h"

#define NEST_HOOKS(X)			\
	X(file_open)			\
	X(file_permission)		\
	X(mmap_file)			\
	X(file_mprotect)		\
	X(file_lock)			\
	X(file_ioctl)			\
	X(file_ioctl_compat)		\
	X(file_fcntl)			\
	X(file_receive)			\
	X(path_unlink)			\
	X(path_mkdir)			\
	X(path_rmdir)			\
	X(path_mknod)			\
	X(path_truncate)		\
	X(path_symlink)			\
	X(path_link)			\
	X(path_rename)			\
	X(path_chmod)			\
	X(path_chown)			\
	X(inode_getattr)		\
	X(bprm_creds_for_exec)		\
	X(bprm_committed_creds)		\
	X(task_alloc)			\
	X(task_free)			\
	X(capable)			\
	X(task_kill)			\
	X(task_prctl)			\
	X(ptrace_access_check)		\
	X(ptrace_traceme)		\
	X(task_setrlimit)		\
	X(userns_create)		\
	X(uring_override_creds)		\
	X(uring_sqpoll)			\
	X(socket_create)		\
	X(socket_post_create)		\
	X(socket_bind)			\
	X(socket_connect)		\
	X(socket_listen)		\
	X(socket_accept)		\
	X(socket_sendmsg)		\
	X(socket_recvmsg)		\
	X(socket_getsockname)		\
	X(socket_getpeername)		\
	X(socket_getsockopt)		\
	X(socket_setsockopt)		\
	X(socket_shutdown)		\
	X(unix_stream_connect)		\
	X(unix_may_send)		\
	X(sk_free_security)		\
	X(inode_create)			\
	X(inode_unlink)			\
	X(inode_mkdir)			\
	X(inode_rmdir)			\
	X(inode_mknod)			\
	X(inode_symlink)		\
	X(inode_link)			\
	X(inode_rename)			\
	X(inode_setattr)		\
	X(msg_queue_alloc_security)	\
	X(msg_queue_associate)		\
	X(msg_queue_msgctl)		\
	X(msg_queue_msgsnd)		\
	X(msg_queue_msgrcv)		\
	X(sb_mount)			\
	X(sb_umount)			\
	X(sb_remount)			\
	X(move_mount)			\
	X(sb_pivotroot)			\
	X(path_chroot)			\
	NEST_HOOKS_SINCE_6_2(X)

/* What a hook returns to have no say, where that is not 0. */
#define NEST_NEUTRAL_PRCTL	(-ENOSYS)

#define NEST_DECLARE_HANDLER(name)	\
	extern typeof(bpf_lsm_##name) nest_hook_##name;
NEST_HOOKS(NEST_DECLARE_HANDLER)
#undef NEST_DECLARE_HANDLER

/* Built on every kernel, attached where the hook exists. */
int nest_hook_file_truncate(struct file *file);

#endif
