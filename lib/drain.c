// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Draining the machine.
 */
#include "private.h"

static int drain_set(struct aios_ctx *ctx, __u32 flags, uint64_t start_ns, const char *reason)
{
	struct aios_drain call;

	AIOS_INIT(&call);
	call.flags = flags;
	call.start_ns = start_ns;
	call.reason = aios_pointer(reason);
	call.reason_len = reason ? (__u32)strlen(reason) : 0;
	return aios_call(ctx->fd, AIOS_IOC_DRAIN, &call);
}

AIOS_EXPORT int aios_drain_set(struct aios_ctx *ctx, uint64_t start_ns,
			       const char *reason)
{
	return drain_set(ctx, AIOS_DRAIN_SET, start_ns, reason);
}

AIOS_EXPORT int aios_drain_set_realtime(struct aios_ctx *ctx, uint64_t real_ns,
					const char *reason)
{
	return drain_set(ctx, AIOS_DRAIN_SET | AIOS_DRAIN_REALTIME, real_ns, reason);
}

AIOS_EXPORT int aios_drain_clear(struct aios_ctx *ctx)
{
	struct aios_drain call;

	AIOS_INIT(&call);
	call.flags = AIOS_DRAIN_CLEAR;
	return aios_call(ctx->fd, AIOS_IOC_DRAIN, &call);
}

AIOS_EXPORT int aios_drain_get(struct aios_ctx *ctx, struct aios_drain *drain)
{
	drain->flags = 0;
	return aios_call(ctx->fd, AIOS_IOC_DRAIN, drain);
}
