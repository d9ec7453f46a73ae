/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A regression tree: see tree.c. It is grown in steps, between which the caller may do
 * something else or stop for good:
 *
 *	aios_tree_begin();
 *	while (aios_tree_step())
 *		;
 *
 * Pure: no lock, no allocation, no clock, no floating point.
 */
#ifndef AIOS_CORE_PREDICT_TREE_H
#define AIOS_CORE_PREDICT_TREE_H

#include "core/predict/lesson.h"

#define AIOS_TREE_NODES		511U
#define AIOS_TREE_LEAVES	((AIOS_TREE_NODES + 1) / 2)
#define AIOS_TREE_DEPTH		16U
#define AIOS_TREE_LEAST		8U	/* lessons in a leaf */
#define AIOS_TREE_USERS		3U	/* whose lessons an answer is of, once it is shared */

#define AIOS_TREE_LEAF		U16_MAX

/**
 * struct aios_tree_node - a question, or an answer
 * @feature: that is asked for, or AIOS_TREE_LEAF
 * @threshold: values up to this go on to the left; of a leaf the answer
 * @left: node, always after this one; of a leaf what 10 % do not exceed
 * @right: likewise; of a leaf what 95 % do not exceed
 */
struct aios_tree_node {
	u16 feature;
	u16 threshold;
	u16 left;
	u16 right;
};

/**
 * struct aios_tree - a tree; zeroed: one that knows nothing
 * @nr: nodes, of which the first is the root
 * @node: the nodes
 */
struct aios_tree {
	u32 nr;
	struct aios_tree_node node[AIOS_TREE_NODES];
};

/**
 * struct aios_tree_leaf - a leaf that may be split
 * @begin: its first lesson in every order
 * @end: behind its last
 * @node: its number
 * @depth: of it
 * @feature: by which it is best split, AIOS_TREE_LEAF: by none
 * @threshold: at which
 * @nr_left: lessons up to that
 * @gain: what the split takes from the squares of errors, with @parts its denominator
 * @parts: likewise
 */
struct aios_tree_leaf {
	u32 begin;
	u32 end;
	u16 node;
	u16 depth;
	u16 feature;
	u16 threshold;
	u32 nr_left;
	u64 gain;
	u64 parts;
};

/**
 * struct aios_tree_growth - a tree that grows; the members are private
 * @tree: that grows
 * @lesson: what it grows on
 * @nr: lessons
 * @nr_grow: the first so many split, those after them prune
 * @order: lessons in the order of each feature, the last in that of what they ran
 * @spare: room for one such order
 * @goes_left: of each lesson, where the split takes it
 * @sorted: orders that are there
 * @nr_leaves: of @leaf
 * @leaf: leaves
 * @value: answer of each node
 * @low: what 10 % of each node do not exceed
 * @most: what 95 % do not
 * @error: of those that prune, at each node
 * @above: the node above each, once the tree is shared
 * @user: two different users whose lessons came by each node
 * @nr_users: different users whose lessons did, as far as AIOS_TREE_USERS
 */
struct aios_tree_growth {
	struct aios_tree *tree;
	const struct aios_lesson *lesson;
	u32 nr;
	u32 nr_grow;
	u16 *order[AIOS_FEATURES + 1];
	u16 *spare;
	u8 *goes_left;
	u32 sorted;
	u32 nr_leaves;
	struct aios_tree_leaf leaf[AIOS_TREE_LEAVES];
	u16 value[AIOS_TREE_NODES];
	u16 low[AIOS_TREE_NODES];
	u16 most[AIOS_TREE_NODES];
	u32 error[AIOS_TREE_NODES];
	u16 above[AIOS_TREE_NODES];
	u32 user[AIOS_TREE_NODES][AIOS_TREE_USERS - 1];
	u8 nr_users[AIOS_TREE_NODES];
};

/* Return how much memory aios_tree_begin() takes for @nr lessons. */
static inline size_t aios_tree_memory(u32 nr)
{
	return nr * ((AIOS_FEATURES + 2) * sizeof(u16) + sizeof(u8));
}

int aios_tree_begin(struct aios_tree_growth *growth, struct aios_tree *tree,
		    const struct aios_lesson *lesson, u32 nr, u32 nr_prune, void *memory);
bool aios_tree_step(struct aios_tree_growth *growth);
void aios_tree_share(struct aios_tree_growth *growth, const u32 *user);
const struct aios_tree_node *aios_tree_ask(const struct aios_tree *tree,
					   const u16 x[AIOS_FEATURES]);
u32 aios_tree_path(const struct aios_tree *tree, const u16 x[AIOS_FEATURES],
		   u16 path[AIOS_TREE_DEPTH + 1]);

#endif /* AIOS_CORE_PREDICT_TREE_H */
