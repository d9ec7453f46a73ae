/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What queueing theory says about one station: a group, or the machine. Three
 * parts, each of which uses only the one before:
 *
 * - struct aios_flow counts what happens (flow.c). A job arrives and
 *   waits, starts and is in service, ends. It may leave without having started
 *   (withdraw), go back from service to waiting (requeue), or be set aside
 *   without waiting for anything (park) and later wait again (resume). Every
 *   event is O(1); time is injected.
 * - aios_flow_measure() makes rates, means and variations of it, and
 *   aios_queueing_model() what M/M/1, M/M/c and G/G/c expect of these, each with
 *   those of its assumptions that the measurement contradicts (model.c).
 * - aios_queueing_wait() estimates how long a new job waits (wait.c).
 *
 * Little's law (Little, Operations Research 9(3), 1961) holds on a flow by
 * construction, in integers and after every event: the area below the number
 * waiting is the sum of all ended waits and of the ages of those that still
 * wait, and likewise for those in service. aios_flow_area() gives the area,
 * aios_flow_past() the ended part.
 *
 * Wiring, per job and for each flow on the way from its group to the root:
 *
 *	submitted, or able to start:	aios_flow_arrive(flow, now)
 *	admitted:			aios_flow_start(flow, now, now - waits_since)
 *	ended in service:		aios_flow_end(flow, now, now - serves_since,
 *						      total time in service)
 *	cancelled while it waits:	aios_flow_withdraw(flow, now, now - waits_since)
 *	preempted, or to be retried:	aios_flow_requeue(flow, now, now - serves_since)
 *	suspended on request:		aios_flow_park(flow, now, now - serves_since)
 *	told to resume:			aios_flow_resume(flow, now)
 *	waits, and no longer wants to:	aios_flow_shelve(flow, now, now - waits_since)
 *
 * where waits_since and serves_since are the caller's, written at the last
 * arrive, requeue or resume and at the last start. A job that is cancelled while
 * it is parked resumes and withdraws at once. One that is moved to another group
 * while it waits withdraws from the one and arrives in the other; while it is in
 * service, it also ends in the one, and starts in the other after a wait of 0.
 * struct aios_station (station.h) does all this for a job's place.
 *
 * Pure: no lock, no allocation, no clock, no floating point. The caller
 * serialises all calls on one flow.
 *
 * Bounds: times and durations are nanoseconds up to AIOS_FLOW_TIME_MAX, at most
 * AIOS_FLOW_JOBS_MAX jobs wait or are in service at a time. So areas and sums of
 * durations are below 2^84; the sums of the squares and products of gaps, which
 * together last no longer than 2^62, are below 2^124, and that of times in service, in units of
 * 2^20 ns^2, below 2^52 times 2^74. None can overflow 128 bits. Fixed-point
 * numbers named _q32 have 32 fraction bits and stop at U64_MAX.
 */
#ifndef AIOS_CORE_QUEUEING_QUEUEING_H
#define AIOS_CORE_QUEUEING_QUEUEING_H

#include <linux/aios.h>

#include "core/base/real.h"

#define AIOS_FLOW_TIME_MAX	((1ULL << 62) - 1)
#define AIOS_FLOW_JOBS_MAX	(1U << 22)
#define AIOS_FLOW_BINS		16U
#define AIOS_FLOW_RECENT	256U	/* events that count as recent */
#define AIOS_QUEUEING_SERVERS_MAX 65536U
#define AIOS_Q32_ONE		(1ULL << 32)

/* 128 bits that need no more alignment than their halves. */
struct aios_wide {
	u64 low;
	u64 high;
};

static inline u128 aios_wide_get(struct aios_wide v)
{
	return (u128)v.high << 64 | v.low;
}

static inline void aios_wide_add(struct aios_wide *v, u128 more)
{
	u128 sum = aios_wide_get(*v) + more;

	v->low = (u64)sum;
	v->high = (u64)(sum >> 64);
}

/**
 * struct aios_flow_stay - those who wait, or those who are in service
 * @area: their number integrated over time, job nanoseconds
 * @past: sum of the stays that ended, nanoseconds
 * @jobs: their number now
 */
struct aios_flow_stay {
	struct aios_wide area;
	struct aios_wide past;
	u32 jobs;
};

