// SPDX-License-Identifier: GPL-2.0
/*
 * Measuring: see meter.h.
 */
#include <linux/aios.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/string.h>
#include <linux/time64.h>

#include "core/base/fixed.h"
#include "enforce/cgroup.h"
#include "enforce/resource.h"
#include "main.h"
#include "measure/meter.h"

/* Shorter spans give no meaningful rate of what flows. */
#define RATE_SPAN_NS	(50 * NSEC_PER_MSEC)

/* "some avg10=12.34 ..." in 1/100 %. */
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

/**
 * aios_meter_sample - look what a cgroup uses
 * @cg: the cgroup, whose owner's cg_lock the caller holds
 * @sample: written, but for what says how
 *
 * What one controller cannot tell, because it is not enabled in an adopted cgroup,
 * reads as 0.
 *
 * Return: 0, or -ENODEV when nothing can be read: the cgroup is gone.
 */
int aios_meter_sample(struct aios_cgroup *cg, struct aios_sample *sample)
{
	bool pressure = aios_cgroup_features() & AIOS_FEATURE_PSI && !sample->last;
	const struct aios_resource_ops *ops;
	int ret = -ENODEV;
	u32 i;

	*sample = (struct aios_sample) {
		.last = sample->last,
		.rates = sample->rates,
		.shares = sample->shares,
	};
	for_each_aios_resource(i, ops) {
		if (!ops->sample || aios_resource_how(i) == AIOS_HOW_NONE)
			continue;
		if (!ops->sample(cg, i, sample))
			ret = 0;
		if (pressure && ops->pressure)
			sample->pressure[i] = read_pressure(cg, ops->pressure);
	}
	sample->now_ns = ktime_get_ns();
	return ret;
}

/**
 * aios_meter_note - a job uses this much of a resource now
 * @meter: the job's
 * @resource: AIOS_RESOURCE_*
 * @amount: in the resource's unit
 *
 * The caller holds aios_lock.
 */
void aios_meter_note(struct aios_meter *meter, u32 resource, u64 amount)
{
	u64 before = meter->use.amount[resource];
	struct aios_use *use;

	lockdep_assert_held(&aios_lock);
	for (use = &meter->use; use; use = use->above)
		use->amount[resource] += amount - before;
	aios_meter_note_peak(meter, resource, amount);
}

/* So much of the memory that a job uses now would outlive it. */
static void note_shared(struct aios_meter *meter, u64 shared)
{
	u64 before = meter->use.shared;
	struct aios_use *use;

	for (use = &meter->use; use; use = use->above)
		use->shared += shared - before;
}

/**
 * aios_use_leave - memory is used by nobody who is measured
 * @use: whose
 * @bytes: how much more; less is told by what wraps around
 *
 * The caller holds aios_lock.
 */
void aios_use_leave(struct aios_use *use, u64 bytes)
{
	lockdep_assert_held(&aios_lock);
	for (; use; use = use->above) {
		use->amount[AIOS_RESOURCE_MEMORY] += bytes;
		use->shared += bytes;
	}
}

/**
 * aios_meter_note_peak - a job has used this much of a resource at some time
 * @meter: the job's
 * @resource: AIOS_RESOURCE_*
 * @amount: in the resource's unit
 *
 * The caller holds aios_lock.
 */
void aios_meter_note_peak(struct aios_meter *meter, u32 resource, u64 amount)
{
	meter->peak[resource] = max(meter->peak[resource], amount);
}

/* How long the present span has been going on. */
static u64 span_of(const struct aios_meter *meter, u64 start_ns, u64 now_ns)
{
	u64 since = meter->rate_ns ? meter->rate_ns : start_ns;

	return now_ns > since ? now_ns - since : 0;
}

/**
 * aios_meter_rates_due - whether a sample taken now would give rates
 * @meter: of the job
 * @start_ns: when the present attempt began
 *
 * The caller holds aios_lock, or is content with an answer that is old when it comes.
 */
bool aios_meter_rates_due(const struct aios_meter *meter, u64 start_ns)
{
	return span_of(meter, start_ns, ktime_get_ns()) >= RATE_SPAN_NS;
}

/* What flowed since the last span began. */
static void absorb_rates(struct aios_meter *meter, const struct aios_sample *sample,
			 u64 start_ns)
{
	u64 span = span_of(meter, start_ns, sample->now_ns);
	const struct aios_resource_ops *ops;
	u32 i;

	if (!sample->rates || !span)
		return;
	for_each_aios_resource(i, ops) {
		if (!ops->sample || !ops->rate)
			continue;
		if (sample->total[i] >= meter->rate_total[i])
			aios_meter_note(meter, i,
					aios_mul_div_u64(sample->total[i] - meter->rate_total[i],
							 ops->rate, span));
		meter->rate_total[i] = sample->total[i];
	}
	meter->rate_ns = sample->now_ns;
}

/**
 * aios_meter_absorb - take over what was measured
 * @meter: of the job that the cgroup belongs to
 * @sample: of its cgroup
 * @start_ns: when the present attempt began
 *
 * The caller holds aios_lock.
 */
void aios_meter_absorb(struct aios_meter *meter, const struct aios_sample *sample,
		       u64 start_ns)
{
	const struct aios_resource_ops *ops;
	u32 i;

	if (!sample->last)
		memcpy(meter->pressure, sample->pressure, sizeof(meter->pressure));
	for_each_aios_resource(i, ops)
		if (ops->sample && !ops->rate)
			aios_meter_note(meter, i, sample->level[i]);
	note_shared(meter, sample->shared);
	absorb_rates(meter, sample, start_ns);
	meter->measured_ns = sample->now_ns;
	meter->cpu_ns = meter->earlier_cpu_ns + sample->total[AIOS_RESOURCE_CPU];
	meter->throttled_ns = meter->earlier_throttled_ns + sample->throttled_ns;
}

/**
 * aios_meter_end - a job uses nothing any more
 * @meter: the job's
 *
 * The caller holds aios_lock. The last figures of the job itself stay.
 */
void aios_meter_end(struct aios_meter *meter)
{
	struct aios_use *use;
	u32 i;

	lockdep_assert_held(&aios_lock);
	for (use = meter->use.above; use; use = use->above) {
		for (i = 0; i < AIOS_RESOURCE_MAX; i++)
			use->amount[i] -= meter->use.amount[i];
		use->shared -= meter->use.shared;
	}
}

/**
 * aios_meter_restart - the next attempt of a job is measured from 0 on
 * @meter: of the job, which has lost its cgroup
 *
 * The caller holds aios_lock. Peaks are those of all attempts, and so is time used.
 */
void aios_meter_restart(struct aios_meter *meter)
{
	aios_meter_end(meter);
	memset(meter->use.amount, 0, sizeof(meter->use.amount));
	meter->use.shared = 0;
	memset(meter->pressure, 0, sizeof(meter->pressure));
	memset(meter->rate_total, 0, sizeof(meter->rate_total));
	meter->earlier_cpu_ns = meter->cpu_ns;
	meter->earlier_throttled_ns = meter->throttled_ns;
	meter->rate_ns = 0;
}
