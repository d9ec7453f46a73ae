/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A simulated time: what is charged to groups and accelerators once some jobs
 * have ended and others have started. It lies beside the real charges in the
 * groups and accelerators themselves, copied when first touched, so nothing is
 * allocated and beginning anew costs nothing. There is one at a time.
 */
#ifndef AIOS_CORE_ENGINE_SIM_H
#define AIOS_CORE_ENGINE_SIM_H

#include "core/engine/internal.h"

void aios_sim_begin(struct aios_engine *engine);
void aios_sim_start(struct aios_engine *engine, struct aios_job_node *job);
void aios_sim_start_alone(struct aios_engine *engine, struct aios_job_node *job);
void aios_sim_undo_alone(struct aios_engine *engine, struct aios_job_node *job);
bool aios_sim_place(struct aios_engine *engine, struct aios_job_node *job);
void aios_sim_finish(struct aios_engine *engine, struct aios_job_node *job);
void aios_sim_end(struct aios_engine *engine, struct aios_job_node *job);
void aios_sim_stop(struct aios_engine *engine, struct aios_job_node *job);
void aios_sim_continue(struct aios_engine *engine, struct aios_job_node *job);
void aios_sim_fill(struct aios_engine *engine);
bool aios_sim_knows(const struct aios_engine *engine,
		    const struct aios_group_node *group);

#endif /* AIOS_CORE_ENGINE_SIM_H */
