// SPDX-License-Identifier: GPL-2.0
/* lp_solve 5.5, through its C API. */
#include <stdlib.h>

#include <lpsolve/lp_lib.h>

#include "peer.h"

static const struct {
	int simplex, scaling, presolve;
} settings[] = {
	{ SIMPLEX_DUAL_PRIMAL, 0, PRESOLVE_NONE },
	{ SIMPLEX_PRIMAL_PRIMAL, 0, PRESOLVE_NONE },
	{ SIMPLEX_DUAL_PRIMAL, SCALE_GEOMETRIC + SCALE_DYNUPDATE, PRESOLVE_NONE },
};

static void *lpsolve_load(const struct peer_program *p)
{
	lprec *lp = make_lp((int)p->m, 0);
	int *rows = calloc(p->m + 2, sizeof(*rows));
	REAL *values = calloc(p->m + 2, sizeof(*values));
	unsigned int i, k;

	set_verbose(lp, CRITICAL);
	set_maxim(lp);
	for (k = 0; k < p->m; k++) {
		set_constr_type(lp, (int)k + 1, LE);
		set_rh(lp, (int)k + 1, p->b[k]);
	}
	for (i = 0; i < p->n; i++) {
		int nz = 0;

		values[nz] = p->w[i];
		rows[nz++] = 0;
		for (k = 0; k < p->m; k++) {
			double a = p->a[(size_t)i * p->m + k];

			if (a == 0)
				continue;
			values[nz] = a;
			rows[nz++] = (int)k + 1;
		}
		add_columnex(lp, nz, values, rows);
		set_bounds(lp, (int)i + 1, p->lo[i], p->hi[i]);
	}
	free(rows);
	free(values);
	return lp;
}

static double lpsolve_run(lprec *lp, unsigned int s, double *objective)
{
	double begin;
	int ret;

	set_simplextype(lp, settings[s].simplex);
	set_scaling(lp, settings[s].scaling);
	set_presolve(lp, settings[s].presolve, get_presolveloops(lp));
	set_timeout(lp, 20);
	begin = bench_now_us();
	ret = solve(lp);
	begin = bench_now_us() - begin;
	*objective = get_objective(lp);
	return ret != OPTIMAL && ret != PRESOLVED ? -1 : begin;
}

/* A copy each time: scaling, once done, stays in the model. */
static double lpsolve_cold(void *model, unsigned int s, double *objective)
{
	lprec *copy = copy_lp(model);
	double us = lpsolve_run(copy, s, objective);

	delete_lp(copy);
	return us;
}

static double lpsolve_warm(void *model, unsigned int s, double *objective)
{
	return lpsolve_run(model, s, objective);
}

static void lpsolve_set_row(void *model, unsigned int k, double b)
{
	set_rh(model, (int)k + 1, b);
}

static void lpsolve_set_column(void *model, unsigned int i, double w, double lo,
			       double hi)
{
	set_obj(model, (int)i + 1, w);
	set_bounds(model, (int)i + 1, lo, hi);
}

static void lpsolve_release(void *model)
{
	delete_lp(model);
}

const struct peer peer_lpsolve = {
	.name = "lp_solve",
	.settings = sizeof(settings) / sizeof(settings[0]),
	.load = lpsolve_load,
	.cold = lpsolve_cold,
	.warm = lpsolve_warm,
	.set_row = lpsolve_set_row,
	.set_column = lpsolve_set_column,
	.release = lpsolve_release,
};
