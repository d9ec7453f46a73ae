/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a cgroup uses: read from its files, made into rates, and added up along the
 * tree of whoever it belongs to. When to measure is for others to know.
 */
#ifndef _AIOS_MEASURE_METER_H
#define _AIOS_MEASURE_METER_H

#include <linux/aios.h>
#include <linux/types.h>

#include "enforce/resource.h"

/**
 * struct aios_use - what somebody uses, and all below him
 *
 * Protected by aios_lock but for @above, which is immutable.
 */
struct aios_use {
	/** @above: whose use this is a part of; NULL: nobody's */
	struct aios_use *above;
	/** @amount: as last measured, in the units of each resource */
	u64 amount[AIOS_RESOURCE_MAX];
	/** @shared: bytes of memory that outlive processes, and that others left behind */
	u64 shared;
};

/**
 * struct aios_meter - the measurements of one job; protected by aios_lock
 *
 * A job that is tried again has a cgroup for each attempt, whose counters begin at 0.
 */
struct aios_meter {
	/** @use: as last measured */
	struct aios_use use;
	/** @peak: the largest of these in all attempts */
	u64 peak[AIOS_RESOURCE_MAX];
	/** @pressure: share of time stalled, 10 s, in 1/100 % */
	u32 pressure[AIOS_RESOURCE_MAX];
	/** @measured_ns: when, 0 for never; read without the lock too */
	u64 measured_ns;
	/** @cpu_ns: CPU time in all attempts */
	u64 cpu_ns;
	/** @throttled_ns: time throttled by cpu.max in all attempts */
	u64 throttled_ns;
	/** @earlier_cpu_ns: the part of @cpu_ns in the attempts before this one */
	u64 earlier_cpu_ns;
	/** @earlier_throttled_ns: the same of @throttled_ns */
	u64 earlier_throttled_ns;
	/** @rate_ns: begin of the present span for rates; 0 for the attempt's begin */
	u64 rate_ns;
	/** @rate_total: what had flowed of each resource then */
	u64 rate_total[AIOS_RESOURCE_MAX];
};

bool aios_meter_rates_due(const struct aios_meter *meter, u64 start_ns);
int aios_meter_sample(struct aios_cgroup *cg, struct aios_sample *sample);
void aios_meter_absorb(struct aios_meter *meter, const struct aios_sample *sample,
		       u64 start_ns);
void aios_use_leave(struct aios_use *use, u64 bytes);
void aios_meter_note_peak(struct aios_meter *meter, u32 resource, u64 amount);
void aios_meter_note(struct aios_meter *meter, u32 resource, u64 amount);
void aios_meter_end(struct aios_meter *meter);
void aios_meter_restart(struct aios_meter *meter);

#endif /* _AIOS_MEASURE_METER_H */
