/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table of resources: what each is called, how it holds on this machine, how much
 * of it there is, and how a cgroup is limited in it and measured. Whatever belongs to
 * one resource alone lies in a file of its own beside this one.
 */
#ifndef _AIOS_ENFORCE_RESOURCE_H
#define _AIOS_ENFORCE_RESOURCE_H

#include <linux/aios.h>
#include <linux/types.h>

#include "enforce/cgroup.h"

struct aios_why;

/**
 * struct aios_entitlement - what one cgroup may have of a resource
 *
 * In the units of the resource; AIOS_UNLIMITED: as much as there is.
 */
struct aios_entitlement {
	/** @grant: what it was granted, its share under contention */
	u64 grant;
	/**
	 * @cap: what it is held to although there may be more: the limit, or the
	 * grant where that is strict
	 */
	u64 cap;
	/** @limit: what it may never have more of */
	u64 limit;
	/**
	 * @promised: what others may not take from it; AIOS_UNLIMITED: how it is protected
	 * is not ours to say
	 */
	u64 promised;
	/** @swap: what it may have beside that in swap */
	u64 swap;
	/** @look: set by who asks: what is used is looked at though nothing was changed */
	bool look;
	/**
	 * @kept: what it was left although its grant or limit is less, for it cannot give
	 * that back; 0: nothing. Known once it has been written, and not asked for
	 */
	u64 kept;
};

/**
 * enum aios_held - what is known of the limits that a cgroup's files hold
 */
enum aios_held {
	/** @AIOS_HELD_UNKNOWN: nothing: others may have written, or a write has failed */
	AIOS_HELD_UNKNOWN,
	/** @AIOS_HELD_FRESH: what the kernel gives a new cgroup, which nobody is in yet */
	AIOS_HELD_FRESH,
	/** @AIOS_HELD_WRITTEN: what was last written */
	AIOS_HELD_WRITTEN,
};

/**
 * struct aios_sample - what a cgroup used when it was looked at
 */
struct aios_sample {
	/**
	 * @last: set by who asks: nobody is in the cgroup any more, so that what is held
	 * and what keeps tasks waiting need not be looked at
	 */
	bool last;
	/**
	 * @rates: set by who asks: the time since the last look is long enough for rates
	 * of what flows; without it, a total that serves nothing else may stay 0
	 */
	bool rates;
	/** @shares: set by who asks: @shared is wanted */
	bool shares;
	/** @now_ns: CLOCK_MONOTONIC */
	u64 now_ns;
	/** @shared: memory that outlives the processes; of one that ends, if it is much */
	u64 shared;
	/** @level: use of what is held, in the resource's units */
	u64 level[AIOS_RESOURCE_MAX];
	/** @peak: largest level that the kernel has seen, 0 where it keeps none */
	u64 peak[AIOS_RESOURCE_MAX];
	/** @total: what flows, since the cgroup was made; see &aios_resource_ops.rate */
	u64 total[AIOS_RESOURCE_MAX];
	/** @pressure: share of the last 10 s in which tasks stood still, in 1/100 % */
	u32 pressure[AIOS_RESOURCE_MAX];
	/** @throttled_ns: time in which a CPU quota kept it from running */
	u64 throttled_ns;
};

/**
 * struct aios_controller - a controller of cgroup v2
 */
struct aios_controller {
	/** @name: in cgroup.controllers */
	const char *name;
	/** @feature: AIOS_FEATURE_* when it is there */
	u64 feature;
	/** @required: the module does not load without it */
	bool required;
};

/**
 * struct aios_resource_ops - a resource
 *
 * Immutable. The functions on a cgroup run in workers, with the lock of the cgroup's
 * owner held, and are called only where @controller is there.
 */
