// SPDX-License-Identifier: GPL-2.0
/*
 * Jobs as objects: made, found by id, and who may see them; see job.h.
 */
#include <linux/cred.h>
#include <linux/ktime.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/path.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/user_namespace.h>
#include <linux/xarray.h>

#include "enforce/cgroup.h"
#include "group/group.h"
#include "job/job.h"
#include "main.h"
#include "predict/attempt.h"
#include "turns.h"

/*
 * An id is never given again, by this load, a later one or after a boot: it may live on in
 * files and scripts. So ids begin with the time of the load, in hundredths of a second:
 * a job takes longer than that to start. Within a boot, where nothing lies between two
 * loads, the one before leaves a note.
 */
#define IDS_BEGIN_S	1767225600	/* 2026-01-01, so that they stay short */
#define IDS_PER_S	100

/* Live and remembered jobs; protected by aios_lock. */
static struct {
	struct xarray jobs;	/* by id */
	unsigned long first_id;	/* of this load */
	unsigned long next_id;
} table = {
	.jobs = XARRAY_INIT(table.jobs, 0),
};

/* ----------------------------------------------------------------- object */

static struct kmem_cache *cache;	/* of jobs; immutable */

static void free_work(struct work_struct *work);

/**
 * aios_job_cache_init - have memory for jobs
 *
 * kmalloc() takes half as much again for each job, and all of that would have to be cleared.
 *
 * Return: 0 or -ENOMEM.
 */
int aios_job_cache_init(void)
{
	cache = kmem_cache_create("aios_job", sizeof(struct aios_job), 0, SLAB_ACCOUNT, NULL);
	return cache ? 0 : -ENOMEM;
}

/**
 * aios_job_cache_exit - give it back
 *
 * No job is left, not even one whose memory is about to be freed.
 */
void aios_job_cache_exit(void)
{
	kmem_cache_destroy(cache);
}

/**
 * aios_job_alloc - an empty job
 *
 * Return: the job with one reference, or NULL. It joins a group before anything else is
 * done with it, and is given up with aios_job_put() until aios_job_register() has
 * succeeded.
 */
struct aios_job *aios_job_alloc(void)
{
	struct aios_job *job = kmem_cache_zalloc(cache, GFP_KERNEL);

	if (!job)
		return NULL;
	kref_init(&job->ref);
	job->state = AIOS_JOB_NEW;
	aios_bound_none(&job->bound);
	INIT_LIST_HEAD(&job->active);
	INIT_LIST_HEAD(&job->remembered);
	INIT_LIST_HEAD(&job->dropped);
	INIT_LIST_HEAD(&job->entering);
	init_waitqueue_head(&job->wq);
	INIT_WORK(&job->work, aios_job_work);
	INIT_WORK(&job->free_work, free_work);
	job->wake.fn = aios_job_woken_later;
	mutex_init(&job->cg_lock);
	return job;
}

/**
 * aios_job_join - say to which group a job belongs
 * @job: new
 * @group: the group, on which the job keeps a reference
 *
 * The caller holds aios_lock.
 */
void aios_job_join(struct aios_job *job, struct aios_group *group)
{
	lockdep_assert_held(&aios_lock);
	aios_group_get(group);
	job->group = group;
	job->core.group = group->core;
	job->meter.use.above = &group->use;
}

static void free_asked(struct aios_asked *asked)
{
	if (asked->adopt.dentry)
		path_put(&asked->adopt);
	kfree(asked->features);
	kfree(asked->depends);
	kfree(asked->gang_name);
	kfree(asked->name);
}

static void free_work(struct work_struct *work)
{
	struct aios_job *job = container_of(work, struct aios_job, free_work);

	WARN_ON_ONCE(aios_cgroup_exists(&job->cgroup.cg));
	if (job->group) {
		mutex_lock(&aios_lock);
		aios_group_put(job->group);
		mutex_unlock(&aios_lock);
	}
	WARN_ON_ONCE(job->entrant || job->holder || job->aside.place);
	if (job->page)
		__free_page(job->page);
	/* A submission that was refused has never ended. */
	if (job->leader)
		put_task_struct(job->leader);
	free_asked(&job->asked);
	aios_attempts_free(job->spare_attempts);
	mem_cgroup_put(job->payer);
	kfree(job->core.edge);
	aios_limits_forget(job->cgroup.saved);
	kmem_cache_free(cache, job);
}

