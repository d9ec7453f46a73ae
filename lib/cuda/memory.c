// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Memory that a call allocates and another frees: what it takes is charged to the job first,
 * and what the job is not granted is answered as the driver answers that it has no more.
 */
#include <stdlib.h>

#include "cuda/memory.h"

/* The driver lays the rows of cuMemAllocPitch() out so, until it has told. */
#define PITCH		512ULL

__thread int memory_depth;

bool memory_governed(void)
{
	return !memory_depth && job_has_memory();
}

CUdevice memory_current(void)
{
	CUdevice device;

	return next_call(cuCtxGetDevice, &device) ? -1 : device;
}

bool memory_charge(uint32_t id, uint64_t bytes)
{
	return job_charge(id, bytes) || (pools_refresh() && job_charge(id, bytes));
}

CUresult memory_begin(CUdevice device, uint64_t bytes, struct entry **entry)
{
	struct entry *e;
	uint32_t id;

	*entry = NULL;
	/* The driver itself says what is wrong with a call without a context. */
	if (device < 0 || !memory_governed())
		return CUDA_SUCCESS;
	id = job_device(device);
	if (id == NO_DEVICE)
		return CUDA_ERROR_OUT_OF_MEMORY;
	e = calloc(1, sizeof(*e));
	if (!e)
		return CUDA_ERROR_OUT_OF_MEMORY;
	if (!memory_charge(id, bytes)) {
		free(e);
		return CUDA_ERROR_OUT_OF_MEMORY;
	}
	e->device = id;
	e->bytes = bytes;
	*entry = e;
	return CUDA_SUCCESS;
}

CUresult memory_end(struct entry *entry, CUresult result, enum entry_kind kind, uint64_t key)
{
	if (!entry)
		return result;
	if (!result) {
		table_add(entry, kind, key);
		return result;
	}
	job_uncharge(entry->device, entry->bytes);
	free(entry);
	return result;
}

struct entry *memory_free_begin(enum entry_kind kind, uint64_t key)
{
	return memory_depth ? NULL : table_take(kind, key);
}

CUresult memory_free_end(struct entry *entry, CUresult result)
{
	if (!entry)
		return result;
	if (result) {
		table_add(entry, entry->kind, entry->key);
		return result;
	}
	job_uncharge(entry->device, entry->bytes);
	free(entry);
	return result;
}

void memory_leave(void)
{
	struct entry *e;

	while ((e = table_take_any())) {
		if (e->physical)
			physical_put(e->physical);
		else
			job_uncharge(e->device, e->bytes);
		free(e);
	}
	pools_leave();
}

/* What is allocated in a context goes with it. */
static CUresult begin_in_context(uint64_t bytes, struct entry **entry)
{
	CUresult result = memory_begin(memory_current(), bytes, entry);

	if (*entry)
		next_call(cuCtxGetCurrent, &(*entry)->context);
	return result;
}

/* What does not fit into the number is more than there is. */
static uint64_t product(uint64_t a, uint64_t b)
{
	uint64_t c;

	return __builtin_mul_overflow(a, b, &c) ? UINT64_MAX : c;
}

static uint64_t sum(uint64_t a, uint64_t b)
{
	uint64_t c;

	return __builtin_add_overflow(a, b, &c) ? UINT64_MAX : c;
}

/* ---------------------------------------------------------------- pointers */

CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t bytes)
{
	struct entry *entry;
	CUresult result = begin_in_context(bytes, &entry);

	if (result)
		return result;
	result = memory_call(cuMemAlloc_v2, address, bytes);
	return memory_end(entry, result, ENTRY_POINTER, result ? 0 : *address);
}

CUresult cuMemAllocManaged(CUdeviceptr *address, size_t bytes, unsigned int flags)
{
	struct entry *entry;
	CUresult result = begin_in_context(bytes, &entry);

	if (result)
		return result;
	result = memory_call(cuMemAllocManaged, address, bytes, flags);
	return memory_end(entry, result, ENTRY_POINTER, result ? 0 : *address);
}

/* How many bytes it is the driver says afterwards: the difference is charged, or given back. */
static CUresult settle(struct entry *entry, CUdeviceptr address, uint64_t bytes)
{
	uint64_t more = bytes > entry->bytes ? bytes - entry->bytes : 0;

	if (more && !memory_charge(entry->device, more)) {
		memory_call(cuMemFree_v2, address);
		return CUDA_ERROR_OUT_OF_MEMORY;
	}
	if (!more)
		job_uncharge(entry->device, entry->bytes - bytes);
	entry->bytes = bytes;
	return CUDA_SUCCESS;
}

