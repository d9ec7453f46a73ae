// SPDX-License-Identifier: GPL-2.0
/*
 * Accelerators: their time, in thousandths of a device, is told to the job, and their
 * memory, in bytes, holds where the runtime charges what it allocates.
 */
#include "enforce/resource.h"

const struct aios_resource_ops aios_gpu_ops = {
	.name = "gpu",
	.unit = "milli",
	.flags = AIOS_RESOURCE_ELASTIC,
	.how = AIOS_HOW_ADVISORY,
};

const struct aios_resource_ops aios_gpu_memory_ops = {
	.name = "gpu_memory",
	.unit = "bytes",
	.flags = AIOS_RESOURCE_STICKY,
	.how = AIOS_HOW_COOPERATIVE,
};