/* Whoever gives up the last reference may be anybody, and the group needs the lock. */
static void queue_free(struct kref *ref)
{
	struct aios_job *job = container_of(ref, struct aios_job, ref);

	queue_work(aios_wq, &job->free_work);
}

struct aios_job *aios_job_get(struct aios_job *job)
{
	kref_get(&job->ref);
	return job;
}

/**
 * aios_job_put - give up a reference
 * @job: may be NULL
 */
void aios_job_put(struct aios_job *job)
{
	if (job)
		kref_put(&job->ref, queue_free);
}

/* ------------------------------------------------------------------- table */

/**
 * aios_job_add - number a job and put it into the table
 * @job: without an id
 *
 * The caller holds aios_lock. The id is given again when the job is removed before
 * another one is added.
 *
 * Return: 0 or -ENOMEM.
 */
int aios_job_add(struct aios_job *job)
{
	int ret;

	lockdep_assert_held(&aios_lock);
	ret = xa_err(xa_store(&table.jobs, table.next_id, job,
			      aios_turn_gfp() | __GFP_ACCOUNT));
	if (!ret)
		job->core.id = table.next_id++;
	return ret;
}

/**
 * aios_job_remove - take a job out of the table
 * @job: in the table
 *
 * The caller holds aios_lock. One that was never registered had the newest id, which
 * the next one gets.
 */
void aios_job_remove(struct aios_job *job)
{
	lockdep_assert_held(&aios_lock);
	xa_erase(&table.jobs, job->core.id);
	if (job->state == AIOS_JOB_NEW) {
		table.next_id = job->core.id;
		job->core.id = 0;
	}
}

/**
 * aios_job_find - the job of an id
 * @id: its id
 *
 * The caller holds aios_lock and takes a reference if he keeps it longer.
 */
struct aios_job *aios_job_find(u64 id)
{
	lockdep_assert_held(&aios_lock);
	return id <= ULONG_MAX ? xa_load(&table.jobs, id) : NULL;
}

/**
 * aios_job_next - iterate over live and remembered jobs
 * @id: where to begin; set to the id of what is returned
 *
 * The caller holds aios_lock.
 */
struct aios_job *aios_job_next(u64 *id)
{
	unsigned long index = *id;
	struct aios_job *job;

	lockdep_assert_held(&aios_lock);
	job = xa_find(&table.jobs, &index, ULONG_MAX, XA_PRESENT);
	*id = index;
	return job;
}

/**
 * aios_job_end_id - the id that the next job will get
 *
 * All jobs that there are have lower ones. The caller holds aios_lock.
 */
u64 aios_job_end_id(void)
{
	lockdep_assert_held(&aios_lock);
	return table.next_id;
}

/**
 * aios_job_id_given - whether this load has given an id to a job
 * @id: the id
 *
 * The caller holds aios_lock. A job that is not in the table any more has ended then.
 */
bool aios_job_id_given(u64 id)
{
	lockdep_assert_held(&aios_lock);
	return id >= table.first_id && id < table.next_id;
}

/* 1 where nobody has set the clock yet. */
static u64 first_id_by_clock(void)
{
	s64 since = ktime_get_real_seconds() - IDS_BEGIN_S;

	if (since < 0) {
		pr_notice("the clock is not set: job ids begin at 1; give first_job= where others were given before\n");
		return 1;
	}
	return since * IDS_PER_S + 1;
}

/**
 * aios_jobs_init - make the table
 * @first: the first id, from the module's parameter; 0: a new one
 */
void aios_jobs_init(u64 first)
{
	u64 noted;

	aios_cgroup_call(aios_cgroup_root_recall, &noted);
	mutex_lock(&aios_lock);
	table.first_id = first ? first : max(first_id_by_clock(), noted);
	table.next_id = table.first_id;
	mutex_unlock(&aios_lock);
}

/**
 * aios_jobs_destroy - free the table
 *
 * It is empty.
 */
void aios_jobs_destroy(void)
{
	u64 noted, next;
	int ret;

	aios_cgroup_call(aios_cgroup_root_recall, &noted);
	next = max_t(u64, noted, table.next_id);
	ret = aios_cgroup_call(aios_cgroup_root_note, &next);
	if (ret)
		pr_warn("job ids of the next load may have been given by this one (%d)\n", ret);
	xa_destroy(&table.jobs);
}

