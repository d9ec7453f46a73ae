/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reservation of the head of the queue (EASY backfilling: Lifka, The
 * ANL/IBM SP scheduling system, JSSPP 1995; Mu'alem and Feitelson, IEEE TPDS
 * 12(6), 2001), for vectors of resources, a tree of limits and accelerators.
 *
 * The shadow time is when the head fits at the latest, going by the latest ends
 * of the running jobs, by what each may run at most; one that overran is expected
 * to end at any moment, one of which that is not known never. What is left beside the head at that
 * time is extra. A later candidate that fits now may start if it ends by the
 * shadow time or if it fits into the extra as well, its accelerators included.
 * When the shadow time is not known, no end is counted on, and a candidate must
 * fit beside the head as if that started now on top of what is held.
 */
#ifndef AIOS_CORE_ENGINE_RESERVE_H
#define AIOS_CORE_ENGINE_RESERVE_H

#include "core/engine/sim.h"

u64 aios_shadow(struct aios_engine *engine, struct aios_job_node *head, u64 now);
u64 aios_reserve(struct aios_engine *engine, struct aios_job_node *head,
		 u64 now);
bool aios_reserve_admits(struct aios_engine *engine, struct aios_job_node *job,
			 u64 now, u64 shadow, struct aios_why *why);

#endif /* AIOS_CORE_ENGINE_RESERVE_H */
