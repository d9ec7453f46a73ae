// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Building and submitting a job.
 */
#include "private.h"

static int set_range(__u64 *requests, __u64 *limits, __u32 *mask,
		     uint32_t resource, uint64_t request, uint64_t limit)
{
	if (resource >= AIOS_RESOURCE_MAX)
		return -EINVAL;
	if (request > limit)
		return -ERANGE;
	requests[resource] = request;
	limits[resource] = limit;
	*mask |= 1U << resource;
	return 0;
}

AIOS_EXPORT int aios_submit_set_resource(struct aios_submit *s, uint32_t resource,
					 uint64_t request, uint64_t limit)
{
	return set_range(s->request, s->limit, &s->resource_mask, resource,
			 request, limit);
}

AIOS_EXPORT int aios_update_set_resource(struct aios_update *u, uint32_t resource,
					 uint64_t request, uint64_t limit)
{
	return set_range(u->request, u->limit, &u->resource_mask, resource,
			 request, limit);
}

AIOS_EXPORT int aios_submit_set_text(struct aios_submit *s, const char *resource,
				     const char *range)
{
	int id = aios_resource_from_name(resource);
	uint64_t request, limit;
	int err;

	if (id < 0)
		return id;
	err = aios_range_parse((uint32_t)id, range, &request, &limit);
	if (err)
		return err;
	return aios_submit_set_resource(s, (uint32_t)id, request, limit);
}

AIOS_EXPORT int aios_submit(struct aios_ctx *ctx, struct aios_submit *s,
			    struct aios_job **job)
{
	struct aios_job *j = NULL;
	int err;

	if (!aios_complete(s))
		return -EINVAL;
	if (job && !(s->flags & AIOS_SUBMIT_DRY_RUN)) {
		/* before the call: what is submitted must not be lost */
		j = aios_job_alloc();
		if (!j)
			return -ENOMEM;
	}
	err = aios_call(ctx->fd, AIOS_IOC_SUBMIT, s);
	if (err) {
		aios_job_unref(j);
		return err;
	}
	if (j) {
		j->fd = s->fd;
		j->id = s->id;
	}
	if (job)
		*job = j;
	return 0;
}
