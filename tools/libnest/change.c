// SPDX-License-Identifier: GPL-2.0-or-later
/* A task changes its own domain. It takes no handle: it goes by prctl(). */
#include <errno.h>
#include <string.h>
#include <sys/prctl.h>

#include "internal.h"

static int change(uint32_t how, uint32_t origin, const char *name,
		  uint64_t token)
{
	struct nest_change request = {
		.how = how,
		.origin = origin,
		.token = token,
	};
	size_t len = name ? strlen(name) : 0;

	if (len >= sizeof(request.name))
		return -ENAMETOOLONG;
	memcpy(request.name, name ? name : "", len);
	if (prctl(NEST_PR_CHANGE, &request, sizeof(request), 0, 0))
		return -errno;
	return 0;
}

/**
 * nest_change_profile() - put the calling task in another domain
 * @name: of the domain, or "unconfined"
 * @origin: inode number of the pid namespace that the layer was loaded from, or
 *	0 for the caller's own
 * @at_exec: the next exec does it
 *
 * Return: 0; -EACCES if no rule allows it or a tracer may not have the new
 * domain, -EBUSY if the process has other threads, shares its memory or its
 * descriptors with another one, or uses io_uring, -EINVAL if @name is empty or
 * Nest is not loaded, -ENAMETOOLONG, -ENOENT if there is no such layer or
 * domain, -ENOMEM, -EPERM if the layer does not bind the caller, or it gave up
 * new privileges.
 */
int nest_change_profile(const char *name, uint32_t origin, bool at_exec)
{
	return change(at_exec ? NEST_CHANGE_AT_EXEC : NEST_CHANGE_NOW, origin,
		      name, 0);
}

/**
 * nest_change_hat() - put the calling task in a hat of its domain, or back
 * @name: of the hat; NULL leads back to where the task was before
 * @origin: as in nest_change_profile()
 * @token: a secret that leads back, or 0: nothing does. One that is not that of
 *	the first hat kills the caller
 *
 * Return: 0; -ECHILD if the domain has no hats, -ENOENT if it has none of this
 * name, -EINVAL if both @name and @token are missing, -EPERM if the layer does
 * not confine the caller, and as nest_change_profile().
 */
int nest_change_hat(const char *name, uint32_t origin, uint64_t token)
{
	return change(name ? NEST_CHANGE_TO_HAT : NEST_CHANGE_FROM_HAT, origin,
		      name, token);
}

/**
 * nest_change_reason() - what an errno of the two above stands for
 * @err: what one of them returned
 *
 * Return: a constant string.
 */
const char *nest_change_reason(int err)
{
	switch (-err) {
	case EACCES:
		return "no rule of the profile allows it, or a tracer may not have it";
	case EBUSY:
		return "the process has other threads or uses io_uring, or shares what it has";
	case ECHILD:
		return "the profile has no hats";
	case EINVAL:
		return "not understood; is the module nest loaded, and of this version?";
	case ENOENT:
		return "no such layer on this pid namespace, or no such profile in it";
	case EPERM:
		return "the layer does not bind the caller, or it gave up new privileges";
	default:
		return strerror(-err);
	}
}
