/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An intrusive ordered set: a weight-balanced binary tree whose nodes lie in
 * the caller's objects and carry their own key. It keeps the queue of jobs, the
 * running jobs by their expected end and the accelerators by their id, knows
 * the rank of any node, and can skip whole subtrees in a search.
 */
#ifndef AIOS_CORE_BASE_ORDERED_H
#define AIOS_CORE_BASE_ORDERED_H

#include "core/base/types.h"

/**
 * struct aios_ordered_key - position in an ordered set
 * @major: compared first
 * @minor: compared when @major is equal
 * @serial: compared last; makes keys distinct
 */
struct aios_ordered_key {
	u64 major;
	u64 minor;
	u64 serial;
};

/**
 * struct aios_ordered_node - member of a set; embed it in the object
 * @parent: private
 * @child: private; the lesser keys are below child[0]
 * @size: private; nodes in the subtree, 0: not in a set
 * @key: set before aios_ordered_insert(), constant until the node is erased
 */
struct aios_ordered_node {
	struct aios_ordered_node *parent;
	struct aios_ordered_node *child[2];
	u32 size;
	struct aios_ordered_key key;
};

/**
 * struct aios_ordered - the set
 * @root: private
 * @augment: recomputes what the object keeps about its subtree (of itself and
 *	of the objects of child[0] and child[1]); NULL: nothing
 *
 * All zero but for @augment is an empty set.
 */
struct aios_ordered {
	struct aios_ordered_node *root;
	void (*augment)(struct aios_ordered_node *node);
};

/**
 * struct aios_ordered_buckets - memory of aios_ordered_resort()
 * @first: of each bucket
 * @last: likewise
 */
struct aios_ordered_buckets {
	struct aios_ordered_node *first[256];
	struct aios_ordered_node *last[256];
};

/* A function that writes the key of @node and looks at no other field of it. */
typedef void aios_ordered_rekey_fn(struct aios_ordered_node *node, void *arg);

int aios_ordered_key_compare(const struct aios_ordered_key *a,
			     const struct aios_ordered_key *b);
void aios_ordered_insert(struct aios_ordered *set, struct aios_ordered_node *node);
void aios_ordered_erase(struct aios_ordered *set, struct aios_ordered_node *node);
void aios_ordered_resort(struct aios_ordered *set, aios_ordered_rekey_fn *fn,
			 void *arg, struct aios_ordered_buckets *buckets);
void aios_ordered_refresh(struct aios_ordered *set, struct aios_ordered_node *node);
struct aios_ordered_node *aios_ordered_first(const struct aios_ordered *set);
struct aios_ordered_node *aios_ordered_next(const struct aios_ordered_node *node);
u32 aios_ordered_rank(const struct aios_ordered *set,
		      const struct aios_ordered_key *key);
struct aios_ordered_node *aios_ordered_find(const struct aios_ordered *set,
					    const struct aios_ordered_key *key);
struct aios_ordered_node *
aios_ordered_search(const struct aios_ordered *set,
		    const struct aios_ordered_node *after,
		    bool (*may)(const struct aios_ordered_node *node, bool whole,
				void *arg),
		    void *arg);

/* Return the number of members. */
static inline u32 aios_ordered_size(const struct aios_ordered *set)
{
	return set->root ? set->root->size : 0;
}

/* Say whether @node, zeroed at first, is in a set. */
static inline bool aios_ordered_linked(const struct aios_ordered_node *node)
{
	return node->size;
}

#endif /* AIOS_CORE_BASE_ORDERED_H */
