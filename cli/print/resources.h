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
 * X takes AIOS_RESOURCE_* without its prefix, the option, its letter or 0, its help,
 * key and header of the column, and of what a price is for one. Columns have this
 * order.
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
	X(PIDS, "pids", 0, "processes and threads", "pids", "PIDS", "unit"), \
	X(SWAP, "swap", 0, "swap in bytes; none beside --mem unless stated", \
	  "swap", "SWAP", "GiB"),					\
	X(HUGE_PAGES, "huge-pages", 0,					\
	  "huge pages in bytes; none beside --mem unless stated",	\
	  "huge_pages", "HUGE-PAGES", "GiB")

/* A table of columns has these among its own. */
#define RESOURCE_COLUMN(constant, option, letter, help, key, header, one) \
	{ key, header, false }
#define RESOURCE_COLUMNS	RESOURCES(RESOURCE_COLUMN)

/* These return how aiosctl calls @resource, NULL for one that is not in the table. */
const char *resource_option_name(uint32_t resource);
const char *resource_column(uint32_t resource);

/* This returns how people write amounts of it, for messages. */
const char *resource_example(uint32_t resource);

/*
 * A price is the weight that one more unit would be worth. People think in CPUs and
 * gigabytes: these return what a price is for, and how many of the kernel's units that
 * is.
 */
const char *resource_price_text(uint32_t resource);
double resource_price_unit(uint32_t resource);

#endif /* AIOSCTL_PRINT_RESOURCES_H */
