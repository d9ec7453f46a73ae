/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hierarchical charging: what is charged to a group counts in every ancestor,
 * and the machine's capacity bounds the root. A group that refuses is named.
 */
#ifndef AIOS_CORE_BOOKS_QUOTA_H
#define AIOS_CORE_BOOKS_QUOTA_H

#include "core/books/engine.h"

/**
 * enum aios_view - which state of the machine a question is about
 * @AIOS_VIEW_NOW: what is charged now
 * @AIOS_VIEW_REQUESTS: now, but without use above requests
 * @AIOS_VIEW_SIM: a simulated time, see sim.h
 * @AIOS_VIEW_BOTH: now and the simulated time
 * @AIOS_VIEW_EMPTY: nothing is charged
 * @AIOS_VIEW_ALONE: nothing is charged but what placing the rest of a gang added
 * @AIOS_VIEW_WHOLE: nothing is charged, and what of the machine is gone for now is back
 */
enum aios_view {
	AIOS_VIEW_NOW,
	AIOS_VIEW_REQUESTS,
	AIOS_VIEW_SIM,
	AIOS_VIEW_BOTH,
	AIOS_VIEW_EMPTY,
	AIOS_VIEW_ALONE,
	AIOS_VIEW_WHOLE,
};

/* Arbitrated accelerator by accelerator and not by the machine's sum. */
#define AIOS_PLACED_MASK	(1U << AIOS_RESOURCE_GPU | \
				 1U << AIOS_RESOURCE_GPU_MEMORY)

void aios_quota_move(struct aios_group_node *group, u32 resource, s64 charged,
		     s64 excess, s64 granted);
u64 aios_quota_effective(const struct aios_engine *engine,
			 const struct aios_group_node *group, u32 resource,
			 u64 *binding);
u64 aios_quota_bound(const struct aios_engine *engine,
		     const struct aios_group_node *group, u32 resource);
u64 aios_quota_of_job(const struct aios_engine *engine, const struct aios_job_node *job,
		      u32 resource, u64 *binding);
u64 aios_quota_beside(const struct aios_engine *engine,
		      const struct aios_job_node *job, u32 resource, u64 *binding);
u64 aios_quota_room(const struct aios_engine *engine,
		    const struct aios_group_node *group, u32 resource);
bool aios_quota_fits(const struct aios_engine *engine,
		     const struct aios_group_node *group, u32 resource,
		     u64 need, enum aios_view view, struct aios_why *why);

#endif /* AIOS_CORE_BOOKS_QUOTA_H */
