// SPDX-License-Identifier: GPL-2.0
/*
 * How long a job that arrives now waits: by the jobs that are ahead of it, or by
 * the model whose assumptions hold when these are not known.
 */
#include "core/queueing/internal.h"

/* The 90 % quantile of the standard normal distribution, by 3. */
#define Z_THIRD_Q32	0x6d5bebcfULL
/* With fewer blocks than these their means say nothing. */
#define BLOCKS_MIN	4U

/**
 * struct service - what is known of the next times in service
 * @mean: expected, nanoseconds
 * @variance: of one about the mean
 * @shared: of what the next ones have in common: the mean drifts, and was
 *	measured on a finite number
 */
struct service {
	struct aios_real mean;
	struct aios_real variance;
	struct aios_real shared;
};

static struct aios_real square(struct aios_real a)
{
	return aios_real_mul(a, a);
}

/*
 * Return by how much the means of blocks of services vary beyond what services that
 * are independent of each other explain: it is the variance component between the
 * groups of a one-way analysis of variance (Fisher, Statistical Methods for
 * Research Workers, 1925, chapter VII).
 */
static struct aios_real drift(const struct aios_flow *flow,
			      struct aios_real variance)
{
	struct aios_real total = AIOS_REAL_ZERO, sum = AIOS_REAL_ZERO, mean;
	s32 scale = 10 - flow->block_shift;
	u32 i;

	if (flow->nr_blocks < BLOCKS_MIN)
		return AIOS_REAL_ZERO;
	for (i = 0; i < flow->nr_blocks; i++)
		total = aios_real_add(total, aios_real_u128(flow->block[i], scale));
	mean = aios_real_div(total, aios_real_u64(flow->nr_blocks));
	for (i = 0; i < flow->nr_blocks; i++) {
		struct aios_real block = aios_real_u128(flow->block[i], scale);

		sum = aios_real_add(sum, square(aios_real_distance(mean, block)));
	}
	sum = aios_real_div(sum, aios_real_u64(flow->nr_blocks - 1));
	return aios_real_sub(sum, aios_real_shift(variance, -flow->block_shift));
}

/*
 * The mean lies between that of all and that of the last, nearer to the latter
 * the more the mean drifts compared with the error of so few: the best linear
 * predictor (Robinson, Statistical Science 6(1), 1991, section 2). A mean that
 * decays by 1/w a value has the variance of one over 2 w - 1 values.
 */
static int service_expect(const struct aios_flow *flow, struct service *service)
{
	struct aios_real recent = aios_real_u64(flow->recent_service);
	struct aios_real mean = aios_flow_service(flow), moves, error, off;
	u64 samples = min_t(u64, flow->ended, 2 * AIOS_FLOW_RECENT - 1);

	if (!mean.m)
		return -ENODATA;
	service->variance = aios_real_mul(aios_flow_service_scv(flow),
					  square(mean));
	moves = drift(flow, service->variance);
	error = aios_real_div(service->variance, aios_real_u64(samples));
	service->shared = aios_real_div(service->variance,
					aios_real_u64(flow->ended));
	service->shared = aios_real_add(service->shared, moves);
	service->mean = mean;
	if (!moves.m)
		return 0;
	off = aios_real_mul(aios_real_distance(recent, mean),
			    aios_real_div(moves, aios_real_add(moves, error)));
	service->mean = aios_real_less(recent, mean) ?
			aios_real_sub(mean, off) : aios_real_add(mean, off);
	return 0;
}

/*
 * Return what is left of a service of age @age. It is exactly mean - age when all
 * services last equally long, exactly the mean when they are exponential, and a
 * mixture of the two by the variation between these. Where the variation is above
 * 1, it is the mean residual life mean (1 + scv) / 2 at a random time (Takacs,
 * Introduction to the Theory of Queues, 1962).
 */
