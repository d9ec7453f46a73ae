// SPDX-License-Identifier: GPL-2.0
/*
 * What M/M/1, M/M/c and G/G/c expect of a station with c servers.
 */
#include "core/queueing/queueing.h"

/* A probability of loss below 2^-80 is taken for 0. */
#define ERLANG_BITS	80

/**
 * aios_queueing_servers() - how many servers a vector machine amounts to
 * @capacity: of the machine or group in one resource
 * @demand: sum of what @jobs jobs need of it, best each by its run time
 * @jobs: number of jobs
 *
 * capacity / mean demand, rounded down: of a machine with several resources,
 * the least of these, that of the bottleneck.
 *
 * Return: 1 to AIOS_QUEUEING_SERVERS_MAX.
 */
u32 aios_queueing_servers(u64 capacity, u64 demand, u64 jobs)
{
	u64 servers = aios_mul_div_u64(capacity, jobs, demand);

	return (u32)clamp_t(u64, servers, 1, AIOS_QUEUEING_SERVERS_MAX);
}

/*
 * The recurrence begins 10 standard deviations below the load, with what B is there
 * at least. A relative error at step k is multiplied by 1 - B(k) in that step,
 * which is about (k / load) there, and so by e^-50 until k is the load.
 */
static u32 erlang_begin(struct aios_real load, struct aios_real *b)
{
	struct aios_real reach = aios_real_mul(aios_real_sqrt(load),
					       aios_real_u64(10));
	u64 k = aios_real_to_q(aios_real_sub(load, reach), 0);

	*b = AIOS_REAL_ONE;
	if (k < 2)
		return 0;
	*b = aios_real_sub(AIOS_REAL_ONE,
			   aios_real_div(aios_real_u64(k - 1), load));
	return (u32)k - 1;
}

/**
 * aios_queueing_erlang_c() - probability that a job has to wait in M/M/c
 * @servers: c, 1 to AIOS_QUEUEING_SERVERS_MAX
 * @load: a = arrival rate times mean time in service
 *
 * Erlang's loss formula by its recurrence B(k) = a B(k-1) / (k + a B(k-1)),
 * which is stable, and C = c B(c) / (c - a (1 - B(c))) (Erlang, Elektroteknikeren
 * 13, 1917; Cooper, Introduction to Queueing Theory, 1981, section 3.4). Some
 * 20 sqrt(a) + 30 steps matter, 5,400 at most: before them B is forgotten,
 * after them nobody waits.
 *
 * Return: C with a relative error below 2^-40; 1 when @load is @servers or more,
 * 0 when B is below 2^-80.
 */
struct aios_real aios_queueing_erlang_c(u32 servers, struct aios_real load)
{
	struct aios_real c = aios_real_u64(servers), b, idle;
	u32 k;

	if (!aios_real_less(load, c))
		return AIOS_REAL_ONE;
	k = erlang_begin(load, &b);
	while (k++ < servers) {
		b = aios_real_mul(load, b);
		b = aios_real_div(b, aios_real_add(aios_real_u64(k), b));
		if (b.e + 64 < -ERLANG_BITS)
			return AIOS_REAL_ZERO;
	}
	idle = aios_real_sub(c, aios_real_mul(load,
					      aios_real_sub(AIOS_REAL_ONE, b)));
	return aios_real_min(aios_real_div(aios_real_mul(c, b), idle),
			     AIOS_REAL_ONE);
}

/*
 * Reckon the other three figures from the mean wait and the mean time in service.
 */
static void figures(struct aios_queueing_figures *out, struct aios_real rate,
		    struct aios_real wait, struct aios_real service)
{
	struct aios_real whole = aios_real_add(wait, service);

	out->l_q32 = aios_real_to_q(aios_real_mul(rate, whole), 32);
	out->lq_q32 = aios_real_to_q(aios_real_mul(rate, wait), 32);
	out->w_ns = aios_real_to_q(whole, 0);
	out->wq_ns = aios_real_to_q(wait, 0);
}

static void endless(struct aios_queueing_figures *out)
{
	out->l_q32 = AIOS_QUEUEING_ENDLESS;
	out->lq_q32 = AIOS_QUEUEING_ENDLESS;
	out->w_ns = AIOS_QUEUEING_ENDLESS;
	out->wq_ns = AIOS_QUEUEING_ENDLESS;
}

