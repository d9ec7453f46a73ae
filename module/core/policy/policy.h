/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a policy is to the engine. A new one is a file policy/<name>.c that
 * defines a struct aios_policy_ops, and its name in policy/list.h. Order is all
 * that a policy decides: backfilling, reservations, the guard against
 * starvation, gangs and preemption are the engine's and hold for each.
 */
#ifndef AIOS_CORE_POLICY_POLICY_H
#define AIOS_CORE_POLICY_POLICY_H

#include "core/base/ordered.h"
#include "core/base/types.h"
#include "core/policy/list.h"

struct aios_engine;
struct aios_group_node;
struct aios_job_node;

/* aios_policy_ops.flags */
#define AIOS_POLICY_MOVING	(1U << 0) /* keys change with time or with other jobs */
#define AIOS_POLICY_PREEMPTIVE	(1U << 1) /* has @yields */
#define AIOS_POLICY_SLICED	(1U << 2) /* what @yields says changes with time */
#define AIOS_POLICY_WHOLE	(1U << 3) /* compares groups, or jobs with all others */

/**
 * struct aios_policy_ops - how candidates are ordered, and who makes way
 * @id: AIOS_POLICY_*
 * @name: as users write it
 * @summary: what goes first, in a few words that help and completions show
 * @flags: AIOS_POLICY_MOVING, AIOS_POLICY_PREEMPTIVE, AIOS_POLICY_SLICED,
 *	AIOS_POLICY_WHOLE: not for the jobs of a group alone
 * @key: Write major and minor of the key under which @job stands; the least is
 *	examined first, equals in the order of arrival. Of a job that runs it
 *	is the key that it would wait under. Called with aios_engine::now at
 *	the present time when the job becomes a candidate and when it changes
 *	while it is one; of a moving policy also at the begin of each decision,
 *	for every candidate, in their present order. Takes constant time. A
 *	policy that is not moving looks at nothing but what the owner set in
 *	the job and its run time so far, for the engine takes the order between
 *	such calls for constant.
 * @begin: Called before @key is called for every candidate; may be NULL.
 * @yields: Whether the running @victim is to be frozen if @job, which waits and
 *	stands before it in the order, then starts. Called for jobs in the
 *	order of their keys; has no side effect; NULL unless preemptive.
 */
struct aios_policy_ops {
	u32 id;
	const char *name;
	const char *summary;
	u32 flags;
	void (*key)(struct aios_engine *engine, const struct aios_job_node *job,
		    struct aios_ordered_key *key);
	void (*begin)(struct aios_engine *engine);
	bool (*yields)(const struct aios_engine *engine,
		       const struct aios_job_node *victim,
		       const struct aios_job_node *job);
};

/* Of a group: its jobs are ordered as those of its parent. */
#define AIOS_GROUP_INHERITS	(~0U)

/* A key that is larger than any other. */
#define AIOS_KEY_LAST	(U64_MAX >> 2)

#define AIOS_POLICY_OPS(name)	aios_policy_##name
extern const struct aios_policy_ops AIOS_POLICIES(AIOS_POLICY_OPS);

const struct aios_policy_ops *aios_policy_find(u32 id);
const struct aios_policy_ops *aios_policy_at(u32 i);

/* What policies measure jobs by: policy/measure.c. */
void aios_measure_set(struct aios_engine *engine);
u64 aios_measure_size(const struct aios_engine *engine,
		      const struct aios_job_node *job);
u64 aios_measure_share(const struct aios_engine *engine, const u64 *amount);
u64 aios_measure_ran(const struct aios_engine *engine,
		     const struct aios_job_node *job);
u64 aios_measure_stretch(const struct aios_engine *engine,
			 const struct aios_job_node *job);
s64 aios_log2(u64 value);
u64 aios_decay(u64 value, u64 elapsed, u64 half_life);
void aios_key_u128(struct aios_ordered_key *key, u128 value);
u32 aios_group_scaled_weight(const struct aios_group_node *group);
u64 aios_group_quantum(const struct aios_engine *engine,
		       const struct aios_group_node *group);
void aios_group_account(struct aios_engine *engine,
			struct aios_group_node *group);
u64 aios_group_usage(const struct aios_engine *engine,
		     const struct aios_group_node *group);

#endif /* AIOS_CORE_POLICY_POLICY_H */
