// SPDX-License-Identifier: GPL-2.0
/*
 * The machine of world.h. Checks are brute force: sums over all jobs.
 */
#include <stdlib.h>

#include "core/engine/internal.h"
#include "tap.h"
#include "world.h"

static struct world_job *job_of(struct aios_job_node *node)
{
	return container_of(node, struct world_job, node);
}

static void on_admitted(struct aios_engine *engine, struct aios_job_node *node)
{
	struct world *world = engine->arg;

	job_of(node)->admissions++;
	job_of(node)->admitted_ns = world->now;
}

static void on_resumed(struct aios_engine *engine, struct aios_job_node *node)
{
	(void)engine;
	job_of(node)->resumptions++;
	job_of(node)->suspended = false;
}

static void on_granted(struct aios_engine *engine, struct aios_job_node *node)
{
	(void)engine;
	job_of(node)->grants++;
}

static void on_preempted(struct aios_engine *engine, struct aios_job_node *node)
{
	(void)engine;
	tap_need(!job_of(node)->suspended, "job %llu: frozen twice", node->id);
	job_of(node)->suspended = true;
}

static void on_dropped(struct aios_engine *engine, struct aios_job_node *node)
{
	struct world_job *job = job_of(node);

	(void)engine;
	tap_need(node->state == AIOS_CORE_NONE && node->depend.lost && !job->admissions,
		 "job %llu dropped", node->id);
	job->drops++;
	job->ends++;
	job->submitted = false;
}

static const struct aios_engine_ops ops = {
	.preempted = on_preempted,
	.dropped = on_dropped,
	.admitted = on_admitted,
	.resumed = on_resumed,
	.granted = on_granted,
};

void world_init(struct world *world)
{
	static const u32 flags[] = {
		[AIOS_RESOURCE_CPU] = AIOS_RESOURCE_ELASTIC,
		[AIOS_RESOURCE_MEMORY] = AIOS_RESOURCE_STICKY,
		[AIOS_RESOURCE_GPU] = AIOS_RESOURCE_ELASTIC,
		[AIOS_RESOURCE_GPU_MEMORY] = AIOS_RESOURCE_STICKY,
		[AIOS_RESOURCE_IO] = AIOS_RESOURCE_ELASTIC,
		[AIOS_RESOURCE_NET] = AIOS_RESOURCE_ELASTIC,
		[AIOS_RESOURCE_PIDS] = AIOS_RESOURCE_LIMIT_ONLY,
	};
	u32 r;

	memset(world, 0, sizeof(*world));
	aios_engine_init(&world->engine, &ops, world, 1);
	world->next_id = 2;
	for (r = 0; r < ARRAY_SIZE(flags); r++)
		aios_engine_resource_set(&world->engine, world_now(world), r,
					 flags[r], AIOS_UNLIMITED);
	aios_engine_resource_set(&world->engine, world_now(world),
				 AIOS_RESOURCE_CPU, AIOS_RESOURCE_ELASTIC, 16000);
	aios_engine_resource_set(&world->engine, world_now(world),
				 AIOS_RESOURCE_MEMORY, AIOS_RESOURCE_STICKY,
				 64ULL << 30);
}

void world_free(struct world *world)
{
	free(world->engine.reference);
	free(world->workspace);
}

/* Set the engine's numbers, with memory for a guard. */
int world_tune(struct world *world, const struct aios_engine_tuning *tuning)
{
	void *memory;

	if (!world->engine.reference) {
		memory = malloc(aios_engine_reference_size());
		tap_need(memory, "memory");
		aios_engine_reference_set(&world->engine, world_now(world), memory);
	}
	return aios_engine_tune(&world->engine, world_now(world), tuning);
}

struct aios_now world_now(struct world *world)
{
	return aios_engine_time(&world->engine, world->now);
}

/* Group @i, the root first. */
struct aios_group_node *world_group(struct world *world, u32 i)
{
	return i ? &world->group[i - 1] : &world->engine.root;
}

