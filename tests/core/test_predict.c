// SPDX-License-Identifier: GPL-2.0
/*
 * Predicted run times: the arithmetic against double precision, what is learnt of a user
 * who has a pattern, that nobody spoils another's predictions, that intervals hold, and that
 * nothing overflows or is lost.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/predict/predict.h"
#include "random.h"
#include "tap.h"

#define S	1000000000ULL

static struct aios_predictor predictor, other;
static u64 seed;

static double normal(void)
{
	double u = (double)((random_next(&seed) >> 11) + 1) / 0x1p53;
	double v = (double)(random_next(&seed) >> 11) / 0x1p53;

	return sqrt(-2 * log(u)) * cos(2 * M_PI * v);
}

/* ------------------------------------------------------------- arithmetic */

static void check_arithmetic(void)
{
	u32 i;

	for (i = 0; i < 70 * AIOS_PREDICT_ONE; i += 7) {
		double power = exp2(-(double)i / AIOS_PREDICT_ONE);

		tap_need(fabs(aios_predict_power(i) / 65536. - power) < 0x1p-14, "2^-%u", i);
		power = fmin(exp2((double)i / AIOS_PREDICT_ONE), 0x1p63);
		tap_need(fabs((double)aios_predict_exp(i) - power) <= 1 + power * 0x1p-13,
			 "2^%u", i);
	}
	for (i = 0; i < 64; i++) {
		u64 v = (1ULL << i) + (i ? random_next(&seed) % (1ULL << i) : 0);

		tap_need(fabs(aios_predict_log(v) - log2((double)v) * AIOS_PREDICT_ONE) < 0.51,
			 "log2 %llu", v);
	}
	tap_need(aios_accuracy(4096, 5120) == 32768 && aios_accuracy(5120, 4096) == 32768 &&
		 aios_accuracy(7, 7) == AIOS_ACCURACY_ONE, "accuracy");
}

static double expected_accuracy(const struct aios_predict_sample *sample, u32 nr, double log)
{
	double sum = 0;
	u32 i;

	for (i = 0; i < nr; i++)
		sum += sample[i].weight * exp2(-fabs(sample[i].log - log) / AIOS_PREDICT_ONE);
	return sum;
}

/* Nothing between, below or above the values of the sample is better. */
static void check_most_accurate(void)
{
	struct aios_predict_sample sample[AIOS_PREDICT_SAMPLES];
	u32 round, i;

	for (round = 0; round < 300; round++) {
		u32 nr = 1 + random_below(&seed, AIOS_PREDICT_SAMPLES), span = 1 + round * 40;
		double best = 0, found, log;
		u16 answer;

		for (i = 0; i < nr; i++)
			aios_sample_put(sample, i, (u16)(20000 + random_below(&seed, span)),
					1 + random_below(&seed, AIOS_ACCURACY_ONE));
		aios_sample_steps(sample, nr);
		answer = aios_most_accurate(sample, nr);
		found = expected_accuracy(sample, nr, answer);
		for (log = 19900; log < 20100 + span; log += 1 + span / 500.)
			best = fmax(best, expected_accuracy(sample, nr, log));
		for (i = 0; i < nr; i++)
			best = fmax(best, expected_accuracy(sample, nr, sample[i].log));
		tap_need(found >= best * (1 - 0x1p-12), "%u of %u: %f, %f", round, nr, found,
			 best);
	}
}

/* Several samples side by side have the answers of each by itself. */
static void check_side_by_side(void)
{
	struct aios_predict_sample one[AIOS_PREDICT_SAMPLES];
	struct aios_predict_samples all;
	u32 round, i, k;

	for (round = 0; round < 300; round++) {
		u32 nr = 1 + random_below(&seed, AIOS_PREDICT_SAMPLES), span = 1 + round * 40;
		u32 distance[AIOS_PREDICT_SAMPLES][AIOS_PREDICT_SIDES];
		u16 answer[AIOS_PREDICT_SIDES], log = 20000;

		for (i = 0; i < nr; i++) {
			log += (u16)random_below(&seed, 1 + span / nr);
			all.log[i] = log;
			for (k = 0; k < AIOS_PREDICT_SIDES; k++) {
				distance[i][k] = random_below(&seed, 20 * AIOS_PREDICT_ONE);
				/* None counts in the last. */
				if (k + 1 == AIOS_PREDICT_SIDES)
					distance[i][k] = U32_MAX - i;
				all.weight[i][k] = distance[i][k];
			}
		}
		aios_samples_steps(&all, nr);
		aios_samples_weigh(&all, nr);
		aios_most_accurate_each(&all, nr, answer);
		for (k = 0; k < AIOS_PREDICT_SIDES; k++) {
			for (i = 0; i < nr; i++)
				aios_sample_put(one, i, all.log[i],
						aios_predict_power(distance[i][k]));
			aios_sample_steps(one, nr);
			tap_need(answer[k] == aios_most_accurate(one, nr), "%u: sample %u",
				 round, k);
		}
	}
}

