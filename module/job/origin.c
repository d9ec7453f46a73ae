// SPDX-License-Identifier: GPL-2.0
/*
 * What jobs may have together whose processes came from one cgroup: its limits bound their
 * sum, not each of them.
 *
 * A job is tied to every limited cgroup that its process left. What such a cgroup allows is
 * divided among the jobs that are tied to it and hold resources: each keeps what it requested
 * and, of what is held and not given back at once, what it uses; all get a part of the rest.
 * It is divided anew when a job comes or ends, and at the tick when somebody is short. A job
 * whose request finds no room there waits, in the order in which processes came, until others
 * from there have ended.
 */
#include <linux/aios.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "arbiter/arbiter.h"
#include "enforce/resource.h"
#include "enforce/source.h"
#include "job/gang.h"
#include "job/job.h"
#include "job/origin.h"
#include "main.h"

/* What is divided: each resource, and the amount above which memory is reclaimed. */
#define NR_PARTS	(AIOS_RESOURCE_MAX + 1)

/*
 * How many shares of what is left somebody gets who is short of what flows; all others get
 * one, and so does everybody of what is held: who grows must find room before the next tick.
 */
#define SHARES_SHORT	64

/**
 * struct aios_tie - a job and a limited cgroup that its process came from
 */
struct aios_tie {
	/** @in_all: in the list of all ties, where those of one cgroup are neighbours */
	struct list_head in_all;
	/** @job: the job */
	struct aios_job *job;
	/** @level: the cgroup, and what it allows to all */
	struct aios_level level;
	/** @share: what it allows to this job */
	struct aios_bound share;
	/** @is_new: nothing has been divided yet since it was tied */
	bool is_new;
};

/**
 * struct aios_ties - those of a job; protected by aios_lock once it has them
 */
struct aios_ties {
	/** @nr: how many there are */
	u32 nr;
	/** @room: of @tie */
	u32 room;
	/** @tie: of the innermost cgroup first */
	struct aios_tie tie[];
};

/* All ties, and whether others are tied or hold resources than when shares were made. */
static struct {
	struct list_head all;	/* both protected by aios_lock */
	bool changed;
} ties = { .all = LIST_HEAD_INIT(ties.all) };

static u64 *part_of(struct aios_bound *bound, u32 part)
{
	return part < AIOS_RESOURCE_MAX ? &bound->limit[part] : &bound->memory_high;
}

static u32 resource_of(u32 part)
{
	return part < AIOS_RESOURCE_MAX ? part : AIOS_RESOURCE_MEMORY;
}

static bool holds(const struct aios_job *job)
{
	return job->state > AIOS_STATE_QUEUED && !aios_job_ended(job);
}

static bool flows(u32 resource)
{
	const struct aios_resource_ops *ops = aios_resource_ops_of(resource);

	return ops && ops->rate;
}

/* What a job needs to start, stated or not. */
static u64 need_of(const struct aios_job *job, u32 resource)
{
	const struct aios_resource_ops *ops = aios_resource_ops_of(resource);
	u64 need = ops && !ops->rate ? ops->least : 0;

	if (aios_resource_in(job->core.resource_mask, resource))
		need = max(need, job->core.request[resource]);
	return need;
}

/* What it keeps: of what is held what it uses as well, which it cannot give back at once. */
static u64 floor_of(const struct aios_job *job, u32 resource)
{
	u64 need = need_of(job, resource);

	if (holds(job) && !flows(resource))
		need = max(need, job->meter.use.amount[resource]);
	return need;
}

/* ------------------------------------------------------------------- sharing */

static struct aios_tie *next_of(struct aios_tie *tie)
{
	struct aios_tie *next = list_next_entry(tie, in_all);

	if (list_entry_is_head(next, &ties.all, in_all) || next->level.id != tie->level.id)
		return NULL;
	return next;
}

static struct aios_tie *first_of(struct aios_tie *tie)
{
	u64 id = tie->level.id;

	while (!list_is_first(&tie->in_all, &ties.all) &&
	       list_prev_entry(tie, in_all)->level.id == id)
		tie = list_prev_entry(tie, in_all);
	return tie;
}

/* Who is new may be. */
static bool is_short(struct aios_tie *tie, u32 part)
{
	u64 share = *part_of(&tie->share, part);

	return tie->is_new ||
	       tie->job->meter.use.amount[resource_of(part)] >= share - share / 8;
}

