// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Groups, their queues, and the limits of groups and jobs.
 */
#include "private.h"

AIOS_EXPORT int aios_group_create(struct aios_ctx *ctx,
				  struct aios_group_create *create)
{
	return aios_call(ctx->fd, AIOS_IOC_GROUP_CREATE, create);
}

AIOS_EXPORT int aios_group_remove(struct aios_ctx *ctx, const char *path,
				  struct aios_why *why)
{
	struct aios_group_remove call;
	int err;

	AIOS_INIT(&call);
	call.path = aios_pointer(path);
	call.path_len = (uint32_t)strlen(path);
	err = aios_call(ctx->fd, AIOS_IOC_GROUP_REMOVE, &call);
	return aios_answer(err, &call.why, why);
}

AIOS_EXPORT int aios_group_stat(struct aios_ctx *ctx, struct aios_group_stat *stat)
{
	return aios_call(ctx->fd, AIOS_IOC_GROUP_STAT, stat);
}

AIOS_EXPORT int aios_queueing_get(struct aios_ctx *ctx, struct aios_queueing *queueing)
{
	return aios_call(ctx->fd, AIOS_IOC_QUEUEING, queueing);
}

AIOS_EXPORT int aios_limit_set_resource(struct aios_limit *l, uint32_t resource,
					uint64_t limit)
{
	if (resource >= AIOS_RESOURCE_MAX)
		return -EINVAL;
	l->limit[resource] = limit;
	l->resource_mask |= 1U << resource;
	return 0;
}

AIOS_EXPORT int aios_limit_set(struct aios_ctx *ctx, struct aios_limit *limit)
{
	return aios_call(ctx->fd, AIOS_IOC_LIMIT, limit);
}

AIOS_EXPORT int aios_limit_get(struct aios_ctx *ctx, struct aios_limit *limit)
{
	if (!aios_complete(limit))
		return -EINVAL;
	limit->flags &= AIOS_LIMIT_JOB | AIOS_LIMIT_DEFAULT_USER | AIOS_LIMIT_DEFAULT_GROUP;
	limit->resource_mask = 0;
	limit->weight = 0;
	return aios_limit_set(ctx, limit);
}
