// SPDX-License-Identifier: GPL-2.0
/*
 * Groups as stations of the queueing model: see station.h.
 */
#include <linux/aios.h>
#include <linux/ktime.h>
#include <linux/string.h>

#include "arbiter/arbiter.h"
#include "group/group.h"
#include "group/station.h"
#include "main.h"

/* What became of estimates, whichever group a job is in; protected by aios_lock. */
static struct aios_calibration experience;

/* --------------------------------------------------------------- measuring */

/**
 * aios_group_track - a job waits in the groups, holds its resources there, or neither
 * @group: the job's
 * @visit: the job's, moved
 * @to: where the job is now
 * @request: of the job, for each resource
 *
 * No effect when nothing has changed. The caller holds aios_lock.
 */
void aios_group_track(struct aios_group *group, struct aios_visit *visit,
		      enum aios_visit_state to, const u64 *request)
{
	u64 now;

	lockdep_assert_held(&aios_lock);
	if (visit->state == to)
		return;
	now = ktime_get_ns();
	/* A group that has AIOS_FLOW_JOBS_MAX already refuses, and undercounts. */
	for (; group; group = group->parent)
		aios_station_move(&group->station, visit, to, now, request);
	aios_visit_move(visit, to, now);
}

/* -------------------------------------------------------------- estimating */

static void station_capacity(const struct aios_group *group, u64 *capacity)
{
	u32 i;

	for (i = 0; i < AIOS_RESOURCE_MAX; i++)
		capacity[i] = aios_engine.limit_only & (1U << i) ? AIOS_UNLIMITED :
			aios_engine_group_effective(&aios_engine, group->core, i, NULL);
}

static int wait_at(struct aios_group *group, struct aios_job_node *job,
		   const struct aios_why *why, u64 now, struct aios_queueing_wait *wait)
{
	const struct aios_station *station = &group->station;
	u64 capacity[AIOS_RESOURCE_MAX];
	struct aios_station_job found;

	station_capacity(group, capacity);
	found.ahead = aios_engine_ahead(&aios_engine, job, group->core);
	found.width = aios_station_width(station, capacity, job->request);
	found.refused = why->code == AIOS_WHY_NOT_NOW && why->group == group->core->id;
	if (why->code == AIOS_WHY_BEHIND || why->code == AIOS_WHY_NO_DEVICE)
		found.refused = !group->parent;
	return aios_station_wait_of(station, now, aios_station_servers(station, capacity),
				    &found, wait);
}

/* Whether somebody who comes later, without a privilege, can go first. */
static bool can_be_overtaken(const struct aios_job_node *job)
{
	return aios_engine.policy_id != AIOS_POLICY_FIFO &&
	       (aios_engine.policy_id != AIOS_POLICY_PRIORITY ||
		job->priority < AIOS_PRIORITY_DEFAULT);
}

/* Whether it waits for room, or for others to act, which no model foretells. */
static bool waits_for_room(const struct aios_why *why)
{
	switch (why->code) {
	case AIOS_WHY_ON_HOLD:
	case AIOS_WHY_DEPENDS:
	case AIOS_WHY_DEPENDS_NEVER:
	case AIOS_WHY_FORGOTTEN:
	case AIOS_WHY_HELD:
	case AIOS_WHY_KEPT:
	case AIOS_WHY_GANG:
	case AIOS_WHY_DRAIN:
	case AIOS_WHY_BEGIN:
		return false;
	default:
		return true;
	}
}

/*
 * Estimate without experience: the engine's answer, else that of the station on the way
 * to the root at which the job waits for longest, by the jobs that are ahead there. A
 * station that knows no time in service yet is left out, which counts as too few samples.
 */
static u64 estimate_start(struct aios_group *group, struct aios_job_node *job,
			  const struct aios_why *why, u64 now, u64 start_ns,
			  struct aios_estimate *estimate)
{
	u32 left_out = 0;
	u64 longest = 0;

