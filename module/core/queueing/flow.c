// SPDX-License-Identifier: GPL-2.0
/*
 * The counts of a station, event by event: see queueing.h. Nothing here divides
 * except for the decayed means.
 */
#include "core/queueing/queueing.h"

/* Squares of times in service are summed in units of this, 2^10 ns. */
static u64 rounded(u64 ns)
{
	return (ns + 512) >> 10;
}

/* The time between two times that are not in order does not exist. */
static bool is_later(u64 now, u64 before)
{
	return now >= before && now <= AIOS_FLOW_TIME_MAX;
}

/**
 * aios_flow_init() - begin to count, with an empty station
 * @flow: written whole
 * @now: the time, at most AIOS_FLOW_TIME_MAX
 */
void aios_flow_init(struct aios_flow *flow, u64 now)
{
	memset(flow, 0, sizeof(*flow));
	flow->since = now;
	flow->last = now;
	flow->bin_shift = 10;
}

/**
 * aios_flow_advance() - count up to a time at which nothing happens
 * @flow: the station
 * @now: the time
 *
 * The events do it themselves.
 *
 * Return: 0, or -EINVAL when @now lies before the last event.
 */
int aios_flow_advance(struct aios_flow *flow, u64 now)
{
	u64 passed = now - flow->last;

	if (!is_later(now, flow->last))
		return -EINVAL;
	aios_wide_add(&flow->waiting.area,
		      aios_mul_u64(flow->waiting.jobs, passed));
	aios_wide_add(&flow->serving.area,
		      aios_mul_u64(flow->serving.jobs, passed));
	if (flow->waiting.jobs)
		flow->backlog_ns += passed;
	flow->last = now;
	return 0;
}

/**
 * aios_flow_area() - a number of jobs, integrated over time
 * @stay: member waiting or serving of a flow
 * @elapsed: nanoseconds since the last event
 *
 * Return: job nanoseconds; less aios_flow_past(), the sum of the ages of those
 * who stay.
 */
u128 aios_flow_area(const struct aios_flow_stay *stay, u64 elapsed)
{
	return aios_wide_get(stay->area) + aios_mul_u64(stay->jobs, elapsed);
}

/**
 * aios_flow_past() - sum of the stays that ended
 * @stay: member waiting or serving of a flow
 *
 * Return: nanoseconds.
 */
u128 aios_flow_past(const struct aios_flow_stay *stay)
{
	return aios_wide_get(stay->past);
}

/*
 * Take out a job that leaves after @stayed. The ages that remain are between 0 and
 * what the other jobs can have at most. When no job is left they are 0, so that a
 * caller who passes a wrong time is found out at the latest by then.
 */
static int leave(const struct aios_flow *flow, struct aios_flow_stay *stay,
		 u64 stayed)
{
	u128 ages = aios_wide_get(stay->area) - aios_wide_get(stay->past);

	if (!stay->jobs || stayed > ages || stayed > flow->last - flow->since ||
	    ages - stayed > aios_mul_u64(stay->jobs - 1, flow->last - flow->since))
		return -EINVAL;
	stay->jobs--;
	aios_wide_add(&stay->past, stayed);
	return 0;
}

/* Take @value into the mean of @n values, or of about the last AIOS_FLOW_RECENT. */
static void decay(u64 *mean, u64 value, u64 n)
{
	u64 weight = min_t(u64, n, AIOS_FLOW_RECENT);

	if (value >= *mean)
		*mean += (value - *mean + weight / 2) / weight;
	else
		*mean -= (*mean - value + weight / 2) / weight;
}

/* Make the bins twice as long until the present time has one. */
static void count_in_bin(struct aios_flow *flow)
{
	u64 age = flow->last - flow->since;
	u32 *bin = flow->bin;
	u32 i;

	while (age >> flow->bin_shift >= AIOS_FLOW_BINS) {
		for (i = 0; i < AIOS_FLOW_BINS / 2; i++)
			if (check_add_overflow(bin[2 * i], bin[2 * i + 1], &bin[i]))
				bin[i] = U32_MAX;
		memset(bin + i, 0, (AIOS_FLOW_BINS - i) * sizeof(*bin));
		flow->bin_shift++;
	}
	bin += age >> flow->bin_shift;
	*bin += *bin < U32_MAX;
}

