// SPDX-License-Identifier: GPL-2.0
/*
 * The ordered set against a sorted array: order, ranks, searches with pruning,
 * and the balance of the tree, over random insertions and removals.
 */
#include <stdlib.h>

#include "core/base/ordered.h"
#include "random.h"
#include "tap.h"

#define ITEMS	400

struct item {
	struct aios_ordered_node node;
	u32 value;
	u32 least;
};

static struct item items[ITEMS];
static struct item *order[ITEMS];
static u32 nr;

static struct item *item_of(const struct aios_ordered_node *node)
{
	return node ? container_of(node, struct item, node) : NULL;
}

static void least(struct aios_ordered_node *node)
{
	struct item *item = item_of(node);
	u32 i;

	item->least = item->value;
	for (i = 0; i < 2; i++)
		if (node->child[i])
			item->least = min(item->least,
					  item_of(node->child[i])->least);
}

static int compare(const void *a, const void *b)
{
	const struct item *const *x = a, *const *y = b;

	return aios_ordered_key_compare(&(*x)->node.key, &(*y)->node.key);
}

static void array_insert(struct item *item)
{
	order[nr++] = item;
	qsort(order, nr, sizeof(order[0]), compare);
}

static void array_erase(struct item *item)
{
	u32 i = 0;

	while (order[i] != item)
		i++;
	for (nr--; i < nr; i++)
		order[i] = order[i + 1];
}

static u32 check_tree(const struct aios_ordered_node *node, u32 depth)
{
	u64 left, right;

	tap_need(depth < 30, "depth %u", depth);
	if (!node)
		return 0;
	left = check_tree(node->child[0], depth + 1);
	right = check_tree(node->child[1], depth + 1);
	tap_need(node->size == left + right + 1, "size %u", node->size);
	tap_need(left + 1 <= 3 * (right + 1) && right + 1 <= 3 * (left + 1),
		 "balance %llu:%llu", left, right);
	return node->size;
}

static bool below(const struct aios_ordered_node *node, bool whole, void *arg)
{
	const struct item *item = item_of(node);

	return (whole ? item->least : item->value) < *(u32 *)arg;
}

static void check_order(const struct aios_ordered *queue)
{
	struct aios_ordered_node *node = aios_ordered_first(queue);
	u32 i;

	tap_need(aios_ordered_size(queue) == nr, "size");
	for (i = 0; i < nr; i++) {
		tap_need(item_of(node) == order[i], "member %u", i);
		if (!node)
			return;
		tap_need(aios_ordered_rank(queue, &node->key) == i, "rank %u", i);
		tap_need(aios_ordered_find(queue, &node->key) == node, "find");
		node = aios_ordered_next(node);
	}
	tap_need(!node, "end");
}

static void check_search(const struct aios_ordered *queue, u32 bound)
{
	struct aios_ordered_node *node = NULL;
	u32 i;

	for (i = 0; i < nr; i++) {
		if (order[i]->value >= bound)
			continue;
		node = aios_ordered_search(queue, node, below, &bound);
		tap_need(item_of(node) == order[i], "search %u", i);
		if (!node)
			return;
	}
	tap_need(!aios_ordered_search(queue, node, below, &bound), "search end");
}

static void new_key(struct aios_ordered_node *node, void *arg)
{
	u64 *seed = arg;

	switch (random_below(seed, 3)) {
	case 0:
		node->key.major = (u64)random_below(seed, 3) << 60;
		fallthrough;
	case 1:
		node->key.minor = random_below(seed, 1000000);
	}
}

/* Most keep the key that they have. */
static void few_keys(struct aios_ordered_node *node, void *arg)
{
	if (!random_below(arg, 100))
		new_key(node, arg);
}

static void same_key(struct aios_ordered_node *node, void *arg)
{
	(void)node;
	(void)arg;
}

/* Of every size up to ITEMS, so every shape of the last level. */
static void check_resort(struct aios_ordered *queue, u64 *seed)
{
	static struct aios_ordered_buckets buckets;

	if (!random_below(seed, 3))
		aios_ordered_resort(queue, same_key, NULL, &buckets);
	else if (random_below(seed, 2))
		aios_ordered_resort(queue, few_keys, seed, &buckets);
	else
		aios_ordered_resort(queue, new_key, seed, &buckets);
	qsort(order, nr, sizeof(order[0]), compare);
	check_tree(queue->root, 0);
	check_order(queue);
	check_search(queue, random_below(seed, 300));
}

int main(void)
{
	struct aios_ordered queue = { .augment = least };
	u64 seed = 1;
	u32 round;

	check_order(&queue);
	check_search(&queue, 10);
	tap_point("an empty set has no member");

	for (round = 0; round < 6000; round++) {
		struct item *item = &items[random_below(&seed, ITEMS)];
		bool grow = random_below(&seed, 100) < (round / 1000 % 2 ? 35 : 65);

		if (aios_ordered_linked(&item->node) && !grow) {
			aios_ordered_erase(&queue, &item->node);
			array_erase(item);
		} else if (!aios_ordered_linked(&item->node) && grow) {
			item->value = random_below(&seed, 1000);
			item->node.key.major = random_below(&seed, 4);
			item->node.key.minor = random_below(&seed, 8);
			item->node.key.serial = (u64)(item - items);
			aios_ordered_insert(&queue, &item->node);
			array_insert(item);
		} else if (aios_ordered_linked(&item->node)) {
			item->value = random_below(&seed, 1000);
			aios_ordered_refresh(&queue, &item->node);
		}
		check_tree(queue.root, 0);
		if (round % 16 == 0) {
			check_order(&queue);
			check_search(&queue, random_below(&seed, 300));
		}
	}
	tap_point("random insertions, removals and changes equal a sorted array");

	while (nr) {
		aios_ordered_erase(&queue, &order[0]->node);
		array_erase(order[0]);
	}
	check_resort(&queue, &seed);
	for (round = 0; round < ITEMS; round++) {
		struct item *item = &items[round];

		item->value = random_below(&seed, 1000);
		item->node.key.serial = round;
		new_key(&item->node, &seed);
		aios_ordered_insert(&queue, &item->node);
		array_insert(item);
		check_resort(&queue, &seed);
		check_resort(&queue, &seed);
	}
	tap_point("new keys for all members at once equal a sorted array");

	while (nr) {
		struct item *item = order[0];

		aios_ordered_erase(&queue, &item->node);
		array_erase(item);
	}
	for (round = 0; round < ITEMS; round++) {
		items[round].node.key.major = round;
		aios_ordered_insert(&queue, &items[round].node);
		check_tree(queue.root, 0);
	}
	tap_point("insertion in ascending order stays balanced");
	return tap_done();
}
