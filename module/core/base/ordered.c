// SPDX-License-Identifier: GPL-2.0
/*
 * The ordered set of ordered.h: a weight-balanced tree (Nievergelt and Reingold,
 * SIAM J. Comput. 2(1), 1973) with the parameters (3, 2) that Hirai and Yamamoto
 * proved sound (J. Funct. Program. 21(3), 2011). Its size fields serve both the
 * balance and the ranks. Depth is at most 2.41 log2(n + 1), so every loop below
 * but that of a search is bounded by 80 steps.
 */
#include "core/base/ordered.h"

#define DELTA	3
#define GAMMA	2

static u64 weight(const struct aios_ordered_node *node)
{
	return node ? (u64)node->size + 1 : 1;
}

static int side(const struct aios_ordered_node *node)
{
	return node->parent->child[1] == node;
}

/**
 * aios_ordered_key_compare() - order of two keys
 * @a: key
 * @b: key
 *
 * Return: below, equal to or above 0.
 */
int aios_ordered_key_compare(const struct aios_ordered_key *a,
			     const struct aios_ordered_key *b)
{
	if (a->major != b->major)
		return a->major < b->major ? -1 : 1;
	if (a->minor != b->minor)
		return a->minor < b->minor ? -1 : 1;
	if (a->serial != b->serial)
		return a->serial < b->serial ? -1 : 1;
	return 0;
}

static void update(struct aios_ordered *set, struct aios_ordered_node *node)
{
	node->size = (u32)(weight(node->child[0]) + weight(node->child[1]) - 1);
	if (set->augment)
		set->augment(node);
}

/* Put @to where @from hangs below its parent. */
static void replace(struct aios_ordered *set, struct aios_ordered_node *from,
		    struct aios_ordered_node *to)
{
	if (from->parent)
		from->parent->child[side(from)] = to;
	else
		set->root = to;
	if (to)
		to->parent = from->parent;
}

/* The child on the other side of @dir rises to the place of @node. */
static struct aios_ordered_node *rotate(struct aios_ordered *set,
					struct aios_ordered_node *node, int dir)
{
	struct aios_ordered_node *riser = node->child[!dir];

	replace(set, node, riser);
	node->child[!dir] = riser->child[dir];
	if (node->child[!dir])
		node->child[!dir]->parent = node;
	riser->child[dir] = node;
	node->parent = riser;
	update(set, node);
	update(set, riser);
	return riser;
}

static struct aios_ordered_node *balance(struct aios_ordered *set,
					 struct aios_ordered_node *node)
{
	int heavy;

	for (heavy = 0; heavy < 2; heavy++) {
		struct aios_ordered_node *child = node->child[heavy];

		if (weight(child) <= DELTA * weight(node->child[!heavy]))
			continue;
		if (weight(child->child[!heavy]) >=
		    GAMMA * weight(child->child[heavy]))
			rotate(set, child, heavy);
		return rotate(set, node, !heavy);
	}
	return node;
}

/* Bring sizes, augmentation and balance up to date from @node to the root. */
static void repair(struct aios_ordered *set, struct aios_ordered_node *node)
{
	while (node) {
		update(set, node);
		node = balance(set, node)->parent;
	}
}

/**
 * aios_ordered_insert() - add a member
 * @set: set
 * @node: not in a set, with a key that no member has
 */
void aios_ordered_insert(struct aios_ordered *set, struct aios_ordered_node *node)
{
	struct aios_ordered_node **link = &set->root;
	struct aios_ordered_node *parent = NULL;

	while (*link) {
		parent = *link;
		link = &parent->child[aios_ordered_key_compare(&node->key,
							       &parent->key) > 0];
	}
	node->parent = parent;
	node->child[0] = NULL;
	node->child[1] = NULL;
	*link = node;
	repair(set, node);
}

/**
 * aios_ordered_erase() - remove a member
 * @set: set
 * @node: in the set
 */
