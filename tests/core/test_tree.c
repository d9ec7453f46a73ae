// SPDX-License-Identifier: GPL-2.0
/*
 * The regression tree: against one that is grown in double precision by looking at every
 * split of every leaf, that later lessons prune it, that it says nothing of too few users,
 * and numbers of every size.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/predict/predict.h"
#include "random.h"
#include "tap.h"

static u64 seed;
static struct aios_lesson lesson[AIOS_LESSONS_MAX];
static struct aios_tree_growth growth;
static struct aios_tree tree;

static void grow(u32 nr, u32 nr_prune)
{
	void *memory = malloc(aios_tree_memory(nr));
	u32 steps = 1;

	tap_need(!aios_tree_begin(&growth, &tree, lesson, nr, nr_prune, memory), "begin");
	while (aios_tree_step(&growth))
		steps++;
	tap_need(steps <= AIOS_FEATURES + 3 + AIOS_TREE_LEAVES, "%u steps", steps);
	free(memory);
}

/* ---------------------------------------------------------------- reference */

struct leaf {
	bool in[400];
	u32 node, depth;
	double gain;
	u32 feature, threshold;
};

/* Look at every split of a leaf. */
static void reference_split(struct leaf *leaf, u32 nr)
{
	double sum = 0, square = 0;
	u32 count = 0, f, t, i;

	leaf->gain = 0;
	for (i = 0; i < nr; i++)
		if (leaf->in[i]) {
			sum += lesson[i].run;
			square += (double)lesson[i].run * lesson[i].run;
			count++;
		}
	if (leaf->depth + 1 >= AIOS_TREE_DEPTH || count < 2 * AIOS_TREE_LEAST)
		return;
	for (f = 0; f < AIOS_FEATURES; f++)
		for (t = 0; t < nr; t++) {
			double left = 0, gain;
			u32 threshold = lesson[t].x[f], next = U32_MAX, n = 0;

			if (!leaf->in[t])
				continue;
			for (i = 0; i < nr; i++) {
				if (!leaf->in[i])
					continue;
				if (lesson[i].x[f] <= threshold) {
					left += lesson[i].run;
					n++;
				} else if (lesson[i].x[f] < next) {
					next = lesson[i].x[f];
				}
			}
			if (n < AIOS_TREE_LEAST || count - n < AIOS_TREE_LEAST)
				continue;
			gain = left * left / n + (sum - left) * (sum - left) / (count - n) -
			       sum * sum / count;
			/* Of two that are the same but for rounding the first counts. */
			if (gain > leaf->gain * (1 + 1e-12) + 1e-6 ||
			    (leaf->gain && gain > leaf->gain * (1 - 1e-12) &&
			     f == leaf->feature && (threshold + next) / 2 < leaf->threshold)) {
				leaf->gain = gain;
				leaf->feature = f;
				leaf->threshold = (threshold + next) / 2;
			}
		}
}

static struct leaf leaves[AIOS_TREE_LEAVES];

/* Grow it and compare each split, in the order in which they are made. */
static u32 reference_compare(u32 nr)
{
	u32 nr_leaves = 1, nodes = 1, i, k;

	memset(leaves, 0, sizeof(leaves));
	for (i = 0; i < nr; i++)
		leaves[0].in[i] = true;
	reference_split(&leaves[0], nr);
	for (;;) {
		struct leaf *best = &leaves[0], *right = &leaves[nr_leaves];
		const struct aios_tree_node *node;

		for (k = 1; k < nr_leaves; k++)
			if (leaves[k].gain > best->gain * (1 + 1e-12))
				best = &leaves[k];
		if (!best->gain || nr_leaves == AIOS_TREE_LEAVES)
			break;
		node = &tree.node[best->node];
		tap_need(node->feature == best->feature && node->threshold == best->threshold &&
			 node->left == nodes && node->right == nodes + 1u,
			 "node %u: feature %u up to %u, not %u up to %u", best->node,
			 node->feature, node->threshold, best->feature, best->threshold);
		for (i = 0; i < nr; i++) {
			bool goes_left = lesson[i].x[best->feature] <= best->threshold;

			right->in[i] = best->in[i] && !goes_left;
			best->in[i] = best->in[i] && goes_left;
		}
		best->node = nodes++;
		right->node = nodes++;
		right->depth = ++best->depth;
		nr_leaves++;
		reference_split(best, nr);
		reference_split(right, nr);
	}
	tap_need(tree.nr == nodes, "%u nodes, not %u", tree.nr, nodes);
	return nodes;
}

