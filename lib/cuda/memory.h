/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the families of memory calls share: charging before the driver allocates, and the
 * record of it afterwards.
 */
#ifndef AIOS_CUDA_MEMORY_H
#define AIOS_CUDA_MEMORY_H

#include "cuda/next.h"
#include "cuda/table.h"

/*
 * Whether the thread is in a call of the driver that allocates, frees or launches: what the
 * driver then does by functions of its own is no second one.
 */
extern __thread int memory_depth __attribute__((tls_model("initial-exec"), visibility("hidden")));

#define memory_call(symbol, ...) __extension__({			\
	CUresult memory_result;						\
									\
	memory_depth++;							\
	memory_result = next_call(symbol, __VA_ARGS__);			\
	memory_depth--;							\
	memory_result;							\
})

/* Whether what this thread asks of the driver is to be charged. */
bool memory_governed(void);

/* The driver's device of the current context, or -1. */
CUdevice memory_current(void);

/* Charge; what pools hold and do not need any more is given back where that is needed. */
bool memory_charge(uint32_t id, uint64_t bytes);

/*
 * Before an allocation of @bytes on @device: charge them. @entry, NULL where nothing is to be
 * charged, then goes to memory_end() with the driver's result, and the address or handle.
 */
CUresult memory_begin(CUdevice device, uint64_t bytes, struct entry **entry);
CUresult memory_end(struct entry *entry, CUresult result, enum entry_kind kind, uint64_t key);

/* Before what was allocated is freed, and after that: it is charged no more, if it was freed. */
struct entry *memory_free_begin(enum entry_kind kind, uint64_t key);
CUresult memory_free_end(struct entry *entry, CUresult result);

/* Everything that the process has charged is charged no more. */
void memory_leave(void);

/* ------------------------------------------------------------------- pools */

/* Charge each pool what it holds now; whether one has given back. */
bool pools_refresh(void);
void pools_leave(void);
void pools_fork_prepare(void);
void pools_fork_parent(void);
void pools_fork_child(void);

/* ----------------------------------------------------------------- virtual */

/* Give back what a handle or a mapping has been the last to hold. */
void physical_put(struct physical *physical);
void physical_fork_prepare(void);
void physical_fork_parent(void);
void physical_fork_child(void);

#endif /* AIOS_CUDA_MEMORY_H */
