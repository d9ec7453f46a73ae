/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The functions of the driver and of NVML, by number: where the library finds the one that
 * it stands before, and which of its own stands before one that a program looks up.
 */
#ifndef AIOS_CUDA_NEXT_H
#define AIOS_CUDA_NEXT_H

#include <stdbool.h>

#include "cuda/driver.h"

#define AIOS_CUDA_EXPORT	__attribute__((visibility("default")))

enum next_id {
#define X(symbol, name, since, streams, result, arguments) NEXT_##symbol,
	CUDA_CALLS(X)
#undef X
	NEXT_NR_CALLS,
	NEXT_BEFORE_OTHERS = NEXT_NR_CALLS - 1,
#define X(symbol, result, arguments) NEXT_##symbol,
	CUDA_OTHER_CALLS(X)
#undef X
	NEXT_NR
};

#define X(symbol, name, since, streams, result, arguments) \
	typedef result (*next_##symbol##_fn) arguments;
CUDA_CALLS(X)
#undef X
#define X(symbol, result, arguments) typedef result (*next_##symbol##_fn) arguments;
CUDA_OTHER_CALLS(X)
#undef X

#define X(symbol, name, since, streams, result, arguments) \
	AIOS_CUDA_EXPORT result symbol arguments;
CUDA_CALLS(X)
#undef X

/* The driver's or NVML's function, NULL: it has none. */
void *next_find(enum next_id id);

/* Call the driver's function; one that is not there fails. */
#define next_call(symbol, ...) __extension__({				\
	next_##symbol##_fn next_fn = (next_##symbol##_fn)next_find(NEXT_##symbol); \
									\
	next_fn ? next_fn(__VA_ARGS__) : CUDA_ERROR_NOT_FOUND;		\
})

/*
 * A function of the library called this, which a program that looks for @name gets, or NULL;
 * @next is what it would get otherwise.
 */
void *next_replacement(const char *symbol, void *next);
void *next_versioned(const char *name, int version, uint64_t flags, void *next);

#endif /* AIOS_CUDA_NEXT_H */