/* Features with few and with many values, and a target that depends on some of them. */
static void lessons_any(u32 nr, u32 values)
{
	u32 i, f;

	for (i = 0; i < nr; i++) {
		for (f = 0; f < AIOS_FEATURES; f++)
			lesson[i].x[f] = (u16)(random_below(&seed, f & 1 ? values : 60000) * 1);
		lesson[i].run = (u16)(lesson[i].x[2] / 4 + lesson[i].x[1] * 8000 / values +
				      random_below(&seed, 20000));
	}
}

static void check_reference(void)
{
	u32 round, nodes = 0;

	for (round = 0; round < 8; round++) {
		u32 nr = 100 + 40 * round;

		lessons_any(nr, 2 + round);
		grow(nr, 0);
		nodes += reference_compare(nr);
	}
	tap_need(nodes > 200, "%u nodes", nodes);
}

/* ---------------------------------------------------------------- pruning */

static double accuracy_of(u32 from, u32 to)
{
	double sum = 0;
	u32 i;

	for (i = from; i < to; i++)
		sum += aios_accuracy(lesson[i].run, aios_tree_ask(&tree, lesson[i].x)->threshold);
	return sum / (to - from) / AIOS_ACCURACY_ONE;
}

static u32 leaves_reached(u32 nr)
{
	static bool reached[AIOS_TREE_NODES];
	u32 found = 0, i;

	memset(reached, 0, sizeof(reached));
	for (i = 0; i < nr; i++)
		reached[aios_tree_ask(&tree, lesson[i].x) - tree.node] = true;
	for (i = 0; i < AIOS_TREE_NODES; i++)
		found += reached[i];
	return found;
}

/* The path of a job goes from the root to its leaf, and at each node where its number says. */
static void check_path(const u16 x[AIOS_FEATURES], const struct aios_tree_node *leaf)
{
	u16 path[AIOS_TREE_DEPTH + 1];
	u32 nr = aios_tree_path(&tree, x, path), i;

	tap_need(nr && nr <= AIOS_TREE_DEPTH + 1 && !path[0], "%u nodes", nr);
	for (i = 0; i + 1 < nr; i++) {
		const struct aios_tree_node *node = &tree.node[path[i]];

		tap_need(path[i + 1] == (x[node->feature] <= node->threshold ? node->left :
					 node->right), "node %u", i);
	}
	tap_need(&tree.node[path[nr - 1]] == leaf, "another leaf");
}

/* One feature tells which of two times a job runs; all else is noise. */
static void check_prune(void)
{
	double whole, pruned;
	u32 i, f;

	for (i = 0; i < 6000; i++) {
		for (f = 0; f < AIOS_FEATURES; f++)
			lesson[i].x[f] = (u16)random_below(&seed, 1000);
		lesson[i].run = (u16)((lesson[i].x[5] < 300 ? 30000 : 40000) +
				      random_below(&seed, 3000));
	}
	grow(3000, 0);
	whole = accuracy_of(3000, 6000);
	tap_need(leaves_reached(3000) > 100, "%u leaves of noise", leaves_reached(3000));
	grow(3000, 1000);
	pruned = accuracy_of(3000, 6000);
	tap_need(leaves_reached(3000) < 40, "%u leaves are left", leaves_reached(3000));
	tap_need(pruned > whole, "%f with, %f without", pruned, whole);
	for (i = 0; i < 3000; i++) {
		const struct aios_tree_node *leaf = aios_tree_ask(&tree, lesson[i].x);

		check_path(lesson[i].x, leaf);
		tap_need(leaf->left <= leaf->threshold && leaf->threshold <= leaf->right,
			 "%u %u %u", leaf->left, leaf->threshold, leaf->right);
		tap_need(i >= 2000 || (leaf->threshold >= 40000) == (lesson[i].x[5] >= 300),
			 "the side of one that it was grown on");
	}
}

/* ---------------------------------------------------------------- sharing */

#define CROWD	90U

