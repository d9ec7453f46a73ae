// SPDX-License-Identifier: GPL-2.0
/*
 * Stations whose jobs move from place to place: see station.h.
 */
#include "core/queueing/internal.h"
#include "core/queueing/station.h"

#define REQUEST_FRAC	8

/* Sizes are equal within this part of their mean, where they can matter. */
#define EQUAL_PART	8
#define BOTTLENECK_PARTS 16

/**
 * aios_station_init() - begin to count, with an empty station
 * @station: written whole
 * @now: the time, at most AIOS_FLOW_TIME_MAX
 */
void aios_station_init(struct aios_station *station, u64 now)
{
	memset(station, 0, sizeof(*station));
	aios_flow_init(&station->flow, now);
}

static void approach(u64 *mean, u64 value, u64 weight)
{
	if (value >= *mean)
		*mean += (value - *mean) / weight;
	else
		*mean -= (*mean - value) / weight;
}

/* The mean is plain over the first AIOS_FLOW_RECENT and then decays. */
static void note_request(struct aios_station *station, const u64 *request)
{
	u64 weight = min_t(u64, station->flow.arrivals, AIOS_FLOW_RECENT);
	u32 i;

	for (i = 0; i < AIOS_RESOURCE_MAX; i++) {
		u64 value = request[i] << REQUEST_FRAC;
		u64 *mean = &station->request_q8[i];

		approach(mean, value, weight);
		approach(&station->spread_q8[i],
			 value > *mean ? value - *mean : *mean - value, weight);
	}
}

static int station_arrive(struct aios_station *station, enum aios_visit_state to, u64 now,
			  const u64 *request)
{
	struct aios_flow *flow = &station->flow;
	int error = aios_flow_arrive(flow, now);

	if (error)
		return error;
	note_request(station, request);
	if (to == AIOS_VISIT_PARKED)
		return aios_flow_shelve(flow, now, 0);
	return to == AIOS_VISIT_SERVES ? aios_flow_start(flow, now, 0) : 0;
}

static int stop_waiting(struct aios_flow *flow, enum aios_visit_state to, u64 now,
			u64 waited)
{
	switch (to) {
	case AIOS_VISIT_SERVES:
		return aios_flow_start(flow, now, waited);
	case AIOS_VISIT_PARKED:
		return aios_flow_shelve(flow, now, waited);
	default:
		return aios_flow_withdraw(flow, now, waited);
	}
}

static int stop_serving(struct aios_flow *flow, enum aios_visit_state to, u64 now,
			u64 ran, u64 served)
{
	switch (to) {
	case AIOS_VISIT_WAITS:
		return aios_flow_requeue(flow, now, ran);
	case AIOS_VISIT_PARKED:
		return aios_flow_park(flow, now, ran);
	default:
		return aios_flow_end(flow, now, ran, served + ran);
	}
}

/**
 * aios_station_move() - a job goes from one place to another
 * @station: one of those on its way
 * @visit: where it is; aios_visit_move() follows when all stations know
 * @to: where it goes; no effect when it is there
 * @now: the time, no earlier than the last event
 * @request: u64[AIOS_RESOURCE_MAX] that it asks for, at most AIOS_AMOUNT_MAX each,
 *	0 where it asks for nothing; looked at when it arrives
 *
 * Whoever is set aside passes through waiting for a time of 0 on the way to
 * anywhere. A job that ends while it is not in service counts as withdrawn.
 *
 * Return: 0, or an error of aios_flow_arrive() and so on.
 */
int aios_station_move(struct aios_station *station, const struct aios_visit *visit,
		      enum aios_visit_state to, u64 now, const u64 *request)
{
	struct aios_flow *flow = &station->flow;
	int error;

	if (to == visit->state)
		return 0;
	switch (visit->state) {
	case AIOS_VISIT_OUT:
		return station_arrive(station, to, now, request);
	case AIOS_VISIT_WAITS:
		return stop_waiting(flow, to, now, now - visit->since);
	case AIOS_VISIT_SERVES:
		return stop_serving(flow, to, now, now - visit->since, visit->served);
	case AIOS_VISIT_PARKED:
		error = aios_flow_resume(flow, now);
		if (error || to == AIOS_VISIT_WAITS)
			return error;
		return stop_waiting(flow, to, now, 0);
	}
	return -EINVAL;
}

/**
 * aios_visit_move() - note where a job is now
 * @visit: the job; zeroed before it arrives
 * @to: where it went
 * @now: the time
 */
void aios_visit_move(struct aios_visit *visit, enum aios_visit_state to, u64 now)
{
	if (to == visit->state)
		return;
	if (visit->state == AIOS_VISIT_SERVES)
		visit->served += now - visit->since;
	visit->state = to;
	visit->since = now;
}

/**
 * aios_station_servers() - how many servers a station amounts to
 * @station: the station
 * @capacity: u64[AIOS_RESOURCE_MAX] that it can have of each resource, or
 *	AIOS_UNLIMITED
 *
 * As many jobs as the mean of those that arrived last fit, in the resource that
 * holds the fewest: aios_queueing_servers() of the bottleneck.
 *
 * Return: 1 to AIOS_QUEUEING_SERVERS_MAX, the latter when nothing bounds them.
 */
