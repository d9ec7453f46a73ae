// SPDX-License-Identifier: GPL-2.0
/*
 * The decision: who is admitted or resumed, in the order of the policy with
 * backfilling, then the distribution of the surplus, then the news.
 *
 * What was examined and refused is not examined again until something could
 * have made room: an end, a change of a limit or a job, or the shadow time
 * passing. Arrivals alone make no room.
 */
#include "alloc.h"
#include "reserve.h"

/* Candidates that one decision may add to what the workspace was sized for. */
#define WORKSPACE_SPARE	64U

/* See engine.h for the contracts of the functions that it declares. */

bool aios_engine_pending(const struct aios_engine *engine)
{
	return engine->room_changed || engine->alloc_changed ||
	       engine->nr_fresh;
}

size_t aios_engine_workspace_size(const struct aios_engine *engine)
{
	return aios_alloc_size(engine->nr_held + WORKSPACE_SPARE);
}

static void admit(struct aios_engine *engine, struct aios_job_node *job,
		  u64 now)
{
	bool again = job->state == AIOS_CORE_SUSPENDED;

	aios_job_dequeue(engine, job);
	if (again) {
		aios_job_out(engine, job);
		aios_held_erase(engine, job);
		job->resuming = false;
		job->base_ns = now - min(now, job->ran_ns);
	} else {
		memset(job->used, 0, sizeof(job->used));
		job->admit_ns = now;
		job->base_ns = now;
		engine->nr_queued--;
		engine->nr_held++;
		job->group->nr_running++;
	}
	job->state = AIOS_CORE_HELD;
	aios_job_expect(job);
	aios_job_hold(engine, job);
	aios_job_floor(engine, job);
	aios_job_in(engine, job);
	aios_held_insert(engine, job);
	aios_news_add(engine, job, again ? AIOS_NEWS_RESUMED : AIOS_NEWS_ADMITTED);
	engine->alloc_changed = true;
}

static bool fits_now(const struct aios_engine *engine,
		     struct aios_job_node *job, struct aios_why *why)
{
	return (engine->nr_held < AIOS_HELD_MAX ||
		job->state == AIOS_CORE_SUSPENDED) &&
	       aios_job_fits(engine, job, AIOS_VIEW_NOW, why);
}

/**
 * struct scan - a pass over the candidates behind the head
 * @engine: the engine
 * @now: the time
 * @mask: resources to look at
 * @free: of the machine, now
 * @extra: of the machine, at the shadow time beside the head
 */
struct scan {
	struct aios_engine *engine;
	u64 now;
	u32 mask;
	u64 free[AIOS_RESOURCE_MAX];
	u64 extra[AIOS_RESOURCE_MAX];
};

static u64 left_of(u64 bound, u64 charged)
{
	return bound > charged ? bound - charged : 0;
}

/* What the machine as a whole has for the candidates that follow. */
static void scan_refresh(struct scan *scan)
{
	const struct aios_group_node *root = &scan->engine->root;
	struct aios_queue_node *node;
	u64 milli = 0;
	u32 r;

	for (r = 0; r < AIOS_RESOURCE_MAX; r++) {
		u64 bound = aios_quota_bound(scan->engine, root, r);

		scan->free[r] = left_of(bound, root->charged[r]);
		scan->extra[r] = left_of(bound, root->sim[r]);
	}
	for (node = aios_queue_first(&scan->engine->devices); node;
	     node = aios_queue_next(node)) {
		const struct aios_device_node *device =
			container_of(node, struct aios_device_node, node);

		if (!(device->flags & (AIOS_DEVICE_OFFLINE | AIOS_DEVICE_GONE)))
			milli += AIOS_MILLI - device->milli_held;
	}
	scan->free[AIOS_RESOURCE_GPU] = min(scan->free[AIOS_RESOURCE_GPU],
					    milli);
}

/* Necessary for aios_reserve_admits(), of one candidate or of a subtree. */
static bool scan_may(const struct aios_queue_node *node, bool whole, void *arg)
{
	const struct aios_job_node *job = aios_job_of_queue(node);
	const u64 *need = whole ? job->least : job->need;
	const struct scan *scan = arg;
	u64 runtime = whole ? job->least_runtime_ns : aios_job_left(job);
	u64 shadow = scan->engine->shadow_ns;
	bool extra = true;
	u32 r;

	for (r = 0; scan->mask >> r; r++) {
		if (!(scan->mask >> r & 1))
			continue;
		if (need[r] > scan->free[r])
			return false;
		extra &= need[r] <= scan->extra[r];
	}
	return extra || (shadow < AIOS_TIME_MAX &&
			 scan->now + runtime <= shadow);
}

