// SPDX-License-Identifier: GPL-2.0
/*
 * The comparison of scratch.h: all columns are reckoned anew, and the program is solved
 * once more. A field is compared by itself, so that what differs is named.
 */
#include "core/alloc/internal.h"
#include "scratch.h"
#include "tap.h"

static struct aios_job_node before[WORLD_JOBS];

static u128 wide(const u64 value[2])
{
	return (u128)value[1] << 64 | value[0];
}

static void compare_job(const struct aios_job_node *a, const struct aios_job_node *b)
{
	u32 i;

	tap_need(!memcmp(a->grant, b->grant, sizeof(a->grant)), "job %llu: grants", a->id);
	tap_need(a->x == b->x && a->alloc.x_next == b->alloc.x_next &&
		 a->alloc.x_target == b->alloc.x_target,
		 "job %llu: x %llu, from nothing %llu", a->id, a->x, b->x);
	tap_need(!memcmp(a->alloc.span, b->alloc.span, sizeof(a->alloc.span)) &&
		 a->alloc.weight == b->alloc.weight, "job %llu: column", a->id);
	tap_need(a->alloc.bottleneck.kind == b->alloc.bottleneck.kind &&
		 (a->alloc.bottleneck.kind == AIOS_ROW_NONE ||
		  (a->alloc.bottleneck.id == b->alloc.bottleneck.id &&
		   a->alloc.bottleneck.resource == b->alloc.bottleneck.resource)),
		 "job %llu: bottleneck", a->id);
	for (i = 0; i < a->nr_shares; i++)
		tap_need(a->share[i].milli_granted == b->share[i].milli_granted,
			 "job %llu: share %u", a->id, i);
}

static void compare_result(const struct aios_alloc_result *a, const struct aios_alloc_result *b)
{
	u32 k;

	tap_need(a->nr_rows == b->nr_rows && a->nr_jobs == b->nr_jobs &&
		 a->rounds == b->rounds && a->goal == b->goal && a->lent == b->lent,
		 "%u rows, %u jobs, goal %u; from nothing %u, %u, %u", a->nr_rows,
		 a->nr_jobs, a->goal, b->nr_rows, b->nr_jobs, b->goal);
	tap_need(a->status == b->status && wide(a->objective) == wide(b->objective) &&
		 wide(a->gap) == wide(b->gap) && a->y_shift == b->y_shift,
		 "status %u, objective %llu, gap %llu; from nothing %u, %llu, %llu",
		 a->status, a->objective[0], a->gap[0], b->status, b->objective[0],
		 b->gap[0]);
	for (k = 0; k < a->nr_rows && k < b->nr_rows; k++)
		tap_need(a->row[k].id == b->row[k].id &&
			 a->row[k].resource == b->row[k].resource &&
			 a->row[k].capacity == b->row[k].capacity &&
			 a->row[k].activity == b->row[k].activity &&
			 a->row[k].price == b->row[k].price, "row %u", k);
}

/* Reckon all columns anew: the answer is the same one, to the last bit. */
static void reckon_anew(struct world *world)
{
	struct aios_engine *engine = &world->engine;
	struct aios_alloc_result kept = engine->result;
	struct aios_ordered_node *node;
	u32 nr = 0;

	for (node = aios_ordered_first(&engine->running); node; node = aios_ordered_next(node)) {
		before[nr++] = *aios_node_of_running(node);
		tap_need(before[nr - 1].alloc.known, "job %llu has no column",
			 before[nr - 1].id);
	}
	engine->columns.stale = true;
	tap_need(!aios_alloc_run(engine, world->workspace, world->workspace_size), "memory");
	tap_need(!engine->news.first, "somebody is granted something else");
	compare_result(&kept, &engine->result);
	nr = 0;
	for (node = aios_ordered_first(&engine->running); node; node = aios_ordered_next(node))
		compare_job(&before[nr++], aios_node_of_running(node));
}

bool scratch_check(struct world *world, u64 epoch)
{
	struct aios_engine *engine = &world->engine;

	if (engine->epoch == epoch || engine->result.epoch != engine->epoch ||
	    !aios_ordered_size(&engine->running))
		return false;
	tap_need(!engine->news.first, "news are left");
	reckon_anew(world);
	return true;
}
