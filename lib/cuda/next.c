// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * How programs come by the driver's functions, and get the library's instead: by the
 * dynamic symbol, which the dynamic linker finds here first; by dlsym(); and by
 * cuGetProcAddress(), which the CUDA runtime asks for all others.
 *
 * The driver is never loaded from here: who calls it has loaded it.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#include "cuda/next.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define DRIVER		"libcuda.so.1"
#define NVML		"libnvidia-ml.so.1"

typedef void *(*dlsym_fn)(void *, const char *);

struct next {
	const char *symbol;	/* immutable, like all but the last */
	const char *name;	/* what cuGetProcAddress() calls it */
	int since;
	int streams;
	void *own;		/* the function of the library that stands before it */
	void *found;		/* atomic: the driver's; NULL until it is looked up */
};

static struct next table[NEXT_NR] = {
#define X(symbol_, name_, since_, streams_, result, arguments) \
	[NEXT_##symbol_] = { .symbol = #symbol_, .name = name_, .since = since_, \
			     .streams = streams_, .own = (void *)symbol_ },
	CUDA_CALLS(X)
#undef X
#define X(symbol_, result, arguments) [NEXT_##symbol_] = { .symbol = #symbol_ },
	CUDA_OTHER_CALLS(X)
#undef X
};

/* The C library's own, which this file stands before: by the versions that it has had. */
static dlsym_fn real_dlsym(void)
{
	static const char * const versions[] = {
		"GLIBC_2.34", "GLIBC_2.2.5", "GLIBC_2.17", "GLIBC_2.27", "GLIBC_2.0",
	};
	static void *found;	/* atomic */
	void *fn = __atomic_load_n(&found, __ATOMIC_RELAXED);

	for (size_t i = 0; !fn && i < ARRAY_SIZE(versions); i++)
		fn = dlvsym(RTLD_NEXT, "dlsym", versions[i]);
	__atomic_store_n(&found, fn, __ATOMIC_RELAXED);
	return (dlsym_fn)fn;
}

/* What the driver, or NVML, has by this name, as far as the program has loaded it. */
static void *library_symbol(const char *symbol)
{
	void *library = dlopen(strncmp(symbol, "nvml", 4) ? DRIVER : NVML,
			       RTLD_LAZY | RTLD_NOLOAD);
	void *fn = library ? real_dlsym()(library, symbol) : NULL;

	if (library)
		dlclose(library);
	return fn;
}

void *next_find(enum next_id id)
{
	struct next *n = &table[id];
	void *fn = __atomic_load_n(&n->found, __ATOMIC_RELAXED);

	if (!fn) {
		fn = library_symbol(n->symbol);
		__atomic_store_n(&n->found, fn, __ATOMIC_RELAXED);
	}
	return fn;
}

static struct next *find(const char *symbol)
{
	/* Most names that programs look up begin otherwise. */
	if (strncmp(symbol, "cu", 2) && strncmp(symbol, "nvml", 4))
		return NULL;
	for (int i = 0; i < NEXT_NR_CALLS; i++)
		if (!strcmp(table[i].symbol, symbol))
			return &table[i];
	return NULL;
}

void *next_replacement(const char *symbol, void *next)
{
	struct next *n = find(symbol);

	/* Looked up in everything that is loaded, it is found here first. */
	if (n && next == n->own)
		next = library_symbol(symbol);
	return n && next ? n->own : next;
}

void *next_versioned(const char *name, int version, uint64_t flags, void *next)
{
	int unwanted = flags & CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM ?
		       STREAM_LEGACY : STREAM_THREAD;
	struct next *best = NULL;
	void *none = NULL;

	for (int i = 0; i < NEXT_NR_CALLS; i++) {
		struct next *n = &table[i];

		if (strcmp(n->name, name) || n->since > version || n->streams == unwanted)
			continue;
		if (!best || n->since > best->since)
			best = n;
	}
	if (!best || !next)
		return next;
	/* A driver may have functions that only this way leads to. */
	if (!next_find((enum next_id)(best - table)))
		__atomic_compare_exchange_n(&best->found, &none, next, false,
					    __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	return best->own;
}

/*
 * Whom the caller is decides what RTLD_NEXT means, and the C library takes that from the
 * return address: so what is not ours is left by a jump, which optimising makes of the call.
 */
AIOS_CUDA_EXPORT __attribute__((optimize("O2"), noinline))
void *dlsym(void *restrict handle, const char *restrict symbol)
{
	if (!find(symbol))
		return real_dlsym()(handle, symbol);
	return next_replacement(symbol, real_dlsym()(handle, symbol));
}

/* ------------------------------------------------------------ cuGetProcAddress */

CUresult cuGetProcAddress(const char *symbol, void **fn, int version, uint64_t flags)
{
	CUresult result = next_call(cuGetProcAddress, symbol, fn, version, flags);

	if (!result && fn)
		*fn = next_versioned(symbol, version, flags, *fn);
	return result;
}

CUresult cuGetProcAddress_v2(const char *symbol, void **fn, int version, uint64_t flags,
			     int *status)
{
	CUresult result = next_call(cuGetProcAddress_v2, symbol, fn, version, flags, status);

	if (!result && fn)
		*fn = next_versioned(symbol, version, flags, *fn);
	return result;
}
