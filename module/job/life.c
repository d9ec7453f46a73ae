// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a job: one table of the steps that there are, and one function that takes
 * them. Documentation/design.rst shows the same table as a picture.
 */
#include <linux/aios.h>
#include <linux/bits.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/sched/task.h>

#include "accel/accel.h"
#include "arbiter/arbiter.h"
#include "group/group.h"
#include "group/station.h"
#include "job/gang.h"
#include "job/job.h"
#include "job/notice.h"
#include "job/origin.h"
#include "main.h"
#include "measure/meter.h"
#include "trace.h"
#include "user.h"

/* What a step does besides changing the state. */
#define TRACE	BIT(0)	/* the trace point aios_job */
#define NOTIFY	BIT(1)	/* netlink, to whoever may see the job */
#define COUNT	BIT(2)	/* the stations of its groups: does it wait, or hold, or neither? */
#define WAKE	BIT(3)	/* the epoch, the status page, and whoever waits for the job */
#define ALL	(TRACE | NOTIFY | COUNT | WAKE)

#define NEW		BIT(AIOS_JOB_NEW)
#define QUEUED		BIT(AIOS_STATE_QUEUED)
#define ADMITTED	BIT(AIOS_STATE_ADMITTED)
#define RUNNING		BIT(AIOS_STATE_RUNNING)
#define SUSPENDED	BIT(AIOS_STATE_SUSPENDED)
#define HOLDING		(ADMITTED | RUNNING | SUSPENDED)	/* it has resources */
#define LIVE		(QUEUED | HOLDING)
#define SAME		0	/* it stays where it is */

/**
 * struct job_step - a step of a job's life
 */
struct job_step {
	/** @event: AIOS_EVENT_* */
	u32 event;
	/** @from: bits of the states in which it can come */
	u32 from;
	/** @to: bits of the states that it can lead to, one but for the end; SAME */
	u32 to;
	/** @effects: TRACE and so on */
	u32 effects;
};

static const struct job_step steps[] = {
	{ AIOS_EVENT_SUBMITTED, NEW, QUEUED, ALL },
	{ AIOS_EVENT_HELD, QUEUED, SAME, ALL },
	{ AIOS_EVENT_RELEASED, QUEUED, SAME, ALL },
	{ AIOS_EVENT_ADMITTED, QUEUED, ADMITTED, ALL },
	{ AIOS_EVENT_STARTED, ADMITTED, RUNNING, ALL },
	{ AIOS_EVENT_SUSPENDED, RUNNING, SUSPENDED, ALL },
	{ AIOS_EVENT_RESUMED, SUSPENDED, RUNNING, ALL },
	{ AIOS_EVENT_GRANTED, HOLDING, SAME, TRACE | NOTIFY | WAKE },
	{ AIOS_EVENT_LIMIT, LIVE, SAME, TRACE | NOTIFY | WAKE },
	{ AIOS_EVENT_OOM, HOLDING, SAME, TRACE | NOTIFY },
	{ AIOS_EVENT_TIME_LIMIT, RUNNING, SAME, TRACE | NOTIFY | WAKE },
	{ AIOS_EVENT_KEPT, HOLDING, SAME, TRACE | NOTIFY | WAKE },
	{ AIOS_EVENT_RETRIED, RUNNING | SUSPENDED, QUEUED, ALL },
	/* A job that never held resources has neither done its work nor failed. */
	{ AIOS_EVENT_ENDED, QUEUED, BIT(AIOS_STATE_CANCELLED), ALL },
	{ AIOS_EVENT_ENDED, HOLDING, BIT(AIOS_STATE_DONE) | BIT(AIOS_STATE_FAILED) |
				     BIT(AIOS_STATE_CANCELLED), ALL },
};

/* Jobs that hold resources, and how many ever did. */
static struct {
	struct list_head list;	/* both protected by aios_lock */
	u64 serial;
} active = { .list = LIST_HEAD_INIT(active.list) };

/**
 * aios_job_next_active - iterate over the jobs that hold resources
 * @job: the one before, NULL to begin
 *
 * The caller holds aios_lock.
 */
