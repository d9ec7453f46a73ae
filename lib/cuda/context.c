// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Contexts: what was allocated in one goes with it, without a call that frees it.
 */
#include <stdlib.h>

#include "cuda/launch.h"
#include "cuda/memory.h"

#define DEVICES_MAX	64

/* Atomic: the primary context of each device, as the program has got it. */
static CUcontext primary[DEVICES_MAX];

static void gone(CUcontext context)
{
	struct entry *entry;

	if (!context)
		return;
	launch_context_gone(context);
	while ((entry = table_take_of(context))) {
		job_uncharge(entry->device, entry->bytes);
		free(entry);
	}
	pools_refresh();
}

static void primary_gone(CUdevice device)
{
	if (device >= 0 && device < DEVICES_MAX)
		gone(__atomic_exchange_n(&primary[device], NULL, __ATOMIC_RELAXED));
}

CUresult cuCtxDestroy(CUcontext context)
{
	CUresult result = memory_call(cuCtxDestroy, context);

	if (!result)
		gone(context);
	return result;
}

CUresult cuCtxDestroy_v2(CUcontext context)
{
	CUresult result = memory_call(cuCtxDestroy_v2, context);

	if (!result)
		gone(context);
	return result;
}

CUresult cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device)
{
	CUresult result = next_call(cuDevicePrimaryCtxRetain, context, device);

	if (!result && device >= 0 && device < DEVICES_MAX)
		__atomic_store_n(&primary[device], *context, __ATOMIC_RELAXED);
	return result;
}

/* The last who gives it back ends it. */
static CUresult released(CUdevice device, CUresult result)
{
	unsigned int flags;
	int active = 1;

	if (!result && !next_call(cuDevicePrimaryCtxGetState, device, &flags, &active) &&
	    !active)
		primary_gone(device);
	return result;
}

CUresult cuDevicePrimaryCtxRelease(CUdevice device)
{
	return released(device, memory_call(cuDevicePrimaryCtxRelease, device));
}

CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device)
{
	return released(device, memory_call(cuDevicePrimaryCtxRelease_v2, device));
}

CUresult cuDevicePrimaryCtxReset(CUdevice device)
{
	CUresult result = memory_call(cuDevicePrimaryCtxReset, device);

	if (!result)
		primary_gone(device);
	return result;
}

CUresult cuDevicePrimaryCtxReset_v2(CUdevice device)
{
	CUresult result = memory_call(cuDevicePrimaryCtxReset_v2, device);

	if (!result)
		primary_gone(device);
	return result;
}
