// SPDX-License-Identifier: GPL-2.0
/*
 * What the owner chooses: the policy, backfilling, the objective, and their numbers.
 */
#include "core/engine/internal.h"

/* See events.h for the contracts of the functions that it declares. */

int aios_engine_policy_set(struct aios_engine *engine, struct aios_now now,
			   u32 policy, u32 backfill, u32 objective)
{
	const struct aios_policy_ops *ops = aios_policy_find(policy);

	aios_now_check(engine, now);
	if (!ops || backfill > AIOS_BACKFILL_CONSERVATIVE ||
	    objective > AIOS_OBJECTIVE_PROPORTIONAL)
		return -EOPNOTSUPP;
	if (ops->flags & AIOS_POLICY_MODEL && !engine->ranker)
		return -EOPNOTSUPP;
	engine->policy = ops;
	engine->policy_id = policy;
	engine->backfill = backfill;
	engine->objective = objective;
	aios_order_refresh(engine, true);
	aios_engine_touch(engine);
	return 0;
}

int aios_engine_ranker_set(struct aios_engine *engine, struct aios_now now,
			   struct aios_ranker *ranker)
{
	bool used = engine->policy->flags & AIOS_POLICY_MODEL;

	aios_now_check(engine, now);
	if (used && !ranker)
		return -EBUSY;
	engine->ranker = ranker;
	if (!used)
		return 0;
	aios_order_refresh(engine, true);
	aios_engine_touch(engine);
	return 0;
}

static int tuning_valid(const struct aios_engine_tuning *tuning)
{
	if (tuning->quantum_ns < AIOS_QUANTUM_MIN_NS ||
	    max(max(tuning->quantum_ns, tuning->aging_ns),
		max(tuning->half_life_ns, tuning->guard_floor_ns)) >
	    AIOS_TUNING_TIME_MAX)
		return -EINVAL;
	if (tuning->guard && (tuning->guard <= AIOS_GUARD_UNIT ||
			      tuning->guard > AIOS_GUARD_MAX))
		return -EINVAL;
	return 0;
}

int aios_engine_tune(struct aios_engine *engine, struct aios_now now,
		     const struct aios_engine_tuning *tuning)
{
	struct aios_ordered_node *node;
	u32 moved = 0;
	int err = tuning_valid(tuning);

	aios_now_check(engine, now);
	if (!err && tuning->guard && !engine->reference)
		err = -ENOMEM;
	if (err)
		return err;
	engine->tuning = *tuning;
	engine->stamps.usage++;
	for (node = aios_ordered_first(&engine->queue); node;
	     node = aios_ordered_next(node)) {
		aios_guard_forget(engine, aios_node_of_queue(node));
		aios_guard_watch(engine, aios_node_of_queue(node));
		aios_engine_breathe(engine, moved++);
	}
	aios_order_refresh(engine, true);
	aios_engine_touch(engine);
	return 0;
}
