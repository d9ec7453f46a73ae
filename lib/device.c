// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Accelerators: the table of those that the module found or was told of.
 */
#include "private.h"

AIOS_EXPORT int aios_device_get(struct aios_ctx *ctx, uint32_t first,
				struct aios_device *device)
{
	if (!aios_complete(device))
		return -EINVAL;
	device->id = first;
	return aios_call(ctx->fd, AIOS_IOC_DEVICE_GET, device);
}

AIOS_EXPORT int aios_device_add(struct aios_ctx *ctx, struct aios_device *device)
{
	return aios_call(ctx->fd, AIOS_IOC_DEVICE_ADD, device);
}

AIOS_EXPORT int aios_device_set(struct aios_ctx *ctx, struct aios_device *device)
{
	return aios_call(ctx->fd, AIOS_IOC_DEVICE_SET, device);
}

AIOS_EXPORT int aios_device_remove(struct aios_ctx *ctx, uint32_t id)
{
	struct aios_device call;

	AIOS_INIT(&call);
	call.id = id;
	return aios_call(ctx->fd, AIOS_IOC_DEVICE_REMOVE, &call);
}
