// SPDX-License-Identifier: GPL-2.0
/*
 * Generators of linear programs for the tests and the benchmark of the
 * allocator. They run outside the kernel and may use floating point.
 */
#include <math.h>
#include <stdlib.h>

#include "lp_families.h"

u64 lp_random(u64 *state)
{
	u64 x = *state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	*state = x;
	return x * 0x2545f4914f6cdd1dULL;
}

u64 lp_random_below(u64 *state, u64 bound)
{
	return (u64)(((u128)lp_random(state) * bound) >> 64);
}

double lp_random_unit(u64 *state)
{
	return (double)(lp_random(state) >> 11) / (double)(1ULL << 53);
}

static u64 between(u64 *state, u64 low, u64 high)
{
	return low + lp_random_below(state, high - low + 1);
}

static double log_uniform(u64 *state, double low, double high)
{
	return exp(log(low) + (log(high) - log(low)) * lp_random_unit(state));
}

void lp_instance_free(struct lp_instance *p)
{
	if (!p)
		return;
	free(p->w);
	free(p->a);
	free(p->b);
	free(p->lo);
	free(p->hi);
	free(p);
}

struct lp_instance *lp_instance_new(u32 n, u32 m, u32 x_frac)
{
	struct lp_instance *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->n = n;
	p->m = m;
	p->x_frac = x_frac;
	p->w = calloc(n + 1, sizeof(*p->w));
	p->a = calloc((size_t)n * m + 1, sizeof(*p->a));
	p->b = calloc(m + 1, sizeof(*p->b));
	p->lo = calloc(n + 1, sizeof(*p->lo));
	p->hi = calloc(n + 1, sizeof(*p->hi));
	if (!p->w || !p->a || !p->b || !p->lo || !p->hi) {
		lp_instance_free(p);
		return NULL;
	}
	return p;
}

/* b_k = a random share of what all columns at their upper bounds would use. */
static void set_capacity(struct lp_instance *p, u64 *s, double low, double high)
{
	u32 i, k;

	for (k = 0; k < p->m; k++) {
		double share = low + (high - low) * lp_random_unit(s);
		u128 sum = 0;

		for (i = 0; i < p->n; i++)
			sum += (u128)p->a[(size_t)i * p->m + k] * p->hi[i];
		p->b[k] = (u64)(share * (double)(u64)(sum >> p->x_frac));
	}
}

static void unit_bounds(struct lp_instance *p)
{
	u32 i;

	for (i = 0; i < p->n; i++)
		p->hi[i] = 1ULL << p->x_frac;
}

/*
 * Jobs of five kinds, with correlated demands for milli-cores, MiB of memory,
 * milli-devices, MiB of device memory, and MiB/s of network and of disk.
 */
static void cluster_columns(struct lp_instance *p, u64 *s)
{
	static const u32 kind[5][6] = {
		{ 8000, 32768, 1000, 24576, 200, 100 },	/* training */
		{ 2000, 8192, 300, 8192, 100, 10 },	/* inference */
		{ 16000, 65536, 0, 0, 50, 500 },	/* preparation */
		{ 1000, 2048, 0, 0, 20, 20 },		/* service */
		{ 4000, 131072, 0, 0, 10, 200 },	/* in-memory analysis */
	};
	u32 i, k;

	for (i = 0; i < p->n; i++) {
		const u32 *base = kind[lp_random_below(s, 5)];
		double size = log_uniform(s, 0.25, 4);

		for (k = 0; k < 6; k++) {
			double v = base[k] * size * (0.7 + 0.6 * lp_random_unit(s));

			p->a[(size_t)i * p->m + k] = (u64)v;
		}
		p->w[i] = (s64)(1000 * size * (0.5 + lp_random_unit(s))) + 1;
	}
}

static struct lp_instance *cluster(u32 n, u64 *s)
{
	struct lp_instance *p = lp_instance_new(n, 6, AIOS_X_FRAC);

	if (!p)
		return NULL;
	unit_bounds(p);
	cluster_columns(p, s);
	set_capacity(p, s, 0.5, 0.8);
	return p;
}

/* The cluster, and 16 groups that each limit two of the resources. */
static struct lp_instance *groups(u32 n, u64 *s)
{
	struct lp_instance *p = lp_instance_new(n, 38, AIOS_X_FRAC);
	u32 i;

	if (!p)
		return NULL;
	unit_bounds(p);
	cluster_columns(p, s);
	for (i = 0; i < n; i++) {
		u64 *a = &p->a[(size_t)i * p->m];
		u32 g = (u32)lp_random_below(s, 16);

		a[6 + 2 * g] = a[0];
		a[7 + 2 * g] = a[1];
	}
	set_capacity(p, s, 0.5, 0.8);
	return p;
}

/* Eight templates of small integers: many equal columns, many ties. */
static struct lp_instance *degenerate(u32 n, u64 *s)
{
	struct lp_instance *p = lp_instance_new(n, 6, AIOS_X_FRAC);
	u64 a[8][6];
	s64 w[8];
	u32 i, k, t;

