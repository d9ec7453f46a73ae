// SPDX-License-Identifier: GPL-2.0
/*
 * The counts of a station against job-by-job records: Little's law in integers
 * after every event, conservation of jobs, what is refused, and the ends of the
 * ranges.
 */
#include "core/queueing/queueing.h"
#include "random.h"
#include "tap.h"

#define JOBS	48
#define STEPS	60000

enum place { OUT, WAITS, SERVES, PARKED };

/* One job: where it is since when, and how long it was in service in all. */
static struct job {
	enum place place;
	u64 since;
	u64 served;
} job[JOBS];

/* What should be in the flow. */
static struct {
	u64 now;
	u128 past[PARKED];
	u128 area[PARKED];
	u64 arrivals;
	u64 starts;
	u64 ended;
	u64 withdrawn;
	u64 requeued;
	u64 drained;
	u64 backlog;
	u128 service;
} truth;

static struct aios_flow flow;
static u64 seed = 5;

static u32 count(enum place place)
{
	u32 n = 0, i;

	for (i = 0; i < JOBS; i++)
		n += job[i].place == place;
	return n;
}

static u128 ages(enum place place)
{
	u128 sum = 0;
	u32 i;

	for (i = 0; i < JOBS; i++)
		if (job[i].place == place)
			sum += truth.now - job[i].since;
	return sum;
}

static void pass(u64 ns)
{
	truth.area[WAITS] += (u128)count(WAITS) * ns;
	truth.area[SERVES] += (u128)count(SERVES) * ns;
	truth.backlog += count(WAITS) ? ns : 0;
	truth.now += ns;
}

static void move(struct job *j, enum place place)
{
	u64 stayed = truth.now - j->since;

	if (j->place == WAITS || j->place == SERVES)
		truth.past[j->place] += stayed;
	if (j->place == SERVES)
		j->served += stayed;
	j->place = place;
	j->since = truth.now;
}

static int serving_leaves(struct job *j, u64 stayed)
{
	switch (random_below(&seed, 4)) {
	case 0:
		truth.requeued++;
		move(j, WAITS);
		return aios_flow_requeue(&flow, truth.now, stayed);
	case 1:
		truth.requeued++;
		move(j, PARKED);
		return aios_flow_park(&flow, truth.now, stayed);
	default:
		truth.ended++;
		move(j, OUT);
		truth.service += j->served;
		return aios_flow_end(&flow, truth.now, stayed, j->served);
	}
}

static int event(struct job *j)
{
	u64 stayed = truth.now - j->since;

	switch (j->place) {
	case OUT:
		truth.arrivals++;
		j->served = 0;
		move(j, WAITS);
		return aios_flow_arrive(&flow, truth.now);
	case WAITS:
		if (random_below(&seed, 5)) {
			truth.starts++;
			truth.drained += !!stayed;
			move(j, SERVES);
			return aios_flow_start(&flow, truth.now, stayed);
		}
		if (random_below(&seed, 2)) {
			move(j, PARKED);
			return aios_flow_shelve(&flow, truth.now, stayed);
		}
		truth.withdrawn++;
		move(j, OUT);
		return aios_flow_withdraw(&flow, truth.now, stayed);
	case SERVES:
		return serving_leaves(j, stayed);
	case PARKED:
		move(j, WAITS);
		return aios_flow_resume(&flow, truth.now);
	}
	return -EINVAL;
}

static void check_little(void)
{
	u128 waiting = aios_flow_area(&flow.waiting, truth.now - flow.last);
	u128 serving = aios_flow_area(&flow.serving, truth.now - flow.last);

	tap_need(waiting == truth.area[WAITS], "area of who waits");
	tap_need(serving == truth.area[SERVES], "area of who is in service");
	tap_need(waiting == truth.past[WAITS] + ages(WAITS), "waits");
	tap_need(serving == truth.past[SERVES] + ages(SERVES), "services");
	tap_need(aios_flow_past(&flow.waiting) == truth.past[WAITS], "past waits");
	tap_need(aios_flow_past(&flow.serving) == truth.past[SERVES], "past services");
}

/* Whether @b is @numerator / @denominator, to the nearest or one bit of 2^64 off. */
static bool rounds_to(u64 b, u128 numerator, u64 denominator)
{
	u128 product = (u128)b * denominator;
	u128 off = product > numerator ? product - numerator : numerator - product;

	return off <= denominator / 2 + 1;
}

