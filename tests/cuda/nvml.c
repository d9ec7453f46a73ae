// SPDX-License-Identifier: GPL-2.0
/*
 * A scripted NVML: the two devices of the machine, and a third that is nobody's. A handle is
 * the device's number, from 1 on.
 */
#include <stdio.h>
#include <string.h>

#include "driver_inside.h"

int nvmlDeviceGetPciInfo_v3(nvmlDevice_t device, struct nvml_pci_info *pci)
{
	memset(pci, 0, sizeof(*pci));
	snprintf(pci->id, sizeof(pci->id), "00000000:%02X:00.0",
		 0x64 + (unsigned int)(uintptr_t)device);
	return 0;
}

static uint64_t used(nvmlDevice_t device)
{
	size_t nr = (uintptr_t)device - 1;

	return nr < WORLD_DEVICES ? world->memory_used[nr] : GIB;
}

int nvmlDeviceGetMemoryInfo(nvmlDevice_t device, struct nvml_memory *memory)
{
	memory->total = WORLD_MEMORY;
	memory->used = used(device);
	memory->free = memory->total - memory->used;
	return 0;
}

int nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t device, struct nvml_memory_v2 *memory)
{
	memory->total = WORLD_MEMORY;
	memory->reserved = 0;
	memory->used = used(device);
	memory->free = memory->total - memory->used;
	return 0;
}
