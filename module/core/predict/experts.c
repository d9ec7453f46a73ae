// SPDX-License-Identifier: GPL-2.0
/*
 * The experts: see experts.h.
 *
 * The user's last jobs are a sample of what this one may run, in which those count more that
 * are like it and recent. From each such sample the value of the greatest expected accuracy
 * is taken, so that the guess is always what some job of the user did run.
 *
 * The guesses are combined in the same way: each is a value whose weight is 2 to the power of
 * what its expert has lost, less than the answers have, with jobs of this kind of this user
 * (exponential weights: Cesa-Bianchi and Lugosi, Prediction, learning, and games, 2006,
 * chapter 2). An expert who said nothing lost as much as all together (Freund et al., Using
 * and combining predictors that specialize, STOC 29, 1997). Old losses fade.
 */
#include "core/base/fixed.h"
#include "core/predict/experts.h"
#include "core/predict/history.h"

#define WEIGHT_FRAC	4	/* of what a difference costs */
#define FADE_FRAC	16
#define FADE		655	/* what an old loss loses each time, 2^-16 */
#define LOSS_MAX	(30 * (s32)AIOS_PREDICT_ONE)
#define QUARTER_NS	(900ULL * 1000000000)

/*
 * What a past job loses in weight, in octaves with AIOS_PREDICT_FRAC fraction bits, for
 * each that came after it (@age), for each of request and size that is another (@other), for
 * a quarter of an hour of the day between the two (@hour); and for each octave between what
 * the user's jobs before them had run, with WEIGHT_FRAC fraction bits. For each octave between
 * requests, and between sizes, it loses one by all of them.
 */
static const struct weighing {
	u16 age;
	u16 other;
	u16 hour;
	u8 before;
	u8 earlier;
} weighings[AIOS_PREDICT_WEIGHINGS] = {
	{ .age = 154, .other = 7168 },
	{ .age = 154, .other = 717 },
	{ .age = 0, .other = 1741 },
	{ .age = 61, .other = 3379, .before = 32 },
	{ .age = 61, .other = 3379, .hour = 64 },
	{ .age = 61, .other = 3379, .before = 16, .earlier = 32, .hour = 51 },
};

static_assert(AIOS_PREDICT_WEIGHINGS == AIOS_PREDICT_SIDES);

/* How a past job differs from this one; @others counts name, request and size. */
struct difference {
	u32 octaves;	/* between requests and between sizes */
	u32 before;
	u32 earlier;
	u32 age;
	u32 others;
	u32 hour;
};

/* At first an answer may be an eighth of what comes, or a quarter. */
void aios_experts_begin(struct aios_predict_user *user)
{
	user->quantile[0] = -3 * (s16)AIOS_PREDICT_ONE;
	user->quantile[1] = AIOS_PREDICT_ONE;
	user->quantile[2] = 2 * AIOS_PREDICT_ONE;
}

static u16 distance(u16 a, u16 b)
{
	return (u16)(a > b ? a - b : b - a);
}

static u8 hours_apart(u8 a, u8 b)
{
	u8 apart = (u8)distance(a, b);

	return min_t(u8, apart, AIOS_PREDICT_QUARTERS - apart);
}

static void differ(const struct aios_predict_past *past, const struct aios_predict_said *said,
		   u32 age, struct difference *d)
{
	d->octaves = (u32)distance(past->request, said->request) +
		     distance(past->size, said->size);
	d->before = distance(past->before, said->before);
	d->earlier = distance(past->earlier, said->earlier);
	d->age = age;
	d->others = (u32)(past->request != said->request) + (past->size != said->size) +
		    (past->name != said->name);
	d->hour = hours_apart(past->hour, said->hour);
}

static u32 lost_by(const struct weighing *w, const struct difference *d)
{
	return d->octaves + d->age * w->age + d->others * w->other + d->hour * w->hour +
	       ((d->before * w->before + d->earlier * w->earlier) >> WEIGHT_FRAC);
}

/*
 * Every past job is in the samples, of which all have the same order. It is that of what the
 * jobs ran, and of those that ran the same the last first.
 */
static void ask_likeness(const struct aios_predict_history *history,
			 const struct aios_predict_user *user, struct aios_predict_said *said)
{
	u16 job[AIOS_PREDICT_JOBS_OF_USER], at;
	u32 order[AIOS_PREDICT_JOBS_OF_USER], nr = 0, i, k;
	struct aios_predict_samples samples;
	struct difference d;

	for (at = user->jobs; at; at = history->job[at - 1].next) {
		u32 key = (u32)min(history->job[at - 1].run, said->request) << 8 | nr;

		for (i = nr; i && order[i - 1] > key; i--)
			order[i] = order[i - 1];
		order[i] = key;
		job[nr++] = at;
	}
	for (i = 0; i < nr; i++) {
		u32 age = order[i] & 0xff;

		samples.log[i] = (u16)(order[i] >> 8);
		differ(aios_history_job(history, job[age]), said, age, &d);
#pragma GCC unroll 6
		for (k = 0; k < AIOS_PREDICT_WEIGHINGS; k++)
			samples.weight[i][k] = lost_by(&weighings[k], &d);
	}
	aios_samples_steps(&samples, nr);
	aios_samples_weigh(&samples, nr);
	aios_most_accurate_each(&samples, nr, &said->log[AIOS_PREDICT_LIKE]);
}

