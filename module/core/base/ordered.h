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
 * struct aios_queue_key - position in an ordered set
 * @major: compared first
 * @minor: compared when @major is equal
 * @serial: compared last; makes keys distinct
 */
struct aios_queue_key {
	u64 major;
	u64 minor;
	u64 serial;
};

/**
 * struct aios_queue_node - member of a set; embed it in the object
 * @parent: private
 * @child: private; the lesser keys are below child[0]
 * @size: private; nodes in the subtree, 0: not in a set
 * @key: set before aios_queue_insert(), constant until the node is erased
 */
struct aios_queue_node {
	struct aios_queue_node *parent;
	struct aios_queue_node *child[2];
	u32 size;
	struct aios_queue_key key;
};

/**
 * struct aios_queue - the set
 * @root: private
 * @augment: recomputes what the object keeps about its subtree (of itself and
 *	of the objects of child[0] and child[1]); NULL: nothing
 *
 * All zero but for @augment is an empty set.
 */
struct aios_queue {
	struct aios_queue_node *root;
	void (*augment)(struct aios_queue_node *node);
};

/**
 * struct aios_queue_buckets - memory of aios_queue_resort()
 * @first: of each bucket
 * @last: likewise
 */
struct aios_queue_buckets {
	struct aios_queue_node *first[256];
	struct aios_queue_node *last[256];
};

/* Writes the key of @node; looks at no other field of it. */
typedef void aios_queue_rekey_fn(struct aios_queue_node *node, void *arg);

int aios_queue_key_compare(const struct aios_queue_key *a,
			   const struct aios_queue_key *b);
void aios_queue_insert(struct aios_queue *queue, struct aios_queue_node *node);
void aios_queue_erase(struct aios_queue *queue, struct aios_queue_node *node);
void aios_queue_resort(struct aios_queue *queue, aios_queue_rekey_fn *fn,
		       void *arg, struct aios_queue_buckets *buckets);
void aios_queue_refresh(struct aios_queue *queue, struct aios_queue_node *node);
struct aios_queue_node *aios_queue_first(const struct aios_queue *queue);
struct aios_queue_node *aios_queue_next(const struct aios_queue_node *node);
u32 aios_queue_rank(const struct aios_queue *queue,
		    const struct aios_queue_key *key);
struct aios_queue_node *aios_queue_find(const struct aios_queue *queue,
					const struct aios_queue_key *key);
struct aios_queue_node *
aios_queue_search(const struct aios_queue *queue,
		  const struct aios_queue_node *after,
		  bool (*may)(const struct aios_queue_node *node, bool whole,
			      void *arg),
		  void *arg);

/* Number of members. */
static inline u32 aios_queue_size(const struct aios_queue *queue)
{
	return queue->root ? queue->root->size : 0;
}

/* Whether @node, zeroed at first, is in a set. */
static inline bool aios_queue_linked(const struct aios_queue_node *node)
{
	return node->size;
}

#endif /* AIOS_CORE_BASE_ORDERED_H */