/* Three users ran small jobs, and those who are named large ones. Return what a large one would. */
static u32 shared_answer(u32 first, u32 second, u32 third)
{
	const u32 large[] = { first, second, third };
	u16 x[AIOS_FEATURES] = { 0 }, path[AIOS_TREE_DEPTH + 1];
	const struct aios_tree_node *leaf;
	u32 user[CROWD], i;

	memset(lesson, 0, sizeof(lesson));
	for (i = 0; i < CROWD; i++) {
		bool is_large = i % 2;

		lesson[i].x[AIOS_FEATURE_SIZE] = is_large ? 2000 : 1000;
		lesson[i].run = is_large ? 40000 : 20000;
		user[i] = is_large ? large[i / 2 % 3] : 1 + i / 2 % 3;
	}
	grow(CROWD, 0);
	aios_tree_share(&growth, user);
	x[AIOS_FEATURE_SIZE] = 2000;
	leaf = aios_tree_ask(&tree, x);
	tap_need(!leaf == !aios_tree_path(&tree, x, path), "a path to what is said");
	return leaf ? leaf->threshold : 0;
}

/* What is above is as near to one as to the other: of equals the greater is taken. */
static void check_share(void)
{
	const u16 small[AIOS_FEATURES] = { 0 };
	u32 few, user[CROWD], i;

	tap_need(shared_answer(4, 5, 6) == 40000, "of three others");
	tap_need(shared_answer(1, 2, 3) == 40000, "of the same three");
	tap_need(aios_tree_ask(&tree, small)->threshold == 20000, "the others as well");
	few = shared_answer(4, 4, 4);
	tap_need(few == growth.value[0], "of one: %u, not %u", few, growth.value[0]);
	few = shared_answer(4, 5, 5);
	tap_need(few == growth.value[0], "of two: %u, not %u", few, growth.value[0]);
	tap_need(aios_tree_ask(&tree, small)->threshold == 20000, "the others stay");
	for (i = 0; i < CROWD; i++)
		user[i] = 1 + i % 2;
	grow(CROWD, 0);
	aios_tree_share(&growth, user);
	tap_need(!tree.nr && !aios_tree_ask(&tree, small), "two users: nothing is said");
}

/* ---------------------------------------------------------------- bounds */

static void check_bounds(void)
{
	u16 memory[64 * (AIOS_FEATURES + 3)];
	const u16 x[AIOS_FEATURES] = { 0 };
	u32 round, i, f;

	tap_need(aios_tree_begin(&growth, &tree, lesson, 0, 0, memory) == -EINVAL, "none");
	tap_need(aios_tree_begin(&growth, &tree, lesson, 5, 5, memory) == -EINVAL, "to prune");
	tap_need(aios_tree_begin(&growth, &tree, lesson, AIOS_LESSONS_MAX + 1, 0, memory) ==
		 -EINVAL, "too many");
	memset(&tree, 0, sizeof(tree));
	tap_need(!aios_tree_ask(&tree, x) && !aios_tree_path(&tree, x, memory), "knows nothing");
	lesson[0].run = 77;
	grow(1, 0);
	tap_need(tree.nr == 1 && aios_tree_ask(&tree, x)->threshold == 77, "one lesson");
	for (round = 0; round < 4; round++) {
		for (i = 0; i < AIOS_LESSONS_MAX; i++) {
			for (f = 0; f < AIOS_FEATURES; f++)
				lesson[i].x[f] = round == 1 ? 9 : (u16)random_next(&seed);
			lesson[i].run = (u16)(round == 2 ? random_next(&seed) & 1 ? 0 : 65533 :
						    random_next(&seed) % 65534);
			/* Each leaf has one lesson that is a world apart. */
			if (round == 3)
				lesson[i].run = (u16)(i < 20 ? 65533 - i : i % 2);
		}
		grow(AIOS_LESSONS_MAX, round * 1000);
		tap_need(tree.nr <= AIOS_TREE_NODES && (round != 1 || tree.nr == 1),
			 "%u nodes", tree.nr);
		for (i = 0; i < tree.nr; i++) {
			const struct aios_tree_node *node = &tree.node[i];

			tap_need(node->feature == AIOS_TREE_LEAF ||
				 (node->feature < AIOS_FEATURES && node->left > i &&
				  node->right > i && node->left < tree.nr &&
				  node->right < tree.nr), "node %u", i);
		}
		for (i = 0; i < AIOS_LESSONS_MAX; i++)
			tap_need(aios_tree_ask(&tree, lesson[i].x)->feature == AIOS_TREE_LEAF,
				 "a leaf within its depth");
	}
}

int main(void)
{
	check_reference();
	tap_point("the same tree as in double precision, split by split");
	check_prune();
	tap_point("what came later prunes what is noise");
	check_share();
	tap_point("what is said is of three users at least");
	check_bounds();
	tap_point("nothing, too much, and numbers of every size");
	return tap_done();
}
