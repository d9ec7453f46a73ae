// SPDX-License-Identifier: GPL-2.0
/*
 * Linear support vector regression, whose loss is what an error has beyond epsilon (Vapnik,
 * The nature of statistical learning theory, 1995), by coordinate descent on the dual (Ho and
 * Lin, Large-scale linear support vector regression, JMLR 13, 2012, algorithm 4): each step
 * changes the dual variable of one lesson to the best that it can be, and the weights with
 * it. Features are normalised to a mean of 0 and a deviation of 1; the constant is one more.
 */
#include "core/base/fixed.h"
#include "core/base/real.h"
#include "core/predict/svr.h"

#define Z_FRAC		AIOS_PREDICT_FRAC
#define Z_MAX		(8 * (s64)AIOS_PREDICT_ONE)
#define SCALE_FRAC	16
#define GAP_FRAC	26	/* of errors */
#define STILL		(1 << (AIOS_SVR_DUAL_FRAC - 16)) /* changes that are none */

/* Make the mean of a feature 0 and its deviation 1; what is the same everywhere counts nothing. */
static void scale_feature(struct aios_svr_training *training, u32 feature)
{
	struct aios_svr *svr = training->svr;
	u64 sum = 0, squares = 0, deviation;
	u32 i;

	for (i = 0; i < training->nr; i++)
		sum += training->lesson[i].x[feature];
	svr->mean[feature] = (u16)(sum / training->nr);
	for (i = 0; i < training->nr; i++) {
		s64 off = (s64)training->lesson[i].x[feature] - svr->mean[feature];

		squares += (u64)(off * off);
	}
	deviation = aios_real_to_q(aios_real_sqrt(aios_real_u64(squares / training->nr)),
				   Z_FRAC);
	svr->scale[feature] = 0;
	if (deviation)
		svr->scale[feature] =
			(u32)min_t(u64, (1ULL << (2 * Z_FRAC + SCALE_FRAC)) / deviation,
				   U32_MAX);
}

/**
 * aios_svr_normalise() - features as they are multiplied
 * @svr: whose mean and deviation they are compared with
 * @x: features
 * @z: the same with a mean of 0 and a deviation of 1, AIOS_PREDICT_FRAC fraction bits
 */
void aios_svr_normalise(const struct aios_svr *svr, const u16 x[AIOS_FEATURES],
			s16 z[AIOS_FEATURES + 1])
{
	u32 i;

	for (i = 0; i < AIOS_FEATURES; i++) {
		s64 off = ((s64)x[i] - svr->mean[i]) * svr->scale[i];

		z[i] = (s16)clamp(off >> SCALE_FRAC, -Z_MAX, Z_MAX);
	}
	z[AIOS_FEATURES] = AIOS_PREDICT_ONE;
}

/* Return what is said, with GAP_FRAC fraction bits. */
static s64 product(const struct aios_svr *svr, const s16 z[AIOS_FEATURES + 1])
{
	s64 sum = 0;
	u32 i;

	for (i = 0; i <= AIOS_FEATURES; i++)
		sum += svr->weight[i] * z[i];
	return sum >> (AIOS_SVR_FRAC + Z_FRAC - GAP_FRAC);
}

