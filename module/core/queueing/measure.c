// SPDX-License-Identifier: GPL-2.0
/*
 * Rates, means and variations out of the counts of a station, and whether its
 * arrivals are what a model takes them for.
 */
#include "core/queueing/internal.h"

/* A bin should have so many arrivals, times the arrivals' variation. */
#define BIN_MIN		5U
/* The test for a stationary rate needs as many bins. */
#define BINS_MIN	4U
#define SECOND_NS	1000000000ULL

/*
 * n sum(x^2) / sum(x)^2 - 1: the squared coefficient of variation, without the
 * difference of two large numbers.
 */
static struct aios_real variation(u64 n, u128 sum, u128 squares, s32 shift)
{
	struct aios_real total = aios_real_u128(sum, 0);
	struct aios_real ratio;

	if (!sum)
		return AIOS_REAL_ZERO;
	ratio = aios_real_div(aios_real_u128(squares, shift), total);
	ratio = aios_real_div(aios_real_mul(ratio, aios_real_u64(n)), total);
	return aios_real_sub(ratio, AIOS_REAL_ONE);
}

/* (sum(x^2) - sum(x y)) n / sum(x)^2, 0 when it is negative. */
static struct aios_real variation_about(u64 n, u64 sum, u128 squares, u128 products)
{
	struct aios_real total = aios_real_u64(sum);
	struct aios_real ratio;

	if (squares <= products)
		return AIOS_REAL_ZERO;
	ratio = aios_real_div(aios_real_u128(squares - products, 0), total);
	return aios_real_div(aios_real_mul(ratio, aios_real_u64(n)), total);
}

struct aios_real aios_flow_gap_scv(const struct aios_flow *flow)
{
	if (flow->arrivals < 2)
		return AIOS_REAL_ZERO;
	return variation(flow->arrivals - 1,
			 flow->last_arrival - flow->first_arrival,
			 aios_wide_get(flow->gap_squares), 0);
}

/*
 * The same about a mean that may move: half the mean square of the difference between
 * one gap and the next by the square of the mean (von Neumann, Annals of Mathematical
 * Statistics 12(4), 1941), without what the first and the last lack. It is the SCV
 * where gaps are independent, and less where a rate that changes makes neighbours
 * alike, so that the change does not excuse itself.
 */
static struct aios_real local_scv(const struct aios_flow *flow, struct aios_real scv)
{
	u64 gaps = flow->arrivals - 1;
	u64 sum = flow->last_arrival - flow->first_arrival;
	u128 squares = aios_wide_get(flow->gap_squares);
	u128 products = aios_wide_get(flow->gap_products);

	if (flow->arrivals < 3 || !sum)
		return scv;
	return aios_real_min(scv, variation_about(gaps, sum, squares, products));
}

struct aios_real aios_flow_service(const struct aios_flow *flow)
{
	if (!flow->ended)
		return AIOS_REAL_ZERO;
	return aios_real_div(aios_real_u128(aios_wide_get(flow->service), 0),
			     aios_real_u64(flow->ended));
}

struct aios_real aios_flow_service_scv(const struct aios_flow *flow)
{
	return variation(flow->ended, aios_wide_get(flow->service),
			 aios_wide_get(flow->service_squares), 20);
}

/*
 * Return how many servers there must have been: starts from the queue for each
 * nanosecond of queue, by what one server does.
 */
struct aios_real aios_flow_drain(const struct aios_flow *flow)
{
	if (!flow->backlog_ns)
		return AIOS_REAL_ZERO;
	return aios_real_div(aios_real_mul(aios_real_u64(flow->drained),
					   aios_flow_service(flow)),
			     aios_real_u64(flow->backlog_ns));
}

static struct aios_real per(u128 sum, u64 n)
{
	return n ? aios_real_div(aios_real_u128(sum, 0), aios_real_u64(n)) :
		   AIOS_REAL_ZERO;
}

/* A gap that is not over yet and already longer than the mean is part of it. */
static u64 recent_gap(const struct aios_flow *flow, u64 now)
{
	u64 weight = min_t(u64, flow->arrivals, AIOS_FLOW_RECENT);
	u64 mean = flow->recent_gap, open = now - flow->last_arrival;

	if (!flow->arrivals || open <= mean)
		return mean;
	return mean + (open - mean) / weight;
}

/**
 * aios_flow_measure() - what was measured
 * @flow: the station
 * @now: the time
 * @out: written whole
 *
 * L, Lq, W and Wq are one area each, divided by the elapsed time or by the
 * number of arrivals. So L = (arrivals / elapsed) W holds exactly; what is
 * rounded is the last bit of each figure.
 *
 * Return: 0, or -EINVAL when @now lies before the last event.
 */
