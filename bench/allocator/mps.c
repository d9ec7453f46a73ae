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

/* ------------------------------------------------------------ the objective */

enum sense { SENSE_NONE, SENSE_MIN, SENSE_MAX, SENSE_UNKNOWN };

static enum sense sense_of(const char *word)
{
	static const char *const words[] = { "MIN", "MINIMIZE", "MINIMISE",
					     "MAX", "MAXIMIZE", "MAXIMISE" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcasecmp(word, words[i]))
			return i < 3 ? SENSE_MIN : SENSE_MAX;
	return SENSE_UNKNOWN;
}

/* What has been read of the lines so far. */
struct copying {
	enum sense sense;
	bool section;		/* that of OBJSENSE is being read */
	bool ended;		/* ENDATA was read */
};

/* One line of the file; NULL, or what is wrong with it. *keep: GLPK knows it. */
static const char *line_read(struct copying *c, const char *line, bool *keep)
{
	char word[3][64] = { "", "", "" };
	int words = sscanf(line, "%63s %63s %63s", word[0], word[1], word[2]);
	const char *value = NULL;

	*keep = true;
	if (words <= 0 || line[0] == '*')
		return NULL;
	if (c->ended)
		return "there is a line behind ENDATA";
	if (line[0] != ' ' && line[0] != '\t') {
		if (c->section && !c->sense)
			return "the section OBJSENSE before this says nothing";
		c->ended = !strcmp(word[0], "ENDATA");
		c->section = !strcasecmp(word[0], "OBJSENSE") ||
			     !strcasecmp(word[0], "OBJSENSE:");
		if (c->section && words > 1)
			value = word[1];
		else if (words == 1 && sense_of(word[0]) != SENSE_UNKNOWN)
			value = word[0];
	} else if (c->section) {
		value = word[0];
	}
	*keep = !c->section && !value;
	if (!value)
		return NULL;
	if (c->sense)
		return "the sense of the objective is given twice";
	c->sense = sense_of(value);
	if (c->sense == SENSE_UNKNOWN || words > (value == word[1] ? 2 : 1))
		return "the sense of the objective is neither MIN nor MAX";
	return NULL;
}

/*
 * Copy the file with its OBJSENSE section, which GLPK does not know, as comments, so
 * that its lines keep their numbers. Returns the sense, or -1 with a message.
 */
static int copy_model(const char *path, const char *copy)
{
	FILE *in = fopen(path, "r"), *out = fopen(copy, "w");
	struct copying c = { SENSE_NONE };
	const char *wrong = NULL;
	unsigned int number = 0;
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	if (!in || !out)
		wrong = "cannot be read";
	while (!wrong && (len = getline(&line, &room, in)) > 0) {
		bool keep;

		number++;
		wrong = strlen(line) != (size_t)len ? "there is a zero byte: it is no text" :
						      line_read(&c, line, &keep);
		if (!wrong)
			fputs(keep ? line : "*\n", out);
	}
	if (wrong)
		fprintf(stderr, "lp: %s:%u: %s\n", path, number, wrong);
	free(line);
	if (in)
		fclose(in);
	if (out)
		fclose(out);
	return wrong ? -1 : (int)c.sense;
}

/* ------------------------------------------------------------- what GLPK says */

/* It prints its complaints in pieces, "FILE:LINE: " first. */
struct complaint {
	const char *file;
	unsigned int line;	/* of the first; 0: there is none */
	unsigned int free_rows;	/* so many it left out */
	size_t len;
	char said[512];
	char text[512];
};

static int on_piece(void *info, const char *piece)
{
	struct complaint *c = info;
	size_t name = strlen(c->file);
	char *at = c->said;
	unsigned int line;
	int skip = 0;

	while (*piece && c->len < sizeof(c->said) - 1)
		c->said[c->len++] = *piece++;
	c->said[c->len] = '\0';
	if (!strchr(c->said, '\n'))
		return 1;
	*strchr(c->said, '\n') = '\0';
	c->len = 0;
	sscanf(at, "%u free rows were removed", &c->free_rows);
	if (c->line || strncmp(at, c->file, name) ||
	    sscanf(at + name, ":%u: %n", &line, &skip) != 1 || !skip)
		return 1;
	/* Its warnings are of what it leaves out, but for this one. */
	if (strstr(at, "missing final end of line"))
		return 1;
	c->line = line;
	snprintf(c->text, sizeof(c->text), "%s", at + name + skip);
	return 1;
}

/* Whether it is a model in this format, of which everything was read. */
static bool read_as(glp_prob *g, int format, struct complaint *c)
{
	int failed;

	glp_term_hook(on_piece, c);
	failed = glp_read_mps(g, format, NULL, c->file);
	glp_term_hook(NULL, NULL);
	return !failed && !c->line;
}

/* Free format or fixed; the complaint is that of the one which got further. */
static int read_model(glp_prob *g, const char *path, const char *copy)
{
	struct complaint c[2] = { { .file = copy }, { .file = copy } };
	const struct complaint *further = &c[0];

	if (!read_as(g, GLP_MPS_FILE, &c[0])) {
		further = &c[1];
		if (!read_as(g, GLP_MPS_DECK, &c[1])) {
			if (c[0].line >= c[1].line)
				further = &c[0];
			fprintf(stderr, "lp: %s:%u: %s\n", path, further->line,
				further->line ? further->text : "it is not a model in MPS format");
			return -1;
		}
	}
	if (further->free_rows > 1)
		fprintf(stderr, "lp: %s: rows of kind N beside the objective are left out: %u\n",
			path, further->free_rows - 1);
	return 0;
}

/* ------------------------------------------------------------- the program */

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

		/* Some solvers take the lower one as 0 there, others as none. */
		if (type == GLP_DB && lo == 0 && glp_get_col_ub(g, (int)i + 1) < 0)
			return "an upper bound below 0 without a lower one";
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
	/*
	 * What stands at the objective in RHS is its constant with the other sign, as CPLEX
	 * and HiGHS have it; GLPK takes it as it is.
	 */
	mps->offset = -glp_get_obj_coef(g, 0) * mps->sign;
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
	int fd = mkstemp(copy), sense, ret = -1;
	glp_prob *g = glp_create_prob();

	memset(mps, 0, sizeof(*mps));
	if (fd >= 0)
		close(fd);
	sense = copy_model(path, copy);
	mps->sign = sense == SENSE_MAX ? 1 : -1;
	if (sense >= 0)
		ret = read_model(g, path, copy);
	if (!ret)
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