CUresult cuMemAllocPitch_v2(CUdeviceptr *address, size_t *pitch, size_t width, size_t height,
			    unsigned int element)
{
	uint64_t row = product(width / PITCH + (width % PITCH != 0), PITCH);
	struct entry *entry;
	CUresult result = begin_in_context(product(row, height), &entry);

	if (result)
		return result;
	result = memory_call(cuMemAllocPitch_v2, address, pitch, width, height, element);
	if (!result && entry)
		result = settle(entry, *address, (uint64_t)*pitch * height);
	return memory_end(entry, result, ENTRY_POINTER, result ? 0 : *address);
}

CUresult cuMemFree_v2(CUdeviceptr address)
{
	struct entry *entry = memory_free_begin(ENTRY_POINTER, address);

	return memory_free_end(entry, memory_call(cuMemFree_v2, address));
}

/* ------------------------------------------------------------------ arrays */

/* Bits of one element, by the number of its format; those of blocks have all channels. */
static uint64_t element_bits(int format, unsigned int channels)
{
	switch (format) {
	case 0x01: /* unsigned 8 */
	case 0x08: /* signed 8 */
		return 8ULL * channels;
	case 0x02: /* unsigned 16 */
	case 0x09: /* signed 16 */
	case 0x10: /* half */
		return 16ULL * channels;
	case 0xb0: /* NV12 */
		return 12;
	case 0x91: /* BC1 */
	case 0x92:
	case 0x97: /* BC4 */
	case 0x98:
		return 4;
	case 0x93: /* BC2, BC3, BC5 to BC7 */
	case 0x94:
	case 0x95:
	case 0x96:
	case 0x99 ... 0x9e:
		return 8;
	case 0xc0 ... 0xc2: /* normalised, 8 bits, of 1, 2 and 4 channels */
	case 0xc6 ... 0xc8:
		return 8ULL << (format - 0xc0) % 3;
	case 0xc3 ... 0xc5: /* normalised, 16 bits */
	case 0xc9 ... 0xcb:
		return 16ULL << (format - 0xc0) % 3;
	default: /* 32 bits, and whatever is not known */
		return 32ULL * channels;
	}
}

static uint64_t array_bytes(const struct cu_array3d_descriptor *d)
{
	uint64_t bits = product(product(d->width, d->height ?: 1),
				product(d->depth ?: 1, element_bits(d->format, d->channels)));

	return bits / 8 + (bits % 8 != 0);
}

CUresult cuArrayCreate_v2(CUarray *array, const struct cu_array_descriptor *d)
{
	struct cu_array3d_descriptor flat;
	struct entry *entry = NULL;
	CUresult result = CUDA_SUCCESS;

	if (d) {
		flat = (struct cu_array3d_descriptor){
			.width = d->width, .height = d->height,
			.format = d->format, .channels = d->channels,
		};
		result = begin_in_context(array_bytes(&flat), &entry);
	}
	if (result)
		return result;
	result = memory_call(cuArrayCreate_v2, array, d);
	return memory_end(entry, result, ENTRY_ARRAY, result ? 0 : (uintptr_t)*array);
}

CUresult cuArray3DCreate_v2(CUarray *array, const struct cu_array3d_descriptor *d)
{
	struct entry *entry = NULL;
	CUresult result = d ? begin_in_context(array_bytes(d), &entry) : CUDA_SUCCESS;

	if (result)
		return result;
	result = memory_call(cuArray3DCreate_v2, array, d);
	return memory_end(entry, result, ENTRY_ARRAY, result ? 0 : (uintptr_t)*array);
}

CUresult cuArrayDestroy(CUarray array)
{
	struct entry *entry = memory_free_begin(ENTRY_ARRAY, (uintptr_t)array);

	return memory_free_end(entry, memory_call(cuArrayDestroy, array));
}

CUresult cuMipmappedArrayCreate(CUmipmappedArray *array, const struct cu_array3d_descriptor *d,
				unsigned int levels)
{
	struct cu_array3d_descriptor level;
	struct entry *entry = NULL;
	CUresult result = CUDA_SUCCESS;
	uint64_t bytes = 0;

	if (d) {
		level = *d;
		for (unsigned int i = 0; i < levels && i < 32; i++) {
			bytes = sum(bytes, array_bytes(&level));
			level.width = level.width / 2 ?: 1;
			level.height /= 2;
			level.depth /= 2;
		}
		result = begin_in_context(bytes, &entry);
	}
	if (result)
		return result;
	result = memory_call(cuMipmappedArrayCreate, array, d, levels);
	return memory_end(entry, result, ENTRY_MIPMAP, result ? 0 : (uintptr_t)*array);
}

CUresult cuMipmappedArrayDestroy(CUmipmappedArray array)
{
	struct entry *entry = memory_free_begin(ENTRY_MIPMAP, (uintptr_t)array);

	return memory_free_end(entry, memory_call(cuMipmappedArrayDestroy, array));
}