/**
 * struct aios_flow - statistics of one station; the members are private
 * @since: time of aios_flow_init()
 * @last: time up to which it is counted
 * @first_arrival: time of the first arrival, when there was one
 * @last_arrival: time of the last one
 * @waiting: who waits
 * @serving: who is in service
 * @parked: who is set aside
 * @nr_blocks: complete blocks of services in @block
 * @bin_shift: a bin of arrivals lasts 2^bin_shift ns
 * @block_shift: a block is of 2^block_shift services
 * @block_fill: services in the block that is not complete
 * @arrivals: events since @since, likewise the following
 * @starts: starts, resumed and retried jobs included
 * @ended: jobs that ended in service
 * @withdrawn: jobs that left without being in service
 * @requeued: stays in service that ended in waiting or parking
 * @drained: starts of jobs that had waited longer than 0
 * @backlog_ns: how long somebody waited
 * @gap_squares: squares of the times between arrivals, ns^2
 * @gap_products: each time between arrivals by the one before it, ns^2
 * @last_gap: the last of them, ns
 * @service: times in service of the jobs that ended, ns
 * @service_squares: their squares, each rounded to 2^10 ns before, 2^20 ns^2
 * @recent_gap: decayed mean of the times between arrivals, ns
 * @recent_service: likewise of the times in service
 * @recent_wait: likewise of the waits that ended in a start
 * @block_sum: services of the block that is not complete, 2^10 ns
 * @block: sums of services, 2^10 ns
 * @bin: arrivals in each of AIOS_FLOW_BINS equal parts of the time from @since
 *
 * When the last of the bins or blocks is full, each two become one of twice the
 * size. So between a half and all of them are in use, and together they always
 * cover everything since @since.
 */
struct aios_flow {
	u64 since;
	u64 last;
	u64 first_arrival;
	u64 last_arrival;
	struct aios_flow_stay waiting;
	struct aios_flow_stay serving;
	u32 parked;
	u8 nr_blocks;
	u8 bin_shift;
	u8 block_shift;
	u64 block_fill;
	u64 arrivals;
	u64 starts;
	u64 ended;
	u64 withdrawn;
	u64 requeued;
	u64 drained;
	u64 backlog_ns;
	struct aios_wide gap_squares;
	struct aios_wide gap_products;
	u64 last_gap;
	struct aios_wide service;
	struct aios_wide service_squares;
	u64 recent_gap;
	u64 recent_service;
	u64 recent_wait;
	u64 block_sum;
	u64 block[AIOS_FLOW_BINS];
	u32 bin[AIOS_FLOW_BINS];
};

static_assert(sizeof(struct aios_flow) <= 512);

void aios_flow_init(struct aios_flow *flow, u64 now);
int aios_flow_advance(struct aios_flow *flow, u64 now);
int aios_flow_arrive(struct aios_flow *flow, u64 now);
int aios_flow_start(struct aios_flow *flow, u64 now, u64 waited_ns);
int aios_flow_end(struct aios_flow *flow, u64 now, u64 ran_ns, u64 served_ns);
int aios_flow_withdraw(struct aios_flow *flow, u64 now, u64 waited_ns);
int aios_flow_requeue(struct aios_flow *flow, u64 now, u64 ran_ns);
int aios_flow_park(struct aios_flow *flow, u64 now, u64 ran_ns);
int aios_flow_shelve(struct aios_flow *flow, u64 now, u64 waited_ns);
int aios_flow_resume(struct aios_flow *flow, u64 now);

u128 aios_flow_area(const struct aios_flow_stay *stay, u64 elapsed);
u128 aios_flow_past(const struct aios_flow_stay *stay);

/**
 * struct aios_flow_measure - what was measured
 * @elapsed_ns: since aios_flow_init()
 * @arrivals: jobs that arrived; always the sum of @waiting, @serving, @parked,
 *	@ended and @withdrawn
 * @starts: starts, of which a job that was requeued has several
 * @ended: jobs that ended in service
 * @withdrawn: jobs that left without
 * @requeued: stays in service that did not end the job
 * @waiting: jobs that wait now
 * @serving: jobs in service now
 * @parked: jobs set aside now; they count neither in L nor in W
 * @l_q32: L, mean number of jobs waiting or in service
 * @lq_q32: Lq, mean number of jobs waiting
 * @ls_q32: mean number in service; utilisation is this by the number of servers
 * @w_ns: W = L / arrival rate: mean time that an arrived job waited or was in
 *	service so far
 * @wq_ns: Wq, likewise waited
 * @arrival_rate_q32: arrivals per second
 * @service_rate_q32: jobs per second that one server ends while busy
 * @gap_ns: mean time between arrivals
 * @gap_scv_q32: its squared coefficient of variation, 1 in a Poisson process
 * @service_ns: mean time in service of the jobs that ended, over all their stays
 * @service_scv_q32: its squared coefficient of variation, 1 when exponential
 * @drain_q32: servers that the station had in effect while somebody waited:
 *	starts from the queue per time that there was one, times @service_ns; 0
 *	when nobody waited
 * @recent_gap_ns: mean time between the last arrivals, the present gap included
 *	where it is longer than that
 * @recent_service_ns: mean time in service of the last jobs that ended
 * @recent_wait_ns: mean of the last waits that ended in a start
 *
 * Means are over everything since aios_flow_init(). What is recent decays by
 * one part in AIOS_FLOW_RECENT an event (plain mean until that many happened).
 */
