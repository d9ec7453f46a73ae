// SPDX-License-Identifier: GPL-2.0
/*
 * A regression tree (Breiman, Friedman, Olshen and Stone, Classification and regression
 * trees, 1984, chapter 8): the leaf whose best split takes most from the squares of the
 * errors is split next, until there are as many as there is room for. The lessons are sorted
 * once by each feature and stay so when they are parted (Mehta, Agrawal and Rissanen, SLIQ,
 * EDBT 1996), so that a split costs as much as a look at its lessons. Gains are fractions of
 * integers and are compared without rounding.
 *
 * What came after the lessons that the tree was grown on prunes it: a split stays where
 * those are answered better by it (Quinlan, Simplifying decision trees, IJMMS 27, 1987,
 * reduced error pruning). Answers and what they lose are those of the accuracy.
 */
#include "core/base/fixed.h"
#include "core/predict/tree.h"

#define RUN	AIOS_FEATURES	/* the order of what lessons ran */

static u16 key_of(const struct aios_tree_growth *growth, u32 which, u16 lesson)
{
	const struct aios_lesson *l = &growth->lesson[lesson];

	return which == RUN ? l->run : l->x[which];
}

/* Sort by eight bits of the key, and keep the order of those that are equal. */
static void sort_by(const struct aios_tree_growth *growth, u32 which, u32 shift,
		    const u16 *from, u16 *to)
{
	u16 count[256] = { 0 }, at = 0;
	u32 i;

	for (i = 0; i < growth->nr_grow; i++)
		count[key_of(growth, which, from[i]) >> shift & 0xff]++;
	for (i = 0; i < ARRAY_SIZE(count); i++) {
		at += count[i];
		count[i] = at - count[i];
	}
	for (i = 0; i < growth->nr_grow; i++)
		to[count[key_of(growth, which, from[i]) >> shift & 0xff]++] = from[i];
}

static void sort(struct aios_tree_growth *growth, u32 which)
{
	u16 *order = growth->order[which];
	u32 i;

	for (i = 0; i < growth->nr_grow; i++)
		order[i] = (u16)i;
	sort_by(growth, which, 0, order, growth->spare);
	sort_by(growth, which, 8, growth->spare, order);
}

/*
 * Say whether a^2 / b is more than c^2 / d. With AIOS_LESSONS_MAX lessons a and c are below
 * 2^41, b and d below 2^38.
 */
static bool is_more(u64 a, u64 b, u64 c, u64 d)
{
	return (u128)a * a * d > (u128)c * c * b;
}

/* Find the best split of a leaf by one feature, if it is better than what was found. */
static void try_feature(const struct aios_tree_growth *growth, struct aios_tree_leaf *leaf,
			u16 feature, u64 sum)
{
	const u16 *order = growth->order[feature];
	u64 nr = leaf->end - leaf->begin, left = 0;
	u32 i;

	for (i = leaf->begin; i + AIOS_TREE_LEAST < leaf->end; i++) {
		u64 nr_left = i + 1 - leaf->begin, gain, parts;
		u16 here = growth->lesson[order[i]].x[feature];
		u16 next = growth->lesson[order[i + 1]].x[feature];

		left += growth->lesson[order[i]].run;
		if (here == next || nr_left < AIOS_TREE_LEAST)
			continue;
		gain = aios_abs64((s64)(left * nr) - (s64)(sum * nr_left));
		parts = nr_left * (nr - nr_left) * nr;
		/* A leaf that has no split yet has a gain of 0 / 1. */
		if (!is_more(gain, parts, leaf->gain, leaf->parts))
			continue;
		leaf->feature = feature;
		leaf->threshold = (u16)(here + (next - here) / 2);
		leaf->nr_left = (u32)nr_left;
		leaf->gain = gain;
		leaf->parts = parts;
	}
}

