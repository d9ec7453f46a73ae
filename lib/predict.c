// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a job would run, and what became of attempts that are over.
 */
#include "private.h"

AIOS_EXPORT int aios_predict_get(struct aios_ctx *ctx, struct aios_predict_call *call)
{
	return aios_call(ctx->fd, AIOS_IOC_PREDICT, call);
}

AIOS_EXPORT int aios_attempt_get(struct aios_ctx *ctx, uint64_t first,
				 struct aios_attempt *attempt)
{
	if (!aios_complete(attempt))
		return -EINVAL;
	attempt->number = first;
	return aios_call(ctx->fd, AIOS_IOC_ATTEMPT, attempt);
}
