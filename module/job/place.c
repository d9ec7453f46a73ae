// SPDX-License-Identifier: GPL-2.0
/*
 * A job takes the place of another of the same user. What is between them and his, in the
 * same group and of the same priority, moves one place back each, so that together they
 * have the places that they had, and nobody else's job is passed.
 */
#include <linux/aios.h>
#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "arbiter/arbiter.h"
#include "job/job.h"
#include "main.h"
#include "turns.h"

static bool alike(const struct aios_job *job, const struct aios_job *other)
{
	return other->state == AIOS_STATE_QUEUED && !other->core.gang &&
	       !other->core.depend.lost && other->group == job->group &&
	       other->core.priority == job->core.priority &&
	       uid_eq(other->asked.uid, job->asked.uid);
}

/* Jobs whose places are from that of @first on to that of @job; NULL: from the first on. */
static u32 collect(const struct aios_job *job, const struct aios_job *first,
		   struct aios_job **to)
{
	struct aios_job *other;
	u32 nr = 0;
	u64 id = 0;

	for (; (other = aios_job_next(&id)); id++) {
		if (!alike(job, other) || other->core.serial > job->core.serial ||
		    (first && other->core.serial < first->core.serial))
			continue;
		if (to)
			to[nr] = other;
		nr++;
	}
	return nr;
}

static int compare_places(const void *a, const void *b)
{
	u64 one = (*(struct aios_job * const *)a)->core.serial;
	u64 two = (*(struct aios_job * const *)b)->core.serial;

	return one < two ? -1 : one > two;
}

/**
 * aios_job_place_find - which jobs move when one takes the place of another
 * @job: the job, queued
 * @before: id of the other; 0: the first that there is
 * @place: written; aios_job_place_take() or kfree() of its array ends it
 *
 * The caller holds aios_lock, and goes on to aios_job_place_take() without giving it up.
 *
 * Return: 0, -EINVAL: one of the two cannot change places, or the other is behind it already,
 * -ENOENT: there is none that the caller may see, -ENOMEM.
 */
int aios_job_place_find(struct aios_job *job, u64 before, struct aios_place_own *place)
{
	struct aios_job *first = before ? aios_job_find(before) : NULL;

	lockdep_assert_held(&aios_lock);
	if (before && (!first || !aios_job_visible_to(first, current_cred())))
		return -ENOENT;
	if (!alike(job, job) ||
	    (first && (!alike(job, first) || first->core.serial > job->core.serial)))
		return -EINVAL;
	place->nr = collect(job, first, NULL);
	place->job = kmalloc_array(place->nr, sizeof(*place->job),
				   aios_turn_gfp() | __GFP_ACCOUNT);
	if (!place->job)
		return -ENOMEM;
	collect(job, first, place->job);
	sort(place->job, place->nr, sizeof(*place->job), compare_places, NULL);
	return 0;
}

/**
 * aios_job_place_take - do so
 * @place: found
 *
 * The caller holds aios_lock.
 */
void aios_job_place_take(struct aios_place_own *place)
{
	struct aios_job *job = place->job[place->nr - 1];
	u32 i;

	for (i = place->nr - 1; i; i--) {
		/* Nothing has changed since they were found to be alike. */
		WARN_ON_ONCE(aios_engine_job_swap(&aios_engine, aios_arbiter_now(), &job->core,
						  &place->job[i - 1]->core));
		aios_job_changed(place->job[i - 1]);
	}
	kfree(place->job);
	place->job = NULL;
}
