// SPDX-License-Identifier: GPL-2.0
/*
 * Stations whose jobs move from place to place: every move there is, in random
 * order, on a group and the root above it; how many servers they amount to; and
 * what a job that comes now is told.
 */
#include "core/queueing/station.h"
#include "random.h"
#include "tap.h"

#define JOBS	32
#define STEPS	40000
#define MS	1000000ULL

static struct job {
	struct aios_visit visit;
	bool below;	/* in the group, else in the root itself */
} job[JOBS];

static struct aios_station root, group;
static u64 now, seed = 11;
static u64 moves[AIOS_VISIT_PARKED + 1][AIOS_VISIT_PARKED + 1];

static void move(struct job *j, enum aios_visit_state to)
{
	static const u64 request[AIOS_RESOURCE_MAX] = { 1000, 1 };

	moves[j->visit.state][to]++;
	tap_need(!aios_station_move(&root, &j->visit, to, now, request), "root");
	if (j->below)
		tap_need(!aios_station_move(&group, &j->visit, to, now, request),
			 "group");
	aios_visit_move(&j->visit, to, now);
	if (to == AIOS_VISIT_OUT)
		j->visit = (struct aios_visit){ 0 };
}

static void check(const struct aios_station *station, bool all)
{
	const struct aios_flow *flow = &station->flow;
	u128 ages[AIOS_VISIT_PARKED + 1] = { 0 };
	u32 count[AIOS_VISIT_PARKED + 1] = { 0 };
	struct aios_flow_measure m;
	u32 i;

	for (i = 0; i < JOBS; i++) {
		if (!all && !job[i].below)
			continue;
		count[job[i].visit.state]++;
		ages[job[i].visit.state] += now - job[i].visit.since;
	}
	tap_need(!aios_flow_measure(flow, now, &m), "measure");
	tap_need(m.waiting == count[AIOS_VISIT_WAITS] &&
		 m.serving == count[AIOS_VISIT_SERVES] &&
		 m.parked == count[AIOS_VISIT_PARKED], "present");
	tap_need(m.arrivals == m.waiting + m.serving + m.parked + m.ended +
			       m.withdrawn, "conservation");
	tap_need(aios_flow_area(&flow->waiting, now - flow->last) ==
		 aios_flow_past(&flow->waiting) + ages[AIOS_VISIT_WAITS], "waits");
	tap_need(aios_flow_area(&flow->serving, now - flow->last) ==
		 aios_flow_past(&flow->serving) + ages[AIOS_VISIT_SERVES], "services");
}

static void check_moves(void)
{
	u32 step, from, to, i;

	now = 77;
	aios_station_init(&root, now);
	aios_station_init(&group, now);
	for (i = 0; i < JOBS; i++)
		job[i].below = i % 3;
	for (step = 0; step < STEPS; step++) {
		if (random_below(&seed, 4))
			now += random_below(&seed, 5 * MS);
		move(&job[random_below(&seed, JOBS)],
		     (enum aios_visit_state)random_below(&seed, 4));
		check(&root, true);
		check(&group, false);
	}
	for (from = 0; from <= AIOS_VISIT_PARKED; from++)
		for (to = 0; to <= AIOS_VISIT_PARKED; to++)
			tap_need(moves[from][to] > 100, "%u to %u: %llu", from, to,
				 moves[from][to]);
	tap_need(root.flow.arrivals > group.flow.arrivals, "the root sees all");
}

