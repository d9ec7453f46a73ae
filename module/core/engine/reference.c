// SPDX-License-Identifier: GPL-2.0
/*
 * The reference of the guard: FIFO with EASY backfilling (Lifka, The ANL/IBM SP scheduling
 * system, JSSPP 1995), played on the machine as it would be with the same arrivals. It
 * knows of a job what the engine knows: until the job has ended it runs as long as it is
 * expected to, scaled by how expectations turned out so far, and longer as long as the job
 * itself has outlived that; then as long as it did. So nothing that a policy does changes
 * what its waits are compared with, but for when the ends become known.
 *
 * It is a little better than a real machine could be, which makes the guard stricter: a
 * resource is one pool, limits of groups keep nobody back, and whoever comes when it has
 * AIOS_REFERENCE_JOBS is not seen.
 */
#include "core/base/fixed.h"
#include "core/books/reference.h"
#include "core/engine/internal.h"

#define ONE	(1U << 31)	/* all there is of a resource */

/*
 * The longest wait loses one part in so many of the time that passes, so that a machine
 * gets over its worst hour in a few days, and over its worst day in months.
 */
#define FADE	100U

static struct aios_reference_job *of_node(const struct aios_ordered_node *node)
{
	return node ? container_of(node, struct aios_reference_job, node) : NULL;
}

static struct aios_reference_job *of_most_node(const struct aios_ordered_node *node)
{
	return node ? container_of(node, struct aios_reference_job, most_node) : NULL;
}

/**
 * aios_reference_least() - augmentation of those that wait: the least of a subtree
 * @node: node of a job
 */
void aios_reference_least(struct aios_ordered_node *node)
{
	struct aios_reference_job *own = of_node(node);
	u32 i;

	own->least_sum = own->sum;
	own->least_most_ns = own->most_ns;
	for (i = 0; i < 2; i++) {
		const struct aios_reference_job *child = of_node(node->child[i]);

		if (!child)
			continue;
		own->least_sum = min(own->least_sum, child->least_sum);
		own->least_most_ns = min(own->least_most_ns, child->least_most_ns);
	}
}

/* Find what a job needs of each resource, in parts of all there is. */
static void needs_of(const struct aios_engine *engine, const struct aios_job_node *job,
		     u32 *need)
{
	u32 r;

	for (r = 0; r < AIOS_RESOURCE_MAX; r++) {
		u64 bound = aios_quota_bound(engine, &engine->root, r);

		need[r] = 0;
		if (job->candidate.need[r] && bound && bound < AIOS_CHARGE_MAX)
			need[r] = (u32)min(aios_mul_div_u64(job->candidate.need[r], ONE,
							    bound), (u64)ONE);
	}
}

/* Return what is left of the longest wait at some time. */
static u64 longest_at(const struct aios_reference *ref, u64 now)
{
	u64 passed = now - min(now, ref->longest_as_of_ns);

	return ref->longest_ns - min(ref->longest_ns, passed / FADE);
}

static void note_wait(struct aios_reference *ref, u64 wait, u64 now)
{
	ref->longest_ns = max(longest_at(ref, now), wait);
	ref->longest_as_of_ns = now;
}

/**
 * aios_reference_longest() - the longest wait that the reference gave anybody
 * @engine: the engine
 *
 * Return: the wait so far, ns; that of whoever waits still counts.
 */
u64 aios_reference_longest(const struct aios_engine *engine)
{
	const struct aios_reference *ref = engine->reference;
	const struct aios_reference_job *first = of_node(aios_ordered_first(&ref->waiting));
	u64 longest = longest_at(ref, engine->now);

	if (!first)
		return longest;
	return max(longest, engine->now - min(engine->now, first->arrival_ns));
}

static bool fits(const struct aios_reference_job *entry, const u32 *room)
{
	u32 r;

	for (r = 0; r < AIOS_RESOURCE_MAX; r++)
		if (entry->need[r] > room[r])
			return false;
	return true;
}

static void take(const struct aios_reference_job *entry, u32 *room)
{
	u32 r;

	for (r = 0; r < AIOS_RESOURCE_MAX; r++)
		room[r] -= min(room[r], entry->need[r]);
}

static void give(const struct aios_reference_job *entry, u32 *room)
{
	u32 r;

	for (r = 0; r < AIOS_RESOURCE_MAX; r++)
		room[r] = min(room[r] + entry->need[r], ONE);
}

static void insert(struct aios_ordered *set, struct aios_ordered_node *node, u64 major,
		   u64 serial)
{
	node->key.major = major;
	node->key.minor = 0;
	node->key.serial = serial;
	aios_ordered_insert(set, node);
}