/* ------------------------------------------------------------- learning */

static u64 run_one(struct aios_predictor *p, const struct aios_predict_job *job, u64 run_ns)
{
	struct aios_predict_said said;
	struct aios_prediction answer;
	struct aios_lesson lesson;

	aios_predict(p, job, &said, &answer);
	aios_predict_learn(p, job, &said, run_ns, &lesson);
	return answer.run_ns;
}

static void check_nothing(void)
{
	struct aios_predict_job job = { .user = 7, .size = 4 };
	struct aios_predict_said said;
	struct aios_prediction answer;

	aios_predictor_init(&predictor);
	aios_predict(&predictor, &job, &said, &answer);
	tap_need(!answer.run_ns && !answer.most_ns && said.answer == AIOS_PREDICT_SILENT,
		 "nothing is known");
	job.request_ns = 3600 * S;
	aios_predict(&predictor, &job, &said, &answer);
	tap_need(answer.run_ns > 3590 * S && answer.run_ns <= 3600 * S &&
		 answer.expert == AIOS_PREDICT_REQUEST, "by the request: %llu", answer.run_ns);
	tap_need(answer.low_ns <= answer.run_ns && answer.high_ns <= 3600 * S, "interval");
	run_one(&predictor, &job, 600 * S);
	aios_predict(&predictor, &job, &said, &answer);
	tap_need(llabs((long long)(answer.run_ns - 600 * S)) < (long long)S, "as before: %llu",
		 answer.run_ns);
	job.user = AIOS_PREDICT_NOBODY;
	run_one(&predictor, &job, 1 * S);
	tap_need(predictor.history.nr_users == 1, "nobody is no user");
}

/* Two programs that the request tells apart, and one who repeats a cycle of three. */
static double pattern_accuracy(u32 kind)
{
	double sum = 0;
	u32 i, nr = 0;

	aios_predictor_init(&predictor);
	for (i = 0; i < 400; i++) {
		static const u64 cycle[] = { 60, 7200, 900 };
		u64 run_ns = (kind ? cycle[i % 3] : i % 5 ? 120 : 40000) * S;
		struct aios_predict_job job = {
			.user = 3, .size = 8, .submit_ns = i * 7200 * S,
			.request_ns = (kind || i % 5 ? 43200 : 86400) * S,
		};
		u64 said = run_one(&predictor, &job, run_ns);

		if (i < 100)
			continue;
		sum += said < run_ns ? (double)said / (double)run_ns :
				       (double)run_ns / (double)said;
		nr++;
	}
	return sum / nr;
}

/* ------------------------------------------------------------- the hostile */

static void job_any(struct aios_predict_job *job)
{
	job->name = (u32)random_next(&seed) >> random_below(&seed, 32);
	job->request_ns = random_next(&seed) >> random_below(&seed, 64);
	job->size = random_next(&seed) >> random_below(&seed, 64);
	job->submit_ns = random_next(&seed) >> random_below(&seed, 64);
}

/*
 * What one user is told is the same whether or not another feeds the predictor whatever he
 * likes, as many jobs as he likes.
 */
static void check_poison(void)
{
	u32 i, k;

	aios_predictor_init(&predictor);
	aios_predictor_init(&other);
	for (i = 0; i < 300; i++) {
		u64 run_ns = (u64)(exp(6 + normal()) * 1e9);
		struct aios_predict_job job = {
			.user = 1 + i % 10, .size = 1 + i % 3, .request_ns = 86400 * S,
			.submit_ns = i * 600 * S,
		};

		tap_need(run_one(&predictor, &job, run_ns) == run_one(&other, &job, run_ns),
			 "job %u", i);
		for (k = 0; k < 200; k++) {
			struct aios_predict_job bad = { .user = 99 };

			job_any(&bad);
			run_one(&other, &bad, random_next(&seed) >> random_below(&seed, 64));
		}
	}
}

/* Return how many of a chain there are, which must be below @most. */
static u32 check_chain(const struct aios_predict_history *h, u16 first, u8 *met)
{
	u32 nr = 0;
	u16 i;

	for (i = first; i; i = h->job[i - 1].next, nr++) {
		tap_need(i <= AIOS_PREDICT_JOBS && !met[i - 1], "job %u is in one place", i);
		if (met[i - 1])
			break;
		met[i - 1] = 1;
	}
	return nr;
}