/* A job that was suspended was in service for as long as it ran in all. */
static void check_service(void)
{
	struct aios_flow_measure m;

	job[0] = (struct job){ .below = true };
	now = 0;
	aios_station_init(&root, now);
	aios_station_init(&group, now);
	move(&job[0], AIOS_VISIT_PARKED);
	now += 5 * MS;
	move(&job[0], AIOS_VISIT_WAITS);
	now += 10 * MS;
	move(&job[0], AIOS_VISIT_SERVES);
	now += 20 * MS;
	move(&job[0], AIOS_VISIT_PARKED);
	now += 40 * MS;
	move(&job[0], AIOS_VISIT_WAITS);
	now += 80 * MS;
	move(&job[0], AIOS_VISIT_SERVES);
	now += 160 * MS;
	move(&job[0], AIOS_VISIT_OUT);
	tap_need(!aios_flow_measure(&group.flow, now, &m), "measure");
	tap_need(m.arrivals == 1 && m.starts == 2 && m.requeued == 1 && m.ended == 1,
		 "counts");
	tap_need(m.service_ns == 180 * MS && m.wq_ns == 90 * MS && m.w_ns == 270 * MS,
		 "service %llu, Wq %llu, W %llu", m.service_ns, m.wq_ns, m.w_ns);
}

static void check_servers(void)
{
	u64 request[AIOS_RESOURCE_MAX] = { 0 }, capacity[AIOS_RESOURCE_MAX];
	u32 i;

	for (i = 0; i < AIOS_RESOURCE_MAX; i++)
		capacity[i] = AIOS_UNLIMITED;
	now = 0;
	aios_station_init(&root, now);
	capacity[0] = 8000;
	tap_need(aios_station_servers(&root, capacity) == AIOS_QUEUEING_SERVERS_MAX,
		 "nobody asked for anything");
	for (i = 0; i < 3000; i++) {
		struct aios_visit visit = { 0 };

		/* Half of them two and half of them four: three. */
		request[0] = i % 2 ? 2000 : 4000;
		request[1] = 1ULL << 30;
		tap_need(!aios_station_move(&root, &visit, AIOS_VISIT_WAITS, now,
					    request), "arrive");
		aios_visit_move(&visit, AIOS_VISIT_WAITS, now);
		tap_need(!aios_station_move(&root, &visit, AIOS_VISIT_OUT, now, request),
			 "leave");
	}
	tap_need(aios_station_servers(&root, capacity) == 2, "CPUs");
	capacity[0] = 96000;
	tap_need(aios_station_servers(&root, capacity) == 31 ||
		 aios_station_servers(&root, capacity) == 32, "many CPUs: %u",
		 aios_station_servers(&root, capacity));
	capacity[1] = 4ULL << 30;
	tap_need(aios_station_servers(&root, capacity) == 4, "memory is the bottleneck");
	capacity[1] = 0;
	tap_need(aios_station_servers(&root, capacity) == 1, "at least one");
}

/* What @nr jobs that ask for @small and @large of the first resource make of a station. */
static struct aios_queueing shown(u64 small, u64 large, u64 second, u32 nr)
{
	u64 request[AIOS_RESOURCE_MAX] = { 0 }, capacity[AIOS_RESOURCE_MAX];
	struct aios_queueing q = { 0 };
	u32 i;

	for (i = 0; i < AIOS_RESOURCE_MAX; i++)
		capacity[i] = AIOS_UNLIMITED;
	capacity[0] = 80000;
	capacity[1] = 1000;
	now = 0;
	aios_station_init(&root, now);
	for (i = 0; i < nr; i++) {
		struct aios_visit visit = { 0 };

		now += 10 * MS;
		request[0] = random_below(&seed, 4) ? small : large;
		request[1] = random_below(&seed, 2) ? second : 1;
		tap_need(!aios_station_move(&root, &visit, AIOS_VISIT_SERVES, now, request),
			 "serve");
		aios_visit_move(&visit, AIOS_VISIT_SERVES, now);
		now += 7 * MS;
		tap_need(!aios_station_move(&root, &visit, AIOS_VISIT_OUT, now, request),
			 "end");
	}
	tap_need(!aios_station_show(&root, now, capacity, &q), "show");
	return q;
}

