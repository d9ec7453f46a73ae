/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Linear support vector regression: see svr.c. It is trained in steps, between which the
 * caller may do something else or stop for good:
 *
 *	aios_svr_begin();
 *	while (aios_svr_step())
 *		;
 *
 * Pure: no lock, no allocation, no clock, no floating point.
 */
#ifndef AIOS_CORE_PREDICT_SVR_H
#define AIOS_CORE_PREDICT_SVR_H

#include "core/predict/lesson.h"

#define AIOS_SVR_FRAC		34	/* of weights */
#define AIOS_SVR_DUAL_FRAC	24	/* of dual variables */
#define AIOS_SVR_EPSILON	64U	/* errors up to a sixteenth of an octave are none */
#define AIOS_SVR_COST		(1 << (AIOS_SVR_DUAL_FRAC - 4)) /* of errors, against weights */
#define AIOS_SVR_SWEEPS		100U

/**
 * struct aios_svr - what features are multiplied by; zeroed: knows nothing
 * @weight: of each feature, the last of what is the same for all, AIOS_SVR_FRAC fraction bits
 * @mean: of each feature
 * @scale: 2^16 times what makes its deviation AIOS_PREDICT_ONE
 * @mean_run: what is added
 * @trained: it knows something
 */
struct aios_svr {
	s64 weight[AIOS_FEATURES + 1];
	u16 mean[AIOS_FEATURES];
	u32 scale[AIOS_FEATURES];
	u16 mean_run;
	bool trained;
};

/**
 * struct aios_svr_training - support vectors that are looked for; the members are private
 * @svr: that is trained
 * @lesson: what it is trained on
 * @nr: lessons
 * @sweeps: that were made
 * @dual: of each lesson
 */
struct aios_svr_training {
	struct aios_svr *svr;
	const struct aios_lesson *lesson;
	u32 nr;
	u32 sweeps;
	s32 *dual;
};

/* Return how much memory aios_svr_begin() takes for @nr lessons. */
static inline size_t aios_svr_memory(u32 nr)
{
	return nr * sizeof(s32);
}

int aios_svr_begin(struct aios_svr_training *training, struct aios_svr *svr,
		   const struct aios_lesson *lesson, u32 nr, void *memory);
bool aios_svr_step(struct aios_svr_training *training);
u16 aios_svr_ask(const struct aios_svr *svr, const u16 x[AIOS_FEATURES]);
void aios_svr_normalise(const struct aios_svr *svr, const u16 x[AIOS_FEATURES],
			s16 z[AIOS_FEATURES + 1]);

#endif /* AIOS_CORE_PREDICT_SVR_H */
