// SPDX-License-Identifier: GPL-2.0
/*
 * Jobs as objects: made, found by id, published, ended, remembered: see job.h.
 */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/path.h>
#include <linux/preempt.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "accel/accel.h"
#include "arbiter/arbiter.h"
#include "group/group.h"
#include "group/station.h"
#include "job/gang.h"
#include "job/job.h"
#include "main.h"
#include "measure/telemetry.h"
#include "notify.h"
#include "trace.h"
#include "user.h"

/* Live and remembered jobs by id; protected by aios_lock. */
static DEFINE_XARRAY(jobs);
static unsigned long next_id = 1;

/* Jobs that are admitted, running or suspended; protected by aios_lock. */
static LIST_HEAD(active_jobs);
static u64 active_serial;

/* ----------------------------------------------------------------- object */

/**
 * aios_job_alloc - an empty job
 * @group: it will belong to
 *
 * The caller holds aios_lock; the job keeps a reference on @group.
 *
 * Return: the job with one reference, or NULL. It is given up with
 * aios_job_put() until aios_job_register() has succeeded.
 */
struct aios_job *aios_job_alloc(struct aios_group *group)
{
	struct aios_job *job = kzalloc(sizeof(*job), GFP_KERNEL_ACCOUNT);

	if (!job)
		return NULL;
	kref_init(&job->ref);
	aios_group_get(group);
	job->group = group;
	job->core.group = group->core;
	job->state = AIOS_STATE_QUEUED;
	INIT_LIST_HEAD(&job->active);
	INIT_LIST_HEAD(&job->remembered);
	INIT_LIST_HEAD(&job->dropped);
	init_waitqueue_head(&job->wq);
	INIT_WORK(&job->work, aios_job_work);
	mutex_init(&job->cg_lock);
	return job;
}

static void job_free(struct kref *ref)
{
	struct aios_job *job = container_of(ref, struct aios_job, ref);

	WARN_ON_ONCE(aios_cgroup_exists(&job->cg));
	mutex_lock(&aios_lock);
	aios_group_put(job->group);
	mutex_unlock(&aios_lock);
	if (job->entrant)
		put_task_struct(job->entrant);
	if (job->page)
		__free_page(job->page);
	if (job->adopt.dentry)
		path_put(&job->adopt);
	kfree(job->saved);
	kfree(job->features);
	kfree(job->depends);
	kfree(job->core.edge);
	kfree(job->gang_name);
	kfree(job->name);
	kfree(job);
}

struct aios_job *aios_job_get(struct aios_job *job)
{
	kref_get(&job->ref);
	return job;
}

/**
 * aios_job_put - give up a reference
 * @job: may be NULL
 *
 * The caller does not hold aios_lock.
 */
void aios_job_put(struct aios_job *job)
{
	if (job)
		kref_put(&job->ref, job_free);
}

/**
 * aios_job_register - charge, number and queue a job
 * @job: complete but for its id
 *
 * The caller holds aios_lock. The table holds a reference from now on, and the
 * module cannot be removed until the job has ended.
 *
 * Return: 0, or -errno with the cause in aios_job.why and nothing changed.
 */
int aios_job_register(struct aios_job *job)
{
	struct aios_user *user;
	int ret;

	user = aios_user_charge(job->uid, AIOS_USER_JOBS, &job->why);
	if (IS_ERR(user))
		return PTR_ERR(user);

	job->core.id = next_id;
	job->core.submit_ns = ktime_get_ns();
	ret = xa_err(xa_store(&jobs, next_id, job, GFP_KERNEL_ACCOUNT));
	if (ret)
		goto uncharge;
	ret = aios_gang_find(job, &job->why);
	if (!ret)
		ret = aios_engine_job_submit(&aios_engine, aios_arbiter_now(),
					     &job->core, &job->why);
	if (ret)
		goto forget;

	next_id++;
	job->user = user;
	aios_station_track(job);
	aios_job_get(job);
	__module_get(THIS_MODULE);
	aios_job_changed(job);
	aios_notify_job(job, AIOS_EVENT_SUBMITTED);
	trace_aios_job(job, AIOS_EVENT_SUBMITTED);
	return 0;

forget:
	aios_gang_put(job);
	xa_erase(&jobs, next_id);
uncharge:
	aios_user_uncharge(user, AIOS_USER_JOBS);
	job->core.id = 0;
	return ret;
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
	return id <= ULONG_MAX ? xa_load(&jobs, id) : NULL;
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
	job = xa_find(&jobs, &index, ULONG_MAX, XA_PRESENT);
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
	return next_id;
}

/**
 * aios_job_next_active - iterate over jobs that hold resources
 * @job: the one before, NULL to begin
 *
 * The caller holds aios_lock.
 */
struct aios_job *aios_job_next_active(struct aios_job *job)
{
	struct list_head *next = job ? job->active.next : active_jobs.next;

	lockdep_assert_held(&aios_lock);
	if (next == &active_jobs)
		return NULL;
	return list_entry(next, struct aios_job, active);
}

/* -------------------------------------------------------------- the worker */

