/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink family of the module.
 */
#ifndef _AIOS_CALLS_NETLINK_H
#define _AIOS_CALLS_NETLINK_H

int aios_netlink_init(void);

#endif /* _AIOS_CALLS_NETLINK_H */