static void start(struct aios_reference *ref, struct aios_reference_job *entry)
{
	u64 now = ref->now_ns, serial = entry->node.key.serial;

	aios_ordered_erase(&ref->waiting, &entry->node);
	take(entry, ref->room);
	entry->runs = true;
	entry->start_ns = now;
	note_wait(ref, now - min(now, entry->arrival_ns), now);
	insert(&ref->ending, &entry->node, min(now + entry->run_ns, AIOS_TIME_MAX), serial);
	insert(&ref->bounded, &entry->most_node, min(now + entry->most_ns, AIOS_TIME_MAX),
	       serial);
}

static void drop(struct aios_reference *ref, struct aios_reference_job *entry)
{
	if (entry->runs) {
		aios_ordered_erase(&ref->ending, &entry->node);
		aios_ordered_erase(&ref->bounded, &entry->most_node);
		give(entry, ref->room);
	} else {
		aios_ordered_erase(&ref->waiting, &entry->node);
	}
	if (entry->job)
		entry->job->guard.reference = NULL;
	entry->next = ref->free;
	ref->free = entry;
	ref->open = true;
}

/**
 * struct gap - what EASY may use behind the head
 * @room: free now
 * @extra: free beside the head when it starts
 * @sum: of @room
 * @until_ns: how long what is not extra may run
 */
struct gap {
	const u32 *room;
	u32 extra[AIOS_RESOURCE_MAX];
	u64 sum;
	u64 until_ns;
};

static u64 sum_of(const u32 *room)
{
	u64 sum = 0;
	u32 r;

	for (r = 0; r < AIOS_RESOURCE_MAX; r++)
		sum += room[r];
	return sum;
}

/* Reserve for the head: find when it starts at the latest, and what is left beside it. */
static void reserve(const struct aios_reference *ref, const struct aios_reference_job *head,
		    struct gap *gap)
{
	struct aios_ordered_node *node = aios_ordered_first(&ref->bounded);
	u64 time = AIOS_TIME_MAX;

	memcpy(gap->extra, ref->room, sizeof(gap->extra));
	for (; node && node->key.major < AIOS_TIME_MAX; node = aios_ordered_next(node)) {
		u64 end = max(node->key.major, ref->now_ns);

		if (time < end)
			break;
		give(of_most_node(node), gap->extra);
		if (fits(head, gap->extra))
			time = end;
	}
	if (time == AIOS_TIME_MAX)
		memcpy(gap->extra, ref->room, sizeof(gap->extra));
	take(head, gap->extra);
	gap->until_ns = time == AIOS_TIME_MAX ? 0 : time - ref->now_ns;
	gap->room = ref->room;
	gap->sum = sum_of(ref->room);
}

static bool gap_may(const struct aios_ordered_node *node, bool whole, void *arg)
{
	const struct aios_reference_job *entry = of_node(node);
	const struct gap *gap = arg;

	if (whole)
		return entry->least_sum <= gap->sum &&
		       (entry->least_most_ns <= gap->until_ns ||
			entry->least_sum <= sum_of(gap->extra));
	return fits(entry, gap->room) &&
	       (entry->most_ns <= gap->until_ns || fits(entry, gap->extra));
}

/* Start whoever can start now. */
static void play(struct aios_reference *ref)
{
	struct aios_reference_job *head = of_node(aios_ordered_first(&ref->waiting));
	struct aios_ordered_node *node;
	struct gap gap;

	ref->open = false;
	for (; head && fits(head, ref->room); head = of_node(aios_ordered_first(&ref->waiting)))
		start(ref, head);
	if (!head)
		return;
	reserve(ref, head, &gap);
	while ((node = aios_ordered_search(&ref->waiting, &head->node, gap_may, &gap))) {
		struct aios_reference_job *entry = of_node(node);

		if (entry->most_ns > gap.until_ns)
			take(entry, gap.extra);
		start(ref, entry);
		gap.sum = sum_of(ref->room);
	}
}

/*
 * A job would end at some time that has come. It goes on for as long again when the job
 * itself had run as long by then and goes on still.
 */
static void expire(struct aios_engine *engine, struct aios_reference_job *entry, u64 now)
{
	struct aios_reference *ref = engine->reference;
	u64 ran = entry->job ? aios_measure_ran(engine, entry->job) : 0;
	u64 serial = entry->node.key.serial, since = engine->now - now;

	if (!entry->job || entry->job->state != AIOS_CORE_HELD ||
	    ran < entry->run_ns + since) {
		drop(ref, entry);
		return;
	}
	entry->run_ns = min(2 * entry->run_ns + 1, AIOS_TIME_MAX);
	aios_ordered_erase(&ref->ending, &entry->node);
	insert(&ref->ending, &entry->node,
	       min(entry->start_ns + entry->run_ns, AIOS_TIME_MAX), serial);
}