/* Who is not short of what flows keeps what he uses of it, as long as that fits. */
static u64 base_of(struct aios_tie *tie, u32 part, bool fits)
{
	u32 resource = resource_of(part);
	u64 base = floor_of(tie->job, resource);

	if (fits && flows(resource) && !is_short(tie, part))
		base = max(base, tie->job->meter.use.amount[resource]);
	return base;
}

static u64 sum_of_bases(struct aios_tie *first, u32 part, bool fits)
{
	struct aios_tie *tie;
	u64 sum = 0;

	for (tie = first; tie; tie = next_of(tie))
		if (holds(tie->job))
			sum += base_of(tie, part, fits);
	return sum;
}

static u32 shares_of(struct aios_tie *tie, u32 part, bool contended)
{
	return contended && is_short(tie, part) ? SHARES_SHORT : 1;
}

/* Whether somebody is known to be short of what flows. */
static bool is_contended(struct aios_tie *first, u32 part)
{
	struct aios_tie *tie;

	if (!flows(resource_of(part)))
		return false;
	for (tie = first; tie; tie = next_of(tie))
		if (holds(tie->job) && !tie->is_new && is_short(tie, part))
			return true;
	return false;
}

/* Divide one part among those who are tied to a cgroup. */
static void share_part(struct aios_tie *first, u32 part)
{
	u64 all = *part_of(&first->level.bound, part), sum, left;
	bool fits = true, contended = is_contended(first, part);
	struct aios_tie *tie;
	u32 shares = 0;

	sum = sum_of_bases(first, part, fits);
	if (sum > all) {
		fits = false;
		sum = sum_of_bases(first, part, fits);
	}
	left = all > sum ? all - sum : 0;
	for (tie = first; tie; tie = next_of(tie))
		if (holds(tie->job))
			shares += shares_of(tie, part, contended);
	for (tie = first; tie; tie = next_of(tie))
		if (holds(tie->job))
			*part_of(&tie->share, part) =
				base_of(tie, part, fits) +
				mul_u64_u32_div(left, shares_of(tie, part, contended), shares);
}

/* One who is alone has all of it already. */
static bool is_due(struct aios_tie *first, u32 part)
{
	struct aios_tie *tie;
	bool is_one_short = false;
	u32 nr = 0;

	if (*part_of(&first->level.bound, part) == AIOS_UNLIMITED)
		return false;
	if (ties.changed)
		return true;
	for (tie = first; tie; tie = next_of(tie)) {
		if (!holds(tie->job))
			continue;
		nr++;
		is_one_short |= is_short(tie, part);
	}
	return is_one_short && nr > 1;
}

/* A job has the least of what each cgroup that it came from leaves it. */
static void apply(struct aios_job *job)
{
	struct aios_bound bound;
	u32 differs = 0, i;

	aios_bound_none(&bound);
	for (i = 0; i < job->ties->nr; i++)
		aios_bound_join(&bound, &job->ties->tie[i].share);
	if (!memcmp(&bound, &job->bound, sizeof(bound)))
		return;
	for (i = 0; i < AIOS_RESOURCE_MAX; i++)
		if (min(bound.limit[i], job->core.limit[i]) !=
		    min(job->bound.limit[i], job->core.limit[i]))
			differs |= 1U << i;
	job->bound = bound;
	if (differs & job->core.resource_mask) {
		aios_engine_job_bounded(&aios_engine, aios_arbiter_now(), &job->core);
		aios_arbiter_kick();
	}
	if (differs)
		aios_job_changed(job);
	aios_job_wake_worker(job);
}

/* ------------------------------------------------------------------- waiting */

static bool is_ready(const struct aios_job *job)
{
	return holds(job) || (job->entrant && !job->parked);
}

/*
 * What others leave of one part of what a cgroup allows: those who hold it or may start
 * any time, and of those who wait for it, those who came before.
 */
static u64 room_beside(struct aios_tie *own, u32 part)
{
	u64 room = *part_of(&own->level.bound, part), need;
	struct aios_tie *tie;
	bool before = true;

	for (tie = first_of(own); tie; tie = next_of(tie)) {
		if (tie == own) {
			before = false;
			continue;
		}
		if (!before && !is_ready(tie->job))
			continue;
		need = floor_of(tie->job, resource_of(part));
		room -= min(room, need);
	}
	return room;
}

/* Of a gang, none of which starts before the others, it is the sum that must fit. */
static u64 need_beside_mates(struct aios_tie *own, u32 resource)
{
	u64 need = need_of(own->job, resource);
	struct aios_tie *tie;

	if (!own->job->gang)
		return need;
	for (tie = first_of(own); tie; tie = next_of(tie))
		if (tie != own && tie->job->gang == own->job->gang && !holds(tie->job))
			need += need_of(tie->job, resource);
	return need;
}