static struct aios_real residual(const struct service *service,
				 struct aios_real age)
{
	struct aios_real mean = service->mean;
	struct aios_real scv = aios_real_div(service->variance, square(mean));
	struct aios_real rest = aios_real_sub(AIOS_REAL_ONE, scv);

	if (!rest.m) {
		scv = aios_real_add(AIOS_REAL_ONE, scv);
		return aios_real_mul(mean, aios_real_shift(scv, -1));
	}
	return aios_real_add(aios_real_mul(rest, aios_real_sub(mean, age)),
			     aios_real_mul(scv, mean));
}

/*
 * A tenth of a gamma distribution with this mean and variance is below low and
 * a tenth above high: mean (1 - 1 / 9k +- z / 3 sqrt k)^3 with k = mean^2 /
 * variance (Wilson and Hilferty, PNAS 17(12), 1931).
 */
static void interval(struct aios_queueing_wait *out, struct aios_real mean,
		     struct aios_real variance)
{
	struct aios_real ratio = aios_real_div(variance, square(mean));
	struct aios_real ninth = aios_real_div(ratio, aios_real_u64(9));
	struct aios_real step = aios_real_mul(aios_real_sqrt(ratio),
					      aios_real_q(Z_THIRD_Q32, 32));
	struct aios_real root;

	out->wait_ns = aios_real_to_q(mean, 0);
	root = aios_real_sub(AIOS_REAL_ONE, aios_real_add(ninth, step));
	root = aios_real_mul(mean, aios_real_mul(root, square(root)));
	out->low_ns = aios_real_to_q(root, 0);
	root = aios_real_sub(aios_real_add(AIOS_REAL_ONE, step), ninth);
	root = aios_real_mul(mean, aios_real_mul(root, square(root)));
	out->high_ns = aios_real_to_q(root, 0);
}

/*
 * All servers are busy, and @jobs are ahead: the first end comes after the residual
 * of one out of c, and each further one after a service out of c.
 */
static int wait_by_state(const struct aios_flow *flow, struct aios_real servers,
			 const struct aios_queueing_state *state,
			 struct aios_queueing_wait *out)
{
	struct aios_real age = AIOS_REAL_ZERO, jobs = aios_real_u64(state->ahead);
	struct aios_real first, mean, variance, scv;
	struct service service;

	out->basis = AIOS_BASIS_STATE;
	if (!state->ahead &&
	    aios_real_less(aios_real_u64(state->serving), servers))
		return 0;
	if (service_expect(flow, &service))
		return -ENODATA;
	if (flow->ended < QUEUEING_SAMPLES_MIN)
		out->violations = AIOS_QUEUEING_SAMPLES;
	if (state->serving)
		age = aios_real_div(aios_real_u64(state->age_ns),
				    aios_real_u64(state->serving));
	first = residual(&service, age);
	scv = aios_real_min(aios_real_div(service.variance, square(service.mean)),
			    AIOS_REAL_ONE);
	mean = aios_real_add(first, aios_real_mul(jobs, service.mean));
	variance = aios_real_add(aios_real_mul(scv, square(first)),
				 aios_real_mul(jobs, service.variance));
	jobs = aios_real_add(jobs, AIOS_REAL_ONE);
	variance = aios_real_add(variance, aios_real_mul(square(jobs),
							 service.shared));
	interval(out, aios_real_div(mean, servers),
		 aios_real_div(variance, square(servers)));
	return 0;
}

/* A job that waits at all waits for an exponential time of this mean. */
static u64 quantile(struct aios_real delay, struct aios_real mean,
		    struct aios_real tail)
{
	struct aios_real ln = aios_real_ln(aios_real_div(delay, tail));

	return aios_real_to_q(aios_real_mul(mean, ln), 0);
}

/*
 * P(wait > t) = C exp(-t / (Wq / C)): exact for M/M/c, where Wq / C is
 * service / (c - a); for G/G/c with its own Wq.
 */
