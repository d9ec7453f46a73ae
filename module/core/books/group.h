/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A group as the engine has it: a node of the quota tree. The owner embeds it in his
 * own object, zeroed but for its id, and attaches it with aios_engine_group_attach().
 * From then on all of it is the engine's: the owner reads what is not private.
 */
#ifndef AIOS_CORE_BOOKS_GROUP_H
#define AIOS_CORE_BOOKS_GROUP_H

#include "core/base/ordered.h"
#include "core/books/bounds.h"

#define AIOS_ALLOC_NO_ROW	0xffU

/**
 * struct aios_group_sim - a group at the simulated time: sim.c
 */
struct aios_group_sim {
	/** @stamp: the simulation that @charged belongs to; an older one: none */
	u64 stamp;
	/** @charged: what aios_group_node::charged is at that time */
	u64 charged[AIOS_RESOURCE_MAX];
};

/**
 * struct aios_group_alloc - a group in the linear program: alloc/
 */
struct aios_group_alloc {
	/** @stamp: the program that the others belong to */
	u64 stamp;
	/** @row: its row for each resource, or AIOS_ALLOC_NO_ROW */
	u8 row[AIOS_RESOURCE_MAX];
	/** @demand: the sum of the columns below it */
	u64 demand[AIOS_RESOURCE_MAX];
	/** @activity: what the grants take above what is charged */
	u64 activity[AIOS_RESOURCE_MAX];
	/** @next: the next group that has a column below it */
	struct aios_group_node *next;
};

/**
 * struct aios_group_account - what the jobs of a group have used: measure.c
 */
struct aios_group_account {
	/** @usage: decayed use as of @usage_ns, dominant share times ns */
	u64 usage;
	/** @usage_ns: until when it has been reckoned */
	u64 usage_ns;
	/** @present: what aios_group_usage() found at @present_ns */
	u64 present;
	/** @present_ns: when it was asked last */
	u64 present_ns;
	/** @present_stamp: what aios_engine_stamps::usage was then */
	u64 present_stamp;
};

/**
 * struct aios_group_tag - of a policy that merges the queues of groups: policy/
 */
struct aios_group_tag {
	/** @stamp: the pass over the queue that @value belongs to */
	u64 stamp;
	/** @value: what the policy makes of it */
	u64 value;
};

/**
 * struct aios_group_domain - a group that orders its own jobs: domain.c
 */
struct aios_group_domain {
	/** @order: the candidates that it orders, by its own policy */
	struct aios_ordered order;
	/** @cursor: in @order, while slots are dealt out */
	struct aios_ordered_node *cursor;
	/** @next: the next group with a policy of its own */
	struct aios_group_node *next;
};

/**
 * struct aios_group_node - a node of the quota tree
 */
struct aios_group_node {
	/** @id: set by the owner before it is attached; unique, not 0 */
	u64 id;
	/** @parent: NULL for the root and before it is attached */
	struct aios_group_node *parent;
	/** @depth: 0 for the root */
	u32 depth;
	/**
	 * @weight: AIOS_WEIGHT_*, scales the weight of the jobs below; see
	 * aios_engine_group_weight()
	 */
	u32 weight;
	/** @limit: own limits, AIOS_UNLIMITED where there is none */
	u64 limit[AIOS_RESOURCE_MAX];
	/** @charged: what the admitted jobs in and below it hold, and what others left */
	u64 charged[AIOS_RESOURCE_MAX];
	/**
	 * @excess: the part of @charged that running jobs use above their request
	 * (sticky resources): it is lent, and called back when a candidate needs it
	 */
	u64 excess[AIOS_RESOURCE_MAX];
	/**
	 * @left: what jobs that have ended left behind in it, groups below not included; it
	 * is a part of @charged
	 */
	u64 left[AIOS_RESOURCE_MAX];
	/** @promised: the sum of what these jobs request, whether they use it or not */
	u64 promised[AIOS_RESOURCE_MAX];
	/** @granted: the sum of the grants of these jobs, at least @charged */
	u64 granted[AIOS_RESOURCE_MAX];
	/** @nr_jobs: jobs directly in it, queued or admitted */
	u32 nr_jobs;
	/** @nr_running: of these the admitted, running and suspended ones */
	u32 nr_running;
	/** @nr_groups: groups directly below */
	u32 nr_groups;
	/** @sim: private */
	struct aios_group_sim sim;
	/** @alloc: private */
	struct aios_group_alloc alloc;
	/** @quantum_ns: time slice of its jobs, 0: that of the next group up */
	u64 quantum_ns;
	/** @account: private */
	struct aios_group_account account;
	/** @tag: private */
	struct aios_group_tag tag;
	/**
	 * @policy: orders its own jobs, NULL: its parent's does; see
	 * aios_engine_group_policy()
	 */
	const struct aios_policy_ops *policy;
	/** @domain: private */
	struct aios_group_domain domain;
};

#endif /* AIOS_CORE_BOOKS_GROUP_H */