static void find_split(const struct aios_tree_growth *growth, struct aios_tree_leaf *leaf)
{
	u64 sum = 0;
	u32 i;

	leaf->feature = AIOS_TREE_LEAF;
	leaf->gain = 0;
	leaf->parts = 1;
	if (leaf->depth + 1U >= AIOS_TREE_DEPTH || leaf->end - leaf->begin < 2 * AIOS_TREE_LEAST)
		return;
	for (i = leaf->begin; i < leaf->end; i++)
		sum += growth->lesson[growth->order[RUN][i]].run;
	for (i = 0; i < AIOS_FEATURES; i++)
		try_feature(growth, leaf, (u16)i, sum);
}

/* Return what the lessons of a leaf ran, of @nr equal parts in order the middle of @part. */
static u16 run_at(const struct aios_tree_growth *growth, const struct aios_tree_leaf *leaf,
		  u32 part, u32 nr)
{
	u32 at = leaf->begin + (leaf->end - leaf->begin) * (2 * part + 1) / (2 * nr);

	return growth->lesson[growth->order[RUN][at]].run;
}

/* Many lessons are as good as AIOS_PREDICT_SAMPLES of them at equal distances. */
static u16 answer_of(const struct aios_tree_growth *growth, const struct aios_tree_leaf *leaf)
{
	struct aios_predict_sample sample[AIOS_PREDICT_SAMPLES];
	u32 nr = min(leaf->end - leaf->begin, AIOS_PREDICT_SAMPLES), i;

	for (i = 0; i < nr; i++) {
		sample[i].log = run_at(growth, leaf, i, nr);
		sample[i].weight = AIOS_ACCURACY_ONE;
	}
	aios_sample_steps(sample, nr);
	return aios_most_accurate(sample, nr);
}

static void node_add(struct aios_tree_growth *growth, struct aios_tree_leaf *leaf)
{
	leaf->node = (u16)growth->tree->nr++;
	growth->tree->node[leaf->node].feature = AIOS_TREE_LEAF;
	growth->value[leaf->node] = answer_of(growth, leaf);
	growth->low[leaf->node] = run_at(growth, leaf, 1, 15);
	growth->most[leaf->node] = run_at(growth, leaf, 9, 10);
	find_split(growth, leaf);
}

/* Part the lessons of a leaf, in every order. */
static void part(struct aios_tree_growth *growth, const struct aios_tree_leaf *leaf)
{
	u32 which, i;

	for (i = leaf->begin; i < leaf->end; i++) {
		u16 lesson = growth->order[leaf->feature][i];

		growth->goes_left[lesson] = i < leaf->begin + leaf->nr_left;
	}
	for (which = 0; which <= RUN; which++) {
		u16 *order = growth->order[which];
		u32 left = leaf->begin, right = 0;

		for (i = leaf->begin; i < leaf->end; i++) {
			if (growth->goes_left[order[i]])
				order[left++] = order[i];
			else
				growth->spare[right++] = order[i];
		}
		memcpy(order + left, growth->spare, right * sizeof(*order));
	}
}

static struct aios_tree_leaf *leaf_best(struct aios_tree_growth *growth)
{
	struct aios_tree_leaf *best = NULL;
	u32 i;

	for (i = 0; i < growth->nr_leaves; i++) {
		struct aios_tree_leaf *leaf = &growth->leaf[i];

		if (leaf->feature != AIOS_TREE_LEAF &&
		    (!best || is_more(leaf->gain, leaf->parts, best->gain, best->parts)))
			best = leaf;
	}
	return best;
}

static void split(struct aios_tree_growth *growth, struct aios_tree_leaf *leaf)
{
	struct aios_tree_node *node = &growth->tree->node[leaf->node];
	struct aios_tree_leaf *right = &growth->leaf[growth->nr_leaves++];

	part(growth, leaf);
	node->feature = leaf->feature;
	node->threshold = leaf->threshold;
	right->begin = leaf->begin + leaf->nr_left;
	right->end = leaf->end;
	leaf->end = right->begin;
	right->depth = ++leaf->depth;
	node_add(growth, leaf);
	node->left = leaf->node;
	node_add(growth, right);
	node->right = right->node;
}

