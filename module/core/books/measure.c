// SPDX-License-Identifier: GPL-2.0
/*
 * What policies measure jobs by: how large one is on a machine with several
 * resources, how long it ran, logarithms and decay in fixed point.
 */
#include "core/base/fixed.h"
#include "core/books/books.h"
#include "core/books/measure.h"

/* Say whether a resource is bounded, so that a share of it has a meaning. */
static bool measured(const struct aios_engine *engine, u32 resource)
{
	return (engine->elastic | engine->sticky) >> resource & 1 &&
	       engine->capacity[resource] &&
	       engine->capacity[resource] <= AIOS_AMOUNT_MAX;
}

/**
 * aios_measure_set() - choose the yardstick after a change of capacities
 * @engine: the engine
 *
 * Sizes are in units of the first bounded resource.
 */
void aios_measure_set(struct aios_engine *engine)
{
	u32 r;

	engine->stamps.measure++;
	engine->stamps.usage++;
	engine->yardstick = 0;
	for (r = 0; r < AIOS_RESOURCE_MAX && !engine->yardstick; r++)
		if (measured(engine, r))
			engine->yardstick = engine->capacity[r];
}

/**
 * aios_measure_size() - how much of the machine a job asks for
 * @engine: the engine
 * @job: job
 *
 * The request of its dominant resource (Ghodsi et al., Dominant Resource
 * Fairness, NSDI 2011), scaled to the first bounded resource of the machine: of
 * jobs that ask for CPUs alone it is exactly the requested milli-CPUs.
 *
 * Return: the size, at least 1.
 */
u64 aios_measure_size(const struct aios_engine *engine,
		      const struct aios_job_node *job)
{
	u64 size = 1;
	u32 r;

	for (r = 0; job->resource_mask >> r; r++) {
		u64 capacity = engine->capacity[r];
		u64 amount = job->request[r];

		if (!(job->resource_mask >> r & 1) || !measured(engine, r))
			continue;
		if (capacity != engine->yardstick)
			amount = aios_mul_div_u64(amount, engine->yardstick,
						  capacity);
		size = max(size, amount);
	}
	return size;
}

/**
 * aios_measure_share() - dominant share of a vector of amounts
 * @engine: the engine
 * @amount: of each resource
 *
 * Return: the largest fraction of a capacity, 2^-32; may exceed 1.
 */
u64 aios_measure_share(const struct aios_engine *engine, const u64 *amount)
{
	u64 share = 0;
	u32 r;

	for (r = 0; r < AIOS_RESOURCE_MAX; r++)
		if (amount[r] && measured(engine, r))
			share = max(share, aios_mul_div_u64(amount[r], 1ULL << 32,
							    engine->capacity[r]));
	return min_t(u64, share, U32_MAX * 16ULL);
}

/**
 * aios_measure_ran() - service that a job has received
 * @engine: the engine
 * @job: job
 *
 * Return: the time that it ran, ns, without that in which it was suspended.
 */
u64 aios_measure_ran(const struct aios_engine *engine,
		     const struct aios_job_node *job)
{
	if (job->state == AIOS_CORE_HELD)
		return engine->now - min(engine->now, job->books.base_ns);
	return job->state == AIOS_CORE_SUSPENDED ? job->books.ran_ns : 0;
}

/**
 * aios_measure_stretch() - how long a running job has run without a break
 * @engine: the engine
 * @job: running job
 *
 * Return: the time, ns.
 */
u64 aios_measure_stretch(const struct aios_engine *engine,
			 const struct aios_job_node *job)
{
	u64 ran = aios_measure_ran(engine, job);

	return ran - min(ran, job->books.ran_ns);
}

/**
 * aios_decay() - what is left of something that halves in a certain time
 * @value: any
 * @elapsed: ns
 * @half_life: ns; 0: nothing decays
 *
 * Return: @value * 2^-(@elapsed / @half_life), within 2^-15 of itself.
 */
