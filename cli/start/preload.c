// SPDX-License-Identifier: GPL-2.0
/*
 * The library that is loaded ahead of a job's programs: see preload.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "print/util.h"
#include "start/preload.h"

#define VARIABLE	"LD_PRELOAD"

const char preload_library[] = AIOS_CUDA_LIBRARY;

int preload_set(void)
{
	auto_free char *longer = NULL;
	const char *before = getenv(VARIABLE);

	if (access(preload_library, R_OK) || (before && strstr(before, preload_library)))
		return 0;
	/* Whoever preloads something himself has that first. */
	longer = before && *before ? xasprintf("%s:%s", before, preload_library) :
				     xstrdup(preload_library);
	return setenv(VARIABLE, longer, 1) ? -errno : 0;
}