static void check_sizes(void)
{
	struct aios_queueing q = shown(2000, 2000, 1, 1000);

	tap_need(!(q.violations & AIOS_QUEUEING_SIZES) &&
		 q.ggc.wq_duration_ns != AIOS_QUEUEING_ENDLESS, "equal: %x", q.violations);
	q = shown(2000, 2100, 1, 1000);
	tap_need(!(q.violations & AIOS_QUEUEING_SIZES), "nearly equal: %x", q.violations);
	/* What varies and could never be full is not looked at. */
	q = shown(2000, 2000, 2, 1000);
	tap_need(!(q.violations & AIOS_QUEUEING_SIZES), "it cannot bind: %x", q.violations);
	q = shown(2000, 32000, 1, 1000);
	tap_need(q.violations & q.mm1.violations & q.mmc.violations & q.ggc.violations &
		 q.next_violations & AIOS_QUEUEING_SIZES, "unequal: %x", q.violations);
	tap_need(q.estimated && q.mmc.l == AIOS_QUEUEING_ENDLESS &&
		 q.ggc.wq_duration_ns == AIOS_QUEUEING_ENDLESS, "no estimate");
	q = shown(2000, 2000, 900, 1000);
	tap_need(q.ggc.violations & AIOS_QUEUEING_SIZES, "the second: %x", q.violations);
}

/* Three servers by what is asked for, two of them held by somebody else. */
static void check_wait(void)
{
	static const u64 request[AIOS_RESOURCE_MAX] = { 1000 };
	struct aios_visit first = { 0 }, second = { 0 };
	struct aios_queueing_wait wait;
	u32 i;

	now = 0;
	aios_station_init(&root, now);
	tap_need(!aios_station_wait(&root, now, 3, &wait) && !wait.wait_ns &&
		 wait.basis == AIOS_BASIS_STATE, "empty");
	tap_need(!aios_station_move(&root, &first, AIOS_VISIT_SERVES, now, request),
		 "serve");
	aios_visit_move(&first, AIOS_VISIT_SERVES, now);
	for (i = 0; i < 200; i++) {
		second = (struct aios_visit){ 0 };
		tap_need(!aios_station_move(&root, &second, AIOS_VISIT_WAITS, now,
					    request), "arrive");
		aios_visit_move(&second, AIOS_VISIT_WAITS, now);
		now += 10 * MS;
		tap_need(!aios_station_move(&root, &first, AIOS_VISIT_OUT, now, request) &&
			 !aios_station_move(&root, &second, AIOS_VISIT_SERVES, now,
					    request), "next");
		aios_visit_move(&second, AIOS_VISIT_SERVES, now);
		first = second;
	}
	tap_need(!aios_station_wait(&root, now, 3, &wait) && !wait.wait_ns,
		 "two are free");
	tap_need(!aios_station_wait(&root, now, 1, &wait) && wait.wait_ns == 10 * MS,
		 "none is free: %llu", wait.wait_ns);
	second = (struct aios_visit){ 0 };
	tap_need(!aios_station_move(&root, &second, AIOS_VISIT_WAITS, now, request),
		 "arrive");
	tap_need(!aios_station_wait(&root, now, 3, &wait) && wait.wait_ns == 20 * MS,
		 "one ahead although two seem free: %llu", wait.wait_ns);
	tap_need(aios_station_wait(&root, now - 1, 3, &wait) == -EINVAL, "past");

	/* Waits as short as a decision takes do not make a server into many. */
	aios_station_init(&root, now);
	for (i = 0; i < 100; i++) {
		first = (struct aios_visit){ 0 };
		tap_need(!aios_station_move(&root, &first, AIOS_VISIT_WAITS, now,
					    request), "arrive");
		aios_visit_move(&first, AIOS_VISIT_WAITS, now);
		now += MS / 100;
		tap_need(!aios_station_move(&root, &first, AIOS_VISIT_SERVES, now,
					    request), "start");
		aios_visit_move(&first, AIOS_VISIT_SERVES, now);
		now += 10 * MS;
		if (i < 99)
			tap_need(!aios_station_move(&root, &first, AIOS_VISIT_OUT, now,
						    request), "end");
	}
	now -= 9 * MS;
	tap_need(aios_station_wait(&root, now, 1, &wait) == 0, "wait");
	tap_need(wait.wait_ns / 1000 == 9000, "one server is one: %llu", wait.wait_ns);
}

