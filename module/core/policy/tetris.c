// SPDX-License-Identifier: GPL-2.0
/*
 * Packing by alignment: the job whose request points most in the direction of
 * what is free goes first, less a part for the work that it brings (Grandl,
 * Ananthanarayanan, Kandula, Rao, Akella, Multi-resource packing for cluster
 * schedulers, SIGCOMM 2014, sections 3.2 and 3.3): short jobs that fit well.
 * Each part is measured against its mean over the queue, as there; the means are
 * those of the decision before.
 */
#include "core/base/fixed.h"
#include "core/books/engine.h"
#include "core/books/measure.h"
#include "core/books/quota.h"
#include "core/books/runtime.h"
#include "core/policy/policy.h"

#define ONE_SHIFT	20			/* a mean, in a key */
#define PART_MAX	(1ULL << 58)
#define WORK_MAX	(1ULL << 46)
#define BIAS		(1ULL << 60)

/*
 * Return the sum over resources of requested times free share of the machine,
 * 2^-32.
 */
static u64 alignment(const struct aios_engine *engine,
		     const struct aios_job_node *job)
{
	u64 sum = 0;
	u32 r;

	for (r = 0; job->resource_mask >> r; r++) {
		u64 capacity = engine->capacity[r];
		u64 charged = engine->root.charged[r];

		if (!job->request[r] || !capacity || capacity > AIOS_AMOUNT_MAX)
			continue;
		sum += aios_mul_div_u64(aios_mul_div_u64(min(job->request[r], capacity),
							 1ULL << 32, capacity),
					capacity - min(capacity, charged), capacity);
	}
	return sum;
}

/*
 * Return the dominant share times the expected run time, 1024 ns; 0: it is not
 * known.
 */
static u64 work_of(const struct aios_engine *engine,
		   const struct aios_job_node *job)
{
	u128 work = aios_mul_u64(aios_measure_share(engine, job->request),
				 aios_node_expected(job) >> 10) >> 32;

	return work < WORK_MAX ? (u64)work : WORK_MAX;
}

/* Return @value measured against the mean of @sum over @count. */
static u64 relative(u64 value, u64 sum, u32 count)
{
	return min(aios_mul_div_u64(value << 4, (u64)count << (ONE_SHIFT - 4),
				    sum ?: 1), PART_MAX);
}

static void tetris_begin(struct aios_engine *engine)
{
	engine->tally.mean = engine->tally.sum;
	memset(&engine->tally.sum, 0, sizeof(engine->tally.sum));
}

static void tetris_key(struct aios_engine *engine, const struct aios_job_node *job,
		       struct aios_ordered_key *key)
{
	const struct aios_policy_sums *mean = &engine->tally.mean;
	u64 aligned = alignment(engine, job), work = work_of(engine, job);

	engine->tally.sum.nr++;
	engine->tally.sum.alignment += aligned;
	engine->tally.sum.work += work;
	key->major = BIAS + relative(work, mean->work, mean->nr) -
		     relative(aligned, mean->alignment, mean->nr);
	key->minor = job->submit_ns;
}

const struct aios_policy_ops aios_policy_tetris = {
	.id = AIOS_POLICY_TETRIS,
	.name = "tetris",
	.summary = "packing: best aligned with what is free",
	.flags = AIOS_POLICY_MOVING | AIOS_POLICY_WHOLE,
	.key = tetris_key,
	.begin = tetris_begin,
};
