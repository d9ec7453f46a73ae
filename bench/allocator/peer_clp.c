// SPDX-License-Identifier: GPL-2.0
/* CLP, through its C API. */
#include <stdlib.h>
#include <string.h>

#include <coin/Clp_C_Interface.h>

#include "peer.h"

static const struct {
	bool primal, presolve;
	int scaling;
} settings[] = {
	{ .primal = false },
	{ .scaling = 3 },
	{ .presolve = true },
	{ .primal = true },
};

struct clp {
	Clp_Simplex *model;
	CoinBigIndex *start;
	int *index;
	double *value;
	struct peer_program p;
};

static double *copy(const double *from, size_t count)
{
	double *to = malloc((count + 1) * sizeof(*to));

	memcpy(to, from, count * sizeof(*to));
	return to;
}

/* A fresh model: the C API cannot forget a basis. */
static void clp_rebuild(struct clp *c)
{
	unsigned int k;
	double *low = malloc((c->p.m + 1) * sizeof(*low));

	for (k = 0; k < c->p.m; k++)
		low[k] = -1e100;
	if (c->model)
		Clp_deleteModel(c->model);
	c->model = Clp_newModel();
	Clp_setLogLevel(c->model, 0);
	Clp_loadProblem(c->model, (int)c->p.n, (int)c->p.m, c->start, c->index,
			c->value, c->p.lo, c->p.hi, c->p.w, low, c->p.b);
	Clp_setObjSense(c->model, -1);
	Clp_setMaximumSeconds(c->model, 20);
	free(low);
}

static void *clp_load(const struct peer_program *p)
{
	struct clp *c = calloc(1, sizeof(*c));
	unsigned int i, k;
	int nz = 0;

	c->start = calloc(p->n + 1, sizeof(*c->start));
	c->index = calloc((size_t)p->n * p->m + 1, sizeof(*c->index));
	c->value = calloc((size_t)p->n * p->m + 1, sizeof(*c->value));
	for (i = 0; i < p->n; i++) {
		for (k = 0; k < p->m; k++) {
			double a = p->a[(size_t)i * p->m + k];

			if (a == 0)
				continue;
			c->index[nz] = (int)k;
			c->value[nz++] = a;
		}
		c->start[i + 1] = nz;
	}
	c->p = (struct peer_program){
		.n = p->n, .m = p->m,
		.w = copy(p->w, p->n), .b = copy(p->b, p->m),
		.lo = copy(p->lo, p->n), .hi = copy(p->hi, p->n),
	};
	clp_rebuild(c);
	return c;
}

static double clp_run(struct clp *c, unsigned int s, bool presolve,
		      double *objective)
{
	double begin;

	Clp_scaling(c->model, settings[s].scaling);
	begin = bench_now_us();
	if (presolve && settings[s].presolve)
		Clp_initialDualSolve(c->model);
	else if (settings[s].primal)
		Clp_primal(c->model, 0);
	else
		Clp_dual(c->model, 0);
	begin = bench_now_us() - begin;
	*objective = Clp_objectiveValue(c->model);
	return Clp_status(c->model) ? -1 : begin;
}

static double clp_cold(void *model, unsigned int s, double *objective)
{
	clp_rebuild(model);
	return clp_run(model, s, true, objective);
}

static double clp_warm(void *model, unsigned int s, double *objective)
{
	return clp_run(model, s, false, objective);
}

static void clp_set_row(void *model, unsigned int k, double b)
{
	struct clp *c = model;

	c->p.b[k] = b;
	Clp_rowUpper(c->model)[k] = b;
}

static void clp_set_column(void *model, unsigned int i, double w, double lo,
			   double hi)
{
	struct clp *c = model;

	c->p.w[i] = w;
	c->p.lo[i] = lo;
	c->p.hi[i] = hi;
	Clp_columnLower(c->model)[i] = lo;
	Clp_columnUpper(c->model)[i] = hi;
	Clp_objective(c->model)[i] = w;
}

static void clp_release(void *model)
{
	struct clp *c = model;

	Clp_deleteModel(c->model);
	free(c->start);
	free(c->index);
	free(c->value);
	free(c->p.w);
	free(c->p.b);
	free(c->p.lo);
	free(c->p.hi);
	free(c);
}

const struct peer peer_clp = {
	.name = "CLP",
	.settings = sizeof(settings) / sizeof(settings[0]),
	.load = clp_load,
	.cold = clp_cold,
	.warm = clp_warm,
	.set_row = clp_set_row,
	.set_column = clp_set_column,
	.release = clp_release,
};