static u64 wait_of(u32 servers, u32 ahead, u32 width, bool refused)
{
	const struct aios_station_job asked = {
		.ahead = ahead, .width = width, .refused = refused,
	};
	struct aios_queueing_wait wait;

	tap_need(!aios_station_wait_of(&root, now, servers, &asked, &wait) &&
		 wait.basis == AIOS_BASIS_STATE, "wait of");
	tap_need(wait.low_ns <= wait.wait_ns && wait.wait_ns <= wait.high_ns, "interval");
	return wait.wait_ns;
}

/* Three at a time, 10 ms each; those that are there have 6 ms to go. */
static void check_wait_of(void)
{
	u64 request[AIOS_RESOURCE_MAX] = { 1000 }, capacity[AIOS_RESOURCE_MAX];
	const struct aios_station_job any = { .refused = true };
	struct aios_queueing_wait wait;
	u32 i, k;

	now = 0;
	aios_station_init(&root, now);
	tap_need(aios_station_wait_of(&root, now, 3, &any, &wait) == -ENODATA &&
		 wait.basis == AIOS_BASIS_STATE, "nothing is known");
	for (i = 0; i < 100; i++) {
		struct aios_visit visit[3] = { 0 };

		for (k = 0; k < 3; k++) {
			tap_need(!aios_station_move(&root, &visit[k], AIOS_VISIT_SERVES,
						    now, request), "serve");
			aios_visit_move(&visit[k], AIOS_VISIT_SERVES, now);
		}
		now += 10 * MS;
		for (k = 0; k < 3 && i < 99; k++)
			tap_need(!aios_station_move(&root, &visit[k], AIOS_VISIT_OUT, now,
						    request), "end");
	}
	now -= 6 * MS;
	tap_need(wait_of(4, 0, 1, false) == 0, "one is free");
	tap_need(wait_of(4, 0, 1, true) / 1000 == 2000, "not for this one: %llu",
		 wait_of(4, 0, 1, true));
	tap_need(wait_of(4, 0, 3, false) / 1000 == 5333, "two more are needed: %llu",
		 wait_of(4, 0, 3, false));
	tap_need(wait_of(3, 2, 1, true) / 1000 == 8666, "two ahead: %llu",
		 wait_of(3, 2, 1, true));
	tap_need(wait_of(3, 0, 9, false) / 1000 == 8666, "all three: %llu",
		 wait_of(3, 0, 9, false));
	for (i = 0; i < AIOS_RESOURCE_MAX; i++)
		capacity[i] = AIOS_UNLIMITED;
	request[0] = 2500;
	request[1] = 7;
	tap_need(aios_station_width(&root, capacity, request) == 1, "nothing bounds it");
	capacity[0] = 8000;
	capacity[1] = 1;
	tap_need(aios_station_width(&root, capacity, request) == 3, "2.5 is 3");
	request[0] = 2000;
	tap_need(aios_station_width(&root, capacity, request) == 2, "2 is 2");
	request[0] = 1;
	tap_need(aios_station_width(&root, capacity, request) == 1, "less than one is 1");
	request[0] = (1ULL << 56) - 1;
	tap_need(aios_station_width(&root, capacity, request) == AIOS_QUEUEING_SERVERS_MAX,
		 "the most");
}

int main(void)
{
	check_moves();
	tap_point("every move from place to place, on the group and on the root");
	check_service();
	tap_point("a suspended job's service is that of all its stays");
	check_servers();
	tap_point("servers are found at the bottleneck");
	check_sizes();
	tap_point("jobs of unequal sizes are none of servers, and there is no estimate");
	check_wait();
	tap_point("the wait goes by the servers that there were");
	check_wait_of();
	tap_point("a certain job waits for those ahead, for its width, and where refused");
	return tap_done();
}
