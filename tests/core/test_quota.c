// SPDX-License-Identifier: GPL-2.0
/*
 * Hierarchical charging against sums over all leaves: what fits, who refuses,
 * how much room there is and which limit is effective.
 */
#include "core/books/quota.h"
#include "core/engine/engine.h"
#include "random.h"
#include "tap.h"

#define GROUPS	20
#define R	AIOS_RESOURCE_MEMORY

static struct aios_engine engine;
static struct aios_group_node group[GROUPS];
static u64 own[GROUPS + 1];	/* charged directly, the root last */
static u64 excess[GROUPS + 1];
static u64 seed = 7;

/* Nothing here takes time. */
static struct aios_now begun(void)
{
	return aios_engine_time(&engine, 0);
}

static struct aios_group_node *group_at(u32 i)
{
	return i == GROUPS ? &engine.root : &group[i];
}

static bool is_below(const struct aios_group_node *g,
		     const struct aios_group_node *top)
{
	while (g && g != top)
		g = g->parent;
	return g;
}

static u64 sum_below(const struct aios_group_node *top, const u64 *what)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i <= GROUPS; i++)
		if (is_below(group_at(i), top))
			sum += what[i];
	return sum;
}

static u64 bound_at(const struct aios_group_node *g)
{
	return g->parent ? g->limit[R] : min(g->limit[R], engine.capacity[R]);
}

static u64 random_limit(void)
{
	return random_below(&seed, 3) ? random_below(&seed, 4000) :
					AIOS_UNLIMITED;
}

static void make_tree(void)
{
	u32 i;

	aios_engine_init(&engine, NULL, NULL, 1000);
	aios_engine_resource_set(&engine, begun(), R, AIOS_RESOURCE_STICKY,
				 2000 + random_below(&seed, 2000));
	memset(group, 0, sizeof(group));
	memset(own, 0, sizeof(own));
	memset(excess, 0, sizeof(excess));
	for (i = 0; i < GROUPS; i++) {
		struct aios_group_node *parent =
			i ? group_at(random_below(&seed, i + 1)) : &engine.root;

		group[i].id = i + 1;
		if (parent == &group[i])
			parent = &engine.root;
		tap_need(!aios_engine_group_attach(&group[i], parent, 100, NULL),
			 "attach");
	}
	for (i = 0; i <= GROUPS; i++)
		group_at(i)->limit[R] = random_limit();
}

static void check_books(void)
{
	u32 i;

	for (i = 0; i <= GROUPS; i++) {
		const struct aios_group_node *g = group_at(i);

		tap_need(g->charged[R] == sum_below(g, own), "charged %u", i);
		tap_need(g->excess[R] == sum_below(g, excess), "excess %u", i);
		tap_need(g->granted[R] == 2 * sum_below(g, own), "granted %u", i);
	}
}

static void check_fits(u32 i, u64 need)
{
	const struct aios_group_node *g = group_at(i), *up, *refuses = NULL;
	const struct aios_group_node *lent = NULL;
	struct aios_why why = { 0 };
	u64 room = AIOS_CHARGE_MAX;
	bool fits;

	for (up = g; up; up = up->parent) {
		u64 charged = sum_below(up, own);

		room = min(room, bound_at(up) > charged ?
				 bound_at(up) - charged : 0);
		if (!refuses && charged + need > bound_at(up))
			refuses = up;
		if (!lent && charged - sum_below(up, excess) + need > bound_at(up))
			lent = up;
	}
	if (!need) {
		refuses = NULL;
		lent = NULL;
	}
	tap_need(aios_quota_room(&engine, g, R) == room, "room");
	fits = aios_quota_fits(&engine, g, R, need, AIOS_VIEW_NOW, &why);
	tap_need(fits == !refuses, "need %llu", need);
	if (refuses && !fits)
		tap_need(why.code == AIOS_WHY_NOT_NOW && why.resource == R &&
			 why.group == refuses->id && why.asked == need &&
			 why.available == bound_at(refuses) -
				min(bound_at(refuses), sum_below(refuses, own)),
			 "why: %u of %llu", why.code, why.group);
	tap_need(aios_quota_fits(&engine, g, R, need, AIOS_VIEW_REQUESTS,
				 &why) == !lent, "without use above requests");
}

static void check_effective(u32 i)
{
	const struct aios_group_node *g = group_at(i), *up, *binds = g;
	u64 least = AIOS_UNLIMITED, id;

	for (up = g; up; up = up->parent)
		if (bound_at(up) < least) {
			least = bound_at(up);
			binds = up;
		}
	tap_need(aios_quota_effective(&engine, g, R, &id) == least &&
		 id == binds->id, "effective of %u", i);
}

static void random_move(u32 i)
{
	u64 add = random_below(&seed, 200), over = random_below(&seed, 20);
	struct aios_why why;

	if (random_below(&seed, 2)) {
		add += over;
		if (!aios_quota_fits(&engine, group_at(i), R, add, AIOS_VIEW_NOW,
				     &why))
			return;
		aios_quota_move(group_at(i), R, (s64)add, (s64)over,
				(s64)(2 * add));
		own[i] += add;
		excess[i] += over;
	} else {
		aios_quota_move(group_at(i), R, -(s64)own[i], -(s64)excess[i],
				-(s64)(2 * own[i]));
		own[i] = 0;
		excess[i] = 0;
	}
}

static void check_never_above(const u64 *before)
{
	u32 i;

	for (i = 0; i <= GROUPS; i++)
		tap_need(sum_below(group_at(i), own) <=
			 max(bound_at(group_at(i)), before[i]), "group %u", i);
}

int main(void)
{
	u64 before[GROUPS + 1];
	u32 tree, step, i;

	for (tree = 0; tree < 60; tree++) {
		make_tree();
		for (step = 0; step < 200; step++) {
			for (i = 0; i <= GROUPS; i++)
				before[i] = sum_below(group_at(i), own);
			random_move(random_below(&seed, GROUPS + 1));
			if (!random_below(&seed, 20))
				group_at(random_below(&seed, GROUPS + 1))
					->limit[R] = random_limit();
			else
				check_never_above(before);
			check_books();
			i = random_below(&seed, GROUPS + 1);
			check_fits(i, random_below(&seed, 500));
			check_effective(i);
		}
	}
	tap_point("random charges in random trees equal sums over the leaves");

	make_tree();
	for (i = 0; i <= GROUPS; i++)
		group_at(i)->limit[R] = AIOS_UNLIMITED;
	aios_engine_resource_set(&engine, begun(), R, AIOS_RESOURCE_STICKY,
				 AIOS_UNLIMITED);
	tap_need(aios_quota_room(&engine, &group[0], R) == AIOS_CHARGE_MAX,
		 "room");
	aios_quota_move(&group[0], R, (s64)AIOS_CHARGE_MAX - 5, 0, 0);
	tap_need(!aios_quota_fits(&engine, &group[0], R, 6, AIOS_VIEW_NOW,
				  &(struct aios_why){ 0 }), "6 more");
	tap_need(aios_quota_fits(&engine, &group[0], R, 5, AIOS_VIEW_NOW,
				 &(struct aios_why){ 0 }), "5 more");
	tap_point("sums stay in range where nothing is limited");
	return tap_done();
}