static void advance(struct aios_engine *engine)
{
	struct aios_reference *ref = engine->reference;
	struct aios_reference_job *entry;
	u64 time;

	while ((entry = of_node(aios_ordered_first(&ref->ending)))) {
		time = max(entry->node.key.major, ref->now_ns);
		if (ref->open && time > ref->now_ns) {
			play(ref);
			continue;
		}
		/* Whether one that has not ended goes on is known afterwards. */
		if (time > engine->now || (entry->job && time == engine->now))
			break;
		ref->now_ns = time;
		expire(engine, entry, time);
	}
	if (ref->open && engine->now > ref->now_ns)
		play(ref);
	ref->now_ns = max(ref->now_ns, engine->now);
}

/**
 * aios_reference_play() - the reference does what it does up to now
 * @engine: the engine
 */
void aios_reference_play(struct aios_engine *engine)
{
	advance(engine);
	if (engine->reference->open)
		play(engine->reference);
}

static struct aios_reference_job *get(struct aios_reference *ref)
{
	struct aios_reference_job *entry = ref->free;

	if (entry) {
		ref->free = entry->next;
		return entry;
	}
	return ref->nr_used < AIOS_REFERENCE_JOBS ? &ref->job[ref->nr_used++] : NULL;
}

/**
 * aios_reference_arrive() - a job comes
 * @engine: the engine, with a guard
 * @job: candidate
 * @waits_since_ns: since when it waits; before now when it waited already as the guard was
 *	set
 *
 * No effect on one that this reference has seen before.
 */
void aios_reference_arrive(struct aios_engine *engine, struct aios_job_node *job,
			   u64 waits_since_ns)
{
	struct aios_reference *ref = engine->reference;
	struct aios_reference_job *entry;
	u32 r;

	if (job->guard.stamp == engine->stamps.reference)
		return;
	job->guard.stamp = engine->stamps.reference;
	advance(engine);
	entry = get(ref);
	if (!entry)
		return;
	memset(entry, 0, sizeof(*entry));
	entry->job = job;
	job->guard.reference = entry;
	entry->arrival_ns = waits_since_ns;
	entry->run_ns = aios_work_expect(engine, job);
	entry->most_ns = aios_gang_left(job);
	needs_of(engine, job, entry->need);
	for (r = 0; r < AIOS_RESOURCE_MAX; r++)
		entry->sum += entry->need[r];
	insert(&ref->waiting, &entry->node, entry->arrival_ns, ref->serial++);
	ref->open = true;
}

/**
 * aios_reference_withdraw() - a job is no candidate any more, and has not ended
 * @engine: the engine
 * @job: job
 *
 * One that the reference has started goes on there; another comes again with its wait so
 * far when it is a candidate again.
 */
void aios_reference_withdraw(struct aios_engine *engine, struct aios_job_node *job)
{
	if (!job->guard.reference)
		return;
	advance(engine);
	if (!job->guard.reference || job->guard.reference->runs)
		return;
	drop(engine->reference, job->guard.reference);
	job->guard.stamp = 0;
}

/**
 * aios_reference_end() - a job has ended, and it is known how long it ran
 * @engine: the engine
 * @job: job, in the state that it ends in
 */
void aios_reference_end(struct aios_engine *engine, struct aios_job_node *job)
{
	struct aios_reference *ref = engine->reference;
	struct aios_reference_job *entry = job->guard.reference;
	u64 serial;

	if (!entry)
		return;
	advance(engine);
	entry = job->guard.reference;
	if (!entry)
		return;
	if (!aios_node_holds(job)) {
		drop(ref, entry);
		return;
	}
	job->guard.reference = NULL;
	entry->job = NULL;
	entry->run_ns = aios_measure_ran(engine, job);
	if (!entry->runs)
		return;
	serial = entry->node.key.serial;
	aios_ordered_erase(&ref->ending, &entry->node);
	insert(&ref->ending, &entry->node, min(entry->start_ns + entry->run_ns, AIOS_TIME_MAX),
	       serial);
}

/* Forget a reference; the jobs in it have none any more. */
static void leave(struct aios_reference *ref)
{
	struct aios_reference_job *entry;

	while ((entry = of_node(aios_ordered_first(&ref->waiting))))
		drop(ref, entry);
	while ((entry = of_node(aios_ordered_first(&ref->ending))))
		drop(ref, entry);
}

/* See events.h for the contracts of the functions that it declares. */

size_t aios_engine_reference_size(void)
{
	return sizeof(struct aios_reference);
}

void *aios_engine_reference_set(struct aios_engine *engine, struct aios_now now, void *memory)
{
	struct aios_reference *before = engine->reference, *ref = memory;
	u32 r;

	aios_now_check(engine, now);
	if (before)
		leave(before);
	engine->reference = ref;
	engine->stamps.reference++;
	if (!ref) {
		engine->tuning.guard = 0;
		return before;
	}
	memset(ref, 0, sizeof(*ref));
	ref->waiting.augment = aios_reference_least;
	ref->now_ns = engine->now;
	ref->longest_as_of_ns = engine->now;
	for (r = 0; r < AIOS_RESOURCE_MAX; r++)
		ref->room[r] = ONE;
	return before;
}
