/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the process has allocated, found by its address or handle.
 */
#ifndef AIOS_CUDA_TABLE_H
#define AIOS_CUDA_TABLE_H

#include "cuda/job.h"

enum entry_kind {
	ENTRY_POINTER,		/* cuMemAlloc() and the like */
	ENTRY_ARRAY,
	ENTRY_MIPMAP,
	ENTRY_HANDLE,		/* cuMemCreate() */
	ENTRY_MAPPING,		/* cuMemMap(), by its address */
};

/* Memory that has no address: it is charged until nobody has it any more. */
struct physical {
	uint32_t device;
	uint64_t bytes;
	unsigned int refs;	/* handles and mappings, protected by the lock of virtual.c */
};

struct entry {
	struct entry *next;	/* protected by the table's lock, like the next two */
	enum entry_kind kind;
	uint64_t key;
	uint64_t bytes;		/* charged, or mapped; immutable, like the next three */
	uint32_t device;	/* id of the accelerator that it is charged on */
	CUcontext context;	/* it goes with this one, NULL: with none */
	struct physical *physical;	/* of a handle and a mapping */
};

void table_add(struct entry *entry, enum entry_kind kind, uint64_t key);
/* Take an entry out; NULL: there is none. The caller frees it. */
struct entry *table_take(enum entry_kind kind, uint64_t key);
/* Take out all entries of a context: a list, NULL: there is none. */
struct entry *table_take_of(CUcontext context);
/*
 * The memory of a handle, or of the mapping that covers an address; NULL: it is none of ours.
 * It stays: the program that passes a handle or an address has it.
 */
struct physical *table_handle(uint64_t handle);
struct physical *table_mapping(uint64_t address);
/* Take out any entry; NULL: there is none left. */
struct entry *table_take_any(void);

void table_fork_prepare(void);
void table_fork_parent(void);
void table_fork_child(void);

#endif /* AIOS_CUDA_TABLE_H */
