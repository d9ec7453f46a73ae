// SPDX-License-Identifier: GPL-2.0
/*
 * First in, first out: arrival alone.
 */
#include "core/books/engine.h"
#include "core/policy/policy.h"

static void fifo_key(struct aios_engine *engine, const struct aios_job_node *job,
		     struct aios_ordered_key *key)
{
	(void)engine;
	key->major = job->submit_ns;
}

const struct aios_policy_ops aios_policy_fifo = {
	.id = AIOS_POLICY_FIFO,
	.name = "fifo",
	.summary = "arrival",
	.key = fifo_key,
};