u64 aios_decay(u64 value, u64 elapsed, u64 half_life)
{
	/* 2^-(2^-k) for k from 1, 2^-32 */
	static const u32 root[] = {
		3037000500U, 3611622603U, 3938502376U, 4112874773U,
		4202935003U, 4248701965U, 4271771996U, 4283353945U,
		4289156690U, 4292061010U, 4293513907U, 4294240540U,
		4294603903U, 4294785595U, 4294876445U, 4294921870U,
	};
	u64 fraction;
	u32 k;

	if (!half_life)
		return value;
	if (elapsed / half_life > 63)
		return 0;
	value >>= elapsed / half_life;
	fraction = aios_mul_div_u64(elapsed % half_life, 1ULL << 16, half_life);
	for (k = 0; k < ARRAY_SIZE(root); k++)
		if (fraction >> (15 - k) & 1)
			value = (u64)(aios_mul_u64(value, root[k]) >> 32);
	return value;
}

/**
 * aios_key_u128() - order by one number of 128 bits
 * @key: major and minor are written
 * @value: below 2^126
 */
void aios_key_u128(struct aios_ordered_key *key, u128 value)
{
	key->major = (u64)(value >> 64);
	key->minor = (u64)value;
}

/**
 * aios_group_scaled_weight() - a weight in a group as it counts among all
 * @group: group
 * @weight: of a job in it, or AIOS_WEIGHT_DEFAULT for the group as a whole
 *
 * Return: @weight times weight/100 of the group and of each of its ancestors below the
 * root, at least 1.
 */
u32 aios_group_scaled_weight(const struct aios_group_node *group, u64 weight)
{
	for (; group->parent; group = group->parent)
		weight = clamp_t(u64, weight * group->weight / AIOS_WEIGHT_DEFAULT,
				 1, S32_MAX);
	return (u32)weight;
}

/* Return the time slice of jobs in @group, which is the nearest one that is set. */
u64 aios_group_quantum(const struct aios_engine *engine,
		       const struct aios_group_node *group)
{
	for (; group; group = group->parent)
		if (group->quantum_ns)
			return group->quantum_ns;
	return engine->tuning.quantum_ns;
}

static u64 usage_now(const struct aios_engine *engine, const struct aios_group_node *group)
{
	u64 elapsed = engine->now - min(engine->now, group->account.usage_ns);
	u64 share = aios_measure_share(engine, group->charged);
	u64 use = (u64)min(aios_mul_u64(share, elapsed) >> 32,
			   (u128)AIOS_TIME_MAX);

	return aios_decay(group->account.usage, elapsed, engine->tuning.half_life_ns) +
	       aios_decay(use, elapsed / 2, engine->tuning.half_life_ns);
}

/**
 * aios_group_usage() - what a group's jobs have used, old use counting less
 * @engine: the engine
 * @group: group
 *
 * What is held since the last account counts as if held at its middle. Nothing that
 * happens at one instant changes it, so that it is reckoned once for all jobs of a
 * group.
 *
 * Return: dominant share times ns, as of now.
 */
u64 aios_group_usage(const struct aios_engine *engine, struct aios_group_node *group)
{
	struct aios_group_account *account = &group->account;

	if (account->present_stamp != engine->stamps.usage ||
	    account->present_ns != engine->now) {
		account->present = usage_now(engine, group);
		account->present_ns = engine->now;
		account->present_stamp = engine->stamps.usage;
	}
	return account->present;
}

/**
 * aios_group_account() - before what a group's jobs hold changes
 * @engine: the engine
 * @group: group; only itself, its ancestors have no account
 */
void aios_group_account(struct aios_engine *engine, struct aios_group_node *group)
{
	if (group->account.usage_ns >= engine->now)
		return;
	group->account.usage = min(usage_now(engine, group), AIOS_TIME_MAX);
	group->account.usage_ns = engine->now;
}
