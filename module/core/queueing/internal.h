/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the queueing model share: measured means without the
 * rounding of queueing.h's fixed point.
 */
#ifndef AIOS_CORE_QUEUEING_INTERNAL_H
#define AIOS_CORE_QUEUEING_INTERNAL_H

#include "core/queueing/queueing.h"

/* Fewer arrivals or ended jobs say nothing of a variation. */
#define QUEUEING_SAMPLES_MIN	32U

/* Return the mean, 0 where there is nothing to take a mean of. */
struct aios_real aios_flow_gap_scv(const struct aios_flow *flow);
struct aios_real aios_flow_service(const struct aios_flow *flow);
struct aios_real aios_flow_service_scv(const struct aios_flow *flow);
struct aios_real aios_flow_drain(const struct aios_flow *flow);

#endif /* AIOS_CORE_QUEUEING_INTERNAL_H */
