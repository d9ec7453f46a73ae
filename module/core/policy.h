/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a policy is to the engine. A new one is a file policy_<name>.c that
 * defines a struct aios_policy_ops, and a line in the table of policy.c.
 */
#ifndef AIOS_CORE_POLICY_H
#define AIOS_CORE_POLICY_H

#include "queue.h"
#include "types.h"

struct aios_job_node;

/**
 * struct aios_policy_ops - how candidates are ordered
 * @id: AIOS_POLICY_*
 * @name: as users write it
 * @key: Write major (from 1; 0 is for suspended jobs that resume) and minor of
 *	the key under which @job waits; the least is examined first, equals in
 *	the order of arrival. Called when the job becomes a candidate and when
 *	it changes while it is one. It depends on what the owner set in the job
 *	alone, has no side effect and takes constant time: the engine takes the
 *	order between two such calls for constant.
 */
struct aios_policy_ops {
	u32 id;
	const char *name;
	void (*key)(const struct aios_job_node *job,
		    struct aios_queue_key *key);
};

extern const struct aios_policy_ops aios_policy_fifo;
extern const struct aios_policy_ops aios_policy_priority;

const struct aios_policy_ops *aios_policy_find(u32 id);

#endif /* AIOS_CORE_POLICY_H */
