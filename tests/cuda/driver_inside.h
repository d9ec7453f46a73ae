/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the scripted driver share.
 */
#ifndef TESTS_CUDA_DRIVER_INSIDE_H
#define TESTS_CUDA_DRIVER_INSIDE_H

#include "driver.h"
#include "world.h"

struct CUctx_st {
	CUdevice device;
};

/* Take memory of a device, which all processes share, or give it back. */
CUresult device_take(CUdevice device, uint64_t bytes);
void device_give(CUdevice device, uint64_t bytes);

/* What pools do not use they release, when the device has come to rest. */
void pools_settle(void);

#endif /* TESTS_CUDA_DRIVER_INSIDE_H */