/* Find the best dual variable of a lesson; return how much it changes. */
static s32 descend(struct aios_svr_training *training, u32 i)
{
	struct aios_svr *svr = training->svr;
	const struct aios_lesson *lesson = &training->lesson[i];
	s64 epsilon = (s64)AIOS_SVR_EPSILON << (GAP_FRAC - AIOS_PREDICT_FRAC);
	s64 dual = training->dual[i], curved, gap, square = 0, wanted;
	s16 z[AIOS_FEATURES + 1];
	s32 change;
	u32 k;

	aios_svr_normalise(svr, lesson->x, z);
	for (k = 0; k <= AIOS_FEATURES; k++)
		square += (s32)z[k] * z[k];
	gap = product(svr, z) - (s64)((u64)((s64)lesson->run - svr->mean_run)
				      << (GAP_FRAC - AIOS_PREDICT_FRAC));
	/* The square of the lesson times its dual variable, in the format of the gap. */
	curved = square * dual >> (2 * Z_FRAC + AIOS_SVR_DUAL_FRAC - GAP_FRAC);
	wanted = clamp_t(s64, curved, gap - epsilon, gap + epsilon);
	wanted = dual - wanted * (1LL << (2 * Z_FRAC + AIOS_SVR_DUAL_FRAC - GAP_FRAC)) / square;
	wanted = clamp_t(s64, wanted, -AIOS_SVR_COST, AIOS_SVR_COST);
	change = (s32)(wanted - dual);
	for (k = 0; k <= AIOS_FEATURES; k++)
		svr->weight[k] += (s64)change * z[k];
	training->dual[i] = (s32)wanted;
	return change;
}

/**
 * aios_svr_begin() - begin to train
 * @training: written whole
 * @svr: that is trained; not to be asked before it is
 * @lesson: lessons; they stay until it is
 * @nr: of them, at most AIOS_LESSONS_MAX
 * @memory: aios_svr_memory() for @nr, aligned for s32; it stays likewise
 *
 * Return: 0, -EINVAL when there are none or too many.
 */
int aios_svr_begin(struct aios_svr_training *training, struct aios_svr *svr,
		   const struct aios_lesson *lesson, u32 nr, void *memory)
{
	u64 sum = 0;
	u32 i;

	if (!nr || nr > AIOS_LESSONS_MAX)
		return -EINVAL;
	memset(svr, 0, sizeof(*svr));
	training->svr = svr;
	training->lesson = lesson;
	training->nr = nr;
	training->sweeps = 0;
	training->dual = memory;
	memset(memory, 0, aios_svr_memory(nr));
	for (i = 0; i < AIOS_FEATURES; i++)
		scale_feature(training, i);
	for (i = 0; i < nr; i++)
		sum += lesson[i].run;
	svr->mean_run = (u16)(sum / nr);
	return 0;
}

/* Return how far the next lesson of a sweep is ahead, so that a sweep comes to each. */
static u32 stride_of(u32 sweep, u32 nr)
{
	u32 stride = sweep * 2654435769U % nr, a, b;

	for (;; stride++) {
		for (a = stride, b = nr; b;) {
			u32 rest = a % b;

			a = b;
			b = rest;
		}
		if (a == 1)
			return stride;
	}
}

/**
 * aios_svr_step() - train a little: once through all lessons
 * @training: begun
 *
 * Return: whether there is more to do.
 */
bool aios_svr_step(struct aios_svr_training *training)
{
	u32 stride = stride_of(++training->sweeps, training->nr);
	u32 i, at = stride % training->nr;
	u64 most = 0;

	for (i = 0; i < training->nr; i++) {
		most = max(most, aios_abs64(descend(training, at)));
		at = (at + stride) % training->nr;
	}
	if (most > STILL && training->sweeps < AIOS_SVR_SWEEPS)
		return true;
	training->svr->trained = true;
	return false;
}

/**
 * aios_svr_ask() - what the support vectors say
 * @svr: trained, or zeroed
 * @x: features of a job
 *
 * Return: logarithm of the guess, AIOS_PREDICT_SILENT when nothing is known.
 */
u16 aios_svr_ask(const struct aios_svr *svr, const u16 x[AIOS_FEATURES])
{
	s16 z[AIOS_FEATURES + 1];
	s64 log;

	if (!svr->trained)
		return AIOS_PREDICT_SILENT;
	aios_svr_normalise(svr, x, z);
	log = svr->mean_run + (product(svr, z) >> (GAP_FRAC - AIOS_PREDICT_FRAC));
	return (u16)clamp_t(s64, log, 0, AIOS_PREDICT_UNSTATED - 1);
}