static void check_measure(void)
{
	u128 waiting = truth.area[WAITS], serving = truth.area[SERVES];
	struct aios_queueing_state state;
	struct aios_flow_measure m;

	tap_need(!aios_flow_measure(&flow, truth.now, &m), "measure");
	tap_need(m.arrivals == truth.arrivals && m.starts == truth.starts &&
		 m.ended == truth.ended && m.withdrawn == truth.withdrawn &&
		 m.requeued == truth.requeued, "counts");
	tap_need(m.waiting == count(WAITS) && m.serving == count(SERVES) &&
		 m.parked == count(PARKED), "present");
	tap_need(m.arrivals == m.waiting + m.serving + m.parked + m.ended +
			       m.withdrawn, "conservation");
	tap_need(rounds_to(m.lq_q32, waiting << 32, m.elapsed_ns), "Lq");
	tap_need(rounds_to(m.ls_q32, serving << 32, m.elapsed_ns), "Ls");
	tap_need(rounds_to(m.l_q32, (waiting + serving) << 32, m.elapsed_ns), "L");
	tap_need(rounds_to(m.wq_ns, waiting, m.arrivals), "Wq");
	tap_need(rounds_to(m.w_ns, waiting + serving, m.arrivals), "W");
	if (m.ended)
		tap_need(rounds_to(m.service_ns, truth.service, m.ended), "service");
	tap_need(flow.drained == truth.drained, "drained");
	tap_need(flow.backlog_ns == truth.backlog ||
		 truth.now != flow.last, "backlog");
	tap_need(!aios_flow_state(&flow, truth.now, &state), "state");
	tap_need(state.ahead == count(WAITS) && state.serving == count(SERVES) &&
		 state.age_ns == ages(SERVES), "state");
}

static void check_books(void)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < AIOS_FLOW_BINS; i++)
		sum += flow.bin[i];
	tap_need(sum == truth.arrivals, "bins have %llu", sum);
	for (sum = flow.block_sum, i = 0; i < flow.nr_blocks; i++)
		sum += flow.block[i];
	/* Each service was rounded to 1024 ns. */
	tap_need(sum + truth.ended / 2 + 1 >= (u64)(truth.service >> 10) &&
		 sum <= (u64)(truth.service >> 10) + truth.ended / 2 + 1, "blocks");
	tap_need(((u64)flow.nr_blocks << flow.block_shift) + flow.block_fill ==
		 truth.ended, "services in blocks");
}

static void walk(u64 since, u32 gap_bits)
{
	u32 step;

	memset(job, 0, sizeof(job));
	memset(&truth, 0, sizeof(truth));
	truth.now = since;
	aios_flow_init(&flow, since);
	for (step = 0; step < STEPS; step++) {
		if (random_below(&seed, 3))
			pass(random_next(&seed) >> (64 - gap_bits));
		/* Also between events. */
		check_little();
		tap_need(!event(&job[random_below(&seed, JOBS)]), "step %u", step);
		check_little();
		check_measure();
	}
	check_books();
}

/* Whatever is refused changes nothing but the time. */
static void check_refused(void)
{
	struct aios_flow before;
	struct aios_flow_measure m;

	aios_flow_init(&flow, 100);
	tap_need(aios_flow_arrive(&flow, 99) == -EINVAL, "before the beginning");
	tap_need(aios_flow_arrive(&flow, AIOS_FLOW_TIME_MAX + 1) == -EINVAL,
		 "after the end");
	tap_need(aios_flow_start(&flow, 100, 0) == -EINVAL, "nobody waits");
	tap_need(aios_flow_end(&flow, 100, 0, 0) == -EINVAL, "nobody serves");
	tap_need(aios_flow_resume(&flow, 100) == -EINVAL, "nobody is parked");
	tap_need(!aios_flow_arrive(&flow, 150), "arrive");
	tap_need(!aios_flow_advance(&flow, 250), "advance");
	before = flow;
	tap_need(aios_flow_start(&flow, 250, 101) == -EINVAL, "too long");
	tap_need(aios_flow_start(&flow, 250, 99) == -EINVAL, "too short");
	tap_need(aios_flow_withdraw(&flow, 250, 99) == -EINVAL, "too short");
	tap_need(aios_flow_shelve(&flow, 250, 101) == -EINVAL, "too long");
	tap_need(aios_flow_end(&flow, 250, 0, 0) == -EINVAL, "does not serve");
	tap_need(aios_flow_requeue(&flow, 250, 0) == -EINVAL, "does not serve");
	tap_need(aios_flow_park(&flow, 250, 0) == -EINVAL, "does not serve");
	tap_need(aios_flow_measure(&flow, 249, &m) == -EINVAL, "in the past");
	tap_need(!memcmp(&before, &flow, sizeof(flow)), "unchanged");
	tap_need(!aios_flow_start(&flow, 250, 100), "start");
	tap_need(!aios_flow_arrive(&flow, 250), "arrive");
	tap_need(!aios_flow_start(&flow, 260, 10), "start");
	/* Ages 10 and 0. */
	tap_need(aios_flow_end(&flow, 260, 11, 11) == -EINVAL, "more than all");
	tap_need(!aios_flow_end(&flow, 260, 10, 1000), "end");
	tap_need(aios_wide_get(flow.service) == 10, "served elsewhere");
	tap_need(!aios_flow_end(&flow, 270, 10, 10), "end");
}