int aios_flow_measure(const struct aios_flow *flow, u64 now,
		      struct aios_flow_measure *out)
{
	u64 elapsed = now - flow->since, passed = now - flow->last;
	u128 waiting = aios_flow_area(&flow->waiting, passed);
	u128 serving = aios_flow_area(&flow->serving, passed);
	struct aios_real second = aios_real_u64(SECOND_NS);
	struct aios_real service = aios_flow_service(flow);

	memset(out, 0, sizeof(*out));
	if (now < flow->last || now > AIOS_FLOW_TIME_MAX)
		return -EINVAL;
	out->elapsed_ns = elapsed;
	out->arrivals = flow->arrivals;
	out->starts = flow->starts;
	out->ended = flow->ended;
	out->withdrawn = flow->withdrawn;
	out->requeued = flow->requeued;
	out->waiting = flow->waiting.jobs;
	out->serving = flow->serving.jobs;
	out->parked = flow->parked;
	out->l_q32 = aios_real_to_q(per(waiting + serving, elapsed), 32);
	out->lq_q32 = aios_real_to_q(per(waiting, elapsed), 32);
	out->ls_q32 = aios_real_to_q(per(serving, elapsed), 32);
	out->w_ns = aios_real_to_q(per(waiting + serving, flow->arrivals), 0);
	out->wq_ns = aios_real_to_q(per(waiting, flow->arrivals), 0);
	out->arrival_rate_q32 =
		aios_real_to_q(aios_real_mul(second, per(flow->arrivals, elapsed)), 32);
	if (service.m)
		out->service_rate_q32 =
			aios_real_to_q(aios_real_div(second, service), 32);
	if (flow->arrivals > 1)
		out->gap_ns = aios_real_to_q(per(flow->last_arrival -
						 flow->first_arrival,
						 flow->arrivals - 1), 0);
	out->gap_scv_q32 = aios_real_to_q(aios_flow_gap_scv(flow), 32);
	out->service_ns = aios_real_to_q(service, 0);
	out->service_scv_q32 = aios_real_to_q(aios_flow_service_scv(flow), 32);
	out->drain_q32 = aios_real_to_q(aios_flow_drain(flow), 32);
	out->recent_gap_ns = recent_gap(flow, now);
	out->recent_service_ns = flow->recent_service;
	out->recent_wait_ns = flow->recent_wait;
	return 0;
}

/* sum (N_i - mean)^2 / mean of the @nr counts, which add up to @total. */
static struct aios_real dispersion(const u64 *count, u32 nr, u64 total)
{
	struct aios_real mean = aios_real_div(aios_real_u64(total),
					      aios_real_u64(nr));
	struct aios_real sum = AIOS_REAL_ZERO;
	u32 i;

	for (i = 0; i < nr; i++) {
		struct aios_real off = aios_real_distance(aios_real_u64(count[i]),
							  mean);

		sum = aios_real_add(sum, aios_real_mul(off, off));
	}
	return aios_real_div(sum, mean);
}

/* Add each two counts; a last one without a partner is dropped. */
static u32 halve(u64 *count, u32 nr, u64 *total)
{
	u32 i;

	*total -= nr & 1 ? count[nr - 1] : 0;
	for (i = 0; i < nr / 2; i++)
		count[i] = count[2 * i] + count[2 * i + 1];
	return nr / 2;
}

/*
 * Take the counts of the bins that are over, however long no job arrived. Return
 * their number.
 */
static u32 complete_bins(const struct aios_flow *flow, u64 now, u64 *count,
			 u64 *total)
{
	u64 age = now - flow->since;
	u32 shift = flow->bin_shift, nr, i;

	*total = 0;
	for (i = 0; i < AIOS_FLOW_BINS; i++) {
		count[i] = flow->bin[i];
		*total += count[i];
	}
	for (; age >> shift > AIOS_FLOW_BINS; shift++) {
		nr = halve(count, AIOS_FLOW_BINS, total);
		memset(count + nr, 0, (AIOS_FLOW_BINS - nr) * sizeof(*count));
	}
	nr = (u32)(age >> shift);
	for (i = nr; i < AIOS_FLOW_BINS; i++)
		*total -= count[i];
	return nr;
}

