// SPDX-License-Identifier: GPL-2.0
/*
 * Reads free-format MPS with GLPK and brings it to the form of the allocator:
 * maximise w x, A x <= b, A >= 0, finite bounds, in integers. A model
 * minimises unless it says otherwise, so weights come as negative costs. Rows
 * may be turned around by a sign, lower bounds moved to zero, missing upper
 * bounds taken from the rows; what is left that does not fit is outside.
 */
#include <glpk.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "mps.h"

/*
 * Copy the file without its OBJSENSE section, which GLPK does not know.
 * Returns 1 to maximise, 0 to minimise, -1 when it cannot be read.
 */
static int strip_sense(const char *path, const char *copy)
{
	FILE *in = fopen(path, "r"), *out = fopen(copy, "w");
	bool section = false;
	int maximise = 0;
	char line[4096];

	while (in && out && fgets(line, sizeof(line), in)) {
		char word[2][64] = { "", "" };
		int words = sscanf(line, "%63s %63s", word[0], word[1]);
		const char *value = NULL;

		if (words > 0 && line[0] != ' ' && line[0] != '\t' &&
		    line[0] != '*') {
			section = !strcasecmp(word[0], "OBJSENSE") ||
				  !strcasecmp(word[0], "OBJSENSE:");
			value = section && words > 1 ? word[1] : NULL;
			if (!strcasecmp(word[0], "MAX") ||
			    !strcasecmp(word[0], "MAXIMIZE"))
				value = word[0];
		} else if (section && words > 0) {
			value = word[0];
		}
		if (value)
			maximise = !strncasecmp(value, "MAX", 3);
		if (!section && !(value && value == word[0]))
			fputs(line, out);
	}
	if (!in || !out)
		maximise = -1;
	if (in)
		fclose(in);
	if (out)
		fclose(out);
	return maximise;
}

/* The least power of ten that makes all values integers below limit, or 0. */
static double decimal_scale(const double *v, size_t count, double limit)
{
	double scale;
	size_t i;

	for (scale = 1; scale <= 1e12; scale *= 10) {
		for (i = 0; i < count; i++) {
			double x = fabs(v[i] * scale);

			if (x > limit ||
			    fabs(x - round(x)) > 1e-12 * x + 1e-15 * scale)
				break;
		}
		if (i == count)
			return scale;
	}
	return 0;
}

static double largest(const double *v, size_t count)
{
	double most = 0;
	size_t i;

	for (i = 0; i < count; i++)
		most = fmax(most, fabs(v[i]));
	return most;
}

/* A power of two that brings the largest value just below limit. */
static double binary_scale(double most, double limit)
{
	double scale = 1;

	if (most <= 0)
		return 1;
	while (most * scale * 2 < limit)
		scale *= 2;
	while (most * scale >= limit)
		scale /= 2;
	return scale;
}

static const char *read_row(glp_prob *g, int k, struct peer_program *p,
			    unsigned int m, int *index, double *value)
{
	int type = glp_get_row_type(g, k), nz = glp_get_mat_row(g, k, index, value);
	double sign = 1, b = glp_get_row_ub(g, k);
	int z;

	if (type == GLP_FX || type == GLP_DB)
		return "an equation or a row with two sides";
	if (type == GLP_LO) {
		sign = -1;
		b = -glp_get_row_lb(g, k);
	}
	for (z = 1; z <= nz; z++) {
		if (value[z] * sign < 0)
			return "a negative coefficient";
		p->a[(size_t)(index[z] - 1) * p->m + m] = value[z] * sign;
	}
	p->b[m] = b;
	return NULL;
}

static const char *read_rows(glp_prob *g, struct peer_program *p)
{
	int n = glp_get_num_cols(g), k;
	int *index = calloc((size_t)n + 1, sizeof(*index));
	double *value = calloc((size_t)n + 1, sizeof(*value));
	const char *outside = NULL;
	unsigned int m = 0;

	for (k = 1; k <= glp_get_num_rows(g) && !outside; k++)
		if (glp_get_row_type(g, k) != GLP_FR)
			outside = read_row(g, k, p, m++, index, value);
	free(index);
	free(value);
	return outside;
}

/* Count every column from its lower bound; find the upper bounds missing. */
static const char *read_columns(glp_prob *g, struct mps *mps)
{
	struct peer_program *p = &mps->program;
	unsigned int i, k;

	for (i = 0; i < p->n; i++) {
		int type = glp_get_col_type(g, (int)i + 1);
		double lo = glp_get_col_lb(g, (int)i + 1);
		double *a = &p->a[(size_t)i * p->m];

		if (glp_get_col_kind(g, (int)i + 1) != GLP_CV)
			return "an integer column";
		if (type == GLP_FR || type == GLP_UP)
			return "a column without a lower bound";
		p->w[i] = glp_get_obj_coef(g, (int)i + 1) * mps->sign;
		p->hi[i] = type == GLP_LO ? INFINITY :
			   glp_get_col_ub(g, (int)i + 1) - lo;
		if (type == GLP_FX)
			p->hi[i] = 0;
		mps->offset += p->w[i] * lo;
		for (k = 0; k < p->m; k++)
			p->b[k] -= a[k] * lo;
	}
	for (k = 0; k < p->m; k++)
		mps->infeasible |= p->b[k] < 0;
	for (i = 0; i < p->n; i++) {
		double *a = &p->a[(size_t)i * p->m];

		mps->infeasible |= p->hi[i] < 0;
		if (!isinf(p->hi[i]))
			continue;
		if (p->w[i] <= 0)
			p->hi[i] = 0;
		for (k = 0; k < p->m; k++)
			if (a[k] > 0)
				p->hi[i] = fmin(p->hi[i], p->b[k] / a[k]);
		mps->unbounded |= isinf(p->hi[i]);
	}
	return NULL;
}

