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
#define AIOS_POLICY_MODEL	(1U << 4) /* needs aios_engine::ranker */

/**
 * struct aios_policy_ops - how candidates are ordered, and who makes way
 *
 * All callbacks are called with the exclusion that the engine has, and with
 * aios_engine::now at the present time. They read the engine, the job and its group,
 * and allocate, lock, sleep and print nothing. They write nothing but what is said
 * below, and take constant time but for the depth of groups and the number of
 * resources.
 */
struct aios_policy_ops {
	/** @id: AIOS_POLICY_* */
	u32 id;
	/** @name: as users write it */
	const char *name;
	/** @summary: what goes first, in a few words that help and completions show */
	const char *summary;
	/**
	 * @flags: AIOS_POLICY_MOVING, _PREEMPTIVE, _SLICED, _WHOLE, _MODEL; what is whole
	 * or preemptive cannot order the jobs of a group alone
	 */
	u32 flags;
	/**
	 * @key: Write major and minor of the key under which @job stands.
	 *
	 * The least key is examined first, equal ones in the order of arrival, which
	 * the engine sees to with the serial. A major is at most AIOS_KEY_LAST; a larger
	 * one counts as that. Of a job that runs it is the key that it would wait under;
	 * of a gang @job is the first member, and stands for all.
	 *
	 * It is called when @job becomes a candidate and when it changes while it is
	 * one; of a preemptive policy also for running jobs in a decision. Of a moving
	 * policy it is called besides at the begin of each decision that examines the
	 * queue, for every candidate in their present order, after @begin.
	 *
	 * A policy that is not moving reads nothing but the tuning and of the job what
	 * the owner set, its run time so far and when it began to wait: between two
	 * calls for a job the engine takes its key for constant. A moving one may read
	 * all of the engine, and write aios_engine::tally and the tag of the job's
	 * group, both of which the engine puts back when it only wants to know where a
	 * job would stand.
	 */
	void (*key)(struct aios_engine *engine, const struct aios_job_node *job,
		    struct aios_ordered_key *key);
	/**
	 * @constant: What of a key does not change while the job waits, for @key to find
	 * in aios_job_node::constant; NULL: nothing.
	 *
	 * It reads of the job what the owner set, and of the engine the capacities. The
	 * engine calls it before @key, once until one of these changes.
	 */
	s64 (*constant)(const struct aios_engine *engine, const struct aios_job_node *job);
	/**
	 * @begin: A pass over the candidates begins; NULL: nothing is to be prepared.
	 *
	 * It is called before every decision that examines the queue, whether or not
	 * keys move, and when the policy is chosen or tuned. It writes
	 * aios_engine::tally alone: a new stamp makes the tags of all groups void; one
	 * that needs a model may look at the running jobs, as many as
	 * AIOS_RANKER_STEPS, and write what it sees to aios_engine::ranker.
	 */
	void (*begin)(struct aios_engine *engine);
	/**
	 * @yields: Whether the running @victim is to be frozen for @job.
	 *
	 * @job waits, stands before @victim in the order, and starts if enough yield.
	 * It is called for running jobs from the last in the order on, for the first
	 * member of a gang on behalf of all, never for one that the guard has promoted or
	 * that this decision has started. It has no effect. Once @job runs in the place
	 * of @victim, the answer for the two the other way round must be false for as
	 * long as a time slice, or they would freeze each other in turn and nothing
	 * would get done. Where it becomes true by time alone, AIOS_POLICY_SLICED asks
	 * for a decision each time slice. NULL unless the policy is preemptive.
	 */
	bool (*yields)(const struct aios_engine *engine,
		       const struct aios_job_node *victim,
		       const struct aios_job_node *job);
};

/* The jobs of a group with this policy are ordered as those of its parent. */
#define AIOS_GROUP_INHERITS	(~0U)

/* No key is larger than this one. */
#define AIOS_KEY_LAST	(U64_MAX >> 2)

#define AIOS_POLICY_OPS(name)	aios_policy_##name
extern const struct aios_policy_ops AIOS_POLICIES(AIOS_POLICY_OPS);

const struct aios_policy_ops *aios_policy_find(u32 id);
const struct aios_policy_ops *aios_policy_at(u32 i);

#endif /* AIOS_CORE_POLICY_POLICY_H */
