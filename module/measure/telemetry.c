// SPDX-License-Identifier: GPL-2.0
/*
 * Measuring: see telemetry.h. The end of a job, running out of memory and
 * freezing are not found here: the cgroup's own events tell of them.
 */
#include <linux/aios.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "arbiter/arbiter.h"
#include "enforce/cgroup.h"
#include "group/group.h"
#include "job/job.h"
#include "main.h"
#include "measure/telemetry.h"

/* A second measurement within this time finds the first good enough. */
#define FRESH_NS	(5 * NSEC_PER_MSEC)

/* Shorter spans give no meaningful rate of CPU or disk use. */
#define RATE_SPAN_NS	(50 * NSEC_PER_MSEC)

/* Jobs measured in one run of the tick, which goes on at once if there are more. */
#define BATCH		64

#define MILLI		1000	/* in a whole CPU */

struct sample {
	u64 now;
	u64 cpu_ns;
	u64 throttled_ns;
	u64 memory;
	u64 memory_peak;
	u64 pids;
	u64 io_bytes;
	u32 pressure[AIOS_RESOURCE_MAX];
};

/* "some avg10=12.34 ..." in 1/100 % */
static u32 parse_pressure(const char *text)
{
	const char *at = strstr(text, "avg10=");
	u32 whole, hundredths;

	if (!at || sscanf(at, "avg10=%u.%u", &whole, &hundredths) != 2)
		return 0;
	return whole * 100 + hundredths;
}

static u32 read_pressure(struct aios_cgroup *cg, enum aios_cg_file which)
{
	char text[192];

	if (aios_cgroup_read(cg, which, text, sizeof(text)) < 0)
		return 0;
	return parse_pressure(text);
}

/* Sum of the bytes read and written over all disks in io.stat. */
static u64 sum_io(const char *text)
{
	const char *at;
	u64 bytes, sum = 0;

	for (at = text; (at = strstr(at, "bytes=")); at += strlen("bytes="))
		if (at > text && (at[-1] == 'r' || at[-1] == 'w') &&
		    sscanf(at, "bytes=%llu", &bytes) == 1)
			sum += bytes;
	return sum;
}

/* The caller holds the job's cg_lock. */
static int take_sample(struct aios_job *job, struct sample *s)
{
	const u64 features = aios_cgroup_features();
	struct aios_cgroup *cg = &job->cg;
	char text[1024];
	u64 us = 0;

	memset(s, 0, sizeof(*s));
	if (aios_cgroup_read(cg, AIOS_CG_CPU_STAT, text, sizeof(text)) < 0)
		return -ENODEV;
	s->now = ktime_get_ns();
	if (aios_cgroup_find_key(text, "usage_usec", &us))
		s->cpu_ns = us * NSEC_PER_USEC;
	if (aios_cgroup_find_key(text, "throttled_usec", &us))
		s->throttled_ns = us * NSEC_PER_USEC;
	aios_cgroup_read_u64(cg, AIOS_CG_MEMORY_CURRENT, &s->memory);
	aios_cgroup_read_u64(cg, AIOS_CG_MEMORY_PEAK, &s->memory_peak);
	if (features & AIOS_FEATURE_PIDS)
		aios_cgroup_read_u64(cg, AIOS_CG_PIDS_CURRENT, &s->pids);
	if ((features & AIOS_FEATURE_IO) &&
	    aios_cgroup_read(cg, AIOS_CG_IO_STAT, text, sizeof(text)) > 0)
		s->io_bytes = sum_io(text);
	if (features & AIOS_FEATURE_PSI) {
		s->pressure[AIOS_RESOURCE_CPU] = read_pressure(cg, AIOS_CG_CPU_PRESSURE);
		s->pressure[AIOS_RESOURCE_MEMORY] =
			read_pressure(cg, AIOS_CG_MEMORY_PRESSURE);
		if (features & AIOS_FEATURE_IO)
			s->pressure[AIOS_RESOURCE_IO] =
				read_pressure(cg, AIOS_CG_IO_PRESSURE);
	}
	return 0;
}

static void note_use(struct aios_job *job, u32 resource, u64 amount)
{
	struct aios_group *group;

	for (group = job->group; group; group = group->parent)
		group->use[resource] += amount - job->use[resource];
	job->use[resource] = amount;
	job->peak[resource] = max(job->peak[resource], amount);
}

/* The caller holds aios_lock. */
static void absorb_rates(struct aios_job *job, const struct sample *s)
{
	u64 since = job->rate_ns ? job->rate_ns : job->start_ns;
	u64 span = s->now > since ? s->now - since : 0;

	if (span < RATE_SPAN_NS)
		return;
	if (s->cpu_ns >= job->rate_cpu_ns)
		note_use(job, AIOS_RESOURCE_CPU,
			 div64_u64((s->cpu_ns - job->rate_cpu_ns) * MILLI, span));
	if (s->io_bytes >= job->rate_io_bytes)
		note_use(job, AIOS_RESOURCE_IO,
			 div64_u64((s->io_bytes - job->rate_io_bytes) * MSEC_PER_SEC,
				   div_u64(span, NSEC_PER_MSEC)));
	job->rate_ns = s->now;
	job->rate_cpu_ns = s->cpu_ns;
	job->rate_io_bytes = s->io_bytes;
}