/**
 * aios_job_queue - have the worker look at a job
 * @job: the job
 */
void aios_job_queue(struct aios_job *job)
{
	aios_job_get(job);
	if (!queue_work(aios_wq, &job->work))
		kref_put(&job->ref, job_free);
}

/**
 * aios_job_request - have the worker do something
 * @job: the job
 * @bit: AIOS_JOB_KILL and so on
 *
 * May be called from any context as long as a reference is held elsewhere.
 */
void aios_job_request(struct aios_job *job, unsigned int bit)
{
	set_bit(bit, &job->requests);
	aios_job_queue(job);
}

/* ------------------------------------------------------------------ access */

bool aios_job_controlled_by(const struct aios_job *job, const struct cred *cred)
{
	return uid_eq(job->uid, cred->euid) ||
	       aios_group_administered_by(job->group, cred);
}

bool aios_job_visible_to(const struct aios_job *job, const struct cred *cred)
{
	return uid_eq(job->uid, cred->euid) ||
	       aios_group_visible_to(job->group, cred);
}

/* -------------------------------------------------------------- publishing */

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
	const u64 *use = job->use, *grant = job->core.grant;
	u32 flags = 0;

	if (job->flags & AIOS_SUBMIT_STRICT)
		flags |= AIOS_JOB_STRICT;
	if (job->flags & AIOS_SUBMIT_EXCLUSIVE)
		flags |= AIOS_JOB_EXCLUSIVE;
	if (job->flags & AIOS_SUBMIT_ADOPT)
		flags |= AIOS_JOB_ADOPTED;
	if (job->core.ready && job->state == AIOS_STATE_QUEUED)
		flags |= AIOS_JOB_READY;
	if (job->core.preempted)
		flags |= AIOS_JOB_PREEMPTED;
	if (job->core.urgent && job->state == AIOS_STATE_QUEUED)
		flags |= AIOS_JOB_GUARDED;
	if (job->core.on_hold)
		flags |= AIOS_JOB_ON_HOLD;
	if (use[AIOS_RESOURCE_MEMORY] > grant[AIOS_RESOURCE_MEMORY] &&
	    job->core.resource_mask & (1U << AIOS_RESOURCE_MEMORY))
		flags |= AIOS_JOB_THROTTLED;
	return flags;
}

/**
 * aios_job_map_page - make the status page
 * @job: the job
 *
 * The caller holds aios_lock.
 *
 * Return: 0 or -ENOMEM.
 */
int aios_job_map_page(struct aios_job *job)
{
	if (job->page)
		return 0;
	job->page = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	if (!job->page)
		return -ENOMEM;
	aios_job_publish(job);
	return 0;
}

static void fill_devices(struct aios_status *status, const struct aios_job *job)
{
	u32 i;

	status->nr_devices = job->core.nr_shares;
	for (i = 0; i < job->core.nr_shares; i++) {
		const struct aios_share *share = &job->core.share[i];

		status->devices[i].id = share->device->id;
		status->devices[i].milli = share->milli_granted;
		status->devices[i].memory = share->memory;
		status->devices[i].memory_used = share->memory_used;
	}
}

/**
 * aios_job_publish - write the status page, if anybody has mapped it
 * @job: the job
 *
 * The caller holds aios_lock, so there is one writer. The counter is odd while
 * it writes; a reader in user space pairs with both barriers.
 */
void aios_job_publish(struct aios_job *job)
{
	struct aios_status *status;
	u32 i;

	lockdep_assert_held(&aios_lock);
	if (!job->page)
		return;
	status = page_address(job->page);
	/* Readers spin while the counter is odd. */
	preempt_disable();
	WRITE_ONCE(status->seq, status->seq + 1);
	smp_wmb(); /* the odd counter before the data */

	status->size = sizeof(*status);
	status->id = job->core.id;
	status->epoch = job->epoch;
	status->state = job->state;
	status->end = job->end;
	status->code = job->code;
	status->nr_resources = AIOS_RESOURCE_PIDS + 1;
	status->updated_ns = job->measured_ns;
	for (i = 0; i < AIOS_RESOURCE_MAX; i++) {
		status->request[i] = job->core.request[i];
		status->limit[i] = job->core.limit[i];
		status->grant[i] = job->core.grant[i];
		status->use[i] = job->use[i];
		status->pressure[i] = job->pressure[i];
	}
	fill_devices(status, job);

	smp_wmb(); /* the data before the even counter */
	WRITE_ONCE(status->seq, status->seq + 1);
	preempt_enable();
}

/**
 * aios_job_changed - state or grant changed: tell whoever looks
 * @job: the job
 *
 * The caller holds aios_lock.
 */
void aios_job_changed(struct aios_job *job)
{
	WRITE_ONCE(job->epoch, job->epoch + 1);
	aios_job_publish(job);
	wake_up_all(&job->wq);
}

/**
 * aios_job_set_state - a step in a job's life, but its end
 * @job: the job
 * @state: AIOS_STATE_*
 * @event: AIOS_EVENT_* to announce
 *
 * The caller holds aios_lock.
 */
