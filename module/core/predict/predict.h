/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a job will run, from what jobs like it did run:
 *
 *	a job is submitted:	aios_predict()
 *	it has ended:		aios_predict_learn()
 *
 * In between, whoever has the job keeps what the experts said of it. Now and then the tree
 * and the support vectors are trained on what has ended (tree.h, svr.h) and put in place.
 * Documentation/prediction.rst says how good that is.
 *
 * Everything together takes 64 KiB. Pure: no lock, no allocation, no clock, no floating
 * point; loops are bounded. The caller serialises all calls on one predictor.
 */
#ifndef AIOS_CORE_PREDICT_PREDICT_H
#define AIOS_CORE_PREDICT_PREDICT_H

#include "core/predict/history.h"
#include "core/predict/svr.h"
#include "core/predict/tree.h"

/**
 * struct aios_predictor - what is known of all users' jobs
 * @history: of users; private
 * @tree: regression tree, zeroed: none
 * @svr: support vectors, likewise
 */
struct aios_predictor {
	struct aios_predict_history history;
	struct aios_tree tree;
	struct aios_svr svr;
};

static_assert(sizeof(struct aios_tree) <= 4096);
static_assert(sizeof(struct aios_predictor) <= 65536);

/**
 * struct aios_prediction - what a job will run
 * @run_ns: as far as can be told, 0: nothing can
 * @low_ns: one in ten runs less
 * @high_ns: one in ten runs longer
 * @most_ns: one in twenty does
 * @expert: enum aios_predict_expert who is trusted most
 * @weight: of each of them, with AIOS_ACCURACY_FRAC fraction bits
 */
struct aios_prediction {
	u64 run_ns;
	u64 low_ns;
	u64 high_ns;
	u64 most_ns;
	u32 expert;
	u32 weight[AIOS_PREDICT_EXPERTS];
};

void aios_predictor_init(struct aios_predictor *predictor);
void aios_predict(const struct aios_predictor *predictor, const struct aios_predict_job *job,
		  struct aios_predict_said *said, struct aios_prediction *prediction);
void aios_predict_learn(struct aios_predictor *predictor, const struct aios_predict_job *job,
			const struct aios_predict_said *said, u64 run_ns,
			struct aios_lesson *lesson);

#endif /* AIOS_CORE_PREDICT_PREDICT_H */