u32 world_all_groups(const struct world *world)
{
	return world->nr_groups + 1;
}

struct aios_group_node *world_add_group(struct world *world,
					struct aios_group_node *parent)
{
	struct aios_group_node *group = &world->group[world->nr_groups];

	group->id = world->next_id++;
	if (aios_engine_group_attach(group, parent, AIOS_WEIGHT_DEFAULT, NULL))
		return NULL;
	world->nr_groups++;
	return group;
}

struct aios_device_node *world_add_device(struct world *world, u64 memory)
{
	u32 i;

	for (i = 0; i < WORLD_DEVICES; i++) {
		struct aios_device_node *device = &world->device[i];

		if (world->device_there[i])
			continue;
		memset(device, 0, sizeof(*device));
		device->id = i;
		device->memory = memory;
		if (aios_engine_device_add(&world->engine, world_now(world),
					   device))
			return NULL;
		world->device_there[i] = true;
		return device;
	}
	return NULL;
}

/* A job that asks for nothing yet; NULL when the array is full. */
struct world_job *world_new_job(struct world *world,
				struct aios_group_node *group)
{
	u32 i;

	for (i = 0; i < WORLD_JOBS; i++) {
		struct world_job *job = &world->job[i];

		if (job->submitted)
			continue;
		memset(job, 0, sizeof(*job));
		job->node.id = world->next_id++;
		job->node.group = group;
		job->node.weight = AIOS_WEIGHT_DEFAULT;
		job->node.submit_ns = world->now;
		job->promised_ns = AIOS_TIME_MAX;
		return job;
	}
	return NULL;
}

void world_ask(struct world_job *job, u32 resource, u64 request, u64 limit)
{
	job->node.resource_mask |= 1U << resource;
	job->node.request[resource] = request;
	job->node.limit[resource] = limit;
}

/* Submit and make ready. */
int world_submit(struct world *world, struct world_job *job)
{
	int err = aios_engine_job_submit(&world->engine, world_now(world),
					 &job->node, NULL);

	if (err)
		return err;
	job->submitted = true;
	aios_engine_job_ready(&world->engine, world_now(world), &job->node, true);
	return 0;
}

int world_begin_at(struct world *world, struct world_job *job, u64 begin_ns)
{
	const struct aios_change change = { .flags = AIOS_UPDATE_BEGIN, .begin_ns = begin_ns };

	return aios_engine_job_update(&world->engine, world_now(world), &job->node, &change,
				      NULL);
}

int world_swap(struct world *world, struct world_job *a, struct world_job *b)
{
	return aios_engine_job_swap(&world->engine, world_now(world), &a->node, &b->node);
}

void world_end(struct world *world, struct world_job *job)
{
	aios_engine_job_end(&world->engine, world_now(world), &job->node);
	job->ends++;
	job->submitted = false;
}

void world_done(struct world *world, struct world_job *job)
{
	aios_engine_job_done(&world->engine, world_now(world), &job->node);
	job->ends++;
	job->submitted = false;
}

/* It ran out of memory, and is ready again at once if it is queued once more. */
int world_retry(struct world *world, struct world_job *job)
{
	int err = aios_engine_job_retry(&world->engine, world_now(world),
					&job->node);

	if (err)
		return err;
	job->retries++;
	job->admissions = 0;
	job->reported = 0;
	job->suspended = false;
	aios_engine_job_ready(&world->engine, world_now(world), &job->node, true);
	return 0;
}

/* Before it is submitted. */
void world_wait_for(struct world_job *job, struct world_job *on, u32 kind)
{
	struct aios_edge *edge = &job->edge[job->node.nr_edges++];

	job->node.edge = job->edge;
	edge->on = &on->node;
	edge->kind = kind;
}

/* The first live job from number @from on, around the end; NULL: none lives. */
struct world_job *world_live_job(struct world *world, u32 from)
{
	u32 i;