/**
 * aios_flow_arrive() - a job arrives and waits
 * @flow: the station
 * @now: the time
 *
 * Return: 0; -EINVAL when @now lies before the last event; -EOVERFLOW when
 * AIOS_FLOW_JOBS_MAX wait.
 */
int aios_flow_arrive(struct aios_flow *flow, u64 now)
{
	if (aios_flow_advance(flow, now))
		return -EINVAL;
	if (flow->waiting.jobs == AIOS_FLOW_JOBS_MAX)
		return -EOVERFLOW;
	if (flow->arrivals) {
		u64 gap = now - flow->last_arrival;

		aios_wide_add(&flow->gap_squares, aios_mul_u64(gap, gap));
		aios_wide_add(&flow->gap_products, aios_mul_u64(gap, flow->last_gap));
		flow->last_gap = gap;
		decay(&flow->recent_gap, gap, flow->arrivals);
	} else {
		flow->first_arrival = now;
	}
	flow->last_arrival = now;
	flow->arrivals++;
	flow->waiting.jobs++;
	count_in_bin(flow);
	return 0;
}

/**
 * aios_flow_start() - a job that waits starts
 * @flow: the station
 * @now: the time
 * @waited_ns: since it arrived, was requeued or resumed
 *
 * Return: 0; -EINVAL when @now lies before the last event or nobody can have
 * waited that long; -EOVERFLOW when AIOS_FLOW_JOBS_MAX are in service.
 */
int aios_flow_start(struct aios_flow *flow, u64 now, u64 waited_ns)
{
	if (flow->serving.jobs == AIOS_FLOW_JOBS_MAX)
		return -EOVERFLOW;
	if (aios_flow_advance(flow, now) ||
	    leave(flow, &flow->waiting, waited_ns))
		return -EINVAL;
	flow->serving.jobs++;
	flow->starts++;
	flow->drained += !!waited_ns;
	decay(&flow->recent_wait, waited_ns, flow->starts);
	return 0;
}

/* A full set of blocks becomes half a set of blocks of twice the size. */
static void count_in_block(struct aios_flow *flow, u64 served)
{
	u32 i;

	if (check_add_overflow(flow->block_sum, served, &flow->block_sum))
		flow->block_sum = U64_MAX;
	if (++flow->block_fill >> flow->block_shift == 0)
		return;
	flow->block[flow->nr_blocks++] = flow->block_sum;
	flow->block_sum = 0;
	flow->block_fill = 0;
	if (flow->nr_blocks < AIOS_FLOW_BINS)
		return;
	for (i = 0; i < AIOS_FLOW_BINS / 2; i++)
		if (check_add_overflow(flow->block[2 * i], flow->block[2 * i + 1],
				       &flow->block[i]))
			flow->block[i] = U64_MAX;
	flow->nr_blocks = AIOS_FLOW_BINS / 2;
	flow->block_shift++;
}

/**
 * aios_flow_end() - a job in service ends
 * @flow: the station
 * @now: the time
 * @ran_ns: since it started the last time
 * @served_ns: the same over all its stays in service; @ran_ns if that is more
 *
 * Of @served_ns, what a job has from elsewhere and all stays here together do
 * not explain is not counted.
 *
 * Return: 0, or -EINVAL when @now lies before the last event or nobody can have
 * been in service that long.
 */