	if (!p)
		return NULL;
	for (t = 0; t < 8; t++) {
		for (k = 0; k < 6; k++)
			a[t][k] = lp_random_below(s, 5);
		w[t] = (s64)between(s, 1, 8);
	}
	unit_bounds(p);
	for (i = 0; i < n; i++) {
		t = (u32)lp_random_below(s, 8);
		memcpy(&p->a[(size_t)i * 6], a[t], sizeof(a[t]));
		p->w[i] = w[t];
	}
	set_capacity(p, s, 0.5, 0.8);
	return p;
}

static struct lp_instance *dense(u32 n, u32 m, u64 *s)
{
	struct lp_instance *p = lp_instance_new(n, m, AIOS_X_FRAC);
	u32 i, k;

	if (!p)
		return NULL;
	unit_bounds(p);
	for (i = 0; i < n; i++) {
		for (k = 0; k < m; k++)
			p->a[(size_t)i * m + k] = between(s, 1, 1000);
		p->w[i] = (s64)between(s, 1, 1000);
	}
	set_capacity(p, s, 0.5, 0.8);
	return p;
}

/* Everything log-uniform over many orders of magnitude. */
static struct lp_instance *stress(u32 n, u64 *s)
{
	u32 m = (u32)between(s, 2, 12);
	struct lp_instance *p = lp_instance_new(n, m, AIOS_X_FRAC);
	u32 i, k;

	if (!p)
		return NULL;
	for (i = 0; i < n; i++) {
		for (k = 0; k < m; k++)
			if (lp_random_below(s, 10) < 7)
				p->a[(size_t)i * m + k] =
					(u64)log_uniform(s, 1, 1e6);
		p->w[i] = (s64)log_uniform(s, 1, 1e9);
		p->hi[i] = (u64)(log_uniform(s, 1e-3, 1e6) *
				 (double)(1ULL << p->x_frac));
		if (lp_random_below(s, 4) == 0)
			p->lo[i] = 0;
	}
	set_capacity(p, s, 0.2, 0.9);
	return p;
}

/* As far apart as exact coefficients can be, in up to as many rows as there may be. */
static struct lp_instance *wide(u32 n, u64 *s)
{
	u32 m = (u32)between(s, 2, AIOS_LP_M_MAX);
	struct lp_instance *p = lp_instance_new(n, m, AIOS_X_FRAC);
	u32 i, k;

	if (!p)
		return NULL;
	for (i = 0; i < n; i++) {
		for (k = 0; k < m; k++)
			p->a[(size_t)i * m + k] = (u64)log_uniform(s, 1, 2e9);
		p->w[i] = (s64)log_uniform(s, 1, 1e9);
		p->hi[i] = (u64)log_uniform(s, 1, 1e5) << p->x_frac;
	}
	set_capacity(p, s, 0.2, 0.9);
	return p;
}

const char *const lp_family_names[] = {
	"cluster", "groups", "degenerate", "knapsack", "dense", "stress", "wide", NULL
};

struct lp_instance *lp_family(const char *name, u32 n, u64 seed)
{
	u64 s = seed * 0x9e3779b97f4a7c15ULL + n + 1;
	u32 warm_up;

	for (warm_up = 0; warm_up < 8; warm_up++)
		lp_random(&s);
	if (!strcmp(name, "cluster"))
		return cluster(n, &s);
	if (!strcmp(name, "groups"))
		return groups(n, &s);
	if (!strcmp(name, "degenerate"))
		return degenerate(n, &s);
	if (!strcmp(name, "knapsack"))
		return dense(n, 1, &s);
	if (!strcmp(name, "dense"))
		return dense(n, 32, &s);
	if (!strcmp(name, "stress"))
		return stress(n, &s);
	if (!strcmp(name, "wide"))
		return wide(n, &s);
	return NULL;
}

static u32 most_entries(const struct lp_instance *p)
{
	u32 most = 1, i, k;

	for (i = 0; i < p->n; i++) {
		u32 nz = 0;

		for (k = 0; k < p->m; k++)
			nz += p->a[(size_t)i * p->m + k] != 0;
		most = max(most, nz);
	}
	return min(most, p->m);
}

struct aios_lp *lp_instance_model(const struct lp_instance *p)
{
	u32 nz = p->m ? most_entries(p) : 0;
	size_t size = aios_lp_size(p->n, p->m, nz);
	struct aios_lp *lp;
	void *mem;
	u32 i, k;

	mem = aligned_alloc(64, ALIGN(size, (size_t)64));
	if (!mem)
		return NULL;
	lp = aios_lp_init(mem, p->n, p->m, nz, p->x_frac);
	for (k = 0; lp && k < p->m; k++)
		if (aios_lp_set_row(lp, k, p->b[k]))
			lp = NULL;
	for (i = 0; lp && i < p->n; i++) {
		const struct aios_lp_column col = {
			.w = p->w[i],
			.lo = p->lo[i],
			.hi = p->hi[i],
			.nz = p->m,
			.a = &p->a[(size_t)i * p->m],
		};

		if (aios_lp_set_column(lp, i, &col))
			lp = NULL;
	}
	if (!lp)
		free(mem);
	return lp;
}