struct aios_resource_ops {
	/** @name: as users write it */
	const char *name;
	/** @unit: of all its amounts */
	const char *unit;
	/** @flags: AIOS_RESOURCE_ELASTIC, _STICKY or _LIMIT_ONLY */
	u32 flags;
	/** @how: AIOS_HOW_* where @controller is there; else it holds not at all */
	u32 how;
	/** @controller: what holds it; NULL: no controller is needed */
	const struct aios_controller *controller;
	/**
	 * @minimum: smallest amount that the kernel can hold a cgroup to; a smaller
	 * cap becomes this
	 */
	u64 minimum;
	/**
	 * @beside: bits of resources: of whoever states one of them, and not this, the
	 * limit is 0
	 */
	u32 beside;
	/** @least: smallest limit with which a process can begin; at least @minimum */
	u64 least;
	/**
	 * @rate: what a total of 1 in 1 ns means in the unit, for what flows; 0 for
	 * what is held
	 */
	u64 rate;
	/** @pressure: file that tells the pressure, AIOS_CG_NONE where there is none */
	enum aios_cg_file pressure;
	/**
	 * @saved: files that an adopted cgroup gets back as they were found, in the
	 * order in which they are written; AIOS_CG_NONE fills it up
	 */
	enum aios_cg_file saved[8];

	/** @capacity: how much this machine has now; NULL: nobody knows */
	u64 (*capacity)(void);
	/**
	 * @present: how much of it is there, in use or not; NULL: what is not in use is gone
	 * for good
	 */
	u64 (*present)(void);
	/**
	 * @watch: have a function called, which may only queue work, whenever the
	 * capacity may have changed; NULL: it never does. Returns 0 or -errno
	 */
	int (*watch)(void (*changed)(void));
	/** @unwatch: undo @watch; the function is not running when it returns */
	void (*unwatch)(void);

	/**
	 * @write: bring the control files in line
	 *
	 * @held is what they hold, as far as @known says; it is updated.
	 * Returns 0, -EINPROGRESS when the use has to fall before the rest can be
	 * written, or what the file system said. NULL: there is nothing to write.
	 */
	int (*write)(struct aios_cgroup *cg, struct aios_entitlement *held,
		     enum aios_held known, const struct aios_entitlement *want);
	/**
	 * @restore: write back what one of @saved said; returns 0, -EBUSY when the use does
	 * not allow it, or what the file system said. NULL: the text is written
	 */
	int (*restore)(struct aios_cgroup *cg, enum aios_cg_file which, const char *text);
	/** @drifted: whether a file does not hold @held any more, as last written */
	bool (*drifted)(struct aios_cgroup *cg, const struct aios_entitlement *held);
	/**
	 * @sample: add what the cgroup uses
	 *
	 * @resource is this resource's number; @sample is 0 but for what its user sets.
	 * Returns 0 or -errno. NULL: it is not measured here.
	 */
	int (*sample)(struct aios_cgroup *cg, u32 resource, struct aios_sample *sample);
};

extern const struct aios_resource_ops aios_cpu_ops;
extern const struct aios_resource_ops aios_memory_ops;
extern const struct aios_resource_ops aios_gpu_ops;
extern const struct aios_resource_ops aios_gpu_memory_ops;
extern const struct aios_resource_ops aios_io_ops;
extern const struct aios_resource_ops aios_net_ops;
extern const struct aios_resource_ops aios_pids_ops;
extern const struct aios_resource_ops aios_swap_ops;
extern const struct aios_resource_ops aios_huge_pages_ops;

/**
 * for_each_aios_resource - iterate over the resources that there are
 * @i: u32, the number: AIOS_RESOURCE_*
 * @ops: const struct aios_resource_ops *
 */
#define for_each_aios_resource(i, ops)					\
	for ((i) = 0; ((ops) = aios_resource_next(&(i))) != NULL; (i)++)

const struct aios_resource_ops *aios_resource_ops_of(u32 resource);
const struct aios_resource_ops *aios_resource_next(u32 *resource);
u32 aios_resource_how(u32 resource);
u32 aios_resource_count(void);
bool aios_resource_withheld(u32 mask, u32 resource);
int aios_resource_late(u32 stated, u32 mask, struct aios_why *why);
bool aios_resource_in(u32 mask, u32 resource);
int aios_resource_least_check(u32 mask, const u64 *request, const u64 *limit, bool none,
			      struct aios_why *why);
int aios_resource_mask_check(u32 mask, struct aios_why *why);

int aios_write_amount(struct aios_cgroup *cg, enum aios_cg_file which, u64 amount);
bool aios_amount_drifted(struct aios_cgroup *cg, enum aios_cg_file which, u64 amount,
			 u64 unit);

#endif /* _AIOS_ENFORCE_RESOURCE_H */