/* As many jobs as there may be, for as long as time is. */
static void check_extremes(void)
{
	struct aios_queueing_estimate estimate;
	struct aios_queueing_state state;
	struct aios_queueing_wait wait;
	struct aios_flow_measure m;
	u64 end = AIOS_FLOW_TIME_MAX;
	u32 i;

	aios_flow_init(&flow, 0);
	for (i = 0; i < AIOS_FLOW_JOBS_MAX; i++)
		if (aios_flow_arrive(&flow, 0))
			break;
	tap_need(i == AIOS_FLOW_JOBS_MAX, "%u arrived", i);
	tap_need(aios_flow_arrive(&flow, 0) == -EOVERFLOW, "one more");
	for (i = 0; i < AIOS_FLOW_JOBS_MAX; i++)
		if (aios_flow_start(&flow, 0, 0) || aios_flow_arrive(&flow, 0))
			break;
	tap_need(i == AIOS_FLOW_JOBS_MAX, "%u started", i);
	tap_need(aios_flow_start(&flow, 0, 0) == -EOVERFLOW, "one more");
	tap_need(aios_flow_requeue(&flow, 0, 0) == -EOVERFLOW, "no place");
	tap_need(!aios_flow_advance(&flow, end), "advance");
	tap_need(aios_flow_area(&flow.waiting, 0) ==
		 (u128)end * AIOS_FLOW_JOBS_MAX, "area");
	tap_need(!aios_flow_state(&flow, end, &state), "state");
	tap_need(state.age_ns == U64_MAX, "age");
	for (i = 0; i < AIOS_FLOW_JOBS_MAX; i++)
		if (aios_flow_end(&flow, end, end, end))
			break;
	tap_need(i == AIOS_FLOW_JOBS_MAX, "%u ended", i);
	tap_need(aios_wide_get(flow.service_squares) >> 64 == 1ULL << 62,
		 "squares");
	for (i = 0; i < AIOS_FLOW_JOBS_MAX; i++)
		if (aios_flow_withdraw(&flow, end, end))
			break;
	tap_need(i == AIOS_FLOW_JOBS_MAX, "%u withdrew", i);
	tap_need(!aios_flow_measure(&flow, end, &m), "measure");
	tap_need(m.service_ns == end && !m.service_scv_q32, "service %llu, %llu",
		 m.service_ns, m.service_scv_q32);
	tap_need(m.l_q32 == 2ULL * AIOS_FLOW_JOBS_MAX << 32 && m.w_ns == end,
		 "L and W");
	tap_need(!aios_flow_model(&flow, end, 1, &estimate), "model");
	tap_need(!aios_queueing_wait(&flow, end, 1, &state, &wait), "wait");
	tap_need(wait.wait_ns == U64_MAX, "wait");
	tap_need(!aios_queueing_wait(&flow, end, 0, NULL, &wait), "wait");
}

/* Two arrivals at the two ends of time: the square of the gap. */
static void check_long_gap(void)
{
	struct aios_flow_measure m;

	aios_flow_init(&flow, 0);
	tap_need(!aios_flow_arrive(&flow, 0), "arrive");
	tap_need(!aios_flow_arrive(&flow, AIOS_FLOW_TIME_MAX), "arrive");
	tap_need(aios_wide_get(flow.gap_squares) ==
		 (u128)AIOS_FLOW_TIME_MAX * AIOS_FLOW_TIME_MAX, "square");
	tap_need(!aios_flow_measure(&flow, AIOS_FLOW_TIME_MAX, &m), "measure");
	tap_need(m.gap_ns == AIOS_FLOW_TIME_MAX && !m.gap_scv_q32, "gap");
	tap_need(!m.service_ns && !m.service_rate_q32 && !m.drain_q32, "service");
}

/* The last events outweigh the first ones, and silence counts. */
static void check_recent(void)
{
	struct aios_flow_measure m;
	u64 now = 0;
	u32 i;

	aios_flow_init(&flow, 0);
	for (i = 0; i < 8 * AIOS_FLOW_RECENT; i++) {
		u64 gap = i < 4 * AIOS_FLOW_RECENT ? 1000000 : 9000000;

		now += gap;
		tap_need(!aios_flow_arrive(&flow, now), "arrive");
		tap_need(!aios_flow_start(&flow, now, 0), "start");
		tap_need(!aios_flow_end(&flow, now + gap / 2, gap / 2, gap / 2),
			 "end");
		now += gap / 2;
	}
	tap_need(!aios_flow_measure(&flow, now, &m), "measure");
	/* e^-4 of the way is left. */
	tap_need(m.recent_gap_ns > 13200000 && m.recent_gap_ns < 13500000, "gap");
	tap_need(m.recent_service_ns > 4400000 && m.recent_service_ns < 4500000,
		 "service");
	tap_need(m.gap_ns > 7490000 && m.gap_ns < 7510000 &&
		 m.service_ns == 2500000, "means of all");
	tap_need(!m.recent_wait_ns, "wait");
	tap_need(!aios_flow_measure(&flow, now + 100000000000ULL, &m), "measure");
	tap_need(m.recent_gap_ns > 400000000, "silence");
}

int main(void)
{
	u32 bits;

	for (bits = 1; bits <= 41; bits += 8)
		walk(random_next(&seed) >> 4, bits);
	tap_point("Little's law in integers after every event of random walks");
	check_refused();
	tap_point("what cannot be is refused and changes nothing");
	check_extremes();
	check_long_gap();
	tap_point("nothing overflows at the ends of the ranges");
	check_recent();
	tap_point("recent means follow, and silence counts");
	return tap_done();
}
