/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The binary logarithm in fixed point.
 */
#ifndef AIOS_CORE_BASE_LOG2_H
#define AIOS_CORE_BASE_LOG2_H

#include "core/base/types.h"

#define AIOS_LOG2_FRAC	40

s64 aios_log2(u64 value);

#endif /* AIOS_CORE_BASE_LOG2_H */
