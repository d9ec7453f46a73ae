/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A linear program read from a file, in the form that the allocator takes:
 * maximise w x subject to A x <= b, lo <= x <= hi.
 */
#ifndef AIOSCTL_LP_FILE_H
#define AIOSCTL_LP_FILE_H

#include <stdint.h>
#include <stdio.h>

#define LP_ONE	(1ULL << 24)	/* 1.0 in the format of x, lo and hi */

struct lp_program {
	uint32_t n;		/* columns */
	uint32_t m;		/* rows */
	int64_t *w;		/* [n] */
	uint64_t *a;		/* [m * n], by rows */
	uint64_t *b;		/* [m] */
	uint64_t *lo;		/* [n], 2^-24, or NULL */
	uint64_t *hi;		/* [n], 2^-24, or NULL */
};

/* This returns NULL, or what is wrong with the file, for the caller to free. */
char *lp_read(FILE *f, struct lp_program *lp);
/* What of the program is beyond the solver's bounds, for the caller to free; NULL: nothing. */
char *lp_check(const struct lp_program *lp);
void lp_free(struct lp_program *lp);

#endif /* AIOSCTL_LP_FILE_H */
