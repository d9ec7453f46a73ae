// SPDX-License-Identifier: GPL-2.0
/*
 * What was known of a job as numbers: see lesson.h.
 */
#include "core/predict/lesson.h"

/* Who says nothing is taken for one who says what the job states. */
static u16 or_request(const struct aios_predict_said *said, u16 log)
{
	return log == AIOS_PREDICT_SILENT || !log ? said->request : log;
}

/**
 * aios_lesson_features() - what is known of a job
 * @said: what was said of it
 * @x: its features
 */
void aios_lesson_features(const struct aios_predict_said *said, u16 x[AIOS_FEATURES])
{
	x[AIOS_FEATURE_REQUEST] = said->request;
	x[AIOS_FEATURE_SIZE] = said->size;
	x[AIOS_FEATURE_BEFORE] = or_request(said, said->before);
	x[AIOS_FEATURE_EARLIER] = or_request(said, said->earlier);
	x[AIOS_FEATURE_LAST_TWO] = or_request(said, said->log[AIOS_PREDICT_LAST_TWO]);
	x[AIOS_FEATURE_SAME] = or_request(said, said->log[AIOS_PREDICT_SAME]);
	x[AIOS_FEATURE_NEAR] = or_request(said, said->log[AIOS_PREDICT_LIKE + 1]);
	x[AIOS_FEATURE_WIDE] = or_request(said, said->log[AIOS_PREDICT_LIKE + 2]);
	x[AIOS_FEATURE_KIND] = said->kind;
	x[AIOS_FEATURE_NR] = said->nr;
	x[AIOS_FEATURE_HOUR] = said->hour;
	x[AIOS_FEATURE_DAY] = said->day;
}