static int wait_by_model(const struct aios_flow *flow, u64 now, u32 servers,
			 struct aios_queueing_wait *out)
{
	const struct aios_real ten = aios_real_u64(10);
	struct aios_queueing_estimate estimate;
	const struct aios_queueing_figures *model = &estimate.mmc;
	struct aios_real delay, mean;
	int error;

	error = aios_flow_model(flow, now, servers, &estimate);
	if (error)
		return error;
	out->basis = AIOS_BASIS_MMC;
	if (model->violations) {
		out->basis = AIOS_BASIS_GGC;
		model = &estimate.ggc;
	}
	out->violations = model->violations;
	out->wait_ns = model->wq_ns;
	out->low_ns = model->wq_ns;
	out->high_ns = model->wq_ns;
	if (model->violations & AIOS_QUEUEING_LOAD)
		return 0;
	delay = aios_real_q(estimate.delay_q32, 32);
	mean = aios_real_div(aios_real_u64(model->wq_ns), delay);
	if (!delay.m)
		mean = AIOS_REAL_ZERO;
	out->low_ns = quantile(delay, mean, aios_real_div(aios_real_u64(9), ten));
	out->high_ns = quantile(delay, mean, aios_real_div(AIOS_REAL_ONE, ten));
	return 0;
}

/**
 * aios_flow_state() - what a job that arrived now and started last would find
 * @flow: the station
 * @now: the time
 * @state: written whole when 0 is returned
 *
 * A caller whose job overtakes others, or whose new job was counted already,
 * corrects @state->ahead.
 *
 * Return: 0, or -EINVAL when @now lies before the last event.
 */
int aios_flow_state(const struct aios_flow *flow, u64 now,
		    struct aios_queueing_state *state)
{
	u128 ages;

	if (now < flow->last || now > AIOS_FLOW_TIME_MAX)
		return -EINVAL;
	ages = aios_flow_area(&flow->serving, now - flow->last) -
	       aios_flow_past(&flow->serving);
	state->ahead = flow->waiting.jobs;
	state->serving = flow->serving.jobs;
	state->age_ns = (u64)min_t(u128, ages, U64_MAX);
	return 0;
}

/**
 * aios_queueing_wait() - how long a new job waits
 * @flow: the station
 * @now: the time
 * @servers: c, see aios_queueing_servers(); 0 for as many as there were in
 *	effect while jobs waited (struct aios_flow_measure, drain_q32), at least 1
 * @state: what the job finds (aios_flow_state()), or NULL for a job of which
 *	that is not known, at some time to come
 * @out: written whole
 *
 * With @state: AIOS_BASIS_STATE. The job waits until as many others as are
 * ahead have ended, and one more, on @servers servers, each at the measured
 * time in service; not at all when nobody waits and a server is free. That
 * assumes nothing of the arrivals. It is exact for M/M/c, where the wait of who
 * finds n waiting is Erlang distributed with n + 1 stages, and for G/D/1.
 *
 * Without: AIOS_BASIS_MMC when that holds, otherwise AIOS_BASIS_GGC, with
 * what it suffers from in @violations. These are means over all jobs, and far
 * off for arrivals in bursts.
 *
 * Return: 0; -EINVAL when @now lies before the last event; -ENODATA when it
 * would have to be known how long jobs are in service, and none has ended.
 */
int aios_queueing_wait(const struct aios_flow *flow, u64 now, u32 servers,
		       const struct aios_queueing_state *state,
		       struct aios_queueing_wait *out)
{
	struct aios_real count = aios_real_u64(servers);

	memset(out, 0, sizeof(*out));
	if (now < flow->last || now > AIOS_FLOW_TIME_MAX)
		return -EINVAL;
	if (!servers)
		count = aios_real_max(aios_flow_drain(flow), AIOS_REAL_ONE);
	if (state)
		return wait_by_state(flow, count, state, out);
	if (!servers)
		servers = (u32)min_t(u64, aios_real_to_q(count, 0),
				     AIOS_QUEUEING_SERVERS_MAX);
	return wait_by_model(flow, now, servers, out);
}