/* The integers: exact where a power of ten makes them so, else rounded. */
static void make_exact(struct mps *mps)
{
	const struct peer_program *p = &mps->program;
	double most = largest(p->hi, p->n), scale;
	struct lp_instance *e;
	u32 frac = 0, i, k;
	double *row;

	while (frac < AIOS_LP_X_FRAC_MAX && ldexp(most, (int)frac + 1) < 0x1p45)
		frac++;
	e = lp_instance_new(p->n, p->m, frac);
	row = calloc(p->n + 2, sizeof(*row));
	if (!e || !row)
		abort();
	scale = decimal_scale(p->w, p->n, 0x1p39);
	if (scale == 0) {
		scale = binary_scale(largest(p->w, p->n), 0x1p39);
		mps->rounded = true;
	}
	mps->unit = 1 / scale / ldexp(1, (int)frac);
	for (i = 0; i < p->n; i++) {
		e->w[i] = (s64)llround(p->w[i] * scale);
		e->hi[i] = (u64)floor(ldexp(p->hi[i], (int)frac));
	}
	for (k = 0; k < p->m; k++) {
		for (i = 0; i < p->n; i++)
			row[i] = p->a[(size_t)i * p->m + k];
		row[p->n] = p->b[k];
		scale = decimal_scale(row, p->n + 1, 0x1p52);
		if (scale == 0) {
			scale = binary_scale(largest(row, p->n + 1), 0x1p52);
			mps->rounded = true;
		}
		for (i = 0; i < p->n; i++) {
			double v = row[i] * scale, near = round(v);

			e->a[(size_t)i * p->m + k] = (u64)
				(fabs(v - near) <= 1e-12 * v ? near : ceil(v));
		}
		row[p->n] *= scale;
		e->b[k] = (u64)(fabs(row[p->n] - round(row[p->n])) <=
				1e-12 * row[p->n] ? round(row[p->n]) :
						    floor(row[p->n]));
	}
	free(row);
	mps->exact = e;
}

static int build(glp_prob *g, struct mps *mps)
{
	struct peer_program *p = &mps->program;
	int k;

	mps->rows = (unsigned int)glp_get_num_rows(g);
	mps->cols = (unsigned int)glp_get_num_cols(g);
	p->n = mps->cols;
	for (k = 1; k <= glp_get_num_rows(g); k++)
		p->m += glp_get_row_type(g, k) != GLP_FR;
	if (p->n > AIOS_LP_N_MAX)
		mps->outside = "more columns than the allocator takes";
	if (p->m > AIOS_LP_M_MAX)
		mps->outside = "more rows than the allocator takes";
	if (mps->outside)
		return 0;
	p->w = calloc(p->n + 1, sizeof(*p->w));
	p->a = calloc((size_t)p->n * p->m + 1, sizeof(*p->a));
	p->b = calloc(p->m + 1, sizeof(*p->b));
	p->lo = calloc(p->n + 1, sizeof(*p->lo));
	p->hi = calloc(p->n + 1, sizeof(*p->hi));
	if (!p->w || !p->a || !p->b || !p->lo || !p->hi)
		return -1;
	mps->offset = glp_get_obj_coef(g, 0) * mps->sign;
	mps->outside = read_rows(g, p);
	if (!mps->outside)
		mps->outside = read_columns(g, mps);
	if (!mps->outside && !mps->unbounded && !mps->infeasible)
		make_exact(mps);
	return 0;
}

int mps_read(const char *path, struct mps *mps)
{
	char copy[] = "/tmp/bench-mps-XXXXXX";
	int fd = mkstemp(copy), maximise, ret = -1;
	glp_prob *g = glp_create_prob();

	memset(mps, 0, sizeof(*mps));
	if (fd >= 0)
		close(fd);
	maximise = strip_sense(path, copy);
	mps->sign = maximise == 1 ? 1 : -1;
	glp_term_out(GLP_OFF);
	if (maximise < 0)
		fprintf(stderr, "lp: cannot read %s\n", path);
	else if (glp_read_mps(g, GLP_MPS_FILE, NULL, copy) &&
		 glp_read_mps(g, GLP_MPS_DECK, NULL, copy))
		fprintf(stderr, "lp: %s is not a model in MPS format\n", path);
	else
		ret = build(g, mps);
	unlink(copy);
	glp_delete_prob(g);
	return ret;
}

void mps_release(struct mps *mps)
{
	free(mps->program.w);
	free(mps->program.a);
	free(mps->program.b);
	free(mps->program.lo);
	free(mps->program.hi);
	lp_instance_free(mps->exact);
}