static bool refuse(struct aios_why *why, u32 resource, u64 asked, u64 available)
{
	memset(why, 0, sizeof(*why));
	why->code = AIOS_WHY_BOUND;
	why->resource = resource;
	why->asked = asked;
	why->available = available;
	return false;
}

/* Whether what a job needs could ever be had beside nobody but its own gang. */
static bool is_possible(struct aios_ties *own, struct aios_why *why)
{
	u32 i, part;

	for (part = 0; part < NR_PARTS; part++) {
		u32 resource = resource_of(part);
		u64 least = AIOS_UNLIMITED, asked = 0;

		for (i = 0; i < own->nr; i++) {
			u64 all = *part_of(&own->tie[i].level.bound, part);
			u64 need = need_beside_mates(&own->tie[i], resource);

			if (need <= all || all >= least)
				continue;
			least = all;
			asked = need;
		}
		if (asked)
			return refuse(why, resource, asked, least);
	}
	return true;
}

/* Whether there is room for @need of each resource beside all others. */
static bool finds_room(struct aios_ties *own, const u64 *need, struct aios_why *why)
{
	u32 i, part;

	for (part = 0; part < NR_PARTS; part++) {
		u32 resource = resource_of(part);
		u64 least = AIOS_UNLIMITED;

		for (i = 0; i < own->nr; i++)
			if (*part_of(&own->tie[i].level.bound, part) != AIOS_UNLIMITED)
				least = min(least, room_beside(&own->tie[i], part));
		if (need[resource] > least)
			return refuse(why, resource, need[resource], least);
	}
	return true;
}

static bool may_start(struct aios_job *job, struct aios_why *why)
{
	u64 need[AIOS_RESOURCE_MAX];
	u32 i;

	for (i = 0; i < AIOS_RESOURCE_MAX; i++)
		need[i] = need_of(job, i);
	return finds_room(job->ties, need, why);
}

/* Those who waited for room among the others from there, up to the first who finds none. */
static void release(void)
{
	struct aios_why unused;
	struct aios_tie *tie;
	u64 full = 0;

	list_for_each_entry(tie, &ties.all, in_all) {
		struct aios_job *job = tie->job;

		if (!job->parked || tie->level.id == full)
			continue;
		if (!may_start(job, &unused)) {
			full = tie->level.id;
			continue;
		}
		job->parked = false;
		aios_engine_job_ready(&aios_engine, aios_arbiter_now(), &job->core, true);
		aios_gang_track(job);
		aios_arbiter_kick();
	}
}

/**
 * aios_origins_share - divide what cgroups allow among the jobs that came from there
 *
 * The caller holds aios_lock; he has measured, or made a decision.
 */
void aios_origins_share(void)
{
	struct aios_tie *tie, *first = NULL;
	u32 part;

	lockdep_assert_held(&aios_lock);
	list_for_each_entry(tie, &ties.all, in_all) {
		if (first && first->level.id == tie->level.id)
			continue;
		first = tie;
		for (part = 0; part < NR_PARTS; part++)
			if (is_due(first, part))
				share_part(first, part);
	}
	ties.changed = false;
	list_for_each_entry(tie, &ties.all, in_all) {
		tie->is_new &= !holds(tie->job);
		if (tie == tie->job->ties->tie)
			apply(tie->job);
	}
	release();
}

/**
 * aios_origins_settle - the same, where others hold resources than before
 *
 * The caller holds aios_lock, and a decision was made.
 */
void aios_origins_settle(void)
{
	lockdep_assert_held(&aios_lock);
	if (ties.changed)
		aios_origins_share();
}

/**
 * aios_origins_changed - a job holds resources now, or what it requests is another
 * @job: the job
 *
 * The caller holds aios_lock, and has a decision made.
 */
void aios_origins_changed(const struct aios_job *job)
{
	lockdep_assert_held(&aios_lock);
	if (job->ties)
		ties.changed = true;
}

/**
 * aios_job_find_room - whether a job may request so much, for where it came from
 * @job: the job
 * @mask: bits of the resources that it will request
 * @request: of each of them
 * @why: written on refusal
 *
 * The caller holds aios_lock.
 *
 * Return: 0; -EPERM: there is never as much; -EAGAIN: there is not now.
 */