void aios_job_set_state(struct aios_job *job, u32 state, u32 event)
{
	lockdep_assert_held(&aios_lock);
	WRITE_ONCE(job->state, state);
	aios_station_track(job);
	if (list_empty(&job->active)) {
		job->active_serial = ++active_serial;
		list_add_tail(&job->active, &active_jobs);
		aios_telemetry_start();
	}
	aios_job_changed(job);
	aios_notify_job(job, event);
	trace_aios_job(job, event);
}

/**
 * aios_job_suspended - a running job has been suspended
 * @job: the job
 *
 * The caller holds aios_lock and queues the worker that freezes the processes.
 */
void aios_job_suspended(struct aios_job *job)
{
	job->suspend_ns = ktime_get_ns();
	aios_job_set_state(job, AIOS_STATE_SUSPENDED, AIOS_EVENT_SUSPENDED);
}

/* --------------------------------------------------------------------- end */

/* Takes a remembered job out of the table; the caller drops its reference. */
static struct aios_job *forget_oldest(struct aios_user *user)
{
	struct aios_job *job;

	job = list_first_entry_or_null(&user->history, struct aios_job, remembered);
	if (!job)
		return NULL;
	list_del_init(&job->remembered);
	xa_erase(&jobs, job->core.id);
	job->user = NULL;
	aios_user_uncharge(user, AIOS_USER_HISTORY);
	return job;
}

static void put_work(struct work_struct *work);

/* Jobs whose last reference may go, put by a worker: aios_lock is held now. */
static LIST_HEAD(forgotten);			/* protected by aios_lock */
static DECLARE_WORK(forgotten_work, put_work);

static void put_work(struct work_struct *work)
{
	struct aios_job *job, *next;
	LIST_HEAD(list);

	mutex_lock(&aios_lock);
	list_splice_init(&forgotten, &list);
	mutex_unlock(&aios_lock);
	list_for_each_entry_safe(job, next, &list, remembered) {
		list_del_init(&job->remembered);
		aios_job_put(job);
	}
}

static void forget_later(struct aios_job *job)
{
	list_add_tail(&job->remembered, &forgotten);
	queue_work(aios_wq, &forgotten_work);
}

/* The table keeps the newest ended jobs of each user, so that they can be asked for. */
static void remember(struct aios_job *job)
{
	struct aios_user *user = job->user;

	while (aios_user_held(user->uid, AIOS_USER_HISTORY) >=
	       aios_user_bound(AIOS_USER_HISTORY)) {
		struct aios_job *oldest = forget_oldest(user);

		if (!oldest)
			break;
		forget_later(oldest);
	}
	if (IS_ERR(aios_user_charge(user->uid, AIOS_USER_HISTORY, NULL))) {
		xa_erase(&jobs, job->core.id);
		job->user = NULL;
		forget_later(job);
	} else {
		list_add_tail(&job->remembered, &user->history);
	}
	aios_user_uncharge(user, AIOS_USER_JOBS);
}

/**
 * aios_job_end - the end of a job
 * @job: a live job; if it had a cgroup, that is gone
 * @state: AIOS_STATE_DONE, _FAILED or _CANCELLED
 * @end: AIOS_END_*
 * @code: see AIOS_END_*
 *
 * The caller holds aios_lock. Idempotent.
 */
void aios_job_end(struct aios_job *job, u32 state, u32 end, u32 code)
{
	u64 now = ktime_get_ns();

	lockdep_assert_held(&aios_lock);
	if (aios_job_ended(job))
		return;
	if (job->state == AIOS_STATE_SUSPENDED)
		job->suspended_ns += now - job->suspend_ns;
	job->end = end;
	job->code = code;
	job->end_ns = now;
	WRITE_ONCE(job->state, state);
	aios_station_track(job);
	list_del_init(&job->active);
	aios_telemetry_end(job);
	list_del_init(&job->dropped);
	if (state == AIOS_STATE_DONE)
		aios_engine_job_done(&aios_engine, aios_arbiter_now(), &job->core);
	else
		aios_engine_job_end(&aios_engine, aios_arbiter_now(), &job->core);
	aios_gang_put(job);
	aios_accels_reap();
	aios_job_changed(job);
	aios_notify_job(job, AIOS_EVENT_ENDED);
	trace_aios_job(job, AIOS_EVENT_ENDED);
	remember(job);
	module_put(THIS_MODULE);
	aios_arbiter_kick();
}

/**
 * aios_jobs_exit - forget all ended jobs
 *
 * Every job has ended: a live one holds the module.
 */
void aios_jobs_exit(void)
{
	struct aios_job *job;
	u64 id = 0;

	mutex_lock(&aios_lock);
	while ((job = aios_job_next(&id))) {
		struct aios_user *user = job->user;

		list_del_init(&job->remembered);
		xa_erase(&jobs, job->core.id);
		job->user = NULL;
		aios_user_uncharge(user, AIOS_USER_HISTORY);
		forget_later(job);
		id++;
	}
	mutex_unlock(&aios_lock);
	flush_work(&forgotten_work);
	xa_destroy(&jobs);
}
