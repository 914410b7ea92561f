// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers for ioctl(). It needs no permission of its own, as in AppArmor: what a
 * descriptor was opened to do is what it can do, and what commands open has hooks
 * of its own. The exceptions are commands that get round rules.
 */
#include <linux/btrfs.h>
#include <linux/capability.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/ioctl.h>
#include <linux/tty.h>
#include "hooks.h"
#include "nest.h"

/*
 * Commands that no header for modules has, by type and number: the sizes in them
 * differ for 32-bit programs.
 */
#define KIND(type, number)	((type) << 8 | (number))
#define BCACHEFS_SUBVOLUME_CREATE	KIND(0xbc, 16)
#define BCACHEFS_SUBVOLUME_DESTROY	KIND(0xbc, 17)
#define OCFS2_REFLINK			KIND('o', 4)
#define EXT4_MOVE_EXT			KIND('f', 15)
#define F2FS_MOVE_RANGE			KIND(0xf5, 9)
#define XFS_SWAPEXT			KIND('X', 109)
#define XFS_EXCHANGE_RANGE		KIND('X', 129)
#define XFS_COMMIT_RANGE		KIND('X', 131)

static u32 kind_of(unsigned int cmd)
{
	return KIND(_IOC_TYPE(cmd), _IOC_NR(cmd));
}

/* To give a tree, or a file, a second name, or to take one away. */
static bool arranges_names(unsigned int cmd)
{
	switch (cmd) {
	case BTRFS_IOC_SNAP_CREATE:
	case BTRFS_IOC_SNAP_CREATE_V2:
	case BTRFS_IOC_SUBVOL_CREATE:
	case BTRFS_IOC_SUBVOL_CREATE_V2:
	case BTRFS_IOC_SNAP_DESTROY:
	case BTRFS_IOC_SNAP_DESTROY_V2:
		return true;
	}
	switch (kind_of(cmd)) {
	case BCACHEFS_SUBVOLUME_CREATE:
	case BCACHEFS_SUBVOLUME_DESTROY:
	case OCFS2_REFLINK:
		return true;
	default:
		return false;
	}
}

/*
 * To put words into the mouth of whoever types at a terminal, or to exchange the
 * contents of two files, one of which is named by a descriptor in memory.
 */
static bool reaches_others(unsigned int cmd)
{
	switch (kind_of(cmd)) {
	case EXT4_MOVE_EXT:
	case F2FS_MOVE_RANGE:
	case XFS_SWAPEXT:
	case XFS_EXCHANGE_RANGE:
	case XFS_COMMIT_RANGE:
		return true;
	default:
		return cmd == TIOCSTI || cmd == TIOCLINUX;
	}
}

/* What programs ask of any descriptor, and what does not change the contents. */
static bool is_harmless(unsigned int cmd)
{
	switch (cmd) {
	case TCGETS:
	case TIOCGWINSZ:
	case FIOCLEX:
	case FIONCLEX:
	case FIONBIO:
	case FIOASYNC:
	case FIONREAD:
	case FIOQSIZE:
	case FS_IOC_GETFLAGS:
	case FS_IOC_SETFLAGS:
	case FS_IOC_FSGETXATTR:
	case FS_IOC_FSSETXATTR:
	case FS_IOC_FIEMAP:
		return true;
	default:
		return false;
	}
}

static int check(struct file *file, unsigned int cmd)
{
	if (unlikely(arranges_names(cmd)))
		return nest_check_any_mount("ioctl");
	if (unlikely(reaches_others(cmd)))
		return nest_layers_allow(CAP_SYS_ADMIN) ? 0 : -EPERM;
	if (likely(!nest_appends(file)) || is_harmless(cmd))
		return 0;
	return nest_check_overwrite("ioctl", file);
}

int nest_hook_file_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return nest_idle() ? 0 : check(file, cmd);
}

int nest_hook_file_ioctl_compat(struct file *file, unsigned int cmd,
				unsigned long arg)
{
	return nest_idle() ? 0 : check(file, cmd);
}
