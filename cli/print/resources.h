/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What aiosctl has of each resource beyond its name and its unit, which libaios
 * knows: the one table from which its options, columns and prices are made.
 */
#ifndef AIOSCTL_PRINT_RESOURCES_H
#define AIOSCTL_PRINT_RESOURCES_H

#include <aios.h>

#include "print/out.h"

/*
 * X(AIOS_RESOURCE_* without its prefix, option, its letter or 0, its help, key and
 * header of the column, what a price is for: one of what), in the order of columns.
 */
#define RESOURCES(X)							\
	X(CPU, "cpus", 'c', "CPUs: 4, 1.5 or 500m", "cpu", "CPU", "CPU"), \
	X(MEMORY, "mem", 'm', "memory in bytes: 512M, 4G or 4GiB",	\
	  "mem", "MEM", "GiB"),						\
	X(GPU, "gpus", 0, "accelerators: 1, 0.5 or 250m",		\
	  "gpu", "GPU", "device"),					\
	X(GPU_MEMORY, "gpu-mem", 0, "accelerator memory in bytes",	\
	  "gpu_mem", "GPU-MEM", "GiB"),					\
	X(IO, "io", 0, "disk bandwidth in bytes a second",		\
	  "io", "IO", "MB/s"),						\
	X(NET, "net", 0, "network bandwidth in bytes a second",		\
	  "net", "NET", "MB/s"),					\
	X(PIDS, "pids", 0, "processes and threads", "pids", "PIDS", "unit")

/* For a table of columns. */
#define RESOURCE_COLUMN(constant, option, letter, help, key, header, one) \
	{ key, header, false }
#define RESOURCE_COLUMNS	RESOURCES(RESOURCE_COLUMN)

/* How aiosctl calls @resource; NULL for one that is not in the table. */
const char *resource_option_name(uint32_t resource);
const char *resource_column(uint32_t resource);

/* How people write amounts of it, for messages. */
const char *resource_example(uint32_t resource);

/*
 * A price is the weight that one more unit would be worth; people think in CPUs and
 * gigabytes: what a price is for, and how many of the kernel's units that is.
 */
const char *resource_price_text(uint32_t resource);
double resource_price_unit(uint32_t resource);

#endif /* AIOSCTL_PRINT_RESOURCES_H */
