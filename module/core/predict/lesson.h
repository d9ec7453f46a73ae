/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tree and the support vectors are trained on: what was known of a job as
 * numbers, and what it ran.
 */
#ifndef AIOS_CORE_PREDICT_LESSON_H
#define AIOS_CORE_PREDICT_LESSON_H

#include "core/predict/experts.h"

#define AIOS_LESSONS_MAX	10000U

/**
 * enum aios_predict_feature - what is known of a job
 * @AIOS_FEATURE_REQUEST: logarithm of what it states, as all but the last four
 * @AIOS_FEATURE_SIZE: of what it asks for
 * @AIOS_FEATURE_BEFORE: of what the user's last job had run
 * @AIOS_FEATURE_EARLIER: of what the one before that had run
 * @AIOS_FEATURE_LAST_TWO: of the average of the two
 * @AIOS_FEATURE_SAME: of what his last of the same kind had run
 * @AIOS_FEATURE_NEAR: of what the most accurate of his jobs had run, by likeness and age
 * @AIOS_FEATURE_WIDE: the same by likeness
 * @AIOS_FEATURE_KIND: jobs of the same kind that are known
 * @AIOS_FEATURE_NR: jobs of the user that are known
 * @AIOS_FEATURE_HOUR: quarter of an hour of the day
 * @AIOS_FEATURE_DAY: of the week
 * @AIOS_FEATURES: how many there are
 */
enum aios_predict_feature {
	AIOS_FEATURE_REQUEST,
	AIOS_FEATURE_SIZE,
	AIOS_FEATURE_BEFORE,
	AIOS_FEATURE_EARLIER,
	AIOS_FEATURE_LAST_TWO,
	AIOS_FEATURE_SAME,
	AIOS_FEATURE_NEAR,
	AIOS_FEATURE_WIDE,
	AIOS_FEATURE_KIND,
	AIOS_FEATURE_NR,
	AIOS_FEATURE_HOUR,
	AIOS_FEATURE_DAY,
	AIOS_FEATURES,
};

/**
 * struct aios_lesson - a job that has ended
 * @x: its features
 * @run: logarithm of what it ran, less than AIOS_PREDICT_SILENT
 */
struct aios_lesson {
	u16 x[AIOS_FEATURES];
	u16 run;
};

void aios_lesson_features(const struct aios_predict_said *said, u16 x[AIOS_FEATURES]);

#endif /* AIOS_CORE_PREDICT_LESSON_H */