int aios_job_find_room(struct aios_job *job, u32 mask, const u64 *request, struct aios_why *why)
{
	u64 need[AIOS_RESOURCE_MAX];
	u32 i, k;

	lockdep_assert_held(&aios_lock);
	for (i = 0; i < AIOS_RESOURCE_MAX; i++)
		need[i] = aios_resource_in(mask, i) && request[i] > job->core.request[i] ?
			request[i] : 0;
	if (!job->ties || finds_room(job->ties, need, why))
		return 0;
	for (k = 0; k < job->ties->nr; k++)
		for (i = 0; i < NR_PARTS; i++)
			if (need[resource_of(i)] > *part_of(&job->ties->tie[k].level.bound, i))
				return -EPERM;
	return -EAGAIN;
}

/**
 * aios_job_parked_why - what a job waits for that finds no room where it came from
 * @job: such a job
 * @why: written
 *
 * The caller holds aios_lock.
 */
void aios_job_parked_why(struct aios_job *job, struct aios_why *why)
{
	lockdep_assert_held(&aios_lock);
	memset(why, 0, sizeof(*why));
	may_start(job, why);
}

/* ---------------------------------------------------------------------- ties */

/**
 * aios_ties_alloc - room for the ties of a job
 * @room: how many
 *
 * Return: to be given to aios_job_tie(), or to aios_ties_free(); NULL: no memory, or @room
 * is 0.
 */
struct aios_ties *aios_ties_alloc(u32 room)
{
	struct aios_ties *own;

	if (!room)
		return NULL;
	own = kzalloc(struct_size(own, tie, room), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (own)
		own->room = room;
	return own;
}

/**
 * aios_ties_free - free them, or the room for them
 * @own: may be NULL; nobody is tied by them
 */
void aios_ties_free(struct aios_ties *own)
{
	kfree(own);
}

/* Next to the others of that cgroup; what it allows now holds for all of them. */
static void add(struct aios_job *job, const struct aios_level *level)
{
	struct aios_tie *tie = &job->ties->tie[job->ties->nr++], *other;
	struct list_head *at = &ties.all;

	tie->job = job;
	tie->level = *level;
	tie->share = level->bound;
	tie->is_new = true;
	list_for_each_entry(other, &ties.all, in_all) {
		if (other->level.id == level->id) {
			other->level.bound = level->bound;
			at = other->in_all.next;
		} else if (at != &ties.all) {
			break;
		}
	}
	list_add_tail(&tie->in_all, at);
}

/**
 * aios_job_tie - tie a job to the cgroups that its process leaves
 * @job: a job that is not tied, and whose entrant has been set
 * @own: room for that, which the job takes; set to NULL then. Too little: see @need
 * @need: written: how much room is needed
 * @source: where the process is
 * @origin: the job that the process belongs to; NULL: to none
 * @why: written on refusal
 *
 * Whoever is in a job is bound by what bounds that. The caller holds aios_lock, and has a
 * decision made.
 *
 * Return: 0; -EAGAIN: more room is needed; -EPERM: what the job needs is never there, or not
 * now and it holds resources already.
 */
int aios_job_tie(struct aios_job *job, struct aios_ties **own, u32 *need,
		 const struct aios_source *source, const struct aios_job *origin,
		 struct aios_why *why)
{
	u32 inherited = origin && origin->ties ? origin->ties->nr : 0, i;

	lockdep_assert_held(&aios_lock);
	*need = source->nr_levels + inherited;
	if (*need > (*own ? (*own)->room : 0))
		return -EAGAIN;
	if (!*need)
		return 0;
	job->ties = *own;
	*own = NULL;
	for (i = 0; i < source->nr_levels; i++)
		add(job, &source->level[i]);
	for (i = 0; i < inherited; i++)
		add(job, &origin->ties->tie[i].level);
	if (!is_possible(job->ties, why) || (!may_start(job, why) && holds(job))) {
		aios_job_untie(job);
		return -EPERM;
	}
	job->parked = !may_start(job, why);
	for (i = 0; i < job->ties->nr; i++)
		aios_bound_join(&job->bound, &job->ties->tie[i].share);
	job->core.bound = job->bound.limit;
	ties.changed = true;
	return 0;
}

/**
 * aios_job_untie - a job has ended, or its process has given up
 * @job: may not be tied
 *
 * The caller holds aios_lock, and has a decision made.
 */
void aios_job_untie(struct aios_job *job)
{
	struct aios_ties *own = job->ties;
	u32 i;

	lockdep_assert_held(&aios_lock);
	if (!own)
		return;
	for (i = 0; i < own->nr; i++)
		list_del(&own->tie[i].in_all);
	job->parked = false;
	job->core.bound = NULL;
	job->ties = NULL;
	aios_ties_free(own);
	ties.changed = true;
}