	if (!start_ns && !waits_for_room(why))
		return 0;
	if (start_ns)
		estimate->basis = AIOS_BASIS_FUTURE;
	for (; group && !start_ns; group = group->parent) {
		struct aios_queueing_wait wait;

		if (wait_at(group, job, why, now, &wait)) {
			left_out = AIOS_QUEUEING_SAMPLES;
			continue;
		}
		if (estimate->basis && wait.wait_ns <= longest)
			continue;
		longest = min(wait.wait_ns, AIOS_TIME_MAX);
		estimate->basis = wait.basis;
		estimate->violations = wait.violations;
	}
	/* It has to wait, and where it does so nothing is known. */
	if (!start_ns && (!estimate->basis || !longest)) {
		memset(estimate, 0, sizeof(*estimate));
		return 0;
	}
	estimate->violations |= left_out;
	if (why->code != AIOS_WHY_NONE && can_be_overtaken(job))
		estimate->violations |= AIOS_QUEUEING_ORDER;
	return start_ns ?: now + longest;
}

/**
 * aios_group_estimate - what the start of a job that waits is estimated by
 * @group: the job's
 * @job: queued, or previewed
 * @why: what it waits for
 * @start_ns: the engine's estimate, 0 when a run time on the way is not known
 * @estimate: written
 * @told: what the job has been told, to be learnt from when it starts; written if it
 *	has been told nothing yet. NULL: nothing will be learnt
 *
 * The estimate is corrected by what became of those before, and so is its interval:
 * see core/queueing/calibrate.h. The caller holds aios_lock.
 *
 * Return: the estimated start, 0 when it is not known.
 */
u64 aios_group_estimate(struct aios_group *group, struct aios_job_node *job,
			const struct aios_why *why, u64 start_ns,
			struct aios_estimate *estimate, struct aios_told *told)
{
	u64 now = ktime_get_ns(), capacity[AIOS_RESOURCE_MAX];
	struct aios_told answer;

	lockdep_assert_held(&aios_lock);
	memset(estimate, 0, sizeof(*estimate));
	start_ns = estimate_start(group, job, why, now, start_ns, estimate);
	estimate->low_ns = start_ns;
	estimate->high_ns = start_ns;
	/* Who need not wait is told nothing that could be wrong. */
	if (start_ns <= now || why->code == AIOS_WHY_NONE)
		return start_ns;
	while (group->parent)
		group = group->parent;
	station_capacity(group, capacity);
	aios_calibrate(&experience, estimate->basis, now, start_ns - now,
		       aios_station_width(&group->station, capacity, job->request), &answer);
	/* Nothing lets it start before its time. */
	estimate->low_ns = max(now + answer.low_ns, job->begin_ns);
	estimate->high_ns = now + answer.high_ns;
	if (told && told->basis == AIOS_BASIS_NONE) {
		*told = answer;
		aios_calibration_tell(&experience);
	}
	return max(now + answer.wait_ns, job->begin_ns);
}

/**
 * aios_group_learn - a job no longer waits
 * @told: what it was told, maybe nothing; nothing afterwards
 * @started: it holds its resources; false: it left, or was set aside
 *
 * The caller holds aios_lock.
 */
void aios_group_learn(struct aios_told *told, bool started)
{
	lockdep_assert_held(&aios_lock);
	if (started)
		aios_calibration_learn(&experience, told, ktime_get_ns());
	else
		aios_calibration_forget(&experience, told);
}

/**
 * aios_group_unlearn - begin without experience
 *
 * Errors of estimates are of the policy that ordered the queue. Who was told something
 * before and starts later is learnt from all the same. The caller holds aios_lock, or
 * nobody else is there yet.
 */
void aios_group_unlearn(void)
{
	aios_calibration_init(&experience);
}

/**
 * aios_group_queueing - the figures of a group as a station
 * @group: the group
 * @q: its struct of the call, with what it asks for; written
 *
 * The caller holds aios_lock.
 *
 * Return: 0 or as aios_station_show().
 */
int aios_group_queueing(const struct aios_group *group, struct aios_queueing *q)
{
	u64 capacity[AIOS_RESOURCE_MAX];

	q->id = group->core->id;
	station_capacity(group, capacity);
	return aios_station_show(&group->station, ktime_get_ns(), capacity, q);
}