static void backfill(struct aios_engine *engine, u64 now)
{
	struct scan scan = {
		.engine = engine,
		.now = now,
		.mask = engine->elastic | engine->sticky,
	};
	struct aios_queue_node *node = &engine->head->queue_node;
	struct aios_why why;
	u32 seen = 0;

	scan_refresh(&scan);
	node = aios_queue_search(&engine->queue, node, scan_may, &scan);
	while (node && engine->nr_held < AIOS_HELD_MAX) {
		struct aios_job_node *job = aios_job_of_queue(node);
		struct aios_queue_key key = node->key;

		aios_engine_breathe(engine, seen++);
		if (aios_reserve_admits(engine, job, now, engine->shadow_ns,
					&why)) {
			admit(engine, job, now);
			scan_refresh(&scan);
			node = aios_queue_find(&engine->queue, &key);
			if (node && scan_may(node, false, &scan))
				continue;
			if (!node)
				break;
		}
		node = aios_queue_search(&engine->queue, node, scan_may, &scan);
	}
}

/* All candidates, from the first on. */
static void admit_all(struct aios_engine *engine, u64 now)
{
	struct aios_queue_node *node = aios_queue_first(&engine->queue);
	struct aios_why why;
	u32 seen = 0;

	engine->head = NULL;
	while (node) {
		struct aios_job_node *job = aios_job_of_queue(node);

		aios_engine_breathe(engine, seen++);
		node = aios_queue_next(node);
		if (fits_now(engine, job, &why)) {
			admit(engine, job, now);
		} else if (aios_job_possible(engine, job, &why)) {
			engine->head = job;
			break;
		}
	}
	engine->shadow_ns = AIOS_TIME_MAX;
	if (!engine->head)
		return;
	engine->shadow_ns = aios_reserve(engine, engine->head, now);
	if (engine->backfill == AIOS_BACKFILL_EASY)
		backfill(engine, now);
}

/* Only @job came. Return: false when all must be examined after all. */
static bool admit_fresh(struct aios_engine *engine, struct aios_job_node *job,
			u64 now)
{
	struct aios_job_node *head = engine->head;
	struct aios_why why;

	if (head && aios_queue_key_compare(&head->queue_node.key,
					   &job->queue_node.key) < 0) {
		if (engine->backfill != AIOS_BACKFILL_EASY ||
		    engine->nr_held >= AIOS_HELD_MAX)
			return true;
		engine->shadow_ns = aios_reserve(engine, head, now);
		if (aios_reserve_admits(engine, job, now, engine->shadow_ns,
					&why))
			admit(engine, job, now);
		return true;
	}
	if (!fits_now(engine, job, &why))
		return !aios_job_possible(engine, job, &why);
	admit(engine, job, now);
	/* It went ahead of the head: a later shadow time lets others in. */
	return !head || aios_reserve(engine, head, now) == engine->shadow_ns;
}

static void admissions(struct aios_engine *engine, u64 now)
{
	struct aios_job_node *fresh = engine->fresh;
	bool alone = engine->nr_fresh == 1 && fresh && !engine->room_changed &&
		     now <= engine->shadow_ns;

	if (!engine->room_changed && !engine->nr_fresh)
		return;
	if (!alone || !admit_fresh(engine, fresh, now))
		admit_all(engine, now);
	engine->fresh = NULL;
	engine->nr_fresh = 0;
	engine->room_changed = false;
}

/*
 * A head that would fit if everybody used what he requested only: what is lent
 * is called back for it.
 */
static void find_reclaim(struct aios_engine *engine)
{
	struct aios_job_node *before = engine->reclaim;
	struct aios_why why;

	engine->reclaim = NULL;
	if (engine->head && aios_job_fits(engine, engine->head,
					  AIOS_VIEW_REQUESTS, &why))
		engine->reclaim = engine->head;
	if (engine->reclaim != before)
		engine->alloc_changed = true;
}

static void tell(struct aios_engine *engine)
{
	const struct aios_engine_ops *ops = engine->ops;
	struct aios_job_node *job;

	while ((job = engine->news)) {
		u32 news = job->news;

		engine->news = job->next_news;
		job->next_news = NULL;
		job->news = AIOS_NEWS_NONE;
		if (news == AIOS_NEWS_ADMITTED && ops->admitted)
			ops->admitted(engine, job);
		if (news == AIOS_NEWS_RESUMED && ops->resumed)
			ops->resumed(engine, job);
		if (news == AIOS_NEWS_GRANTED && ops->granted)
			ops->granted(engine, job);
	}
	engine->news_tail = NULL;
}

int aios_engine_decide(struct aios_engine *engine, u64 now, void *workspace,
		       size_t size)
{
	int err = 0;

	if (!aios_engine_pending(engine))
		return 0;
	engine->epoch++;
	admissions(engine, now);
	find_reclaim(engine);
	if (engine->alloc_changed)
		err = aios_alloc_run(engine, workspace, size);
	if (!err)
		engine->alloc_changed = false;
	tell(engine);
	return err;
}