/* The caller holds aios_lock. */
static void absorb(struct aios_job *job, const struct sample *s)
{
	memcpy(job->pressure, s->pressure, sizeof(job->pressure));
	note_use(job, AIOS_RESOURCE_MEMORY, s->memory);
	note_use(job, AIOS_RESOURCE_PIDS, s->pids);
	if (!(job->flags & AIOS_SUBMIT_ADOPT)) /* whose peak may be older than the job */
		job->peak[AIOS_RESOURCE_MEMORY] = max(job->peak[AIOS_RESOURCE_MEMORY],
						      s->memory_peak);
	aios_engine_job_use(&aios_engine, aios_arbiter_now(), &job->core,
			    AIOS_RESOURCE_MEMORY, s->memory);
	absorb_rates(job, s);
	job->measured_ns = s->now;
	job->cpu_ns = job->retry_cpu_ns + s->cpu_ns;
	job->throttled_ns = job->retry_throttled_ns + s->throttled_ns;
	aios_job_publish(job);
	if (aios_engine_pending(&aios_engine))
		aios_arbiter_kick();
}

/**
 * aios_telemetry_sample - measure a job, for the last time before its cgroup goes
 * @job: the job
 *
 * The caller holds the job's cg_lock.
 */
void aios_telemetry_sample(struct aios_job *job)
{
	struct sample sample;

	if (!aios_cgroup_exists(&job->cg) || take_sample(job, &sample))
		return;
	mutex_lock(&aios_lock);
	if (job->moved && !aios_job_ended(job))
		absorb(job, &sample);
	mutex_unlock(&aios_lock);
}

static int measure_call(void *arg)
{
	struct aios_job *job = arg;

	mutex_lock(&job->cg_lock);
	aios_telemetry_sample(job);
	mutex_unlock(&job->cg_lock);
	return 0;
}

/**
 * aios_telemetry_measure - measure a job now, unless that was just done
 * @job: the job
 *
 * The caller holds no lock.
 */
void aios_telemetry_measure(struct aios_job *job)
{
	if (!READ_ONCE(job->moved) || aios_job_ended(job) ||
	    ktime_get_ns() - READ_ONCE(job->measured_ns) < FRESH_NS)
		return;
	aios_cgroup_call(measure_call, job);
}

/**
 * aios_telemetry_gpu_memory - note what a job has charged on its accelerators
 * @job: the job
 *
 * The caller holds aios_lock.
 */
void aios_telemetry_gpu_memory(struct aios_job *job)
{
	u64 used = 0;
	u32 i;

	for (i = 0; i < job->core.nr_shares; i++)
		used += job->core.share[i].memory_used;
	note_use(job, AIOS_RESOURCE_GPU_MEMORY, used);
}

/**
 * aios_telemetry_end - a job uses nothing any more
 * @job: the job
 *
 * The caller holds aios_lock. The last figures of the job itself stay.
 */
void aios_telemetry_end(struct aios_job *job)
{
	struct aios_group *group;
	u32 i;

	for (group = job->group; group; group = group->parent)
		for (i = 0; i < AIOS_RESOURCE_MAX; i++)
			group->use[i] -= job->use[i];
}

/**
 * aios_telemetry_retry - the next attempt of a job is measured from 0 on
 * @job: the job, which has lost its cgroup
 *
 * The caller holds aios_lock. Peaks are those of all attempts, and so is time used.
 */
void aios_telemetry_retry(struct aios_job *job)
{
	aios_telemetry_end(job);
	memset(job->use, 0, sizeof(job->use));
	memset(job->pressure, 0, sizeof(job->pressure));
	job->retry_cpu_ns = job->cpu_ns;
	job->retry_throttled_ns = job->throttled_ns;
	job->rate_ns = 0;
	job->rate_cpu_ns = 0;
	job->rate_io_bytes = 0;
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
	aios_telemetry_sample(job);
	mutex_unlock(&job->cg_lock);
	aios_job_request(job, AIOS_JOB_REFRESH);
	aios_job_put(job);
}

static void tick_groups(void)
{
	struct aios_group *group;

	mutex_lock(&aios_lock);
	for (group = aios_group_next(NULL); group; group = aios_group_next(group))
		if (group->pending || group->written)
			aios_group_refresh(group);
	mutex_unlock(&aios_lock);
}

static void tick_work(struct work_struct *work)
{
	struct aios_job **batch = kcalloc(BATCH, sizeof(*batch), GFP_KERNEL);
	u64 after = 0;
	u32 nr = 0, i;
	bool any;

	do {
		nr = batch ? take_batch(batch, &after) : 0;
		for (i = 0; i < nr; i++)
			tick_job(batch[i]);
		cond_resched();
	} while (nr == BATCH);
	kfree(batch);
	tick_groups();

	mutex_lock(&aios_lock);
	any = aios_job_next_active(NULL);
	if (any)
		queue_delayed_work(aios_wq, &tick, msecs_to_jiffies(READ_ONCE(aios_tick_ms)));
	mutex_unlock(&aios_lock);
}

/**
 * aios_telemetry_start - a job holds resources now: tick
 *
 * The caller holds aios_lock. The tick stops by itself when no job is left.
 */
void aios_telemetry_start(void)
{
	queue_delayed_work(aios_wq, &tick, msecs_to_jiffies(READ_ONCE(aios_tick_ms)));
}

void aios_telemetry_exit(void)
{
	cancel_delayed_work_sync(&tick);
}