u32 aios_station_servers(const struct aios_station *station, const u64 *capacity)
{
	u32 servers = AIOS_QUEUEING_SERVERS_MAX, i;

	for (i = 0; i < AIOS_RESOURCE_MAX; i++) {
		if (capacity[i] == AIOS_UNLIMITED || !station->request_q8[i])
			continue;
		servers = min(servers,
			      aios_queueing_servers(capacity[i], station->request_q8[i],
						    1U << REQUEST_FRAC));
	}
	return servers;
}

/**
 * aios_station_unequal() - whether jobs ask for unequal amounts
 * @station: the station
 * @capacity: as for aios_station_servers()
 *
 * Servers, each of which has one job, are what every model takes a station for. Where
 * sizes differ that is not so: a wide job waits until many narrow ones have ended, what
 * is free meanwhile serves nobody, and those behind it wait too. So sizes are tested in
 * each resource of which the mean job takes at least a sixteenth as large a part as of
 * the bottleneck: they are unequal when their mean distance from the mean is more than
 * an eighth of it.
 */
bool aios_station_unequal(const struct aios_station *station, const u64 *capacity)
{
	u64 servers = aios_station_servers(station, capacity);
	u32 i;

	for (i = 0; i < AIOS_RESOURCE_MAX; i++) {
		u64 mean = station->request_q8[i];

		if (capacity[i] == AIOS_UNLIMITED || !mean ||
		    station->spread_q8[i] <= mean / EQUAL_PART)
			continue;
		if (aios_queueing_servers(capacity[i], mean, 1U << REQUEST_FRAC) <=
		    servers * BOTTLENECK_PARTS)
			return true;
	}
	return false;
}

/**
 * aios_station_width() - how many servers a job takes
 * @station: the station
 * @capacity: as for aios_station_servers()
 * @request: u64[AIOS_RESOURCE_MAX] that it asks for
 *
 * As many mean requests as its own is, rounded up, in the resource in which it is
 * largest.
 *
 * Return: 1 to AIOS_QUEUEING_SERVERS_MAX.
 */
u32 aios_station_width(const struct aios_station *station, const u64 *capacity,
		       const u64 *request)
{
	u64 width = 1;
	u32 i;

	for (i = 0; i < AIOS_RESOURCE_MAX; i++) {
		u64 mean = station->request_q8[i], part;

		if (capacity[i] == AIOS_UNLIMITED || !mean || !request[i])
			continue;
		part = ((request[i] << REQUEST_FRAC) - 1) / mean + 1;
		width = max(width, part);
	}
	return (u32)min_t(u64, width, AIOS_QUEUEING_SERVERS_MAX);
}

/* While jobs waited, others may have held what the station could have. */
static u32 in_effect(const struct aios_flow *flow, u32 servers)
{
	return flow->drained &&
	       aios_real_less(aios_flow_drain(flow), aios_real_u64(servers)) ?
	       0 : servers;
}

/**
 * aios_station_wait() - how long a job that came now would wait
 * @station: the station
 * @now: the time
 * @servers: c, see aios_station_servers()
 * @out: written whole
 *
 * By the jobs that are ahead, see aios_queueing_wait(). While somebody waits, or
 * all @servers are busy, it goes by how many servers there were in effect when
 * jobs waited, if these were fewer: others may hold what the station could have.
 *
 * Return: as aios_queueing_wait().
 */
int aios_station_wait(const struct aios_station *station, u64 now, u32 servers,
		      struct aios_queueing_wait *out)
{
	const struct aios_flow *flow = &station->flow;
	struct aios_queueing_state state;

	memset(out, 0, sizeof(*out));
	if (aios_flow_state(flow, now, &state))
		return -EINVAL;
	if (state.ahead || state.serving >= servers)
		servers = in_effect(flow, servers);
	return aios_queueing_wait(flow, now, servers, &state, out);
}

/**
 * aios_station_wait_of() - how long a certain job waits from now on
 * @station: the station
 * @now: the time
 * @servers: c, see aios_station_servers()
 * @job: who is ahead of it, how wide it is, whether there is no room now
 * @out: written whole
 *
 * As aios_station_wait(), for a job that takes several servers: it waits until as
 * many have ended as are ahead, and as many more as it needs beyond the servers
 * that are free. For one that is known to have no room, those that are busy are
 * all there are, and at least one has to end.
 *
 * Return: as aios_queueing_wait().
 */
int aios_station_wait_of(const struct aios_station *station, u64 now, u32 servers,
			 const struct aios_station_job *job,
			 struct aios_queueing_wait *out)
{
	const struct aios_flow *flow = &station->flow;
	struct aios_queueing_state state;
	u32 width, free;

	memset(out, 0, sizeof(*out));
	if (aios_flow_state(flow, now, &state))
		return -EINVAL;
	width = clamp_t(u32, job->width, 1, max(servers, 1U));
	free = servers - min(servers, state.serving);
	state.ahead = job->ahead;
	if (!job->refused && !job->ahead && width <= free) {
		out->basis = AIOS_BASIS_STATE;
		return 0;
	}
	state.ahead += width > free ? width - free - 1 : 0;
	state.serving = max(state.serving, 1U);
	servers = clamp_t(u32, state.serving, 1, max(servers, 1U));
	return aios_queueing_wait(flow, now, in_effect(flow, servers), &state, out);
}
