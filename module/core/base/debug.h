/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Checks of what the callers of the core promise. They are made in the kernels in
 * which lockdep_assert_held() means something, where a broken promise is a warning in
 * the log, and in programs under the address sanitizer, which it ends. Elsewhere they
 * are no code at all.
 */
#ifndef AIOS_CORE_BASE_DEBUG_H
#define AIOS_CORE_BASE_DEBUG_H

#include "core/base/types.h"

#ifdef __KERNEL__
#ifdef CONFIG_PROVE_LOCKING
#define AIOS_CORE_DEBUG	1
#define aios_core_check(condition)	WARN_ON_ONCE(!(condition))
#endif
#else
#ifdef __SANITIZE_ADDRESS__
#define AIOS_CORE_DEBUG	1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define AIOS_CORE_DEBUG	1
#endif
#endif
#ifdef AIOS_CORE_DEBUG
#define aios_core_check(condition)	assert(condition)
#endif
#endif

#ifndef AIOS_CORE_DEBUG
#define aios_core_check(condition)	((void)sizeof(condition))
#endif

#endif /* AIOS_CORE_BASE_DEBUG_H */
