// SPDX-License-Identifier: GPL-2.0
/*
 * All keys of an ordered set at once: in linear time, without memory but the
 * buckets of the caller, and without recursion. Keys that move with time mostly move
 * together, so that few members change places: those are moved one by one. Else the
 * tree is unrolled into a list (Stout and Warren, CACM 29(9), 1986), the list is sorted
 * byte by byte from the least significant one (an LSD radix sort, which is stable), and
 * rolled up into a complete tree, whose balance the set accepts as its own.
 */
#include "core/base/ordered.h"

#define DIGITS	24U	/* bytes of a key, the serial first */
#define FEW	32U	/* one in so many is moved by itself, which costs less */

/* A list of nodes, linked by child[1]. */
struct chain {
	struct aios_ordered_node *first;
	struct aios_ordered_node **end;
};

static u64 *word_of(struct aios_ordered_key *key, u32 digit)
{
	return digit < 8 ? &key->serial : digit < 16 ? &key->minor : &key->major;
}

/* Rotate to the right until no node has a left child. */
static void unroll(struct aios_ordered_node *root, struct aios_ordered_node **link)
{
	struct aios_ordered_node *node = root;

	while (node) {
		struct aios_ordered_node *left = node->child[0];

		if (left) {
			node->child[0] = left->child[1];
			left->child[1] = node;
			node = left;
			continue;
		}
		*link = node;
		link = &node->child[1];
		node = node->child[1];
	}
}

/* Members that stand where they no longer belong, as many as are moved one by one. */
struct strays {
	struct aios_ordered_node **node;
	u32 room;
	u32 nr;
};

static void add_stray(struct strays *strays, struct aios_ordered_node *node)
{
	if (strays->nr < strays->room)
		strays->node[strays->nr] = node;
	strays->nr++;
}

/*
 * Take new keys, in the present order; @differ gets the bits that are not equal.
 * @strays gets the members without which the others are in order, or their number
 * alone where they are too many. Of two neighbours that are out of order the first has
 * strayed if the second stands right behind the one before both, else the second.
 */
static void take_keys(const struct aios_ordered *set, aios_ordered_rekey_fn *fn, void *arg,
		      struct aios_ordered_key *differ, struct strays *strays)
{
	struct aios_ordered_node *first = aios_ordered_first(set);
	struct aios_ordered_node *node, *last = NULL, *before = NULL;

	memset(differ, 0, sizeof(*differ));
	for (node = first; node; node = aios_ordered_next(node)) {
		fn(node, arg);
		differ->major |= node->key.major ^ first->key.major;
		differ->minor |= node->key.minor ^ first->key.minor;
		differ->serial |= node->key.serial ^ first->key.serial;
		if (!last || aios_ordered_key_compare(&last->key, &node->key) < 0) {
			before = last;
			last = node;
		} else if (!before ||
			   aios_ordered_key_compare(&before->key, &node->key) < 0) {
			add_stray(strays, last);
			last = node;
		} else {
			add_stray(strays, node);
		}
	}
}

/* Move the strays to where they belong. */
static void move_strays(struct aios_ordered *set, const struct strays *strays)
{
	u32 i;

	for (i = 0; i < strays->nr; i++)
		aios_ordered_erase(set, strays->node[i]);
	for (i = 0; i < strays->nr; i++)
		aios_ordered_insert(set, strays->node[i]);
}

/* Make one pass of the radix sort, by one byte of the key. */
static struct aios_ordered_node *sort_digit(struct aios_ordered_node *first, u32 digit,
					    struct aios_ordered_buckets *buckets)
{
	struct chain sorted = { .end = &sorted.first };
	struct aios_ordered_node *node, *next;
	u32 shift = digit % 8 * 8;
	u32 i;

	memset(buckets, 0, sizeof(*buckets));
	for (node = first; node; node = next) {
		u8 byte = (u8)(*word_of(&node->key, digit) >> shift);

		next = node->child[1];
		node->child[1] = NULL;
		if (buckets->last[byte])
			buckets->last[byte]->child[1] = node;
		else
			buckets->first[byte] = node;
		buckets->last[byte] = node;
	}
	for (i = 0; i < ARRAY_SIZE(buckets->first); i++) {
		if (!buckets->first[i])
			continue;
		*sorted.end = buckets->first[i];
		sorted.end = &buckets->last[i]->child[1];
	}
	return sorted.first;
}

/* Rotate @count times to the left down the right spine from @root. */
static struct aios_ordered_node *compress(struct aios_ordered_node *root, u32 count)
{
	struct aios_ordered_node **link = &root;
	u32 i;

	for (i = 0; i < count; i++) {
		struct aios_ordered_node *node = *link, *riser = node->child[1];

		node->child[1] = riser->child[0];
		riser->child[0] = node;
		*link = riser;
		link = &riser->child[1];
	}
	return root;
}

static struct aios_ordered_node *roll(struct aios_ordered_node *first, u32 size)
{
	u32 full = 1, i;

	if (!size)
		return NULL;
	/*
	 * Return the size of the largest complete tree below @size; the rest is the
	 * lowest level.
	 */
	for (i = 0; i < 31 && full <= (size - 1) / 2; i++)
		full = 2 * full + 1;
	if (full < size)
		first = compress(first, size - full);
	else
		full = size;
	for (i = 0; i < 31 && full > 1; i++) {
		full /= 2;
		first = compress(first, full);
	}
	return first;
}

/* Set parents, sizes and augmentation, from the leaves up. */
static void finish_tree(struct aios_ordered *set, struct aios_ordered_node *root)
{
	struct aios_ordered_node *node = root, *from = NULL;

	if (root)
		root->parent = NULL;
	while (node) {
		struct aios_ordered_node *down = NULL;
		u32 i;

		/* Go on below what was not visited, else up. */
		if (from == node->parent)
			down = node->child[0] ? node->child[0] : node->child[1];
		else if (from == node->child[0])
			down = node->child[1];
		if (down) {
			down->parent = node;
			from = node;
			node = down;
			continue;
		}
		node->size = 1;
		for (i = 0; i < 2; i++)
			if (node->child[i])
				node->size += node->child[i]->size;
		if (set->augment)
			set->augment(node);
		from = node;
		node = node->parent;
	}
	set->root = root;
}

/**
 * aios_ordered_resort() - give every member a new key
 * @set: set
 * @fn: writes the key of a member; the new keys are distinct
 * @arg: passed to @fn
 * @buckets: memory, any content
 *
 * O(n) for n members, whatever the keys are: one pass when few of them have moved, and
 * O(log n) for each of these; else one more for each byte in which keys differ. What
 * an object keeps of its subtree must not depend on the key.
 */
void aios_ordered_resort(struct aios_ordered *set, aios_ordered_rekey_fn *fn,
			 void *arg, struct aios_ordered_buckets *buckets)
{
	u32 size = aios_ordered_size(set);
	struct strays strays = {
		.node = buckets->first,
		.room = min_t(u32, ARRAY_SIZE(buckets->first), size / FEW),
	};
	struct aios_ordered_node *first = NULL;
	struct aios_ordered_key differ;
	u32 digit;

	if (!size)
		return;
	take_keys(set, fn, arg, &differ, &strays);
	if (strays.nr <= strays.room) {
		move_strays(set, &strays);
		return;
	}
	unroll(set->root, &first);
	for (digit = 0; digit < DIGITS; digit++)
		if (*word_of(&differ, digit) >> digit % 8 * 8 & 0xff)
			first = sort_digit(first, digit, buckets);
	finish_tree(set, roll(first, size));
}
