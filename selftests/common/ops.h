/* SPDX-License-Identifier: GPL-2.0-only */
/* System calls whose result is 0 or a positive errno. */
#ifndef NEST_OPS_H
#define NEST_OPS_H

#include <stddef.h>
#include <sys/types.h>

/** TRY() - 0, or errno if @call returned a negative number. */
#define TRY(call)	((long)(call) < 0 ? errno : 0)

int try_open(const char *path, int flags);
int try_read_fd(int fd);
int try_use_fd(int fd, int flags);
int try_mmap_exec(const char *path);
int try_exec_fd(int fd, char *const argv[]);
int put_text(const char *path, const char *text);
int drop_to(uid_t uid);
int drop_cap(int cap);

#endif
