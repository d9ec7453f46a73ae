/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What netlink tells of a group.
 */
#ifndef _AIOS_GROUP_NOTICE_H
#define _AIOS_GROUP_NOTICE_H

#include <linux/types.h>

struct aios_group;
struct sk_buff;

int aios_group_put_path(struct sk_buff *skb, const struct aios_group *group);
void aios_group_announce(const struct aios_group *group, u32 event);

#endif /* _AIOS_GROUP_NOTICE_H */
