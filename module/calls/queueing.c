// SPDX-License-Identifier: GPL-2.0
/*
 * AIOS_IOC_QUEUEING: a group as a station of the queueing model.
 */
#include <linux/aios.h>
#include <linux/err.h>
#include <linux/slab.h>

#include "calls/calls.h"
#include "calls/ioctl.h"
#include "group/group.h"
#include "group/station.h"
#include "names.h"
#include "turns.h"

/**
 * struct queueing_call - QUEUEING under way
 */
struct queueing_call {
	/** @q: the caller's struct */
	struct aios_queueing *q;
	/** @path: of the group; NULL: by its id */
	const char *path;
};

static int look_at_station(void *arg)
{
	const struct queueing_call *call = arg;
	struct aios_group *group = call->path ? aios_group_find(call->path) :
						aios_group_find_id(call->q->id);

	if (!group || !aios_group_known(group))
		return -ENOENT;
	return aios_group_queueing(group, call->q);
}

int aios_ioctl_queueing(struct file *file, void *arg)
{
	struct aios_queueing *q = arg;
	struct queueing_call call = { .q = q };
	struct aios_why why;
	char *path;
	int ret;

	if (q->flags || q->reserved || q->servers > AIOS_QUEUEING_SERVERS_MAX)
		return -EINVAL;
	path = aios_copy_string(q->path, q->path_len, AIOS_PATH_MAX, &why);
	if (IS_ERR(path))
		return PTR_ERR(path);
	call.path = path;
	ret = path ? aios_path_check(path, &why) : 0;
	if (!ret)
		ret = aios_turn(look_at_station, &call);
	kfree(path);
	return ret;
}