int aios_flow_end(struct aios_flow *flow, u64 now, u64 ran_ns, u64 served_ns)
{
	u64 units, most;
	u128 left;

	if (aios_flow_advance(flow, now) || leave(flow, &flow->serving, ran_ns))
		return -EINVAL;
	left = aios_flow_past(&flow->serving) - aios_wide_get(flow->service);
	most = (u64)min_t(u128, left, now - flow->since);
	served_ns = clamp(served_ns, ran_ns, most);
	units = rounded(served_ns);
	flow->ended++;
	aios_wide_add(&flow->service, served_ns);
	aios_wide_add(&flow->service_squares, aios_mul_u64(units, units));
	decay(&flow->recent_service, served_ns, flow->ended);
	count_in_block(flow, units);
	return 0;
}

/**
 * aios_flow_withdraw() - a job that waits leaves without being in service
 * @flow: the station
 * @now: the time
 * @waited_ns: since it arrived, was requeued or resumed
 *
 * Return: 0, or -EINVAL as of aios_flow_start().
 */
int aios_flow_withdraw(struct aios_flow *flow, u64 now, u64 waited_ns)
{
	if (aios_flow_advance(flow, now) ||
	    leave(flow, &flow->waiting, waited_ns))
		return -EINVAL;
	flow->withdrawn++;
	return 0;
}

/**
 * aios_flow_requeue() - a job in service waits again
 * @flow: the station
 * @now: the time
 * @ran_ns: since it started the last time
 *
 * Return: 0, -EINVAL as of aios_flow_end(), or -EOVERFLOW when
 * AIOS_FLOW_JOBS_MAX wait.
 */
int aios_flow_requeue(struct aios_flow *flow, u64 now, u64 ran_ns)
{
	if (flow->waiting.jobs == AIOS_FLOW_JOBS_MAX)
		return -EOVERFLOW;
	if (aios_flow_advance(flow, now) || leave(flow, &flow->serving, ran_ns))
		return -EINVAL;
	flow->waiting.jobs++;
	flow->requeued++;
	return 0;
}

/**
 * aios_flow_park() - a job in service is set aside and waits for nothing
 * @flow: the station
 * @now: the time
 * @ran_ns: since it started the last time
 *
 * Return: 0, -EINVAL as of aios_flow_end(), or -EOVERFLOW when
 * AIOS_FLOW_JOBS_MAX are set aside.
 */
int aios_flow_park(struct aios_flow *flow, u64 now, u64 ran_ns)
{
	if (flow->parked == AIOS_FLOW_JOBS_MAX)
		return -EOVERFLOW;
	if (aios_flow_advance(flow, now) || leave(flow, &flow->serving, ran_ns))
		return -EINVAL;
	flow->parked++;
	flow->requeued++;
	return 0;
}

/**
 * aios_flow_shelve() - a job that waits is set aside and waits for nothing
 * @flow: the station
 * @now: the time
 * @waited_ns: since it arrived, was requeued or resumed
 *
 * Return: 0, -EINVAL as of aios_flow_start(), or -EOVERFLOW when
 * AIOS_FLOW_JOBS_MAX are set aside.
 */
int aios_flow_shelve(struct aios_flow *flow, u64 now, u64 waited_ns)
{
	if (flow->parked == AIOS_FLOW_JOBS_MAX)
		return -EOVERFLOW;
	if (aios_flow_advance(flow, now) ||
	    leave(flow, &flow->waiting, waited_ns))
		return -EINVAL;
	flow->parked++;
	return 0;
}

/**
 * aios_flow_resume() - a job that was set aside waits again
 * @flow: the station
 * @now: the time
 *
 * Return: 0, -EINVAL when @now lies before the last event or nobody is set
 * aside, or -EOVERFLOW when AIOS_FLOW_JOBS_MAX wait.
 */
int aios_flow_resume(struct aios_flow *flow, u64 now)
{
	if (flow->waiting.jobs == AIOS_FLOW_JOBS_MAX)
		return -EOVERFLOW;
	if (aios_flow_advance(flow, now) || !flow->parked)
		return -EINVAL;
	flow->parked--;
	flow->waiting.jobs++;
	return 0;
}
