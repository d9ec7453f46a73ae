// SPDX-License-Identifier: GPL-2.0
/*
 * CPU, in thousandths of one: cpu.weight follows the grant, so that everybody has it
 * under contention, and cpu.max is the cap.
 */
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/time64.h>
#include <linux/units.h>

#include "enforce/cgroup.h"
#include "enforce/resource.h"

#define PERIOD_US	100000	/* the scheduler's default */
#define LONG_PERIOD_US	1000000	/* for shares below its smallest quota of 1 ms */
#define SMALLEST_QUOTA_US 1000
#define WEIGHT_MAX	10000
#define FRESH_WEIGHT	100	/* of a new cgroup */

/* A whole CPU weighs 100. A cgroup that asked for nothing gets what others leave. */
static u64 weight_of(u64 milli)
{
	if (milli == AIOS_UNLIMITED)
		return 1;
	return clamp_t(u64, milli / 10, 1, WEIGHT_MAX);
}

/* The quota in a period, in microseconds; AIOS_UNLIMITED: more than there can be. */
static u64 quota_of(u64 milli, u64 *period_us)
{
	*period_us = PERIOD_US;
	if (milli >= (u64)num_present_cpus() * MILLI)
		return AIOS_UNLIMITED;
	if (milli * (PERIOD_US / MILLI) >= SMALLEST_QUOTA_US)
		return milli * (PERIOD_US / MILLI);
	*period_us = LONG_PERIOD_US;
	return max_t(u64, milli * (LONG_PERIOD_US / MILLI), SMALLEST_QUOTA_US);
}

static int write_max(struct aios_cgroup *cg, u64 milli)
{
	u64 period_us, quota_us = quota_of(milli, &period_us);

	if (quota_us == AIOS_UNLIMITED)
		return aios_cgroup_write(cg, AIOS_CG_CPU_MAX, "max %llu", period_us);
	return aios_cgroup_write(cg, AIOS_CG_CPU_MAX, "%llu %llu", quota_us, period_us);
}

static bool cap_differs(const struct aios_entitlement *held, enum aios_held known,
			const struct aios_entitlement *want)
{
	u64 period_us;

	switch (known) {
	case AIOS_HELD_WRITTEN:
		return held->cap != want->cap;
	case AIOS_HELD_FRESH:
		return quota_of(want->cap, &period_us) != AIOS_UNLIMITED;
	default:
		return true;
	}
}

static bool weight_differs(const struct aios_entitlement *held, enum aios_held known,
			   const struct aios_entitlement *want)
{
	switch (known) {
	case AIOS_HELD_WRITTEN:
		return weight_of(held->grant) != weight_of(want->grant);
	case AIOS_HELD_FRESH:
		return weight_of(want->grant) != FRESH_WEIGHT;
	default:
		return true;
	}
}

static int cpu_write(struct aios_cgroup *cg, struct aios_entitlement *held,
		     enum aios_held known, const struct aios_entitlement *want)
{
	int ret;

	if (cap_differs(held, known, want)) {
		ret = write_max(cg, want->cap);
		if (ret)
			return ret;
	}
	if (weight_differs(held, known, want)) {
		ret = aios_cgroup_write(cg, AIOS_CG_CPU_WEIGHT, "%llu",
					weight_of(want->grant));
		if (ret)
			return ret;
	}
	*held = *want;
	return 0;
}

static bool cpu_drifted(struct aios_cgroup *cg, const struct aios_entitlement *held)
{
	u64 weight, quota_us, period_us, found_us, found_period_us;
	char text[48];

	if (aios_cgroup_read_u64(cg, AIOS_CG_CPU_WEIGHT, &weight) ||
	    weight != weight_of(held->grant))
		return true;
	if (aios_cgroup_read(cg, AIOS_CG_CPU_MAX, text, sizeof(text)) < 0)
		return true;
	quota_us = quota_of(held->cap, &period_us);
	/* "max" in place of the first number is no quota. */
	if (sscanf(text, "%llu %llu", &found_us, &found_period_us) != 2)
		return quota_us != AIOS_UNLIMITED;
	return found_us != quota_us || found_period_us != period_us;
}

static int cpu_sample(struct aios_cgroup *cg, u32 resource, struct aios_sample *sample)
{
	char text[1024];
	u64 us = 0;
	int ret;

	ret = aios_cgroup_read(cg, AIOS_CG_CPU_STAT, text, sizeof(text));
	if (ret < 0)
		return ret;
	if (aios_cgroup_find_key(text, "usage_usec", &us))
		sample->total[resource] = us * NSEC_PER_USEC;
	if (aios_cgroup_find_key(text, "throttled_usec", &us))
		sample->throttled_ns = us * NSEC_PER_USEC;
	return 0;
}

/* --------------------------------------------------------------- the machine */

static u64 cpu_capacity(void)
{
	return (u64)num_online_cpus() * MILLI;
}

static u64 all_cpus(void)
{
	return (u64)num_present_cpus() * MILLI;
}

/*
 * Whom watch was told to call. A processor that comes is counted when the callbacks
 * of the last states run, and one that goes is no longer when those of the first do.
 * Immutable while watching.
 */
static struct {
	void (*changed)(void);
	enum cpuhp_state online;
	enum cpuhp_state dead;
} hotplug;

static int cpu_changed(unsigned int cpu)
{
	hotplug.changed();
	return 0;
}

static int cpu_watch(void (*changed)(void))
{
	int ret;

	hotplug.changed = changed;
	ret = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "aios:online",
					cpu_changed, NULL);
	if (ret < 0)
		return ret;
	hotplug.online = ret;
	ret = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "aios:dead", NULL,
					cpu_changed);
	if (ret < 0) {
		cpuhp_remove_state_nocalls(hotplug.online);
		return ret;
	}
	hotplug.dead = ret;
	return 0;
}

static void cpu_unwatch(void)
{
	cpuhp_remove_state_nocalls(hotplug.dead);
	cpuhp_remove_state_nocalls(hotplug.online);
}

static const struct aios_controller cpu_controller = {
	.name = "cpu",
	.feature = AIOS_FEATURE_CPU,
	.required = true,
};

const struct aios_resource_ops aios_cpu_ops = {
	.name = "cpu",
	.unit = "milli",
	.flags = AIOS_RESOURCE_ELASTIC,
	.how = AIOS_HOW_ENFORCED,
	.controller = &cpu_controller,
	.minimum = 1,
	.least = 1,
	.rate = MILLI,
	.pressure = AIOS_CG_CPU_PRESSURE,
	.saved = { AIOS_CG_CPU_MAX, AIOS_CG_CPU_WEIGHT },
	.capacity = cpu_capacity,
	.present = all_cpus,
	.watch = cpu_watch,
	.unwatch = cpu_unwatch,
	.write = cpu_write,
	.drifted = cpu_drifted,
	.sample = cpu_sample,
};
