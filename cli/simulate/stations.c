// SPDX-License-Identifier: GPL-2.0
/*
 * The stations of a replay: see stations.h.
 */
#include <stdlib.h>
#include <string.h>

#include "print/util.h"
#include "simulate/stations.h"

void queueing_begin(struct sim_queueing *queueing, uint64_t now)
{
	if (!queueing->begun)
		queueing->since = now;
	queueing->begun = true;
}

static struct aios_station *station_of(struct sim_queueing *queueing, uint32_t owner)
{
	if (owner >= queueing->nr) {
		uint32_t room = 2 * owner + 16;

		queueing->stations = xrealloc(queueing->stations,
					      room * sizeof(*queueing->stations));
		for (uint32_t i = queueing->nr; i < room; i++)
			aios_station_init(&queueing->stations[i], queueing->since);
		queueing->nr = room;
	}
	return &queueing->stations[owner];
}

void queueing_move(struct sim_queueing *queueing, struct aios_visit *visit,
		   uint32_t owner, enum aios_visit_state to, uint64_t now,
		   const u64 *request)
{
	if (to == visit->state)
		return;
	if (owner)
		aios_station_move(station_of(queueing, owner), visit, to, now,
				  request);
	aios_station_move(station_of(queueing, 0), visit, to, now, request);
	aios_visit_move(visit, to, now);
	queueing->last = now;
}

void queueing_collect(const struct sim_queueing *queueing, const u64 *capacity,
		      struct sim_stats *stats)
{
	stats->stations = xrealloc(stats->stations,
				   (queueing->nr ?: 1) * sizeof(*stats->stations));
	stats->nr_stations = 0;
	for (uint32_t i = 0; i < queueing->nr; i++) {
		struct sim_station *shown = &stats->stations[stats->nr_stations];

		memset(shown, 0, sizeof(*shown));
		shown->owner = i;
		if (queueing->stations[i].flow.arrivals &&
		    !aios_station_show(&queueing->stations[i], queueing->last, capacity,
				       &shown->q))
			stats->nr_stations++;
	}
}

void queueing_free(struct sim_queueing *queueing)
{
	free(queueing->stations);
}
