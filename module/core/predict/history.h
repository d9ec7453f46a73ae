/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The last jobs of each user and how much each expert is trusted with his jobs, in memory
 * of fixed size. Who has more of it than his share gives way to who has less, so that
 * nobody can make it forget another.
 *
 * Pure: no lock, no allocation, no clock, no floating point; loops are bounded by the
 * numbers below. The caller serialises all calls on one history.
 */
#ifndef AIOS_CORE_PREDICT_HISTORY_H
#define AIOS_CORE_PREDICT_HISTORY_H

#include "core/predict/experts.h"

#define AIOS_PREDICT_USERS	1000U
#define AIOS_PREDICT_CHAINS	512U
#define AIOS_PREDICT_JOBS	2270U
#define AIOS_PREDICT_JOBS_OF_USER 32U
#define AIOS_PREDICT_JOBS_LEFT	2U	/* whatever others do */
#define AIOS_PREDICT_TRUSTS	256U

/* A job that is added finds room, and the values of a user's jobs are a sample. */
static_assert(AIOS_PREDICT_USERS * AIOS_PREDICT_JOBS_LEFT < AIOS_PREDICT_JOBS);
static_assert(AIOS_PREDICT_SAMPLES >= AIOS_PREDICT_JOBS_OF_USER);
static_assert(AIOS_PREDICT_SAMPLES >= (u32)AIOS_PREDICT_EXPERTS);

/**
 * struct aios_predict_trust - how experts fared with jobs of one kind of one user
 * @loss: decayed sum of each one's losses less those of the answers, 10 fraction bits
 * @next: the user's trust for another kind, or another that is free; from 1, 0: none
 * @kind: which, below AIOS_PREDICT_KINDS
 * @seen: it was looked at since it was last asked to give way
 */
struct aios_predict_trust {
	s16 loss[AIOS_PREDICT_EXPERTS];
	u16 next;
	u8 kind;
	u8 seen;
};

/**
 * struct aios_predict_user - what is known of a user
 * @id: whose it is
 * @jobs: his last job, from 1, 0: none
 * @trust: the first of his, likewise
 * @next: another user of the same chain, or one that is free, likewise
 * @quantile: what 10, 90 and 95 % of the errors of answers do not exceed
 * @nr: jobs of his that are kept
 * @seen: something was learnt of him since he was last asked to give way
 */
struct aios_predict_user {
	u32 id;
	u16 jobs;
	u16 trust;
	u16 next;
	s16 quantile[AIOS_PREDICT_QUANTILES];
	u8 nr;
	u8 seen;
};

/**
 * struct aios_predict_history - all users; the members are private
 * @job: jobs
 * @trust: trusts
 * @user: users
 * @chain: first user of each, from 1, 0: none
 * @owner: whose each trust is, from 1, 0: nobody's
 * @free_jobs: first that is free, from 1, 0: none; so are the next two
 * @free_trusts: likewise
 * @free_users: likewise
 * @nr_users: that are known
 * @job_hand: user who is asked next to give way with a job
 * @trust_hand: trust that is asked next
 * @user_hand: user who is asked next to be forgotten
 */
struct aios_predict_history {
	struct aios_predict_past job[AIOS_PREDICT_JOBS];
	struct aios_predict_trust trust[AIOS_PREDICT_TRUSTS];
	struct aios_predict_user user[AIOS_PREDICT_USERS];
	u16 chain[AIOS_PREDICT_CHAINS];
	u16 owner[AIOS_PREDICT_TRUSTS];
	u16 free_jobs;
	u16 free_trusts;
	u16 free_users;
	u16 nr_users;
	u16 job_hand;
	u16 trust_hand;
	u16 user_hand;
};

void aios_history_init(struct aios_predict_history *history);
const struct aios_predict_user *aios_history_find(const struct aios_predict_history *history,
						  u32 id);
struct aios_predict_user *aios_history_user(struct aios_predict_history *history, u32 id);
const struct aios_predict_trust *
aios_history_trust(const struct aios_predict_history *history,
		   const struct aios_predict_user *user, u32 kind);
struct aios_predict_trust *aios_history_trust_for(struct aios_predict_history *history,
						  struct aios_predict_user *user, u32 kind);
void aios_history_add(struct aios_predict_history *history, struct aios_predict_user *user,
		      const struct aios_predict_past *past);

/* Return the job @i, from 1; NULL for 0. */
static inline const struct aios_predict_past *
aios_history_job(const struct aios_predict_history *history, u16 i)
{
	return i ? &history->job[i - 1] : NULL;
}

#endif /* AIOS_CORE_PREDICT_HISTORY_H */
