// SPDX-License-Identifier: GPL-2.0
/*
 * The simulated time of sim.h. Each call is O(depth * resources + shares).
 */
#include "core/engine/sim.h"

/**
 * aios_sim_begin() - the simulated time is now
 * @engine: the engine
 */
void aios_sim_begin(struct aios_engine *engine)
{
	engine->stamps.sim++;
}

/* Say whether something was simulated in @group since the simulation began. */
bool aios_sim_knows(const struct aios_engine *engine,
		    const struct aios_group_node *group)
{
	return group->sim.stamp == engine->stamps.sim;
}

static void touch_group(const struct aios_engine *engine,
			struct aios_group_node *group)
{
	if (group->sim.stamp == engine->stamps.sim)
		return;
	group->sim.stamp = engine->stamps.sim;
	memcpy(group->sim.charged, group->charged,
	       sizeof(group->sim.charged));
}

static void touch_device(const struct aios_engine *engine,
			 struct aios_device_node *device)
{
	if (device->sim.stamp == engine->stamps.sim)
		return;
	device->sim.stamp = engine->stamps.sim;
	device->sim.milli = device->milli_held;
	device->sim.memory = device->memory_held;
	device->sim.jobs = device->nr_jobs;
	device->sim.exclusive = device->exclusive;
}

/* Let one job take what it needs, or give that back. */
static void move_need(struct aios_engine *engine, struct aios_job_node *job, bool in)
{
	bool again = job->state == AIOS_CORE_SUSPENDED;
	u32 mask = aios_node_arbitrated(engine, job);
	struct aios_group_node *group;
	u32 i, r;

	for (group = job->group; group; group = group->parent) {
		touch_group(engine, group);
		aios_for_each_resource(r, mask) {
			u64 need = aios_node_need(engine, job, r);

			group->sim.charged[r] += in ? need : 0 - need;
		}
	}
	for (i = 0; i < job->nr_shares; i++) {
		const struct aios_share *share = &job->share[i];
		struct aios_device_node *device = share->device;

		touch_device(engine, device);
		device->sim.milli += in ? share->milli : 0 - share->milli;
		if (again)
			continue;
		device->sim.memory += in ? share->memory : 0 - share->memory;
		device->sim.jobs += in ? 1 : -1;
		if (job->exclusive)
			device->sim.exclusive = in;
	}
}

/**
 * aios_sim_start_alone() - one job of a gang starts or resumes
 * @engine: the engine
 * @job: queued or suspended job whose shares aios_place_find() has found
 */
void aios_sim_start_alone(struct aios_engine *engine, struct aios_job_node *job)
{
	move_need(engine, job, true);
}

/**
 * aios_sim_undo_alone() - take back a start that was the last that happened
 * @engine: the engine
 * @job: job
 */
void aios_sim_undo_alone(struct aios_engine *engine, struct aios_job_node *job)
{
	move_need(engine, job, false);
}

/**
 * aios_sim_start() - a candidate starts or resumes
 * @engine: the engine
 * @job: candidate, with its gang, whose shares have been found, if it has any
 */
void aios_sim_start(struct aios_engine *engine, struct aios_job_node *job)
{
	struct aios_job_node *member;

	aios_for_each_member(member, job)
		move_need(engine, member, true);
}

/**
 * aios_sim_place() - a candidate starts on the accelerators that it finds
 * @engine: the engine
 * @job: candidate, with its gang, that need not fit
 *
 * Return: true when every member found them.
 */
bool aios_sim_place(struct aios_engine *engine, struct aios_job_node *job)
{
	struct aios_job_node *member;
	struct aios_why why;
	bool found = true;

	aios_for_each_member(member, job) {
		if (!aios_place_find(engine, member, AIOS_VIEW_SIM, &why) &&
		    member->state != AIOS_CORE_SUSPENDED) {
			member->nr_shares = 0;
			found = false;
		}
		move_need(engine, member, true);
	}
	return found;
}

/**
 * aios_sim_finish() - a candidate that started in the simulation ends
 * @engine: the engine
 * @job: candidate, with its gang
 */
void aios_sim_finish(struct aios_engine *engine, struct aios_job_node *job)
{
	struct aios_job_node *member;

	aios_for_each_member(member, job)
		aios_sim_end(engine, member);
}

/**
 * aios_sim_end() - a job that runs, or started in the simulation, ends
 * @engine: the engine
 * @job: job
 */
void aios_sim_end(struct aios_engine *engine, struct aios_job_node *job)
{
	u32 mask = aios_node_arbitrated(engine, job);
	struct aios_group_node *group;
	u32 i, r;

	for (group = job->group; group; group = group->parent) {
		touch_group(engine, group);
		aios_for_each_resource(r, mask)
			group->sim.charged[r] -= job->held[r] +
					 aios_node_need(engine, job, r);
	}
	for (i = 0; i < job->nr_shares; i++) {
		const struct aios_share *share = &job->share[i];
		struct aios_device_node *device = share->device;

		touch_device(engine, device);
		device->sim.milli -= share->milli;
		device->sim.memory -= max(share->memory, share->memory_used);
		device->sim.jobs--;
		if (job->exclusive)
			device->sim.exclusive = false;
	}
}

/* Let a running job give its elastic resources back, or take them again. */
static void move_elastic(struct aios_engine *engine, struct aios_job_node *job,
			 bool in)
{
	struct aios_group_node *group;
	u32 i, r;

	for (group = job->group; group; group = group->parent) {
		touch_group(engine, group);
		for (r = 0; engine->elastic >> r; r++)
			if (engine->elastic >> r & 1)
				group->sim.charged[r] += in ? job->held[r] :
						      0 - job->held[r];
	}
	for (i = 0; i < job->nr_shares; i++) {
		touch_device(engine, job->share[i].device);
		job->share[i].device->sim.milli += in ? job->share[i].milli :
							0 - job->share[i].milli;
	}
}

/**
 * aios_sim_stop() - a running job is suspended
 * @engine: the engine
 * @job: job, with its gang
 */
void aios_sim_stop(struct aios_engine *engine, struct aios_job_node *job)
{
	struct aios_job_node *member;

	aios_for_each_member(member, job)
		move_elastic(engine, member, false);
}

/**
 * aios_sim_continue() - a job that was suspended goes on
 * @engine: the engine
 * @job: job that aios_sim_stop() was called for
 */
void aios_sim_continue(struct aios_engine *engine, struct aios_job_node *job)
{
	struct aios_job_node *member;

	aios_for_each_member(member, job)
		move_elastic(engine, member, true);
}

/**
 * aios_sim_fill() - every accelerator is taken
 * @engine: the engine
 */
void aios_sim_fill(struct aios_engine *engine)
{
	struct aios_ordered_node *node;

	for (node = aios_ordered_first(&engine->devices); node;
	     node = aios_ordered_next(node)) {
		struct aios_device_node *device =
			container_of(node, struct aios_device_node, node);

		touch_device(engine, device);
		device->sim.milli = AIOS_MILLI;
		device->sim.memory = device->memory;
		device->sim.exclusive = true;
	}
}