struct aios_job *aios_job_next_active(struct aios_job *job)
{
	struct list_head *next = job ? job->active.next : active.list.next;

	lockdep_assert_held(&aios_lock);
	if (next == &active.list)
		return NULL;
	return list_entry(next, struct aios_job, active);
}

/**
 * aios_job_changed - something that can be seen of a job changed: tell whoever looks
 * @job: the job
 *
 * Every step does this that is not hidden from its owner; a change that is no step
 * calls it by itself. The caller holds aios_lock.
 */
void aios_job_changed(struct aios_job *job)
{
	WRITE_ONCE(job->epoch, job->epoch + 1);
	aios_job_publish(job);
	wake_up_all(&job->wq);
}

/* ------------------------------------------------------------------- a step */

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
 * aios_job_track - whether a job waits, holds its resources or neither has changed
 * @job: a job that the engine knows, or one that has ended
 *
 * The caller holds aios_lock.
 */
void aios_job_track(struct aios_job *job)
{
	enum aios_visit_state to = place_of(job);

	if (job->visit.state == AIOS_VISIT_WAITS && to != AIOS_VISIT_WAITS)
		aios_group_learn(&job->told, to == AIOS_VISIT_SERVES);
	aios_group_track(job->group, &job->visit, to, job->core.request);
}

static const struct job_step *find_step(const struct aios_job *job, u32 event)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(steps); i++)
		if (steps[i].event == event && steps[i].from & BIT(job->state))
			return &steps[i];
	return NULL;
}

static void note_times(struct aios_job *job, u32 event, u64 now)
{
	struct aios_times *times = &job->times;
	u64 suspended = 0;

	if (job->state == AIOS_STATE_SUSPENDED)
		suspended = now - times->suspend_ns;
	times->suspended_ns += suspended;
	switch (event) {
	case AIOS_EVENT_SUBMITTED:
		times->submit_ns = job->core.submit_ns;
		times->queue_ns = now;
		break;
	case AIOS_EVENT_ADMITTED:
		times->admit_ns = now;
		break;
	case AIOS_EVENT_STARTED:
		times->start_ns = now;
		break;
	case AIOS_EVENT_SUSPENDED:
		times->suspend_ns = now;
		break;
	case AIOS_EVENT_RETRIED:
		times->queue_ns = now;
		times->admit_ns = 0;
		times->start_ns = 0;
		break;
	case AIOS_EVENT_ENDED:
		times->end_ns = now;
		break;
	}
	aios_job_clock(job, event, suspended, now);
}

/* Whether it holds resources is what the tick goes by. */
static void join_or_leave_active(struct aios_job *job)
{
	bool holds = BIT(job->state) & HOLDING;

	if (holds && list_empty(&job->active)) {
		job->active_serial = ++active.serial;
		list_add_tail(&job->active, &active.list);
		aios_tick_start();
	} else if (!holds) {
		list_del_init(&job->active);
	}
}

/* The job is in its new state; nobody has been told yet. */
static void enter_state(struct aios_job *job, const struct job_step *step, u32 state)
{
	lockdep_assert_held(&aios_lock);
	if (step->to != SAME) {
		note_times(job, step->event, ktime_get_ns());
		WRITE_ONCE(job->state, state);
		join_or_leave_active(job);
	}
	if (!(step->effects & COUNT))
		return;
	/* What keeps one of a gang back keeps all of it back. */
	if (step->to == SAME)
		aios_gang_track(job);
	else
		aios_job_track(job);
}

static void tell(struct aios_job *job, const struct job_step *step)
{
	if (step->effects & WAKE)
		aios_job_changed(job);
	if (step->effects & NOTIFY)
		aios_job_announce(job, step->event);
	if (step->effects & TRACE)
		trace_aios_job(job, step->event);
}

/**
 * aios_job_step - take a step in a job's life, but its end
 * @job: the job
 * @event: AIOS_EVENT_*; it leads to where the table above says
 *
 * The caller holds aios_lock, and has done in the engine what belongs to the step. A
 * step that is not in the table is a mistake of the caller's and is not taken.
 */
