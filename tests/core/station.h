/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A station with c servers and first-in-first-out order, played event by event
 * into a struct aios_flow; and streams of jobs for it. The arithmetic of the
 * streams is in floating point: only the tests may.
 */
#ifndef AIOS_TEST_STATION_H
#define AIOS_TEST_STATION_H

#include "core/queueing/queueing.h"

/**
 * struct station - a run
 * @flow: what is counted; initialised at 0
 * @nr: jobs
 * @servers: c
 * @arrival: times of arrival, in order, ns
 * @service: times in service, ns
 * @wait: written, ns
 * @end: time of the last event
 * @arrives: called before the flow hears of job @i, may be NULL; what is in the
 *	flow is what that job could know
 * @data: for @arrives
 */
struct station {
	struct aios_flow flow;
	u32 nr;
	u32 servers;
	u64 *arrival;
	u64 *service;
	u64 *wait;
	u64 end;
	void (*arrives)(struct station *station, u32 i);
	void *data;
};

void station_alloc(struct station *station, u32 nr, u32 servers);
void station_free(struct station *station);
void station_run(struct station *station);

double random_unit(u64 *seed);
double random_exponential(u64 *seed, double mean);

/* Poisson arrivals at @rho, service exponential, or constant if @constant. */
void station_markov(struct station *station, double rho, double service,
		    bool constant, u64 seed);
/* Two rates of arrival, @high and @low times the mean, for @phase services. */
void station_bursts(struct station *station, double rho, double service,
		    double high, double low, double phase, u64 seed);

#endif /* AIOS_TEST_STATION_H */
