// SPDX-License-Identifier: GPL-2.0
/*
 * GLPK, through its C API. Without the long-step ratio test (GLP_RT_FLIP) it is
 * up to a hundred times slower on bounded columns.
 */
#include <glpk.h>
#include <stdlib.h>

#include "peer.h"

static const struct {
	int method, ratio, presolve;
	bool scale;
} settings[] = {
	{ GLP_DUALP, GLP_RT_FLIP, GLP_OFF },
	{ GLP_DUALP, GLP_RT_FLIP, GLP_OFF, .scale = true },
	{ GLP_DUALP, GLP_RT_FLIP, GLP_ON },
	{ GLP_PRIMAL, GLP_RT_HAR, GLP_OFF },
};

static void *glpk_load(const struct peer_program *p)
{
	int *rows = calloc(p->m + 1, sizeof(*rows));
	double *values = calloc(p->m + 1, sizeof(*values));
	glp_prob *g = glp_create_prob();
	unsigned int i, k;

	glp_term_out(GLP_OFF);
	glp_set_obj_dir(g, GLP_MAX);
	if (p->m)
		glp_add_rows(g, (int)p->m);
	if (p->n)
		glp_add_cols(g, (int)p->n);
	for (k = 0; k < p->m; k++)
		glp_set_row_bnds(g, (int)k + 1, GLP_UP, 0, p->b[k]);
	for (i = 0; i < p->n; i++) {
		int nz = 0;

		glp_set_obj_coef(g, (int)i + 1, p->w[i]);
		glp_set_col_bnds(g, (int)i + 1,
				 p->lo[i] < p->hi[i] ? GLP_DB : GLP_FX,
				 p->lo[i], p->hi[i]);
		for (k = 0; k < p->m; k++) {
			double a = p->a[(size_t)i * p->m + k];

			if (a == 0)
				continue;
			rows[++nz] = (int)k + 1;
			values[nz] = a;
		}
		glp_set_mat_col(g, (int)i + 1, nz, rows, values);
	}
	free(rows);
	free(values);
	return g;
}

static double glpk_run(glp_prob *g, unsigned int s, bool presolve,
		       double *objective)
{
	glp_smcp parm;
	double begin;
	int ret;

	glp_init_smcp(&parm);
	parm.msg_lev = GLP_MSG_OFF;
	parm.meth = settings[s].method;
	parm.r_test = settings[s].ratio;
	parm.presolve = presolve ? settings[s].presolve : GLP_OFF;
	parm.tm_lim = 20000;
	begin = bench_now_us();
	ret = glp_simplex(g, &parm);
	begin = bench_now_us() - begin;
	*objective = glp_get_obj_val(g);
	return ret || glp_get_status(g) != GLP_OPT ? -1 : begin;
}

static double glpk_cold(void *model, unsigned int s, double *objective)
{
	glp_unscale_prob(model);
	if (settings[s].scale)
		glp_scale_prob(model, GLP_SF_AUTO);
	glp_std_basis(model);
	return glpk_run(model, s, true, objective);
}

static double glpk_warm(void *model, unsigned int s, double *objective)
{
	return glpk_run(model, s, false, objective);
}

static void glpk_set_row(void *model, unsigned int k, double b)
{
	glp_set_row_bnds(model, (int)k + 1, GLP_UP, 0, b);
}

static void glpk_set_column(void *model, unsigned int i, double w, double lo,
			    double hi)
{
	glp_set_obj_coef(model, (int)i + 1, w);
	glp_set_col_bnds(model, (int)i + 1, lo < hi ? GLP_DB : GLP_FX, lo, hi);
}

static void glpk_release(void *model)
{
	glp_delete_prob(model);
}

const struct peer peer_glpk = {
	.name = "GLPK",
	.settings = sizeof(settings) / sizeof(settings[0]),
	.load = glpk_load,
	.cold = glpk_cold,
	.warm = glpk_warm,
	.set_row = glpk_set_row,
	.set_column = glpk_set_column,
	.release = glpk_release,
};
