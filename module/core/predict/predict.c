// SPDX-License-Identifier: GPL-2.0
/*
 * What a job will run: see predict.h.
 *
 * How far answers are off is followed for each user: quantiles of the logarithms of
 * actual by predicted, by the gradient of the pinball loss (Koenker and Bassett,
 * Econometrica 46(1), 1978), with steps of the same length, so that they follow errors
 * which change (Gibbs and Candes, Adaptive conformal inference under distribution shift,
 * NeurIPS 34, 2021).
 */
#include "core/base/fixed.h"
#include "core/predict/predict.h"

#define STEP		(AIOS_PREDICT_ONE / 8)	/* by which quantiles follow */
#define QUANTILE_MAX	(16 * (s32)AIOS_PREDICT_ONE)

/**
 * aios_predictor_init() - begin without experience
 * @predictor: written whole
 */
void aios_predictor_init(struct aios_predictor *predictor)
{
	memset(&predictor->tree, 0, sizeof(predictor->tree));
	memset(&predictor->svr, 0, sizeof(predictor->svr));
	aios_history_init(&predictor->history);
}

/* Return what is @off from an answer, at most what the job states. */
static u64 beside(const struct aios_predict_said *said, const struct aios_predict_job *job,
		  s32 off)
{
	s32 log = clamp_t(s32, said->answer + off, 0, AIOS_PREDICT_UNSTATED - 1);
	u64 run_ns = aios_predict_exp((u32)log);

	return job->request_ns ? min(run_ns, job->request_ns) : run_ns;
}

static u32 trusted_most(const u32 weight[AIOS_PREDICT_EXPERTS])
{
	u32 best = 0, i;

	for (i = 1; i < AIOS_PREDICT_EXPERTS; i++)
		if (weight[i] > weight[best])
			best = i;
	return best;
}

static void ask_trained(const struct aios_predictor *predictor, struct aios_predict_said *said)
{
	const struct aios_tree_node *leaf;
	u16 x[AIOS_FEATURES], log;

	aios_lesson_features(said, x);
	leaf = aios_tree_ask(&predictor->tree, x);
	if (leaf)
		said->log[AIOS_PREDICT_TREE] = min(leaf->threshold, said->request);
	log = aios_svr_ask(&predictor->svr, x);
	if (log != AIOS_PREDICT_SILENT)
		said->log[AIOS_PREDICT_SVR] = min(log, said->request);
}

/**
 * aios_predict() - what a job will run
 * @predictor: experience
 * @job: job that is submitted
 * @said: written whole, to be kept until the job has ended
 * @prediction: written whole, with low_ns <= run_ns <= high_ns and run_ns <= most_ns
 */
void aios_predict(const struct aios_predictor *predictor, const struct aios_predict_job *job,
		  struct aios_predict_said *said, struct aios_prediction *prediction)
{
	const struct aios_predict_history *history = &predictor->history;
	const struct aios_predict_trust *trust = NULL;
	const struct aios_predict_user *user = NULL;
	struct aios_predict_user unknown;

	if (job->user != AIOS_PREDICT_NOBODY)
		user = aios_history_find(history, job->user);
	aios_experts_ask(history, user, job, said);
	ask_trained(predictor, said);
	if (user)
		trust = aios_history_trust(history, user, said->kind);
	memset(prediction, 0, sizeof(*prediction));
	said->answer = aios_experts_weigh(trust, said, prediction->weight);
	if (said->answer == AIOS_PREDICT_SILENT)
		return;
	if (!user) {
		aios_experts_begin(&unknown);
		user = &unknown;
	}
	prediction->expert = trusted_most(prediction->weight);
	prediction->run_ns = beside(said, job, 0);
	prediction->low_ns = beside(said, job, min_t(s32, user->quantile[0], 0));
	prediction->high_ns = beside(said, job, max_t(s32, user->quantile[1], 0));
	prediction->most_ns = beside(said, job, max_t(s32, user->quantile[2], 0));
}

static void follow(struct aios_predict_user *user, s32 error)
{
	static const u8 percent[AIOS_PREDICT_QUANTILES] = { 10, 90, 95 };
	u32 i;

	for (i = 0; i < AIOS_PREDICT_QUANTILES; i++) {
		s32 quantile = user->quantile[i];

		quantile += error > quantile ? (s32)STEP * percent[i] / 100 :
					       -(s32)STEP * (100 - percent[i]) / 100;
		user->quantile[i] = (s16)clamp(quantile, -QUANTILE_MAX, QUANTILE_MAX);
	}
}

/**
 * aios_predict_learn() - a job has ended
 * @predictor: experience
 * @job: as it was submitted
 * @said: what was said of it then
 * @run_ns: what it ran
 * @lesson: written whole: what the tree and the support vectors can learn from it
 */
void aios_predict_learn(struct aios_predictor *predictor, const struct aios_predict_job *job,
			const struct aios_predict_said *said, u64 run_ns,
			struct aios_lesson *lesson)
{
	struct aios_predict_history *history = &predictor->history;
	struct aios_predict_past past = {
		.run = min_t(u16, aios_predict_log(run_ns), AIOS_PREDICT_UNSTATED - 1),
		.request = said->request,
		.size = said->size,
		.before = said->before,
		.earlier = said->earlier,
		.name = said->name,
		.hour = said->hour,
	};
	struct aios_predict_user *user;

	aios_lesson_features(said, lesson->x);
	lesson->run = past.run;
	if (job->user == AIOS_PREDICT_NOBODY)
		return;
	user = aios_history_user(history, job->user);
	aios_experts_learn(aios_history_trust_for(history, user, said->kind), said, past.run);
	if (said->answer != AIOS_PREDICT_SILENT)
		follow(user, (s32)past.run - said->answer);
	aios_history_add(history, user, &past);
}