	for (i = 0; i < WORLD_JOBS; i++) {
		struct world_job *job = &world->job[(from + i) % WORLD_JOBS];

		if (job->submitted)
			return job;
	}
	return NULL;
}

bool world_runs(const struct world_job *job)
{
	return job->node.state == AIOS_CORE_HELD;
}

/* AIOS_WHY_*, what it waits for. */
u32 world_why(struct world *world, struct world_job *job)
{
	struct aios_why why;

	aios_engine_job_why(&world->engine, &job->node, &why);
	return why.code;
}

int world_decide(struct world *world)
{
	size_t size = aios_engine_workspace_size(&world->engine);
	int err;

	do {
		if (size > world->workspace_size) {
			free(world->workspace);
			world->workspace = aligned_alloc(16, ALIGN(size, 16));
			world->workspace_size = size;
		}
		err = aios_engine_decide(&world->engine, world->now,
					 world->workspace,
					 world->workspace_size);
		size = aios_engine_workspace_size(&world->engine);
	} while (err == -ENOMEM && size > world->workspace_size);
	return err;
}

/* ------------------------------------------------------------------- checks */

struct sums {
	u64 charged;
	u64 granted;
	u64 excess;
};

static u64 bound_of(const struct world *world,
		    const struct aios_group_node *group, u32 r)
{
	u64 bound = group->limit[r];

	if (!group->parent && r != AIOS_RESOURCE_GPU &&
	    r != AIOS_RESOURCE_GPU_MEMORY)
		bound = min(bound, world->engine.capacity[r]);
	return bound;
}

static void sum_group(const struct world *world,
		      const struct aios_group_node *group, u32 r,
		      struct sums *sums)
{
	u32 i;

	memset(sums, 0, sizeof(*sums));
	for (i = 0; i < WORLD_JOBS; i++) {
		const struct aios_job_node *job = &world->job[i].node;
		const struct aios_group_node *up = job->group;

		if (!world->job[i].submitted || !job->held[r])
			continue;
		while (up && up != group)
			up = up->parent;
		if (!up)
			continue;
		sums->charged += job->held[r];
		sums->granted += job->grant[r] == AIOS_UNLIMITED ?
			job->held[r] : max(job->held[r], job->grant[r]);
		if (job->state == AIOS_CORE_HELD)
			sums->excess += job->held[r] - aios_node_base(job, r);
	}
	/* A grant without anything held counts too. */
	for (i = 0; i < WORLD_JOBS; i++) {
		const struct aios_job_node *job = &world->job[i].node;
		const struct aios_group_node *up = job->group;

		if (!world->job[i].submitted || job->held[r] ||
		    job->grant[r] == AIOS_UNLIMITED ||
		    !(aios_node_arbitrated(&world->engine, job) >> r & 1))
			continue;
		while (up && up != group)
			up = up->parent;
		if (up)
			sums->granted += job->grant[r];
	}
}

static void check_groups(struct world *world, bool decided)
{
	u32 g, r;

	for (g = 0; g < world_all_groups(world); g++) {
		const struct aios_group_node *group = world_group(world, g);

		for (r = 0; r < AIOS_RESOURCE_MAX; r++) {
			u64 bound = bound_of(world, group, r);
			u64 *before = &world->charged_before[g][r];
			struct sums sums;

			sum_group(world, group, r, &sums);
			tap_need(sums.charged == group->charged[r] &&
				 sums.granted == group->granted[r] &&
				 sums.excess == group->excess[r],
				 "group %llu resource %u: charged %llu/%llu granted %llu/%llu excess %llu/%llu",
				 group->id, r, group->charged[r], sums.charged,
				 group->granted[r], sums.granted,
				 group->excess[r], sums.excess);
			tap_need(sums.charged <= max(bound, *before),
				 "group %llu resource %u: charged %llu above %llu",
				 group->id, r, sums.charged, bound);
			if (decided && bound != AIOS_UNLIMITED)
				tap_need(sums.granted <=
					 max(bound, sums.charged),
					 "group %llu resource %u: granted %llu above %llu",
					 group->id, r, sums.granted, bound);
			*before = sums.charged;
		}
	}
}

