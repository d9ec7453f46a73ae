/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A machine for the tests of the engine: groups, accelerators and jobs in
 * arrays, one call for each event, and a check of every invariant that can be
 * computed anew from the jobs alone.
 */
#ifndef AIOS_TEST_WORLD_H
#define AIOS_TEST_WORLD_H

#include "core/engine/engine.h"
#include "core/learn/ranker.h"

#define WORLD_GROUPS	24
#define WORLD_DEVICES	6
#define WORLD_JOBS	256
#define WORLD_GANGS	8

struct world_job {
	struct aios_job_node node;
	bool submitted;
	u32 ends;		/* times it ended */
	u32 admissions;		/* times ops->admitted was called */
	u32 resumptions;
	u32 grants;
	u32 drops;
	u32 retries;		/* times it was queued once more */
	bool suspended;		/* as the callbacks tell */
	struct aios_edge edge[AIOS_DEPENDS_MAX];
	u64 admitted_ns;
	u64 runtime_ns;		/* true one */
	u64 reported;		/* memory in use */
	u64 promised_ns;	/* the least shadow time while it was the head */
};

struct world {
	struct aios_engine engine;
	struct aios_group_node group[WORLD_GROUPS];
	struct aios_device_node device[WORLD_DEVICES];
	struct world_job job[WORLD_JOBS];
	struct aios_gang_node gang[WORLD_GANGS];
	struct aios_ranker ranker; /* for whoever gives it to the engine */
	bool device_there[WORLD_DEVICES];
	u32 nr_groups;		/* the root is engine.root, not counted */
	u64 now;
	u64 next_id;
	void *workspace;
	size_t workspace_size;
	u64 charged_before[WORLD_GROUPS + 1][AIOS_RESOURCE_MAX];
};

void world_init(struct world *world);
void world_free(struct world *world);
struct aios_now world_now(struct world *world);
int world_tune(struct world *world, const struct aios_engine_tuning *tuning);
struct aios_group_node *world_group(struct world *world, u32 i);
u32 world_all_groups(const struct world *world);
struct aios_group_node *world_add_group(struct world *world,
					struct aios_group_node *parent);
struct aios_device_node *world_add_device(struct world *world, u64 memory);
struct world_job *world_new_job(struct world *world,
				struct aios_group_node *group);
void world_ask(struct world_job *job, u32 resource, u64 request, u64 limit);
int world_submit(struct world *world, struct world_job *job);
void world_end(struct world *world, struct world_job *job);
void world_done(struct world *world, struct world_job *job);
int world_begin_at(struct world *world, struct world_job *job, u64 begin_ns);
int world_swap(struct world *world, struct world_job *a, struct world_job *b);
int world_retry(struct world *world, struct world_job *job);
void world_wait_for(struct world_job *job, struct world_job *on, u32 kind);
struct world_job *world_live_job(struct world *world, u32 from);
bool world_runs(const struct world_job *job);
u32 world_why(struct world *world, struct world_job *job);
int world_decide(struct world *world);
void world_check(struct world *world, bool decided);

#endif /* AIOS_TEST_WORLD_H */
