// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the process has allocated: a hash table with one lock, which is held for a few loads
 * and stores and across no call.
 */
#include <pthread.h>

#include "cuda/table.h"

#define BUCKETS		4096	/* a power of two */

static struct entry *buckets[BUCKETS];	/* protected by @lock */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Addresses and handles differ in their middle; the factor is 2^64 by the golden ratio. */
static struct entry **bucket(enum entry_kind kind, uint64_t key)
{
	return &buckets[((key + kind) * 0x9e3779b97f4a7c15ULL >> 32) % BUCKETS];
}

void table_add(struct entry *entry, enum entry_kind kind, uint64_t key)
{
	struct entry **at = bucket(kind, key);

	entry->kind = kind;
	entry->key = key;
	pthread_mutex_lock(&lock);
	entry->next = *at;
	*at = entry;
	pthread_mutex_unlock(&lock);
}

/* Unlink the first entry of a bucket that is asked for. The caller holds the lock. */
static struct entry *unlink_entry(struct entry **at, enum entry_kind kind, uint64_t key)
{
	struct entry *found;

	while (*at && ((*at)->kind != kind || (*at)->key != key))
		at = &(*at)->next;
	found = *at;
	if (found)
		*at = found->next;
	return found;
}

struct entry *table_take(enum entry_kind kind, uint64_t key)
{
	struct entry *found;

	pthread_mutex_lock(&lock);
	found = unlink_entry(bucket(kind, key), kind, key);
	pthread_mutex_unlock(&lock);
	return found;
}

struct entry *table_take_of(CUcontext context)
{
	struct entry *list = NULL, **at, *e;

	pthread_mutex_lock(&lock);
	for (int i = 0; i < BUCKETS; i++) {
		at = &buckets[i];
		while ((e = *at)) {
			if (e->context != context) {
				at = &e->next;
				continue;
			}
			*at = e->next;
			e->next = list;
			list = e;
		}
	}
	pthread_mutex_unlock(&lock);
	return list;
}

struct entry *table_take_any(void)
{
	struct entry *found = NULL;

	pthread_mutex_lock(&lock);
	for (int i = 0; i < BUCKETS && !found; i++)
		if (buckets[i])
			found = unlink_entry(&buckets[i], buckets[i]->kind, buckets[i]->key);
	pthread_mutex_unlock(&lock);
	return found;
}

struct physical *table_handle(uint64_t handle)
{
	struct entry *e;

	pthread_mutex_lock(&lock);
	e = *bucket(ENTRY_HANDLE, handle);
	while (e && (e->kind != ENTRY_HANDLE || e->key != handle))
		e = e->next;
	pthread_mutex_unlock(&lock);
	return e ? e->physical : NULL;
}

struct physical *table_mapping(uint64_t address)
{
	struct physical *found = NULL;

	pthread_mutex_lock(&lock);
	for (int i = 0; i < BUCKETS && !found; i++)
		for (struct entry *e = buckets[i]; e && !found; e = e->next)
			if (e->kind == ENTRY_MAPPING && address - e->key < e->bytes)
				found = e->physical;
	pthread_mutex_unlock(&lock);
	return found;
}

void table_fork_prepare(void)
{
	pthread_mutex_lock(&lock);
}

void table_fork_parent(void)
{
	pthread_mutex_unlock(&lock);
}

/* What the parent has allocated is the parent's. Its entries are not freed: nobody may. */
void table_fork_child(void)
{
	pthread_mutex_init(&lock, NULL);
	for (int i = 0; i < BUCKETS; i++)
		buckets[i] = NULL;
}