static void check_books(const struct aios_predict_history *h)
{
	static u8 met[AIOS_PREDICT_JOBS];
	u32 jobs, users = 0, trusts = 0, c;
	u16 i, t;

	memset(met, 0, sizeof(met));
	jobs = check_chain(h, h->free_jobs, met);
	for (c = 0; c < AIOS_PREDICT_CHAINS; c++) {
		for (i = h->chain[c]; i; i = h->user[i - 1].next) {
			const struct aios_predict_user *user = &h->user[i - 1];
			u32 nr = check_chain(h, user->jobs, met);

			tap_need(nr == user->nr && nr <= AIOS_PREDICT_JOBS_OF_USER, "jobs");
			jobs += nr;
			users++;
			for (t = user->trust; t; t = h->trust[t - 1].next, trusts++)
				tap_need(h->owner[t - 1] == i, "trust %u", t);
		}
	}
	for (t = h->free_trusts; t; t = h->trust[t - 1].next)
		trusts++;
	tap_need(jobs == AIOS_PREDICT_JOBS && users == h->nr_users &&
		 trusts == AIOS_PREDICT_TRUSTS, "%u jobs, %u users, %u trusts", jobs, users,
		 trusts);
}

/* More users than there is room for, and numbers of every length. */
static void check_extremes(void)
{
	u32 i;

	aios_predictor_init(&predictor);
	for (i = 0; i < 60000; i++) {
		struct aios_predict_job job = {
			.user = (u32)random_next(&seed) >> random_below(&seed, 32),
		};
		struct aios_predict_said said;
		struct aios_prediction a;
		struct aios_lesson lesson;

		job_any(&job);
		aios_predict(&predictor, &job, &said, &a);
		tap_need(a.low_ns <= a.run_ns && a.run_ns <= a.high_ns && a.run_ns <= a.most_ns,
			 "%llu %llu %llu", a.low_ns, a.run_ns, a.high_ns);
		tap_need(!job.request_ns || a.most_ns <= job.request_ns, "beyond the request");
		aios_predict_learn(&predictor, &job, &said,
				   random_next(&seed) >> random_below(&seed, 64), &lesson);
		if (!(i % 1000))
			check_books(&predictor.history);
	}
	tap_need(predictor.history.nr_users == AIOS_PREDICT_USERS, "all places are taken");
	check_books(&predictor.history);
}

/* A crowd that ends jobs for ever leaves each who was there before his last two. */
static void check_crowd(void)
{
	u32 i;

	aios_predictor_init(&predictor);
	for (i = 0; i < 40000; i++) {
		u32 user = i < 1000 ? 1 + i % 100 : 200 + random_below(&seed, 600);
		struct aios_predict_job job = { .user = user, .size = 1 };

		run_one(&predictor, &job, (1 + i % 100) * S);
	}
	for (i = 1; i <= 100; i++) {
		const struct aios_predict_user *user = aios_history_find(&predictor.history, i);

		tap_need(user && user->nr >= AIOS_PREDICT_JOBS_LEFT, "user %u", i);
	}
	check_books(&predictor.history);
}

/* ------------------------------------------------------------- intervals */

static void check_intervals(double spread)
{
	u32 below = 0, above = 0, most = 0, nr = 0, i;

	aios_predictor_init(&predictor);
	for (i = 0; i < 20000; i++) {
		double median = 5 + i % 4 + 2 * sin(i / 3000.);
		u64 run_ns = (u64)(exp(median + spread * normal()) * 1e9);
		struct aios_predict_job job = { .user = 1 + i % 4, .size = 1 };
		struct aios_predict_said said;
		struct aios_prediction a;
		struct aios_lesson lesson;

		aios_predict(&predictor, &job, &said, &a);
		aios_predict_learn(&predictor, &job, &said, run_ns, &lesson);
		if (i < 1000)
			continue;
		below += run_ns < a.low_ns;
		above += run_ns > a.high_ns;
		most += run_ns <= a.most_ns;
		nr++;
	}
	tap_need(fabs(below / (double)nr - 0.1) < 0.02, "%u of %u below", below, nr);
	tap_need(fabs(above / (double)nr - 0.1) < 0.02, "%u of %u above", above, nr);
	tap_need(fabs(most / (double)nr - 0.95) < 0.02, "%u of %u at most", most, nr);
}

int main(void)
{
	check_arithmetic();
	tap_point("powers and logarithms are those of double precision");
	check_most_accurate();
	check_side_by_side();
	tap_point("no guess is more accurate over a sample than the one that is made");
	check_nothing();
	tap_point("without experience the request, then what was before");
	tap_need(pattern_accuracy(0) > 0.98, "by request: %f", pattern_accuracy(0));
	tap_need(pattern_accuracy(1) > 0.95, "by what was before: %f", pattern_accuracy(1));
	tap_point("patterns of a user are found");
	check_poison();
	tap_point("a user who lies spoils nobody else's predictions");
	check_extremes();
	tap_point("extremes, and more users than there is room for");
	check_crowd();
	tap_point("whom a crowd displaces keeps his last jobs");
	check_intervals(0.2);
	check_intervals(1.5);
	tap_point("one in ten is below, one above, and one in twenty above the most");
	return tap_done();
}