/*
 * Those that came later go down the tree. Of what they lose at each node and what they lose
 * below it, the less stays (at most AIOS_LESSONS_MAX times AIOS_ACCURACY_ONE, below 2^30). A
 * node comes after its parent, so that going backwards meets what is below first; what is
 * below a pruned node stays in its place and is never reached.
 */
static void prune(struct aios_tree_growth *growth)
{
	struct aios_tree *tree = growth->tree;
	u32 *error = growth->error, i, k;

	for (i = growth->nr_grow; i < growth->nr; i++) {
		const struct aios_lesson *lesson = &growth->lesson[i];

		for (k = 0;;) {
			const struct aios_tree_node *node = &tree->node[k];

			error[k] += AIOS_ACCURACY_ONE -
				    aios_accuracy(lesson->run, growth->value[k]);
			if (node->feature == AIOS_TREE_LEAF)
				break;
			k = lesson->x[node->feature] <= node->threshold ? node->left :
									  node->right;
		}
	}
	for (i = tree->nr; i--;) {
		struct aios_tree_node *node = &tree->node[i];

		if (node->feature == AIOS_TREE_LEAF)
			continue;
		if (growth->nr > growth->nr_grow &&
		    error[node->left] + error[node->right] >= error[i])
			node->feature = AIOS_TREE_LEAF;
		else
			error[i] = error[node->left] + error[node->right];
	}
}

static void answer(struct aios_tree_growth *growth)
{
	u32 i;

	for (i = 0; i < growth->tree->nr; i++) {
		struct aios_tree_node *node = &growth->tree->node[i];

		if (node->feature != AIOS_TREE_LEAF)
			continue;
		node->threshold = growth->value[i];
		node->left = growth->low[i];
		node->right = growth->most[i];
	}
}

/**
 * aios_tree_begin() - begin to grow a tree
 * @growth: written whole
 * @tree: that grows; not to be asked before it is grown
 * @lesson: lessons in the order in which they came; they stay until it is grown
 * @nr: of them, at most AIOS_LESSONS_MAX
 * @nr_prune: of these, the last so many prune
 * @memory: aios_tree_memory() for @nr, aligned for u16; it stays likewise
 *
 * Return: 0, -EINVAL when there is nothing to grow it on or too much.
 */
int aios_tree_begin(struct aios_tree_growth *growth, struct aios_tree *tree,
		    const struct aios_lesson *lesson, u32 nr, u32 nr_prune, void *memory)
{
	u16 *order = memory;
	u32 i;

	if (nr > AIOS_LESSONS_MAX || nr_prune >= nr)
		return -EINVAL;
	memset(growth, 0, sizeof(*growth));
	memset(tree, 0, sizeof(*tree));
	growth->tree = tree;
	growth->lesson = lesson;
	growth->nr = nr;
	growth->nr_grow = nr - nr_prune;
	for (i = 0; i <= RUN; i++, order += nr)
		growth->order[i] = order;
	growth->spare = order;
	growth->goes_left = (u8 *)(order + nr);
	return 0;
}

/**
 * aios_tree_step() - grow a tree a little
 * @growth: begun
 *
 * A step looks at each lesson a fixed number of times for each feature.
 *
 * Return: whether there is more to do.
 */
bool aios_tree_step(struct aios_tree_growth *growth)
{
	struct aios_tree_leaf *leaf;

	if (growth->sorted <= RUN) {
		sort(growth, growth->sorted++);
		return true;
	}
	if (!growth->nr_leaves) {
		growth->leaf[growth->nr_leaves++].end = growth->nr_grow;
		node_add(growth, growth->leaf);
		return true;
	}
	leaf = growth->nr_leaves < AIOS_TREE_LEAVES ? leaf_best(growth) : NULL;
	if (leaf) {
		split(growth, leaf);
		return true;
	}
	prune(growth);
	answer(growth);
	return false;
}

