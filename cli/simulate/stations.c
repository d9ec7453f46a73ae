// SPDX-License-Identifier: GPL-2.0
/*
 * The stations of a replay: see stations.h.
 */
#include <stdlib.h>
#include <string.h>

#include "stations.h"
#include "util.h"

/* All count from the first arrival, so that their rates can be compared. */
static struct aios_station *station_of(struct sim_queueing *queueing, uint32_t owner,
				       uint64_t now)
{
	uint64_t since = queueing->begun ? queueing->stations[0].flow.since : now;

	if (owner >= queueing->nr) {
		uint32_t room = 2 * owner + 16;

		queueing->stations = xrealloc(queueing->stations,
					      room * sizeof(*queueing->stations));
		for (uint32_t i = queueing->nr; i < room; i++)
			aios_station_init(&queueing->stations[i], since);
		queueing->nr = room;
		queueing->begun = true;
	}
	return &queueing->stations[owner];
}

void queueing_move(struct sim_queueing *queueing, struct aios_visit *visit,
		   uint32_t owner, enum aios_place to, uint64_t now,
		   const u64 *request)
{
	if (owner)
		aios_station_move(station_of(queueing, owner, now), visit, to, now,
				  request);
	aios_station_move(station_of(queueing, 0, now), visit, to, now, request);
	aios_visit_move(visit, to, now);
}

void queueing_collect(const struct sim_queueing *queueing, uint64_t now,
		      const u64 *capacity, struct sim_stats *stats)
{
	stats->stations = xrealloc(stats->stations,
				   (queueing->nr ?: 1) * sizeof(*stats->stations));
	stats->nr_stations = 0;
	for (uint32_t i = 0; i < queueing->nr; i++) {
		struct sim_station *shown = &stats->stations[stats->nr_stations];

		memset(shown, 0, sizeof(*shown));
		shown->owner = i;
		if (queueing->stations[i].flow.arrivals &&
		    !aios_station_show(&queueing->stations[i], now, capacity, &shown->q))
			stats->nr_stations++;
	}
}

void queueing_free(struct sim_queueing *queueing)
{
	free(queueing->stations);
}