static void check_device(struct world *world, u32 d, bool decided)
{
	const struct aios_device_node *device = &world->device[d];
	u64 milli = 0, memory = 0, used = 0, granted = 0;
	u32 i, s, jobs = 0, exclusive = 0;

	for (i = 0; i < WORLD_JOBS; i++) {
		const struct aios_job_node *job = &world->job[i].node;

		if (!world->job[i].submitted || !aios_node_holds(job))
			continue;
		for (s = 0; s < job->nr_shares; s++) {
			const struct aios_share *share = &job->share[s];

			if (share->device != device)
				continue;
			jobs++;
			exclusive += job->exclusive;
			memory += max(share->memory, share->memory_used);
			used += share->memory_used;
			if (job->state == AIOS_CORE_HELD) {
				milli += share->milli;
				granted += share->milli_granted;
			}
		}
	}
	tap_need(milli == device->milli_held && memory == device->memory_held &&
		 used == device->memory_used && jobs == device->nr_jobs &&
		 !!exclusive == device->exclusive, "books of device %u", d);
	tap_need(milli <= AIOS_MILLI, "device %u: %llu milli", d, milli);
	tap_need(memory <= device->memory, "device %u: %llu bytes", d, memory);
	tap_need(!exclusive || jobs == 1, "device %u: not exclusive", d);
	tap_need(!decided || granted <= AIOS_MILLI, "device %u: grants %llu",
		 d, granted);
}

static void check_job(struct world *world, const struct world_job *wj,
		      bool decided)
{
	const struct aios_job_node *job = &wj->node;
	u32 mask = aios_node_arbitrated(&world->engine, job);
	bool suspended = job->state == AIOS_CORE_SUSPENDED;
	u32 r;

	tap_need(job->state != AIOS_CORE_NONE, "job %llu is gone", job->id);
	tap_need(aios_ordered_linked(&job->held_node) == aios_node_holds(job),
		 "job %llu: not filed as held", job->id);
	tap_need(aios_node_is_candidate(job) ==
		 (job == aios_gang_lead(job) &&
		  (aios_engine_job_waits(job) ||
		   (suspended && job->resuming))),
		 "job %llu: not filed as candidate", job->id);
	tap_need(wj->admissions == aios_node_holds(job), "job %llu: admitted %u times",
		 job->id, wj->admissions);
	tap_need(!suspended || job->x == 0, "job %llu: suspended with x", job->id);
	tap_need(job->attempt == wj->retries + 1 && wj->retries <= job->retries,
		 "job %llu: attempt %u after %u of %u retries", job->id, job->attempt,
		 wj->retries, job->retries);
	tap_need(!job->retries || job->limit[AIOS_RESOURCE_MEMORY] ==
				  job->request[AIOS_RESOURCE_MEMORY],
		 "job %llu: more than it asked for in this attempt", job->id);
	for (r = 0; mask >> r; r++) {
		u64 most;

		if (!(mask >> r & 1))
			continue;
		if (!aios_node_holds(job)) {
			tap_need(!job->held[r] && !job->grant[r],
				 "job %llu holds while queued", job->id);
			continue;
		}
		if (suspended && world->engine.elastic >> r & 1) {
			tap_need(!job->held[r] && !job->grant[r],
				 "job %llu: elastic while suspended", job->id);
			continue;
		}
		tap_need(job->held[r] >= job->request[r],
			 "job %llu resource %u: lost its request", job->id, r);
		tap_need(job->held[r] >= job->used[r],
			 "job %llu resource %u: use not held", job->id, r);
		tap_need(job->grant[r] >= job->request[r],
			 "job %llu resource %u: grant below request",
			 job->id, r);
		most = aios_engine_job_effective(&world->engine, job, r, NULL);
		most = max(most, job->request[r]);
		tap_need(!decided || job->grant[r] <= most ||
			 (suspended && job->grant[r] == job->request[r]),
			 "job %llu resource %u: grant %llu above %llu",
			 job->id, r, job->grant[r], most);
	}
}