static void ask_last(const struct aios_predict_history *history,
		     const struct aios_predict_user *user, struct aios_predict_said *said)
{
	const struct aios_predict_past *past;
	u64 mean = aios_predict_exp(said->before);
	u32 nr = 0;

	if (said->earlier)
		mean = mean / 2 + aios_predict_exp(said->earlier) / 2;
	said->log[AIOS_PREDICT_LAST] = said->before;
	said->log[AIOS_PREDICT_LAST_TWO] = aios_predict_log(mean);
	for (past = aios_history_job(history, user->jobs); past;
	     past = aios_history_job(history, past->next)) {
		if (past->request != said->request || past->size != said->size ||
		    past->name != said->name)
			continue;
		if (!nr++)
			said->log[AIOS_PREDICT_SAME] = past->run;
	}
	said->kind = (u8)min(nr, AIOS_PREDICT_KINDS - 1);
}

static void describe(const struct aios_predict_job *job, struct aios_predict_said *said)
{
	said->request = AIOS_PREDICT_UNSTATED;
	if (job->request_ns)
		said->request = min_t(u16, aios_predict_log(job->request_ns),
				      AIOS_PREDICT_UNSTATED - 1);
	said->size = aios_predict_log(job->size);
	said->name = (u8)(job->name ^ job->name >> 8 ^ job->name >> 16 ^ job->name >> 24);
	said->hour = (u8)(job->submit_ns / QUARTER_NS % AIOS_PREDICT_QUARTERS);
	said->day = (u8)(job->submit_ns / QUARTER_NS / AIOS_PREDICT_QUARTERS % 7);
}

/**
 * aios_experts_ask() - what the experts say of a job
 * @history: what they go by
 * @user: whose job it is, NULL: one who is not known
 * @job: job
 * @said: written whole; the two who are trained say nothing
 */
void aios_experts_ask(const struct aios_predict_history *history,
		      const struct aios_predict_user *user,
		      const struct aios_predict_job *job, struct aios_predict_said *said)
{
	const struct aios_predict_past *last;
	u32 i;

	memset(said, 0, sizeof(*said));
	memset(said->log, 0xff, sizeof(said->log));
	describe(job, said);
	if (job->request_ns)
		said->log[AIOS_PREDICT_REQUEST] = said->request;
	if (!user || !user->jobs)
		return;
	last = aios_history_job(history, user->jobs);
	said->nr = user->nr;
	said->before = last->run;
	if (last->next)
		said->earlier = aios_history_job(history, last->next)->run;
	ask_last(history, user, said);
	ask_likeness(history, user, said);
	for (i = 0; i < AIOS_PREDICT_EXPERTS; i++)
		if (said->log[i] != AIOS_PREDICT_SILENT)
			said->log[i] = min(said->log[i], said->request);
}

/**
 * aios_experts_weigh() - what is to be made of what they say
 * @trust: in each of them, for jobs of this kind of this user; NULL: all alike
 * @said: what they say
 * @weight: of each one's guess, at most AIOS_ACCURACY_ONE, 0: he has none
 *
 * Return: logarithm of the answer, AIOS_PREDICT_SILENT when nobody has a guess.
 */
u16 aios_experts_weigh(const struct aios_predict_trust *trust,
		       const struct aios_predict_said *said,
		       u32 weight[AIOS_PREDICT_EXPERTS])
{
	struct aios_predict_sample sample[AIOS_PREDICT_EXPERTS];
	s32 least = S32_MAX;
	u32 nr = 0, i;

	for (i = 0; i < AIOS_PREDICT_EXPERTS; i++)
		if (said->log[i] != AIOS_PREDICT_SILENT)
			least = min_t(s32, least, trust ? trust->loss[i] : 0);
	for (i = 0; i < AIOS_PREDICT_EXPERTS; i++) {
		weight[i] = 0;
		if (said->log[i] == AIOS_PREDICT_SILENT)
			continue;
		weight[i] = aios_predict_power(trust ? (u32)(trust->loss[i] - least) : 0);
		aios_sample_put(sample, nr++, said->log[i], weight[i]);
	}
	if (!nr)
		return AIOS_PREDICT_SILENT;
	aios_sample_steps(sample, nr);
	return aios_most_accurate(sample, nr);
}

/* What an expert loses, with as many fraction bits as a trust. */
static s32 loss_of(u16 guess, u16 run)
{
	return (s32)(AIOS_ACCURACY_ONE - aios_accuracy(guess, run)) >>
	       (AIOS_ACCURACY_FRAC - AIOS_PREDICT_FRAC);
}

/**
 * aios_experts_learn() - a job has ended
 * @trust: in each expert
 * @said: what they said of it
 * @run: logarithm of what it ran
 */
void aios_experts_learn(struct aios_predict_trust *trust,
			const struct aios_predict_said *said, u16 run)
{
	u32 weight[AIOS_PREDICT_EXPERTS], i;
	s64 lost = 0, sum = 0;

	if (aios_experts_weigh(trust, said, weight) == AIOS_PREDICT_SILENT)
		return;
	for (i = 0; i < AIOS_PREDICT_EXPERTS; i++) {
		if (!weight[i])
			continue;
		lost += (s64)weight[i] * loss_of(said->log[i], run);
		sum += weight[i];
	}
	lost /= sum;
	for (i = 0; i < AIOS_PREDICT_EXPERTS; i++) {
		s32 loss = trust->loss[i];

		loss -= loss * FADE / (1 << FADE_FRAC);
		if (said->log[i] != AIOS_PREDICT_SILENT)
			loss += loss_of(said->log[i], run) - (s32)lost;
		trust->loss[i] = (s16)clamp(loss, -LOSS_MAX, LOSS_MAX);
	}
}