/**
 * aios_queueing_model() - M/M/1, M/M/c and G/G/c
 * @input: rates and variations
 * @servers: c; 0 and what is above AIOS_QUEUEING_SERVERS_MAX become the nearest
 *	number that is allowed
 * @out: written whole
 *
 * With a = rate * service, rho = a / c and C of Erlang:
 *
 * - M/M/1, all servers together as a single one that is c times as fast:
 *   W = service / c / (1 - rho), Wq = rho W
 * - M/M/c: Wq = C service / (c - a), W = Wq + service
 * - G/G/c: Wq of M/M/c times (gap_scv + service_scv) / 2 (Allen, Probability,
 *   Statistics and Queueing Theory, 2nd edition, 1990, section 5.5, after
 *   Cunneen). Exact for M/M/c and M/G/1 (Pollaczek and Khinchine), otherwise an
 *   approximation for renewal arrivals
 *
 * and by Little's law L = rate W, Lq = rate Wq. Jobs of unequal sizes are no jobs of
 * servers: no figures, for the wait would be anywhere. Cost: aios_queueing_erlang_c().
 */
void aios_queueing_model(const struct aios_queueing_input *input, u32 servers,
			 struct aios_queueing_estimate *out)
{
	const u32 general = AIOS_QUEUEING_SAMPLES | AIOS_QUEUEING_RATE |
			    AIOS_QUEUEING_LOAD | AIOS_QUEUEING_SIZES;
	const u32 markov = general | AIOS_QUEUEING_ARRIVALS | AIOS_QUEUEING_SERVICE;
	u32 c = clamp_t(u32, servers, 1, AIOS_QUEUEING_SERVERS_MAX);
	struct aios_real count = aios_real_u64(c);
	struct aios_real load = aios_real_mul(input->rate, input->service);
	struct aios_real rho = aios_real_div(load, count);
	struct aios_real delay = aios_queueing_erlang_c(c, load);
	struct aios_real share, wait, variation;

	memset(out, 0, sizeof(*out));
	out->servers = c;
	out->rho_q32 = aios_real_to_q(rho, 32);
	out->delay_q32 = aios_real_to_q(delay, 32);
	out->drift_q32 = input->drift_q32;
	out->drift_limit_q32 = input->drift_limit_q32;
	out->violations = input->violations;
	if (c > 1)
		out->violations |= AIOS_QUEUEING_ONE_SERVER;
	if (!aios_real_less(load, count))
		out->violations |= AIOS_QUEUEING_LOAD;
	out->mm1.violations = out->violations & (markov | AIOS_QUEUEING_ONE_SERVER);
	out->mmc.violations = out->violations & markov;
	out->ggc.violations = out->violations & general;
	if (out->violations & (AIOS_QUEUEING_LOAD | AIOS_QUEUEING_SIZES)) {
		endless(&out->mm1);
		endless(&out->mmc);
		endless(&out->ggc);
		return;
	}
	share = aios_real_div(input->service, count);
	wait = aios_real_div(aios_real_mul(rho, share),
			     aios_real_sub(AIOS_REAL_ONE, rho));
	figures(&out->mm1, input->rate, wait, share);
	wait = aios_real_div(aios_real_mul(delay, input->service),
			     aios_real_sub(count, load));
	figures(&out->mmc, input->rate, wait, input->service);
	variation = aios_real_add(input->gap_scv, input->service_scv);
	wait = aios_real_shift(aios_real_mul(wait, variation), -1);
	figures(&out->ggc, input->rate, wait, input->service);
}

/**
 * aios_flow_model() - the models for what a station measured
 * @flow: the station
 * @now: the time
 * @servers: c, see aios_queueing_servers() and aios_queueing_model()
 * @out: written whole when 0 is returned
 *
 * Return: 0, or an error of aios_flow_input().
 */
int aios_flow_model(const struct aios_flow *flow, u64 now, u32 servers,
		    struct aios_queueing_estimate *out)
{
	struct aios_queueing_input input;
	int error = aios_flow_input(flow, now, &input);

	if (!error)
		aios_queueing_model(&input, servers, out);
	return error;
}
