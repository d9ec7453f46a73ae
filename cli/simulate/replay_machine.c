// SPDX-License-Identifier: GPL-2.0
/*
 * The machine of a replay: its resources, devices, groups and policy, as the input has them.
 */
#include <core/policy/policy.h>

#include "print/util.h"
#include "simulate/replay_internal.h"

/*
 * The engine places gpus on devices of which a job takes AIOS_JOB_DEVICES_MAX
 * at most; a pool is a sum of its own, under a number that the ABI does not use.
 */
#define POOL	(AIOS_RESOURCE_MAX - 1)

/* This returns where the engine keeps what a trace calls a resource. */
uint32_t sim_resource(const struct sim *sim, int r)
{
	switch (r) {
	case TRACE_CPU:
		return AIOS_RESOURCE_CPU;
	case TRACE_MEMORY:
		return AIOS_RESOURCE_MEMORY;
	default:
		return sim->in->machine.pooled ? POOL : AIOS_RESOURCE_GPU;
	}
}

struct aios_group_node *sim_group_at(struct sim *sim, uint32_t i)
{
	struct aios_engine *engine = &sim->replay.engine;

	if (!i)
		return &engine->root;
	sim->groups = sim_array_room(sim->groups, &sim->nr_groups, i,
				     sizeof(*sim->groups));
	if (!sim->groups[i]) {
		sim->groups[i] = xcalloc(1, sizeof(**sim->groups));
		sim->groups[i]->id = engine->root.id + i;
		aios_engine_group_attach(sim->groups[i], &engine->root,
					 AIOS_WEIGHT_DEFAULT, NULL);
	}
	return sim->groups[i];
}

/* The groups are made before any job comes, as the module's replay has it. */
static int groups_set(struct sim *sim)
{
	const struct sim_rules *rules = &sim->in->rules;
	struct aios_engine *engine = &sim->replay.engine;
	int err = 0;

	for (size_t i = 0; i < rules->nr_own && !err; i++) {
		const struct sim_group *own = &rules->own[i];
		const struct intern *names = &sim->in->workload->trace->names[rules->group_by];
		struct aios_group_node *group = sim_group_at(sim, intern_find(names, own->name));

		if (own->quantum_ns)
			err = aios_engine_group_quantum(engine,
							aios_replay_now(&sim->replay),
							group, own->quantum_ns);
		if (!err && own->policy != AIOS_GROUP_INHERITS)
			err = aios_engine_group_policy(engine,
						       aios_replay_now(&sim->replay),
						       group, own->policy);
	}
	return err;
}

static int add_devices(struct sim *sim, uint32_t nr)
{
	int err = 0;

	sim->devices = xcalloc(nr ?: 1, sizeof(*sim->devices));
	for (uint32_t i = 0; i < nr && !err; i++) {
		sim->devices[i].id = i + 1;
		err = aios_engine_device_add(&sim->replay.engine,
					     aios_replay_now(&sim->replay),
					     &sim->devices[i]);
	}
	return err;
}

/* What the model sees of one window is nothing to the next. */
static int ranker_set(struct sim *sim)
{
	sim->ranker = xcalloc(1, sizeof(*sim->ranker));
	sim->ranker->network = *sim->in->rules.network;
	return aios_engine_ranker_set(&sim->replay.engine, aios_replay_now(&sim->replay),
				      sim->ranker);
}

int sim_machine_set(struct sim *sim, const struct sim_policy *policy)
{
	const struct sim_machine *machine = &sim->in->machine;
	struct aios_engine *engine = &sim->replay.engine;
	const struct aios_engine_tuning tuning = {
		.quantum_ns = policy->quantum_ns,
		.aging_ns = sim->in->rules.aging_ns,
		.half_life_ns = sim->in->rules.half_life_ns,
		.guard = sim->in->rules.guard,
		.guard_floor_ns = sim->in->rules.guard_floor_ns,
	};
	int err = 0;

	for (int r = 0; r < AIOS_RESOURCE_MAX; r++)
		sim->capacity[r] = AIOS_UNLIMITED;
	for (int r = 0; r < TRACE_NR_RESOURCES; r++)
		sim->capacity[sim_resource(sim, r)] = machine->capacity[r];
	for (int r = 0; r < TRACE_NR_RESOURCES && !err; r++) {
		if (machine->capacity[r] == UINT64_MAX)
			continue;
		err = aios_engine_resource_set(engine,
					       aios_replay_now(&sim->replay),
					       sim_resource(sim, r),
					       r == TRACE_MEMORY ?
					       AIOS_RESOURCE_STICKY :
					       AIOS_RESOURCE_ELASTIC,
					       machine->capacity[r]);
		if (!err && r == TRACE_GPU && !machine->pooled)
			err = add_devices(sim, machine->capacity[r] / AIOS_MILLI);
	}
	if (tuning.guard) {
		sim->reference = xcalloc(1, aios_engine_reference_size());
		aios_engine_reference_set(engine, aios_replay_now(&sim->replay),
					  sim->reference);
	}
	if (!err)
		err = aios_engine_tune(engine, aios_replay_now(&sim->replay),
				       &tuning);
	if (!err && policy->policy == AIOS_POLICY_LEARNED)
		err = ranker_set(sim);
	if (!err)
		err = aios_engine_policy_set(engine, aios_replay_now(&sim->replay),
					     policy->policy, policy->backfill,
					     AIOS_OBJECTIVE_UTILITY);
	return err ?: groups_set(sim);
}
