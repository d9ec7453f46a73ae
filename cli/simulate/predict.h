/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The predicted run times of a replay: what the module's predictor says of each job when it
 * arrives, what it learns when the job ends, and how good that was.
 */
#ifndef AIOSCTL_SIMULATE_PREDICT_H
#define AIOSCTL_SIMULATE_PREDICT_H

#include <core/predict/predict.h>

#include "simulate/trace_read.h"

/* Each of these says of each job what it will run. */
enum sim_method {
	SIM_BY_REQUEST,
	SIM_BY_LAST_TWO,
	SIM_BY_TREE,
	SIM_BY_SVM,
	SIM_BY_BEST,
	SIM_METHODS,
};

/* This is what was said of a job; it is kept until the job has ended. */
struct sim_said {
	struct aios_predict_job job;
	struct aios_predict_said experts;
	struct aios_prediction answer;
	uint64_t run_ns[SIM_METHODS]; /* 0: nothing is known */
};

/* This is what came of it. */
struct sim_predictions {
	struct {
		uint64_t nr;	/* jobs of which something was said */
		uint64_t nr_under; /* that ran longer */
		double accuracy; /* sum of lesser by greater */
		double bias;	/* sum of log2 (predicted / actual) */
	} method[SIM_METHODS];
	uint64_t nr_within;	/* the interval of the answer */
	uint64_t nr_at_most;	/* what one in twenty exceeds */
};

struct sim_predictor;

/*
 * This makes a predictor; it is trained while jobs end, or has the tree and the support
 * vectors of @trained and keeps them.
 */
struct sim_predictor *predictor_new(const struct aios_predictor *trained);
/*
 * This trains one on a whole trace, each job of which ends as long after its arrival as it
 * ran. It returns what was trained, or NULL with *error set.
 */
struct aios_predictor *predictor_train(const char *path, char **error);
/* A job arrives, @last_two is what its user's last two predict. */
void predictor_ask(const struct sim_predictor *predictor, const struct trace_job *job,
		   uint64_t last_two_ns, struct sim_said *said);
/* It ends; what came of what was said is added to @predictions. */
void predictor_learn(struct sim_predictor *predictor, const struct trace_job *job,
		     const struct sim_said *said, struct sim_predictions *predictions);
void predictor_free(struct sim_predictor *predictor);

#endif /* AIOSCTL_SIMULATE_PREDICT_H */
