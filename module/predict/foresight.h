/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The predictor of the machine: what it is asked, what it learns from, and its training.
 *
 *   foresight.c	experience, shared by all jobs
 *   train.c		the thread that trains on it
 *   attempt.c		records of attempts that are over
 */
#ifndef _AIOS_PREDICT_FORESIGHT_H
#define _AIOS_PREDICT_FORESIGHT_H

#include <linux/types.h>

#include "core/predict/lessons.h"
#include "core/predict/predict.h"

struct cred;

/**
 * struct aios_described - what is known of a job that is submitted
 */
struct aios_described {
	/** @cred: of whoever submits it */
	const struct cred *cred;
	/** @name: of the job; NULL: it has none */
	const char *name;
	/** @command: hash of what it runs; 0: not known */
	u64 command;
	/** @shape: hash of the shape of its arguments */
	u64 shape;
	/** @features: numbers of the submitter's */
	const s64 *features;
	/** @nr_features: how many */
	u32 nr_features;
	/** @resource_mask: resources that it states */
	u32 resource_mask;
	/** @request: of each of these */
	const u64 *request;
	/** @expected_ns: what it states that it runs; 0: nothing */
	u64 expected_ns;
	/** @max_ns: its time limit; 0: none */
	u64 max_ns;
};

/**
 * struct aios_foreseen - what was predicted of a job, kept until it has ended
 */
struct aios_foreseen {
	/** @job: the job */
	struct aios_predict_job job;
	/** @said: by the experts */
	struct aios_predict_said said;
	/** @answer: what was made of it */
	struct aios_prediction answer;
};

/**
 * struct aios_foreseen_path - how the tree came to what it said of a job
 */
struct aios_foreseen_path {
	/** @x: what is known of the job */
	u16 x[AIOS_FEATURES];
	/** @nr: of @node; 0: there is no tree yet */
	u32 nr;
	/** @node: the nodes, the root first, the leaf last */
	struct aios_tree_node node[AIOS_TREE_DEPTH + 1];
};

/* foresight.c */
int aios_foresight_init(void);
void aios_foresight_exit(void);
void aios_foresight_ask(const struct aios_described *described, struct aios_foreseen *foreseen);
void aios_foresight_put_off(const struct aios_described *described, struct aios_foreseen *foreseen);
void aios_foresight_settle(struct aios_foreseen *foreseen);
void aios_foresight_settle_all(void);
void aios_foresight_path(const struct aios_foreseen *foreseen, struct aios_foreseen_path *path);
void aios_foresight_learn(const struct aios_foreseen *foreseen, u64 run_ns);
u32 aios_foresight_copy(struct aios_lesson *to, u32 *user);
void aios_foresight_trained(const struct aios_tree *tree, const struct aios_svr *svr, u32 nr);
u32 aios_foresight_lessons(void);

/* train.c */
int aios_training_init(void);
void aios_training_exit(void);
void aios_training_due(void);
void aios_settling_due(void);

#endif /* _AIOS_PREDICT_FORESIGHT_H */
