// SPDX-License-Identifier: GPL-2.0
/*
 * Network bandwidth, in bytes per second: divided and told, and held by nobody.
 */
#include "enforce/resource.h"

const struct aios_resource_ops aios_net_ops = {
	.name = "net",
	.unit = "bytes/s",
	.flags = AIOS_RESOURCE_ELASTIC,
	.how = AIOS_HOW_ADVISORY,
};
