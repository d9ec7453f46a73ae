/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random linear programs by family and seed, for the tests and the benchmark
 * of the allocator: what each looks like is written at its generator.
 */
#ifndef LP_FAMILIES_H
#define LP_FAMILIES_H

#include "core/lp/lp.h"

struct lp_instance {
	u32 n, m;
	u32 x_frac;	/* fraction bits of lo and hi */
	s64 *w;		/* [n] */
	u64 *a;		/* [i * m + k] */
	u64 *b;		/* [m] */
	u64 *lo, *hi;	/* [n] */
};

/* The names that lp_family() knows, NULL at the end. */
extern const char *const lp_family_names[];

/* NULL when the name is not known or memory is short. */
struct lp_instance *lp_family(const char *name, u32 n, u64 seed);
struct lp_instance *lp_instance_new(u32 n, u32 m, u32 x_frac);
void lp_instance_free(struct lp_instance *p);

/* A model of the instance in memory from malloc(), NULL when it does not fit. */
struct aios_lp *lp_instance_model(const struct lp_instance *p);

/* xorshift64*: the same numbers everywhere. */
u64 lp_random(u64 *state);
u64 lp_random_below(u64 *state, u64 bound);
double lp_random_unit(u64 *state);

#endif /* LP_FAMILIES_H */
