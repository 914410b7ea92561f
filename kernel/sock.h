/* SPDX-License-Identifier: GPL-2.0-only */
/* Where sockets come from. */
#ifndef NEST_SOCK_H
#define NEST_SOCK_H

#include "nest.h"

struct sock;

int nest_sock_inherit(const struct sock *to, const struct sock *from);
const char *nest_sock_domain(const struct sock *sock,
			     const struct nest_layer *layer,
			     const struct nest_table *table);
void nest_socks_clear(void);

#endif