struct aios_flow_measure {
	u64 elapsed_ns;
	u64 arrivals;
	u64 starts;
	u64 ended;
	u64 withdrawn;
	u64 requeued;
	u32 waiting;
	u32 serving;
	u32 parked;
	u64 l_q32;
	u64 lq_q32;
	u64 ls_q32;
	u64 w_ns;
	u64 wq_ns;
	u64 arrival_rate_q32;
	u64 service_rate_q32;
	u64 gap_ns;
	u64 gap_scv_q32;
	u64 service_ns;
	u64 service_scv_q32;
	u64 drain_q32;
	u64 recent_gap_ns;
	u64 recent_service_ns;
	u64 recent_wait_ns;
};

int aios_flow_measure(const struct aios_flow *flow, u64 now,
		      struct aios_flow_measure *out);

/**
 * struct aios_queueing_input - what the models are given
 * @rate: arrivals per nanosecond
 * @service: mean time in service, nanoseconds
 * @gap_scv: squared coefficient of variation of the times between arrivals
 * @service_scv: likewise of the times in service
 * @violations: AIOS_QUEUEING_*, those that are not about the load
 * @drift_q32: statistic of the test for a stationary rate
 * @drift_limit_q32: above this the rate is not; 0 when it cannot be told
 */
struct aios_queueing_input {
	struct aios_real rate;
	struct aios_real service;
	struct aios_real gap_scv;
	struct aios_real service_scv;
	u32 violations;
	u64 drift_q32;
	u64 drift_limit_q32;
};

/**
 * struct aios_queueing_figures - what one model expects
 * @violations: AIOS_QUEUEING_*, those of its assumptions that do
 *	not hold; 0 when the figures can be believed
 * @l_q32: L, mean number of jobs waiting or in service
 * @lq_q32: Lq, mean number waiting
 * @w_ns: W, mean time waiting and in service
 * @wq_ns: Wq, mean time waiting
 *
 * All are AIOS_QUEUEING_ENDLESS under AIOS_QUEUEING_LOAD and AIOS_QUEUEING_SIZES.
 */
struct aios_queueing_figures {
	u32 violations;
	u64 l_q32;
	u64 lq_q32;
	u64 w_ns;
	u64 wq_ns;
};

/**
 * struct aios_queueing_estimate - the models side by side
 * @servers: c, as it was used
 * @violations: all that were found, whichever model they matter to
 * @rho_q32: work that arrives per time and server
 * @delay_q32: probability that a job has to wait (Erlang C); 1 under
 *	AIOS_QUEUEING_LOAD
 * @drift_q32: see struct aios_queueing_input
 * @drift_limit_q32: likewise
 * @mm1: M/M/1: the machine as one server, c times as fast
 * @mmc: M/M/c
 * @ggc: G/G/c
 */
struct aios_queueing_estimate {
	u32 servers;
	u32 violations;
	u64 rho_q32;
	u64 delay_q32;
	u64 drift_q32;
	u64 drift_limit_q32;
	struct aios_queueing_figures mm1;
	struct aios_queueing_figures mmc;
	struct aios_queueing_figures ggc;
};

u32 aios_queueing_servers(u64 capacity, u64 demand, u64 jobs);
struct aios_real aios_queueing_erlang_c(u32 servers, struct aios_real load);
int aios_flow_input(const struct aios_flow *flow, u64 now,
		    struct aios_queueing_input *input);
void aios_queueing_model(const struct aios_queueing_input *input, u32 servers,
			 struct aios_queueing_estimate *out);
int aios_flow_model(const struct aios_flow *flow, u64 now, u32 servers,
		    struct aios_queueing_estimate *out);

/**
 * struct aios_queueing_state - what a new job finds
 * @ahead: jobs that wait and start before it
 * @serving: jobs in service
 * @age_ns: sum over those of how long they have been, ns
 */
struct aios_queueing_state {
	u64 ahead;
	u32 serving;
	u64 age_ns;
};

/**
 * struct aios_queueing_wait - how long a new job waits
 * @basis: AIOS_BASIS_*
 * @violations: AIOS_QUEUEING_*, those that @basis suffers from
 * @wait_ns: mean, AIOS_QUEUEING_ENDLESS when there is none
 * @low_ns: one in ten waits less
 * @high_ns: one in ten waits longer
 */
struct aios_queueing_wait {
	u32 basis;
	u32 violations;
	u64 wait_ns;
	u64 low_ns;
	u64 high_ns;
};

int aios_flow_state(const struct aios_flow *flow, u64 now,
		    struct aios_queueing_state *state);
int aios_queueing_wait(const struct aios_flow *flow, u64 now, u32 servers,
		       const struct aios_queueing_state *state,
		       struct aios_queueing_wait *out);

#endif /* AIOS_CORE_QUEUEING_QUEUEING_H */
