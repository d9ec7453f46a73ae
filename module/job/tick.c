// SPDX-License-Identifier: GPL-2.0
/*
 * When jobs are measured: when somebody asks and, while any job holds resources, at
 * every tick. The end of a job, running out of memory and freezing are not found here:
 * the cgroup's own events tell of them.
 */
#include <linux/aios.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "arbiter/arbiter.h"
#include "enforce/cgroup.h"
#include "enforce/io.h"
#include "group/group.h"
#include "job/job.h"
#include "job/origin.h"
#include "main.h"
#include "measure/meter.h"
#include "turns.h"

/* A second measurement within this time finds the first good enough. */
#define FRESH_NS	(5 * NSEC_PER_MSEC)

/* Jobs measured in one run of the tick, which goes on at once if there are more. */
#define BATCH		64

/* The caller holds aios_lock. */
static void absorb(struct aios_job *job, const struct aios_sample *sample)
{
	u32 i;

	aios_meter_absorb(&job->meter, sample, job->times.start_ns);
	/* The peak of an adopted cgroup may be older than the job. */
	for (i = 0; i < AIOS_RESOURCE_MAX && !aios_job_adopts(job); i++)
		aios_meter_note_peak(&job->meter, i, sample->peak[i]);
	aios_engine_job_use(&aios_engine, aios_arbiter_now(), &job->core,
			    AIOS_RESOURCE_MEMORY, sample->level[AIOS_RESOURCE_MEMORY]);
	aios_job_publish(job);
	if (aios_engine_pending(&aios_engine))
		aios_arbiter_kick();
}

/**
 * aios_job_sample - measure a job
 * @job: the job
 * @last: its processes are gone, and its cgroup goes
 *
 * The caller holds the job's cg_lock.
 */
void aios_job_sample(struct aios_job *job, bool last)
{
	struct aios_sample sample = { .last = last };

	if (!aios_cgroup_exists(&job->cgroup.cg))
		return;
	mutex_lock(&aios_lock);
	sample.rates = aios_meter_rates_due(&job->meter, job->times.start_ns);
	sample.shares = aios_left_counted();
	mutex_unlock(&aios_lock);
	if (aios_meter_sample(&job->cgroup.cg, &sample))
		return;
	/* An adopted cgroup lies elsewhere: what it leaves behind is not in our groups. */
	if (aios_job_adopts(job))
		sample.shared = 0;
	mutex_lock(&aios_lock);
	if (job->moved && !aios_job_ended(job))
		absorb(job, &sample);
	mutex_unlock(&aios_lock);
}

/* Whose worker is at its files waits for nobody, and nobody waits for it. */
static int measure(void *arg)
{
	struct aios_job *job = arg;

	if (mutex_trylock(&job->cg_lock)) {
		aios_job_sample(job, false);
		mutex_unlock(&job->cg_lock);
	}
	return 0;
}

/**
 * aios_job_measure - measure a job now, unless that was just done
 * @job: the job
 *
 * The caller holds no lock.
 */
void aios_job_measure(struct aios_job *job)
{
	if (!READ_ONCE(job->moved) || aios_job_ended(job) ||
	    ktime_get_ns() - READ_ONCE(job->meter.measured_ns) < FRESH_NS)
		return;
	aios_turn_slow(measure, job);
}

/**
 * aios_job_note_device_memory - note what a job has charged on its accelerators
 * @job: the job
 *
 * The caller holds aios_lock.
 */
void aios_job_note_device_memory(struct aios_job *job)
{
	u64 used = 0;
	u32 i;

	for (i = 0; i < job->core.nr_shares; i++)
		used += job->core.share[i].memory_used;
	aios_meter_note(&job->meter, AIOS_RESOURCE_GPU_MEMORY, used);
}

/* -------------------------------------------------------------------- tick */

static void tick_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(tick, tick_work);

/* The next jobs of the round, referenced; the round ends with less than BATCH. */
static u32 take_batch(struct aios_job **batch, u64 *after)
{
	struct aios_job *job;
	u32 nr = 0;

	mutex_lock(&aios_lock);
	for (job = aios_job_next_active(NULL); job && nr < BATCH;
	     job = aios_job_next_active(job))
		if (job->active_serial > *after)
			batch[nr++] = aios_job_get(job);
	if (nr)
		*after = batch[nr - 1]->active_serial;
	mutex_unlock(&aios_lock);
	return nr;
}

static void tick_job(struct aios_job *job)
{
	mutex_lock(&job->cg_lock);
	aios_job_sample(job, false);
	mutex_unlock(&job->cg_lock);
	aios_job_request(job, AIOS_JOB_REFRESH);
	aios_job_put(job);
}

static void tick_work(struct work_struct *work)
{
	struct aios_job **batch = kcalloc(BATCH, sizeof(*batch), GFP_KERNEL);
	u64 after = 0;
	u32 nr = 0, i;
	bool any, shared;

	mutex_lock(&aios_lock);
	shared = aios_left_round();
	mutex_unlock(&aios_lock);
	/* What was plugged in since is limited from now on. */
	aios_disks_find(NULL);
	do {
		nr = batch ? take_batch(batch, &after) : 0;
		for (i = 0; i < nr; i++)
			tick_job(batch[i]);
		cond_resched();
	} while (nr == BATCH);
	kfree(batch);

	mutex_lock(&aios_lock);
	aios_groups_refresh();
	aios_origins_share();
	/* What was left behind may go. */
	any = shared || aios_job_next_active(NULL);
	if (any)
		aios_tick_start();
	mutex_unlock(&aios_lock);
}

/**
 * aios_tick_start - a job holds resources now: tick
 *
 * The caller holds aios_lock. The tick stops by itself when no job is left, and nothing of one.
 */
void aios_tick_start(void)
{
	queue_delayed_work(aios_wq, &tick, msecs_to_jiffies(READ_ONCE(aios_tick_ms)));
}

void aios_tick_exit(void)
{
	cancel_delayed_work_sync(&tick);
}
