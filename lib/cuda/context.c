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

static void entries_drop(struct entry *list)
{
	while (list) {
		struct entry *entry = list;

		list = entry->next;
		job_uncharge(entry->device, entry->bytes);
		free(entry);
	}
	pools_refresh();
}

static void entries_return(struct entry *list)
{
	while (list) {
		struct entry *entry = list;

		list = entry->next;
		table_add(entry, entry->kind, entry->key);
	}
}

/*
 * What is in a context is taken out before it is destroyed: afterwards another thread may have
 * a new one at the same address.
 */
static struct entry *destroy_begin(CUcontext context)
{
	struct entry *list;

	if (!context || memory_depth || !job_attached())
		return NULL;
	list = table_take_of(context);
	launch_context_gone(context);
	return list;
}

static CUresult destroy_end(struct entry *list, CUresult result)
{
	if (result)
		entries_return(list);
	else
		entries_drop(list);
	return result;
}

static void gone(CUcontext context)
{
	if (!context)
		return;
	launch_context_gone(context);
	entries_drop(table_take_of(context));
}

static void primary_gone(CUdevice device)
{
	if (device >= 0 && device < DEVICES_MAX)
		gone(__atomic_exchange_n(&primary[device], NULL, __ATOMIC_RELAXED));
}

CUresult cuCtxDestroy(CUcontext context)
{
	struct entry *list = destroy_begin(context);

	return destroy_end(list, memory_call(cuCtxDestroy, context));
}

CUresult cuCtxDestroy_v2(CUcontext context)
{
	struct entry *list = destroy_begin(context);

	return destroy_end(list, memory_call(cuCtxDestroy_v2, context));
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
