/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What jobs and groups are measured by: size, share, run time and use, and the
 * arithmetic that policies need for their keys.
 */
#ifndef AIOS_CORE_BOOKS_MEASURE_H
#define AIOS_CORE_BOOKS_MEASURE_H

#include "core/base/ordered.h"
#include "core/base/types.h"

struct aios_engine;
struct aios_group_node;
struct aios_job_node;

void aios_measure_set(struct aios_engine *engine);
u64 aios_measure_size(const struct aios_engine *engine,
		      const struct aios_job_node *job);
u64 aios_measure_share(const struct aios_engine *engine, const u64 *amount);
u64 aios_measure_ran(const struct aios_engine *engine,
		     const struct aios_job_node *job);
u64 aios_measure_stretch(const struct aios_engine *engine,
			 const struct aios_job_node *job);
u64 aios_decay(u64 value, u64 elapsed, u64 half_life);
void aios_key_u128(struct aios_ordered_key *key, u128 value);
u32 aios_group_scaled_weight(const struct aios_group_node *group, u64 weight);
u64 aios_group_quantum(const struct aios_engine *engine,
		       const struct aios_group_node *group);
void aios_group_account(struct aios_engine *engine,
			struct aios_group_node *group);
u64 aios_group_usage(const struct aios_engine *engine,
		     struct aios_group_node *group);

#endif /* AIOS_CORE_BOOKS_MEASURE_H */
