/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A group or the machine as a station of the queueing model (queueing.h), for an
 * owner who knows of each job where it is: waiting, in service, set aside or
 * gone. Moving a job from one place to another is one call for each station on
 * the way from its group to the root, and how many servers a station amounts to
 * is found from what its jobs ask for.
 *
 * Pure: no lock, no allocation, no clock, no floating point. The caller
 * serialises all calls on one station.
 */
#ifndef AIOS_CORE_QUEUEING_STATION_H
#define AIOS_CORE_QUEUEING_STATION_H

#include <linux/aios.h>

#include "core/queueing/queueing.h"

/**
 * enum aios_visit_state - where a job is
 * @AIOS_VISIT_OUT: not here yet, or no longer
 * @AIOS_VISIT_WAITS: could start as soon as there is room
 * @AIOS_VISIT_SERVES: holds its resources
 * @AIOS_VISIT_PARKED: cannot start whatever room there is
 */
enum aios_visit_state {
	AIOS_VISIT_OUT,
	AIOS_VISIT_WAITS,
	AIOS_VISIT_SERVES,
	AIOS_VISIT_PARKED,
};

/**
 * struct aios_visit - a job, as all stations on its way see it
 * @state: where it is
 * @since: since when
 * @served: time in service before, ns
 */
struct aios_visit {
	enum aios_visit_state state;
	u64 since;
	u64 served;
};

/**
 * struct aios_station - a station; the members are private
 * @flow: what happened
 * @request_q8: decayed mean of what the jobs that arrived asked of each resource,
 *	with 8 fraction bits
 * @spread_q8: likewise of how far each was from that mean
 */
struct aios_station {
	struct aios_flow flow;
	u64 request_q8[AIOS_RESOURCE_MAX];
	u64 spread_q8[AIOS_RESOURCE_MAX];
};

/**
 * struct aios_station_job - a job of which it is asked how long it waits
 * @ahead: jobs that wait at this station and start before it
 * @width: how many servers it takes, see aios_station_width()
 * @refused: there is no room for it now, whatever the number of servers says
 */
struct aios_station_job {
	u32 ahead;
	u32 width;
	bool refused;
};

void aios_station_init(struct aios_station *station, u64 now);
int aios_station_move(struct aios_station *station, const struct aios_visit *visit,
		      enum aios_visit_state to, u64 now, const u64 *request);
void aios_visit_move(struct aios_visit *visit, enum aios_visit_state to, u64 now);
u32 aios_station_servers(const struct aios_station *station, const u64 *capacity);
bool aios_station_unequal(const struct aios_station *station, const u64 *capacity);
u32 aios_station_width(const struct aios_station *station, const u64 *capacity,
		       const u64 *request);
int aios_station_wait(const struct aios_station *station, u64 now, u32 servers,
		      struct aios_queueing_wait *out);
int aios_station_wait_of(const struct aios_station *station, u64 now, u32 servers,
			 const struct aios_station_job *job,
			 struct aios_queueing_wait *out);
int aios_station_show(const struct aios_station *station, u64 now, const u64 *capacity,
		      struct aios_queueing *q);

#endif /* AIOS_CORE_QUEUEING_STATION_H */