void aios_job_step(struct aios_job *job, u32 event)
{
	const struct job_step *step = find_step(job, event);

	lockdep_assert_held(&aios_lock);
	if (WARN_ON_ONCE(!step || event == AIOS_EVENT_ENDED))
		return;
	enter_state(job, step, step->to ? ilog2(step->to) : job->state);
	tell(job, step);
}

/* ------------------------------------------------------------------- begin */

/**
 * aios_job_register - charge, number and queue a job
 * @job: complete but for its id
 * @cred: of the submitter
 *
 * The caller holds aios_lock, by mutex_lock(&aios_lock). The table holds a reference from
 * now on, and the module cannot be removed until the job has ended.
 *
 * Return: 0, or -errno with the cause in aios_job.why and nothing changed.
 */
int aios_job_register(struct aios_job *job, const struct cred *cred)
{
	struct aios_user *user;
	int ret;

	user = aios_user_charge(cred, AIOS_USER_JOBS, &job->why);
	if (IS_ERR(user))
		return PTR_ERR(user);

	job->core.submit_ns = ktime_get_ns();
	aios_job_foresee(job, cred);
	ret = aios_job_add(job);
	if (ret)
		goto uncharge;
	ret = aios_gang_find(job, &job->why);
	if (!ret)
		ret = aios_engine_job_submit(&aios_engine, aios_arbiter_now(), &job->core,
					     &job->why);
	if (ret)
		goto forget;

	aios_job_foresee_later(job, cred);
	job->user = user;
	aios_job_get(job);
	__module_get(THIS_MODULE);
	aios_job_step(job, AIOS_EVENT_SUBMITTED);
	return 0;

forget:
	aios_gang_put(job);
	aios_job_remove(job);
uncharge:
	aios_user_uncharge(user, AIOS_USER_JOBS);
	return ret;
}

/* --------------------------------------------------------------------- end */

/*
 * The engine gets back what the job held. It has to know of the end before anybody is
 * told: the grant that is published then is 0. A gang can be left, and a device that
 * was unplugged be forgotten, only when the engine has nothing of the job there.
 */
static void give_back(struct aios_job *job, u32 state)
{
	list_del_init(&job->dropped);
	list_del_init(&job->entering);
	aios_job_untie(job);
	aios_wall_leave(&job->deadline);
	aios_wall_leave(&job->begin);
	if (state == AIOS_STATE_DONE)
		aios_engine_job_done(&aios_engine, aios_arbiter_now(), &job->core);
	else
		aios_engine_job_end(&aios_engine, aios_arbiter_now(), &job->core);
	aios_gang_put(job);
	aios_accels_reap();
}

/* Nothing of the process is pinned any more: the job may be remembered for long. */
static void forget_processes(struct aios_job *job)
{
	if (job->entrant)
		put_task_struct(job->entrant);
	WRITE_ONCE(job->entrant, NULL);
	if (job->leader)
		put_task_struct(job->leader);
	job->leader = NULL;
	aios_job_set_holder(job, NULL);
}

/**
 * aios_job_end - the end of a job
 * @job: a live job; if it had a cgroup, that is gone
 * @state: AIOS_STATE_DONE, _FAILED or _CANCELLED
 * @end: AIOS_END_*
 * @code: see AIOS_END_*
 *
 * The caller holds aios_lock. A job that has ended stays as it is.
 */
void aios_job_end(struct aios_job *job, u32 state, u32 end, u32 code)
{
	const struct job_step *step = find_step(job, AIOS_EVENT_ENDED);
	u64 left;

	lockdep_assert_held(&aios_lock);
	if (aios_job_ended(job) || WARN_ON_ONCE(!step || !(step->to & BIT(state))))
		return;
	/* How it ended is written down before anybody can see that it has. */
	job->end = end;
	job->code = code;
	aios_job_attempt_over(job, end, code, false);
	/* What it used leaves the groups' sums while it is still known what that is. */
	left = job->meter.use.shared;
	aios_meter_end(&job->meter);
	aios_left_add(job->group, left);
	enter_state(job, step, state);
	give_back(job, state);
	forget_processes(job);
	tell(job, step);
	/* From here on the table may forget it, and the last reference may go. */
	aios_job_remember(job);
	module_put(THIS_MODULE);
	aios_arbiter_kick();
}