/* ------------------------------------------------------------------ access */

static bool is_submitter(const struct aios_job *job, const struct cred *cred)
{
	return uid_eq(job->asked.uid, cred->euid) &&
	       (!job->asked.by_admin || aios_is_admin(cred));
}

bool aios_job_controlled_by(const struct aios_job *job, const struct cred *cred)
{
	return is_submitter(job, cred) ||
	       aios_group_administered_by(job->group, cred);
}

bool aios_job_visible_to(const struct aios_job *job, const struct cred *cred)
{
	return is_submitter(job, cred) ||
	       aios_group_visible_to(job->group, cred);
}

static bool was_told_of(const struct aios_job *job, u64 id)
{
	u32 i;

	for (i = 0; i < job->asked.nr_depends; i++)
		if (job->asked.depends[i].job == id)
			return true;
	return false;
}

/**
 * aios_job_may_name - whether what is told of a job may name another
 * @job: the job
 * @id: of the other
 * @cred: of whoever is told
 *
 * Somebody who may not see a job is not told its number either, unless he has given it
 * himself as one to wait for. The caller holds aios_lock.
 */
bool aios_job_may_name(const struct aios_job *job, u64 id, const struct cred *cred)
{
	const struct aios_job *other = aios_job_find(id);

	return !other || aios_job_visible_to(other, cred) ||
	       (is_submitter(job, cred) && was_told_of(job, id));
}

/* ----------------------------------------------------------------- showing */

/**
 * aios_job_flags - what STAT and the dump say of a job
 * @job: the job
 *
 * The caller holds aios_lock.
 *
 * Return: AIOS_JOB_*.
 */
u32 aios_job_flags(const struct aios_job *job)
{
	const u64 *use = job->meter.use.amount, *grant = job->core.grant;
	u32 flags = 0;

	if (job->strict)
		flags |= AIOS_JOB_STRICT;
	if (job->asked.flags & AIOS_SUBMIT_EXCLUSIVE)
		flags |= AIOS_JOB_EXCLUSIVE;
	if (aios_job_adopts(job))
		flags |= AIOS_JOB_ADOPTED;
	if (job->core.ready && job->state == AIOS_STATE_QUEUED)
		flags |= AIOS_JOB_READY;
	if (job->settled && job->core.ready && job->state == AIOS_STATE_QUEUED)
		flags |= AIOS_JOB_SETTLED;
	if (job->core.preempted)
		flags |= AIOS_JOB_PREEMPTED;
	if (job->core.urgent && job->state == AIOS_STATE_QUEUED)
		flags |= AIOS_JOB_GUARDED;
	if (job->core.on_hold)
		flags |= AIOS_JOB_ON_HOLD;
	if (job->ending && !aios_job_ended(job))
		flags |= AIOS_JOB_ENDING;
	if (job->core.kept[AIOS_RESOURCE_MEMORY])
		flags |= AIOS_JOB_KEEPS;
	if (use[AIOS_RESOURCE_MEMORY] > grant[AIOS_RESOURCE_MEMORY] &&
	    aios_resource_in(job->core.resource_mask, AIOS_RESOURCE_MEMORY))
		flags |= AIOS_JOB_THROTTLED;
	return flags;
}

/**
 * aios_job_code - the code with which a job has ended
 * @job: the job
 * @reader: the user namespace of whoever is told; NULL: of several, each of his own
 *
 * The caller holds aios_lock.
 *
 * Return: see AIOS_END_*. Users are numbered as the reader numbers them, and for several
 * readers, who may do so in different ways, not at all: AIOS_UID_UNTOLD.
 */
u32 aios_job_code(const struct aios_job *job, struct user_namespace *reader)
{
	if (job->end != AIOS_END_CANCELLED)
		return job->code;
	return reader ? from_kuid_munged(reader, job->cancel_uid) : AIOS_UID_UNTOLD;
}

/**
 * aios_job_suspended_ns - how long a job has been suspended, all in all
 * @job: the job
 *
 * The caller holds aios_lock.
 */
u64 aios_job_suspended_ns(const struct aios_job *job)
{
	u64 total = job->times.suspended_ns;

	if (job->state == AIOS_STATE_SUSPENDED)
		total += ktime_get_ns() - job->times.suspend_ns;
	return total;
}
