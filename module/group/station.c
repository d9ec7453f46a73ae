// SPDX-License-Identifier: GPL-2.0
/*
 * Groups as stations of the queueing model: counting, estimates of starts, and
 * AIOS_IOC_QUEUEING; see station.h.
 */
#include <linux/aios.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "arbiter/arbiter.h"
#include "calls/ioctl.h"
#include "group/group.h"
#include "group/station.h"
#include "job/job.h"
#include "main.h"
#include "names.h"

/* --------------------------------------------------------------- measuring */

/*
 * A job that nobody enters yet and one that is suspended do not wait for room,
 * and whoever has been admitted holds it.
 */
static enum aios_visit_state place_of(const struct aios_job *job)
{
	switch (job->state) {
	case AIOS_STATE_QUEUED:
		return aios_engine_job_waits(&job->core) ? AIOS_VISIT_WAITS :
							   AIOS_VISIT_PARKED;
	case AIOS_STATE_ADMITTED:
	case AIOS_STATE_RUNNING:
		return AIOS_VISIT_SERVES;
	case AIOS_STATE_SUSPENDED:
		return job->core.resuming ? AIOS_VISIT_WAITS : AIOS_VISIT_PARKED;
	default:
		return AIOS_VISIT_OUT;
	}
}

/**
 * aios_station_track - whether a job waits, holds its resources or neither has changed
 * @job: a job that the engine knows, or one that has ended
 *
 * No effect when nothing has changed. The caller holds aios_lock.
 */
void aios_station_track(struct aios_job *job)
{
	enum aios_visit_state to = place_of(job);
	struct aios_group *group;
	u64 now;

	lockdep_assert_held(&aios_lock);
	if (job->visit.state == to)
		return;
	now = ktime_get_ns();
	/* Refused where AIOS_FLOW_JOBS_MAX are already: such a group undercounts. */
	for (group = job->group; group; group = group->parent)
		aios_station_move(&group->station, &job->visit, to, now,
				  job->core.request);
	aios_visit_move(&job->visit, to, now);
}

/* -------------------------------------------------------------- estimating */

static void capacity_of(const struct aios_group *group, u64 *capacity)
{
	u32 i;

	for (i = 0; i < AIOS_RESOURCE_MAX; i++)
		capacity[i] = aios_engine.limit_only & (1U << i) ? AIOS_UNLIMITED :
			aios_engine_group_effective(&aios_engine, group->core, i, NULL);
}

static int wait_at(struct aios_group *group, struct aios_job *job,
		   const struct aios_why *why, u64 now, struct aios_queueing_wait *wait)
{
	const struct aios_station *station = &group->station;
	u64 capacity[AIOS_RESOURCE_MAX];
	struct aios_station_job found;

	capacity_of(group, capacity);
	found.ahead = aios_engine_ahead(&aios_engine, &job->core, group->core);
	found.width = aios_station_width(station, capacity, job->core.request);
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
	case AIOS_WHY_GANG:
	case AIOS_WHY_DRAIN:
		return false;
	default:
		return true;
	}
}

/**
 * aios_station_estimate - what the start of a job that waits is estimated by
 * @job: queued, or previewed
 * @why: what it waits for
 * @start_ns: the engine's estimate, 0 when a run time on the way is not known
 * @estimate: written
 *
 * Without the engine's, the station on the way to the root at which it waits for
 * longest, by the jobs that are ahead there. A station that knows no time in
 * service yet is left out, which counts as too few samples. The caller holds
 * aios_lock.
 *
 * Return: the estimated start, 0 when it is not known.
 */
u64 aios_station_estimate(struct aios_job *job, const struct aios_why *why, u64 start_ns,
			  struct aios_estimate *estimate)
{
	u64 now = ktime_get_ns(), longest = 0;
	struct aios_group *group;
	u32 left_out = 0;

	lockdep_assert_held(&aios_lock);
	memset(estimate, 0, sizeof(*estimate));
	if (!start_ns && !waits_for_room(why))
		return 0;
	if (start_ns) {
		estimate->basis = AIOS_BASIS_FUTURE;
		estimate->low_ns = start_ns;
		estimate->high_ns = start_ns;
	}
	for (group = job->group; group && !start_ns; group = group->parent) {
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
		estimate->low_ns = now + min(wait.low_ns, AIOS_TIME_MAX);
		estimate->high_ns = now + min(wait.high_ns, AIOS_TIME_MAX);
	}
	/* It has to wait, and where it does so nothing is known. */
	if (!start_ns && (!estimate->basis || !longest)) {
		memset(estimate, 0, sizeof(*estimate));
		return 0;
	}
	estimate->violations |= left_out;
	if (why->code != AIOS_WHY_NONE && can_be_overtaken(&job->core))
		estimate->violations |= AIOS_QUEUEING_ORDER;
	return start_ns ?: now + longest;
}

/* ----------------------------------------------------------------- showing */

static int fill(struct aios_queueing *q, const struct aios_group *group)
{
	u64 capacity[AIOS_RESOURCE_MAX];

	q->id = group->core->id;
	capacity_of(group, capacity);
	return aios_station_show(&group->station, ktime_get_ns(), capacity, q);
}

int aios_ioctl_queueing(struct file *file, void *arg)
{
	struct aios_queueing *q = arg;
	struct aios_group *group;
	struct aios_why why;
	char *path;
	int ret;

	if (q->flags || q->reserved || q->servers > AIOS_QUEUEING_SERVERS_MAX)
		return -EINVAL;
	path = aios_copy_string(q->path, q->path_len, AIOS_PATH_MAX, &why);
	if (IS_ERR(path))
		return PTR_ERR(path);
	ret = path ? aios_path_check(path, &why) : 0;
	if (!ret)
		ret = mutex_lock_interruptible(&aios_lock);
	if (ret)
		goto free;
	group = path ? aios_group_find(path) : aios_group_find_id(q->id);
	ret = group && aios_group_known(group) ? fill(q, group) : -ENOENT;
	mutex_unlock(&aios_lock);
free:
	kfree(path);
	return ret;
}
