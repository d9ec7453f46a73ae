// SPDX-License-Identifier: GPL-2.0
/*
 * Descriptors that a process was given and does not need: see descriptors.h.
 */
#include <stdlib.h>
#include <unistd.h>

#include "start/descriptors.h"

static int compare_descriptors(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

void descriptors_close(int from, int *keep, size_t nr)
{
	qsort(keep, nr, sizeof(*keep), compare_descriptors);
	for (size_t i = 0; i < nr; i++) {
		if (keep[i] < from)
			continue;
		if (keep[i] > from)
			close_range(from, keep[i] - 1, 0);
		from = keep[i] + 1;
	}
	close_range(from, ~0U, 0);
}