static void note_user(struct aios_tree_growth *growth, u32 node, u32 user)
{
	u32 nr = growth->nr_users[node], i;

	if (nr == AIOS_TREE_USERS)
		return;
	for (i = 0; i < nr; i++)
		if (growth->user[node][i] == user)
			return;
	if (nr < AIOS_TREE_USERS - 1)
		growth->user[node][nr] = user;
	growth->nr_users[node]++;
}

/* Note at each node whose lessons what is said there is of. */
static void note_users(struct aios_tree_growth *growth, const u32 *user)
{
	const struct aios_tree *tree = growth->tree;
	u32 i, k;

	for (i = 0; i < growth->nr_grow; i++) {
		const struct aios_lesson *lesson = &growth->lesson[i];

		for (k = 0;;) {
			const struct aios_tree_node *node = &tree->node[k];

			note_user(growth, k, user[i]);
			if (node->feature == AIOS_TREE_LEAF)
				break;
			k = lesson->x[node->feature] <= node->threshold ? node->left :
									  node->right;
		}
	}
}

/**
 * aios_tree_share() - make a tree one that may answer anybody
 * @growth: of a tree that is grown
 * @user: of each lesson, whose it is
 *
 * What is said from the lessons of fewer than AIOS_TREE_USERS users would tell of them, and so
 * would the questions that lead there: instead it is what the first node above says of which
 * that is not true. Where the root is none, the tree knows nothing.
 */
void aios_tree_share(struct aios_tree_growth *growth, const u32 *user)
{
	struct aios_tree *tree = growth->tree;
	u32 i;

	note_users(growth, user);
	if (growth->nr_users[0] < AIOS_TREE_USERS) {
		memset(tree, 0, sizeof(*tree));
		return;
	}
	/* A node comes after the one above it, which is in order by then. */
	for (i = 0; i < tree->nr; i++) {
		struct aios_tree_node *node = &tree->node[i];
		u16 above = growth->above[i];

		if (growth->nr_users[i] < AIOS_TREE_USERS) {
			growth->value[i] = growth->value[above];
			growth->low[i] = growth->low[above];
			growth->most[i] = growth->most[above];
			node->feature = AIOS_TREE_LEAF;
		}
		if (node->feature == AIOS_TREE_LEAF)
			continue;
		growth->above[node->left] = (u16)i;
		growth->above[node->right] = (u16)i;
	}
	answer(growth);
}

/**
 * aios_tree_ask() - what a tree says
 * @tree: tree that is grown, or zeroed
 * @x: features of a job
 *
 * Return: the leaf, NULL when the tree knows nothing.
 */
const struct aios_tree_node *aios_tree_ask(const struct aios_tree *tree,
					   const u16 x[AIOS_FEATURES])
{
	const struct aios_tree_node *node = tree->node;
	u32 i;

	if (!tree->nr)
		return NULL;
	for (i = 0; i < AIOS_TREE_DEPTH && node->feature != AIOS_TREE_LEAF; i++)
		node = &tree->node[x[node->feature] <= node->threshold ? node->left :
								       node->right];
	return node;
}

/**
 * aios_tree_path() - how a tree comes to what it says
 * @tree: tree that is grown, or zeroed
 * @x: features of a job
 * @path: numbers of the nodes, the root first, the leaf last
 *
 * Return: how many, 0 when the tree knows nothing.
 */
u32 aios_tree_path(const struct aios_tree *tree, const u16 x[AIOS_FEATURES],
		   u16 path[AIOS_TREE_DEPTH + 1])
{
	const struct aios_tree_node *node;
	u32 nr = 0;
	u16 at = 0;

	if (!tree->nr)
		return 0;
	for (path[nr++] = at; nr <= AIOS_TREE_DEPTH; path[nr++] = at) {
		node = &tree->node[at];
		if (node->feature == AIOS_TREE_LEAF)
			break;
		at = x[node->feature] <= node->threshold ? node->left : node->right;
	}
	return nr;
}
