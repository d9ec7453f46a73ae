/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bounds and units of the engine's numbers. An amount of a resource is at most
 * AIOS_AMOUNT_MAX or AIOS_UNLIMITED, a time or a duration at most AIOS_TIME_MAX, and
 * no more than AIOS_CHARGE_MAX is ever charged in sum, so sums fit 64 bits and
 * products 128.
 */
#ifndef AIOS_CORE_BOOKS_BOUNDS_H
#define AIOS_CORE_BOOKS_BOUNDS_H

#include <linux/aios.h>

#include "core/lp/lp.h"

#define AIOS_AMOUNT_MAX		((1ULL << 56) - 1)
#define AIOS_TIME_MAX		((1ULL << 62) - 1)
#define AIOS_CHARGE_MAX		((1ULL << 62) - 1) /* charged where nothing bounds it */
#define AIOS_MILLI		1000U	/* of one whole accelerator */

#define AIOS_DEVICES_MAX	256U	/* accelerators of one engine */
#define AIOS_HELD_MAX		(AIOS_LP_N_MAX - 1)	/* jobs admitted at a time */
#define AIOS_CONSERVATIVE_DEPTH	AIOS_RESERVATIONS_MAX
#define AIOS_ESTIMATE_MAX	4096U	/* jobs that an estimate plays through */

#define AIOS_QUANTUM_DEFAULT	60000000000ULL		/* ns, 1 min */
#define AIOS_HALF_LIFE_DEFAULT	86400000000000ULL	/* ns, 1 day */

#endif /* AIOS_CORE_BOOKS_BOUNDS_H */
