/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The other solvers that the allocator is measured against, behind one
 * interface: a model built once, solved cold under each of several settings,
 * or again after a change of one number.
 */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include <stdbool.h>

/* A program in floating point, columns of a contiguous: a[i * m + k]. */
struct peer_program {
	unsigned int n, m;
	double *w, *a, *b, *lo, *hi;
};

struct peer {
	const char *name;
	unsigned int settings;
	const char *(*setting)(unsigned int setting);
	void *(*load)(const struct peer_program *p);
	/* Microseconds of a solve from scratch; negative when it failed. */
	double (*cold)(void *model, unsigned int setting, double *objective);
	/* Microseconds of a solve from the last basis; NULL: cannot. */
	double (*warm)(void *model, unsigned int setting, double *objective);
	void (*set_row)(void *model, unsigned int k, double b);
	void (*set_column)(void *model, unsigned int i, double w, double lo,
			   double hi);
	void (*release)(void *model);
};

extern const struct peer peer_glpk, peer_clp, peer_lpsolve, peer_highs;

double bench_now_us(void);

#endif /* BENCH_PEER_H */