/* The members of a gang are in one state, and there are as many as it counts. */
static void check_gang(const struct aios_job_node *job)
{
	const struct aios_gang_node *gang = job->gang;
	const struct aios_job_node *member;
	u32 nr = 0;
	bool found = false;

	for (member = gang->first; member; member = member->gang_next) {
		nr++;
		found |= member == job;
		tap_need(member->state == job->state &&
			 member->resuming == job->resuming &&
			 member->preempted == job->preempted,
			 "jobs %llu and %llu: states %u and %u of one gang", job->id,
			 member->id, job->state, member->state);
		tap_need(member->gang == gang && member->group == job->group,
			 "job %llu: not of this gang", member->id);
	}
	tap_need(found && nr == gang->nr_members && nr <= gang->size,
		 "job %llu: gang of %u with %u", job->id, gang->size, nr);
	tap_need(gang->started == aios_node_holds(job), "job %llu: gang started",
		 job->id);
}

/*
 * No candidate is left that the rules would admit at once, and who stands ahead of
 * the head cannot start at all. One whose reservation is behind the begin of a drain
 * has none.
 */
static void check_head(struct world *world)
{
	struct aios_engine *engine = &world->engine;
	bool planned = engine->backfill == AIOS_BACKFILL_CONSERVATIVE &&
		       engine->drain_ns < AIOS_TIME_MAX;
	struct aios_ordered_node *node;
	struct aios_why why;

	for (node = aios_ordered_first(&engine->queue); node;
	     node = aios_ordered_next(node)) {
		struct aios_job_node *job = aios_node_of_queue(node);

		if (job == engine->head)
			break;
		tap_need(planned || aios_drain_bars(engine, job, engine->now) ||
			 !aios_gang_possible(engine, job, &why),
			 "job %llu overtaken by the head under policy %u, backfill %u",
			 job->id, engine->policy_id, engine->backfill);
	}
	tap_need(!engine->head || node, "head is not a candidate");
	if (engine->head)
		tap_need(!aios_gang_fits(engine, engine->head, AIOS_VIEW_NOW,
					 &why),
			 "head %llu fits", engine->head->id);
}

/* Everything, after an event or, with @decided, after a decision. */
void world_check(struct world *world, bool decided)
{
	struct aios_engine *engine = &world->engine;
	u32 i, queued = 0, held = 0, apart = 0;

	check_groups(world, decided);
	for (i = 0; i < WORLD_DEVICES; i++)
		if (world->device_there[i])
			check_device(world, i, decided);
	for (i = 0; i < WORLD_JOBS; i++) {
		const struct world_job *job = &world->job[i];

		tap_need(job->ends <= 1, "job %llu ended twice", job->node.id);
		if (!job->submitted)
			continue;
		queued += job->node.state == AIOS_CORE_QUEUED;
		held += aios_node_holds(&job->node);
		apart += job->node.state == AIOS_CORE_HELD && aios_node_apart(&job->node);
		check_job(world, job, decided);
		if (job->node.gang)
			check_gang(&job->node);
	}
	tap_need(queued == engine->nr_queued && held == engine->nr_held,
		 "%u queued, %u held", queued, held);
	tap_need(aios_ordered_size(&engine->held) == held, "held set");
	tap_need(apart == engine->nr_apart, "%u apart, not %u", engine->nr_apart, apart);
	if (decided) {
		check_head(world);
		tap_need(!aios_engine_pending(engine), "decision left events");
	}
}