void aios_ordered_erase(struct aios_ordered *set, struct aios_ordered_node *node)
{
	struct aios_ordered_node *start;

	if (node->child[0] && node->child[1]) {
		struct aios_ordered_node *heir = node->child[1];

		while (heir->child[0])
			heir = heir->child[0];
		start = heir;
		if (heir != node->child[1]) {
			start = heir->parent;
			replace(set, heir, heir->child[1]);
			heir->child[1] = node->child[1];
			heir->child[1]->parent = heir;
		}
		heir->child[0] = node->child[0];
		heir->child[0]->parent = heir;
		replace(set, node, heir);
	} else {
		start = node->parent;
		replace(set, node, node->child[!node->child[0]]);
	}
	node->parent = NULL;
	node->child[0] = NULL;
	node->child[1] = NULL;
	node->size = 0;
	repair(set, start);
}

/**
 * aios_ordered_refresh() - what a member contributes to the augmentation changed
 * @set: set
 * @node: in the set
 */
void aios_ordered_refresh(struct aios_ordered *set, struct aios_ordered_node *node)
{
	for (; node; node = node->parent)
		update(set, node);
}

/**
 * aios_ordered_first() - the member with the least key
 * @set: set
 *
 * Return: the member, NULL when the set is empty.
 */
struct aios_ordered_node *aios_ordered_first(const struct aios_ordered *set)
{
	struct aios_ordered_node *node = set->root;

	while (node && node->child[0])
		node = node->child[0];
	return node;
}

static struct aios_ordered_node *climb(const struct aios_ordered_node *node)
{
	while (node->parent && side(node))
		node = node->parent;
	return node->parent;
}

/**
 * aios_ordered_next() - the member after another
 * @node: in a set
 *
 * Return: the member, NULL after the last.
 */
struct aios_ordered_node *aios_ordered_next(const struct aios_ordered_node *node)
{
	struct aios_ordered_node *next = node->child[1];

	if (!next)
		return climb(node);
	while (next->child[0])
		next = next->child[0];
	return next;
}

/**
 * aios_ordered_rank() - how many members have a lesser key
 * @set: set
 * @key: key, of a member or not
 *
 * Return: the number.
 */
u32 aios_ordered_rank(const struct aios_ordered *set,
		      const struct aios_ordered_key *key)
{
	const struct aios_ordered_node *node = set->root;
	u32 rank = 0;

	while (node) {
		if (aios_ordered_key_compare(key, &node->key) > 0) {
			rank += (u32)weight(node->child[0]);
			node = node->child[1];
		} else {
			node = node->child[0];
		}
	}
	return rank;
}

/**
 * aios_ordered_find() - the first member at or after a key
 * @set: set
 * @key: key, of a member or not
 *
 * Return: the member, NULL when all are before it.
 */
struct aios_ordered_node *aios_ordered_find(const struct aios_ordered *set,
					    const struct aios_ordered_key *key)
{
	struct aios_ordered_node *node = set->root;
	struct aios_ordered_node *best = NULL;

	while (node) {
		if (aios_ordered_key_compare(key, &node->key) > 0) {
			node = node->child[1];
		} else {
			best = node;
			node = node->child[0];
		}
	}
	return best;
}

/**
 * aios_ordered_search() - the next member that may be what the caller looks for
 * @set: set
 * @after: members up to this one are left out
 * @may: whether @node alone or, with @whole, anything in its subtree may be
 *	what is looked for; what it says of a subtree is true of its members
 * @arg: passed to @may
 *
 * Visits members that pass and, for each, at most one path of the tree; a
 * subtree that does not pass costs one call.
 *
 * Return: the member, NULL when there is none.
 */
struct aios_ordered_node *
aios_ordered_search(const struct aios_ordered *set,
		    const struct aios_ordered_node *after,
		    bool (*may)(const struct aios_ordered_node *node, bool whole,
				void *arg),
		    void *arg)
{
	struct aios_ordered_node *node = (struct aios_ordered_node *)after;
	struct aios_ordered_node *down = node ? node->child[1] : set->root;

	for (;;) {
		if (down && may(down, true, arg)) {
			node = down;
			while (node->child[0] && may(node->child[0], true, arg))
				node = node->child[0];
		} else {
			node = node ? climb(node) : NULL;
		}
		if (!node || may(node, false, arg))
			return node;
		down = node->child[1];
	}
}
