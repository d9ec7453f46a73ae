/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The experts: guesses at the run time of a job, most of them from the last jobs of its
 * user, and how much each is trusted.
 */
#ifndef AIOS_CORE_PREDICT_EXPERTS_H
#define AIOS_CORE_PREDICT_EXPERTS_H

#include "core/predict/accuracy.h"
#include "core/predict/record.h"

/* Six experts look for jobs of the user that were like this one, each in its own way. */
#define AIOS_PREDICT_WEIGHINGS	6

/**
 * enum aios_predict_expert - who guesses
 * @AIOS_PREDICT_REQUEST: what the job states
 * @AIOS_PREDICT_LAST: the user's last job
 * @AIOS_PREDICT_LAST_TWO: the average of his last two (Tsafrir et al., IEEE TPDS 18(6), 2007)
 * @AIOS_PREDICT_SAME: his last of the same kind: name, request and size
 * @AIOS_PREDICT_LIKE: the first of those that weigh his jobs by how like this one they are
 * @AIOS_PREDICT_TREE: the regression tree
 * @AIOS_PREDICT_SVR: the support vector regression
 * @AIOS_PREDICT_EXPERTS: how many there are
 */
enum aios_predict_expert {
	AIOS_PREDICT_REQUEST,
	AIOS_PREDICT_LAST,
	AIOS_PREDICT_LAST_TWO,
	AIOS_PREDICT_SAME,
	AIOS_PREDICT_LIKE,
	AIOS_PREDICT_TREE = AIOS_PREDICT_LIKE + AIOS_PREDICT_WEIGHINGS,
	AIOS_PREDICT_SVR,
	AIOS_PREDICT_EXPERTS,
};

/* Trust depends on how many jobs of the same kind are known: none, one, two, more. */
#define AIOS_PREDICT_KINDS	4U

/* Answers have three quantiles of their errors: 10, 90 and 95 %. */
#define AIOS_PREDICT_QUANTILES	3U

/* So says an expert who has no guess. */
#define AIOS_PREDICT_SILENT	U16_MAX

/**
 * struct aios_predict_said - what the experts say of a job
 * @log: logarithm of each one's guess, or AIOS_PREDICT_SILENT
 * @answer: of what was made of them, or AIOS_PREDICT_SILENT
 * @request: of what the job states, AIOS_PREDICT_UNSTATED: nothing
 * @size: of what it asks for
 * @before: of what the user's last job had run, 0: he had none
 * @earlier: of what the one before that had run, likewise
 * @name: eight bits of the hash of what it runs
 * @hour: quarter of an hour of the day
 * @kind: jobs of the same kind that are known, at most AIOS_PREDICT_KINDS - 1
 * @nr: jobs of the user that are known
 * @day: of the week
 */
struct aios_predict_said {
	u16 log[AIOS_PREDICT_EXPERTS];
	u16 answer;
	u16 request;
	u16 size;
	u16 before;
	u16 earlier;
	u8 name;
	u8 hour;
	u8 kind;
	u8 nr;
	u8 day;
};

struct aios_predict_history;
struct aios_predict_trust;
struct aios_predict_user;

void aios_experts_begin(struct aios_predict_user *user);
void aios_experts_ask(const struct aios_predict_history *history,
		      const struct aios_predict_user *user,
		      const struct aios_predict_job *job, struct aios_predict_said *said);
u16 aios_experts_weigh(const struct aios_predict_trust *trust,
		       const struct aios_predict_said *said,
		       u32 weight[AIOS_PREDICT_EXPERTS]);
void aios_experts_learn(struct aios_predict_trust *trust,
			const struct aios_predict_said *said, u16 run);

#endif /* AIOS_CORE_PREDICT_EXPERTS_H */
