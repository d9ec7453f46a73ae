// SPDX-License-Identifier: GPL-2.0
/*
 * Support vector regression: its objective against one that is reached in double precision,
 * that a line is found among outliers, and numbers of every size.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/predict/predict.h"
#include "random.h"
#include "tap.h"

#define NR	2000
#define DIM	(AIOS_FEATURES + 1)

static u64 seed;
static struct aios_lesson lesson[AIOS_LESSONS_MAX];
static s32 memory[AIOS_LESSONS_MAX];
static struct aios_svr_training training;
static struct aios_svr svr;
static double z[NR][DIM];

static double normal(void)
{
	double u = (double)((random_next(&seed) >> 11) + 1) / 0x1p53;
	double v = (double)(random_next(&seed) >> 11) / 0x1p53;

	return sqrt(-2 * log(u)) * cos(2 * M_PI * v);
}

static void train(u32 nr)
{
	u32 steps = 1;

	tap_need(!aios_svr_begin(&training, &svr, lesson, nr, memory), "begin");
	while (aios_svr_step(&training))
		steps++;
	tap_need(steps <= AIOS_SVR_SWEEPS, "%u steps", steps);
	tap_need(svr.trained, "trained");
}

/* ---------------------------------------------------------------- reference */

static const double cost = (double)AIOS_SVR_COST / (1 << AIOS_SVR_DUAL_FRAC);
static const double epsilon = (double)AIOS_SVR_EPSILON / AIOS_PREDICT_ONE;

static double wanted(u32 i)
{
	return ((double)lesson[i].run - svr.mean_run) / AIOS_PREDICT_ONE;
}

static double objective(const double *w)
{
	double sum = 0;
	u32 i, k;

	for (k = 0; k < DIM; k++)
		sum += w[k] * w[k] / 2;
	for (i = 0; i < NR; i++) {
		double off = -wanted(i);

		for (k = 0; k < DIM; k++)
			off += w[k] * z[i][k];
		sum += cost * fmax(0, fabs(off) - epsilon);
	}
	return sum;
}

/* The same descent in double precision, and for much longer. */
static double reference(void)
{
	static double dual[NR];
	double w[DIM] = { 0 };
	u32 sweep, i, k;

	memset(dual, 0, sizeof(dual));
	for (sweep = 0; sweep < 3000; sweep++) {
		for (i = 0; i < NR; i++) {
			double gap = -wanted(i), square = 0, change;

			for (k = 0; k < DIM; k++) {
				gap += w[k] * z[i][k];
				square += z[i][k] * z[i][k];
			}
			if (gap + epsilon < square * dual[i])
				change = -(gap + epsilon) / square;
			else if (gap - epsilon > square * dual[i])
				change = -(gap - epsilon) / square;
			else
				change = -dual[i];
			change = fmax(-cost, fmin(cost, dual[i] + change)) - dual[i];
			dual[i] += change;
			for (k = 0; k < DIM; k++)
				w[k] += change * z[i][k];
		}
	}
	return objective(w);
}

static void lessons_any(double noise, u32 outliers)
{
	u32 i, f;

	for (i = 0; i < NR; i++) {
		double run = 35000;

		for (f = 0; f < AIOS_FEATURES; f++) {
			lesson[i].x[f] = (u16)(30000 + 3000 * normal());
			run += (f & 1 ? 0.2 : -0.1) * ((double)lesson[i].x[f] - 30000);
		}
		lesson[i].run = (u16)(run + noise * normal());
		if (outliers && random_below(&seed, outliers) == 0)
			lesson[i].run = 60000;
	}
}

static void check_objective(void)
{
	static const struct {
		double noise;
		u32 outliers;
	} kinds[] = { { 1, 0 }, { 500, 0 }, { 3000, 0 }, { 500, 10 } };
	u32 round, i, k;

	for (round = 0; round < ARRAY_SIZE(kinds); round++) {
		double w[DIM], found, best;

		lessons_any(kinds[round].noise, kinds[round].outliers);
		train(NR);
		for (i = 0; i < NR; i++) {
			s16 norm[DIM];

			aios_svr_normalise(&svr, lesson[i].x, norm);
			for (k = 0; k < DIM; k++)
				z[i][k] = (double)norm[k] / AIOS_PREDICT_ONE;
		}
		for (k = 0; k < DIM; k++)
			w[k] = (double)svr.weight[k] / 0x1p34;
		found = objective(w);
		best = reference();
		tap_need(found <= best * 1.001, "round %u: %f, %f", round, found, best);
	}
}

/* One in ten is far off, which moves least squares by half an octave and this hardly. */
static void check_line(void)
{
	double off = 0;
	u32 i;

	lessons_any(50, 10);
	train(NR);
	for (i = 0; i < NR; i++)
		if (lesson[i].run != 60000)
			off = fmax(off, abs((int)aios_svr_ask(&svr, lesson[i].x) - lesson[i].run));
	tap_need(off < 600, "off by %f", off);
}

static void check_bounds(void)
{
	u16 x[AIOS_FEATURES];
	u32 round, i, f;

	memset(&svr, 0, sizeof(svr));
	memset(x, 0xff, sizeof(x));
	tap_need(aios_svr_ask(&svr, x) == AIOS_PREDICT_SILENT, "knows nothing");
	tap_need(aios_svr_begin(&training, &svr, lesson, 0, memory) == -EINVAL, "none");
	tap_need(aios_svr_begin(&training, &svr, lesson, AIOS_LESSONS_MAX + 1, memory) ==
		 -EINVAL, "too many");
	for (round = 0; round < 5; round++) {
		static const u32 sizes[] = { 1, 2, 7919, AIOS_LESSONS_MAX, AIOS_LESSONS_MAX };
		u32 nr = sizes[round];

		for (i = 0; i < nr; i++) {
			for (f = 0; f < AIOS_FEATURES; f++)
				lesson[i].x[f] = round == 4 ? (i % 100 ? 0 : 65535) :
							      (u16)random_next(&seed);
			lesson[i].run = (u16)(i & 1 ? 65533 : 0);
		}
		train(nr);
		for (i = 0; i < nr; i++)
			tap_need(aios_svr_ask(&svr, lesson[i].x) < AIOS_PREDICT_UNSTATED, "%u",
				 i);
		tap_need(aios_svr_ask(&svr, x) < AIOS_PREDICT_UNSTATED, "beyond all");
	}
}

int main(void)
{
	check_objective();
	tap_point("the objective is within 0.1 % of that in double precision");
	check_line();
	tap_point("a line is found among outliers");
	check_bounds();
	tap_point("nothing, too much, and numbers of every size");
	return tap_done();
}
