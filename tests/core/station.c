// SPDX-License-Identifier: GPL-2.0
/*
 * The station of station.h.
 */
#include <math.h>
#include <stdlib.h>

#include "random.h"
#include "station.h"
#include "tap.h"

void station_alloc(struct station *station, u32 nr, u32 servers)
{
	memset(station, 0, sizeof(*station));
	station->nr = nr;
	station->servers = servers;
	station->arrival = calloc(nr, sizeof(u64));
	station->service = calloc(nr, sizeof(u64));
	station->wait = calloc(nr, sizeof(u64));
	if (!station->arrival || !station->service || !station->wait)
		abort();
}

void station_free(struct station *station)
{
	free(station->arrival);
	free(station->service);
	free(station->wait);
}

/* Who is in service, the next to end first: a binary heap. */
struct heap {
	u32 nr;
	struct in_service {
		u64 end;
		u64 start;
	} job[4096];
};

static void heap_push(struct heap *heap, u64 start, u64 end)
{
	u32 i = heap->nr++;

	for (; i && heap->job[(i - 1) / 2].end > end; i = (i - 1) / 2)
		heap->job[i] = heap->job[(i - 1) / 2];
	heap->job[i] = (struct in_service){ end, start };
}

static void heap_pop(struct heap *heap)
{
	struct in_service last = heap->job[--heap->nr];
	u32 i = 0, child;

	for (;; i = child) {
		child = 2 * i + 1;
		if (child >= heap->nr)
			break;
		if (child + 1 < heap->nr &&
		    heap->job[child + 1].end < heap->job[child].end)
			child++;
		if (heap->job[child].end >= last.end)
			break;
		heap->job[i] = heap->job[child];
	}
	heap->job[i] = last;
}

static void start(struct station *station, struct heap *heap, u32 i, u64 now)
{
	station->wait[i] = now - station->arrival[i];
	tap_need(!aios_flow_start(&station->flow, now, station->wait[i]),
		 "start of %u", i);
	heap_push(heap, now, now + station->service[i]);
}

/* Of what happens at one time, ends come first. */
void station_run(struct station *station)
{
	static struct heap heap;
	u32 arrived = 0, started = 0;
	u64 now = 0;

	heap.nr = 0;
	aios_flow_init(&station->flow, 0);
	while (arrived < station->nr || heap.nr) {
		if (heap.nr && (arrived == station->nr ||
				heap.job[0].end <= station->arrival[arrived])) {
			u64 ran = heap.job[0].end - heap.job[0].start;

			now = heap.job[0].end;
			tap_need(!aios_flow_end(&station->flow, now, ran, ran),
				 "end");
			heap_pop(&heap);
		} else {
			now = station->arrival[arrived];
			if (station->arrives)
				station->arrives(station, arrived);
			tap_need(!aios_flow_arrive(&station->flow, now),
				 "arrival of %u", arrived);
			arrived++;
		}
		while (started < arrived && heap.nr < station->servers)
			start(station, &heap, started++, now);
	}
	station->end = now;
}

/* Between 0 and 1, and neither. */
double random_unit(u64 *seed)
{
	return ((double)(random_next(seed) >> 11) + 0.5) / 0x1p53;
}

double random_exponential(u64 *seed, double mean)
{
	return -log(random_unit(seed)) * mean;
}

void station_markov(struct station *station, double rho, double service,
		    bool constant, u64 seed)
{
	double gap = service / rho / station->servers, now = 0;
	u32 i;

	for (i = 0; i < station->nr; i++) {
		now += random_exponential(&seed, gap);
		station->arrival[i] = (u64)now;
		station->service[i] = (u64)(constant ? service :
			random_exponential(&seed, service) + 0.5);
	}
}

void station_bursts(struct station *station, double rho, double service,
		    double high, double low, double phase, u64 seed)
{
	double gap = service / rho / station->servers, now = 0, left = 0, next;
	/* So much of the time at the high rate that the mean is right. */
	double share = (1 - low) / (high - low);
	bool is_high = false;
	u32 i;

	for (i = 0; i < station->nr; i++) {
		next = random_exponential(&seed, 1);
		for (;;) {
			double rate = (is_high ? high : low) / gap;

			if (rate > 0 && next / rate <= left) {
				now += next / rate;
				left -= next / rate;
				break;
			}
			next -= rate * left;
			now += left;
			is_high = !is_high;
			left = random_exponential(&seed, 2 * phase * service *
						  (is_high ? share : 1 - share));
		}
		station->arrival[i] = (u64)now;
		station->service[i] = (u64)(random_exponential(&seed, service) + 0.5);
	}
}