/* The statistic and its limit that are shown are those of the finest bins, or accuse. */
static void judge_bins(const u64 *count, u32 nr, u64 total, struct aios_real scv,
		       struct aios_queueing_input *input)
{
	const struct aios_real x = { 0x801a14e0ed018800ULL, -60 };
	struct aios_real drift = aios_real_div(dispersion(count, nr, total), scv);
	struct aios_real limit = aios_real_sqrt(aios_real_mul(aios_real_u64(nr - 1), x));

	limit = aios_real_shift(aios_real_add(limit, x), 1);
	limit = aios_real_add(limit, aios_real_u64(nr - 1));
	if (aios_real_less(limit, drift))
		input->violations |= AIOS_QUEUEING_RATE;
	else if (input->drift_limit_q32)
		return;
	input->drift_q32 = aios_real_to_q(drift, 32);
	input->drift_limit_q32 = aios_real_to_q(limit, 32);
}

/*
 * Whether the rate is stationary. The counts of a stationary process in bins
 * much longer than its memory have a variance of SCV times their mean (renewal
 * theory: Cox, Renewal Theory, 1962, section 4.3), so that their dispersion by
 * SCV is about chi-square distributed with one degree of freedom d less than
 * bins. Its upper tail at d + 2 sqrt(d x) + 2 x is at most e^-x (Laurent and
 * Massart, Annals of Statistics 28(5), 2000, Lemma 1). A drift that is slow stands out
 * in long bins, so that each two are put together and tested again while there are 4:
 * three tests at most, and x = ln 3000. The SCV is the local one. Below 1 it is taken
 * for 1, which lets a regular process pass.
 */
static void judge_rate(const struct aios_flow *flow, u64 now,
		       struct aios_queueing_input *input)
{
	struct aios_real scv = aios_real_max(local_scv(flow, input->gap_scv),
					     AIOS_REAL_ONE);
	struct aios_real least = aios_real_mul(aios_real_u64(BIN_MIN), scv);
	u64 count[AIOS_FLOW_BINS], total;
	u32 nr = complete_bins(flow, now, count, &total);

	while (nr >= BINS_MIN &&
	       aios_real_less(aios_real_u64(total),
			      aios_real_mul(least, aios_real_u64(nr))))
		nr = halve(count, nr, &total);
	if (nr < BINS_MIN) {
		input->violations |= AIOS_QUEUEING_SAMPLES;
		return;
	}
	for (; nr >= BINS_MIN && !(input->violations & AIOS_QUEUEING_RATE);
	     nr = halve(count, nr, &total))
		judge_bins(count, nr, total, scv, input);
}

/*
 * Further from 1 than a quarter, which shifts the mean wait by an eighth, and
 * four times the error 2 / sqrt(n) that the SCV of n exponential values has.
 */
static bool far_from_one(struct aios_real scv, u64 n)
{
	struct aios_real error = aios_real_div(AIOS_REAL_ONE,
					       aios_real_sqrt(aios_real_u64(n)));
	struct aios_real allowed = aios_real_add(aios_real_shift(error, 3),
						 aios_real_q(1, 2));

	return aios_real_less(allowed, aios_real_distance(scv, AIOS_REAL_ONE));
}

/**
 * aios_flow_input() - what a station gives to the models
 * @flow: the station
 * @now: the time
 * @input: written whole when 0 is returned
 *
 * Means over everything since aios_flow_init(). The assumptions are tested as
 * Documentation/queueing.rst says.
 *
 * Return: 0; -EINVAL when @now lies before the last event; -ENODATA when no job
 * arrived or none ended, or none needed any time.
 */
int aios_flow_input(const struct aios_flow *flow, u64 now,
		    struct aios_queueing_input *input)
{
	if (now < flow->last || now > AIOS_FLOW_TIME_MAX)
		return -EINVAL;
	if (!flow->arrivals || now == flow->since ||
	    !aios_wide_get(flow->service))
		return -ENODATA;
	memset(input, 0, sizeof(*input));
	input->rate = per(flow->arrivals, now - flow->since);
	input->service = aios_flow_service(flow);
	input->gap_scv = aios_flow_gap_scv(flow);
	input->service_scv = aios_flow_service_scv(flow);
	if (flow->arrivals <= QUEUEING_SAMPLES_MIN ||
	    flow->ended < QUEUEING_SAMPLES_MIN) {
		input->violations = AIOS_QUEUEING_SAMPLES;
		return 0;
	}
	judge_rate(flow, now, input);
	if (far_from_one(input->gap_scv, flow->arrivals - 1))
		input->violations |= AIOS_QUEUEING_ARRIVALS;
	if (far_from_one(input->service_scv, flow->ended))
		input->violations |= AIOS_QUEUEING_SERVICE;
	return 0;
}
