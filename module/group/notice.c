// SPDX-License-Identifier: GPL-2.0
/*
 * What netlink tells of a group: see notice.h.
 */
#include <linux/aios.h>
#include <linux/cred.h>
#include <net/netlink.h>

#include "group/group.h"
#include "group/notice.h"
#include "notify.h"

/**
 * aios_group_put_path - add a group's whole path to a message
 * @skb: the message
 * @group: the group
 *
 * Return: 0 or -EMSGSIZE.
 */
int aios_group_put_path(struct sk_buff *skb, const struct aios_group *group)
{
	char buf[AIOS_PATH_MAX + 1];

	return nla_put_string(skb, AIOS_A_PATH, aios_group_path(group, buf, sizeof(buf)));
}

static int put_group(struct sk_buff *skb, u32 event, const void *about,
		     struct user_namespace *reader)
{
	const struct aios_group *group = about;

	if (aios_put_u64(skb, AIOS_A_GROUP, group->core->id) ||
	    aios_group_put_path(skb, group))
		return -EMSGSIZE;
	return aios_put_amounts(skb, AIOS_A_LIMIT, group->core->limit);
}

static bool group_visible_to(const void *about, const struct cred *cred)
{
	return aios_group_visible_to(about, cred);
}

static const struct aios_notice group_notice = {
	.put = put_group,
	.visible_to = group_visible_to,
};

/**
 * aios_group_announce - announce an event of a group
 * @group: the group
 * @event: AIOS_EVENT_LIMIT, _GROUP_CREATED or _GROUP_REMOVED
 *
 * The caller holds aios_lock.
 */
void aios_group_announce(const struct aios_group *group, u32 event)
{
	aios_notify(event, &group_notice, group);
}
