/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The few names that let one source of the pure core compile inside the kernel
 * and in user space: fixed-width types, limits, error codes, memory functions
 * and the usual small macros. Nothing here allocates, locks or reads a clock.
 */
#ifndef AIOS_CORE_BASE_TYPES_H
#define AIOS_CORE_BASE_TYPES_H

#ifdef __KERNEL__

#include <linux/align.h>
#include <linux/bug.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/types.h>

#else

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* As in the kernel, the 64-bit types are long long on every machine. */
typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef unsigned long long u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef long long s64;

#define U8_MAX		((u8)~0U)
#define U16_MAX		((u16)~0U)
#define U32_MAX		((u32)~0U)
#define U64_MAX		((u64)~0ULL)
#define S8_MAX		((s8)(U8_MAX >> 1))
#define S16_MAX		((s16)(U16_MAX >> 1))
#define S32_MAX		((s32)(U32_MAX >> 1))
#define S64_MAX		((s64)(U64_MAX >> 1))
#define S16_MIN		((s16)(-S16_MAX - 1))
#define S32_MIN		((s32)(-S32_MAX - 1))
#define S64_MIN		((s64)(-S64_MAX - 1))

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)
#define noinline	__attribute__((noinline))
#define __always_unused	__attribute__((unused))
#define __maybe_unused	__attribute__((unused))
#ifndef __always_inline
#define __always_inline	inline __attribute__((always_inline))
#endif
#define fallthrough	__attribute__((fallthrough))

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define BIT(n)		(1UL << (n))
#define BIT_ULL(n)	(1ULL << (n))
#define round_up(x, a)	ALIGN(x, a)
#define round_down(x, a) ((x) & ~((typeof(x))(a) - 1))
#define ALIGN(x, a)	(((x) + ((typeof(x))(a) - 1)) & ~((typeof(x))(a) - 1))
#define IS_ALIGNED(x, a) (((x) & ((typeof(x))(a) - 1)) == 0)
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))

#define min(a, b) ({ \
	__auto_type _min_a = (a); \
	__auto_type _min_b = (b); \
	_min_a < _min_b ? _min_a : _min_b; })
#define max(a, b) ({ \
	__auto_type _max_a = (a); \
	__auto_type _max_b = (b); \
	_max_a > _max_b ? _max_a : _max_b; })
#define min_t(type, a, b)	min((type)(a), (type)(b))
#define max_t(type, a, b)	max((type)(a), (type)(b))
#define clamp(v, lo, hi)	min(max(v, lo), hi)
#define clamp_t(type, v, lo, hi) clamp((type)(v), (type)(lo), (type)(hi))

#define swap(a, b) do { \
	__auto_type _swap = (a); \
	(a) = (b); \
	(b) = _swap; \
} while (0)

#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

#define check_add_overflow(a, b, d)	__builtin_add_overflow(a, b, d)
#define check_sub_overflow(a, b, d)	__builtin_sub_overflow(a, b, d)
#define check_mul_overflow(a, b, d)	__builtin_mul_overflow(a, b, d)

#endif /* __KERNEL__ */

/* Newer kernels have these two; the same typedef again is valid C11. */
typedef __int128 s128;
typedef unsigned __int128 u128;

#define U128_MAX	(~(u128)0)
#define S128_MAX	((s128)(U128_MAX >> 1))
#define S128_MIN	(-S128_MAX - 1)

#endif /* AIOS_CORE_BASE_TYPES_H */
