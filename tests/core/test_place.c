// SPDX-License-Identifier: GPL-2.0
/*
 * Placement on accelerators against all assignments: it finds one whenever
 * there is one, and the one it finds is good.
 */
#include "core/engine/internal.h"
#include "random.h"
#include "tap.h"

#define DEVICES	5
#define GPU	AIOS_RESOURCE_GPU
#define GPU_MEMORY AIOS_RESOURCE_GPU_MEMORY

static struct aios_engine engine;
static struct aios_device_node device[DEVICES];
static u64 seed = 3;

/* Nothing here takes time. */
static struct aios_now begun(void)
{
	return aios_engine_time(&engine, 0);
}

static u32 below(u32 n)
{
	return random_below(&seed, n);
}

static void make_devices(void)
{
	u32 i;

	aios_engine_init(&engine, NULL, NULL, 1);
	aios_engine_resource_set(&engine, begun(), GPU, AIOS_RESOURCE_ELASTIC, 0);
	aios_engine_resource_set(&engine, begun(), GPU_MEMORY, AIOS_RESOURCE_STICKY, 0);
	memset(device, 0, sizeof(device));
	for (i = 0; i < DEVICES; i++) {
		device[i].id = 10 - i;
		device[i].memory = 100 * (1 + below(3));
		device[i].flags = below(8) ? 0 : AIOS_DEVICE_OFFLINE;
		tap_need(!aios_engine_device_add(&engine, begun(), &device[i]), "add");
		if (below(2))
			continue;
		device[i].nr_jobs = 1;
		device[i].exclusive = !below(5);
		device[i].milli_held = device[i].exclusive ? 1000 :
							     100 * below(11);
		device[i].memory_held = below((u32)device[i].memory + 1);
	}
}

static void make_job(struct aios_job_node *job)
{
	memset(job, 0, sizeof(*job));
	job->group = &engine.root;
	if (below(8)) {
		job->resource_mask |= 1U << GPU;
		job->request[GPU] = below(2) ? 1000 * below(4) : below(3500);
		job->limit[GPU] = job->request[GPU] + below(2) * 500;
	}
	if (below(2)) {
		job->resource_mask |= 1U << GPU_MEMORY;
		job->request[GPU_MEMORY] = below(250);
		job->limit[GPU_MEMORY] = job->request[GPU_MEMORY];
	}
	job->exclusive = !below(4);
}

static bool takes(const struct aios_job_node *job, u32 d, u32 milli, u64 memory)
{
	const struct aios_device_node *dev = &device[d];

	return !(dev->flags & AIOS_DEVICE_OFFLINE) && !dev->exclusive &&
	       !(job->exclusive && dev->nr_jobs) &&
	       dev->milli_held + milli <= AIOS_MILLI &&
	       dev->memory_held + memory <= dev->memory;
}

/* Try every assignment of the shares from @i on. */
static bool exists(const struct aios_job_node *job, u32 count, u32 i, u32 used)
{
	u64 memory;
	u32 milli, d;

	if (i == count)
		return true;
	aios_place_shape(job, count, i, &milli, &memory);
	for (d = 0; d < DEVICES; d++)
		if (!(used >> d & 1) && takes(job, d, milli, memory) &&
		    exists(job, count, i + 1, used | 1U << d))
			return true;
	return false;
}

static void check_found(const struct aios_job_node *job, u32 count)
{
	u64 milli_sum = 0, memory_sum = 0, memory;
	u32 i, k, milli, used = 0;

	tap_need(job->nr_shares == count, "%u shares", job->nr_shares);
	for (i = 0; i < job->nr_shares; i++) {
		k = (u32)(job->share[i].device - device);
		aios_place_shape(job, count, i, &milli, &memory);
		tap_need(job->share[i].milli == milli &&
			 job->share[i].memory == memory, "shape");
		tap_need(!(used >> k & 1), "device %u twice", k);
		tap_need(takes(job, k, milli, memory), "device %u", k);
		used |= 1U << k;
		milli_sum += milli;
		memory_sum += memory;
	}
	if (count && !job->exclusive && job->resource_mask >> GPU & 1)
		tap_need(milli_sum == job->request[GPU], "%llu milli", milli_sum);
	if (count && job->resource_mask >> GPU_MEMORY & 1)
		tap_need(memory_sum == job->request[GPU_MEMORY], "%llu bytes",
			 memory_sum);
}

int main(void)
{
	u32 round, i, placed = 0, refused = 0;
	struct aios_job_node job;
	struct aios_why why;

	for (round = 0; round < 60000 && tap.broken < 5; round++) {
		struct aios_device_node saved[DEVICES];
		u32 count;
		bool found, possible;

		make_devices();
		make_job(&job);
		count = aios_place_count(&job);
		found = aios_place_find(&engine, &job, AIOS_VIEW_NOW, &why);
		tap_need(found == exists(&job, count, 0, 0), "round %u", round);
		if (found)
			check_found(&job, count);
		else
			tap_need(why.code == AIOS_WHY_NO_DEVICE, "why");
		placed += found && count;
		refused += !found;

		memcpy(saved, device, sizeof(saved));
		for (i = 0; i < DEVICES; i++) {
			device[i].nr_jobs = 0;
			device[i].exclusive = false;
			device[i].milli_held = 0;
			device[i].memory_held = 0;
		}
		possible = exists(&job, count, 0, 0);
		memcpy(device, saved, sizeof(saved));
		tap_need(aios_place_possible(&engine, &job, &why) == possible,
			 "round %u: possible %u", round, possible);
	}
	tap_need(placed > 5000 && refused > 5000, "%u and %u", placed, refused);
	tap_point("an assignment is found exactly when there is one");

	memset(&job, 0, sizeof(job));
	job.resource_mask = 1U << GPU;
	job.request[GPU] = 17000;
	job.limit[GPU] = 17000;
	make_devices();
	tap_need(!aios_place_find(&engine, &job, AIOS_VIEW_NOW, &why) &&
		 !aios_place_possible(&engine, &job, &why), "too many");
	job.request[GPU] = AIOS_AMOUNT_MAX;
	tap_need(aios_place_count(&job) == AIOS_JOB_DEVICES_MAX + 1, "count");
	tap_point("more accelerators than a job can have are refused");

	for (i = 0; i < DEVICES; i++) {
		device[i].flags = 0;
		device[i].exclusive = false;
		device[i].memory_held = 0;
		device[i].milli_held = i == 2 ? 600 : 0;
		device[i].nr_jobs = i == 2;
	}
	job.request[GPU] = 300;
	tap_need(aios_place_find(&engine, &job, AIOS_VIEW_NOW, &why) &&
		 job.share[0].device == &device[2], "the fullest");
	job.request[GPU] = 1300;
	tap_need(aios_place_find(&engine, &job, AIOS_VIEW_NOW, &why) &&
		 job.share[1].device == &device[2] &&
		 job.share[0].device != &device[2], "the fraction too");
	tap_point("fractions go where others already are");
	return tap_done();
}
